//! `firstlane batch`: a bank of questions.

use std::{
    io::{BufReader, Write},
    path::PathBuf,
};

use anyhow::Result;
use firstlane::{Classifier, Status, input, render::json};

use super::{Exit, FailOn, Global, open, stdout};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The bank: JSON Lines with `id`, `stem` and `options`, or `-` for standard input
    #[arg(value_name = "FILE.jsonl")]
    file: PathBuf,
    /// Exit with 1 if there is such an answer
    #[arg(long, value_enum, value_name = "STATUS")]
    fail_on: Option<FailOn>,
    /// Do not print the counts at the end
    #[arg(short, long)]
    quiet: bool,
}

/// How many answers of each status there were.
#[derive(Debug, Default)]
struct Counts {
    clear: usize,
    close: usize,
    none: usize,
    unread: usize,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let engine = global.engine()?;
    let mut classifier = Classifier::new(engine);
    let (reader, name) = open(&args.file)?;
    let mut out = stdout();
    let mut counts = Counts::default();
    let mut failed = false;
    for record in input::read_jsonl(BufReader::new(reader), &name, global.max_bytes) {
        match record {
            Ok(record) => {
                let question = record.question();
                let verdict = classifier.classify(&question);
                match verdict.status {
                    Status::Clear => counts.clear += 1,
                    Status::Close => counts.close += 1,
                    Status::None => counts.none += 1,
                }
                failed |= args.fail_on.is_some_and(|on| on.fails(verdict.status));
                serde_json::to_writer(&mut out, &json::output(engine.pack(), &record, &question, &verdict))?;
            }
            Err(error) => {
                eprintln!("{name}:{}: {error}", error.line);
                counts.unread += 1;
                serde_json::to_writer(&mut out, &json::unread(&error))?;
            }
        }
        out.write_all(b"\n")?;
    }
    out.flush()?;
    let Counts { clear, close, none, unread } = counts;
    let all = clear + close + none + unread;
    if !args.quiet {
        eprintln!("{all} records: {clear} clear, {close} close, {none} none, {unread} cannot be read");
    }
    if all == 0 {
        anyhow::bail!("`{}` holds no record", args.file.display());
    }
    Ok(match (unread, failed) {
        (1.., _) => Exit::Input,
        (_, true) => Exit::Gate,
        _ => Exit::Done,
    })
}
