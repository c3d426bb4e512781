//! Labelled banks, scanned once and judged often.
//!
//! In: the records of a bank. Out: for each labelled question its labels as targets of the pack and the rules that it
//! makes fire. What fires does not depend on points and thresholds, so other points, other thresholds or one rule less
//! can be tried on a whole bank without reading it again.

use crate::{
    decide::{Verdict, decide_at},
    engine::Engine,
    eval::Wrong,
    input::{Labels, Record},
    pack::{Pack, RuleIx, TargetIx, Thresholds},
    scan::{Hit, Scanner},
    score::{Fires, Scorer, Tally},
};

/// What is right in one respect: the label, and what is right too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The label.
    pub label: Option<TargetIx>,
    /// What a careful reader could defend.
    pub also: Vec<Option<TargetIx>>,
}

impl Answer {
    /// Whether an answer is right.
    #[must_use]
    pub fn accepts(&self, answer: Option<TargetIx>) -> bool {
        self.label == answer || self.also.contains(&answer)
    }

    fn resolve(pack: &Pack, label: Option<&String>, also: &[Option<String>]) -> Result<Self, String> {
        let find = |id: &String| pack.find(id).ok_or_else(|| id.clone());
        let also = also.iter().map(|ok| ok.as_ref().map(find).transpose()).collect::<Result<_, _>>()?;
        Ok(Self { label: label.map(find).transpose()?, also })
    }
}

/// The labels of a question, as targets of a pack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// The lane.
    pub lane: Answer,
    /// The instinct.
    pub instinct: Answer,
    /// The step to verify next.
    pub verify: Answer,
}

impl Truth {
    /// Finds the targets that labels name.
    ///
    /// # Errors
    ///
    /// The label that is no id of the pack.
    pub fn resolve(pack: &Pack, labels: &Labels) -> Result<Self, String> {
        Ok(Self {
            lane: Answer::resolve(pack, labels.lane.as_ref(), &labels.lane_ok)?,
            instinct: Answer::resolve(pack, labels.instinct.as_ref(), &labels.instinct_ok)?,
            verify: Answer::resolve(pack, labels.verify.as_ref(), &labels.verify_ok)?,
        })
    }

    /// What is wrong in a verdict. Of a question in no lane only the lane counts.
    #[must_use]
    pub fn judge(&self, verdict: &Verdict) -> Wrong {
        let in_scope = self.lane.label.is_some();
        Wrong {
            lane: !self.lane.accepts(verdict.lane),
            instinct: in_scope && !self.instinct.accepts(verdict.instinct),
            verify: in_scope && !self.verify.accepts(verdict.verify),
        }
    }
}

/// A labelled question, scanned.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its id.
    pub id: String,
    /// Its labels.
    pub truth: Truth,
    /// The rules that fire, options included.
    pub fires: Fires,
    hits: Vec<Hit>,
}

/// The points of a rule.
pub type RulePoints = Vec<(TargetIx, f64)>;

/// The points of each rule, in the order of the pack.
pub type Points = Vec<RulePoints>;

impl Sample {
    /// Scans a labelled question; nothing if it has no labels.
    ///
    /// # Errors
    ///
    /// The label that is no id of the pack.
    pub fn scan(scanner: &mut Scanner<'_>, pack: &Pack, record: &Record<'_>) -> Result<Option<Self>, String> {
        let Some(labels) = &record.labels else { return Ok(None) };
        let truth = Truth::resolve(pack, labels)?;
        Ok(Some(Self { truth, ..Self::unlabelled(scanner, pack, record) }))
    }

    /// Scans a question for its answer alone; its labels are not looked at.
    #[must_use]
    pub fn unlabelled(scanner: &mut Scanner<'_>, pack: &Pack, record: &Record<'_>) -> Self {
        let hits = scanner.scan(&record.question()).to_vec();
        let fires = Scorer::new(pack).fire(&hits).clone();
        Self { id: record.id.to_string(), truth: Truth::default(), fires, hits }
    }

    /// The verdict as it is.
    #[must_use]
    pub fn verdict(&self, pack: &Pack) -> Verdict {
        self.verdict_at(pack, pack.thresholds())
    }

    /// The verdict with other thresholds.
    #[must_use]
    pub fn verdict_at(&self, pack: &Pack, thresholds: &Thresholds) -> Verdict {
        decide_at(pack, thresholds, &self.fires, &Tally::of(pack, &self.fires), &self.hits)
    }

    /// The verdict without one of the rules.
    #[must_use]
    pub fn verdict_without(&self, pack: &Pack, rule: RuleIx) -> Verdict {
        let rest = self.fires.without(rule);
        decide_at(pack, pack.thresholds(), &rest, &Tally::of(pack, &rest), &self.hits)
    }

    /// The verdict with other points.
    #[must_use]
    pub fn verdict_with(&self, pack: &Pack, points: &Points) -> Verdict {
        let tally = Tally::with(pack, &self.fires, |rule| &points[rule.index()]);
        decide_at(pack, pack.thresholds(), &self.fires, &tally, &self.hits)
    }

    /// The verdict with more points for one lane, as from one more rule.
    #[must_use]
    pub(crate) fn verdict_plus(&self, pack: &Pack, lane: TargetIx, points: f64) -> Verdict {
        let mut tally = Tally::of(pack, &self.fires);
        tally.stem[lane.index()] += points;
        tally.total[lane.index()] += points;
        decide_at(pack, pack.thresholds(), &self.fires, &tally, &self.hits)
    }
}

/// Scans the labelled questions among records.
///
/// # Errors
///
/// The first question with a label that is no id of the pack: its id and the label.
pub fn scan(engine: &Engine, records: &[Record<'_>]) -> Result<Vec<Sample>, (String, String)> {
    let mut scanner = Scanner::new(engine);
    let scan = |record: &Record<'_>| {
        Sample::scan(&mut scanner, engine.pack(), record)
            .map_err(|label| (record.id.to_string(), label))
            .transpose()
    };
    records.iter().filter_map(scan).collect()
}
