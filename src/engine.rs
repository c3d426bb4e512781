//! Pack to engine: the tables that scanning needs.
//!
//! All phrases of all rules are in one automaton over words (see `tables`). Regexes are kept aside and run only on
//! segments that hold one of their literals, which one Aho-Corasick automaton finds for all of them.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::{
    decide::{Verdict, decide},
    pack::{CueIx, MOST_SETS, Matcher, Pack, Use},
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
    pub(crate) literals: Option<Literals>,
    /// Regexes that have no literal to look for first.
    pub(crate) always: Vec<CueIx>,
    /// What each cue does to negation.
    pub(crate) negates: Vec<Negates>,
}

/// What a cue does to negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Negates {
    /// Nothing.
    Nothing,
    /// It negates what follows.
    Cue,
    /// It holds a negating word without negating.
    Not,
    /// It turns the question round where it stands in the ask, and negates elsewhere if another cue in it does.
    Question,
}

impl Negates {
    fn of(uses: &[Use]) -> Self {
        if uses.contains(&Use::NegatesNot) {
            Self::Not
        } else if uses.contains(&Use::NegatesQuestion) {
            Self::Question
        } else if uses.contains(&Use::Negates) {
            Self::Cue
        } else {
            Self::Nothing
        }
    }
}

/// The literals of the regexes, each of letters and digits alone, and so inside one word.
#[derive(Debug)]
pub(crate) struct Literals {
    pub(crate) automaton: AhoCorasick,
    /// For each literal, the regexes that need it or one of its set, and the bit of that set.
    pub(crate) wakes: Vec<Vec<(u16, u8)>>,
    /// The regexes, and the bits of all their sets.
    pub(crate) sleepers: Vec<(CueIx, u8)>,
}

impl Literals {
    fn new(wakes: BTreeMap<&[u8], Vec<(u16, u8)>>, sleepers: Vec<(CueIx, u8)>) -> Self {
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            // Built sooner than the DFA, which one pasted question would wait for.
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .build(wakes.keys())
            .expect("the literals of a pack are few and short");
        Self { automaton, wakes: wakes.into_values().collect(), sleepers }
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
        let (mut always, mut sleepers) = (Vec::new(), Vec::new());
        let mut wakes: BTreeMap<&[u8], Vec<(u16, u8)>> = BTreeMap::new();
        for (at, cue) in pack.cues.iter().enumerate() {
            let Matcher::Pattern(pattern) = &cue.matcher else { continue };
            let ix = CueIx(at as u32);
            if pattern.literals.is_empty() {
                always.push(ix);
                continue;
            }
            let sleeper = u16::try_from(sleepers.len()).expect("load counted the rules");
            for (set, literals) in pattern.literals.iter().enumerate() {
                for literal in literals {
                    wakes.entry(literal).or_default().push((sleeper, 1 << set));
                }
            }
            sleepers.push((ix, u8::MAX >> (MOST_SETS - pattern.literals.len())));
        }
        let literals = (!wakes.is_empty()).then(|| Literals::new(wakes, sleepers));
        let cues = (0..pack.cues.len()).map(|at| CueIx(at as u32));
        let negates = cues.map(|cue| Negates::of(pack.uses.of(cue))).collect();
        Self { pack, tables, literals, always, negates }
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
