//! Where the options are.

use std::ops::Range;

use super::lines::{Kind, Line};
use super::sentences;

/// The options of a question.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Where the stem ends.
    pub(super) start: usize,
    /// The texts, without markers.
    pub(super) options: Vec<Range<usize>>,
}

/// A marker in front of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marker {
    style: Style,
    /// 0 for A, a and 1.
    ordinal: u32,
    /// Its place, and where the option's text begins.
    start: usize,
    end: usize,
}

/// Options of one question are marked in one style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Upper(u8),
    Lower(u8),
    Digit(u8),
}

/// Finds options by their markers: one a line, else several on one line.
pub(super) fn find(text: &str, lines: &[Line]) -> Option<Found> {
    let markers: Vec<Marker> = lines
        .iter()
        .filter(|line| line.kind == Kind::Text)
        .filter_map(|line| marker(text, line.text.clone()))
        .collect();
    let run = last_run(&markers).filter(|run| is_plausible(text, lines, run));
    if let Some(run) = run {
        return Some(cut(text, lines, run));
    }
    find_inline(text, lines)
}

/// Finds options without markers behind the line that asks: bullets, checkboxes, or bare lines.
pub(super) fn find_unmarked(text: &str, lines: &[Line]) -> Option<Found> {
    let asks = |line: &Line| {
        let words = text[line.text.clone()].trim_end_matches(['*', '_', ' ', '"', ')']);
        line.kind == Kind::Text && (words.ends_with('?') || (words.ends_with(':') && sentences::asks(words)))
    };
    // A bullet that asks is an option, if something in front of it asks, too.
    let stem_asks = |line: &Line| asks(line) && bullet(&text[line.text.clone()]) == 0;
    let asking = lines.iter().rposition(stem_asks).or_else(|| lines.iter().rposition(asks))?;
    let rest = &lines[asking + 1..];
    let mut start = lines[asking].text.end;
    let mut options: Vec<Range<usize>> = Vec::new();
    let mut bulleted = None;
    for line in rest {
        match line.kind {
            Kind::Blank | Kind::Furniture if options.is_empty() || bulleted == Some(true) => {}
            Kind::Blank => {
                // Bare lines may be parted by blank lines, but not some of them.
            }
            Kind::Furniture => break,
            // Code between the question and its options is asked about.
            Kind::Code if options.is_empty() => start = line.text.end,
            Kind::Code => return None,
            Kind::Text => {
                let words = &text[line.text.clone()];
                let bullet = bullet(words);
                if *bulleted.get_or_insert(bullet > 0) != (bullet > 0) {
                    break;
                }
                if is_instruction(words) {
                    continue;
                }
                options.push(line.text.start + bullet..line.text.end);
            }
        }
    }
    let longest = options.iter().map(Range::len).max().unwrap_or(0);
    // Longer than this is prose, not an option.
    let fits = (2..=8).contains(&options.len()) && longest <= 300;
    fits.then(|| Found { start, options: options.into_iter().map(|o| trimmed(text, o)).collect() })
}

/// The text of an option that a bank gives: without its own marker and marks of right answers.
pub(super) fn body(option: &str) -> Range<usize> {
    let start = match marker(option, 0..option.len()) {
        Some(marker) if matches!(marker.style, Style::Upper(_)) && marker.end < option.len() => marker.end,
        _ => 0,
    };
    trimmed(option, start..option.len())
}

/// The marker at the beginning of a line.
fn marker(text: &str, line: Range<usize>) -> Option<Marker> {
    let words = &text[line.clone()];
    // Of a longer word no letter is a marker.
    if let [a, b, ..] = words.as_bytes()
        && a.is_ascii_alphanumeric()
        && b.is_ascii_alphanumeric()
    {
        return None;
    }
    let skip = |from: usize, set: &[char]| words.len() - words[from..].trim_start_matches(set).len();
    let bullet = bullet(words);
    let mut at = skip(bullet, &['*', '_', ' ', '\t', '\u{a0}', '✅', '✔', '✓']);
    let open = match words[at..].chars().next()? {
        c @ ('(' | '[') => {
            at += c.len_utf8();
            c
        }
        _ => ' ',
    };
    let label = words[at..].chars().next()?;
    let (style, ordinal): (fn(u8) -> Style, u32) = match label {
        'A'..='J' => (Style::Upper, label as u32 - 'A' as u32),
        'a'..='j' => (Style::Lower, label as u32 - 'a' as u32),
        '1'..='9' => (Style::Digit, label as u32 - '1' as u32),
        _ => return None,
    };
    at += 1;
    let close = words[at..].chars().next();
    let behind =
        |at: usize| words[at..].chars().next().is_none_or(|c| c.is_whitespace() || c == '*' || c == '`');
    let mark = match (open, close) {
        ('(', Some(')')) | ('[', Some(']')) => b'(',
        (' ', Some(c @ (')' | '.' | ':'))) if behind(at + 1) => c as u8,
        // `A - text`, `A – text`
        (' ', Some(' '))
            if words[at..].trim_start().starts_with(['-', '–', '—']) && label.is_ascii_uppercase() =>
        {
            b'-'
        }
        // A letter alone on its line.
        (' ', None) if label.is_ascii_uppercase() => b' ',
        // `**A** text`
        (' ', Some('*')) if words[at..].starts_with("**") && words[..at - 1].ends_with("**") => b'*',
        _ => return None,
    };
    at += match mark {
        b' ' | b'*' => 0,
        b'-' => words[at..].find(['-', '–', '—'])? + words[at..].trim_start().chars().next()?.len_utf8(),
        _ => 1,
    };
    let at = skip(at, &['*', '_', ' ', '\t', '\u{a0}']);
    Some(Marker { style: style(mark), ordinal, start: line.start, end: line.start + at })
}

/// The ordinal of the letter in front of an option: 0 for A.
#[cfg(feature = "formats")]
pub(super) fn letter(line: &str) -> Option<u32> {
    let marker = marker(line, 0..line.len())?;
    (!matches!(marker.style, Style::Digit(_))).then_some(marker.ordinal)
}

/// The length of a bullet or checkbox and the space behind it.
fn bullet(line: &str) -> usize {
    let Some(c) = line.chars().next() else { return 0 };
    let mut at = match c {
        '-' | '*' | '+' if line[1..].starts_with([' ', '\t', '\u{a0}']) => 1,
        '•' | '○' | '◯' | '●' | '☐' | '☑' | '☒' | '◦' | '▪' | '–' | '·' => c.len_utf8(),
        '(' | '[' => 0,
        _ => return 0,
    };
    let space = |at: usize| line.len() - line[at..].trim_start().len();
    at = space(at);
    for checkbox in ["[ ]", "[x]", "[X]", "( )", "(x)", "[]", "()"] {
        if line[at..].starts_with(checkbox) {
            return space(at + checkbox.len());
        }
    }
    if matches!(c, '(' | '[') { 0 } else { at }
}

/// The last run of at least two markers of one style that begins at the beginning and does not skip.
fn last_run(markers: &[Marker]) -> Option<&[Marker]> {
    let mut best: Option<&[Marker]> = None;
    for (from, first) in markers.iter().enumerate().filter(|(_, marker)| marker.ordinal == 0) {
        let follows = markers[from..].iter().enumerate();
        let length =
            follows.take_while(|(at, m)| m.style == first.style && m.ordinal as usize == *at).count();
        if length >= 2 {
            best = Some(&markers[from..from + length]);
        }
    }
    best
}

/// Whether a run can be the options: there is a stem before it, and no question behind it.
fn is_plausible(text: &str, lines: &[Line], run: &[Marker]) -> bool {
    let (first, last) = (run[0].start, run[run.len() - 1].start);
    let stem = lines.iter().filter(|line| line.kind == Kind::Text && line.text.start < first);
    let behind = lines.iter().filter(|line| line.kind == Kind::Text && line.text.start > last);
    let mut has_stem = false;
    let mut has_ask = false;
    for line in stem {
        has_stem = true;
        has_ask |= sentences::asks(&text[line.text.clone()]);
    }
    let asked_behind =
        behind.into_iter().any(|line| text[line.text.clone()].trim_end_matches(['*', '_']).ends_with('?'));
    // Numbered lists tell steps as often as options: only behind a sentence that asks are they options.
    has_stem && !asked_behind && (has_ask || !matches!(run[0].style, Style::Digit(_)))
}

/// The options of a run of markers: each from its marker to the next, the last to a blank line.
fn cut(text: &str, lines: &[Line], run: &[Marker]) -> Found {
    let mut options = Vec::with_capacity(run.len());
    for (at, marker) in run.iter().enumerate() {
        let next = run.get(at + 1).map_or(usize::MAX, |next| next.start);
        let mut end = marker.end;
        for line in lines.iter().filter(|line| line.text.end >= marker.end && line.text.start < next) {
            match line.kind {
                Kind::Text | Kind::Code => end = line.text.end,
                // The last option ends at a blank line, unless it has not begun.
                Kind::Blank if next == usize::MAX && end > marker.end => break,
                Kind::Blank => {}
                // A fence belongs to its code; other furniture ends the option.
                Kind::Furniture if text[line.text.clone()].starts_with("```") => {}
                Kind::Furniture => break,
            }
        }
        options.push(trimmed(text, marker.end..end.max(marker.end)));
    }
    Found { start: run[0].start, options }
}

/// Options on one line: `A) one B) two C) three`, at least three of them, or two with closing brackets.
fn find_inline(text: &str, lines: &[Line]) -> Option<Found> {
    for line in lines.iter().rev().filter(|line| line.kind == Kind::Text) {
        let mut markers: Vec<Marker> = Vec::new();
        for (offset, c) in text[line.text.clone()].char_indices() {
            if c.is_whitespace() {
                continue;
            }
            let at = line.text.start + offset;
            let edge = offset == 0 || text[..at].ends_with([' ', '\t', '\u{a0}', ';', ',']);
            if edge && let Some(found) = marker(text, at..line.text.end) {
                let bracket = matches!(
                    found.style,
                    Style::Upper(b')' | b'(' | b'.' | b':') | Style::Lower(b')' | b'(')
                );
                if bracket && bullet(&text[at..line.text.end]) == 0 {
                    markers.push(found);
                }
            }
        }
        let Some(run) = last_run(&markers) else { continue };
        let least =
            if matches!(run[0].style, Style::Upper(b')' | b'(') | Style::Lower(b')' | b'(')) { 2 } else { 3 };
        let has_stem = lines.iter().any(|l| l.kind == Kind::Text && l.text.start < run[0].start);
        if run.len() >= least && has_stem && !text[run[run.len() - 1].start..line.text.end].ends_with('?') {
            let ends = run[1..].iter().map(|next| next.start).chain([line.text.end]);
            let options = run.iter().zip(ends).map(|(marker, end)| trimmed(text, marker.end..end)).collect();
            return Some(Found { start: run[0].start, options });
        }
    }
    None
}

/// Marks of a right answer, which would give it away.
const RIGHT: [&str; 16] = [
    "(correct answer)",
    "(correct)",
    "[correct]",
    "(right answer)",
    "(answer)",
    "← correct",
    "<- correct",
    "- correct",
    "most voted",
    "correct answer",
    "✅",
    "✔️",
    "✔",
    "✓",
    "☑",
    " *",
];

/// An option's range without white space, emphasis around all of it, and marks of a right answer.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (range.start, range.end);
    loop {
        let option = &text[start..end];
        let bare = option.trim();
        start += option.len() - option.trim_start().len();
        end = start + bare.len();
        let mut bytes = bare.bytes();
        let (first, last) = (bytes.next(), bytes.next_back());
        // Most options begin and end with a letter or a full stop.
        if first.is_some_and(|byte| byte.is_ascii_alphanumeric()) && last.is_some_and(|byte| !may_mark(byte))
        {
            return start..end;
        }
        if let Some(mark) = ["✅", "✔️", "✔", "✓", "☑"].into_iter().find(|mark| bare.starts_with(mark))
        {
            start += mark.len();
        } else if bare.bytes().next_back().is_some_and(may_mark)
            && let Some(mark) = RIGHT.into_iter().find(|mark| ends_with(bare, mark))
        {
            end -= mark.len();
        } else if let Some(inner) = bare.strip_prefix("**").and_then(|b| b.strip_suffix("**"))
            && !inner.contains("**")
        {
            (start, end) = (start + 2, end - 2);
        } else if bare.ends_with("**") && bare.matches("**").count() == 1 {
            end -= 2;
        } else {
            return start..end;
        }
    }
}

/// Whether a text may end in a mark of a right answer, by its last byte.
fn may_mark(last: u8) -> bool {
    matches!(last.to_ascii_lowercase(), b')' | b']' | b't' | b'd' | b'r' | b'*' | 0x80..)
}

/// Whether a text ends so, in any letter case, and is more than that.
fn ends_with(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len()).filter(|&start| start > 0);
    start.is_some_and(|start| text.as_bytes()[start..].eq_ignore_ascii_case(end.as_bytes()))
}

/// Bytes of the longest instruction, with its punctuation.
const LONGEST_INSTRUCTION: usize = 80;

/// "Choose two.", "(Select all that apply)": how to answer, not what is asked.
pub(super) fn is_instruction(sentence: &str) -> bool {
    if sentence.len() > LONGEST_INSTRUCTION {
        return false;
    }
    // Nearly all sentences begin with a letter that is none of the verbs'.
    let may_begin =
        |&byte: &u8| matches!(byte, b'c' | b'C' | b's' | b'S' | b'p' | b'P' | b'm' | b'M' | 0x80..);
    if sentence
        .bytes()
        .find(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
        .is_none_or(|byte| !may_begin(&byte))
    {
        return false;
    }
    let bare = sentence.trim_matches(|c: char| !c.is_alphanumeric());
    // How to answer is said with one of a few verbs.
    if !matches!(bare.as_bytes().first(), Some(b'c' | b'C' | b's' | b'S' | b'p' | b'P' | b'm' | b'M')) {
        return false;
    }
    let lower = bare.to_ascii_lowercase();
    let mut words = lower.split_whitespace();
    let verb = words.next();
    if !matches!(verb, Some("choose" | "select" | "pick" | "check" | "mark")) || lower.len() > 60 {
        return false;
    }
    let rest: Vec<&str> = words.collect();
    !rest.is_empty()
        && rest.iter().all(|word| {
            matches!(
                word.trim_matches(|c: char| !c.is_alphanumeric()),
                "one"
                    | "two"
                    | "three"
                    | "four"
                    | "2"
                    | "3"
                    | "4"
                    | "1"
                    | "all"
                    | "that"
                    | "apply"
                    | "the"
                    | "best"
                    | "correct"
                    | "answer"
                    | "answers"
                    | "option"
                    | "options"
                    | "choices"
                    | "only"
                    | "any"
                    | "exactly"
                    | "as"
                    | "right"
                    | "most"
                    | "appropriate"
                    | "of"
                    | "following"
                    | "response"
                    | "responses"
                    | "which"
            )
        })
}
