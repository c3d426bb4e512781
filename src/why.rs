//! Why not: the rules of a target that were touched but stayed silent, each with what kept it silent.

use crate::{
    pack::{CueIx, Pack, RuleIx, TargetIx, Use},
    scan::Hit,
    score::Scorer,
};

/// A rule that was touched but did not fire.
#[derive(Debug, Clone, PartialEq)]
pub struct Silent {
    /// The rule.
    pub rule: RuleIx,
    /// What it would have given the target, before zone and negation.
    pub points: f64,
    /// The hit that touched it.
    pub hit: Hit,
    /// What kept it silent.
    pub reason: Reason,
}

/// What kept a rule silent.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// A phrase of its `none` stands in the question.
    Excepted(Hit),
    /// Its cues stand in zones that it does not look at.
    Zone,
    /// None of these stands in the question.
    Missing(Vec<CueIx>),
    /// None of these stands near enough.
    NotNear(Vec<CueIx>, u32),
}

/// The silent rules that speak for a target, those with the most points first.
#[must_use]
pub fn silent(pack: &Pack, hits: &[Hit], target: TargetIx) -> Vec<Silent> {
    let mut scorer = Scorer::new(pack);
    let fired = &scorer.fire(hits).rules;
    let mut silent = Vec::new();
    for (at, rule) in pack.rules.iter().enumerate() {
        let ix = RuleIx(at as u16);
        let points =
            rule.points.iter().find(|(t, points)| *t == target && *points > 0.0).map(|&(_, points)| points);
        let Some(points) = points.filter(|_| fired.iter().all(|f| f.rule != ix)) else { continue };
        if let Some((hit, reason)) = reason(pack, ix, hits) {
            silent.push(Silent { rule: ix, points, hit, reason });
        }
    }
    silent.sort_by(|a, b| b.points.total_cmp(&a.points).then(a.rule.cmp(&b.rule)));
    silent
}

/// What kept a rule that did not fire silent, if any of its cues was there.
pub(crate) fn reason(pack: &Pack, rule: RuleIx, hits: &[Hit]) -> Option<(Hit, Reason)> {
    let when = &pack.rule(rule).when;
    let find = |wanted: &dyn Fn(Use) -> bool| {
        hits.iter().find(|hit| pack.uses.of(hit.cue).iter().any(|&role| wanted(role))).copied()
    };
    let touched = find(&|role| role.rule() == Some(rule) && !matches!(role, Use::None(_)))?;
    if let Some(hit) = find(&|role| role == Use::None(rule)) {
        return Some((touched, Reason::Excepted(hit)));
    }
    let missing =
        (0..when.all.len()).find(|&group| find(&|role| role == Use::All(rule, group as u16)).is_none());
    if let Some(group) = missing {
        return Some((touched, Reason::Missing(when.all[group].clone())));
    }
    if let Some(near) = &when.near {
        let sides = [find(&|role| role == Use::Near(rule)), find(&|role| role == Use::NearTo(rule))];
        match sides {
            [Some(hit), None] => return Some((hit, Reason::Missing(near.to.clone()))),
            [None, Some(hit)] => return Some((hit, Reason::Missing(near.words.clone()))),
            [Some(hit), Some(_)] if when.zones.contains(hit.zone) => {
                return Some((hit, Reason::NotNear(near.to.clone(), near.within)));
            }
            _ => {}
        }
    }
    let primary = find(&|role| role == Use::Any(rule));
    match primary {
        Some(hit) => Some((hit, Reason::Zone)),
        None if when.only_all() => Some((touched, Reason::Zone)),
        None => Some((touched, Reason::Missing(when.any.clone()))),
    }
}
