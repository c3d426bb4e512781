//! `firstlane new`: a pack, a rule or a labelled question to start from. What is there is never overwritten.

mod fixture;
mod rule;

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use firstlane::schema;

use super::{Exit, Global, stdout};

/// The files of a new pack, by name. They are a pack of their own, called `my-pack`.
const FILES: [(&str, &str); 3] = [
    ("pack.toml", include_str!("pack.toml")),
    ("rules.toml", include_str!("rules.toml")),
    ("bank.jsonl", include_str!("bank.jsonl")),
];
/// The JSON Schema that the `#:schema` line of the files names, for editors.
const SCHEMA: &str = "rules.schema.json";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A folder with a small pack that passes its own checks, its JSON Schema for editors, and a labelled bank
    Pack {
        /// The folder; its name is that of the pack
        folder: PathBuf,
    },
    /// A rule with an example and a counterexample, at the end of a rule file
    Rule(rule::Args),
    /// A labelled question, at the end of a bank in JSON Lines
    Fixture(fixture::Args),
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    match &args.what {
        What::Pack { folder } => pack(folder),
        What::Rule(args) => rule::run(args, global),
        What::Fixture(args) => fixture::run(args, global),
    }
}

fn pack(folder: &Path) -> Result<Exit> {
    // The folder may be `.`, whose name only the system knows.
    fs::create_dir_all(folder).with_context(|| format!("`{}` cannot be made", folder.display()))?;
    let whole = folder.canonicalize().with_context(|| format!("`{}` cannot be read", folder.display()))?;
    let name = kebab(&whole.file_name().unwrap_or_default().to_string_lossy());
    let title = name[..1].to_uppercase() + &name[1..].replace('-', " ");
    let schema = serde_json::to_string_pretty(&schema::rules())? + "\n";
    let mut files: Vec<(&str, String)> = FILES
        .iter()
        .map(|(file, text)| (*file, text.replace("my-pack", &name).replace("My pack", &title)))
        .collect();
    files.push((SCHEMA, schema));
    if let Some((file, _)) = files.iter().find(|(file, _)| folder.join(file).exists()) {
        bail!("`{}` is there already; name another folder", folder.join(file).display());
    }
    let mut out = stdout();
    for (file, text) in files {
        let path = folder.join(file);
        let new = OpenOptions::new().write(true).create_new(true).open(&path);
        let mut new = new.with_context(|| format!("`{}` cannot be made", path.display()))?;
        new.write_all(text.as_bytes()).with_context(|| format!("`{}` cannot be written", path.display()))?;
        writeln!(out, "made {}", path.display())?;
    }
    let folder = folder.display();
    writeln!(out, "\nnext: firstlane rules check --rules {folder}")?;
    writeln!(out, "      firstlane --rules {folder} \"Which release reaches a small share of the users?\"")?;
    out.flush()?;
    Ok(Exit::Done)
}

/// A name in kebab-case.
fn kebab(name: &str) -> String {
    let parts: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|p| !p.is_empty())
        .map(str::to_lowercase)
        .collect();
    if parts.is_empty() { "pack".to_owned() } else { parts.join("-") }
}

/// Adds text at the end of a file, which is made if it is not there.
fn append(path: &Path, text: &str) -> Result<()> {
    let file = OpenOptions::new().append(true).create(true).open(path);
    let mut file = file.with_context(|| format!("`{}` cannot be written", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("`{}` cannot be written", path.display()))
}
