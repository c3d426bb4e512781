//! Text files, line by line.
//!
//! In: bytes. Out: decoded text and its lines with their places. Lines end in LF, CRLF or, in very old files, CR; all
//! three may stand in one file, and none of them is part of a line.

use std::{borrow::Cow, ops::Range};

use super::{
    InputError, Reading,
    document::{Note, PREFIX, Tag},
    encoding::Decoded,
};

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line<'t> {
    /// From 1.
    pub(super) number: usize,
    /// Where it begins.
    pub(super) start: usize,
    /// Where the next begins.
    pub(super) next: usize,
    /// What counts of it.
    pub(super) text: Cow<'t, str>,
}

impl Line<'_> {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// The text of a file, and a note if its encoding had to be guessed.
pub(super) fn decoded(bytes: &[u8], reading: &Reading<'_>) -> Result<(Decoded, Vec<Note>), InputError> {
    let source = Decoded::new(bytes).map_err(|message| reading.fault(1, 1, "bad-encoding", message))?;
    let mut notes = Vec::new();
    if source.is_guess() {
        let message = "file is neither UTF-8 nor UTF-16 and was read as Windows-1252; save it as UTF-8 \
                       if characters look wrong"
            .to_owned();
        notes.push(Note { line: 1, message });
    }
    Ok((source, notes))
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let rest = &text[start..];
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let ending = match rest.as_bytes().get(length..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
        let next = start + length + ending;
        lines.push(Line { number: lines.len() + 1, start, next, text: rest[..length].into() });
        start = next;
    }
    lines
}

/// How a line of a text ends; the last as the first does.
pub(super) fn ending(text: &str, line: Range<usize>) -> &str {
    let words = &text[line.clone()];
    let own = words.len() - words.trim_end_matches(['\n', '\r']).len();
    if own > 0 {
        return &text[line.end - own..line.end];
    }
    match text.find(['\n', '\r']).map(|at| &text.as_bytes()[at..]) {
        Some([b'\r', b'\n', ..]) => "\r\n",
        Some([b'\r', ..]) => "\r",
        _ => "\n",
    }
}

/// Options in order, with the letters that readers give them; numbers behind `Z`.
pub(super) fn lettered(options: impl IntoIterator<Item = String>) -> Vec<(String, String)> {
    let key = |ordinal: usize| match u8::try_from(ordinal) {
        Ok(ordinal @ 0..26) => char::from(b'A' + ordinal).to_string(),
        _ => (ordinal + 1).to_string(),
    };
    options.into_iter().enumerate().map(|(ordinal, option)| (key(ordinal), option)).collect()
}

/// A tag as one word: `firstlane:lane:serving-and-rollout`, without what the format cannot hold in it.
pub(super) fn word(tag: &Tag, forbidden: &[char]) -> String {
    let mut value = tag.value.clone();
    value.retain(|c| !forbidden.contains(&c) && !c.is_control());
    format!("{PREFIX}:{}:{value}", tag.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ending_ends_a_line() {
        let text = "a\r\nb\rc\n\né";
        let seen: Vec<_> = lines(text).into_iter().map(|line| (line.number, line.text, line.next)).collect();
        let expected = [(1, "a", 3), (2, "b", 5), (3, "c", 7), (4, "", 8), (5, "é", 10)];
        assert_eq!(seen, expected.map(|(number, text, next)| (number, text.into(), next)));
        assert_eq!([ending(text, 0..3), ending(text, 3..5), ending(text, 8..10)], ["\r\n", "\r", "\r\n"]);
        assert_eq!(ending("a", 0..1), "\n");
    }

    #[test]
    fn options_have_letters_and_then_numbers() {
        let keys: Vec<_> = lettered((0..28).map(|_| String::new())).into_iter().map(|(key, _)| key).collect();
        assert_eq!((&*keys[0], &*keys[25], &*keys[26], &*keys[27]), ("A", "Z", "27", "28"));
    }
}
