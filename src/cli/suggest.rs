//! `firstlane suggest`: phrases that would put wrong answers right.

use std::io::Write;

use anyhow::Result;
use firstlane::{Engine, Pack, suggest::suggest};

use super::{
    Exit, Global,
    bank::{self, Banks},
    stdout,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    banks: Banks,
    /// At most so many phrases
    #[arg(long, value_name = "N", default_value_t = 10)]
    most: usize,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let files = match &global.rules {
        Some(path) => Pack::files(path)?,
        None => Pack::builtin_files(),
    };
    let engine = Engine::compile(Pack::parse(files.clone())?);
    let pack = engine.pack();
    let records = args.banks.records(global)?;
    let suggestions = suggest(&engine, &files, &records, args.most)
        .map_err(|(id, label)| bank::unknown_label(&label).context(format!("question `{id}`")))?;
    let mut out = stdout();
    if suggestions.is_empty() {
        writeln!(out, "no phrase helps with two questions or more and does less harm than good")?;
    }
    for suggestion in &suggestions {
        let (phrase, lane) = (&suggestion.phrase, &pack.target(suggestion.lane).id);
        let (gains, losses) = (&suggestion.gains, &suggestion.losses);
        writeln!(out, "# {phrase:?} for {lane}: {} gained, {} lost", gains.len(), losses.len())?;
        for (what, ids) in [("gained", gains), ("lost", losses)].iter().filter(|(_, ids)| !ids.is_empty()) {
            writeln!(out, "# {what}: {}", ids.join(", "))?;
        }
        writeln!(out, "{}", suggestion.rule(pack))?;
    }
    out.flush()?;
    Ok(Exit::Done)
}
