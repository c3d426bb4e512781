//! Mutants that the pack accepts, since no test can or need notice them; and acceptances that are not needed.

use super::mutate::Tried;
use crate::{
    pack::{Accept, Pack},
    problem::Place,
};

/// An acceptance that says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unneeded {
    /// Where it stands.
    pub place: Place,
    /// The mutant that it names.
    pub mutant: String,
    /// Whether there is such a mutant, and a case notices it.
    pub is_killed: bool,
}

/// Marks the survivors that the pack accepts. Acceptances are unneeded if a case notices the mutant, or if the pack has no
/// such mutant.
pub(super) fn mark(pack: &Pack, tried: &mut [Tried]) -> Vec<Unneeded> {
    let rules = pack.rule_indexes().map(|ix| (Some(ix), &pack.rule(ix).accepts));
    let all = rules.chain([(None, &pack.accepts)]).filter(|(_, accepts)| !accepts.is_empty());
    let mut unneeded = Vec::new();
    for (rule, accepts) in all {
        let mut of_rule: Vec<&mut Tried> = tried.iter_mut().filter(|t| t.mutant.rule == rule).collect();
        // Nothing is known of rules that were not tried.
        if of_rule.is_empty() {
            continue;
        }
        for Accept { mutant, reason } in accepts {
            let found = of_rule.iter_mut().find(|tried| tried.mutant.name() == mutant.text);
            let is_killed = found.as_ref().is_some_and(|tried| tried.is_killed());
            match found {
                Some(tried) if !is_killed => tried.accepted = Some(reason.clone()),
                _ => unneeded.push(Unneeded {
                    place: mutant.place.clone(),
                    mutant: mutant.text.clone(),
                    is_killed,
                }),
            }
        }
    }
    unneeded
}
