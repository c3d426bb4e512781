//! Figures, with what was asked of them, and tables.

use crate::eval::Share;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Parts of a hundred.
    Percent,
    /// Anything else; with so many decimals.
    Number(u8),
}

/// What was asked of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

/// A number that a run came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it is, in a few words.
    pub name: String,
    /// The number.
    pub value: f64,
    /// What it counts.
    pub unit: Unit,
    /// What a share is made of: how many of how many.
    pub of: Option<Share>,
    /// What was asked of it.
    pub bound: Option<Bound>,
}

impl Figure {
    /// A number.
    pub fn new(name: impl Into<String>, value: f64, unit: Unit) -> Self {
        Self { name: name.into(), value, unit, of: None, bound: None }
    }

    /// How many there are.
    pub fn count(name: impl Into<String>, value: usize) -> Self {
        Self::new(name, value as f64, Unit::Count)
    }

    /// A share in percent; formats show its 95 % interval.
    pub fn share(name: impl Into<String>, share: Share) -> Self {
        Self { of: Some(share), ..Self::new(name, share.value() * 100.0, Unit::Percent) }
    }

    /// The same with the least that was asked for.
    #[must_use]
    pub fn at_least(mut self, least: f64) -> Self {
        self.bound = Some(Bound::AtLeast(least));
        self
    }

    /// The same with the most that was asked for.
    #[must_use]
    pub fn at_most(mut self, most: f64) -> Self {
        self.bound = Some(Bound::AtMost(most));
        self
    }

    /// Whether it is what was asked for.
    #[must_use]
    pub fn holds(&self) -> bool {
        match self.bound {
            None => true,
            Some(Bound::AtLeast(least)) => self.value >= least,
            Some(Bound::AtMost(most)) => self.value <= most,
        }
    }

    /// The number with its unit.
    #[must_use]
    pub fn shown(&self) -> String {
        show(self.value, self.unit)
    }

    /// What was asked of it, in words.
    pub(crate) fn asked(&self, bound: Bound) -> String {
        match bound {
            Bound::AtLeast(least) => format!("at least {}", show(least, self.unit)),
            Bound::AtMost(most) => format!("at most {}", show(most, self.unit)),
        }
    }

    /// The 95 % interval of a share, in percent.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.of.map(|share| share.wilson()).map(|(low, high)| (low * 100.0, high * 100.0))
    }
}

fn show(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Count => format!("{value:.0}"),
        // What is not all is not shown as all.
        Unit::Percent if (99.95..100.0).contains(&value) => format!("{:.3} %", value.min(99.999)),
        Unit::Percent => format!("{value:.1} %"),
        Unit::Number(decimals) => format!("{value:.*}", usize::from(decimals)),
    }
}

/// A table: a title, names of columns, rows of as many cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it shows.
    pub title: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in a row of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A count.
    Count(usize),
    /// A number, shown with so many decimals.
    Number(f64, u8),
    /// A share, shown in percent with its 95 % interval.
    Share(Share),
}

impl Table {
    /// A table without rows.
    pub fn new<S: Into<String>>(title: impl Into<String>, columns: impl IntoIterator<Item = S>) -> Self {
        Self { title: title.into(), columns: columns.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// The same with one more row.
    ///
    /// # Panics
    ///
    /// If the row has another number of cells than there are columns.
    #[must_use]
    pub fn row(mut self, cells: impl IntoIterator<Item = Cell>) -> Self {
        self.push(cells);
        self
    }

    /// Adds a row.
    ///
    /// # Panics
    ///
    /// If it has another number of cells than there are columns.
    pub fn push(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let row: Vec<Cell> = cells.into_iter().collect();
        assert_eq!(row.len(), self.columns.len(), "a row of `{}` has a cell for each column", self.title);
        self.rows.push(row);
    }
}

impl Cell {
    /// As people read it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Number(value, decimals) => format!("{value:.*}", usize::from(*decimals)),
            Self::Share(share) => {
                let (low, high) = share.wilson();
                let [value, low, high] = [share.value(), low, high].map(|x| x * 100.0);
                format!("{}/{} {value:.0} % ({low:.0} to {high:.0})", share.hits, share.of)
            }
        }
    }

    /// Whether it stands at the right of its column.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Count(_) | Self::Number(..))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<Share> for Cell {
    fn from(share: Share) -> Self {
        Self::Share(share)
    }
}
