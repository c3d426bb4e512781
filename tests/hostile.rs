//! Damaged files: whatever is done to the bytes of a bank, reading it ends, with records or with a reason, and never in a
//! panic; and what is not tagged comes back byte for byte.
//!
//! Every fixture of every format is damaged in ways drawn from a seed: cut, flipped, doubled, swapped, with other numbers in it. In
//! archives an entry is damaged and packed again, so that the damage gets behind the checksums. `HOSTILE_ROUNDS=1000` makes
//! it a longer search, `HOSTILE_SEED=7` another one, `HOSTILE_ONLY=xlsx` one of some files; `HOSTILE_KEEP=FOLDER` keeps the files that panic.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    fs,
    io::{Cursor, Read, Write},
    panic,
    path::PathBuf,
    sync::mpsc,
    thread,
    time::Duration,
};

use fastrand::Rng;
use firstlane::input::{self, Fields, Format, Reading, Tag};

/// What numbers, markup and text of a hostile file have in them.
const ODD: [&[u8]; 22] = [
    b"0",
    b"-1",
    b"1e999",
    b"65536",
    b"4294967296",
    b"18446744073709551616",
    b"99999999999999999999999999",
    b"<",
    b">",
    b"&",
    b"&#x110000;",
    b"<![CDATA[",
    b"-->",
    b"\"",
    b"'",
    b"\\",
    b"{",
    b"}",
    b"\n\n",
    b"\0",
    b"\xff\xfe",
    "\u{feff}\u{1f600}é".as_bytes(),
];

/// So long no file may take; a reader that goes round in circles is found by it.
const TOO_LONG: Duration = Duration::from_secs(120);

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

fn fixtures() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["same", "tagged", "broken"] {
        let entries = fs::read_dir(format!("fixtures/formats/{folder}")).unwrap();
        files.extend(entries.map(|entry| entry.unwrap().path()));
    }
    files.retain(|file| file.extension().is_none_or(|e| e != "out"));
    let only = std::env::var("HOSTILE_ONLY").unwrap_or_default();
    files.retain(|file| file.to_string_lossy().contains(&only));
    files.sort();
    files
}

/// A range of some bytes, mostly short.
fn range(rng: &mut Rng, length: usize) -> std::ops::Range<usize> {
    let start = rng.usize(0..=length);
    let most = if rng.u8(..4) == 0 { length } else { 40 };
    start..length.min(start + rng.usize(0..=most))
}

/// One damage.
fn damage(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let length = bytes.len();
    let part = range(rng, length);
    match rng.u8(..8) {
        0 => bytes.truncate(rng.usize(0..=length)),
        1 if length > 0 => bytes[rng.usize(..length)] ^= 1 << rng.u8(..8),
        2 if length > 0 => bytes[rng.usize(..length)] = rng.u8(..),
        3 => {
            let copy = bytes[part].to_vec();
            let at = rng.usize(0..=length);
            bytes.splice(at..at, copy);
        }
        4 => drop(bytes.drain(part)),
        5 => bytes[part].reverse(),
        6 => {
            // Another number in the place of one.
            let digits: Vec<_> = (0..length).filter(|&at| bytes[at].is_ascii_digit()).collect();
            if let Some(&at) = digits.get(rng.usize(0..=digits.len())) {
                bytes.splice(at..=at, rng.choice(ODD).unwrap().iter().copied());
            }
        }
        _ => {
            let at = rng.usize(0..=length);
            bytes.splice(at..at, rng.choice(ODD).unwrap().iter().copied());
        }
    }
}

/// The same archive with one of its entries damaged.
fn damage_inside(rng: &mut Rng, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let hit = rng.usize(..archive.len().max(1));
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).ok()?;
        let name = entry.name().ok()?.into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).ok()?;
        if at == hit {
            for _ in 0..rng.u8(1..4) {
                damage(rng, &mut content);
            }
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).ok()?;
        out.write_all(&content).ok()?;
    }
    Some(out.finish().ok()?.into_inner())
}

fn damaged(rng: &mut Rng, source: &[u8]) -> Vec<u8> {
    if source.starts_with(b"PK")
        && rng.u8(..4) > 0
        && let Some(inside) = damage_inside(rng, source)
    {
        return inside;
    }
    let mut bytes = source.to_vec();
    for _ in 0..rng.u8(1..4) {
        damage(rng, &mut bytes);
    }
    bytes
}

/// Reads a file as `batch` does, and writes it back with and without tags. What has tags already may lose them.
fn read(bytes: &[u8], name: &str, format: Option<Format>, has_tags: bool) {
    let mut plain = Vec::new();
    let Ok(mut reader) = input::decompressed(bytes) else { return };
    if reader.read_to_end(&mut plain).is_err() {
        return;
    }
    let fields = Fields::default();
    let reading = Reading { name, most: input::MOST_BYTES, fields: &fields };
    let Some(format) = format.or_else(|| Format::of(&plain, name)) else { return };
    let Ok(document) = format.read(&plain, &reading) else { return };
    for record in document.records.iter().flatten() {
        drop(record.question());
    }
    let none = vec![Vec::new(); document.records.len()];
    if let Ok(back) = document.tagged(&none)
        && !has_tags
    {
        assert!(back == plain, "{} does not come back byte for byte", format.name());
    }
    let tag = Tag { key: "lane", value: "a-lane".to_owned() };
    let _ = document.tagged(&vec![vec![tag]; document.records.len()]);
}

#[test]
fn a_damaged_file_is_read_or_refused() {
    let (rounds, seed) = (number("HOSTILE_ROUNDS", 12), number("HOSTILE_SEED", 1));
    let (say, heard) = mpsc::channel();
    let work = move || {
        let mut wrong = Vec::new();
        for file in fixtures() {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let source = fs::read(&file).unwrap();
            let has_tags = file.starts_with("fixtures/formats/tagged");
            for round in 0..rounds {
                let mut rng = Rng::with_seed(seed << 32 | round);
                let bytes = damaged(&mut rng, &source);
                // Now and then it is said to be of another format.
                let format = (rng.u8(..8) == 0).then(|| *rng.choice(Format::ALL).unwrap());
                say.send(format!("{} in round {round} of seed {seed}", file.display())).unwrap();
                // What ends the whole program leaves at least the file that did it.
                let keep = std::env::var_os("HOSTILE_KEEP").map(|folder| PathBuf::from(folder).join(&name));
                if let Some(file) = &keep {
                    fs::write(file, &bytes).unwrap();
                }
                if panic::catch_unwind(|| read(&bytes, &name, format, has_tags)).is_err() {
                    wrong.push(format!("{} in round {round}", file.display()));
                } else if let Some(file) = keep {
                    fs::remove_file(file).unwrap();
                }
            }
        }
        wrong
    };
    let worker = thread::spawn(work);
    let mut last = String::new();
    loop {
        match heard.recv_timeout(TOO_LONG) {
            Ok(file) => last = file,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("no end with {last}"),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    let wrong = worker.join().unwrap();
    assert!(wrong.is_empty(), "panics with seed {seed}:\n{}", wrong.join("\n"));
}
