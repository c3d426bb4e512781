//! The front of a note: a field of Anki to a question.
//!
//! In: the field, in HTML or not. Out: stem, and options where they stand in the field as lines `A. …`, `B) …`. What a
//! cloze hides is the answer, and its hint leads to it: `{{c1::answer::hint}}` becomes `____`. Sounds go.

use super::{html, lettered};

/// What stands where a cloze hides something.
const BLANK: &str = "____";

/// Stem and options of a field.
pub(super) fn question(field: &str, is_html: bool) -> (String, Vec<(String, String)>) {
    let field = without_sounds(&blanked(field));
    let text = if is_html { html::text(&field) } else { field };
    options(text.trim())
}

/// A field with blanks in place of what clozes hide; one that is not closed hides the rest.
fn blanked(field: &str) -> String {
    let mut out = String::with_capacity(field.len());
    let mut rest = field;
    while let Some((before, cloze)) = rest.split_once("{{c") {
        let digits = cloze.len() - cloze.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',').len();
        out.push_str(before);
        if digits > 0 && cloze[digits..].starts_with("::") {
            out.push_str(BLANK);
            rest = behind(&cloze[digits..]);
        } else {
            out.push_str("{{c");
            rest = cloze;
        }
    }
    out + rest
}

/// What stands behind the end of a cloze; clozes in it end before it.
fn behind(cloze: &str) -> &str {
    let mut depth = 1_usize;
    let mut rest = cloze;
    while depth > 0 {
        let Some(end) = rest.find("}}") else { return "" };
        depth += rest[..end].matches("{{c").count();
        depth -= 1;
        rest = &rest[end + 2..];
    }
    rest
}

fn without_sounds(field: &str) -> String {
    let mut out = String::with_capacity(field.len());
    let mut rest = field;
    while let Some((before, sound)) = rest.split_once("[sound:") {
        out.push_str(before);
        rest = sound.split_once(']').map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// Stem and lettered options of a text; without two options in order it is all stem.
pub(super) fn options(text: &str) -> (String, Vec<(String, String)>) {
    let lines: Vec<_> = text.lines().collect();
    let Some(first) = lines.iter().position(|line| lettered::without_letter(line, 0).is_some()) else {
        return (text.to_owned(), Vec::new());
    };
    let mut options: Vec<String> = Vec::new();
    for line in &lines[first..] {
        match (lettered::without_letter(line, options.len()), options.last_mut()) {
            (Some(option), _) => options.push(option.to_owned()),
            (None, Some(option)) if !line.trim().is_empty() => {
                option.push('\n');
                option.push_str(line.trim());
            }
            _ => {}
        }
    }
    if options.len() < 2 {
        return (text.to_owned(), Vec::new());
    }
    (lines[..first].join("\n").trim_end().to_owned(), lettered::lettered(options))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clozes_hide_the_answer() {
        for (field, seen) in [
            ("Use {{c1::a canary::bird}} first", "Use ____ first"),
            ("{{c1::a {{c2::b}} c}}: {{c3::d}}", "____: ____"),
            ("{{c1::open", "____"),
            ("{{count}} {{c::x}}", "{{count}} {{c::x}}"),
            ("a [sound:x.mp3]b", "a b"),
            ("p &lt; 1<br>q", "p < 1\nq"),
        ] {
            assert_eq!(question(field, true).0, seen);
        }
    }

    #[test]
    fn options_may_stand_in_the_field() {
        let (stem, options) = question("S?<br><br>A. x<br>B) y<br>still y<br>(c) z", true);
        assert_eq!(stem, "S?");
        let found: Vec<_> = options.iter().map(|(key, text)| format!("{key} {text}")).collect();
        assert_eq!(found, ["A x", "B y\nstill y", "C z"]);
        assert_eq!(question("A. only one", false), ("A. only one".to_owned(), Vec::new()));
    }
}
