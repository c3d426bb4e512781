//! Question to hits.
//!
//! In: the segments of a question. Out: every place where a cue of the pack stands, overlaps kept, in reading order.
//! One pass over the words finds all phrases; regexes run only where one of their literals was seen.

use crate::{
    alarm::{self, Place, Watch},
    engine::Engine,
    join::{Join, Marked},
    pack::{CueIx, Matcher},
    question::{Question, Segment},
    seen::Seen,
    words::{self, Gap},
    zone::Zone,
};

/// One place where a cue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hit {
    /// Ordinal of the segment in the question.
    pub segment: u32,
    /// Byte range in the segment's field; see [`Segment::start`].
    pub start: u32,
    /// End of that range.
    pub end: u32,
    /// Ordinals, in the segment, of the first and last word.
    pub words: [u32; 2],
    /// The cue.
    pub cue: CueIx,
    /// The segment's zone.
    pub zone: Zone,
    /// Whether a word shortly before it negates it.
    pub negated: bool,
}

impl Hit {
    /// What hits of a segment are sorted by: its place, then its cue.
    fn place(&self) -> (u64, u32) {
        (u64::from(self.start) << 32 | u64::from(self.end), self.cue.0)
    }
}

/// Scans questions, one after the other, reusing its memory.
#[derive(Debug)]
pub struct Scanner<'e> {
    engine: &'e Engine,
    hits: Vec<Hit>,
    words: Vec<Token>,
    seen: Seen<'e>,
    watch: Watch<'e>,
    /// The words of the segment with literals of regexes in them.
    marked: Vec<Marked>,
    /// Whether each of those is one word to a regex, too.
    plain: bool,
}

/// A word of the segment at hand.
#[derive(Debug, Clone, Copy)]
struct Token {
    start: u32,
    end: u32,
    gap: Gap,
    /// Ordinal of the sentence, or part of one, that it is in.
    clause: u32,
    /// Its kind, if some phrase has it.
    kind: Option<u32>,
}

impl<'e> Scanner<'e> {
    /// A scanner for an engine.
    #[must_use]
    pub fn new(engine: &'e Engine) -> Self {
        Self {
            engine,
            hits: Vec::new(),
            words: Vec::new(),
            seen: Seen::new(engine),
            watch: Watch::new(&engine.alarm),
            marked: Vec::new(),
            plain: true,
        }
    }

    /// The hits of one question, sorted.
    pub fn scan(&mut self, question: &Question<'_>) -> &[Hit] {
        self.hits.clear();
        self.seen.tidy();
        for (ordinal, segment) in question.segments().iter().enumerate() {
            let from = self.hits.len();
            self.read_words(segment.text);
            self.find_phrases(ordinal as u32, segment);
            if self.find_patterns(ordinal as u32, segment) {
                self.hits[from..].sort_unstable_by_key(Hit::place);
            }
            self.negate(from);
        }
        &self.hits
    }

    fn read_words(&mut self, text: &str) {
        self.words.clear();
        self.marked.clear();
        self.plain = true;
        let mut clause = 0;
        for word in words::words(text) {
            clause += u32::from(word.pause);
            let (start, end) = (word.start as u32, word.end as u32);
            let meaning = self.seen.meaning(text, word);
            if let Some(marks) = meaning.marks() {
                let written = &text.as_bytes()[word.start..word.end];
                let next = text.as_bytes().get(word.end).copied();
                self.watch.word(&self.seen.lists()[marks], Place { written, start, end, next });
                self.marked.push(Marked { start, end, marks });
                self.plain &= word.ascii && alarm::is_one(written);
            }
            self.words.push(Token { start, end, gap: word.gap, clause, kind: meaning.kind() });
        }
    }

    fn find_phrases(&mut self, ordinal: u32, segment: &Segment<'_>) {
        let engine = self.engine;
        let automaton = &engine.tables.automaton;
        for first in 0..self.words.len() {
            let Some(kind) = self.words[first].kind else { continue };
            let from = self.hits.len();
            // A first word of a kind leads to the state of that number.
            let (mut state, mut last) = (kind, first);
            loop {
                for &end in automaton.ends(state) {
                    let around = automaton.around(end);
                    if around.is_none_or(|around| self.fits_around(segment.text, [first, last], around)) {
                        let (start, stop) = (self.words[first].start, self.words[last].end);
                        self.hits.push(hit(ordinal, segment, [start, stop], [first, last], end.cue));
                    }
                }
                let Some(&Token { gap, kind: Some(kind), .. }) = self.words.get(last + 1) else { break };
                let Some(next) = automaton.step(state, gap, kind) else { break };
                (state, last) = (next, last + 1);
            }
            if self.hits.len() > from + 1 {
                // Several with other punctuation around them may be the same cue.
                self.drop_doubles(from);
            }
        }
    }

    /// Of hits that start at the same word, sorted by their end and cue, those that are equal are one.
    fn drop_doubles(&mut self, from: usize) {
        let mut kept = from;
        for at in from..self.hits.len() {
            if at == from || self.hits[at] != self.hits[kept - 1] {
                self.hits[kept] = self.hits[at];
                kept += 1;
            }
        }
        self.hits.truncate(kept);
    }

    /// Whether the punctuation that a phrase asks for stands around it.
    fn fits_around(&self, text: &str, [first, last]: [usize; 2], (lead, trail): (&str, &str)) -> bool {
        let before = || {
            &text[first.checked_sub(1).map_or(0, |at| self.words[at].end as usize)
                ..self.words[first].start as usize]
        };
        let after = || {
            &text[self.words[last].end as usize
                ..self.words.get(last + 1).map_or(text.len(), |w| w.start as usize)]
        };
        let leads = lead.is_empty() || {
            let mut hard = words::hard(before()).rev();
            lead.chars().rev().all(|c| hard.next() == Some(c))
        };
        leads
            && (trail.is_empty() || {
                let mut hard = words::hard(after());
                trail.chars().all(|c| hard.next() == Some(c))
            })
    }

    /// Whether there was any.
    fn find_patterns(&mut self, ordinal: u32, segment: &Segment<'_>) -> bool {
        let from = self.hits.len();
        let Engine { pack, alarm, .. } = self.engine;
        let text = segment.text.as_bytes();
        let join = Join { alarm, text, words: &self.marked, lists: self.seen.lists() };
        for &awake in self.watch.finish() {
            let Matcher::Pattern(pattern) = &pack.cues[awake.cue.index()].matcher else { continue };
            let mut found = |start, end| {
                let first = self.words.partition_point(|w| w.end <= start);
                let last = self.words.partition_point(|w| w.start < end).saturating_sub(1).max(first);
                self.hits.push(hit(ordinal, segment, [start, end], [first, last], awake.cue));
            };
            match (&pattern.joined, awake.sleeper) {
                (Some(joined), Some(sleeper)) if self.plain => {
                    join.matches(joined, sleeper, [awake.start, awake.end], found);
                }
                _ => {
                    // A match ends before the last byte, so the end of what is searched is not taken for the end of the text.
                    let text = &text[..text.len().min((awake.end as usize).saturating_add(1))];
                    let mut at = awake.start as usize;
                    while let Some(next) = pattern.regex().find_at(text, at) {
                        at = next.end();
                        found(next.start() as u32, next.end() as u32);
                    }
                }
            }
        }
        self.hits.len() > from
    }

    /// Marks the hits of this segment, those from `from` on, that stand shortly behind a negating word.
    fn negate(&mut self, from: usize) {
        let Some(negation) = &self.engine.pack.negation else { return };
        let role = |hit: &Hit| self.engine.negates.get(hit.cue.index()).copied().unwrap_or_default();
        let hits = &self.hits[from..];
        let mut negated = Vec::new();
        for negator in hits.iter().filter(|hit| role(hit).cue) {
            let excused = hits.iter().any(|h| {
                let excuses = role(h).not || (role(h).question && h.zone == Zone::Ask);
                excuses && h.words[0] <= negator.words[0] && negator.words[1] <= h.words[1]
            });
            if excused {
                continue;
            }
            let clause = |word: u32| self.words.get(word as usize).map(|w| w.clause);
            let reached = |h: &Hit| {
                h.words[0] > negator.words[1]
                    && h.words[0] - negator.words[1] <= negation.within + 1
                    && clause(h.words[0]) == clause(negator.words[1])
            };
            negated.extend(hits.iter().enumerate().filter(|(_, h)| reached(h)).map(|(at, _)| from + at));
        }
        for at in negated {
            self.hits[at].negated = true;
        }
    }
}

fn hit(segment: u32, of: &Segment<'_>, [start, end]: [u32; 2], [first, last]: [usize; 2], cue: CueIx) -> Hit {
    let offset = of.start as u32;
    Hit {
        segment,
        start: offset + start,
        end: offset + end,
        words: [first as u32, last as u32],
        cue,
        zone: of.zone,
        negated: false,
    }
}
