//! A baseline: the answers of a pack to a bank, kept in a file, so that only what changes from now on counts.
//!
//! JSON with one answer a line, so that a change of it reads well as a diff. Each answer has a hash of its question's
//! text; where the text is another, there is nothing to compare.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Answer;
use crate::{eval::hash, input::Record, pack::Pack};

/// Version of the file.
const SCHEMA: u32 = 1;

/// The answers of a pack to banks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    schema: u32,
    /// Name of the pack.
    pub pack: String,
    /// Its version.
    pub version: String,
    /// Its fingerprint, in hexadecimal.
    pub fingerprint: String,
    /// The banks.
    pub banks: Vec<Bank>,
    /// The answers, bank after bank.
    pub answers: Vec<Row>,
}

/// A bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bank {
    /// Its file, as it was given.
    pub file: String,
    /// How many questions it has.
    pub questions: usize,
    /// Another for a bank with other questions or another order.
    pub hash: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Id of the question; of questions with the same id the first is meant by the first, and so on.
    pub id: String,
    /// A hash of its text.
    pub text: String,
    /// The lane, or none.
    pub lane: Option<String>,
    /// The instinct, or none.
    pub instinct: Option<String>,
    /// The step to verify next, or none.
    pub verify: Option<String>,
}

/// What a baseline says of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match<'b> {
    /// Its answer then.
    Answer(&'b Row),
    /// The question had another text.
    OtherText,
    /// It is not in the baseline.
    New,
}

impl Row {
    /// The answer to a question.
    #[must_use]
    pub fn new(record: &Record<'_>, answer: Answer) -> Self {
        let Answer { lane, instinct, verify } = answer;
        Self { id: record.id.to_string(), text: text_hash(record), lane, instinct, verify }
    }

    /// What it says.
    #[must_use]
    pub fn answer(&self) -> Answer {
        Answer { lane: self.lane.clone(), instinct: self.instinct.clone(), verify: self.verify.clone() }
    }
}

impl Baseline {
    /// That of a pack, with no answer yet.
    #[must_use]
    pub fn new(pack: &Pack) -> Self {
        Self {
            schema: SCHEMA,
            pack: pack.name().to_owned(),
            version: pack.version().to_owned(),
            fingerprint: format!("{:016x}", pack.fingerprint()),
            banks: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// Adds the answers to a bank.
    pub fn add(&mut self, file: impl Into<String>, rows: Vec<Row>) {
        let texts: String = rows.iter().map(|row| format!("{}\n{}\n", row.id, row.text)).collect();
        let hash = format!("{:08x}", hash(&texts));
        self.banks.push(Bank { file: file.into(), questions: rows.len(), hash });
        self.answers.extend(rows);
    }

    /// Reads one.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    pub fn read(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.schema != SCHEMA {
            return Err(format!("it has schema {}, this program reads {SCHEMA}", baseline.schema));
        }
        Ok(baseline)
    }

    /// The file.
    ///
    /// # Panics
    ///
    /// Never: it is plain data.
    #[must_use]
    pub fn written(&self) -> String {
        let rows = |rows: Vec<String>| {
            if rows.is_empty() { "[]".to_owned() } else { format!("[\n    {}\n  ]", rows.join(",\n    ")) }
        };
        let head = [("pack", &self.pack), ("version", &self.version), ("fingerprint", &self.fingerprint)];
        let head: String =
            head.iter().map(|(key, value)| format!("  \"{key}\": {},\n", json(value))).collect();
        let banks = rows(self.banks.iter().map(json).collect());
        let answers = rows(self.answers.iter().map(json).collect());
        format!("{{\n  \"schema\": {SCHEMA},\n{head}  \"banks\": {banks},\n  \"answers\": {answers}\n}}\n")
    }

    /// A way to ask for answers.
    #[must_use]
    pub fn index(&self) -> Index<'_> {
        let mut by_id: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in &self.answers {
            by_id.entry(&row.id).or_default().push(row);
        }
        Index { by_id, asked: BTreeMap::new() }
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("ids and numbers are JSON")
}

/// A hash of what is read of a question: stem and options.
fn text_hash(record: &Record<'_>) -> String {
    let options = record.options.iter().map(|(key, text)| format!("\0{key}\0{text}"));
    format!("{:08x}", hash(&std::iter::once(record.stem.to_string()).chain(options).collect::<String>()))
}

/// The answers of a baseline by question.
#[derive(Debug)]
pub struct Index<'b> {
    by_id: BTreeMap<&'b str, Vec<&'b Row>>,
    /// How often each id was asked for.
    asked: BTreeMap<String, usize>,
}

impl<'b> Index<'b> {
    /// What the baseline says of a question. Asked in the order of the banks: the second question with an id has the
    /// second answer with it.
    pub fn find(&mut self, record: &Record<'_>) -> Match<'b> {
        let asked = self.asked.entry(record.id.to_string()).or_default();
        let row = self.by_id.get(&*record.id).and_then(|rows| rows.get(*asked)).copied();
        *asked += 1;
        match row {
            None => Match::New,
            Some(row) if row.text == text_hash(record) => Match::Answer(row),
            Some(_) => Match::OtherText,
        }
    }

    /// How many answers were not asked for.
    #[must_use]
    pub fn left(&self) -> usize {
        let asked = |id: &str| self.asked.get(id).copied().unwrap_or(0);
        self.by_id.iter().map(|(id, rows)| rows.len().saturating_sub(asked(id))).sum()
    }
}
