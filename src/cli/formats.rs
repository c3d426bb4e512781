//! `firstlane formats`: the formats of banks that are read.

use std::io::Write;

use anyhow::Result;
use firstlane::input::Format;

use super::{Exit, stdout};

pub(super) fn run() -> Result<Exit> {
    let mut out = stdout();
    for format in Format::ALL {
        let endings: Vec<_> = format.extensions().iter().map(|ending| format!(".{ending}")).collect();
        writeln!(out, "{:12}  {:40}  {}", format.name(), format.title(), endings.join(" "))?;
    }
    writeln!(out, "\nFiles compressed with gzip or Zstandard are read as they are.")?;
    out.flush()?;
    Ok(Exit::Done)
}
