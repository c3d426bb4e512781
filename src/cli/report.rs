//! `firstlane report`: a bank and its answers as one page.

use std::{
    io::{self, Read, Write},
    path::PathBuf,
};

use anyhow::{Context, Result, anyhow, bail};
use firstlane::page::{self, Bank};

use super::{
    Exit, Global, bank,
    batch::inputs::{self, Input},
    open,
    output::save,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Banks of questions, labelled or not, in any format; files, folders or patterns
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    bank: Vec<PathBuf>,
    /// Write the page to this file [default: standard output]
    #[arg(short, long, value_name = "FILE.html")]
    output: Option<PathBuf>,
    /// The title of the page [default: the name of the bank]
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let engine = global.engine()?;
    let mut banks = Vec::new();
    let (files, notes) = inputs::expand(&args.bank, args.output.as_deref())?;
    for note in notes {
        writeln!(anstream::stderr(), "{note}")?;
    }
    for Input { path, .. } in &files {
        let (mut reader, name) = open(path)?;
        let mut bytes = Vec::new();
        let cannot = || format!("`{}` cannot be read", path.display());
        reader.read_to_end(&mut bytes).with_context(cannot)?;
        banks.push(
            Bank::read(&bytes, &name, global.max_bytes)
                .map_err(|error| anyhow!("{}:{}: {error}", path.display(), error.line))?,
        );
    }
    let unread = banks.iter().flat_map(|bank| &bank.records).filter(|record| record.is_err()).count();
    let read = banks.iter().map(|bank| bank.records.len()).sum::<usize>() - unread;
    if read == 0 {
        bail!("there is no question in the input ({unread} records could not be read)");
    }
    let title = args.title.clone().unwrap_or_else(|| match &banks[..] {
        [bank] => bank.name.clone(),
        several => format!("{} question banks", several.len()),
    });
    let html = page::html(engine, &title, &banks).map_err(|unknown| {
        let place = format!("{}:{}", files[unknown.bank].path.display(), unknown.line);
        bank::unknown_label(&unknown.label).context(place)
    })?;
    match &args.output {
        Some(path) => save(path, html.as_bytes())?,
        None => {
            // Not the stream that takes colours out: a question may hold such bytes.
            let mut out = io::stdout().lock();
            out.write_all(html.as_bytes())?;
            out.flush()?;
        }
    }
    if unread > 0 {
        let s = if unread == 1 { "" } else { "s" };
        writeln!(anstream::stderr(), "{unread} record{s} could not be read; the page lists them")?;
    }
    Ok(Exit::Done)
}
