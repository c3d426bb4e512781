//! Zip packages: QTI, Common Cartridge, Blackboard.
//!
//! In: a zip archive with files of QTI inside, told by their root element, whatever they are called. Out: the records of all of
//! them, in the order of the manifest, then of the archive. Nothing is written to disk, and media are not unpacked. Tags
//! of QTI 1.2 go into its items, those of 2.x and 3.0 into the manifest; entries that do not change are copied as they are.

mod archive;
mod manifest;
mod tagger;

use std::collections::HashSet;

use self::{
    archive::{Archive, File},
    manifest::Manifest,
    tagger::{PackageTagger, Part},
};
use super::{
    InputError, Reading, Record,
    document::{Document, Note},
    format::Sample,
    qti,
    xml::{self, Xml},
};

/// Whether a file looks like it.
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    archive::holds_questions(sample.bytes)
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let archive = Archive::new(bytes).map_err(|(code, message)| reading.fault(1, 1, code, message))?;
    let mut package = Package { reading, records: Vec::new(), notes: Vec::new(), parts: Vec::new() };
    let Archive { names, mut files, faults, nested } = archive;
    let manifest = manifest::position(&files).map(|at| files.remove(at));
    let manifest_xml = manifest.as_ref().map(|file| Xml::new(&file.source.text));
    let mut listed =
        manifest.as_ref().zip(manifest_xml.as_ref()).map(|(file, xml)| Manifest::new(&file.name, xml));
    for (name, message) in faults {
        package.fault("bad-entry", 1, &name, &message);
    }
    if let Some(listed) = &listed {
        for (line, path) in listed.missing(&names) {
            let message = format!("it names `{path}`, which is not in the package; export the bank again");
            package.fault("missing-entry", line, listed.name, &message);
        }
        files.sort_by_cached_key(|file| listed.position(&file.name));
    }
    package.note_doubles(&mut files);
    let mut in_manifest = Vec::new();
    let mut unplaced = Vec::new();
    for file in files {
        let (places, homeless) = package.file(file);
        in_manifest.extend(homeless.into_iter().filter_map(|(record, name)| {
            let place = listed.as_mut().and_then(|listed| listed.place(&name));
            if place.is_none() {
                unplaced.push((record, name));
            }
            place.map(|place| (record, place))
        }));
        package.parts.extend(places);
    }
    package.end(&nested)?;
    let write = listed.as_ref().map(Manifest::keyword);
    if let (Some(manifest), Some(write)) = (manifest, write) {
        let (index, source) = (manifest.index, manifest.source.clone());
        package.parts.push(Part { index, source, places: in_manifest, write });
    }
    let tagger = PackageTagger { bytes: bytes.to_vec(), parts: package.parts, unplaced };
    Ok(Document { records: package.records, notes: package.notes, tagger: Box::new(tagger) })
}

/// A package being read.
struct Package<'r> {
    reading: &'r Reading<'r>,
    records: Vec<Result<Record<'static>, InputError>>,
    notes: Vec<Note>,
    parts: Vec<Part>,
}

impl Package<'_> {
    fn fault(&mut self, code: &'static str, line: usize, entry: &str, message: &str) {
        let message = format!("in `{entry}`: {message}");
        self.records.push(Err(self.reading.fault(self.records.len() + 1, line, code, message)));
    }

    fn note(&mut self, line: usize, entry: &str, message: &str) {
        self.notes.push(Note { line, message: format!("in `{entry}`: {message}") });
    }

    /// Canvas exports a quiz twice, once in the smaller form of Common Cartridge; that one is passed over.
    fn note_doubles(&mut self, files: &mut Vec<File>) {
        let full = |name: &str| {
            Some(name.rsplit_once("non_cc_assessments/")?.1.strip_suffix(".xml.qti")?.to_owned())
        };
        let full: HashSet<_> = files.iter().filter_map(|file| full(&file.name)).collect();
        files.retain(|file| {
            let quiz =
                file.name.strip_suffix("/assessment_qti.xml").and_then(|folder| folder.rsplit('/').next());
            let double = quiz.is_some_and(|quiz| full.contains(quiz));
            if double {
                self.note(
                    1,
                    &file.name,
                    "it is passed over: the same quiz is in `non_cc_assessments` in full",
                );
            }
            !double
        });
    }

    /// Reads the items of a file. Those that keep their tags themselves are a part; the others are named.
    fn file(&mut self, file: File) -> (Option<Part>, Vec<(usize, String)>) {
        if let Some(note) = file.note {
            self.note(note.line, &file.name, &note.message);
        }
        let xml = Xml::new(&file.source.text);
        let (mut places, mut homeless) = (Vec::new(), Vec::new());
        for item in qti::items(&xml) {
            if let Some(note) = item.note {
                self.note(note.line, &file.name, &note.message);
            }
            let Some(content) = item.content else { continue };
            let at = self.records.len();
            let record = content.record(self.reading, at + 1, item.line);
            match (&record, item.place) {
                (Ok(_), Some(place)) => places.push((at, place)),
                (Ok(_), None) => homeless.push((at, file.name.clone())),
                (Err(_), _) => {}
            }
            self.records.push(record.map_err(|error| {
                let message = format!("in `{}`: {}", file.name, error.message);
                InputError { message, ..error }
            }));
        }
        if let Some((at, why)) = &xml.broken {
            self.fault("not-well-formed", xml.line(*at), &file.name, &xml::not_well_formed(why));
        }
        let part = (!places.is_empty()).then(|| Part {
            index: file.index,
            source: file.source.clone(),
            places,
            write: qti::v1::field,
        });
        (part, homeless)
    }

    /// Why nothing could be read, if so.
    fn end(&mut self, nested: &[String]) -> Result<(), InputError> {
        for name in nested {
            self.note(1, name, "an archive in the archive is not read; unpack it and give it by itself");
        }
        if self.records.iter().any(Result::is_ok) {
            return Ok(());
        }
        if let Some(Err(first)) = self.records.first() {
            return Err(first.clone());
        }
        let message = match nested.first() {
            Some(name) => format!(
                "no file in the package is QTI, but `{name}` is an archive itself; unpack the package and give that"
            ),
            None => "no file in the package is QTI with a question; if its files are of another format, give them one by one"
                .to_owned(),
        };
        Err(self.reading.fault(1, 1, "no-questions", message))
    }
}
