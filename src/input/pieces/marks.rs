//! What the lines of a list begin with: labels, numbers, headings; rules, and answer lists.

use crate::{
    input::source::Line,
    question::{Role, role},
};

/// The number in front of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) value: u32,
    /// Numbers of one kind count together: indentation, whether in a heading or bold, and `.` or `)`.
    pub(super) kind: (usize, usize, bool, u8),
    /// Where the text behind it begins.
    end: usize,
}

/// The number that a line begins with.
pub(super) fn number(line: &str) -> Option<Number> {
    let bare = line.trim_start();
    let indent = line.len() - bare.len();
    let in_heading = bare.trim_start_matches('#');
    let hashes = bare.len() - in_heading.len();
    let in_heading = if hashes > 0 { in_heading.trim_start() } else { in_heading };
    let plain = in_heading.strip_prefix("**").unwrap_or(in_heading);
    let digits = plain.bytes().take_while(u8::is_ascii_digit).count();
    let value = plain[..digits].parse().ok().filter(|_| digits <= 4)?;
    let mark = *plain.as_bytes().get(digits).filter(|b| matches!(b, b'.' | b')'))?;
    let rest = &plain[digits + 1..];
    let is_bold = plain.len() < in_heading.len();
    let is_apart = rest.is_empty() || rest.starts_with([' ', '\t', '\u{a0}']);
    (is_apart || is_bold && rest.starts_with("**")).then_some(Number {
        value,
        kind: (indent, hashes, is_bold, mark),
        end: line.len() - rest.len(),
    })
}

/// The label that a line begins with: `Question 4`, `Q3:`, `## Question 4 of 9`; its number, if it has one.
pub(super) fn label(line: &str) -> Option<Option<u32>> {
    let bare = line.trim_start_matches(['#', '*', '_', ' ', '\t', '>']);
    let (is_short, rest) = match bare.get(..8) {
        Some(word) if word.eq_ignore_ascii_case("question") => (false, &bare[8..]),
        _ => (true, bare.strip_prefix(['Q', 'q'])?),
    };
    let counted = if is_short { rest } else { rest.trim_start_matches([' ', '#', '*', '_']) };
    let counted = match counted.get(..2) {
        Some(word) if !is_short && word.eq_ignore_ascii_case("no") => &counted[2..],
        _ => counted,
    };
    let counted = if is_short { counted } else { counted.trim_start_matches(['.', ':', ' ', '#']) };
    let digits = counted.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return rest.trim_start_matches(['*', '_']).starts_with(':').then_some(None);
    }
    let behind = counted[digits..].trim_start_matches(['*', '_', ' ', '\t']);
    // "Question 12 has been retired" speaks of a question.
    let ends = behind.is_empty()
        || behind.starts_with([':', '.', ')', '(', '-', '–', '—', '|', '[', '/'])
        || role(line) == Role::Furniture;
    ends.then(|| counted[..digits].parse().ok())
}

/// The level of a heading, `## …`.
pub(super) fn heading(line: &str) -> Option<usize> {
    let level = line.bytes().take_while(|&b| b == b'#').count();
    ((1..=6).contains(&level) && line[level..].starts_with([' ', '\t'])).then_some(level)
}

/// Whether a line is a rule: three or more of one of `-`, `=`, `*`, `_`, and perhaps white space.
pub(super) fn is_rule(line: &str) -> bool {
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    let Some(first) = marks.next().filter(|c| matches!(c, '-' | '=' | '*' | '_')) else { return false };
    let length = marks.try_fold(1, |length, c| (c == first).then_some(length + 1));
    // `____` is a blank to be filled in.
    length.is_some_and(|length: usize| length >= 3 && (first != '_' || length != 4))
}

/// The first line of a question without its number, and without emphasis or heading marks around all of it.
pub(super) fn unmarked(line: &str) -> String {
    let (text, is_bold) = match number(line) {
        Some(number) => (&line[number.end..], number.kind.2),
        None => {
            let text = line.trim();
            let text = match heading(text) {
                Some(level) => text[level..].trim_start(),
                None => text,
            };
            let inner = text.strip_prefix("**").filter(|inner| inner.ends_with("**"));
            match inner {
                Some(inner) if inner.matches("**").count() == 1 => (inner, true),
                _ => (text, false),
            }
        }
    };
    let text = text.trim();
    if !is_bold {
        return text.to_owned();
    }
    // `**1.** text`, `**1. text**`, `**1. text** more`
    match text.strip_prefix("**") {
        Some(rest) => rest.trim_start().to_owned(),
        None => text.replacen("**", "", 1),
    }
}

/// Where the list of answers at the end of a file begins.
pub(super) fn answer_list(lines: &[Line<'_>]) -> Option<usize> {
    bare_list(lines).or_else(|| titled_list(lines))
}

/// A list of nothing but numbers and letters: `Answers: 1. B 2. C`, `1-B`, `| 1 | B |`.
fn bare_list(lines: &[Line<'_>]) -> Option<usize> {
    let (mut start, mut pairs) = (None, 0);
    for (at, line) in lines.iter().enumerate().rev().filter(|(_, line)| !line.is_blank()) {
        let Some(found) = pairs_of(&line.text) else { break };
        pairs += found;
        start = Some(at);
    }
    start.filter(|_| pairs >= 2)
}

/// How many answers a line of an answer list has; none if it is another line.
fn pairs_of(line: &str) -> Option<usize> {
    const TITLE: [&str; 9] =
        ["answer", "answers", "key", "correct", "question", "questions", "no", "solutions", "option"];
    let (mut pairs, mut is_numbered) = (0, false);
    for word in line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let lower = word.to_ascii_lowercase();
        let number = lower.strip_prefix('q').unwrap_or(&lower);
        match lower.as_bytes() {
            _ if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => is_numbered = true,
            [b'a'..=b'j'] if is_numbered => pairs += 1,
            // `1B`
            [digits @ .., b'a'..=b'j'] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {
                (pairs, is_numbered) = (pairs + 1, true);
            }
            _ if !is_numbered && TITLE.contains(&lower.as_str()) => {}
            _ => return None,
        }
    }
    Some(pairs)
}

/// A list under a title, with explanations: `## Answers`, then `1. B, because …`.
fn titled_list(lines: &[Line<'_>]) -> Option<usize> {
    let mut texts = lines.iter().enumerate().filter(|(_, line)| !line.is_blank()).peekable();
    while let Some((at, line)) = texts.next() {
        if at > 0 && is_title(&line.text) && texts.peek().is_some_and(|(_, next)| is_answer(&next.text)) {
            return Some(at);
        }
    }
    None
}

fn is_title(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let begins = ["answer", "solution", "correct answer", "key", "explanation"];
    bare.split_whitespace().count() <= 4
        && !bare.contains(|c: char| c.is_ascii_digit())
        && begins.iter().any(|word| bare.starts_with(word))
}

/// Whether a line begins with the number of a question and the letter of an option.
fn is_answer(line: &str) -> bool {
    let mut words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    words.next_if(|word| word.eq_ignore_ascii_case("question"));
    let is_number = |word: &str| {
        let digits = word.strip_prefix(['Q', 'q']).unwrap_or(word);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    words.next().is_some_and(is_number)
        && words.next().is_some_and(|word| matches!(word.as_bytes(), [b'A'..=b'J']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::source;

    #[test]
    fn marks_are_told_from_text() {
        for (line, expected) in [
            ("Question 4", Some(Some(4))),
            ("## Question 3 *(Medium)*: title", Some(Some(3))),
            ("**Question 7:** Why?", Some(Some(7))),
            ("QUESTION NO: 12", Some(Some(12))),
            ("Question #3 Topic 1", Some(Some(3))),
            ("Q3: Why?", Some(Some(3))),
            ("**Question**: Why?", Some(None)),
            ("Q: Why?", Some(None)),
            ("Question 12 has been retired.", None),
            ("Questions: 4", None),
            ("Quality 4", None),
            ("Qé", None),
        ] {
            assert_eq!(label(line), expected, "{line}");
        }
        for (line, expected) in [
            ("1. Why?", "Why?"),
            ("**2.** Why?", "Why?"),
            ("### 3) Why?", "Why?"),
            ("**4. Why?**", "Why?"),
            ("## Why **so**?", "Why **so**?"),
            ("**Why?**", "Why?"),
            ("1.5 times", "1.5 times"),
        ] {
            assert_eq!(unmarked(line), expected, "{line}");
        }
        assert!(is_rule("---") && is_rule("* * *") && is_rule("======"));
        assert!(!is_rule("--") && !is_rule("____") && !is_rule("-=-") && !is_rule("--- a"));
    }

    #[test]
    fn an_answer_list_is_found_at_the_end() {
        for (text, expected) in [
            ("1. Why?\n\nAnswers: 1. B 2. C", Some(2)),
            ("Why?\n\nAnswer key\n1-B\n2 A, C\n", Some(2)),
            ("Why?\n| Question | Answer |\n|---|---|\n| 1 | B |\n| 2 | C |", Some(1)),
            ("Why?\n## Answers\n\n1. **B** because it is.\nSo.", Some(1)),
            ("Why?\nA) 5\nB) 10", None),
            ("Why?\nAnswers\n1. stop\n2. go", None),
            ("Why?\nA) x\nB) y\nAnswer: B", None),
        ] {
            assert_eq!(answer_list(&source::lines(text)), expected, "{text}");
        }
    }
}
