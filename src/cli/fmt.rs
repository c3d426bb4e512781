//! `firstlane fmt`: pack files in their one layout.

use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use firstlane::{Pack, Problems, Source, lay_out};
use similar::TextDiff;

use super::{Exit, Global, lint::write, stdout};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folders and files of packs; `-` lays out standard input [default: what `--rules` names]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Change nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    check: bool,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let paths = if args.paths.is_empty() { global.rules.as_slice() } else { &args.paths };
    if paths.is_empty() {
        bail!("the built-in pack has no files to lay out; name a folder or file of rules");
    }
    let mut files = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
            files.push(("-".to_owned(), text));
        } else {
            files.extend(Pack::files(path)?);
        }
    }
    let (mut changed, mut problems) = (BTreeMap::new(), Problems::default());
    for (name, text) in files {
        match lay_out(&Source::file(name.as_str(), text.as_str())) {
            Ok(new) if name == "-" && !args.check => {
                let mut out = stdout();
                out.write_all(new.as_bytes())?;
                out.flush()?;
            }
            Ok(new) if new != text => drop(changed.insert(name, (text, new))),
            Ok(_) => {}
            Err(problem) => problems.0.push(problem),
        }
    }
    if !problems.0.is_empty() {
        return Err(problems.into());
    }
    let mut out = stdout();
    for (name, (text, new)) in &changed {
        if args.check {
            let diff = TextDiff::from_lines(text, new);
            write!(out, "{}", diff.unified_diff().context_radius(2).header(name, name))?;
        } else {
            writeln!(out, "laid out {name}")?;
        }
    }
    out.flush()?;
    if args.check {
        return Ok(if changed.is_empty() { Exit::Done } else { Exit::Gate });
    }
    write(&changed.into_iter().map(|(name, (_, new))| (name, new)).collect())?;
    Ok(Exit::Done)
}
