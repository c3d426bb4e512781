//! XLSX and ODS.
//!
//! In: a workbook. Out: a question a row of its first sheet with a known header, and the workbook with tags in columns of our
//! own. Decided:
//!
//! - The header is the first known one in the first rows of a sheet, since many have a title above it. Other sheets are
//!   passed over with a note.
//! - New columns stand behind the last that has anything in it. The sheet's XML is edited, the rest of the archive copied.
//! - calamine reads XLSX, cell by cell: all cells at once would take memory for every cell up to the last, wherever a file says
//!   that it is.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::{
    Fields, InputError, Reading, Record,
    columns::{self, Columns, TAG_KEYS},
    document::{Document, Note, Tag, Tagger},
    format::Sample,
    ods,
    rows::value_of,
    sheet::Sheet,
    sheet_xml::{self, Cell},
    zip_archive::Archive,
};

/// A header is looked for in so many rows.
const HEADER_ROWS: usize = 20;
const WORKBOOK: &str = "xl/workbook.xml";
const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

/// Whether a file looks like it.
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    sample.bytes.starts_with(b"PK")
        && Archive::open(sample.bytes).is_ok_and(|mut zip| zip.has(WORKBOOK) || is_ods(&mut zip))
}

fn is_ods(zip: &mut Archive<'_>) -> bool {
    zip.has(ods::CONTENT) && zip.read("mimetype").is_ok_and(|kind| kind.starts_with(ODS))
}

impl Sheet {
    /// The first row that is a header, and its columns.
    fn header(&self, fields: &Fields, sure: bool) -> Option<(usize, Columns)> {
        self.rows.iter().filter(|(_, row)| !is_blank(row)).take(HEADER_ROWS).find_map(|(&at, row)| {
            let row: Vec<_> = row.iter().map(String::as_str).collect();
            if sure && !Columns::are_sure(&row) {
                return None;
            }
            Columns::of(&row, fields).ok().map(|columns| (at, columns))
        })
    }
}

fn is_blank(row: &[String]) -> bool {
    row.iter().all(|cell| cell.trim().is_empty())
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let fault = |code, message| reading.fault(1, 1, code, message);
    let mut zip = Archive::open(bytes).map_err(|message| fault("bad-zip", message))?;
    zip.check_size().map_err(|message| fault("too-large", message))?;
    let is_xlsx = zip.has(WORKBOOK);
    let sheets = if is_xlsx { xlsx(bytes) } else { ods(&mut zip) };
    let sheets =
        sheets.map_err(|message| fault("bad-workbook", format!("workbook cannot be read: {message}")))?;
    let known = |sure| {
        let header = |sheet: &Sheet| sheet.header(reading.fields, sure);
        sheets.iter().enumerate().find_map(|(at, sheet)| header(sheet).map(|header| (at, header)))
    };
    let sure = reading.fields == &Fields::default();
    let Some((at, (header, columns))) = known(sure).or_else(|| known(false)) else {
        return Err(fault("no-stem-column", no_header(&sheets, reading.fields)));
    };
    let sheet = &sheets[at];
    let passed = sheets.iter().filter(|other| other.name != sheet.name && !other.rows.is_empty());
    let note = |other: &Sheet| {
        format!("sheet `{}` is passed over; the questions are in `{}`", other.name, sheet.name)
    };
    let notes = passed.map(|other| Note { line: 1, message: note(other) }).collect();
    let (records, places) = records(sheet, header, &columns, reading);
    if records.is_empty() {
        let message = format!("sheet `{}` has a header and no row with a question below it", sheet.name);
        return Err(reading.fault(1, header + 1, "no-questions", message));
    }
    let tagger = SheetTagger { bytes: bytes.to_vec(), is_xlsx, sheet: sheet.clone(), header, places };
    Ok(Document { records, notes, tagger: Box::new(tagger) })
}

fn xlsx(bytes: &[u8]) -> Result<Vec<Sheet>, String> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes))
        .map_err(|error: calamine::XlsxError| error.to_string())?;
    let names = book.sheet_names();
    let sheet = |name: String| {
        let wrong = |error: calamine::XlsxError| format!("sheet `{name}`: {error}");
        let mut cells = book.worksheet_cells_reader(&name).map_err(wrong)?;
        let mut sheet = Sheet::new(name.clone());
        while let Some(cell) = cells.next_cell().map_err(wrong)? {
            let (row, column) = cell.get_position();
            sheet.put(row as usize, column as usize, text(&Data::from(cell.get_value().clone())))?;
        }
        Ok(sheet)
    };
    names.into_iter().map(sheet).collect()
}

fn ods(zip: &mut Archive<'_>) -> Result<Vec<Sheet>, String> {
    const MANIFEST: &str = "META-INF/manifest.xml";
    let is_encrypted = |manifest: Vec<u8>| manifest.windows(15).any(|part| part == b"encryption-data");
    if zip.read(MANIFEST).is_ok_and(is_encrypted) {
        return Err("it is protected by a password; save it without one".to_owned());
    }
    ods::sheets(&zip.read(ods::CONTENT)?)
}

fn no_header(sheets: &[Sheet], fields: &Fields) -> String {
    let first =
        sheets.iter().find_map(|sheet| Some((sheet, sheet.rows.values().find(|row| !is_blank(row))?)));
    let Some((sheet, row)) = first else {
        return "workbook is empty: there is nothing in its sheets".to_owned();
    };
    let row: Vec<_> = row.iter().map(String::as_str).collect();
    let why = Columns::of(&row, fields).err().unwrap_or_default();
    format!("no sheet has a known header; in `{}` {why}", sheet.name)
}

/// The questions below a header, and the row of each that could be read.
fn records(
    sheet: &Sheet,
    header: usize,
    columns: &Columns,
    reading: &Reading<'_>,
) -> (Vec<Result<Record<'static>, InputError>>, Vec<Option<usize>>) {
    let mut records = Vec::new();
    let mut places = Vec::new();
    for (&at, row) in sheet.rows.range(header + 1..).filter(|(_, row)| !is_blank(row)) {
        let row: Vec<_> = row.iter().map(String::as_str).collect();
        let ordinal = records.len() + 1;
        let record = match columns.question(&row) {
            Some(shaped) => reading.record(ordinal, at + 1, shaped.id, shaped.stem, shaped.options),
            None => {
                let column = sheet_xml::letters(columns.stem);
                let message = format!("row has nothing in column {column}, where the question is");
                Err(reading.fault(ordinal, at + 1, "no-stem", message))
            }
        };
        places.push(record.is_ok().then_some(at));
        records.push(record);
    }
    (records, places)
}

/// Writes tags into columns of a sheet.
#[derive(Debug)]
struct SheetTagger {
    bytes: Vec<u8>,
    is_xlsx: bool,
    sheet: Sheet,
    header: usize,
    places: Vec<Option<usize>>,
}

impl Tagger for SheetTagger {
    fn tagged(&self, tags: &[Vec<Tag>]) -> Result<Vec<u8>, String> {
        let cells = self.cells(tags);
        if cells.is_empty() {
            return Ok(self.bytes.clone());
        }
        let mut zip = Archive::open(&self.bytes)?;
        let name = &self.sheet.name;
        let path = if self.is_xlsx { sheet_xml::path(&mut zip, name)? } else { ods::CONTENT.to_owned() };
        let old = zip.read(&path)?;
        let new = if self.is_xlsx {
            sheet_xml::with_cells(&old, &cells)?
        } else {
            ods::with_cells(&old, name, &cells)?
        };
        zip.replaced(&path, &new)
    }
}

impl SheetTagger {
    /// The cells of our columns that are to say something else than they do.
    fn cells(&self, tags: &[Vec<Tag>]) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut next = self.sheet.rows.values().map(Vec::len).max().unwrap_or_default();
        for key in TAG_KEYS {
            let known =
                self.sheet.rows[&self.header].iter().position(|name| columns::tag_key(name) == Some(key));
            if known.is_none() && !tags.iter().flatten().any(|tag| tag.key == key) {
                continue;
            }
            let column = known.unwrap_or(next);
            next += usize::from(known.is_none());
            let mut say = |row: usize, text: &str| {
                let old = self.sheet.rows[&row].get(column).map_or("", String::as_str);
                if old != text {
                    cells.push(Cell { row, column, text: text.to_owned() });
                }
            };
            if known.is_none() {
                say(self.header, &columns::tag_column(key));
            }
            for (place, tags) in self.places.iter().zip(tags) {
                if let Some(row) = place {
                    say(*row, value_of(tags, key));
                }
            }
        }
        cells
    }
}
