//! Which regexes can match in a segment.
//!
//! In: the words of a segment, one after the other. Out: the regexes whose anchors stand in it one behind the other and near
//! enough, and between which bytes they can match. Most regexes share their words with many questions and match in few, so this
//! is what keeps them from being run.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::pack::{Anchor, Anchors, CueIx, Literal, MOST_ANCHORS};

/// A literal, at the edges of its word or anywhere in it; or a digit.
pub(crate) type Mark = u16;

/// The regexes of a pack, and what wakes them.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    /// Finds literals in words; none where no regex has any.
    automaton: Option<AhoCorasick>,
    /// For each literal of the automaton, its marks and where in a word they count.
    marks: Vec<Vec<(Mark, Edges)>>,
    digit: Option<Mark>,
    of_marks: Vec<OfMark>,
    sleepers: Vec<Sleeper>,
    /// The marks of their anchors.
    anchors: Vec<Mark>,
    /// Words of 64 regexes in a plane of bits.
    words: usize,
    /// The regexes of one anchor.
    singles: Vec<u64>,
    /// How many different first anchors there are.
    firsts: usize,
    /// Regexes without anchors, which run on every segment.
    always: Vec<CueIx>,
}

/// Whether a literal begins and ends its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Edges {
    starts: bool,
    ends: bool,
}

/// What a mark means to the regexes.
#[derive(Debug, Default)]
struct OfMark {
    /// First anchors that it is one of.
    firsts: Vec<u16>,
    /// Anchors that it is one of, as bits: the ordinal of the anchor, the word of regexes and the bits in it; last anchors first.
    bits: Vec<(u8, u16, u64)>,
    /// Whether one word may be two anchors of a regex.
    shares: bool,
    /// The byte that has to stand behind the word.
    then: Option<u8>,
}

/// A regex that waits for its anchors.
#[derive(Debug)]
struct Sleeper {
    cue: CueIx,
    /// Which of the different first anchors it has.
    first: u16,
    /// Ordinal of the last anchor.
    last: u8,
    /// The most bytes between an anchor and the one before.
    gaps: [u32; MOST_ANCHORS],
    /// Where the marks of each anchor stand.
    marks: [(u32, u32); MOST_ANCHORS],
    lead: u32,
    tail: u32,
}

/// A regex that can match, and between which bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Awake {
    pub(crate) cue: CueIx,
    /// Its number among those that wait for anchors; nothing for one that runs everywhere.
    pub(crate) sleeper: Option<usize>,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Alarm {
    /// An alarm for regexes.
    pub(crate) fn new<'p>(regexes: impl IntoIterator<Item = (CueIx, &'p Anchors)>) -> Self {
        let mut alarm = Self::default();
        let mut marks: BTreeMap<Option<&Literal>, Mark> = BTreeMap::new();
        let mut firsts: BTreeMap<Vec<Mark>, u16> = BTreeMap::new();
        for (cue, Anchors { anchors, lead, tail }) in regexes {
            if anchors.is_empty() {
                alarm.always.push(cue);
                continue;
            }
            let sleeper = alarm.sleepers.len();
            let mut gaps = [0; MOST_ANCHORS];
            let mut marks_of = [(0, 0); MOST_ANCHORS];
            let mut first = 0;
            for (ordinal, anchor) in anchors.iter().enumerate() {
                gaps[ordinal] = anchor.gap.unwrap_or(u32::MAX);
                let literals = anchor.literals.iter().map(Some).chain(anchor.digit.then_some(None));
                let of_anchor: Vec<Mark> = literals
                    .map(|literal| {
                        let next = u16::try_from(marks.len()).expect("load counted the rules");
                        *marks.entry(literal).or_insert(next)
                    })
                    .collect();
                alarm.of_marks.resize_with(marks.len(), OfMark::default);
                let start = alarm.anchors.len() as u32;
                alarm.anchors.extend(&of_anchor);
                marks_of[ordinal] = (start, alarm.anchors.len() as u32);
                let shares = shares(anchors, ordinal);
                for &mark in &of_anchor {
                    alarm.of_marks[usize::from(mark)].add(ordinal as u8, sleeper, shares);
                }
                if ordinal == 0 {
                    let next = firsts.len() as u16;
                    first = *firsts.entry(of_anchor).or_insert(next);
                }
            }
            let last = anchors.len() as u8 - 1;
            let (lead, tail) = (lead.unwrap_or(u32::MAX), tail.unwrap_or(u32::MAX));
            alarm.sleepers.push(Sleeper { cue, first, last, gaps, marks: marks_of, lead, tail });
        }
        alarm.words = alarm.sleepers.len().div_ceil(64);
        alarm.singles = vec![0; alarm.words];
        for (at, _) in alarm.sleepers.iter().enumerate().filter(|(_, sleeper)| sleeper.last == 0) {
            alarm.singles[at / 64] |= 1 << (at % 64);
        }
        alarm.firsts = firsts.len();
        for (of_first, first) in firsts {
            for mark in of_first {
                alarm.of_marks[usize::from(mark)].firsts.push(first);
            }
        }
        alarm
            .of_marks
            .iter_mut()
            .for_each(|of_mark| of_mark.bits.sort_by_key(|bits| std::cmp::Reverse(bits.0)));
        alarm.digit = marks.remove(&None);
        let mut literals: BTreeMap<&[u8], Vec<(Mark, Edges)>> = BTreeMap::new();
        for (literal, mark) in marks {
            let Some(Literal { text, starts, ends, then }) = literal else { continue };
            alarm.of_marks[usize::from(mark)].then = *then;
            literals.entry(text).or_default().push((mark, Edges { starts: *starts, ends: *ends }));
        }
        if !literals.is_empty() {
            let automaton = AhoCorasick::builder()
                .ascii_case_insensitive(true)
                // Built sooner than the DFA, which one pasted question would wait for.
                .kind(Some(AhoCorasickKind::NoncontiguousNFA))
                .build(literals.keys())
                .expect("the literals of a pack are few and short");
            alarm.automaton = Some(automaton);
            alarm.marks = literals.into_values().collect();
        }
        alarm
    }

    /// The marks of an anchor of a regex.
    #[inline]
    pub(crate) fn anchor(&self, sleeper: usize, ordinal: u8) -> &[Mark] {
        let (start, end) = self.sleepers[sleeper].marks[usize::from(ordinal)];
        &self.anchors[start as usize..end as usize]
    }

    /// The marks in a word, each as often as it is there.
    pub(crate) fn marks(&self, word: &[u8], into: &mut Vec<Mark>) {
        // A word with an apostrophe or with letters beyond ASCII is several to a regex.
        let is_one = is_one(word);
        for found in self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(word)) {
            let here = Edges { starts: found.start() == 0, ends: found.end() == word.len() };
            for &(mark, asked) in &self.marks[found.pattern().as_usize()] {
                let fits = (!asked.starts || here.starts) && (!asked.ends || here.ends);
                if fits || !is_one {
                    into.push(mark);
                }
            }
        }
        // Two are as many as tell anything: a word may be more than one anchor, or not.
        let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count().min(2);
        into.extend(self.digit.iter().flat_map(|&digit| std::iter::repeat_n(digit, digits)));
    }
}

/// Whether a word is one to a regex, too.
pub(crate) fn is_one(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_alphanumeric)
}

/// A word of the segment at hand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'t> {
    pub(crate) written: &'t [u8],
    /// Its byte range in the segment.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The byte behind it.
    pub(crate) next: Option<u8>,
}

impl OfMark {
    fn add(&mut self, ordinal: u8, sleeper: usize, shares: bool) {
        let (word, bit) = ((sleeper / 64) as u16, 1 << (sleeper % 64));
        match self.bits.iter_mut().find(|bits| (bits.0, bits.1) == (ordinal, word)) {
            Some((.., bits)) => *bits |= bit,
            None => self.bits.push((ordinal, word, bit)),
        }
        self.shares |= shares;
    }
}

/// Whether an anchor can stand in one word with the one before or the one behind it.
fn shares(anchors: &[Anchor], ordinal: usize) -> bool {
    let before = ordinal.checked_sub(1).is_some_and(|at| anchors[at].shares_word_with(&anchors[ordinal]));
    before || anchors.get(ordinal + 1).is_some_and(|next| anchors[ordinal].shares_word_with(next))
}

/// What was seen in the segment at hand.
#[derive(Debug)]
pub(crate) struct Watch<'a> {
    alarm: &'a Alarm,
    /// For each ordinal of an anchor, the regexes of which it stands behind those before it.
    reached: Vec<u64>,
    /// For each regex, where each of its anchors ends, from the second on.
    ends: Vec<[u32; MOST_ANCHORS]>,
    /// For each different first anchor, where it first begins and last ends.
    firsts: Vec<(u32, u32)>,
    /// The regexes of which all anchors are there.
    rung: Vec<u64>,
    seen: bool,
    awake: Vec<Awake>,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(alarm: &'a Alarm) -> Self {
        Self {
            alarm,
            reached: vec![0; alarm.words * MOST_ANCHORS],
            ends: vec![[0; MOST_ANCHORS]; alarm.sleepers.len()],
            firsts: vec![(0, 0); alarm.firsts],
            rung: vec![0; alarm.words],
            seen: false,
            awake: Vec::new(),
        }
    }

    /// Takes the marks in a word of the segment.
    #[inline]
    pub(crate) fn word(&mut self, marks: &[Mark], at: Place<'_>) {
        // Where a word may be several anchors of a regex, a mark may follow one that comes after it.
        for _ in 0..MOST_ANCHORS {
            let mut again = false;
            for &mark in marks {
                again |= self.mark(mark, at);
            }
            if !again || marks.len() == 1 {
                break;
            }
        }
    }

    /// Takes one mark; says whether another in the same word may follow it that could not before.
    fn mark(&mut self, mark: Mark, at: Place<'_>) -> bool {
        let alarm = self.alarm;
        let of_mark = &alarm.of_marks[usize::from(mark)];
        let Place { written, start, end, next } = at;
        if of_mark.then.is_some() && of_mark.then != next && is_one(written) {
            return false;
        }
        let mut reached = false;
        for &(ordinal, word, bits) in &of_mark.bits {
            let (ordinal, word) = (usize::from(ordinal), usize::from(word));
            let plane = ordinal * alarm.words + word;
            if ordinal == 0 {
                self.reached[plane] |= bits;
                self.ring(word, bits & alarm.singles[word], end);
                continue;
            }
            let mut may = bits & self.reached[plane - alarm.words];
            while may != 0 {
                let bit = may & may.wrapping_neg();
                may ^= bit;
                reached |= self.follow(word, bit, ordinal, start, end);
            }
        }
        for &first in &of_mark.firsts {
            let first = &mut self.firsts[usize::from(first)];
            reached |= first.1 != end;
            *first = (if first.1 == 0 { start } else { first.0 }, end);
        }
        self.seen = true;
        reached && of_mark.shares
    }

    /// An anchor behind the first, if it is near enough to the one before; says whether it was not there yet.
    #[inline]
    fn follow(&mut self, word: usize, bit: u64, ordinal: usize, start: u32, end: u32) -> bool {
        let at = word * 64 + bit.trailing_zeros() as usize;
        let sleeper = &self.alarm.sleepers[at];
        let before = match ordinal {
            1 => self.firsts[usize::from(sleeper.first)].1,
            _ => self.ends[at][ordinal - 1],
        };
        if start > before.saturating_add(sleeper.gaps[ordinal]) {
            return false;
        }
        let plane = &mut self.reached[ordinal * self.alarm.words + word];
        let known = *plane & bit != 0 && self.ends[at][ordinal] == end;
        *plane |= bit;
        self.ends[at][ordinal] = end;
        if ordinal == usize::from(sleeper.last) {
            self.rung[word] |= bit;
        }
        !known
    }

    /// Regexes of one anchor are awake when it is there.
    fn ring(&mut self, word: usize, mut bits: u64, end: u32) {
        self.rung[word] |= bits;
        while bits != 0 {
            self.ends[word * 64 + bits.trailing_zeros() as usize][0] = end;
            bits &= bits - 1;
        }
    }

    /// The regexes that can match in the segment, whose end this is; what was seen in it is forgotten.
    pub(crate) fn finish(&mut self) -> &[Awake] {
        let alarm = self.alarm;
        self.awake.clear();
        self.awake.extend(alarm.always.iter().map(|&cue| Awake {
            cue,
            sleeper: None,
            start: 0,
            end: u32::MAX,
        }));
        if !self.seen {
            return &self.awake;
        }
        for (word, rung) in self.rung.iter_mut().enumerate() {
            while *rung != 0 {
                let at = word * 64 + rung.trailing_zeros() as usize;
                *rung &= *rung - 1;
                let Sleeper { cue, first, last, lead, tail, .. } = alarm.sleepers[at];
                let start = self.firsts[usize::from(first)].0.saturating_sub(lead);
                let end = self.ends[at][usize::from(last)].saturating_add(tail);
                self.awake.push(Awake { cue, sleeper: Some(at), start, end });
            }
        }
        self.reached.fill(0);
        self.firsts.fill((0, 0));
        self.seen = false;
        &self.awake
    }
}
