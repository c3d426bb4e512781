//! Hits to tally.
//!
//! In: the hits of one question. Out: the rules that fired, and the points of every target. The text is out of sight.
//!
//! A rule fires once however often its cues occur, in the strongest zone that one of them stands in, so that a long
//! stem does not outvote a clear one. A rule that the stem makes fire owes nothing to the options: whether it fires and
//! how strongly is settled before they are looked at. Only a rule that the stem leaves silent can fire in the options.

use std::ops::Range;

use crate::{
    pack::{CueIx, Near, Pack, RuleIx, TargetIx, Use, When},
    scan::Hit,
    zone::Zone,
};

/// The rules that fired in one question, in the order of the pack.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fires {
    /// The rules.
    pub rules: Vec<Fired>,
    /// The hits that made them fire, one rule after the other.
    hits: Vec<u32>,
}

/// A rule that fired.
#[derive(Debug, Clone, PartialEq)]
pub struct Fired {
    /// The rule.
    pub rule: RuleIx,
    /// What its points are multiplied by: zone and negation.
    pub factor: f64,
    /// The zone that decided.
    pub zone: Zone,
    /// Whether the stem alone made it fire.
    pub in_stem: bool,
    /// Whether the factor is weakened by negation.
    pub negated: bool,
    /// Whether it took two cues near each other; they are the first two hits.
    pub near: bool,
    /// Where its hits stand among those of all rules.
    hits: Range<u32>,
}

impl Fires {
    /// Positions, in the list of hits, of the hits that made a rule fire, the strongest first.
    #[must_use]
    pub fn hits(&self, fired: &Fired) -> &[u32] {
        &self.hits[fired.hits.start as usize..fired.hits.end as usize]
    }

    /// The same without one of the rules.
    pub(crate) fn without(&self, rule: RuleIx) -> Self {
        let rest = self.rules.iter().filter(|fired| fired.rule != rule).cloned().collect();
        Self { rules: rest, hits: self.hits.clone() }
    }

    fn clear(&mut self) {
        self.rules.clear();
        self.hits.clear();
    }
}

/// Points of every target.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// From the stem alone.
    pub stem: Vec<f64>,
    /// Options included.
    pub total: Vec<f64>,
}

impl Tally {
    /// Adds up the points of rules that fired.
    #[must_use]
    pub fn of(pack: &Pack, fires: &Fires) -> Self {
        let mut tally = Self::default();
        tally.add_up(pack, fires, |rule| &pack.rule(rule).points);
        tally
    }

    /// Adds up other points than the pack's.
    pub(crate) fn with<'p>(
        pack: &Pack,
        fires: &Fires,
        points: impl Fn(RuleIx) -> &'p [(TargetIx, f64)],
    ) -> Self {
        let mut tally = Self::default();
        tally.add_up(pack, fires, points);
        tally
    }

    fn add_up<'p>(&mut self, pack: &Pack, fires: &Fires, points: impl Fn(RuleIx) -> &'p [(TargetIx, f64)]) {
        for sums in [&mut self.stem, &mut self.total] {
            sums.clear();
            sums.resize(pack.targets.len(), 0.0);
        }
        for fired in &fires.rules {
            for &(target, points) in points(fired.rule) {
                self.total[target.index()] += points * fired.factor;
                if fired.in_stem {
                    self.stem[target.index()] += points * fired.factor;
                }
            }
        }
    }

    /// Points of a target, options included.
    #[must_use]
    pub fn points(&self, target: TargetIx) -> f64 {
        self.total[target.index()]
    }
}

/// Adds up what hits say, question after question, reusing its memory.
///
/// Most cues are conditions of rules whose other conditions are not met. So the conditions that the cues of a question meet
/// are first gathered as bits, 64 rules to a word; what is left are the few rules that may fire, which are looked at closely.
#[derive(Debug)]
pub struct Scorer<'p> {
    pack: &'p Pack,
    conditions: Conditions,
    stem: Vec<u64>,
    all: Vec<u64>,
    /// The hits of each cue.
    found: Found,
    /// Those of the rule at hand, for `near` one group each.
    at_hand: [Vec<u32>; 2],
    groups: Vec<u32>,
    ways: Vec<(f64, [u32; 2])>,
    fires: Fires,
    tally: Tally,
}

/// The conditions of all rules as bits. A condition (one of the rule's `words`, of a group of its `near`, of its `none`, of
/// a group of its `all`) is a plane of bits, one for each rule.
#[derive(Debug)]
struct Conditions {
    /// Words of 64 rules in a plane.
    words: usize,
    planes: usize,
    /// The bits that each cue sets, one cue after the other: position of the word, and its bits.
    bits: Vec<(u32, u64)>,
    /// Where those of each cue end.
    ends: Vec<u32>,
    /// The rules that have a group, for each group.
    grouped: Vec<Vec<u64>>,
    only_all: Vec<u64>,
}

const ANY: usize = 0;
const NEAR: usize = 1;
const NEAR_TO: usize = 2;
const NONE: usize = 3;
const GROUPS: usize = 4;

impl Conditions {
    fn of(pack: &Pack) -> Self {
        let words = pack.rules.len().div_ceil(64);
        let groups = pack.rules.iter().map(|rule| rule.when.all.len()).max().unwrap_or(0);
        let mut bits: Vec<(u32, u64)> = Vec::new();
        let mut ends = Vec::with_capacity(pack.cues.len());
        for cue in (0..pack.cues.len()).map(|at| CueIx(at as u32)) {
            let from = bits.len();
            for &role in pack.uses.of(cue) {
                let Some((rule, plane)) = plane(role) else { continue };
                let word = (plane * words + rule.index() / 64) as u32;
                let bit = 1 << (rule.index() % 64);
                match bits[from..].iter_mut().find(|(at, _)| *at == word) {
                    Some((_, bits)) => *bits |= bit,
                    None => bits.push((word, bit)),
                }
            }
            ends.push(bits.len() as u32);
        }
        let rules = |fits: &dyn Fn(&When) -> bool| {
            let mut set = vec![0; words];
            for (at, _) in pack.rules.iter().enumerate().filter(|(_, rule)| fits(&rule.when)) {
                set[at / 64] |= 1 << (at % 64);
            }
            set
        };
        Self {
            words,
            planes: GROUPS + groups,
            bits,
            ends,
            grouped: (0..groups).map(|group| rules(&|when| when.all.len() > group)).collect(),
            only_all: rules(&When::only_all),
        }
    }

    /// The bits that a cue sets.
    fn bits(&self, cue: CueIx) -> &[(u32, u64)] {
        let start = cue.index().checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bits[start as usize..self.ends[cue.index()] as usize]
    }

    /// Of 64 rules, those that may fire when these conditions are met.
    fn may_fire(&self, met: &[u64], word: usize) -> u64 {
        let plane = |plane: usize| met[plane * self.words + word];
        let alone = self.only_all[word] | plane(ANY) | (plane(NEAR) & plane(NEAR_TO));
        let groups = self.grouped.iter().enumerate();
        groups.fold(alone & !plane(NONE), |may, (at, has)| may & (plane(GROUPS + at) | !has[word]))
    }
}

fn plane(role: Use) -> Option<(RuleIx, usize)> {
    Some(match role {
        Use::Any(rule) => (rule, ANY),
        Use::Near(rule) => (rule, NEAR),
        Use::NearTo(rule) => (rule, NEAR_TO),
        Use::None(rule) => (rule, NONE),
        Use::All(rule, group) => (rule, GROUPS + usize::from(group)),
        Use::Negates | Use::NegatesNot | Use::NegatesQuestion => return None,
    })
}

/// The hits of each cue: lists through the hits of a question.
#[derive(Debug, Default)]
struct Found {
    /// The last hit of each cue, plus one.
    last: Vec<u32>,
    /// For each hit the one of the same cue before it, plus one.
    before: Vec<u32>,
    /// The cues that were found.
    cues: Vec<CueIx>,
}

impl Found {
    fn read(&mut self, hits: &[Hit]) {
        for cue in self.cues.drain(..) {
            self.last[cue.index()] = 0;
        }
        self.before.clear();
        for (at, hit) in hits.iter().enumerate() {
            let last = &mut self.last[hit.cue.index()];
            if *last == 0 {
                self.cues.push(hit.cue);
            }
            self.before.push(std::mem::replace(last, at as u32 + 1));
        }
    }

    /// Whether there is a hit of a cue.
    fn has(&self, cue: CueIx) -> bool {
        self.last[cue.index()] != 0
    }

    /// The hits of a cue, the last first.
    fn of(&self, cue: CueIx) -> impl Iterator<Item = u32> + '_ {
        let mut next = self.last[cue.index()];
        std::iter::from_fn(move || {
            let at = next.checked_sub(1)?;
            next = self.before[at as usize];
            Some(at)
        })
    }
}

impl<'p> Scorer<'p> {
    /// A scorer for a pack.
    #[must_use]
    pub fn new(pack: &'p Pack) -> Self {
        let conditions = Conditions::of(pack);
        let none = vec![0; conditions.planes * conditions.words];
        Self {
            pack,
            conditions,
            stem: none.clone(),
            all: none,
            found: Found { last: vec![0; pack.cues.len()], ..Found::default() },
            at_hand: [Vec::new(), Vec::new()],
            groups: Vec::new(),
            ways: Vec::new(),
            fires: Fires::default(),
            tally: Tally::default(),
        }
    }

    /// Its pack.
    #[must_use]
    pub fn pack(&self) -> &'p Pack {
        self.pack
    }

    /// The rules that the hits of a question make fire, and what they add up to.
    pub fn score(&mut self, hits: &[Hit]) -> (&Fires, &Tally) {
        self.fire(hits);
        let pack = self.pack;
        self.tally.add_up(pack, &self.fires, |rule| &pack.rule(rule).points);
        (&self.fires, &self.tally)
    }

    /// The rules that the hits of a question make fire. Points play no part in it.
    pub fn fire(&mut self, hits: &[Hit]) -> &Fires {
        self.found.read(hits);
        self.gather(hits);
        self.fires.clear();
        for word in 0..self.conditions.words {
            let stem = self.conditions.may_fire(&self.stem, word);
            let all = self.conditions.may_fire(&self.all, word);
            let mut may = stem | all;
            while may != 0 {
                let bit = may.trailing_zeros();
                may &= may - 1;
                let rule = RuleIx((word * 64) as u16 + bit as u16);
                // First by the stem alone, else with the options.
                let fires = stem >> bit & 1 == 1 && self.look(rule, true, hits);
                if !fires && all >> bit & 1 == 1 {
                    self.look(rule, false, hits);
                }
            }
        }
        &self.fires
    }

    /// Gathers which conditions of which rules are met.
    fn gather(&mut self, hits: &[Hit]) {
        self.stem.fill(0);
        self.all.fill(0);
        for &cue in &self.found.cues {
            let bits = self.conditions.bits(cue);
            for &(word, bits) in bits {
                self.all[word as usize] |= bits;
            }
            if self.found.of(cue).any(|at| hits[at as usize].zone != Zone::Option) {
                for &(word, bits) in bits {
                    self.stem[word as usize] |= bits;
                }
            }
        }
    }

    /// Whether a rule fires, by the stem alone or with the options.
    fn look(&mut self, rule: RuleIx, in_stem: bool, hits: &[Hit]) -> bool {
        let when = &self.pack.rule(rule).when;
        let from = self.fires.hits.len() as u32;
        let Some((factor, near)) = self.strength(when, in_stem, hits) else { return false };
        let strongest = &hits[self.fires.hits[from as usize] as usize];
        self.fires.rules.push(Fired {
            rule,
            factor,
            zone: strongest.zone,
            in_stem,
            negated: strongest.negated && !when.ignores_negation,
            near,
            hits: from..self.fires.hits.len() as u32,
        });
        true
    }

    /// How strongly a rule fires, if it does, and whether it took two cues near each other. Its hits are added to those
    /// of all rules. That nothing is there that must not be has been seen to.
    fn strength(&mut self, when: &When, in_stem: bool, hits: &[Hit]) -> Option<(f64, bool)> {
        let (pack, found) = (self.pack, &self.found);
        let [ones, others] = &mut self.at_hand;
        let factor = |at: u32| {
            let hit = &hits[at as usize];
            let negation = pack.negation.as_ref().filter(|_| hit.negated && !when.ignores_negation);
            pack.zone_factor(hit.zone) * negation.map_or(1.0, |n| n.factor)
        };
        let find = |cues: &[CueIx], in_zone: bool, at_hand: &mut Vec<u32>| {
            at_hand.clear();
            for &cue in cues.iter().filter(|cue| found.has(**cue)) {
                at_hand.extend(found.of(cue).filter(|&at| {
                    let zone = hits[at as usize].zone;
                    (!in_stem || zone != Zone::Option) && (!in_zone || when.zones.contains(zone))
                }));
            }
        };
        self.groups.clear();
        for group in &when.all {
            find(group, when.only_all(), ones);
            let here = ones.iter().copied();
            self.groups.push(here.max_by(|&a, &b| factor(a).total_cmp(&factor(b)).then(b.cmp(&a)))?);
        }
        let counted = &mut self.fires.hits;
        if when.only_all() {
            // A chain is as strong as its weakest link.
            self.groups.sort_by(|&a, &b| factor(a).total_cmp(&factor(b)).then(a.cmp(&b)));
            counted.extend(&self.groups);
            return Some((factor(*self.groups.first()?), false));
        }
        // Each way to fire is a hit, or two near each other; the strongest way counts, the others are shown.
        self.ways.clear();
        find(&when.any, true, ones);
        self.ways.extend(ones.iter().map(|&at| (factor(at), [at, at])));
        if let Some(near) = &when.near {
            find(&near.words, true, ones);
            find(&near.to, true, others);
            for &a in &*ones {
                for &b in &*others {
                    if is_near(near, &hits[a as usize], &hits[b as usize]) {
                        let weaker = if factor(a) <= factor(b) { a } else { b };
                        self.ways.push((factor(weaker), [weaker, if weaker == a { b } else { a }]));
                    }
                }
            }
        }
        self.ways.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let &(strongest, [one, other]) = self.ways.first()?;
        let from = counted.len();
        for hit in self.ways.iter().flat_map(|(_, pair)| *pair).chain(self.groups.iter().copied()) {
            if !counted[from..].contains(&hit) {
                counted.push(hit);
            }
        }
        Some((strongest, one != other))
    }
}

/// Whether two hits stand in one segment with few enough words between them.
fn is_near(near: &Near, a: &Hit, b: &Hit) -> bool {
    let (first, second) = if a.words[0] <= b.words[0] { (a, b) } else { (b, a) };
    a.segment == b.segment
        && second.words[0] > first.words[1]
        && second.words[0] - first.words[1] - 1 <= near.within
}
