//! Markdown question lists.
//!
//! In: a Markdown file. Out: one record a question, and the file with tags in HTML comments, which readers do not see.
//!
//! Decided here:
//! - No CommonMark parser: to it, options as `A) …` lines are one paragraph. Lines are read as in plain text, see
//!   [`pieces`], when [`clean`] has taken away what is not shown or gives the answer.
//! - Inline marks (emphasis, code) stay as written; backslash escapes and character references are resolved.
//! - The title of a question, `## Question 3: Title`, is not part of the stem, unless it asks or there is no other.
//! - Our tags are one comment line in front of the question's first line. Behind a heading, or in a list item, the
//!   comment would part the question from its label or end the item.

mod clean;

use std::ops::Range;

use super::{
    InputError, Reading,
    document::{Document, PREFIX, Slot, Tag, TextTagger},
    format::Sample,
    pieces,
    source::{self, Line},
};
use crate::question::{Parts, Role, role};

/// Whether a file looks like it: there are questions, and marks that plain text does not have.
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    if sample.text.trim_start().starts_with(['{', '[', '<']) && !sample.text.trim_start().starts_with("<!--")
    {
        return false;
    }
    let lines = source::lines(&sample.text);
    let code = pieces::code(&lines);
    let (mut marks, mut boxes, mut options) = (0, 0, 0);
    for line in lines.iter().zip(code).filter(|(_, is_code)| !is_code).map(|(line, _)| line.text.trim()) {
        let item = ["- ", "* ", "+ "].into_iter().find_map(|bullet| line.strip_prefix(bullet));
        let is_option = matches!(role(line), Role::Option(_));
        let is_box = item.is_some_and(|item| ["[ ]", "[x]", "[X]"].iter().any(|mark| item.starts_with(mark)));
        let lower = line.get(..10).unwrap_or_default().to_ascii_lowercase();
        let is_mark = line.starts_with("## ")
            || line.starts_with("### ")
            || line.starts_with("> [!")
            || lower.starts_with("**question")
            || lower.starts_with("<details")
            || is_option && (item.is_some() || line.starts_with("**"));
        options += usize::from(is_option);
        boxes += usize::from(is_box);
        marks += usize::from(is_mark || is_box);
    }
    marks > 0 && (options >= 2 || boxes >= 2)
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let (source, mut notes) = source::decoded(bytes, reading)?;
    let cleaned = clean::clean(source::lines(&source.text));
    let split = pieces::split(&cleaned.lines, true);
    if split.pieces.is_empty() {
        let message = "no question in the file: number them, `1.` or `## Question 1`, and write options as \
                       `A) text` or `- [ ] text`";
        return Err(reading.fault(1, 1, "no-questions", message.to_owned()));
    }
    notes.extend(cleaned.notes);
    notes.extend(split.notes);
    let (mut records, mut slots) = (Vec::new(), Vec::new());
    for piece in split.pieces {
        let lines = trimmed(&cleaned.lines[piece]);
        let Some(first) = lines.first() else { continue };
        let parts = parts(lines);
        let options = source::lettered(parts.options.iter().map(|option| clean::resolved(option)));
        let record =
            reading.record(records.len() + 1, first.number, None, clean::resolved(&parts.stem), options);
        slots.push(Slot {
            at: first.start,
            before: indent(first),
            after: source::ending(&source.text, first.start..first.next).to_owned(),
            old: Vec::new(),
        });
        records.push(record);
    }
    place(&mut slots, cleaned.tags);
    let slots =
        slots.into_iter().zip(&records).map(|(slot, record)| record.is_ok().then_some(slot)).collect();
    Ok(Document { records, notes, tagger: Box::new(TextTagger { source, slots, write }) })
}

/// A comment, which no reader sees.
fn write(tags: &[Tag]) -> String {
    // Words part at white space, and `--` may not stand in a comment.
    let tags: Vec<_> =
        tags.iter().map(|tag| source::word(tag, &[' ', '<', '>', '\u{a0}']).replace("--", "-")).collect();
    format!("<!-- {} -->", tags.join(" "))
}

/// Whether a comment is nothing but our tags.
fn is_ours(comment: &str) -> bool {
    let inner = comment.trim().strip_prefix("<!--").and_then(|inner| inner.strip_suffix("-->"));
    let mut words = inner.unwrap_or_default().split_whitespace().peekable();
    words.peek().is_some()
        && words.all(|word| word.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with(':')))
}

/// Gives tags of an earlier run to the question behind them; the last has those behind it, too.
fn place(slots: &mut [Slot], tags: Vec<Range<usize>>) {
    for tag in tags {
        let at = slots.partition_point(|slot| slot.at < tag.start);
        if let Some(slot) = slots.get_mut(at.min(slots.len().saturating_sub(1))) {
            slot.old.push(tag);
        }
    }
}

/// What stands in front of a line's text: white space and quote marks. The comment stays in the same list or quote.
fn indent(line: &Line<'_>) -> String {
    let bare = line.text.trim_start_matches([' ', '\t', '>']);
    line.text[..line.text.len() - bare.len()].to_owned()
}

/// Lines without blank ones at their ends.
fn trimmed<'l, 't>(lines: &'l [Line<'t>]) -> &'l [Line<'t>] {
    let start = lines.iter().position(|line| !line.is_blank()).unwrap_or(lines.len());
    let end = lines.iter().rposition(|line| !line.is_blank()).map_or(start, |last| last + 1);
    &lines[start..end]
}

/// Stem and options of a piece, without the question's title.
fn parts(lines: &[Line<'_>]) -> Parts {
    let whole = Parts::of(&pieces::text(lines));
    if !is_title(&lines[0].text) {
        return whole;
    }
    let rest = Parts::of(&pieces::text(trimmed(&lines[1..])));
    let is_whole = !rest.stem.is_empty() && rest.options.len() == whole.options.len();
    if is_whole { rest } else { whole }
}

/// Whether a line is a heading, or bold as a whole, and does not ask.
fn is_title(line: &str) -> bool {
    let line = line.trim();
    let is_bold = line.starts_with("**") && line.ends_with("**") && line.matches("**").count() == 2;
    let ends = line.trim_end_matches(['*', '_', '#', ' ']).ends_with(['?', ':', '.']);
    (line.starts_with('#') || is_bold) && !ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Fields;

    fn document(text: &str) -> Document {
        let reading = Reading { name: "a.md", most: 10_000, fields: &Fields::default() };
        read(text.as_bytes(), &reading).expect("there is a question")
    }

    #[test]
    fn questions_are_read_without_their_answers() {
        for (text, expected) in [
            (
                "## Question 1 *(Hard)*: Title\n\n**Question**: Why?\n\nA) x\nB) y\n\n> [!success]- Answer\n> **B**\n\n---\n\n## Question 2\nHow?\n- A. x\n- B. y",
                "Why? [x|y]; How? [x|y]",
            ),
            (
                "# Quiz\n\n1. Why?\n   - [ ] x\n   - [x] y\n\n   <details><summary>Answer</summary>\n\n   y\n   </details>\n\n2. How?\n   * x\n   * y\n",
                "Why? [x|y]; How? [x|y]",
            ),
            ("## Why **so**?\n\n- x\n- y\n\n## How?\n\n- x\n- y\n", "Why **so**? [x|y]; How? [x|y]"),
            (
                "**Question 7:** Why \\*so\\*?\n\nA) `a\\b`\nB) x &lt; y\n\n**Answer:** B\n\n**Question 8: How?**\n\nA) x\nB) y",
                "Why *so*? [`a\\b`|x < y]; How? [x|y]",
            ),
            (
                "**1.** Why?\nA) x\nB) y\n\n**2.** How?\nA) x\nB) y\n\n## Answers\n1. A because",
                "Why? [x|y]; How? [x|y]",
            ),
            (
                "### 1. Title\nWhy?\n```\n# no heading\n1. no\n```\n<!-- no\nno -->\nA. x\nB. y\n\n### 2. How?\nA. x\nB. y",
                "Why?/```/# no heading/1. no/``` [x|y]; How? [x|y]",
            ),
        ] {
            let document = document(text);
            let seen: Vec<_> = document
                .records
                .iter()
                .map(|record| record.as_ref().expect("it reads"))
                .map(|record| {
                    let options: Vec<_> = record.options.iter().map(|(_, text)| &**text).collect();
                    format!("{} [{}]", record.stem.replace('\n', "/"), options.join("|"))
                })
                .collect();
            assert_eq!(seen.join("; "), expected, "{text}");
        }
    }

    #[test]
    fn tags_go_in_front_of_a_question_and_replace_old_ones() {
        let tag = || vec![Tag { key: "lane", value: "a-->b".to_owned() }];
        let text = "<!-- firstlane:lane:old -->\n1. Why?\n2. How?\n<!-- firstlane:lane:x note -->\n";
        let tagged = document(text).tagged(&[tag(), tag()]).expect("Markdown keeps tags");
        let expected = "<!-- firstlane:lane:a-b -->\n1. Why?\n<!-- firstlane:lane:a-b -->\n2. How?\n\
                        <!-- firstlane:lane:x note -->\n";
        assert_eq!(String::from_utf8_lossy(&tagged), expected);
    }

    #[test]
    fn plain_text_and_others_are_not_claimed() {
        let looks = |text: &str| looks(&Sample { bytes: text.as_bytes(), text: text.into() });
        for text in [
            "1. Why?\nA) x\nB) y",
            "## A heading\n\nSome text.",
            "#separator:tab\nWhy?\tA) x",
            "Why?\n- x\n- y",
            "{\"a\": \"## \"}",
        ] {
            assert!(!looks(text), "{text}");
        }
        for text in
            ["## Question 1\nA) x\nB) y", "1. Why?\n   - [ ] x\n   - [ ] y", "1. Why?\n- A. x\n- B. y"]
        {
            assert!(looks(text), "{text}");
        }
    }
}
