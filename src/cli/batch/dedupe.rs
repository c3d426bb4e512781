//! Records that stand twice: the same id, the same stem, or nearly the same.
//!
//! A stem is compared by its words: letter case, punctuation and white space do not count. Nearly the same means that of
//! the runs of three words of both stems together at least four in five are in both, as far as the sixteen smallest hashes
//! tell (a bottom-k sketch: A. Broder, "On the resemblance and containment of documents", 1997). The first record stays.

use std::collections::{BTreeMap, HashMap};

use clap::ValueEnum;
use firstlane::input::Record;

/// What happens to doubles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Dedupe {
    /// Say which they are
    Report,
    /// Say it, and leave all but the first out
    Drop,
}

/// Hashes of a sketch: with sixteen, four in five shared is told from two in three nine times out of ten.
const HASHES: usize = 16;
/// Shared hashes that make two stems nearly the same.
const NEAR: usize = 13;
/// Records are compared if one of this many smallest hashes is shared.
const KEYS: usize = 4;
/// More records than this under one key are too common to tell anything.
const MOST_PER_KEY: usize = 64;

/// What a record is compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sketch {
    id: u64,
    stem: u64,
    /// The smallest hashes of its runs of three words, sorted.
    hashes: Vec<u32>,
    pub(super) line: usize,
}

impl Sketch {
    pub(super) fn of(record: &Record<'_>) -> Self {
        let text = record.stem.to_lowercase();
        let words: Vec<u64> =
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(hash).collect();
        let mix = |hashes: &[u64]| {
            hashes.iter().fold(0, |mixed: u64, &hash| (mixed.rotate_left(21) ^ hash).wrapping_mul(PRIME))
        };
        let mut hashes: Vec<u32> = words.windows(3).map(|run| (mix(run) >> 32) as u32).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(HASHES);
        Self { id: hash(&record.id), stem: mix(&words), hashes, line: record.line }
    }

    /// Whether two stems are nearly the same.
    fn is_near(&self, other: &[u32]) -> bool {
        let (mut a, mut b, mut shared, mut seen) = (0, 0, 0, 0);
        // The smallest hashes of both together.
        while seen < HASHES && (a < self.hashes.len() || b < other.len()) {
            match (self.hashes.get(a), other.get(b)) {
                (Some(x), Some(y)) if x == y => {
                    shared += 1;
                    (a, b) = (a + 1, b + 1);
                }
                (Some(x), Some(y)) if x < y => a += 1,
                (Some(_), None) => a += 1,
                _ => b += 1,
            }
            seen += 1;
        }
        seen == HASHES && shared >= NEAR
    }
}

const PRIME: u64 = 0x9e37_79b9_7f4a_7c15;

/// FNV-1a, mixed once more.
fn hash(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 29)).wrapping_mul(PRIME)
}

/// The records so far. Memory grows with them, about 150 bytes each.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Files, and which of them a record is from.
    files: Vec<String>,
    places: Vec<(u32, u32)>,
    ids: HashMap<u64, u32>,
    stems: HashMap<u64, u32>,
    sketches: Vec<Box<[u32]>>,
    keys: BTreeMap<u32, Vec<u32>>,
}

impl Seen {
    /// Adds a record; says whether it is a double, of which place, and in what.
    pub(super) fn add(&mut self, file: &str, sketch: &Sketch) -> Option<String> {
        if self.files.last().is_none_or(|last| last != file) {
            self.files.push(file.to_owned());
        }
        let place = |at: u32| {
            let (file, line) = self.places[at as usize];
            format!("{}:{line}", self.files[file as usize])
        };
        let same_stem = self.stems.get(&sketch.stem).copied();
        let near = || {
            let keys = sketch.hashes.iter().take(KEYS).filter_map(|key| self.keys.get(key));
            let near = keys.flatten().copied().filter(|&at| sketch.is_near(&self.sketches[at as usize]));
            near.min()
        };
        let found = match (self.ids.get(&sketch.id), same_stem) {
            (Some(&at), _) => Some(format!("same id as {}", place(at))),
            (None, Some(at)) => Some(format!("same stem as {}", place(at))),
            (None, None) => near().map(|at| format!("nearly the same stem as {}", place(at))),
        };
        if found.is_none() {
            let at = self.places.len() as u32;
            self.places.push((self.files.len() as u32 - 1, sketch.line as u32));
            self.ids.insert(sketch.id, at);
            self.stems.insert(sketch.stem, at);
            for &key in sketch.hashes.iter().take(KEYS) {
                let under = self.keys.entry(key).or_default();
                if under.len() < MOST_PER_KEY {
                    under.push(at);
                }
            }
            self.sketches.push(sketch.hashes.clone().into());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(id: &str, line: usize, stem: &str) -> Sketch {
        Sketch::of(&Record {
            id: id.to_owned().into(),
            line,
            stem: stem.to_owned().into(),
            options: Vec::new(),
            labels: None,
        })
    }

    const STEM: &str = "A team trains a churn model every night, registers it, and serves it behind an endpoint. Last week \
        the accuracy on labelled data fell while latency stayed flat. Nobody changed the code. What should the team look at first?";

    #[test]
    fn doubles_are_told_from_records_of_their_own() {
        let mut seen = Seen::default();
        assert_eq!(seen.add("a", &sketch("1", 1, STEM)), None);
        assert_eq!(seen.add("a", &sketch("1", 2, "Something else entirely?")).unwrap(), "same id as a:1");
        let loud = STEM.to_uppercase().replace(", ", " ,\n");
        assert_eq!(seen.add("a", &sketch("2", 3, &loud)).unwrap(), "same stem as a:1");
        let near = STEM.replace("first?", "now?");
        assert_eq!(seen.add("b", &sketch("3", 1, &near)).unwrap(), "nearly the same stem as a:1");
        let other = STEM
            .replace("trains a churn model every night", "keeps features in tables")
            .replace("accuracy on labelled data fell", "joins came back empty")
            .replace("look at first", "do with the keys of the table");
        assert_eq!(seen.add("b", &sketch("4", 2, &other)), None);
        assert_eq!(seen.add("b", &sketch("5", 3, "What is drift?")), None);
        assert_eq!(seen.add("b", &sketch("6", 4, "What is skew?")), None);
    }
}
