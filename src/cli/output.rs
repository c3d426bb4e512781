//! How the commands that check something say what they found: options, formats, and what makes the exit code 1.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use firstlane::{
    Level, Problems,
    report::{Format, Options, Report, write},
};

use super::{Exit, stdout};

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Output {
    /// Format of the report
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Report")]
    format: Format,
    /// Findings of this level or above make the exit code 1
    #[arg(long, value_enum, default_value_t = FailLevel::Error, value_name = "LEVEL", help_heading = "Report")]
    fail_level: FailLevel,
    /// Show only what makes the exit code 1
    #[arg(long, short, help_heading = "Report")]
    quiet: bool,
    /// Write the report to a file
    #[arg(long, short, value_name = "FILE", help_heading = "Report")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailLevel {
    Error,
    Warning,
    Note,
}

impl From<FailLevel> for Level {
    fn from(level: FailLevel) -> Self {
        match level {
            FailLevel::Error => Self::Error,
            FailLevel::Warning => Self::Warning,
            FailLevel::Note => Self::Note,
        }
    }
}

impl Output {
    /// Whether findings of a level are to be listed although nobody asked for them: where they make the run fail, and in
    /// formats that programs read.
    pub(super) fn lists(&self, level: Level) -> bool {
        self.format != Format::Text || level >= self.fail_level.into()
    }

    /// Runs a check and writes its report. Findings at the level asked for make the exit code 1, unless the check names
    /// another. The faults of a pack that cannot be loaded are findings in every format but the text, where they go to
    /// standard error as they do for all commands.
    pub(super) fn run(&self, command: &str, check: impl FnOnce(&mut Report) -> Result<Exit>) -> Result<Exit> {
        let mut report = Report::new(command);
        let exit = match check(&mut report) {
            Err(error) if self.format != Format::Text => {
                report.problems.extend(error.downcast::<Problems>()?.0);
                Exit::Pack
            }
            exit => exit?,
        };
        self.write(&report)?;
        let failed = report.problems_at(self.fail_level.into()).next().is_some();
        Ok(if exit == Exit::Done && failed { Exit::Gate } else { exit })
    }

    fn write(&self, report: &Report) -> Result<()> {
        let folder = env::current_dir().context("the working folder cannot be found")?;
        // On GitHub, files are named from the root of the checkout.
        let root = env::var_os("GITHUB_WORKSPACE").map_or_else(|| folder.clone(), PathBuf::from);
        let options = Options {
            colour: self.output.is_none(),
            fail_level: self.fail_level.into(),
            quiet: self.quiet,
            folder,
            root,
        };
        let Some(path) = &self.output else {
            let mut out = stdout();
            write(report, self.format, &options, &mut out)?;
            return Ok(out.flush()?);
        };
        let mut bytes = Vec::new();
        write(report, self.format, &options, &mut bytes)?;
        save(path, &bytes)
    }
}

/// Writes a file that is whole or not there.
pub(super) fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    let cannot = || format!("`{}` cannot be written", path.display());
    if path.is_dir() {
        bail!("`{}` is a folder; name a file in it", path.display());
    }
    let replace = || -> io::Result<()> {
        // A device or pipe cannot be replaced.
        if fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
            return fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(".partial");
        fs::write(&beside, bytes)?;
        fs::rename(&beside, path)
    };
    replace().with_context(cannot)
}
