//! Bytes to records.
//!
//! In: what people paste or keep in files. Out: one [`Record`] a question, with its id, its place and, where a bank has
//! them, its labels. The answer key never gets into a [`Question`].

mod jsonl;
mod text;

use std::{borrow::Cow, fmt};

pub use self::{
    jsonl::{Labels, Lines, read as read_jsonl},
    text::read as read_text,
};
use crate::question::Question;

/// A question longer than this is refused unless the caller says otherwise: 1 MiB.
pub const MOST_BYTES: usize = 1 << 20;

/// One question of a bank.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<'t> {
    /// The bank's own id, else file name and ordinal from 1.
    pub id: String,
    /// Line of the file, from 1.
    pub line: usize,
    /// The stem, or the whole text as pasted.
    pub stem: Cow<'t, str>,
    /// Answer options, key and text; empty if the stem has them inside.
    pub options: Vec<(String, String)>,
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
            Question::from_parts(&self.stem, self.options.iter().map(|(_, text)| text.as_str()))
        }
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

/// Checks that a question has a word in it and is not too large.
pub(crate) fn check(
    text_len: usize,
    question: &Question<'_>,
    most: usize,
) -> Result<(), (&'static str, String)> {
    if text_len > most {
        let message = format!(
            "question has {text_len} bytes, more than the limit of {most}; raise it with `--max-bytes`"
        );
        return Err(("too-large", message));
    }
    if question.is_empty() {
        return Err(("empty", "question is empty: there is no word in it".to_owned()));
    }
    Ok(())
}
