//! `firstlane eval`: answers against the labels of a bank.

use std::{collections::BTreeMap, io::Write, path::PathBuf};

use anyhow::{Context, Result};
use firstlane::{
    Engine, Evidence, Kind, Pack, TargetIx, Verdict,
    bank::Sample,
    eval::{Evaluation, Share, Wrong},
    input::Record,
    scorecard::{self, Advice, Card},
};

use super::{
    Exit, Global,
    bank::{self, Entry, Part},
    curve, stdout,
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
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let engine = global.engine()?;
    let mut evaluation = Evaluation::default();
    let mut unlabelled = 0;
    let mut misses = Vec::new();
    let entries = bank::read(&args.files, args.part, global)?;
    for Entry { file, record } in &entries {
        let Some(labels) = &record.labels else {
            unlabelled += 1;
            continue;
        };
        let verdict = engine.classify(&record.question());
        let wrong = evaluation
            .add(engine.pack(), labels, &verdict)
            .map_err(|label| bank::unknown_label(&label))
            .with_context(|| format!("{}:{}", file.display(), record.line))?;
        if wrong.any() {
            misses.push((wrong, record, verdict));
        }
    }
    let mut out = stdout();
    print(engine.pack(), &evaluation, unlabelled, &mut out)?;
    if args.misses {
        print_misses(engine, &misses, &mut out)?;
    }
    if let Some(least) = args.calibration {
        writeln!(out, "\ncalibration = {:?}", evaluation.calibration(least))?;
    }
    if args.scorecard || args.curve.is_some() {
        let samples = bank::scan(engine, &bank::records(entries))?;
        if args.scorecard {
            print_scorecard(engine.pack(), &samples, &mut out)?;
        }
        if let Some(file) = &args.curve {
            curve::run(engine.pack(), &samples, file.as_deref(), &mut out)?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// A line for each rule, the doubtful ones first.
fn print_scorecard(pack: &Pack, samples: &[Sample], out: &mut impl Write) -> Result<()> {
    let mut cards = scorecard::cards(pack, samples);
    cards.sort_by_key(Card::advice);
    let of = |advice| cards.iter().filter(|card| card.advice() == advice).count();
    let all = [Advice::Retire, Advice::Tune, Advice::Few, Advice::Unseen, Advice::Keep];
    let counts: Vec<_> = all.map(|advice| format!("{} {}", of(advice), advice.name())).into();
    writeln!(out, "\nrules: {}", counts.join(", "))?;
    writeln!(
        out,
        "{:<8}{:<44}{:<28}{:<28}answers that hang on it, that it misleads",
        "", "rule", "speaks for", "precision"
    )?;
    for card in &cards {
        let (rule, target) = (&pack.rule(card.rule).id, &pack.target(card.target).id);
        let precision = short(card.precision);
        writeln!(
            out,
            "{:<8}{rule:<44}{target:<28}{precision:<28}{}, {}",
            card.advice().name(),
            card.held,
            card.misled
        )?;
    }
    Ok(())
}

fn print(pack: &Pack, evaluation: &Evaluation, unlabelled: usize, out: &mut impl Write) -> Result<()> {
    let e = evaluation;
    let without = if unlabelled > 0 { format!(", {unlabelled} without labels") } else { String::new() };
    writeln!(
        out,
        "{} labelled questions: {} in scope, {} out of scope{without}",
        e.labelled, e.answered.of, e.rejected.of
    )?;
    writeln!(out, "\n{:<14} {:>9} {:>8}   95 % interval (Wilson)", "", "right", "share")?;
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
        writeln!(out, "{name:<14} {}", row(share))?;
    }
    writeln!(out, "\n{:<26} precision                  recall", "lane")?;
    for lane in pack.of_kind(Kind::Lane) {
        let of = |map: &BTreeMap<TargetIx, Share>| short(map.get(&lane).copied().unwrap_or_default());
        writeln!(out, "{:<26} {:<26} {}", pack.target(lane).id, of(&e.precision), of(&e.recall))?;
    }
    confusion(pack, e, out)?;
    writeln!(out, "\nconfidence   answers   mean    right")?;
    for (low, share, mean) in e.reliability() {
        writeln!(out, "{low:.1} to {:.1}   {:>7}   {mean:.2}    {}", low + 0.1, share.of, short(share))?;
    }
    writeln!(out, "expected calibration error {:.3}", e.calibration_error())?;
    Ok(())
}

fn row(share: Share) -> String {
    let (low, high) = share.wilson();
    let value = share.value() * 100.0;
    let fraction = format!("{}/{}", share.hits, share.of);
    format!("{fraction:>9} {value:>6.1} %   {:.1} to {:.1} %", low * 100.0, high * 100.0)
}

fn short(share: Share) -> String {
    let (low, high) = share.wilson();
    let [value, low, high] = [share.value(), low, high].map(|x| x * 100.0);
    format!("{}/{} {value:.0} % ({low:.0} to {high:.0})", share.hits, share.of)
}

fn confusion(pack: &Pack, e: &Evaluation, out: &mut impl Write) -> Result<()> {
    let lanes: Vec<_> = pack.of_kind(Kind::Lane).map(Some).chain([None]).collect();
    let name = |lane: Option<TargetIx>| lane.map_or("none", |lane| pack.target(lane).id.as_str());
    let head: String = (1..=lanes.len()).map(|at| format!("{at:>6}")).collect();
    writeln!(out, "\n{:<30}{head}", "labelled (down), claimed")?;
    for (at, &label) in lanes.iter().enumerate() {
        let count = |claimed| e.confusion.get(&(label, claimed)).copied().unwrap_or(0);
        let cells: String = lanes.iter().map(|&claimed| format!("{:>6}", count(claimed))).collect();
        writeln!(out, "{} {:<28}{cells}", at + 1, name(label))?;
    }
    Ok(())
}

fn print_misses(
    engine: &Engine,
    misses: &[(Wrong, &Record<'_>, Verdict)],
    out: &mut impl Write,
) -> Result<()> {
    type Of = fn(&Wrong) -> bool;
    for (title, wrong_in) in [
        ("lane", (|w| w.lane) as Of),
        ("instinct", |w| !w.lane && w.instinct),
        ("verify", |w| !w.lane && w.verify),
    ] {
        let here: Vec<_> = misses.iter().filter(|(wrong, ..)| wrong_in(wrong)).collect();
        writeln!(out, "\n== wrong {title}: {}", here.len())?;
        for (_, record, verdict) in here {
            print_miss(engine.pack(), title, record, verdict, out)?;
        }
    }
    Ok(())
}

fn print_miss(
    pack: &Pack,
    what: &str,
    record: &Record<'_>,
    verdict: &Verdict,
    out: &mut impl Write,
) -> Result<()> {
    let labels = record.labels.as_ref().cloned().unwrap_or_default();
    let (label, also, answer, kind) = match what {
        "lane" => (labels.lane, labels.lane_ok, verdict.lane, Kind::Lane),
        "instinct" => (labels.instinct, labels.instinct_ok, verdict.instinct, Kind::Instinct),
        _ => (labels.verify, labels.verify_ok, verdict.verify, Kind::Step),
    };
    let name = |id: &Option<String>| id.clone().unwrap_or_else(|| "none".to_owned());
    let also: String = also.iter().map(|id| format!(" or {}", name(id))).collect();
    let answer = answer.map_or("none", |ix| pack.target(ix).id.as_str());
    writeln!(out, "\n{}: {answer}, should be {}{also}", record.id, name(&label))?;
    writeln!(out, "  {}", record.stem.split_whitespace().collect::<Vec<_>>().join(" "))?;
    for (key, text) in &record.options {
        writeln!(out, "    {key}. {}", text.split_whitespace().collect::<Vec<_>>().join(" "))?;
    }
    let of_kind = |e: &&Evidence| pack.target(e.target).kind() == kind;
    for evidence in verdict.evidence.iter().filter(of_kind) {
        let question = record.question();
        let (start, end) = evidence.span;
        let field = record.field(question.segments()[evidence.hit.segment as usize].option);
        let text = String::from_utf8_lossy(&field.as_bytes()[start as usize..end as usize]).into_owned();
        let (rule, target) = (&pack.rule(evidence.rule).id, &pack.target(evidence.target).id);
        writeln!(out, "    {:+.2} {target} {rule} ({}: {text:?})", evidence.points, evidence.zone.name())?;
    }
    Ok(())
}
