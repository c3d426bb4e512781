//! How the cases went: examples, and the questions of banks with their accuracy.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use firstlane::{
    Code, Level, Pack, Problem,
    eval::{Evaluation, Share},
    report::{Case as Tried, Excerpt, Figure, Report, Table},
    suite::{self, Case, Expects},
};

use super::{
    super::{bank, eval},
    Args,
};

/// Reports the cases that were chosen.
pub(super) fn report(args: &Args, pack: &Pack, cases: &[&Case<'_>], report: &mut Report) -> Result<()> {
    let mut counts = [0; 3];
    let mut evaluation = Evaluation::default();
    let mut banks: BTreeMap<&str, [Share; 2]> = BTreeMap::new();
    for case in cases {
        if case.todo && case.holds() {
            report.problems.push(holds_by_now(pack, case));
        }
        let Some(rule) = case.rule() else {
            let share = question(args, pack, case, &mut evaluation, report)?;
            let of_bank = banks.entry(case.fixture.map_or("", |fixture| &fixture.file)).or_default();
            for (sum, share) in of_bank.iter_mut().zip(share) {
                *sum = *sum + share;
            }
            continue;
        };
        let at = match case.expects {
            _ if case.todo => 2,
            Expects::Silent(_) => 1,
            _ => 0,
        };
        counts[at] += 1;
        let group = format!("rule {}", pack.rule(rule).id);
        let problems: Vec<Problem> = suite::example_problem(pack, case).into_iter().collect();
        report.cases.push(match case.todo {
            true if problems.is_empty() => Tried::passed(group, &case.id),
            true => Tried::todo(group, &case.id, problems),
            false => Tried::failed(group, &case.id, problems),
        });
    }
    let [examples, counterexamples, todo] = counts;
    let todo = todo + cases.iter().filter(|case| case.todo && case.rule().is_none()).count();
    let todo = if todo > 0 { format!(", {todo} to do") } else { String::new() };
    report.summary.push(format!(
        "{examples} examples, {counterexamples} counterexamples{todo}, {} labelled questions",
        evaluation.labelled
    ));
    accuracy(args, &evaluation, report);
    if evaluation.labelled > 0 {
        report.tables.push(by_bank(&banks));
    }
    Ok(())
}

/// A question is counted; if it is answered wrongly, that is a note and no failed case, since what is asked of a bank is a
/// share of it. One that is marked `todo` is not counted.
fn question(
    args: &Args,
    pack: &Pack,
    case: &Case<'_>,
    evaluation: &mut Evaluation,
    report: &mut Report,
) -> Result<[Share; 2]> {
    let fixture = case.fixture.context("a case without a rule is of a bank")?;
    let (file, record) = (&fixture.file, &fixture.record);
    let labels = record.labels.as_ref().context("a case of a bank has labels")?;
    let verdict = case.verdict(pack);
    let mut uncounted = Evaluation::default();
    let evaluation = if case.todo { &mut uncounted } else { evaluation };
    let wrong = evaluation.add(pack, labels, &verdict).map_err(|label| bank::unknown_label(&label))?;
    let mut shares = [Share::default(); 2];
    if !case.todo {
        shares[0].add(!wrong.lane);
        shares[1].add(!wrong.any());
    }
    if !wrong.any() {
        report.cases.push(Tried::passed(file, &*record.id));
    } else if args.misses || case.todo || args.output.lists(Level::Note) {
        let mut problems = eval::misses(pack, record, labels, wrong, &verdict, file);
        for problem in &mut problems {
            problem.level = Level::Note;
        }
        if let Some(first) = problems.first_mut() {
            first.notes.extend(suite::question_mistakes(pack, case));
        }
        if case.todo {
            report.cases.push(Tried::todo(file, &*record.id, problems));
        } else {
            report.problems.extend(problems);
        }
    }
    Ok(shares)
}

fn holds_by_now(pack: &Pack, case: &Case<'_>) -> Problem {
    match (case.rule(), case.fixture) {
        (Some(rule), _) => {
            let id = &pack.rule(rule).id;
            let problem = Problem::new(
                Code::TodoHolds,
                format!("rule `{id}` fires by now in a text that is marked `todo`"),
            );
            let problem = problem.about(id).help("move it from `todo` to `examples`");
            case.place.map_or(problem.clone(), |place| problem.place(place))
        }
        (None, Some(fixture)) => {
            let id = &*fixture.record.id;
            let problem = Problem::new(
                Code::TodoHolds,
                format!("question `{id}`, marked `todo`, is answered rightly by now"),
            );
            let excerpt = Excerpt::of(&fixture.record, &fixture.file);
            problem.about(id).place(&excerpt.start()).help("take `\"todo\": true` out")
        }
        (None, None) => Problem::new(Code::TodoHolds, "a text that is marked `todo` holds by now"),
    }
}

fn accuracy(args: &Args, e: &Evaluation, report: &mut Report) {
    for (name, share) in [
        ("answered", e.answered),
        ("chapter", e.chapter),
        ("lane", e.lane),
        ("instinct", e.instinct),
        ("verify", e.verify),
        ("all-three", e.all_three),
        ("rejected", e.rejected),
    ] {
        let gate = args.min_accuracy.iter().find(|gate| gate.what == name);
        let figure = Figure::share(name, share);
        match gate {
            // Of no question, none is right.
            Some(gate) => report.figure(figure.at_least(gate.least)),
            None if share.of > 0 => report.figure(figure),
            None => {}
        }
    }
}

fn by_bank(banks: &BTreeMap<&str, [Share; 2]>) -> Table {
    let mut table = Table::new("by bank", ["bank", "lane right", "nothing wrong"]);
    for (bank, [lane, all]) in banks {
        table.push([(*bank).into(), (*lane).into(), (*all).into()]);
    }
    table
}
