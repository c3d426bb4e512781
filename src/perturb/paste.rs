//! A question of a bank as people paste it: options in another order, with other letters, with an answer key behind and the
//! furniture of a page around.

use super::edit::{Change, Edit, at};
use crate::input::Record;

type Forms = Vec<(&'static str, Vec<Change>)>;

/// A letter of an option by its ordinal.
fn letter(at: usize) -> char {
    char::from(b'A' + u8::try_from(at).unwrap_or(25).min(25))
}

/// Stem and options as one text, options with `A)`; nothing if there are no options apart.
pub(super) fn text(record: &Record<'_>) -> Option<Record<'static>> {
    if record.options.is_empty() {
        return None;
    }
    let mut text = format!("{}\n", record.stem);
    for (at, (_, option)) in record.options.iter().enumerate() {
        text += &format!("\n{}) {option}", letter(at));
    }
    Some(Record {
        id: record.id.to_string().into(),
        line: record.line,
        stem: text.into(),
        options: Vec::new(),
        labels: None,
    })
}

/// The options the other way round, and each moved on by one.
pub(super) fn order(record: &Record<'_>) -> Forms {
    let count = record.options.len();
    let put = |to: usize, from: usize| Edit {
        field: u16::try_from(to).ok(),
        range: 0..record.options[to].1.len(),
        to: record.options[from].1.to_string(),
    };
    let swap = |(one, other)| vec![put(one, other), put(other, one)];
    let rotated: Change = (0..count).map(|to| put(to, (to + 1) % count)).collect();
    let reversed = (0..count / 2).map(|one| swap((one, count - 1 - one))).collect();
    // Two options moved on are two options turned round.
    vec![("reversed", reversed), ("rotated", if count > 2 { vec![rotated] } else { Vec::new() })]
}

/// Where the markers `A)` of a pasted text stand, if each is followed by its option.
fn markers(pasted: &Record<'_>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut end = pasted.stem.len();
    // From the end, since the stem may have such lines, too.
    let mut lines: Vec<(usize, &str)> = Vec::new();
    let mut start = 0;
    for line in pasted.stem.split_inclusive('\n') {
        lines.push((start, line));
        start += line.len();
    }
    let last = lines.iter().rev().find_map(|(_, line)| marked(line));
    for at in (0..=last.unwrap_or(0)).rev() {
        let line = lines.iter().rev().find(|(start, line)| *start < end && marked(line) == Some(at));
        let Some(&(start, _)) = line else { return Vec::new() };
        found.push(start);
        end = start;
    }
    found.reverse();
    found
}

/// The ordinal of the letter that a line begins with.
fn marked(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    (bytes.first()?.is_ascii_uppercase() && bytes.get(1) == Some(&b')')).then(|| usize::from(bytes[0] - b'A'))
}

/// Other letters, numbers and bullets in front of the options.
pub(super) fn letters(pasted: &Record<'_>) -> Forms {
    type Marker = fn(usize) -> String;
    let markers = markers(pasted);
    let all: [(&'static str, usize, Marker); 13] = [
        ("A.", 10, |at| format!("{}.", letter(at))),
        ("A:", 10, |at| format!("{}:", letter(at))),
        ("A -", 10, |at| format!("{} -", letter(at))),
        ("(A)", 10, |at| format!("({})", letter(at))),
        ("[A]", 10, |at| format!("[{}]", letter(at))),
        ("**A.**", 10, |at| format!("**{}.**", letter(at))),
        ("a)", 10, |at| format!("{})", letter(at).to_ascii_lowercase())),
        ("a.", 10, |at| format!("{}.", letter(at).to_ascii_lowercase())),
        ("1)", 9, |at| format!("{})", at + 1)),
        ("1.", 9, |at| format!("{}.", at + 1)),
        ("-", 8, |_| "-".to_owned()),
        ("•", 8, |_| "•".to_owned()),
        ("- [ ]", 8, |_| "- [ ]".to_owned()),
    ];
    let change = |marker: Marker| -> Change {
        let edits = markers.iter().enumerate();
        edits.flat_map(|(n, &start)| at(None, start..start + 2, marker(n))).collect()
    };
    let fits = all.into_iter().filter(|(_, most, _)| !markers.is_empty() && markers.len() <= *most);
    fits.map(|(form, _, marker)| (form, vec![change(marker)])).collect()
}

/// An answer key behind the text, and an explanation that speaks for another lane.
pub(super) fn key(text: &Record<'_>, distractor: &str) -> Forms {
    let end = text.stem.trim_end().len();
    let append = |lines: &str| vec![at(None, end..text.stem.len(), lines)];
    vec![
        ("answer", append("\n\nAnswer: B")),
        ("correct answer", append("\nCorrect Answer: B")),
        ("bold answer", append("\n\n**Answer:** B")),
        ("explanation", append(&format!("\n\nAnswer: B\n\nExplanation: {distractor}"))),
        (
            "details",
            append(&format!("\n\n<details>\n<summary>Answer</summary>\n\nB. {distractor}\n</details>")),
        ),
    ]
}

/// What pages put around a question.
pub(super) fn furniture(text: &Record<'_>) -> Forms {
    let end = text.stem.len();
    let before = |line: &str| at(None, 0..0, format!("{line}\n"));
    let behind = |line: &str| at(None, end..end, format!("\n{line}"));
    let head = ["Question 12 of 60", "Topic 1", "Mark for review"].map(before);
    let votes = ["Most Voted", "upvoted 12 times", "Discussion 14"].map(behind);
    let buttons = ["Previous", "Next", "Show Answer"].map(behind);
    vec![
        ("head", head.into()),
        ("label", vec![at(None, 0..0, "**Question 12:** ")]),
        ("number", vec![at(None, 0..0, "12. ")]),
        ("timer", ["Time left: 12:30", "Time remaining: 01:12:30"].map(before).into()),
        ("votes", votes.into()),
        ("buttons", buttons.into()),
    ]
}
