//! The report as GitHub Actions reads it: annotations as workflow commands, then the text.
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step, so no more are asked for; a line says how many there
//! are, and the text, which has all, stands in a group of the log. While the text is printed, workflow commands are
//! stopped: a question that holds `::error::` must not become one.

use std::io::{self, Write};

use super::{
    Report, text,
    writer::{Counts, Located, Options},
};
use crate::problem::{Level, Problem};

/// How many annotations of each level GitHub shows of a step.
const MOST: usize = 10;

pub(super) fn write(
    report: &Report,
    counts: Counts,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    // One notice is kept for the line that counts.
    let levels =
        [(Level::Error, "error", MOST), (Level::Warning, "warning", MOST), (Level::Note, "notice", MOST - 1)];
    let mut left_out = 0;
    for (level, command, most) in levels {
        let of_level = || report.problems().filter(|problem| problem.level == level);
        for problem in of_level().take(most) {
            annotate(command, problem, options, out)?;
        }
        left_out += of_level().count().saturating_sub(most);
    }
    let title = format!("firstlane {}", report.command);
    if left_out > 0 {
        let message = format!("{}; {left_out} more are in the log of this step", counts.shown());
        writeln!(out, "::notice title={}::{}", property(&title), data(&message))?;
    }
    let mut whole = Vec::new();
    text::write(report, counts, &Options { colour: false, ..options.clone() }, &mut whole)?;
    let token = token(&whole);
    writeln!(out, "::group::{}", data(&format!("{title}: {}", counts.shown())))?;
    writeln!(out, "::stop-commands::{token}")?;
    out.write_all(&whole)?;
    writeln!(out, "::{token}::\n::endgroup::")
}

fn annotate(command: &str, problem: &Problem, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut properties = Vec::new();
    if let Some(place) = &problem.place {
        let Located { file, line, range } = Located::of(place, options);
        properties.push(("file", file));
        properties.push(("line", line.to_string()));
        if let Some(range) = range {
            properties.push(("endLine", range.end_line.to_string()));
            // GitHub takes columns only where a place is within one line, and counts its end in.
            if range.end_line == line {
                properties.push(("col", range.column.to_string()));
                properties
                    .push(("endColumn", range.end_column.saturating_sub(1).max(range.column).to_string()));
            }
        }
    }
    properties.push(("title", format!("firstlane: {}", problem.code.name())));
    let properties: Vec<_> =
        properties.into_iter().map(|(key, value)| format!("{key}={}", property(&value))).collect();
    let mut message = problem.message.clone();
    for more in problem.notes.iter().chain(problem.help.as_ref()) {
        message = format!("{message}\n{more}");
    }
    writeln!(out, "::{command} {}::{}", properties.join(","), data(&message))
}

/// The message of a command, escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, escaped.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A word that is not in a text, and the same for the same text.
fn token(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let tokens = (0..).map(|at| format!("firstlane-{:x}-{at}", crate::eval::hash(&text)));
    tokens.into_iter().find(|token| !text.contains(token.as_str())).expect("a text is finite")
}
