//! Cases: what a pack has to say, text by text.
//!
//! In: the examples of the rules, and the labelled questions of banks. Out: for each text what is expected of it, its hits,
//! the rules that fire and the answer. Everything is scanned once here; coverage and mutation only read it.

use super::parallel;
use crate::{
    bank::Truth,
    decide::{Status, Verdict, decide, decide_at},
    engine::Engine,
    eval::Wrong,
    input::Record,
    pack::{Example, Pack, RuleIx, TargetIx, Thresholds},
    problem::Place,
    question::Question,
    scan::{Hit, Scanner},
    score::{Fires, Scorer, Tally},
};

/// A question of a bank, and where it stands.
#[derive(Debug)]
pub struct Fixture {
    /// The file, as it was named.
    pub file: String,
    /// The question.
    pub record: Record<'static>,
}

/// What is expected of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expects {
    /// That it makes a rule fire.
    Fires(RuleIx),
    /// That it does not make a rule fire.
    Silent(RuleIx),
    /// That its answer is right.
    Answer(Truth),
}

/// What is said of a question, as far as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How sure it is.
    pub status: Status,
    /// Its lane.
    pub lane: Option<TargetIx>,
    /// Its instinct.
    pub instinct: Option<TargetIx>,
    /// The step to verify next.
    pub verify: Option<TargetIx>,
    /// The pairs shown, then the hooks.
    pub shown: Vec<TargetIx>,
}

impl Answer {
    /// The answer that rules give which fire.
    pub(super) fn of(pack: &Pack, thresholds: &Thresholds, tally: &Tally) -> Self {
        Self::from(decide_at(pack, thresholds, &Fires::default(), tally, &[]))
    }
}

impl From<Verdict> for Answer {
    fn from(verdict: Verdict) -> Self {
        let Verdict { status, lane, instinct, verify, mut pairs, hooks, .. } = verdict;
        pairs.extend(hooks);
        Self { status, lane, instinct, verify, shown: pairs }
    }
}

/// A text and what is expected of it.
#[derive(Debug)]
pub struct Case<'a> {
    /// A question's own id; of an example what it is, and its ordinal in its rule.
    pub id: String,
    /// The text: of a bank's question the stem.
    pub text: &'a str,
    /// The place of an example.
    pub place: Option<&'a Place>,
    /// The question of a bank.
    pub fixture: Option<&'a Fixture>,
    /// What is expected.
    pub expects: Expects,
    /// Whether it is known not to hold yet.
    pub todo: bool,
    /// What is said of it.
    pub answer: Answer,
    /// The text, taken apart.
    pub question: Question<'a>,
    /// The rules that fire.
    pub fires: Fires,
    pub(super) hits: Vec<Hit>,
    /// For each rule with a cue here, the positions of its hits.
    touched: Vec<(RuleIx, u32)>,
}

impl Case<'_> {
    /// Whether what is expected is so.
    #[must_use]
    pub fn holds(&self) -> bool {
        match &self.expects {
            Expects::Fires(rule) => self.fires(*rule),
            Expects::Silent(rule) => !self.fires(*rule),
            Expects::Answer(truth) => !wrong(truth, &self.answer).any(),
        }
    }

    /// The rule, if it is an example of one.
    #[must_use]
    pub fn rule(&self) -> Option<RuleIx> {
        match self.expects {
            Expects::Fires(rule) | Expects::Silent(rule) => Some(rule),
            Expects::Answer(_) => None,
        }
    }

    /// Whether a rule fires.
    #[must_use]
    pub fn fires(&self, rule: RuleIx) -> bool {
        self.fires.rules.binary_search_by_key(&rule, |fired| fired.rule).is_ok()
    }

    /// The verdict, with its evidence.
    #[must_use]
    pub fn verdict(&self, pack: &Pack) -> Verdict {
        decide(pack, &self.fires, &Tally::of(pack, &self.fires), &self.hits)
    }

    /// The labels, if it is a question of a bank.
    #[must_use]
    pub fn truth(&self) -> Option<&Truth> {
        match &self.expects {
            Expects::Answer(truth) => Some(truth),
            _ => None,
        }
    }

    /// The words of a hit.
    pub(super) fn words(&self, hit: &Hit) -> &str {
        let option = self.question.segments()[hit.segment as usize].option;
        let field = self.fixture.map_or(self.text, |fixture| fixture.record.field(option));
        field.get(hit.start as usize..hit.end as usize).unwrap_or_default()
    }

    /// The rules of which a cue stands here.
    pub(super) fn rules(&self) -> impl Iterator<Item = RuleIx> {
        self.touched.chunk_by(|a, b| a.0 == b.0).map(|of_rule| of_rule[0].0)
    }

    /// The hits of one rule's cues.
    pub(super) fn hits_of(&self, rule: RuleIx) -> impl Iterator<Item = &Hit> {
        let from = self.touched.partition_point(|(other, _)| *other < rule);
        let of_rule = self.touched[from..].iter().take_while(move |(other, _)| *other == rule);
        of_rule.map(|(_, at)| &self.hits[*at as usize])
    }
}

/// What is wrong in an answer. Of a question in no lane only the lane counts.
pub(super) fn wrong(truth: &Truth, answer: &Answer) -> Wrong {
    let in_scope = truth.lane.label.is_some();
    Wrong {
        lane: !truth.lane.accepts(answer.lane),
        instinct: in_scope && !truth.instinct.accepts(answer.instinct),
        verify: in_scope && !truth.verify.accepts(answer.verify),
    }
}

/// A case that was not scanned yet.
struct Draft<'a> {
    id: String,
    text: &'a str,
    place: Option<&'a Place>,
    fixture: Option<&'a Fixture>,
    expects: Expects,
    todo: bool,
}

/// A label that is no id of the pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLabel {
    /// The file.
    pub file: String,
    /// The line of the question.
    pub line: usize,
    /// The label.
    pub label: String,
}

/// The cases of a pack and banks: examples in the order of the rules, then the labelled questions. Questions without labels
/// expect nothing and are passed over.
///
/// # Errors
///
/// The first question with a label that is no id of the pack.
pub fn cases<'a>(engine: &'a Engine, fixtures: &'a [Fixture]) -> Result<Vec<Case<'a>>, UnknownLabel> {
    let pack = engine.pack();
    let mut drafts = Vec::new();
    for (at, rule) in pack.rules().iter().enumerate() {
        let ix = RuleIx(at as u16);
        let mut draft = |kind: &str, examples: &'a [Example], expects: Expects, todo| {
            drafts.extend(examples.iter().enumerate().map(|(at, example)| Draft {
                id: format!("{kind} {}", at + 1),
                text: &example.text,
                place: Some(&example.place),
                fixture: None,
                expects: expects.clone(),
                todo,
            }));
        };
        draft("example", &rule.examples, Expects::Fires(ix), false);
        draft("counterexample", &rule.counterexamples, Expects::Silent(ix), false);
        draft("todo", &rule.todo, Expects::Fires(ix), true);
    }
    for fixture in fixtures {
        let Fixture { file, record } = fixture;
        let Some(labels) = &record.labels else { continue };
        let truth = Truth::resolve(pack, labels).map_err(|label| UnknownLabel {
            file: file.clone(),
            line: record.line,
            label,
        })?;
        let (id, text, expects) = (record.id.to_string(), &*record.stem, Expects::Answer(truth));
        drafts.push(Draft { id, text, place: None, fixture: Some(fixture), expects, todo: labels.todo });
    }
    Ok(parallel::map(
        &drafts,
        || (Scanner::new(engine), Scorer::new(pack)),
        |(scanner, scorer), draft| scan(draft, pack, scanner, scorer),
    ))
}

fn scan<'a>(draft: &Draft<'a>, pack: &Pack, scanner: &mut Scanner<'_>, scorer: &mut Scorer<'_>) -> Case<'a> {
    let question =
        draft.fixture.map_or_else(|| Question::split(draft.text), |fixture| fixture.record.question());
    let hits = scanner.scan(&question).to_vec();
    let (fires, tally) = scorer.score(&hits);
    let mut touched = Vec::new();
    for (at, hit) in hits.iter().enumerate() {
        let rules = pack.uses.of(hit.cue).iter().filter_map(|role| role.rule());
        touched.extend(rules.map(|rule| (rule, at as u32)));
    }
    touched.sort_unstable();
    touched.dedup();
    Case {
        id: draft.id.clone(),
        text: draft.text,
        place: draft.place,
        fixture: draft.fixture,
        expects: draft.expects.clone(),
        todo: draft.todo,
        answer: Answer::of(pack, pack.thresholds(), tally),
        question,
        fires: fires.clone(),
        hits,
        touched,
    }
}
