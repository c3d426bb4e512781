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

    fn add_up<'p>(
        &mut self,
        pack: &Pack,
        fires: &Fires,
        points: impl Fn(RuleIx) -> &'p [(TargetIx, f64)],
    ) {
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
/// Most cues are conditions of rules whose other conditions are not met. So the cues that stand in a question are first
/// noted as bits of the rules that they are conditions of; only the few rules that may fire are looked at closely.
#[derive(Debug)]
pub struct Scorer<'p> {
    pack: &'p Pack,
    /// For each use of each cue, in the order of [`Pack::uses`], its rule and the bit that it sets there.
    uses: Vec<(RuleIx, u8)>,
    needs: Vec<Needs>,
    met: Vec<Met>,
    /// The rules of which some bit is set.
    touched: Vec<RuleIx>,
    /// The hits of each cue.
    found: Found,
    groups: Vec<u32>,
    ways: Vec<(f64, [u32; 2])>,
    fires: Fires,
    tally: Tally,
}

/// The bits that a rule needs.
#[derive(Debug, Clone, Copy, Default)]
struct Needs {
    /// Those of its groups.
    groups: u64,
    only_all: bool,
}

/// The bits of a rule that are set: by the stem, and by all of the question.
#[derive(Debug, Clone, Copy, Default)]
struct Met {
    stem: u64,
    all: u64,
}

const ANY: u8 = 0;
const NEAR: u8 = 1;
const NEAR_TO: u8 = 2;
const GROUPS: u8 = 3;
const NONE: u8 = 63;

/// The bit of a group of `all`. Groups beyond those that have a bit of their own share one: the bits only tell which
/// rules are worth a closer look.
fn group_bit(group: usize) -> u8 {
    (usize::from(GROUPS) + group).min(usize::from(NONE) - 1) as u8
}

impl Needs {
    fn of(when: &When) -> Self {
        let groups = (0..when.all.len()).fold(0, |bits, group| bits | 1 << group_bit(group));
        Self { groups, only_all: when.only_all() }
    }

    /// Whether a rule may fire when these bits are set.
    fn are_met(self, met: u64) -> bool {
        const BOTH: u64 = 1 << NEAR | 1 << NEAR_TO;
        let alone = self.only_all || met & (1 << ANY) != 0 || met & BOTH == BOTH;
        met & (1 << NONE) == 0 && met & self.groups == self.groups && alone
    }
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
        let bit = |role: Use| match role {
            Use::Any(rule) => (rule, ANY),
            Use::Near(rule) => (rule, NEAR),
            Use::NearTo(rule) => (rule, NEAR_TO),
            Use::All(rule, group) => (rule, group_bit(group.into())),
            Use::None(rule) => (rule, NONE),
            Use::Negates | Use::NegatesNot | Use::NegatesQuestion => (NO_RULE, 0),
        };
        Self {
            pack,
            uses: pack.uses.all().iter().map(|&role| bit(role)).collect(),
            needs: pack.rules.iter().map(|rule| Needs::of(&rule.when)).collect(),
            met: vec![Met::default(); pack.rules.len()],
            touched: Vec::new(),
            found: Found { last: vec![0; pack.cues.len()], ..Found::default() },
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
        self.note(hits);
        self.fires.clear();
        let mut touched = std::mem::take(&mut self.touched);
        touched.retain(|&rule| {
            let (needs, met) = (self.needs[rule.index()], &mut self.met[rule.index()]);
            // What the stem meets, all of the question meets, but for what must not be there.
            let may = needs.are_met(met.all & !(1 << NONE)) && (needs.are_met(met.all) || needs.are_met(met.stem));
            if !may {
                *met = Met::default();
            }
            may
        });
        touched.sort_unstable();
        for rule in touched.drain(..) {
            let met = std::mem::take(&mut self.met[rule.index()]);
            self.look(rule, met, hits);
        }
        self.touched = touched;
        &self.fires
    }

    /// Notes which conditions of which rules are met.
    fn note(&mut self, hits: &[Hit]) {
        for &cue in &self.found.cues {
            let in_stem = self.found.of(cue).any(|at| hits[at as usize].zone != Zone::Option);
            for &(rule, bit) in &self.uses[self.pack.uses.range(cue)] {
                let Some(met) = self.met.get_mut(rule.index()) else { continue };
                if met.all == 0 {
                    self.touched.push(rule);
                }
                met.all |= 1 << bit;
                met.stem |= u64::from(in_stem) << bit;
            }
        }
    }

    /// Whether a rule fires: first by the stem alone, else with the options.
    fn look(&mut self, rule: RuleIx, met: Met, hits: &[Hit]) {
        let when = &self.pack.rule(rule).when;
        for (in_stem, bits) in [(true, met.stem), (false, met.all)] {
            if !self.needs[rule.index()].are_met(bits) {
                continue;
            }
            let from = self.fires.hits.len() as u32;
            let Some((factor, near)) = self.strength(when, in_stem, hits) else { continue };
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
            return;
        }
    }

    /// How strongly a rule fires, if it does, and whether it took two cues near each other. Its hits are added to those
    /// of all rules. That nothing is there that must not be has been seen to.
    fn strength(&mut self, when: &'p When, in_stem: bool, hits: &[Hit]) -> Option<(f64, bool)> {
        let (pack, found) = (self.pack, &self.found);
        let factor = |at: u32| {
            let hit = &hits[at as usize];
            let negation = pack.negation.as_ref().filter(|_| hit.negated && !when.ignores_negation);
            pack.zone_factor(hit.zone) * negation.map_or(1.0, |n| n.factor)
        };
        let in_zone = |at: &u32| when.zones.contains(hits[*at as usize].zone);
        let of = |cues: &'p [CueIx]| {
            let counts = move |at: &u32| !in_stem || hits[*at as usize].zone != Zone::Option;
            cues.iter().flat_map(|&cue| found.of(cue)).filter(counts)
        };
        self.groups.clear();
        for group in &when.all {
            let here = of(group).filter(|at| !when.only_all() || in_zone(at));
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
        self.ways.extend(of(&when.any).filter(in_zone).map(|at| (factor(at), [at, at])));
        if let Some(near) = &when.near {
            for a in of(&near.words).filter(in_zone) {
                for b in of(&near.to).filter(in_zone) {
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

/// Stands where a cue belongs to no rule.
const NO_RULE: RuleIx = RuleIx(u16::MAX);

/// Whether two hits stand in one segment with few enough words between them.
fn is_near(near: &Near, a: &Hit, b: &Hit) -> bool {
    let (first, second) = if a.words[0] <= b.words[0] { (a, b) } else { (b, a) };
    a.segment == b.segment
        && second.words[0] > first.words[1]
        && second.words[0] - first.words[1] - 1 <= near.within
}
