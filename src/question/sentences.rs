//! The stem: its sentences, and which of them ask: the question itself, and a sentence right before it that says what
//! somebody needs.

use std::ops::Range;

use memchr::{memchr, memchr3};
use smallvec::SmallVec;

use super::{
    lines::{Kind, Line},
    options::is_instruction,
};
use crate::{
    words::{self, Word},
    zone::Zone,
};

/// The segments of a stem. Neighbouring sentences of one zone are one segment.
pub(super) fn zones(text: &str, lines: &[Line]) -> Zones {
    let sentences = sentences(text, lines);
    let words = |range: &Range<usize>| &text[range.clone()];
    let is_question = |s: &Sentence| !s.code && ends_in(words(&s.range), '?');
    let asking = |s: &Sentence| !s.code && asks(words(&s.range));
    let last = sentences.iter().rposition(is_question);
    let ask = match last {
        // Questions that follow each other ask together.
        Some(last) => {
            let first = (0..last).rev().take_while(|&at| is_question(&sentences[at])).last().unwrap_or(last);
            first..last + 1
        }
        None => {
            let prose = || sentences.iter().rposition(|s| !s.code);
            let at = sentences.iter().rposition(asking).or_else(prose).unwrap_or(0);
            at..at + 1
        }
    };
    let ask = match ask.start.checked_sub(1) {
        // "The team wants X. What should it do?" asks for X.
        Some(before) if !sentences[before].code && needs(words(&sentences[before].range)) => before..ask.end,
        _ => ask,
    };
    let mut zones = Zones::new();
    let mut joins = false;
    for (at, sentence) in sentences.iter().enumerate() {
        let zone = if ask.contains(&at) { Zone::Ask } else { Zone::Story };
        match zones.last_mut() {
            Some((last, range)) if joins && *last == zone && !sentence.apart => {
                range.end = sentence.range.end
            }
            _ => zones.push((zone, sentence.range.clone())),
        }
        joins = true;
    }
    zones
}

/// The segments of a stem; most have two or three.
pub(super) type Zones = SmallVec<[(Zone, Range<usize>); 4]>;

/// The sentences of a stem.
type Sentences = SmallVec<[Sentence; 8]>;

/// A sentence of the stem.
#[derive(Debug)]
struct Sentence {
    range: Range<usize>,
    /// It is a block of code.
    code: bool,
    /// Something that does not count stands between it and the sentence before.
    apart: bool,
}

/// The sentences of a stem. A blank line, a list item, a heading and a block of code end one; so do `.`, `?` and `!`
/// before white space.
fn sentences(text: &str, lines: &[Line]) -> Sentences {
    let mut sentences = Sentences::new();
    let mut open: Option<Range<usize>> = None;
    let (mut apart, mut in_item) = (false, false);
    for line in lines {
        match line.kind {
            Kind::Text => {
                let words = &text[line.text.clone()];
                let starts = starts_block(words);
                // A line that begins in upper case behind a list item does not continue the item.
                if starts || line.cut || (in_item && words.starts_with(char::is_uppercase)) {
                    close(text, &mut open, &mut sentences, &mut apart);
                    apart |= line.cut;
                    in_item = starts;
                }
                // Inside a paragraph the text between two lines is a line break and perhaps a quote mark.
                let from = open.as_ref().map_or(line.text.start, |open| open.start);
                open = Some(from..line.text.end);
            }
            Kind::Code => {
                close(text, &mut open, &mut sentences, &mut apart);
                match sentences.last_mut() {
                    Some(last) if last.code && !apart => last.range.end = line.text.end,
                    _ => {
                        sentences.push(Sentence { range: line.text.clone(), code: true, apart: true });
                        apart = false;
                    }
                }
            }
            Kind::Blank => {
                close(text, &mut open, &mut sentences, &mut apart);
                in_item = false;
            }
            Kind::Furniture => {
                close(text, &mut open, &mut sentences, &mut apart);
                apart = true;
            }
        }
    }
    close(text, &mut open, &mut sentences, &mut apart);
    sentences
}

/// Cuts a finished paragraph into sentences.
fn close(text: &str, open: &mut Option<Range<usize>>, sentences: &mut Sentences, apart: &mut bool) {
    let Some(paragraph) = open.take() else { return };
    let mut start = paragraph.start;
    for end in ends(&text[paragraph.clone()]).map(|end| paragraph.start + end).chain([paragraph.end]) {
        let range = start..end;
        start = end;
        if text[range.clone()].trim().is_empty() {
            continue;
        }
        if is_instruction(&text[range.clone()]) {
            *apart = true;
            continue;
        }
        let range = without_instruction(text, range);
        let cut = range.end < end;
        sentences.push(Sentence { range, code: false, apart: *apart });
        *apart = cut;
    }
}

/// A sentence without a bracketed instruction at its end: "Which are true (choose two)?" keeps its question mark only if
/// that stands before the bracket.
fn without_instruction(text: &str, range: Range<usize>) -> Range<usize> {
    let sentence = &text[range.clone()];
    let bare = sentence.trim_end();
    if !bare.trim_end_matches('.').ends_with([')', ']']) {
        return range;
    }
    match bare.rfind(['(', '[']) {
        Some(open) if is_instruction(&bare[open..]) => range.start..range.start + open,
        _ => range,
    }
}

/// Whether a line begins a block of its own: a list item or a heading.
fn starts_block(line: &str) -> bool {
    let mut chars = line.chars();
    match (chars.next(), chars.next()) {
        (Some('-' | '*' | '+'), Some(' ' | '\t' | '\u{a0}')) => true,
        (Some('•' | '○' | '◦' | '▪' | '#' | '|'), _) => true,
        (Some('0'..='9' | 'A'..='H' | 'a'..='h'), Some('.' | ')')) => {
            chars.next().is_some_and(char::is_whitespace)
        }
        _ => false,
    }
}

/// Words before a full stop that do not end a sentence.
const SHORT: [&str; 14] =
    ["e.g", "i.e", "vs", "etc", "approx", "inc", "u.s", "no", "fig", "dr", "mr", "ms", "cf", "resp"];

/// Offsets behind the sentences of a paragraph.
fn ends(paragraph: &str) -> impl Iterator<Item = usize> {
    let bytes = paragraph.as_bytes();
    let (mut at, mut in_code) = (0, false);
    let has_code = memchr(b'`', bytes).is_some();
    // The next byte that a sentence can end at, or that begins or ends code.
    let next = move |at: usize| match memchr3(b'.', b'?', b'!', &bytes[at..]) {
        end if has_code => [memchr(b'`', &bytes[at..]), end].into_iter().flatten().min(),
        end => end,
    };
    std::iter::from_fn(move || {
        while let Some(more) = next(at) {
            let byte = bytes[at + more];
            at += more + 1;
            in_code ^= byte == b'`';
            if !matches!(byte, b'.' | b'?' | b'!') || (in_code && paragraph[at..].contains('`')) {
                continue;
            }
            // Closing quotes, brackets and emphasis belong to the sentence.
            let tail = paragraph[at..]
                .trim_start_matches(['"', '\'', ')', ']', '*', '_', '”', '’', '`', '?', '!', '.']);
            let end = paragraph.len() - tail.len();
            let next = tail.trim_start();
            if next.len() < tail.len() && (byte != b'.' || is_full_stop(&paragraph[..at - 1], next)) {
                // A backtick among the closing characters closes the code.
                in_code ^= paragraph[at..end].contains('`');
                at = end;
                return Some(end);
            }
        }
        None
    })
}

/// Whether a full stop between these two ends a sentence.
fn is_full_stop(before: &str, after: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let short = SHORT.iter().any(|short| word.eq_ignore_ascii_case(short));
    !short && !after.starts_with(char::is_lowercase)
}

fn ends_in(sentence: &str, mark: char) -> bool {
    sentence
        .trim_end_matches(|c: char| {
            c.is_whitespace() || matches!(c, '"' | '\'' | ')' | ']' | '*' | '_' | '”' | '’' | '`')
        })
        .ends_with(mark)
}

/// Words that begin a sentence that asks.
const ASKING_STARTS: [&str; 17] = [
    "which",
    "what",
    "how",
    "why",
    "when",
    "where",
    "who",
    "whose",
    "select",
    "choose",
    "identify",
    "determine",
    "complete",
    "fill",
    "name",
    "pick",
    "match",
];
/// Words inside a sentence that asks.
const ASKING_WORDS: [&str; 10] = [
    "which",
    "what",
    "should",
    "____",
    "___",
    "would be",
    "must be",
    "best describes",
    "how can",
    "how should",
];

/// Words of a sentence that says what somebody needs.
const NEEDING_WORDS: [&str; 17] = [
    "want", "wants", "wanted", "need", "needs", "must", "require", "requires", "required", "asks", "asked",
    "like", "wishes", "goal", "demands", "insists", "worry",
];

/// Whether a sentence says what somebody needs.
fn needs(sentence: &str) -> bool {
    words::words(sentence).any(|Word { start, end, .. }| {
        let word = &sentence.as_bytes()[start..end];
        let first = word[0].to_ascii_lowercase();
        let mut alike =
            NEEDING_WORDS.iter().filter(|need| need.len() == word.len() && need.as_bytes()[0] == first);
        alike.any(|need| need.as_bytes().eq_ignore_ascii_case(word))
    })
}

/// Whether a sentence asks, by its question mark or an asking form.
pub(super) fn asks(sentence: &str) -> bool {
    if ends_in(sentence, '?') {
        return true;
    }
    let lower = sentence.trim_start_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let first = lower.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    ASKING_STARTS.contains(&first) && first != "when" && first != "where"
        || ASKING_WORDS.iter().any(|word| lower.contains(word))
        || ends_in(sentence, ':')
}
