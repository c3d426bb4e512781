//! A phrase as a text may spell it.
//!
//! In: a phrase. Out: texts that it matches, each inflection and each way to run its words together among them.

use super::Linter;
use crate::{
    pack::{spelled, take_tildes},
    tables::MOST_JOINED,
    words::{Gap, fold, inflections, words},
};

/// Phrases of more spellings than this are not compared with others.
const MOST_SPELLINGS: usize = 20_000;

/// One spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spelling {
    pub(super) text: String,
    /// Whether words of the phrase are run together in it.
    pub(super) joined: bool,
}

/// A phrase as it is written, lists written out and words not inflected.
pub(super) fn plain(linter: &Linter, phrase: &str) -> Vec<String> {
    let texts = spelled(phrase, &linter.lists).unwrap_or_default();
    texts.iter().map(|text| take_tildes(text).0).collect()
}

/// All spellings of a phrase, the plain ones first; nothing where there are too many.
pub(super) fn spellings(linter: &Linter, phrase: &str) -> Option<Vec<Spelling>> {
    let mut all = Vec::new();
    for text in spelled(phrase, &linter.lists).ok()? {
        of_form(&text, &mut all)?;
    }
    all.sort_by_key(|spelling| spelling.joined);
    Some(all)
}

fn of_form(text: &str, all: &mut Vec<Spelling>) -> Option<()> {
    let (plain, inflected) = take_tildes(text);
    let found: Vec<_> = words(&plain).collect();
    let (first, last) = (found.first()?, found.last()?);
    let gaps = found.len() - 1;
    let joins = if found.len() <= MOST_JOINED { 1_u32 << gaps } else { 1 };
    for closed in 0..joins {
        if (0..gaps).any(|at| closed & 1 << at != 0 && found[at + 1].gap != Gap::LOOSE) {
            continue;
        }
        let mut texts = vec![plain[..first.start].to_owned()];
        for (at, word) in found.iter().enumerate() {
            let mut folded = String::new();
            fold(&plain[word.start..word.end], &mut folded);
            let closes = at < gaps && closed & 1 << at != 0;
            // Of words run together only the last inflects.
            let forms =
                if inflected.contains(&word.end) && !closes { inflections(&folded) } else { vec![folded] };
            let gap = match found.get(at + 1) {
                Some(_) if closes => "",
                Some(next) => &plain[word.end..next.start],
                None => &plain[last.end..],
            };
            let longer =
                texts.iter().flat_map(|text| forms.iter().map(move |form| format!("{text}{form}{gap}")));
            texts = longer.collect();
        }
        all.extend(texts.into_iter().map(|text| Spelling { text, joined: closed != 0 }));
        if all.len() > MOST_SPELLINGS {
            return None;
        }
    }
    Some(())
}
