//! `firstlane diff`: two packs, or a pack and a baseline, on the same banks.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use firstlane::{
    Code, Engine, Kind, Level, Pack, Problem, Scanner,
    bank::Sample,
    diff::{Answer, Baseline, Causes, Change, Comparison, Differs, Index, Match, RESPECTS, Row, Side},
    input::Record,
    report::{Case, Excerpt, Figure, Report},
};

use super::{
    Exit, Global,
    bank::{self, Part},
    diff_tables::tables,
    output::{Output, save},
    pack_at::PackAt,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The older and the newer pack: a path, `built-in`, or `REV:path` as git knows it. One alone is the older; with
    /// `--against` or `--save` it is the newer. The newer one is that of `--rules` if it is not named here
    #[arg(value_name = "PACK", num_args = 0..=2)]
    packs: Vec<PackAt>,
    /// Banks of questions, labelled or not, in any format; files, folders or patterns
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    bank: Vec<PathBuf>,
    /// Only a part of the banks, by the hash of the id: three of ten questions are held out
    #[arg(long, value_enum, default_value_t = Part::All)]
    part: Part,
    /// Compare with the answers of a baseline instead of an older pack
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Keep the answers of the newer pack as a baseline
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Exit code 1 if an answer that was right is wrong
    #[arg(long)]
    no_regressions: bool,
    /// Exit code 1 if any answer is another, or a baseline is not of these banks
    #[arg(long)]
    no_changes: bool,
    #[command(flatten)]
    output: Output,
}

/// What the newer pack is compared with.
enum Older<'o> {
    Pack(&'o Engine),
    Baseline(&'o Baseline, Index<'o>),
    Nothing,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let (older, newer) = packs(args, global);
    args.output.run("diff", |report| {
        let older = older.map(|pack| pack.load()).transpose()?.map(Engine::compile);
        let newer = Engine::compile(newer.load()?);
        let baseline = args.against.as_deref().map(read_baseline).transpose()?;
        let mut older = match (&older, &baseline) {
            (Some(engine), _) => Older::Pack(engine),
            (None, Some(baseline)) => Older::Baseline(baseline, baseline.index()),
            (None, None) => Older::Nothing,
        };
        let banks = bank::read_any(&args.bank, args.part, global)?;
        let mut saved = Baseline::new(newer.pack());
        let mut run =
            Run { args, newer: &newer, comparison: Comparison::default(), passed_over: [0; 2], report };
        for (file, records) in &banks {
            let file = file.display().to_string();
            let rows = records.iter().map(|record| run.question(&mut older, record, &file));
            saved.add(&file, rows.collect::<Result<_>>()?);
        }
        run.finish(&older)?;
        if let Some(path) = &args.save {
            save(path, saved.written().as_bytes())?;
            let saved = saved.answers.len();
            report.summary.push(format!("{saved} answers are kept in `{}`", path.display()));
        }
        Ok(Exit::Done)
    })
}

/// The older pack, if there is one, and the newer.
fn packs(args: &Args, global: &Global) -> (Option<PackAt>, PackAt) {
    let rules = || PackAt::of_rules(global.rules.as_deref());
    let kept = args.against.is_some() || args.save.is_some();
    match args.packs.as_slice() {
        [older, newer] if args.against.is_none() => (Some(older.clone()), newer.clone()),
        [_, _] => super::usage("an older pack and `--against` exclude each other"),
        [newer] if kept => (None, newer.clone()),
        [older] => (Some(older.clone()), rules()),
        _ if kept => (None, rules()),
        _ => super::usage(
            "name an older and a newer pack, or a baseline (`--against`), or where to keep one (`--save`)",
        ),
    }
}

fn read_baseline(path: &Path) -> Result<Baseline> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("`{}` cannot be read", path.display()))?;
    Baseline::read(&text).map_err(|why| anyhow!("`{}` is no baseline: {why}", path.display()))
}

struct Run<'r> {
    args: &'r Args,
    newer: &'r Engine,
    comparison: Comparison,
    /// Questions that the baseline does not have, or has with another text.
    passed_over: [usize; 2],
    report: &'r mut Report,
}

impl Run<'_> {
    /// Compares the answers to one question; gives the newer one.
    fn question(&mut self, older: &mut Older<'_>, record: &Record<'_>, file: &str) -> Result<Row> {
        let (after, answer) = scan(self.newer, record);
        let pack = self.newer.pack();
        if let Some(labels) = &record.labels {
            firstlane::bank::Truth::resolve(pack, labels)
                .map_err(|label| bank::unknown_label(&label))
                .with_context(|| format!("{file}:{}", record.line))?;
        }
        let before = match older {
            Older::Pack(engine) => {
                let (sample, before) = scan(engine, record);
                Some((before, Some((engine.pack(), sample))))
            }
            Older::Baseline(_, index) => match index.find(record) {
                Match::Answer(row) => Some((row.answer(), None)),
                Match::New => {
                    self.passed_over[0] += 1;
                    None
                }
                Match::OtherText => {
                    self.passed_over[1] += 1;
                    None
                }
            },
            Older::Nothing => None,
        };
        if let Some((before, side)) = before {
            let side = side.as_ref().map(|(pack, sample)| Side { pack, sample });
            let now = Side { pack, sample: &after };
            self.compare(record, file, (&before, side), (&answer, now));
        }
        Ok(Row::new(record, answer))
    }

    fn compare(
        &mut self,
        record: &Record<'_>,
        file: &str,
        (before, older): (&Answer, Option<Side<'_>>),
        (after, newer): (&Answer, Side<'_>),
    ) {
        let changes = self.comparison.add(record.labels.as_ref(), before, after);
        let verdict = newer.sample.verdict(newer.pack);
        let excerpt = Excerpt::of(record, file);
        // What follows from another lane is said with it, unless it is worse.
        let lane = changes.iter().find(|(kind, _)| *kind == Kind::Lane).map(|(_, change)| *change);
        let follows =
            |&&(kind, change): &&(Kind, Change)| kind != Kind::Lane && lane.is_some_and(|l| l <= change);
        let mut problems = Vec::new();
        for &(kind, change) in changes.iter().filter(|change| !follows(change)) {
            let problem = Problem::new(code(change), told(record, kind, change, before, after));
            let problem = problem.about(&*record.id).level(self.level(change));
            let mut problem = excerpt.mark(problem, newer.pack, &record.question(), &verdict, kind);
            if kind == Kind::Lane {
                for (kind, change) in changes.iter().filter(follows) {
                    problem = problem.note(told(record, *kind, *change, before, after));
                }
            }
            problems.push(match older.map(|older| Causes::find(older, newer, kind)) {
                Some(causes) => with_causes(problem, newer.pack, &causes),
                None => problem,
            });
        }
        let least = if self.args.no_changes { Level::Error } else { Level::Warning };
        let (fails, others): (Vec<_>, Vec<_>) = problems.into_iter().partition(|p| p.level >= least);
        self.report.cases.push(Case::failed(file, &*record.id, fails));
        self.report.problems.extend(others);
    }

    fn level(&self, change: Change) -> Level {
        match change {
            _ if self.args.no_changes => Level::Error,
            Change::Lost if self.args.no_regressions => Level::Error,
            change => code(change).level(),
        }
    }

    /// Says what all questions came to.
    fn finish(self, older: &Older<'_>) -> Result<()> {
        let Self { args, newer, comparison, passed_over: [new, other], report } = self;
        if let Older::Pack(engine) = older {
            report.pack(engine.pack());
        }
        report.pack(newer.pack());
        if let Older::Baseline(baseline, index) = older {
            report.summary.push(format!("baseline: {} {}", baseline.pack, baseline.version));
            // A part of the banks cannot have all that is in the baseline.
            let left = if args.part == Part::All { index.left() } else { 0 };
            if new + other + left > 0 {
                let message = format!(
                    "baseline is not of these banks: it lacks {new} of their questions, has {other} with another text, and {left} that they lack"
                );
                let level = if args.no_changes { Level::Error } else { Code::BaselineStale.level() };
                let problem = Problem::new(Code::BaselineStale, message).level(level);
                report.problems.push(problem.help("keep the answers anew: `firstlane diff --save FILE`"));
            }
            if comparison.questions == 0 {
                bail!("no question of the banks is in the baseline with the same text");
            }
        }
        if matches!(older, Older::Nothing) {
            return Ok(());
        }
        report.summary.push(format!(
            "{} questions, {} with labels: {} answers differ",
            comparison.questions, comparison.labelled, comparison.changed
        ));
        report.figure(Figure::count("answers that differ", comparison.changed));
        if comparison.labelled > 0 {
            let all = comparison.paired[RESPECTS.len()];
            report.figure(Figure::count("questions gained in all respects", all.gained));
            report.figure(Figure::count("questions lost", all.lost));
        }
        if comparison.changed > 0 && matches!(older, Older::Baseline(..)) {
            let hint =
                "a baseline keeps answers only; name an older pack to see which rules make the difference";
            report.summary.push(hint.to_owned());
        }
        report.tables.extend(tables(newer.pack(), &comparison));
        Ok(())
    }
}

/// A question, scanned, and the answer to it.
fn scan(engine: &Engine, record: &Record<'_>) -> (Sample, Answer) {
    let sample = Sample::unlabelled(&mut Scanner::new(engine), engine.pack(), record);
    let answer = Answer::of(engine.pack(), &sample.verdict(engine.pack()));
    (sample, answer)
}

fn code(change: Change) -> Code {
    match change {
        Change::Lost => Code::AnswerLost,
        Change::Gained => Code::AnswerGained,
        Change::Changed => Code::AnswerChanged,
    }
}

/// What became of an answer.
fn told(record: &Record<'_>, kind: Kind, change: Change, before: &Answer, after: &Answer) -> String {
    let name = |id: Option<&str>| id.map_or("none".to_owned(), |id| format!("`{id}`"));
    let (was, is) = (name(before.in_respect(kind)), name(after.in_respect(kind)));
    let judged = match change {
        Change::Lost => ", which was right",
        Change::Gained => ", which was wrong",
        Change::Changed => "",
    };
    format!("{} of question `{}` is {is}, before {was}{judged}", kind.key(), record.id)
}

/// The same with the rules that make the difference, and where these are written.
fn with_causes(problem: Problem, pack: &Pack, causes: &Causes) -> Problem {
    let one = |differs: &Differs| match &differs.rule {
        Some(rule) => format!("`{rule}` {}", differs.how),
        None => differs.how.clone(),
    };
    let set = |set: &[Differs]| set.iter().map(one).collect::<Vec<_>>().join("\n  and ");
    let (note, sets): (String, &[Vec<Differs>]) = match causes {
        Causes::Smallest(sets) => {
            (format!("because {}", sets.iter().map(|s| set(s)).collect::<Vec<_>>().join("\nor ")), sets)
        }
        Causes::Together(all) => (format!("because of these together:\n  {}", set(all)), &[]),
    };
    let mut problem = problem.note(note);
    for differs in sets.first().into_iter().flatten() {
        let rule = pack.rules().iter().find(|rule| Some(&rule.id) == differs.rule.as_ref());
        if let Some(rule) = rule.filter(|rule| !rule.place.source.name.is_empty()) {
            problem = problem.related(&rule.place, &*differs.how);
        }
    }
    problem
}
