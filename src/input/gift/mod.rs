//! Moodle GIFT.
//!
//! In: a GIFT file. Out: one record a question, and the file with tags in comment lines, from where Moodle reads them.
//!
//! Decided here:
//! - A block of lines without a blank one is a question, as in Moodle. Braces that are open at the end of a block are
//!   looked for in the next ones, which Moodle does not do: a note says so.
//! - What is shown to choose from are the options, as in Moodle XML (see [`answers`]).
//! - A missing word is `____`. Text without braces is a description, which is no question: a note says so.
//! - The id is the one in `// [id:…]`. Titles are often topics and seldom unique, so they are neither ids nor text.
//! - Our tags are a comment line of their own in front of the question's first line; comments of the owner stay.

mod answers;
mod question;

use std::ops::Range;

use self::question::Faulty;
use super::{
    InputError, Reading,
    document::{Document, Note, PREFIX, Slot, Tag, TextTagger},
    format::Sample,
    source::{self, Line},
};

const DESCRIPTION: &str =
    "text without braces is a description and no question; if it is one, end it with `{}`";

/// Whether a file looks like it: a category line, or most of its blocks have braces with what only GIFT has in them.
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    let start = sample.text.trim_start();
    let is_data = start.starts_with('<')
        || start.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with(['"', '}', '{', '\'']));
    if is_data {
        return false;
    }
    let lines = source::lines(&sample.text);
    if lines.iter().any(|line| line.text.starts_with("$CATEGORY:")) {
        return true;
    }
    let blocks = blocks(&lines);
    // Of a sample that is cut the last block may be cut too.
    let whole = if blocks.len() > 1 { &blocks[..blocks.len() - 1] } else { &blocks[..] };
    let speaks = |blocks: &[Block]| {
        let asking = blocks.iter().filter(|block| !block.text.is_empty());
        let (all, gift) = asking.fold((0, 0), |(all, gift), block| {
            (all + 1, gift + usize::from(question::is_unmistakable(&block.text)))
        });
        gift > 0 && gift * 2 >= all
    };
    speaks(&blocks) || speaks(whole)
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let (source, mut notes) = source::decoded(bytes, reading)?;
    let (mut records, mut slots) = (Vec::new(), Vec::new());
    for block in blocks(&source::lines(&source.text)) {
        let ordinal = records.len() + 1;
        if block.text.is_empty() {
            continue;
        }
        if block.has_category {
            let message =
                "`$CATEGORY:` without a blank line behind it: Moodle takes the question for a part of it";
            notes.push(Note { line: block.line, message: message.to_owned() });
        }
        if block.has_gap {
            let message = "blank line inside the braces: Moodle ends the question there; delete the line";
            notes.push(Note { line: block.line, message: message.to_owned() });
        }
        let record = match question::read(&block.text) {
            Ok(None) => {
                notes.push(Note { line: block.line, message: DESCRIPTION.to_owned() });
                continue;
            }
            Ok(Some(found)) => {
                reading.record(ordinal, block.line, block.id.clone(), found.stem, found.options)
            }
            Err(Faulty { code, message }) => Err(reading.fault(ordinal, block.line, code, message)),
        };
        let after = source::ending(&source.text, block.first.clone()).to_owned();
        let slot = Slot { at: block.first.start, before: String::new(), after, old: block.old };
        slots.push(record.is_ok().then_some(slot));
        records.push(record);
    }
    if records.is_empty() {
        let kind =
            if notes.iter().any(|note| note.message == DESCRIPTION) { ", only descriptions" } else { "" };
        let message =
            format!("no question in the file{kind}: a GIFT question has its answers in braces, `{{…}}`");
        return Err(reading.fault(1, 1, "no-questions", message));
    }
    Ok(Document { records, notes, tagger: Box::new(TextTagger { source, slots, write }) })
}

/// The comment line in which Moodle finds tags.
fn write(tags: &[Tag]) -> String {
    // Moodle drops a tag with one of these in it.
    const FORBIDDEN: [char; 3] = ['<', '>', '`'];
    let tags: Vec<_> = tags
        .iter()
        .map(|tag| format!("[tag:{}]", source::word(tag, &FORBIDDEN).replace(']', "\\]")))
        .collect();
    format!("// {}", tags.join(" "))
}

/// Lines of a file between blank ones.
#[derive(Debug, Default)]
struct Block {
    /// Its lines without comments.
    text: String,
    /// The first of these.
    line: usize,
    first: Range<usize>,
    id: Option<String>,
    /// Our tags of an earlier run.
    old: Vec<Range<usize>>,
    /// There is a category line in it.
    has_category: bool,
    /// A blank line was passed over inside its braces.
    has_gap: bool,
}

/// The blocks of a file; one that has only comments is empty.
fn blocks(lines: &[Line<'_>]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for part in lines.split(Line::is_blank).filter(|part| !part.is_empty()) {
        let mut block = Block::default();
        for line in part {
            block.push(line);
        }
        match blocks.last_mut() {
            // A blank line in the braces: the rest is in this block, if no other question is.
            Some(before) if is_open && question::closes(&block.text) => {
                before.text = format!("{}\n{}", before.text, block.text);
                before.old.append(&mut block.old);
                before.has_gap = true;
            }
            _ => blocks.push(block),
        }
        is_open = blocks.last().is_some_and(|block| question::is_open(&block.text));
    }
    blocks
}

impl Block {
    fn push(&mut self, line: &Line<'_>) {
        let text = line.text.trim_end();
        let bare = text.trim_start();
        if bare.starts_with("//") {
            self.id = self.id.take().or_else(|| id(bare));
            self.old.extend(our_tags(line));
        } else if bare.starts_with("$CATEGORY:") {
            self.has_category = true;
        } else {
            if self.text.is_empty() {
                (self.line, self.first) = (line.number, line.start..line.next);
            } else {
                self.text.push('\n');
            }
            self.text.push_str(text);
        }
    }
}

/// The id in a comment: `[id:…]`, with `]` in it as `\]`.
fn id(comment: &str) -> Option<String> {
    let (_, rest) = comment.split_once("[id:")?;
    let id = rest[..token_end(rest)?].replace("\\]", "]");
    let id = id.trim();
    (!id.is_empty()).then(|| id.to_owned())
}

/// Where the text of a token ends: at a `]` without a backslash in front of it.
fn token_end(text: &str) -> Option<usize> {
    text.match_indices(']').map(|(at, _)| at).find(|&at| !text[..at].ends_with('\\'))
}

/// The places of our tags in a comment line: all of the line if there is nothing else in it.
fn our_tags(line: &Line<'_>) -> Vec<Range<usize>> {
    let opening = format!("[tag:{PREFIX}:");
    let mut places = Vec::new();
    let mut rest = String::new();
    let mut at = 0;
    while let Some(found) = line.text[at..].find(&opening) {
        let from = at + found;
        let Some(length) = token_end(&line.text[from..]) else { break };
        rest.push_str(&line.text[at..from]);
        // The space in front of a tag came with it.
        let space = usize::from(line.text[..from].ends_with(' '));
        places.push(line.start + from - space..line.start + from + length + 1);
        at = from + length + 1;
    }
    rest.push_str(&line.text[at..]);
    let is_ours = !places.is_empty() && rest.trim().trim_start_matches('/').trim().is_empty();
    if is_ours { std::iter::once(line.start..line.next).collect() } else { places }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Fields;

    fn document(text: &str) -> Document {
        let reading = Reading { name: "a.gift", most: 1000, fields: &Fields::default() };
        read(text.as_bytes(), &reading).expect("there is a question")
    }

    #[test]
    fn ids_come_from_comments_of_the_same_block() {
        let document = document("// [id:a\\]1 ] [id:2]\nWhy? {}\n\n// [id:3]\n\nHow? {}");
        let ids: Vec<_> = document.records.iter().map(|record| record.as_ref().expect("it reads")).collect();
        assert_eq!((&*ids[0].id, &*ids[1].id, ids[0].line), ("a]1", "a.gift#2", 2));
    }

    #[test]
    fn only_our_tags_are_replaced() {
        let text = "// question: 1  name: x [tag:mine] [tag:firstlane:lane:old]\n// [tag:firstlane:verify:y]\nWhy? {}";
        let tag = Tag { key: "lane", value: "a]b".to_owned() };
        let tagged = document(text).tagged(&[vec![tag]]).expect("GIFT keeps tags");
        let expected = "// question: 1  name: x [tag:mine]\n// [tag:firstlane:lane:a\\]b]\nWhy? {}";
        assert_eq!(String::from_utf8_lossy(&tagged), expected);
    }

    #[test]
    fn what_is_no_gift_is_not_claimed() {
        let looks = |text: &str| looks(&Sample { bytes: text.as_bytes(), text: text.into() });
        for text in [
            "",
            "{\"a\": \"~\"}",
            "[{\"stem\": \"a {=b}\"}]",
            "a:hover { color: red }\n\n.b { margin: 0 }",
            "struct Empty {}\n\nfn main() { let a = 1; }",
            "let a = Array{T}(x)\n\nfoo",
            "{{#if a}} b {{/if}}\n\n{# comment #}",
            "```{=html}\n<p>a</p>\n```\n\nWhy?",
            "One {=a} in passing.\n\nWhy is it so?\n\nWhat comes next?\n\nWho knows?",
            "1. Which fails, {~a}?\nA) x\nB) y\n\n2. Why?\nA) x\nB) y\n\n3. How?",
        ] {
            assert!(!looks(text), "{text}");
        }
        for text in [
            "$CATEGORY: a/b\n\nWhy? {}",
            "Why? {\n ~a\n =b\n}",
            "It is. {TRUE}",
            "{ =Asia } is large.",
            "When?{#1}",
        ] {
            assert!(looks(text), "{text}");
        }
    }
}
