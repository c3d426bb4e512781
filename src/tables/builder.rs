//! Phrases to tables.
//!
//! In: the forms of all phrases. Out: the lexicon and the automaton.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Tables,
    automaton::{Automaton, Edge, End},
    lexicon::Lexicon,
};
use crate::{
    pack::{CueIx, Form},
    words::{Gap, inflections},
};

/// Phrases of at most this many words are also found with any of their words run together.
pub(crate) const MOST_JOINED: usize = 4;

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
        let mut automaton = determinized(&nodes, &kinds);
        automaton.around = self.around;
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
    let leads = |set: &BTreeSet<u32>| {
        let mut leads: BTreeMap<(u32, Gap), BTreeSet<u32>> = BTreeMap::new();
        for &node in set {
            for &(class, gap, to) in &nodes[node as usize].edges {
                for &kind in &kinds_of_class[&class] {
                    leads.entry((kind, gap)).or_default().insert(to);
                }
            }
        }
        leads
    };
    // A first word of kind `k` leads to state `k`, to which nothing may end and from which nothing may lead.
    let mut states = vec![BTreeSet::new(); kinds.len()];
    for ((kind, _), set) in leads(&BTreeSet::from([0])) {
        states[kind as usize] = set;
    }
    let mut known: BTreeMap<BTreeSet<u32>, u32> = states.iter().cloned().zip(0..).collect();
    let mut automaton = Automaton::default();
    let mut at = 0;
    while at < states.len() {
        let mut cues: Vec<End> = Vec::new();
        for &node in &states[at] {
            cues.extend(&nodes[node as usize].cues);
        }
        cues.sort_unstable();
        cues.dedup();
        for ((kind, gap), set) in leads(&states[at]) {
            let state = *known.entry(set).or_insert_with_key(|set| {
                states.push(set.clone());
                states.len() as u32 - 1
            });
            automaton.edges.push(Edge { kind, state, gap });
        }
        automaton.edge_ends.push(automaton.edges.len() as u32);
        automaton.cues.extend(cues);
        automaton.cue_ends.push(automaton.cues.len() as u32);
        at += 1;
    }
    automaton
}
