//! Whether a text with a match of one regex always has a match of another.
//!
//! In: two regexes. Out: whether the one covers the other, proved: both become automata that are walked side by side, and no
//! text may lead to a match of the second before the first had one. Automata that would be too large prove nothing.

use std::collections::BTreeSet;

use regex_automata::{
    Anchored,
    dfa::{Automaton, StartKind, dense},
    nfa::thompson,
    util::{primitives::StateID, start, syntax},
};

/// Bytes that an automaton may take.
const MOST_BYTES: usize = 1 << 20;
/// Pairs of states that are looked at.
const MOST_PAIRS: usize = 200_000;

/// Whether every text with a match of `narrow` has one of `wide`.
pub(super) fn covers(wide: &str, narrow: &str) -> bool {
    let (Some(wide), Some(narrow)) = (automaton(wide), automaton(narrow)) else { return false };
    walk(&wide, &narrow).unwrap_or(false)
}

fn automaton(pattern: &str) -> Option<dense::DFA<Vec<u32>>> {
    let syntax = syntax::Config::new().unicode(false).utf8(false).case_insensitive(true);
    let config = dense::Config::new()
        .start_kind(StartKind::Unanchored)
        .dfa_size_limit(Some(MOST_BYTES))
        .determinize_size_limit(Some(MOST_BYTES));
    dense::Builder::new()
        .configure(config)
        .syntax(syntax)
        .thompson(thompson::Config::new().utf8(false))
        .build(pattern)
        .ok()
}

/// Walks both from the start of a text; nothing where there are too many pairs of states.
fn walk(wide: &dense::DFA<Vec<u32>>, narrow: &dense::DFA<Vec<u32>>) -> Option<bool> {
    let start = start::Config::new().anchored(Anchored::No);
    // The states, and whether the narrow one has matched on the way.
    let first = (wide.start_state(&start).ok()?, narrow.start_state(&start).ok()?, false);
    let bytes = unlike_bytes(wide, narrow);
    let mut seen: BTreeSet<(StateID, StateID, bool)> = BTreeSet::from([first]);
    let mut open = vec![first];
    while let Some((a, b, matched)) = open.pop() {
        if seen.len() > MOST_PAIRS {
            return None;
        }
        let ends = |dfa: &dense::DFA<Vec<u32>>, at| dfa.is_match_state(dfa.next_eoi_state(at));
        if (matched || ends(narrow, b)) && !ends(wide, a) {
            return Some(false);
        }
        for &byte in &bytes {
            let a = wide.next_state(a, byte);
            // Where the wide one has matched, every longer text is covered.
            if wide.is_match_state(a) {
                continue;
            }
            // Where the narrow one has matched, its state says nothing more.
            let next = if matched { b } else { narrow.next_state(b, byte) };
            let next = (a, next, matched || narrow.is_match_state(next));
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    Some(true)
}

/// One byte for each two classes of bytes that the automata tell apart.
fn unlike_bytes(wide: &dense::DFA<Vec<u32>>, narrow: &dense::DFA<Vec<u32>>) -> Vec<u8> {
    let mut classes = BTreeSet::new();
    let class = |byte: u8| (wide.byte_classes().get(byte), narrow.byte_classes().get(byte));
    (0..=u8::MAX).filter(|&byte| classes.insert(class(byte))).collect()
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_regex_covers_another_only_if_no_text_says_otherwise() {
        for (wide, narrow) in [
            (r"canary", r"\bcanary release\b"),
            (r"\d% of (?:the )?traffic", r"\d\d% of traffic"),
            (r"Traffic", r"(?:live|all) traffic"),
            (r"\ba[^.]{0,9}b", r"\ba[^.]{0,4}b"),
            (r"drift|skew", r"skew"),
        ] {
            assert!(covers(wide, narrow), "{wide} covers {narrow}");
            assert!(!covers(narrow, wide), "{narrow} does not cover {wide}");
        }
        for (one, other) in [(r"\bcanary\b", "canary"), ("ab", "a"), ("(?-i:Ray)", "ray"), ("a$", "a")] {
            assert!(!covers(one, other), "{one} does not cover {other}");
        }
    }
}
