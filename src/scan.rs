//! Question to hits.
//!
//! In: the segments of a question. Out: every place where a cue of the pack stands, overlaps kept, in reading order.
//! One pass over the words finds all phrases; regexes run only where one of their literals was seen.

use aho_corasick::AhoCorasick;

use crate::{
    engine::{Engine, Literals, Negates},
    pack::{CueIx, Matcher},
    question::{Question, Segment},
    tables::Known,
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
    folded: String,
    /// Regexes whose literals are all there.
    awake: Vec<CueIx>,
    /// For each regex, the sets of literals that are there; and the regexes of which some are.
    seen: Vec<u8>,
    stirred: Vec<u16>,
    literals: InWords,
}

/// The literals of regexes inside words, remembered for words that phrases have.
#[derive(Debug)]
struct InWords {
    /// For each word of the lexicon, where its literals stand; a range that begins at its end plus one is not known yet.
    ranges: Vec<(u32, u32)>,
    known: Vec<u32>,
    /// Those of a word that no phrase has.
    other: Vec<u32>,
}

impl InWords {
    const UNKNOWN: (u32, u32) = (1, 0);

    fn of(&mut self, automaton: &AhoCorasick, written: &[u8], known: Option<Known>) -> &[u32] {
        let find = |into: &mut Vec<u32>| {
            into.extend(automaton.find_overlapping_iter(written).map(|found| found.pattern().as_u32()));
        };
        let Some(known) = known else {
            self.other.clear();
            find(&mut self.other);
            return &self.other;
        };
        let range = &mut self.ranges[known.word as usize];
        if *range == Self::UNKNOWN {
            let start = self.known.len() as u32;
            find(&mut self.known);
            *range = (start, self.known.len() as u32);
        }
        &self.known[range.0 as usize..range.1 as usize]
    }
}

/// A word of the segment at hand.
#[derive(Debug, Clone, Copy)]
struct Token {
    start: u32,
    end: u32,
    gap: Gap,
    /// Ordinal of the sentence, or part of one, that it is in.
    clause: u32,
    /// If some phrase has it.
    known: Option<Known>,
}

impl<'e> Scanner<'e> {
    /// A scanner for an engine.
    #[must_use]
    pub fn new(engine: &'e Engine) -> Self {
        Self {
            engine,
            hits: Vec::new(),
            words: Vec::new(),
            folded: String::new(),
            awake: Vec::new(),
            seen: Vec::new(),
            stirred: Vec::new(),
            literals: InWords {
                ranges: vec![InWords::UNKNOWN; engine.tables.lexicon.len()],
                known: Vec::new(),
                other: Vec::new(),
            },
        }
    }

    /// The hits of one question, sorted.
    pub fn scan(&mut self, question: &Question<'_>) -> &[Hit] {
        self.hits.clear();
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
        let mut clause = 0;
        let lexicon = &self.engine.tables.lexicon;
        for word in words::words(text) {
            clause += u32::from(word.pause);
            let length = word.end - word.start;
            let known = if length > lexicon.longest() {
                None
            } else if word.ascii {
                lexicon.ascii(&text.as_bytes()[word.start..], length)
            } else {
                self.folded.clear();
                words::fold(&text[word.start..word.end], &mut self.folded);
                lexicon.folded(&self.folded)
            };
            let (start, end) = (word.start as u32, word.end as u32);
            self.words.push(Token { start, end, gap: word.gap, clause, known });
        }
    }

    fn find_phrases(&mut self, ordinal: u32, segment: &Segment<'_>) {
        let engine = self.engine;
        let automaton = &engine.tables.automaton;
        for first in 0..self.words.len() {
            let Some(known) = self.words[first].known else { continue };
            let Some(mut state) = automaton.start(known.kind) else { continue };
            let from = self.hits.len();
            let mut last = first;
            loop {
                let (ends, edges) = automaton.state(state);
                for &end in ends {
                    let around = automaton.around(end);
                    if around.is_none_or(|around| self.fits_around(segment.text, [first, last], around)) {
                        let (start, stop) = (self.words[first].start, self.words[last].end);
                        self.hits.push(hit(ordinal, segment, [start, stop], [first, last], end.cue));
                    }
                }
                let Some(&Token { gap, known: Some(known), .. }) = self.words.get(last + 1) else { break };
                let Some(next) = automaton.step(edges, gap, known.kind) else { break };
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
        let engine = self.engine;
        let from = self.hits.len();
        self.awake.clear();
        self.awake.extend(&engine.always);
        if let Some(literals) = &engine.literals {
            self.seen.resize(literals.sleepers.len(), 0);
            for word in &self.words {
                let written = &segment.text.as_bytes()[word.start as usize..word.end as usize];
                let inside = self.literals.of(&literals.automaton, written, word.known);
                for &literal in inside {
                    stir(literals, literal, &mut self.seen, &mut self.stirred, &mut self.awake);
                }
            }
            for sleeper in self.stirred.drain(..) {
                self.seen[usize::from(sleeper)] = 0;
            }
        }
        for &cue in &self.awake {
            let Matcher::Pattern(pattern) = &engine.pack.cues[cue.index()].matcher else { continue };
            for found in pattern.regex().find_iter(segment.text.as_bytes()) {
                let (start, end) = (found.start() as u32, found.end() as u32);
                let first = self.words.partition_point(|w| w.end <= start);
                let last = self.words.partition_point(|w| w.start < end).saturating_sub(1).max(first);
                self.hits.push(hit(ordinal, segment, [start, end], [first, last], cue));
            }
        }
        self.hits.len() > from
    }

    /// Marks the hits of this segment, those from `from` on, that stand shortly behind a negating word.
    fn negate(&mut self, from: usize) {
        let Some(negation) = &self.engine.pack.negation else { return };
        let role = |hit: &Hit| self.engine.negates[hit.cue.index()];
        let hits = &self.hits[from..];
        if !hits.iter().any(|h| role(h) == Negates::Cue) {
            return;
        }
        let mut negated = Vec::new();
        for negator in hits.iter().filter(|h| role(h) == Negates::Cue) {
            let excused = hits.iter().any(|h| {
                let excuses =
                    role(h) == Negates::Not || (role(h) == Negates::Question && h.zone == Zone::Ask);
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

/// Notes that a literal was seen; a regex of which all literals were seen wakes.
fn stir(literals: &Literals, literal: u32, seen: &mut [u8], stirred: &mut Vec<u16>, awake: &mut Vec<CueIx>) {
    for &(sleeper, set) in &literals.wakes[literal as usize] {
        let (cue, all) = literals.sleepers[usize::from(sleeper)];
        let seen = &mut seen[usize::from(sleeper)];
        if *seen == 0 {
            stirred.push(sleeper);
        }
        if *seen != all && *seen | set == all {
            awake.push(cue);
        }
        *seen |= set;
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
