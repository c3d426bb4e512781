//! Questions that only blank lines part.
//!
//! In: the lines of a file. Out: ranges of lines. Blank lines part paragraphs of a question, too, so decided here:
//! - Behind options the next text begins a question, if it asks or if there are options further on; else it is commentary.
//! - Behind an explanation only the text right in front of the next options begins a question: paragraphs before it
//!   could explain, and must not get into a question. A note tells of them.
//! - Where nothing has options, a question ends with the paragraph that asks; where nothing asks, with each paragraph.

use std::ops::Range;

use super::View;
use crate::{
    input::document::Note,
    question::{Role, asks, role},
};

/// Lines between blank ones.
#[derive(Debug)]
struct Block {
    lines: Range<usize>,
    /// What its first line does.
    first: Role,
    has_options: bool,
    /// It ends with options or has nothing else.
    explains: bool,
    asks: bool,
}

/// The questions of a file.
pub(super) fn split(view: &View<'_, '_>, notes: &mut Vec<Note>) -> Vec<Range<usize>> {
    let mut blocks = blocks(view, is_lettered);
    if !blocks.iter().any(|block| block.has_options) {
        blocks = self::blocks(view, is_bullet);
    }
    let starts = if blocks.iter().any(|block| block.has_options) {
        with_options(view, &blocks, notes)
    } else {
        without_options(&blocks)
    };
    view.between(&starts)
}

fn is_lettered(line: &str) -> bool {
    matches!(role(line), Role::Option(_))
}

fn is_bullet(line: &str) -> bool {
    ["- ", "* ", "+ ", "•", "○", "◯", "●", "☐", "[ ]", "( )"]
        .iter()
        .any(|bullet| line.trim_start().starts_with(bullet))
}

/// The blocks of a file. Blank lines in code part nothing.
fn blocks(view: &View<'_, '_>, is_option: fn(&str) -> bool) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    // Stories have asking forms in them, too; these count where there is no question mark at all.
    let has_marks = view.lines.iter().any(|line| line.text.contains('?'));
    for (at, line) in view.lines.iter().enumerate() {
        if line.is_blank() && !view.code[at] {
            open = false;
            continue;
        }
        if !open {
            let first = if is_option(&line.text) { Role::Option(0) } else { role(&line.text) };
            let lines = at..at + 1;
            blocks.push(Block { lines, first, has_options: false, explains: false, asks: false });
            open = true;
        }
        let Some(block) = blocks.last_mut() else { continue };
        block.lines.end = at + 1;
        if !view.code[at] {
            let is_option = is_option(&line.text);
            block.has_options |= is_option;
            block.explains |= role(&line.text) == Role::End;
            let asks = if has_marks { line.text.contains('?') } else { asks(&line.text) };
            block.asks |= !is_option && asks;
        }
    }
    blocks
}

fn with_options(view: &View<'_, '_>, blocks: &[Block], notes: &mut Vec<Note>) -> Vec<usize> {
    let last_options = blocks.iter().rposition(|block| block.has_options).unwrap_or(0);
    let mut starts: Vec<usize> = Vec::new();
    let (mut has_options, mut has_ended, mut has_asked, mut passed) = (false, false, false, None);
    for (at, block) in blocks.iter().enumerate() {
        let is_text = block.first == Role::Text;
        let begins = starts.is_empty()
            || is_text
                && if has_ended {
                    let before_options =
                        blocks.get(at + 1).is_some_and(|next| matches!(next.first, Role::Option(_)));
                    block.has_options || before_options
                } else if has_options {
                    block.asks || at <= last_options
                } else {
                    has_asked && block.asks && block.has_options
                };
        if begins {
            starts.push(block.lines.start);
            (has_options, has_ended, has_asked) = (false, false, false);
            if let Some(line) = passed.take() {
                let message = "text behind an explanation is passed over, since it could belong to it; put \
                               numbers or `---` between questions";
                notes.push(Note { line, message: message.to_owned() });
            }
        } else if has_ended && is_text {
            passed.get_or_insert(view.lines[block.lines.start].number);
        }
        has_asked |= block.asks;
        // Bullets in front of what asks are a part of the story.
        has_options |= block.has_options
            && (has_asked || view.lines[block.lines.clone()].iter().any(|line| is_lettered(&line.text)));
        has_ended |= block.explains;
    }
    starts
}

fn without_options(blocks: &[Block]) -> Vec<usize> {
    let asking = blocks.iter().filter(|block| block.asks).count();
    let mut starts: Vec<usize> = Vec::new();
    let mut has_asked = false;
    for block in blocks {
        let begins =
            starts.is_empty() || block.first == Role::Text && (has_asked && asking > 1 || asking == 0);
        if begins {
            starts.push(block.lines.start);
            has_asked = false;
        }
        has_asked |= block.asks;
    }
    starts
}
