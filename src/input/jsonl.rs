//! The labelled-bank format: JSON Lines, one question a line with `id`, `stem`, `options` and `labels`.

use std::{borrow::Cow, fmt, io::BufRead};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Fields, InputError, Reading, Record};
#[cfg(feature = "formats")]
use super::{document::Document, encoding::Decoded, format::Sample, json, shape};

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
    /// Whether the question is known to be answered wrongly as yet: `"todo": true` beside the labels.
    #[serde(skip)]
    pub todo: bool,
}

/// The mark of a labelled line that is known to be answered wrongly as yet.
#[derive(Deserialize)]
struct Marked {
    #[serde(default)]
    todo: bool,
}

/// A line as written. Other keys are the bank's own business.
#[derive(Deserialize)]
struct Line<'l> {
    #[serde(borrow)]
    id: Option<Text<'l>>,
    #[serde(borrow)]
    stem: Text<'l>,
    #[serde(borrow, default)]
    options: Options<'l>,
    #[serde(borrow)]
    labels: Option<&'l RawValue>,
}

/// The labels of a line of any shape.
#[derive(Deserialize)]
struct Labelled<'l> {
    #[serde(borrow)]
    labels: Option<&'l RawValue>,
}

/// A string, borrowed where it has no escapes.
struct Text<'l>(Cow<'l, str>);

impl<'de: 'l, 'l> Deserialize<'de> for Text<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfText;
        impl<'de> Visitor<'de> for OfText {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(text.into()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(text.to_owned().into()))
            }
        }
        deserializer.deserialize_str(OfText)
    }
}

/// Options, key and text, in the order of the line.
#[derive(Default)]
struct Options<'l>(Vec<(Cow<'l, str>, Cow<'l, str>)>);

impl<'de: 'l, 'l> Deserialize<'de> for Options<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfOptions;
        impl<'de> Visitor<'de> for OfOptions {
            type Value = Options<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of options, key and text")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut options = Vec::with_capacity(8);
                while let Some((Text(key), Text(text))) = map.next_entry()? {
                    options.push((key, text));
                }
                Ok(Options(options))
            }
        }
        deserializer.deserialize_map(OfOptions)
    }
}

/// Reads one line. Whether there is a word in the question is left to whoever takes it apart.
///
/// # Errors
///
/// `not-utf8`, `bad-json` and `too-large`.
pub fn record<'l>(
    bytes: &'l [u8],
    line: usize,
    ordinal: usize,
    reading: &Reading<'_>,
) -> Result<Record<'l>, InputError> {
    read_line(bytes, line, ordinal, reading).map(|(record, _)| record)
}

fn read_line<'l>(
    bytes: &'l [u8],
    line: usize,
    ordinal: usize,
    reading: &Reading<'_>,
) -> Result<(Record<'l>, Option<&'l RawValue>), InputError> {
    let bytes = bytes.trim_ascii();
    let bytes = if line == 1 { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) } else { bytes };
    let fault = |code, message| reading.fault(ordinal, line, code, message);
    let text = str::from_utf8(bytes).map_err(|error| {
        fault("not-utf8", format!("line is not UTF-8: invalid byte at column {}", error.valid_up_to() + 1))
    })?;
    let written: Line<'_> = match serde_json::from_str(text) {
        Ok(line) if *reading.fields == Fields::default() => line,
        typed => {
            let record = shaped(text, line, ordinal, reading, typed.err())?;
            let labels = serde_json::from_str::<Labelled<'_>>(text).ok().and_then(|line| line.labels);
            return Ok((record, labels));
        }
    };
    let Line { id, stem: Text(stem), options: Options(options), labels } = written;
    let id = id.map_or_else(|| Cow::Owned(reading.default_id(ordinal)), |Text(id)| id);
    let mut record = Record { id, line, stem, options, labels: None };
    if labels.is_none() {
        without_html(&mut record);
    }
    reading.sized(record).map(|record| (record, labels))
}

/// What other banks write in fields of HTML; in a labelled bank a text is what it is.
#[cfg(feature = "formats")]
fn without_html(record: &mut Record<'_>) {
    let texts = [&mut record.stem].into_iter().chain(record.options.iter_mut().map(|(_, text)| text));
    for text in texts.filter(|text| memchr::memchr2(b'<', b'&', text.as_bytes()).is_some()) {
        *text = shape::seen(text).into();
    }
}

#[cfg(not(feature = "formats"))]
fn without_html(_: &mut Record<'_>) {}

/// A line of another shape than ours.
#[cfg(feature = "formats")]
fn shaped(
    text: &str,
    line: usize,
    ordinal: usize,
    reading: &Reading<'_>,
    typed: Option<serde_json::Error>,
) -> Result<Record<'static>, InputError> {
    let fault = |code, message| reading.fault(ordinal, line, code, message);
    let object: serde_json::Map<_, _> =
        serde_json::from_str(text).map_err(|error| fault("bad-json", without_line(&error)))?;
    let question = shape::question(&object, reading.fields);
    let shape::Shaped { id, stem, options } = question.map_err(|message| {
        // In our own shape the fault is known with its place.
        let message =
            typed.filter(|_| object.contains_key("stem")).map_or(message, |error| without_line(&error));
        fault("bad-question", message)
    })?;
    let id = id.unwrap_or_else(|| reading.default_id(ordinal)).into();
    let options = options.into_iter().map(|(key, text)| (key.into(), text.into())).collect();
    reading.sized(Record { id, line, stem: stem.into(), options, labels: None })
}

#[cfg(not(feature = "formats"))]
fn shaped(
    text: &str,
    line: usize,
    ordinal: usize,
    reading: &Reading<'_>,
    _: Option<serde_json::Error>,
) -> Result<Record<'static>, InputError> {
    let error = serde_json::from_str::<Line<'_>>(text).err();
    let message = error.map_or_else(|| "fields of other names are not read".to_owned(), |e| without_line(&e));
    Err(reading.fault(ordinal, line, "bad-json", message))
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
                    self.buffer.clear();
                    let reading = Reading { name: &self.name, most: self.most, fields: &Fields::default() };
                    let fault = reading.fault(self.ordinal, self.line, "unreadable", error.to_string());
                    return Some(Err(fault));
                }
            }
        }
    }
}

impl<R> Lines<R> {
    fn record(&self) -> Result<Record<'static>, InputError> {
        let reading = Reading { name: &self.name, most: self.most, fields: &Fields::default() };
        let (mut record, labels) = read_line(&self.buffer, self.line, self.ordinal, &reading)?;
        let fault = |code, message| InputError { id: record.id.to_string(), line: self.line, code, message };
        if record.question().is_empty() {
            return Err(record.without_word());
        }
        if let Some(labels) = labels {
            let read = |labels| -> serde_json::Result<Labels> {
                let Marked { todo } = serde_json::from_slice(self.buffer.trim_ascii())?;
                Ok(Labels { todo, ..serde_json::from_str(labels)? })
            };
            let labels = read(labels.get());
            record.labels =
                Some(labels.map_err(|e| fault("bad-json", format!("labels: {}", without_line(&e))))?);
        }
        Ok(record.into_owned())
    }
}

/// serde_json's message with the column; its line is always 1 here, the file's line is in the record.
fn without_line(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
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
