//! Labelled banks for the commands that measure and fit.

use std::{
    io::BufReader,
    path::{Path, PathBuf},
};

use anyhow::{Result, anyhow, bail};
use clap::ValueEnum;
use firstlane::{
    Engine,
    bank::{self, Sample},
    eval::is_held_out,
    input::{self, Record},
};

use super::{Global, open};

/// A part of a bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Part {
    All,
    /// For writing rules
    Development,
    /// For final figures
    HeldOut,
}

impl Part {
    fn has(self, id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Development => !is_held_out(id),
            Self::HeldOut => is_held_out(id),
        }
    }
}

/// The banks to work on.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Banks {
    /// A labelled bank in JSON Lines; may be repeated
    #[arg(long, value_name = "FILE.jsonl", required = true, num_args = 1..)]
    bank: Vec<PathBuf>,
    /// Only a part of the banks, by the hash of the id: three of ten questions are held out
    #[arg(long, value_enum, default_value_t = Part::Development)]
    part: Part,
}

impl Banks {
    /// Their records.
    pub(super) fn records(&self, global: &Global) -> Result<Vec<Record<'static>>> {
        Ok(records(read(&self.bank, self.part, global)?))
    }
}

/// A record and the file that it is from.
pub(super) struct Entry<'f> {
    pub(super) file: &'f Path,
    pub(super) record: Record<'static>,
}

/// Reads a part of labelled banks, the questions without labels included.
pub(super) fn read<'f>(files: &'f [PathBuf], part: Part, global: &Global) -> Result<Vec<Entry<'f>>> {
    let mut entries = Vec::new();
    for file in files {
        let (reader, name) = open(file)?;
        for record in input::read_jsonl(BufReader::new(reader), &name, global.max_bytes) {
            let record = record.map_err(|e| anyhow!("{}:{}: {e}", file.display(), e.line))?;
            if part.has(&record.id) {
                entries.push(Entry { file, record });
            }
        }
    }
    if entries.iter().all(|entry| entry.record.labels.is_none()) {
        bail!("there is no labelled question in the input ({} without labels)", entries.len());
    }
    Ok(entries)
}

/// The records of entries.
pub(super) fn records(entries: Vec<Entry<'_>>) -> Vec<Record<'static>> {
    entries.into_iter().map(|entry| entry.record).collect()
}

/// Scans the labelled questions among records.
pub(super) fn scan(engine: &Engine, records: &[Record<'_>]) -> Result<Vec<Sample>> {
    bank::scan(engine, records)
        .map_err(|(id, label)| unknown_label(&label).context(format!("question `{id}`")))
}

/// A label that the pack does not have.
pub(super) fn unknown_label(label: &str) -> anyhow::Error {
    anyhow!("label `{label}` is no id of this pack")
}
