//! Edges of words in phrases and regexes, and changes of the text that they are written in.

use std::ops::Range;

use crate::problem::Place;

/// A phrase with one `~` less, in every way.
pub(super) fn without_tildes(phrase: &str) -> Vec<String> {
    without_each(phrase, "~")
}

/// A regex with one `\b` less, in every way.
pub(super) fn without_edges(regex: &str) -> Vec<String> {
    // `\\b` is a backslash and a letter.
    let real = |at: &usize| regex[..*at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0;
    let edges = regex.match_indices(r"\b").map(|(at, _)| at).filter(real);
    edges.map(|at| format!("{}{}", &regex[..at], &regex[at + 2..])).collect()
}

fn without_each(text: &str, what: &str) -> Vec<String> {
    text.match_indices(what).map(|(at, _)| format!("{}{}", &text[..at], &text[at + what.len()..])).collect()
}

/// A text as a TOML string, in the quotes of what is written at a place.
pub(super) fn literal(place: &Place, text: &str) -> String {
    let single = place.source.text[place.span.clone()].starts_with('\'');
    if single && !text.contains('\'') { format!("'{text}'") } else { format!("{text:?}") }
}

/// The place of a value together with its key before it.
pub(super) fn key_and_value(value: &Place, key: &str) -> Place {
    let before = &value.source.text[..value.span.start];
    let start = before.rfind(key).unwrap_or(value.span.start);
    Place { source: value.source.clone(), span: start..value.span.end }
}

/// What a change replaces: what is taken out of a list takes its comma with it.
fn replaced(place: &Place, instead: Option<&str>) -> Range<usize> {
    let (text, Range { start, end }) = (&place.source.text, place.span.clone());
    if instead.is_some() {
        return start..end;
    }
    let (before, behind) = (text[..start].trim_end(), &text[end..]);
    match behind.trim_start().strip_prefix(',') {
        Some(after) => start..end + behind.len() - after.trim_start_matches([' ', '\t']).len(),
        None if before.ends_with(',') => before.len() - 1..end,
        None => start..end,
    }
}

/// The text of a file with another text at a place, or with nothing there.
#[must_use]
pub fn applied(place: &Place, instead: Option<&str>) -> String {
    let (text, range) = (&place.source.text, replaced(place, instead));
    format!("{}{}{}", &text[..range.start], instead.unwrap_or_default(), &text[range.end..])
}

/// The line of a place, and the same with another text there, both shortened to what is around the change.
#[must_use]
pub fn diff(place: &Place, instead: Option<&str>) -> [String; 2] {
    let (text, range) = (&place.source.text, replaced(place, instead));
    let (line_start, line_end) = (
        text[..place.span.start].rfind('\n').map_or(0, |at| at + 1),
        text[place.span.end..].find('\n').map_or(text.len(), |at| place.span.end + at),
    );
    let (start, end) = (range.start.max(line_start), range.end.min(line_end));
    let head = shortened_head(text[line_start..start].trim_start());
    let tail = shortened_tail(&text[end..line_end]);
    [
        format!("{head}{}{tail}", text[start..end].replace('\n', " ")),
        format!("{head}{}{tail}", instead.unwrap_or_default()),
    ]
}

/// Characters kept on each side of a change.
const AROUND: usize = 36;

/// The key of the line is kept, and what is next to the change.
fn shortened_head(head: &str) -> String {
    let key = head.find('=').map_or(0, |at| head.floor_char_boundary(at + 1));
    let from = head.ceil_char_boundary(head.len().saturating_sub(AROUND));
    if key + 2 >= from { head.to_owned() } else { format!("{} … {}", &head[..key], &head[from..]) }
}

fn shortened_tail(tail: &str) -> String {
    let to = tail.floor_char_boundary(AROUND);
    if to >= tail.len() { tail.to_owned() } else { format!("{} …", &tail[..to]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Source;

    fn place(text: &str, what: &str) -> Place {
        let start = text.find(what).unwrap();
        Place { source: Source::file("p.toml", text), span: start..start + what.len() }
    }

    #[test]
    fn each_edge_goes_once() {
        assert_eq!(without_tildes("split~ traffic~"), ["split traffic~", "split~ traffic"]);
        assert_eq!(without_edges(r"\ba\\b\b"), [r"a\\b\b", r"\ba\\b"]);
    }

    #[test]
    fn what_is_taken_out_takes_its_comma() {
        let text = "id = 1\nwords = [\"a\", \"b\", \"c\"]\n";
        let line = r#"words = ["a", "b", "c"]"#;
        assert_eq!(diff(&place(text, "\"b\""), None), [line, r#"words = ["a", "c"]"#]);
        assert_eq!(diff(&place(text, "\"c\""), None), [line, r#"words = ["a", "b"]"#]);
        assert_eq!(diff(&place(text, "\"a\""), Some("'x'")), [line, r#"words = ['x', "b", "c"]"#]);
    }
}
