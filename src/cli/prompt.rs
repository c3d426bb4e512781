//! The paste prompt: a question is pasted, answered, and the next one can follow.
//!
//! With bracketed paste the line editor takes a pasted text whole, blank lines included, and Enter asks for the answer. On
//! terminals without it the lines of a paste come one by one; a line that ends while more is waiting to be read is then
//! not the end of the question.

use std::{
    io::{self, Write},
    time::Duration,
};

use anyhow::{Result, bail};
use firstlane::{Engine, Kind, TargetIx};
use reedline::{DefaultPrompt, DefaultPromptSegment, Reedline, Signal, ValidationResult, Validator};

use super::stdout;

/// Nobody types two keys within this time; the next line of a paste comes sooner.
const PASTE_PAUSE: Duration = Duration::from_millis(30);

/// Takes a line end for the end of the question unless more is waiting to be read.
struct WholePaste;

impl Validator for WholePaste {
    fn validate(&self, _: &str) -> ValidationResult {
        if crossterm::event::poll(PASTE_PAUSE).unwrap_or(false) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Complete
        }
    }
}

/// Asks for questions until the end of input.
pub(super) fn run(engine: &Engine, answer: impl Fn(&[u8], &mut dyn Write) -> Result<()>) -> Result<()> {
    let pack = engine.pack();
    let mut editor = Reedline::create().use_bracketed_paste(true).with_validator(Box::new(WholePaste));
    let prompt =
        DefaultPrompt::new(DefaultPromptSegment::Basic("question".into()), DefaultPromptSegment::Empty);
    eprintln!("{} {}: paste a question, then press Enter. Ctrl-D ends.", pack.title(), pack.version());
    loop {
        match editor.read_line(&prompt)? {
            Signal::Success(text) if text.trim().is_empty() => {}
            Signal::Success(text) => {
                let mut out = stdout();
                writeln!(out)?;
                match answer(text.as_bytes(), &mut out) {
                    Ok(()) => writeln!(out)?,
                    Err(error) if error.is::<io::Error>() => return Err(error),
                    Err(error) => eprintln!("{error:#}\n"),
                }
                out.flush()?;
            }
            Signal::CtrlC | Signal::CtrlD => return Ok(()),
            _ => {}
        }
    }
}

/// The lane with an id, or an error that lists them.
pub(super) fn lane(engine: &Engine, id: &str) -> Result<TargetIx> {
    let pack = engine.pack();
    match pack.find(id).filter(|&ix| pack.target(ix).kind() == Kind::Lane) {
        Some(lane) => Ok(lane),
        None => {
            let lanes: Vec<_> = pack.of_kind(Kind::Lane).map(|ix| pack.target(ix).id.as_str()).collect();
            bail!("`{id}` is not a lane of this pack; its lanes are {}", lanes.join(", "))
        }
    }
}
