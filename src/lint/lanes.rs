//! Advice on phrases of one lane that hold phrases of another: each phrase is classified as if a question said no more.

use super::{Finding, Linter, phrases::hits, rules_of, spelling::spellings};
use crate::{
    pack::{Kind, Pack, Part, Rule, TargetIx},
    problem::Code,
    scan::Scanner,
    score::{Fired, Fires, Scorer},
};

pub(super) fn look(linter: &Linter, found: &mut Vec<Finding>) {
    let pack = linter.pack();
    let (mut scanner, mut scorer) = (Scanner::new(linter.engine()), Scorer::new(pack));
    for (ix, rule) in rules_of(pack) {
        let Some(lane) = strongest(pack, rule) else { continue };
        for written in rule.written.iter().filter(|written| written.part == Part::Words) {
            let phrase = pack.cues()[written.cue.index()].text.as_ref();
            // Where the words of a list tell nothing else, its first phrase tells it.
            let Some(plain) = spellings(linter, phrase).and_then(|all| all.into_iter().next()) else {
                continue;
            };
            let hits = hits(&mut scanner, &plain.text);
            let (fires, tally) = scorer.score(hits);
            if !fires.rules.iter().any(|fired| fired.rule == ix) {
                continue;
            }
            let own = tally.points(lane);
            let louder =
                pack.of_kind(Kind::Lane).filter(|&other| other != lane && tally.points(other) >= own);
            let Some(other) = louder.max_by(|&a, &b| tally.points(a).total_cmp(&tally.points(b))) else {
                continue;
            };
            let Some((by, inner)) = loudest(pack, fires, other).filter(|(by, _)| *by != rule.id) else {
                continue;
            };
            let hit = &hits[inner as usize];
            let inner = &plain.text[hit.start as usize..hit.end as usize];
            let id = |ix: TargetIx| pack.target(ix).id.as_str();
            let message = format!(
                "`{}` of rule `{}` speaks for `{}`, but `{inner}` in it, of rule `{by}`, speaks for `{}`",
                plain.text,
                rule.id,
                id(lane),
                id(other)
            );
            let help = format!(
                "a question that says no more has {own:.1} points for `{}` and {:.1} for `{}`",
                id(lane),
                tally.points(other),
                id(other)
            );
            found.push(
                Finding::new(Code::OtherLaneInside, phrase, &written.place, message)
                    .rule(ix, pack)
                    .help(help),
            );
        }
    }
}

/// The lane that a rule speaks for most.
fn strongest(pack: &Pack, rule: &Rule) -> Option<TargetIx> {
    let lanes =
        rule.points.iter().filter(|(t, points)| pack.target(*t).kind() == Kind::Lane && *points > 0.0);
    lanes.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(lane, _)| *lane)
}

/// The rule that speaks loudest for a lane, and the hit that made it fire.
fn loudest<'p>(pack: &'p Pack, fires: &Fires, lane: TargetIx) -> Option<(&'p str, u32)> {
    let points = |fired: &Fired| {
        let own = pack.rule(fired.rule).points.iter().find(|(target, _)| *target == lane);
        own.map_or(0.0, |(_, points)| points * fired.factor)
    };
    let louder = |a: &&Fired, b: &&Fired| points(a).total_cmp(&points(b)).then(b.rule.cmp(&a.rule));
    let fired = fires.rules.iter().max_by(louder)?;
    Some((&pack.rule(fired.rule).id, *fires.hits(fired).first()?))
}
