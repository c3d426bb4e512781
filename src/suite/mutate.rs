//! Which mutants the cases notice.
//!
//! A mutant is killed if an example or a right answer of it no longer holds, or if the answer to a labelled question is
//! another (its lane, instinct, step, status, pairs or hooks): a bank is a record of answers, and `firstlane diff` shows each
//! one that changes. Which of the two it was is kept apart.

use std::collections::BTreeMap;

use super::{
    cases::Case,
    lists::Lists,
    matrix::{Matrix, Noticed},
    mutants::{self, Change, Edited, Mutant, Operator, Reach},
    negation, parallel,
    reach::{self, Standing},
};
use crate::{
    engine::Engine,
    pack::{CueIx, Pack, RuleIx, Sought},
    scan::{Hit, Scanner},
    score::Scorer,
};

/// What became of a mutant.
#[derive(Debug)]
pub struct Tried {
    /// The mutant.
    pub mutant: Mutant,
    /// The most that a case notices of it.
    pub noticed: Noticed,
    /// Whether what is changed matters to some case.
    pub reached: bool,
    /// The reason for which the pack accepts it.
    pub accepted: Option<String>,
}

impl Tried {
    /// Whether a case notices it.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        self.noticed > Noticed::Nothing
    }
}

/// Where cues that are not in the pack stand: changed phrases and regexes, looked for all at once.
#[derive(Debug)]
pub(super) struct Edits {
    /// For each, the cases and its hits there.
    stands: BTreeMap<Sought, Vec<(u32, Vec<Hit>)>>,
}

impl Edits {
    /// Looks for changed phrases and regexes in all cases.
    pub(super) fn scan(pack: &Pack, cases: &[Case<'_>], sought: Vec<Sought>) -> Self {
        let negation = pack.negation_phrases();
        let (looking, found) = pack.looking_for(&sought, negation.each_ref().map(|phrases| &phrases[..]));
        let engine = Engine::compile(looking);
        let hits = parallel::map(
            cases,
            || Scanner::new(&engine),
            |scanner, case| scanner.scan(&case.question).to_vec(),
        );
        let mut by_cue: BTreeMap<CueIx, Vec<(u32, Vec<Hit>)>> = BTreeMap::new();
        for (at, hits) in hits.into_iter().enumerate() {
            for hit in hits {
                let cases = by_cue.entry(hit.cue).or_default();
                match cases.last_mut() {
                    Some((case, hits)) if *case == at as u32 => hits.push(hit),
                    _ => cases.push((at as u32, vec![hit])),
                }
            }
        }
        let stands = sought.into_iter().zip(found);
        let stands = stands.filter_map(|(sought, cue)| Some((sought, by_cue.get(&cue?)?.clone())));
        Self { stands: stands.collect() }
    }

    /// The cases in which one stands, with its hits.
    pub(super) fn of(&self, sought: &Sought) -> &[(u32, Vec<Hit>)] {
        self.stands.get(sought).map_or(&[], Vec::as_slice)
    }
}

/// Tries the mutants of some rules, and those of the manifest if `manifest` holds, of some kinds.
pub(super) fn run(
    matrix: &Matrix<'_>,
    rules: &[RuleIx],
    manifest: bool,
    wanted: impl Fn(Operator) -> bool + Sync,
) -> Vec<Tried> {
    let pack = matrix.pack;
    let mutants_of = |rule: &RuleIx| {
        let mutants = mutants::of_rule(pack, *rule).into_iter();
        mutants.filter(|mutant| wanted(mutant.operator)).collect::<Vec<_>>()
    };
    let of_rules: Vec<Vec<Mutant>> = rules.iter().map(mutants_of).collect();
    let edited = of_rules.iter().flatten().filter_map(|mutant| match &mutant.change {
        Change::When { edited: Some(edited), .. } => Some(edited.sought.clone()),
        _ => None,
    });
    let edits = Edits::scan(pack, matrix.cases, edited.collect());
    let by_rule: Vec<(RuleIx, &Vec<Mutant>)> = rules.iter().copied().zip(&of_rules).collect();
    let noticed = parallel::map(
        &by_rule,
        || Scorer::new(pack),
        |scorer, (rule, mutants)| {
            let by_cue = matrix.by_cue(*rule);
            let standing = Standing::of(matrix, scorer, *rule);
            let tried = mutants.iter().map(|mutant| {
                let noticed = of_rule(matrix, scorer, *rule, mutant, &by_cue, &edits);
                (noticed, noticed > Noticed::Nothing || standing.reaches(matrix, scorer, *rule, mutant))
            });
            tried.collect::<Vec<_>>()
        },
    );
    let noticed = noticed.into_iter().flatten();
    let mut tried: Vec<Tried> = of_rules.into_iter().flatten().zip(noticed).map(try_with).collect();
    if manifest {
        let mutants = mutants::of_manifest(pack).into_iter().filter(|mutant| wanted(mutant.operator));
        let mutants: Vec<Mutant> = mutants.collect();
        let lists = Lists::new(matrix, &mutants);
        let noticed = parallel::map(
            &mutants,
            || Scorer::new(pack),
            |scorer, mutant| {
                let noticed = of_manifest(matrix, scorer, mutant, &lists);
                (noticed, noticed > Noticed::Nothing || reach::of_manifest(matrix, mutant, &lists))
            },
        );
        tried.extend(mutants.into_iter().zip(noticed).map(try_with));
    }
    tried
}

/// Whether the pack accepts a mutant is looked up here, so that what is noticed all the same can be told.
fn try_with((mutant, (noticed, reached)): (Mutant, (Noticed, bool))) -> Tried {
    Tried { mutant, noticed, reached, accepted: None }
}

/// The most that a case notices, as soon as it is known.
pub(super) fn most(noticed: impl Iterator<Item = Noticed>) -> Noticed {
    let mut most = Noticed::Nothing;
    for noticed in noticed {
        most = most.max(noticed);
        if most == Noticed::Broken {
            break;
        }
    }
    most
}

fn of_rule(
    matrix: &Matrix<'_>,
    scorer: &mut Scorer<'_>,
    rule: RuleIx,
    mutant: &Mutant,
    by_cue: &BTreeMap<CueIx, Vec<u32>>,
    edits: &Edits,
) -> Noticed {
    match &mutant.change {
        Change::Points(points) => {
            let firing = matrix.touching(rule).filter(|case| case.fires(rule));
            most(firing.map(|case| matrix.points(case, rule, points)))
        }
        Change::When { when, reach, edited } => {
            let more = edited.as_ref().map_or(&[][..], |edited| edits.of(&edited.sought));
            let cases: Vec<u32> = match reach {
                Reach::Fewer(cue) | Reach::More(cue) => by_cue.get(cue).cloned().unwrap_or_default(),
                Reach::Anywhere => {
                    let mut cases: Vec<u32> = by_cue.values().flatten().copied().collect();
                    cases.extend(more.iter().map(|(at, _)| at));
                    cases.sort_unstable();
                    cases.dedup();
                    cases
                }
            };
            most(cases.into_iter().filter_map(|at| {
                let case = &matrix.cases[at as usize];
                let fires = case.fires(rule);
                match reach {
                    _ if case.todo => return None,
                    Reach::Fewer(_) if !fires => return None,
                    _ => {}
                }
                let more = stand_ins(more, at, edited.as_ref());
                Some(matrix.conditions(scorer, case, rule, when, &more))
            }))
        }
        _ => Noticed::Nothing,
    }
}

/// The hits of a changed cue in a case, as those of the cue that stands for it.
fn stand_ins(stands: &[(u32, Vec<Hit>)], case: u32, edited: Option<&Edited>) -> Vec<Hit> {
    let Some(edited) = edited else { return Vec::new() };
    let Ok(found) = stands.binary_search_by_key(&case, |(at, _)| *at) else { return Vec::new() };
    stands[found].1.iter().map(|hit| Hit { cue: edited.stand_in, ..*hit }).collect()
}

fn of_manifest(matrix: &Matrix<'_>, scorer: &mut Scorer<'_>, mutant: &Mutant, lists: &Lists<'_>) -> Noticed {
    let questions = || matrix.cases.iter().filter(|case| !case.todo && case.truth().is_some());
    match &mutant.change {
        Change::Thresholds(thresholds) => most(questions().map(|case| matrix.thresholds(case, thresholds))),
        Change::Tie(kind) => most(questions().map(|case| matrix.tie(case, *kind))),
        Change::Negation(part, at) => negation::without(matrix, scorer, *part, *at),
        Change::List(list, at) => lists.without(scorer, *list, *at),
        Change::When { .. } | Change::Points(_) => Noticed::Nothing,
    }
}
