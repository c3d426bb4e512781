//! What the pack allows with a reason is left out; an `allow` that nothing needs, or that means nothing, is told.

use std::sync::Arc;

use super::{Finding, rules_of};
use crate::{
    pack::{Allow, Pack, RuleIx},
    problem::{Code, Family, nearest},
};

/// What an `allow` reaches.
#[derive(Debug, Clone, Copy)]
enum Reach {
    Rule(RuleIx),
    File,
    Pack,
}

/// Takes out what is allowed. Without a bank nobody knows whether an `allow` of what takes one is needed.
pub(super) fn apply(pack: &Pack, findings: Vec<Finding>, with_bank: bool) -> Vec<Finding> {
    let of_rules =
        rules_of(pack).flat_map(|(ix, rule)| rule.allows.iter().map(move |a| (Reach::Rule(ix), a)));
    let of_files = pack.allows().iter().map(|allow| {
        let in_manifest = Arc::ptr_eq(&allow.code.place.source, &pack.place().source);
        (if in_manifest { Reach::Pack } else { Reach::File }, allow)
    });
    let allows: Vec<(Reach, &Allow)> = of_rules.chain(of_files).collect();
    let mut needed = vec![false; allows.len()];
    let mut left = Vec::new();
    for finding in findings {
        let mut allowed = false;
        for (needed, (reach, allow)) in needed.iter_mut().zip(&allows) {
            if reaches(*reach, allow, &finding) {
                (*needed, allowed) = (true, true);
            }
        }
        if !allowed {
            left.push(finding);
        }
    }
    for ((_, allow), needed) in allows.into_iter().zip(needed) {
        left.extend(about(allow, needed, with_bank));
    }
    left
}

fn reaches(reach: Reach, allow: &Allow, finding: &Finding) -> bool {
    let there = match reach {
        Reach::Rule(rule) => finding.rule == Some(rule),
        Reach::File => finding
            .problem
            .place
            .as_ref()
            .is_some_and(|place| place.source.name == allow.code.place.source.name),
        Reach::Pack => true,
    };
    there
        && allow.code.text == finding.problem.code.name()
        && allow.of.as_ref().is_none_or(|of| *of == finding.of)
}

fn about(allow: &Allow, needed: bool, with_bank: bool) -> Option<Finding> {
    let code = allow.code.text.as_str();
    let place = &allow.code.place;
    let known = || Code::ALL.iter().filter(|code| code.family() == Family::Lint).map(|code| code.name());
    if !known().any(|known| known == code) {
        let message = format!("`allow` names code `{code}`, which no advice has");
        let finding = Finding::new(Code::UnknownAllow, code, place, message);
        return Some(finding.help(match nearest(code, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`firstlane explain` lists all".to_owned(),
        }));
    }
    if allow.reason.text.trim().is_empty() {
        let message = format!("`allow` of `{code}` has no reason");
        let finding = Finding::new(Code::AllowWithoutReason, code, &allow.reason.place, message);
        return Some(finding.help("say why it is right as it is"));
    }
    if needed || (code == Code::NeverDecisive.name() && !with_bank) {
        return None;
    }
    let of = allow.of.as_ref().map_or(String::new(), |of| format!(" of `{of}`"));
    let message = format!("nothing needs this `allow` of `{code}`{of}");
    Some(Finding::new(Code::UnneededAllow, code, place, message).help("remove it"))
}
