//! Phrases as written to forms as matched.
//!
//! In: `"canary {deployment}"` and the pack's lists. Out: one [`Form`] for each combination of list entries: folded
//! words, which of them inflect, and what must stand between and around them.

use std::collections::BTreeMap;

use super::schema::{self, Text};
use crate::{
    problem::{Code, Problem, nearest},
    words::{self, Gap, words},
};

/// More forms than this in one phrase are refused: they would be a vocabulary, not a phrase.
const MOST_FORMS: usize = 4096;
/// Lists in lists in lists: deeper than this is refused.
const MOST_DEPTH: usize = 8;

/// One way to say a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) words: Vec<FormWord>,
    /// Hard characters that must stand directly before the first word.
    pub(crate) lead: String,
    /// Hard characters that must stand directly after the last word.
    pub(crate) trail: String,
}

/// One word of a form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FormWord {
    /// Folded.
    pub(crate) text: String,
    /// Whether its regular inflections match as well.
    pub(crate) inflects: bool,
    /// What stands between the word before and this one.
    pub(crate) gap: Gap,
}

/// The lists of a pack.
pub(crate) type Lists = BTreeMap<String, Vec<Text>>;

/// The forms of a phrase. The problem has no place yet.
pub(crate) fn forms(phrase: &str, lists: &Lists) -> Result<Vec<Form>, Problem> {
    spelled(phrase, lists)?.iter().map(|text| form(text)).collect()
}

/// A phrase with its lists written out.
pub(crate) fn spelled(phrase: &str, lists: &Lists) -> Result<Vec<String>, Problem> {
    let mut texts = Vec::new();
    expand(phrase, lists, &mut Vec::new(), &mut texts)?;
    Ok(texts)
}

/// Writes out the lists of a phrase.
fn expand(
    phrase: &str,
    lists: &Lists,
    within: &mut Vec<String>,
    out: &mut Vec<String>,
) -> Result<(), Problem> {
    let Some(open) = phrase.find('{') else {
        if phrase.contains('}') {
            return Err(unmatchable(phrase, "`}` without `{`"));
        }
        if out.len() >= MOST_FORMS {
            let message = format!("phrase has more than {MOST_FORMS} forms");
            return Err(
                Problem::new(Code::TooManyForms, message).help("use fewer lists in one phrase, or `near`")
            );
        }
        out.push(phrase.to_owned());
        return Ok(());
    };
    let Some(close) = phrase[open..].find('}').map(|at| open + at) else {
        return Err(unmatchable(phrase, "`{` without `}`"));
    };
    let name = &phrase[open + 1..close];
    let Some(entries) = lists.get(name) else {
        let problem = Problem::new(
            Code::UnknownList,
            format!("phrase uses list `{name}`, which this pack does not have"),
        );
        return Err(match nearest(name, lists.keys().map(String::as_str)) {
            Some(near) => problem.help(format!("did you mean `{{{near}}}`?")),
            None => problem.help("lists are defined under `[lists]`"),
        });
    };
    if within.iter().any(|w| w == name) || within.len() >= MOST_DEPTH {
        return Err(Problem::new(Code::ListCycle, format!("list `{name}` contains itself")));
    }
    let mut expanded = Vec::new();
    within.push(name.to_owned());
    for entry in entries {
        expand(entry.get_ref(), lists, within, &mut expanded)?;
    }
    within.pop();
    for entry in expanded {
        let text = format!("{}{entry}{}", &phrase[..open], &phrase[close + 1..]);
        expand(&text, lists, within, out)?;
    }
    Ok(())
}

/// One phrase without lists.
fn form(text: &str) -> Result<Form, Problem> {
    let (plain, inflected) = take_tildes(text);
    let found: Vec<_> = words(&plain).collect();
    let (Some(first), Some(last)) = (found.first(), found.last()) else {
        return Err(Problem::new(Code::EmptyPhrase, format!("phrase `{text}` has no word in it"))
            .help("write at least one letter or digit"));
    };
    if found.len() > 12 {
        return Err(unmatchable(text, "it has more than 12 words"));
    }
    let mut form = Form {
        words: Vec::with_capacity(found.len()),
        lead: words::hard(&plain[..first.start]).collect(),
        trail: words::hard(&plain[last.end..]).collect(),
    };
    for (at, word) in found.iter().enumerate() {
        if at > 0 && !word.gap.fits() {
            return Err(unmatchable(text, "it has more than three punctuation characters between two words"));
        }
        let mut folded = String::new();
        words::fold(&plain[word.start..word.end], &mut folded);
        let gap = if at == 0 { Gap::LOOSE } else { word.gap };
        form.words.push(FormWord { text: folded, inflects: inflected.contains(&word.end), gap });
    }
    Ok(form)
}

/// Takes the `~` behind words out; gives the offsets at which the words end.
pub(crate) fn take_tildes(text: &str) -> (String, Vec<usize>) {
    let (mut plain, mut ends) = (String::with_capacity(text.len()), Vec::new());
    for c in text.chars() {
        if c == '~' && plain.ends_with(char::is_alphanumeric) {
            ends.push(plain.len());
        } else {
            plain.push(c);
        }
    }
    (plain, ends)
}

fn unmatchable(phrase: &str, why: &str) -> Problem {
    Problem::new(Code::UnmatchablePhrase, format!("phrase `{phrase}` can never match: {why}"))
}

/// The lists of all files.
pub(super) fn lists<'f>(files: impl IntoIterator<Item = &'f mut schema::File>) -> Lists {
    files.into_iter().flat_map(|f| std::mem::take(&mut f.lists)).map(|(k, v)| (k.into_inner(), v)).collect()
}
