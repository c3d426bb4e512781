//! `firstlane new fixture`: a labelled question to start from, or one that was found in the wild.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    path::PathBuf,
};

use anyhow::{Context, Result, anyhow, bail};
use firstlane::{Kind, Pack, Question, Zone, input};
use serde::Serialize;

use super::{super::stdout, Exit, Global, append};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The bank, made if it is not there
    #[arg(value_name = "FILE.jsonl")]
    bank: PathBuf,
    /// The question, as pasted, options included
    text: String,
    /// The lane that is right, or `none`
    #[arg(long, value_name = "ID")]
    lane: String,
    /// The instinct that is right
    #[arg(long, value_name = "ID")]
    instinct: Option<String>,
    /// The step that is right
    #[arg(long, value_name = "ID")]
    verify: Option<String>,
    /// Its id [default: the name of the file and a number]
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

/// A line of a bank.
#[derive(Debug, Serialize)]
struct Line<'a> {
    id: String,
    stem: &'a str,
    options: BTreeMap<String, &'a str>,
    labels: Labels<'a>,
}

#[derive(Debug, Serialize)]
struct Labels<'a> {
    lane: Option<&'a str>,
    instinct: Option<&'a str>,
    verify: Option<&'a str>,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let engine = global.engine()?;
    let pack = engine.pack();
    let lane = (args.lane != "none").then_some(args.lane.as_str());
    let labels = Labels {
        lane: label(pack, Kind::Lane, lane)?,
        instinct: label(pack, Kind::Instinct, args.instinct.as_deref())?,
        verify: label(pack, Kind::Step, args.verify.as_deref())?,
    };
    let there = if args.bank.exists() {
        fs::read_to_string(&args.bank).with_context(|| format!("`{}` cannot be read", args.bank.display()))?
    } else {
        String::new()
    };
    let question = Question::split(&args.text);
    if question.is_empty() {
        bail!("there is no word in the question");
    }
    let (stem, options) = parts(&args.text, &question);
    let line = Line { id: id(args, &there)?, stem, options, labels };
    let apart = if there.is_empty() || there.ends_with('\n') { "" } else { "\n" };
    append(&args.bank, &format!("{apart}{}\n", serde_json::to_string(&line)?))?;
    let answer = engine.classify(&question).lane.map_or("none", |ix| &pack.target(ix).id);
    let mut out = stdout();
    writeln!(out, "added question `{}` to {}", line.id, args.bank.display())?;
    match answer == args.lane {
        true => writeln!(out, "the pack answers lane {answer}, as labelled")?,
        false => writeln!(out, "the pack answers lane {answer} so far")?,
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// A label, if it is an id of that kind.
fn label<'a>(pack: &Pack, kind: Kind, id: Option<&'a str>) -> Result<Option<&'a str>> {
    let Some(id) = id else { return Ok(None) };
    match pack.find(id).filter(|&ix| pack.target(ix).kind() == kind) {
        Some(_) => Ok(Some(id)),
        None => {
            bail!("this pack has no {} `{id}`; `firstlane rules list {}` shows all", kind.name(), kind.name())
        }
    }
}

/// The stem, and the options by their letters.
fn parts<'a>(text: &'a str, question: &Question<'a>) -> (&'a str, BTreeMap<String, &'a str>) {
    let mut options = BTreeMap::new();
    let mut end = text.len();
    for segment in question.segments().iter().filter(|segment| segment.zone == Zone::Option) {
        let letter = (b'A' + segment.option.unwrap_or(0).min(25) as u8) as char;
        options.entry(letter.to_string()).or_insert(segment.text);
        end = end.min(text[..segment.start].rfind('\n').unwrap_or(0));
    }
    (text[..end].trim(), options)
}

/// The id that was asked for, or the next number of the bank.
fn id(args: &Args, there: &str) -> Result<String> {
    let name = args.bank.file_stem().unwrap_or_default().to_string_lossy();
    let mut taken = BTreeSet::new();
    for record in input::read_jsonl(there.as_bytes(), &name, usize::MAX) {
        let record = record.map_err(|error| anyhow!("{}:{}: {error}", args.bank.display(), error.line))?;
        taken.insert(record.id.to_string());
    }
    match &args.id {
        Some(id) if taken.contains(id) => bail!("`{}` has a question `{id}` already", args.bank.display()),
        Some(id) => Ok(id.clone()),
        None => {
            let mut ids = (taken.len() + 1..).map(|number| format!("{name}-{number:02}"));
            Ok(ids.find(|id| !taken.contains(id)).expect("numbers do not end"))
        }
    }
}
