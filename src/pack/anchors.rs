//! What every match of a regex holds, in order.
//!
//! In: the parsed regex. Out: its *anchors*, sets of literals of each of which a match holds one, one set behind the other, with
//! the most bytes that can stand between them. A segment in which they do not stand so cannot match, and one in which they do
//! needs the regex only around them.
//!
//! A literal here is a run of ASCII letters and digits in lower case, and so stands inside one word of a text. Where the regex
//! says so (`\b`, a space in front), the literal begins or ends its word; then `ms` is not looked for in `systems`.

use regex_syntax::hir::{Class, Hir, HirKind, Look};
use serde::{Deserialize, Serialize};

/// A shorter literal stands nearly everywhere and is no use as a filter, unless it is a word of its own.
const SHORTEST_LITERAL: usize = 2;
/// Literals that follow each other in one word are put together up to so many.
const MOST_TOGETHER: usize = 64;
/// More anchors than this tell nothing more.
pub(crate) const MOST_ANCHORS: usize = 4;

/// The anchors of a regex.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Anchors {
    /// In the order of a match; none for a regex that has to run everywhere.
    pub(crate) anchors: Vec<Anchor>,
    /// The most bytes of a match in front of the first; nothing where there is no limit.
    pub(crate) lead: Option<u32>,
    /// The most bytes behind the last, and behind the word that it stands in.
    pub(crate) tail: Option<u32>,
}

/// Literals of which a match holds one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Anchor {
    pub(crate) literals: Vec<Literal>,
    /// Whether a digit will do as well.
    pub(crate) digit: bool,
    /// The most bytes between the anchor before and this one.
    pub(crate) gap: Option<u32>,
}

/// A literal inside a word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Literal {
    pub(crate) text: Vec<u8>,
    /// Whether it begins its word.
    pub(crate) starts: bool,
    /// Whether it ends its word.
    pub(crate) ends: bool,
    /// The byte behind it, where the regex asks for one that is no letter or digit.
    pub(crate) then: Option<u8>,
}

impl Literal {
    /// Whether it tells anything. A lone `s` may be a possessive, which is no word.
    fn tells(&self) -> bool {
        self.text.len() >= SHORTEST_LITERAL || (self.starts && self.ends && self.text != b"s")
    }
}

impl Anchors {
    /// The anchors of a regex that was parsed without regard to letter case.
    pub(super) fn of(hir: &Hir) -> Self {
        let Walk { mut anchors, mut tail } = walk(hir, [false; 2]).without_mute();
        if anchors.len() > MOST_ANCHORS {
            anchors.truncate(MOST_ANCHORS);
            tail = None;
        }
        let lead = anchors.first().and_then(|first| first.gap);
        Self { anchors, lead, tail }
    }
}

impl Anchor {
    /// How much it tells: the length of its shortest literal, what must stand behind that among it.
    fn weight(&self) -> usize {
        let length = |literal: &Literal| {
            if literal.tells() { literal.text.len() + usize::from(literal.then.is_some()) } else { 0 }
        };
        let digit = self.digit.then_some(SHORTEST_LITERAL);
        self.literals.iter().map(length).chain(digit).min().unwrap_or(0)
    }

    /// The most bytes of it, where there is a limit.
    fn longest(&self) -> Option<u32> {
        if self.digit {
            return None;
        }
        self.literals.iter().map(|literal| literal.text.len() as u32).max()
    }

    /// This anchor and the next as one, if the next follows in the same word.
    fn together(&self, next: &Self) -> Option<Vec<Literal>> {
        let apart = |anchor: &Self| anchor.digit || anchor.literals.is_empty();
        let edges = self.literals.iter().any(|literal| literal.ends)
            || next.literals.iter().any(|literal| literal.starts);
        if edges || apart(self) || apart(next) || self.literals.len() * next.literals.len() > MOST_TOGETHER {
            return None;
        }
        let pairs = self.literals.iter().flat_map(|a| next.literals.iter().map(move |b| (a, b)));
        Some(
            pairs
                .map(|(a, b)| Literal {
                    text: [&a.text[..], &b.text].concat(),
                    starts: a.starts,
                    ends: b.ends,
                    then: b.then,
                })
                .collect(),
        )
    }

    /// Whether this anchor and the one behind it can stand in one word.
    pub(crate) fn shares_word_with(&self, next: &Self) -> bool {
        let all_end = !self.digit && self.literals.iter().all(|literal| literal.ends);
        let all_start = !next.digit && next.literals.iter().all(|literal| literal.starts);
        !all_end && !all_start
    }
}

/// The anchors of a part of a regex.
struct Walk {
    /// The gap of the first is what stands in front of it in this part.
    anchors: Vec<Anchor>,
    /// The most bytes behind the last; without anchors, the most bytes of the part.
    tail: Option<u32>,
}

impl Walk {
    fn without_anchors(hir: &Hir) -> Self {
        Self { anchors: Vec::new(), tail: longest(hir) }
    }

    /// Puts another part behind.
    fn push(&mut self, mut next: Self) {
        let before = self.tail;
        if let (Some(last), Some(first)) = (self.anchors.last_mut(), next.anchors.first())
            && (before, first.gap) == (Some(0), Some(0))
            && let Some(literals) = last.together(first)
        {
            last.literals = literals;
            next.anchors.remove(0);
            self.tail = Some(0);
            if next.anchors.is_empty() {
                self.tail = next.tail;
                return;
            }
            return self.push(next);
        }
        self.tail = if next.anchors.is_empty() { add(before, next.tail) } else { next.tail };
        let from = self.anchors.len();
        self.anchors.extend(next.anchors);
        if let Some(first) = self.anchors.get_mut(from) {
            first.gap = add(before, first.gap);
        }
    }
}

impl Walk {
    /// The same without anchors that tell nothing.
    fn without_mute(self) -> Self {
        let mut all = Self { anchors: Vec::new(), tail: Some(0) };
        let mut before = Some(0);
        for anchor in self.anchors {
            let gap = add(before, anchor.gap);
            before = Some(0);
            if anchor.weight() > 0 {
                all.anchors.push(Anchor { gap, ..anchor });
            } else {
                before = add(gap, anchor.longest());
            }
        }
        all.tail = add(before, self.tail);
        all
    }
}

fn longest(hir: &Hir) -> Option<u32> {
    u32::try_from(hir.properties().maximum_len()?).ok()
}

fn add(a: Option<u32>, b: Option<u32>) -> Option<u32> {
    a?.checked_add(b?)
}

/// Walks through a regex. `edges` says whether what stands in front of it and behind it is sure to be no letter or digit.
fn walk(hir: &Hir, edges: [bool; 2]) -> Walk {
    match hir.kind() {
        HirKind::Literal(literal) => runs(&literal.0, edges),
        HirKind::Class(class) if is_digits(class) => {
            let digit = Anchor { literals: Vec::new(), digit: true, gap: Some(0) };
            Walk { anchors: vec![digit], tail: Some(0) }
        }
        HirKind::Capture(capture) => walk(&capture.sub, edges),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            let once = repetition.max == Some(1);
            let mut first = walk(&repetition.sub, [edges[0], edges[1] && once]);
            if first.anchors.is_empty() {
                return Walk::without_anchors(hir);
            }
            // More digits stand in the same word.
            let digits = matches!(repetition.sub.kind(), HirKind::Class(class) if is_digits(class));
            if !once && !digits {
                let more = repetition.max.zip(longest(&repetition.sub));
                let more = more.and_then(|(times, length)| (times - 1).checked_mul(length));
                first.tail = add(first.tail, more);
            }
            first
        }
        HirKind::Concat(parts) => {
            let mut all = Walk { anchors: Vec::new(), tail: Some(0) };
            for (at, part) in parts.iter().enumerate() {
                let before = at.checked_sub(1).map_or(edges[0], |before| is_edge(&parts[before], true));
                let behind = parts.get(at + 1).map_or(edges[1], |next| is_edge(next, false));
                all.push(walk(part, [before, behind]));
            }
            all
        }
        HirKind::Alternation(branches) => {
            // Of each branch the anchor that tells most: a match holds one of one of them.
            let Some(best) =
                branches.iter().map(|branch| best(walk(branch, edges))).collect::<Option<Vec<_>>>()
            else {
                return Walk::without_anchors(hir);
            };
            let digit = best.iter().any(|(anchor, _)| anchor.digit);
            let most = |most: u32, length: Option<u32>| Some(most.max(length?));
            let gap = best.iter().try_fold(0, |gap, (anchor, _)| most(gap, anchor.gap));
            let tail = best.iter().try_fold(0, |tail, (_, behind)| most(tail, *behind));
            let mut literals: Vec<Literal> =
                best.into_iter().flat_map(|(anchor, _)| anchor.literals).collect();
            literals.sort();
            literals.dedup();
            Walk { anchors: vec![Anchor { literals, digit, gap }], tail }
        }
        _ => Walk::without_anchors(hir),
    }
}

/// The anchor that tells most, with the most bytes in front of it as its gap, and the most bytes behind it.
fn best(walk: Walk) -> Option<(Anchor, Option<u32>)> {
    let (at, _) = walk.anchors.iter().enumerate().max_by_key(|(_, anchor)| anchor.weight())?;
    let length = |anchors: &[Anchor]| {
        anchors.iter().try_fold(0, |sum, anchor| add(Some(sum), add(anchor.gap, anchor.longest())))
    };
    let (before, behind) = (length(&walk.anchors[..at]), length(&walk.anchors[at + 1..]));
    let anchor = walk.anchors.into_iter().nth(at)?;
    Some((Anchor { gap: add(before, anchor.gap), ..anchor }, add(behind, walk.tail)))
}

/// The runs of letters and digits of a literal.
fn runs(bytes: &[u8], edges: [bool; 2]) -> Walk {
    let mut walk = Walk { anchors: Vec::new(), tail: Some(0) };
    let mut at = 0;
    for run in bytes.chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
        let range = at..at + run.len();
        at = range.end;
        if !run[0].is_ascii_alphanumeric() {
            walk.tail = add(walk.tail, u32::try_from(run.len()).ok());
            continue;
        }
        let literal = Literal {
            text: run.to_ascii_lowercase(),
            starts: range.start > 0 || edges[0],
            ends: range.end < bytes.len() || edges[1],
            then: bytes.get(range.end).copied(),
        };
        walk.anchors.push(Anchor { literals: vec![literal], digit: false, gap: walk.tail });
        walk.tail = Some(0);
    }
    walk
}

/// Whether the end (or else the beginning) of a part is sure to be no letter or digit, where a letter or digit stands
/// behind (or in front of) it.
fn is_edge(part: &Hir, at_end: bool) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric();
    match part.kind() {
        HirKind::Literal(literal) => {
            let byte = if at_end { literal.0.last() } else { literal.0.first() };
            byte.is_some_and(|&byte| !is_word(byte))
        }
        HirKind::Class(Class::Bytes(class)) => {
            !class.ranges().iter().any(|range| (range.start()..=range.end()).any(is_word))
        }
        HirKind::Repetition(repetition) => repetition.min > 0 && is_edge(&repetition.sub, at_end),
        HirKind::Capture(capture) => is_edge(&capture.sub, at_end),
        HirKind::Look(look) => match look {
            Look::WordAscii => true,
            Look::Start | Look::StartLF | Look::StartCRLF | Look::WordStartAscii => at_end,
            Look::End | Look::EndLF | Look::EndCRLF | Look::WordEndAscii => !at_end,
            _ => false,
        },
        _ => false,
    }
}

fn is_digits(class: &Class) -> bool {
    match class {
        Class::Bytes(class) => {
            !class.ranges().is_empty()
                && class.ranges().iter().all(|range| range.start() >= b'0' && range.end() <= b'9')
        }
        Class::Unicode(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Anchors as text: `{gap}` in front, `<` and `>` at the edges of words, `#` for a digit.
    fn shown(regex: &str) -> String {
        let gap = |gap: Option<u32>| gap.map_or("*".to_owned(), |gap| gap.to_string());
        let anchors = Anchors::of(&super::super::pattern::parse(regex).expect("it is right"));
        let mut text = String::new();
        for anchor in &anchors.anchors {
            let literals = anchor.literals.iter().map(|literal| {
                let (start, end) =
                    (if literal.starts { "<" } else { "" }, if literal.ends { ">" } else { "" });
                let then = literal.then.map_or(String::new(), |byte| char::from(byte).to_string());
                format!("{start}{}{end}{then}", String::from_utf8_lossy(&literal.text))
            });
            let digit = anchor.digit.then(|| "#".to_owned());
            let all: Vec<_> = literals.chain(digit).collect();
            text += &format!("{} {} ", gap(anchor.gap), all.join("|"));
        }
        text + &gap(anchors.tail)
    }

    #[test]
    fn anchors_are_in_every_match_in_order() {
        for (regex, expected) in [
            (r"\bcanary\b", "0 <canary> 0"),
            (r"\bthe\b.{0,21}\btext", "0 <the> 21 <text 0"),
            (r"\d+ ?% of (live |production )?traffic", "0 # 3 <of>  12 traffic 0"),
            (r"drift(ed|s)?|skew", "0 drift|skew 2"),
            (r"(p95|p99)\s+latency", "0 p95>|p99> * <latency 0"),
            (r"[a-z]+", "*"),
            (r"(?:canary)?", "6"),
            (r"(?:a tenth|\d+) of", "2 <tenth>|# 1 <of 0"),
            (r"models:/[\w.-]+@\w+", "0 models>: *"),
            (r"\w*(?:model|scaler)\w*\.fit\(", "* model|scaler * <fit>( 1"),
            (r"(?:ab){2,3}x", "0 ab 5"),
            (r"\bspark(s|ed|ing)? function", "0 <spark 4 <function 0"),
            (r"0\.9\d", "3 # 0"),
            (r"\bP\([XY]", "0 <p>( 2"),
            (r"\bs\b.{0,9}\bblue\b", "10 <blue> 0"),
            (r"\b(?:label|weight)Col\b", "0 <labelcol>|<weightcol> 0"),
        ] {
            assert_eq!(shown(regex), expected, "{regex}");
        }
    }
}
