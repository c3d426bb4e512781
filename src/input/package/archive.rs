//! The files of a package, unpacked in memory.
//!
//! In: a zip archive. Out: its files of QTI and its manifests as text. Of every entry the beginning is read to see what it
//! is; only what matters is read whole, up to a limit for all of it.

use std::io::{Cursor, Read};

use zip::{ZipArchive, read::ZipFile};

use crate::input::{document::Note, encoding::Decoded, qti, xml};

/// An archive with more entries is refused.
const MOST_ENTRIES: usize = 10_000;
/// An archive whose files of QTI unpack to more bytes is refused.
const MOST_BYTES: u64 = 1 << 30;
/// As much of an entry tells what it is.
const HEAD: u64 = 4096;

/// A file of a package.
#[derive(Debug)]
pub(super) struct File {
    /// Its place in the archive.
    pub(super) index: usize,
    pub(super) name: String,
    /// The name of its root element.
    pub(super) root: String,
    pub(super) source: Decoded,
    /// What is to be said of its encoding.
    pub(super) note: Option<Note>,
}

/// The files of a package.
#[derive(Debug)]
pub(super) struct Archive {
    /// Of all entries.
    pub(super) names: Vec<String>,
    /// Of QTI, and manifests.
    pub(super) files: Vec<File>,
    /// Entries that cannot be read: name and why.
    pub(super) faults: Vec<(String, String)>,
    /// Names of entries that are archives.
    pub(super) nested: Vec<String>,
}

/// Whether bytes are an archive with questions; those of other formats are told by their well-known entries.
pub(super) fn holds_questions(bytes: &[u8]) -> bool {
    if !bytes.starts_with(b"PK\x03\x04") {
        return false;
    }
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return false };
    let names: Vec<_> = archive.file_names().flatten().map(|name| name.into_owned()).collect();
    let others = |name: &String| {
        name == "[Content_Types].xml" || name == "mimetype" || name.starts_with("collection.anki2")
    };
    if names.iter().any(others) {
        return false;
    }
    (0..archive.len().min(MOST_ENTRIES)).any(|index| {
        archive
            .by_index(index)
            .ok()
            .and_then(|mut entry| head(&mut entry).ok())
            .is_some_and(|head| root(&head).is_some())
    })
}

impl Archive {
    /// Unpacks an archive, or says why not: code and message.
    pub(super) fn new(bytes: &[u8]) -> Result<Self, (&'static str, String)> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
            ("bad-archive", format!("file is no zip archive that can be read, it may be cut off: {error}"))
        })?;
        if archive.len() > MOST_ENTRIES {
            let message = format!(
                "archive has {} entries, more than the limit of {MOST_ENTRIES}; export the bank in parts",
                archive.len()
            );
            return Err(("too-large", message));
        }
        let mut unpacked =
            Self { names: Vec::new(), files: Vec::new(), faults: Vec::new(), nested: Vec::new() };
        let mut left = MOST_BYTES;
        for index in 0..archive.len() {
            let name = match archive.name_for_index(index) {
                Some(Ok(name)) => name.into_owned(),
                _ => format!("entry {}", index + 1),
            };
            if archive.by_index_raw(index).is_ok_and(|entry| entry.encrypted()) {
                return Err((
                    "encrypted",
                    format!("`{name}` is encrypted; export the bank without a password"),
                ));
            }
            match archive.by_index(index) {
                Ok(entry) if entry.is_dir() => {}
                Ok(entry) => unpacked.entry(index, &name, entry, &mut left)?,
                Err(error) => {
                    unpacked.faults.push((name.clone(), format!("entry cannot be unpacked: {error}")))
                }
            }
            unpacked.names.push(name);
        }
        Ok(unpacked)
    }

    fn entry(
        &mut self,
        index: usize,
        name: &str,
        mut entry: ZipFile<'_, impl Read>,
        left: &mut u64,
    ) -> Result<(), (&'static str, String)> {
        let fault =
            |error: &dyn std::fmt::Display| (name.to_owned(), format!("entry cannot be unpacked: {error}"));
        let mut bytes = match head(&mut entry) {
            Ok(head) => head,
            Err(error) => {
                self.faults.push(fault(&error));
                return Ok(());
            }
        };
        if bytes.starts_with(b"PK\x03\x04") {
            self.nested.push(name.to_owned());
        }
        let Some(root) = root(&bytes) else { return Ok(()) };
        // An entry that unpacks to more than it says is refused while it is read.
        *left = left.checked_sub(entry.size()).ok_or_else(|| {
            let message = format!(
                "files of QTI in the archive unpack to more than {MOST_BYTES} bytes, the limit; export the bank in parts"
            );
            ("too-large", message)
        })?;
        if let Err(error) = entry.read_to_end(&mut bytes) {
            self.faults.push(fault(&error));
            return Ok(());
        }
        match xml::decoded(&bytes) {
            Ok((source, note)) => {
                self.files.push(File { index, name: name.to_owned(), root, source, note });
            }
            Err(message) => self.faults.push((name.to_owned(), message)),
        }
        Ok(())
    }
}

/// The beginning of an entry.
fn head(entry: &mut ZipFile<'_, impl Read>) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    entry.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// The root element in the beginning of a file, if that is one of QTI or of a package's manifest.
fn root(head: &[u8]) -> Option<String> {
    // The beginning may end inside a character: that makes no difference to what is before.
    let text = Decoded::new(&head[..head.len() & !1]).ok()?.text;
    let root = xml::root(&text)?;
    let known = qti::is_root(&root) || root == "manifest" && qti::is_manifest(&text);
    known.then_some(root)
}
