//! A question of a bank as a text to point into.
//!
//! Stem and options stand under each other, broken into lines that a terminal shows whole, so that a finding about an
//! answer can mark the words that led to it. A blank becomes a line break, so no byte moves.

use std::{ops::Range, sync::Arc};

use crate::{
    decide::{Evidence, Verdict},
    input::Record,
    pack::{Kind, Pack},
    problem::{Place, Problem, Source},
    question::Question,
};

/// Lines are broken at the last blank in front of this many characters.
const WIDTH: usize = 100;

/// A question of a bank as a text to point into.
#[derive(Debug, Clone)]
pub struct Excerpt {
    source: Arc<Source>,
    /// Where the text of each option starts.
    options: Vec<usize>,
}

impl Excerpt {
    /// That of a record of a bank.
    #[must_use]
    pub fn of(record: &Record<'_>, file: impl Into<String>) -> Self {
        let mut text = record.stem.to_string();
        let mut options = Vec::new();
        for (key, option) in &record.options {
            text += &format!("\n  {key}. ");
            options.push(text.len());
            text += option;
        }
        Self { source: Source::record(file, record.line, broken(&text)), options }
    }

    /// The place of the whole question, marked at its start.
    #[must_use]
    pub fn start(&self) -> Place {
        let first = self.source.text.find('\n').unwrap_or(self.source.text.len());
        Place { source: Arc::clone(&self.source), span: 0..first }
    }

    /// The place of a piece of evidence. The question is that of the record.
    #[must_use]
    pub fn place(&self, question: &Question<'_>, evidence: &Evidence) -> Place {
        let option = question.segments()[evidence.hit.segment as usize].option;
        let (start, end) = evidence.span;
        self.at(option, start as usize..end as usize)
    }

    /// The place of a range of an option that was given apart, else of the stem.
    #[must_use]
    pub fn at(&self, option: Option<u16>, range: Range<usize>) -> Place {
        let from = option.map_or(0, |at| self.options.get(usize::from(at)).copied().unwrap_or(0));
        Place { source: Arc::clone(&self.source), span: from + range.start..from + range.end }
    }
}

impl Excerpt {
    /// A finding about an answer at the words that spoke for it, the strongest first; at the question if none did.
    #[must_use]
    pub fn mark(
        &self,
        problem: Problem,
        pack: &Pack,
        question: &Question<'_>,
        verdict: &Verdict,
        kind: Kind,
    ) -> Problem {
        let of_kind = |e: &&Evidence| pack.target(e.target).kind() == kind;
        let mut problem = problem;
        for evidence in verdict.evidence.iter().filter(of_kind) {
            let (rule, target) = (&pack.rule(evidence.rule).id, &pack.target(evidence.target).id);
            let label = format!("{target} {:+.2} by {rule}", evidence.points);
            let place = self.place(question, evidence);
            problem = match problem.place {
                None => problem.place(&place).label(label),
                Some(_) => problem.related(&place, label),
            };
        }
        if problem.place.is_none() { problem.place(&self.start()) } else { problem }
    }
}

/// The same bytes, with blanks turned into line breaks where lines would be too long.
fn broken(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let mut rest = line;
        while let Some((far, _)) = rest.char_indices().nth(WIDTH)
            && let Some(at) = rest[..far].rfind(' ').filter(|&at| !rest[..at].trim().is_empty())
        {
            lines.push(rest[..at].to_owned());
            rest = &rest[at + 1..];
        }
        lines.push(rest.to_owned());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn breaking_moves_no_byte() {
        let text = format!("{} and {}\n\n  A. {}", "long ".repeat(50), "x".repeat(150), "é ".repeat(120));
        let lines = broken(&text);
        assert_eq!(lines.replace('\n', " "), text.replace('\n', " "));
        assert!(
            lines.split('\n').filter(|line| !line.contains("xx")).all(|line| line.chars().count() <= 100)
        );
    }
}
