//! `firstlane rules`: what is in the pack, and whether it is sound.

use std::io::Write;

use anyhow::{Result, bail};
use clap::{Subcommand, ValueEnum};
use firstlane::{CueIx, Detail, Engine, Kind, Pack, Rule, Target, check};

use super::{Exit, Global, output::Output, stdout};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List targets and rules
    List {
        /// Of one kind only
        #[arg(value_enum)]
        kind: Option<Listed>,
    },
    /// Show a rule or a target whole
    Show {
        /// Its id
        id: String,
    },
    /// List the rows of the source document with the entries and the number of rules that lead to each
    Sources,
    /// Check the pack, examples and counterexamples included
    Check(Output),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Listed {
    Lane,
    Instinct,
    Step,
    Pair,
    Hook,
    Rule,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let pack = || global.written().map(Engine::pack);
    let mut out = stdout();
    let exit = match &args.command {
        None => list(pack()?, None, &mut out)?,
        Some(Command::List { kind }) => list(pack()?, *kind, &mut out)?,
        Some(Command::Show { id }) => show(pack()?, id, &mut out)?,
        Some(Command::Sources) => sources(pack()?, &mut out)?,
        Some(Command::Check(output)) => check(output, global)?,
    };
    out.flush()?;
    Ok(exit)
}

fn list(pack: &Pack, only: Option<Listed>, out: &mut impl Write) -> Result<Exit> {
    writeln!(out, "{} {} ({})", pack.title(), pack.version(), pack.name())?;
    for (kind, listed) in
        Kind::ALL.into_iter().zip([Listed::Lane, Listed::Instinct, Listed::Step, Listed::Pair, Listed::Hook])
    {
        if only.is_some_and(|only| only != listed) {
            continue;
        }
        writeln!(out)?;
        for ix in pack.of_kind(kind) {
            let target = pack.target(ix);
            writeln!(out, "{:<9} {:<26} {}", kind.name(), target.id, about(target))?;
        }
    }
    if only.is_none_or(|only| only == Listed::Rule) {
        writeln!(out)?;
        for rule in pack.rules() {
            writeln!(out, "{:<9} {:<40} {}", "rule", rule.id, points(pack, rule))?;
        }
    }
    Ok(Exit::Done)
}

fn about(target: &Target) -> String {
    match &target.detail {
        Detail::Lane { chapter, about, .. } => format!("chapter {chapter}: {about}"),
        Detail::Instinct { when } => format!("{when} → {}", target.text),
        Detail::Pair { sides: [one, other] } => format!("{one} / {other}: {}", target.text),
        Detail::Step { checklist: true } => format!("{} (checklist)", target.text),
        Detail::Step { .. } | Detail::Hook => target.text.clone(),
    }
}

fn points(pack: &Pack, rule: &Rule) -> String {
    let one = |&(target, points): &(_, f64)| format!("{} {points:+}", pack.target(target).id);
    rule.points.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn show(pack: &Pack, id: &str, out: &mut impl Write) -> Result<Exit> {
    if let Some(ix) = pack.find(id) {
        let target = pack.target(ix);
        writeln!(out, "{} {id}\n  {}", target.kind().name(), about(target))?;
        writeln!(out, "  source: {} / {}", target.source.table, target.source.row)?;
        let rules = pack.rules().iter().filter(|rule| rule.points.iter().any(|(target, _)| *target == ix));
        for rule in rules {
            writeln!(out, "  rule {:<40} {}", rule.id, points(pack, rule))?;
        }
        return Ok(Exit::Done);
    }
    let Some(rule) = pack.rules().iter().find(|rule| rule.id == id) else {
        bail!("this pack has no target and no rule `{id}`; `firstlane rules list` shows all");
    };
    let (line, column) = rule.place.source.line_column(rule.place.span.start);
    writeln!(out, "rule {id} ({}:{line}:{column})", rule.place.source.name)?;
    writeln!(out, "  speaks for: {}", points(pack, rule))?;
    let cues = |cues: &[CueIx]| -> String {
        cues.iter().map(|cue| format!("`{}`", pack.cues()[cue.index()].text)).collect::<Vec<_>>().join(", ")
    };
    let when = &rule.when;
    if !when.any.is_empty() {
        writeln!(out, "  any of: {}", cues(&when.any))?;
    }
    if let Some(near) = &when.near {
        writeln!(
            out,
            "  near: {}\n    within {} words of: {}",
            cues(&near.words),
            near.within,
            cues(&near.to)
        )?;
    }
    for group in &when.all {
        writeln!(out, "  and one of: {}", cues(group))?;
    }
    if !when.none.is_empty() {
        writeln!(out, "  and none of: {}", cues(&when.none))?;
    }
    for example in &rule.examples {
        writeln!(out, "  example: {}", example.text)?;
    }
    for example in &rule.counterexamples {
        writeln!(out, "  counterexample: {}", example.text)?;
    }
    Ok(Exit::Done)
}

fn sources(pack: &Pack, out: &mut impl Write) -> Result<Exit> {
    writeln!(out, "{}", pack.source())?;
    let mut table = "";
    for target in pack.targets() {
        if target.source.table != table {
            table = &target.source.table;
            writeln!(out, "\n{table}")?;
        }
        let ix = pack.find(&target.id);
        let leads = |rule: &&Rule| rule.points.iter().any(|(t, points)| Some(*t) == ix && *points > 0.0);
        let rules = pack.rules().iter().filter(leads).count();
        let id = format!("{} {}", target.kind().name(), target.id);
        writeln!(out, "  {id:<36} {rules:>3} rules  {}", target.source.row)?;
    }
    Ok(Exit::Done)
}

fn check(args: &Output, global: &Global) -> Result<Exit> {
    args.run("rules check", |report| {
        let engine = global.written()?;
        let pack = engine.pack();
        report.pack(pack);
        report.problems = check::examples(engine).0;
        if !report.problems.is_empty() {
            return Ok(Exit::Pack);
        }
        let count = |of: fn(&Rule) -> usize| pack.rules().iter().map(of).sum::<usize>();
        report.summary.push(format!(
            "{} {}: {} rules, {} cues, {} examples and {} counterexamples hold",
            pack.name(),
            pack.version(),
            pack.rules().len(),
            pack.cues().len(),
            count(|rule| rule.examples.len()),
            count(|rule| rule.counterexamples.len()),
        ));
        Ok(Exit::Done)
    })
}
