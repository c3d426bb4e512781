//! Whether what a mutant changes matters to some case at all.
//!
//! A mutant that survives although it is reached shows an expectation that is missing; one that is not reached shows a text
//! that is missing.

use std::collections::BTreeSet;

use super::{
    lists::Lists,
    matrix::Matrix,
    mutants::{Change, Mutant, Operator},
};
use crate::{
    pack::{CueIx, Part, RuleIx, Use, When},
    score::Scorer,
};

/// What stands where a rule fires, over all cases.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Its cues that counted: ways to fire, and for each group of `all` the strongest.
    counted: BTreeSet<CueIx>,
    /// Its cues that stood there.
    stood: BTreeSet<CueIx>,
    /// Its exceptions that stand where it would fire without them.
    excepted: BTreeSet<CueIx>,
    /// Whether it fires in a labelled question.
    in_question: bool,
    /// Whether it fires by two cues near each other.
    near: bool,
}

impl Standing {
    pub(super) fn of(matrix: &Matrix<'_>, scorer: &mut Scorer<'_>, rule: RuleIx) -> Self {
        let mut standing = Self::default();
        let when = &matrix.pack.rule(rule).when;
        let unexcepted = When { none: Vec::new(), ..when.clone() };
        for case in matrix.touching(rule) {
            let fired = case.fires.rules.iter().find(|fired| fired.rule == rule);
            if let Some(fired) = fired {
                let hits = case.fires.hits(fired).iter().map(|&at| case.hits[at as usize].cue);
                standing.counted.extend(hits);
                standing.stood.extend(case.hits_of(rule).map(|hit| hit.cue));
                standing.in_question |= case.truth().is_some();
                standing.near |= fired.near;
            } else {
                let hits: Vec<_> = case.hits_of(rule).copied().collect();
                let exceptions = || hits.iter().map(|hit| hit.cue).filter(|cue| when.none.contains(cue));
                if exceptions().next().is_some() && scorer.fire_alone(rule, &unexcepted, &hits).is_some() {
                    standing.excepted.extend(exceptions());
                }
            }
        }
        standing
    }

    /// Whether a mutant of the rule changes what matters to some case.
    pub(super) fn reaches(
        &self,
        matrix: &Matrix<'_>,
        scorer: &mut Scorer<'_>,
        rule: RuleIx,
        mutant: &Mutant,
    ) -> bool {
        let Change::When { when, .. } = &mutant.change else { return self.in_question };
        match mutant.operator {
            Operator::HalveWithin | Operator::DoubleWithin => self.near,
            Operator::DropGroup | Operator::DropZones => matrix.touching(rule).any(|case| {
                let hits: Vec<_> = case.hits_of(rule).copied().collect();
                let fired = scorer.fire_alone(rule, when, &hits);
                let before = case.fires.rules.iter().find(|fired| fired.rule == rule);
                fired.map(|fired| (fired.factor, fired.in_stem)) != before.map(|b| (b.factor, b.in_stem))
            }),
            _ => {
                let written = matrix.pack.rule(rule).written.iter();
                let mut written = written.filter(|written| written.place == mutant.place);
                written.any(|written| match written.part {
                    Part::None => self.excepted.contains(&written.cue),
                    Part::All(_) => self.stood.contains(&written.cue),
                    _ => self.counted.contains(&written.cue),
                })
            }
        }
    }
}

/// Whether a mutant of the manifest changes what matters to some case.
pub(super) fn of_manifest(matrix: &Matrix<'_>, mutant: &Mutant, lists: &Lists<'_>) -> bool {
    let pack = matrix.pack;
    let mut questions = matrix.cases.iter().filter(|case| !case.todo && case.truth().is_some());
    match mutant.change {
        Change::List(list, entry) => lists.fired(list, entry),
        Change::Negation(part, at) => {
            let role = [Use::Negates, Use::NegatesNot, Use::NegatesQuestion][part];
            let phrase = &pack.negation_words[part][at].text;
            questions.any(|case| {
                case.hits.iter().any(|hit| {
                    pack.uses.of(hit.cue).contains(&role) && pack.cues[hit.cue.index()].text == *phrase
                })
            })
        }
        Change::Tie(_) => false,
        _ => questions.next().is_some(),
    }
}
