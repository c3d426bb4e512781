//! A bank and its answers as one page of HTML.
//!
//! In: an engine and banks, labelled or not. Out: a page that needs nothing else: no network, no other file, no clock, the
//! same bytes for the same input. What figures say stands in tables that are there without JavaScript; the questions are
//! data that a script shows, so that a page of many thousands opens at once.

mod charts;
mod data;
mod measure;
mod rules;
mod shell;
mod tables;

use std::{fmt::Write as _, io::Read};

use sha2::{Digest, Sha256};

use self::measure::Measured;
use crate::{
    engine::Engine,
    input::{self, Fields, Format, InputError, Note, Reading, Record},
};

/// A bank to report on.
#[derive(Debug)]
pub struct Bank {
    /// What its file is called.
    pub name: String,
    /// The SHA-256 hash of the file, in hexadecimal.
    pub hash: String,
    /// Its records in order, each or why it cannot be read.
    pub records: Vec<Result<Record<'static>, InputError>>,
    /// What people should know about the file.
    pub notes: Vec<Note>,
}

impl Bank {
    /// Reads a bank in any format, compressed or not.
    ///
    /// # Errors
    ///
    /// Why nothing of it can be read.
    pub fn read(bytes: &[u8], name: &str, most: usize) -> Result<Self, InputError> {
        let reading = Reading { name, most, fields: &Fields::default() };
        let fault = |code, message| InputError { id: name.to_owned(), line: 1, code, message };
        let mut content = Vec::new();
        input::decompressed(bytes)
            .and_then(|mut reader| reader.read_to_end(&mut content))
            .map_err(|error| fault("unreadable", error.to_string()))?;
        let inner = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(name);
        let format = Format::of(&content, inner).ok_or_else(|| {
            fault(
                "unknown-format",
                "the file is in no format that is known; `firstlane formats` lists them".into(),
            )
        })?;
        let document = format.read(&content, &reading)?;
        let hash = Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
            // A string takes everything that is written to it.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        Ok(Self { name: name.to_owned(), hash, records: document.records, notes: document.notes })
    }
}

/// A label that is no id of the pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLabel {
    /// Ordinal of the bank.
    pub bank: usize,
    /// Line of the question in it.
    pub line: usize,
    /// The label.
    pub label: String,
}

/// Writes the page.
///
/// # Errors
///
/// The first label that is no id of the pack.
pub fn html(engine: &Engine, title: &str, banks: &[Bank]) -> Result<String, UnknownLabel> {
    let page = shell::page(&Measured::of(engine, banks)?, title, banks).into_string();
    // The data is clean already; what is left stands in names and messages.
    Ok(if page.chars().all(data::may_stand_in_html) {
        page
    } else {
        page.replace(|c| !data::may_stand_in_html(c), "\u{fffd}")
    })
}
