//! Text to words.
//!
//! In: a run of text. Out: its words with their byte ranges, and what stands between them. Phrases of the rules and
//! questions go through this same reader, so that the two agree by construction.
//!
//! A word is a run of letters and digits. Between words, white space, hyphens, dashes, slashes, underscores, quotes,
//! backticks and asterisks are *loose*: they never matter. Everything else is *hard* and must be equal on both sides;
//! a blank line is hard too. A possessive `'s` belongs to no word.

use serde::{Deserialize, Serialize};

/// What a character means between and inside words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Loose,
    Newline,
    Apostrophe,
    Hard,
}

const ASCII: [Class; 128] = {
    let mut table = [Class::Hard; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => Class::Word,
            b'\n' => Class::Newline,
            b'\'' => Class::Apostrophe,
            0..=b' ' | b'-' | b'/' | b'_' | b'"' | b'`' | b'*' | 127 => Class::Loose,
            _ => Class::Hard,
        };
        byte += 1;
    }
    table
};

/// A one in each of eight bytes.
const ALL: u64 = 0x0101_0101_0101_0101;

/// A bit for each of eight bytes that is no ASCII letter or digit: its highest.
#[inline]
fn others(bytes: u64) -> u64 {
    let low = bytes & (0x7f * ALL);
    // The highest bit of a sum says whether the byte is at least as large.
    let at_least = |bytes: u64, least: u8| bytes + u64::from(0x80 - least) * ALL;
    let letters = low | (0x20 * ALL);
    let is_letter = at_least(letters, b'a') & !at_least(letters, b'z' + 1);
    let is_digit = at_least(low, b'0') & !at_least(low, b'9' + 1);
    (!(is_letter | is_digit) | bytes) & (0x80 * ALL)
}

fn class(c: char) -> Class {
    match c {
        c if c.is_ascii() => ASCII[c as usize],
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' => Class::Apostrophe,
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '«' | '»' | '‹' | '›' => Class::Loose,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2044}' | '\u{ad}' => Class::Loose,
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => Class::Loose,
        '\u{2028}' | '\u{2029}' => Class::Newline,
        c if c.is_whitespace() => Class::Loose,
        c if c.is_alphanumeric() => Class::Word,
        _ => Class::Hard,
    }
}

/// The hard characters between two words, packed so that equal gaps are equal numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Gap(u64);

impl Gap {
    /// Nothing hard: the words may be parts of one phrase.
    pub(crate) const LOOSE: Self = Self(0);
    /// More hard characters than a phrase can ask for.
    const LONG: Self = Self(u64::MAX);

    fn push(&mut self, c: char) {
        // Three characters of 21 bits; 0 cannot stand for one, since NUL is loose.
        *self = if self.0 >> 42 == 0 { Self((self.0 << 21) | c as u64) } else { Self::LONG };
    }

    /// Whether a phrase may hold this gap.
    pub(crate) fn fits(self) -> bool {
        self != Self::LONG
    }
}

/// One word of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    /// Byte range in the text.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// What stands between the word before and this one.
    pub(crate) gap: Gap,
    /// Whether a sentence or a part of one ends in that gap.
    pub(crate) pause: bool,
    /// Whether it is all ASCII.
    pub(crate) ascii: bool,
}

/// The words of a text, in order.
pub(crate) struct Words<'t> {
    text: &'t str,
    at: usize,
    /// Which of the 64 bytes at hand are ASCII letters or digits, and how many blocks of 64 stand before them.
    letters: u64,
    block: usize,
}

/// Reads the words of a text.
pub(crate) fn words(text: &str) -> Words<'_> {
    Words { text, at: 0, letters: letters(text.as_bytes(), 0), block: 0 }
}

/// A bit for each of the 64 bytes of a block that is an ASCII letter or digit; none for bytes behind the end.
fn letters(bytes: &[u8], block: usize) -> u64 {
    let rest = bytes.get(block * 64..).unwrap_or_default();
    match rest.first_chunk() {
        Some(block) => letters_of(block),
        None => {
            let mut block = [0; 64];
            block[..rest.len()].copy_from_slice(rest);
            letters_of(&block)
        }
    }
}

fn letters_of(block: &[u8; 64]) -> u64 {
    let mut letters = 0;
    for (at, eight) in block.chunks_exact(8).enumerate() {
        let eight = eight.try_into().map_or(0, u64::from_le_bytes);
        // A product that brings the highest bits of eight bytes together.
        let others = (others(eight) & (0x80 * ALL)).wrapping_mul(0x0002_0408_1020_4081) >> 56;
        letters |= others << (at * 8);
    }
    !letters
}

impl Words<'_> {
    fn char_at(&self, at: usize) -> Option<char> {
        let byte = *self.text.as_bytes().get(at)?;
        if byte < 128 { Some(byte as char) } else { self.text[at..].chars().next() }
    }

    /// Whether an ASCII letter or digit stands at a byte.
    #[inline]
    fn is_letter(&mut self, at: usize) -> bool {
        self.letters_from(at) & 1 != 0
    }

    /// The bits of the bytes at hand from a byte on.
    #[inline]
    fn letters_from(&mut self, at: usize) -> u64 {
        let block = at / 64;
        if block != self.block {
            (self.letters, self.block) = (letters(self.text.as_bytes(), block), block);
        }
        self.letters >> (at % 64)
    }

    /// The end of the run of ASCII letters and digits that begins here.
    #[inline]
    fn run_end(&mut self, mut at: usize) -> usize {
        loop {
            let run = self.letters_from(at).trailing_ones() as usize;
            at += run;
            if run == 0 || !at.is_multiple_of(64) {
                return at;
            }
        }
    }

    /// The word that begins here.
    #[inline]
    fn word(&mut self, gap: Gap, pause: bool) -> Word {
        let start = self.at;
        let end = self.run_end(start);
        // What stands behind most words.
        if self.text.as_bytes().get(end).is_none_or(|&b| b < 128 && b != b'\'') {
            self.at = end;
            return Word { start, end, gap, pause, ascii: true };
        }
        let (end, next, ascii) = self.word_end(end);
        self.at = next;
        Word { start, end, gap, pause, ascii }
    }

    /// The end of the word that is at hand up to `at`, where reading goes on, and whether the word is all ASCII.
    #[cold]
    fn word_end(&mut self, mut at: usize) -> (usize, usize, bool) {
        let mut ascii = true;
        loop {
            at = self.run_end(at);
            let Some(c) = self.char_at(at) else { return (at, at, ascii) };
            let after = at + c.len_utf8();
            match class(c) {
                Class::Word => (at, ascii) = (after, false),
                Class::Apostrophe => {
                    let next = self.char_at(after);
                    if !next.is_some_and(|c| class(c) == Class::Word) {
                        return (at, at, ascii);
                    }
                    let possessive = matches!(next, Some('s' | 'S'))
                        && !self.char_at(after + 1).is_some_and(|c| class(c) == Class::Word);
                    if possessive {
                        return (at, after + 1, ascii);
                    }
                    (at, ascii) = (after, ascii && c == '\'');
                }
                _ => return (at, at, ascii),
            }
        }
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        // What stands between most words.
        if self.text.as_bytes().get(self.at) == Some(&b' ') && self.is_letter(self.at + 1) {
            self.at += 1;
            return Some(self.word(Gap::LOOSE, false));
        }
        let (mut gap, mut pause, mut newlines) = (Gap::LOOSE, false, 0);
        loop {
            let c = self.char_at(self.at)?;
            match class(c) {
                Class::Word => break,
                Class::Loose | Class::Apostrophe => {}
                Class::Newline => {
                    newlines += 1;
                    if newlines == 2 {
                        gap.push('\n');
                        pause = true;
                    }
                }
                Class::Hard => {
                    gap.push(c);
                    pause |= matches!(c, '.' | ',' | ';' | ':' | '?' | '!' | '(' | ')' | '…');
                }
            }
            self.at += c.len_utf8();
        }
        Some(self.word(gap, pause))
    }
}

/// The hard characters of a text without words, in order.
pub(crate) fn hard(text: &str) -> impl DoubleEndedIterator<Item = char> + '_ {
    text.chars().filter(|&c| class(c) == Class::Hard)
}

/// Appends the folded form of a word: lower case, straight apostrophes.
pub(crate) fn fold(word: &str, out: &mut String) {
    if word.is_ascii() {
        out.extend(word.bytes().map(|b| b.to_ascii_lowercase() as char));
        return;
    }
    for c in word.chars() {
        match class(c) {
            Class::Apostrophe => out.push('\''),
            _ => out.extend(c.to_lowercase()),
        }
    }
}

/// The regular English inflections of a folded word, itself first.
///
/// Both spellings are given where the rule depends on stress (`labeled`, `labelled`): a form that does not exist costs
/// nothing, since it stands in no text.
pub(crate) fn inflections(word: &str) -> Vec<String> {
    let bytes = word.as_bytes();
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u');
    let (Some(&last), before) = (bytes.last(), bytes.len().checked_sub(2).map(|i| bytes[i])) else {
        return vec![word.to_owned()];
    };
    let mut stem = word.to_owned();
    let mut forms = vec![word.to_owned(), format!("{word}s")];
    let consonant_y = last == b'y' && before.is_some_and(|b| !vowel(b));
    if consonant_y {
        stem.pop();
        forms.extend([format!("{stem}ies"), format!("{stem}ied"), format!("{word}ing")]);
    } else if word.ends_with("ie") {
        stem.truncate(stem.len() - 2);
        forms.extend([format!("{word}d"), format!("{stem}ying")]);
    } else if last == b'e' {
        stem.pop();
        forms.push(format!("{word}d"));
        forms.push(if word.ends_with("ee") { format!("{word}ing") } else { format!("{stem}ing") });
    } else {
        if matches!(last, b's' | b'x' | b'z' | b'o') || word.ends_with("ch") || word.ends_with("sh") {
            forms.push(format!("{word}es"));
        }
        forms.extend([format!("{word}ed"), format!("{word}ing")]);
        let doubles = last.is_ascii_lowercase()
            && !vowel(last)
            && !matches!(last, b'w' | b'x' | b'y' | b'h')
            && before.is_some_and(vowel)
            && !bytes.len().checked_sub(3).is_some_and(|i| vowel(bytes[i]));
        if doubles {
            let c = last as char;
            forms.extend([format!("{word}{c}ed"), format!("{word}{c}ing")]);
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<&str> {
        words(text).map(|w| &text[w.start..w.end]).collect()
    }

    #[test]
    fn words_end_at_everything_but_letters_digits_and_inner_apostrophes() {
        assert_eq!(
            read("blue-green, a/b 'x' don\u{2019}t"),
            ["blue", "green", "a", "b", "x", "don\u{2019}t"]
        );
        assert_eq!(
            read("the model's v1.2 caf\u{e9} models'"),
            ["the", "model", "v1", "2", "caf\u{e9}", "models"]
        );
        assert_eq!(read("'' \u{2014} '"), [""; 0]);
    }

    #[test]
    fn bytes_at_once_are_told_as_one_by_one() {
        for byte in 0..=u8::MAX {
            for at in 0..64 {
                for filler in [b'a', b' ', 0xff, 0] {
                    let mut bytes = [filler; 64];
                    bytes[at] = byte;
                    let bits = (0..64).filter(|&at| bytes[at].is_ascii_alphanumeric()).map(|at| 1 << at);
                    assert_eq!(letters_of(&bytes), bits.sum::<u64>(), "{byte} at {at}");
                }
            }
        }
    }

    #[test]
    fn words_go_on_over_blocks() {
        for before in 0..140 {
            for length in [1, 63, 64, 65, 130] {
                let text = format!("{}{} x", ".".repeat(before), "a".repeat(length));
                assert_eq!(read(&text), ["a".repeat(length).as_str(), "x"]);
            }
        }
    }

    #[test]
    fn only_hard_characters_and_blank_lines_fill_a_gap() {
        let gap = |text| words(text).nth(1).map(|w| w.gap);
        for loose in ["a b", "a-b", "a\n b", "a\u{a0}b", "a `b", "a **b**", "a\u{2014}b", "a_b", "a's b"] {
            assert_eq!(gap(loose), Some(Gap::LOOSE), "{loose:?}");
        }
        for hard in ["a.b", "a, b", "a\n\nb", "a\r\n\r\nb", "a (b)", "a=b", "a → b"] {
            assert_ne!(gap(hard), Some(Gap::LOOSE), "{hard:?}");
        }
        assert_eq!(gap("a ( = b"), gap("a(=\n`b`"));
        assert_ne!(gap("a(=b"), gap("a=(b"));
        assert!(!gap("a....b").expect("two words").fits());
    }

    #[test]
    fn inflections_are_regular() {
        for (word, forms) in [
            ("retrain", "retrain retrains retrained retraining"),
            ("deploy", "deploy deploys deployed deploying"),
            ("copy", "copy copys copies copied copying"),
            ("stop", "stop stops stoped stoping stopped stopping"),
            ("serve", "serve serves served serving"),
            ("tie", "tie ties tied tying"),
            ("batch", "batch batchs batches batched batching"),
            ("agree", "agree agrees agreed agreeing"),
        ] {
            let expected: Vec<_> = forms.split(' ').collect();
            assert_eq!(inflections(word), expected);
        }
    }
}
