//! Regexes that are words with gaps between them.
//!
//! In: the parsed regex. Out: its gaps, if it is nothing but words of its own with gaps between them, such as
//! `\bcanary\b[^.]{0,40}\btraffic\b`. Where it matches follows from where its words stand, so it need not be run (see `join`).

use regex_syntax::hir::{Class, Hir, HirKind, Look};
use serde::{Deserialize, Serialize};

/// A regex of words and gaps. Its words are its anchors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Joined {
    /// What stands between each of its words and the next.
    pub(crate) gaps: Vec<Between>,
}

/// What may stand between two words of a regex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Between {
    /// How many bytes.
    pub(crate) least: u32,
    pub(crate) most: u32,
    /// Whether as many as possible are taken.
    greedy: bool,
    /// A bit for each byte that may stand there.
    bytes: [u64; 4],
}

impl Between {
    /// Whether more bytes are tried before fewer.
    pub(crate) fn is_greedy(&self) -> bool {
        self.greedy
    }

    /// How many bytes from the beginning of a text on may stand there.
    pub(crate) fn run(&self, text: &[u8]) -> u32 {
        let fits = |&byte: &u8| self.bytes[usize::from(byte / 64)] >> (byte % 64) & 1 != 0;
        let most = text.len().min(self.most as usize);
        text[..most].iter().position(|byte| !fits(byte)).unwrap_or(most) as u32
    }

    fn of(hir: &Hir) -> Option<Self> {
        let HirKind::Repetition(repetition) = hir.kind() else { return None };
        let HirKind::Class(Class::Bytes(class)) = repetition.sub.kind() else { return None };
        let mut bytes = [0; 4];
        for byte in class.ranges().iter().flat_map(|range| range.start()..=range.end()) {
            bytes[usize::from(byte / 64)] |= 1 << (byte % 64);
        }
        let holds = |byte: u8| bytes[usize::from(byte / 64)] >> (byte % 64) & 1 != 0;
        // The regex is parsed with regard to letter case and matches without.
        let any_case = (b'a'..=b'z').all(|letter| holds(letter) == holds(letter.to_ascii_uppercase()));
        let (least, most) = (repetition.min, repetition.max.unwrap_or(u32::MAX));
        any_case.then_some(Self { least, most, greedy: repetition.greedy, bytes })
    }
}

impl Joined {
    /// The gaps of a regex that was parsed without regard to letter case, if it is words and gaps and nothing else.
    pub(super) fn of(text: &str, hir: &Hir) -> Option<Self> {
        // Flags change what letters or bytes match.
        let flags = text.match_indices("(?").any(|(at, _)| !text[at..].starts_with("(?:"));
        let HirKind::Concat(parts) = hir.kind() else { return None };
        if flags || parts.len() % 4 != 3 {
            return None;
        }
        let mut gaps = Vec::new();
        for parts in parts.chunks(4) {
            let [before, word, behind, gap @ ..] = parts else { return None };
            let edges = [before, behind].map(|part| matches!(part.kind(), HirKind::Look(Look::WordAscii)));
            if edges != [true; 2] || !is_words(word) {
                return None;
            }
            gaps.extend(gap.iter().map(Between::of).collect::<Option<Vec<_>>>()?);
        }
        Some(Self { gaps })
    }
}

/// Whether a part is one of some words.
fn is_words(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().all(u8::is_ascii_alphanumeric),
        HirKind::Alternation(branches) => branches.iter().all(is_words),
        HirKind::Capture(capture) => is_words(&capture.sub),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_with_gaps_are_joined() {
        let gaps = |regex: &str| {
            let hir = super::super::pattern::parse(regex).expect("it is right");
            Joined::of(regex, &hir).map(|joined| joined.gaps.len())
        };
        for (regex, expected) in [
            (r"\bcanary\b", Some(0)),
            (r"\bblue\b.{0,20}\bgreen\b", Some(1)),
            (r"\b(?:blue|red)\b[^.?!]{2,20}?\bgreen\b\s+\bnow\b", Some(2)),
            (r"\bblue\b.*\bgreen\b", Some(1)),
            (r"\bblue.{0,20}\bgreen\b", None),
            (r"\bblue\b [^a]\bgreen\b", None),
            (r"\bblue\b[^a]{0,9}\bgreen\b", None),
            (r"(?-i:\bblue\b.{0,20}\bgreen\b)", None),
            (r"\bblue\b(?s:.{0,20})\bgreen\b", None),
            (r"\bblue s\b.{0,20}\bgreen\b", None),
            (r"\bblue(?:s|d)\b.{0,20}\bgreen\b", None),
        ] {
            assert_eq!(gaps(regex), expected, "{regex}");
        }
    }

    #[test]
    fn a_run_ends_at_its_most() {
        let hir = super::super::pattern::parse(r"[^.]{1,5}").expect("it is right");
        let between = Between::of(&hir).expect("it is a gap");
        assert_eq!([" a. b", "abcdefg", "", "."].map(|text| between.run(text.as_bytes())), [2, 5, 0, 0]);
    }
}
