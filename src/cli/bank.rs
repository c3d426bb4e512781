//! Labelled banks for the commands that measure and fit.

use std::{
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, bail};
use clap::ValueEnum;
use firstlane::{
    Engine,
    bank::{self, Sample},
    eval::is_held_out,
    input::{self, Fields, Format, InputError, Reading, Record},
};

use super::{Global, batch::inputs, open};

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

/// Reads banks of any format whole: files, folders and patterns. Each file with its records, labelled or not.
pub(super) fn read_any(
    named: &[PathBuf],
    part: Part,
    global: &Global,
) -> Result<Vec<(PathBuf, Vec<Record<'static>>)>> {
    let mut banks = Vec::new();
    let (files, notes) = inputs::expand(named, None)?;
    notes.iter().for_each(|note| eprintln!("{note}"));
    for path in files.into_iter().map(|file| file.path) {
        let (reader, name) = open(&path)?;
        let cannot = || format!("`{}` cannot be read", path.display());
        let mut bytes = Vec::new();
        input::decompressed(BufReader::new(reader))
            .and_then(|mut reader| reader.read_to_end(&mut bytes))
            .with_context(cannot)?;
        let inner = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
        let Some(format) = Format::of(&bytes, inner) else {
            bail!("`{}` is in no format that is known; `firstlane formats` lists them", path.display());
        };
        let fault = |error: InputError| anyhow!("{}:{}: {error}", path.display(), error.line);
        let reading = Reading { name: &name, most: global.max_bytes, fields: &Fields::default() };
        let document = format.read(&bytes, &reading).map_err(fault)?;
        let records: Vec<_> = document.records.into_iter().collect::<Result<_, _>>().map_err(fault)?;
        let records: Vec<_> = records.into_iter().filter(|record| part.has(&record.id)).collect();
        banks.push((path, records));
    }
    if banks.iter().all(|(_, records)| records.is_empty()) {
        bail!("there is no question in the input");
    }
    Ok(banks)
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
