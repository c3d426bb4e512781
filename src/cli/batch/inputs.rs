//! What was named on the command line to a list of files: files, folders with all that is in them, and patterns.
//!
//! Each file is read once, however often it is named; the output is not read, although it may be in a folder that is. Both,
//! and folders that hold themselves by a link, are said.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Input {
    pub(in crate::cli) path: PathBuf,
    /// What it is called below the folder that was named, or its name.
    pub(super) below: PathBuf,
}

/// The files, in the order in which they were named; those of a folder or a pattern by name. Also what is to be said.
pub(in crate::cli) fn expand(named: &[PathBuf], output: Option<&Path>) -> Result<(Vec<Input>, Vec<String>)> {
    let output = output.and_then(|output| fs::canonicalize(output).ok());
    let mut walk =
        Walk { output, files: Vec::new(), seen: HashSet::new(), above: Vec::new(), notes: Vec::new() };
    for path in named {
        if path.is_dir() {
            let from = walk.files.len() + walk.notes.len();
            walk.folder(path, Path::new(""))?;
            if walk.files.len() + walk.notes.len() == from {
                bail!("folder `{}` holds no file", path.display());
            }
        } else if path == Path::new("-") || path.exists() {
            walk.file(path.clone(), None);
        } else {
            for path in matching(path)? {
                walk.file(path, None);
            }
        }
    }
    Ok((walk.files, walk.notes))
}

struct Walk {
    output: Option<PathBuf>,
    files: Vec<Input>,
    seen: HashSet<PathBuf>,
    /// The folders on the way to where it is.
    above: Vec<PathBuf>,
    notes: Vec<String>,
}

impl Walk {
    fn file(&mut self, path: PathBuf, below: Option<PathBuf>) {
        // What has no real path, such as a pipe, is itself.
        let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if self.seen.insert(real) {
            let below = below.unwrap_or_else(|| path.file_name().unwrap_or(path.as_os_str()).into());
            self.files.push(Input { path, below });
        } else {
            self.notes.push(format!("note: `{}` is named twice and read once", path.display()));
        }
    }

    /// The files of a folder and of those in it; names that begin with a dot are passed over, as are partial outputs.
    fn folder(&mut self, folder: &Path, below: &Path) -> Result<()> {
        let cannot = || format!("folder `{}` cannot be read", folder.display());
        let real = fs::canonicalize(folder).with_context(cannot)?;
        if self.above.contains(&real) {
            self.notes.push(format!(
                "note: `{}` leads back to a folder above it and is passed over",
                folder.display()
            ));
            return Ok(());
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).with_context(cannot)? {
            entries.push(entry.with_context(cannot)?.path());
        }
        entries.sort();
        self.above.push(real);
        for path in entries {
            let name = path.file_name().unwrap_or_default();
            let below = below.join(name);
            let name = name.to_string_lossy();
            if name.starts_with('.') || name.ends_with(".partial") || name.ends_with(".partial.json") {
                continue;
            }
            if self.output.is_some() && fs::canonicalize(&path).ok() == self.output {
                self.notes.push(format!("note: `{}` is the output and not read", path.display()));
            } else if path.is_dir() {
                self.folder(&path, &below)?;
            } else {
                self.file(path, Some(below));
            }
        }
        self.above.pop();
        Ok(())
    }
}

/// The files that a pattern fits.
fn matching(pattern: &Path) -> Result<Vec<PathBuf>> {
    let written = pattern.display().to_string();
    if !written.contains(['*', '?', '[']) {
        bail!("there is no file `{written}`");
    }
    let found = glob::glob(&written).with_context(|| format!("`{written}` is no pattern"))?;
    let files =
        found.collect::<Result<Vec<_>, _>>().with_context(|| format!("`{written}` cannot be read"))?;
    let files: Vec<_> = files.into_iter().filter(|path| path.is_file()).collect();
    if files.is_empty() {
        bail!("no file fits `{written}`");
    }
    Ok(files)
}
