//! Files to shapes.
//!
//! In: a folder, a file or texts in memory. Out: the shapes of `schema`, then, through `resolve`, a pack; or every
//! fault at once. serde stops at the first fault, so a faulty file is read again and again, each time without the
//! entry that was at fault, until the rest is sound.

use std::{fs, io, ops::Range, path::Path, sync::Arc};

use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue},
};

use super::{Pack, resolve, schema};
use crate::problem::{Code, Problem, Problems, Source, nearest};

/// More faults of shape than this in one file are not looked for.
const MOST_FAULTS: usize = 100;

impl Pack {
    /// Loads a pack from a folder (all its `.toml` files, at any depth) or from one file.
    ///
    /// # Errors
    ///
    /// All faults of all files, in the order of their places.
    pub fn load(path: &Path) -> Result<Self, Problems> {
        let (sources, problems) = sources(path);
        finish(read(sources), problems)
    }

    /// The texts of a pack's files, each with its name, for [`Pack::parse`].
    ///
    /// # Errors
    ///
    /// The files that cannot be read.
    pub fn files(path: &Path) -> Result<Vec<(String, String)>, Problems> {
        let (sources, problems) = sources(path);
        if !problems.0.is_empty() {
            return Err(problems);
        }
        Ok(sources.iter().map(|source| (source.name.clone(), source.text.clone())).collect())
    }

    /// Loads a pack from texts in memory, each with the name that problems call it by.
    ///
    /// # Errors
    ///
    /// All faults of all files, in the order of their places.
    pub fn parse(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, Problems> {
        read(files.into_iter().map(source).collect())
    }
}

/// The files at a path, and those that cannot be read.
fn sources(path: &Path) -> (Vec<Arc<Source>>, Problems) {
    let mut problems = Problems::default();
    let mut paths = Vec::new();
    if let Err(error) = collect(path, &mut paths) {
        problems.push(unreadable(path, &error));
    }
    let mut sources = Vec::new();
    for path in paths {
        match fs::read(&path).map(String::from_utf8) {
            Ok(Ok(text)) => sources.push(source((path.display().to_string(), text))),
            Ok(Err(error)) => {
                let at = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let source = source((path.display().to_string(), text));
                let problem = Problem::new(Code::NotUtf8, "file is not UTF-8").label("first invalid byte");
                problems.push(problem.at(&source, at..at + '\u{fffd}'.len_utf8()).help("save it as UTF-8"));
            }
            Err(error) => problems.push(unreadable(&path, &error)),
        }
    }
    if problems.0.is_empty() && sources.is_empty() {
        let message = format!("`{}` holds no `.toml` file", path.display());
        problems.push(Problem::new(Code::EmptyPack, message).help("a pack needs a manifest and rules"));
    }
    (sources, problems)
}

fn source((name, text): (String, String)) -> Arc<Source> {
    Source::file(name, text)
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    Problem::new(Code::Unreadable, format!("`{}` cannot be read: {error}", path.display()))
}

fn finish(result: Result<Pack, Problems>, before: Problems) -> Result<Pack, Problems> {
    match result {
        Ok(pack) if before.0.is_empty() => Ok(pack),
        Ok(_) => Err(before),
        Err(mut problems) => {
            // A file that could not be read explains why references to it fail; those would only mislead.
            if !before.0.is_empty() {
                problems
                    .0
                    .retain(|p| !matches!(p.code, Code::UnknownId | Code::UnknownList | Code::EmptyPack));
            }
            problems.0.extend(before.0);
            Err(problems.sorted())
        }
    }
}

/// The `.toml` files at a path, sorted by name at each level.
fn collect(path: &Path, files: &mut Vec<std::path::PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?.map(|e| Ok(e?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() || entry.extension().is_some_and(|e| e == "toml") {
            collect(&entry, files)?;
        }
    }
    Ok(())
}

fn read(sources: Vec<Arc<Source>>) -> Result<Pack, Problems> {
    let mut problems = Problems::default();
    let mut files = Vec::with_capacity(sources.len());
    for source in sources {
        let file = match toml::from_str(&source.text) {
            Ok(file) => file,
            Err(_) => shape(&source, &mut problems),
        };
        files.push((source, file));
    }
    resolve::pack(files, problems)
}

/// Reads a faulty file: reports each fault and gives what is left without the entries at fault.
fn shape(source: &Arc<Source>, problems: &mut Problems) -> schema::File {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    if !errors.is_empty() {
        for error in errors {
            let problem = Problem::new(Code::Syntax, format!("file is not valid TOML: {}", error.message()));
            problems.push(problem.at(source, error.span().unwrap_or(0..0)));
        }
        return schema::File::default();
    }
    let mut table = Spanned::new(table.span(), DeValue::Table(table.into_inner()));
    let mut removed: Vec<(Range<usize>, String)> = Vec::new();
    for _ in 0..MOST_FAULTS {
        let error = match schema::File::deserialize(toml::de::ValueDeserializer::from(table.clone())) {
            Ok(file) => return file,
            Err(error) => error,
        };
        let span = error.span().unwrap_or(0..0);
        let gone = remove(&mut table, &span);
        // A key that was taken out for its own fault is not reported as missing too.
        let secondary = removed.iter().any(|(within, key)| {
            error.message().starts_with(&format!("missing field `{key}`"))
                && (span.start <= within.start && within.end <= span.end || *within == span)
        });
        if !secondary {
            problems.push(problem_of(error.message()).at(source, span.clone()));
        }
        match gone {
            Some(gone) => removed.push(gone),
            None => break,
        }
    }
    schema::File::default()
}

/// Takes the innermost entry at a place out of a value; gives the place and name of what went.
fn remove(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<(Range<usize>, String)> {
    let inside = |outer: &Range<usize>| outer.start <= span.start && span.end <= outer.end;
    match value.get_mut() {
        DeValue::Table(table) => {
            let key = table.iter().find(|(key, value)| inside(&key.span()) || holds(value, span))?.0.clone();
            let value = table.get_mut(&key).expect("it was just found");
            let exact = value.span() == *span || inside(&key.span());
            if !exact && let Some(gone) = remove(value, span) {
                return Some(gone);
            }
            let gone = (value.span(), key.get_ref().to_string());
            table.remove(&key);
            Some(gone)
        }
        DeValue::Array(array) => {
            let at = array.iter().position(|value| holds(value, span))?;
            let value = array.get_mut(at).expect("it was just found");
            if value.span() != *span
                && let Some(gone) = remove(value, span)
            {
                return Some(gone);
            }
            let gone = (value.span(), String::new());
            let rest = std::mem::replace(array, DeArray::new())
                .into_iter()
                .enumerate()
                .filter(|(i, _)| *i != at)
                .map(|(_, v)| v);
            *array = rest.collect();
            Some(gone)
        }
        _ => None,
    }
}

/// Whether a value, its keys included, covers a place. The span of an array of tables does not cover its tables.
fn holds(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> bool {
    let own = value.span();
    (own.start <= span.start && span.end <= own.end)
        || match value.get_ref() {
            DeValue::Table(table) => table.iter().any(|(key, value)| {
                (key.span().start <= span.start && span.end <= key.span().end) || holds(value, span)
            }),
            DeValue::Array(array) => array.iter().any(|value| holds(value, span)),
            _ => false,
        }
}

/// serde's words in ours.
fn problem_of(message: &str) -> Problem {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if message.starts_with("unknown field") {
        let problem =
            Problem::new(Code::UnknownKey, format!("unknown key `{}`", quoted[0])).label("no such key here");
        return problem.help(match nearest(quoted[0], quoted[1..].iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known keys: {}", quoted[1..].join(", ")),
        });
    }
    if message.starts_with("missing field") {
        let problem = Problem::new(Code::MissingKey, format!("key `{}` is missing", quoted[0]));
        return problem.label(format!("needs `{} = …`", quoted[0]));
    }
    if message.starts_with("unknown variant") {
        let problem =
            Problem::new(Code::WrongType, format!("`{}` is not one of the values that fit here", quoted[0]));
        return problem.help(format!("write one of: {}", quoted[1..].join(", ")));
    }
    // What Rust calls the types is not what authors call them.
    let mut message = message.trim_end().to_owned();
    for (rust, plain) in [
        ("expected a sequence", "expected a list"),
        ("expected a map", "expected a table"),
        ("expected f64", "expected a number"),
        ("expected u16", "expected a whole number from 0 to 65535"),
        ("expected u32", "expected a whole number from 0"),
        ("expected i64", "expected a whole number"),
        ("expected a boolean", "expected true or false"),
        ("expected struct ", "expected a table of "),
    ] {
        message = message.replace(rust, plain);
    }
    Problem::new(Code::WrongType, message).label("wrong type")
}
