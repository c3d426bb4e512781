//! JSON: the shapes that banks have.

use super::{InputError, Reading, document::Document, format::Sample};

/// A line of JSON Lines with tags.
///
/// # Errors
///
/// What keeps the line from being an object.
pub fn tagged_line(line: &str, _tags: &[super::Tag]) -> Result<String, String> {
    Ok(line.to_owned())
}

/// Whether a file looks like it.
pub(super) fn looks(_sample: &Sample<'_>) -> bool {
    false
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(_bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    Err(reading.fault(1, 1, "not-read", "this format is not read yet".to_owned()))
}
