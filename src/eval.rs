//! Verdicts against labels.
//!
//! In: the labels and verdicts of a bank. Out: how often they agree, with Wilson intervals, so that a figure on a small
//! bank is not taken for more than it is. In scope is a question whose label is a lane; the others are to be rejected.

use std::collections::BTreeMap;

use crate::{
    bank::{Answer, Sample, Truth},
    decide::Verdict,
    input::Labels,
    pack::{Pack, TargetIx, Thresholds},
};

/// Part of a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub hits: usize,
    /// Of how many.
    pub of: usize,
}

impl std::ops::Add for Share {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { hits: self.hits + other.hits, of: self.of + other.of }
    }
}

impl Share {
    /// Counts one more.
    pub fn add(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.of += 1;
    }

    /// The share, 0 to 1; of nothing, 0.
    #[must_use]
    pub fn value(self) -> f64 {
        if self.of == 0 { 0.0 } else { self.hits as f64 / self.of as f64 }
    }

    /// The 95 % score interval of Wilson (1927), 0 to 1.
    ///
    /// # Examples
    ///
    /// ```
    /// let (low, high) = firstlane::eval::Share { hits: 8, of: 10 }.wilson();
    /// assert!((low - 0.490).abs() < 0.001 && (high - 0.943).abs() < 0.001);
    /// ```
    #[must_use]
    pub fn wilson(self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 1.0);
        }
        // 97.5 % point of the normal distribution.
        let z = 1.959_963_985_f64;
        let (n, p) = (self.of as f64, self.value());
        let centre = p + z * z / (2.0 * n);
        let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        (((centre - spread) / scale).max(0.0), ((centre + spread) / scale).min(1.0))
    }
}

/// How verdicts agree with labels.
#[derive(Debug, Clone, Default)]
pub struct Evaluation {
    /// Questions with labels.
    pub labelled: usize,
    /// In scope: a lane was claimed.
    pub answered: Share,
    /// In scope: the chapter is right.
    pub chapter: Share,
    /// In scope: the lane equals the label.
    pub lane_strict: Share,
    /// In scope: the lane is right.
    pub lane: Share,
    /// In scope: the instinct is right.
    pub instinct: Share,
    /// In scope: the step is right.
    pub verify: Share,
    /// In scope: lane, instinct and step are right.
    pub all_three: Share,
    /// Labelled none: no lane was claimed, or one that is right too.
    pub rejected: Share,
    /// For each lane: of the questions it was claimed for, it was right.
    pub precision: BTreeMap<TargetIx, Share>,
    /// For each lane: of the questions labelled so, the answer was right.
    pub recall: BTreeMap<TargetIx, Share>,
    /// Count by labelled and claimed lane.
    pub confusion: BTreeMap<(Option<TargetIx>, Option<TargetIx>), usize>,
    /// Answers with a lane: share of the evidence, confidence, and whether the lane is right.
    pub answers: Vec<(f64, f64, bool)>,
}

/// What was wrong in one answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wrong {
    /// The lane.
    pub lane: bool,
    /// The instinct.
    pub instinct: bool,
    /// The step.
    pub verify: bool,
}

impl Wrong {
    /// Whether anything was.
    #[must_use]
    pub fn any(self) -> bool {
        self.lane || self.instinct || self.verify
    }
}

impl Evaluation {
    /// Counts one answer.
    ///
    /// # Errors
    ///
    /// The label that is no id of the pack.
    pub fn add(&mut self, pack: &Pack, labels: &Labels, verdict: &Verdict) -> Result<Wrong, String> {
        let truth = Truth::resolve(pack, labels)?;
        let wrong = truth.judge(verdict);
        let Answer { label, also } = &truth.lane;
        self.labelled += 1;
        *self.confusion.entry((*label, verdict.lane)).or_default() += 1;
        if let Some(claimed) = verdict.lane {
            self.precision.entry(claimed).or_default().add(!wrong.lane);
            self.answers.push((verdict.share, verdict.confidence, !wrong.lane));
        }
        let Some(label) = *label else {
            self.rejected.add(!wrong.lane);
            return Ok(wrong);
        };
        self.recall.entry(label).or_default().add(!wrong.lane);
        let chapter = |ix: TargetIx| pack.chapter_of(ix).map(|c| c.number);
        let chapters = |ix: Option<TargetIx>| ix.and_then(chapter);
        let answer = chapters(verdict.lane);
        self.answered.add(verdict.lane.is_some());
        self.chapter.add(answer == chapter(label) || also.iter().any(|&ok| chapters(ok) == answer));
        self.lane_strict.add(verdict.lane == Some(label));
        self.lane.add(!wrong.lane);
        self.instinct.add(!wrong.instinct);
        self.verify.add(!wrong.verify);
        self.all_three.add(!wrong.any());
        Ok(wrong)
    }

    /// Answers by confidence in tenths: lower bound, how many were right, mean confidence.
    #[must_use]
    pub fn reliability(&self) -> Vec<(f64, Share, f64)> {
        let mut bins: BTreeMap<usize, (Share, f64)> = BTreeMap::new();
        for &(_, confidence, right) in &self.answers {
            let bin = bins.entry(((confidence * 10.0) as usize).min(9)).or_default();
            bin.0.add(right);
            bin.1 += confidence;
        }
        bins.into_iter()
            .map(|(bin, (share, sum))| (bin as f64 / 10.0, share, sum / share.of as f64))
            .collect()
    }

    /// Mean distance between confidence and share of right answers over the bins of [`Self::reliability`], weighted by
    /// their size: the expected calibration error.
    #[must_use]
    pub fn calibration_error(&self) -> f64 {
        let bins = self.reliability();
        let all: usize = bins.iter().map(|(_, share, _)| share.of).sum();
        let off: f64 =
            bins.iter().map(|(_, share, mean)| (share.value() - mean).abs() * share.of as f64).sum();
        if all == 0 { 0.0 } else { off / all as f64 }
    }

    /// A calibration curve for the pack: the isotonic regression of right answers on the share of evidence (pool
    /// adjacent violators), as points at the middle of each level of at least `least` answers.
    #[must_use]
    pub fn calibration(&self, least: usize) -> Vec<[f64; 2]> {
        let mut answers: Vec<_> = self.answers.iter().map(|&(share, _, right)| (share, right)).collect();
        answers.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Levels of equal size first, so that one lucky answer makes no level of its own; then pooled until they rise.
        let mut levels: Vec<(f64, Share)> = Vec::new();
        for chunk in answers.chunks(least.max(1)) {
            let mut level = Share::default();
            chunk.iter().for_each(|&(_, right)| level.add(right));
            let mut sum: f64 = chunk.iter().map(|(share, _)| share).sum();
            while let Some(&(before, share)) = levels.last()
                && share.value() >= level.value()
            {
                levels.pop();
                sum += before * share.of as f64;
                level = Share { hits: level.hits + share.hits, of: level.of + share.of };
            }
            levels.push((sum / level.of as f64, level));
        }
        // Half an answer is added on each side: no level of a finite bank proves 0 or 1.
        let right = |share: Share| (share.hits as f64 + 0.5) / (share.of as f64 + 1.0);
        let mut points: Vec<[f64; 2]> = Vec::new();
        for (mean, share) in levels {
            let point = [round(mean), round(right(share))];
            if points.last().is_none_or(|last| last[0] < point[0] && last[1] <= point[1]) {
                points.push(point);
            }
        }
        points
    }
}

/// What a lane threshold costs and gains on a bank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    /// The threshold, in points.
    pub threshold: f64,
    /// Of all questions, those with a lane: the coverage.
    pub answered: Share,
    /// Of the questions with a lane, those whose lane is wrong: the risk.
    pub wrong: Share,
    /// Of the questions in scope, those whose lane is right.
    pub right_in_scope: Share,
    /// Of the questions out of scope, those without a lane.
    pub rejected: Share,
}

/// Thresholds on a risk-coverage curve that is shown: up to this, in points.
pub const MOST_THRESHOLD: f64 = 10.0;
/// And in these steps.
pub const THRESHOLD_STEP: f64 = 0.5;

/// The risk-coverage curve of a bank: every threshold from 0 to `most` points in steps of `step`.
#[must_use]
pub fn risk_coverage(pack: &Pack, samples: &[Sample], most: f64, step: f64) -> Vec<Coverage> {
    let steps = (most / step).round() as usize;
    (0..=steps)
        .map(|at| {
            let threshold = at as f64 * step;
            let thresholds = Thresholds { lane: threshold, ..pack.thresholds().clone() };
            let none = Share::default();
            let mut point =
                Coverage { threshold, answered: none, wrong: none, right_in_scope: none, rejected: none };
            for sample in samples {
                let lane = sample.verdict_at(pack, &thresholds).lane;
                let right = sample.truth.lane.accepts(lane);
                point.answered.add(lane.is_some());
                if lane.is_some() {
                    point.wrong.add(!right);
                }
                if sample.truth.lane.label.is_some() {
                    point.right_in_scope.add(right);
                } else {
                    point.rejected.add(right);
                }
            }
            point
        })
        .collect()
}

fn round(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

/// Whether a question belongs to the held-out part of a bank, three of ten by the FNV-1a hash of its id, which is looked
/// at for final figures only. The other part serves while rules are written.
#[must_use]
pub fn is_held_out(id: &str) -> bool {
    hash(id) % 10 < 3
}

/// A number that is fixed by an id alone, for splits that do not depend on the order of a bank.
pub(crate) fn hash(id: &str) -> u64 {
    // Offset basis and prime of the 64-bit FNV-1a hash.
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash >> 32
}
