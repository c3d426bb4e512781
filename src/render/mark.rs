//! Which words of a question are marked, and what each speaks for.

use super::View;
use crate::{decide::Evidence, pack::Kind};

/// What a marked word speaks for; of several the last counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    Against,
    Pair,
    Other,
    Step,
    Instinct,
    Lane,
}

impl Mark {
    fn of(view: &View<'_>, evidence: &Evidence) -> Self {
        let verdict = view.verdict;
        match view.engine.pack().target(evidence.target).kind() {
            Kind::Lane if evidence.points < 0.0 => Self::Against,
            Kind::Lane if verdict.lane == Some(evidence.target) => Self::Lane,
            Kind::Lane => Self::Other,
            Kind::Instinct => Self::Instinct,
            Kind::Step => Self::Step,
            Kind::Pair | Kind::Hook => Self::Pair,
        }
    }
}

/// The marked ranges of each segment, in bytes of its text, in order and without overlap.
pub(crate) fn marks(view: &View<'_>) -> Vec<Vec<(u32, u32, Mark)>> {
    let segments = view.question.segments();
    let mut marks = vec![Vec::new(); segments.len()];
    for evidence in &view.verdict.evidence {
        let mark = Mark::of(view, evidence);
        for hit in view.verdict.hits(evidence) {
            let offset = segments[hit.segment as usize].start as u32;
            marks[hit.segment as usize].push((hit.start - offset, hit.end - offset, mark));
        }
    }
    marks.into_iter().map(flatten).collect()
}

/// Ranges that do not overlap, from ranges that may: joined where they do, with the strongest mark.
fn flatten(mut marks: Vec<(u32, u32, Mark)>) -> Vec<(u32, u32, Mark)> {
    marks.sort_unstable();
    let mut flat: Vec<(u32, u32, Mark)> = Vec::new();
    for (start, end, mark) in marks {
        match flat.last_mut() {
            Some(last) if start < last.1 => *last = (last.0, last.1.max(end), last.2.max(mark)),
            _ => flat.push((start, end, mark)),
        }
    }
    flat
}
