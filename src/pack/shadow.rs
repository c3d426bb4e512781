//! Packs that only look: made from a sound pack, to see where changed phrases and regexes would stand.
//!
//! In: phrases and regexes, which may use the lists of the pack, and the phrases of negation. Out: a pack without rules that
//! looks for them. What cannot be a cue is left out; the pack itself was checked before.

use std::collections::BTreeMap;

use toml::Spanned;

use super::{Cue, CueIx, Matcher, Pack, Pattern, Use, Uses, phrase};
use crate::problem::Place;

/// A phrase or regex to look for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sought {
    Phrase(String),
    Pattern(String),
}

impl Pack {
    /// A pack that looks for these; gives the cue of each, where it can be one.
    pub(crate) fn looking_for(
        &self,
        sought: &[Sought],
        negation: [&[String]; 3],
    ) -> (Self, Vec<Option<CueIx>>) {
        let lists: phrase::Lists = self
            .lists
            .iter()
            .map(|list| {
                let phrases = list.phrases.iter();
                (
                    list.name.clone(),
                    phrases.map(|p| Spanned::new(p.place.span.clone(), p.text.clone())).collect(),
                )
            })
            .collect();
        let mut cues = Vec::new();
        let mut known: BTreeMap<Sought, Option<CueIx>> = BTreeMap::new();
        let mut uses: Vec<Vec<Use>> = Vec::new();
        let mut cue = |sought: &Sought, role: Option<Use>| {
            let ix: Option<CueIx> = *known.entry(sought.clone()).or_insert_with(|| {
                let (text, matcher) = match sought {
                    Sought::Phrase(text) => (text, Matcher::Phrase(phrase::forms(text, &lists).ok()?)),
                    Sought::Pattern(text) => (text, Matcher::Pattern(Pattern::parse(text).ok()?)),
                };
                cues.push(Cue { text: text.clone().into(), matcher });
                uses.push(Vec::new());
                Some(CueIx(cues.len() as u32 - 1))
            });
            let ix = ix?;
            uses[ix.index()].extend(role);
            Some(ix)
        };
        for (phrases, role) in negation.into_iter().zip([Use::Negates, Use::NegatesNot, Use::NegatesQuestion])
        {
            for phrase in phrases {
                cue(&Sought::Phrase(phrase.clone()), Some(role));
            }
        }
        let found = sought.iter().map(|sought| cue(sought, None)).collect();
        let pack = Self {
            name: self.name.clone(),
            title: self.title.clone(),
            version: self.version.clone(),
            source: self.source.clone(),
            zones: self.zones,
            thresholds: self.thresholds.clone(),
            negation: self.negation.clone(),
            calibration: Vec::new(),
            chapters: Vec::new(),
            targets: Vec::new(),
            kinds: Default::default(),
            rules: Vec::new(),
            cues,
            uses: Uses::new(uses),
            lists: Vec::new(),
            negation_words: Default::default(),
            targets_places: Vec::new(),
            thresholds_places: Vec::new(),
            accepts: Vec::new(),
            allows: Vec::new(),
            place: Place::default(),
        };
        (pack, found)
    }

    /// The phrases of its negation: what negates, what does not, what turns a question round.
    pub(crate) fn negation_phrases(&self) -> [Vec<String>; 3] {
        self.negation_words.each_ref().map(|phrases| phrases.iter().map(|p| p.text.clone()).collect())
    }
}
