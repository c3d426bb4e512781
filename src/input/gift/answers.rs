//! What stands in the braces of a GIFT question, as far as whoever answers it is shown it.
//!
//! In: the answers. Out: options, and the given sides of a matching question, which are part of what is asked. Decided, as for
//! Moodle XML: what Moodle shows is read, whatever of it is right; what has to be typed in is nothing but a key.
//!
//! - The kind is found as Moodle finds it: nothing, a number behind `#`, choices with `~`, pairs with `->`, a truth, a text.
//! - The sides to choose from of a matching question are its options, each once. A side without its partner is one of them.

use super::question::{Markup, find, markup, shown};
use crate::input::{source, xml};

/// What is shown of the answers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// The given sides of a matching question.
    pub(super) sides: Vec<String>,
    pub(super) options: Vec<(String, String)>,
}

/// What is shown of the answers in a question's braces; `usual` is how its texts are marked up if they do not say.
pub(super) fn seen(answers: &str, usual: Markup) -> Shown {
    let answers = answers.trim();
    if answers.starts_with('#') {
        return Shown::default();
    }
    let answers = &answers[..general_feedback(answers)];
    if find(answers, &['~']).is_some() {
        return Shown { sides: Vec::new(), options: choices(answers, usual) };
    }
    if find(answers, &['=']).is_some() && answers.contains("->") {
        return pairs(answers, usual);
    }
    let truth = answers.split('#').next().unwrap_or_default().trim();
    if ["T", "TRUE", "F", "FALSE"].iter().any(|word| word.eq_ignore_ascii_case(truth)) {
        let options = ["True", "False"].map(str::to_owned);
        return Shown { sides: Vec::new(), options: source::lettered(options) };
    }
    Shown::default()
}

/// Where the feedback for all answers begins: the last `####`.
fn general_feedback(answers: &str) -> usize {
    let mut last = answers.len();
    let mut from = 0;
    while let Some(at) = find(&answers[from..], &['#']) {
        let at = from + at;
        if answers[at..].starts_with("####") {
            last = at;
            from = at + 4;
        } else {
            from = at + 1;
        }
    }
    last
}

/// The pieces behind each of some marks.
fn pieces<'a>(answers: &'a str, marks: &[char]) -> Vec<&'a str> {
    let mut pieces = Vec::new();
    let mut rest = answers;
    while let Some(at) = find(rest, marks) {
        let piece = &rest[at + 1..];
        let end = find(piece, marks).unwrap_or(piece.len());
        pieces.push(&piece[..end]);
        rest = &piece[end..];
    }
    pieces
}

/// Texts of choices, without weights and feedback; a choice without text is passed over and keeps its letter.
fn choices(answers: &str, usual: Markup) -> Vec<(String, String)> {
    let texts = pieces(answers, &['~', '=']).into_iter().map(|choice| {
        let choice = &choice[..find(choice, &['#']).unwrap_or(choice.len())];
        text(unweighted(choice.trim()), usual)
    });
    source::lettered(texts).into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// Both sides of the pairs of a matching question.
fn pairs(answers: &str, usual: Markup) -> Shown {
    let pieces = pieces(answers, &['=']);
    let pairs: Vec<_> = pieces.iter().filter_map(|pair| pair.split_once("->")).collect();
    let sides = pairs.iter().map(|(side, _)| text(side, usual)).filter(|side| !side.is_empty()).collect();
    let options = xml::distinct(pairs.iter().map(|(_, option)| text(option, usual)));
    Shown { sides, options: source::lettered(options) }
}

/// A text that may say how it is marked up, as a reader sees it.
fn text(text: &str, usual: Markup) -> String {
    let (markup, text) = markup(text, usual);
    shown(text, markup)
}

/// A choice without its weight, `%33.3%`.
fn unweighted(choice: &str) -> &str {
    let weight = choice.strip_prefix('%').and_then(|rest| rest.split_once('%'));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b"+-.,".contains(&b));
    match weight {
        Some((weight, rest)) if is_number(weight) => rest,
        _ => choice,
    }
}
