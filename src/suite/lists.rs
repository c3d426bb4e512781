//! What cases notice when a phrase of a list is gone.
//!
//! A phrase with a list is looked for once for each entry of the list, so that it is known which entry a hit is owed to.
//! Without an entry, a phrase stands where one of its other entries stands.

use std::collections::BTreeMap;

use super::{
    matrix::{Matrix, Noticed},
    mutants::{Change, Mutant},
    mutate::{Edits, most},
};
use crate::{
    pack::{CueIx, Matcher, Pack, Sought},
    scan::Hit,
    score::Scorer,
};

/// Where phrases with lists stand, entry by entry.
#[derive(Debug)]
pub(super) struct Lists<'m> {
    matrix: &'m Matrix<'m>,
    /// For each list, the cues that hold it.
    holders: Vec<Vec<CueIx>>,
    edits: Edits,
}

impl<'m> Lists<'m> {
    /// Looks for what the mutants of lists need.
    pub(super) fn new(matrix: &'m Matrix<'m>, mutants: &[Mutant]) -> Self {
        let pack = matrix.pack;
        let mut holders = vec![Vec::new(); pack.lists.len()];
        let mut sought = Vec::new();
        let changed = |list: usize| {
            mutants.iter().any(|mutant| matches!(mutant.change, Change::List(other, _) if other == list))
        };
        for list in (0..pack.lists.len()).filter(|list| changed(*list)) {
            let holds = |cue: &CueIx| !with_entry(pack, *cue, list, 0).is_empty();
            holders[list] = (0..pack.cues.len()).map(|at| CueIx(at as u32)).filter(holds).collect();
            for cue in &holders[list] {
                for at in 0..pack.lists[list].phrases.len() {
                    sought.extend(with_entry(pack, *cue, list, at));
                }
            }
        }
        Self { matrix, holders, edits: Edits::scan(pack, matrix.cases, sought) }
    }

    /// What cases notice without an entry of a list.
    pub(super) fn without(&self, scorer: &mut Scorer<'_>, list: usize, entry: usize) -> Noticed {
        let pack = self.matrix.pack;
        // The hits that only this entry makes, by case and cue.
        let mut lost: BTreeMap<u32, BTreeMap<CueIx, Vec<Hit>>> = BTreeMap::new();
        for &cue in &self.holders[list] {
            for sought in with_entry(pack, cue, list, entry) {
                for (case, hits) in self.edits.of(&sought) {
                    lost.entry(*case).or_default().entry(cue).or_default().extend(hits);
                }
            }
        }
        most(lost.into_iter().filter(|(case, _)| !self.matrix.cases[*case as usize].todo).map(
            |(at, cues)| {
                let gone: Vec<(CueIx, Vec<Hit>)> = cues
                    .into_iter()
                    .map(|(cue, hits)| (cue, self.only_from(at, cue, [list, entry], hits)))
                    .collect();
                self.case(scorer, at, &gone)
            },
        ))
    }

    /// Whether an entry stands in a case in which a rule that looks for it fires.
    pub(super) fn fired(&self, list: usize, entry: usize) -> bool {
        let pack = self.matrix.pack;
        self.holders[list].iter().any(|&cue| {
            let rules = || pack.uses.of(cue).iter().filter_map(|role| role.rule());
            with_entry(pack, cue, list, entry).iter().any(|sought| {
                self.edits.of(sought).iter().any(|(case, _)| {
                    let case = &self.matrix.cases[*case as usize];
                    !case.todo && rules().any(|rule| case.fires(rule))
                })
            })
        })
    }

    /// Of the hits of an entry, those that no other entry makes.
    fn only_from(&self, at: u32, cue: CueIx, [list, entry]: [usize; 2], mut hits: Vec<Hit>) -> Vec<Hit> {
        let pack = self.matrix.pack;
        let place = |hit: &Hit| (hit.segment, hit.start, hit.end);
        for other in (0..pack.lists[list].phrases.len()).filter(|other| *other != entry) {
            for sought in with_entry(pack, cue, list, other) {
                let stands = self.edits.of(&sought);
                if let Ok(found) = stands.binary_search_by_key(&at, |(case, _)| *case) {
                    hits.retain(|hit| stands[found].1.iter().all(|other| place(other) != place(hit)));
                }
            }
        }
        hits
    }

    /// What a case notices when cues lose hits.
    fn case(&self, scorer: &mut Scorer<'_>, at: u32, gone: &[(CueIx, Vec<Hit>)]) -> Noticed {
        let (pack, case) = (self.matrix.pack, &self.matrix.cases[at as usize]);
        let place = |hit: &Hit| (hit.segment, hit.start, hit.end);
        let is_gone = |hit: &Hit| {
            gone.iter().any(|(cue, hits)| *cue == hit.cue && hits.iter().any(|h| place(h) == place(hit)))
        };
        if gone.iter().all(|(_, hits)| hits.is_empty()) {
            return Noticed::Nothing;
        }
        let hits: Vec<Hit> = case.hits.iter().filter(|hit| !is_gone(hit)).copied().collect();
        match case.expects {
            super::Expects::Answer(_) => self.matrix.fires(case, scorer.fire(&hits)),
            super::Expects::Fires(rule) | super::Expects::Silent(rule) => {
                let fires = scorer.fire_alone(rule, &pack.rule(rule).when, &hits).is_some();
                if case.holds() && fires != case.fires(rule) { Noticed::Broken } else { Noticed::Nothing }
            }
        }
    }
}

/// A cue with one entry in place of a list, for each place of the list; nothing if the cue does not hold the list.
pub(super) fn with_entry(pack: &Pack, cue: CueIx, list: usize, entry: usize) -> Vec<Sought> {
    let cue = &pack.cues[cue.index()];
    if matches!(cue.matcher, Matcher::Pattern(_)) {
        return Vec::new();
    }
    let entry = &pack.lists[list].phrases[entry].text;
    texts(pack, &cue.text, list, entry).into_iter().map(Sought::Phrase).collect()
}

fn texts(pack: &Pack, phrase: &str, list: usize, entry: &str) -> Vec<String> {
    let mut texts_with = Vec::new();
    let slots =
        phrase.match_indices('{').filter_map(|(open, _)| Some((open, open + phrase[open..].find('}')?)));
    for (open, close) in slots {
        let name = &phrase[open + 1..close];
        let put = |inner: &str| format!("{}{inner}{}", &phrase[..open], &phrase[close + 1..]);
        if name == pack.lists[list].name {
            texts_with.push(put(entry));
        } else if let Some(other) = pack.lists.iter().find(|other| other.name == name) {
            // The list may stand in this one; lists do not stand in a circle.
            for within in &other.phrases {
                texts_with.extend(texts(pack, &within.text, list, entry).iter().map(|inner| put(inner)));
            }
        }
    }
    texts_with
}
