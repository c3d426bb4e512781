//! Anki packages: `.apkg` of all three versions, and `.colpkg`.
//!
//! In: a zip archive with a collection. Out: a question a note, and the package with tags. Decided:
//!
//! - The newest collection in the archive counts. Beside a newer one, `collection.anki2` only asks to upgrade.
//! - The stem is the field called like a question, else the first. Fields called like options are options; else lettered
//!   lines of the stem are. No other field is looked at.
//! - The id is the note's guid, the line its position. Tags are the note's tags; notes whose tags do not change stay as they
//!   are, and a package in which none does stays byte for byte.

use std::io::Read;

use super::{
    Fields, InputError, Reading, Record, anki_collection as collection,
    anki_text::retagged,
    columns::Columns,
    compression::decompressed,
    document::{Document, Tag, Tagger},
    format::Sample,
    front,
    zip_archive::{Archive, MOST_UNPACKED, up_to_limit},
};

/// Names of the collection, the newest first.
const COLLECTIONS: [&str; 3] = ["collection.anki21b", "collection.anki21", "collection.anki2"];

/// Whether a file looks like it.
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    sample.bytes.starts_with(b"PK")
        && Archive::open(sample.bytes).is_ok_and(|zip| COLLECTIONS.iter().any(|name| zip.has(name)))
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let (name, database) = unpacked(bytes).map_err(|(code, message)| reading.fault(1, 1, code, message))?;
    let notes = collection::notes(&database)
        .map_err(|message| reading.fault(1, 1, "bad-collection", format!("`{name}`: {message}")))?;
    if name == COLLECTIONS[2] && is_decoy(&notes) {
        let message = "package holds only the note that asks to upgrade Anki: its collection is missing; export it anew";
        return Err(reading.fault(1, 1, "no-collection", message.to_owned()));
    }
    if notes.is_empty() {
        return Err(reading.fault(1, 1, "no-questions", "package has no notes".to_owned()));
    }
    let records = notes.iter().enumerate().map(|(at, note)| record(at + 1, note, reading)).collect();
    let notes = notes.into_iter().map(|note| (note.id, note.tags)).collect();
    let tagger = PackageTagger { bytes: bytes.to_vec(), name, database, notes };
    Ok(Document { records, notes: Vec::new(), tagger: Box::new(tagger) })
}

/// The collection of a package, and what it is called there.
fn unpacked(bytes: &[u8]) -> Result<(&'static str, Vec<u8>), (&'static str, String)> {
    let mut zip = Archive::open(bytes).map_err(|message| ("bad-zip", message))?;
    let Some(name) = COLLECTIONS.into_iter().find(|name| zip.has(name)) else {
        let message = format!("archive is no Anki package: there is no `{}` in it", COLLECTIONS.join("`, `"));
        return Err(("no-collection", message));
    };
    let packed = zip.read(name).map_err(|message| ("bad-zip", message))?;
    if name != COLLECTIONS[0] {
        return Ok((name, packed));
    }
    let unpacked = decompressed(&packed[..]).map_err(|error| error.to_string());
    let limited = unpacked.and_then(|reader| up_to_limit(reader.take(MOST_UNPACKED + 1), name));
    limited.map(|database| (name, database)).map_err(|message| ("bad-collection", message))
}

/// Whether this is the collection that old programs are shown.
fn is_decoy(notes: &[collection::Note]) -> bool {
    let asks = |text: &str| text.starts_with("Please update to the latest Anki version");
    matches!(notes, [note] if note.fields.first().is_some_and(|(_, text)| asks(text)))
}

fn record(
    ordinal: usize,
    note: &collection::Note,
    reading: &Reading<'_>,
) -> Result<Record<'static>, InputError> {
    let names: Vec<_> = note.fields.iter().map(|(name, _)| name.as_str()).collect();
    let texts: Vec<_> = note.fields.iter().map(|(_, text)| text.as_str()).collect();
    // What people name counts for the note types that have it; others are read as usual.
    let named = Columns::of(&names, reading.fields).or_else(|_| Columns::of(&names, &Fields::default())).ok();
    let stem = named.as_ref().map_or(0, |columns| columns.stem);
    let (stem, mut options) = front::question(texts.get(stem).copied().unwrap_or_default(), true);
    if let (true, Some(named)) = (options.is_empty(), named) {
        options = named.question(&texts).map(|shaped| shaped.options).unwrap_or_default();
    }
    if stem.is_empty() {
        let message = format!("note has no text on its front; its fields are `{}`", names.join("`, `"));
        return Err(InputError {
            id: note.guid.clone(),
            ..reading.fault(ordinal, ordinal, "no-stem", message)
        });
    }
    let id = Some(note.guid.clone()).filter(|guid| !guid.is_empty());
    reading.record(ordinal, ordinal, id, stem, options)
}

/// Writes tags into the notes of a package.
struct PackageTagger {
    bytes: Vec<u8>,
    name: &'static str,
    database: Vec<u8>,
    /// Id and tags of each note.
    notes: Vec<(i64, String)>,
}

impl std::fmt::Debug for PackageTagger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PackageTagger").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Tagger for PackageTagger {
    fn tagged(&self, tags: &[Vec<Tag>]) -> Result<Vec<u8>, String> {
        let new = self.notes.iter().zip(tags).filter_map(|((id, old), tags)| {
            let new = retagged(old, tags);
            let new = if new.is_empty() || new == *old { new } else { format!(" {new} ") };
            (new != *old).then_some((*id, new))
        });
        let new: Vec<_> = new.collect();
        if new.is_empty() {
            return Ok(self.bytes.clone());
        }
        let mut database = collection::with_tags(&self.database, &new)?;
        if self.name == COLLECTIONS[0] {
            use ruzstd::encoding::{CompressionLevel, compress_to_vec};
            database = compress_to_vec(&database[..], CompressionLevel::Fastest);
        }
        Archive::open(&self.bytes)?.replaced(self.name, &database)
    }
}
