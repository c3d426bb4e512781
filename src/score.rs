//! Hits to tally.
//!
//! In: the hits of one question. Out: the rules that fired, and the points of every target. A pure function of the two;
//! the text is out of sight.
//!
//! A rule fires once however often its cues occur, in the strongest zone that one of them stands in, so that a long
//! stem does not outvote a clear one. A rule that the stem makes fire owes nothing to the options: whether it fires and
//! how strongly is settled before they are looked at. Only a rule that the stem leaves silent can fire in the options.

use crate::{
    pack::{Near, Pack, RuleIx, TargetIx, Use},
    scan::Hit,
    zone::Zone,
};

/// The rules that fired in one question, and what they add up to.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// Rules that fired, in the order of the pack.
    pub fired: Vec<Fired>,
    /// Points of each target from the stem alone.
    pub stem: Vec<f64>,
    /// Points of each target, options included.
    pub total: Vec<f64>,
}

/// A rule that fired.
#[derive(Debug, Clone, PartialEq)]
pub struct Fired {
    /// The rule.
    pub rule: RuleIx,
    /// What its points are multiplied by: zone and negation.
    pub factor: f64,
    /// The zone that decided.
    pub zone: Zone,
    /// Whether the stem alone made it fire.
    pub in_stem: bool,
    /// Whether the factor is weakened by negation.
    pub negated: bool,
    /// Whether it took two cues near each other; they are the first two hits.
    pub near: bool,
    /// Positions, in the list of hits, of the hits that made it fire, the strongest first.
    pub hits: Vec<usize>,
}

impl Tally {
    /// Adds up the points of rules that fired.
    pub(crate) fn of<'p>(
        pack: &Pack,
        fired: Vec<Fired>,
        points: impl Fn(RuleIx) -> &'p [(TargetIx, f64)],
    ) -> Self {
        let mut stem = vec![0.0; pack.targets.len()];
        let mut total = vec![0.0; pack.targets.len()];
        for fired in &fired {
            for &(target, points) in points(fired.rule) {
                total[target.index()] += points * fired.factor;
                if fired.in_stem {
                    stem[target.index()] += points * fired.factor;
                }
            }
        }
        Self { fired, stem, total }
    }

    /// Points of a target, options included.
    #[must_use]
    pub fn points(&self, target: TargetIx) -> f64 {
        self.total[target.index()]
    }
}

/// Adds up what the hits of a question say.
#[must_use]
pub fn score(pack: &Pack, hits: &[Hit]) -> Tally {
    Tally::of(pack, fired(pack, hits), |rule| &pack.rule(rule).points)
}

/// The rules that the hits of a question make fire, in the order of the pack. Points play no part in it.
pub(crate) fn fired(pack: &Pack, hits: &[Hit]) -> Vec<Fired> {
    let mut marks: Vec<(RuleIx, Use, usize)> = Vec::with_capacity(hits.len() * 2);
    for (at, hit) in hits.iter().enumerate() {
        let rules = pack.uses.of(hit.cue).iter();
        marks.extend(rules.filter_map(|&role| role.rule().map(|rule| (rule, role, at))));
    }
    marks.sort_unstable();
    marks.dedup();
    marks.chunk_by(|a, b| a.0 == b.0).filter_map(|marks| fire(pack, marks, hits)).collect()
}

/// How strongly hits count, and which they are.
struct Strength {
    factor: f64,
    near: bool,
    hits: Vec<usize>,
}

/// Whether the marks of one rule make it fire: first by the stem alone, else with the options.
fn fire(pack: &Pack, marks: &[(RuleIx, Use, usize)], hits: &[Hit]) -> Option<Fired> {
    let rule = marks[0].0;
    [true, false].into_iter().find_map(|in_stem| {
        let marks: Vec<(Use, usize)> = marks
            .iter()
            .filter(|(_, _, at)| !in_stem || hits[*at].zone != Zone::Option)
            .map(|&(_, role, at)| (role, at))
            .collect();
        let Strength { factor, near, hits: at } = strength(pack, rule, &marks, hits)?;
        let strongest = &hits[at[0]];
        let ignores = pack.rule(rule).when.ignores_negation;
        let negated = strongest.negated && !ignores;
        Some(Fired { rule, factor, zone: strongest.zone, in_stem, negated, near, hits: at })
    })
}

/// How strongly a rule fires on these marks, if it does.
fn strength(pack: &Pack, rule: RuleIx, marks: &[(Use, usize)], hits: &[Hit]) -> Option<Strength> {
    let when = &pack.rule(rule).when;
    let of = |wanted: fn(Use) -> bool| marks.iter().filter(move |(role, _)| wanted(*role)).map(|&(_, at)| at);
    if of(|role| matches!(role, Use::None(_))).next().is_some() {
        return None;
    }
    let factor = |at: usize| {
        let hit = &hits[at];
        let negation = pack.negation.as_ref().filter(|_| hit.negated && !when.ignores_negation);
        pack.zone_factor(hit.zone) * negation.map_or(1.0, |n| n.factor)
    };
    let in_zone = |at: &usize| when.zones.contains(hits[*at].zone);
    let mut groups = Vec::with_capacity(when.all.len());
    for group in 0..when.all.len() {
        let here =
            marks.iter().filter(|(role, _)| matches!(role, Use::All(_, g) if usize::from(*g) == group));
        let here = here.map(|&(_, at)| at).filter(|at| !when.only_all() || in_zone(at));
        groups.push(here.max_by(|&a, &b| factor(a).total_cmp(&factor(b)).then(b.cmp(&a)))?);
    }
    if when.only_all() {
        // A chain is as strong as its weakest link.
        groups.sort_by(|&a, &b| factor(a).total_cmp(&factor(b)).then(a.cmp(&b)));
        return Some(Strength { factor: factor(*groups.first()?), near: false, hits: groups });
    }
    // Each way to fire is a hit, or two near each other; the strongest way counts, the others are shown.
    let mut ways: Vec<(f64, [usize; 2])> =
        of(|role| matches!(role, Use::Any(_))).filter(in_zone).map(|at| (factor(at), [at, at])).collect();
    if let Some(near) = &when.near {
        for a in of(|role| matches!(role, Use::Near(_))).filter(in_zone) {
            for b in of(|role| matches!(role, Use::NearTo(_))).filter(in_zone) {
                if is_near(near, &hits[a], &hits[b]) {
                    let weaker = if factor(a) <= factor(b) { a } else { b };
                    ways.push((factor(weaker), [weaker, if weaker == a { b } else { a }]));
                }
            }
        }
    }
    ways.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let &(strongest, [one, other]) = ways.first()?;
    let mut at: Vec<usize> = Vec::new();
    for hit in ways.iter().flat_map(|(_, pair)| *pair).chain(groups) {
        if !at.contains(&hit) {
            at.push(hit);
        }
    }
    Some(Strength { factor: strongest, near: one != other, hits: at })
}

/// Whether two hits stand in one segment with few enough words between them.
fn is_near(near: &Near, a: &Hit, b: &Hit) -> bool {
    let (first, second) = if a.words[0] <= b.words[0] { (a, b) } else { (b, a) };
    a.segment == b.segment
        && second.words[0] > first.words[1]
        && second.words[0] - first.words[1] - 1 <= near.within
}
