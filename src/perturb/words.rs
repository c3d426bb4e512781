//! Words written otherwise: letter case, number, and compounds in one word.
//!
//! Which words are nouns and which pairs are compounds is not known. It is taken from the texts at hand: a plural that the
//! pack or a case has is one, and two words that stand somewhere in one word may be written so elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    Case,
    edit::{Change, Edit, at, fields},
};
use crate::{
    input::Record,
    pack::Pack,
    words::{Word, fold, inflections, words},
};

/// Words of at least this many letters have a number: shorter ones are "a", "is", "it".
const SHORTEST: usize = 3;

/// Every word that another one replaces.
fn replaced(record: &Record<'_>, other: impl Fn(&str) -> Option<String>) -> Vec<Change> {
    let in_field = |(field, text)| {
        let other = &other;
        words(text).filter_map(move |word| {
            let range = word.start..word.end;
            let written: &str = &text[range.clone()];
            let to = other(written).filter(|to| to != written)?;
            Some(at(field, range, to))
        })
    };
    fields(record).flat_map(in_field).collect()
}

/// Upper case, lower case, and words that begin in upper case.
pub(super) fn case(record: &Record<'_>) -> Vec<(&'static str, Vec<Change>)> {
    let title = |word: &str| {
        let mut letters = word.chars();
        Some(letters.next()?.to_uppercase().chain(letters).collect())
    };
    vec![
        ("upper", replaced(record, |word| Some(word.to_uppercase()))),
        ("lower", replaced(record, |word| Some(word.to_lowercase()))),
        ("title", replaced(record, title)),
    ]
}

/// What pack and cases know of words.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// Nouns: the singular and the plural.
    plurals: BTreeMap<String, String>,
    singulars: BTreeMap<String, String>,
    /// Every word.
    known: BTreeSet<String>,
}

impl Vocabulary {
    /// From the words of the pack's phrases and of the cases.
    pub(super) fn of(pack: &Pack, cases: &[Case<'_>]) -> Self {
        let mut all = Self::default();
        pack.cues().iter().filter(|cue| cue.is_phrase()).for_each(|cue| all.learn(&cue.text));
        cases.iter().flat_map(|case| fields(&case.record)).for_each(|(_, text)| all.learn(text));
        for word in &all.known {
            if word.len() < SHORTEST || !word.bytes().all(|b| b.is_ascii_lowercase()) {
                continue;
            }
            let is_plural =
                |form: &String| form.ends_with('s') && form.len() > word.len() && all.known.contains(form);
            if let Some(plural) = inflections(word).into_iter().rev().find(is_plural) {
                all.singulars.insert(plural.clone(), word.clone());
                all.plurals.insert(word.clone(), plural);
            }
        }
        all
    }

    fn learn(&mut self, text: &str) {
        for word in words(text) {
            let folded = folded(text, &word);
            if text[word.end..].starts_with('~') {
                self.known.extend(inflections(&folded));
            }
            self.known.insert(folded);
        }
    }

    /// Whether two words are written as one somewhere.
    pub(super) fn may_join(&self, one: &str, other: &str) -> bool {
        let mut joined = String::new();
        fold(one, &mut joined);
        fold(other, &mut joined);
        self.known.contains(&joined)
    }

    /// The plural of every noun in the singular, and the other way round.
    pub(super) fn numbers(&self, record: &Record<'_>) -> Vec<(&'static str, Vec<Change>)> {
        let forms = [("plural", &self.plurals), ("singular", &self.singulars)];
        let of_form = |(form, numbers)| {
            let in_field = |(field, text)| self.renumbered(numbers, field, text);
            (form, fields(record).flat_map(in_field).collect())
        };
        forms.map(of_form).into()
    }

    fn renumbered(&self, numbers: &BTreeMap<String, String>, field: Option<u16>, text: &str) -> Vec<Change> {
        let words: Vec<Word> = words(text).collect();
        let mut changes = Vec::new();
        for (n, word) in words.iter().enumerate() {
            let range = word.start..word.end;
            let Some(to) = numbers.get(&text[range.clone()]) else { continue };
            let next = words.get(n + 1);
            // Of "feature table" only the last word has a number.
            let leads =
                next.is_some_and(|next| is_space(text, word.end..next.start) && self.is_noun(text, next));
            if leads || is_part(text, &range) {
                continue;
            }
            let mut change = at(field, range, to.as_str());
            if let Some(article) = n.checked_sub(1).map(|n| &words[n])
                && matches!(folded(text, article).as_str(), "a" | "an")
                && is_space(text, article.end..word.start)
            {
                change.insert(0, Edit { field, range: article.start..word.start, to: String::new() });
            }
            changes.push(change);
        }
        changes
    }

    fn is_noun(&self, text: &str, word: &Word) -> bool {
        let word = folded(text, word);
        self.plurals.contains_key(&word) || self.singulars.contains_key(&word)
    }
}

fn folded(text: &str, word: &Word) -> String {
    let mut folded = String::new();
    fold(&text[word.start..word.end], &mut folded);
    folded
}

fn is_space(text: &str, range: Range<usize>) -> bool {
    &text[range] == " "
}

/// Whether a word is a part of a compound or of code.
fn is_part(text: &str, range: &Range<usize>) -> bool {
    const JOINS: [char; 11] = ['-', '_', '/', '.', '`', '(', '=', ':', '@', '\'', '"'];
    let behind = &text[range.end..];
    let full_stop = behind.starts_with(['.', ':']) && !behind[1..].starts_with(char::is_alphanumeric);
    text[..range.start].ends_with(JOINS) || (behind.starts_with(JOINS) && !full_stop)
}
