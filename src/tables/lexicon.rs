//! The words that stand in phrases, and the kind of each.

use serde::{Deserialize, Serialize};

use super::part;

/// The kind of each word that stands in some phrase.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Lexicon {
    /// A hash table with open addressing: the number of a word plus one, or 0. It is made anew where the tables are read: that
    /// takes less time than to read it.
    #[serde(skip)]
    slots: Vec<u32>,
    /// All words, one after the other.
    pub(super) text: String,
    /// Where each word ends in `text`.
    pub(super) ends: Vec<u32>,
    /// The kind of each word.
    pub(super) kinds: Vec<u32>,
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
        self.slots = vec![0; (words * 2 + 1).next_power_of_two()];
        let mask = self.slots.len() - 1;
        for number in 0..words as u32 {
            let mut at = Key::of(self.word(number).as_bytes()).hash();
            while self.slots[at & mask] != 0 {
                at += 1;
            }
            self.slots[at & mask] = number + 1;
        }
    }

    /// The kind of a word of ASCII in any letter case, with its key, if some phrase has it.
    pub(crate) fn kind(&self, key: Key, word: &[u8]) -> Option<u32> {
        self.search(key, |known| known.as_bytes().eq_ignore_ascii_case(word))
    }

    /// The kind of a folded word, if some phrase has it.
    pub(crate) fn folded(&self, word: &str) -> Option<u32> {
        self.search(Key::of(word.as_bytes()), |known| known == word)
    }

    fn search(&self, key: Key, equals: impl Fn(&str) -> bool) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut at = key.hash();
        loop {
            let number = self.slots[at & mask].checked_sub(1)?;
            if equals(self.word(number)) {
                return Some(self.kinds[number as usize]);
            }
            at += 1;
        }
    }

    fn word(&self, number: u32) -> &str {
        &self.text[part(&self.ends, number)]
    }
}
