//! CSV and TSV.
//!
//! In: a header and rows. Out: a question a row, and tags in columns of our own. Decided:
//!
//! - The delimiter is the one of tab, comma and semicolon with which the header is known, else the most frequent in it; a
//!   line `sep=;` above the header, as Excel writes it, settles it.
//! - A row with fewer cells than the header is filled up when it is tagged; one with more is read with a note and gets no
//!   tags, since its cells are not where the header says; so is one with other things than tags in columns of ours. A
//!   blank row is none.
//! - Columns of an earlier run are written anew where they stand; missing ones go to the end of each row.

use std::ops::Range;

use super::{
    InputError, Reading,
    columns::{self, Columns, TAG_KEYS},
    document::{Document, Note, Tag, Tagger, edited},
    encoding::Decoded,
    format::Sample,
    json::{Lines, guessed},
    rows::{self, Row, value_of},
};

/// Whether a file looks like comma-separated or semicolon-separated values.
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    has_header(sample, b",;")
}

/// Whether a file looks like tab-separated values.
pub(super) fn looks_tsv(sample: &Sample<'_>) -> bool {
    has_header(sample, b"\t")
}

fn has_header(sample: &Sample<'_>, delimiters: &[u8]) -> bool {
    let (from, given) = separator_line(&sample.text);
    delimiters.iter().any(|&delimiter| {
        let header = rows::read(first_line(&sample.text, from), 0, delimiter);
        let fits = |row: &Row| row.cells.len() > 1 && Columns::are_sure(&row.cells());
        header.first().is_some_and(fits) && given.is_none_or(|given| given == delimiter)
    })
}

/// What comes up to the end of the first line with anything in it.
fn first_line(text: &str, from: usize) -> &str {
    let rest = text[from..].trim_start();
    rest.lines().next().unwrap_or_default()
}

/// Where the table begins behind a line `sep=;`, and the delimiter that it names.
fn separator_line(text: &str) -> (usize, Option<u8>) {
    let line = text.split_inclusive('\n').next().unwrap_or_default();
    match line.trim_end().strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter]) => (line.len(), Some(*delimiter)),
        // A tab is trimmed.
        Some([]) if line.contains('\t') => (line.len(), Some(b'\t')),
        _ => (0, None),
    }
}

/// Reads comma-separated or semicolon-separated values.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    read_with(bytes, reading, b",;\t")
}

/// Reads tab-separated values.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read_tsv(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    read_with(bytes, reading, b"\t,;")
}

fn read_with(bytes: &[u8], reading: &Reading<'_>, delimiters: &[u8]) -> Result<Document, InputError> {
    let source = Decoded::new(bytes).map_err(|message| reading.fault(1, 1, "bad-encoding", message))?;
    let (from, given) = separator_line(&source.text);
    let delimiter = given.unwrap_or_else(|| sniff(first_line(&source.text, from), reading, delimiters));
    let mut rows = rows::read(&source.text, from, delimiter).into_iter();
    let Some(header) = rows.next() else {
        return Err(reading.fault(1, 1, "empty", "file is empty: there is no header in it".to_owned()));
    };
    let mut lines = Lines::new(&source.text);
    let header_line = lines.at(header.range.start);
    if !header.is_closed {
        return Err(reading.fault(1, header_line, "unclosed-quote", unclosed(&source.text, &header)));
    }
    let known = Columns::of(&header.cells(), reading.fields)
        .map_err(|message| reading.fault(1, header_line, "no-stem-column", message))?;
    let mut table = Table::new(reading, known, &source.text, &header);
    table.notes.extend(source.is_guess().then(guessed));
    let rows = rows.map(|row| table.row(&source.text, &row)).collect();
    let Table { document: records, notes, .. } = table;
    if records.is_empty() {
        let message = "table has a header and no row with a question below it".to_owned();
        return Err(reading.fault(1, header_line, "no-questions", message));
    }
    Ok(Document { records, notes, tagger: Box::new(TableTagger { source, delimiter, header, rows }) })
}

/// The delimiter with which the header is known, else the most frequent in it.
fn sniff(header: &str, reading: &Reading<'_>, delimiters: &[u8]) -> u8 {
    let known = |delimiter: &&u8| {
        rows::read(header, 0, **delimiter)
            .first()
            .is_some_and(|row| row.cells.len() > 1 && Columns::of(&row.cells(), reading.fields).is_ok())
    };
    let count = |delimiter: &&u8| header.bytes().filter(|byte| byte == *delimiter).count();
    // Of equals the first that was asked for.
    let most = || delimiters.iter().rev().max_by_key(count);
    delimiters.iter().find(known).or_else(most).copied().unwrap_or(b',')
}

fn unclosed(text: &str, row: &Row) -> String {
    let swallowed = text[row.range.clone()].matches('\n').count();
    let swallowed = match swallowed {
        0 => String::new(),
        1 => " and takes in the line behind it".to_owned(),
        more => format!(" and takes in the {more} lines behind it"),
    };
    format!(
        "a quote in this row is never closed{swallowed}; close it, or write `\"\"` for a quote inside quotes"
    )
}

/// A table while its rows are read.
struct Table<'t> {
    reading: &'t Reading<'t>,
    known: Columns,
    lines: Lines<'t>,
    width: usize,
    /// The same without columns of ours at the end.
    own_width: usize,
    /// Columns of ours.
    ours: Vec<usize>,
    document: Vec<Result<super::Record<'static>, InputError>>,
    notes: Vec<Note>,
}

impl<'t> Table<'t> {
    fn new(reading: &'t Reading<'t>, known: Columns, text: &'t str, header: &Row) -> Self {
        let is_ours = |at: &usize| columns::tag_key(&header.cells[*at]).is_some();
        let width = header.cells.len();
        let ours: Vec<_> = (0..width).filter(is_ours).collect();
        let own_width = (0..width).rfind(|at| !is_ours(at)).map_or(0, |at| at + 1);
        let (document, notes) = (Vec::new(), Vec::new());
        Self { reading, known, lines: Lines::new(text), width, own_width, ours, document, notes }
    }

    /// Reads a row, and says what of it may be tagged.
    fn row(&mut self, text: &str, row: &Row) -> Place {
        let line = self.lines.at(row.range.start);
        let ordinal = self.document.len() + 1;
        let (cells, width) = (row.cells.len(), self.width);
        let fits = self.fits(row);
        let place = |record, can_grow| Place { range: row.range.clone(), cells, record, can_grow };
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            return place(None, fits && cells == width);
        }
        if !row.is_closed {
            self.document.push(Err(self.reading.fault(ordinal, line, "unclosed-quote", unclosed(text, row))));
            return place(None, false);
        }
        let Some(shaped) = self.known.question(&row.cells()) else {
            let message = format!(
                "row has nothing in column {}, where the question is: it has {cells} of {width} cells",
                self.known.stem + 1
            );
            self.document.push(Err(self.reading.fault(ordinal, line, "no-stem", message)));
            return place(None, fits);
        };
        if !fits || cells < self.own_width {
            let why = if !fits {
                "is a text with a delimiter in it not in quotes? it can have no tags"
            } else {
                "missing ones count as empty"
            };
            let message = format!("row has {cells} cells and the header {width}; {why}");
            self.notes.push(Note { line, message });
        }
        let record = self.reading.record(ordinal, line, shaped.id, shaped.stem, shaped.options);
        let at = record.is_ok().then_some(self.document.len());
        self.document.push(record);
        place(at, fits)
    }

    /// Whether the cells of a row stand where the header says, as far as can be told: there are not too many of them, and
    /// where tags of an earlier run are to be there is nothing else.
    fn fits(&self, row: &Row) -> bool {
        let count = row.cells.len();
        let is_tag = |at: &usize| row.cells.get(*at).is_none_or(|cell| !cell.contains(char::is_whitespace));
        (count <= self.own_width || count == self.width) && self.ours.iter().all(is_tag)
    }
}

/// A row of the source.
#[derive(Debug)]
struct Place {
    range: Range<usize>,
    cells: usize,
    /// Position of its record, if it has one that could be read.
    record: Option<usize>,
    /// Whether cells at its end would stand in the right columns.
    can_grow: bool,
}

/// Writes tags into columns of a table.
#[derive(Debug)]
struct TableTagger {
    source: Decoded,
    delimiter: u8,
    header: Row,
    rows: Vec<Place>,
}

impl Tagger for TableTagger {
    fn tagged(&self, tags: &[Vec<Tag>]) -> Result<Vec<u8>, String> {
        let keys: Vec<_> = self.header.cells.iter().map(|name| columns::tag_key(name)).collect();
        let is_new =
            |key: &&str| !keys.contains(&Some(*key)) && tags.iter().flatten().any(|tag| tag.key == *key);
        let new: Vec<_> = TAG_KEYS.into_iter().filter(|key| is_new(key)).collect();
        let mut edits: Vec<_> = Vec::new();
        let names = new.iter().map(|key| columns::tag_column(key));
        edits.push((self.header.range.end..self.header.range.end, self.cells(names)));
        for row in &self.rows {
            let none = Vec::new();
            let own = row.record.and_then(|record| tags.get(record)).unwrap_or(&none);
            if row.can_grow {
                self.replace(row, &keys, own, &mut edits);
                let tail = keys.iter().skip(row.cells).copied().chain(new.iter().copied().map(Some));
                let tail: Vec<_> =
                    tail.map(|key| key.map_or("", |key| value_of(own, key)).to_owned()).collect();
                if !new.is_empty() || tail.iter().any(|value| !value.is_empty()) {
                    edits.push((row.range.end..row.range.end, self.cells(tail.into_iter())));
                }
            }
        }
        self.source.encode(&edited(&self.source.text, edits))
    }
}

impl TableTagger {
    /// Cells to stand behind another.
    fn cells(&self, values: impl Iterator<Item = String>) -> String {
        let delimiter = char::from(self.delimiter);
        values.map(|value| format!("{delimiter}{}", rows::cell(&value, self.delimiter))).collect()
    }

    /// Writes the columns of an earlier run anew.
    fn replace(
        &self,
        row: &Place,
        keys: &[Option<&'static str>],
        tags: &[Tag],
        edits: &mut Vec<(Range<usize>, String)>,
    ) {
        if keys.iter().all(Option::is_none) {
            return;
        }
        let (places, _) = rows::places(&self.source.text[row.range.clone()], self.delimiter);
        for (key, place) in keys.iter().zip(&places) {
            let Some(key) = key else { continue };
            let range = row.range.start + place.start..row.range.start + place.end;
            edits.push((range, rows::cell(value_of(tags, key), self.delimiter)));
        }
    }
}
