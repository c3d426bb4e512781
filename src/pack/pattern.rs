//! Regexes: checked, with the anchors they cannot match without. Those of the built-in pack were checked when the program
//! was built, and are compiled when first needed.

use std::{ops::Range, sync::OnceLock};

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::{ParserBuilder, hir::Hir};
use serde::{Deserialize, Serialize};

use super::{anchors::Anchors, joined::Joined};
use crate::problem::{Code, Problem};

/// Bytes that one compiled regex may take.
const SIZE_LIMIT: usize = 1 << 20;
/// Bytes that the states of one regex may take while it runs; when they are used up it begins anew. A counted gap can have
/// thousands of states, of which few come again.
const CACHE_LIMIT: usize = 32 << 10;
/// A fault without a place yet, and the range of it inside the regex.
type Fault = Box<(Problem, Option<Range<usize>>)>;

/// A regex of a rule.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pattern {
    text: String,
    /// What each match holds.
    pub(crate) anchors: Anchors,
    /// If it is only words and gaps.
    pub(crate) joined: Option<Joined>,
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
        let anchors = Anchors::of(&hir);
        // Of a regex whose words do not all tell something, too little is known to do without it.
        let joined = Joined::of(text, &hir).filter(|joined| joined.gaps.len() + 1 == anchors.anchors.len());
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
        Ok(Self { text: text.to_owned(), anchors, joined, compiled: regex.into() })
    }

    /// The compiled regex.
    pub(crate) fn regex(&self) -> &Regex {
        self.compiled.get_or_init(|| build(&self.text).expect("it was compiled when the pack was checked"))
    }
}

fn build(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text)
        .unicode(false)
        .case_insensitive(true)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(CACHE_LIMIT)
        .build()
}

/// What a regex of a pack means.
#[cfg(feature = "lint")]
pub(crate) fn hir(text: &str) -> Option<Hir> {
    parse(text).ok()
}

/// Letter case is left as written: the literals come out whole, and they are searched for in any case.
pub(super) fn parse(text: &str) -> Result<Hir, Box<regex_syntax::Error>> {
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
