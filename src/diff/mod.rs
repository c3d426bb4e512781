//! Two packs, or a pack and a baseline, on the same questions: which answers differ, and by which rules.
//!
//! In: for each question its answers before and after, and its labels if it has any. Out: what was gained, lost or
//! changed in each respect, counts for a paired test, counts by lane; and, where both packs are at hand, the smallest
//! sets of rules that make the difference. Answers are compared by ids, since the packs have their own indexes.

mod baseline;
mod cause;
mod mcnemar;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::{
    baseline::{Bank, Baseline, Index, Match, Row},
    cause::{Causes, Differs, Side},
    mcnemar::Paired,
};
use crate::{
    decide::Verdict,
    input::Labels,
    pack::{Kind, Pack},
};

/// The respects in which answers are compared.
pub const RESPECTS: [Kind; 3] = [Kind::Lane, Kind::Instinct, Kind::Step];

/// An answer as ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The lane, or none.
    pub lane: Option<String>,
    /// The instinct, or none.
    pub instinct: Option<String>,
    /// The step to verify next, or none.
    pub verify: Option<String>,
}

impl Answer {
    /// That of a verdict.
    #[must_use]
    pub fn of(pack: &Pack, verdict: &Verdict) -> Self {
        let id = |ix: Option<_>| ix.map(|ix| pack.target(ix).id.clone());
        Self { lane: id(verdict.lane), instinct: id(verdict.instinct), verify: id(verdict.verify) }
    }

    /// What it says in one respect.
    #[must_use]
    pub fn in_respect(&self, kind: Kind) -> Option<&str> {
        match kind {
            Kind::Lane => self.lane.as_deref(),
            Kind::Instinct => self.instinct.as_deref(),
            _ => self.verify.as_deref(),
        }
    }

    /// Whether it is right in one respect; nothing where the labels do not say. Of a question in no lane only the lane
    /// counts.
    #[must_use]
    pub fn is_right(&self, kind: Kind, labels: Option<&Labels>) -> Option<bool> {
        let labels = labels?;
        let (label, also) = match kind {
            Kind::Lane => (&labels.lane, &labels.lane_ok),
            _ if labels.lane.is_none() => return None,
            Kind::Instinct => (&labels.instinct, &labels.instinct_ok),
            _ => (&labels.verify, &labels.verify_ok),
        };
        let answer = self.in_respect(kind);
        Some(label.as_deref() == answer || also.iter().any(|ok| ok.as_deref() == answer))
    }
}

/// What became of an answer in one respect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It was right and is wrong.
    Lost,
    /// It was wrong and is right.
    Gained,
    /// It is another, as wrong or right as before, or nobody knows.
    Changed,
}

/// How answers before and after differ on a bank.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// How many questions were compared.
    pub questions: usize,
    /// Of these, how many have labels.
    pub labelled: usize,
    /// Questions with another answer in any respect.
    pub changed: usize,
    /// Right and wrong answers in each of [`RESPECTS`], and in all of them together.
    pub paired: [Paired; 4],
    /// Counts by lane, none included.
    pub lanes: BTreeMap<Option<String>, OfLane>,
}

/// Counts for one lane.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfLane {
    /// Questions that this lane was claimed for before.
    pub before: usize,
    /// Questions that it is claimed for.
    pub after: usize,
    /// Of the questions labelled so: right before, wrong before.
    pub paired: Paired,
}

impl Comparison {
    /// Counts one question. Gives the respects in which its answer is another, and what became of it.
    pub fn add(&mut self, labels: Option<&Labels>, before: &Answer, after: &Answer) -> Vec<(Kind, Change)> {
        self.questions += 1;
        self.labelled += usize::from(labels.is_some());
        self.changed += usize::from(before != after);
        self.lanes.entry(before.lane.clone()).or_default().before += 1;
        self.lanes.entry(after.lane.clone()).or_default().after += 1;
        let mut changes = Vec::new();
        let mut all = None;
        for (at, kind) in RESPECTS.into_iter().enumerate() {
            let right = before.is_right(kind, labels).zip(after.is_right(kind, labels));
            if let Some((was, is)) = right {
                self.paired[at].add(was, is);
                let (all_were, all_are) = all.unwrap_or((true, true));
                all = Some((all_were && was, all_are && is));
            }
            if before.in_respect(kind) != after.in_respect(kind) {
                changes.push((
                    kind,
                    match right {
                        Some((true, false)) => Change::Lost,
                        Some((false, true)) => Change::Gained,
                        _ => Change::Changed,
                    },
                ));
            }
        }
        if let Some((were, are)) = all {
            self.paired[RESPECTS.len()].add(were, are);
        }
        if let Some(labels) = labels {
            let right = |answer: &Answer| answer.is_right(Kind::Lane, Some(labels)) == Some(true);
            self.lanes.entry(labels.lane.clone()).or_default().paired.add(right(before), right(after));
        }
        changes
    }
}
