//! Pack to engine: the tables that scanning needs.
//!
//! All phrases of all rules are in one automaton over words (see `tables`). Regexes are kept aside and run only on
//! segments that hold their literals in order (see `alarm`).

use crate::{
    alarm::Alarm,
    decide::{Verdict, decide},
    pack::{CueIx, Matcher, Pack, Use},
    question::Question,
    scan::Scanner,
    score::Scorer,
    tables::{Builder, Tables},
};

/// A pack made ready for scanning. Immutable and shared by all workers.
#[derive(Debug)]
pub struct Engine {
    pub(crate) pack: Pack,
    pub(crate) tables: Tables,
    pub(crate) alarm: Alarm,
    /// What each cue does to negation; nothing from the end on. The manifest is read first, so these are few.
    pub(crate) negates: Vec<Negates>,
}

/// What a cue does to negation. A cue may do several things: `cannot` negates where it does not turn the question round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Negates {
    /// It negates what follows.
    pub(crate) cue: bool,
    /// It holds a negating word without negating.
    pub(crate) not: bool,
    /// It turns the question round where it stands in the ask, so that the negating word in it does not negate there.
    pub(crate) question: bool,
}

impl Negates {
    fn of(uses: &[Use]) -> Self {
        Self {
            cue: uses.contains(&Use::Negates),
            not: uses.contains(&Use::NegatesNot),
            question: uses.contains(&Use::NegatesQuestion),
        }
    }
}

impl Engine {
    /// Makes a pack ready for scanning.
    #[must_use]
    pub fn compile(pack: Pack) -> Self {
        let mut builder = Builder::default();
        for (at, cue) in pack.cues.iter().enumerate() {
            if let Matcher::Phrase(forms) = &cue.matcher {
                forms.iter().for_each(|form| builder.add(form, CueIx(at as u32)));
            }
        }
        Self::with_tables(pack, builder.finish())
    }

    /// An engine from a pack and its tables.
    pub(crate) fn with_tables(pack: Pack, tables: Tables) -> Self {
        let regexes = pack.cues.iter().enumerate().filter_map(|(at, cue)| match &cue.matcher {
            Matcher::Pattern(pattern) => Some((CueIx(at as u32), &pattern.anchors)),
            Matcher::Phrase(_) => None,
        });
        let alarm = Alarm::new(regexes);
        let cues = (0..pack.cues.len()).map(|at| CueIx(at as u32));
        let mut negates: Vec<_> = cues.map(|cue| Negates::of(pack.uses.of(cue))).collect();
        negates
            .truncate(negates.iter().rposition(|cue| *cue != Negates::default()).map_or(0, |last| last + 1));
        Self { pack, tables, alarm, negates }
    }

    /// The pack that it was made from.
    #[must_use]
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Classifies one question. For many, a [`Classifier`] reuses its memory.
    ///
    /// Evidence is kept for losing lanes too, so that a reader can see why they lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use firstlane::{Engine, Question};
    ///
    /// let engine = Engine::builtin();
    /// let verdict = engine.classify(&Question::split("Send 5% of traffic to the canary endpoint first."));
    /// let lane = verdict.lane.map(|ix| engine.pack().target(ix).id.as_str());
    /// assert_eq!(lane, Some("serving-and-rollout"));
    /// ```
    #[must_use]
    pub fn classify(&self, question: &Question<'_>) -> Verdict {
        Classifier::new(self).classify(question)
    }
}

/// Classifies questions, one after the other, reusing its memory: one for each worker.
#[derive(Debug)]
pub struct Classifier<'e> {
    scanner: Scanner<'e>,
    scorer: Scorer<'e>,
}

impl<'e> Classifier<'e> {
    /// A classifier for an engine.
    #[must_use]
    pub fn new(engine: &'e Engine) -> Self {
        Self { scanner: Scanner::new(engine), scorer: Scorer::new(&engine.pack) }
    }

    /// Classifies one question.
    pub fn classify(&mut self, question: &Question<'_>) -> Verdict {
        let hits = self.scanner.scan(question);
        let pack = self.scorer.pack();
        let (fires, tally) = self.scorer.score(hits);
        decide(pack, fires, tally, hits)
    }
}
