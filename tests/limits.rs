//! Limits of what is unpacked and counted, each with a file beyond it, made here where it would be large in the checkout, and
//! with what is said of it.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::io::{Cursor, Write};

use firstlane::input::{self, Fields, Format, Reading};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// An archive of some entries.
fn archive<'e>(entries: impl IntoIterator<Item = (String, &'e str)>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in entries {
        zip.start_file(name, stored).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn entry<'e>(name: &str, content: &'e str) -> (String, &'e str) {
    (name.to_owned(), content)
}

/// The same archive, whose directory says that an entry unpacks to so many bytes.
fn claiming(mut archive: Vec<u8>, name: &str, bytes: u32) -> Vec<u8> {
    // Name behind the 46 bytes of a header that begins with `PK\x01\x02`, and the size at 24 in it.
    let is_header = |at: &usize| {
        archive[*at..].starts_with(b"PK\x01\x02") && archive[at + 46..].starts_with(name.as_bytes())
    };
    let header = (0..archive.len()).find(is_header).unwrap();
    archive[header + 24..header + 28].copy_from_slice(&bytes.to_le_bytes());
    archive
}

/// Why a file is refused; its format is told first.
fn refused(bytes: &[u8], name: &str) -> String {
    let reading = Reading { name, most: input::MOST_BYTES, fields: &Fields::default() };
    let error = Format::of(bytes, name).unwrap().read(bytes, &reading).unwrap_err();
    format!("{}: {}", error.code, error.message)
}

const QTI: &str = "<questestinterop><item ident='a'><presentation><material><mattext>Which hop fails?</mattext>\
                   </material></presentation></item></questestinterop>";
const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

#[test]
fn a_package_of_too_many_entries_is_refused() {
    let entries = (0..10_000).map(|at| (format!("{at}.png"), "")).chain([entry("a.xml", QTI)]);
    assert_eq!(
        refused(&archive(entries), "bank.zip"),
        "too-large: archive has 10001 entries, more than the limit of 10000; export the bank in parts"
    );
    let notes = (0..100_000).map(|at| (at.to_string(), "")).chain([entry("collection.anki2", "")]);
    assert_eq!(
        refused(&archive(notes), "bank.apkg"),
        "bad-zip: archive has 100001 entries, more than the limit of 100000"
    );
}

#[test]
fn what_unpacks_to_too_much_is_refused_before_it_is_unpacked() {
    let package = archive([entry("a.xml", QTI), entry("b.xml", QTI)]);
    assert_eq!(
        refused(&claiming(package, "b.xml", 1 << 30), "bank.zip"),
        "too-large: files of QTI in the archive unpack to more than 1073741824 bytes, the limit; export the bank in parts"
    );
    let notes = archive([entry("collection.anki2", "")]);
    assert_eq!(
        refused(&claiming(notes, "collection.anki2", (512 << 20) + 1), "bank.apkg"),
        "bad-zip: `collection.anki2` in the archive unpacks to more than 536870912 bytes, the limit"
    );
    let workbook = archive([entry("xl/workbook.xml", "<workbook/>"), entry("xl/media/film.avi", "")]);
    assert_eq!(
        refused(&claiming(workbook, "xl/media/film.avi", u32::MAX - 1), "bank.xlsx"),
        "too-large: archive unpacks to 4294967305 bytes, more than the limit of 536870912"
    );
}

#[test]
fn an_entry_that_unpacks_to_more_than_it_says_is_refused() {
    let package = claiming(archive([entry("a.xml", QTI), entry("b.xml", QTI)]), "b.xml", 20);
    let reading = Reading { name: "bank.zip", most: input::MOST_BYTES, fields: &Fields::default() };
    let document = Format::QtiPackage.read(&package, &reading).unwrap();
    let codes: Vec<_> =
        document.records.iter().map(|record| record.as_ref().map_err(|error| error.code)).collect();
    assert!(matches!(codes[..], [Err("bad-entry"), Ok(_)]), "{codes:?}");
}

#[test]
fn a_sheet_of_too_many_cells_is_refused() {
    let content = "<office:spreadsheet><table:table table:name='S'><table:table-row table:number-rows-repeated='1000000'>\
                   <table:table-cell table:number-columns-repeated='17'><text:p>stem</text:p></table:table-cell></table:table-row>\
                   </table:table></office:spreadsheet>";
    let ods = archive([entry("mimetype", MIMETYPE), entry("content.xml", content)]);
    assert_eq!(
        refused(&ods, "bank.ods"),
        "bad-workbook: workbook cannot be read: sheet `S` has more than 16777216 cells, the limit"
    );
}
