//! `firstlane test`: cases, coverage and mutation of a pack.
//!
//! The cases are in `cases`, what was measured in `measured`; what a number means is said in the library's `suite`.

mod cases;
mod gates;
mod measured;
mod perturb;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use firstlane::{
    Code, Engine, Level, Pack, Problem, RuleIx,
    report::Report,
    suite::{self, Case, Changed, Fixture, Measure},
};

use self::gates::{Accuracy, Coverage, KillRate, Stable};
use super::{
    Exit, Global,
    bank::{self, Part},
    output::Output,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A labelled bank in JSON Lines; may be repeated [default: the `.jsonl` files in the pack's folder]
    #[arg(long, value_name = "FILE.jsonl", num_args = 1..)]
    bank: Vec<PathBuf>,
    /// Only a part of the banks, by the hash of the id: three of ten questions are held out
    #[arg(long, value_enum, default_value_t = Part::All)]
    part: Part,
    /// Only rules, questions and targets whose id holds this text; may be repeated
    #[arg(long, value_name = "TEXT")]
    filter: Vec<String>,
    /// List the questions that are answered wrongly
    #[arg(long)]
    misses: bool,
    /// Ask for so much of the banks, such as `lane=95,all-three=90`
    #[arg(long, value_name = "WHAT=PERCENT", value_delimiter = ',')]
    min_accuracy: Vec<Accuracy>,
    /// List the parts of the pack that no case needed: phrases, regexes, exceptions, zones, steps, pairs and others
    #[arg(long, help_heading = "Coverage and mutation")]
    coverage: bool,
    /// Ask for so much coverage, such as `fired=100,decisive=80` or `rule-fired=100,phrase-decisive=50`
    #[arg(long, value_name = "WHAT=PERCENT", value_delimiter = ',', help_heading = "Coverage and mutation")]
    min_coverage: Vec<Coverage>,
    /// Weaken the pack in every small way, and list the changes that no case notices, with texts that would
    #[arg(long, help_heading = "Coverage and mutation")]
    mutants: bool,
    /// Ask for so many changes to be noticed, such as `80` or `80,swap-lane=95`
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', help_heading = "Coverage and mutation")]
    min_kill_rate: Vec<KillRate>,
    /// Write the texts otherwise in ways that must not matter, and list what changes an outcome, with the fewest places
    /// that do it [kinds: case, plural, hyphens, quotes, dashes, spaces, wraps, markers, paste, order, letters, key,
    /// furniture; default: all]
    #[arg(
        long, value_name = "KINDS", value_delimiter = ',', num_args = 0..=1, default_missing_value = "all",
        help_heading = "Perturbations"
    )]
    perturb: Vec<perturb::Kinds>,
    /// Ask for so many texts to keep their outcome, such as `90` or `quotes=100,case=95`
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', help_heading = "Perturbations")]
    min_stable: Vec<Stable>,
    /// Measure only the rules that a unified diff changes; `-` reads it from standard input
    #[arg(long, value_name = "FILE", help_heading = "Coverage and mutation")]
    in_diff: Option<PathBuf>,
    /// List at most so many parts and changes of each kind; 0 for all [default: 20 in the text, all in other formats]
    #[arg(long, value_name = "N", help_heading = "Coverage and mutation")]
    most: Option<usize>,
    #[command(flatten)]
    output: Output,
}

impl Args {
    /// Whether an id is one that was chosen.
    fn chooses(&self, id: &str) -> bool {
        self.filter.is_empty() || self.filter.iter().any(|text| id.contains(text.as_str()))
    }

    /// How many of each kind to list.
    fn most(&self) -> usize {
        match self.most {
            Some(0) => usize::MAX,
            Some(most) => most,
            None if self.output.lists(Level::Note) => usize::MAX,
            None => 20,
        }
    }
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    args.output.run("test", |report| {
        let engine = global.written()?;
        report.pack(engine.pack());
        let fixtures = fixtures(args, global)?;
        let cases = suite::cases(engine, &fixtures).map_err(|unknown| {
            bank::unknown_label(&unknown.label).context(format!("{}:{}", unknown.file, unknown.line))
        })?;
        test(args, engine, &cases, report)?;
        Ok(Exit::Done)
    })
}

fn test(args: &Args, engine: &Engine, cases: &[Case<'_>], report: &mut Report) -> Result<()> {
    let pack = engine.pack();
    let chosen: Vec<&Case<'_>> = cases.iter().filter(|case| is_chosen(args, pack, case)).collect();
    if chosen.is_empty() {
        report.problems.push(nothing(args));
        return Ok(());
    }
    cases::report(args, pack, &chosen, report)?;
    perturb::report(args, engine, &chosen, report);
    let measure = what(args, pack)?;
    let measured = suite::measure(engine, cases, &measure);
    // What a filter or a diff leaves out is not missed.
    if args.filter.is_empty() && args.in_diff.is_none() {
        measured::unreached(pack, cases, report);
    }
    if let Some(coverage) = &measured.coverage {
        measured::coverage(args, pack, coverage, report);
    }
    if let Some(mutation) = &measured.mutants {
        measured::mutation(args, pack, mutation, report);
    }
    Ok(())
}

fn is_chosen(args: &Args, pack: &Pack, case: &Case<'_>) -> bool {
    case.rule().map_or_else(|| args.chooses(&case.id), |rule| args.chooses(&pack.rule(rule).id))
}

fn nothing(args: &Args) -> Problem {
    if args.filter.is_empty() {
        let problem = Problem::new(
            Code::NoTests,
            "there is nothing to test: the pack has no example, and no bank was given",
        );
        problem.help("give the rules `examples` and `counterexamples`, or name a labelled bank with `--bank`")
    } else {
        let message = format!("there is nothing to test: no id holds `{}`", args.filter.join("` or `"));
        Problem::new(Code::NoTests, message).help("`firstlane rules list rule` shows the ids of the rules")
    }
}

/// What to measure: all of the pack, or what was chosen or changed.
fn what(args: &Args, pack: &Pack) -> Result<Measure> {
    let mut measure = Measure {
        coverage: args.coverage || !args.min_coverage.is_empty(),
        mutation: args.mutants || !args.min_kill_rate.is_empty(),
        suggestions: args.mutants,
        rules: pack.rule_indexes().collect(),
        manifest: args.filter.is_empty(),
    };
    if let Some(path) = &args.in_diff {
        let (mut reader, name) = super::open(path)?;
        let mut diff = String::new();
        reader.read_to_string(&mut diff).with_context(|| format!("`{name}` cannot be read"))?;
        let changed = Changed::read(&diff).map_err(|bad| anyhow!("{name}:{}: {}", bad.line, bad.message))?;
        let (rules, elsewhere) = changed.of(pack);
        measure.rules = rules;
        measure.manifest &= elsewhere;
    }
    measure.rules.retain(|rule: &RuleIx| args.chooses(&pack.rule(*rule).id));
    Ok(measure)
}

/// The questions of the banks named, or of those in the folder of the pack.
fn fixtures(args: &Args, global: &Global) -> Result<Vec<Fixture>> {
    let files = if args.bank.is_empty() { beside(global.rules.as_deref())? } else { args.bank.clone() };
    let mut fixtures = Vec::new();
    for file in &files {
        // Each bank on its own, so that one without labels is not lost among others.
        let entries = bank::read(std::slice::from_ref(file), args.part, global)
            .with_context(|| format!("`{}`", file.display()))?;
        let name = file.display().to_string();
        fixtures
            .extend(bank::records(entries).into_iter().map(|record| Fixture { file: name.clone(), record }));
    }
    Ok(fixtures)
}

fn beside(pack: Option<&Path>) -> Result<Vec<PathBuf>> {
    let Some(folder) = pack.filter(|path| path.is_dir()) else { return Ok(Vec::new()) };
    let entries = fs::read_dir(folder).with_context(|| format!("`{}` cannot be read", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    Ok(files)
}
