//! Bytes to records.
//!
//! In: what people paste or keep in files. Out: one [`Record`] a question, with its id, its place and, where a bank has
//! them, its labels. The answer key never gets into a [`Question`].

#[cfg(feature = "formats")]
mod aiken;
#[cfg(feature = "anki")]
mod anki;
#[cfg(feature = "anki")]
mod anki_collection;
#[cfg(feature = "formats")]
mod anki_text;
#[cfg(feature = "formats")]
mod columns;
#[cfg(feature = "formats")]
mod compression;
#[cfg(feature = "formats")]
mod document;
#[cfg(feature = "formats")]
mod encoding;
#[cfg(feature = "formats")]
mod format;
#[cfg(feature = "formats")]
mod front;
#[cfg(feature = "formats")]
mod gift;
#[cfg(feature = "formats")]
mod html;
#[cfg(feature = "formats")]
mod json;
#[cfg(feature = "formats")]
mod json_edit;
mod jsonl;
#[cfg(feature = "formats")]
mod lettered;
#[cfg(feature = "formats")]
mod list;
#[cfg(feature = "formats")]
mod markdown;
#[cfg(feature = "formats")]
mod moodle;
#[cfg(feature = "formats")]
mod notebook;
#[cfg(feature = "formats")]
mod notebook_cell;
#[cfg(feature = "spreadsheets")]
mod ods;
#[cfg(feature = "formats")]
mod package;
#[cfg(feature = "formats")]
mod pieces;
#[cfg(feature = "formats")]
mod qti;
#[cfg(feature = "formats")]
mod rows;
#[cfg(feature = "formats")]
mod shape;
#[cfg(feature = "spreadsheets")]
mod sheet;
#[cfg(feature = "spreadsheets")]
mod sheet_xml;
#[cfg(feature = "formats")]
mod source;
#[cfg(feature = "spreadsheets")]
mod spreadsheet;
#[cfg(feature = "formats")]
mod table;
mod text;
#[cfg(feature = "formats")]
mod xml;
#[cfg(any(feature = "anki", feature = "spreadsheets"))]
mod zip_archive;

use std::{borrow::Cow, fmt};

#[cfg(feature = "formats")]
pub use self::{
    compression::decompressed,
    document::{Document, Note, Tag},
    format::Format,
    json::tagged_line,
};
pub use self::{
    jsonl::{Labels, Lines, read as read_jsonl, record as read_line},
    text::read as read_text,
};
use crate::question::Question;

/// A question longer than this is refused unless the caller says otherwise: 1 MiB.
pub const MOST_BYTES: usize = 1 << 20;

/// One question of a bank.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<'t> {
    /// The bank's own id, else file name and ordinal from 1.
    pub id: Cow<'t, str>,
    /// Line of the file, from 1.
    pub line: usize,
    /// The stem, or the whole text as pasted.
    pub stem: Cow<'t, str>,
    /// Answer options, key and text; empty if the stem has them inside.
    pub options: Vec<(Cow<'t, str>, Cow<'t, str>)>,
    /// What the bank says is right.
    pub labels: Option<Labels>,
}

impl Record<'_> {
    /// The question, ready for scanning.
    #[must_use]
    pub fn question(&self) -> Question<'_> {
        if self.options.is_empty() {
            Question::split(&self.stem)
        } else {
            Question::from_parts(&self.stem, self.options.iter().map(|(_, text)| &**text))
        }
    }

    /// The same with texts of its own.
    #[must_use]
    pub fn into_owned(self) -> Record<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Record {
            id: owned(self.id),
            line: self.line,
            stem: owned(self.stem),
            options: self.options.into_iter().map(|(key, text)| (owned(key), owned(text))).collect(),
            labels: self.labels,
        }
    }

    /// The fault of it if there is no word in its question.
    #[must_use]
    pub fn without_word(&self) -> InputError {
        let (code, message) = empty();
        InputError { id: self.id.to_string(), line: self.line, code, message }
    }

    /// The text of a hit's field: an option's if it is in one that was given apart, else the stem.
    #[must_use]
    pub fn field(&self, option: Option<u16>) -> &str {
        match option.and_then(|at| self.options.get(usize::from(at))) {
            Some((_, text)) => text,
            None => &self.stem,
        }
    }
}

/// How to read a bank file.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// What the file is called: records without an id of their own are named after it.
    pub name: &'a str,
    /// A question of more bytes than this is refused.
    pub most: usize,
    /// What the bank calls its fields, where that is not one of the usual names.
    pub fields: &'a Fields,
}

/// What a bank calls its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// The field with the id.
    pub id: Option<String>,
    /// The field with the stem.
    pub stem: Option<String>,
    /// The fields with the options; one alone may hold them all.
    pub options: Vec<String>,
}

impl Reading<'_> {
    #[cfg(feature = "formats")]
    /// A question of the file, if there is a word in it and it is not too large. `ordinal` counts from 1.
    pub(crate) fn record(
        &self,
        ordinal: usize,
        line: usize,
        id: Option<String>,
        stem: String,
        options: Vec<(String, String)>,
    ) -> Result<Record<'static>, InputError> {
        let options = options.into_iter().map(|(key, text)| (key.into(), text.into())).collect();
        let id = id.unwrap_or_else(|| self.default_id(ordinal));
        let record = Record { id: id.into(), line, stem: stem.into(), options, labels: None };
        let length = record.stem.len() + record.options.iter().map(|(_, text)| text.len()).sum::<usize>();
        match check(length, &record.question(), self.most) {
            Ok(()) => Ok(record),
            Err((code, message)) => Err(InputError { id: record.id.into_owned(), line, code, message }),
        }
    }

    /// A record, if it is not too large.
    fn sized<'t>(&self, record: Record<'t>) -> Result<Record<'t>, InputError> {
        let length = record.stem.len() + record.options.iter().map(|(_, text)| text.len()).sum::<usize>();
        if length <= self.most {
            return Ok(record);
        }
        let (code, message) = too_large(length, self.most);
        Err(InputError { id: record.id.into_owned(), line: record.line, code, message })
    }

    /// Why a record cannot be read. `ordinal` counts from 1.
    pub(crate) fn fault(
        &self,
        ordinal: usize,
        line: usize,
        code: &'static str,
        message: String,
    ) -> InputError {
        InputError { id: self.default_id(ordinal), line, code, message }
    }

    fn default_id(&self, ordinal: usize) -> String {
        format!("{}#{ordinal}", self.name)
    }
}

/// A record that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    /// The record's id, as far as it is known.
    pub id: String,
    /// Line of the file, from 1.
    pub line: usize,
    /// Stable code of the fault.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for InputError {}

/// The fault of a question that is too large.
fn too_large(length: usize, most: usize) -> (&'static str, String) {
    let message =
        format!("question has {length} bytes, more than the limit of {most}; raise it with `--max-bytes`");
    ("too-large", message)
}

/// The fault of a question without a word.
fn empty() -> (&'static str, String) {
    ("empty", "question is empty: there is no word in it".to_owned())
}

/// Checks that a question has a word in it and is not too large.
fn check(length: usize, question: &Question<'_>, most: usize) -> Result<(), (&'static str, String)> {
    if length > most {
        return Err(too_large(length, most));
    }
    if question.is_empty() { Err(empty()) } else { Ok(()) }
}
