//! The labelled-bank format: JSON Lines, one question a line with `id`, `stem`, `options` and `labels`.

use std::{borrow::Cow, io::BufRead};

use serde::Deserialize;

#[cfg(feature = "formats")]
use super::{Fields, Reading, document::Document, encoding::Decoded, format::Sample, json, shape};
use super::{InputError, Record, check};

/// What a bank says is right. An answer is right when it equals the label or is in the list of those that are right too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Labels {
    /// Lane, or none.
    pub lane: Option<String>,
    /// Lanes that are right too; `None` means that abstaining is.
    #[serde(default)]
    pub lane_ok: Vec<Option<String>>,
    /// Instinct, or none.
    pub instinct: Option<String>,
    /// Instincts that are right too.
    #[serde(default)]
    pub instinct_ok: Vec<Option<String>>,
    /// Step to verify next, or none.
    pub verify: Option<String>,
    /// Steps that are right too.
    #[serde(default)]
    pub verify_ok: Vec<Option<String>>,
}

/// A line as written. Other keys are the bank's own business.
#[derive(Deserialize)]
struct Line {
    id: Option<String>,
    stem: String,
    #[serde(default)]
    options: serde_json::Map<String, serde_json::Value>,
    labels: Option<Labels>,
}

/// The records of a bank, in order.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    name: String,
    most: usize,
    line: usize,
    ordinal: usize,
    buffer: Vec<u8>,
}

/// Reads a bank line by line; blank lines are passed over.
///
/// # Examples
///
/// ```
/// let bank = br#"{"id": "q1", "stem": "What is a canary release?", "options": {"A": "A bird"}}"#;
/// let records: Vec<_> = firstlane::input::read_jsonl(&bank[..], "bank.jsonl", 1000).collect::<Result<_, _>>()?;
/// assert_eq!(records[0].options[0].1, "A bird");
/// # Ok::<(), firstlane::input::InputError>(())
/// ```
pub fn read<R: BufRead>(reader: R, name: &str, most: usize) -> Lines<R> {
    Lines { reader, name: name.to_owned(), most, line: 0, ordinal: 0, buffer: Vec::new() }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Record<'static>, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.buffer.clear();
            self.line += 1;
            match self.reader.read_until(b'\n', &mut self.buffer) {
                Ok(0) => return None,
                Ok(_) if self.buffer.trim_ascii().is_empty() => {}
                Ok(_) => {
                    self.ordinal += 1;
                    return Some(self.record());
                }
                Err(error) => {
                    self.ordinal += 1;
                    // The reader may fail in the same way for ever; what was read so far is all there is.
                    let fault = self.fault(None, "unreadable", error.to_string());
                    self.buffer.clear();
                    return Some(Err(fault));
                }
            }
        }
    }
}

impl<R> Lines<R> {
    fn fault(&self, id: Option<String>, code: &'static str, message: String) -> InputError {
        InputError { id: id.unwrap_or_else(|| self.default_id()), line: self.line, code, message }
    }

    fn default_id(&self) -> String {
        format!("{}#{}", self.name, self.ordinal)
    }

    fn record(&self) -> Result<Record<'static>, InputError> {
        let bytes = self.buffer.trim_ascii();
        let bytes = if self.line == 1 { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) } else { bytes };
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let message = format!("line is not UTF-8: invalid byte at column {}", error.valid_up_to() + 1);
            self.fault(None, "not-utf8", message)
        })?;
        let line: Line =
            serde_json::from_str(text).map_err(|error| self.fault(None, "bad-json", without_line(&error)))?;
        let mut options = Vec::with_capacity(line.options.len());
        for (key, value) in line.options {
            let serde_json::Value::String(text) = value else {
                let message = format!("option `{key}` should be a string, found {}", kind(&value));
                return Err(self.fault(line.id, "bad-json", message));
            };
            options.push((key, text));
        }
        let id = Cow::Owned(line.id.unwrap_or_else(|| self.default_id()));
        let options = options.into_iter().map(|(key, text)| (Cow::Owned(key), Cow::Owned(text))).collect();
        let record =
            Record { id, line: self.line, stem: Cow::Owned(line.stem), options, labels: line.labels };
        let length = record.stem.len() + record.options.iter().map(|(_, text)| text.len()).sum::<usize>();
        check(length, &record.question(), self.most)
            .map_err(|(code, message)| self.fault(Some(record.id.to_string()), code, message))?;
        Ok(record)
    }
}

/// serde_json's message with the column; its line is always 1 here, the file's line is in the record.
fn without_line(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}

fn kind(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "a truth value",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "a string",
        serde_json::Value::Array(_) => "a list",
        serde_json::Value::Object(_) => "an object",
    }
}

/// Whether a file looks like JSON Lines: one of its first two lines is an object and the other begins like one. A single
/// line has to be a question; else it may be a whole bank.
#[cfg(feature = "formats")]
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    let mut lines = sample.text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (Some(first), second) = (lines.next(), lines.next()) else { return false };
    let object = |line: &str| serde_json::from_str::<serde_json::Map<_, _>>(line).ok();
    match second {
        Some(second) => {
            first.starts_with('{')
                && second.starts_with('{')
                && (object(first).is_some() || object(second).is_some())
        }
        None => object(first).is_some_and(|object| {
            shape::is_question(&object, &Fields::default(), true) && !json::holds_questions(&object)
        }),
    }
}

/// Reads a file whole.
#[cfg(feature = "formats")]
pub(super) fn read_document(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let source = Decoded::new(bytes).map_err(|message| reading.fault(1, 1, "bad-encoding", message))?;
    // What is not UTF-8 on a line is said of that line.
    let utf16 = source.is_utf16();
    let text = if utf16 { source.text.as_bytes() } else { bytes };
    let records: Vec<_> = read(text, reading.name, reading.most).collect();
    let mut objects = Vec::with_capacity(records.len());
    let mut at = 0;
    for line in source.text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        if !line.trim_ascii().is_empty() {
            let is_read = records.get(objects.len()).is_some_and(Result::is_ok);
            objects.push(is_read.then_some(range));
        }
    }
    Ok(Document { records, notes: Vec::new(), tagger: Box::new(json::ObjectTagger { source, objects }) })
}
