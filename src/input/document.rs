//! A bank file, read whole: its records, and how the same file is written back with tags.
//!
//! Tags are edits of the source text at places that the reader found, so that everything else stays byte for byte as it
//! was. Tags of an earlier run are taken out again: to tag a tagged file gives the same file.

use std::{fmt::Debug, ops::Range};

use super::{InputError, Record, encoding::Decoded};

/// Every tag begins so, in every format, so that no tag of anybody else is taken for one of ours.
pub(super) const PREFIX: &str = "firstlane";

/// A part of an answer, to be written into the bank's own file: `lane`, `instinct`, `verify` or `status`, and an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// What it says.
    pub key: &'static str,
    /// An id of the pack, or the name of a status.
    pub value: String,
}

/// Something about a file that people should know although its records could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Line of the file, from 1.
    pub line: usize,
    /// In words.
    pub message: String,
}

/// A bank file, read whole.
#[derive(Debug)]
pub struct Document {
    /// Its records in order, each or why it cannot be read.
    pub records: Vec<Result<Record<'static>, InputError>>,
    /// What people should know.
    pub notes: Vec<Note>,
    pub(super) tagger: Box<dyn Tagger>,
}

impl Document {
    /// The same file with tags, those of each record in the order of the records. Without any tag, and without tags of an
    /// earlier run, it is the same file byte for byte.
    ///
    /// # Errors
    ///
    /// Why the format has no place for tags, or why this file cannot be written.
    pub fn tagged(&self, tags: &[Vec<Tag>]) -> Result<Vec<u8>, String> {
        self.tagger.tagged(tags)
    }
}

/// Writes a file back with tags.
pub(super) trait Tagger: Debug + Send + Sync {
    fn tagged(&self, tags: &[Vec<Tag>]) -> Result<Vec<u8>, String>;
}

/// Where a record's text keeps tags.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Slot {
    /// Offset at which tags go in.
    pub(super) at: usize,
    /// What stands before and behind them there, if there are any.
    pub(super) before: String,
    pub(super) after: String,
    /// Tags of an earlier run, in order.
    pub(super) old: Vec<Range<usize>>,
}

/// A text in which tags are written at slots, one for each record; a record that cannot be read has none.
#[derive(Debug)]
pub(super) struct TextTagger {
    pub(super) source: Decoded,
    pub(super) slots: Vec<Option<Slot>>,
    /// What stands between `before` and `after`.
    pub(super) write: fn(&[Tag]) -> String,
}

impl Tagger for TextTagger {
    fn tagged(&self, tags: &[Vec<Tag>]) -> Result<Vec<u8>, String> {
        let mut edits = Vec::new();
        for (slot, tags) in self.slots.iter().zip(tags) {
            let Some(slot) = slot else { continue };
            if tags.is_empty() && slot.old.is_empty() {
                continue;
            }
            edits.extend(slot.old.iter().map(|old| (old.clone(), String::new())));
            if !tags.is_empty() {
                edits
                    .push((slot.at..slot.at, format!("{}{}{}", slot.before, (self.write)(tags), slot.after)));
            }
        }
        self.source.encode(&edited(&self.source.text, edits))
    }
}

/// A text with ranges replaced. Ranges do not overlap; of those at one place the shorter goes first.
pub(super) fn edited(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len() + edits.iter().map(|(_, new)| new.len()).sum::<usize>());
    let mut at = 0;
    for (range, new) in edits {
        out.push_str(&text[at..range.start]);
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// A format without a place for tags.
#[derive(Debug)]
pub(super) struct Untaggable(pub(super) &'static str);

impl Tagger for Untaggable {
    fn tagged(&self, _: &[Vec<Tag>]) -> Result<Vec<u8>, String> {
        Err(self.0.to_owned())
    }
}
