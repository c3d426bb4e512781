//! What cases notice when a phrase of `[negation]` is gone.
//!
//! Negation weakens the hits behind it, so only the cases in which the phrase stands are read again, by an engine that looks
//! for nothing but the cues that stand there.

use std::collections::BTreeSet;

use super::{
    matrix::{Matrix, Noticed},
    mutate::most,
};
use crate::{
    engine::Engine,
    pack::{CueIx, Matcher, Sought, Use},
    scan::{Hit, Scanner},
    score::Scorer,
};

pub(super) fn without(matrix: &Matrix<'_>, scorer: &mut Scorer<'_>, part: usize, at: usize) -> Noticed {
    let pack = matrix.pack;
    let role = [Use::Negates, Use::NegatesNot, Use::NegatesQuestion][part];
    let mut negation = pack.negation_phrases();
    let phrase = negation[part].remove(at);
    let is_it =
        |hit: &Hit| pack.uses.of(hit.cue).contains(&role) && pack.cues[hit.cue.index()].text == phrase;
    // Negation does not decide whether a rule fires, so examples notice nothing.
    let questions = matrix.cases.iter().filter(|case| !case.todo && case.truth().is_some());
    let cases: Vec<_> = questions.filter(|case| case.hits.iter().any(is_it)).collect();
    let used = |hit: &&Hit| pack.uses.of(hit.cue).iter().any(|role| role.rule().is_some());
    let cues: BTreeSet<CueIx> =
        cases.iter().flat_map(|case| case.hits.iter().filter(used)).map(|hit| hit.cue).collect();
    let sought: Vec<Sought> = cues.iter().map(|cue| sought(&pack.cues[cue.index()])).collect();
    let (looking, found) = pack.looking_for(&sought, negation.each_ref().map(|phrases| &phrases[..]));
    let mut back = vec![None; looking.cues.len()];
    for (cue, found) in cues.into_iter().zip(found) {
        back[found.expect("it is a cue of the pack").index()] = Some(cue);
    }
    let engine = Engine::compile(looking);
    let mut scanner = Scanner::new(&engine);
    most(cases.into_iter().map(|case| {
        let hits = scanner.scan(&case.question).iter();
        let hits: Vec<Hit> =
            hits.filter_map(|hit| Some(Hit { cue: back[hit.cue.index()]?, ..*hit })).collect();
        matrix.fires(case, scorer.fire(&hits))
    }))
}

/// A cue of the pack, as something to look for.
pub(super) fn sought(cue: &crate::pack::Cue) -> Sought {
    match cue.matcher {
        Matcher::Phrase(_) => Sought::Phrase(cue.text.to_string()),
        Matcher::Pattern(_) => Sought::Pattern(cue.text.to_string()),
    }
}
