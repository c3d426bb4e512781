//! Phrases to tables: what one pass over the words of a question needs.
//!
//! In: the forms of all phrases. Out: a table from folded words to numbers, and a trie whose edges are a gap and a class
//! of words (`retrain~` is one class of four words). Both are flat arrays, so that those of the built-in pack are made
//! when the program is built and are only read when it starts. Phrases written apart but read together (`BlueGreen`) are
//! paths of their own in the same trie.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use crate::{
    pack::{CueIx, Form},
    words::{Gap, inflections},
};

/// Phrases of at most this many words are also found with any of their words run together.
const MOST_JOINED: usize = 4;

/// The vocabulary and the phrases of a pack.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Tables {
    pub(crate) lexicon: Lexicon,
    pub(crate) trie: Trie,
}

/// A number for each word that stands in some phrase.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Lexicon {
    /// A hash table with open addressing. It is made anew where the tables are read: that takes less time than to read it.
    #[serde(skip)]
    slots: Vec<Slot>,
    /// All words, one after the other.
    text: String,
    /// Where each word ends in `text`.
    ends: Vec<u32>,
    /// The classes of all words, one word after the other.
    classes: Vec<u32>,
    /// Where the classes of each word end in `classes`.
    class_ends: Vec<u32>,
    longest: usize,
}

/// A place of the hash table.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// The first eight bytes of the word.
    head: u64,
    /// Its length in bytes; 0 where there is none.
    length: u32,
    number: u32,
}

/// Phrases as paths.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Trie {
    /// Where a class leads from the root; 0 is nowhere.
    roots: Vec<u32>,
    /// Where each word leads from the root, one word after the other. This and what is below is made anew where the
    /// tables are read.
    #[serde(skip)]
    starts: Vec<u32>,
    #[serde(skip)]
    start_ends: Vec<u32>,
    #[serde(skip)]
    nodes: Vec<Node>,
    /// The edges of all nodes, one node after the other.
    edges: Vec<Edge>,
    /// Where the edges of each node end.
    edge_ends: Vec<u32>,
    /// The cues that end at each node, one node after the other.
    cues: Vec<End>,
    /// Where the cues of each node end.
    cue_ends: Vec<u32>,
}

/// Where the parts of a node begin; they end where those of the next begin.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// A bit for each class that leads on; several classes share one.
    leads_on: u64,
    edges: u32,
    cues: u32,
}

/// A further word of a phrase.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Edge {
    class: u32,
    node: u32,
    gap: Gap,
}

/// A cue that ends at a node, with the punctuation it asks for around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) cue: CueIx,
    #[serde(borrow)]
    pub(crate) lead: Cow<'static, str>,
    #[serde(borrow)]
    pub(crate) trail: Cow<'static, str>,
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
            self.slots[slot] = Slot { head, length, number };
        }
    }

    /// The number of the word at the beginning of a text, if some phrase has it. The word is `length` bytes of ASCII in
    /// any letter case.
    pub(crate) fn ascii(&self, text: &[u8], length: usize) -> Option<u32> {
        self.find(&text[..length], read_ahead(text, length))
    }

    /// The number of a folded word, if some phrase has it.
    pub(crate) fn folded(&self, word: &str) -> Option<u32> {
        self.find(word.as_bytes(), read(word))
    }

    fn find(&self, word: &[u8], (head, hash): (u64, usize)) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut at = hash & mask;
        loop {
            let slot = self.slots[at];
            if slot.length as usize == word.len() && slot.head == head {
                // Up to eight bytes of ASCII the heads are the words.
                let is_head = word.len() <= 8 && head & NOT_ASCII == 0;
                if is_head || self.word(slot.number).as_bytes().eq_ignore_ascii_case(word) {
                    return Some(slot.number);
                }
            }
            if slot.length == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    fn word(&self, number: u32) -> &str {
        &self.text[part(&self.ends, number)]
    }

    /// The classes of a word.
    pub(crate) fn classes(&self, number: u32) -> &[u32] {
        &self.classes[part(&self.class_ends, number)]
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
        let Self { lexicon, trie } = self;
        (trie.starts, trie.start_ends, trie.nodes) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..lexicon.ends.len() as u32 {
            let nodes = lexicon.classes(number).iter().map(|&class| trie.roots[class as usize]);
            trie.starts.extend(nodes.filter(|&node| node != 0));
            trie.start_ends.push(trie.starts.len() as u32);
        }
        trie.nodes.reserve(trie.edge_ends.len() + 1);
        let (mut edges, mut cues) = (0, 0);
        for (&edge_end, &cue_end) in trie.edge_ends.iter().zip(&trie.cue_ends) {
            let of_node = &trie.edges[edges as usize..edge_end as usize];
            let leads_on = of_node.iter().fold(0, |bits, edge| bits | class_bit(edge.class));
            trie.nodes.push(Node { leads_on, edges, cues });
            (edges, cues) = (edge_end, cue_end);
        }
        trie.nodes.push(Node { leads_on: 0, edges, cues });
    }
}

fn class_bit(class: u32) -> u64 {
    1 << (class % 64)
}

impl Trie {
    /// The nodes that a first word leads to.
    pub(crate) fn starts(&self, number: u32) -> &[u32] {
        &self.starts[part(&self.start_ends, number)]
    }

    /// The nodes that a further word, with these classes, leads to.
    pub(crate) fn steps<'t>(&'t self, node: u32, gap: Gap, classes: &'t [u32]) -> impl Iterator<Item = u32> + 't {
        let [Node { leads_on, edges, .. }, next] = self.node(node);
        let bits = classes.iter().fold(0, |bits, &class| bits | class_bit(class));
        let edges = if leads_on & bits == 0 { edges..edges } else { edges..next.edges };
        let edges = &self.edges[edges.start as usize..edges.end as usize];
        edges.iter().filter(move |edge| edge.gap == gap && classes.contains(&edge.class)).map(|edge| edge.node)
    }

    /// Whether a node has edges.
    pub(crate) fn goes_on(&self, node: u32) -> bool {
        self.node(node)[0].leads_on != 0
    }

    /// The cues that end at a node.
    pub(crate) fn ends(&self, node: u32) -> &[End] {
        let [node, next] = self.node(node);
        &self.cues[node.cues as usize..next.cues as usize]
    }

    /// A node and the one behind it.
    fn node(&self, node: u32) -> [Node; 2] {
        let at = node as usize;
        [self.nodes[at], self.nodes[at + 1]]
    }
}

/// The range of one of many parts that stand one after the other.
fn part(ends: &[u32], at: u32) -> std::ops::Range<usize> {
    let at = at as usize;
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    start as usize..ends[at] as usize
}

/// The bits that no byte of ASCII has.
const NOT_ASCII: u64 = 0x8080_8080_8080_8080;
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
fn hash(head: u64, rest: &[u8], length: usize) -> (u64, usize) {
    // Of a shorter word, the bytes behind it are zero and stay so.
    let used = if length < 8 { !(u64::MAX << (length * 8)) } else { u64::MAX };
    let head = head | (LOWER & used);
    let mix = |hash: u64, part: u64| {
        let product = (hash ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product ^ (product >> 32)
    };
    let rest = rest.chunks(8).map(|chunk| {
        chunk.iter().rev().fold(0, |part, &byte| (part << 8) | u64::from(byte | 0x20))
    });
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
        let end = End { cue, lead: form.lead.clone().into(), trail: form.trail.clone().into() };
        let ends = &mut self.cues[node as usize];
        if !ends.contains(&end) {
            ends.push(end);
        }
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
        for ((word, _), classes) in words.into_iter().zip(self.word_classes) {
            lexicon.text += &word;
            lexicon.ends.push(lexicon.text.len() as u32);
            lexicon.classes.extend(classes);
            lexicon.class_ends.push(lexicon.classes.len() as u32);
            lexicon.longest = lexicon.longest.max(word.len());
        }
        let mut trie = Trie { roots: vec![0; self.classes.len()], ..Trie::default() };
        for (class, node) in self.roots {
            trie.roots[class as usize] = node;
        }
        let mut edges = self.edges.into_iter().peekable();
        for (node, cues) in self.cues.into_iter().enumerate() {
            while let Some(((_, class, gap), to)) = edges.next_if(|((from, ..), _)| *from as usize == node) {
                trie.edges.push(Edge { class, node: to, gap });
            }
            trie.edge_ends.push(trie.edges.len() as u32);
            trie.cues.extend(cues);
            trie.cue_ends.push(trie.cues.len() as u32);
        }
        let mut tables = Tables { lexicon, trie };
        tables.prepare();
        tables
    }
}
