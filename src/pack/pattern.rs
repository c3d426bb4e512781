//! Regexes: checked, with the literals they cannot match without. Those of the built-in pack were checked when the program
//! was built, and are compiled when first needed.

use std::{ops::Range, sync::OnceLock};

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::{
    ParserBuilder,
    hir::{Hir, HirKind},
};
use serde::{Deserialize, Serialize};

use crate::problem::{Code, Problem};

/// Bytes that one compiled regex may take.
const SIZE_LIMIT: usize = 1 << 20;
/// A shorter literal stands nearly everywhere and is no use as a filter.
const SHORTEST_LITERAL: usize = 2;

/// More sets than this tell nothing more.
pub(crate) const MOST_SETS: usize = 8;

/// A fault without a place yet, and the range of it inside the regex.
type Fault = Box<(Problem, Option<Range<usize>>)>;

/// A regex of a rule.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pattern {
    text: String,
    /// Sets of literals: each match holds at least one of each set, in some letter case.
    pub(crate) literals: Vec<Vec<Vec<u8>>>,
    #[serde(skip)]
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// Checks a regex.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let hir = parse(text).map_err(|error| {
            let (message, span) = explain(&error);
            Box::new((Problem::new(Code::BadPattern, format!("regex does not parse: {message}")), span))
        })?;
        if hir.properties().minimum_len().is_none_or(|len| len == 0) {
            let problem =
                Problem::new(Code::PatternMatchesEmpty, "regex matches the empty string, and so every text")
                    .help("make at least one part of it required");
            return Err(Box::new((problem, None)));
        }
        let literals = required(&hir);
        let regex = build(text).map_err(|error| {
            let message = match error {
                regex::Error::CompiledTooBig(limit) => {
                    format!("regex takes more than {limit} bytes once compiled")
                }
                other => format!("regex does not compile: {other}"),
            };
            let problem = Problem::new(Code::PatternTooLarge, message);
            Box::new((problem.help("repeat fewer times, or say it with `near`"), None))
        })?;
        Ok(Self { text: text.to_owned(), literals, compiled: regex.into() })
    }

    /// The compiled regex.
    pub(crate) fn regex(&self) -> &Regex {
        self.compiled.get_or_init(|| build(&self.text).expect("it was compiled when the pack was checked"))
    }
}

fn build(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).unicode(false).case_insensitive(true).size_limit(SIZE_LIMIT).build()
}

/// What a regex of a pack means.
#[cfg(feature = "lint")]
pub(crate) fn hir(text: &str) -> Option<Hir> {
    parse(text).ok()
}

/// Letter case is left as written: the literals come out whole, and they are searched for in any case.
fn parse(text: &str) -> Result<Hir, Box<regex_syntax::Error>> {
    ParserBuilder::new().unicode(false).utf8(false).build().parse(text).map_err(Box::new)
}

fn explain(error: &regex_syntax::Error) -> (String, Option<Range<usize>>) {
    match error {
        regex_syntax::Error::Parse(e) => {
            (e.kind().to_string(), Some(e.span().start.offset..e.span().end.offset))
        }
        regex_syntax::Error::Translate(e) => {
            (e.kind().to_string(), Some(e.span().start.offset..e.span().end.offset))
        }
        other => (other.to_string(), None),
    }
}

/// Sets of literals, of each of which every match holds at least one; the sets whose literals are longest come first.
fn required(hir: &Hir) -> Vec<Vec<Vec<u8>>> {
    let mut sets = match hir.kind() {
        HirKind::Literal(literal) => {
            // Of letters and digits alone, and so inside one word of a text.
            let runs = literal.0.split(|byte| !byte.is_ascii_alphanumeric());
            runs.map(|run| vec![run.to_ascii_lowercase()]).collect()
        }
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(branches) => {
            // Of each branch the best set: a match holds one of one of them.
            let best: Option<Vec<_>> =
                branches.iter().map(|branch| required(branch).into_iter().next()).collect();
            best.map(|sets| sets.into_iter().flatten().collect()).into_iter().collect()
        }
        HirKind::Concat(parts) => parts.iter().flat_map(required).collect(),
        _ => Vec::new(),
    };
    sets.retain(|set| shortest(set) >= SHORTEST_LITERAL);
    sets.sort_by_key(|set| std::cmp::Reverse(shortest(set)));
    sets.truncate(MOST_SETS);
    sets
}

fn shortest(set: &[Vec<u8>]) -> usize {
    set.iter().map(Vec::len).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_literals_are_in_every_match() {
        for (regex, sets) in [
            (r"\bcanary\b", &[&["canary"][..]][..]),
            (r"\d+ ?% of (live |production )?traffic", &[&["traffic"], &["of"]]),
            (r"drift(ed|s)?|skew", &[&["drift", "skew"]]),
            (r"(p95|p99)\s+latency", &[&["latency"], &["p95", "p99"]]),
            (r"[a-z]+", &[]),
            (r"(?:canary)?", &[]),
            (r"(?:a tenth|\d+) of", &[&["of"]]),
            (r"models:/[\w.-]+@\w+", &[&["models"]]),
        ] {
            let hir = parse(regex).unwrap();
            let expected: Vec<Vec<Vec<u8>>> = sets
                .iter()
                .map(|set| set.iter().map(|literal| literal.as_bytes().to_vec()).collect())
                .collect();
            assert_eq!(required(&hir), expected, "{regex}");
        }
    }
}
