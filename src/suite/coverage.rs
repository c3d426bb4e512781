//! Coverage below the rule: what of a pack some case has needed.
//!
//! In: the match matrix, and what cases notice when a part is taken out. Out: for each rule, phrase, regex, exception, zone
//! limit and target whether it *fired* in some case and whether it was *decisive* for some case.
//!
//! - A rule fired if a text makes it fire; it is decisive if a labelled question is answered otherwise without it. (That its
//!   own examples need it proves nothing.)
//! - A phrase or regex fired if it stands in a text in which its rule fires and counted there; it is decisive if a case notices
//!   when it is taken out: an example that no longer holds, or a labelled question that is answered otherwise.
//! - An exception fired if it stands in a text in which its rule would fire otherwise; decisive as above.
//! - A zone limit fired if its rule fires otherwise in some text without it; decisive as above.
//! - A target fired if it is in the answer to some text; it is decisive if it is in the answer to a labelled question, where
//!   labels speak of its kind in a right one.

use super::{
    cases::{Answer, Case, wrong},
    matrix::{Matrix, Noticed},
    mutants::Operator,
    mutate::{Tried, most},
    parallel,
};
use crate::{
    eval::Share,
    pack::{Detail, Kind, Pack, RuleIx, TargetIx},
    problem::Place,
};

/// The levels of coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Rules.
    Rule,
    /// Phrases of `words`, `near` and `all`.
    Phrase,
    /// Regexes.
    Pattern,
    /// Phrases of `none`.
    Exception,
    /// `zones`.
    Zone,
    /// Phrases of lists.
    ListPhrase,
    /// Lanes.
    Lane,
    /// Instincts.
    Instinct,
    /// Checklist steps.
    Step,
    /// Pairs.
    Pair,
    /// Hooks.
    Hook,
}

impl Level {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Rule,
        Self::Phrase,
        Self::Pattern,
        Self::Exception,
        Self::Zone,
        Self::ListPhrase,
        Self::Lane,
        Self::Instinct,
        Self::Step,
        Self::Pair,
        Self::Hook,
    ];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Phrase => "phrase",
            Self::Pattern => "pattern",
            Self::Exception => "exception",
            Self::Zone => "zone",
            Self::ListPhrase => "list-phrase",
            Self::Lane => "lane",
            Self::Instinct => "instinct",
            Self::Step => "step",
            Self::Pair => "pair",
            Self::Hook => "hook",
        }
    }

    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Lane => Self::Lane,
            Kind::Instinct => Self::Instinct,
            Kind::Step => Self::Step,
            Kind::Pair => Self::Pair,
            Kind::Hook => Self::Hook,
        }
    }
}

/// A part of the pack that can be covered.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its level.
    pub level: Level,
    /// The rule that it belongs to.
    pub rule: Option<RuleIx>,
    /// What it is, with its key.
    pub name: String,
    /// Where it is written.
    pub place: Place,
    /// Whether it fired in some case.
    pub fired: bool,
    /// Whether it was decisive for some case.
    pub decisive: bool,
}

/// What is covered, in the order of the pack.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Every part.
    pub items: Vec<Item>,
}

impl Coverage {
    /// How many parts of a level fired and were decisive; of all levels if none is named.
    #[must_use]
    pub fn shares(&self, level: Option<Level>) -> [Share; 2] {
        let mut shares = [Share::default(); 2];
        for item in self.items.iter().filter(|item| level.is_none_or(|level| item.level == level)) {
            shares[0].add(item.fired);
            shares[1].add(item.decisive);
        }
        shares
    }
}

/// Whether a mutant is one that coverage asks for.
pub(super) fn needs(operator: Operator) -> bool {
    level(operator).is_some()
}

fn level(operator: Operator) -> Option<Level> {
    match operator {
        Operator::DropPhrase => Some(Level::Phrase),
        Operator::DropPattern => Some(Level::Pattern),
        Operator::DropException => Some(Level::Exception),
        Operator::DropZones => Some(Level::Zone),
        Operator::DropListPhrase => Some(Level::ListPhrase),
        _ => None,
    }
}

/// Coverage of some rules, and of lists and targets if `manifest` holds. `tried` holds the mutants that [`needs`] asks for.
pub(super) fn measure(matrix: &Matrix<'_>, rules: &[RuleIx], manifest: bool, tried: &[Tried]) -> Coverage {
    let of_rule = |rule: Option<RuleIx>| {
        let from = tried.partition_point(|tried| rank(tried.mutant.rule) < rank(rule));
        let rest = tried[from..].iter().take_while(move |tried| tried.mutant.rule == rule);
        rest.filter_map(|tried| item(tried, level(tried.mutant.operator)?))
    };
    let wholes = parallel::map(rules, || (), |(), rule| whole(matrix, *rule));
    let mut items = Vec::new();
    for whole in wholes {
        let rule = whole.rule;
        items.push(whole);
        items.extend(of_rule(rule));
    }
    if manifest {
        items.extend(of_rule(None));
        items.extend(targets(matrix.pack, matrix.cases));
    }
    Coverage { items }
}

/// Mutants of rules stand before those of the manifest.
fn rank(rule: Option<RuleIx>) -> usize {
    rule.map_or(usize::MAX, RuleIx::index)
}

fn item(tried: &Tried, level: Level) -> Option<Item> {
    let mutant = &tried.mutant;
    Some(Item {
        level,
        rule: mutant.rule,
        name: mutant.what.clone(),
        place: mutant.place.clone(),
        fired: tried.reached,
        decisive: tried.is_killed(),
    })
}

/// A rule as a whole.
fn whole(matrix: &Matrix<'_>, ix: RuleIx) -> Item {
    let rule = matrix.pack.rule(ix);
    let firing = || matrix.touching(ix).filter(|case| case.fires(ix));
    let questions = firing().filter(|case| case.truth().is_some());
    let noticed = most(questions.map(|case| matrix.fires(case, &case.fires.without(ix))));
    Item {
        level: Level::Rule,
        rule: Some(ix),
        name: rule.id.clone(),
        place: rule.place.clone(),
        fired: firing().next().is_some(),
        decisive: noticed > Noticed::Nothing,
    }
}

/// The targets, with coverage; those that no question is sent to left out.
pub fn targets<'m>(pack: &'m Pack, cases: &'m [Case<'_>]) -> impl Iterator<Item = Item> + 'm {
    let cases = || cases.iter().filter(|case| !case.todo);
    let answers = |answer: &Answer, ix: TargetIx| {
        let one = [answer.lane, answer.instinct, answer.verify].contains(&Some(ix));
        one || answer.shown.contains(&ix)
    };
    let is_right = move |case: &Case<'_>, kind: Kind| {
        case.truth().is_some_and(|truth| {
            let wrong = wrong(truth, &case.answer);
            match kind {
                Kind::Lane => !wrong.lane,
                Kind::Instinct => !wrong.instinct,
                Kind::Step => !wrong.verify,
                Kind::Pair | Kind::Hook => true,
            }
        })
    };
    pack.targets.iter().enumerate().filter_map(move |(at, target)| {
        let (ix, kind) = (TargetIx(at as u16), target.kind());
        (target.detail != Detail::Step { checklist: false }).then(|| Item {
            level: Level::of(kind),
            rule: None,
            name: target.id.clone(),
            place: pack.targets_places[at].clone(),
            fired: cases().any(|case| answers(&case.answer, ix)),
            decisive: cases().any(|case| answers(&case.answer, ix) && is_right(case, kind)),
        })
    })
}
