//! For each input that is written back the file in a folder that it goes to.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::inputs::Input;

/// Inputs and their outputs, laid out as the inputs are; the folders are made. What was compressed comes back unpacked, so its
/// name does not say otherwise.
pub(super) fn below(inputs: Vec<Input>, folder: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut pairs: Vec<(PathBuf, PathBuf)> = Vec::new();
    for Input { path, below } in inputs {
        let output = folder.join(if is_compressed(&below) { below.with_extension("") } else { below });
        if let Some((other, _)) = pairs.iter().find(|(_, taken)| *taken == output) {
            bail!(
                "`{}` and `{}` would both be written to `{}`; write them to different folders",
                other.display(),
                path.display(),
                output.display()
            );
        }
        pairs.push((path, output));
    }
    for folder in pairs.iter().filter_map(|(_, output)| output.parent()) {
        fs::create_dir_all(folder)
            .with_context(|| format!("folder `{}` cannot be made", folder.display()))?;
    }
    Ok(pairs)
}

/// Whether a name says that a file is compressed.
pub(super) fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz") || e.eq_ignore_ascii_case("zst"))
}
