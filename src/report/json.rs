//! The report as JSON, schema 1: one object, or a line for each case, finding, figure and table.
//!
//! These structs are the contract, apart from the model, so that the model can move. Lines and columns count from 1,
//! columns in characters; `start` and `end` are byte offsets from 0. Keys may be added; none is renamed or removed
//! within a schema.

use std::io::{self, Write};

use serde::Serialize;

use super::{
    Case, Cell, Figure, Outcome, Report, Table,
    writer::{Counts, Located, Options},
};
use crate::problem::{Place, Problem};

/// Version of the contract.
pub const SCHEMA: u32 = 1;

/// A JSON report, or a line of a JSON Lines report.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "ReportOutput"))]
#[serde(untagged)]
pub enum Output<'a> {
    /// `--format json`.
    Report(Whole<'a>),
    /// A line of `--format jsonl`.
    Line(Line<'a>),
}

/// What a run is.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Run<'a> {
    /// Version of this contract, 1.
    schema: u32,
    /// The command, as it is typed.
    command: &'a str,
    /// The program.
    tool: Tool,
    /// The packs that were looked at.
    packs: Vec<PackId<'a>>,
    /// In sentences.
    summary: &'a [String],
    /// How many of each there are, also of those that `--quiet` leaves out.
    counts: Tally,
}

/// The program.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool {
    /// `firstlane`.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// A pack.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PackId<'a> {
    /// Its name.
    name: &'a str,
    /// Its version.
    version: &'a str,
    /// Another for a pack that answers otherwise.
    fingerprint: &'a str,
}

/// How many of each there are.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tally {
    /// Cases that passed.
    passed: usize,
    /// Cases that failed.
    failed: usize,
    /// Cases that are known to fail.
    todo: usize,
    /// Findings by level.
    error: usize,
    /// Findings by level.
    warning: usize,
    /// Findings by level.
    note: usize,
}

/// The whole report.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Whole<'a> {
    /// What the run is.
    run: Run<'a>,
    /// What was tried.
    cases: Vec<OneCase<'a>>,
    /// Findings that belong to no case.
    problems: Vec<Finding<'a>>,
    /// Figures.
    figures: Vec<OneFigure<'a>>,
    /// Tables.
    tables: Vec<OneTable<'a>>,
}

/// A line; the first is the run.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Line<'a> {
    /// What the run is.
    Run(Run<'a>),
    /// What was tried.
    Case(OneCase<'a>),
    /// A finding that belongs to no case.
    Problem(Finding<'a>),
    /// A figure.
    Figure(OneFigure<'a>),
    /// A table.
    Table(OneTable<'a>),
}

/// One thing that was tried.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OneCase<'a> {
    /// What it belongs to: a rule, a bank.
    group: &'a str,
    /// Its name.
    name: &'a str,
    /// `passed`, `failed`, or `todo`: known to fail.
    outcome: &'static str,
    /// Why it failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Finding<'a>>,
}

/// One finding.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding<'a> {
    /// Its stable code (`firstlane explain CODE`).
    code: &'static str,
    /// `error`, `warning` or `note`.
    level: &'static str,
    /// What is wrong.
    message: &'a str,
    /// The rule, target, question or figure that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<OnePlace<'a>>,
    /// Other places that belong to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<OnePlace<'a>>,
    /// What else there is to know.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

/// A place in a file.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OnePlace<'a> {
    /// The file, from the root of the project.
    file: String,
    /// Its line, from 1.
    line: usize,
    /// Column in characters, from 1; left out where only the line is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    /// Line of the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    /// Column behind the last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    /// Byte offset in the file, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    /// Byte offset behind the last byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
    /// What stands there.
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
    /// What that is.
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
}

/// A number.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OneFigure<'a> {
    /// What it is.
    name: &'a str,
    /// The number; of a share, in percent.
    value: f64,
    /// `count`, `percent` or `number`.
    unit: &'static str,
    /// Of a share: how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    hits: Option<usize>,
    /// Of a share: of how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<usize>,
    /// Of a share: its 95 % interval (Wilson), in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<[f64; 2]>,
    /// The least that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<f64>,
    /// The most that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_most: Option<f64>,
    /// Whether it is what was asked for.
    holds: bool,
}

/// A table.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OneTable<'a> {
    /// What it shows.
    title: &'a str,
    /// Names of the columns.
    columns: &'a [String],
    /// The rows, a cell for each column.
    rows: Vec<Vec<OneCell<'a>>>,
}

/// A cell.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum OneCell<'a> {
    /// Words.
    Text(&'a str),
    /// A count.
    Count(usize),
    /// A number.
    Number(f64),
    /// A share: how many, of how many.
    Share {
        /// How many.
        hits: usize,
        /// Of how many.
        of: usize,
    },
}

pub(super) fn write(
    report: &Report,
    counts: Counts,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let whole = Whole {
        run: run(report, counts),
        cases: report.cases.iter().map(|case| one_case(case, options)).collect(),
        problems: report.problems.iter().map(|problem| finding(problem, options)).collect(),
        figures: report.figures.iter().map(one_figure).collect(),
        tables: report.tables.iter().map(one_table).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    writeln!(out)
}

pub(super) fn write_lines(
    report: &Report,
    counts: Counts,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lines = std::iter::once(Line::Run(run(report, counts)))
        .chain(report.cases.iter().map(|case| Line::Case(one_case(case, options))))
        .chain(report.problems.iter().map(|problem| Line::Problem(finding(problem, options))))
        .chain(report.figures.iter().map(|figure| Line::Figure(one_figure(figure))))
        .chain(report.tables.iter().map(|table| Line::Table(one_table(table))));
    for line in lines {
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    Ok(())
}

fn run(report: &Report, counts: Counts) -> Run<'_> {
    Run {
        schema: SCHEMA,
        command: &report.command,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        packs: report.packs.iter().map(pack_id).collect(),
        summary: &report.summary,
        counts: Tally {
            passed: counts.passed,
            failed: counts.failed,
            todo: counts.todo,
            error: counts.errors,
            warning: counts.warnings,
            note: counts.notes,
        },
    }
}

fn pack_id(pack: &super::PackId) -> PackId<'_> {
    PackId { name: &pack.name, version: &pack.version, fingerprint: &pack.fingerprint }
}

fn one_case<'a>(case: &'a Case, options: &Options) -> OneCase<'a> {
    let (outcome, problems) = match &case.outcome {
        Outcome::Passed => ("passed", &[] as &[_]),
        Outcome::Failed(problems) => ("failed", &**problems),
        Outcome::Todo(problems) => ("todo", &**problems),
    };
    OneCase {
        group: &case.group,
        name: &case.name,
        outcome,
        problems: problems.iter().map(|problem| finding(problem, options)).collect(),
    }
}

fn finding<'a>(problem: &'a Problem, options: &Options) -> Finding<'a> {
    Finding {
        code: problem.code.name(),
        level: problem.level.name(),
        message: &problem.message,
        subject: problem.subject.as_deref(),
        place: problem.place.as_ref().map(|place| one_place(place, &problem.label, options)),
        related: problem.related.iter().map(|(place, label)| one_place(place, label, options)).collect(),
        notes: &problem.notes,
        help: problem.help.as_deref(),
    }
}

fn one_place<'a>(place: &'a Place, label: &'a str, options: &Options) -> OnePlace<'a> {
    let Located { file, line, range } = Located::of(place, options);
    let range = range.as_ref();
    OnePlace {
        file,
        line,
        column: range.map(|range| range.column),
        end_line: range.map(|range| range.end_line),
        end_column: range.map(|range| range.end_column),
        start: range.map(|range| range.bytes.start),
        end: range.map(|range| range.bytes.end),
        text: place.text(),
        label,
    }
}

fn one_figure(figure: &Figure) -> OneFigure<'_> {
    let [at_least, at_most] = match figure.bound {
        Some(super::Bound::AtLeast(least)) => [Some(least), None],
        Some(super::Bound::AtMost(most)) => [None, Some(most)],
        None => [None, None],
    };
    OneFigure {
        name: &figure.name,
        value: rounded(figure.value),
        unit: match figure.unit {
            super::Unit::Count => "count",
            super::Unit::Percent => "percent",
            super::Unit::Number(_) => "number",
        },
        hits: figure.of.map(|share| share.hits),
        of: figure.of.map(|share| share.of),
        interval: figure.interval().map(|(low, high)| [rounded(low), rounded(high)]),
        at_least,
        at_most,
        holds: figure.holds(),
    }
}

fn one_table(table: &Table) -> OneTable<'_> {
    let rows = table.rows.iter().map(|row| row.iter().map(one_cell).collect()).collect();
    OneTable { title: &table.title, columns: &table.columns, rows }
}

fn one_cell(cell: &Cell) -> OneCell<'_> {
    match cell {
        Cell::Text(text) => OneCell::Text(text),
        Cell::Count(count) => OneCell::Count(*count),
        Cell::Number(value, _) => OneCell::Number(rounded(*value)),
        Cell::Share(share) => OneCell::Share { hits: share.hits, of: share.of },
    }
}

/// Six decimals: enough for any reader, and no noise of the last bits.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
