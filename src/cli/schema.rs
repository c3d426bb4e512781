//! `firstlane schema`: the contracts as JSON Schema.

use std::io::Write;

use anyhow::Result;
use clap::ValueEnum;
use firstlane::schema;

use super::{Exit, stdout};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Of what
    #[arg(value_enum)]
    of: Of,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Of {
    /// The TOML files of a pack
    Rules,
    /// A line of JSON output
    Output,
    /// A report of a check, or a line of it
    Report,
}

pub(super) fn run(args: &Args) -> Result<Exit> {
    let schema = match args.of {
        Of::Rules => schema::rules(),
        Of::Output => schema::output(),
        Of::Report => schema::report(),
    };
    let mut out = stdout();
    serde_json::to_writer_pretty(&mut out, &schema)?;
    writeln!(out)?;
    out.flush()?;
    Ok(Exit::Done)
}
