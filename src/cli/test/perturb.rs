//! Texts written otherwise: which of them have another outcome.

use std::str::FromStr;

use firstlane::{
    Code, Engine, Pack, Place, Problem,
    perturb::{self, Broken, Checked, Kind, Outcome},
    report::{Excerpt, Figure, Report, Table, Unit},
    suite::Case,
};

use super::Args;

/// What `--perturb` names: a kind, or all of them.
#[derive(Debug, Clone)]
pub(super) struct Kinds(Option<Kind>);

impl FromStr for Kinds {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Ok(Self(if name == "all" { None } else { Some(name.parse()?) }))
    }
}

/// The kinds that were asked for, by name or by a gate, in the order of reports.
fn kinds(args: &Args) -> Vec<Kind> {
    let all = args.perturb.iter().any(|Kinds(kind)| kind.is_none())
        || (args.perturb.is_empty() && args.min_stable.iter().any(|gate| gate.kind.is_none()));
    let is_wanted = |kind: &Kind| {
        all || args.perturb.iter().any(|Kinds(named)| *named == Some(*kind))
            || args.min_stable.iter().any(|gate| gate.kind == Some(*kind))
    };
    Kind::ALL.into_iter().filter(is_wanted).collect()
}

/// Reports what comes of the cases that were chosen when they are written otherwise. Of those to do nothing is known.
pub(super) fn report(args: &Args, engine: &Engine, cases: &[&Case<'_>], report: &mut Report) {
    let kinds = kinds(args);
    if kinds.is_empty() {
        return;
    }
    let cases: Vec<&Case<'_>> = cases.iter().copied().filter(|case| !case.todo).collect();
    let texts: Vec<perturb::Case<'_>> = cases.iter().map(|case| text(case)).collect();
    let checked = perturb::check(engine, &texts, &kinds);
    report.tables.push(table(&checked));
    for gate in &args.min_stable {
        let name = gate.kind.map_or("stable".to_owned(), |kind| format!("stable against {}", kind.name()));
        let (cases, broken) = sums(&checked, gate.kind);
        // Of nothing, nothing changes.
        let value = if cases == 0 { 100.0 } else { 100.0 * (cases - broken) as f64 / cases as f64 };
        report.figure(Figure::new(name, value, Unit::Percent).at_least(gate.least));
    }
    if args.perturb.is_empty() {
        return;
    }
    for &kind in &kinds {
        let of_kind: Vec<_> = checked.broken.iter().filter(|broken| broken.kind == kind).collect();
        let shown = of_kind.iter().take(args.most());
        report.problems.extend(shown.map(|broken| problem(engine.pack(), cases[broken.case], broken)));
        if of_kind.len() > args.most() {
            let (all, most) = (of_kind.len(), args.most());
            let name = kind.name();
            report
                .summary
                .push(format!("{name}: {all} changes of an outcome, the first {most}; `--most 0` lists all"));
        }
    }
}

fn text<'a>(case: &'a Case<'_>) -> perturb::Case<'a> {
    match (case.rule(), case.fixture) {
        (None, Some(fixture)) => perturb::Case::question(fixture.record.clone()),
        (rule, _) => {
            let line = case.place.map_or(1, Place::line);
            let rule = rule.expect("a case without a rule is of a bank");
            perturb::Case::text(case.id.as_str(), case.text, line, rule)
        }
    }
}

/// Cases and broken cases, of one kind or of all; a case counts once for each kind.
fn sums(checked: &Checked, kind: Option<Kind>) -> (usize, usize) {
    let counts = checked.counts.iter().filter(|count| kind.is_none_or(|kind| kind == count.kind));
    counts.fold((0, 0), |(cases, broken), count| (cases + count.cases, broken + count.broken))
}

fn table(checked: &Checked) -> Table {
    let mut table =
        Table::new("perturbations", ["kind", "variants", "cases", "with another outcome", "stable %"]);
    for count in &checked.counts {
        let stable = match count.cases {
            0 => "–".into(),
            cases => super::measured::percent(cases - count.broken, cases),
        };
        let (variants, cases) = (count.variants.into(), count.cases.into());
        table.push([count.kind.name().into(), variants, cases, count.broken.into(), stable]);
    }
    table
}

fn problem(pack: &Pack, case: &Case<'_>, broken: &Broken) -> Problem {
    let (kind, form) = (broken.kind.name(), broken.form);
    let what = match broken.changes.len() {
        0 => "pasted as one text".to_owned(),
        1 => format!("with one change of {kind} ({form})"),
        n => format!("with {n} changes of {kind} ({form})"),
    };
    let (message, subject) = match (case.rule(), broken.after) {
        (Some(rule), Outcome::Fires(fires)) => {
            let id = &pack.rule(rule).id;
            let does = if fires { "fires" } else { "does not fire" };
            (format!("rule `{id}` {does} in its {} {what}", case.id), id.as_str())
        }
        _ => (format!("question `{}` is answered otherwise {what}", case.id), case.id.as_str()),
    };
    let mut problem = Problem::new(Code::Unstable, message).about(subject);
    let excerpt = case.fixture.map(|fixture| Excerpt::of(&broken.base, &fixture.file));
    for edit in broken.changes.iter().flatten() {
        let place = match (&excerpt, case.place) {
            (Some(excerpt), _) => Some(excerpt.at(edit.field, edit.range.clone())),
            (None, place) => place.and_then(|place| inside(place, case.text, edit)),
        };
        let label = becomes(broken, edit);
        problem = match (place, &problem.place) {
            (Some(place), None) => problem.place(&place).label(label),
            (Some(place), Some(_)) => problem.related(&place, label),
            (None, _) => problem.note(label),
        };
    }
    if problem.place.is_none() {
        problem.place = excerpt.map(|excerpt| excerpt.start()).or(case.place.cloned());
    }
    match case.rule() {
        Some(_) => problem,
        None => {
            problem.note(format!("was {}; becomes {}", broken.before.show(pack), broken.after.show(pack)))
        }
    }
}

/// The place of an edit in an example, if the example stands in the file as it is, without escapes.
fn inside(place: &Place, text: &str, edit: &perturb::Edit) -> Option<Place> {
    let start = place.span.start + place.text().find(text)?;
    Some(Place { span: start + edit.range.start..start + edit.range.end, ..place.clone() })
}

/// What becomes of a range, with characters that cannot be seen written out.
fn becomes(broken: &Broken, edit: &perturb::Edit) -> String {
    let from = &broken.base.field(edit.field)[edit.range.clone()];
    match (from, edit.to.as_str()) {
        ("", to) => format!("{to:?} is put in"),
        (from, "") => format!("{from:?} is taken out"),
        (from, to) => format!("{from:?} becomes {to:?}"),
    }
}
