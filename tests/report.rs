//! Each format of a report against its published schema, or a reader of it that is not ours.

#![cfg(feature = "reports")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    process::{Command, Stdio},
};

use firstlane::{
    Code, Level, Place, Problem, Source,
    eval::Share,
    report::{Case, Cell, Figure, Format, Options, Report, Table, Unit, write},
};
use quick_xml::events::Event;
use serde_json::Value;

const FORMATS: [(Format, &str); 7] = [
    (Format::Text, "txt"),
    (Format::Json, "json"),
    (Format::Jsonl, "jsonl"),
    (Format::Markdown, "md"),
    (Format::Junit, "xml"),
    (Format::Sarif, "sarif"),
    (Format::Github, "github"),
];

/// A report with everything in it that a format could stumble over.
fn report() -> Report {
    let pack = Source::file(
        "./rules/lanes/été, 50%.toml",
        "id = \"naïve\"\nwords = [\"drift\",\n  \"feature drift\"]\n",
    );
    let at = |needle: &str| {
        let start = pack.text.find(needle).unwrap();
        Place { source: pack.clone(), span: start..start + needle.len() }
    };
    let question = Source::record("banks/a b.jsonl", 37, "How is ::error::drift found?\n  A. <b>by & by</b>");
    let asked = Place { source: question, span: 15..20 };
    let mut report = Report::new("test");
    report.summary.push("everything, and <more> than *that* | this".to_owned());
    report.cases.push(Case::passed("rule naïve", "example 1"));
    report.cases.push(Case::failed(
        "rule naïve",
        "example 1",
        vec![
            Problem::new(Code::ExampleMisses, "example of rule `naïve`: 100 % wrong, or ]]> worse")
                .about("naïve")
                .place(&at("naïve"))
                .label("this rule")
                .related(&at("\"drift\",\n  \"feature drift\""), "and these phrases")
                .help("write, say, another: one"),
            Problem::new(Code::AnswerGained, "something good\nin two lines").level(Level::Note),
        ],
    ));
    report.cases.push(Case::todo("bank", "q1", vec![Problem::new(Code::WrongLane, "not yet").place(&asked)]));
    report.cases.push(Case::failed(
        "bank",
        "q2",
        vec![Problem::new(Code::WrongLane, "lane of question `q2` is none").about("q2").place(&asked)],
    ));
    for _ in 0..12 {
        report.problems.push(Problem::new(Code::BadId, "an id that is not one").place(&at("naïve")));
    }
    report
        .problems
        .push(Problem::new(Code::EmptyPack, "a fault of the pack as a whole").note("a note\n```of two"));
    report.figure(Figure::share("fired", Share { hits: 3, of: 4 }).at_least(100.0));
    report.figure(Figure::count("survivors", 2).at_most(5.0));
    report.figure(Figure::new("error", 0.12345, Unit::Number(3)));
    let table = Table::new("by lane", ["lane", "n", "x", "share"]);
    report.tables.push(table.row([
        Cell::from("a|b"),
        7.into(),
        Cell::Number(0.5, 2),
        Share { hits: 1, of: 2 }.into(),
    ]));
    report
}

fn written_with(report: &Report, format: Format, options: &Options) -> String {
    let mut out = Vec::new();
    write(report, format, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn written(report: &Report, format: Format) -> String {
    written_with(report, format, &Options::default())
}

#[test]
fn every_format_has_a_golden() {
    for (format, ending) in FORMATS {
        let path = format!("fixtures/report/report.{ending}");
        let text = written(&report(), format);
        assert!(text == written(&report(), format), "{format:?} is not the same twice");
        // The explanations of the codes may change without a format changing.
        let about = |code: &Code| Value::from(code.about()).to_string();
        let text = Code::ALL.iter().fold(text, |text, code| match code.about().split_once(". ") {
            Some((first, _)) => {
                text.replace(&Value::from(format!("{first}.")).to_string(), "\"(what the code means)\"")
            }
            None => text,
        });
        let text =
            Code::ALL.iter().fold(text, |text, code| text.replace(&about(code), "\"(what the code means)\""));
        if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
            fs::create_dir_all("fixtures/report").unwrap();
            fs::write(&path, &text).unwrap();
        }
        assert!(fs::read_to_string(&path).unwrap_or_default() == text, "{path} is not what is written");
    }
}

fn validate(schema: &Value, values: &[Value]) {
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("schema.json", schema.clone()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("schema.json", &mut schemas).unwrap();
    for value in values {
        schemas.validate(value, schema).unwrap_or_else(|error| panic!("{error:#}\n{value:#}"));
    }
}

fn schema(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn json_and_its_lines_are_what_the_schema_says() {
    let ours = schema("schema/report.schema.json");
    for report in [report(), Report::new("lint")] {
        let whole: Value = serde_json::from_str(&written(&report, Format::Json)).unwrap();
        let lines = written(&report, Format::Jsonl);
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0]["type"], "run");
        validate(&ours, &[whole]);
        validate(&ours, &lines);
    }
}

#[test]
fn sarif_is_what_the_schema_of_oasis_says() {
    let oasis = schema("tests/schemas/sarif-schema-2.1.0.json");
    for report in [report(), Report::new("lint")] {
        validate(&oasis, &[serde_json::from_str(&written(&report, Format::Sarif)).unwrap()]);
    }
}

/// What the schema cannot say of SARIF.
#[test]
fn sarif_points_where_its_words_say() {
    let report = report();
    let log: Value = serde_json::from_str(&written(&report, Format::Sarif)).unwrap();
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    let mut fingerprints = BTreeSet::new();
    for result in results {
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
        let fingerprint = result["partialFingerprints"]["firstlane/v1"].as_str().unwrap();
        assert!(fingerprints.insert(fingerprint.to_owned()), "{fingerprint} twice");
    }
    let [missed, ..] = results.as_slice() else { panic!() };
    let place = &missed["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "rules/lanes/%C3%A9t%C3%A9,%2050%25.toml");
    let region = |key: &str| place["region"][key].as_u64().unwrap();
    // `naïve` is five characters, six bytes, on the first line, from the seventh column.
    let columns = ["startLine", "startColumn", "endLine", "endColumn"].map(region);
    assert_eq!(columns, [1, 7, 1, 12]);
    assert_eq!(["charOffset", "charLength", "byteOffset", "byteLength"].map(region), [6, 5, 6, 6]);
    let related = &missed["relatedLocations"][0]["physicalLocation"]["region"];
    assert_eq!([&related["startLine"], &related["endLine"]], [2, 3]);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    // A case that is known to fail is there, and marked.
    let todo = results.iter().find(|result| result["message"]["text"] == "not yet").unwrap();
    assert_eq!(todo["suppressions"][0]["kind"], "inSource");
}

/// An element of an XML Schema: its attributes, those that must be there, and the elements that may be in it.
#[derive(Default)]
struct Element {
    attributes: BTreeSet<String>,
    required: BTreeSet<String>,
    children: BTreeSet<String>,
}

/// As much of XML Schema as the schema of JUnit uses: global elements with attributes and, in any order, references.
fn elements(xsd: &str) -> BTreeMap<String, Element> {
    let mut all: BTreeMap<String, Element> = BTreeMap::new();
    let (mut depth, mut current) = (0, String::new());
    let mut reader = quick_xml::Reader::from_str(xsd);
    loop {
        let event = reader.read_event().unwrap();
        let (tag, open) = match &event {
            Event::Start(tag) => (tag, true),
            Event::Empty(tag) => (tag, false),
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            Event::Eof => return all,
            _ => continue,
        };
        let of = |key: &str| {
            tag.attributes().flatten().find_map(|a| (key == a.key.as_ref()).then(|| a.value.to_string()))
        };
        match (tag.local_name().as_ref(), depth) {
            ("element", 1) => {
                current = of("name").unwrap();
                all.entry(current.clone()).or_default();
            }
            ("complexType" | "simpleType", 1) => current = of("name").unwrap(),
            ("element", _) => {
                let child = of("ref").or(of("name")).unwrap();
                all.entry(current.clone()).or_default().children.insert(child);
            }
            ("attribute", _) => {
                let element = all.entry(current.clone()).or_default();
                element.attributes.insert(of("name").unwrap());
                if of("use").as_deref() == Some("required") {
                    element.required.insert(of("name").unwrap());
                }
            }
            _ => {}
        }
        depth += i32::from(open);
    }
}

/// Holds a document to a schema.
fn hold(xml: &str, schema: &BTreeMap<String, Element>) {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut within: Vec<String> = Vec::new();
    loop {
        let event = reader.read_event().unwrap();
        let (tag, open) = match &event {
            Event::Start(tag) => (tag, true),
            Event::Empty(tag) => (tag, false),
            Event::End(_) => {
                within.pop();
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        let tag_name = tag.name().as_ref().to_owned();
        let element = schema.get(&tag_name).unwrap_or_else(|| panic!("<{tag_name}> is in no schema"));
        if let Some(parent) = within.last() {
            assert!(schema[parent].children.contains(&tag_name), "<{tag_name}> in <{parent}>");
        }
        let attributes: BTreeSet<_> = tag.attributes().map(|a| a.unwrap().key.as_ref().to_owned()).collect();
        assert!(attributes.is_subset(&element.attributes), "<{tag_name}> has {attributes:?}");
        assert!(element.required.is_subset(&attributes), "<{tag_name}> lacks some of {:?}", element.required);
        if open {
            within.push(tag_name);
        }
    }
    assert!(within.is_empty());
}

#[test]
fn junit_is_what_the_schema_of_jenkins_says() {
    let path = "tests/schemas/junit-10.xsd";
    let schema = elements(&fs::read_to_string(path).unwrap());
    assert!(schema["testcase"].children.contains("failure") && schema["testcase"].required.contains("name"));
    for report in [report(), Report::new("lint")] {
        let xml = written(&report, Format::Junit);
        hold(&xml, &schema);
        // The whole of XML Schema, where there is a program for it.
        let xmllint =
            Command::new("xmllint").args(["--noout", "--schema", path, "-"]).stdin(Stdio::piped()).spawn();
        match xmllint {
            Ok(mut child) => {
                child.stdin.take().unwrap().write_all(xml.as_bytes()).unwrap();
                assert!(child.wait().unwrap().success());
            }
            Err(error) => eprintln!("not held to the schema by xmllint: {error}"),
        }
    }
}

#[test]
fn junit_says_to_another_reader_what_the_report_says() {
    let read = |report: &Report, options: &Options| {
        junit_parser::from_reader(written_with(report, Format::Junit, options).as_bytes()).unwrap()
    };
    let suites = read(&report(), &Options::default());
    let names: Vec<_> = suites.suites.iter().map(|suite| suite.name.as_str()).collect();
    assert_eq!(names, ["rule naïve", "bank", "bad-id", "empty-pack", "gate-missed"]);
    let cases: Vec<_> = suites.suites.iter().flat_map(|suite| &suite.cases).collect();
    let unique: BTreeSet<_> = cases.iter().map(|case| (&case.classname, &case.original_name)).collect();
    assert_eq!(unique.len(), cases.len());
    assert!(cases.iter().all(|case| case.classname.is_some()));
    let failure = cases[1].status.failure_as_ref();
    assert_eq!(failure.failure_type, "example-misses");
    assert_eq!(failure.message, "example of rule `naïve`: 100 % wrong, or ]]> worse");
    assert!(failure.text.contains("./rules/lanes/été, 50%.toml:1:7"), "{}", failure.text);
    assert!(cases[1].system_out.as_ref().unwrap().contains("something good"));
    // A warning is output where only errors fail, and a failure where warnings do.
    assert!(cases[2].status.is_skipped() && cases[3].status.is_success());
    let strict = read(&report(), &Options { fail_level: Level::Warning, ..Options::default() });
    assert!(strict.suites[1].cases[1].status.is_failure());
    assert_eq!(read(&Report::new("lint"), &Options::default()).suites[0].cases.len(), 1);
}

/// A workflow command, read as GitHub documents it: `::name key=value,key=value::message`, with `%25`, `%0D` and `%0A`
/// in the message, and `%3A` and `%2C` besides in values. Between `::stop-commands::token` and `::token::` there is none.
#[derive(Debug, PartialEq)]
struct Workflow {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

fn workflow_commands(log: &str) -> Vec<Workflow> {
    let mut commands = Vec::new();
    let mut stopped: Option<String> = None;
    for line in log.lines() {
        let Some((head, message)) =
            line.trim_start().strip_prefix("::").and_then(|rest| rest.split_once("::"))
        else {
            continue;
        };
        if let Some(token) = &stopped {
            if head == token {
                stopped = None;
            }
            continue;
        }
        if head == "stop-commands" {
            stopped = Some(message.to_owned());
            continue;
        }
        let (name, rest) = head.split_once(' ').unwrap_or((head, ""));
        let decoded = |text: &str| {
            [("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]
                .iter()
                .fold(text.to_owned(), |text, (code, plain)| text.replace(code, plain))
        };
        let pairs = rest.split(',').filter_map(|pair| pair.split_once('='));
        let properties = pairs.map(|(key, value)| (key.to_owned(), decoded(value))).collect();
        let message = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]
            .iter()
            .fold(message.to_owned(), |m, (c, p)| m.replace(c, p));
        commands.push(Workflow { name: name.to_owned(), properties, message });
    }
    commands
}

#[test]
fn github_reads_the_annotations_and_no_more_than_it_shows() {
    let log = written(&report(), Format::Github);
    let commands = workflow_commands(&log);
    let of = |name: &str| commands.iter().filter(|command| command.name == name).collect::<Vec<_>>();
    let first = of("error")[0];
    let property = |key: &str| first.properties[key].as_str();
    assert_eq!(property("file"), "rules/lanes/été, 50%.toml");
    assert_eq!(["line", "endLine", "col", "endColumn"].map(property), ["1", "1", "7", "11"]);
    assert_eq!(property("title"), "firstlane: example-misses");
    assert_eq!(first.message, "example of rule `naïve`: 100 % wrong, or ]]> worse\nwrite, say, another: one");
    // Of fifteen errors ten are annotated; a line says so, and the log has all.
    assert_eq!((of("error").len(), of("warning").len()), (10, 1));
    let notices = of("notice");
    assert_eq!(
        notices.last().unwrap().message,
        "1 passed, 2 failed, 1 to do; 15 errors, 1 warning, 1 note; 5 more are in the log of this step"
    );
    assert_eq!(log.matches("error[bad-id]").count(), 12);
    // What a question holds is no command.
    assert!(log.contains("How is ::error::drift found?"));
    assert_eq!(of("group").len(), 1);
    assert_eq!(of("endgroup").len(), 1);
}

#[test]
fn quiet_shows_what_fails_and_nothing_else() {
    let quiet = |level| Options { quiet: true, fail_level: level, ..Options::default() };
    let text = written_with(&report(), Format::Text, &quiet(Level::Error));
    assert!(
        text.contains("error[example-misses]") && !text.contains("warning[") && !text.contains("note["),
        "{text}"
    );
    assert!(!text.contains("by lane") && !text.contains("everything"), "{text}");
    assert!(written_with(&report(), Format::Text, &quiet(Level::Warning)).contains("warning[wrong-lane]"));
    assert_eq!(written_with(&Report::new("lint"), Format::Text, &quiet(Level::Note)), "");
    let json: Value =
        serde_json::from_str(&written_with(&report(), Format::Json, &quiet(Level::Error))).unwrap();
    assert_eq!(json["run"]["counts"]["passed"], 1, "what is left out is still counted");
    assert_eq!(json["cases"].as_array().unwrap().len(), 1);
}

#[test]
fn files_are_named_from_the_root_of_the_project() {
    let source = Source::file("../rules/a.toml", "x");
    let absolute = Source::file("/project/rules/b.toml", "x");
    let outside = Source::file("/elsewhere/c.toml", "x");
    let mut report = Report::new("lint");
    for source in [source, absolute, outside] {
        report.problems.push(Problem::new(Code::BadId, "x").at(&source, 0..1));
    }
    let options = Options { folder: "/project/sub".into(), root: "/project".into(), ..Options::default() };
    let json: Value = serde_json::from_str(&written_with(&report, Format::Json, &options)).unwrap();
    let files: Vec<_> =
        json["problems"].as_array().unwrap().iter().map(|p| p["place"]["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["rules/a.toml", "rules/b.toml", "/elsewhere/c.toml"]);
}
