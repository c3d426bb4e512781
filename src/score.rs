//! Hits to tally.
//!
//! In: the hits of one question. Out: the rules that fired, and the points of every target. The text is out of sight.
//!
//! A rule fires once however often its cues occur, in the strongest zone that one of them stands in, so that a long
//! stem does not outvote a clear one. A rule that the stem makes fire owes nothing to the options: whether it fires and
//! how strongly is settled before they are looked at. Only a rule that the stem leaves silent can fire in the options.

use std::ops::Range;

use crate::{
    pack::{Near, Pack, RuleIx, TargetIx, Use, When},
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
/// Most cues are conditions of rules whose other conditions are not met. So a first pass over the hits only notes, for
/// each rule, which of its conditions some hit meets; the few rules that may fire are looked at closely.
#[derive(Debug)]
pub struct Scorer<'p> {
    pack: &'p Pack,
    /// For each rule what was met.
    met: Vec<Met>,
    /// The rules that some hit belongs to.
    touched: Vec<RuleIx>,
    marks: Vec<Mark>,
    /// The marks of the rule at hand.
    of_rule: Vec<(Use, u32)>,
    groups: Vec<u32>,
    ways: Vec<(f64, [u32; 2])>,
    fires: Fires,
    tally: Tally,
}

/// Which conditions of a rule some hit meets: a bit each.
#[derive(Debug, Clone, Copy, Default)]
struct Met {
    stem: u64,
    all: u64,
    /// The last mark of the rule, plus one.
    last: u32,
}

/// A hit as a condition of a rule.
#[derive(Debug, Clone, Copy)]
struct Mark {
    role: Use,
    hit: u32,
    /// The mark of the same rule before it, plus one.
    before: u32,
}

const ANY: u64 = 1;
const NEAR: u64 = 1 << 1;
const NEAR_TO: u64 = 1 << 2;
const NONE: u64 = 1 << 63;

/// The bit of a group of `all`. Groups beyond those that have a bit of their own share one: the bits only tell which
/// rules are worth a closer look.
fn group_bit(group: usize) -> u64 {
    1 << (3 + group).min(62)
}

fn bit(role: Use) -> u64 {
    match role {
        Use::Any(_) => ANY,
        Use::Near(_) => NEAR,
        Use::NearTo(_) => NEAR_TO,
        Use::All(_, group) => group_bit(group.into()),
        Use::None(_) => NONE,
        Use::Negates | Use::NegatesNot | Use::NegatesQuestion => 0,
    }
}

/// Whether a rule may fire when these conditions are met.
fn may_fire(when: &When, met: u64) -> bool {
    let groups = (0..when.all.len()).fold(0, |bits, group| bits | group_bit(group));
    let alone = when.only_all() || met & ANY != 0 || met & (NEAR | NEAR_TO) == NEAR | NEAR_TO;
    met & NONE == 0 && met & groups == groups && alone
}

impl<'p> Scorer<'p> {
    /// A scorer for a pack.
    #[must_use]
    pub fn new(pack: &'p Pack) -> Self {
        Self {
            pack,
            met: vec![Met::default(); pack.rules.len()],
            touched: Vec::new(),
            marks: Vec::new(),
            of_rule: Vec::new(),
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
        self.mark(hits);
        self.fires.clear();
        let mut touched = std::mem::take(&mut self.touched);
        let pack = self.pack;
        touched.retain(|&rule| {
            let met = &mut self.met[rule.index()];
            let may = may_fire(&pack.rule(rule).when, met.stem) || may_fire(&pack.rule(rule).when, met.all);
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

    /// Notes which conditions of which rules the hits meet.
    fn mark(&mut self, hits: &[Hit]) {
        self.marks.clear();
        for (at, hit) in hits.iter().enumerate() {
            for &role in self.pack.uses.of(hit.cue) {
                let Some(rule) = role.rule() else { continue };
                let met = &mut self.met[rule.index()];
                if met.last == 0 {
                    self.touched.push(rule);
                }
                let bit = bit(role);
                met.all |= bit;
                if hit.zone != Zone::Option {
                    met.stem |= bit;
                }
                self.marks.push(Mark { role, hit: at as u32, before: met.last });
                met.last = self.marks.len() as u32;
            }
        }
    }

    /// Whether a rule fires: first by the stem alone, else with the options.
    fn look(&mut self, rule: RuleIx, met: Met, hits: &[Hit]) {
        let when = &self.pack.rule(rule).when;
        for (in_stem, bits) in [(true, met.stem), (false, met.all)] {
            if !may_fire(when, bits) {
                continue;
            }
            self.of_rule.clear();
            let mut next = met.last;
            while let Some(at) = next.checked_sub(1) {
                let mark = self.marks[at as usize];
                if !in_stem || hits[mark.hit as usize].zone != Zone::Option {
                    self.of_rule.push((mark.role, mark.hit));
                }
                next = mark.before;
            }
            self.of_rule.reverse();
            let from = self.fires.hits.len() as u32;
            let Some((factor, near)) = self.strength(when, hits) else { continue };
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

    /// How strongly a rule fires on its marks, if it does, and whether it took two cues near each other. The hits are
    /// added to those of all rules.
    fn strength(&mut self, when: &When, hits: &[Hit]) -> Option<(f64, bool)> {
        let pack = self.pack;
        let marks = &self.of_rule;
        let factor = |at: u32| {
            let hit = &hits[at as usize];
            let negation = pack.negation.as_ref().filter(|_| hit.negated && !when.ignores_negation);
            pack.zone_factor(hit.zone) * negation.map_or(1.0, |n| n.factor)
        };
        let in_zone = |at: &u32| when.zones.contains(hits[*at as usize].zone);
        let of =
            |wanted: fn(Use) -> bool| marks.iter().filter(move |(role, _)| wanted(*role)).map(|&(_, at)| at);
        self.groups.clear();
        for group in 0..when.all.len() {
            let here =
                marks.iter().filter(|(role, _)| matches!(role, Use::All(_, g) if usize::from(*g) == group));
            let here = here.map(|&(_, at)| at).filter(|at| !when.only_all() || in_zone(at));
            self.groups.push(here.max_by(|&a, &b| factor(a).total_cmp(&factor(b)).then(b.cmp(&a)))?);
        }
        let found = &mut self.fires.hits;
        if when.only_all() {
            // A chain is as strong as its weakest link.
            self.groups.sort_by(|&a, &b| factor(a).total_cmp(&factor(b)).then(a.cmp(&b)));
            found.extend(&self.groups);
            return Some((factor(*self.groups.first()?), false));
        }
        // Each way to fire is a hit, or two near each other; the strongest way counts, the others are shown.
        self.ways.clear();
        self.ways.extend(
            of(|role| matches!(role, Use::Any(_))).filter(in_zone).map(|at| (factor(at), [at, at])),
        );
        if let Some(near) = &when.near {
            for a in of(|role| matches!(role, Use::Near(_))).filter(in_zone) {
                for b in of(|role| matches!(role, Use::NearTo(_))).filter(in_zone) {
                    if is_near(near, &hits[a as usize], &hits[b as usize]) {
                        let weaker = if factor(a) <= factor(b) { a } else { b };
                        self.ways.push((factor(weaker), [weaker, if weaker == a { b } else { a }]));
                    }
                }
            }
        }
        self.ways.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let &(strongest, [one, other]) = self.ways.first()?;
        let from = found.len();
        for hit in self.ways.iter().flat_map(|(_, pair)| *pair).chain(self.groups.iter().copied()) {
            if !found[from..].contains(&hit) {
                found.push(hit);
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
