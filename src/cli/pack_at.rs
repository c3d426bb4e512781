//! A pack named on the command line: `built-in`, a path, or `REV:path`, as `git` knows it.

use std::{
    fmt,
    path::{Path, PathBuf},
    process::{Command, Output},
    str::FromStr,
};

use anyhow::{Context, Result, anyhow, bail};
use firstlane::Pack;

/// Where a pack is.
#[derive(Debug, Clone)]
pub(super) struct PackAt(String);

impl FromStr for PackAt {
    type Err = std::convert::Infallible;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for PackAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PackAt {
    /// The built-in pack.
    pub(super) const BUILT_IN: &'static str = "built-in";

    /// The pack of `--rules`, which is the built-in one if it is not given.
    pub(super) fn of_rules(rules: Option<&Path>) -> Self {
        Self(rules.map_or_else(|| Self::BUILT_IN.to_owned(), |path| path.display().to_string()))
    }

    /// Loads it.
    pub(super) fn load(&self) -> Result<Pack> {
        let path = Path::new(&self.0);
        if self.0 == Self::BUILT_IN {
            Ok(Pack::builtin())
        } else if path.exists() || !self.0.contains(':') {
            Ok(Pack::load(path)?)
        } else {
            Ok(Pack::parse(self.of_revision()?)?)
        }
    }

    /// The files of a revision, in the order in which those of a folder are read.
    fn of_revision(&self) -> Result<Vec<(String, String)>> {
        let Self(name) = self;
        let kind = git(&["cat-file", "-t", name])
            .with_context(|| format!("there is no file or folder `{name}`, and no such revision"))?;
        if kind.trim_ascii() == b"blob" {
            return Ok(vec![(name.clone(), text(name, git(&["cat-file", "blob", name])?)?)]);
        }
        let listed = git(&["ls-tree", "-r", "-z", name])?;
        let mut files = Vec::new();
        for entry in listed.split(|&byte| byte == 0).filter(|entry| !entry.is_empty()) {
            let entry = String::from_utf8_lossy(entry);
            let (about, path) = entry.split_once('\t').ok_or_else(|| anyhow!("git listed `{entry}`"))?;
            let object = about.rsplit(' ').next().unwrap_or_default().to_owned();
            if Path::new(path).extension().is_some_and(|e| e == "toml") {
                files.push((PathBuf::from(path), object));
            }
        }
        if files.is_empty() {
            bail!("`{name}` holds no `.toml` file");
        }
        files.sort();
        let read = |(path, object): (PathBuf, String)| {
            let path = format!("{}/{}", name.trim_end_matches('/'), path.display());
            let text = text(&path, git(&["cat-file", "blob", &object])?)?;
            Ok((path, text))
        };
        files.into_iter().map(read).collect()
    }
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| anyhow!("`{name}` is not UTF-8; save it as UTF-8"))
}

/// What git prints.
fn git(args: &[&str]) -> Result<Vec<u8>> {
    let Output { status, stdout, stderr } = Command::new("git")
        .args(args)
        .output()
        .context("the program `git` is needed to read a revision, and cannot be run")?;
    if !status.success() {
        let said = String::from_utf8_lossy(&stderr);
        bail!("git says: {}", said.trim().lines().next().unwrap_or("nothing"));
    }
    Ok(stdout)
}
