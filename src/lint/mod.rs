//! Advice on a sound pack: what is in it for nothing, what contradicts itself, what nobody will find again.
//!
//! In: a pack, and the questions of a bank where there is one. Out: findings, each with a code, a place, a way out and, where
//! it is mechanical, the edits that mend it. What the pack allows with a reason is left out, and an `allow` that nothing
//! needs is itself a finding.
//!
//! Phrases are compared by what they match: every spelling of one is scanned by the engine itself, with the phrases of lists
//! as cues of their own, so inflections, lists and run-together words count exactly as they do in questions.

mod allow;
mod bank;
mod contain;
mod fix;
mod ids;
mod lanes;
mod patterns;
mod phrases;
mod rules;
mod spelling;
mod typos;

pub use self::fix::{Edit, fix};
use crate::{
    bank::Sample,
    engine::Engine,
    pack::{CueIx, Lists, Pack, Rule, RuleIx, forms},
    problem::{Code, Place, Problem},
};

/// One piece of advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is the matter, and where.
    pub problem: Problem,
    /// The phrase, list, target or rule that it is about, by which an `allow` can name it.
    pub of: String,
    /// The rule that it is about.
    pub rule: Option<RuleIx>,
    /// What mends it, where that is mechanical.
    pub edits: Vec<Edit>,
}

impl Finding {
    fn new(code: Code, of: impl Into<String>, place: &Place, message: impl Into<String>) -> Self {
        let of = of.into();
        let problem = Problem::new(code, message).place(place).about(of.as_str());
        Self { problem, of, rule: None, edits: Vec::new() }
    }

    /// The same with another place.
    fn related(mut self, place: &Place, label: &str) -> Self {
        self.problem = self.problem.related(place, label);
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.problem = self.problem.help(help);
        self
    }

    /// The same about a rule of the pack.
    fn rule(mut self, rule: RuleIx, pack: &Pack) -> Self {
        self.problem = self.problem.about(pack.rule(rule).id.as_str());
        self.rule = Some(rule);
        self
    }

    fn edit(mut self, edit: Edit) -> Self {
        self.edits.push(edit);
        self
    }
}

/// A pack made ready to be looked at.
#[derive(Debug)]
pub struct Linter {
    engine: Engine,
    lists: Lists,
    /// The cue of each phrase of each list, in the order of [`Pack::lists`].
    list_cues: Vec<Vec<CueIx>>,
}

impl Linter {
    /// Compiles a pack, with the phrases of its lists as cues.
    ///
    /// # Panics
    ///
    /// Never: the phrases of a loaded pack have forms. A phrase of a list that nothing uses may have none, and is passed over.
    #[must_use]
    pub fn new(mut pack: Pack) -> Self {
        let lists: Lists = pack
            .lists
            .iter()
            .map(|list| {
                let phrases = list.phrases.iter();
                let text =
                    |p: &crate::pack::Example| toml::Spanned::new(p.place.span.clone(), p.text.clone());
                (list.name.clone(), phrases.map(text).collect())
            })
            .collect();
        let texts: Vec<Vec<String>> =
            pack.lists.iter().map(|list| list.phrases.iter().map(|p| p.text.clone()).collect()).collect();
        let mut add = |text: &String| pack.add_phrase(text, forms(text, &lists).unwrap_or_default());
        let list_cues = texts.iter().map(|texts| texts.iter().map(&mut add).collect()).collect();
        Self { engine: Engine::compile(pack), lists, list_cues }
    }

    /// The engine of the pack, to scan a bank with.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// All advice, in the order of the places. With the questions of a bank, rules that never decide are told too.
    #[must_use]
    pub fn findings(&self, samples: Option<&[Sample]>) -> Vec<Finding> {
        let mut found = self.mechanical();
        patterns::look(self.pack(), &mut found);
        rules::look(self.pack(), &mut found);
        ids::look(self.pack(), &mut found);
        lanes::look(self, &mut found);
        if let Some(samples) = samples {
            bank::look(self.pack(), samples, &mut found);
        }
        self.finished(found, samples.is_some())
    }

    /// The advice that looks at phrases alone, among which is all that can be mended.
    fn mechanical(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        phrases::look(self, &mut found);
        typos::look(self, &mut found);
        patterns::look_for_doubles(self.pack(), &mut found);
        found
    }

    /// What is not allowed, in the order of the places.
    fn finished(&self, found: Vec<Finding>, with_bank: bool) -> Vec<Finding> {
        let mut found = allow::apply(self.pack(), found, with_bank);
        let key = |finding: &Finding| {
            let place = finding.problem.place.as_ref();
            place.map(|place| (place.source.name.clone(), place.span.start))
        };
        found.sort_by(|a, b| {
            let rest = |f: &Finding| (f.problem.code, f.problem.message.clone());
            key(a).cmp(&key(b)).then_with(|| rest(a).cmp(&rest(b)))
        });
        found
    }

    fn pack(&self) -> &Pack {
        self.engine.pack()
    }
}

/// The rules of a pack with their indexes.
fn rules_of(pack: &Pack) -> impl Iterator<Item = (RuleIx, &Rule)> {
    pack.rules().iter().enumerate().map(|(at, rule)| (RuleIx(at as u16), rule))
}
