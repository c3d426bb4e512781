//! Phrases to tables: what one pass over the words of a question needs.
//!
//! In: the forms of all phrases. Out: a table from folded words to kinds, and an automaton over kinds of words and the
//! gaps between them. Words of one kind can stand for each other in every phrase (`retrained` and `retraining`, where all
//! phrases say `retrain~`). Each word of a question starts one path through the automaton, and whatever phrases begin there
//! end on that path. All is flat arrays, so that those of the built-in pack are made when the program is built and are only
//! read when it starts. Phrases written apart but read together (`BlueGreen`) are paths of their own.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    pack::{CueIx, Form},
    words::{Gap, inflections},
};

/// Phrases of at most this many words are also found with any of their words run together.
pub(crate) const MOST_JOINED: usize = 4;

/// The vocabulary and the phrases of a pack.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tables {
    pub(crate) lexicon: Lexicon,
    pub(crate) automaton: Automaton,
}

/// The kind of each word that stands in some phrase.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Lexicon {
    /// A hash table with open addressing. It is made anew where the tables are read: that takes less time than to read it.
    #[serde(skip)]
    slots: Vec<Slot>,
    /// All words, one after the other.
    text: String,
    /// Where each word ends in `text`.
    ends: Vec<u32>,
    /// The kind of each word.
    kinds: Vec<u32>,
    longest: usize,
}

/// A place of the hash table.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// The first eight bytes of the word.
    head: u64,
    /// Its length in bytes; 0 where there is none.
    length: u32,
    word: u32,
    kind: u32,
}

/// A word that stands in some phrase: its number and its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) word: u32,
    pub(crate) kind: u32,
}

/// Phrases as paths through states.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Automaton {
    /// Where a first word of each kind leads; 0 is nowhere.
    starts: Vec<u32>,
    /// The edges of all states, one state after the other, each sorted by kind.
    edges: Vec<Edge>,
    /// Where the edges of each state end.
    edge_ends: Vec<u32>,
    /// The cues that end at each state, one state after the other.
    cues: Vec<End>,
    /// Where the cues of each state end.
    cue_ends: Vec<u32>,
    /// Punctuation that cues ask for, before and behind.
    around: Vec<(String, String)>,
    /// Made anew where the tables are read.
    #[serde(skip)]
    states: Vec<State>,
}

/// Where the parts of a state begin; they end where those of the next begin.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// A bit for each kind of word that leads on; several kinds share one.
    leads_on: u64,
    edges: u32,
    cues: u32,
}

/// A further word of a phrase.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Edge {
    kind: u32,
    state: u32,
    gap: Gap,
}

/// A cue that ends at a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) cue: CueIx,
    /// The punctuation that it asks for around it: position in [`Automaton::around`] plus one, or 0.
    around: u32,
}

impl Lexicon {
    /// Makes the hash table, at most half full, so that a search ends soon.
    fn prepare(&mut self) {
        let words = self.ends.len();
        self.slots = vec![Slot::default(); (words * 2 + 1).next_power_of_two()];
        let mask = self.slots.len() - 1;
        for number in 0..words as u32 {
            let word = self.word(number);
            let (head, hash) = read(word);
            let length = word.len() as u32;
            let mut slot = hash & mask;
            while self.slots[slot].length != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = Slot { head, length, word: number, kind: self.kinds[number as usize] };
        }
    }

    /// The word at the beginning of a text, if some phrase has it. It is `length` bytes of ASCII in any letter case.
    #[inline]
    pub(crate) fn ascii(&self, text: &[u8], length: usize) -> Option<Known> {
        let (head, hash) = read_ahead(text, length);
        // Up to eight bytes of ASCII the heads are the words.
        self.find(head, hash, length, |known| {
            length <= 8 || known.as_bytes().eq_ignore_ascii_case(&text[..length])
        })
    }

    /// A folded word, if some phrase has it.
    pub(crate) fn folded(&self, word: &str) -> Option<Known> {
        let (head, hash) = read(word);
        self.find(head, hash, word.len(), |known| known == word)
    }

    #[inline]
    fn find(&self, head: u64, hash: usize, length: usize, equals: impl Fn(&str) -> bool) -> Option<Known> {
        let mask = self.slots.len() - 1;
        let mut at = hash & mask;
        loop {
            let slot = self.slots[at];
            if slot.head == head && slot.length as usize == length && equals(self.word(slot.word)) {
                return Some(Known { word: slot.word, kind: slot.kind });
            }
            if slot.length == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// How many words there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    fn word(&self, number: u32) -> &str {
        &self.text[part(&self.ends, number)]
    }

    /// Length in bytes of the longest word: a longer one is in no phrase.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }
}

impl Tables {
    /// Makes what is not kept but made anew.
    pub(crate) fn prepare(&mut self) {
        self.lexicon.prepare();
        self.automaton.prepare();
    }
}

impl Automaton {
    fn prepare(&mut self) {
        self.states = Vec::with_capacity(self.edge_ends.len() + 1);
        let (mut edges, mut cues) = (0, 0);
        for (&edge_end, &cue_end) in self.edge_ends.iter().zip(&self.cue_ends) {
            let of_state = &self.edges[edges as usize..edge_end as usize];
            let leads_on = of_state.iter().fold(0, |bits, edge| bits | bit(edge.kind));
            self.states.push(State { leads_on, edges, cues });
            (edges, cues) = (edge_end, cue_end);
        }
        self.states.push(State { leads_on: 0, edges, cues });
    }

    /// The state that a first word leads to.
    pub(crate) fn start(&self, kind: u32) -> Option<u32> {
        Some(self.starts[kind as usize]).filter(|&state| state != 0)
    }

    /// The cues that end at a state, and where words lead from it.
    #[inline]
    pub(crate) fn state(&self, state: u32) -> (&[End], Edges) {
        let at = state as usize;
        let [State { leads_on, edges, cues }, next] = [self.states[at], self.states[at + 1]];
        (&self.cues[cues as usize..next.cues as usize], Edges { leads_on, from: edges, to: next.edges })
    }

    /// The state that a further word leads to.
    #[inline]
    pub(crate) fn step(&self, edges: Edges, gap: Gap, kind: u32) -> Option<u32> {
        if edges.leads_on & bit(kind) == 0 {
            return None;
        }
        let edges = &self.edges[edges.from as usize..edges.to as usize];
        let first = edges.partition_point(|edge| edge.kind < kind);
        let mut of_kind = edges[first..].iter().take_while(|edge| edge.kind == kind);
        of_kind.find(|edge| edge.gap == gap).map(|edge| edge.state)
    }

    /// The punctuation that a cue asks for around it, if it does.
    #[inline]
    pub(crate) fn around(&self, end: End) -> Option<(&str, &str)> {
        let (lead, trail) = &self.around[end.around.checked_sub(1)? as usize];
        Some((lead, trail))
    }
}

/// Where words lead from a state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edges {
    leads_on: u64,
    from: u32,
    to: u32,
}

fn bit(kind: u32) -> u64 {
    1 << (kind % 64)
}

/// The range of one of many parts that stand one after the other.
fn part(ends: &[u32], at: u32) -> std::ops::Range<usize> {
    let at = at as usize;
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    start as usize..ends[at] as usize
}

/// The bit in which letters of both cases differ, and which digits and apostrophes have.
const LOWER: u64 = 0x2020_2020_2020_2020;

/// The first eight bytes of a word in lower case, and its hash.
fn read(word: &str) -> (u64, usize) {
    let bytes = word.as_bytes();
    let mut head = [0; 8];
    let first = bytes.len().min(8);
    head[..first].copy_from_slice(&bytes[..first]);
    hash(u64::from_le_bytes(head), &bytes[first..], bytes.len())
}

/// The same of the word at the beginning of a text, sooner.
#[inline]
fn read_ahead(text: &[u8], length: usize) -> (u64, usize) {
    match text.first_chunk() {
        Some(head) if length < 8 => {
            let head = u64::from_le_bytes(*head) & !(u64::MAX << (length * 8));
            hash(head, &[], length)
        }
        Some(head) => hash(u64::from_le_bytes(*head), &text[8..length], length),
        None => {
            let mut head = [0; 8];
            head[..length].copy_from_slice(&text[..length]);
            hash(u64::from_le_bytes(head), &[], length)
        }
    }
}

/// Mixes a word eight bytes at a time; words are short, and the high bits are the best mixed.
#[inline]
fn hash(head: u64, rest: &[u8], length: usize) -> (u64, usize) {
    // Of a shorter word, the bytes behind it are zero and stay so.
    let used = if length < 8 { !(u64::MAX << (length * 8)) } else { u64::MAX };
    let head = head | (LOWER & used);
    let mix = |hash: u64, part: u64| {
        let product = (hash ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product ^ (product >> 32)
    };
    let rest = rest
        .chunks(8)
        .map(|chunk| chunk.iter().rev().fold(0, |part, &byte| (part << 8) | u64::from(byte | 0x20)));
    (head, rest.fold(mix(length as u64, head), mix) as usize)
}

/// Adds phrases one by one.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    /// Numbers of words, and the classes of each.
    numbers: BTreeMap<String, u32>,
    word_classes: Vec<Vec<u32>>,
    /// Classes by their written form: the words run together, and whether the last inflects.
    classes: BTreeMap<(String, bool), u32>,
    roots: BTreeMap<u32, u32>,
    edges: BTreeMap<(u32, u32, Gap), u32>,
    cues: Vec<Vec<End>>,
    around: Vec<(String, String)>,
}

impl Builder {
    /// Adds a form of a phrase.
    pub(crate) fn add(&mut self, form: &Form, cue: CueIx) {
        let gaps = form.words.len() - 1;
        let joins = if form.words.len() <= MOST_JOINED { 1_u32 << gaps } else { 1 };
        // Each bit of `closed` is a gap with nothing in it. Punctuation cannot be left out.
        for closed in 0..joins {
            let possible = (0..gaps).all(|at| closed & 1 << at == 0 || form.words[at + 1].gap == Gap::LOOSE);
            if possible {
                self.add_joined(form, closed, cue);
            }
        }
    }

    fn add_joined(&mut self, form: &Form, closed: u32, cue: CueIx) {
        let mut node = 0;
        let mut at = 0;
        while at < form.words.len() {
            let first = at;
            let mut text = form.words[at].text.clone();
            while at < form.words.len() - 1 && closed & 1 << at != 0 {
                at += 1;
                text += &form.words[at].text;
            }
            // Of words run together only the last inflects, as in `rollbacks`.
            let class = self.class(text, form.words[at].inflects);
            node = self.node(node, form.words[first].gap, class);
            at += 1;
        }
        let end = End { cue, around: self.around(form) };
        let ends = &mut self.cues[node as usize];
        if !ends.contains(&end) {
            ends.push(end);
        }
    }

    fn around(&mut self, form: &Form) -> u32 {
        if form.lead.is_empty() && form.trail.is_empty() {
            return 0;
        }
        let around = (form.lead.clone(), form.trail.clone());
        let known = self.around.iter().position(|known| *known == around);
        let at = known.unwrap_or_else(|| {
            self.around.push(around);
            self.around.len() - 1
        });
        at as u32 + 1
    }

    fn class(&mut self, text: String, inflects: bool) -> u32 {
        let next = self.classes.len() as u32;
        let forms = if inflects { inflections(&text) } else { vec![text.clone()] };
        let class = *self.classes.entry((text, inflects)).or_insert(next);
        if class == next {
            for form in forms {
                let number = self.numbers.len() as u32;
                let number = *self.numbers.entry(form).or_insert(number);
                if number as usize == self.word_classes.len() {
                    self.word_classes.push(Vec::new());
                }
                self.word_classes[number as usize].push(class);
            }
        }
        class
    }

    fn node(&mut self, from: u32, gap: Gap, class: u32) -> u32 {
        // Node 0 is the root, at which nothing ends.
        let next = self.cues.len().max(1) as u32;
        let node = match from {
            0 => *self.roots.entry(class).or_insert(next),
            _ => *self.edges.entry((from, class, gap)).or_insert(next),
        };
        if node == next {
            self.cues.resize(next as usize + 1, Vec::new());
        }
        node
    }

    /// The tables of all phrases that were added.
    pub(crate) fn finish(self) -> Tables {
        let mut lexicon = Lexicon::default();
        let mut words: Vec<_> = self.numbers.into_iter().collect();
        words.sort_by_key(|(_, number)| *number);
        // Words in the same classes are of one kind.
        let mut kinds: Vec<Vec<u32>> = Vec::new();
        let mut known = BTreeMap::new();
        for ((word, _), classes) in words.into_iter().zip(self.word_classes) {
            lexicon.text += &word;
            lexicon.ends.push(lexicon.text.len() as u32);
            lexicon.longest = lexicon.longest.max(word.len());
            let kind = *known.entry(classes.clone()).or_insert_with(|| {
                kinds.push(classes);
                kinds.len() as u32 - 1
            });
            lexicon.kinds.push(kind);
        }
        let mut nodes = vec![Node::default(); self.cues.len().max(1)];
        for ((from, class, gap), to) in self.edges {
            nodes[from as usize].edges.push((class, gap, to));
        }
        for (node, cues) in nodes.iter_mut().zip(self.cues) {
            node.cues = cues;
        }
        for (class, to) in self.roots {
            nodes[0].edges.push((class, Gap::LOOSE, to));
        }
        let automaton = Automaton { around: self.around, ..determinized(&nodes, &kinds) };
        let mut tables = Tables { lexicon, automaton };
        tables.prepare();
        tables
    }
}

/// A node of the tree of all phrases: the classes of words that lead on, and the cues that end here. A word may be in
/// several classes, and so lead to several nodes.
#[derive(Debug, Clone, Default)]
struct Node {
    edges: Vec<(u32, Gap, u32)>,
    cues: Vec<End>,
}

/// The automaton whose states are sets of nodes, by the subset construction: each word leads to one state.
fn determinized(nodes: &[Node], kinds: &[Vec<u32>]) -> Automaton {
    let mut kinds_of_class: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (kind, classes) in kinds.iter().enumerate() {
        for &class in classes {
            kinds_of_class.entry(class).or_default().push(kind as u32);
        }
    }
    let mut automaton = Automaton { starts: vec![0; kinds.len()], ..Automaton::default() };
    // State 0 is the root, whose edges are the starts.
    let root = BTreeSet::from([0]);
    let mut states = vec![root.clone()];
    let mut known = BTreeMap::from([(root, 0)]);
    let mut at = 0;
    while at < states.len() {
        let mut leads: BTreeMap<(u32, Gap), BTreeSet<u32>> = BTreeMap::new();
        let mut cues: Vec<End> = Vec::new();
        for &node in &states[at] {
            for &(class, gap, to) in &nodes[node as usize].edges {
                for &kind in &kinds_of_class[&class] {
                    leads.entry((kind, gap)).or_default().insert(to);
                }
            }
            cues.extend(&nodes[node as usize].cues);
        }
        cues.sort_unstable();
        cues.dedup();
        for ((kind, gap), set) in leads {
            let state = *known.entry(set).or_insert_with_key(|set| {
                states.push(set.clone());
                states.len() as u32 - 1
            });
            if at == 0 {
                automaton.starts[kind as usize] = state;
            } else {
                automaton.edges.push(Edge { kind, state, gap });
            }
        }
        automaton.edge_ends.push(automaton.edges.len() as u32);
        automaton.cues.extend(cues);
        automaton.cue_ends.push(automaton.cues.len() as u32);
        at += 1;
    }
    automaton
}
