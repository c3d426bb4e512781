//! Text to zones.
//!
//! In: a question as pasted, or the stem and options of a bank record. Out: segments of the text, each of one zone:
//! story, ask or option. What must never count (answer keys, explanations, votes, page furniture) is in no segment.
//! Text is never rewritten: a segment is a slice of what was typed.
//!
//! Decided here, since pasted questions leave it open:
//! - Options are a run of markers that begins with A, a or 1 and does not skip; or bullets, or bare lines, behind the
//!   sentence that asks. The last such run counts. A run that is followed by a question is part of the story.
//! - The last option ends at the first blank line. What stands behind it is commentary of the site and never counts.
//! - The ask is the last run of sentences with a question mark; without one, the last sentence with an asking form
//!   (which, should, …); without that, the last sentence.

mod lines;
mod options;
#[cfg(feature = "formats")]
mod parts;
mod sentences;

use std::ops::Range;

use self::lines::{Line, Lines};
#[cfg(feature = "formats")]
pub(crate) use self::parts::{Parts, Role, asks, is_fence, role};
use crate::zone::Zone;

/// A run of text of one zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'t> {
    /// Which part of the question it is in.
    pub zone: Zone,
    /// The text, a slice of the field that it came from: the whole text as pasted, or a bank record's stem or option.
    pub text: &'t str,
    /// Its byte offset in that field.
    pub start: usize,
    /// Ordinal of the option from 0, for options.
    pub option: Option<u16>,
}

/// A question, taken apart.
///
/// # Examples
///
/// ```
/// use firstlane::{Question, Zone};
///
/// let question = Question::split("A canary fails. What comes next?\nA) Roll back\nB) Retrain\nAnswer: A");
/// let zones: Vec<_> = question.segments().iter().map(|s| (s.zone, s.text)).collect();
/// assert_eq!(
///     zones,
///     [
///         (Zone::Story, "A canary fails."),
///         (Zone::Ask, "What comes next?"),
///         (Zone::Option, "Roll back"),
///         (Zone::Option, "Retrain"),
///     ]
/// );
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question<'t> {
    segments: Vec<Segment<'t>>,
}

impl<'t> Question<'t> {
    /// Takes a pasted question apart.
    #[must_use]
    pub fn split(text: &'t str) -> Self {
        let lines = lines::read(text);
        let found = options::find(text, &lines).or_else(|| options::find_unmarked(text, &lines));
        Self::build(text, &lines, found)
    }

    /// Takes the stem of a bank record apart; its options are given. Places count within each option's own text.
    #[must_use]
    pub fn from_parts<I: IntoIterator<Item = &'t str>>(stem: &'t str, options: I) -> Self {
        let lines = lines::read(stem);
        let mut options = options.into_iter().peekable();
        let found = if options.peek().is_some() { None } else { options::find(stem, &lines) };
        let mut question = Self::build(stem, &lines, found);
        for (ordinal, option) in options.enumerate() {
            question.push(Zone::Option, option, options::body(option), u16::try_from(ordinal).ok());
        }
        question
    }

    /// A question from segments.
    pub(crate) fn of(segments: Vec<Segment<'t>>) -> Self {
        Self { segments }
    }

    /// The segments, in reading order.
    #[must_use]
    pub fn segments(&self) -> &[Segment<'t>] {
        &self.segments
    }

    /// Whether there is no word in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.segments.iter().any(|segment| segment.text.contains(char::is_alphanumeric))
    }

    fn build(text: &'t str, lines: &[Line], found: Option<options::Found>) -> Self {
        let mut question = Self::default();
        let stem_end = found.as_ref().map_or(text.len(), |found| found.start);
        let stem: Lines = lines.iter().filter_map(|line| line.before(stem_end)).collect();
        for (zone, range) in sentences::zones(text, &stem) {
            question.push(zone, text, range, None);
        }
        for (ordinal, range) in found.into_iter().flat_map(|found| found.options).enumerate() {
            question.push(Zone::Option, text, range, u16::try_from(ordinal).ok());
        }
        question
    }

    fn push(&mut self, zone: Zone, field: &'t str, range: Range<usize>, option: Option<u16>) {
        let text = field[range.clone()].trim_start();
        let start = range.end - text.len();
        let text = text.trim_end();
        if !text.is_empty() {
            self.segments.push(Segment { zone, text, start, option });
        }
    }
}
