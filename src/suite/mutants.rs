//! Mutants: every small way to weaken a pack.
//!
//! In: a pack with its places. Out: one [`Mutant`] for each change, with the place and the text that would be written there.
//! What a mutant does to answers is found out in `mutate`.

use super::boundary;
use crate::{
    pack::{CueIx, Detail, Kind, Matcher, Pack, Part, RuleIx, Sought, TargetIx, Thresholds, When, ZoneSet},
    problem::Place,
};

/// Points of a rule are at most this, either way.
const MOST_POINTS: f64 = 10.0;

/// The kinds of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// A phrase is taken out of `words`, `near` or `all`.
    DropPhrase,
    /// A regex is taken out.
    DropPattern,
    /// A phrase is taken out of `none`.
    DropException,
    /// A group of `all` is taken out.
    DropGroup,
    /// A word no longer stands for its inflections.
    ExactWord,
    /// A regex loses the edge of a word.
    DropBoundary,
    /// A rule looks in all zones.
    DropZones,
    /// Half as many words may stand between the two groups of `near`.
    HalveWithin,
    /// Twice as many words may.
    DoubleWithin,
    /// The points for a lane go to the next one.
    SwapLane,
    /// Half the points.
    HalveWeight,
    /// Twice the points.
    DoubleWeight,
    /// The opposite of the points.
    FlipWeight,
    /// Half a threshold, or half the margin.
    HalveThreshold,
    /// Twice a threshold, or twice the margin.
    DoubleThreshold,
    /// Of equals the last wins, not the first.
    BreakTie,
    /// A phrase is taken out of `[negation]`.
    DropNegation,
    /// A phrase is taken out of a list.
    DropListPhrase,
}

impl Operator {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::DropPhrase,
        Self::DropPattern,
        Self::DropException,
        Self::DropGroup,
        Self::DropListPhrase,
        Self::ExactWord,
        Self::DropBoundary,
        Self::DropZones,
        Self::HalveWithin,
        Self::DoubleWithin,
        Self::SwapLane,
        Self::HalveWeight,
        Self::DoubleWeight,
        Self::FlipWeight,
        Self::HalveThreshold,
        Self::DoubleThreshold,
        Self::BreakTie,
        Self::DropNegation,
    ];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DropPhrase => "drop-phrase",
            Self::DropPattern => "drop-pattern",
            Self::DropException => "drop-exception",
            Self::DropGroup => "drop-group",
            Self::DropListPhrase => "drop-list-phrase",
            Self::ExactWord => "exact-word",
            Self::DropBoundary => "drop-boundary",
            Self::DropZones => "drop-zones",
            Self::HalveWithin => "halve-within",
            Self::DoubleWithin => "double-within",
            Self::SwapLane => "swap-lane",
            Self::HalveWeight => "halve-weight",
            Self::DoubleWeight => "double-weight",
            Self::FlipWeight => "flip-weight",
            Self::HalveThreshold => "halve-threshold",
            Self::DoubleThreshold => "double-threshold",
            Self::BreakTie => "break-tie",
            Self::DropNegation => "drop-negation",
        }
    }
}

/// A changed pack.
#[derive(Debug)]
pub struct Mutant {
    /// The rule that is changed; nothing if the manifest or a list is.
    pub rule: Option<RuleIx>,
    /// How it is changed.
    pub operator: Operator,
    /// What is changed, so that operator and this name the mutant in its rule.
    pub what: String,
    /// Where that is written.
    pub place: Place,
    /// What would stand there; nothing if it is taken out.
    pub instead: Option<String>,
    pub(super) change: Change,
}

impl Mutant {
    /// The name by which the pack can accept it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.operator.name(), self.what)
    }
}

/// What is changed, as the engine sees it.
#[derive(Debug)]
pub(super) enum Change {
    /// Other conditions. A phrase or regex that is not in the pack stands in them as the cue `Self::stand_in`.
    When { when: Box<When>, reach: Reach, edited: Option<Edited> },
    /// Other points.
    Points(Vec<(TargetIx, f64)>),
    /// Other thresholds.
    Thresholds(Thresholds),
    /// Ties of this kind of target.
    Tie(Kind),
    /// Less negation: part of `[negation]` and ordinal in it.
    Negation(usize, usize),
    /// A list without a phrase: ordinals of both.
    List(usize, usize),
}

/// A cue of a rule that reads otherwise.
#[derive(Debug, Clone)]
pub(super) struct Edited {
    /// How it reads.
    pub(super) sought: Sought,
    /// The cue that stands for it in the conditions; the rule does not use it otherwise.
    pub(super) stand_in: CueIx,
}

/// Where a change of conditions can show.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reach {
    /// Where the rule fires and this cue stands: one way to fire less.
    Fewer(CueIx),
    /// Where this cue stands: one exception less.
    More(CueIx),
    /// Wherever a cue of the rule stands.
    Anywhere,
}

/// The mutants of a rule.
pub(super) fn of_rule(pack: &Pack, rule: RuleIx) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    cues(pack, rule, &mut mutants);
    limits(pack, rule, &mut mutants);
    weights(pack, rule, &mut mutants);
    mutants
}

fn cues(pack: &Pack, ix: RuleIx, mutants: &mut Vec<Mutant>) {
    let rule = pack.rule(ix);
    let used = |cue: CueIx| rule.written.iter().any(|written| written.cue == cue);
    let stand_in = (0..=pack.cues.len()).map(|at| CueIx(at as u32)).find(|cue| !used(*cue));
    let stand_in = stand_in.expect("a rule does not use more cues than there are");
    for written in &rule.written {
        let (cue, part) = (written.cue, written.part);
        let text = &pack.cues[cue.index()].text;
        let operator = match part {
            Part::Patterns => Operator::DropPattern,
            Part::None => Operator::DropException,
            _ => Operator::DropPhrase,
        };
        let what = format!("{}: {text}", key(part));
        let mut mutant = |operator, what: String, instead, to: Option<Edited>| {
            let when = replaced(&rule.when, part, cue, to.as_ref().map(|edited| edited.stand_in));
            let reach = match part {
                Part::None if to.is_none() => Reach::More(cue),
                Part::None => Reach::Anywhere,
                _ if when.only_all() != rule.when.only_all() => Reach::Anywhere,
                _ if operator == Operator::DropBoundary => Reach::Anywhere,
                _ => Reach::Fewer(cue),
            };
            let change = Change::When { when: Box::new(when), reach, edited: to };
            mutants.push(Mutant {
                rule: Some(ix),
                operator,
                what,
                place: written.place.clone(),
                instead,
                change,
            });
        };
        mutant(operator, what.clone(), None, None);
        let (operator, edits) = match pack.cues[cue.index()].matcher {
            Matcher::Phrase(_) => (Operator::ExactWord, boundary::without_tildes(text)),
            Matcher::Pattern(_) => (Operator::DropBoundary, boundary::without_edges(text)),
        };
        for edit in edits {
            let sought = match operator {
                Operator::ExactWord => Sought::Phrase(edit.clone()),
                _ => Sought::Pattern(edit.clone()),
            };
            let instead = boundary::literal(&written.place, &edit);
            mutant(operator, format!("{what} -> {edit}"), Some(instead), Some(Edited { sought, stand_in }));
        }
    }
}

/// The key of a part, as people write it.
pub(super) fn key(part: Part) -> String {
    match part {
        Part::Words => "words".to_owned(),
        Part::Patterns => "patterns".to_owned(),
        Part::Near => "near.words".to_owned(),
        Part::NearTo => "near.to".to_owned(),
        Part::All(group) => format!("all[{}]", group + 1),
        Part::None => "none".to_owned(),
    }
}

/// Conditions with one cue of a part taken out or replaced.
pub(super) fn replaced(when: &When, part: Part, cue: CueIx, by: Option<CueIx>) -> When {
    let mut when = when.clone();
    let cues = match part {
        Part::Words | Part::Patterns => Some(&mut when.any),
        Part::Near => when.near.as_mut().map(|near| &mut near.words),
        Part::NearTo => when.near.as_mut().map(|near| &mut near.to),
        Part::All(group) => when.all.get_mut(usize::from(group)),
        Part::None => Some(&mut when.none),
    };
    let cues = cues.expect("the cue was read from this part");
    let at = cues.iter().position(|other| *other == cue).expect("the cue was read from this part");
    cues.splice(at..=at, by);
    when
}

fn limits(pack: &Pack, ix: RuleIx, mutants: &mut Vec<Mutant>) {
    let rule = pack.rule(ix);
    let mut push = |operator, what: String, place: &Place, instead, when: When| {
        let change = Change::When { when: Box::new(when), reach: Reach::Anywhere, edited: None };
        mutants.push(Mutant { rule: Some(ix), operator, what, place: place.clone(), instead, change });
    };
    for (at, place) in rule.limits.groups.iter().enumerate() {
        let mut when = rule.when.clone();
        when.all.remove(at);
        // A rule without any condition would be a fault, not a mutant.
        if !(when.only_all() && when.all.is_empty()) {
            push(Operator::DropGroup, format!("all[{}]", at + 1), place, None, when);
        }
    }
    if let Some(place) = &rule.limits.zones
        && rule.when.zones != ZoneSet::default()
    {
        let when = When { zones: ZoneSet::default(), ..rule.when.clone() };
        push(
            Operator::DropZones,
            "zones".to_owned(),
            place,
            Some(r#"["story", "ask", "option"]"#.to_owned()),
            when,
        );
    }
    if let (Some(place), Some(near)) = (&rule.limits.within, &rule.when.near) {
        let (half, double) = (near.within / 2, (near.within * 2).max(1));
        for (operator, within) in [(Operator::HalveWithin, half), (Operator::DoubleWithin, double)] {
            if within != near.within {
                let mut when = rule.when.clone();
                when.near.as_mut().expect("it has one").within = within;
                push(operator, format!("near.within -> {within}"), place, Some(within.to_string()), when);
            }
        }
    }
}

fn weights(pack: &Pack, ix: RuleIx, mutants: &mut Vec<Mutant>) {
    let rule = pack.rule(ix);
    for (at, (&(target, points), place)) in rule.points.iter().zip(&rule.points_places).enumerate() {
        let double = (points * 2.0).clamp(-MOST_POINTS, MOST_POINTS);
        for (operator, other) in [
            (Operator::HalveWeight, points / 2.0),
            (Operator::DoubleWeight, double),
            (Operator::FlipWeight, -points),
        ] {
            if other == points {
                continue;
            }
            let mut changed = rule.points.clone();
            changed[at].1 = other;
            mutants.push(Mutant {
                rule: Some(ix),
                operator,
                what: format!("{} -> {other}", pack.target(target).id),
                place: place.clone(),
                instead: Some(other.to_string()),
                change: Change::Points(changed),
            });
        }
    }
    mutants.extend(swapped_lane(pack, ix));
}

/// The most points for a lane go to the next lane that the rule does not speak of.
fn swapped_lane(pack: &Pack, ix: RuleIx) -> Option<Mutant> {
    let rule = pack.rule(ix);
    let lanes = rule.points.iter().enumerate().filter(|(_, (target, points))| {
        *points > 0.0 && matches!(pack.target(*target).detail, Detail::Lane { .. })
    });
    let (at, &(lane, points)) = lanes.max_by(|a, b| a.1.1.total_cmp(&b.1.1).then(b.0.cmp(&a.0)))?;
    let after = pack.of_kind(Kind::Lane).filter(|other| *other > lane);
    let before = pack.of_kind(Kind::Lane).filter(|other| *other < lane);
    let spoken_of = |other: &TargetIx| rule.points.iter().any(|(target, _)| target == other);
    let other = after.chain(before).find(|other| !spoken_of(other))?;
    let mut changed = rule.points.clone();
    changed[at] = (other, points);
    let place = &rule.points_places[at];
    Some(Mutant {
        rule: Some(ix),
        operator: Operator::SwapLane,
        what: format!("{} -> {}", pack.target(lane).id, pack.target(other).id),
        place: boundary::key_and_value(place, &pack.target(lane).id),
        instead: Some(format!("{} = {points}", pack.target(other).id)),
        change: Change::Points(changed),
    })
}

/// The mutants of the manifest and of the lists.
pub(super) fn of_manifest(pack: &Pack) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    let mut push = |operator, what, place: &Place, instead, change| {
        mutants.push(Mutant { rule: None, operator, what, place: place.clone(), instead, change });
    };
    type Of = fn(&mut Thresholds) -> &mut f64;
    let thresholds: [(&str, Of); 5] = [
        ("lane", |t| &mut t.lane),
        ("margin", |t| &mut t.margin),
        ("instinct", |t| &mut t.instinct),
        ("pair", |t| &mut t.pair),
        ("hook", |t| &mut t.hook),
    ];
    for ((name, of), place) in thresholds.into_iter().zip(&pack.thresholds_places) {
        for (operator, factor) in [(Operator::HalveThreshold, 0.5), (Operator::DoubleThreshold, 2.0)] {
            let mut changed = pack.thresholds.clone();
            let value = of(&mut changed);
            // Nothing is twice nothing.
            if *value == 0.0 && factor < 1.0 {
                continue;
            }
            *value = if *value == 0.0 { 1.0 } else { *value * factor };
            let (what, instead) = (format!("{name} -> {value}"), value.to_string());
            push(operator, what, place, Some(instead), Change::Thresholds(changed));
        }
    }
    for kind in [Kind::Lane, Kind::Instinct, Kind::Step] {
        // The order of the entries is what breaks ties; the first of them stands for it.
        let first = pack.of_kind(kind).next().map(|ix| &pack.targets_places[ix.index()]);
        if let Some(place) = first {
            push(
                Operator::BreakTie,
                kind.name().to_owned(),
                place,
                Some("last of equals".to_owned()),
                Change::Tie(kind),
            );
        }
    }
    for (part, (key, phrases)) in ["words", "except", "question"].iter().zip(&pack.negation_words).enumerate()
    {
        for (at, phrase) in phrases.iter().enumerate() {
            let what = format!("{key}: {}", phrase.text);
            push(Operator::DropNegation, what, &phrase.place, None, Change::Negation(part, at));
        }
    }
    for (list, written) in pack.lists.iter().enumerate() {
        for (at, phrase) in written.phrases.iter().enumerate() {
            let what = format!("{}: {}", written.name, phrase.text);
            push(Operator::DropListPhrase, what, &phrase.place, None, Change::List(list, at));
        }
    }
    mutants
}
