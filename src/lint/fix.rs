//! Edits of pack files that mend what is mechanical. Comments and layout stay.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use super::{Finding, Linter};
use crate::{
    pack::Pack,
    problem::{Place, Problems, Source},
};

/// An edit of a file: new text for a range of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub source: Arc<Source>,
    /// The bytes that go.
    pub span: Range<usize>,
    /// What comes in their stead.
    pub text: String,
}

impl Edit {
    pub(super) fn replace(place: &Place, text: &str) -> Self {
        Self { source: Arc::clone(&place.source), span: place.span.clone(), text: text.to_owned() }
    }

    /// Takes an element out of an array, with its comma and the line that it leaves empty.
    pub(super) fn remove(place: &Place) -> Self {
        let text = place.source.text.as_str();
        let Range { mut start, mut end } = place.span;
        let blank = |c: char| c == ' ' || c == '\t';
        let rest = text[end..].trim_start_matches(blank);
        let before = text[..start].trim_end_matches(blank);
        if let Some(rest) = rest.strip_prefix(',') {
            let rest = rest.trim_start_matches(blank);
            end = text.len() - rest.len();
            if rest.starts_with(['\n', '\r']) {
                start = before.len();
                if before.ends_with('\n') {
                    end += if rest.starts_with("\r\n") { 2 } else { 1 };
                }
            }
        } else if let Some(before) = before.strip_suffix(',') {
            start = before.len();
        }
        Self { source: Arc::clone(&place.source), span: start..end, text: String::new() }
    }
}

/// The files that the edits of findings change, by name, each with its new text. Of edits that overlap, those of the first
/// finding are made.
#[must_use]
pub(super) fn apply(findings: &[Finding]) -> BTreeMap<String, String> {
    let mut taken: Vec<&Edit> = Vec::new();
    for finding in findings {
        let overlaps = |edit: &Edit| {
            let meets = |other: &&Edit| other.span.start < edit.span.end && edit.span.start < other.span.end;
            taken.iter().any(|other| other.source.name == edit.source.name && meets(other))
        };
        if !finding.edits.iter().any(overlaps) {
            taken.extend(&finding.edits);
        }
    }
    // From the back, so that the places in front stay true.
    taken.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for edit in taken {
        let text = files.entry(edit.source.name.clone()).or_insert_with(|| edit.source.text.clone());
        text.replace_range(edit.span.clone(), &edit.text);
    }
    files
}

/// Mends what is mechanical in the files of a pack, until nothing is left to mend; gives the files that changed.
///
/// # Errors
///
/// The faults of the pack.
pub fn fix(mut files: Vec<(String, String)>) -> Result<BTreeMap<String, String>, Problems> {
    let mut changed = BTreeMap::new();
    loop {
        let linter = Linter::new(Pack::parse(files.clone())?);
        let edited = apply(&linter.finished(linter.mechanical(), false));
        if edited.is_empty() {
            return Ok(changed);
        }
        for (name, text) in &mut files {
            if let Some(new) = edited.get(name) {
                text.clone_from(new);
            }
        }
        changed.extend(edited);
    }
}
