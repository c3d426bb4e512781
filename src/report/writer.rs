//! Choosing a format, and what all formats need: counts, places as files, lines and columns.

use std::{
    io::{self, Write},
    path::{Component, Path, PathBuf},
};

use super::{Outcome, Report, github, json, junit, markdown, sarif, text};
use crate::problem::{Level, Place};

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Format {
    /// For people
    Text,
    /// One JSON object (`firstlane schema report`)
    Json,
    /// A JSON object for each case, finding, figure and table
    #[cfg_attr(feature = "cli", value(alias = "ndjson"))]
    Jsonl,
    /// For a pull request or a job summary
    Markdown,
    /// JUnit XML: Jenkins, GitLab and others
    Junit,
    /// SARIF 2.1.0: code scanning
    Sarif,
    /// Annotations of GitHub Actions, and the text
    Github,
}

/// How a report is written.
#[derive(Debug, Clone)]
pub struct Options {
    /// With colour; only the text has any.
    pub colour: bool,
    /// Findings of this level or above make the run fail.
    pub fail_level: Level,
    /// Leave out what does not make the run fail: passed cases, lesser findings, figures, tables.
    pub quiet: bool,
    /// The folder that relative file names are seen from.
    pub folder: PathBuf,
    /// The folder of the whole project; files in it are named from there, as CI systems want it.
    pub root: PathBuf,
}

impl Default for Options {
    /// The text in full, without colour; errors fail.
    fn default() -> Self {
        Self {
            colour: false,
            fail_level: Level::Error,
            quiet: false,
            folder: PathBuf::new(),
            root: PathBuf::new(),
        }
    }
}

/// Writes a report.
///
/// # Errors
///
/// What the writer says.
pub fn write(report: &Report, format: Format, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let counts = Counts::of(report);
    let quiet = options.quiet.then(|| what_fails(report, options.fail_level));
    let report = quiet.as_ref().unwrap_or(report);
    match format {
        Format::Text => text::write(report, counts, options, out),
        Format::Json => json::write(report, counts, options, out),
        Format::Jsonl => json::write_lines(report, counts, options, out),
        Format::Markdown => markdown::write(report, counts, options, out),
        Format::Junit => junit::write(report, options, out),
        Format::Sarif => sarif::write(report, options, out),
        Format::Github => github::write(report, counts, options, out),
    }
}

/// The part of a report that makes the run fail.
fn what_fails(report: &Report, level: Level) -> Report {
    let mut report =
        Report { figures: Vec::new(), tables: Vec::new(), summary: Vec::new(), ..report.clone() };
    for case in &mut report.cases {
        if let Outcome::Failed(problems) = &mut case.outcome {
            problems.retain(|problem| problem.level >= level);
        }
    }
    report.cases.retain(|case| !case.problems().is_empty());
    report.problems.retain(|problem| problem.level >= level);
    report
}

/// How many there are of each.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) todo: usize,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
}

impl Counts {
    fn of(report: &Report) -> Self {
        let mut counts = Self::default();
        for case in &report.cases {
            *match &case.outcome {
                Outcome::Passed => &mut counts.passed,
                Outcome::Failed(_) => &mut counts.failed,
                Outcome::Todo(_) => &mut counts.todo,
            } += 1;
        }
        for problem in report.problems() {
            *match problem.level {
                Level::Error => &mut counts.errors,
                Level::Warning => &mut counts.warnings,
                Level::Note => &mut counts.notes,
            } += 1;
        }
        counts
    }

    /// Whether there is any.
    pub(super) fn any(self) -> bool {
        self.passed + self.failed + self.todo + self.errors + self.warnings + self.notes > 0
    }

    /// In words: `12 passed, 1 failed; 1 error`.
    pub(super) fn shown(self) -> String {
        let several = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let mut cases = Vec::new();
        if self.passed + self.failed + self.todo > 0 {
            cases.extend([format!("{} passed", self.passed), format!("{} failed", self.failed)]);
            if self.todo > 0 {
                cases.push(format!("{} to do", self.todo));
            }
        }
        let mut found = Vec::new();
        for (count, name) in [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")] {
            if count > 0 {
                found.push(several(count, name));
            }
        }
        if found.is_empty() && cases.is_empty() {
            found.push("nothing found".to_owned());
        }
        let parts: Vec<_> = [cases, found].iter().filter(|p| !p.is_empty()).map(|p| p.join(", ")).collect();
        parts.join("; ")
    }
}

/// A place as a file, and a range of lines and columns in it, both from 1 and in characters, the end behind the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) file: String,
    pub(super) line: usize,
    /// Nothing where only the line of the file is known.
    pub(super) range: Option<Span>,
}

/// A range in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
    pub(super) bytes: std::ops::Range<usize>,
}

impl Located {
    pub(super) fn of(place: &Place, options: &Options) -> Self {
        let file = from_root(&place.source.name, options);
        if let Some(line) = place.source.record {
            return Self { file, line, range: None };
        }
        let (line, column) = place.source.line_column(place.span.start);
        let (end_line, end_column) = place.source.line_column(place.span.end);
        Self { file, line, range: Some(Span { column, end_line, end_column, bytes: place.span.clone() }) }
    }

    /// `file:line:column`.
    pub(super) fn shown(&self) -> String {
        let column = self.range.as_ref().map_or_else(String::new, |range| format!(":{}", range.column));
        format!("{}:{}{column}", self.file, self.line)
    }
}

/// A file name as seen from the root of the project, with `/`; one outside it stays as it is.
fn from_root(name: &str, options: &Options) -> String {
    let whole = without_dots(&options.folder.join(name));
    let path = match whole.strip_prefix(&options.root) {
        Ok(inside) if !inside.as_os_str().is_empty() => inside.to_owned(),
        _ => without_dots(Path::new(name)),
    };
    path.to_string_lossy().replace('\\', "/")
}

/// A path without `.`, and without `..` where a folder stands in front of it.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}
