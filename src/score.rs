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
    pub(crate) hits: Range<u32>,
}

impl Fires {
    /// The hits of all rules, to which the ranges of each belong.
    pub(crate) fn all_hits(&self) -> &[u32] {
        &self.hits
    }

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

    /// The same with a rule that fires otherwise, or not any more. Its hits are those of other fires.
    pub(crate) fn with(&self, rule: RuleIx, fired: Option<Fired>) -> Self {
        let mut fires = self.without(rule);
        let at = fires.rules.partition_point(|other| other.rule < rule);
        fires.rules.splice(at..at, fired);
        fires
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
    found: Found,
    /// The rules that may fire.
    candidates: Vec<Candidate>,
    /// The same as bits.
    chosen: Vec<u64>,
    /// For each of them its place among them.
    slots: Vec<u16>,
    /// The hits of the candidates.
    parts: Vec<PartOf>,
    at_hand: AtHand,
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
    /// The bits that each cue sets, one cue after the other.
    bits: Vec<Bits>,
    /// Where those of each cue end.
    ends: Vec<u32>,
    /// The rules that have a group, for each group.
    grouped: Vec<Vec<u64>>,
    only_all: Vec<u64>,
}

const ANY: u16 = 0;
const NEAR: u16 = 1;
const NEAR_TO: u16 = 2;
const NONE: u16 = 3;
const GROUPS: u16 = 4;

/// Rules to which a cue is the same condition.
#[derive(Debug, Clone, Copy)]
struct Bits {
    /// Position of the word of 64 rules among all words of all planes.
    at: u32,
    condition: u16,
    /// Which word of the plane it is.
    word: u16,
    rules: u64,
}

impl Conditions {
    fn new(pack: &Pack) -> Self {
        let words = pack.rules.len().div_ceil(64);
        let groups = pack.rules.iter().map(|rule| rule.when.all.len()).max().unwrap_or(0);
        let mut bits: Vec<Bits> = Vec::new();
        let mut ends = Vec::with_capacity(pack.cues.len());
        for cue in (0..pack.cues.len()).map(|at| CueIx(at as u32)) {
            let from = bits.len();
            for &role in pack.uses.of(cue) {
                let Some((rule, condition)) = condition(role) else { continue };
                let word = (rule.index() / 64) as u16;
                let at = (usize::from(condition) * words + usize::from(word)) as u32;
                let rules = 1 << (rule.index() % 64);
                match bits[from..].iter_mut().find(|bits| bits.at == at) {
                    Some(bits) => bits.rules |= rules,
                    None => bits.push(Bits { at, condition, word, rules }),
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
            planes: usize::from(GROUPS) + groups,
            bits,
            ends,
            grouped: (0..groups).map(|group| rules(&|when| when.all.len() > group)).collect(),
            only_all: rules(&When::only_all),
        }
    }

    /// The bits of a cue.
    #[inline]
    fn of(&self, cue: CueIx) -> &[Bits] {
        let start = cue.index().checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bits[start as usize..self.ends[cue.index()] as usize]
    }

    /// Sets the bits of a cue.
    #[inline]
    fn meet(&self, cue: CueIx, met: &mut [u64]) {
        for bits in self.of(cue) {
            met[bits.at as usize] |= bits.rules;
        }
    }

    /// Of 64 rules, those that may fire when these conditions are met.
    fn may_fire(&self, met: &[u64], word: usize) -> u64 {
        let plane = |condition: u16| met[usize::from(condition) * self.words + word];
        let alone = self.only_all[word] | plane(ANY) | (plane(NEAR) & plane(NEAR_TO));
        let groups = self.grouped.iter().enumerate();
        groups.fold(alone & !plane(NONE), |may, (at, has)| may & (plane(GROUPS + at as u16) | !has[word]))
    }
}

fn condition(role: Use) -> Option<(RuleIx, u16)> {
    Some(match role {
        Use::Any(rule) => (rule, ANY),
        Use::Near(rule) => (rule, NEAR),
        Use::NearTo(rule) => (rule, NEAR_TO),
        Use::None(rule) => (rule, NONE),
        Use::All(rule, group) => (rule, GROUPS + group),
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
    fn clear(&mut self, hits: usize) {
        for cue in self.cues.drain(..) {
            self.last[cue.index()] = 0;
        }
        self.before.clear();
        self.before.resize(hits, 0);
    }

    /// Adds a hit; says whether it is the first of its cue.
    fn add(&mut self, at: usize, cue: CueIx) -> bool {
        let last = &mut self.last[cue.index()];
        let before = std::mem::replace(last, at as u32 + 1);
        self.before[at] = before;
        if before == 0 {
            self.cues.push(cue);
        }
        before == 0
    }

    /// The hits of a cue.
    fn of(&self, cue: CueIx) -> impl Iterator<Item = u32> + '_ {
        let mut next = self.last[cue.index()];
        std::iter::from_fn(move || {
            let at = next.checked_sub(1)?;
            next = self.before[at as usize];
            Some(at)
        })
    }
}

/// A rule whose conditions are met, as far as one can tell without its hits.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    rule: RuleIx,
    /// Whether they are met by the stem alone, and with the options.
    in_stem: bool,
    in_all: bool,
    /// Its last part, plus one.
    last: u32,
}

/// A hit of a candidate, and what it is to the rule.
#[derive(Debug, Clone, Copy)]
struct PartOf {
    condition: u16,
    hit: u32,
    /// The part of the same candidate before it, plus one.
    before: u32,
}

impl<'p> Scorer<'p> {
    /// A scorer for a pack.
    #[must_use]
    pub fn new(pack: &'p Pack) -> Self {
        let conditions = Conditions::new(pack);
        let none = vec![0; conditions.planes * conditions.words];
        Self {
            pack,
            chosen: vec![0; conditions.words],
            conditions,
            stem: none.clone(),
            all: none,
            found: Found { last: vec![0; pack.cues.len()], ..Found::default() },
            candidates: Vec::new(),
            slots: vec![0; pack.rules.len()],
            parts: Vec::new(),
            at_hand: AtHand::default(),
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
        self.gather(hits);
        self.choose();
        self.share_out();
        self.fires.clear();
        for at in 0..self.candidates.len() {
            let candidate = self.candidates[at];
            let when = &self.pack.rule(candidate.rule).when;
            // First by the stem alone, else with the options.
            let fires = candidate.in_stem && self.look(candidate, when, true, hits);
            if !fires && candidate.in_all {
                self.look(candidate, when, false, hits);
            }
        }
        &self.fires
    }

    /// How one rule fires with other conditions than its own, if it does; the hits of other rules may be left out.
    pub(crate) fn fire_alone(&mut self, rule: RuleIx, when: &When, hits: &[Hit]) -> Option<Fired> {
        self.fires.clear();
        self.parts.clear();
        let mut candidate = Candidate { rule, in_stem: true, in_all: true, last: 0 };
        let near = when.near.iter().flat_map(|near| [(NEAR, &near.words), (NEAR_TO, &near.to)]);
        let groups = when.all.iter().enumerate().map(|(at, group)| (GROUPS + at as u16, group));
        for (condition, cues) in [(ANY, &when.any)].into_iter().chain(near).chain(groups) {
            for (at, _) in hits.iter().enumerate().filter(|(_, hit)| cues.contains(&hit.cue)) {
                self.parts.push(PartOf { condition, hit: at as u32, before: candidate.last });
                candidate.last = self.parts.len() as u32;
            }
        }
        for in_stem in [true, false] {
            let counts = |hit: &&Hit| !in_stem || hit.zone != Zone::Option;
            let excepted = hits.iter().filter(counts).any(|hit| when.none.contains(&hit.cue));
            if !excepted && self.look(candidate, when, in_stem, hits) {
                break;
            }
        }
        self.fires.rules.first().cloned()
    }

    /// Gathers the hits of each cue, and which conditions of which rules they meet: first those of the stem.
    fn gather(&mut self, hits: &[Hit]) {
        self.found.clear(hits.len());
        self.stem.fill(0);
        for (at, hit) in hits.iter().enumerate().filter(|(_, hit)| hit.zone != Zone::Option) {
            if self.found.add(at, hit.cue) {
                self.conditions.meet(hit.cue, &mut self.stem);
            }
        }
        self.all.copy_from_slice(&self.stem);
        for (at, hit) in hits.iter().enumerate().filter(|(_, hit)| hit.zone == Zone::Option) {
            if self.found.add(at, hit.cue) {
                self.conditions.meet(hit.cue, &mut self.all);
            }
        }
    }

    /// Chooses the candidates, in the order of the pack.
    fn choose(&mut self) {
        self.candidates.clear();
        for word in 0..self.conditions.words {
            let stem = self.conditions.may_fire(&self.stem, word);
            let all = self.conditions.may_fire(&self.all, word);
            let mut may = stem | all;
            self.chosen[word] = may;
            while may != 0 {
                let bit = may.trailing_zeros();
                may &= may - 1;
                let rule = RuleIx((word * 64) as u16 + bit as u16);
                let [in_stem, in_all] = [stem, all].map(|rules| rules >> bit & 1 == 1);
                self.candidates.push(Candidate { rule, in_stem, in_all, last: 0 });
                self.slots[rule.index()] = self.candidates.len() as u16 - 1;
            }
        }
    }

    /// Gives each candidate its hits.
    fn share_out(&mut self) {
        self.parts.clear();
        for &cue in &self.found.cues {
            for bits in self.conditions.of(cue) {
                let mut chosen = bits.rules & self.chosen[usize::from(bits.word)];
                while chosen != 0 {
                    let rule = usize::from(bits.word) * 64 + chosen.trailing_zeros() as usize;
                    chosen &= chosen - 1;
                    let last = &mut self.candidates[usize::from(self.slots[rule])].last;
                    for hit in self.found.of(cue) {
                        self.parts.push(PartOf { condition: bits.condition, hit, before: *last });
                        *last = self.parts.len() as u32;
                    }
                }
            }
        }
    }

    /// Whether a rule fires, by the stem alone or with the options.
    fn look(&mut self, candidate: Candidate, when: &When, in_stem: bool, hits: &[Hit]) -> bool {
        let from = self.fires.hits.len() as u32;
        self.at_hand.read(self.pack, when, &self.parts, candidate.last, in_stem, hits);
        let Some((factor, near)) = self.at_hand.strength(when, hits, &mut self.fires.hits) else {
            return false;
        };
        let strongest = &hits[self.fires.hits[from as usize] as usize];
        self.fires.rules.push(Fired {
            rule: candidate.rule,
            factor,
            zone: strongest.zone,
            in_stem,
            negated: strongest.negated && !when.ignores_negation,
            near,
            hits: from..self.fires.hits.len() as u32,
        });
        true
    }
}

/// The hits of the rule at hand that count, each with its factor.
#[derive(Debug, Default)]
struct AtHand {
    any: Vec<(f64, u32)>,
    near: Vec<(f64, u32)>,
    near_to: Vec<(f64, u32)>,
    /// The strongest of each group of `all`, as far as there is one.
    groups: Vec<Option<(f64, u32)>>,
    /// Each way to fire: the factor, and one hit or two near each other.
    ways: Vec<(f64, [u32; 2])>,
}

impl AtHand {
    /// Takes the hits of a candidate.
    fn read(&mut self, pack: &Pack, when: &When, parts: &[PartOf], last: u32, in_stem: bool, hits: &[Hit]) {
        for list in [&mut self.any, &mut self.near, &mut self.near_to] {
            list.clear();
        }
        self.groups.clear();
        self.groups.resize(when.all.len(), None);
        let mut next = last;
        while let Some(at) = next.checked_sub(1) {
            let PartOf { condition, hit: at, before } = parts[at as usize];
            next = before;
            let hit = &hits[at as usize];
            if in_stem && hit.zone == Zone::Option {
                continue;
            }
            let negation = pack.negation.as_ref().filter(|_| hit.negated && !when.ignores_negation);
            let factor = pack.zone_factor(hit.zone) * negation.map_or(1.0, |n| n.factor);
            let in_zone = when.zones.contains(hit.zone);
            match condition {
                NONE => {}
                ANY if in_zone => self.any.push((factor, at)),
                NEAR if in_zone => self.near.push((factor, at)),
                NEAR_TO if in_zone => self.near_to.push((factor, at)),
                GROUPS.. if in_zone || !when.only_all() => {
                    let best = &mut self.groups[usize::from(condition - GROUPS)];
                    // Of equals the first.
                    let is_better = |&(strongest, first): &(f64, u32)| {
                        factor.total_cmp(&strongest).then(first.cmp(&at)).is_gt()
                    };
                    if best.as_ref().is_none_or(is_better) {
                        *best = Some((factor, at));
                    }
                }
                _ => {}
            }
        }
    }

    /// How strongly the rule fires, if it does, and whether it took two cues near each other. Its hits are added to those of
    /// all rules. That nothing is there that must not be has been seen to.
    fn strength(&mut self, when: &When, hits: &[Hit], counted: &mut Vec<u32>) -> Option<(f64, bool)> {
        if self.groups.contains(&None) {
            return None;
        }
        let by_strength = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if when.only_all() {
            // A chain is as strong as its weakest link.
            let weakest = self.groups.iter().flatten().copied().min_by(by_strength)?;
            let from = counted.len();
            counted.extend(self.groups.iter().flatten().map(|&(_, at)| at));
            let factor = |at: u32| {
                let of_hit = self.groups.iter().flatten().find(|(_, hit)| *hit == at);
                of_hit.map_or(0.0, |(factor, _)| *factor)
            };
            counted[from..].sort_by(|&a, &b| by_strength(&(factor(a), a), &(factor(b), b)));
            return Some((weakest.0, false));
        }
        // Each way to fire is a hit, or two near each other; the strongest way counts, the others are shown.
        self.ways.clear();
        self.ways.extend(self.any.iter().map(|&(factor, at)| (factor, [at, at])));
        if let Some(near) = &when.near {
            for &(of_a, a) in &self.near {
                for &(of_b, b) in &self.near_to {
                    if is_near(near, &hits[a as usize], &hits[b as usize]) {
                        let pair = if of_a <= of_b { [a, b] } else { [b, a] };
                        self.ways.push((of_a.min(of_b), pair));
                    }
                }
            }
        }
        self.ways.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let &(strongest, [one, other]) = self.ways.first()?;
        let from = counted.len();
        let groups = self.groups.iter().flatten().map(|&(_, at)| at);
        for hit in self.ways.iter().flat_map(|(_, pair)| *pair).chain(groups) {
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
