//! `firstlane new rule`: a rule to start from.

use std::{collections::BTreeMap, io::Write, path::Path};

use anyhow::{Result, bail};
use firstlane::{Detail, Engine, Kind, Pack, check};

use super::{super::stdout, Exit, Global, append};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Its id, in kebab-case: the idea of the rule in a few words
    id: String,
    /// The lane that it speaks for [default: the first of the pack]
    #[arg(long, value_name = "ID")]
    lane: Option<String>,
    /// The file to add it to [default: the one with the rules of its lane]
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let pack = global.pack()?;
    let lane = lane(&pack, args.lane.as_deref())?;
    let rule = text(&args.id, lane);
    let mut out = stdout();
    let Some(path) = &global.rules else {
        // The built-in pack has no files to add to.
        write!(out, "{rule}")?;
        out.flush()?;
        return Ok(Exit::Done);
    };
    let mut files = Pack::files(path)?;
    let name = args.file.clone().unwrap_or_else(|| file_of(&pack, lane));
    let Some((_, text)) = files.iter_mut().find(|(file, _)| Path::new(file) == Path::new(&name)) else {
        bail!("`{name}` is no file of the pack `{}`", path.display());
    };
    let apart = if text.ends_with('\n') { "\n" } else { "\n\n" };
    let added = format!("{apart}{rule}");
    text.push_str(&added);
    // What would break the pack, an id that is taken for one, is told before anything is written.
    let problems = check::examples(&Engine::compile(Pack::parse(files)?));
    if problems.0.iter().any(|problem| problem.subject.as_ref() == Some(&args.id)) {
        return Err(problems.into());
    }
    append(Path::new(&name), &added)?;
    writeln!(out, "added rule `{}` at the end of {name}", args.id)?;
    writeln!(
        out,
        "next: write its examples, then its phrases; `firstlane rules check --rules {}`",
        path.display()
    )?;
    out.flush()?;
    Ok(Exit::Done)
}

fn lane<'p>(pack: &'p Pack, id: Option<&str>) -> Result<&'p str> {
    let mut lanes = pack.of_kind(Kind::Lane).map(|ix| pack.target(ix));
    let lane = lanes.find(|target| id.is_none_or(|id| target.id == id));
    match (lane, id) {
        (Some(lane), _) => Ok(&lane.id),
        (None, id) => {
            let id = id.unwrap_or_default();
            bail!("this pack has no lane `{id}`; `firstlane rules list lane` shows all")
        }
    }
}

/// The rule as text, in the layout of `fmt`. Its phrase is its id in words, so that its example fires.
fn text(id: &str, lane: &str) -> String {
    let phrase = id.replace('-', " ");
    format!(
        "[[rule]]
id = \"{id}\"
# What it speaks for, with signed points from -10 to 10: lane, instinct, verify, pair, hook.
lane = {{ {lane} = 2 }}
# When it fires: `words`, `patterns` or `near`, and besides `all` and `none`. `~` stands for inflections.
words = [\"{phrase}\"]
examples = [\"A text with {phrase} in it makes it fire.\"]
counterexamples = [\"A text with the same words in another sense does not.\"]
"
    )
}

/// The file that is named for a lane, or else has most of its rules.
fn file_of(pack: &Pack, lane: &str) -> String {
    let ix = pack.find(lane).filter(|&ix| matches!(pack.target(ix).detail, Detail::Lane { .. }));
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in pack.rules() {
        let speaks = rule.points.iter().any(|(target, points)| Some(*target) == ix && *points > 0.0);
        *rules.entry(&rule.place.source.name).or_default() += usize::from(speaks);
    }
    let named = rules.keys().find(|file| Path::new(file).file_stem().is_some_and(|stem| stem == lane));
    let most = || rules.iter().max_by_key(|(_, rules)| **rules).map(|(file, _)| file);
    named.or_else(most).map_or_else(String::new, |file| (*file).to_owned())
}
