//! Advice on phrases of one lane that hold phrases of another: each phrase is classified as if a question said no more.

use super::{Finding, Linter, phrases::hits, rules_of, spelling::plain};
use crate::{
    pack::{Kind, Pack, Part, Rule, RuleIx, TargetIx},
    problem::Code,
    scan::Scanner,
    score::{Fired, Fires, Scorer},
};

pub(super) fn look(linter: &Linter, found: &mut Vec<Finding>) {
    let pack = linter.pack();
    let mut reader = (Scanner::new(linter.engine()), Scorer::new(pack));
    for (ix, rule) in rules_of(pack) {
        let Some(lane) = strongest(pack, rule) else { continue };
        for written in rule.written.iter().filter(|written| written.part == Part::Words) {
            let phrase = pack.cues()[written.cue.index()].text.as_ref();
            // Of the phrases of a list the first that is so.
            let mut texts = plain(linter, phrase).into_iter();
            if let Some([message, help]) = texts.find_map(|text| other(pack, &mut reader, ix, lane, &text)) {
                let finding = Finding::new(Code::OtherLaneInside, phrase, &written.place, message);
                found.push(finding.rule(ix, pack).help(help));
            }
        }
    }
}

/// What is to be said of a text that makes a rule fire and speaks as loudly for another lane than the rule's.
fn other(
    pack: &Pack,
    (scanner, scorer): &mut (Scanner<'_>, Scorer<'_>),
    ix: RuleIx,
    lane: TargetIx,
    text: &str,
) -> Option<[String; 2]> {
    let hits = hits(scanner, text);
    let (fires, tally) = scorer.score(hits);
    if !fires.rules.iter().any(|fired| fired.rule == ix) {
        return None;
    }
    let own = tally.points(lane);
    let louder = pack.of_kind(Kind::Lane).filter(|&other| other != lane && tally.points(other) >= own);
    let other = louder.max_by(|&a, &b| tally.points(a).total_cmp(&tally.points(b)).then(b.cmp(&a)))?;
    let rule = &pack.rule(ix).id;
    let (by, inner) = loudest(pack, fires, other).filter(|(by, _)| by != rule)?;
    let inner = &text[hits[inner as usize].start as usize..hits[inner as usize].end as usize];
    let [lane, other_id] = [lane, other].map(|ix| pack.target(ix).id.as_str());
    let points = tally.points(other);
    Some([
        format!(
            "`{text}` of rule `{rule}` speaks for `{lane}`, but `{inner}` in it, of rule `{by}`, speaks for `{other_id}`"
        ),
        format!(
            "a question that says no more has {own:.1} points for `{lane}` and {points:.1} for `{other_id}`"
        ),
    ])
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
