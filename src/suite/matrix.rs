//! The match matrix: which cue stands in which case. Every change of the pack is answered from it.
//!
//! In: the scanned cases. Out: what a case notices of a change: of other conditions of one rule, of other points, of other
//! thresholds. Only the cases in which a cue of the changed rule stands are looked at; in all others nothing changes, by
//! construction.

use std::collections::BTreeMap;

use super::cases::{Answer, Case, Expects, wrong};
use crate::{
    decide::prior,
    engine::Engine,
    pack::{CueIx, Kind, Pack, RuleIx, TargetIx, Thresholds, When},
    scan::Hit,
    score::{Fires, Scorer, Tally},
};

/// What a case notices of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noticed {
    /// Nothing.
    Nothing,
    /// The answer to a question is another, but what its labels speak of is no worse.
    Changed,
    /// An example or a right answer no longer holds.
    Broken,
}

/// The cases, by what stands in them.
#[derive(Debug)]
pub(super) struct Matrix<'a> {
    pub(super) pack: &'a Pack,
    pub(super) cases: &'a [Case<'a>],
    /// For each rule the cases in which a cue of it stands.
    touched: Vec<Vec<u32>>,
}

impl<'a> Matrix<'a> {
    pub(super) fn new(engine: &'a Engine, cases: &'a [Case<'a>]) -> Self {
        let pack = engine.pack();
        let mut touched = vec![Vec::new(); pack.rules().len()];
        for (at, case) in cases.iter().enumerate().filter(|(_, case)| !case.todo) {
            for rule in case.rules() {
                touched[rule.index()].push(at as u32);
            }
        }
        Self { pack, cases, touched }
    }

    /// The cases in which a cue of a rule stands.
    pub(super) fn touching(&self, rule: RuleIx) -> impl Iterator<Item = &'a Case<'a>> + '_ {
        self.touched[rule.index()].iter().map(|&at| &self.cases[at as usize])
    }

    /// For each cue of a rule, the cases in which it stands.
    pub(super) fn by_cue(&self, rule: RuleIx) -> BTreeMap<CueIx, Vec<u32>> {
        let mut by_cue: BTreeMap<CueIx, Vec<u32>> = BTreeMap::new();
        for &at in &self.touched[rule.index()] {
            for hit in self.cases[at as usize].hits_of(rule) {
                let cases = by_cue.entry(hit.cue).or_default();
                if cases.last() != Some(&at) {
                    cases.push(at);
                }
            }
        }
        by_cue
    }

    /// What a case notices when a rule has other conditions. `more` are hits of cues that are not in the pack.
    pub(super) fn conditions(
        &self,
        scorer: &mut Scorer<'_>,
        case: &Case<'_>,
        rule: RuleIx,
        when: &When,
        more: &[Hit],
    ) -> Noticed {
        let hits: Vec<Hit> = case.hits_of(rule).chain(more).copied().collect();
        let fired = scorer.fire_alone(rule, when, &hits);
        let before = case.fires.rules.iter().find(|fired| fired.rule == rule);
        let same = match (before, &fired) {
            (None, None) => true,
            (Some(a), Some(b)) => a.factor == b.factor && a.in_stem == b.in_stem,
            _ => false,
        };
        match case.expects {
            _ if same => Noticed::Nothing,
            Expects::Fires(other) | Expects::Silent(other) => {
                broken(other == rule && before.is_some() != fired.is_some() && case.holds())
            }
            Expects::Answer(_) => self.fires(case, &case.fires.with(rule, fired)),
        }
    }

    /// What a question notices when other rules fire.
    pub(super) fn fires(&self, case: &Case<'_>, fires: &Fires) -> Noticed {
        let tally = Tally::of(self.pack, fires);
        judge(case, &Answer::of(self.pack, self.pack.thresholds(), &tally))
    }

    /// What a case notices when a rule has other points.
    pub(super) fn points(&self, case: &Case<'_>, rule: RuleIx, points: &[(TargetIx, f64)]) -> Noticed {
        if case.truth().is_none() {
            return Noticed::Nothing;
        }
        let of = |other: RuleIx| if other == rule { points } else { &self.pack.rule(other).points };
        let tally = Tally::with(self.pack, &case.fires, of);
        judge(case, &Answer::of(self.pack, self.pack.thresholds(), &tally))
    }

    /// What a case notices of other thresholds.
    pub(super) fn thresholds(&self, case: &Case<'_>, thresholds: &Thresholds) -> Noticed {
        judge(case, &Answer::of(self.pack, thresholds, &Tally::of(self.pack, &case.fires)))
    }

    /// What a case notices when the last of equals wins.
    pub(super) fn tie(&self, case: &Case<'_>, kind: Kind) -> Noticed {
        let tally = Tally::of(self.pack, &case.fires);
        let mut answer = case.answer.clone();
        let Some(lane) = answer.lane else { return Noticed::Nothing };
        let prior = if kind == Kind::Lane { &[][..] } else { prior(self.pack, lane) };
        let points = |ix: TargetIx| {
            let prior: f64 = prior.iter().filter(|(target, _)| *target == ix).map(|(_, points)| points).sum();
            tally.points(ix) + prior
        };
        let winner = match kind {
            Kind::Lane => &mut answer.lane,
            Kind::Instinct => &mut answer.instinct,
            _ => &mut answer.verify,
        };
        let Some(first) = *winner else { return Noticed::Nothing };
        let can_win = |ix: &TargetIx| kind != Kind::Step || self.pack.is_checklist(*ix);
        let mut equals = self.pack.of_kind(kind).filter(|&ix| points(ix) == points(first)).filter(can_win);
        *winner = equals.next_back();
        judge(case, &answer)
    }
}

/// What a question notices when its answer is another.
fn judge(case: &Case<'_>, answer: &Answer) -> Noticed {
    let Some(truth) = case.truth().filter(|_| *answer != case.answer) else { return Noticed::Nothing };
    let (before, after) = (wrong(truth, &case.answer), wrong(truth, answer));
    let newly =
        [after.lane && !before.lane, after.instinct && !before.instinct, after.verify && !before.verify];
    if newly.contains(&true) { Noticed::Broken } else { Noticed::Changed }
}

fn broken(is: bool) -> Noticed {
    if is { Noticed::Broken } else { Noticed::Nothing }
}
