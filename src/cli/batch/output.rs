//! Where the rows go: standard output, or a file that is whole or not there, and that an interrupted run goes on with.
//!
//! A file `OUT` is written as `OUT.partial` beside it, and renamed when all is in it. `OUT.partial.json` says how far the
//! run is: where in the inputs, how long the partial file was then, and what was counted. It is replaced, never changed,
//! so that it is true whenever a run is interrupted; what the partial file has beyond it is cut off when the run goes on.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::{source::Cursor, work::Counts};

/// How often a run says how far it is.
const EVERY: Duration = Duration::from_millis(100);

/// How far a run is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    /// What the run does: program, pack, options and inputs. A run goes on only with the same.
    pub(super) run: String,
    pub(super) cursor: Cursor,
    /// Bytes of the inputs, and of the output.
    pub(super) read: u64,
    pub(super) written: u64,
    pub(super) counts: Counts,
}

/// Where rows go.
pub(super) enum Output {
    Stdout(io::Stdout),
    /// A device or pipe, which cannot be replaced.
    Stream(File),
    File {
        file: File,
        path: PathBuf,
        saved: Option<Instant>,
        /// Whether there is something on disk that says how far the run is.
        has_state: bool,
    },
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

impl Output {
    /// Opens an output. With `resume` also gives how far an interrupted run got, if there was one.
    pub(super) fn open(path: Option<&Path>, run: &str, resume: bool) -> Result<(Self, Option<State>)> {
        let Some(path) = path else { return Ok((Self::Stdout(io::stdout()), None)) };
        if fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
            if path.is_dir() {
                bail!("`{}` is a folder; name a file in it", path.display());
            }
            let file = OpenOptions::new().write(true).open(path);
            return Ok((Self::Stream(file.with_context(|| cannot_write(path))?), None));
        }
        // What a link leads to is replaced, not the link.
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let partial = beside(path, ".partial");
        let state = if resume { state(path, &partial, run)? } else { None };
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(state.is_none())
            .open(&partial)
            .with_context(|| cannot_write(&partial))?;
        let mut output = Self::File { file, path: path.clone(), saved: None, has_state: state.is_some() };
        if let (Self::File { file, .. }, Some(state)) = (&mut output, &state) {
            file.set_len(state.written).with_context(|| cannot_write(&partial))?;
            file.seek(SeekFrom::End(0)).with_context(|| cannot_write(&partial))?;
        } else {
            let _ = fs::remove_file(beside(path, ".partial.json"));
        }
        Ok((output, state))
    }

    /// Writes some rows.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Stdout(out) => out.write_all(bytes).context("standard output cannot be written"),
            Self::Stream(out) => out.write_all(bytes).context("output cannot be written"),
            Self::File { file, path, .. } => {
                file.write_all(bytes).with_context(|| cannot_write(&beside(path, ".partial")))
            }
        }
    }

    /// Says how far the run is, now and then.
    pub(super) fn save(&mut self, state: impl FnOnce() -> State) -> Result<()> {
        let Self::File { path, saved, has_state, .. } = self else { return Ok(()) };
        if saved.is_some_and(|saved| saved.elapsed() < EVERY) {
            return Ok(());
        }
        *saved = Some(Instant::now());
        let (new, json) = (beside(path, ".partial.json.new"), beside(path, ".partial.json"));
        let written = fs::write(&new, serde_json::to_vec(&state())?).with_context(|| cannot_write(&new));
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
        written?;
        fs::rename(&new, &json).with_context(|| cannot_write(&json))?;
        *has_state = true;
        Ok(())
    }

    /// Leaves things as they were before the run.
    pub(super) fn discard(self) {
        if let Self::File { path, .. } = self {
            let _ = fs::remove_file(beside(&path, ".partial"));
            let _ = fs::remove_file(beside(&path, ".partial.json"));
        }
    }

    /// Ends without an output. Where a run can go on, it gives the name of what is there so far.
    pub(super) fn give_up(self) -> Option<PathBuf> {
        match &self {
            Self::File { path, has_state: true, .. } => Some(beside(path, ".partial")),
            _ => {
                self.discard();
                None
            }
        }
    }

    /// Puts the finished file in its place.
    pub(super) fn finish(mut self) -> Result<()> {
        match &mut self {
            Self::Stdout(out) => out.flush()?,
            Self::Stream(out) => out.flush()?,
            Self::File { file, path, .. } => {
                let partial = beside(path, ".partial");
                file.sync_all().with_context(|| cannot_write(&partial))?;
                // Whoever could not read the file that was there cannot read the new one.
                if let Ok(meta) = fs::metadata(&*path) {
                    file.set_permissions(meta.permissions()).with_context(|| cannot_write(&partial))?;
                }
                fs::rename(&partial, &*path).with_context(|| cannot_write(path))?;
                let _ = fs::remove_file(beside(path, ".partial.json"));
            }
        }
        Ok(())
    }
}

fn cannot_write(path: &Path) -> String {
    format!("`{}` cannot be written", path.display())
}

/// How far an interrupted run of the same kind got.
fn state(path: &Path, partial: &Path, run: &str) -> Result<Option<State>> {
    let json = beside(path, ".partial.json");
    let Ok(bytes) = fs::read(&json) else { return Ok(None) };
    let state: State = serde_json::from_slice(&bytes).with_context(|| {
        format!("`{}` is not what a run leaves behind; remove it to start anew", json.display())
    })?;
    if state.run != run {
        bail!(
            "the run that left `{}` had another pack, other options or other inputs; repeat it as it was, or leave \
             out `--resume` to start anew",
            partial.display()
        );
    }
    let length = fs::metadata(partial).map_or(0, |meta| meta.len());
    if length < state.written {
        bail!("`{}` is shorter than it was; leave out `--resume` to start anew", partial.display());
    }
    Ok(Some(state))
}
