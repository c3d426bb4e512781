//! What was named on the command line to a list of files: files, folders with all that is in them, and patterns.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

/// The files, in the order in which they were named; those of a folder or a pattern by name.
pub(in crate::cli) fn expand(named: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in named {
        if path.is_dir() {
            let from = files.len();
            walk(path, &mut files)?;
            if files.len() == from {
                bail!("folder `{}` holds no file", path.display());
            }
        } else if path == Path::new("-") || path.exists() {
            files.push(path.clone());
        } else {
            files.extend(matching(path)?);
        }
    }
    Ok(files)
}

/// The files of a folder and of those in it; names that begin with a dot are passed over, as are partial outputs.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let cannot = || format!("folder `{}` cannot be read", folder.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot)? {
        entries.push(entry.with_context(cannot)?.path());
    }
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name.ends_with(".partial") || name.ends_with(".partial.json") {
            continue;
        }
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
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
