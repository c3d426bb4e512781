//! Drafts of questions for a rule with other points: what the rule speaks for beside what others speak for.

use super::{As, Suggestion};
use crate::{
    pack::{Pack, RuleIx, TargetIx},
    score::{Fires, Tally},
    suite::cases::Answer,
};

/// So many other rules are tried beside the rule.
const MOST_RIVALS: usize = 60;

/// Questions of the examples of a rule, alone and together with those of others, those nearest to it first.
pub(super) fn drafts(pack: &Pack, ix: RuleIx) -> Vec<String> {
    let rule = pack.rule(ix);
    let mut drafts: Vec<String> = rule.examples.iter().map(|example| example.text.clone()).collect();
    let Some(own) = rule.examples.first().map(|example| example.text.trim_end()) else { return drafts };
    let rivals = nearest(pack, ix);
    for other in rivals {
        let other = other.trim_end();
        drafts.push(format!("{other} {own}"));
        drafts.push(format!("{own} {other}"));
    }
    drafts
}

/// The first examples of other rules, those of its file first.
fn nearest(pack: &Pack, ix: RuleIx) -> Vec<&str> {
    let own = ix.index();
    let mut others: Vec<usize> = (0..pack.rules().len()).filter(|at| *at != own).collect();
    // Half of them from its file, where its lane's rules stand, half from all over the pack.
    others.sort_by_key(|at| at.abs_diff(own));
    let near = others.iter().take(MOST_RIVALS / 2);
    let step = (others.len() / (MOST_RIVALS / 2)).max(1);
    let far = others.iter().skip(MOST_RIVALS / 2).step_by(step).take(MOST_RIVALS / 2);
    let examples = near.chain(far).filter_map(|at| pack.rules()[*at].examples.first());
    examples.map(|example| example.text.as_str()).collect()
}

/// A question, and the rules that fire in it.
#[derive(Debug)]
pub(super) struct Weighed {
    text: String,
    fires: Fires,
    answer: Answer,
}

impl Weighed {
    pub(super) fn new(pack: &Pack, text: String, fires: Fires) -> Self {
        let answer = Answer::of(pack, pack.thresholds(), &Tally::of(pack, &fires));
        Self { text, fires, answer }
    }

    /// The question as a suggestion, if its answer is another with other points of a rule.
    pub(super) fn tells_apart(
        &self,
        pack: &Pack,
        rule: RuleIx,
        points: &[(TargetIx, f64)],
    ) -> Option<Suggestion> {
        let of = |other: RuleIx| if other == rule { points } else { &pack.rule(other).points };
        let answer = Answer::of(pack, pack.thresholds(), &Tally::with(pack, &self.fires, of));
        (answer != self.answer).then(|| Suggestion {
            kind: As::Question(Box::new([self.answer.clone(), answer])),
            text: self.text.clone(),
        })
    }
}
