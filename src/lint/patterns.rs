//! Advice on regexes: twice, covered by another, slow, with gaps that reach too far.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::{Edit, Finding, contain::covers, rules_of};
use crate::pack::{Literal, Matcher, Pack, Part, Rule, RuleIx, Written, hir};
use crate::problem::Code;

/// A gap of more characters passes over a sentence or more.
const WIDEST_GAP: u32 = 200;

pub(super) fn look(pack: &Pack, found: &mut Vec<Finding>) {
    for (ix, rule) in rules_of(pack) {
        let patterns = once(rule);
        for written in &patterns {
            found.extend(alone(pack, written).into_iter().map(|finding| finding.rule(ix, pack)));
        }
        covered(pack, ix, rule, patterns, found);
    }
}

/// Regexes that stand twice in a rule.
pub(super) fn look_for_doubles(pack: &Pack, found: &mut Vec<Finding>) {
    for (ix, rule) in rules_of(pack) {
        let patterns: Vec<&Written> = rule.written.iter().filter(|w| w.part == Part::Patterns).collect();
        for (at, written) in patterns.iter().enumerate() {
            found.extend(twice(pack, rule, written, &patterns[..at]).map(|finding| finding.rule(ix, pack)));
        }
    }
}

/// The regexes of a rule, each once.
fn once(rule: &Rule) -> Vec<&Written> {
    let mut patterns: Vec<&Written> = Vec::new();
    for written in rule.written.iter().filter(|written| written.part == Part::Patterns) {
        if patterns.iter().all(|other| other.cue != written.cue) {
            patterns.push(written);
        }
    }
    patterns
}

fn text<'p>(pack: &'p Pack, written: &Written) -> &'p str {
    &pack.cues()[written.cue.index()].text
}

fn twice(pack: &Pack, rule: &Rule, written: &Written, before: &[&Written]) -> Option<Finding> {
    let first = before.iter().find(|first| first.cue == written.cue)?;
    let text = text(pack, written);
    let message = format!("regex `{text}` stands twice in rule `{}`", rule.id);
    let finding = Finding::new(Code::DuplicatePhrase, text, &written.place, message);
    Some(finding.related(&first.place, "the first").edit(Edit::remove(&written.place)))
}

/// Letters of a word that is worth looking for.
const SHORTEST_WORD: usize = 2;

/// What a regex says of itself.
fn alone(pack: &Pack, written: &Written) -> Vec<Finding> {
    let text = text(pack, written);
    let mut findings = Vec::new();
    let Matcher::Pattern(pattern) = &pack.cues()[written.cue.index()].matcher else { return findings };
    let is_word = |literal: &Literal| literal.text.len() >= SHORTEST_WORD;
    if !pattern.anchors.anchors.iter().any(|anchor| anchor.literals.iter().any(is_word)) {
        let message = format!("no match of regex `{text}` need hold a word, so it runs on every text");
        let finding = Finding::new(Code::PatternWithoutLiteral, text, &written.place, message);
        findings.push(finding.help("make a word of two letters or more part of it"));
    }
    let hir = hir(text).expect("the pack was loaded");
    if let Some(gap) = widest_gap(&hir).filter(|&gap| gap > WIDEST_GAP) {
        let reach = if gap == u32::MAX { "any number of".to_owned() } else { gap.to_string() };
        let message = format!("a gap of regex `{text}` passes over {reach} characters");
        let finding = Finding::new(Code::WideGap, text, &written.place, message);
        findings.push(finding.help(format!("bound it to {WIDEST_GAP} or less, or say it with `near`")));
    }
    if nested(&hir) {
        let message = format!("regex `{text}` repeats without bound what itself repeats without bound");
        let finding = Finding::new(Code::NestedRepetition, text, &written.place, message);
        findings.push(finding.help("give one of the two a bound, or leave it out"));
    }
    findings
}

/// The most characters that a repeated class of letters and spaces passes over.
fn widest_gap(hir: &Hir) -> Option<u32> {
    match hir.kind() {
        HirKind::Repetition(repetition) if is_gap(&repetition.sub) => {
            Some(repetition.max.unwrap_or(u32::MAX))
        }
        HirKind::Repetition(repetition) => {
            let inside = widest_gap(&repetition.sub)?;
            Some(inside.saturating_mul(repetition.max.unwrap_or(u32::MAX)))
        }
        HirKind::Capture(capture) => widest_gap(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().filter_map(widest_gap).max(),
        _ => None,
    }
}

fn is_gap(hir: &Hir) -> bool {
    let HirKind::Class(Class::Bytes(class)) = hir.kind() else { return false };
    let holds = |byte: u8| class.iter().any(|range| range.start() <= byte && byte <= range.end());
    holds(b' ') && holds(b'a') && holds(b'z')
}

/// Whether an unbounded repetition repeats one without bound, with nothing that must stand between two rounds. Where
/// something must, as in `(?:the\s+)*`, there is one way only to match a text.
fn nested(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(repetition) => {
            (repetition.max.is_none() && may_be_a_run(&repetition.sub)) || nested(&repetition.sub)
        }
        HirKind::Capture(capture) => nested(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(nested),
        _ => false,
    }
}

/// Whether a regex may match nothing but a run without bound.
fn may_be_a_run(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(repetition) => repetition.max.is_none() || may_be_a_run(&repetition.sub),
        HirKind::Capture(capture) => may_be_a_run(&capture.sub),
        HirKind::Alternation(branches) => branches.iter().any(may_be_a_run),
        HirKind::Concat(parts) => (0..parts.len()).any(|run| {
            let empty = |part: &Hir| part.properties().minimum_len() == Some(0);
            may_be_a_run(&parts[run]) && (0..parts.len()).all(|at| at == run || empty(&parts[at]))
        }),
        _ => false,
    }
}

/// Regexes that another one of the rule covers.
fn covered(pack: &Pack, ix: RuleIx, rule: &Rule, mut kept: Vec<&Written>, found: &mut Vec<Finding>) {
    for at in (0..kept.len()).rev() {
        let (written, own) = (kept[at], text(pack, kept[at]));
        let by =
            kept.iter().filter(|other| other.cue != written.cue).find(|other| covers(text(pack, other), own));
        if let Some(by) = by {
            let message = format!(
                "wherever regex `{own}` matches, `{}` of rule `{}` does too",
                text(pack, by),
                rule.id
            );
            let finding = Finding::new(Code::CoveredPattern, own, &written.place, message);
            found.push(finding.rule(ix, pack).help("remove it"));
            kept.remove(at);
        }
    }
}
