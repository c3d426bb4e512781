//! Advice on ids, and on where rules are kept.

use std::{collections::BTreeMap, path::Path};

use super::{Finding, rules_of};
use crate::{
    pack::{Kind, Pack},
    problem::{Code, Place},
};

pub(super) fn look(pack: &Pack, found: &mut Vec<Finding>) {
    let rules = pack.rules().iter().map(|rule| (rule.id.as_str(), &rule.place));
    similar("rule", rules, found);
    for kind in Kind::ALL {
        let targets = pack.of_kind(kind).map(|ix| pack.target(ix));
        similar(kind.name(), targets.map(|target| (target.id.as_str(), &target.place)), found);
    }
    similar("list", pack.lists().iter().map(|list| (list.name.as_str(), &list.place)), found);
    misplaced(pack, found);
}

/// Ids of the same words, in another order or number.
fn similar<'p>(what: &str, ids: impl Iterator<Item = (&'p str, &'p Place)>, found: &mut Vec<Finding>) {
    let mut known: BTreeMap<Vec<&str>, (&str, &Place)> = BTreeMap::new();
    for (id, place) in ids {
        let mut words: Vec<&str> = id.split('-').map(singular).collect();
        words.sort_unstable();
        let Some((first, at)) = known.insert(words, (id, place)) else { continue };
        let message = format!("{what} `{id}` and {what} `{first}` have the same words in their ids");
        let finding = Finding::new(Code::SimilarIds, id, place, message);
        found.push(finding.related(at, "the other").help("say what sets them apart"));
    }
}

fn singular(word: &str) -> &str {
    word.strip_suffix("es")
        .filter(|w| w.ends_with(['s', 'x', 'h']))
        .or(word.strip_suffix('s'))
        .unwrap_or(word)
}

/// Rules in a file that is named for a lane, which speak for other lanes only.
fn misplaced(pack: &Pack, found: &mut Vec<Finding>) {
    for (ix, rule) in rules_of(pack) {
        let stem = Path::new(&rule.place.source.name).file_stem().and_then(|stem| stem.to_str());
        let Some(own) = stem.and_then(|stem| pack.find(stem)) else { continue };
        let lanes = rule.points.iter().filter(|(target, _)| pack.target(*target).kind() == Kind::Lane);
        let most = lanes.clone().filter(|(_, points)| *points > 0.0).max_by(|a, b| a.1.total_cmp(&b.1));
        let Some(&(lane, _)) = most else { continue };
        if pack.target(own).kind() == Kind::Lane && !lanes.clone().any(|(target, _)| *target == own) {
            let [own, lane] = [own, lane].map(|ix| pack.target(ix).id.as_str());
            let message =
                format!("rule `{}` speaks for lane `{lane}` and stands in the file of `{own}`", rule.id);
            let finding = Finding::new(Code::MisplacedRule, rule.id.as_str(), &rule.place, message);
            found.push(finding.rule(ix, pack).help(format!("move it to the file of `{lane}`")));
        }
    }
}
