//! `firstlane eval`: answers against the labels of a bank.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context, Result};
use firstlane::{
    Code, Engine, Kind, Pack, Problem, TargetIx, Verdict,
    bank::Sample,
    eval::{Evaluation, Share, Wrong},
    input::{Labels, Record},
    report::{Case, Cell, Excerpt, Figure, Report, Table, Unit},
    scorecard::{self, Advice, Card},
};

use super::{
    Exit, Global,
    bank::{self, Entry, Part},
    curve,
    output::Output,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Labelled banks in JSON Lines
    #[arg(value_name = "FILE.jsonl", required = true)]
    files: Vec<PathBuf>,
    /// List the wrong answers with the evidence that misled
    #[arg(long)]
    misses: bool,
    /// Only a part of the banks, by the hash of the id: three of ten questions are held out
    #[arg(long, value_enum, default_value_t = Part::All)]
    part: Part,
    /// A card for each rule: its precision, the answers that hang on it, and whether to keep, tune or retire it
    #[arg(long)]
    scorecard: bool,
    /// The risk-coverage curve of the lane threshold, as text, and as SVG if a file is named
    #[arg(long, value_name = "FILE.svg", num_args = 0..=1)]
    curve: Option<Option<PathBuf>>,
    /// Print a calibration curve for the pack, from levels of at least N answers
    #[arg(long, value_name = "N")]
    calibration: Option<usize>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    args.output.run("eval", |report| {
        let engine = global.engine()?;
        report.pack(engine.pack());
        evaluate(args, engine, global, report)?;
        Ok(Exit::Done)
    })
}

fn evaluate(args: &Args, engine: &Engine, global: &Global, report: &mut Report) -> Result<()> {
    let pack = engine.pack();
    let mut evaluation = Evaluation::default();
    let mut unlabelled = 0;
    let entries = bank::read(&args.files, args.part, global)?;
    for Entry { file, record } in &entries {
        let Some(labels) = &record.labels else {
            unlabelled += 1;
            continue;
        };
        let verdict = engine.classify(&record.question());
        let wrong = evaluation
            .add(pack, labels, &verdict)
            .map_err(|label| bank::unknown_label(&label))
            .with_context(|| format!("{}:{}", file.display(), record.line))?;
        if args.misses || args.output.lists(Code::WrongLane.level()) {
            let file = file.display().to_string();
            let found = misses(pack, record, labels, wrong, &verdict, &file);
            report.cases.push(Case::failed(file, &*record.id, found));
        }
    }
    summarise(pack, &evaluation, unlabelled, report);
    if let Some(least) = args.calibration {
        report.summary.push(format!("calibration = {:?}", evaluation.calibration(least)));
    }
    if args.scorecard || args.curve.is_some() {
        let samples = bank::scan(engine, &bank::records(entries))?;
        if args.scorecard {
            report.tables.push(rule_cards(pack, &samples));
        }
        if let Some(file) = &args.curve {
            report.tables.push(curve::run(pack, &samples, file.as_deref())?);
        }
    }
    Ok(())
}

/// A row for each rule, the doubtful ones first.
fn rule_cards(pack: &Pack, samples: &[Sample]) -> Table {
    let mut cards = scorecard::cards(pack, samples);
    cards.sort_by_key(Card::advice);
    let of = |advice| cards.iter().filter(|card| card.advice() == advice).count();
    let all = [Advice::Retire, Advice::Tune, Advice::Few, Advice::Unseen, Advice::Keep];
    let counts: Vec<_> = all.map(|advice| format!("{} {}", of(advice), advice.name())).into();
    let columns = ["", "rule", "speaks for", "precision", "answers that hang on it", "that it misleads"];
    let mut table = Table::new(format!("rules: {}", counts.join(", ")), columns);
    for card in &cards {
        let (rule, target) = (&pack.rule(card.rule).id, &pack.target(card.target).id);
        table.push([
            card.advice().name().into(),
            rule.as_str().into(),
            target.as_str().into(),
            card.precision.into(),
            card.held.into(),
            card.misled.into(),
        ]);
    }
    table
}

fn summarise(pack: &Pack, e: &Evaluation, unlabelled: usize, report: &mut Report) {
    let without = if unlabelled > 0 { format!(", {unlabelled} without labels") } else { String::new() };
    report.summary.push(format!(
        "{} labelled questions: {} in scope, {} out of scope{without}",
        e.labelled, e.answered.of, e.rejected.of
    ));
    for (name, share) in [
        ("answered", e.answered),
        ("chapter", e.chapter),
        ("lane", e.lane),
        ("lane, strict", e.lane_strict),
        ("instinct", e.instinct),
        ("verify", e.verify),
        ("all three", e.all_three),
        ("rejected", e.rejected),
    ] {
        report.figure(Figure::share(name, share));
    }
    report.figure(Figure::new("expected calibration error", e.calibration_error(), Unit::Number(3)));
    let mut lanes = Table::new("by lane", ["lane", "precision", "recall"]);
    for lane in pack.of_kind(Kind::Lane) {
        let of = |map: &BTreeMap<TargetIx, Share>| map.get(&lane).copied().unwrap_or_default().into();
        lanes.push([pack.target(lane).id.as_str().into(), of(&e.precision), of(&e.recall)]);
    }
    report.tables.push(lanes);
    report.tables.push(confusion(pack, e));
    let mut reliability = Table::new("by confidence", ["confidence", "answers", "mean", "right"]);
    for (low, share, mean) in e.reliability() {
        let range = format!("{low:.1} to {:.1}", low + 0.1);
        reliability.push([range.into(), share.of.into(), Cell::Number(mean, 2), share.into()]);
    }
    report.tables.push(reliability);
}

fn confusion(pack: &Pack, e: &Evaluation) -> Table {
    let lanes: Vec<_> = pack.of_kind(Kind::Lane).map(Some).chain([None]).collect();
    let name = |lane: Option<TargetIx>| lane.map_or("none", |lane| pack.target(lane).id.as_str());
    let head = (1..=lanes.len()).map(|at| at.to_string());
    let mut table = Table::new(
        "labelled (down), claimed (across)",
        ["".to_owned(), "lane".to_owned()].into_iter().chain(head),
    );
    for (at, &label) in lanes.iter().enumerate() {
        let count = |claimed| e.confusion.get(&(label, claimed)).copied().unwrap_or(0).into();
        let row = [(at + 1).into(), name(label).into()];
        table.push(row.into_iter().chain(lanes.iter().map(|&claimed| count(claimed))));
    }
    table
}

/// What is wrong in an answer, with the words that misled. Where the lane is wrong, the rest follows from it.
pub(super) fn misses(
    pack: &Pack,
    record: &Record<'_>,
    labels: &Labels,
    wrong: Wrong,
    verdict: &Verdict,
    file: &str,
) -> Vec<Problem> {
    let all = [
        (wrong.lane, Code::WrongLane, Kind::Lane, &labels.lane, &labels.lane_ok, verdict.lane),
        (
            !wrong.lane && wrong.instinct,
            Code::WrongInstinct,
            Kind::Instinct,
            &labels.instinct,
            &labels.instinct_ok,
            verdict.instinct,
        ),
        (
            !wrong.lane && wrong.verify,
            Code::WrongVerify,
            Kind::Step,
            &labels.verify,
            &labels.verify_ok,
            verdict.verify,
        ),
    ];
    let excerpt = Excerpt::of(record, file);
    let question = record.question();
    let mut problems = Vec::new();
    for (is_wrong, code, kind, label, also, answer) in all {
        if !is_wrong {
            continue;
        }
        let name = |id: &Option<String>| id.as_ref().map_or("none".to_owned(), |id| format!("`{id}`"));
        let also: String = also.iter().map(|id| format!(" or {}", name(id))).collect();
        let answer = name(&answer.map(|ix| pack.target(ix).id.clone()));
        let message = format!(
            "{} of question `{}` is {answer}, should be {}{also}",
            kind.key(),
            record.id,
            name(label)
        );
        let problem = Problem::new(code, message).about(&*record.id);
        problems.push(excerpt.mark(problem, pack, &question, verdict, kind));
    }
    problems
}
