//! What can be asked of a run: `WHAT=PERCENT`.

use std::str::FromStr;

use firstlane::{
    perturb::Kind,
    suite::{Level, Operator},
};

/// So much accuracy on the banks.
#[derive(Debug, Clone)]
pub(super) struct Accuracy {
    /// Which of [`Self::NAMES`].
    pub(super) what: &'static str,
    pub(super) least: f64,
}

impl Accuracy {
    pub(super) const NAMES: [&'static str; 7] =
        ["answered", "chapter", "lane", "instinct", "verify", "all-three", "rejected"];
}

impl FromStr for Accuracy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, least) = pair(text)?;
        let what = Self::NAMES.into_iter().find(|known| *known == name);
        let what = what.ok_or_else(|| unknown(name, &Self::NAMES.join(", ")))?;
        Ok(Self { what, least })
    }
}

/// So much coverage, of one level or of all.
#[derive(Debug, Clone)]
pub(super) struct Coverage {
    pub(super) level: Option<Level>,
    pub(super) decisive: bool,
    pub(super) least: f64,
}

impl FromStr for Coverage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, least) = pair(text)?;
        let (level, kind) = name.rsplit_once('-').map_or((None, name), |(level, kind)| (Some(level), kind));
        let level = level.map(|name| Level::ALL.into_iter().find(|level| level.name() == name).ok_or(name));
        let known = || {
            let levels: Vec<_> = Level::ALL.into_iter().map(Level::name).collect();
            format!("fired, decisive, or either after {} and a hyphen", levels.join(", "))
        };
        match (level.transpose(), kind) {
            (Ok(level), "fired" | "decisive") => Ok(Self { level, decisive: kind == "decisive", least }),
            _ => Err(unknown(name, &known())),
        }
    }
}

/// So many mutants killed, of one operator or of all.
#[derive(Debug, Clone)]
pub(super) struct KillRate {
    pub(super) operator: Option<Operator>,
    pub(super) least: f64,
}

impl FromStr for KillRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !text.contains('=') {
            return Ok(Self { operator: None, least: percent(text)? });
        }
        let (name, least) = pair(text)?;
        let operator = Operator::ALL.into_iter().find(|operator| operator.name() == name);
        let known = || Operator::ALL.into_iter().map(Operator::name).collect::<Vec<_>>().join(", ");
        Ok(Self { operator: Some(operator.ok_or_else(|| unknown(name, &known()))?), least })
    }
}

/// So many texts that keep their outcome, of one kind of perturbation or of all.
#[derive(Debug, Clone)]
pub(super) struct Stable {
    pub(super) kind: Option<Kind>,
    pub(super) least: f64,
}

impl FromStr for Stable {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !text.contains('=') {
            return Ok(Self { kind: None, least: percent(text)? });
        }
        let (name, least) = pair(text)?;
        Ok(Self { kind: Some(name.parse()?), least })
    }
}

fn pair(text: &str) -> Result<(&str, f64), String> {
    let (name, least) = text.split_once('=').ok_or("write it as `WHAT=PERCENT`")?;
    Ok((name.trim(), percent(least)?))
}

fn percent(text: &str) -> Result<f64, String> {
    let number: f64 = text.trim().parse().map_err(|_| format!("`{text}` is no number"))?;
    if (0.0..=100.0).contains(&number) {
        Ok(number)
    } else {
        Err(format!("{number} is not between 0 and 100"))
    }
}

fn unknown(name: &str, known: &str) -> String {
    format!("nothing is called `{name}`; known: {known}")
}
