//! Tally to verdict.
//!
//! In: points of every target. Out: the lane or none, the instinct, the step to verify next and those after it, pairs
//! and hooks, and the evidence. A pure function; the text is out of sight.
//!
//! - The stem decides where it can: if its points alone make a lane clear, the options cannot change the lane. Only
//!   where they do not, the points of the options are added.
//! - The lane with the most points wins, if it has the pack's threshold; of equals, the first in the pack.
//! - The chosen lane adds its prior points to instincts and steps. The instinct with the most points wins, if it has its
//!   threshold; the checklist step with the most points wins in any case. No lane, no instinct and no step.

use std::{cmp::Reverse, ops::Range};

use crate::{
    pack::{Detail, Kind, Pack, RuleIx, TargetIx, Thresholds},
    scan::Hit,
    score::{Fired, Fires, Tally},
    zone::Zone,
};

/// How sure an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// One lane is ahead by more than the pack's margin.
    Clear,
    /// A runner-up lane is within the margin.
    Close,
    /// No lane has the pack's threshold, so none is claimed.
    None,
}

impl Status {
    /// The word for it in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Close => "close",
            Self::None => "none",
        }
    }
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// How sure it is.
    pub status: Status,
    /// What the question is mainly about.
    pub lane: Option<TargetIx>,
    /// The second lane with any evidence.
    pub runner_up: Option<TargetIx>,
    /// Of the answers with this number, about this share is right on the bank that the pack was calibrated on; 0 to 1.
    pub confidence: f64,
    /// Share of the evidence that is behind the lane, before calibration; 0 to 1.
    pub share: f64,
    /// Whether the lane owes its points to the options.
    pub from_options: bool,
    /// The better first instinct.
    pub instinct: Option<TargetIx>,
    /// The step to verify next.
    pub verify: Option<TargetIx>,
    /// The checklist steps after it, in the order of the answer sequence.
    pub then: Vec<TargetIx>,
    /// High-confusion pairs that the question touches.
    pub pairs: Vec<TargetIx>,
    /// Memory hooks that apply.
    pub hooks: Vec<TargetIx>,
    /// Points of every lane with evidence, in the order of the pack.
    pub scores: Vec<(TargetIx, f64)>,
    /// What counted, strongest first.
    pub evidence: Vec<Evidence>,
    /// The hits of the evidence.
    hits: Vec<Hit>,
}

/// A rule that counted for or against a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The rule.
    pub rule: RuleIx,
    /// The target.
    pub target: TargetIx,
    /// Signed points, after zone and negation.
    pub points: f64,
    /// The zone that decided.
    pub zone: Zone,
    /// Whether negation weakened it.
    pub negated: bool,
    /// The hit that decided.
    pub hit: Hit,
    /// Byte range of what counted, in the field of that hit: two cues near each other and what is between.
    pub span: (u32, u32),
    /// Where its hits stand among those of all evidence.
    hits: Range<u32>,
}

impl Verdict {
    /// The hits that made the rule of some evidence fire, the strongest first.
    #[must_use]
    pub fn hits(&self, evidence: &Evidence) -> &[Hit] {
        &self.hits[evidence.hits.start as usize..evidence.hits.end as usize]
    }
}

/// Decides.
#[must_use]
pub fn decide(pack: &Pack, fires: &Fires, tally: &Tally, hits: &[Hit]) -> Verdict {
    decide_at(pack, &pack.thresholds, fires, tally, hits)
}

/// Decides with other thresholds than the pack's.
pub(crate) fn decide_at(pack: &Pack, t: &Thresholds, fires: &Fires, tally: &Tally, hits: &[Hit]) -> Verdict {
    let stem = Ranking::of(pack, &tally.stem);
    let stem_decides = stem.status(t) == Status::Clear;
    let points = if stem_decides { &tally.stem } else { &tally.total };
    let ranking = if stem_decides { stem } else { Ranking::of(pack, points) };
    let status = ranking.status(t);
    let lane = ranking.best.filter(|_| status != Status::None);
    let share = lane.map_or(0.0, |lane| share(pack, points, lane));
    let prior = lane.map_or(&[][..], |lane| prior(pack, lane));
    let mut with_prior = tally.total.clone();
    for &(target, points) in prior {
        with_prior[target.index()] += points;
    }
    let with_prior = |ix: TargetIx| with_prior[ix.index()];
    let instinct = best(pack.of_kind(Kind::Instinct), with_prior).filter(|&ix| with_prior(ix) >= t.instinct);
    let checklist = pack.of_kind(Kind::Step).filter(|&ix| pack.is_checklist(ix));
    let verify = best(checklist.clone(), with_prior);
    let at_least = |kind, least| {
        let reached = pack.of_kind(kind).filter(|&ix| tally.points(ix) > 0.0 && tally.points(ix) >= least);
        if lane.is_some() { reached.collect() } else { Vec::new() }
    };
    let (evidence, hits) = evidence(pack, fires, hits, stem_decides);
    Verdict {
        status,
        lane,
        runner_up: ranking.second,
        confidence: lane.map_or(0.0, |_| calibrated(&pack.calibration, share)),
        share,
        from_options: lane.is_some() && tally.stem[lane.map_or(0, TargetIx::index)] <= 0.0,
        instinct: lane.and(instinct),
        verify: lane.and(verify),
        then: lane.and(verify).map_or_else(Vec::new, |verify| checklist.filter(|&ix| ix > verify).collect()),
        pairs: at_least(Kind::Pair, t.pair),
        hooks: at_least(Kind::Hook, t.hook),
        scores: scores(pack, fires, points),
        evidence,
        hits,
    }
}

/// The two lanes with the most points.
#[derive(Debug, Clone, Copy)]
struct Ranking {
    best: Option<TargetIx>,
    second: Option<TargetIx>,
    points: [f64; 2],
}

impl Ranking {
    fn of(pack: &Pack, points: &[f64]) -> Self {
        let of = |ix: TargetIx| points[ix.index()];
        let positive = pack.of_kind(Kind::Lane).filter(|&ix| of(ix) > 0.0);
        let best_lane = best(positive.clone(), of);
        let second = best(positive.filter(|ix| Some(*ix) != best_lane), of);
        Self { best: best_lane, second, points: [best_lane, second].map(|ix| ix.map_or(0.0, of)) }
    }

    fn status(&self, thresholds: &Thresholds) -> Status {
        let [first, second] = self.points;
        if self.best.is_none() || first < thresholds.lane {
            Status::None
        } else if self.second.is_some() && first - second <= thresholds.margin {
            Status::Close
        } else {
            Status::Clear
        }
    }
}

/// The target with the most points; of equals the first.
fn best(targets: impl Iterator<Item = TargetIx>, points: impl Fn(TargetIx) -> f64) -> Option<TargetIx> {
    targets.reduce(|a, b| if points(b) > points(a) { b } else { a })
}

pub(crate) fn prior(pack: &Pack, lane: TargetIx) -> &[(TargetIx, f64)] {
    match &pack.target(lane).detail {
        Detail::Lane { prior, .. } => prior,
        _ => &[],
    }
}

/// The lane's part of all points for lanes. The threshold stands in for the evidence that was not seen, so that a lane
/// with little evidence, if unopposed, is not sure.
fn share(pack: &Pack, points: &[f64], lane: TargetIx) -> f64 {
    let all: f64 = pack.of_kind(Kind::Lane).map(|ix| points[ix.index()].max(0.0)).sum();
    points[lane.index()].max(0.0) / (all + pack.thresholds.lane).max(f64::MIN_POSITIVE)
}

/// A share on the pack's calibration curve: straight lines between its points, level outside them.
fn calibrated(curve: &[[f64; 2]], share: f64) -> f64 {
    let after = curve.partition_point(|point| point[0] < share);
    match (after.checked_sub(1).map(|at| curve[at]), curve.get(after)) {
        (None, None) => share,
        (None, Some(point)) => point[1],
        (Some(point), None) => point[1],
        (Some([x0, y0]), Some([x1, y1])) => y0 + (y1 - y0) * (share - x0) / (x1 - x0),
    }
}

fn scores(pack: &Pack, fires: &Fires, points: &[f64]) -> Vec<(TargetIx, f64)> {
    let mut touched = vec![false; pack.targets.len()];
    for fired in &fires.rules {
        for (target, _) in &pack.rule(fired.rule).points {
            touched[target.index()] = true;
        }
    }
    pack.of_kind(Kind::Lane).filter(|lane| touched[lane.index()]).map(|ix| (ix, points[ix.index()])).collect()
}

/// One entry for each target of each rule that counted, and the hits of all. Where the stem decides the lane, what
/// options say of lanes did not count.
fn evidence(pack: &Pack, fires: &Fires, hits: &[Hit], stem_decides: bool) -> (Vec<Evidence>, Vec<Hit>) {
    let counted: Vec<Hit> = fires.all_hits().iter().map(|&at| hits[at as usize]).collect();
    let mut order = Vec::with_capacity(fires.rules.len() * 3);
    for (at, fired) in fires.rules.iter().enumerate() {
        for &(target, points) in &pack.rule(fired.rule).points {
            if stem_decides && !fired.in_stem && pack.is_lane(target) {
                continue;
            }
            let points = points * fired.factor;
            // The bits of numbers that are not negative rise as they do.
            order.push((Reverse(points.abs().to_bits()), at as u32, target, points));
        }
    }
    order.sort_unstable_by_key(|&(points, at, target, _)| (points, at, target));
    let evidence = order.into_iter().map(|(_, at, target, points)| {
        let fired = &fires.rules[at as usize];
        let hits = fired.hits.clone();
        let of_rule = &counted[hits.start as usize..hits.end as usize];
        Evidence {
            rule: fired.rule,
            target,
            points,
            zone: fired.zone,
            negated: fired.negated,
            hit: of_rule[0],
            span: span(fired, of_rule),
            hits,
        }
    });
    (evidence.collect(), counted)
}

/// The range that a rule's strongest hit takes, and the second where the two had to be near each other.
fn span(fired: &Fired, hits: &[Hit]) -> (u32, u32) {
    let first = &hits[0];
    let near = hits.get(1).filter(|second| fired.near && second.segment == first.segment);
    let second = near.unwrap_or(first);
    (first.start.min(second.start), first.end.max(second.end))
}
