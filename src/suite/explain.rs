//! Why a case does not hold: what is missing, what is noisy, and the words and conditions that made it so.

use super::{
    cases::{Case, Expects, wrong},
    mutants::key,
};
use crate::{
    pack::{CueIx, Near, Pack, Part, RuleIx, TargetIx, ZoneSet},
    problem::{Code, Place, Problem},
    scan::Hit,
    why::{self, Reason},
    zone::Zone,
};

/// More phrases than this are not listed one by one.
const MOST_LISTED: usize = 6;

/// What is wrong with an example or counterexample; nothing if it holds, or if the case is a question of a bank.
#[must_use]
pub fn example(pack: &Pack, case: &Case<'_>) -> Option<Problem> {
    let place = case.place?;
    let is_todo = if case.todo { " yet" } else { "" };
    let (code, rule, message) = match case.expects {
        Expects::Fires(rule) if !case.fires(rule) => {
            let message =
                format!("missing: rule `{}` does not fire in its example{is_todo}", pack.rule(rule).id);
            (Code::ExampleMisses, rule, message)
        }
        Expects::Silent(rule) if case.fires(rule) => {
            let message = format!("noisy: rule `{}` fires in its counterexample", pack.rule(rule).id);
            (Code::CounterexampleFires, rule, message)
        }
        _ => return None,
    };
    let problem = Problem::new(code, message).about(&pack.rule(rule).id);
    let why = if code == Code::ExampleMisses { silent(pack, case, rule) } else { fired(pack, case, rule) };
    let mut hits = why.hits.into_iter();
    let problem = match hits.next() {
        Some((hit, label)) => problem.place(&inside(place, &hit)).label(label),
        None => problem.place(place),
    };
    let problem = hits.fold(problem, |problem, (hit, label)| problem.related(&inside(place, &hit), label));
    Some(why.notes.into_iter().fold(problem, Problem::note))
}

/// The place of a hit in an example: exact where the text is written as it is read.
fn inside(example: &Place, hit: &Hit) -> Place {
    let written = example.text();
    let plain = !written.contains('\\') && !written.starts_with("\"\"\"") && !written.starts_with("'''");
    if !plain {
        return example.clone();
    }
    let start = example.span.start + 1;
    Place { source: example.source.clone(), span: start + hit.start as usize..start + hit.end as usize }
}

/// What is missing and what is noisy in the answer to a question of a bank, one sentence each; nothing if it is right.
#[must_use]
pub fn question(pack: &Pack, case: &Case<'_>) -> Vec<String> {
    let Some(truth) = case.truth() else { return Vec::new() };
    let wrong = wrong(truth, &case.answer);
    let mut sentences = Vec::new();
    for (is_wrong, right, said) in [
        (wrong.lane, &truth.lane, case.answer.lane),
        (wrong.instinct, &truth.instinct, case.answer.instinct),
        (wrong.verify, &truth.verify, case.answer.verify),
    ] {
        let name =
            |target: TargetIx| format!("{} `{}`", pack.target(target).kind().name(), pack.target(target).id);
        if is_wrong {
            sentences.extend(right.label.map(|target| {
                let why = missing(pack, case, target);
                format!("missing: {}: {why}", name(target))
            }));
            sentences.extend(said.map(|target| format!("noisy: {}", name(target))));
        }
    }
    sentences
}

/// The rule that was nearest to speaking for a target, and what kept it silent.
fn missing(pack: &Pack, case: &Case<'_>, target: TargetIx) -> String {
    let spoke = case.fires.rules.iter().filter(|fired| {
        pack.rule(fired.rule).points.iter().any(|(other, points)| *other == target && *points > 0.0)
    });
    let spoke: Vec<_> =
        spoke.map(|fired| format!("`{}`", pack.rule(fired.rule).id)).take(MOST_LISTED).collect();
    let spoke = if spoke.is_empty() {
        "no rule spoke for it".to_owned()
    } else {
        format!("{} spoke for it", spoke.join(", "))
    };
    match why::silent(pack, &case.hits, target).first() {
        Some(nearest) => {
            let reason = silent(pack, case, nearest.rule).notes.swap_remove(0);
            format!("{spoke}; the nearest that did not is `{}`: {reason}", pack.rule(nearest.rule).id)
        }
        None => spoke,
    }
}

/// Sentences, and hits with what each is.
#[derive(Debug, Default)]
struct Why {
    notes: Vec<String>,
    hits: Vec<(Hit, String)>,
}

/// A hit in words: the text, and where it stands.
fn said(case: &Case<'_>, hit: &Hit) -> String {
    let words: Vec<_> = case.words(hit).split_whitespace().collect();
    format!("“{}” ({}, {}..{})", words.join(" "), hit.zone.name(), hit.start, hit.end)
}

/// The nearest condition of a rule that does not hold.
fn silent(pack: &Pack, case: &Case<'_>, ix: RuleIx) -> Why {
    let when = &pack.rule(ix).when;
    let hits: Vec<Hit> = case.hits_of(ix).copied().collect();
    let Some((hit, reason)) = why::reason(pack, ix, &hits) else {
        return Why { notes: vec![nearest(pack, case, ix)], hits: Vec::new() };
    };
    let note = match reason {
        Reason::Excepted(exception) => {
            let text = &pack.cues()[exception.cue.index()].text;
            format!("`none` phrase `{text}` stands there: {}", said(case, &exception))
        }
        Reason::Zone => {
            format!("the rule looks in {} only, and {} stands outside", zones(when.zones), said(case, &hit))
        }
        Reason::Missing(cues) => format!("{}: {}", group(pack, ix, &cues), listed(pack, &cues)),
        Reason::NotNear(_, within) => {
            let near = when.near.as_ref().expect("the reason speaks of it");
            not_near(case, near, &hits).unwrap_or_else(|| {
                format!("no phrase of `near.words` and one of `near.to` stand within {within} words")
            })
        }
    };
    Why { notes: vec![note], hits: marked(pack, ix, hits.iter()) }
}

/// Hits with the phrase and key that each is of.
fn marked<'h>(pack: &Pack, ix: RuleIx, hits: impl Iterator<Item = &'h Hit>) -> Vec<(Hit, String)> {
    let label = |hit: &Hit| {
        let written = pack.rule(ix).written.iter().filter(|written| written.cue == hit.cue);
        let mut keys: Vec<_> = written.map(|written| key(written.part)).collect();
        keys.dedup();
        format!("`{}` of {}", pack.cues()[hit.cue.index()].text, keys.join(" and "))
    };
    hits.take(MOST_LISTED).map(|hit| (*hit, label(hit))).collect()
}

fn zones(zones: ZoneSet) -> String {
    let names = [Zone::Story, Zone::Ask, Zone::Option].into_iter().filter(|zone| zones.contains(*zone));
    names.map(Zone::name).collect::<Vec<_>>().join(" and ")
}

/// The keys of a rule that hold these cues.
fn group(pack: &Pack, ix: RuleIx, cues: &[CueIx]) -> String {
    let mut parts: Vec<Part> = pack
        .rule(ix)
        .written
        .iter()
        .filter(|w| cues.contains(&w.cue) && w.part != Part::None)
        .map(|w| w.part)
        .collect();
    parts.dedup();
    let whole = |part: &Part| match part {
        Part::All(at) => pack.rule(ix).when.all[usize::from(*at)] == cues,
        _ => true,
    };
    let mut keys: Vec<_> =
        parts.iter().filter(|part| whole(part)).map(|part| format!("`{}`", key(*part))).collect();
    keys.dedup();
    if keys.is_empty() { "a group".to_owned() } else { keys.join(" and ") }
}

fn listed(pack: &Pack, cues: &[CueIx]) -> String {
    let mut names: Vec<_> =
        cues.iter().take(MOST_LISTED).map(|cue| format!("`{}`", pack.cues()[cue.index()].text)).collect();
    if let Some(more) = cues.len().checked_sub(MOST_LISTED).filter(|more| *more > 0) {
        names.push(format!("{more} more"));
    }
    format!("none of {} stands there", names.join(", "))
}

/// How far apart the two groups of `near` stand where they are nearest.
fn not_near(case: &Case<'_>, near: &Near, hits: &[Hit]) -> Option<String> {
    let side =
        |cues: &[CueIx]| -> Vec<Hit> { hits.iter().filter(|hit| cues.contains(&hit.cue)).copied().collect() };
    let (ones, others) = (side(&near.words), side(&near.to));
    let pairs = || ones.iter().flat_map(|one| others.iter().map(move |other| (one, other)));
    let together = pairs().filter(|(one, other)| one.segment == other.segment);
    let apart = together.map(|(one, other)| {
        let (first, second) = if one.words[0] <= other.words[0] { (one, other) } else { (other, one) };
        (i64::from(second.words[0]) - i64::from(first.words[1]) - 1, one, other)
    });
    let Some((words, one, other)) = apart.min_by_key(|(words, ..)| words.abs()) else {
        let (one, other) = pairs().next()?;
        return Some(format!("{} and {} stand in different segments", said(case, one), said(case, other)));
    };
    Some(if words < 0 {
        format!("{} and {} overlap", said(case, one), said(case, other))
    } else {
        format!(
            "{} and {} stand {words} words apart, `near.within` is {}",
            said(case, one),
            said(case, other),
            near.within
        )
    })
}

/// No cue of the rule stands there: the phrase of which most words do.
fn nearest(pack: &Pack, case: &Case<'_>, ix: RuleIx) -> String {
    let lower = case.text.to_lowercase();
    let there: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let share = |text: &str| {
        let words: Vec<_> =
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2).collect();
        let stands = |word: &&&str| there.iter().any(|there| there.starts_with(&word.to_lowercase()));
        let found = words.iter().filter(stands).count();
        (found, words.len())
    };
    let cues = pack
        .rule(ix)
        .written
        .iter()
        .filter(|w| w.part != Part::None)
        .map(|w| &pack.cues()[w.cue.index()].text);
    let best = cues.map(|text| (share(text), text)).filter(|((found, _), _)| *found > 0);
    let better = |(found, of): (usize, usize)| found as f64 / of as f64;
    match best.max_by(|a, b| better(a.0).total_cmp(&better(b.0)).then(a.0.0.cmp(&b.0.0))) {
        Some(((found, of), text)) => {
            format!(
                "none of its phrases stands there; the nearest is `{text}`, of which {found} of {of} words do"
            )
        }
        None => "none of its phrases stands there, nor a word of them".to_owned(),
    }
}

/// The hits that made a rule fire.
fn fired(pack: &Pack, case: &Case<'_>, ix: RuleIx) -> Why {
    let Some(fired) = case.fires.rules.iter().find(|fired| fired.rule == ix) else { return Why::default() };
    let hits = case.fires.hits(fired).iter().map(|&at| &case.hits[at as usize]);
    Why { notes: Vec::new(), hits: marked(pack, ix, hits) }
}
