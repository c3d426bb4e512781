//! Lines, and what kind each is: text, code, blank, or something that never counts.

use std::ops::Range;

use memchr::memchr;
use smallvec::SmallVec;

/// A line of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// What counts of it: without quote marks, labels and numbers in front of it.
    pub(super) text: Range<usize>,
    pub(super) kind: Kind,
    /// Whether a label or number in front of it was cut off.
    pub(super) cut: bool,
}

/// The lines of a question; most have few.
pub(super) type Lines = SmallVec<[Line; 4]>;

/// What kind of line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// In a fenced block: neither sentences nor options are looked for.
    Code,
    Blank,
    /// Never counts, but what follows may.
    Furniture,
}

impl Line {
    /// The part of the line before an offset.
    pub(super) fn before(&self, end: usize) -> Option<Self> {
        (self.text.start < end).then(|| {
            let text = self.text.start..self.text.end.min(end);
            Self { text, ..*self }
        })
    }
}

/// Reads the lines of a question, up to the first that begins an explanation.
pub(super) fn read(text: &str) -> Lines {
    let mut lines = Lines::new();
    let line = |text, kind| Line { text, kind, cut: false };
    let (mut start, mut in_code, mut any_text) = (0, false, false);
    for piece in text.split_inclusive('\n') {
        let end = start + piece.len();
        let range = start..start + piece.trim_end().len();
        start = end;
        let body = quote_end(text, range.clone())..range.end;
        let words = &text[body.clone()];
        if words.starts_with("```") || words.starts_with("~~~") {
            in_code = !in_code;
            lines.push(line(body, Kind::Furniture));
            continue;
        }
        if in_code {
            lines.push(line(range, Kind::Code));
            continue;
        }
        if words.is_empty() {
            lines.push(line(body, Kind::Blank));
            continue;
        }
        // A fence may also open behind an option's marker.
        in_code = memchr(b'`', words.as_bytes()).is_some() && words.matches("```").count() % 2 == 1;
        match furniture(words) {
            Furniture::End if any_text => break,
            Furniture::End | Furniture::Line => lines.push(line(body, Kind::Furniture)),
            Furniture::Label(length) if length == words.len() => {
                lines.push(line(body, Kind::Furniture));
            }
            Furniture::Label(length) => {
                any_text = true;
                lines.push(Line { text: body.start + length..body.end, kind: Kind::Text, cut: true });
            }
            Furniture::None => {
                let number = if any_text { 0 } else { number(words) };
                any_text = true;
                lines.push(Line { text: body.start + number..body.end, kind: Kind::Text, cut: number > 0 });
            }
        }
    }
    lines
}

/// Where a line's text begins behind white space and `>` quote marks.
pub(super) fn quote_end(text: &str, range: Range<usize>) -> usize {
    let line = &text[range.clone()];
    let body = line.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    // A callout marker is left in place: it says what kind of block follows.
    let body = match body.strip_prefix('>') {
        Some(quoted) => quoted.trim_start_matches(|c: char| c == '>' || c.is_whitespace()),
        None => body,
    };
    range.end - body.len()
}

/// What of a line never counts.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Furniture {
    None,
    /// A label of this many bytes in front of text that counts.
    Label(usize),
    Line,
    /// This line and all behind it.
    End,
}

/// Lines that begin so end the question: what follows explains the answer.
const ENDS: [&str; 16] = [
    "explanation",
    "overall explanation",
    "general feedback",
    "rationale",
    "feedback:",
    "justification",
    "why:",
    "why this",
    "[!success]",
    "[!answer]",
    "[!tip]",
    "[!note] answer",
    "<details",
    "<summary",
    "community vote",
    "discussion:",
];
/// Lines that begin so are dropped.
const KEYS: [&str; 20] = [
    "answer:",
    "answers:",
    "answer key",
    "answer is",
    "answer -",
    "correct answer",
    "correct option",
    "correct choice",
    "correct:",
    "right answer",
    "the correct answer",
    "the answer is",
    "suggested answer",
    "selected answer",
    "official answer",
    "ans:",
    "ans.",
    "reference:",
    "references:",
    "source:",
];
/// Lines that are nothing but this are dropped.
const PAGE: [&str; 36] = [
    "next",
    "previous",
    "prev",
    "back",
    "skip",
    "submit",
    "correct",
    "incorrect",
    "wrong",
    "score",
    "mark for review",
    "mark question",
    "flag question",
    "flag for review",
    "bookmark",
    "hide answer",
    "show answer",
    "view answer",
    "reveal answer",
    "reveal solution",
    "hide solution",
    "show solution",
    "show explanation",
    "discussion",
    "comments",
    "highly voted",
    "most voted",
    "most recent",
    "question",
    "answers",
    "options",
    "choices",
    "your answer is correct",
    "your answer is incorrect",
    "not answered",
    "report this question",
];

pub(super) fn furniture(line: &str) -> Furniture {
    let bare = line.trim_start_matches(['#', '*', '_', ' ', '\u{a0}']);
    if !may_be_furniture(bare) {
        return Furniture::None;
    }
    let mut lower = String::with_capacity(40);
    lower.extend(bare.chars().filter(|c| !matches!(c, '*' | '_')).take(40).map(|c| c.to_ascii_lowercase()));
    let Some(first) = lower.chars().next() else { return Furniture::None };
    if matches!(first, '✅' | '✔' | '✓' | '☑') && options_follow_check(&lower) {
        return Furniture::Line;
    }
    let begins = |prefix: &str| {
        lower.strip_prefix(prefix).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    if ENDS.into_iter().any(begins) && is_heading(&lower) {
        return Furniture::End;
    }
    if KEYS.iter().any(|prefix| lower.starts_with(prefix)) && !lower.contains('?') {
        return Furniture::Line;
    }
    let whole = bare.trim_end_matches(['*', '_', ' ', ':', '.', '\u{a0}']);
    if PAGE.iter().any(|page| whole.eq_ignore_ascii_case(page)) || is_counter(&lower, bare) || is_url(bare) {
        return Furniture::Line;
    }
    label(line, bare)
}

/// Words that a line begins with, followed by no letter, and that it is a counter or has a label then.
const COUNTED: [&str; 10] = [
    "question",
    "topic",
    "upvoted",
    "discussion",
    "time left",
    "time remaining",
    "page",
    "exam",
    "points",
    "votes",
];
const LABELS: [&str; 6] = ["question", "q", "stem", "scenario", "case", "prompt"];
const URLS: [&str; 3] = ["http://", "https://", "www."];

/// Whether a line may be more than text, by its first two characters: nearly all that are not are told from this.
fn may_be_furniture(bare: &str) -> bool {
    const BEGINS: [[bool; 128]; 128] = {
        let mut table = [[false; 128]; 128];
        let lists: [&[&str]; 6] = [&ENDS, &KEYS, &PAGE, &COUNTED, &LABELS, &URLS];
        let mut list = 0;
        while list < lists.len() {
            let mut at = 0;
            while at < lists[list].len() {
                let word = lists[list][at].as_bytes();
                let mut second = 0;
                while second < 128 {
                    // A word of one letter may be followed by anything.
                    if word.len() == 1 || word[1] as usize == second {
                        table[word[0] as usize][second] = true;
                    }
                    second += 1;
                }
                at += 1;
            }
            list += 1;
        }
        table
    };
    match bare.as_bytes() {
        [a @ ..=127, b @ ..=127, ..] if *b != b'*' && *b != b'_' => {
            BEGINS[usize::from(a.to_ascii_lowercase())][usize::from(b.to_ascii_lowercase())]
        }
        _ => true,
    }
}

/// An explanation is announced by its word alone or with a colon; "Explanation methods such as SHAP …" is a stem.
fn is_heading(lower: &str) -> bool {
    let rest = lower.trim_start_matches(|c: char| c.is_alphabetic() || c == ' ');
    lower.starts_with(['<', '[']) || rest.is_empty() || rest.starts_with([':', '-', '–', '—', '.', '('])
}

/// A check mark in front of a single letter is an answer key; in front of words it is a marked option.
fn options_follow_check(lower: &str) -> bool {
    let rest: String = lower.chars().skip(1).filter(|c| c.is_alphanumeric()).collect();
    rest.len() <= 1 || rest.starts_with("correct")
}

/// "Question 12 of 60", "Topic 1", "upvoted 12 times", "Discussion 14", "Time left: 12:30", "Question 3 (Medium)".
fn is_counter(lower: &str, bare: &str) -> bool {
    if bare.len() > 60 || !COUNTED.iter().any(|word| lower.starts_with(word)) {
        return false;
    }
    // Every word is counted, a number, or one of a few small words.
    let mut numbers = 0;
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    for word in words {
        if word.bytes().all(|b| b.is_ascii_digit()) {
            numbers += 1;
        } else if !matches!(
            word,
            "question"
                | "topic"
                | "upvoted"
                | "discussion"
                | "time"
                | "left"
                | "remaining"
                | "page"
                | "exam"
                | "of"
                | "points"
                | "votes"
                | "times"
                | "no"
                | "number"
                | "easy"
                | "medium"
                | "hard"
                | "single"
                | "multiple"
                | "choice"
                | "answer"
                | "select"
                | "min"
                | "sec"
                | "minutes"
                | "seconds"
                | "day"
                | "days"
                | "ago"
        ) {
            return false;
        }
    }
    numbers > 0
}

fn is_url(bare: &str) -> bool {
    URLS.iter().any(|url| bare.starts_with(url)) && !bare.trim_end().contains(char::is_whitespace)
}

/// The length of a label in front of text: `**Question 7:**`, `Q12.`, `Scenario:`, `## Question 3: `.
fn label(line: &str, bare: &str) -> Furniture {
    let offset = line.len() - bare.len();
    let mut lower = String::with_capacity(24);
    lower.extend(bare.chars().take(24).map(|c| c.to_ascii_lowercase()));
    let Some(word) = LABELS
        .into_iter()
        .find(|word| lower.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphabetic)))
    else {
        return Furniture::None;
    };
    let mut at = word.len();
    let bytes = bare.as_bytes();
    let skip = |at: &mut usize, set: &[u8]| {
        let from = *at;
        while bytes.get(*at).is_some_and(|b| set.contains(b)) {
            *at += 1;
        }
        *at > from
    };
    skip(&mut at, b" #");
    let numbered = skip(&mut at, b"0123456789");
    skip(&mut at, b"*_ ");
    if bytes.get(at) == Some(&b'(') {
        // "Question 3 (Medium): …"
        match bare[at..].find(')') {
            Some(close) if close < 20 => at += close + 1,
            _ => return Furniture::None,
        }
        skip(&mut at, b"*_ ");
    }
    if !skip(&mut at, b":.)-") {
        return Furniture::None;
    }
    if !numbered && word == "q" && bytes[at - 1] != b':' {
        return Furniture::None;
    }
    skip(&mut at, b"*_ ");
    Furniture::Label(offset + at)
}

/// The length of a number in front of the stem: `12. `, `12) `.
fn number(line: &str) -> usize {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &line.as_bytes()[digits..];
    match rest {
        [b'.' | b')', b' ' | b'\t', ..] if (1..=4).contains(&digits) => digits + 2,
        _ => 0,
    }
}
