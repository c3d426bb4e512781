//! `firstlane classify`, and the bare `firstlane`: one question.

use std::{
    borrow::Cow,
    fs,
    io::{self, IsTerminal, Read, Write},
    path::Path,
};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use firstlane::{
    Engine, Status, flip,
    input::{self, Record},
    render::{View, json, text},
};

use super::{Exit, FailOn, Global, open, prompt, stdout};

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Args {
    /// The question, or a file that holds it, or `-` for standard input; without it, a prompt to paste at
    #[arg(value_name = "TEXT | FILE | -")]
    text: Vec<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Show the whole arithmetic
    #[arg(long)]
    explain: bool,
    /// Say why the answer is not this lane
    #[arg(long, value_name = "LANE")]
    why_not: Option<String>,
    /// Plain lines: no colour, no alignment, nothing that a screen reader stumbles over
    #[arg(long)]
    plain: bool,
    /// Exit with 1 on such an answer
    #[arg(long, value_enum, value_name = "STATUS")]
    fail_on: Option<FailOn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One indented object
    Json,
    /// One object on a line
    Jsonl,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let engine = global.engine()?;
    let why_not = args.why_not.as_deref().map(|id| prompt::lane(engine, id)).transpose()?;
    let answer = |bytes: &[u8], name: &str, out: &mut dyn Write| -> Result<Status> {
        let record = input::read_text(bytes, name, global.max_bytes)?;
        write_answer(args, engine, &record, why_not, out)
    };
    let Some((bytes, name)) = given(args)? else {
        prompt::run(engine, |bytes, out| answer(bytes, "paste", out).map(drop))?;
        return Ok(Exit::Done);
    };
    let mut out = stdout();
    let status = answer(&bytes, &name, &mut out)?;
    out.flush()?;
    let failed = args.fail_on.is_some_and(|on| on.fails(status));
    Ok(if failed { Exit::Gate } else { Exit::Done })
}

/// The question as given; nothing if it is to be pasted at the prompt.
fn given(args: &Args) -> Result<Option<(Cow<'_, [u8]>, String)>> {
    let read = |path: &Path| -> Result<_> {
        let (mut reader, name) = open(path)?;
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).with_context(|| format!("`{}` cannot be read", path.display()))?;
        Ok(Some((Cow::Owned(bytes), name)))
    };
    match args.text.as_slice() {
        [] if io::stdin().is_terminal() => Ok(None),
        [] => read(Path::new("-")),
        [one] if one == "-" || is_file(one) => read(Path::new(one)),
        [one] if looks_like_a_path(one) => {
            bail!("there is no file `{one}`; put a question in quotes, with its spaces")
        }
        words => Ok(Some((Cow::Owned(words.join(" ").into_bytes()), "argument".to_owned()))),
    }
}

fn is_file(text: &str) -> bool {
    fs::metadata(text).is_ok_and(|meta| !meta.is_dir())
}

/// A single word with a separator or an extension is more likely a mistyped file than a question.
fn looks_like_a_path(text: &str) -> bool {
    let path = Path::new(text);
    !text.contains(char::is_whitespace) && (path.components().count() > 1 || path.extension().is_some())
}

fn write_answer(
    args: &Args,
    engine: &Engine,
    record: &Record<'_>,
    why_not: Option<firstlane::TargetIx>,
    out: &mut dyn Write,
) -> Result<Status> {
    let question = record.question();
    let verdict = engine.classify(&question);
    if args.format == Format::Text {
        let style = if args.plain { text::Style::plain() } else { text::Style::terminal() };
        let view = View { engine, record, question: &question, verdict: &verdict };
        style.answer(&view, out)?;
        if args.explain {
            style.arithmetic(&view, out)?;
        }
        if args.explain || why_not.is_some() {
            style.flip(&view, &flip::smallest(engine, &question), out)?;
        }
        if let Some(lane) = why_not {
            style.why_not(&view, lane, out)?;
        }
    } else {
        let output = json::output(engine.pack(), record, &question, &verdict);
        match args.format {
            Format::Json => serde_json::to_writer_pretty(&mut *out, &output)?,
            _ => serde_json::to_writer(&mut *out, &output)?,
        }
        writeln!(out)?;
    }
    Ok(verdict.status)
}
