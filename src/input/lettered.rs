//! Letters of options: in the names of fields and in front of texts.
//!
//! In: names such as `option_b`, texts such as `B) text`. Out: places in order, and texts without their letters.

use super::shape::plain_name;

/// Which option a name stands for, from 0: `B`, `option b`, `Choice_2`, `answer2`.
pub(super) fn option_place(name: &str) -> Option<usize> {
    let name = plain_name(name);
    let prefixes = ["option", "choice", "answeroption", "answer", "alternative", "opt", "ans"];
    let rest = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix).filter(|rest| !rest.is_empty()));
    match rest.unwrap_or(&name).as_bytes() {
        // `options`, `choices`: not the nineteenth.
        b"s" if rest.is_some() => None,
        [letter @ b'a'..=b'z'] => Some(usize::from(letter - b'a')),
        digits if rest.is_some() && digits.len() < 3 => {
            rest?.parse::<usize>().ok().and_then(|number| number.checked_sub(1))
        }
        _ => None,
    }
}

/// Names that are options one by one, in order: at least the first two have to be there.
pub(super) fn option_places<'n>(names: impl Iterator<Item = &'n str>) -> Vec<(String, usize)> {
    let mut places: Vec<_> =
        names.enumerate().filter_map(|(at, name)| Some((option_place(name)?, at))).collect();
    places.sort_unstable();
    places.dedup_by_key(|(place, _)| *place);
    if !matches!(places[..], [(0, _), (1, _), ..]) {
        return Vec::new();
    }
    places.into_iter().map(|(place, at)| (letter(place), at)).collect()
}

/// `A`, `B`, …, and numbers where the alphabet ends.
pub(super) fn letter(place: usize) -> String {
    match u8::try_from(place) {
        Ok(place @ 0..26) => char::from(b'A' + place).to_string(),
        _ => (place + 1).to_string(),
    }
}

/// Texts as options `A`, `B`, …; letters in front of them go where each begins with its own.
pub(super) fn lettered(texts: Vec<String>) -> Vec<(String, String)> {
    let own = |(place, text): (usize, &String)| without_letter(text, place).is_some();
    let marked = texts.len() > 1 && texts.iter().enumerate().all(own);
    let text = |(place, text): (usize, String)| {
        let bare = if marked { without_letter(&text, place).map(str::to_owned) } else { None };
        (letter(place), bare.unwrap_or(text))
    };
    texts.into_iter().enumerate().map(text).collect()
}

/// What stands behind the letter of the option at a place: `B) text`, `b. text`, `(B) text`, `B: text`.
pub(super) fn without_letter(text: &str, place: usize) -> Option<&str> {
    let text = text.trim_start();
    let text = text.strip_prefix('(').unwrap_or(text);
    let mut chars = text.chars();
    let first = chars.next()?;
    let own = u8::try_from(place)
        .is_ok_and(|place| place < 26 && first.eq_ignore_ascii_case(&char::from(b'A' + place)));
    let rest = chars.as_str().strip_prefix([')', '.', ':'])?;
    (own && rest.starts_with([' ', '\t', '\u{a0}'])).then(|| rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_have_letters() {
        for (name, place) in [
            ("A", Some(0)),
            ("Option B", Some(1)),
            ("choice_3", Some(2)),
            ("answer10", Some(9)),
            ("option0", None),
            ("answer", None),
            ("options", None),
            ("1", None),
        ] {
            assert_eq!(option_place(name), place, "{name}");
        }
        assert_eq!(without_letter("(b) text", 1), Some("text"));
        assert_eq!(without_letter("B.text", 1), None);
        let texts =
            |texts: [&str; 2]| lettered(texts.map(str::to_owned).to_vec()).into_iter().map(|(_, text)| text);
        assert!(texts(["A. x", "B. y"]).eq(["x", "y"]));
        assert!(texts(["A. x", "y"]).eq(["A. x", "y"]));
    }
}
