//! The report in Markdown, for a pull request or a job summary: findings by level, then figures and tables.

use std::io::{self, Write};

use super::{
    Figure, Outcome, PackId, Report, Table,
    writer::{Counts, Located, Options},
};
use crate::problem::Problem;

pub(super) fn write(
    report: &Report,
    counts: Counts,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "## firstlane {}: {}", report.command, counts.shown())?;
    let pack =
        |pack: &PackId| format!("{} {} (`{}`)", text(&pack.name), text(&pack.version), pack.fingerprint);
    let packs: Vec<_> = report.packs.iter().map(pack).collect();
    if !packs.is_empty() {
        writeln!(out, "\nPack: {}", packs.join(", "))?;
    }
    for line in &report.summary {
        writeln!(out, "\n{}", text(line))?;
    }
    let mut problems: Vec<_> = report.problems().collect();
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.level));
    if !problems.is_empty() {
        writeln!(out)?;
    }
    for problem in problems {
        write_problem(problem, options, out)?;
    }
    let todo = report.cases.iter().filter(|case| matches!(case.outcome, Outcome::Todo(_)));
    for (at, case) in todo.enumerate() {
        let before = if at == 0 { "\n" } else { "" };
        writeln!(out, "{before}- to do: {}, {}", text(&case.group), text(&case.name))?;
    }
    if !report.figures.is_empty() {
        let head = ["figure", "of", "value", "95 % interval", "asked for"];
        let cells: Vec<_> = report.figures.iter().map(figure).collect();
        let used: Vec<_> =
            (0..head.len()).filter(|&at| cells.iter().any(|row| !row[at].is_empty())).collect();
        let head: Vec<_> = used.iter().map(|&at| head[at]).collect();
        let cells = cells.into_iter().map(|row| used.iter().map(|&at| row[at].clone()).collect());
        writeln!(out, "\n{}", rows(&head, cells))?;
    }
    for table in &report.tables {
        write_table(table, out)?;
    }
    Ok(())
}

fn write_problem(problem: &Problem, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let place =
        problem.place.as_ref().map(|place| format!(", {}", text(&Located::of(place, options).shown())));
    let place = place.unwrap_or_default();
    let (level, code) = (problem.level.name(), problem.code.name());
    writeln!(out, "- **{level}** `{code}`{place}: {}", text(&problem.message))?;
    for note in &problem.notes {
        if !note.contains('\n') {
            writeln!(out, "  - {}", text(note))?;
            continue;
        }
        // The layout of several lines is kept.
        let fence = fence(note);
        let lines = note.lines().map(|line| format!("    {line}\n")).collect::<String>();
        write!(out, "  - {fence}text\n{lines}    {fence}\n")?;
    }
    if let Some(help) = &problem.help {
        writeln!(out, "  - help: {}", text(help))?;
    }
    Ok(())
}

fn figure(figure: &Figure) -> Vec<String> {
    let of = figure.of.map_or_else(String::new, |share| format!("{}/{}", share.hits, share.of));
    let interval =
        figure.interval().map_or_else(String::new, |(low, high)| format!("{low:.1} to {high:.1} %"));
    let asked = figure.bound.map_or_else(String::new, |bound| {
        format!("{}{}", figure.asked(bound), if figure.holds() { "" } else { ": missed" })
    });
    vec![figure.name.clone(), of, figure.shown(), interval, asked]
}

fn write_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n### {}\n", text(&table.title))?;
    let head: Vec<_> = table.columns.iter().map(String::as_str).collect();
    let cells = table.rows.iter().map(|row| row.iter().map(super::Cell::shown).collect());
    writeln!(out, "{}", rows(&head, cells))
}

/// A table in the syntax of GitHub and others.
fn rows(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let head_cells = head.iter().map(|cell| text(cell)).collect();
    let mut lines = vec![line(head_cells), line(vec!["---".to_owned(); head.len()])];
    lines.extend(rows.map(|row| line(row.iter().map(|cell| text(cell)).collect())));
    lines.join("\n")
}

/// Words on one line, with what would be markup taken as it is written; what stands in backticks stays code.
fn text(words: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for c in words.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        code ^= c == '`';
        match c {
            // A bar ends a cell even in code.
            '|' => out.push_str("\\|"),
            '<' | '>' | '*' | '_' | '[' | ']' | '\\' | '#' if !code => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// A fence longer than any run of backticks in a text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}
