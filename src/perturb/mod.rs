//! Ways to write a question otherwise that must not change the answer.
//!
//! In: cases, which are labelled questions, and examples and counterexamples of rules. Out: the ways to write a case
//! otherwise that change what comes out (the answer, or whether the rule fires), each with the smallest change that does it.
//!
//! - A *form* of a kind, such as upper case, is applied at all its places at once. If that changes the outcome, the fewest
//!   places are looked for that do: one place first, then two and so on, and after [`MOST_RUNS`] runs a set of which no
//!   place can be left out.
//! - Nothing is left out because it is documented to matter: a rule without `~` does not know the plural. The kinds are
//!   counted apart, and a caller chooses those that must hold.
//! - The outcome of a case does not depend on the number of threads, nor the report on their order.

mod edit;
mod kind;
mod marks;
mod paste;
mod smallest;
mod words;

use std::{borrow::Cow, fmt};

pub use self::{
    edit::{Change, Edit},
    kind::Kind,
};
use crate::{
    decide::{Status, decide},
    engine::Engine,
    input::Record,
    pack::{self, Pack, Rule, RuleIx, TargetIx},
    scan::{Hit, Scanner},
    score::Scorer,
    suite::parallel,
};

/// After this many runs of the engine the fewest places of one form are no longer looked for.
pub const MOST_RUNS: usize = 500;

/// A text whose outcome must not depend on how it is written.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// The text.
    pub record: Record<'a>,
    /// The rule that it is an example or counterexample of; without one, the answer is what must stay.
    pub rule: Option<RuleIx>,
}

impl<'a> Case<'a> {
    /// A question of a bank.
    #[must_use]
    pub fn question(record: Record<'a>) -> Self {
        Self { record, rule: None }
    }

    /// A text of a rule, and the line that it stands on.
    #[must_use]
    pub fn text(id: impl Into<Cow<'a, str>>, text: &'a str, line: usize, rule: RuleIx) -> Self {
        let record = Record { id: id.into(), line, stem: text.into(), options: Vec::new(), labels: None };
        Self { record, rule: Some(rule) }
    }

    /// The examples and counterexamples of a pack, in its order. Their ids say which they are, their lines where.
    #[must_use]
    pub fn examples(pack: &'a Pack) -> Vec<Self> {
        let of_rule = |(at, rule): (usize, &'a Rule)| {
            let texts = [("example", &rule.examples), ("counterexample", &rule.counterexamples)];
            let numbered = texts.into_iter().flat_map(move |(what, texts)| {
                texts.iter().enumerate().map(move |(n, text)| (format!("{} {what} {}", rule.id, n + 1), text))
            });
            numbered.map(move |(id, text)| Case::text(id, &text.text, text.place.line(), RuleIx(at as u16)))
        };
        pack.rules().iter().enumerate().flat_map(of_rule).collect()
    }
}

/// What comes out of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Whether the rule fires.
    Fires(bool),
    /// The answer.
    Answer {
        /// How sure it is.
        status: Status,
        /// The lane.
        lane: Option<TargetIx>,
        /// The instinct.
        instinct: Option<TargetIx>,
        /// The step to verify next.
        verify: Option<TargetIx>,
    },
}

/// A way to write a case otherwise that changes what comes out.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// Which of the cases it is.
    pub case: usize,
    /// What was changed.
    pub kind: Kind,
    /// How: `upper`, `curly`, …
    pub form: &'static str,
    /// The changes, the fewest that do it, in the fields of [`Self::base`]; none if the whole text was pasted.
    pub changes: Vec<Change>,
    /// What was changed: the case itself, or for kinds of pasted text its stem and options as one text.
    pub base: Record<'static>,
    /// The text as it was changed.
    pub text: Record<'static>,
    /// What comes out of the base, or for [`Kind::Paste`] of the case.
    pub before: Outcome,
    /// What comes out of the text.
    pub after: Outcome,
}

/// How many texts of a kind were tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The kind.
    pub kind: Kind,
    /// Texts tried.
    pub variants: usize,
    /// Cases that have such a text.
    pub cases: usize,
    /// Cases of which one changes the outcome.
    pub broken: usize,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// One for each kind that was asked for.
    pub counts: Vec<Count>,
    /// What changes an outcome, in the order of the cases, then of the kinds.
    pub broken: Vec<Broken>,
}

/// A form of a kind, applied at all its places.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// What is changed.
    pub kind: Kind,
    /// How.
    pub form: &'static str,
    /// Whether the places are in the case as pasted rather than in its fields.
    pub pasted: bool,
    /// Where, and to what; none if the pasted text itself is the variant.
    pub changes: Vec<Change>,
}

/// Makes the variants of cases.
#[derive(Debug)]
pub struct Perturber<'e> {
    engine: &'e Engine,
    vocabulary: words::Vocabulary,
}

impl<'e> Perturber<'e> {
    /// One for an engine and the cases that it will be asked for.
    #[must_use]
    pub fn new(engine: &'e Engine, cases: &[Case<'_>]) -> Self {
        Self { engine, vocabulary: words::Vocabulary::of(engine.pack(), cases) }
    }

    /// The variants of a case, of the kinds asked for.
    #[must_use]
    pub fn variants(&self, case: &Case<'_>, kinds: &[Kind]) -> Vec<Variant> {
        let hits = Scanner::new(self.engine).scan(&case.record.question()).to_vec();
        let pasted = paste::text(&case.record);
        kinds.iter().flat_map(|&kind| self.of_kind(case, pasted.as_ref(), &hits, kind)).collect()
    }

    fn of_kind(
        &self,
        case: &Case<'_>,
        pasted: Option<&Record<'static>>,
        hits: &[Hit],
        kind: Kind,
    ) -> Vec<Variant> {
        let record = &case.record;
        let in_fields = |forms| finish(kind, false, forms);
        let page = pasted.unwrap_or(record);
        let on_page = |forms| finish(kind, pasted.is_some(), forms);
        match kind {
            Kind::Case => in_fields(words::case(record)),
            Kind::Plural => in_fields(self.vocabulary.numbers(record)),
            Kind::Hyphens => in_fields(marks::hyphens(self.engine.pack(), &self.vocabulary, record, hits)),
            Kind::Quotes => in_fields(marks::quotes(record)),
            Kind::Dashes => in_fields(marks::dashes(record)),
            Kind::Spaces => in_fields(marks::spaces(record)),
            Kind::Wraps => in_fields(marks::wraps(record, hits)),
            Kind::Markers => in_fields(marks::markers(record)),
            Kind::Order => in_fields(paste::order(record)),
            Kind::Paste if pasted.is_none() => Vec::new(),
            Kind::Paste => vec![Variant { kind, form: "pasted", pasted: true, changes: Vec::new() }],
            Kind::Letters => on_page(pasted.map_or_else(Vec::new, paste::letters)),
            Kind::Key => on_page(paste::key(page, self.distractor(case))),
            Kind::Furniture => on_page(paste::furniture(page)),
        }
    }

    /// A sentence that speaks for another lane than the answer of a case, if the pack has an example of one.
    fn distractor(&self, case: &Case<'_>) -> &str {
        let pack = self.engine.pack();
        let own = self.engine.classify(&case.record.question()).lane;
        let of_other = |rule: &&Rule| {
            rule.points.iter().any(|&(target, points)| {
                points > 1.0 && Some(target) != own && pack.target(target).kind() == pack::Kind::Lane
            })
        };
        let other = pack.rules().iter().filter(of_other).find_map(|rule| rule.examples.first());
        other.map_or("The others do not fit.", |example| &example.text)
    }
}

/// Forms with a change, as variants.
fn finish(kind: Kind, pasted: bool, forms: Vec<(&'static str, Vec<Change>)>) -> Vec<Variant> {
    let forms = forms.into_iter().filter(|(_, changes)| !changes.is_empty());
    forms.map(|(form, changes)| Variant { kind, form, pasted, changes }).collect()
}

/// Runs the variants of all cases, of the kinds asked for.
#[must_use]
pub fn check(engine: &Engine, cases: &[Case<'_>], kinds: &[Kind]) -> Checked {
    let perturber = Perturber::new(engine, cases);
    let numbered: Vec<(usize, &Case<'_>)> = cases.iter().enumerate().collect();
    let of_cases = parallel::map(
        &numbered,
        || Judge::new(engine),
        |judge, &(at, case)| perturber.run(judge, at, case, kinds),
    );
    let count = |kind| {
        let of_kind = of_cases.iter().map(|of| {
            let variants = of.variants.iter().filter(|k| **k == kind).count();
            (variants, of.broken.iter().any(|broken| broken.kind == kind))
        });
        of_kind.fold(Count { kind, variants: 0, cases: 0, broken: 0 }, |count, (variants, broken)| Count {
            kind,
            variants: count.variants + variants,
            cases: count.cases + usize::from(variants > 0),
            broken: count.broken + usize::from(broken),
        })
    };
    let counts = kinds.iter().map(|&kind| count(kind)).collect();
    Checked { counts, broken: of_cases.into_iter().flat_map(|of| of.broken).collect() }
}

/// What came of one case.
struct Of {
    variants: Vec<Kind>,
    broken: Vec<Broken>,
}

impl Perturber<'_> {
    fn run(&self, judge: &mut Judge<'_>, at: usize, case: &Case<'_>, kinds: &[Kind]) -> Of {
        let own = case.record.clone().into_owned();
        let pasted = paste::text(&case.record);
        let before = judge.outcome(&own, case.rule);
        let before_pasted = pasted.as_ref().map(|pasted| judge.outcome(pasted, case.rule));
        let mut of = Of { variants: Vec::new(), broken: Vec::new() };
        for Variant { kind, form, pasted: is_pasted, changes } in self.variants(case, kinds) {
            of.variants.push(kind);
            let base = pasted.as_ref().filter(|_| is_pasted).unwrap_or(&own);
            let before = match before_pasted {
                Some(pasted) if is_pasted && kind != Kind::Paste => pasted,
                _ => before,
            };
            let changed = edit::apply(base, &changes);
            if judge.outcome(&changed, case.rule) == before {
                continue;
            }
            let changes = smallest::set(&changes, MOST_RUNS, |some| {
                judge.outcome(&edit::apply(base, some), case.rule) != before
            });
            let text = edit::apply(base, &changes);
            let after = judge.outcome(&text, case.rule);
            let broken = Broken { case: at, kind, form, changes, base: base.clone(), text, before, after };
            // What two forms do at the same place is one fault.
            let is_known = |known: &Broken| known.kind == kind && known.text == broken.text;
            if !of.broken.iter().any(is_known) {
                of.broken.push(broken);
            }
        }
        of
    }
}

/// Runs the engine.
struct Judge<'e> {
    engine: &'e Engine,
    scanner: Scanner<'e>,
    scorer: Scorer<'e>,
}

impl<'e> Judge<'e> {
    fn new(engine: &'e Engine) -> Self {
        Self { engine, scanner: Scanner::new(engine), scorer: Scorer::new(engine.pack()) }
    }

    fn outcome(&mut self, record: &Record<'_>, rule: Option<RuleIx>) -> Outcome {
        let hits = self.scanner.scan(&record.question());
        if let Some(rule) = rule {
            return Outcome::Fires(self.scorer.fire(hits).rules.iter().any(|fired| fired.rule == rule));
        }
        let (fires, tally) = self.scorer.score(hits);
        let verdict = decide(self.engine.pack(), fires, tally, hits);
        Outcome::Answer {
            status: verdict.status,
            lane: verdict.lane,
            instinct: verdict.instinct,
            verify: verdict.verify,
        }
    }
}

impl Outcome {
    /// The outcome in words, with the ids of a pack.
    pub fn show<'p>(&self, pack: &'p Pack) -> impl fmt::Display + use<'p> {
        let outcome = *self;
        fmt::from_fn(move |f| match outcome {
            Self::Fires(true) => f.write_str("the rule fires"),
            Self::Fires(false) => f.write_str("the rule is silent"),
            Self::Answer { status, lane, instinct, verify } => {
                let id = |ix: Option<TargetIx>| ix.map_or("none", |ix| pack.target(ix).id.as_str());
                write!(f, "{} ({}), {}, {}", id(lane), status.name(), id(instinct), id(verify))
            }
        })
    }
}
