//! A text for a phrase or a regex: the plainest that it matches.

use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind},
};

use crate::{
    pack::{Cue, Matcher, Pack},
    words::inflections,
};

/// A text that a cue matches.
pub(super) fn plain(pack: &Pack, cue: &Cue) -> Option<String> {
    match cue.matcher {
        Matcher::Phrase(_) => Some(written_out(pack, &cue.text).replace('~', "")),
        Matcher::Pattern(_) => {
            let hir = ParserBuilder::new().unicode(false).utf8(false).build().parse(&cue.text).ok()?;
            let mut text = String::new();
            shortest(&hir, &mut text).then_some(text)
        }
    }
}

/// Texts that a phrase matches only thanks to one of its `~`, the one at the byte `tilde`.
pub(super) fn inflected(pack: &Pack, phrase: &str, tilde: usize) -> Vec<String> {
    let start = phrase[..tilde]
        .rfind(|c: char| !c.is_alphanumeric())
        .map_or(0, |at| at + phrase[at..].chars().next().map_or(1, char::len_utf8));
    let around = |word: &str| {
        let text = format!("{}{word}{}", &phrase[..start], &phrase[tilde + 1..]);
        written_out(pack, &text).replace('~', "")
    };
    let word = &phrase[start..tilde];
    inflections(&word.to_lowercase()).iter().skip(1).map(|form| around(form)).collect()
}

/// A phrase with the first entry of each list in the list's place.
fn written_out(pack: &Pack, phrase: &str) -> String {
    let Some(open) = phrase.find('{') else { return phrase.to_owned() };
    let Some(close) = phrase[open..].find('}').map(|at| open + at) else { return phrase.to_owned() };
    let list = pack.lists.iter().find(|list| list.name == phrase[open + 1..close]);
    let entry = list.and_then(|list| list.phrases.first()).map_or("", |entry| &entry.text);
    written_out(pack, &format!("{}{entry}{}", &phrase[..open], &phrase[close + 1..]))
}

/// The shortest text of a regex, the first branch of each choice; whether there is one of letters and signs alone.
fn shortest(hir: &Hir, text: &mut String) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => match str::from_utf8(&literal.0) {
            Ok(literal) => {
                text.push_str(literal);
                true
            }
            Err(_) => false,
        },
        HirKind::Class(class) => match one_of(class) {
            Some(c) => {
                text.push(c);
                true
            }
            None => false,
        },
        HirKind::Repetition(repetition) => (0..repetition.min).all(|_| shortest(&repetition.sub, text)),
        HirKind::Capture(capture) => shortest(&capture.sub, text),
        HirKind::Concat(parts) => parts.iter().all(|part| shortest(part, text)),
        HirKind::Alternation(branches) => branches.first().is_some_and(|branch| shortest(branch, text)),
    }
}

/// A character of a class: a space, a letter or a digit if it has one.
fn one_of(class: &Class) -> Option<char> {
    let bytes = match class {
        Class::Bytes(bytes) => bytes.ranges().iter().map(|r| (r.start(), r.end())).collect::<Vec<_>>(),
        Class::Unicode(_) => return None,
    };
    let has = |c: &char| bytes.iter().any(|(from, to)| (*from..=*to).contains(&(*c as u8)));
    let graphic = (b'!'..=b'~').map(char::from);
    [' ', 'a', '5'].into_iter().chain(graphic).find(has)
}
