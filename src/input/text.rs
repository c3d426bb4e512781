//! One question as pasted.

use std::borrow::Cow;

use super::{InputError, Record, check};
use crate::question::Question;

/// Reads one pasted question. Invalid UTF-8 is replaced by `U+FFFD`; offsets then count in the replaced text.
///
/// # Errors
///
/// `empty` if there is no word in it, `too-large` above `most` bytes.
///
/// # Examples
///
/// ```
/// let record = firstlane::input::read_text(b"What is a canary release?", "paste", 1000)?;
/// assert_eq!(record.id, "paste#1");
/// # Ok::<(), firstlane::input::InputError>(())
/// ```
pub fn read<'t>(bytes: &'t [u8], name: &str, most: usize) -> Result<Record<'t>, InputError> {
    let id = format!("{name}#1");
    let fault = |(code, message)| InputError { id: id.clone(), line: 1, code, message };
    if bytes.len() > most {
        check(bytes.len(), &Question::default(), most).map_err(fault)?;
    }
    let stem: Cow<'t, str> = String::from_utf8_lossy(bytes);
    check(bytes.len(), &Question::split(&stem), most).map_err(fault)?;
    Ok(Record { id: id.into(), line: 1, stem, options: Vec::new(), labels: None })
}
