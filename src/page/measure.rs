//! Banks to figures.

use super::{Bank, UnknownLabel};
use crate::{
    bank::{Sample, Truth},
    decide::{Status, Verdict},
    engine::Engine,
    eval::{Coverage, Evaluation, MOST_THRESHOLD, Share, THRESHOLD_STEP, Wrong, risk_coverage},
    input::Record,
    pack::{Kind, Pack, RuleIx, TargetIx},
    scan::Scanner,
    scorecard::{Advice, cards},
};

/// A question with its answer.
pub(super) struct Answered<'b> {
    /// Ordinal of its bank.
    pub(super) bank: usize,
    pub(super) record: &'b Record<'static>,
    pub(super) verdict: Verdict,
    /// Its labels, if it has any, and what is wrong by them.
    pub(super) judged: Option<(Truth, Wrong)>,
    /// The rules without which the answer would be another.
    pub(super) decisive: Vec<RuleIx>,
}

/// The figures of a rule.
pub(super) struct RuleFigures {
    pub(super) rule: RuleIx,
    /// What it speaks for most.
    pub(super) target: Option<TargetIx>,
    /// Questions that make it fire, and those whose stem alone does.
    pub(super) fired: usize,
    pub(super) in_stem: usize,
    /// Questions whose answer would be another without it.
    pub(super) decisive: usize,
    /// How often it is right, and what the scorecard advises, where the bank has labels.
    pub(super) precision: Option<(Share, Advice)>,
}

/// What there is to show.
pub(super) struct Measured<'b> {
    pub(super) engine: &'b Engine,
    pub(super) answered: Vec<Answered<'b>>,
    pub(super) evaluation: Evaluation,
    /// In the order of the pack.
    pub(super) rules: Vec<RuleFigures>,
    pub(super) curve: Vec<Coverage>,
}

impl<'b> Measured<'b> {
    pub(super) fn of(engine: &'b Engine, banks: &'b [Bank]) -> Result<Self, UnknownLabel> {
        let pack = engine.pack();
        let mut scanner = Scanner::new(engine);
        let mut evaluation = Evaluation::default();
        let mut answered = Vec::new();
        let mut labelled = Vec::new();
        let mut rules: Vec<RuleFigures> =
            (0..pack.rules().len()).map(|at| RuleFigures::new(pack, at)).collect();
        for (bank, record) in questions(banks) {
            let unknown = |label| UnknownLabel { bank, line: record.line, label };
            let truth = record.labels.as_ref().map(|labels| Truth::resolve(pack, labels));
            let truth = truth.transpose().map_err(unknown)?;
            let mut sample = Sample::unlabelled(&mut scanner, pack, record);
            sample.truth = truth.clone().unwrap_or_default();
            let verdict = sample.verdict(pack);
            let judged = match (&record.labels, truth) {
                (Some(labels), Some(truth)) => {
                    Some((truth, evaluation.add(pack, labels, &verdict).map_err(unknown)?))
                }
                _ => None,
            };
            let mut decisive = Vec::new();
            for fired in &sample.fires.rules {
                let figures = &mut rules[fired.rule.index()];
                figures.fired += 1;
                figures.in_stem += usize::from(fired.in_stem);
                if answer(&sample.verdict_without(pack, fired.rule)) != answer(&verdict) {
                    figures.decisive += 1;
                    decisive.push(fired.rule);
                }
            }
            if judged.is_some() {
                labelled.push(sample);
            }
            answered.push(Answered { bank, record, verdict, judged, decisive });
        }
        if !labelled.is_empty() {
            for card in cards(pack, &labelled) {
                rules[card.rule.index()].precision = Some((card.precision, card.advice()));
            }
        }
        let curve = if labelled.is_empty() {
            Vec::new()
        } else {
            risk_coverage(pack, &labelled, MOST_THRESHOLD, THRESHOLD_STEP)
        };
        Ok(Self { engine, answered, evaluation, rules, curve })
    }

    pub(super) fn pack(&self) -> &'b Pack {
        self.engine.pack()
    }

    /// How many questions have a property.
    pub(super) fn count(&self, has: impl Fn(&Answered<'_>) -> bool) -> usize {
        self.answered.iter().filter(|answered| has(answered)).count()
    }

    /// Whether any question has labels.
    pub(super) fn is_labelled(&self) -> bool {
        self.evaluation.labelled > 0
    }
}

/// The questions of banks that could be read, each with the ordinal of its bank.
fn questions<'b>(banks: &'b [Bank]) -> impl Iterator<Item = (usize, &'b Record<'static>)> {
    let read = |(at, bank): (usize, &'b Bank)| {
        let records = bank.records.iter().filter_map(|record| record.as_ref().ok());
        records.map(move |record| (at, record)).collect::<Vec<_>>()
    };
    banks.iter().enumerate().flat_map(read)
}

/// What must stay for a rule not to be decisive: the answer, and whether another lane is close.
fn answer(verdict: &Verdict) -> (Status, [Option<TargetIx>; 3]) {
    (verdict.status, [verdict.lane, verdict.instinct, verdict.verify])
}

impl RuleFigures {
    fn new(pack: &Pack, at: usize) -> Self {
        let rule = RuleIx(at as u16);
        let target = Kind::ALL.into_iter().find_map(|kind| {
            let points = pack.rule(rule).points.iter();
            let of_kind = points.filter(|(target, _)| pack.target(*target).kind() == kind);
            let strongest = of_kind.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()).then(b.0.cmp(&a.0)));
            strongest.map(|(target, _)| *target)
        });
        Self { rule, target, fired: 0, in_stem: 0, decisive: 0, precision: None }
    }
}
