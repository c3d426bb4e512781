//! Advice on phrases: twice, covered, shadowed, blocked; and on the lists that hold them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Edit, Finding, Linter, rules_of,
    spelling::{Spelling, spellings},
};
use crate::{
    pack::{CueIx, Example, List, Part, Rule, RuleIx},
    problem::{Code, Place},
    question::{Question, Segment},
    scan::{Hit, Scanner},
    zone::Zone,
};

/// A phrase under some key.
#[derive(Debug, Clone, Copy)]
struct Entry<'p> {
    text: &'p str,
    cue: CueIx,
    place: &'p Place,
}

/// The phrases under one key of a rule, or of one list.
struct Group<'p> {
    entries: Vec<Entry<'p>>,
    rule: Option<RuleIx>,
    /// For messages: where the entries stand.
    name: String,
    /// Whether a longer phrase is of no use beside a shorter one.
    shadows: bool,
}

/// Looks at all phrases.
pub(super) fn look(linter: &Linter, found: &mut Vec<Finding>) {
    let mut scanner = Scanner::new(linter.engine());
    for group in groups(linter) {
        compare(linter, &mut scanner, &group, found);
    }
    for (ix, rule) in rules_of(linter.pack()) {
        blocked(linter, &mut scanner, ix, rule, found);
    }
    lists(linter, found);
}

fn groups(linter: &Linter) -> Vec<Group<'_>> {
    let pack = linter.pack();
    let mut groups = Vec::new();
    for (ix, rule) in rules_of(pack) {
        let mut parts: BTreeMap<Part, Vec<Entry<'_>>> = BTreeMap::new();
        for written in rule.written.iter().filter(|written| written.part != Part::Patterns) {
            let text = &pack.cues()[written.cue.index()].text;
            let entry = Entry { text, cue: written.cue, place: &written.place };
            parts.entry(written.part).or_default().push(entry);
        }
        groups.extend(parts.into_iter().map(|(part, entries)| Group {
            entries,
            rule: Some(ix),
            name: format!("`{}` of rule `{}`", key(part), rule.id),
            shadows: !matches!(part, Part::Near | Part::NearTo),
        }));
    }
    for (list, cues) in pack.lists().iter().zip(&linter.list_cues) {
        let entries = list.phrases.iter().zip(cues);
        groups.push(Group {
            entries: entries.map(|(p, &cue)| Entry { text: &p.text, cue, place: &p.place }).collect(),
            rule: None,
            name: format!("list `{}`", list.name),
            shadows: stands_alone(linter, &list.name, &mut BTreeSet::new()),
        });
    }
    groups
}

/// The key of a rule, as authors write it.
fn key(part: Part) -> &'static str {
    match part {
        Part::Words => "words",
        Part::Patterns => "patterns",
        Part::Near => "near.words",
        Part::NearTo => "near.to",
        Part::All(_) => "all",
        Part::None => "none",
    }
}

/// Whether a list is used only as a whole phrase, and nowhere in a `near`: then which of its phrases matched is all the same.
fn stands_alone(linter: &Linter, name: &str, seen: &mut BTreeSet<String>) -> bool {
    let (pack, whole) = (linter.pack(), format!("{{{name}}}"));
    if !seen.insert(name.to_owned()) {
        return true;
    }
    let written = pack.rules().iter().flat_map(|rule| &rule.written);
    let in_rules = written
        .filter(|w| pack.cues()[w.cue.index()].text.contains(&whole))
        .all(|w| pack.cues()[w.cue.index()].text == whole && !matches!(w.part, Part::Near | Part::NearTo));
    in_rules
        && pack.lists().iter().all(|list| {
            let using = || list.phrases.iter().filter(|phrase| phrase.text.contains(&whole));
            using().next().is_none()
                || (using().all(|phrase| phrase.text == whole) && stands_alone(linter, &list.name, seen))
        })
}

/// What the other phrases of a group do to one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cover {
    /// One of them stands inside it, unless its words are run together.
    InsideApart(CueIx),
    /// One of them stands inside it.
    Inside(CueIx),
    /// One of them matches the same words.
    Same(CueIx),
}

fn compare(linter: &Linter, scanner: &mut Scanner<'_>, group: &Group<'_>, found: &mut Vec<Finding>) {
    let mut kept: Vec<Entry<'_>> = Vec::new();
    let mut add = |finding: Finding| {
        found.push(match group.rule {
            Some(rule) => finding.rule(rule, linter.pack()),
            None => finding,
        });
    };
    for &entry in &group.entries {
        let Some(first) = kept.iter().find(|other| other.text == entry.text) else {
            kept.push(entry);
            continue;
        };
        let message = format!("`{}` stands twice in {}", entry.text, group.name);
        let finding = Finding::new(Code::DuplicatePhrase, entry.text, entry.place, message);
        add(finding.related(first.place, "the first").edit(Edit::remove(entry.place)));
    }
    // The last first, so that of two equal phrases the first stays.
    for at in (0..kept.len()).rev() {
        let entry = kept[at];
        let others: Vec<CueIx> = kept.iter().filter(|o| o.text != entry.text).map(|o| o.cue).collect();
        let Some(spellings) = spellings(linter, entry.text) else { continue };
        let rule = group.rule.map(|rule| linter.pack().rule(rule));
        let examples = rule.into_iter().flat_map(|rule| rule.examples.iter().chain(&rule.counterexamples));
        let cover = cover(scanner, &entry, &others, &spellings);
        let name = |cue: CueIx| linter.pack().cues()[cue.index()].text.as_ref();
        match cover {
            Some(Cover::Same(by)) => {
                let message = format!("`{}` is matched by `{}` too, in {}", entry.text, name(by), group.name);
                let finding = Finding::new(Code::RedundantPhrase, entry.text, entry.place, message);
                add(finding.help("remove it").edit(Edit::remove(entry.place)));
                kept.remove(at);
            }
            Some(Cover::Inside(by) | Cover::InsideApart(by)) if group.shadows => {
                let message =
                    format!("`{}` holds `{}`, which is in {} too", entry.text, name(by), group.name);
                let code = match cover {
                    Some(Cover::InsideApart(_)) if shown(scanner, &entry, by, examples.clone()) => continue,
                    Some(Cover::InsideApart(_)) => Code::NearlyShadowedPhrase,
                    _ => Code::ShadowedPhrase,
                };
                let help = match code {
                    Code::ShadowedPhrase => "remove it, or the shorter one if that says too little",
                    _ => "only its words run together are left to it; show that in an example, or remove it",
                };
                add(Finding::new(code, entry.text, entry.place, message).help(help));
            }
            _ => {}
        }
    }
}

/// What the cues do to all spellings of a phrase, the least of it.
fn cover(scanner: &mut Scanner<'_>, entry: &Entry<'_>, cues: &[CueIx], all: &[Spelling]) -> Option<Cover> {
    let mut least: Option<Cover> = None;
    for spelling in all {
        let hits = hits(scanner, &spelling.text);
        // A spelling that the phrase itself does not match says nothing.
        let Some(own) = hits.iter().filter(|hit| hit.cue == entry.cue).max_by_key(|hit| hit.end - hit.start)
        else {
            continue;
        };
        let mut other = hits.iter().filter(|hit| cues.contains(&hit.cue) && !hit.negated);
        let same = other.clone().find(|hit| (hit.start, hit.end) == (own.start, own.end));
        let here = match same.or_else(|| other.find(|hit| own.start <= hit.start && hit.end <= own.end)) {
            Some(hit) if same.is_some() => Cover::Same(hit.cue),
            Some(hit) => Cover::Inside(hit.cue),
            // Apart it is covered, or the search had ended.
            None if spelling.joined => match least? {
                Cover::Same(cue) | Cover::Inside(cue) | Cover::InsideApart(cue) => Cover::InsideApart(cue),
            },
            None => return None,
        };
        least = Some(least.map_or(here, |least| if rank(here) < rank(least) { here } else { least }));
    }
    least
}

fn rank(cover: Cover) -> u8 {
    match cover {
        Cover::InsideApart(_) => 0,
        Cover::Inside(_) => 1,
        Cover::Same(_) => 2,
    }
}

/// Whether an example or counterexample of the rule has a phrase where the shorter phrase is not.
fn shown<'p>(
    scanner: &mut Scanner<'_>,
    entry: &Entry<'_>,
    shorter: CueIx,
    mut examples: impl Iterator<Item = &'p Example>,
) -> bool {
    examples.any(|example| {
        let hits = hits(scanner, &example.text);
        let own: Vec<&Hit> = hits.iter().filter(|hit| hit.cue == entry.cue).collect();
        let inside = |own: &&Hit| {
            hits.iter().any(|hit| hit.cue == shorter && own.start <= hit.start && hit.end <= own.end)
        };
        own.iter().any(|own| !inside(own))
    })
}

/// The hits of a text that is all story.
pub(super) fn hits<'s>(scanner: &'s mut Scanner<'_>, text: &str) -> &'s [Hit] {
    scanner.scan(&Question::of(vec![Segment { zone: Zone::Story, text, start: 0, option: None }]))
}

/// Phrases that hold a phrase of the rule's `none`.
fn blocked(linter: &Linter, scanner: &mut Scanner<'_>, ix: RuleIx, rule: &Rule, found: &mut Vec<Finding>) {
    if rule.when.none.is_empty() {
        return;
    }
    let pack = linter.pack();
    for written in rule.written.iter().filter(|w| !matches!(w.part, Part::Patterns | Part::None)) {
        let text = &pack.cues()[written.cue.index()].text;
        let Some(spellings) = spellings(linter, text) else { continue };
        let mut by = None;
        // Words run together are one word, in which no other phrase stands.
        let blocks = spellings.iter().filter(|spelling| !spelling.joined).all(|spelling| {
            let hits = hits(scanner, &spelling.text);
            let block = hits.iter().find(|hit| rule.when.none.contains(&hit.cue));
            by = by.or(block.map(|hit| hit.cue));
            block.is_some() || !hits.iter().any(|hit| hit.cue == written.cue)
        });
        let Some(by) = by.filter(|_| blocks) else { continue };
        let by = &pack.cues()[by.index()].text;
        let message = format!("`{text}` can never make rule `{}` fire, since `none` has `{by}`", rule.id);
        let finding = Finding::new(Code::BlockedPhrase, text.as_ref(), &written.place, message);
        found.push(finding.rule(ix, pack).help("remove it, or narrow `none`"));
    }
}

/// Lists that nothing uses, and lists out of order.
fn lists(linter: &Linter, found: &mut Vec<Finding>) {
    let pack = linter.pack();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    // The cues of rules and of negation come first, those of lists were added behind them.
    let own = pack.cues().len() - linter.list_cues.iter().map(Vec::len).sum::<usize>();
    let mut texts: Vec<&str> = pack.cues()[..own].iter().map(|cue| cue.text.as_ref()).collect();
    while let Some(text) = texts.pop() {
        for list in pack.lists().iter().filter(|list| text.contains(&format!("{{{}}}", list.name))) {
            if used.insert(&list.name) {
                texts.extend(list.phrases.iter().map(|phrase| phrase.text.as_str()));
            }
        }
    }
    for list in pack.lists() {
        if !used.contains(list.name.as_str()) {
            let message = format!("no phrase uses list `{}`", list.name);
            let finding = Finding::new(Code::UnusedList, list.name.as_str(), &list.place, message);
            found.push(finding.help("remove it, or write its name in braces where it is meant"));
        }
        found.extend(out_of_order(list));
    }
}

fn out_of_order(list: &List) -> Option<Finding> {
    let source = &list.place.source.text;
    let (first, last) = (list.phrases.first()?, list.phrases.last()?);
    let between = list.phrases.windows(2).map(|w| &source[w[0].place.span.end..w[1].place.span.start]);
    if std::iter::once(&source[list.place.span.end..first.place.span.start])
        .chain(between)
        .any(|t| t.contains('#'))
        || source[last.place.span.end..].lines().next().is_some_and(|rest| rest.contains('#'))
    {
        return None;
    }
    let mut sorted: Vec<&Example> = list.phrases.iter().collect();
    // By what is read: the marks of inflection and of lists have no place in the alphabet.
    sorted
        .sort_by_cached_key(|phrase| (phrase.text.to_lowercase().replace(['~', '{', '}'], ""), &phrase.text));
    let at = sorted.iter().zip(&list.phrases).position(|(a, b)| a.text != b.text)?;
    let message = format!("list `{}` is not in alphabetical order", list.name);
    let mut finding = Finding::new(Code::UnsortedList, list.name.as_str(), &list.place, message)
        .help(format!("`{}` belongs in front of `{}`", sorted[at].text, list.phrases[at].text));
    for (new, old) in sorted.iter().zip(&list.phrases).filter(|(new, old)| new.text != old.text) {
        finding = finding.edit(Edit::replace(&old.place, &source[new.place.span.clone()]));
    }
    Some(finding)
}
