//! Whether the examples and counterexamples of a pack hold.

use crate::{
    engine::Engine,
    pack::{Example, Rule},
    problem::{Code, Problem, Problems},
    question::Question,
    scan::Scanner,
    score::Scorer,
};

/// Runs every example and counterexample, each read as a pasted question is.
#[must_use]
pub fn examples(engine: &Engine) -> Problems {
    let (mut scanner, mut scorer) = (Scanner::new(engine), Scorer::new(engine.pack()));
    let mut problems = Problems::default();
    for (at, rule) in engine.pack().rules().iter().enumerate() {
        let mut fires = |example: &Example| {
            let hits = scanner.scan(&Question::split(&example.text));
            scorer.fire(hits).rules.iter().any(|fired| fired.rule.index() == at)
        };
        for example in &rule.examples {
            if !fires(example) {
                problems.push(fault(Code::ExampleMisses, rule, example, "does not make it fire"));
            }
        }
        for example in &rule.counterexamples {
            if fires(example) {
                problems.push(fault(Code::CounterexampleFires, rule, example, "makes it fire"));
            }
        }
    }
    problems.sorted()
}

fn fault(code: Code, rule: &Rule, example: &Example, does: &str) -> Problem {
    let what = if code == Code::ExampleMisses { "example" } else { "counterexample" };
    let message = format!("{what} of rule `{}` {does}", rule.id);
    Problem::new(code, message).about(&rule.id).place(&example.place)
}
