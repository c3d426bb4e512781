//! JSON: the shapes that banks have.
//!
//! In: a list of questions, an object that holds one or several however deep, or one question. Out: the questions in the
//! order of the document. Decided:
//!
//! - In a list that is the document or is called `questions`, `items` and the like, every object is a question or an error.
//!   Elsewhere an object is one only if it has a stem beyond doubt; else it is searched.
//! - An object with questions inside is not a question itself, whatever text stands above them.
//! - A document that is cut off or broken is read up to the fault, which is an error of its own behind the questions.
//! - Tags are a field `firstlane`, the last of the question's object. The text is edited, never written anew.

use std::ops::Range;

use serde_json::{Map, Value};

use super::{
    Fields, InputError, Labels, Reading, Record,
    document::{Document, Note, Tag, Tagger, edited},
    encoding::Decoded,
    format::Sample,
    json_edit::{self, Style},
    shape,
};

/// Lists of these names hold questions and nothing else.
const LISTS: [&str; 10] = [
    "questions",
    "items",
    "data",
    "records",
    "cards",
    "quiz",
    "mcqs",
    "problems",
    "exercises",
    "questionbank",
];

/// Whether a file looks like it.
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    let text = sample.text.trim_start();
    let next = |rest: &str, starts: &[char]| rest.trim_start().starts_with(starts);
    text.strip_prefix('{').is_some_and(|rest| next(rest, &['"', '}']))
        || text.strip_prefix('[').is_some_and(|rest| next(rest, &['{', '"', ']']))
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let source = Decoded::new(bytes).map_err(|message| reading.fault(1, 1, "bad-encoding", message))?;
    let text = source.text.as_str();
    let fault = serde_json::from_str::<Value>(text).err();
    // Up to a fault the text is the beginning of a JSON document.
    let text = fault.as_ref().map_or(text, |fault| &text[..offset(text, fault)]);
    let mut walk = Walk {
        text,
        is_cut: fault.is_some(),
        reading,
        lines: Lines::new(text),
        records: Vec::new(),
        objects: Vec::new(),
    };
    let start = text.len() - text.trim_start().len();
    walk.value(&(start..text.trim_end().len()), text[start..].starts_with('['));
    let Walk { mut records, mut objects, .. } = walk;
    if let Some(fault) = fault {
        let (line, message) = broken(&fault);
        if records.is_empty() {
            return Err(reading.fault(1, line, "bad-json", message));
        }
        let message = format!("the rest is not read: {message}");
        records.push(Err(reading.fault(records.len() + 1, line, "bad-json", message)));
        objects.push(None);
    }
    if records.is_empty() {
        let message = "no question was found: a bank is a list of objects with `stem` and `options`, or an object with \
                       such a list; where the question has another name, say `--map stem=FIELD`";
        return Err(reading.fault(1, 1, "no-questions", message.to_owned()));
    }
    let notes = source.is_guess().then(guessed).into_iter().collect();
    Ok(Document { records, notes, tagger: Box::new(ObjectTagger { source, objects }) })
}

/// What people should know of a text that is neither UTF-8 nor UTF-16.
pub(super) fn guessed() -> Note {
    let message = "file is not UTF-8 and was read as Windows-1252; if letters look wrong, save it as UTF-8";
    Note { line: 1, message: message.to_owned() }
}

/// What is wrong with a text that is not JSON, and on which line.
pub(super) fn broken(error: &serde_json::Error) -> (usize, String) {
    let full = error.to_string();
    let what = full.split(" at line ").next().unwrap_or(&full);
    let message = if error.is_eof() {
        format!("file is not whole JSON: {what}; is a part of it missing?")
    } else {
        format!("file is not JSON: {what} at column {}", error.column())
    };
    (error.line().max(1), message)
}

/// Where the text ends that was read before a fault.
fn offset(text: &str, fault: &serde_json::Error) -> usize {
    let line = fault.line().saturating_sub(1);
    let start = if line == 0 {
        0
    } else {
        memchr::memchr_iter(b'\n', text.as_bytes()).nth(line - 1).map_or(0, |at| at + 1)
    };
    // The column counts bytes, with the one at fault.
    let behind = if fault.is_eof() { text.len() } else { start + fault.column().saturating_sub(1) };
    text.floor_char_boundary(behind)
}

/// Whether an object holds questions and is none.
pub(super) fn holds_questions(object: &Map<String, Value>) -> bool {
    object.iter().any(|(name, value)| {
        let name = shape::plain_name(name);
        let expected = LISTS.contains(&name.as_str());
        match value {
            _ if shape::OPTIONS.contains(&name.as_str()) => false,
            Value::Array(list) => list.iter().filter_map(Value::as_object).any(|object| {
                shape::is_question(object, &Fields::default(), expected) || holds_questions(object)
            }),
            Value::Object(object) => holds_questions(object),
            _ => false,
        }
    })
}

/// Counts lines on the way through a text.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line of an offset, which is not before the last that was asked for.
    pub(super) fn at(&mut self, offset: usize) -> usize {
        let passed = self.text.as_bytes().get(self.at..offset).unwrap_or_default();
        self.line += passed.iter().filter(|&&byte| byte == b'\n').count();
        self.at = self.at.max(offset);
        self.line
    }
}

/// A walk through a document for questions.
struct Walk<'t> {
    text: &'t str,
    /// Whether the text ends before the document does.
    is_cut: bool,
    reading: &'t Reading<'t>,
    lines: Lines<'t>,
    records: Vec<Result<Record<'static>, InputError>>,
    objects: Vec<Option<Range<usize>>>,
}

impl Walk<'_> {
    fn value(&mut self, range: &Range<usize>, expected: bool) {
        match self.text.as_bytes().get(range.start) {
            Some(b'[') => {
                for item in json_edit::items(self.text, range) {
                    self.value(&item, expected);
                }
            }
            Some(b'{') => self.object(range, expected),
            _ if expected && !self.ends_at_cut(range) => self.other(range),
            _ => {}
        }
    }

    /// Whether a value reaches up to where the document is cut off, so that there may be more of it.
    fn ends_at_cut(&self, range: &Range<usize>) -> bool {
        self.is_cut && range.end >= self.text.len()
    }

    fn object(&mut self, range: &Range<usize>, expected: bool) {
        let object: Map<String, Value> = match serde_json::from_str(&self.text[range.clone()]) {
            Ok(object) => object,
            // Of an object that is cut off only what is in it may be whole.
            Err(_) => return self.members(range),
        };
        let holds = holds_questions(&object);
        if !holds && (expected || shape::is_question(&object, self.reading.fields, expected)) {
            return self.question(range, &object);
        }
        self.members(range);
    }

    fn members(&mut self, range: &Range<usize>) {
        for member in json_edit::members(self.text, range) {
            let name = shape::plain_name(self.text[member.key.clone()].trim_matches('"'));
            self.value(
                &member.value,
                LISTS.contains(&name.as_str()) && self.text[member.value.clone()].starts_with('['),
            );
        }
    }

    fn question(&mut self, range: &Range<usize>, object: &Map<String, Value>) {
        let line = self.lines.at(range.start);
        let ordinal = self.records.len() + 1;
        let fault = |code, message| Err(self.reading.fault(ordinal, line, code, message));
        let record = match shape::question(object, self.reading.fields) {
            Err(message) => fault("bad-question", message),
            Ok(shaped) => match labels(object) {
                Err(message) => fault("bad-labels", message),
                Ok(labels) => self
                    .reading
                    .record(ordinal, line, shaped.id, shaped.stem, shaped.options)
                    .map(|record| Record { labels, ..record }),
            },
        };
        self.objects.push(record.is_ok().then(|| range.clone()));
        self.records.push(record);
    }

    /// Something in a list of questions that cannot be one.
    fn other(&mut self, range: &Range<usize>) {
        let value = serde_json::from_str(&self.text[range.clone()]).unwrap_or(Value::Null);
        let kind = shape::kind(&value);
        let message = format!("a question should be an object with `stem` and `options`, found {kind}");
        let line = self.lines.at(range.start);
        self.records.push(Err(self.reading.fault(self.records.len() + 1, line, "not-an-object", message)));
        self.objects.push(None);
    }
}

/// What the bank says is right, where it says so in our terms.
fn labels(object: &Map<String, Value>) -> Result<Option<Labels>, String> {
    let labels = object.get("labels").filter(|labels| labels.get("lane").is_some());
    labels
        .map(|labels| serde_json::from_value(labels.clone()))
        .transpose()
        .map_err(|error| format!("`labels` cannot be read: {error}"))
}

/// Writes tags into the objects of a text, one for each record that could be read.
#[derive(Debug)]
pub(super) struct ObjectTagger {
    pub(super) source: Decoded,
    pub(super) objects: Vec<Option<Range<usize>>>,
}

impl Tagger for ObjectTagger {
    fn tagged(&self, tags: &[Vec<Tag>]) -> Result<Vec<u8>, String> {
        let text = self.source.text.as_str();
        let mut edits = Vec::new();
        for (object, tags) in self.objects.iter().zip(tags) {
            let Some(range) = object else { continue };
            edits.extend(json_edit::edits(text, &bare(text, range), &Style::default(), tags));
        }
        self.source.encode(&edited(text, edits))
    }
}

/// A range without the white space around what is in it.
fn bare(text: &str, range: &Range<usize>) -> Range<usize> {
    let inside = &text[range.clone()];
    let start =
        range.start + inside.len() - inside.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).len();
    start..range.start + inside.trim_end().len()
}

/// A line of JSON Lines with tags in its object, and without those of an earlier run; all else stays byte for byte.
///
/// # Errors
///
/// Why the line is not an object.
pub fn tagged_line(line: &str, tags: &[Tag]) -> Result<String, String> {
    let object = bare(line, &(0..line.len()));
    if let Err(error) = serde_json::from_str::<Map<String, Value>>(&line[object.clone()]) {
        return Err(format!("line is not a JSON object: {error}"));
    }
    Ok(edited(line, json_edit::edits(line, &object, &Style::default(), tags)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_its_own_writing_and_ending() {
        let tags = [Tag { key: "lane", value: "x".to_owned() }];
        for (line, tagged) in [
            ("{\"id\":1}\r\n", "{\"id\":1,\"firstlane\":{\"lane\":\"x\"}}\r\n"),
            (
                "\u{feff} {\"a\": 1, \"b\": 2} ",
                "\u{feff} {\"a\": 1, \"b\": 2, \"firstlane\": {\"lane\": \"x\"}} ",
            ),
        ] {
            assert_eq!(tagged_line(line, &tags).as_deref(), Ok(tagged));
            assert_eq!(tagged_line(tagged, &tags).as_deref(), Ok(tagged));
            assert_eq!(tagged_line(tagged, &[]).as_deref(), Ok(line));
        }
        for line in ["", "[]", "{\"a\": ", "null"] {
            assert!(tagged_line(line, &tags).is_err(), "{line}");
        }
    }

    #[test]
    fn questions_are_found_wherever_they_are() {
        let fields = Fields::default();
        let reading = Reading { name: "x.json", most: 1000, fields: &fields };
        for (json, stems) in [
            (r#"{"stem": "one"}"#, &["one"][..]),
            (r#"[{"q": "one"}, {"text": "two"}]"#, &["one", "two"]),
            (
                r#"{"title": "Quiz", "text": "intro", "domains": [{"id": "d", "name": "D"}], "questions": [{"text": "one"}]}"#,
                &["one"],
            ),
            (
                r#"{"sections": [{"title": "s", "items": [{"body": "one"}]}, {"items": [{"body": "two"}]}]}"#,
                &["one", "two"],
            ),
            (r#"{"quiz": {"d1": {"question": "one"}, "d2": {"question": "two"}}}"#, &["one", "two"]),
        ] {
            let document = read(json.as_bytes(), &reading).expect(json);
            let found: Vec<_> =
                document.records.iter().map(|r| r.as_ref().expect(json).stem.to_string()).collect();
            assert_eq!(found, stems, "{json}");
        }
    }

    #[test]
    fn a_document_is_read_up_to_wherever_it_is_cut() {
        let fields = Fields::default();
        let reading = Reading { name: "x.json", most: 1000, fields: &fields };
        let json = r#"{"title": "é", "sections": [{"questions": [{"stem": "one", "options": ["a", "b"]}, {"q": "two"}]}, {"items": [7, {"text": "three"}]}]}"#;
        for cut in (0..json.len()).filter(|&cut| json.is_char_boundary(cut)) {
            // A question that is closed is read; then there is the fault.
            let whole = ["b\"]}", "two\"}", "[7,", "three\"}"];
            let whole = whole.iter().filter(|end| json[..cut].contains(*end)).count();
            match read(&json.as_bytes()[..cut], &reading) {
                Err(fault) => assert_eq!((fault.code, whole), ("bad-json", 0), "{cut}"),
                Ok(document) => {
                    assert_eq!(document.records.len(), whole + 1, "{}", &json[..cut]);
                    let last = document.records.last().expect("there is one");
                    assert!(last.as_ref().is_err_and(|fault| fault.code == "bad-json"), "{cut}");
                }
            }
        }
    }
}
