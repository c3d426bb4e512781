//! `firstlane tune`: points fitted on labelled banks, shown as a diff of the rule files.

use std::{collections::BTreeMap, fs, io::Write, path::Path};

use anyhow::{Context, Result, anyhow, bail};
use firstlane::{
    Engine, Pack,
    tune::{self, Change, Options, Proposal},
};
use similar::TextDiff;
use toml_edit::{DocumentMut, Value};

use super::{
    Exit, Global,
    bank::{self, Banks},
    stdout,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    banks: Banks,
    /// Parts of the cross-validation
    #[arg(long, value_name = "K", default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..=100))]
    folds: u16,
    /// Leave the points of rules that fired in fewer questions as they are
    #[arg(long, value_name = "N", default_value_t = 5)]
    support: usize,
    /// Change the rule files, instead of showing how they would change
    #[arg(long)]
    write: bool,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let Some(path) = &global.rules else {
        bail!("the built-in pack has no files to change; name a folder of rules with `--rules PATH`");
    };
    let engine = Engine::compile(Pack::load(path)?);
    let pack = engine.pack();
    let samples = bank::scan(&engine, &args.banks.records(global)?)?;
    let options = Options { folds: usize::from(args.folds), support: args.support };
    let proposal = tune::tune(pack, &samples, options).map_err(|error| anyhow!("the fit failed: {error}"))?;
    let mut out = stdout();
    report(&proposal, samples.len(), &mut out)?;
    for (file, changes) in by_file(pack, &proposal.changes) {
        let text = fs::read_to_string(file).with_context(|| format!("`{file}` cannot be read"))?;
        let new = change(&text, pack, &changes).with_context(|| format!("`{file}`"))?;
        if args.write {
            fs::write(Path::new(file), new).with_context(|| format!("`{file}` cannot be written"))?;
            writeln!(out, "changed {file}")?;
        } else {
            let diff = TextDiff::from_lines(&text, &new);
            write!(out, "\n{}", diff.unified_diff().context_radius(2).header(file, file))?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn report(proposal: &Proposal, questions: usize, out: &mut impl Write) -> Result<()> {
    writeln!(out, "{questions} labelled questions; cross-validated, on questions that were not fitted on:")?;
    writeln!(out, "penalty        lane right   nothing wrong")?;
    for fold in &proposal.folds {
        let name = fold.penalty.map_or("as it is".to_owned(), |penalty| format!("{penalty:.1}"));
        let [lane, all] =
            [fold.lane, fold.all].map(|s| format!("{}/{} {:.1} %", s.hits, s.of, s.value() * 100.0));
        writeln!(out, "{name:<10} {lane:>16} {all:>16}")?;
    }
    match proposal.changes.len() {
        0 => writeln!(
            out,
            "no change is proposed: none of the penalties does better than the points as they are"
        )?,
        changes => writeln!(
            out,
            "{changes} changes; on all of these questions nothing wrong in {} before, {} after",
            proposal.before.hits, proposal.after.hits
        )?,
    }
    Ok(())
}

fn by_file<'p>(pack: &'p Pack, changes: &[Change]) -> BTreeMap<&'p str, Vec<Change>> {
    let mut files: BTreeMap<&str, Vec<Change>> = BTreeMap::new();
    for &change in changes {
        files.entry(&pack.rule(change.rule).place.source.name).or_default().push(change);
    }
    files
}

/// The text of a file with the points of some rules changed; comments and layout stay.
fn change(text: &str, pack: &Pack, changes: &[Change]) -> Result<String> {
    let mut document: DocumentMut = text.parse()?;
    let rules = document.get_mut("rule").and_then(|rules| rules.as_array_of_tables_mut());
    let rules = rules.ok_or_else(|| anyhow!("has no [[rule]] tables"))?;
    for change in changes {
        let (rule, target) = (&pack.rule(change.rule).id, pack.target(change.target));
        let table = rules.iter_mut().find(|table| table.get("id").and_then(|id| id.as_str()) == Some(rule));
        let points = table
            .and_then(|table| table.get_mut(target.kind().key()))
            .and_then(|points| points.as_table_like_mut()?.get_mut(&target.id)?.as_value_mut());
        let points = points.ok_or_else(|| anyhow!("rule `{rule}` has no points for `{}` here", target.id))?;
        let decor = points.decor().clone();
        *points = Value::from(change.to);
        *points.decor_mut() = decor;
    }
    Ok(document.to_string())
}
