//! Advice on how phrases are written: words that look misspelt, and letters, spaces and quotes that do not matter.

use std::collections::{BTreeMap, BTreeSet};

use super::{Edit, Finding, Linter, rules_of};
use crate::{
    pack::{Pack, Part, RuleIx},
    problem::{Code, Place},
    words::{fold, words},
};

/// Shorter words are too often close to each other.
const SHORTEST: usize = 6;
/// In words from this length on, another letter is a slip too.
const LONG: usize = 9;

/// A phrase as it is written.
struct Phrase<'p> {
    text: &'p str,
    place: &'p Place,
    rule: Option<RuleIx>,
}

pub(super) fn look(linter: &Linter, found: &mut Vec<Finding>) {
    let phrases = phrases(linter);
    misspelt(linter.pack(), &phrases, found);
    for phrase in &phrases {
        found.extend(spelling(linter.pack(), phrase));
    }
}

fn phrases(linter: &Linter) -> Vec<Phrase<'_>> {
    let pack = linter.pack();
    let mut phrases = Vec::new();
    for (ix, rule) in rules_of(pack) {
        for written in rule.written.iter().filter(|written| written.part != Part::Patterns) {
            let text = &pack.cues()[written.cue.index()].text;
            phrases.push(Phrase { text, place: &written.place, rule: Some(ix) });
        }
    }
    let listed = pack.lists().iter().flat_map(|list| &list.phrases);
    phrases.extend(listed.map(|p| Phrase { text: &p.text, place: &p.place, rule: None }));
    phrases
}

fn finding(pack: &Pack, code: Code, phrase: &Phrase<'_>, message: String) -> Finding {
    let finding = Finding::new(code, phrase.text, phrase.place, message);
    match phrase.rule {
        Some(rule) => finding.rule(rule, pack),
        None => finding,
    }
}

/// Words that stand in one phrase and look like a slip of a word that stands in several.
fn misspelt(pack: &Pack, phrases: &[Phrase<'_>], found: &mut Vec<Finding>) {
    // Each word with the phrases that it stands in; a phrase that several rules use counts once.
    let mut stands: BTreeMap<String, (BTreeSet<&str>, &Phrase<'_>)> = BTreeMap::new();
    for phrase in phrases {
        for word in words(phrase.text) {
            let mut folded = String::new();
            fold(&phrase.text[word.start..word.end], &mut folded);
            if folded.len() >= SHORTEST && folded.bytes().all(|b| b.is_ascii_lowercase()) {
                stands.entry(folded).or_insert_with(|| (BTreeSet::new(), phrase)).0.insert(phrase.text);
            }
        }
    }
    let often: Vec<&String> =
        stands.iter().filter(|(_, (texts, _))| texts.len() > 1).map(|(w, _)| w).collect();
    for (word, (_, phrase)) in stands.iter().filter(|(_, (texts, _))| texts.len() == 1) {
        let Some(near) = often.iter().find(|other| slip(word, other)) else { continue };
        let message = format!("`{word}` in `{}` looks like a misspelling of `{near}`", phrase.text);
        found.push(finding(pack, Code::TypoLike, phrase, message).help(format!("is `{near}` meant?")));
    }
}

/// Whether one word is the other with a slip of the fingers: two letters that changed places, a letter doubled or not, or,
/// in a long word, another letter or one more or less. The first letter and the ending are never slips here: there words
/// differ that are both right (`calling` and `falling`, `computes` and `computers`).
fn slip(a: &str, b: &str) -> bool {
    let (long, short) =
        if a.len() >= b.len() { (a.as_bytes(), b.as_bytes()) } else { (b.as_bytes(), a.as_bytes()) };
    if long.len() - short.len() > 1 || a == b {
        return false;
    }
    let same = long.iter().zip(short).take_while(|(x, y)| x == y).count();
    let (rest, other) = (&long[same..], &short[same.min(short.len())..]);
    if same == 0 || other.len() < 2 {
        return false;
    }
    let far = short.len() >= LONG && other.len() > 2;
    if long.len() > short.len() {
        return rest[1..] == *other && (far || rest[0] == long[same - 1]);
    }
    let swapped = rest[0] == other[1] && rest[1] == other[0] && rest[2..] == other[2..];
    swapped || (far && rest[1..] == other[1..] && !spelled_otherwise(rest[0], other[0]))
}

/// Letters in which British and American spellings differ.
fn spelled_otherwise(a: u8, b: u8) -> bool {
    matches!((a, b), (b's', b'z') | (b'z', b's') | (b'c', b's') | (b's', b'c'))
}

/// A phrase that is not written the plain way.
fn spelling(pack: &Pack, phrase: &Phrase<'_>) -> Option<Finding> {
    let plain = plain(phrase.text);
    if plain == phrase.text {
        return None;
    }
    let what = if plain.to_lowercase() == phrase.text.to_lowercase() {
        "a capital"
    } else {
        "other spaces, quotes or dashes"
    };
    let message = format!("phrase `{}` is written with {what}", phrase.text);
    let finding =
        finding(pack, Code::PhraseSpelling, phrase, message).help(format!("`{plain}` matches the same"));
    Some(finding.edit(Edit::replace(phrase.place, &quoted(&plain))))
}

/// A phrase with single spaces, plain quotes and hyphens, and in lower case where its capitals are those of a sentence or
/// title. Names of code (`getStages`, `CREATE MODEL`, `nested=True`) keep theirs, by which people know them.
fn plain(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' => '\'',
            '\u{201c}'..='\u{201f}' | '\u{2033}' => '"',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c => c,
        })
        .collect();
    // White space of any kind never matters, but a blank line would.
    let plain = match plain.contains('\n') {
        true => plain,
        false => plain.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let prose = plain.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '~' | '{' | '}'));
    let titled = |word: &str| !word.chars().skip(1).any(char::is_uppercase) && word.chars().count() > 1;
    if prose && plain.split([' ', '-']).all(titled) { plain.to_lowercase() } else { plain }
}

/// As a TOML string.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::{plain, slip};

    #[test]
    fn slips_are_told_from_other_words() {
        for (a, b) in [("regsitry", "registry"), ("commited", "committed"), ("determinstic", "deterministic")]
        {
            assert!(slip(a, b) && slip(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("calling", "falling"),
            ("computes", "computers"),
            ("tracing", "tracking"),
            ("optimization", "optimisation"),
            ("content", "context"),
            ("asynchronous", "synchronous"),
            ("parallelise", "parallelism"),
        ] {
            assert!(!slip(a, b) && !slip(b, a), "{a} {b}");
        }
    }

    #[test]
    fn names_of_code_keep_their_capitals() {
        for (text, same) in [
            ("Canary  Release", "canary release"),
            ("model\u{2019}s drift", "model's drift"),
            ("blue\u{2014}green", "blue-green"),
            ("getStages", "getStages"),
            ("CREATE MODEL", "CREATE MODEL"),
            ("nested = True", "nested = True"),
            ("P value", "P value"),
        ] {
            assert_eq!(plain(text), same);
        }
    }
}
