//! Moodle XML.

use super::{InputError, Reading, document::Document, format::Sample};

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
