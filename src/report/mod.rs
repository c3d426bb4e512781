//! What one run of a checking command found, and the formats that people and programs read it in.
//!
//! In: cases that passed or failed, findings, figures and tables, from `test`, `lint`, `eval`, `diff` and `rules check`.
//! Out: bytes in one of seven formats (feature `reports`). A finding is a [`Problem`], the same type that the faults of a pack are, so
//! there is one way to say what is wrong and where. There is no clock in a report: the same input gives the same bytes.
//!
//! # Examples
//!
//! ```
//! use firstlane::{Code, Level, Problem, report::{Case, Figure, Report, Table, Unit}};
//!
//! let mut report = Report::new("test");
//! report.cases.push(Case::passed("rule blast-radius", "example 1"));
//! let problem = Problem::new(Code::ExampleMisses, "example of rule `canary` does not make it fire").about("canary");
//! report.cases.push(Case::failed("rule canary", "example 1", vec![problem]));
//! report.figure(Figure::new("fired", 96.5, Unit::Percent).at_least(100.0));
//! report.tables.push(Table::new("by lane", ["lane", "fired"]).row(["routing".into(), 3.into()]));
//! // The example that misses, and the figure that is too low.
//! assert_eq!(report.problems_at(Level::Error).count(), 2);
//! ```

mod excerpt;
mod figure;
#[cfg(feature = "reports")]
mod github;
#[cfg(feature = "reports")]
pub mod json;
#[cfg(feature = "reports")]
mod junit;
#[cfg(feature = "reports")]
mod markdown;
#[cfg(feature = "reports")]
mod sarif;
#[cfg(feature = "reports")]
mod text;
#[cfg(feature = "reports")]
mod writer;

pub use self::excerpt::Excerpt;
pub use self::figure::{Bound, Cell, Figure, Table, Unit};
#[cfg(feature = "reports")]
pub use self::writer::{Format, Options, write};
use crate::{
    pack::Pack,
    problem::{Code, Level, Problem},
};

/// What a command found in one run.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The command, as it is typed: `test`, `rules check`.
    pub command: String,
    /// The packs that were looked at; none where the pack could not be loaded.
    pub packs: Vec<PackId>,
    /// What was tried, in the order of trying.
    pub cases: Vec<Case>,
    /// Findings that belong to no case.
    pub problems: Vec<Problem>,
    /// Figures, each with what was asked of it.
    pub figures: Vec<Figure>,
    /// Tables.
    pub tables: Vec<Table>,
    /// What is to be said in a sentence, in front of all else.
    pub summary: Vec<String>,
}

/// Which pack it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackId {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its fingerprint, in hexadecimal.
    pub fingerprint: String,
}

impl PackId {
    /// That of a pack.
    #[must_use]
    pub fn of(pack: &Pack) -> Self {
        let fingerprint = format!("{:016x}", pack.fingerprint());
        Self { name: pack.name().to_owned(), version: pack.version().to_owned(), fingerprint }
    }
}

/// One thing that was tried.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it belongs to: a rule, a bank.
    pub group: String,
    /// Its name, unique in the group; where it is not, writers that need it number it.
    pub name: String,
    /// How it went.
    pub outcome: Outcome,
}

/// How a case went.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// As it should.
    Passed,
    /// Not as it should, with the reasons, at least one.
    Failed(Vec<Problem>),
    /// Not as it should, and known to be so; with the reasons.
    Todo(Vec<Problem>),
}

impl Case {
    /// One that passed.
    pub fn passed(group: impl Into<String>, name: impl Into<String>) -> Self {
        Self { group: group.into(), name: name.into(), outcome: Outcome::Passed }
    }

    /// One that failed, or passed if there is no reason.
    pub fn failed(group: impl Into<String>, name: impl Into<String>, problems: Vec<Problem>) -> Self {
        let outcome = if problems.is_empty() { Outcome::Passed } else { Outcome::Failed(problems) };
        Self { group: group.into(), name: name.into(), outcome }
    }

    /// One that is known to fail, for these reasons.
    pub fn todo(group: impl Into<String>, name: impl Into<String>, problems: Vec<Problem>) -> Self {
        Self { group: group.into(), name: name.into(), outcome: Outcome::Todo(problems) }
    }

    /// Why it failed; nothing of a case that is known to fail.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match &self.outcome {
            Outcome::Failed(problems) => problems,
            Outcome::Passed | Outcome::Todo(_) => &[],
        }
    }
}

impl Report {
    /// An empty report of a command.
    pub fn new(command: impl Into<String>) -> Self {
        Self { command: command.into(), ..Self::default() }
    }

    /// Says which pack it is about.
    pub fn pack(&mut self, pack: &Pack) {
        self.packs.push(PackId::of(pack));
    }

    /// Adds a figure; one that does not reach what was asked for is a finding too.
    pub fn figure(&mut self, figure: Figure) {
        if let Some(bound) = figure.bound.filter(|_| !figure.holds()) {
            let message = format!("{} is {}, asked for {}", figure.name, figure.shown(), figure.asked(bound));
            self.problems.push(Problem::new(Code::GateMissed, message).about(&figure.name));
        }
        self.figures.push(figure);
    }

    /// All findings: those of failed cases first.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.cases.iter().flat_map(Case::problems).chain(&self.problems)
    }

    /// The findings of at least a level.
    pub fn problems_at(&self, level: Level) -> impl Iterator<Item = &Problem> {
        self.problems().filter(move |problem| problem.level >= level)
    }
}
