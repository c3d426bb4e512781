//! Where regexes of words and gaps match.
//!
//! In: the words of a segment in which such a regex has literals. Out: the matches, as the regex would give them: the leftmost
//! first, none over another, with gaps as long as they can be, or as short. Only positions are compared; the regex is not run.

use crate::{
    alarm::{Alarm, Mark},
    pack::{Between, Joined},
};

/// A word of a segment with literals of regexes in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marked {
    /// Its byte range in the segment.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Which list of marks it has.
    pub(crate) marks: usize,
}

/// The marked words of a segment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Join<'a> {
    pub(crate) alarm: &'a Alarm,
    pub(crate) text: &'a [u8],
    pub(crate) words: &'a [Marked],
    /// The lists of marks.
    pub(crate) lists: &'a [Vec<Mark>],
}

impl Join<'_> {
    /// The matches of a regex that waits as number `sleeper` between two bytes.
    pub(crate) fn matches(
        mut self,
        joined: &Joined,
        sleeper: usize,
        [start, end]: [u32; 2],
        mut found: impl FnMut(u32, u32),
    ) {
        let from = self.words.partition_point(|word| word.start < start);
        let to = self.words.partition_point(|word| word.end <= end);
        self.words = &self.words[from..to.max(from)];
        let mut from = 0;
        while let Some(first) = (from..self.words.len()).find(|&at| self.is_anchor(at, 0, sleeper)) {
            from = first + 1;
            if let Some(last) = self.rest(&joined.gaps, 0, first, sleeper) {
                found(self.words[first].start, self.words[last].end);
                from = last + 1;
            }
        }
    }

    /// The last word of a match whose words up to that of an ordinal are found.
    fn rest(self, gaps: &[Between], ordinal: u8, word: usize, sleeper: usize) -> Option<usize> {
        let Some((gap, more)) = gaps.split_first() else { return Some(word) };
        let end = self.words[word].end;
        let run = gap.run(&self.text[end as usize..]);
        let reached = self.words[word + 1..].iter().take_while(|next| next.start - end <= run).count();
        let mut fits = (word + 1..word + 1 + reached).filter(|&next| {
            self.words[next].start - end >= gap.least && self.is_anchor(next, ordinal + 1, sleeper)
        });
        let rest = |next: usize| self.rest(more, ordinal + 1, next, sleeper);
        if gap.is_greedy() { fits.rev().find_map(rest) } else { fits.find_map(rest) }
    }

    /// Whether a word is an anchor of the regex. An underscore beside it makes it a part of a longer word to the regex.
    fn is_anchor(self, word: usize, ordinal: u8, sleeper: usize) -> bool {
        let Marked { start, end, marks } = self.words[word];
        let beside = |at: Option<usize>| at.and_then(|at| self.text.get(at)) == Some(&b'_');
        self.lists[marks].iter().any(|mark| self.alarm.anchor(sleeper, ordinal).contains(mark))
            && !beside((start as usize).checked_sub(1))
            && !beside(Some(end as usize))
    }
}
