//! Inputs to parts: blocks of lines cut at line ends, and runs of the records of files that are read whole.

use std::{
    io::{self, BufRead, BufReader, Read},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use firstlane::input::{self, Document, Fields, Format, InputError, Reading};
use serde::{Deserialize, Serialize};

use crate::cli::open;

/// Bytes of a block of lines: large enough that taking turns costs nothing, small enough to stay in a core's cache.
const BLOCK: usize = 16 << 10;
/// Records of a file that was read whole, in one part.
const RUN: usize = 256;
/// Bytes that the format is told by.
const HEAD: usize = 64 << 10;

/// How far a job got in its inputs: the next part begins here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// Ordinal of the input.
    pub(super) input: usize,
    /// Offset of a line in it, once decompressed; or ordinal of a record, in a file that is read whole.
    pub(super) at: u64,
    /// Lines and records of this input before it.
    pub(super) line: usize,
    pub(super) ordinal: usize,
}

/// What a worker gets.
#[derive(Debug)]
pub(super) struct Part {
    /// What its file is called.
    pub(super) name: Arc<str>,
    pub(super) work: Work,
    /// Where the part behind it begins.
    pub(super) next: Cursor,
    /// Bytes of the input that it stands for.
    pub(super) bytes: u64,
}

/// What there is to do.
#[derive(Debug)]
pub(super) enum Work {
    /// JSON Lines.
    Lines {
        bytes: Vec<u8>,
        /// Lines and records of the file before the first.
        line: usize,
        ordinal: usize,
    },
    /// Some records of a file that was read whole.
    Records(Arc<Document>, Range<usize>),
    /// A file of which nothing can be read.
    Fault(InputError),
}

/// How to read the inputs.
#[derive(Debug)]
pub(super) struct How {
    /// The format that all are said to be in.
    pub(super) from: Option<Format>,
    pub(super) fields: Fields,
    pub(super) most: usize,
    /// Whether a file that is read whole is one part, as it must be to be written back.
    pub(super) whole: bool,
    /// Whether there is but one input: that it cannot be read is the end then.
    pub(super) alone: bool,
}

/// The inputs, one after the other.
pub(super) struct Source {
    inputs: Vec<PathBuf>,
    how: How,
    cursor: Cursor,
    open: Option<Open>,
    /// Notes on files, for people.
    pub(super) notes: Vec<String>,
}

/// The input at hand.
enum Open {
    Lines { name: Arc<str>, reader: Box<dyn BufRead + Send>, rest: Vec<u8> },
    Document { name: Arc<str>, document: Arc<Document>, bytes: u64 },
    Fault { name: Arc<str>, fault: InputError },
}

impl Source {
    pub(super) fn new(inputs: Vec<PathBuf>, how: How, cursor: Cursor) -> Self {
        Self { inputs, how, cursor, open: None, notes: Vec::new() }
    }

    /// The next part, if there is one.
    pub(super) fn next(&mut self) -> Result<Option<Part>> {
        loop {
            let open = match self.open.take() {
                Some(open) => open,
                None => match self.inputs.get(self.cursor.input) {
                    Some(path) => self.open_or_fault(&path.clone())?,
                    None => return Ok(None),
                },
            };
            if let Some(part) = self.cut(open)? {
                return Ok(Some(part));
            }
            self.cursor = Cursor { input: self.cursor.input + 1, ..Cursor::default() };
        }
    }

    /// Opens an input. One of several that cannot be read does not stop the others.
    fn open_or_fault(&mut self, path: &Path) -> Result<Open> {
        let opened = self.open(path);
        if self.how.alone {
            return opened;
        }
        opened.or_else(|error| {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            Ok(Open::Fault { name: (*name).into(), fault: unreadable(&name, 1, format!("{error:#}")) })
        })
    }

    /// Opens an input and goes to where the cursor is.
    fn open(&mut self, path: &Path) -> Result<Open> {
        let (reader, name) = open(path)?;
        let cannot = || format!("`{}` cannot be read", path.display());
        let mut reader = input::decompressed(BufReader::with_capacity(HEAD, reader)).with_context(cannot)?;
        let mut head = Vec::new();
        let sample = if self.how.from == Some(Format::Jsonl) { 0 } else { HEAD as u64 };
        reader.by_ref().take(sample).read_to_end(&mut head).with_context(cannot)?;
        if head.starts_with(b"PK") {
            reader.read_to_end(&mut head).with_context(cannot)?;
        }
        let inner = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
        let Some(format) = self.how.from.or_else(|| Format::of(&head, inner)) else {
            if head.is_empty() {
                bail!("`{}` is empty", path.display());
            }
            bail!("`{}` is in no format that is known; `firstlane formats` lists them", path.display());
        };
        let name: Arc<str> = name.into();
        if format == Format::Jsonl {
            let mut reader: Box<dyn BufRead + Send> =
                Box::new(BufReader::new(io::Cursor::new(head).chain(reader)));
            io::copy(&mut reader.by_ref().take(self.cursor.at), &mut io::sink()).with_context(cannot)?;
            return Ok(Open::Lines { name, reader, rest: Vec::new() });
        }
        if head.is_empty() {
            let fault = InputError { code: "empty", ..unreadable(&name, 1, "file is empty".to_owned()) };
            return Ok(Open::Fault { name, fault });
        }
        reader.read_to_end(&mut head).with_context(cannot)?;
        let reading = Reading { name: &name, most: self.how.most, fields: &self.how.fields };
        Ok(match format.read(&head, &reading) {
            Ok(document) => {
                let note = |note: &input::Note| format!("{name}:{}: note: {}", note.line, note.message);
                if self.cursor.at == 0 {
                    self.notes.extend(document.notes.iter().map(note));
                }
                Open::Document { name, document: Arc::new(document), bytes: head.len() as u64 }
            }
            Err(fault) => Open::Fault { name, fault },
        })
    }

    /// The next part of the input at hand, which is then kept open.
    fn cut(&mut self, open: Open) -> Result<Option<Part>> {
        let from = self.cursor;
        let part = match open {
            Open::Fault { name, fault } => {
                self.cursor = Cursor { input: from.input + 1, ..Cursor::default() };
                Part { name, work: Work::Fault(fault), next: self.cursor, bytes: 0 }
            }
            Open::Document { name, document, bytes } => {
                let all = document.records.len();
                let start = from.at as usize;
                if start >= all {
                    return Ok(None);
                }
                let end = if self.how.whole { all } else { all.min(start + RUN) };
                self.cursor.at = end as u64;
                let work = Work::Records(Arc::clone(&document), start..end);
                let part = Part {
                    name: Arc::clone(&name),
                    work,
                    next: self.cursor,
                    bytes: bytes * (end - start) as u64 / all as u64,
                };
                self.open = Some(Open::Document { name, document, bytes });
                part
            }
            Open::Lines { name, mut reader, mut rest } => {
                let bytes = match block(&mut reader, &mut rest) {
                    Ok(bytes) if bytes.is_empty() => {
                        if from.ordinal == 0 && !self.how.alone {
                            self.notes.push(format!("{name}:1: note: file holds no record"));
                        }
                        return Ok(None);
                    }
                    Ok(bytes) => bytes,
                    Err(error) => {
                        // What was read so far is all there is.
                        let fault =
                            unreadable(&name, from.line + 1, format!("cannot be read on from here: {error}"));
                        return self.cut(Open::Fault { name, fault });
                    }
                };
                self.cursor.at += bytes.len() as u64;
                let (lines, records) = count(&bytes);
                self.cursor.line += lines;
                self.cursor.ordinal += records;
                let length = bytes.len() as u64;
                let work = Work::Lines { bytes, line: from.line, ordinal: from.ordinal };
                self.open = Some(Open::Lines { name: Arc::clone(&name), reader, rest });
                Part { name, work, next: self.cursor, bytes: length }
            }
        };
        Ok(Some(part))
    }
}

fn unreadable(name: &str, line: usize, message: String) -> InputError {
    InputError { id: name.to_owned(), line, code: "unreadable", message }
}

/// The next block of whole lines; what was read behind it is kept in `rest`.
fn block(reader: &mut impl Read, rest: &mut Vec<u8>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(BLOCK + HEAD);
    bytes.append(rest);
    loop {
        let seen = bytes.len();
        let more = reader.by_ref().take(BLOCK as u64).read_to_end(&mut bytes)?;
        if let Some(end) = memchr::memrchr(b'\n', &bytes[seen..]) {
            rest.extend_from_slice(&bytes[seen + end + 1..]);
            bytes.truncate(seen + end + 1);
            return Ok(bytes);
        }
        // Without a line end this is the last line, or the beginning of a very long one.
        if more == 0 {
            return Ok(bytes);
        }
    }
}

/// Lines of a block, and those of them that are records: the others are blank.
fn count(block: &[u8]) -> (usize, usize) {
    let (mut lines, mut records, mut start) = (0, 0, 0);
    for end in memchr::memchr_iter(b'\n', block).chain((!block.ends_with(b"\n")).then_some(block.len())) {
        lines += 1;
        records += usize::from(!block[start..end].trim_ascii_start().is_empty());
        start = end + 1;
    }
    (lines, records)
}
