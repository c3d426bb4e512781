//! Anki text exports.
//!
//! In: lines `#separator:tab`, `#tags column:6` and the like, then notes as rows. Out: a question a note, from its first
//! field or the one that `#columns` names like a question. Decided:
//!
//! - Only the front is read; the back never gets in. Columns of guid, note type, deck and tags are no fields.
//! - Without header lines it is tab-separated, the front first; such a file is not recognised, but read when asked for.
//! - Tags go into the tags column. Where there is none a column is added at the end, and a line `#tags column:N` for it.

use std::ops::Range;

use super::{
    Fields, InputError, Reading, Record,
    columns::Columns,
    document::{Document, PREFIX, Tag, Tagger, edited},
    encoding::Decoded,
    format::Sample,
    front,
    json::{Lines, guessed},
    rows::{self, Row},
    shape::{self, Shaped},
};

/// No note type has more fields than this.
const MOST_COLUMNS: usize = 1000;

/// Whether a file looks like it.
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    let line = sample.text.lines().next().unwrap_or_default();
    let keys = [
        "separator:",
        "html:",
        "tags column:",
        "guid column:",
        "notetype column:",
        "deck column:",
        "columns:",
        "notetype:",
        "deck:",
    ];
    line.strip_prefix('#').is_some_and(|line| keys.iter().any(|key| line.starts_with(key)))
}

/// What the header lines say.
#[derive(Debug, Default)]
struct Head {
    /// Where the rows begin.
    end: usize,
    separator: u8,
    is_html: Option<bool>,
    guid: Option<usize>,
    tags: Option<usize>,
    /// Columns that are no fields.
    others: Vec<usize>,
    columns: Vec<String>,
    /// Where a further name goes into `#columns`.
    columns_end: Option<usize>,
}

impl Head {
    fn of(text: &str) -> Self {
        let mut head = Self { separator: b'\t', ..Self::default() };
        for line in text.split_inclusive('\n') {
            let Some((key, value)) = line.strip_prefix('#').and_then(|line| line.split_once(':')) else {
                break;
            };
            let value = value.trim_end_matches(['\r', '\n']);
            let column = || value.trim().parse::<usize>().ok().and_then(|column| column.checked_sub(1));
            match key {
                "separator" => head.separator = separator(value),
                "html" => head.is_html = Some(value.trim() == "true"),
                "columns" => {
                    let row = rows::read(value, 0, head.separator).into_iter().next();
                    head.columns = row.map(|row| row.cells).unwrap_or_default();
                    head.columns_end = Some(head.end + line.trim_end_matches(['\r', '\n']).len());
                }
                "guid column" => head.guid = column(),
                "tags column" => head.tags = column(),
                "notetype column" | "deck column" => head.others.extend(column()),
                _ => {}
            }
            head.end += line.len();
        }
        head.others.extend(head.guid.into_iter().chain(head.tags));
        head
    }

    /// The columns of fields with the names that are known or that were told.
    ///
    /// # Errors
    ///
    /// Which of those that were told is missing.
    fn named(&self, fields: &Fields) -> Result<Option<Columns>, String> {
        let names: Vec<_> = self.columns.iter().map(String::as_str).collect();
        if names.is_empty() && fields != &Fields::default() {
            return Err("file does not name its columns, so that none can be told by its name; add a line `#columns:`".to_owned());
        }
        match Columns::of(&names, fields) {
            Err(message) if fields.stem.is_some() => Err(message),
            named => Ok(named.ok()),
        }
    }

    /// The question of a row.
    fn question(&self, row: &Row, named: Option<&Columns>) -> Option<Shaped> {
        let cell = |at: usize| row.cells.get(at).map_or("", String::as_str);
        let first = (0..).find(|at| !self.others.contains(at)).unwrap_or(0);
        let field = cell(named.map_or(first, |columns| columns.stem));
        let is_html = self.is_html.unwrap_or_else(|| shape::seen(field) != field);
        let (stem, mut options) = front::question(field, is_html);
        if let (true, Some(named)) = (options.is_empty(), named) {
            options = named.question(&row.cells())?.options;
        }
        let id = self.guid.map(cell).filter(|guid| !guid.is_empty()).map(str::to_owned);
        (!stem.is_empty()).then_some(Shaped { id, stem, options })
    }
}

fn separator(value: &str) -> u8 {
    match value.to_ascii_lowercase().as_str() {
        "comma" => b',',
        "semicolon" => b';',
        "space" => b' ',
        "pipe" => b'|',
        "colon" => b':',
        other => match other.as_bytes() {
            [one] => *one,
            _ => b'\t',
        },
    }
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let source = Decoded::new(bytes).map_err(|message| reading.fault(1, 1, "bad-encoding", message))?;
    let head = Head::of(&source.text);
    let rows = rows::read(&source.text, head.end, head.separator);
    if rows.is_empty() {
        return Err(reading.fault(
            1,
            1,
            "no-questions",
            "file has no note behind its header lines".to_owned(),
        ));
    }
    let named =
        head.named(reading.fields).map_err(|message| reading.fault(1, 1, "no-stem-column", message))?;
    let mut lines = Lines::new(&source.text);
    let record = |(at, row): (usize, &Row)| -> Result<Record<'static>, InputError> {
        let (ordinal, line) = (at + 1, lines.at(row.range.start));
        if !row.is_closed {
            let message = "a quote in this note is never closed, and all that follows is taken in; close it, or write \
                           `\"\"` for a quote inside quotes";
            return Err(reading.fault(ordinal, line, "unclosed-quote", message.to_owned()));
        }
        let Some(shaped) = head.question(row, named.as_ref()) else {
            let message = format!("note has nothing on its front; it has {} columns", row.cells.len());
            return Err(reading.fault(ordinal, line, "no-stem", message));
        };
        reading.record(ordinal, line, shaped.id, shaped.stem, shaped.options)
    };
    let records: Vec<_> = rows.iter().enumerate().map(record).collect();
    let notes = source.is_guess().then(guessed).into_iter().collect();
    Ok(Document { records, notes, tagger: Box::new(NoteTagger { source, head, rows }) })
}

/// Tags as Anki has them: one word each, levels apart by `::`. White space would end a tag.
pub(super) fn words(tags: &[Tag]) -> Vec<String> {
    let value = |tag: &Tag| tag.value.split_whitespace().collect::<Vec<_>>().join("_");
    tags.iter().map(|tag| format!("{PREFIX}::{}::{}", tag.key, value(tag))).collect()
}

/// Tags of a note with ours in place of those of an earlier run; those of others stay as they are.
pub(super) fn retagged(old: &str, tags: &[Tag]) -> String {
    let is_ours = |word: &str| {
        let prefix = word.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX));
        prefix && (word.len() == PREFIX.len() || word[PREFIX.len()..].starts_with("::"))
    };
    let kept = old.split_whitespace().filter(|word| !is_ours(word)).map(str::to_owned);
    let new: Vec<_> = kept.chain(words(tags)).collect();
    if new.iter().map(String::as_str).eq(old.split_whitespace()) { old.to_owned() } else { new.join(" ") }
}

/// Writes tags into the tags column.
#[derive(Debug)]
struct NoteTagger {
    source: Decoded,
    head: Head,
    rows: Vec<Row>,
}

impl Tagger for NoteTagger {
    fn tagged(&self, tags: &[Vec<Tag>]) -> Result<Vec<u8>, String> {
        let widest = self.rows.iter().map(|row| row.cells.len()).max().unwrap_or(1);
        let mut edits = Vec::new();
        let column = match self.head.tags {
            Some(column) if column > widest.max(MOST_COLUMNS) => {
                return Err(format!(
                    "line `#tags column:{}` names a column that no note has; mend it, or export the notes again",
                    column + 1
                ));
            }
            Some(column) => column,
            None if tags.iter().all(Vec::is_empty) => return self.source.encode(&self.source.text),
            None => {
                let width = widest.max(self.head.columns.len());
                self.add_column(width, &mut edits);
                width
            }
        };
        for (row, tags) in self.rows.iter().zip(tags) {
            edits.extend(self.cell(row, column, tags));
        }
        self.source.encode(&edited(&self.source.text, edits))
    }
}

impl NoteTagger {
    /// Says in the header lines that there is a column of tags.
    fn add_column(&self, width: usize, edits: &mut Vec<(Range<usize>, String)>) {
        let line_end = if self.source.text.contains("\r\n") { "\r\n" } else { "\n" };
        if let Some(end) = self.head.columns_end {
            edits.push((end..end, format!("{}Tags", char::from(self.head.separator))));
        }
        edits.push((self.head.end..self.head.end, format!("#tags column:{}{line_end}", width + 1)));
    }

    /// The edit that puts tags into a row.
    fn cell(&self, row: &Row, column: usize, tags: &[Tag]) -> Option<(Range<usize>, String)> {
        if !row.is_closed {
            return None;
        }
        let separator = self.head.separator;
        let (places, _) = rows::places(&self.source.text[row.range.clone()], separator);
        let Some(place) = places.get(column) else {
            let missing = (places.len()..column).map(|_| char::from(separator)).collect::<String>();
            let new = rows::cell(&words(tags).join(" "), separator);
            let new = format!("{missing}{}{new}", char::from(separator));
            return (!tags.is_empty()).then_some((row.range.end..row.range.end, new));
        };
        let old = &row.cells[column];
        let new = retagged(old, tags);
        let range = row.range.start + place.start..row.range.start + place.end;
        (new != *old).then(|| (range, rows::cell(&new, separator)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_no_note_has_is_refused() {
        let reading = Reading { name: "a.txt", most: 1000, fields: &Fields::default() };
        let tagged = |column: &str| {
            let text = format!("#separator:tab\n#tags column:{column}\nWhy?\tSo.\n");
            let document = read(text.as_bytes(), &reading).expect("it is an export");
            document.tagged(&[vec![Tag { key: "lane", value: "x".to_owned() }]])
        };
        let said = tagged("4294967296").expect_err("it is far away");
        assert!(said.starts_with("line `#tags column:4294967296` names a column that no note has"), "{said}");
        let near = String::from_utf8(tagged("4").expect("it is near")).expect("it is UTF-8");
        assert!(near.ends_with("Why?\tSo.\t\tfirstlane::lane::x\n"), "{near}");
    }
}
