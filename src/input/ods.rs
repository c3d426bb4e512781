//! ODS: the sheets of a workbook, and cells written into one of them.
//!
//! In: the XML of a workbook's content, and what its cells are to say. Out: its sheets as text; the same XML with these cells.
//! Decided:
//!
//! - The text of a cell is what it shows, and only if it shows none its value.
//! - Rows and cells are counted with repetitions. A repeated cell that is to say something else is taken apart; a repeated
//!   row is written once, so that what is written in it holds for all its copies.
//! - The reader is our own and not calamine's: to write a cell its place must be known anyway, and calamine's goes on
//!   forever in XML that is cut off, and takes gigabytes for a row that is said to be there a million times.

use std::collections::BTreeMap;

use quick_xml::escape::escape;

use super::{
    document::edited,
    encoding::Decoded,
    sheet::Sheet,
    sheet_xml::Cell,
    xml::{self, Child, Xml},
};

/// The entry of the archive that has all sheets in it.
pub(super) const CONTENT: &str = "content.xml";
const OFFICE: &str = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
const TEXT: &str = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";

/// A row or a cell, and how often it is there.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// Number of the first.
    first: usize,
    times: usize,
    element: usize,
}

impl Run {
    fn end(&self) -> usize {
        self.first.saturating_add(self.times)
    }
}

/// The sheets of a workbook.
pub(super) fn sheets(content: &[u8]) -> Result<Vec<Sheet>, String> {
    let source = decoded(content)?;
    let xml = parsed(&source)?;
    tables(&xml).map(|(table, name)| sheet(&xml, table, name)).collect()
}

fn decoded(content: &[u8]) -> Result<Decoded, String> {
    xml::decoded(content).map(|(source, _)| source)
}

fn parsed(source: &Decoded) -> Result<Xml<'_>, String> {
    let xml = Xml::new(&source.text);
    match &xml.broken {
        Some((at, why)) => Err(format!("in `{CONTENT}`, line {}: {why}", xml.line(*at))),
        None => Ok(xml),
    }
}

/// The tables that are sheets, and their names.
fn tables<'x>(xml: &'x Xml<'_>) -> impl Iterator<Item = (usize, String)> + 'x {
    let of = |at: usize| xml.get(at).parent.is_some_and(|parent| xml.get(parent).name == "spreadsheet");
    let tables = xml.all("table").filter(move |&at| of(at));
    tables.map(|at| (at, xml.get(at).attribute("name").unwrap_or_default()))
}

fn sheet(xml: &Xml<'_>, table: usize, name: String) -> Result<Sheet, String> {
    let mut sheet = Sheet::new(name);
    for row in rows(xml, table) {
        let mut cells = Vec::new();
        for cell in self::cells(xml, row.element) {
            let text = text(xml, cell.element);
            if !text.is_empty() {
                // Before the repetitions are written out it is known that they are not too many.
                Sheet::new(sheet.name.clone()).put(0, cell.end() - 1, text.clone())?;
                cells.resize(cell.first, String::new());
                cells.resize(cell.end(), text);
            }
        }
        sheet.put_rows(row.first, row.times, &cells)?;
    }
    Ok(sheet)
}

/// The rows of a table, also those in groups, and not those of a table in one of its cells.
fn rows(xml: &Xml<'_>, table: usize) -> Vec<Run> {
    let in_cell = |at: usize| xml.is_inside(at, |name| name.ends_with("tablecell"), table);
    let rows = xml.within(table).filter(|&at| xml.get(at).name == "tablerow" && !in_cell(at));
    runs(xml, rows, "numberrowsrepeated")
}

fn cells(xml: &Xml<'_>, row: usize) -> Vec<Run> {
    let cells = xml.children(row).filter(|&at| xml.get(at).name.ends_with("tablecell"));
    runs(xml, cells, "numbercolumnsrepeated")
}

fn runs(xml: &Xml<'_>, elements: impl Iterator<Item = usize>, repeated: &str) -> Vec<Run> {
    let mut next = 0;
    let run = |element: usize| {
        let times = xml.get(element).attribute(repeated).and_then(|times| times.trim().parse().ok());
        let run = Run { first: next, times: times.unwrap_or(1).max(1), element };
        next = run.end();
        run
    };
    elements.map(run).collect()
}

/// What a cell shows; without that, its value.
fn text(xml: &Xml<'_>, cell: usize) -> String {
    let paragraphs: Vec<_> = xml
        .children(cell)
        .filter(|&at| xml.get(at).name == "p")
        .map(|at| {
            let mut text = String::new();
            show(xml, at, &mut text);
            text
        })
        .collect();
    if !paragraphs.is_empty() {
        return paragraphs.join("\n");
    }
    let value = ["stringvalue", "value", "datevalue", "timevalue", "booleanvalue"];
    value.iter().find_map(|name| xml.get(cell).attribute(name)).unwrap_or_default()
}

/// A paragraph as it is shown: white space counts once, and spaces, tabs and line ends that count are elements.
fn show(xml: &Xml<'_>, at: usize, out: &mut String) {
    /// More spaces side by side than this are no text.
    const SPACES: usize = 1000;
    for child in &xml.get(at).children {
        match child {
            Child::Text(text) => {
                for c in text.chars() {
                    let is_space = matches!(c, ' ' | '\t' | '\r' | '\n');
                    if !is_space {
                        out.push(c);
                    } else if !out.ends_with(' ') {
                        out.push(' ');
                    }
                }
            }
            Child::Element(child) => match &*xml.get(*child).name {
                "s" => {
                    let count = xml.get(*child).attribute("c").and_then(|count| count.parse().ok());
                    out.extend(std::iter::repeat_n(' ', count.unwrap_or(1).min(SPACES)));
                }
                "tab" => out.push('\t'),
                "linebreak" => out.push('\n'),
                "annotation" | "note" => {}
                _ => show(xml, *child, out),
            },
        }
    }
}

/// The XML of a workbook's content with other cells in one of its sheets.
pub(super) fn with_cells(content: &[u8], name: &str, cells: &[Cell]) -> Result<Vec<u8>, String> {
    let source = decoded(content)?;
    let xml = parsed(&source)?;
    let missing = || format!("workbook has no sheet `{name}`");
    let (table, _) = tables(&xml).find(|(_, other)| other == name).ok_or_else(missing)?;
    let rows = rows(&xml, table);
    let mut new: BTreeMap<usize, BTreeMap<usize, &str>> = BTreeMap::new();
    for cell in cells {
        let row = rows.partition_point(|row| row.end() <= cell.row);
        let row = rows.get(row).ok_or_else(|| format!("sheet has no row {} in its XML", cell.row + 1))?;
        let old = new.entry(row.element).or_default().insert(cell.column, &cell.text);
        if old.is_some_and(|old| old != cell.text) {
            return Err(format!(
                "row {} is kept as one with others that are to have other tags; save the workbook anew, or as CSV",
                cell.row + 1
            ));
        }
    }
    let writer = Writer { xml: &xml, office: prefix(&xml, OFFICE), text: prefix(&xml, TEXT) };
    let edits = new.into_iter().flat_map(|(row, cells)| writer.row(row, cells)).collect();
    source.encode(&edited(&source.text, edits))
}

/// The prefix that a file has for a namespace, with the colon.
fn prefix(xml: &Xml<'_>, namespace: &str) -> String {
    let root = xml.root().map(|root| root.attributes()).unwrap_or_default();
    let declared = root.into_iter().find(|(_, value)| value == namespace);
    let prefix = declared.and_then(|(name, _)| Some(name.strip_prefix("xmlns:")?.to_owned()));
    prefix.map_or_else(String::new, |prefix| prefix + ":")
}

type Edit = (std::ops::Range<usize>, String);

struct Writer<'x, 't> {
    xml: &'x Xml<'t>,
    office: String,
    text: String,
}

impl Writer<'_, '_> {
    /// The edits that write texts into columns of a row.
    fn row(&self, row: usize, mut texts: BTreeMap<usize, &str>) -> Vec<Edit> {
        let cells = cells(self.xml, row);
        let table = self.xml.get(row).prefix();
        let mut edits = Vec::new();
        let end = cells.last().map_or(0, Run::end);
        let behind = texts.split_off(&end);
        for cell in &cells {
            let inside: Vec<_> = texts.range(cell.first..cell.end()).collect();
            if !inside.is_empty() {
                edits.push((self.xml.get(cell.element).range.clone(), self.apart(cell, &inside, table)));
            }
        }
        let mut new = String::new();
        let mut next = end;
        for (column, text) in behind.into_iter().filter(|(_, text)| !text.is_empty()) {
            if column > next {
                new += &format!("<{table}table-cell {table}number-columns-repeated=\"{}\"/>", column - next);
            }
            new += &self.cell(text, table);
            next = column + 1;
        }
        let at =
            cells.last().map_or(self.xml.get(row).inner.end, |last| self.xml.get(last.element).range.end);
        edits.push((at..at, new));
        edits
    }

    /// A repeated cell, taken apart where its columns are to say something else.
    fn apart(&self, cell: &Run, texts: &[(&usize, &&str)], table: &str) -> String {
        let mut out = String::new();
        let mut next = cell.first;
        for &(&column, text) in texts {
            out += &self.repeated(cell, column - next);
            out += &self.cell(text, table);
            next = column + 1;
        }
        out + &self.repeated(cell, cell.end() - next)
    }

    /// A cell as it is, so many times.
    fn repeated(&self, cell: &Run, times: usize) -> String {
        let source = &self.xml.source[self.xml.get(cell.element).range.clone()];
        if times == 0 {
            return String::new();
        }
        let Some(at) = source.find("number-columns-repeated") else { return source.to_owned() };
        // An attribute that was read has its value in quotes.
        let quote = source[at..].find(['"', '\'']).map_or(source.len(), |quote| at + quote + 1);
        let digits = source[quote..].find(['"', '\'']).unwrap_or(0);
        format!("{}{times}{}", &source[..quote], &source[quote + digits..])
    }

    fn cell(&self, text: &str, table: &str) -> String {
        if text.is_empty() {
            return format!("<{table}table-cell/>");
        }
        let (office, p, text) = (&self.office, &self.text, escape(text));
        format!("<{table}table-cell {office}value-type=\"string\"><{p}p>{text}</{p}p></{table}table-cell>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workbook(rows: &str) -> String {
        format!(
            "<o:d xmlns:o=\"{OFFICE}\" xmlns:text=\"{TEXT}\"><o:spreadsheet><t:table t:name=\"S\">{rows}</t:table></o:spreadsheet></o:d>"
        )
    }

    fn seen(content: &str) -> Vec<(usize, String)> {
        let sheets = sheets(content.as_bytes()).expect("it is a workbook");
        sheets[0].rows.iter().map(|(at, row)| (*at, row.join("|"))).collect()
    }

    #[test]
    fn cells_show_what_people_see() {
        let rows = "<t:table-header-rows><t:table-row t:number-rows-repeated='2'><t:table-cell/></t:table-row></t:table-header-rows>\
            <t:table-row><t:table-cell o:value='0.5'><text:p>50 %</text:p></t:table-cell><t:covered-table-cell o:value='7'/>\
            <t:table-cell t:number-columns-repeated=\"2\"><o:annotation><text:p>no</text:p></o:annotation><text:p>a  <text:span>b</text:span>\n\
            c<text:s text:c=\"2\"/>d<text:line-break/>e</text:p><text:p>f</text:p></t:table-cell><t:table-cell t:number-columns-repeated='16000'/></t:table-row>\
            <t:table-row t:number-rows-repeated='1000000'><t:table-cell t:number-columns-repeated='16384'/></t:table-row>";
        let cell = "a b c  d\ne\nf";
        assert_eq!(seen(&workbook(rows)), [(2, format!("50 %|7|{cell}|{cell}"))]);
    }

    #[test]
    fn cells_are_written_where_they_are_repeated_and_behind_them() {
        let rows = "<t:table-row><t:table-cell><text:p>h</text:p></t:table-cell></t:table-row>\
            <t:table-row t:number-rows-repeated='2'><t:table-cell><text:p>q</text:p></t:table-cell>\
            <t:table-cell t:style-name='x' t:number-columns-repeated=\"9\"/></t:table-row>";
        let cell = |row, column, text: &str| Cell { row, column, text: text.to_owned() };
        let cells = [
            cell(0, 2, "<A>"),
            cell(0, 3, "B"),
            cell(1, 2, "a"),
            cell(1, 3, "b"),
            cell(2, 2, "a"),
            cell(2, 3, "b"),
        ];
        let out = with_cells(workbook(rows).as_bytes(), "S", &cells).expect("it is a workbook");
        let out = String::from_utf8(out).expect("it is UTF-8");
        assert_eq!(
            seen(&out),
            [(0, "h||<A>|B".to_owned()), (1, "q||a|b".to_owned()), (2, "q||a|b".to_owned())]
        );
        let is = |text: &str| {
            format!("<t:table-cell o:value-type=\"string\"><text:p>{text}</text:p></t:table-cell>")
        };
        let apart = format!(
            "<t:table-cell t:style-name='x' t:number-columns-repeated=\"1\"/>{}{}<t:table-cell t:style-name='x' t:number-columns-repeated=\"6\"/>",
            is("a"),
            is("b")
        );
        assert!(out.contains(&apart), "{out}");
        assert!(
            out.contains(&format!("<t:table-cell t:number-columns-repeated=\"1\"/>{}", is("&lt;A&gt;"))),
            "{out}"
        );
        let back = [cell(0, 2, ""), cell(0, 3, ""), cell(1, 2, ""), cell(1, 3, "")];
        let back = with_cells(out.as_bytes(), "S", &back).expect("it is a workbook");
        assert_eq!(seen(&String::from_utf8(back).expect("it is UTF-8")), seen(&workbook(rows)));
        assert!(with_cells(workbook(rows).as_bytes(), "S", &[cell(1, 1, "a"), cell(2, 1, "b")]).is_err());
        assert!(with_cells(workbook(rows).as_bytes(), "S", &[cell(3, 1, "a")]).is_err());
        assert!(with_cells(workbook(rows).as_bytes(), "T", &[]).is_err());
    }

    #[test]
    fn a_row_that_is_too_long_or_too_often_there_is_refused() {
        let cell = "<t:table-cell t:number-columns-repeated='18446744073709551615'><text:p>q</text:p></t:table-cell>";
        let often = "<t:table-row t:number-rows-repeated='99999999'><t:table-cell><text:p>q</text:p></t:table-cell></t:table-row>";
        for rows in [&format!("<t:table-row>{cell}{cell}</t:table-row>"), often] {
            let said = sheets(workbook(rows).as_bytes()).expect_err("it is too large");
            assert!(said.contains("has more than 16777216 cells"), "{said}");
        }
        assert!(
            sheets(b"<o:spreadsheet><t:table><t:table-row>").is_err_and(|why| why.contains("is not closed"))
        );
    }
}
