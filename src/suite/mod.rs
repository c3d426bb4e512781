//! Testing a pack: cases, coverage below the rule, and mutation.
//!
//! In: an engine made from a pack with its examples and places, and labelled questions. Out: what does not hold and why, what
//! no case has needed, and which small changes of the pack no case would notice. What a number means is said in the module
//! that finds it; the whole is in `docs/TESTING.md`.

mod accept;
mod boundary;
mod cases;
mod coverage;
mod explain;
mod lists;
mod matrix;
mod mutants;
mod mutate;
mod negation;
mod noticing;
pub(crate) mod parallel;
mod reach;
mod select;

pub use self::{
    accept::Unneeded,
    boundary::{applied, diff},
    cases::{Answer, Case, Expects, Fixture, UnknownLabel, cases},
    coverage::{Coverage, Item, Level, targets},
    explain::{example as example_problem, question as question_mistakes},
    matrix::Noticed,
    mutants::{Mutant, Operator},
    mutate::Tried,
    noticing::{As, Suggestion},
    select::{BadDiff, Changed},
};
use crate::{engine::Engine, pack::RuleIx};

/// What to measure besides the cases themselves, and of what.
#[derive(Debug, Clone, Default)]
pub struct Measure {
    /// Coverage.
    pub coverage: bool,
    /// Mutation.
    pub mutation: bool,
    /// Texts that would notice the mutants that survive.
    pub suggestions: bool,
    /// The rules to measure, in the order of the pack.
    pub rules: Vec<RuleIx>,
    /// Whether to measure the manifest and the lists as well.
    pub manifest: bool,
}

/// What was measured.
#[derive(Debug, Default)]
pub struct Measured {
    /// Coverage, if it was asked for.
    pub coverage: Option<Coverage>,
    /// The mutants, if mutation was asked for.
    pub mutants: Option<Mutation>,
}

/// What became of all mutants.
#[derive(Debug)]
pub struct Mutation {
    /// The mutants, those of rules first, in the order of the pack.
    pub tried: Vec<Tried>,
    /// For each mutant a text that would notice it, if it survives, and one was asked for and found.
    pub suggestions: Vec<Option<Suggestion>>,
    /// Acceptances of the pack that are not needed.
    pub unneeded: Vec<Unneeded>,
}

/// Measures.
#[must_use]
pub fn measure(engine: &Engine, cases: &[Case<'_>], what: &Measure) -> Measured {
    if !what.coverage && !what.mutation {
        return Measured::default();
    }
    let matrix = matrix::Matrix::new(engine, cases);
    let wanted = |operator| what.mutation || coverage::needs(operator);
    let mut tried = mutate::run(&matrix, &what.rules, what.manifest, wanted);
    let coverage = what.coverage.then(|| coverage::measure(&matrix, &what.rules, what.manifest, &tried));
    let mutants = what.mutation.then(|| {
        let unneeded = accept::mark(engine.pack(), &mut tried);
        let suggestions = if what.suggestions { suggestions(&matrix, engine, &tried) } else { Vec::new() };
        Mutation { tried, suggestions, unneeded }
    });
    Measured { coverage, mutants }
}

fn suggestions(matrix: &matrix::Matrix<'_>, engine: &Engine, tried: &[Tried]) -> Vec<Option<Suggestion>> {
    // One rule is one piece of work, since what is made for it serves all of its mutants.
    let of_rules: Vec<&[Tried]> = tried.chunk_by(|a, b| a.mutant.rule == b.mutant.rule).collect();
    let found = parallel::map(
        &of_rules,
        || noticing::Finder::new(matrix, engine),
        |finder, of_rule| {
            let survives = |tried: &&Tried| !tried.is_killed() && tried.accepted.is_none();
            let find =
                |tried: &Tried| Some(tried).filter(survives).and_then(|tried| finder.find(&tried.mutant));
            of_rule.iter().map(find).collect::<Vec<_>>()
        },
    );
    found.into_iter().flatten().collect()
}
