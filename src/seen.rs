//! Words that were seen, and what the pack knows of them.
//!
//! In: a word as it is written. Out: its kind in the phrases, and the marks in it that wake regexes. Most words of a question
//! were in one of the questions before, so the answers are kept: one look at a small table stands for a search of the lexicon
//! and of all literals of regexes.

use std::collections::BTreeMap;

use crate::{
    alarm::Mark,
    engine::Engine,
    tables::Key,
    words::{self, Word},
};

/// Pairs of words that are remembered: more words than stand in most banks, and few enough to stay in a processor's cache.
const PAIRS: usize = 4096;
/// Of more different lists of marks than this all is forgotten.
const MOST_LISTS: usize = 4096;

/// What the pack knows of a word.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Meaning {
    /// The kind of it in the phrases, plus one; 0 if no phrase has it.
    kind: u32,
    /// Which list of marks it has; 0 if it has none.
    marks: u32,
}

impl Meaning {
    /// Its kind, if some phrase has the word.
    #[inline]
    pub(crate) fn kind(self) -> Option<u32> {
        self.kind.checked_sub(1)
    }

    /// Which list of marks it has, if any.
    #[inline]
    pub(crate) fn marks(self) -> Option<usize> {
        (self.marks != 0).then_some(self.marks as usize)
    }
}

/// Words and what the pack knows of them.
#[derive(Debug)]
pub(crate) struct Seen<'e> {
    engine: &'e Engine,
    /// By the hash of their keys, the later of a pair first: the next takes the place of the earlier.
    pairs: Vec<[(Key, Meaning); 2]>,
    /// Different lists of marks; the first is empty.
    lists: Vec<Vec<Mark>>,
    /// The position of each among them.
    known: BTreeMap<Vec<Mark>, u32>,
    /// The marks of the word at hand.
    marks: Vec<Mark>,
    folded: String,
}

impl<'e> Seen<'e> {
    pub(crate) fn new(engine: &'e Engine) -> Self {
        Self {
            engine,
            pairs: vec![Default::default(); PAIRS],
            lists: vec![Vec::new()],
            known: BTreeMap::new(),
            marks: Vec::new(),
            folded: String::new(),
        }
    }

    /// Forgets all if there is too much of it. What was said before is not valid any more.
    pub(crate) fn tidy(&mut self) {
        if self.lists.len() > MOST_LISTS {
            self.pairs.fill(Default::default());
            self.lists.truncate(1);
            self.known.clear();
        }
    }

    /// What the pack knows of a word of a text.
    #[inline]
    pub(crate) fn meaning(&mut self, text: &str, word: Word) -> Meaning {
        if word.ascii {
            let key = Key::ahead(&text.as_bytes()[word.start..], word.end - word.start);
            let [later, earlier] = &self.pairs[key.hash() % PAIRS];
            if later.0 == key {
                return later.1;
            }
            if earlier.0 == key {
                return earlier.1;
            }
            return self.look_up(&text[word.start..word.end], key);
        }
        self.folded.clear();
        words::fold(&text[word.start..word.end], &mut self.folded);
        let kind = self.engine.tables.lexicon.folded(&self.folded);
        self.with_marks(&text[word.start..word.end], kind)
    }

    /// The lists of marks.
    #[inline]
    pub(crate) fn lists(&self) -> &[Vec<Mark>] {
        &self.lists
    }

    #[cold]
    fn look_up(&mut self, written: &str, key: Key) -> Meaning {
        let kind = self.engine.tables.lexicon.kind(key, written.as_bytes());
        let meaning = self.with_marks(written, kind);
        // Of longer words the key is not all.
        if key.is_whole() {
            let [later, earlier] = &mut self.pairs[key.hash() % PAIRS];
            *earlier = std::mem::replace(later, (key, meaning));
        }
        meaning
    }

    fn with_marks(&mut self, written: &str, kind: Option<u32>) -> Meaning {
        let kind = kind.map_or(0, |kind| kind + 1);
        self.marks.clear();
        self.engine.alarm.marks(written.as_bytes(), &mut self.marks);
        if self.marks.is_empty() {
            return Meaning { kind, marks: 0 };
        }
        let marks = match self.known.get(&self.marks) {
            Some(&known) => known,
            None => {
                let next = self.lists.len() as u32;
                self.lists.push(self.marks.clone());
                self.known.insert(self.marks.clone(), next);
                next
            }
        };
        Meaning { kind, marks }
    }
}
