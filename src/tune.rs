//! Samples to better points: regularised fitting on a labelled bank.
//!
//! The model reads the points of a target as a score and takes the softmax of the scores, with the pack's threshold as
//! the score of "none" and the lane's prior added, as the chance of each answer. Fitting maximises the chance of the
//! right answers (label or one that is right too), less a penalty times the squared distance from the points
//! as they are, with L-BFGS. Only points that are written in the pack change, keep their sign, and stay as they are where
//! their rule fired in fewer than [`Options::support`] questions. The penalty is chosen by k-fold cross-validation; the
//! folds depend on the ids alone, so the same bank gives the same proposal.

use std::collections::BTreeMap;

use argmin::{
    core::{CostFunction, Error, Executor, Gradient},
    solver::{linesearch::MoreThuenteLineSearch, quasinewton::LBFGS},
};

use crate::{
    bank::{Points, RulePoints, Sample},
    decide::prior,
    eval::{Share, hash},
    pack::{Kind, Pack, RuleIx, TargetIx},
};

/// Penalties that are tried, strongest first.
pub const PENALTIES: [f64; 5] = [30.0, 10.0, 3.0, 1.0, 0.3];
/// Points that make one answer e times as likely as another.
const TEMPERATURE: f64 = 2.0;
/// What instinct and step count beside the lane, which they depend on.
const SIDE: f64 = 0.5;
/// Smaller changes are not worth a line.
const LEAST_CHANGE: f64 = 0.2;
/// Points that a rule can have.
const MOST_POINTS: f64 = 10.0;

/// How to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Parts of the cross-validation, at least 2.
    pub folds: usize,
    /// Questions in which a rule must fire for its points to change.
    pub support: usize,
}

/// What cross-validation says of a penalty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fold {
    /// The penalty; none for the points as they are.
    pub penalty: Option<f64>,
    /// Questions whose lane is right, none included.
    pub lane: Share,
    /// Questions with nothing wrong.
    pub all: Share,
}

/// New points for a target of a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The rule.
    pub rule: RuleIx,
    /// The target.
    pub target: TargetIx,
    /// Its points as they are.
    pub from: f64,
    /// The points that are proposed, in tenths.
    pub to: f64,
    /// Questions in which the rule fired.
    pub support: usize,
}

/// What fitting found.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The points as they are, then each penalty, on questions that were not fitted on.
    pub folds: Vec<Fold>,
    /// The changes; none if no penalty beats the points as they are.
    pub changes: Vec<Change>,
    /// All samples, with the points as they are and as proposed: questions with nothing wrong.
    pub before: Share,
    /// After the changes.
    pub after: Share,
}

/// Proposes points.
///
/// # Errors
///
/// The optimiser's, if it gives up.
pub fn tune(pack: &Pack, samples: &[Sample], options: Options) -> Result<Proposal, Error> {
    let now: Points = pack.rules().iter().map(|rule| rule.points.clone()).collect();
    let all: Vec<&Sample> = samples.iter().collect();
    let mut folds = vec![judge(pack, &all, &now, None)];
    for penalty in PENALTIES {
        let mut fold = Fold { penalty: Some(penalty), lane: Share::default(), all: Share::default() };
        for part in 0..options.folds as u64 {
            let is_in = |sample: &Sample| hash(&sample.id) % options.folds as u64 == part;
            let (out, rest): (Vec<_>, Vec<_>) = all.iter().copied().partition(|sample| is_in(sample));
            if out.is_empty() {
                continue;
            }
            let points = rounded(&fit(pack, &rest, options.support, penalty)?, &now);
            let here = judge(pack, &out, &points, Some(penalty));
            fold.lane = fold.lane + here.lane;
            fold.all = fold.all + here.all;
        }
        folds.push(fold);
    }
    // Of equals the one that changes least.
    let best = folds[1..].iter().rev().max_by_key(|fold| (fold.all.hits, fold.lane.hits)).copied();
    let better = best.filter(|best| best.all.hits > folds[0].all.hits);
    let after = match better.and_then(|best| best.penalty) {
        Some(penalty) => rounded(&fit(pack, &all, options.support, penalty)?, &now),
        None => now.clone(),
    };
    let support = supports(&all);
    let mut changes = Vec::new();
    for (at, (from, to)) in now.iter().zip(&after).enumerate() {
        let rule = RuleIx(at as u16);
        for (&(target, from), &(_, to)) in from.iter().zip(to).filter(|(from, to)| from.1 != to.1) {
            changes.push(Change {
                rule,
                target,
                from,
                to,
                support: support.get(&rule).copied().unwrap_or(0),
            });
        }
    }
    let [before, after] = [&now, &after].map(|points| judge(pack, &all, points, None).all);
    Ok(Proposal { folds, changes, before, after })
}

fn judge(pack: &Pack, samples: &[&Sample], points: &Points, penalty: Option<f64>) -> Fold {
    let mut fold = Fold { penalty, lane: Share::default(), all: Share::default() };
    for sample in samples {
        let wrong = sample.truth.judge(&sample.verdict_with(pack, points));
        fold.lane.add(!wrong.lane);
        fold.all.add(!wrong.any());
    }
    fold
}

fn supports(samples: &[&Sample]) -> BTreeMap<RuleIx, usize> {
    let mut supports = BTreeMap::new();
    for fired in samples.iter().flat_map(|sample| &sample.fires.rules) {
        *supports.entry(fired.rule).or_default() += 1;
    }
    supports
}

/// Points in tenths; those that hardly changed, or would change sides, as they are.
fn rounded(fitted: &Points, now: &Points) -> Points {
    let round = |fitted: f64, now: f64| {
        let most = if now > 0.0 { (0.1, MOST_POINTS) } else { (-MOST_POINTS, -0.1) };
        let new = (fitted.clamp(most.0, most.1) * 10.0).round() / 10.0;
        if (new - now).abs() < LEAST_CHANGE { now } else { new }
    };
    let rule = |(fitted, now): (&RulePoints, &RulePoints)| {
        fitted.iter().zip(now).map(|(fitted, now)| (now.0, round(fitted.1, now.1))).collect()
    };
    fitted.iter().zip(now).map(rule).collect()
}

/// One decision of one question: which answers there are, and which of them are right.
struct Choice {
    weight: f64,
    /// Score of each answer before any rule.
    base: Vec<f64>,
    right: Vec<bool>,
    /// Parameter, answer, factor.
    terms: Vec<(usize, usize, f64)>,
}

struct Model {
    choices: Vec<Choice>,
    start: Vec<f64>,
    penalty: f64,
}

fn fit(pack: &Pack, samples: &[&Sample], support: usize, penalty: f64) -> Result<Points, Error> {
    let supports = supports(samples);
    let mut points: Points = pack.rules().iter().map(|rule| rule.points.clone()).collect();
    // The points that may change, numbered.
    let mut numbers: BTreeMap<(RuleIx, TargetIx), usize> = BTreeMap::new();
    let mut start = Vec::new();
    for (&rule, _) in supports.iter().filter(|(_, questions)| **questions >= support) {
        for &(target, points) in &pack.rule(rule).points {
            if matches!(pack.target(target).kind(), Kind::Lane | Kind::Instinct | Kind::Step) {
                numbers.insert((rule, target), start.len());
                start.push(points);
            }
        }
    }
    if start.is_empty() {
        return Ok(points);
    }
    let choices = samples.iter().flat_map(|sample| choices(pack, sample, &numbers)).collect();
    let model = Model { choices, start: start.clone(), penalty };
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 7);
    let result = Executor::new(model, solver).configure(|state| state.param(start).max_iters(100)).run()?;
    let fitted = result.state.best_param.unwrap_or_default();
    for (&(rule, target), &number) in &numbers {
        let written = points[rule.index()].iter_mut().find(|(t, _)| *t == target);
        if let (Some(written), Some(&fitted)) = (written, fitted.get(number)) {
            written.1 = fitted;
        }
    }
    Ok(points)
}

/// The decisions of a question: its lane, and, if it is in one, its instinct and its step given that lane.
fn choices(pack: &Pack, sample: &Sample, numbers: &BTreeMap<(RuleIx, TargetIx), usize>) -> Vec<Choice> {
    let truth = &sample.truth;
    let thresholds = pack.thresholds();
    let given = truth.lane.label.map_or(&[][..], |lane| prior(pack, lane));
    let lanes: Vec<_> = pack.of_kind(Kind::Lane).collect();
    let instincts: Vec<_> = pack.of_kind(Kind::Instinct).collect();
    let steps: Vec<_> = pack.of_kind(Kind::Step).filter(|&step| pack.is_checklist(step)).collect();
    let mut decisions = vec![(1.0, lanes, Some(thresholds.lane), &truth.lane, &[][..])];
    if truth.lane.label.is_some() {
        decisions.push((SIDE, instincts, Some(thresholds.instinct), &truth.instinct, given));
        decisions.push((SIDE, steps, None, &truth.verify, given));
    }
    decisions
        .into_iter()
        .map(|(weight, answers, none, truth, given)| {
            let of =
                |target: TargetIx| given.iter().filter(|(t, _)| *t == target).map(|(_, p)| p).sum::<f64>();
            let mut base: Vec<f64> = answers.iter().map(|&target| of(target)).collect();
            let mut right: Vec<bool> = answers.iter().map(|&target| truth.accepts(Some(target))).collect();
            if let Some(none) = none {
                base.push(none);
                right.push(truth.accepts(None));
            }
            let mut terms = Vec::new();
            for fired in &sample.fires.rules {
                for &(target, points) in &pack.rule(fired.rule).points {
                    let Some(answer) = answers.iter().position(|&answer| answer == target) else { continue };
                    match numbers.get(&(fired.rule, target)) {
                        Some(&number) => terms.push((number, answer, fired.factor)),
                        None => base[answer] += points * fired.factor,
                    }
                }
            }
            Choice { weight, base, right, terms }
        })
        .filter(|choice| choice.right.contains(&true))
        .collect()
}

impl Choice {
    /// The chance of each answer, and of a right one.
    fn chances(&self, points: &[f64]) -> (Vec<f64>, f64) {
        let mut scores = self.base.clone();
        for &(number, answer, factor) in &self.terms {
            scores[answer] += points[number] * factor;
        }
        let most = scores.iter().copied().fold(f64::MIN, f64::max);
        let mut chances: Vec<f64> = scores.iter().map(|s| ((s - most) / TEMPERATURE).exp()).collect();
        let sum: f64 = chances.iter().sum();
        chances.iter_mut().for_each(|chance| *chance /= sum);
        let right =
            chances.iter().zip(&self.right).filter(|(_, right)| **right).map(|(chance, _)| chance).sum();
        (chances, right)
    }
}

impl CostFunction for Model {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, points: &Self::Param) -> Result<f64, Error> {
        let loss: f64 =
            self.choices.iter().map(|c| -c.weight * c.chances(points).1.max(f64::MIN_POSITIVE).ln()).sum();
        let moved: f64 = points.iter().zip(&self.start).map(|(a, b)| (a - b) * (a - b)).sum();
        Ok(loss + self.penalty * moved)
    }
}

impl Gradient for Model {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, points: &Self::Param) -> Result<Vec<f64>, Error> {
        let moved = points.iter().zip(&self.start).map(|(a, b)| 2.0 * self.penalty * (a - b));
        let mut gradient: Vec<f64> = moved.collect();
        for choice in &self.choices {
            let (chances, right) = choice.chances(points);
            let right = right.max(f64::MIN_POSITIVE);
            for &(number, answer, factor) in &choice.terms {
                let share = if choice.right[answer] { chances[answer] / right } else { 0.0 };
                gradient[number] += choice.weight * factor * (chances[answer] - share) / TEMPERATURE;
            }
        }
        Ok(gradient)
    }
}
