//! The report for people: what is wrong, as a compiler shows it, then figures and tables, and a line that counts.

use std::io::{self, Write};

use annotate_snippets::Renderer;

use super::{
    Figure, Outcome, Report, Table,
    writer::{Counts, Options},
};
use crate::problem::rendered;

pub(super) fn write(
    report: &Report,
    counts: Counts,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let renderer = if options.colour { Renderer::styled() } else { Renderer::plain() };
    let mut parts = Vec::new();
    if !report.summary.is_empty() {
        parts.push(report.summary.join("\n"));
    }
    parts.extend(rendered(report.problems(), &renderer));
    let todo = report.cases.iter().filter(|case| matches!(case.outcome, Outcome::Todo(_)));
    let todo: Vec<_> = todo.map(|case| format!("to do  {}: {}", case.group, case.name)).collect();
    if !todo.is_empty() {
        parts.push(todo.join("\n"));
    }
    if !report.figures.is_empty() {
        parts.push(figures(&report.figures));
    }
    parts.extend(report.tables.iter().map(table));
    // What a summary says of a run without cases and findings need not be said again.
    if !options.quiet && (counts.any() || report.summary.is_empty()) {
        parts.push(format!("{}: {}", report.command, counts.shown()));
    }
    if parts.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", parts.join("\n\n"))
}

/// A line for each figure: name, number, what it is made of, and what was asked for.
fn figures(figures: &[Figure]) -> String {
    let row = |figure: &Figure| {
        let of = figure.of.map_or_else(String::new, |share| format!("{}/{}", share.hits, share.of));
        let interval = figure
            .interval()
            .map_or_else(String::new, |(low, high)| format!("95 % interval {low:.1} to {high:.1} %"));
        let asked = figure.bound.map_or_else(String::new, |bound| {
            format!("{}{}", figure.asked(bound), if figure.holds() { "" } else { ": missed" })
        });
        [figure.name.clone(), of, figure.shown(), interval, asked]
    };
    columns(&figures.iter().map(row).collect::<Vec<_>>(), &[false, true, true, false, false])
}

fn table(table: &Table) -> String {
    let head = table.columns.clone();
    let cells = table.rows.iter().map(|row| row.iter().map(super::Cell::shown).collect());
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(cells).collect();
    let is_number = |at: usize| !table.rows.is_empty() && table.rows.iter().all(|row| row[at].is_number());
    let right: Vec<_> = (0..table.columns.len()).map(is_number).collect();
    format!("{}\n{}", table.title, columns(&rows, &right))
}

/// Rows with their cells under each other, some of them at the right; a column without a word is left out.
fn columns<R: AsRef<[String]>>(rows: &[R], right: &[bool]) -> String {
    let width = |at: usize| rows.iter().map(|row| row.as_ref()[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<_> = (0..right.len()).map(width).collect();
    let line = |row: &R| {
        let mut line = String::new();
        for (at, cell) in row.as_ref().iter().enumerate().filter(|(at, _)| widths[*at] > 0) {
            let (width, gap) = (widths[at], if line.is_empty() { "" } else { "  " });
            line += &if right[at] { format!("{gap}{cell:>width$}") } else { format!("{gap}{cell:<width$}") };
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
