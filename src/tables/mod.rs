//! What one pass over the words of a question needs.
//!
//! A table from folded words to kinds, and an automaton over kinds of words and the gaps between them. Words of one kind can
//! stand for each other in every phrase (`retrained` and `retraining`, where all phrases say `retrain~`). Each word of a
//! question starts one path through the automaton, and whatever phrases begin there end on that path. All is flat arrays, so
//! that those of the built-in pack are made when the program is built and are only read when it starts. Phrases written apart
//! but read together (`BlueGreen`) are paths of their own.

mod automaton;
mod builder;
mod lexicon;

use serde::{Deserialize, Serialize};

#[cfg(feature = "lint")]
pub(crate) use self::builder::MOST_JOINED;
pub(crate) use self::{
    automaton::Automaton,
    builder::Builder,
    lexicon::{Key, Lexicon},
};

/// The vocabulary and the phrases of a pack.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tables {
    pub(crate) lexicon: Lexicon,
    pub(crate) automaton: Automaton,
}

impl Tables {
    /// Makes what is not kept but made anew.
    pub(crate) fn prepare(&mut self) {
        self.lexicon.prepare();
        self.automaton.prepare();
    }
}

/// The range of one of many parts that stand one after the other.
fn part(ends: &[u32], at: u32) -> std::ops::Range<usize> {
    let at = at as usize;
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    start as usize..ends[at] as usize
}
