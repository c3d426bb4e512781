//! XLSX and ODS.
//!
//! In: a workbook. Out: a question a row of its first sheet with a known header, and for XLSX the workbook with tags in
//! columns of our own. Decided:
//!
//! - The header is the first known one in the first rows of a sheet, since many have a title above it. Other sheets are
//!   passed over with a note.
//! - New columns stand behind the last that has anything in it. The sheet's XML is edited, the rest of the archive copied.
//! - ODS is read and not written: its cells are counted with repetitions, which a further column would have to take apart.

use std::io::Cursor;

use calamine::{Data, Ods, Range, Reader, Xlsx};

use super::{
    Fields, InputError, Reading, Record,
    columns::{self, Columns, TAG_KEYS},
    document::{Document, Note, Tag, Tagger, Untaggable},
    format::Sample,
    rows::value_of,
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
    zip.has("content.xml") && zip.read("mimetype").is_ok_and(|kind| kind.starts_with(ODS))
}

/// A sheet as text, its rows and columns counted from 0 at its upper left corner.
struct Sheet {
    name: String,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    fn new(name: String, range: &Range<Data>) -> Self {
        let (above, left) = range.start().unwrap_or_default();
        let row = |row: &[Data]| {
            std::iter::repeat_n(String::new(), left as usize).chain(row.iter().map(text)).collect()
        };
        let above = std::iter::repeat_n(Vec::new(), above as usize);
        Self { name, rows: above.chain(range.rows().map(row)).collect() }
    }

    /// The first row that is a header, and its columns.
    fn header(&self, fields: &Fields, sure: bool) -> Option<(usize, Columns)> {
        self.rows.iter().enumerate().filter(|(_, row)| !is_blank(row)).take(HEADER_ROWS).find_map(
            |(at, row)| {
                let row: Vec<_> = row.iter().map(String::as_str).collect();
                if sure && !Columns::are_sure(&row) {
                    return None;
                }
                Columns::of(&row, fields).ok().map(|columns| (at, columns))
            },
        )
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
    if zip.is_too_large() {
        return Err(fault("too-large", "workbook unpacks to more than the limit".to_owned()));
    }
    let is_xlsx = zip.has(WORKBOOK);
    let sheets = if is_xlsx { sheets::<Xlsx<_>>(bytes) } else { sheets::<Ods<_>>(bytes) };
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
    let tagger: Box<dyn Tagger> = if is_xlsx {
        let (name, rows) = (sheet.name.clone(), sheet.rows.clone());
        Box::new(SheetTagger { bytes: bytes.to_vec(), name, rows, header, places })
    } else {
        Box::new(Untaggable("ODS is read and not written; save it as XLSX, or as CSV"))
    };
    Ok(Document { records, notes, tagger })
}

fn sheets<'b, R>(bytes: &'b [u8]) -> Result<Vec<Sheet>, String>
where
    R: Reader<Cursor<&'b [u8]>>,
    R::Error: std::fmt::Display,
{
    let mut book: R =
        calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|error: R::Error| error.to_string())?;
    let names = book.sheet_names();
    let sheet = |name: String| {
        let range = book.worksheet_range(&name).map_err(|error| format!("sheet `{name}`: {error}"))?;
        Ok(Sheet::new(name, &range))
    };
    names.into_iter().map(sheet).collect()
}

fn no_header(sheets: &[Sheet], fields: &Fields) -> String {
    let first = sheets.iter().find_map(|sheet| Some((sheet, sheet.rows.iter().find(|row| !is_blank(row))?)));
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
    for (at, row) in sheet.rows.iter().enumerate().skip(header + 1).filter(|(_, row)| !is_blank(row)) {
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
struct SheetTagger {
    bytes: Vec<u8>,
    name: String,
    rows: Vec<Vec<String>>,
    header: usize,
    places: Vec<Option<usize>>,
}

impl std::fmt::Debug for SheetTagger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SheetTagger").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Tagger for SheetTagger {
    fn tagged(&self, tags: &[Vec<Tag>]) -> Result<Vec<u8>, String> {
        let cells = self.cells(tags);
        if cells.is_empty() {
            return Ok(self.bytes.clone());
        }
        let mut zip = Archive::open(&self.bytes)?;
        let path = sheet_xml::path(&mut zip, &self.name)?;
        let sheet = zip.read(&path)?;
        zip.replaced(&path, &sheet_xml::with_cells(&sheet, &cells)?)
    }
}

impl SheetTagger {
    /// The cells of our columns that are to say something else than they do.
    fn cells(&self, tags: &[Vec<Tag>]) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut next = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        for key in TAG_KEYS {
            let known = self.rows[self.header].iter().position(|name| columns::tag_key(name) == Some(key));
            if known.is_none() && !tags.iter().flatten().any(|tag| tag.key == key) {
                continue;
            }
            let column = known.unwrap_or(next);
            next += usize::from(known.is_none());
            let mut say = |row: usize, text: &str| {
                let old = self.rows[row].get(column).map_or("", String::as_str);
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
