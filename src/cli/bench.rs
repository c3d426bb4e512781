//! `firstlane bench`: how fast this machine classifies a bank, and where the time goes.

use std::{
    fs,
    hint::black_box,
    io::{Read, Write},
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use firstlane::{
    Hit, Question, Scanner, Scorer, Verdict, decide,
    input::{self, Fields, Format, Reading, Record},
    render::json_writer::Writer,
};

use super::{Exit, Global, open, stdout};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The bank; of a large one the first 64 MiB are taken
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How often everything is done; the median counts
    #[arg(long, value_name = "N", default_value_t = 7)]
    passes: usize,
}

/// Bytes of a bank that are enough to tell.
const MOST: u64 = 64 << 20;

/// The parts of the work, in order.
const STAGES: [&str; 6] = ["read", "split in zones", "scan", "score", "decide", "write"];

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let start = Instant::now();
    let engine = global.engine()?;
    let started = start.elapsed();
    let (reader, name) = open(&args.file)?;
    let mut bytes = Vec::new();
    let reader = std::io::BufReader::new(reader);
    let cannot = || format!("`{}` cannot be read", args.file.display());
    input::decompressed(reader)
        .with_context(cannot)?
        .take(MOST)
        .read_to_end(&mut bytes)
        .with_context(cannot)?;
    let format =
        Format::of(&bytes, &name).with_context(|| format!("`{name}` is in no format that is known"))?;
    if format == Format::Jsonl && bytes.len() as u64 == MOST {
        // The last line may not be whole.
        bytes.truncate(bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1));
    }
    let mut passes = Vec::new();
    let mut records = 0;
    for _ in 0..args.passes.max(1) {
        let fields = Fields::default();
        let reading = Reading { name: &name, most: global.max_bytes, fields: &fields };
        let (times, read) = pass(engine, &bytes, format, &reading)?;
        records = read;
        passes.push(times);
    }
    let median = |stage: usize| {
        let mut times: Vec<Duration> = passes.iter().map(|times| times[stage]).collect();
        times.sort_unstable();
        times[times.len() / 2]
    };
    let mut out = stdout();
    let all: Duration = (0..STAGES.len()).map(median).sum();
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / records as f64;
    writeln!(
        out,
        "{records} records, {} bytes, {format_name}; one thread, median of {} passes",
        bytes.len(),
        passes.len(),
        format_name = format.name()
    )?;
    writeln!(out, "{:16}  {:>12}  {:>7}", "stage", "us a record", "share")?;
    for (stage, name) in STAGES.iter().enumerate() {
        let time = median(stage);
        let share = time.as_secs_f64() * 100.0 / all.as_secs_f64();
        writeln!(out, "{name:16}  {:>12.2}  {share:>5.1} %", micros(time))?;
    }
    writeln!(out, "{:16}  {:>12.2}", "all", micros(all))?;
    let per_second = |amount: usize| amount as f64 / all.as_secs_f64();
    writeln!(out, "records a second  {:.0}", per_second(records))?;
    writeln!(out, "MB a second       {:.1}", per_second(bytes.len()) / 1e6)?;
    writeln!(out, "engine made ready {:.2} ms", started.as_secs_f64() * 1e3)?;
    match peak() {
        Some(kib) => writeln!(
            out,
            "peak memory       {:.1} MiB, the {:.1} MiB of the bank among them",
            kib as f64 / 1024.0,
            bytes.len() as f64 / f64::from(1 << 20)
        )?,
        None => writeln!(out, "peak memory       not told by this system")?,
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// Does every stage once on the whole bank, one after the other; gives the time that each took, and the records.
fn pass(
    engine: &firstlane::Engine,
    bytes: &[u8],
    format: Format,
    reading: &Reading<'_>,
) -> Result<([Duration; 6], usize)> {
    let pack = engine.pack();
    let mut times = [Duration::ZERO; 6];
    let mut at = Instant::now();
    let mut lap = |stage: usize| {
        times[stage] = at.elapsed();
        at = Instant::now();
    };
    let records: Vec<Record<'_>> = if format == Format::Jsonl {
        let lines = bytes.split(|&byte| byte == b'\n').enumerate();
        let lines = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
        lines.filter_map(|(at, line)| input::read_line(line, at + 1, at + 1, reading).ok()).collect()
    } else {
        let document =
            format.read(bytes, reading).map_err(|fault| anyhow::anyhow!("{}: {fault}", reading.name))?;
        document.records.into_iter().filter_map(Result::ok).collect()
    };
    if records.is_empty() {
        bail!("the input holds no record that can be read");
    }
    lap(0);
    let questions: Vec<Question<'_>> = records.iter().map(Record::question).collect();
    lap(1);
    let mut scanner = Scanner::new(engine);
    let hits: Vec<Vec<Hit>> = questions.iter().map(|question| scanner.scan(question).to_vec()).collect();
    lap(2);
    let mut scorer = Scorer::new(pack);
    let scored: Vec<_> = hits
        .iter()
        .map(|hits| {
            let (fires, tally) = scorer.score(hits);
            (fires.clone(), tally.clone())
        })
        .collect();
    lap(3);
    let verdicts: Vec<Verdict> =
        scored.iter().zip(&hits).map(|((fires, tally), hits)| decide(pack, fires, tally, hits)).collect();
    lap(4);
    let writer = Writer::new(pack);
    let mut out = Vec::new();
    for ((record, question), verdict) in records.iter().zip(&questions).zip(&verdicts) {
        out.clear();
        writer.write(record, question, verdict, &mut out);
        black_box(&out);
    }
    lap(5);
    Ok((times, records.len()))
}

/// The most memory that the program has had, in KiB; Linux tells it.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
