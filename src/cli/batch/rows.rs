//! Answers to the bytes of an output: a row for each record, in the format that was asked for.

use std::{borrow::Cow, io::Write};

use clap::ValueEnum;
use firstlane::{
    Pack, Question, Verdict,
    input::{InputError, Record},
    render::{
        json::{self, Output},
        json_writer::Writer,
    },
};

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum To {
    /// One JSON object a line
    Jsonl,
    /// One JSON document, a list
    Json,
    /// Comma-separated values
    Csv,
    /// Tab-separated values
    Tsv,
    /// A Markdown table
    Markdown,
    /// A table for the terminal
    Table,
    /// The same file, with tags where its format keeps them
    Same,
    /// Nothing, for the counts alone
    None,
}

impl To {
    /// The format that the ending of a file name asks for.
    pub(super) fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Self::Jsonl,
            "json" => Self::Json,
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            "md" | "markdown" => Self::Markdown,
            _ => return None,
        })
    }
}

/// The rows of one output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout<'p> {
    pub(super) pack: &'p Pack,
    pub(super) writer: &'p Writer,
    pub(super) to: To,
    /// Whether scores and evidence have columns.
    pub(super) evidence: bool,
}

/// Columns of a table of people's size.
const SHORT: [&str; 6] = ["id", "status", "lane", "confidence", "instinct", "verify"];
/// Columns of separated values, as the keys of the JSON output, and what only is there when asked for.
const COLUMNS: [&str; 13] = [
    "schema",
    "id",
    "status",
    "chapter",
    "lane",
    "runner_up",
    "confidence",
    "instinct",
    "verify",
    "then",
    "pairs",
    "hooks",
    "error",
];
const EVIDENCE: [&str; 2] = ["scores", "evidence"];
/// Width of the id in a table for the terminal; longer ones are cut in the middle.
const ID: usize = 28;

impl Layout<'_> {
    /// What stands in front of the rows.
    pub(super) fn head(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self.to {
            To::Jsonl | To::Same | To::None => {}
            To::Json => out.extend_from_slice(b"["),
            To::Csv | To::Tsv => {
                let extra = EVIDENCE.iter().filter(|_| self.evidence);
                self.separated(&mut out, COLUMNS.iter().chain(extra).map(|name| (*name).into()));
            }
            To::Markdown => {
                self.cells(&mut out, SHORT.map(Cow::from));
                self.cells(&mut out, SHORT.map(|_| Cow::from("---")));
            }
            To::Table => self.cells(&mut out, SHORT.map(Cow::from)),
        }
        out
    }

    /// What stands behind them.
    pub(super) fn foot(&self) -> &'static [u8] {
        if self.to == To::Json { b"\n]\n" } else { b"" }
    }

    /// What every row begins with but the first.
    pub(super) fn separator(&self) -> &'static [u8] {
        if self.to == To::Json { b"," } else { b"" }
    }

    /// Adds the row of an answer.
    pub(super) fn answer(
        &self,
        record: &Record<'_>,
        question: &Question<'_>,
        verdict: &Verdict,
        out: &mut Vec<u8>,
    ) {
        out.extend_from_slice(self.separator());
        match self.to {
            To::Jsonl => {
                self.writer.write(record, question, verdict, out);
                out.push(b'\n');
            }
            To::Json => {
                out.push(b'\n');
                self.writer.write(record, question, verdict, out);
            }
            To::Csv | To::Tsv => {
                let output = json::output(self.pack, record, question, verdict);
                let extra = [scores(&output), evidence(&output)].into_iter().filter(|_| self.evidence);
                self.separated(out, columns(&output).into_iter().chain(extra));
            }
            To::Markdown | To::Table => {
                let output = json::output(self.pack, record, question, verdict);
                self.cells(out, short(&output));
            }
            To::Same | To::None => {}
        }
    }

    /// Adds the row of a record that cannot be read.
    pub(super) fn unread(&self, error: &InputError, out: &mut Vec<u8>) {
        out.extend_from_slice(self.separator());
        let message = || format!("{}: line {}: {}", error.code, error.line, error.message);
        let json = |out: &mut Vec<u8>| {
            serde_json::to_writer(out, &json::unread(error)).expect("memory takes everything");
        };
        match self.to {
            To::Jsonl => {
                json(out);
                out.push(b'\n');
            }
            To::Json => {
                out.push(b'\n');
                json(out);
            }
            To::Csv | To::Tsv => {
                let fill = |name: &&str| match *name {
                    "schema" => json::SCHEMA.to_string().into(),
                    "id" => Cow::from(error.id.clone()),
                    "error" => message().into(),
                    _ => Cow::default(),
                };
                let extra = EVIDENCE.iter().filter(|_| self.evidence);
                self.separated(out, COLUMNS.iter().chain(extra).map(fill));
            }
            To::Markdown | To::Table => {
                let [id, status, lane, ..] = [error.id.clone(), "error".to_owned(), message()].map(Cow::from);
                self.cells(out, [id, status, lane, Cow::default(), Cow::default(), Cow::default()]);
            }
            To::Same | To::None => {}
        }
    }

    fn separated<'c>(&self, out: &mut Vec<u8>, cells: impl Iterator<Item = Cow<'c, str>>) {
        let delimiter = if self.to == To::Tsv { b'\t' } else { b',' };
        let mut row =
            csv::WriterBuilder::new().delimiter(delimiter).buffer_capacity(1 << 10).from_writer(out);
        row.write_record(cells.map(|cell| cell.into_owned().into_bytes())).expect("memory takes everything");
        row.flush().expect("memory takes everything");
    }

    /// A row of a table for people.
    fn cells(&self, out: &mut Vec<u8>, cells: [Cow<'_, str>; 6]) {
        if self.to == To::Markdown {
            for cell in &cells {
                let cell = cell.replace('|', "\\|").replace(char::is_control, " ");
                write!(out, "| {cell} ").expect("memory takes everything");
            }
            out.extend_from_slice(b"|\n");
            return;
        }
        let widths = self.widths();
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let cell = cell.replace(char::is_control, " ");
            let cell = shortened(&cell, width);
            line += &format!("{cell:width$}  ");
        }
        out.extend_from_slice(line.trim_end().as_bytes());
        out.push(b'\n');
    }

    /// Wide enough for every id of the pack.
    fn widths(&self) -> [usize; 6] {
        use firstlane::Kind;
        let longest = |kind: Kind, name: &str| {
            let ids = self.pack.of_kind(kind).map(|ix| self.pack.target(ix).id.len());
            ids.max().unwrap_or(0).max(name.len())
        };
        let [_, _, lane, confidence, instinct, verify] = SHORT;
        [
            ID,
            "status".len(),
            longest(Kind::Lane, lane),
            confidence.len(),
            longest(Kind::Instinct, instinct),
            longest(Kind::Step, verify),
        ]
    }
}

/// A text of at most a width, its middle left out.
fn shortened(text: &str, width: usize) -> Cow<'_, str> {
    let length = text.chars().count();
    if length <= width {
        return text.into();
    }
    let half = (width - 1) / 2;
    let head: String = text.chars().take(width - 1 - half).collect();
    let tail: String = text.chars().skip(length - half).collect();
    format!("{head}…{tail}").into()
}

fn short<'o>(output: &Output<'o>) -> [Cow<'o, str>; 6] {
    let id = |id: Option<&'o str>| Cow::from(id.unwrap_or("-"));
    let confidence = if output.lane.is_some() { format!("{:.2}", output.confidence) } else { "-".to_owned() };
    [
        output.id.into(),
        output.status.into(),
        id(output.lane),
        confidence.into(),
        id(output.instinct),
        id(output.verify),
    ]
}

fn columns<'o>(output: &Output<'o>) -> Vec<Cow<'o, str>> {
    let id = |id: Option<&'o str>| Cow::from(id.unwrap_or_default());
    let list = |list: &[&str]| Cow::from(list.join("|"));
    vec![
        output.schema.to_string().into(),
        output.id.into(),
        output.status.into(),
        output.chapter.map(|chapter| chapter.to_string()).unwrap_or_default().into(),
        id(output.lane),
        id(output.runner_up),
        output.confidence.to_string().into(),
        id(output.instinct),
        id(output.verify),
        list(&output.then),
        list(&output.pairs),
        list(&output.hooks),
        Cow::default(),
    ]
}

fn scores(output: &Output<'_>) -> Cow<'static, str> {
    let scores: Vec<_> = output.scores.iter().map(|(lane, points)| format!("{lane}={points}")).collect();
    scores.join("|").into()
}

/// Rule, target, points and words of each; a bar in the words is left as it is, since the words come last.
fn evidence(output: &Output<'_>) -> Cow<'static, str> {
    let evidence = output.evidence.iter();
    let evidence: Vec<_> =
        evidence.map(|e| format!("{}>{}={}:{}", e.rule, e.target, e.points, e.text)).collect();
    evidence.join("|").into()
}
