//! A pasted question as a bank keeps it: stem and options apart; and what the lines of a file say of themselves, for
//! those who look for the questions in it.

use std::borrow::Cow;

use super::{
    lines::{self, Furniture, Kind, Line},
    options, sentences,
};

/// A pasted question, without what never counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// As a reader sees it, with its line breaks and code, without a number or label in front of it.
    pub(crate) stem: String,
    /// The texts of the options.
    pub(crate) options: Vec<String>,
}

impl Parts {
    /// Takes a pasted question apart, as [`super::Question::split`] does.
    pub(crate) fn of(text: &str) -> Self {
        let mut lines = lines::read(text);
        lines.truncate(answer(text, &lines).unwrap_or(lines.len()));
        let found = options::find(text, &lines).or_else(|| options::find_unmarked(text, &lines));
        let end = found.as_ref().map_or(text.len(), |found| found.start);
        let mut stem = stem(text, lines.iter().filter_map(|line| line.before(end)));
        close_fence(&mut stem);
        let options = found.into_iter().flat_map(|found| found.options);
        Self { stem, options: options.map(|option| text[option].to_owned()).collect() }
    }
}

/// Closes a block of code whose closing fence stands behind the end of the stem.
fn close_fence(stem: &mut String) {
    let mut fences = stem.lines().filter(|line| is_fence(line));
    if let (Some(fence), 1) = (fences.next_back(), (fences.count() + 1) % 2) {
        let fence = fence[..3].to_owned();
        stem.push('\n');
        stem.push_str(&fence);
    }
}

/// Where the answer stands behind lettered options. In a pasted question what follows may ask and so make a story of the
/// options; in a bank it is an explanation.
fn answer(text: &str, lines: &[Line]) -> Option<usize> {
    let texts = lines.iter().enumerate().filter(|(_, line)| line.kind == Kind::Text);
    let mut options = 0;
    let mut last = 0;
    for (at, line) in texts {
        if options::letter(&text[line.text.clone()]) == Some(options) {
            (options, last) = (options + 1, at);
        }
    }
    let behind = lines
        .iter()
        .skip(last)
        .position(|line| line.kind == Kind::Furniture && !is_fence(&text[line.text.clone()]))?;
    (options >= 2).then_some(last + behind)
}

fn stem(text: &str, lines: impl Iterator<Item = Line>) -> String {
    let mut stem = String::new();
    for line in lines {
        let words = &text[line.text];
        let words = match line.kind {
            Kind::Text => unticked(words.trim()),
            Kind::Code => words.into(),
            // Paragraphs stay apart.
            Kind::Blank if stem.is_empty() || stem.ends_with("\n\n") => continue,
            Kind::Blank => "".into(),
            // A fence is furniture to the scanner and belongs to the stem here.
            Kind::Furniture if is_fence(words) => words.into(),
            Kind::Furniture => continue,
        };
        stem.push_str(&words);
        stem.push('\n');
    }
    stem.truncate(stem.trim_end().len());
    stem
}

/// A checkbox without its tick: where options were not told from the stem, it must not give the answer.
fn unticked(line: &str) -> Cow<'_, str> {
    let item = line.trim_start_matches(['-', '*', '+', ' ']);
    let is_ticked = item.starts_with("[x]") || item.starts_with("[X]");
    if is_ticked { line.replacen(&item[..3], "[ ]", 1).into() } else { line.into() }
}

/// Whether a line opens or closes a block of code.
pub(crate) fn is_fence(line: &str) -> bool {
    line.starts_with("```") || line.starts_with("~~~")
}

/// What a line does in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is text.
    Text,
    /// It begins an option with a letter: 0 for A.
    Option(u32),
    /// It is an answer key or part of a page.
    Furniture,
    /// It begins an explanation.
    End,
}

/// What a line does in a question, by its own words.
pub(crate) fn role(line: &str) -> Role {
    let body = lines::quote_end(line, 0..line.len());
    let words = &line[body..];
    match lines::furniture(words) {
        Furniture::End => Role::End,
        Furniture::Line => Role::Furniture,
        Furniture::Label(length) if length == words.len() => Role::Furniture,
        Furniture::Label(_) => Role::Text,
        Furniture::None => options::letter(words).map_or(Role::Text, Role::Option),
    }
}

/// Whether a line asks: a sentence in it ends in a question mark, or it has an asking form. A colon alone asks nothing.
pub(crate) fn asks(line: &str) -> bool {
    line.contains("? ") || sentences::asks(line.trim_end_matches(['*', '_', ' ', '"', ')', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_comes_apart_as_a_reader_sees_it() {
        let text = "Question 7 of 9\n\n7. One.\n\n\n```\n  x = 1\n\n  y\n```\n> Two?\n\nA) a\nB) **b**\n\nAnswer: B\nExplanation: no.";
        let parts = Parts::of(text);
        assert_eq!(parts.stem, "One.\n\n```\n  x = 1\n\n  y\n```\nTwo?");
        assert_eq!(parts.options, ["a", "b"]);
        let parts = Parts::of("Two?\n\n```\nx\n```\n\n- [ ] a\n- [x] b");
        assert_eq!((&*parts.stem, &*parts.options.concat()), ("Two?\n\n```\nx\n```", "ab"));
        assert_eq!(Parts::of("- [x] a").stem, "- [ ] a");
        // What stands behind an answer does not make a story of the options.
        let parts = Parts::of("One?\nA) a\nIncorrect\nB) b\nAnswer: B\n\nWhy not A?");
        assert_eq!((&*parts.stem, parts.options.len()), ("One?", 2));
        assert_eq!(Parts::of(""), Parts::default());
    }

    #[test]
    fn lines_say_what_they_do() {
        for (line, expected) in [
            ("A team asks.", Role::Text),
            ("b) x", Role::Option(1)),
            ("- **C.** x", Role::Option(2)),
            ("1. x", Role::Text),
            ("Answer: B", Role::Furniture),
            ("**Explanation:** x", Role::End),
        ] {
            assert_eq!(role(line), expected, "{line}");
        }
    }
}
