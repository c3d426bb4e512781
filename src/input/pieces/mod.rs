//! Where the questions of a list begin, in plain text and Markdown.
//!
//! In: the lines of a file. Out: one range of lines a question, and its text without number and rules.
//!
//! Decided here, since the whole file has to show it. The first that fits counts:
//! - labels: `Question 4`, `Q3:`, or, where none has a number, `Question:`;
//! - numbers that go up, `1.` or `2)`, where most of what they part are questions;
//! - in Markdown, headings of one level, where most sections are questions;
//! - rules, `---` or `===`, where most of what they part are questions;
//! - blank lines, see [`blocks`].
//!
//! A part is a question if it has options or a question mark. An answer list at the end of the file is passed over.

mod blocks;
mod marks;

use std::ops::Range;

use self::marks::{heading, label, number};
use super::{document::Note, source::Line};
use crate::question::{Parts, Role, is_fence, role};

/// The questions of a file, as ranges of its lines, and what was passed over.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub(super) pieces: Vec<Range<usize>>,
    pub(super) notes: Vec<Note>,
}

/// Finds the questions of a file.
pub(super) fn split(lines: &[Line<'_>], is_markdown: bool) -> Split {
    let mut notes = Vec::new();
    let end = marks::answer_list(lines).unwrap_or(lines.len());
    if end < lines.len() {
        let message = "list of answers at the end of the file is passed over".to_owned();
        notes.push(Note { line: lines[end].number, message });
    }
    let view = View { lines: &lines[..end], code: code(&lines[..end]) };
    let headings = || if is_markdown { view.headings() } else { None };
    let found = view.labels().or_else(|| view.numbers()).or_else(headings).or_else(|| view.rules());
    let mut pieces = found.unwrap_or_else(|| blocks::split(&view, &mut notes));
    if is_markdown {
        for piece in &mut pieces {
            piece.end = view.section_end(piece);
        }
    }
    pieces.retain(|piece| view.lines[piece.clone()].iter().any(|line| !line.is_blank()));
    let passed = 0..pieces.first().map_or(end, |piece| piece.start);
    // Titles and the like are short; a long text might be a question.
    if view.qualifies(&passed) {
        let message = "text in front of the first question is passed over; give it a number like the others \
                       if it is a question";
        notes.push(Note { line: view.first_line(&passed), message: message.to_owned() });
    }
    Split { pieces, notes }
}

/// The text of a piece: the first line without its number, all without rules.
pub(super) fn text(lines: &[Line<'_>]) -> String {
    let mut text = String::new();
    for (line, is_code) in lines.iter().zip(code(lines)) {
        if !is_code && marks::is_rule(&line.text) {
            continue;
        }
        if text.trim().is_empty() {
            text.push_str(&marks::unmarked(&line.text));
        } else {
            text.push_str(&line.text);
        }
        text.push('\n');
    }
    text
}

/// Which lines are fences or between fences. A fence may open behind an option's letter. One that is not closed before
/// another opens, or ever, is text, so that it does not swallow the questions behind it.
pub(super) fn code(lines: &[Line<'_>]) -> Vec<bool> {
    let mut code = vec![false; lines.len()];
    let mut open: Option<usize> = None;
    for (at, line) in lines.iter().enumerate() {
        let words = line.text.trim_matches([' ', '\t', '>']);
        let is_bare = is_fence(words) && words.chars().all(|c| matches!(c, '`' | '~'));
        match open {
            Some(from) if is_bare => {
                code[from..=at].fill(true);
                open = None;
            }
            _ if words.starts_with("~~~") || words.matches("```").count() % 2 == 1 => open = Some(at),
            _ => {}
        }
    }
    // What stands in front of a fence on its line is text.
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.text.contains("```")) {
        code[at] &= is_fence(line.text.trim_start_matches([' ', '\t', '>']));
    }
    code
}

/// The lines of a file, and which of them are code.
struct View<'l, 't> {
    lines: &'l [Line<'t>],
    code: Vec<bool>,
}

impl View<'_, '_> {
    /// Places of lines that are no code and fit.
    fn places(&self, fits: impl Fn(usize, &str) -> bool) -> Vec<usize> {
        (0..self.lines.len()).filter(|&at| !self.code[at] && fits(at, &self.lines[at].text)).collect()
    }

    /// Whether a line is the first or has a blank one before it.
    fn is_apart(&self, at: usize) -> bool {
        at == 0 || self.lines[at - 1].is_blank()
    }

    fn first_line(&self, piece: &Range<usize>) -> usize {
        let lines = &self.lines[piece.clone()];
        lines.iter().find(|line| !line.is_blank()).or(lines.first()).map_or(1, |line| line.number)
    }

    fn parts(&self, piece: &Range<usize>) -> Parts {
        Parts::of(&text(&self.lines[piece.clone()]))
    }

    /// Whether a part of the file is a question.
    fn qualifies(&self, piece: &Range<usize>) -> bool {
        let parts = self.parts(piece);
        !parts.options.is_empty() || parts.stem.contains('?')
    }

    /// From each start to the next.
    fn between(&self, starts: &[usize]) -> Vec<Range<usize>> {
        let ends = starts.iter().skip(1).copied().chain([self.lines.len()]);
        starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
    }

    /// The pieces, if most of them are questions.
    fn mostly_questions(&self, pieces: Vec<Range<usize>>) -> Option<Vec<Range<usize>>> {
        let questions = pieces.iter().filter(|piece| self.qualifies(piece)).count();
        (questions * 2 > pieces.len()).then_some(pieces)
    }

    /// Questions that begin with `Question 4`, else with `Question:`.
    fn labels(&self) -> Option<Vec<Range<usize>>> {
        let mut starts: Vec<usize> = Vec::new();
        let mut last = None;
        for at in self.places(|_, text| matches!(label(text), Some(Some(_)))) {
            let number = label(&self.lines[at].text).flatten();
            let options = |from: usize| {
                self.lines[from..at].iter().any(|line| matches!(role(&line.text), Role::Option(_)))
            };
            // A heading `Question 3` may stand in front of a label `Question 3:`.
            if number != last || starts.last().is_none_or(|&from| options(from)) {
                starts.push(at);
            }
            last = number;
        }
        if starts.is_empty() {
            starts = self.places(|_, text| matches!(label(text), Some(None)));
        }
        let first_text = self.lines.iter().position(|line| !line.is_blank());
        // A single label in the middle of a text speaks of a question and is none.
        (starts.len() > 1 || starts.first().copied() == first_text && first_text.is_some())
            .then(|| self.between(&starts))
    }

    /// Questions that begin with numbers, which go up.
    fn numbers(&self) -> Option<Vec<Range<usize>>> {
        let found = self.places(|_, text| number(text).is_some());
        let numbers: Vec<_> = found
            .into_iter()
            .filter_map(|at| number(&self.lines[at].text).map(|found| (at, found)))
            .collect();
        let mut kinds: Vec<_> = numbers.iter().map(|(_, found)| found.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let candidates = kinds.into_iter().filter_map(|kind| {
            let same: Vec<_> = numbers.iter().filter(|(_, found)| found.kind == kind).collect();
            let chain = self.chain(same.iter().map(|(at, found)| (*at, found.value)));
            if chain.len() < 2 || self.are_options(&chain) {
                return None;
            }
            self.mostly_questions(self.between(&chain))
        });
        // Of several, the one that parts the file most finely and still into questions.
        candidates.max_by_key(Vec::len)
    }

    /// The numbers of one kind that count questions: each is the next, or goes up or begins anew behind a blank line.
    fn chain(&self, numbers: impl Iterator<Item = (usize, u32)>) -> Vec<usize> {
        let numbers: Vec<_> = numbers.collect();
        let mut chain: Vec<usize> = Vec::new();
        let mut last = 0;
        for (index, &(at, value)) in numbers.iter().enumerate() {
            let next = numbers.get(index + 1).map_or(self.lines.len(), |(next, _)| *next);
            let begins_anew = || value == 1 && self.qualifies(&(at..next));
            let follows =
                chain.is_empty() || value == last + 1 || self.is_apart(at) && (value > last || begins_anew());
            if follows {
                chain.push(at);
                last = value;
            }
        }
        chain
    }

    /// Whether numbers count the options of the one question in front of them.
    fn are_options(&self, chain: &[usize]) -> bool {
        let before = self.lines[..chain[0]].iter().any(|line| line.text.contains('?'));
        before && !self.is_apart(chain[1])
    }

    /// Sections of one level of headings.
    fn headings(&self) -> Option<Vec<Range<usize>>> {
        let candidates = (1..=6).filter_map(|level| {
            let starts = self.places(|_, text| heading(text) == Some(level));
            let mut pieces = self.between(&starts);
            for piece in &mut pieces {
                piece.end = self.section_end(piece);
            }
            if pieces.is_empty() { None } else { self.mostly_questions(pieces) }
        });
        candidates.max_by_key(Vec::len)
    }

    /// Where a piece ends that begins with a heading: at the next of its rank. Without one, chapters end it.
    fn section_end(&self, piece: &Range<usize>) -> usize {
        let rank = heading(&self.lines[piece.start].text).unwrap_or(2);
        let mut behind = piece.start + 1..piece.end;
        behind
            .find(|&at| !self.code[at] && heading(&self.lines[at].text).is_some_and(|level| level <= rank))
            .unwrap_or(piece.end)
    }

    /// What rules part. What begins with an answer or options belongs to the piece before it.
    fn rules(&self) -> Option<Vec<Range<usize>>> {
        let rules = self.places(|_, text| marks::is_rule(text));
        if rules.is_empty() {
            return None;
        }
        let starts = std::iter::once(0).chain(rules.iter().map(|at| at + 1));
        let ends = rules.iter().copied().chain([self.lines.len()]);
        let mut pieces: Vec<Range<usize>> = Vec::new();
        for piece in starts.zip(ends).map(|(start, end)| start..end) {
            let Some(first) = self.lines[piece.clone()].iter().find(|line| !line.is_blank()) else {
                continue;
            };
            match pieces.last_mut() {
                Some(before) if role(&first.text) != Role::Text => before.end = piece.end,
                _ => pieces.push(piece),
            }
        }
        if pieces.len() > 1 && !self.qualifies(&pieces[0]) {
            pieces.remove(0);
        }
        self.mostly_questions(pieces).filter(|pieces| pieces.len() > 1)
    }
}
