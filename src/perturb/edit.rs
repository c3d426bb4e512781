//! Edits of a text, and their application.

use std::{borrow::Cow, ops::Range};

use crate::input::Record;

/// A range of a field that is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The option by its ordinal, or the stem.
    pub field: Option<u16>,
    /// The bytes that are replaced; empty where something is put in.
    pub range: Range<usize>,
    /// What stands there instead.
    pub to: String,
}

/// Edits that only make sense together; most often one.
pub type Change = Vec<Edit>;

/// A change at one place.
pub(super) fn at(field: Option<u16>, range: Range<usize>, to: impl Into<String>) -> Change {
    vec![Edit { field, range, to: to.into() }]
}

/// The fields of a record: its stem, then its options.
pub(super) fn fields<'r>(record: &'r Record<'_>) -> impl Iterator<Item = (Option<u16>, &'r str)> {
    let options = (0..).zip(&record.options).map(|(at, (_, text))| (Some(at), &**text));
    [(None, &*record.stem)].into_iter().chain(options)
}

/// A record with some changes, which do not overlap.
pub(super) fn apply(record: &Record<'_>, changes: &[Change]) -> Record<'static> {
    let mut record = record.clone().into_owned();
    let mut edits: Vec<&Edit> = changes.iter().flatten().collect();
    // From the end, so that offsets before stay true; what is put in at one place keeps its order.
    edits.sort_by_key(|edit| (edit.field, edit.range.start));
    for edit in edits.into_iter().rev() {
        let field: &mut Cow<'static, str> = match edit.field {
            None => &mut record.stem,
            Some(at) => &mut record.options[usize::from(at)].1,
        };
        field.to_mut().replace_range(edit.range.clone(), &edit.to);
    }
    record
}
