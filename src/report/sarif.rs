//! The report as SARIF 2.1.0, for code scanning.
//!
//! Columns count characters, and the run says so; byte offsets stand beside them. Files are named from the root of the
//! project. Fingerprints do not change when a finding moves to another line.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde::Serialize;

use super::{
    Outcome, Report,
    writer::{Located, Options},
};
use crate::problem::{Code, Place, Problem};

#[derive(Serialize)]
struct Log {
    version: &'static str,
    #[serde(rename = "$schema")]
    schema: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    automation_details: Automation,
    column_kind: &'static str,
    results: Vec<Finding>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    properties: BTreeMap<&'static str, Vec<String>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Message,
    help: Message,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Automation {
    id: String,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    justification: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    #[serde(flatten)]
    range: Option<Range>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    start_column: usize,
    end_line: usize,
    end_column: usize,
    char_offset: usize,
    char_length: usize,
    byte_offset: usize,
    byte_length: usize,
}

pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let todo = report.cases.iter().filter_map(|case| match &case.outcome {
        Outcome::Todo(problems) => Some(problems),
        _ => None,
    });
    let todo = todo.flatten().map(|problem| (problem, true));
    let found: Vec<(&Problem, bool)> =
        report.problems().map(|problem| (problem, false)).chain(todo).collect();
    let codes: Vec<Code> =
        Code::ALL.iter().copied().filter(|c| found.iter().any(|f| f.0.code == *c)).collect();
    let mut seen = BTreeMap::new();
    let results = found.iter().map(|&(problem, todo)| result(problem, todo, &codes, &mut seen, options));
    let packs = report.packs.iter().map(|p| format!("{} {} {}", p.name, p.version, p.fingerprint)).collect();
    let run = Run {
        results: results.collect(),
        tool: Tool { driver: driver(&codes) },
        automation_details: Automation { id: format!("firstlane/{}/", report.command) },
        column_kind: "unicodeCodePoints",
        properties: BTreeMap::from([("packs", packs)]),
    };
    let log = Log { version: "2.1.0", schema: "https://json.schemastore.org/sarif-2.1.0.json", runs: [run] };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

fn driver(codes: &[Code]) -> Driver {
    let descriptor = |code: &Code| Descriptor {
        id: code.name(),
        short_description: Message { text: first_sentence(code.about()).to_owned() },
        help: Message { text: code.about().to_owned() },
        default_configuration: Configuration { level: code.level().name() },
    };
    Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: codes.iter().map(descriptor).collect(),
    }
}

fn result(
    problem: &Problem,
    todo: bool,
    codes: &[Code],
    seen: &mut BTreeMap<String, usize>,
    options: &Options,
) -> Finding {
    let locations = problem.place.iter().map(|place| location(place, None, &problem.label, options));
    let related = problem.related.iter().enumerate();
    Finding {
        rule_id: problem.code.name(),
        rule_index: codes.iter().position(|code| *code == problem.code).expect("the codes are those found"),
        level: problem.level.name(),
        message: Message { text: message(problem) },
        locations: locations.collect(),
        related_locations: related
            .map(|(at, (place, label))| location(place, Some(at + 1), label, options))
            .collect(),
        partial_fingerprints: BTreeMap::from([("firstlane/v1", fingerprint(problem, seen, options))]),
        suppressions: if todo {
            vec![Suppression { kind: "inSource", justification: "known to fail" }]
        } else {
            vec![]
        },
    }
}

fn message(problem: &Problem) -> String {
    let mut parts = vec![problem.message.as_str()];
    parts.extend(problem.notes.iter().map(String::as_str));
    parts.extend(problem.help.as_deref());
    parts.join("\n")
}

fn location(place: &Place, id: Option<usize>, label: &str, options: &Options) -> Location {
    let located = Located::of(place, options);
    let text = &place.source.text;
    let chars = |range: std::ops::Range<usize>| text.get(range).map_or(0, |text| text.chars().count());
    let range = located.range.map(|range| Range {
        start_column: range.column,
        end_line: range.end_line,
        end_column: range.end_column,
        char_offset: chars(0..range.bytes.start),
        char_length: chars(range.bytes.clone()),
        byte_offset: range.bytes.start,
        byte_length: range.bytes.len(),
    });
    Location {
        id,
        physical_location: Physical {
            artifact_location: Artifact { uri: uri(&located.file) },
            region: Region { start_line: located.line, range },
        },
        message: Some(Message { text: label.to_owned() }).filter(|message| !message.text.is_empty()),
    }
}

/// A number for the code, the file, what the finding is about and what stands there; the second of the same is
/// another.
fn fingerprint(problem: &Problem, seen: &mut BTreeMap<String, usize>, options: &Options) -> String {
    let file = problem.place.as_ref().map(|place| Located::of(place, options).file).unwrap_or_default();
    let there = problem.place.as_ref().map(Place::text).unwrap_or_default();
    let subject = problem.subject.as_deref().unwrap_or(&problem.message);
    let key = [problem.code.name(), &file, subject, there].join("\u{0}");
    let times = seen.entry(key.clone()).or_default();
    *times += 1;
    format!("{:08x}:{times}", crate::eval::hash(&key))
}

/// A relative reference, with what has a meaning in one escaped.
fn uri(file: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    let escaped = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    file.bytes().map(escaped).collect()
}
