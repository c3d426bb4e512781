//! The machine-readable output, schema 1: one object a question.
//!
//! These structs are the contract, apart from the types of the engine, so that the engine can move.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;

use crate::{
    decide::Verdict,
    input::{InputError, Record},
    pack::{Pack, TargetIx},
    question::Question,
};

/// Version of the contract.
pub const SCHEMA: u32 = 1;

/// The answer to one question.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Output<'a> {
    /// Version of this contract, 1.
    pub schema: u32,
    /// The bank's own id; without one, `<file name>#<ordinal from 1>`.
    pub id: &'a str,
    /// `clear`; `close`: a runner-up lane is within the pack's margin; `none`: no lane is claimed.
    pub status: &'static str,
    /// Chapter of the lane.
    pub chapter: Option<u32>,
    /// Lane id.
    pub lane: Option<&'a str>,
    /// Second lane with any evidence.
    pub runner_up: Option<&'a str>,
    /// Share of the evidence behind the lane, calibrated: of the answers at 0.8, about 80 % are right. 0 to 1.
    pub confidence: f64,
    /// Instinct id.
    pub instinct: Option<&'a str>,
    /// Id of the step to verify next.
    pub verify: Option<&'a str>,
    /// Ids of the steps left after it, in the order of the answer sequence.
    pub then: Vec<&'a str>,
    /// Ids of the high-confusion pairs that the question touches.
    pub pairs: Vec<&'a str>,
    /// Ids of the memory hooks that apply.
    pub hooks: Vec<&'a str>,
    /// Points of every lane with evidence.
    pub scores: BTreeMap<&'a str, f64>,
    /// What counted, strongest first.
    pub evidence: Vec<Counted<'a>>,
}

/// A place in the question that counted.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counted<'a> {
    /// Rule id.
    pub rule: &'a str,
    /// `story`, `ask` or `option`.
    pub zone: &'static str,
    /// Byte offset into the question text as given; into the option's own text where `option` is there.
    pub start: u32,
    /// End of the range.
    pub end: u32,
    /// The words.
    pub text: Cow<'a, str>,
    /// The lane, instinct, step, pair or hook it speaks for.
    #[serde(rename = "for")]
    pub target: &'a str,
    /// Signed points.
    pub points: f64,
    /// Key of the option that the words stand in, where a bank gives its options apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<&'a str>,
}

/// A record that cannot be read.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unread<'a> {
    /// Version of this contract, 1.
    pub schema: u32,
    /// The record's id, as far as it is known.
    pub id: &'a str,
    /// What is wrong.
    pub error: Fault<'a>,
}

/// What is wrong with a record.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fault<'a> {
    /// Stable code.
    pub code: &'static str,
    /// In words.
    pub message: &'a str,
    /// Line of the file, from 1.
    pub line: usize,
}

/// What is printed for one record.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Line<'a> {
    /// An answer.
    Answer(Box<Output<'a>>),
    /// A record that cannot be read.
    Unread(Unread<'a>),
}

/// The output for a verdict.
#[must_use]
pub fn output<'a>(
    pack: &'a Pack,
    record: &'a Record<'_>,
    question: &Question<'_>,
    verdict: &Verdict,
) -> Output<'a> {
    let id = |ix: TargetIx| pack.target(ix).id.as_str();
    let ids = |list: &[TargetIx]| list.iter().map(|&ix| id(ix)).collect();
    let evidence = verdict.evidence.iter().map(|evidence| {
        let hit = &evidence.hit;
        // Where two words near each other count, the place reaches over both.
        let (start, end) = evidence.span;
        let option = question.segments()[hit.segment as usize].option;
        Counted {
            rule: &pack.rule(evidence.rule).id,
            zone: evidence.zone.name(),
            start,
            end,
            text: slice(record.field(option), start, end),
            target: id(evidence.target),
            points: round(evidence.points),
            option: option.and_then(|at| record.options.get(usize::from(at))).map(|(key, _)| &**key),
        }
    });
    Output {
        schema: SCHEMA,
        id: &record.id,
        status: verdict.status.name(),
        chapter: verdict.lane.and_then(|lane| pack.chapter_of(lane)).map(|chapter| chapter.number),
        lane: verdict.lane.map(id),
        runner_up: verdict.runner_up.map(id),
        confidence: round(verdict.confidence),
        instinct: verdict.instinct.map(id),
        verify: verdict.verify.map(id),
        then: ids(&verdict.then),
        pairs: ids(&verdict.pairs),
        hooks: ids(&verdict.hooks),
        scores: verdict.scores.iter().map(|&(ix, points)| (id(ix), round(points))).collect(),
        evidence: evidence.collect(),
    }
}

/// The output for a record that cannot be read.
#[must_use]
pub fn unread(error: &InputError) -> Unread<'_> {
    let fault = Fault { code: error.code, message: &error.message, line: error.line };
    Unread { schema: SCHEMA, id: &error.id, error: fault }
}

/// The text of a range. A regex works on bytes, so its range may cut a character; that one is shown as `U+FFFD`.
pub(super) fn slice(text: &str, start: u32, end: u32) -> Cow<'_, str> {
    let range = start as usize..end as usize;
    match text.get(range.clone()) {
        Some(words) => words.into(),
        None => String::from_utf8_lossy(&text.as_bytes()[range]),
    }
}

/// Three decimals: enough to add up, and the same on every machine.
pub(crate) fn round(number: f64) -> f64 {
    match thousandths(number) {
        Some(thousandths) if number < 0.0 && thousandths > 0 => -(thousandths as f64 / 1000.0),
        Some(thousandths) => thousandths as f64 / 1000.0,
        None => number,
    }
}

/// The thousandths of a number without its sign, the half of one rounded up; nothing for one that has none.
pub(super) fn thousandths(number: f64) -> Option<u64> {
    let thousandths = number.abs() * 1000.0 + 0.5;
    (thousandths < 1e15).then_some(thousandths as u64)
}
