//! Advice on rules and on what they speak for: examples, points, ties, counter-evidence.

use super::{Finding, rules_of};
use crate::{
    pack::{Detail, Kind, Pack, Rule, RuleIx, TargetIx},
    problem::Code,
    zone::Zone,
};

const ZONES: [Zone; 3] = [Zone::Story, Zone::Ask, Zone::Option];

pub(super) fn look(pack: &Pack, found: &mut Vec<Finding>) {
    for (ix, rule) in rules_of(pack) {
        let mut add = |finding: Finding| found.push(finding.rule(ix, pack));
        if rule.examples.is_empty() {
            let message = format!("rule `{}` has no example", rule.id);
            let finding = Finding::new(Code::NoExample, rule.id.as_str(), &rule.place, message);
            add(finding.help("add `examples = [\"a text that must make it fire\"]`"));
        }
        if rule.counterexamples.is_empty() {
            let message = format!("rule `{}` has no counterexample", rule.id);
            let finding = Finding::new(Code::NoCounterexample, rule.id.as_str(), &rule.place, message);
            add(finding.help("add `counterexamples = [\"the same words in another sense\"]`"));
        }
        for kind in [Kind::Lane, Kind::Instinct, Kind::Step] {
            found.extend(tie(pack, ix, rule, kind));
        }
    }
    for kind in Kind::ALL {
        for target in pack.of_kind(kind) {
            about_target(pack, target, found);
        }
    }
    found.extend(rules_of(pack).filter_map(|(ix, rule)| silent_zones(pack, ix, rule)));
}

/// Whether a rule gives its most points to two targets of a kind.
fn tie(pack: &Pack, ix: RuleIx, rule: &Rule, kind: Kind) -> Option<Finding> {
    let of_kind: Vec<usize> = (0..rule.points.len())
        .filter(|&at| pack.target(rule.points[at].0).kind() == kind && rule.points[at].1 > 0.0)
        .collect();
    let most = of_kind.iter().map(|&at| rule.points[at].1).fold(0.0, f64::max);
    let mut tied = of_kind.into_iter().filter(|&at| rule.points[at].1 == most);
    let (one, other) = (tied.next()?, tied.next()?);
    let id = |at: usize| pack.target(rule.points[at].0).id.as_str();
    let prior = |at: usize| lane_prior(pack, rule, rule.points[at].0);
    // Alone, the rule must reach the threshold, or neither is claimed.
    let claimed = most * strongest_zone(pack, rule) + prior(one) >= threshold(pack, kind);
    if !claimed || prior(one) != prior(other) {
        return None;
    }
    let message = format!("rule `{}` gives {most} points to both `{}` and `{}`", rule.id, id(one), id(other));
    let place = &rule.points_places[other];
    let help = "where it fires alone, the order of the manifest decides; give one of the two more";
    Some(Finding::new(Code::Tie, rule.id.as_str(), place, message).rule(ix, pack).help(help))
}

/// The prior that the lane of a rule gives a target.
fn lane_prior(pack: &Pack, rule: &Rule, target: TargetIx) -> f64 {
    let lanes =
        rule.points.iter().filter(|(t, points)| pack.target(*t).kind() == Kind::Lane && *points > 0.0);
    let lane = lanes.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    lane.map_or(0.0, |(lane, _)| priors(pack, *lane, target))
}

fn priors(pack: &Pack, lane: TargetIx, target: TargetIx) -> f64 {
    crate::decide::prior(pack, lane).iter().filter(|(t, _)| *t == target).map(|(_, points)| points).sum()
}

/// What all rules together do for a target.
fn about_target(pack: &Pack, ix: TargetIx, found: &mut Vec<Finding>) {
    let target = pack.target(ix);
    if target.detail == (Detail::Step { checklist: false }) {
        // The boxes before the checklist are passed through by every question.
        return;
    }
    let points = || {
        rules_of(pack).flat_map(|(rule_ix, rule)| {
            let places = rule.points.iter().zip(&rule.points_places);
            places.filter(|((t, _), _)| *t == ix).map(move |((_, p), place)| (rule_ix, rule, *p, place))
        })
    };
    let prior = pack.of_kind(Kind::Lane).map(|lane| priors(pack, lane, ix)).fold(0.0, f64::max);
    let most: f64 = prior
        + points()
            .filter(|(_, _, p, _)| *p > 0.0)
            .map(|(_, rule, p, _)| p * strongest_zone(pack, rule))
            .sum::<f64>();
    let kind = target.kind();
    if !points().any(|(_, _, p, _)| p > 0.0) {
        let message = format!("no rule speaks for {} `{}`", kind.name(), target.id);
        let finding = Finding::new(Code::TargetWithoutRule, target.id.as_str(), &target.place, message);
        found.push(finding.help(format!(
            "its row is `{}`; add a rule with `{} = {{ {} = … }}`",
            target.source.row,
            kind.key(),
            target.id
        )));
        if prior <= 0.0 {
            found.extend(points().map(|(rule_ix, rule, _, place)| {
                let message =
                    format!("rule `{}` takes points from `{}`, which nothing gives any", rule.id, target.id);
                Finding::new(Code::IdlePoints, target.id.as_str(), place, message)
                    .rule(rule_ix, pack)
                    .help("remove them")
            }));
        }
        return;
    }
    let threshold = threshold(pack, kind);
    if most < threshold {
        found.extend(points().map(|(rule_ix, rule, _, place)| {
            let message = format!(
                "rule `{}` speaks for {} `{}`, which can reach {most} points at most and needs {threshold}",
                rule.id,
                kind.name(),
                target.id
            );
            Finding::new(Code::IdlePoints, target.id.as_str(), place, message)
                .rule(rule_ix, pack)
                .help("give it more")
        }));
    }
    if kind == Kind::Lane && !points().any(|(_, _, p, _)| p < 0.0) {
        let message = format!("no rule speaks against lane `{}`", target.id);
        let finding =
            Finding::new(Code::LaneWithoutCounterEvidence, target.id.as_str(), &target.place, message);
        found.push(finding.help("give it negative points where its words are meant in another sense"));
    }
}

/// A rule that looks only where nothing counts.
fn silent_zones(pack: &Pack, ix: RuleIx, rule: &Rule) -> Option<Finding> {
    if strongest_zone(pack, rule) > 0.0 {
        return None;
    }
    let message = format!("rule `{}` looks only in zones whose factor is 0", rule.id);
    let finding = Finding::new(Code::IdlePoints, rule.id.as_str(), &rule.place, message);
    Some(finding.rule(ix, pack).help("name another zone, or give the zone a factor under `[zones]`"))
}

/// The strongest factor of the zones in which a rule looks.
fn strongest_zone(pack: &Pack, rule: &Rule) -> f64 {
    let zones = ZONES.into_iter().filter(|&zone| rule.when.zones.contains(zone));
    zones.map(|zone| pack.zone_factor(zone)).fold(0.0, f64::max)
}

/// The points that a target of a kind needs.
fn threshold(pack: &Pack, kind: Kind) -> f64 {
    let thresholds = pack.thresholds();
    match kind {
        Kind::Lane => thresholds.lane,
        Kind::Instinct => thresholds.instinct,
        Kind::Pair => thresholds.pair,
        Kind::Hook => thresholds.hook,
        Kind::Step => 0.0,
    }
}
