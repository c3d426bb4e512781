//! Rows of delimited text with their places, and cells written into them.
//!
//! In: a text and its delimiter. Out: each row's cells, where it stands, and whether a quote in it is never closed. The
//! csv crate reads; where cells stand in the text, which it does not tell, is found by the same rules of quoting.

use std::ops::Range;

use super::document::Tag;

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Where it stands, without its line ending.
    pub(super) range: Range<usize>,
    pub(super) cells: Vec<String>,
    /// Whether every quote in it is closed; only that of the last row may not be.
    pub(super) is_closed: bool,
}

impl Row {
    /// Its cells, borrowed.
    pub(super) fn cells(&self) -> Vec<&str> {
        self.cells.iter().map(String::as_str).collect()
    }
}

/// The rows of a text from an offset on; blank lines are none.
pub(super) fn read(text: &str, from: usize, delimiter: u8) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(&text.as_bytes()[from..]);
    let mut rows: Vec<Row> = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut start = from;
    // A text has no bytes that are not UTF-8, and rows of any length are allowed: the reader has nothing to refuse.
    while let Ok(true) = reader.read_record(&mut record) {
        let end = from + usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let raw = &text[start..end.min(text.len())];
        let body = raw.trim_matches(['\r', '\n']);
        // Only the line ending before the row may be there; those inside quotes are not at its ends.
        let begin = start + raw.len() - raw.trim_start_matches(['\r', '\n']).len();
        let (_, is_closed) = places(body, delimiter);
        let cells = record.iter().map(str::to_owned).collect();
        rows.push(Row { range: begin..begin + body.len(), cells, is_closed });
        start = end.min(text.len());
    }
    rows
}

/// Where the cells of a row stand in it, quotes included, and whether the last is closed.
pub(super) fn places(row: &str, delimiter: u8) -> (Vec<Range<usize>>, bool) {
    let bytes = row.as_bytes();
    let (mut places, mut start, mut at) = (Vec::new(), 0, 0);
    let mut quoted = bytes.first() == Some(&b'"');
    if quoted {
        at = 1;
    }
    while at < bytes.len() {
        if quoted {
            if bytes[at] == b'"' {
                let twice = bytes.get(at + 1) == Some(&b'"');
                quoted = twice;
                at += usize::from(twice);
            }
            at += 1;
        } else if bytes[at] == delimiter {
            places.push(start..at);
            start = at + 1;
            quoted = bytes.get(start) == Some(&b'"');
            at = start + usize::from(quoted);
        } else {
            at += 1;
        }
    }
    places.push(start..bytes.len());
    (places, !quoted)
}

/// A cell as it is written: in quotes where it needs them.
pub(super) fn cell(value: &str, delimiter: u8) -> String {
    if value.contains([char::from(delimiter), '"', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}

/// The value of the tag with a key, or nothing.
pub(super) fn value_of<'t>(tags: &'t [Tag], key: &str) -> &'t str {
    tags.iter().find(|tag| tag.key == key).map_or("", |tag| tag.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_places() {
        let text = "a,b\r\n\r\n\"x\ny\",\"z\"\"\"\r\n1,,3\n\"open,\n";
        let rows = read(text, 0, b',');
        let found: Vec<_> =
            rows.iter().map(|row| (&text[row.range.clone()], row.cells(), row.is_closed)).collect();
        assert_eq!(
            found,
            [
                ("a,b", vec!["a", "b"], true),
                ("\"x\ny\",\"z\"\"\"", vec!["x\ny", "z\""], true),
                ("1,,3", vec!["1", "", "3"], true),
                ("\"open,", vec!["open,\n"], false),
            ]
        );
        for row in &rows {
            let raw = &text[row.range.clone()];
            assert_eq!(places(raw, b',').0.len(), row.cells.len(), "{raw}");
        }
        assert_eq!(read("", 0, b','), []);
    }

    #[test]
    fn cells_are_quoted_where_needed() {
        assert_eq!(cell("a-b", b','), "a-b");
        assert_eq!(cell("a,\"b", b','), "\"a,\"\"b\"");
        assert_eq!(cell("a,b", b'\t'), "a,b");
    }
}
