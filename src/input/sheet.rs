//! A sheet of a workbook as text.
//!
//! In: cells at rows and columns, counted from 0. Out: the rows that have anything in them. A file of a few bytes may say that
//! its last cell is the last that there can be, or that a row is there a million times, so rows without text are not kept,
//! and a sheet of too many cells is refused.

use std::collections::BTreeMap;

/// A sheet with more cells than this is refused: a million rows of sixteen columns.
pub(super) const MOST_CELLS: usize = 1 << 24;

/// A sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) name: String,
    /// The cells of each row up to the last with text.
    pub(super) rows: BTreeMap<usize, Vec<String>>,
    cells: usize,
}

impl Sheet {
    pub(super) fn new(name: String) -> Self {
        Self { name, ..Self::default() }
    }

    /// Puts text into a cell.
    pub(super) fn put(&mut self, row: usize, column: usize, text: String) -> Result<(), String> {
        if text.is_empty() {
            return Ok(());
        }
        let cells = self.rows.get(&row).map_or(0, Vec::len);
        self.grow((column + 1).saturating_sub(cells))?;
        let row = self.rows.entry(row).or_default();
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
        Ok(())
    }

    /// Puts a row, and the same again below it as often as is said.
    pub(super) fn put_rows(&mut self, at: usize, times: usize, row: &[String]) -> Result<(), String> {
        let width = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        self.grow(width.saturating_mul(times))?;
        if width > 0 {
            self.rows.extend((at..at + times).map(|at| (at, row[..width].to_vec())));
        }
        Ok(())
    }

    fn grow(&mut self, more: usize) -> Result<(), String> {
        self.cells = self.cells.saturating_add(more);
        if self.cells > MOST_CELLS {
            return Err(format!("sheet `{}` has more than {MOST_CELLS} cells, the limit", self.name));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_with_text_are_kept() {
        let mut sheet = Sheet::new("s".to_owned());
        sheet.put(1 << 40, 2, "x".to_owned()).expect("it is one row");
        sheet.put(1 << 40, 0, "y".to_owned()).expect("it is the same row");
        sheet.put(7, 1 << 40, String::new()).expect("it is nothing");
        sheet.put_rows(3, usize::MAX, &[String::new()]).expect("it is nothing");
        sheet.put_rows(3, 2, &["z".to_owned(), String::new()]).expect("it is two rows");
        let rows: Vec<_> = sheet.rows.iter().map(|(at, row)| (*at, row.join(","))).collect();
        assert_eq!(rows, [(3, "z".to_owned()), (4, "z".to_owned()), (1 << 40, "y,,x".to_owned())]);
        assert!(sheet.put(0, MOST_CELLS, "x".to_owned()).is_err());
        assert!(sheet.put_rows(9, usize::MAX, &["x".to_owned()]).is_err());
    }
}
