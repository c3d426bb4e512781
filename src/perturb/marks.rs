//! What stands between words, written otherwise: hyphens, quotes, dashes, spaces, line breaks, markers of lists.

use std::{collections::BTreeSet, ops::Range};

use super::{
    edit::{Change, at, fields},
    words::Vocabulary,
};
use crate::{input::Record, pack::Pack, question::is_fence, scan::Hit, words::words};

type Forms = Vec<(&'static str, Vec<Change>)>;

/// Columns of the narrow form of wraps.
const NARROW: usize = 40;

/// White space between two words of a hit: its field and range.
fn gaps<'h>(
    record: &Record<'_>,
    hits: impl Iterator<Item = &'h Hit>,
) -> BTreeSet<(Option<u16>, usize, usize)> {
    let question = record.question();
    let mut gaps = BTreeSet::new();
    for hit in hits {
        let option = question.segments()[hit.segment as usize].option;
        let field = option.filter(|&at| usize::from(at) < record.options.len());
        let text = record.field(field);
        let (start, end) = (hit.start as usize, hit.end as usize);
        // A regex may begin inside a character, since it reads bytes.
        let Some(inside) = text.get(start..end) else { continue };
        let words: Vec<_> = words(inside).collect();
        for pair in words.windows(2) {
            let (from, to) = (start + pair[0].end, start + pair[1].start);
            if from < to && text[from..to].chars().all(|c| matches!(c, ' ' | '\u{a0}')) {
                gaps.insert((field, from, to));
            }
        }
    }
    gaps
}

/// The same change at each of some places.
fn each(places: &BTreeSet<(Option<u16>, usize, usize)>, to: &str) -> Vec<Change> {
    places.iter().map(|&(field, start, end)| at(field, start..end, to)).collect()
}

/// Places of a text, in all fields.
fn places(
    record: &Record<'_>,
    find: impl Fn(&str) -> Vec<Range<usize>>,
) -> BTreeSet<(Option<u16>, usize, usize)> {
    let in_field = |(field, text)| find(text).into_iter().map(move |range| (field, range.start, range.end));
    fields(record).flat_map(in_field).collect()
}

/// Characters that pass a test of themselves and their neighbours.
fn characters(text: &str, is: impl Fn(Option<char>, char, Option<char>) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if is(before, c, chars.peek().map(|(_, next)| *next)) {
            found.push(start..start + c.len_utf8());
        }
        before = Some(c);
    }
    found
}

fn is_letter(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphabetic)
}

/// Hyphens between letters.
fn inner_hyphens(record: &Record<'_>) -> BTreeSet<(Option<u16>, usize, usize)> {
    places(record, |text| {
        characters(text, |before, c, after| c == '-' && is_letter(before) && is_letter(after))
    })
}

/// `blue-green`, `blue green`, `bluegreen`. A space becomes a hyphen inside phrases of the pack only, and nothing only
/// between words that are written so somewhere: nobody writes `limittheblastradius`.
pub(super) fn hyphens(pack: &Pack, known: &Vocabulary, record: &Record<'_>, hits: &[Hit]) -> Forms {
    let phrases = hits.iter().filter(|hit| pack.cues()[hit.cue.index()].is_phrase());
    let spaces = gaps(record, phrases);
    let hyphens = inner_hyphens(record);
    let may_join = |&&(field, start, end): &&(Option<u16>, usize, usize)| {
        let text = record.field(field);
        let before = text[..start].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let after = text[end..].split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        known.may_join(before, after)
    };
    let joints = spaces.iter().chain(&hyphens).filter(may_join).copied().collect();
    vec![("hyphen", each(&spaces, "-")), ("space", each(&hyphens, " ")), ("joined", each(&joints, ""))]
}

/// Typographic quotes for plain ones, and the other way round.
pub(super) fn quotes(record: &Record<'_>) -> Forms {
    let opens = |before: Option<char>| before.is_none_or(|c| c.is_whitespace() || "([{\u{201c}".contains(c));
    let find = |quote: char, opening: bool| {
        places(record, |text| characters(text, |before, c, _| c == quote && opens(before) == opening))
    };
    let plain = |quotes: &[char]| places(record, |text| characters(text, |_, c, _| quotes.contains(&c)));
    let curly = [('"', true, "“"), ('"', false, "”"), ('\'', true, "‘"), ('\'', false, "’")];
    let straight = [(&['“', '”', '„'][..], "\""), (&['‘', '’'], "'")];
    vec![
        ("curly", curly.iter().flat_map(|&(c, opening, to)| each(&find(c, opening), to)).collect()),
        ("straight", straight.iter().flat_map(|(from, to)| each(&plain(from), to)).collect()),
    ]
}

/// Hyphens and dashes for each other.
pub(super) fn dashes(record: &Record<'_>) -> Forms {
    let between = |marks: &[&str]| {
        places(record, |text| {
            let found = marks.iter().flat_map(|mark| text.match_indices(mark));
            found.map(|(start, mark)| start..start + mark.len()).collect()
        })
    };
    let hyphens = inner_hyphens(record);
    vec![
        ("non-breaking-hyphen", each(&hyphens, "\u{2011}")),
        ("en-dash", each(&hyphens, "–")),
        ("em-dash", each(&between(&[" - ", " – ", " -- "]), "—")),
        ("plain", each(&between(&["—", "–"]), " - ")),
    ]
}

/// Other spaces between words.
pub(super) fn spaces(record: &Record<'_>) -> Forms {
    let is_space = |before: Option<char>, c, after: Option<char>| {
        let is_inner = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
        c == ' ' && is_inner(before) && is_inner(after)
    };
    let spaces = places(record, |text| characters(text, is_space));
    vec![
        ("non-breaking", each(&spaces, "\u{a0}")),
        ("narrow", each(&spaces, "\u{202f}")),
        ("double", each(&spaces, "  ")),
    ]
}

/// Line breaks inside everything that matched, and lines of a fixed width.
pub(super) fn wraps(record: &Record<'_>, hits: &[Hit]) -> Forms {
    let gaps = gaps(record, hits.iter());
    let narrow = places(record, |text| {
        let mut breaks = Vec::new();
        for (line, start) in lines(text) {
            let mut column = 0;
            for (at, _) in line.match_indices(' ') {
                let next = line[at + 1..].find(' ').map_or(line.len(), |length| at + 1 + length);
                if next - column > NARROW && at > column {
                    breaks.push(start + at..start + at + 1);
                    column = at + 1;
                }
            }
        }
        breaks
    });
    vec![("newline", each(&gaps, "\n")), ("crlf", each(&gaps, "\r\n")), ("columns", each(&narrow, "\n"))]
}

/// A list item or a quotation: a marker in front of each paragraph, or of each line.
pub(super) fn markers(record: &Record<'_>) -> Forms {
    let stem = |starts: Vec<usize>| starts.into_iter().map(|start| (None, start, start)).collect();
    let mut paragraphs = Vec::new();
    let mut every = Vec::new();
    let mut is_open = false;
    for (line, start) in lines(&record.stem) {
        let is_blank = line.trim().is_empty();
        if !is_blank && !is_open {
            paragraphs.push(start);
        }
        every.push(start);
        is_open = !is_blank;
    }
    let paragraphs = stem(paragraphs);
    let mut forms: Forms = [("dash", "- "), ("star", "* "), ("bullet", "• "), ("number", "1. ")]
        .map(|(form, marker)| (form, each(&paragraphs, marker)))
        .into();
    // A block of code would be torn by a mark in front of some of its lines.
    if every.len() == record.stem.lines().count() {
        forms.push(("quotation", vec![each(&stem(every), "> ").concat()]));
    }
    forms
}

/// The lines of a text outside of blocks of code, with their offsets.
fn lines(text: &str) -> Vec<(&str, usize)> {
    let (mut start, mut in_code, mut lines) = (0, false, Vec::new());
    for piece in text.split_inclusive('\n') {
        let line = piece.trim_end_matches(['\n', '\r']);
        let fence = is_fence(line.trim_start());
        in_code ^= fence;
        if !in_code && !fence {
            lines.push((line, start));
        }
        start += piece.len();
    }
    lines
}
