//! Bank formats, from outside: the same questions in every format, what is said of broken files, and the same file back.
//!
//! `fixtures/formats/same` holds the questions of `fixtures/formats/questions.json` once in every format, and in variants
//! of a format. `fixtures/formats/tagged` holds the same files with tags. `fixtures/formats/broken` holds a file for each
//! way to be broken, and beside it, in `NAME.out`, what is read of it and what is said.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    collections::BTreeSet,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use firstlane::input::{self, Document, Fields, Format, Reading, Record, Tag};
use serde::Deserialize;

/// A question as every format must give it.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Expected {
    stem: String,
    options: Vec<String>,
}

fn files(folder: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(Path::new("fixtures/formats").join(folder)) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_none_or(|e| e != "out"));
    files.sort();
    files
}

fn name(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().into_owned()
}

/// The format and the document, decompressed first.
fn read(file: &Path) -> (Option<Format>, Result<Document, input::InputError>) {
    let mut bytes = Vec::new();
    let source = fs::read(file).unwrap();
    input::decompressed(&source[..]).unwrap().read_to_end(&mut bytes).unwrap();
    let name = name(file);
    let inner = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    let reading = Reading { name: &name, most: input::MOST_BYTES, fields: &Fields::default() };
    let format = Format::of(&bytes, inner);
    let document = match format {
        Some(format) => format.read(&bytes, &reading),
        None => Err(input::InputError {
            id: name.clone(),
            line: 1,
            code: "unknown-format",
            message: "no format that is known".to_owned(),
        }),
    };
    (format, document)
}

fn options(record: &Record<'_>) -> Vec<String> {
    record.options.iter().map(|(_, text)| text.to_string()).collect()
}

#[test]
fn the_same_questions_come_out_of_every_format() {
    let expected: Vec<Expected> =
        serde_json::from_str(&fs::read_to_string("fixtures/formats/questions.json").unwrap()).unwrap();
    let mut seen = BTreeSet::new();
    for file in files("same") {
        let (format, document) = read(&file);
        let file = file.display();
        seen.insert(format.unwrap_or_else(|| panic!("{file}: no format")).name());
        let document = document.unwrap_or_else(|error| panic!("{file}: {error}"));
        let found: Vec<_> = document
            .records
            .iter()
            .map(|record| {
                let record = record.as_ref().unwrap_or_else(|error| panic!("{file}:{}: {error}", error.line));
                Expected { stem: record.stem.to_string(), options: options(record) }
            })
            .collect();
        assert_eq!(found, expected, "{file}");
    }
    let all: BTreeSet<_> = Format::ALL.iter().map(|format| format.name()).collect();
    assert_eq!(seen, all, "formats without a file in fixtures/formats/same");
}

#[test]
fn a_file_without_tags_comes_back_byte_for_byte() {
    for file in files("same") {
        let (_, document) = read(&file);
        let document = document.unwrap();
        // A format without a place for tags says so; a compressed file is written decompressed.
        let compressed = file.extension().is_some_and(|e| e == "gz" || e == "zst");
        if let Ok(back) = document.tagged(&vec![Vec::new(); document.records.len()])
            && !compressed
        {
            assert!(back == fs::read(&file).unwrap(), "{}", file.display());
        }
    }
}

/// Tags for the record at a position: all four keys, then fewer.
fn tags(at: usize) -> Vec<Tag> {
    let tag = |key, value: &str| Tag { key, value: value.to_owned() };
    match at {
        0 => vec![
            tag("lane", "serving-and-rollout"),
            tag("instinct", "canary-before-all"),
            tag("verify", "rollout"),
            tag("status", "close"),
        ],
        1 => vec![tag("lane", "none")],
        _ => vec![tag("lane", "monitoring-and-retraining"), tag("verify", "monitoring")],
    }
}

#[test]
fn tags_are_written_where_the_format_keeps_them() {
    for file in files("same") {
        let (format, document) = read(&file);
        let document = document.unwrap();
        let tags: Vec<_> = (0..document.records.len()).map(tags).collect();
        let golden = Path::new("fixtures/formats/tagged").join(name(&file));
        let Ok(tagged) = document.tagged(&tags) else {
            assert!(!golden.exists(), "{} cannot be tagged any more", file.display());
            continue;
        };
        if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
            fs::create_dir_all(golden.parent().unwrap()).unwrap();
            fs::write(&golden, &tagged).unwrap();
        }
        assert!(tagged == fs::read(&golden).unwrap_or_default(), "{} differs", golden.display());
        // The questions are the same, no tag is taken for a part of one, and to tag again changes nothing.
        let reading = Reading { name: &name(&file), most: input::MOST_BYTES, fields: &Fields::default() };
        let again = format.unwrap().read(&tagged, &reading).unwrap();
        let texts = |document: &Document| -> Vec<_> {
            let records = document.records.iter().map(|record| record.as_ref().unwrap());
            records.map(|record| (record.stem.to_string(), options(record))).collect()
        };
        assert_eq!(texts(&again), texts(&document), "{}", file.display());
        assert!(again.tagged(&tags).unwrap() == tagged, "{} is tagged twice", file.display());
        // Without tags, those of the earlier run go; what was made to hold them may stay.
        let none = vec![Vec::new(); document.records.len()];
        let bare = again.tagged(&none).unwrap();
        let bare = format.unwrap().read(&bare, &reading).unwrap();
        assert_eq!(texts(&bare), texts(&document), "{}", file.display());
    }
}

/// What is read of a file and what is said of it.
fn told(file: &Path) -> String {
    let (format, document) = read(file);
    let mut out = format!("format: {}\n", format.map_or("none", Format::name));
    match document {
        Err(error) => writeln!(out, "{}:{}: {} [{}]", name(file), error.line, error, error.code).unwrap(),
        Ok(document) => {
            for note in &document.notes {
                writeln!(out, "{}:{}: note: {}", name(file), note.line, note.message).unwrap();
            }
            for record in &document.records {
                match record {
                    Ok(record) => {
                        let options = options(record);
                        writeln!(out, "{} line {}: {:?} {options:?}", record.id, record.line, record.stem)
                            .unwrap();
                    }
                    Err(error) => {
                        writeln!(out, "{}:{}: {} [{}]", name(file), error.line, error, error.code).unwrap();
                    }
                }
            }
        }
    }
    out
}

#[test]
fn each_broken_file_is_told_in_full() {
    let mut wrong = Vec::new();
    for file in files("broken") {
        let golden = file.with_file_name(format!("{}.out", name(&file)));
        let said = told(&file);
        if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
            fs::write(&golden, &said).unwrap();
        }
        if fs::read_to_string(&golden).unwrap_or_default() != said {
            wrong.push(format!("{}:\n{said}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the public samples give, by file: how many questions and how many faults, without a word of their texts.
#[test]
fn the_public_samples_are_read() {
    let root = Path::new("../shared/banks/formats");
    let Ok(folders) = fs::read_dir(root) else {
        println!("skipped: `{}` is not there", root.display());
        return;
    };
    let mut folders: Vec<_> = folders.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let mut out = String::new();
    for folder in folders {
        let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let (format, document) = read(&file);
            let path = file.strip_prefix(root).unwrap().display().to_string();
            write!(out, "{path}: {}, ", format.map_or("none", Format::name)).unwrap();
            match document {
                Err(error) => writeln!(out, "refused [{}]", error.code).unwrap(),
                Ok(document) => {
                    let read = document.records.iter().filter(|record| record.is_ok()).count();
                    let codes: Vec<_> = document
                        .records
                        .iter()
                        .filter_map(|record| Some(record.as_ref().err()?.code))
                        .collect();
                    let notes = document.notes.len();
                    writeln!(out, "{read} questions, faults {codes:?}, {notes} notes").unwrap();
                }
            }
        }
    }
    let golden = Path::new("fixtures/formats/samples.out");
    if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
        fs::write(golden, &out).unwrap();
    }
    assert_eq!(out, fs::read_to_string(golden).unwrap_or_default());
}
