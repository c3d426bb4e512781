//! Which rules make the difference between two answers to one question.
//!
//! What differs are the rules: each fires under one pack only, or counts otherwise; and the settings: thresholds, priors,
//! the order of targets. Each set of such differences, the smallest first, is undone in the newer pack, and the verdict
//! is taken again: the sets that bring the older answer back are the causes. To undo all is to have the older pack, so
//! there always is one; found by trying, it is exact.

use std::collections::BTreeMap;

use crate::{
    bank::Sample,
    decide::{Verdict, decide, prior},
    flip::next_choice,
    pack::{Kind, Pack, Target, TargetIx},
    score::{Fires, Tally},
};

/// More verdicts than this are not tried for one question.
const MOST_RUNS: usize = 20_000;

/// A question as one of the packs sees it.
#[derive(Debug, Clone, Copy)]
pub struct Side<'s> {
    /// The pack.
    pub pack: &'s Pack,
    /// What fires under it.
    pub sample: &'s Sample,
}

/// How a rule, or the settings of the pack, differ for a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Differs {
    /// The rule; none for the settings of the pack.
    pub rule: Option<String>,
    /// In words.
    pub how: String,
}

/// What makes the difference.
#[derive(Debug, Clone, PartialEq)]
pub enum Causes {
    /// Sets of the smallest size that does; to undo any of them brings the older answer back.
    Smallest(Vec<Vec<Differs>>),
    /// All of these together do; smaller sets were not all tried.
    Together(Vec<Differs>),
}

/// What a rule counts, under either pack: for each target its points, and whether the stem alone made it fire.
#[derive(Debug, Clone, Default, PartialEq)]
struct Counts<'p> {
    points: Vec<(&'p str, f64)>,
    in_stem: bool,
}

/// A rule that fires under either pack.
struct Fired<'p> {
    rule: &'p str,
    /// Under the older pack, under the newer.
    counts: [Option<Counts<'p>>; 2],
}

impl Causes {
    /// Finds what makes the newer answer another in one respect.
    #[must_use]
    pub fn find(before: Side<'_>, after: Side<'_>, kind: Kind) -> Self {
        let sides = [before, after];
        let fired = fired(sides);
        let mut differ: Vec<Option<usize>> =
            (0..fired.len()).filter(|&at| fired[at].counts[0] != fired[at].counts[1]).map(Some).collect();
        if !settings([before.pack, after.pack]).is_empty() {
            differ.push(None);
        }
        let verdict = before.sample.verdict(before.pack);
        let wanted = id(before.pack, &verdict, kind);
        let told = |chosen: &[usize]| -> Vec<Differs> {
            chosen.iter().map(|&at| tell(sides, differ[at].map(|at| &fired[at]), kind)).collect()
        };
        let mut runs = 0;
        for size in 1..=differ.len() {
            let mut chosen: Vec<usize> = (0..size).collect();
            let mut found = Vec::new();
            loop {
                runs += 1;
                if runs > MOST_RUNS {
                    break;
                }
                let undone: Vec<_> = chosen.iter().map(|&at| differ[at]).collect();
                if undo(sides, &fired, &undone, kind) == wanted {
                    found.push(told(&chosen));
                }
                if !next_choice(&mut chosen, differ.len()) {
                    break;
                }
            }
            if !found.is_empty() {
                return Self::Smallest(found);
            }
            if runs > MOST_RUNS {
                break;
            }
        }
        Self::Together(told(&(0..differ.len()).collect::<Vec<_>>()))
    }
}

/// The id of a verdict's answer.
fn id<'p>(pack: &'p Pack, verdict: &Verdict, kind: Kind) -> Option<&'p str> {
    let answer = match kind {
        Kind::Lane => verdict.lane,
        Kind::Instinct => verdict.instinct,
        _ => verdict.verify,
    };
    answer.map(|ix| pack.target(ix).id.as_str())
}

/// The rules that fire under either pack, in the order of the newer, then those of the older alone.
fn fired(sides: [Side<'_>; 2]) -> Vec<Fired<'_>> {
    let mut all: Vec<Fired<'_>> = Vec::new();
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    for side in [1, 0] {
        let Side { pack, sample } = sides[side];
        for fired in &sample.fires.rules {
            let rule = pack.rule(fired.rule);
            let points = rule.points.iter();
            let counts = Counts {
                points: points.map(|&(ix, p)| (pack.target(ix).id.as_str(), p * fired.factor)).collect(),
                in_stem: fired.in_stem,
            };
            let at = *at.entry(&rule.id).or_insert_with(|| {
                all.push(Fired { rule: &rule.id, counts: [None, None] });
                all.len() - 1
            });
            all[at].counts[side] = Some(counts);
        }
    }
    all
}

/// What a verdict depends on besides what rules count, where two packs differ in it.
fn settings([before, after]: [&Pack; 2]) -> Vec<&'static str> {
    let targets = |pack: &Pack| -> Vec<_> {
        let all = pack.targets().iter().enumerate();
        let told = |(at, target): (usize, &Target)| {
            (target.id.clone(), target.kind(), pack.is_checklist(TargetIx(at as u16)))
        };
        all.map(told).collect()
    };
    let priors = |pack: &Pack| -> Vec<Vec<_>> {
        let of_lane =
            |lane| prior(pack, lane).iter().map(|(ix, p)| (pack.target(*ix).id.clone(), *p)).collect();
        pack.of_kind(Kind::Lane).map(of_lane).collect()
    };
    let differ = [
        ("thresholds", before.thresholds() != after.thresholds()),
        ("targets", targets(before) != targets(after)),
        ("priors of lanes", priors(before) != priors(after)),
    ];
    differ.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}

/// The answer of the newer pack with some differences undone.
fn undo<'p>(
    sides: [Side<'p>; 2],
    fired: &[Fired<'p>],
    undone: &[Option<usize>],
    kind: Kind,
) -> Option<&'p str> {
    let pack = sides[usize::from(!undone.contains(&None))].pack;
    let mut tally = Tally { stem: vec![0.0; pack.targets().len()], total: vec![0.0; pack.targets().len()] };
    let mut order: Vec<usize> = (0..fired.len()).collect();
    // Sums are taken in the order in which the pack itself takes them.
    order.sort_by_key(|&at| pack.rules().iter().position(|rule| rule.id == fired[at].rule));
    for at in order {
        let side = usize::from(!undone.contains(&Some(at)));
        let Some(counts) = &fired[at].counts[side] else { continue };
        for (target, points) in &counts.points {
            let Some(ix) = pack.find(target) else { continue };
            tally.total[ix.index()] += points;
            if counts.in_stem {
                tally.stem[ix.index()] += points;
            }
        }
    }
    let verdict = decide(pack, &Fires::default(), &tally, &[]);
    id(pack, &verdict, kind)
}

/// How a rule or the settings differ, in words.
fn tell(sides: [Side<'_>; 2], fired: Option<&Fired<'_>>, kind: Kind) -> Differs {
    let Some(fired) = fired else {
        let settings = settings(sides.map(|side| side.pack));
        return Differs { rule: None, how: format!("the manifest has other {}", settings.join(" and ")) };
    };
    let has = |side: usize| sides[side].pack.rules().iter().any(|rule| rule.id == fired.rule);
    let of_kind = |target: &str| {
        let kinds = sides.iter().filter_map(|side| Some(side.pack.target(side.pack.find(target)?).kind()));
        kinds.into_iter().any(|of| of == kind)
    };
    // A rule may make the difference through the lane, and not speak in this respect at all.
    let speaks = fired.counts.iter().flatten().any(|c| c.points.iter().any(|(target, _)| of_kind(target)));
    let points = |counts: &Counts<'_>| {
        let points = counts.points.iter().filter(|(target, _)| !speaks || of_kind(target));
        let points: Vec<_> = points.map(|(target, points)| format!("{target} {points:+.2}")).collect();
        if points.is_empty() { "nothing in this respect".to_owned() } else { points.join(", ") }
    };
    let how = match &fired.counts {
        [None, Some(now)] if has(0) => format!("fires now: {}", points(now)),
        [None, Some(now)] => format!("is new: {}", points(now)),
        [Some(then), None] if has(1) => format!("fires no more: {} before", points(then)),
        [Some(then), None] => format!("is gone: {} before", points(then)),
        [Some(then), Some(now)] if points(then) == points(now) && then.in_stem != now.in_stem => {
            let zone = |counts: &Counts<'_>| if counts.in_stem { "the stem" } else { "the options" };
            format!("fires by {}, by {} before: {}", zone(now), zone(then), points(now))
        }
        [Some(then), Some(now)] => format!("counts {}, before {}", points(now), points(then)),
        [None, None] => unreachable!("a rule is listed because it fires under one of the packs"),
    };
    Differs { rule: Some(fired.rule.to_owned()), how }
}
