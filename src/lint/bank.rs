//! Advice that takes a bank: rules without which no answer would be another.

use super::{Finding, rules_of};
use crate::{bank::Sample, decide::Verdict, pack::Pack, problem::Code};

pub(super) fn look(pack: &Pack, samples: &[Sample], found: &mut Vec<Finding>) {
    let rules = pack.rules().len();
    let (mut fires, mut decides) = (vec![0_usize; rules], vec![false; rules]);
    for sample in samples {
        let verdict = sample.verdict(pack);
        for fired in &sample.fires.rules {
            let at = fired.rule.index();
            fires[at] += 1;
            decides[at] = decides[at] || !same(&verdict, &sample.verdict_without(pack, fired.rule));
        }
    }
    for (ix, rule) in rules_of(pack).filter(|(ix, _)| !decides[ix.index()]) {
        let message = match fires[ix.index()] {
            0 => format!("no question of the bank makes rule `{}` fire", rule.id),
            1 => format!(
                "rule `{}` fires in one question of the bank, which has the same answer without it",
                rule.id
            ),
            n => format!(
                "rule `{}` fires in {n} questions of the bank, which have the same answers without it",
                rule.id
            ),
        };
        let finding = Finding::new(Code::NeverDecisive, rule.id.as_str(), &rule.place, message);
        found.push(finding.rule(ix, pack).help("add a question that needs it, or remove it"));
    }
}

/// Whether two verdicts answer the same, whatever speaks for it.
fn same(a: &Verdict, b: &Verdict) -> bool {
    (a.status, a.lane, a.instinct, a.verify) == (b.status, b.lane, b.instinct, b.verify)
        && (&a.pairs, &a.hooks) == (&b.pairs, &b.hooks)
}
