//! Plain text: questions one after the other.
//!
//! In: a text file. Out: one record a question, with lettered, numbered, bulleted or bare options apart. Where questions
//! begin is found in [`pieces`]; answers, explanations and page furniture are told by [`crate::question`]. A single
//! pasted question is one record. Plain text has no place for tags.

use super::{
    InputError, Reading,
    document::{Document, Untaggable},
    format::Sample,
    pieces, source,
};
use crate::question::Parts;

/// Any text is plain text when no other format is told by content or name, so this one never asks to be first.
pub(super) fn looks(_sample: &Sample<'_>) -> bool {
    false
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let (source, mut notes) = source::decoded(bytes, reading)?;
    let lines = source::lines(&source.text);
    let split = pieces::split(&lines, false);
    if split.pieces.is_empty() {
        let message = "no question in the file: there is no text in it".to_owned();
        return Err(reading.fault(1, 1, "no-questions", message));
    }
    notes.extend(split.notes);
    let records = split.pieces.into_iter().enumerate().map(|(at, piece)| {
        let lines = &lines[piece];
        let line = lines.iter().find(|line| !line.is_blank()).map_or(1, |line| line.number);
        let parts = Parts::of(&pieces::text(lines));
        reading.record(at + 1, line, None, parts.stem, source::lettered(parts.options))
    });
    let advice = "plain text has no place for tags: number the questions and name the file `.md`, or convert it \
                  to GIFT";
    Ok(Document { records: records.collect(), notes, tagger: Box::new(Untaggable(advice)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Fields;

    /// Stems and numbers of options.
    fn stems(text: &str) -> Vec<String> {
        let reading = Reading { name: "a.txt", most: 10_000, fields: &Fields::default() };
        let document = read(text.as_bytes(), &reading).expect("there is text");
        let records = document.records.iter().map(|record| match record {
            Ok(record) => format!("{} {}", record.stem.replace('\n', "/"), record.options.len()),
            Err(error) => error.code.to_owned(),
        });
        records.collect()
    }

    #[test]
    fn the_whole_file_shows_where_questions_begin() {
        for (text, expected) in [
            ("Story.\n\nWhy so?\n\nA) x\nB) y\n\nAnswer: A\n\nI think it is A.", &["Story.//Why so? 2"][..]),
            ("Why?\nA) x\nB) y\n\nStory.\n\nHow?\nA) x\nB) y", &["Why? 2", "Story.//How? 2"]),
            ("1. Why?\nA) x\nB) y\n2. Story.\n\nHow?\n\nA) x\nB) y", &["Why? 2", "Story.//How? 2"]),
            ("1. Why?\n2. How?\n3. Who?", &["Why? 0", "How? 0", "Who? 0"]),
            ("Which comes first?\n1. Stop\n2. Go\n3. Look", &["Which comes first? 3"]),
            (
                "Steps:\n1. Stop\n2. Go\nWhich is first?\nA) 1\nB) 2",
                &["Steps:/1. Stop/2. Go/Which is first? 2"],
            ),
            ("Q1: Why?\nA) x\nB) y\nQ2: How?\nA) x\nB) y\nAnswers: 1. A 2. B", &["Why? 2", "How? 2"]),
            ("Why?\na) x\nb) y\n---\nAnswer: b\n---\nHow?\na) x\nb) y", &["Why? 2", "How? 2"]),
            ("Why?\n\nHow?\n\nThe end.\n\nWho?", &["Why? 0", "How? 0", "The end.//Who? 0"]),
            ("It drifts.\n\nIt fails.", &["It drifts. 0", "It fails. 0"]),
            ("Why?\n\nBecause\n\nNo idea\n\nMaybe", &["Why? 3"]),
            ("Why?\nA) x\nB) y\nExplanation: so.\n\nMore.\n\nHow?\nA) x\nB) y", &["Why? 2", "How? 2"]),
            ("Facts:\n- a\n- b\n\nWhy?\n\n- x\n- y\n\nHow?\n- z\n- w", &["Facts:/- a/- b//Why? 2", "How? 2"]),
            ("5. Why?\nA) x\nB) y\n\n6. \n7. How?", &["Why? 2", "empty", "How? 0"]),
        ] {
            assert_eq!(stems(text), expected, "{text}");
        }
    }
}
