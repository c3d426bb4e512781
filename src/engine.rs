//! Pack to engine: the tables that one pass over the words of a question needs.
//!
//! All phrases of all rules are in one automaton over words: a table from folded words to numbers, and a trie whose
//! edges are a gap and a class of words (`retrain~` is one class of four words). Whole words, letter case, hyphens and
//! line breaks therefore cost nothing while scanning. Phrases written apart but read together (`BlueGreen`) are forms of
//! their own in the same trie. Regexes are kept aside and run only on segments that hold one of their literals, which
//! one Aho-Corasick automaton finds for all of them.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use rustc_hash::FxHashMap;

use crate::{
    decide::{self, Verdict},
    pack::{CueIx, Form, Matcher, Pack, Use},
    question::Question,
    scan::Scanner,
    score,
    words::{Gap, inflections},
};

/// Phrases of at most this many words are also found with any of their words run together.
const MOST_JOINED: usize = 4;

/// A pack made ready for scanning. Immutable and shared by all workers.
#[derive(Debug)]
pub struct Engine {
    pub(crate) pack: Pack,
    pub(crate) lexicon: Lexicon,
    pub(crate) trie: Trie,
    pub(crate) literals: Option<Literals>,
    /// Regexes that have no literal to look for first.
    pub(crate) always: Vec<CueIx>,
    /// What each cue does to negation.
    pub(crate) negates: Vec<Negates>,
}

/// What a cue does to negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Negates {
    /// Nothing.
    Nothing,
    /// It negates what follows.
    Cue,
    /// It holds a negating word without negating.
    Not,
    /// It turns the question round where it stands in the ask, and negates elsewhere if another cue in it does.
    Question,
}

impl Negates {
    fn of(uses: &[Use]) -> Self {
        if uses.contains(&Use::NegatesNot) {
            Self::Not
        } else if uses.contains(&Use::NegatesQuestion) {
            Self::Question
        } else if uses.contains(&Use::Negates) {
            Self::Cue
        } else {
            Self::Nothing
        }
    }
}

/// A number for each word that stands in some phrase.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    numbers: FxHashMap<Box<str>, u32>,
    /// For each word, the classes it is in.
    classes: Vec<Vec<u32>>,
    longest: usize,
}

/// Phrases as paths.
#[derive(Debug, Default)]
pub(crate) struct Trie {
    /// Where a class leads from the root; 0 is nowhere.
    roots: Vec<u32>,
    edges: FxHashMap<(u32, Gap, u32), u32>,
    /// Cues that end at a node.
    ends: Vec<Vec<End>>,
}

/// A cue that ends at a node, with the punctuation it asks for around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) cue: CueIx,
    pub(crate) lead: Box<str>,
    pub(crate) trail: Box<str>,
}

/// The literals of the regexes.
#[derive(Debug)]
pub(crate) struct Literals {
    pub(crate) automaton: AhoCorasick,
    /// For each literal, the regexes that need it or one of its kind.
    pub(crate) wakes: Vec<Vec<CueIx>>,
}

impl Engine {
    /// Makes a pack ready for scanning.
    #[must_use]
    pub fn compile(pack: Pack) -> Self {
        let mut builder = Builder::default();
        let mut always = Vec::new();
        let mut wakes: BTreeMap<&[u8], Vec<CueIx>> = BTreeMap::new();
        for (at, cue) in pack.cues.iter().enumerate() {
            let ix = CueIx(at as u32);
            match &cue.matcher {
                Matcher::Phrase(forms) => forms.iter().for_each(|form| builder.add(form, ix)),
                Matcher::Pattern(pattern) if pattern.literals.is_empty() => always.push(ix),
                Matcher::Pattern(pattern) => {
                    for literal in &pattern.literals {
                        wakes.entry(literal).or_default().push(ix);
                    }
                }
            }
        }
        let literals = (!wakes.is_empty()).then(|| Literals {
            automaton: AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .build(wakes.keys())
                .expect("the literals of a pack are few and short"),
            wakes: wakes.into_values().collect(),
        });
        let negates = pack.uses.iter().map(|uses| Negates::of(uses)).collect();
        let Builder { lexicon, trie, .. } = builder;
        Self { pack, lexicon, trie, literals, always, negates }
    }

    /// The engine of the built-in pack.
    #[must_use]
    pub fn builtin() -> Self {
        Self::compile(Pack::builtin())
    }

    /// The pack that it was made from.
    #[must_use]
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Classifies one question. For many, a [`Scanner`] reuses its memory.
    ///
    /// Evidence is kept for losing lanes too, so that a reader can see why they lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use firstlane::{Engine, Question};
    ///
    /// let engine = Engine::builtin();
    /// let verdict = engine.classify(&Question::split("Send 5% of traffic to the canary endpoint first."));
    /// let lane = verdict.lane.map(|ix| engine.pack().target(ix).id.as_str());
    /// assert_eq!(lane, Some("serving-and-rollout"));
    /// ```
    #[must_use]
    pub fn classify(&self, question: &Question<'_>) -> Verdict {
        let mut scanner = Scanner::new(self);
        let hits = scanner.scan(question);
        decide::decide(&self.pack, &score::score(&self.pack, hits), hits)
    }
}

impl Lexicon {
    /// The number of a folded word, if some phrase has it.
    pub(crate) fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    /// The classes of a word.
    pub(crate) fn classes(&self, number: u32) -> &[u32] {
        &self.classes[number as usize]
    }

    /// Length in bytes of the longest word: a longer one is in no phrase.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }
}

impl Trie {
    /// The node that a first word of a class leads to.
    pub(crate) fn root(&self, class: u32) -> Option<u32> {
        self.roots.get(class as usize).copied().filter(|&node| node != 0)
    }

    /// The node that a further word leads to.
    pub(crate) fn step(&self, node: u32, gap: Gap, class: u32) -> Option<u32> {
        self.edges.get(&(node, gap, class)).copied()
    }

    /// The cues that end at a node.
    pub(crate) fn ends(&self, node: u32) -> &[End] {
        &self.ends[node as usize]
    }
}

/// Adds phrases one by one.
#[derive(Default)]
struct Builder {
    lexicon: Lexicon,
    trie: Trie,
    /// Classes by their written form: the words run together, and whether the last inflects.
    classes: FxHashMap<(String, bool), u32>,
}

impl Builder {
    fn add(&mut self, form: &Form, cue: CueIx) {
        let gaps = form.words.len() - 1;
        let joins = if form.words.len() <= MOST_JOINED { 1_u32 << gaps } else { 1 };
        // Each bit of `closed` is a gap with nothing in it. Punctuation cannot be left out.
        for closed in 0..joins {
            let open_hard = (0..gaps).all(|at| closed & 1 << at == 0 || form.words[at + 1].gap == Gap::LOOSE);
            if open_hard {
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
        let end = End { cue, lead: form.lead.as_str().into(), trail: form.trail.as_str().into() };
        let ends = &mut self.trie.ends[node as usize];
        if !ends.contains(&end) {
            ends.push(end);
        }
    }

    fn class(&mut self, text: String, inflects: bool) -> u32 {
        if let Some(&class) = self.classes.get(&(text.clone(), inflects)) {
            return class;
        }
        let class = self.classes.len() as u32;
        let forms = if inflects { inflections(&text) } else { vec![text.clone()] };
        for form in forms {
            self.lexicon.longest = self.lexicon.longest.max(form.len());
            let next = self.lexicon.numbers.len() as u32;
            let number = *self.lexicon.numbers.entry(form.into()).or_insert(next);
            if number == next {
                self.lexicon.classes.push(Vec::new());
            }
            self.lexicon.classes[number as usize].push(class);
        }
        self.classes.insert((text, inflects), class);
        class
    }

    fn node(&mut self, from: u32, gap: Gap, class: u32) -> u32 {
        if self.trie.ends.is_empty() {
            self.trie.ends.push(Vec::new());
        }
        let next = self.trie.ends.len() as u32;
        let node = if from == 0 {
            if self.trie.roots.len() <= class as usize {
                self.trie.roots.resize(class as usize + 1, 0);
            }
            let root = &mut self.trie.roots[class as usize];
            if *root == 0 {
                *root = next;
            }
            *root
        } else {
            *self.trie.edges.entry((from, gap, class)).or_insert(next)
        };
        if node == next {
            self.trie.ends.push(Vec::new());
        }
        node
    }
}
