//! The engine against a plain reference: one regex for each phrase, no tables, no tricks. On any text made of words,
//! separators and traps, both find the same phrases at the same places.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use firstlane::{Engine, Pack, Question, Scanner};
use proptest::prelude::*;
use regex::Regex;

const HEAD: &str = r#"
schema = 1
name = "generated"
title = "Generated"
version = "1"
[zones]
story = 1.0
ask = 1.5
option = 0.4
[thresholds]
lane = 2.0
margin = 1.0
instinct = 2.0
pair = 1.0
hook = 1.0
[[chapter]]
number = 1
title = "One"
[[lane]]
id = "lane"
chapter = 1
title = "Lane"
about = "anything"
source = { table = "T", row = "R" }
[[step]]
id = "step"
title = "Step"
source = { table = "T", row = "S" }
checklist = true
"#;

/// Words of the generated phrases, and how the reference writes their inflections.
const WORDS: [(&str, &str); 7] = [
    ("blue", "blue"),
    ("green", "green"),
    ("roll~", "roll(?:s|ed|ing)?"),
    ("deploy~", "deploy(?:s|ed|ing)?"),
    ("x", "x"),
    ("p95", "p95"),
    ("stop~", "stop(?:s|ed|ing|ped|ping)?"),
];
/// What stands between words in phrases: as written, and as the reference writes it.
const GAPS: [(&str, Option<&str>); 5] =
    [(" ", None), ("-", None), ("_", None), (".", Some(r"\.")), ("(", Some(r"\("))];

fn phrase() -> impl Strategy<Value = (String, String)> {
    let word = 0..WORDS.len();
    let gap = 0..GAPS.len();
    (word.clone(), prop::collection::vec((gap, word), 0..4)).prop_map(|(first, rest)| {
        let joinable = rest.len() < 4;
        let (mut written, mut regex) = (WORDS[first].0.to_owned(), Vec::new());
        regex.push((WORDS[first], None));
        for (gap, word) in rest {
            written += GAPS[gap].0;
            written += WORDS[word].0;
            regex.push((WORDS[word], GAPS[gap].1));
        }
        (written, reference(&regex, joinable))
    })
}

type Written = ((&'static str, &'static str), Option<&'static str>);

/// The regex of a phrase: each way to leave gaps empty is a branch, in which words run together inflect at the end only.
fn reference(words: &[Written], joinable: bool) -> String {
    // The possessive, white space and the like; a line break at most once.
    let loose = r"(?:['\u{2019}]s)?[ \-/_`*]*(?:\n[ \-/_`*]*)?";
    let mut branches = Vec::new();
    for closed in 0..1_u32 << (words.len() - 1) {
        let mut branch = String::new();
        let mut fits = true;
        for (at, ((plain, inflected), hard)) in words.iter().enumerate() {
            let is_closed = |gap: usize| closed & 1 << gap != 0;
            if at > 0 {
                match hard {
                    _ if is_closed(at - 1) => fits &= hard.is_none() && joinable,
                    Some(hard) => branch += &format!("{loose}{hard}{loose}"),
                    // Without anything between, the words would be one; the possessive counts as something.
                    None => {
                        branch += r"(?:['\u{2019}]s[ \-/_`*]*(?:\n[ \-/_`*]*)?|[ \-/_`*]+(?:\n[ \-/_`*]*)?|\n[ \-/_`*]*)";
                    }
                }
            }
            branch +=
                if at + 1 < words.len() && is_closed(at) { plain.trim_end_matches('~') } else { inflected };
        }
        if fits {
            branches.push(branch);
        }
    }
    branches.join("|")
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "blue",
        "Green",
        "BLUE",
        "roll",
        "rolled",
        "Rolls",
        "deploy",
        "deploying",
        "x",
        "p95",
        "stopped",
        "stop",
        "blues",
        "xx",
        "the",
        " ",
        " ",
        " ",
        "-",
        "/",
        "_",
        ".",
        ", ",
        "(",
        "\n",
        "\n\n",
        "'s ",
        "\u{2019}s ",
        "`",
        "**",
        "é",
        "9",
    ]);
    prop::collection::vec(piece, 1..24).prop_map(|pieces| pieces.concat())
}

/// Places where the reference finds a phrase: matches that begin and end at word edges, at every start.
fn expected(regex: &str, text: &str) -> Vec<(usize, usize)> {
    let regex = Regex::new(&format!("(?i)^(?:{regex})$")).unwrap();
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let edges: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut found = Vec::new();
    for &start in &edges {
        for &end in edges.iter().filter(|&&end| end > start) {
            let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
            let mut rest = text[end..].chars();
            // An apostrophe with letters on both sides is inside a word, unless it is the possessive.
            let inside = matches!(rest.next(), Some('\'' | '\u{2019}')) && {
                let tail: Vec<char> = rest.take(2).collect();
                let possessive =
                    tail.first().is_some_and(|c| c.eq_ignore_ascii_case(&'s')) && !word(tail.get(1).copied());
                word(tail.first().copied()) && !possessive
            };
            let mut head = text[..start].chars().rev();
            let joined = matches!(head.next(), Some('\'' | '\u{2019}')) && word(head.next());
            if !word(before) && !word(after) && !inside && !joined && regex.is_match(&text[start..end]) {
                found.push((start, end));
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_finds_what_plain_regexes_find((written, regex) in phrase(), text in text()) {
        let rule = format!("[[rule]]\nid = \"r\"\nlane = {{ lane = 1 }}\nwords = [{written:?}]\n");
        let pack = Pack::parse([("p".to_owned(), format!("{HEAD}{rule}"))]).unwrap();
        let engine = Engine::compile(pack);
        // One segment, as it is: an option given apart is not split, only trimmed.
        let question = Question::from_parts("", [text.as_str()]);
        let mut found: Vec<(usize, usize)> = Vec::new();
        let mut wanted: Vec<(usize, usize)> = Vec::new();
        for segment in question.segments() {
            wanted.extend(expected(&regex, segment.text).into_iter().map(|(a, b)| (a + segment.start, b + segment.start)));
        }
        let mut scanner = Scanner::new(&engine);
        found.extend(scanner.scan(&question).iter().map(|hit| (hit.start as usize, hit.end as usize)));
        found.sort_unstable();
        wanted.sort_unstable();
        prop_assert_eq!(found, wanted, "{} as {} in {:?}", written, regex, text);
    }

    #[test]
    fn any_text_gets_an_answer(text in ".{0,300}") {
        let engine = engine();
        let verdict = engine.classify(&Question::split(&text));
        prop_assert!((0.0..=1.0).contains(&verdict.confidence));
        prop_assert_eq!(verdict.lane.is_some(), verdict.verify.is_some());
        prop_assert_eq!(engine.classify(&Question::split(&text)), verdict);
    }
}

fn engine() -> &'static Engine {
    static ENGINE: std::sync::OnceLock<Engine> = std::sync::OnceLock::new();
    ENGINE.get_or_init(Engine::builtin)
}
