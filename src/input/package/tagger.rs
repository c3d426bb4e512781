//! A package written back with tags.
//!
//! In: the archive, and the places of the records in its files. Out: the archive with those files changed, compressed as
//! they were and with their dates; everything else is copied as it is, compressed.

use std::io::{Cursor, Write};

use zip::{ZipArchive, ZipWriter, result::ZipError};

use crate::input::{
    document::{Tag, Tagger, edited},
    encoding::Decoded,
    xml::Place,
};

/// A file of the package that keeps tags.
#[derive(Debug)]
pub(super) struct Part {
    /// Its place in the archive.
    pub(super) index: usize,
    pub(super) source: Decoded,
    /// Position of the record, and its place.
    pub(super) places: Vec<(usize, Place)>,
    /// A tag as an element, given the prefix of its name.
    pub(super) write: fn(&Tag, &str) -> String,
}

/// Writes a package back with tags.
#[derive(Debug)]
pub(super) struct PackageTagger {
    pub(super) bytes: Vec<u8>,
    pub(super) parts: Vec<Part>,
    /// Records without a place: position, and the entry that they are in.
    pub(super) unplaced: Vec<(usize, String)>,
}

impl Tagger for PackageTagger {
    fn tagged(&self, tags: &[Vec<Tag>]) -> Result<Vec<u8>, String> {
        let of = |record: usize| tags.get(record).map_or(&[][..], Vec::as_slice);
        if let Some((_, entry)) = self.unplaced.iter().find(|(record, _)| !of(*record).is_empty()) {
            return Err(format!(
                "the tags of `{entry}` have no place: no resource of `imsmanifest.xml` is its own; export the package again"
            ));
        }
        let mut changed = Vec::new();
        for part in &self.parts {
            let edits = part.places.iter().flat_map(|(record, place)| place.edits(of(*record), &part.write));
            let text = edited(&part.source.text, edits.collect());
            if text != part.source.text {
                changed.push((part.index, part.source.encode(&text)?));
            }
        }
        if changed.is_empty() {
            return Ok(self.bytes.clone());
        }
        rewritten(&self.bytes, &changed).map_err(|error| format!("package cannot be written: {error}"))
    }
}

/// An archive with the contents of some entries replaced.
fn rewritten(bytes: &[u8], changed: &[(usize, Vec<u8>)]) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len())));
    writer.set_raw_comment(archive.comment().into())?;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index)?;
        match changed.iter().find(|(at, _)| *at == index) {
            Some((_, content)) => {
                let (name, options) = (entry.name()?.into_owned(), entry.options());
                drop(entry);
                writer.start_file(name, options)?;
                writer.write_all(content)?;
            }
            None => writer.raw_copy_file(entry)?,
        }
    }
    Ok(writer.finish()?.into_inner())
}
