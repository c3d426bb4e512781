//! `firstlane watch`: a command again and again, whenever the files that it reads change.
//!
//! The command runs as a process of its own, so that nothing of one run is left over in the next. What is watched are the
//! pack and all files and folders that the command names. Whether something changed is asked of the contents, not of the
//! notices of the system: those also come when a file is read, or is written as it was.

use std::{
    collections::BTreeSet,
    env,
    ffi::OsString,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use anyhow::{Context, Result, anyhow};
use clap::CommandFactory;
use notify::{RecursiveMode, Watcher};

use super::{Exit, Global, batch::inputs};

/// So long nothing must change before a run starts: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(100);
/// Options whose value is a file that is written, not read.
const WRITTEN: [&str; 4] = ["-o", "--output", "--save", "--curve"];

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Keep what earlier runs printed on the terminal
    #[arg(long)]
    no_clear: bool,
    /// Watch this file or folder too
    #[arg(long, value_name = "PATH")]
    also: Vec<PathBuf>,
    /// The command to run, with its options
    #[arg(
        value_name = "COMMAND",
        default_value = "test",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    command: Vec<OsString>,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let mut command = args.command.clone();
    if let Some(rules) = &global.rules {
        command.extend(["--rules".into(), rules.into()]);
    }
    let paths = watched(&command, &args.also);
    if paths.is_empty() {
        super::usage(
            "there is nothing to watch; name a pack (`--rules`), a bank, or what else may change (`--also`)",
        );
    }
    let (send, notices) = channel();
    let mut watcher = notify::recommended_watcher(send).context("changes of files cannot be watched here")?;
    for path in &paths {
        let (folder, mode) = if path.is_dir() {
            (path.as_path(), RecursiveMode::Recursive)
        } else {
            // A file that an editor replaces is another file; its folder stays.
            (folder_of(path), RecursiveMode::NonRecursive)
        };
        watcher
            .watch(folder, mode)
            .map_err(|error| anyhow!("`{}` cannot be watched: {error}", folder.display()))?;
    }
    loop {
        let before = contents(&paths);
        clear(args.no_clear)?;
        let status = Command::new(env::current_exe()?).args(&command).status()?;
        let code = status.code().map_or_else(|| status.to_string(), |code| format!("exit code {code}"));
        let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        writeln!(io::stderr(), "\n{code}; watching {}; Ctrl-C ends it", names.join(", "))?;
        while contents(&paths) == before {
            wait(&notices)?;
        }
    }
}

/// Waits for a notice, and then until no more come.
fn wait(notices: &Receiver<notify::Result<notify::Event>>) -> Result<()> {
    notices.recv().context("changes of files can be watched no more")??;
    loop {
        match notices.recv_timeout(QUIET) {
            Ok(notice) => drop(notice?),
            Err(RecvTimeoutError::Timeout) => return Ok(()),
            Err(gone) => return Err(gone).context("changes of files can be watched no more"),
        }
    }
}

/// The files and folders that a command reads, and others that were asked for.
fn watched(command: &[OsString], also: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut paths: BTreeSet<PathBuf> = also.iter().cloned().collect();
    let mut before: Option<&str> = None;
    // The words of the command itself are no files, whatever lies about here.
    let mut words = Some(super::Args::command());
    for argument in command {
        let text = argument.to_str();
        words = words.and_then(|words| words.find_subcommand(argument).cloned());
        if words.is_some() {
            continue;
        }
        let (option, value) = text.and_then(|text| text.split_once('=')).unzip();
        let is_written = option.or(before).is_some_and(|option| WRITTEN.contains(&option));
        before = text;
        let value = value.map_or(Path::new(argument), Path::new);
        if is_written || text == Some("-") {
            continue;
        }
        if value.exists() {
            paths.insert(value.to_owned());
        } else if text.is_some_and(|text| text.contains(['*', '?', '['])) {
            let (files, _) = inputs::expand(&[value.to_owned()], None).unwrap_or_default();
            paths.extend(files.into_iter().map(|file| file.path));
        }
    }
    paths
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A number for what is in files and folders; another when that changes.
fn contents(paths: &BTreeSet<PathBuf>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        add(path, &mut hasher);
    }
    hasher.finish()
}

/// What cannot be read counts as empty: it may be about to be replaced.
fn add(path: &Path, hasher: &mut DefaultHasher) {
    path.hash(hasher);
    if path.is_dir() {
        let mut entries: Vec<_> =
            fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
        // Editors keep copies beside the file, whose names begin with a dot.
        entries
            .retain(|entry| !entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')));
        entries.sort();
        entries.iter().for_each(|entry| add(entry, hasher));
    } else {
        fs::read(path).unwrap_or_default().hash(hasher);
    }
}

/// Clears a terminal; elsewhere a line parts the runs.
fn clear(keep: bool) -> Result<()> {
    let mut out = io::stdout();
    if out.is_terminal() && !keep {
        crossterm::execute!(
            out,
            crossterm::terminal::Clear(crossterm::terminal::ClearType::All),
            crossterm::cursor::MoveTo(0, 0)
        )?;
    } else {
        writeln!(out, "---")?;
    }
    Ok(out.flush()?)
}
