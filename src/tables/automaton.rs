//! Phrases as paths through states.

use serde::{Deserialize, Serialize};

use crate::{pack::CueIx, words::Gap};

/// Phrases as paths through states. A first word of kind `k` leads to state `k`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Automaton {
    /// The edges of all states, one state after the other, each sorted by kind.
    pub(super) edges: Vec<Edge>,
    /// Where the edges of each state end.
    pub(super) edge_ends: Vec<u32>,
    /// The cues that end at each state, one state after the other.
    pub(super) cues: Vec<End>,
    /// Where the cues of each state end.
    pub(super) cue_ends: Vec<u32>,
    /// Punctuation that cues ask for, before and behind.
    pub(super) around: Vec<(String, String)>,
    /// Made anew where the tables are read.
    #[serde(skip)]
    states: Vec<State>,
}

/// A state and where its parts stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State {
    /// A bit for each kind of word that leads on; several kinds share one.
    leads_on: u64,
    edges: [u32; 2],
    cues: [u32; 2],
}

/// A further word of a phrase.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Edge {
    pub(super) kind: u32,
    pub(super) state: u32,
    pub(super) gap: Gap,
}

/// A cue that ends at a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) cue: CueIx,
    /// The punctuation that it asks for around it: position in [`Automaton::around`] plus one, or 0.
    pub(super) around: u32,
}

impl Automaton {
    pub(super) fn prepare(&mut self) {
        let starts = |ends: &[u32]| std::iter::once(0).chain(ends.iter().copied()).collect::<Vec<_>>();
        let (edges, cues) = (starts(&self.edge_ends), starts(&self.cue_ends));
        let state = |(edges, cues): (&[u32], &[u32])| State {
            leads_on: self.edges[edges[0] as usize..edges[1] as usize]
                .iter()
                .fold(0, |bits, edge| bits | bit(edge.kind)),
            edges: [edges[0], edges[1]],
            cues: [cues[0], cues[1]],
        };
        self.states = edges.windows(2).zip(cues.windows(2)).map(state).collect();
    }

    /// A state.
    #[inline]
    pub(crate) fn state(&self, state: u32) -> &State {
        &self.states[state as usize]
    }

    /// The cues that end at a state.
    #[inline]
    pub(crate) fn ends(&self, state: &State) -> &[End] {
        &self.cues[state.cues[0] as usize..state.cues[1] as usize]
    }

    /// The state that a further word leads to.
    #[inline]
    pub(crate) fn step(&self, state: &State, gap: Gap, kind: u32) -> Option<u32> {
        if state.leads_on & bit(kind) == 0 {
            return None;
        }
        self.search(state, gap, kind)
    }

    fn search(&self, state: &State, gap: Gap, kind: u32) -> Option<u32> {
        let edges = &self.edges[state.edges[0] as usize..state.edges[1] as usize];
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

fn bit(kind: u32) -> u64 {
    1 << (kind % 64)
}
