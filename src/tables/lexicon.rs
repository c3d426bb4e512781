//! The words that stand in phrases, and the kind of each.

use serde::{Deserialize, Serialize};

use super::part;

/// The kind of each word that stands in some phrase.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Lexicon {
    /// A hash table with open addressing. It is made anew where the tables are read: that takes less time than to read it.
    #[serde(skip)]
    slots: Vec<Slot>,
    /// All words, one after the other.
    pub(super) text: String,
    /// Where each word ends in `text`.
    pub(super) ends: Vec<u32>,
    /// The kind of each word.
    pub(super) kinds: Vec<u32>,
}

/// A place of the hash table.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: Key,
    word: u32,
    kind: u32,
}

/// A word as it is compared: its first eight bytes and its last eight, in lower case, and its length. Up to sixteen bytes this
/// is all of it; of a word of up to eight bytes the last eight are nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Key {
    head: u64,
    tail: u64,
    /// In bytes; 0 where there is no word.
    length: u32,
}

/// A word that stands in some phrase: its number and its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) word: u32,
    pub(crate) kind: u32,
}

/// The bit in which letters of both cases differ, and which digits and apostrophes have.
const LOWER: u64 = 0x2020_2020_2020_2020;

impl Key {
    /// The key of a word that is all ASCII, in any letter case, or that is folded.
    #[inline]
    pub(crate) fn of(word: &[u8]) -> Self {
        let length = word.len() as u32;
        match (word.first_chunk(), word.last_chunk()) {
            (Some(head), Some(tail)) => {
                let tail = if length > 8 { u64::from_le_bytes(*tail) | LOWER } else { 0 };
                Self { head: u64::from_le_bytes(*head) | LOWER, tail, length }
            }
            _ => {
                let mut head = [0; 8];
                head[..word.len()].copy_from_slice(word);
                Self::short(u64::from_le_bytes(head), word.len())
            }
        }
    }

    /// The key of the word at the beginning of a text. It is `length` bytes of ASCII in any letter case.
    #[inline]
    pub(crate) fn ahead(text: &[u8], length: usize) -> Self {
        match text.first_chunk() {
            Some(head) if length < 8 => Self::short(u64::from_le_bytes(*head), length),
            _ => Self::of(&text[..length]),
        }
    }

    /// The key of a word of less than eight bytes, whatever stands behind them.
    #[inline]
    fn short(head: u64, length: usize) -> Self {
        let used = !(u64::MAX << (length * 8));
        Self { head: (head | LOWER) & used, tail: 0, length: length as u32 }
    }

    /// Whether it is all of the word.
    #[inline]
    pub(crate) fn is_whole(self) -> bool {
        self.length <= 16
    }

    /// A hash, best mixed in its low bits.
    #[inline]
    pub(crate) fn hash(self) -> usize {
        let mixed = (self.head ^ self.tail.rotate_left(29) ^ u64::from(self.length))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed ^ (mixed >> 32)) as usize
    }
}

impl Lexicon {
    /// Makes the hash table, at most half full, so that a search ends soon.
    pub(super) fn prepare(&mut self) {
        let words = self.ends.len();
        self.slots = vec![Slot::default(); (words * 2 + 1).next_power_of_two()];
        let mask = self.slots.len() - 1;
        for number in 0..words as u32 {
            let key = Key::of(self.word(number).as_bytes());
            let mut slot = key.hash() & mask;
            while self.slots[slot].key.length != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = Slot { key, word: number, kind: self.kinds[number as usize] };
        }
    }

    /// A word of ASCII in any letter case, with its key, if some phrase has it.
    #[inline]
    pub(crate) fn find(&self, key: Key, word: &[u8]) -> Option<Known> {
        self.search(key, |known| key.is_whole() || self.word(known).as_bytes().eq_ignore_ascii_case(word))
    }

    /// A folded word, if some phrase has it.
    pub(crate) fn folded(&self, word: &str) -> Option<Known> {
        // Of letters beyond ASCII the key is not all.
        self.search(Key::of(word.as_bytes()), |known| self.word(known) == word)
    }

    #[inline]
    fn search(&self, key: Key, equals: impl Fn(u32) -> bool) -> Option<Known> {
        let mask = self.slots.len() - 1;
        let mut at = key.hash();
        loop {
            let slot = &self.slots[at & mask];
            if slot.key == key && equals(slot.word) {
                return Some(Known { word: slot.word, kind: slot.kind });
            }
            if slot.key.length == 0 {
                return None;
            }
            at += 1;
        }
    }

    /// How many words there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn word(&self, number: u32) -> &str {
        &self.text[part(&self.ends, number)]
    }
}
