//! Zip archives that hold a bank among other things.
//!
//! In: the bytes of an archive. Out: entries by name, unpacked in memory up to a limit; and the same archive with one entry
//! replaced and all others copied as they are packed. Nothing is ever written to disk.

use std::io::{Cursor, Read, Write};

use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// An entry that unpacks to more bytes than this is refused: 512 MiB.
pub(super) const MOST_UNPACKED: u64 = 512 << 20;
/// An archive with more entries than this is refused.
const MOST_ENTRIES: usize = 100_000;

/// An archive, opened.
pub(super) struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
}

impl<'b> Archive<'b> {
    /// Opens an archive.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, String> {
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| format!("file is not a whole zip archive: {error}; is a part of it missing?"))?;
        if zip.len() > MOST_ENTRIES {
            return Err(format!("archive has {} entries, more than the limit of {MOST_ENTRIES}", zip.len()));
        }
        Ok(Self { zip })
    }

    /// Whether there is an entry with a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// Checks what its entries say that they unpack to, all in all. An entry that unpacks to more is refused while it is read.
    #[cfg(feature = "spreadsheets")]
    pub(super) fn check_size(&mut self) -> Result<(), String> {
        let entries = self.zip.len();
        let size = |at| self.zip.by_index_raw(at).map_or(0, |entry| entry.size());
        let all = (0..entries).map(size).fold(0, u64::saturating_add);
        if all > MOST_UNPACKED {
            return Err(format!("archive unpacks to {all} bytes, more than the limit of {MOST_UNPACKED}"));
        }
        Ok(())
    }

    /// What is in an entry.
    pub(super) fn read(&mut self, name: &str) -> Result<Vec<u8>, String> {
        let entry =
            self.zip.by_name(name).map_err(|error| format!("archive has no readable `{name}`: {error}"))?;
        if entry.size() > MOST_UNPACKED {
            return Err(too_large(name));
        }
        up_to_limit(entry, name)
    }

    /// The same archive with other bytes in an entry.
    pub(super) fn replaced(mut self, name: &str, content: &[u8]) -> Result<Vec<u8>, String> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        self.write(name, content, &mut out)
            .and_then(|()| out.finish().map_err(Into::into))
            .map(Cursor::into_inner)
            .map_err(|error| format!("archive cannot be written: {error}"))
    }

    fn write(
        &mut self,
        name: &str,
        content: &[u8],
        out: &mut ZipWriter<Cursor<Vec<u8>>>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        out.set_raw_comment(self.zip.comment().into())?;
        let replaced = self.zip.index_for_name(name);
        for at in 0..self.zip.len() {
            let entry = self.zip.by_index_raw(at)?;
            if Some(at) != replaced {
                out.raw_copy_file(entry)?;
                continue;
            }
            let options = SimpleFileOptions::default()
                .compression_method(entry.compression())
                .last_modified_time(entry.last_modified().unwrap_or_default());
            let options = entry.unix_mode().map_or(options, |mode| options.unix_permissions(mode));
            out.start_file(name, options)?;
            out.write_all(content)?;
        }
        Ok(())
    }
}

/// All bytes of a reader, unless they are too many.
pub(super) fn up_to_limit(reader: impl Read, name: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    reader
        .take(MOST_UNPACKED + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("`{name}` in the archive cannot be unpacked: {error}"))?;
    if bytes.len() as u64 > MOST_UNPACKED {
        return Err(too_large(name));
    }
    Ok(bytes)
}

fn too_large(name: &str) -> String {
    format!("`{name}` in the archive unpacks to more than {MOST_UNPACKED} bytes, the limit")
}
