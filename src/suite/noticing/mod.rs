//! Texts that would notice a mutant.
//!
//! In: a mutant that survived. Out: a text that the pack and the mutant judge differently, to be added as an example, a
//! counterexample or a labelled question. Texts are made from the examples of the rule with the phrase in question put in,
//! and each is run through the engine with the conditions of both before it is given: what does not tell them apart is no
//! suggestion. A suggestion is a draft; what it should read like, and whether its answer is right, is the author's to say.

mod sample;
mod text;
mod weights;

use super::{
    cases::Answer,
    matrix::Matrix,
    mutants::{Change, Edited, Mutant},
};
use crate::{
    engine::Engine,
    pack::{Pack, RuleIx, When},
    question::Question,
    scan::{Hit, Scanner},
    score::Scorer,
};

/// What a suggested text would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum As {
    /// An example of the rule.
    Example,
    /// A counterexample of the rule.
    Counterexample,
    /// A question for a bank, with the answers of pack and mutant.
    Question(Box<[Answer; 2]>),
}

/// A text that pack and mutant judge differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What to add it as.
    pub kind: As,
    /// The text.
    pub text: String,
}

/// Looks for suggestions, one mutant after the other, reusing its memory.
#[derive(Debug)]
pub(super) struct Finder<'m> {
    matrix: &'m Matrix<'m>,
    scanner: Scanner<'m>,
    scorer: Scorer<'m>,
    /// Questions made for the rule at hand.
    weighed: Option<(RuleIx, Vec<weights::Weighed>)>,
}

impl<'m> Finder<'m> {
    pub(super) fn new(matrix: &'m Matrix<'m>, engine: &'m Engine) -> Self {
        let (scanner, scorer) = (Scanner::new(engine), Scorer::new(engine.pack()));
        Self { matrix, scanner, scorer, weighed: None }
    }

    /// A text that would notice a mutant, if one is found.
    pub(super) fn find(&mut self, mutant: &Mutant) -> Option<Suggestion> {
        let rule = mutant.rule?;
        match &mutant.change {
            Change::When { when, edited, .. } => {
                let drafts = text::drafts(self.matrix, rule, mutant);
                drafts.into_iter().find_map(|text| self.tells_apart(rule, when, edited.as_ref(), text))
            }
            Change::Points(points) => {
                if self.weighed.as_ref().is_none_or(|(other, _)| *other != rule) {
                    let texts = weights::drafts(self.matrix.pack, rule);
                    let weighed = texts.into_iter().map(|text| self.weigh(text)).collect();
                    self.weighed = Some((rule, weighed));
                }
                let (_, weighed) = self.weighed.as_ref()?;
                weighed.iter().find_map(|weighed| weighed.tells_apart(self.matrix.pack, rule, points))
            }
            _ => None,
        }
    }

    fn weigh(&mut self, text: String) -> weights::Weighed {
        let hits = self.scanner.scan(&Question::split(&text));
        let fires = self.scorer.fire(hits).clone();
        weights::Weighed::new(self.matrix.pack, text, fires)
    }

    /// A text as a suggestion, if a rule fires in it with its own conditions or with others, and not with both.
    fn tells_apart(
        &mut self,
        rule: RuleIx,
        when: &When,
        edited: Option<&Edited>,
        text: String,
    ) -> Option<Suggestion> {
        let pack = self.matrix.pack;
        let question = Question::split(&text);
        let of_rule = |hit: &&Hit| pack.uses.of(hit.cue).iter().any(|role| role.rule() == Some(rule));
        let mut hits: Vec<Hit> = self.scanner.scan(&question).iter().filter(of_rule).copied().collect();
        let fires = self.scorer.fire_alone(rule, &pack.rule(rule).when, &hits).is_some();
        if let Some(edited) = edited {
            hits.extend(stand_ins(pack, &question, edited));
        }
        let mutant_fires = self.scorer.fire_alone(rule, when, &hits).is_some();
        let kind = match (fires, mutant_fires) {
            (true, false) => As::Example,
            (false, true) => As::Counterexample,
            _ => return None,
        };
        Some(Suggestion { kind, text })
    }
}

/// The hits of a changed cue in a text.
fn stand_ins(pack: &Pack, question: &Question<'_>, edited: &Edited) -> Vec<Hit> {
    let (looking, found) = pack.looking_for(std::slice::from_ref(&edited.sought), [&[], &[], &[]]);
    let Some(Some(cue)) = found.first().copied() else { return Vec::new() };
    let engine = Engine::compile(looking);
    let mut scanner = Scanner::new(&engine);
    let hits = scanner.scan(question).iter().filter(|hit| hit.cue == cue);
    hits.map(|hit| Hit { cue: edited.stand_in, ..*hit }).collect()
}
