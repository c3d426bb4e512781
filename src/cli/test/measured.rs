//! What was measured: coverage, and mutants.

use firstlane::{
    Code, Level, Pack, Problem,
    report::{Cell, Figure, Report, Table, Unit},
    suite::{self, As, Case, Coverage, Item, Mutation, Noticed, Operator, Suggestion, Tried},
};

use super::Args;

/// Targets that are in no answer.
pub(super) fn unreached(pack: &Pack, cases: &[Case<'_>], report: &mut Report) {
    for item in suite::targets(pack, cases).filter(|item| !item.fired) {
        let (kind, id) = (item.level.name(), &item.name);
        let message = format!("{kind} `{id}` is in the answer to no example and no question");
        let problem = Problem::new(Code::Unreached, message).about(id).place(&item.place);
        report.problems.push(problem.help("add an example or a labelled question that leads to it"));
    }
}

/// Coverage by level, and what is not covered.
pub(super) fn coverage(args: &Args, pack: &Pack, coverage: &Coverage, report: &mut Report) {
    let mut table = Table::new("coverage", ["level", "parts", "fired", "fired %", "decisive", "decisive %"]);
    let levels = suite::Level::ALL.into_iter().map(Some).chain([None]);
    for level in levels {
        let [fired, decisive] = coverage.shares(level);
        let name = level.map_or("all", suite::Level::name);
        if fired.of > 0 {
            let [fired_share, decisive_share] = [fired, decisive].map(|s| percent(s.hits, s.of));
            table.push([
                name.into(),
                fired.of.into(),
                fired.hits.into(),
                fired_share,
                decisive.hits.into(),
                decisive_share,
            ]);
        }
    }
    report.tables.push(table);
    for gate in &args.min_coverage {
        let share = coverage.shares(gate.level)[usize::from(gate.decisive)];
        let kind = if gate.decisive { "decisive" } else { "fired" };
        let name = gate.level.map_or_else(|| kind.to_owned(), |level| format!("{} {kind}", level.name()));
        // Of nothing, nothing is missed.
        let value = if share.of == 0 { 100.0 } else { share.value() * 100.0 };
        report.figure(Figure::new(name, value, Unit::Percent).at_least(gate.least));
    }
    if args.coverage {
        uncovered(args, pack, coverage, report);
    }
}

fn uncovered(args: &Args, pack: &Pack, coverage: &Coverage, report: &mut Report) {
    let problem = |item: &Item| {
        let (code, is) = if item.fired {
            (Code::NotDecisive, "fired, and no case would notice if it were gone")
        } else {
            (Code::NotFired, "was needed by no case")
        };
        let rule = item.rule.map(|rule| &pack.rule(rule).id);
        let of =
            rule.filter(|id| **id != item.name).map_or_else(String::new, |id| format!(" of rule `{id}`"));
        let message = format!("{} `{}`{of} {is}", item.level.name(), item.name);
        Problem::new(code, message).about(rule.unwrap_or(&item.name)).place(&item.place)
    };
    let lists = [(false, "never fired"), (true, "never decisive")];
    for (fired, title) in lists {
        let items: Vec<&Item> =
            coverage.items.iter().filter(|item| !item.decisive && item.fired == fired).collect();
        if args.output.lists(Level::Note) {
            report.problems.extend(items.iter().take(args.most()).map(|item| problem(item)));
        } else if !items.is_empty() {
            let title = listed(title, items.len(), args.most());
            let mut table = Table::new(title, ["place", "level", "what"]);
            for item in items.iter().take(args.most()) {
                table.push([place(item).into(), item.level.name().into(), item.name.as_str().into()]);
            }
            report.tables.push(table);
        }
    }
}

fn place(item: &Item) -> String {
    let (line, column) = item.place.source.line_column(item.place.span.start);
    format!("{}:{line}:{column}", item.place.source.name)
}

/// A title with the number of things, and how to see those that are left out.
fn listed(title: &str, all: usize, most: usize) -> String {
    let rest = if all > most { format!(", the first {most}; `--most 0` lists all") } else { String::new() };
    format!("{title}: {all}{rest}")
}

pub(super) fn percent(hits: usize, of: usize) -> Cell {
    Cell::Number(100.0 * hits as f64 / of.max(1) as f64, 1)
}

/// Mutants by operator, those that survive, and acceptances that are not needed.
pub(super) fn mutation(args: &Args, pack: &Pack, mutation: &Mutation, report: &mut Report) {
    let columns = ["mutants", "tried", "accepted", "reached", "killed", "by an expectation", "kill rate %"];
    let mut table = Table::new("mutation", columns);
    for operator in Operator::ALL.into_iter().map(Some).chain([None]) {
        let count = Count::of(&mutation.tried, operator);
        if count.all > 0 {
            table.push([
                operator.map_or("all", Operator::name).into(),
                count.all.into(),
                count.accepted.into(),
                count.reached.into(),
                count.killed.into(),
                count.broken.into(),
                percent(count.killed, count.all - count.accepted),
            ]);
        }
    }
    report.tables.push(table);
    for gate in &args.min_kill_rate {
        let count = Count::of(&mutation.tried, gate.operator);
        let name = gate
            .operator
            .map_or("kill rate".to_owned(), |operator| format!("kill rate of {}", operator.name()));
        let of = count.all - count.accepted;
        let value = if of == 0 { 100.0 } else { 100.0 * count.killed as f64 / of as f64 };
        report.figure(Figure::new(name, value, Unit::Percent).at_least(gate.least));
    }
    for unneeded in &mutation.unneeded {
        let is = if unneeded.is_killed { "is noticed by a case" } else { "is not one of its mutants" };
        let message = format!("`{}` need not be accepted: it {is}", unneeded.mutant);
        let problem = Problem::new(Code::UnneededAccept, message).place(&unneeded.place);
        report.problems.push(problem.help("take the acceptance out, or name the mutant as `--mutants` does"));
    }
    if args.mutants {
        survivors(args, pack, mutation, report);
    }
}

/// How many mutants there are, and what became of them.
#[derive(Default)]
struct Count {
    all: usize,
    accepted: usize,
    reached: usize,
    killed: usize,
    broken: usize,
}

impl Count {
    fn of(tried: &[Tried], operator: Option<Operator>) -> Self {
        let mut count = Self::default();
        let of_operator =
            tried.iter().filter(|tried| operator.is_none_or(|operator| tried.mutant.operator == operator));
        for tried in of_operator {
            count.all += 1;
            count.accepted += usize::from(tried.accepted.is_some());
            count.reached += usize::from(tried.reached);
            count.killed += usize::from(tried.is_killed());
            count.broken += usize::from(tried.noticed == Noticed::Broken);
        }
        count
    }
}

fn survivors(args: &Args, pack: &Pack, mutation: &Mutation, report: &mut Report) {
    let survives =
        |(tried, _): &(&Tried, &Option<Suggestion>)| !tried.is_killed() && tried.accepted.is_none();
    let survivors: Vec<_> = mutation.tried.iter().zip(&mutation.suggestions).filter(survives).collect();
    for (tried, suggestion) in survivors.iter().take(args.most()) {
        report.problems.push(survivor(pack, tried, suggestion.as_ref()));
    }
    if survivors.len() > args.most() {
        report.summary.push(listed("mutants that survive", survivors.len(), args.most()));
    }
}

fn survivor(pack: &Pack, tried: &Tried, suggestion: Option<&Suggestion>) -> Problem {
    let mutant = &tried.mutant;
    let of = mutant.rule.map_or_else(String::new, |rule| format!(" in rule `{}`", pack.rule(rule).id));
    let problem = Problem::new(Code::MutantSurvives, format!("no case notices `{}`{of}", mutant.name()));
    let [before, after] = suite::diff(&mutant.place, mutant.instead.as_deref());
    let mut problem = problem.place(&mutant.place).note(format!("- {before}\n+ {after}"));
    if let Some(rule) = mutant.rule {
        problem = problem.about(&pack.rule(rule).id);
    }
    if !tried.reached {
        problem = problem.note("no case needs what is changed");
    }
    match suggestion {
        Some(suggestion) => problem.help(help(pack, suggestion)),
        None => problem,
    }
}

fn help(pack: &Pack, suggestion: &Suggestion) -> String {
    let text = &suggestion.text;
    match &suggestion.kind {
        As::Example => format!("this example would notice:\n{text}"),
        As::Counterexample => format!("this counterexample would notice:\n{text}"),
        As::Question(answers) => {
            let [is, becomes] = answers.each_ref().map(|answer| {
                let name = |target: Option<_>| target.map_or("none", |ix| pack.target(ix).id.as_str());
                let shown: Vec<_> = answer.shown.iter().map(|ix| pack.target(*ix).id.as_str()).collect();
                let all =
                    [answer.status.name(), name(answer.lane), name(answer.instinct), name(answer.verify)];
                [&all[..], &shown].concat().join(", ")
            });
            format!(
                "this question would notice, if its labels are right:\n{text}\nis {is}; becomes {becomes}"
            )
        }
    }
}
