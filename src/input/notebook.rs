//! Jupyter notebooks with questions in their cells.
//!
//! In: a notebook of version 3 or 4. Out: one question a cell that is one; others are passed over. Decided:
//!
//! - A Markdown cell is a question if it is tagged `question` or has lettered options or check boxes below a text. What
//!   follows a line such as `Answer:` is the answer and is left out.
//! - A code cell is a question if it is tagged `question` and has one: the docstring of its first class, else a comment at
//!   its top that asks something. One that has neither, as code that questions share, is passed over with a note.
//! - A cell is one question, since tags are kept in its metadata; one that begins a second list of options is an error.

use std::ops::Range;

use serde_json::{Map, Value};

use super::{
    InputError, Reading, Record,
    document::{Document, Note, Tag, Tagger, edited},
    encoding::Decoded,
    format::Sample,
    front,
    json::{Lines, broken, guessed},
    json_edit::{self, Style},
    notebook_cell::{self, Question},
};

/// Whether a file looks like it.
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    let text = sample.text.trim_start();
    let has = |key: &str| text.contains(key);
    text.starts_with('{') && has("\"cells\"") && (has("\"cell_type\"") || has("\"nbformat\""))
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let source = Decoded::new(bytes).map_err(|message| reading.fault(1, 1, "bad-encoding", message))?;
    let text = source.text.as_str();
    let notebook = serde_json::from_str::<Value>(text).map_err(|error| {
        let (line, message) = broken(&error);
        reading.fault(1, line, "bad-json", message)
    })?;
    let start = text.len() - text.trim_start().len();
    let cells = if notebook.is_object() { cells(text, &(start..text.trim_end().len())) } else { Vec::new() };
    if cells.is_empty() {
        let message = "notebook has no cells: it should have a list `cells` of objects".to_owned();
        return Err(reading.fault(1, 1, "no-cells", message));
    }
    let mut walk =
        Walk { reading, lines: Lines::new(text), records: Vec::new(), notes: Vec::new(), places: Vec::new() };
    walk.notes.extend(source.is_guess().then(guessed));
    for cell in cells {
        walk.cell(text, &cell);
    }
    let Walk { records, notes, places, .. } = walk;
    if records.is_empty() {
        let message = "no cell is a question: tag the cells that are with `question`, or put options `A.`, `B.` below the \
                       text";
        return Err(reading.fault(1, 1, "no-questions", message.to_owned()));
    }
    Ok(Document { records, notes, tagger: Box::new(CellTagger { source, places }) })
}

/// The cells of a notebook; those of version 3 are in worksheets.
fn cells(text: &str, object: &Range<usize>) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    for member in json_edit::members(text, object) {
        if !text[member.value.clone()].starts_with('[') {
            continue;
        }
        let items = json_edit::items(text, &member.value)
            .into_iter()
            .filter(|item| text[item.clone()].starts_with('{'));
        if member.is(text, "cells") {
            cells.extend(items);
        } else if member.is(text, "worksheets") {
            cells.extend(items.flat_map(|sheet| self::cells(text, &sheet)));
        }
    }
    cells
}

/// Where a cell keeps tags.
#[derive(Debug)]
struct Place {
    metadata: Range<usize>,
    /// How the metadata is written if there is nothing in it.
    outer: Style,
}

/// A walk through the cells.
struct Walk<'t> {
    reading: &'t Reading<'t>,
    lines: Lines<'t>,
    records: Vec<Result<Record<'static>, InputError>>,
    notes: Vec<Note>,
    places: Vec<Option<Place>>,
}

impl Walk<'_> {
    fn cell(&mut self, text: &str, range: &Range<usize>) {
        let cell: Map<String, Value> =
            serde_json::from_str(&text[range.clone()]).expect("the notebook was read as JSON");
        let line = self.lines.at(range.start);
        let ordinal = self.records.len() + 1;
        let record = match notebook_cell::question(&cell) {
            Question::None => return,
            Question::Untold(message) => return self.notes.push(Note { line, message }),
            Question::Fault(code, message) => Err(self.reading.fault(ordinal, line, code, message)),
            Question::Text { id, text } => {
                let (stem, options) = front::options(&text);
                self.reading.record(ordinal, line, id, stem, options)
            }
        };
        let place = record.is_ok().then(|| place(text, range)).flatten();
        if record.is_ok() && place.is_none() {
            let message = "cell has no `metadata`, so that it can have no tags".to_owned();
            self.notes.push(Note { line, message });
        }
        self.records.push(record);
        self.places.push(place);
    }
}

fn place(text: &str, cell: &Range<usize>) -> Option<Place> {
    let members = json_edit::members(text, cell);
    let metadata = members.iter().find(|member| member.is(text, "metadata"))?.value.clone();
    let outer = Style::of(text, cell, &members)?.inner();
    text[metadata.clone()].starts_with('{').then_some(Place { metadata, outer })
}

/// Writes tags into the metadata of cells.
#[derive(Debug)]
struct CellTagger {
    source: Decoded,
    places: Vec<Option<Place>>,
}

impl Tagger for CellTagger {
    fn tagged(&self, tags: &[Vec<Tag>]) -> Result<Vec<u8>, String> {
        let text = self.source.text.as_str();
        let of = |(place, tags): (&Option<Place>, &Vec<Tag>)| {
            place
                .as_ref()
                .map(|place| json_edit::edits(text, &place.metadata, &place.outer, tags))
                .unwrap_or_default()
        };
        let edits = self.places.iter().zip(tags).flat_map(of).collect();
        self.source.encode(&edited(text, edits))
    }
}
