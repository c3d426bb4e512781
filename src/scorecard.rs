//! Samples to a card for each rule: how often it is right, and how many answers hang on it.

use crate::{
    bank::Sample,
    eval::Share,
    pack::{Kind, Pack, Rule, RuleIx, TargetIx},
};

/// Fewer questions than this say nothing of a rule.
pub const FEW: usize = 5;

/// What the figures of a rule suggest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Advice {
    /// Mostly wrong: the upper bound of its precision is below a half.
    Retire,
    /// It may be right or wrong: a half lies between the bounds.
    Tune,
    /// The stems of fewer than [`FEW`] questions made it fire.
    Few,
    /// No stem made it fire.
    Unseen,
    /// Mostly right: the lower bound is at least a half.
    Keep,
}

impl Advice {
    /// The word for it in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Retire => "retire",
            Self::Tune => "tune",
            Self::Few => "few",
            Self::Unseen => "unseen",
            Self::Keep => "keep",
        }
    }
}

/// The figures of one rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// The rule.
    pub rule: RuleIx,
    /// What it is judged by: the target it speaks for most, a lane before an instinct before a step.
    pub target: TargetIx,
    /// Of the questions whose stem made it fire, those where its target is right.
    pub precision: Share,
    /// Right answers (lane, instinct and step) that would be wrong without it.
    pub held: usize,
    /// Wrong answers that would be right without it.
    pub misled: usize,
}

impl Card {
    /// What the figures suggest.
    #[must_use]
    pub fn advice(&self) -> Advice {
        let (low, high) = self.precision.wilson();
        match self.precision.of {
            0 => Advice::Unseen,
            of if of < FEW => Advice::Few,
            _ if high < 0.5 => Advice::Retire,
            _ if low >= 0.5 => Advice::Keep,
            _ => Advice::Tune,
        }
    }
}

/// The card of every rule that speaks for a lane, an instinct or a step, in the order of the pack. Rules that only speak
/// against, or for pairs and hooks alone, have none: banks do not label what they say.
#[must_use]
pub fn cards(pack: &Pack, samples: &[Sample]) -> Vec<Card> {
    let mut cards: Vec<Option<Card>> = (0..pack.rules().len())
        .map(|at| {
            let rule = RuleIx(at as u16);
            let target = spoken_for(pack, pack.rule(rule))?;
            Some(Card { rule, target, precision: Share::default(), held: 0, misled: 0 })
        })
        .collect();
    for sample in samples {
        let right = !sample.truth.judge(&sample.verdict(pack)).any();
        for fired in &sample.fires.rules {
            let Some(card) = &mut cards[fired.rule.index()] else { continue };
            let truth = match pack.target(card.target).kind() {
                Kind::Lane => &sample.truth.lane,
                Kind::Instinct => &sample.truth.instinct,
                _ => &sample.truth.verify,
            };
            // Options speak of other lanes on purpose, so what fires there alone proves nothing.
            if fired.in_stem {
                card.precision.add(truth.accepts(Some(card.target)));
            }
            let right_without = !sample.truth.judge(&sample.verdict_without(pack, fired.rule)).any();
            card.held += usize::from(right && !right_without);
            card.misled += usize::from(!right && right_without);
        }
    }
    cards.into_iter().flatten().collect()
}

fn spoken_for(pack: &Pack, rule: &Rule) -> Option<TargetIx> {
    [Kind::Lane, Kind::Instinct, Kind::Step].into_iter().find_map(|kind| {
        let of_kind = rule
            .points
            .iter()
            .filter(|(target, points)| *points > 0.0 && pack.target(*target).kind() == kind);
        of_kind.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(target, _)| *target)
    })
}
