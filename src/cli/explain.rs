//! `firstlane explain`: what a code means.

use std::io::Write;

use anyhow::{Result, bail};
use firstlane::{Code, explain};

use super::{Exit, stdout};

/// Sentences are wrapped to so many characters.
const WIDTH: usize = 100;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The code; all codes are listed when left out
    code: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<Exit> {
    let mut out = stdout();
    match &args.code {
        None => {
            for code in Code::ALL {
                // The first sentence says what it is.
                let about = code.about().split_inclusive(". ").next().unwrap_or_default();
                writeln!(out, "{:<30} {:<8} {}", code.name(), code.level().name(), about.trim_end())?;
            }
        }
        Some(name) => match explain::find(name) {
            Some(code) => {
                for line in explain::text(code).lines() {
                    // Examples stand further in, and are left as they are.
                    let line =
                        if line.starts_with(' ') { line.to_owned() } else { textwrap::fill(line, WIDTH) };
                    writeln!(out, "{line}")?;
                }
            }
            None => match explain::nearest(name) {
                Some(near) => bail!("there is no code `{name}`; did you mean `{near}`?"),
                None => bail!("there is no code `{name}`; `firstlane explain` lists all"),
            },
        },
    }
    out.flush()?;
    Ok(Exit::Done)
}
