//! Cells written into a sheet of an XLSX workbook.
//!
//! In: the XML of a sheet, and what its cells are to say. Out: the same XML with these cells as inline strings, so that the
//! table of shared strings stays as it is. Nothing else changes but the dimension that the sheet names.

use std::{collections::BTreeMap, ops::Range};

use quick_xml::{
    Reader,
    escape::escape,
    events::{BytesStart, Event},
};

use super::{document::edited, encoding::Decoded, zip_archive::Archive};

/// What a cell is to say; row and column count from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) text: String,
}

/// The letters of a column: `A` to `Z`, `AA`, ….
pub(super) fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.into_iter().rev().collect()
}

/// Row and column of a reference such as `B7`.
fn place(reference: &str) -> Option<(usize, usize)> {
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let column = reference[..digits].bytes().try_fold(0_usize, |column, letter| {
        let value = usize::from(letter.to_ascii_uppercase().checked_sub(b'A').filter(|value| *value < 26)?);
        column.checked_mul(26)?.checked_add(value + 1)
    })?;
    Some((reference[digits..].parse::<usize>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

/// Where the workbook keeps the sheet with a name.
pub(super) fn path(zip: &mut Archive<'_>, name: &str) -> Result<String, String> {
    let missing = || format!("workbook does not say where its sheet `{name}` is");
    let workbook = decoded(&zip.read("xl/workbook.xml")?)?;
    let sheet = element(&workbook.text, "sheet", "name", name).ok_or_else(missing)?;
    let id = attribute(&sheet, "id").ok_or_else(missing)?;
    let relations = decoded(&zip.read("xl/_rels/workbook.xml.rels")?)?;
    let relation = element(&relations.text, "Relationship", "Id", &id).ok_or_else(missing)?;
    let target = attribute(&relation, "Target").ok_or_else(missing)?;
    Ok(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
}

fn decoded(bytes: &[u8]) -> Result<Decoded, String> {
    Decoded::new(bytes).map_err(|error| format!("workbook cannot be read: {error}"))
}

/// The first element with a name that has a value as an attribute.
fn element<'t>(xml: &'t str, name: &str, key: &str, value: &str) -> Option<BytesStart<'t>> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag))
                if local(&tag) == name && attribute(&tag, key).as_deref() == Some(value) =>
            {
                return Some(tag);
            }
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

fn local<'t>(tag: &'t BytesStart<'_>) -> &'t str {
    tag.local_name().into_inner()
}

/// The value of an attribute, by the name behind its namespace.
fn attribute(tag: &BytesStart<'_>, key: &str) -> Option<String> {
    let found =
        tag.attributes().flatten().find(|attribute| attribute.key.local_name().into_inner() == key)?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

/// A row of a sheet's XML.
#[derive(Debug, Default)]
struct Row {
    /// Column and place of each cell, in order.
    cells: Vec<(usize, Range<usize>)>,
    /// Where its end tag begins.
    end: usize,
    /// Namespace prefix of its elements, with the colon.
    prefix: String,
}

/// The places of a sheet's XML.
#[derive(Debug, Default)]
struct Places {
    rows: BTreeMap<usize, Row>,
    /// The reference of the dimension, with its place.
    dimension: Option<(Range<usize>, String)>,
}

impl Places {
    fn of(xml: &str) -> Result<Self, String> {
        let mut scan = Scan::default();
        let mut reader = Reader::from_str(xml);
        loop {
            let start = position(&reader);
            let event = reader.read_event().map_err(|error| format!("sheet cannot be read: {error}"))?;
            let range = start..position(&reader);
            match event {
                Event::Eof => return Ok(scan.places),
                Event::Start(tag) => scan.open(xml, &tag, range),
                Event::Empty(tag) => {
                    scan.open(xml, &tag, range.clone());
                    scan.close(local(&tag), &range);
                }
                Event::End(tag) => scan.close(tag.local_name().into_inner(), &range),
                _ => {}
            }
        }
    }
}

/// A pass over a sheet's XML.
#[derive(Debug, Default)]
struct Scan {
    places: Places,
    /// The row that is open, with its number.
    row: Option<(usize, Row)>,
    /// The cell that is open: its column, and where it begins.
    cell: Option<(usize, usize)>,
    /// The number of a row that does not name its own.
    next_row: usize,
}

impl Scan {
    fn open(&mut self, xml: &str, tag: &BytesStart<'_>, range: Range<usize>) {
        match local(tag) {
            "dimension" => self.places.dimension = dimension(xml, range, tag),
            "row" => {
                let number = row_number(tag, self.next_row);
                self.next_row = number + 1;
                let name = tag.name().into_inner();
                let prefix = name[..name.len() - "row".len()].to_owned();
                self.row = Some((number, Row { prefix, ..Row::default() }));
            }
            "c" => self.cell = self.row.as_ref().map(|(_, row)| (row.column(tag), range.start)),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, range: &Range<usize>) {
        match name {
            "c" => {
                if let (Some((_, row)), Some((column, start))) = (&mut self.row, self.cell.take()) {
                    row.cells.push((column, start..range.end));
                }
            }
            "row" => {
                // An empty element has no place for cells: its end tag is itself.
                let is_whole = |row: &Row| !row.cells.is_empty();
                if let Some((number, row)) = self.row.take().filter(|(_, row)| is_whole(row)) {
                    self.places.rows.insert(number, Row { end: range.start, ..row });
                }
            }
            _ => {}
        }
    }
}

impl Row {
    /// The column of the next cell: the one it names, else the one behind the last.
    fn column(&self, cell: &BytesStart<'_>) -> usize {
        let named = attribute(cell, "r").and_then(|reference| place(&reference)).map(|(_, column)| column);
        named.unwrap_or_else(|| self.cells.last().map_or(0, |(column, _)| column + 1))
    }
}

fn row_number(row: &BytesStart<'_>, next: usize) -> usize {
    let named = attribute(row, "r").and_then(|number| number.parse::<usize>().ok()?.checked_sub(1));
    // A number at the end of what can be counted has no next one.
    named.unwrap_or(next).min(1 << 24)
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn dimension(xml: &str, tag: Range<usize>, element: &BytesStart<'_>) -> Option<(Range<usize>, String)> {
    let reference = attribute(element, "ref")?;
    let at = xml[tag.clone()].find(&reference)?;
    Some((tag.start + at..tag.start + at + reference.len(), reference))
}

/// The XML of a sheet with other cells.
pub(super) fn with_cells(sheet: &[u8], cells: &[Cell]) -> Result<Vec<u8>, String> {
    let source = decoded(sheet)?;
    let places = Places::of(&source.text)?;
    let mut edits = Vec::new();
    let mut cells: Vec<_> = cells.iter().collect();
    cells.sort_by_key(|cell| (cell.row, cell.column));
    let mut new: BTreeMap<usize, String> = BTreeMap::new();
    for cell in &cells {
        let Some(row) = places.rows.get(&cell.row) else {
            return Err(format!("sheet has no row {} in its XML", cell.row + 1));
        };
        match row.cells.iter().find(|(column, _)| *column >= cell.column) {
            Some((column, range)) if *column == cell.column => {
                edits.push((range.clone(), written(cell, row)))
            }
            // Cells that go to one place go there together, in order.
            Some((_, range)) => new.entry(range.start).or_default().push_str(&written(cell, row)),
            None => new.entry(row.end).or_default().push_str(&written(cell, row)),
        }
    }
    edits.extend(new.into_iter().map(|(at, text)| (at..at, text)));
    let most = cells.iter().map(|cell| cell.column).max();
    if let (Some((range, old)), Some(most)) = (&places.dimension, most) {
        edits.push((range.clone(), widened(old, most)));
    }
    source.encode(&edited(&source.text, edits))
}

/// A cell as an inline string; one that says nothing is none.
fn written(cell: &Cell, row: &Row) -> String {
    if cell.text.is_empty() {
        return String::new();
    }
    let (p, place) = (&row.prefix, format!("{}{}", letters(cell.column), cell.row + 1));
    let text = escape(cell.text.as_str());
    format!("<{p}c r=\"{place}\" t=\"inlineStr\"><{p}is><{p}t>{text}</{p}t></{p}is></{p}c>")
}

/// A dimension `A1:C9` that takes in a column.
fn widened(reference: &str, column: usize) -> String {
    let (first, last) = reference.split_once(':').unwrap_or((reference, reference));
    match place(last) {
        Some((row, old)) if old < column => format!("{first}:{}{}", letters(column), row + 1),
        _ => reference.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), name);
            assert_eq!(place(&format!("{name}7")), Some((6, column)));
        }
        for wrong in ["", "7", "A", "A0", "é1", "ZZZZZZZZZZZZZZZZZZZZ1"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
        assert_eq!(widened("A1:C9", 4), "A1:E9");
        assert_eq!(widened("A1", 1), "A1:B1");
    }

    #[test]
    fn cells_go_to_their_places() {
        let sheet = r#"<x:s><x:dimension ref="A1:B2"/><x:row r="1"><x:c r="A1"/><x:c r="D1"><x:v>1</x:v></x:c></x:row><x:row/><x:row><x:c><x:v>2</x:v></x:c></x:row></x:s>"#;
        let cell = |row, column, text: &str| Cell { row, column, text: text.to_owned() };
        let cells = [cell(0, 1, "a&b"), cell(0, 2, "c"), cell(0, 3, ""), cell(2, 0, "d"), cell(2, 4, "e")];
        let out =
            String::from_utf8(with_cells(sheet.as_bytes(), &cells).expect("it is XML")).expect("it is UTF-8");
        let is = |place: &str, text: &str| {
            format!(r#"<x:c r="{place}" t="inlineStr"><x:is><x:t>{text}</x:t></x:is></x:c>"#)
        };
        let (b1, c1, a3, e3) = (is("B1", "a&amp;b"), is("C1", "c"), is("A3", "d"), is("E3", "e"));
        assert_eq!(
            out,
            format!(
                r#"<x:s><x:dimension ref="A1:E2"/><x:row r="1"><x:c r="A1"/>{b1}{c1}</x:row><x:row/><x:row>{a3}{e3}</x:row></x:s>"#
            )
        );
        assert!(with_cells(sheet.as_bytes(), &[cell(1, 0, "x")]).is_err());
        assert!(with_cells(b"<row><c></row>", &[cell(0, 0, "x")]).is_err());
    }
}
