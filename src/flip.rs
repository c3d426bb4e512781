//! What an answer hangs on: the smallest set of matched words without which it would be another.
//!
//! Found by trying: every set of one word, then of two and so on is hidden, and the engine is run again each time, so
//! the result is exact. A hidden word is replaced by one that is in no vocabulary, so that its neighbours do not move.

use std::collections::BTreeMap;

use crate::{
    decide::Verdict,
    engine::Engine,
    pack::TargetIx,
    question::{Question, Segment},
    scan::{Hit, Scanner},
    words::words,
};

/// A letter that no exam question in English has, and so no phrase.
const HIDDEN: char = 'ǂ';
/// More runs of the engine than this are not tried: some tenths of a second.
const MOST_RUNS: usize = 20_000;

/// What hiding words did.
#[derive(Debug, Clone, PartialEq)]
pub enum Flip {
    /// No smaller set changes the lane.
    Found {
        /// The hidden words: ordinal of the segment, and byte range in its field.
        words: Vec<(u32, u32, u32)>,
        /// The lane without them.
        lane: Option<TargetIx>,
    },
    /// No set of up to this many words changes the lane; larger ones were not tried.
    NotWithin(usize),
}

/// Finds the smallest set of matched words without which the lane would be another.
///
/// # Examples
///
/// ```
/// use firstlane::{Engine, Question, flip};
///
/// let engine = Engine::builtin();
/// let question = Question::split("Which tool detects feature drift?");
/// let flip::Flip::Found { words, lane } = flip::smallest(&engine, &question) else { panic!() };
/// assert_eq!((words.len(), lane), (1, None));
/// ```
#[must_use]
pub fn smallest(engine: &Engine, question: &Question<'_>) -> Flip {
    let mut scanner = Scanner::new(engine);
    let hits = scanner.scan(question).to_vec();
    let lane = engine.classify(question).lane;
    let candidates = candidates(engine, question, &hits);
    let mut runs = 0;
    for size in 1..=candidates.len() {
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            runs += 1;
            if runs > MOST_RUNS {
                return Flip::NotWithin(size - 1);
            }
            let hidden: Vec<_> = chosen.iter().map(|&at| candidates[at]).collect();
            let without = hide(engine, question, &hidden);
            if without.lane != lane {
                let field = |(segment, start, end): (u32, u32, u32)| {
                    let offset = question.segments()[segment as usize].start as u32;
                    (segment, start + offset, end + offset)
                };
                return Flip::Found { words: hidden.into_iter().map(field).collect(), lane: without.lane };
            }
            if !next_choice(&mut chosen, candidates.len()) {
                break;
            }
        }
    }
    Flip::NotWithin(candidates.len())
}

/// The verdict with some words hidden; each is the ordinal of its segment and its byte range in the segment's text.
#[must_use]
pub fn hide(engine: &Engine, question: &Question<'_>, hidden: &[(u32, u32, u32)]) -> Verdict {
    let mut texts: Vec<String> = question.segments().iter().map(|s| s.text.to_owned()).collect();
    let mut hidden = hidden.to_vec();
    // From the end, so that offsets before stay true.
    hidden.sort_unstable_by(|a, b| b.cmp(a));
    for (segment, start, end) in hidden {
        texts[segment as usize].replace_range(start as usize..end as usize, &HIDDEN.to_string());
    }
    let segments = question.segments().iter().zip(&texts);
    let masked = Question::of(segments.map(|(segment, text)| Segment { text, ..*segment }).collect());
    engine.classify(&masked)
}

/// One word for each distinct set of hits: hiding any word of a hit hides the hit, so words in the same hits are equal.
fn candidates(engine: &Engine, question: &Question<'_>, hits: &[Hit]) -> Vec<(u32, u32, u32)> {
    let mut covering: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
    let used = hits.iter().enumerate().filter(|(_, hit)| !engine.pack().uses.of(hit.cue).is_empty());
    for (at, hit) in used {
        for word in hit.words[0]..=hit.words[1] {
            covering.entry((hit.segment, word)).or_default().push(at);
        }
    }
    let mut seen: BTreeMap<Vec<usize>, (u32, u32)> = BTreeMap::new();
    for (place, hits) in covering {
        seen.entry(hits).or_insert(place);
    }
    let mut places: Vec<_> = seen.into_values().collect();
    places.sort_unstable();
    let place = |(segment, ordinal): (u32, u32)| {
        let word = words(question.segments()[segment as usize].text).nth(ordinal as usize)?;
        Some((segment, word.start as u32, word.end as u32))
    };
    places.into_iter().filter_map(place).collect()
}

/// The next choice of the same size in lexical order.
pub(crate) fn next_choice(chosen: &mut [usize], of: usize) -> bool {
    let size = chosen.len();
    let Some(at) = (0..size).rev().find(|&at| chosen[at] < of - (size - at)) else { return false };
    chosen[at] += 1;
    for next in at + 1..size {
        chosen[next] = chosen[next - 1] + 1;
    }
    true
}
