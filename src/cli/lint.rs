//! `firstlane lint`: advice on a pack.

use std::{collections::BTreeMap, fs, io::Write, path::PathBuf};

use anyhow::{Context, Result, bail};
use firstlane::{Pack, lint};

use super::{
    Exit, Global,
    bank::{self, Part},
    output::Output,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A labelled bank in JSON Lines, by which rules that never decide are found; may be repeated
    #[arg(long, value_name = "FILE.jsonl", num_args = 1..)]
    bank: Vec<PathBuf>,
    /// Mend what is mechanical in the rule files first: phrases twice, lists out of order, spellings
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    if args.fix {
        fix(global)?;
    }
    args.output.run("lint", |report| {
        let linter = lint::Linter::new(global.pack()?);
        let engine = linter.engine();
        report.pack(engine.pack());
        let samples = match args.bank.as_slice() {
            [] => None,
            files => Some(bank::scan(engine, &bank::records(bank::read(files, Part::All, global)?))?),
        };
        let findings = linter.findings(samples.as_deref());
        report.problems.extend(findings.into_iter().map(|finding| finding.problem));
        Ok(Exit::Done)
    })
}

/// Mends the rule files, and says so on standard error.
fn fix(global: &Global) -> Result<()> {
    let Some(path) = &global.rules else {
        bail!("the built-in pack has no files to mend; name a folder of rules with `--rules PATH`");
    };
    let changed = lint::fix(Pack::files(path)?)?;
    write(&changed)?;
    let mut stderr = anstream::stderr().lock();
    for name in changed.keys() {
        writeln!(stderr, "mended {name}")?;
    }
    Ok(())
}

/// Writes files anew.
pub(super) fn write(files: &BTreeMap<String, String>) -> Result<()> {
    for (name, text) in files {
        fs::write(name, text).with_context(|| format!("`{name}` cannot be written"))?;
    }
    Ok(())
}
