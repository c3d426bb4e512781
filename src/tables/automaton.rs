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
    /// Made anew where the tables are read; one more than there are states.
    #[serde(skip)]
    states: Vec<State>,
}

/// A state: where its parts start. They end where those of the next start.
#[derive(Debug, Clone, Copy)]
struct State {
    /// A bit for each kind of word that leads on; several kinds share one.
    leads_on: u64,
    edges: u32,
    cues: u32,
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
        let ends = self.edge_ends.iter().zip(&self.cue_ends);
        let (mut edges, mut cues) = (0, 0);
        self.states = Vec::with_capacity(self.edge_ends.len() + 1);
        for (&edge_end, &cue_end) in ends {
            let of_state = &self.edges[edges as usize..edge_end as usize];
            let leads_on = of_state.iter().fold(0, |bits, edge| bits | bit(edge.kind));
            self.states.push(State { leads_on, edges, cues });
            (edges, cues) = (edge_end, cue_end);
        }
        self.states.push(State { leads_on: 0, edges, cues });
    }

    /// The cues that end at a state.
    #[inline]
    pub(crate) fn ends(&self, state: u32) -> &[End] {
        let [from, to] = [state, state + 1].map(|state| self.states[state as usize].cues as usize);
        &self.cues[from..to]
    }

    /// The state that a further word leads to.
    #[inline]
    pub(crate) fn step(&self, state: u32, gap: Gap, kind: u32) -> Option<u32> {
        if self.states[state as usize].leads_on & bit(kind) == 0 {
            return None;
        }
        self.search(state, gap, kind)
    }

    fn search(&self, state: u32, gap: Gap, kind: u32) -> Option<u32> {
        let [from, to] = [state, state + 1].map(|state| self.states[state as usize].edges as usize);
        let edges = &self.edges[from..to];
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
