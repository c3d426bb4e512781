//! The engine against a plain reference: one regex for each phrase, no tables, no tricks. On any text made of words,
//! separators and traps, both find the same phrases at the same places.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeSet;

use firstlane::{Engine, Pack, Question, Scanner, Scorer};
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
    // White space and the like; a line break at most once. The possessive stands behind a word, never behind punctuation.
    let (possessive, loose) = (r"(?:['\u{2019}]s)?", r"[ \-/_`*]*(?:\n[ \-/_`*]*)?");
    let mut branches = Vec::new();
    for closed in 0..1_u32 << (words.len() - 1) {
        let mut branch = String::new();
        let mut fits = true;
        for (at, ((plain, inflected), hard)) in words.iter().enumerate() {
            let is_closed = |gap: usize| closed & 1 << gap != 0;
            if at > 0 {
                match hard {
                    _ if is_closed(at - 1) => fits &= hard.is_none() && joinable,
                    Some(hard) => branch += &format!("{possessive}{loose}{hard}{loose}"),
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

fn engine_of(cues: &str) -> Engine {
    let rule = format!("[[rule]]\nid = \"r\"\nlane = {{ lane = 1 }}\n{cues}\n");
    Engine::compile(Pack::parse([("p".to_owned(), format!("{HEAD}{rule}"))]).unwrap())
}

/// Regexes with literals of several kinds: whole words, parts of words, with punctuation, optional, in any letter case.
fn pattern() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "blue",
        "Green",
        "x",
        r"\bp95\b",
        "models:/",
        r"\w+_payload",
        r"\d+ ?%",
        "(?:roll|deploy)(?:s|ed)?",
        "(?:a|an) x",
        "(?-i:CAN)",
        "[a-c]+",
        r"don't",
        "caf\u{e9}",
        "_x",
        "p9?5",
        r"\d",
        r"0?\.[4-8]\d",
        r"\bx\b",
        r"\bblue\b",
        r"\b(?:roll|green|an)\b",
        r"\bs\b",
        r"\bx\(",
        "(?:blue|roll)ed",
        r"(?:^|\s)can(?:$|[\s.])",
        r"\b(?:\d+|an|blue) ",
    ]);
    let gap = prop::sample::select(vec![
        "",
        " ",
        r"\s+",
        ".{0,6}",
        ".{0,9}",
        ".{2,9}?",
        ".*",
        "[^.]{0,4}",
        "[^a]+",
        "-?",
    ]);
    (part.clone(), prop::collection::vec((gap, part), 0..3)).prop_map(|(first, rest)| {
        rest.into_iter().fold(first.to_owned(), |regex, (gap, part)| regex + gap + part)
    })
}

/// Regexes of words and gaps and nothing else, which are not run where words are plain.
fn joined() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["blue", "x", "(?:roll|Green|an)", "(?:x|blue)", "s", "don"]);
    let gap = prop::sample::select(vec![
        ".{0,9}",
        ".{0,20}",
        ".{2,14}?",
        ".*",
        ".*?",
        r"[^.]{0,12}",
        r"\s+",
        "[^a]+",
    ]);
    (word.clone(), prop::collection::vec((gap, word), 0..4)).prop_map(|(first, rest)| {
        rest.into_iter()
            .fold(format!(r"\b{first}\b"), |regex, (gap, word)| format!(r"{regex}{gap}\b{word}\b"))
    })
}

fn joined_text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "blue",
        "x",
        "X",
        "roll",
        "green",
        "an",
        "the",
        "don't",
        "x's",
        "caf\u{e9}",
        "s",
    ]);
    let gap = prop::sample::select(vec![" ", " ", " ", "  ", ". ", "_", "-", "\n", "\u{2014}", " . ", ".x."]);
    prop::collection::vec((word, gap), 0..14)
        .prop_map(|parts| parts.into_iter().map(|(word, gap)| format!("{word}{gap}")).collect())
}

fn regex_text() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "blue",
        "green",
        "BLUE",
        "x",
        "p95",
        "p5",
        "models:/m",
        "a_payload",
        "50 %",
        "7%",
        "rolls",
        "deployed",
        "an x",
        "can",
        "CAN",
        "abc",
        "don't",
        "caf\u{e9}",
        "_x",
        "'s",
        "0.97",
        "0.71",
        ".5",
        "x(",
        "blueed",
        "rolledx",
        ".",
        " ",
        " ",
        " ",
        "\n",
        "-",
        "\u{2014}",
    ]);
    prop::collection::vec(part, 0..16).prop_map(|parts| parts.concat())
}

const CONDITION_WORDS: [&str; 7] = ["alpha", "beta", "gamma", "delta", "omega", "kappa", "sigma"];

/// The conditions of a rule, as sets of words.
#[derive(Debug, Clone)]
struct Conditions {
    any: Vec<usize>,
    near: Option<(usize, usize, usize)>,
    all: Vec<Vec<usize>>,
    none: Vec<usize>,
}

fn conditions() -> impl Strategy<Value = Conditions> {
    let word = 0..CONDITION_WORDS.len();
    let words = |range| prop::collection::vec(word.clone(), range);
    let near = prop::option::of(
        (word.clone(), word.clone(), 0..4_usize).prop_filter("two words", |(a, b, _)| a != b),
    );
    (words(0..3), near, prop::collection::vec(words(1..3), 0..4), words(0..2))
        .prop_map(|(any, near, all, none)| Conditions { any, near, all, none })
        .prop_filter("a rule needs something to look for", |c| {
            !c.any.is_empty() || c.near.is_some() || !c.all.is_empty()
        })
        .prop_filter("a word that must not be there can make nothing fire", |c| {
            let used = c.any.iter().chain(c.all.iter().flatten());
            let near = c.near.iter().flat_map(|(a, b, _)| [a, b]);
            used.chain(near).all(|word| !c.none.contains(word))
        })
}

impl Conditions {
    fn toml(&self) -> String {
        let list = |words: &[usize]| {
            let unique: BTreeSet<_> = words.iter().map(|&word| CONDITION_WORDS[word]).collect();
            format!("{unique:?}").replace('{', "[").replace('}', "]")
        };
        let mut toml = String::new();
        if !self.any.is_empty() {
            toml += &format!("words = {}\n", list(&self.any));
        }
        if let Some((a, b, within)) = self.near {
            toml += &format!("near = {{ words = {}, to = {}, within = {within} }}\n", list(&[a]), list(&[b]));
        }
        if !self.all.is_empty() {
            let groups: Vec<_> = self.all.iter().map(|group| list(group)).collect();
            toml += &format!("all = [{}]\n", groups.join(", "));
        }
        if !self.none.is_empty() {
            toml += &format!("none = {}\n", list(&self.none));
        }
        toml
    }

    /// Word for word what docs/RULES.md says.
    fn hold(&self, text: &[&str]) -> bool {
        let has = |word: &usize| text.contains(&CONDITION_WORDS[*word]);
        let is_near = |&(a, b, within): &(usize, usize, usize)| {
            let places = |word: usize| {
                text.iter().enumerate().filter(move |(_, w)| **w == CONDITION_WORDS[word]).map(|(at, _)| at)
            };
            places(a).any(|a| places(b).any(|b| a.abs_diff(b) > 0 && a.abs_diff(b) - 1 <= within))
        };
        let alone = self.any.is_empty() && self.near.is_none();
        let fires = alone || self.any.iter().any(has) || self.near.as_ref().is_some_and(is_near);
        fires && self.all.iter().all(|group| group.iter().any(has)) && !self.none.iter().any(has)
    }
}

/// Byte ranges.
type Places = BTreeSet<(usize, usize)>;

/// Where an engine finds regexes, and where they match if they are simply run.
fn found_and_wanted(patterns: &[String], text: &str) -> (Places, Places) {
    let engine = engine_of(&format!("patterns = {patterns:?}"));
    let question = Question::from_parts("", [text]);
    let mut wanted = BTreeSet::new();
    for segment in question.segments() {
        for pattern in patterns {
            let regex = regex::bytes::RegexBuilder::new(pattern)
                .unicode(false)
                .case_insensitive(true)
                .build()
                .unwrap();
            let found = regex.find_iter(segment.text.as_bytes());
            wanted.extend(found.map(|m| (m.start() + segment.start, m.end() + segment.start)));
        }
    }
    let mut scanner = Scanner::new(&engine);
    let found = scanner.scan(&question).iter().map(|hit| (hit.start as usize, hit.end as usize)).collect();
    (found, wanted)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_finds_what_plain_regexes_find((written, regex) in phrase(), text in text()) {
        let engine = engine_of(&format!("words = [{written:?}]"));
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
    fn phrases_do_not_hide_each_other((phrases, text) in (prop::collection::vec(phrase(), 2..7), text())) {
        let written: Vec<&String> = phrases.iter().map(|(written, _)| written).collect();
        let engine = engine_of(&format!("words = {written:?}"));
        let question = Question::from_parts("", [text.as_str()]);
        let mut wanted = BTreeSet::new();
        for segment in question.segments() {
            for (_, regex) in &phrases {
                wanted.extend(expected(regex, segment.text).into_iter().map(|(a, b)| (a + segment.start, b + segment.start)));
            }
        }
        let mut scanner = Scanner::new(&engine);
        let found: BTreeSet<_> =
            scanner.scan(&question).iter().map(|hit| (hit.start as usize, hit.end as usize)).collect();
        prop_assert_eq!(found, wanted, "{:?} in {:?}", written, text);
    }

    #[test]
    fn regexes_wake_whenever_they_match((patterns, text) in (prop::collection::vec(pattern(), 1..6), regex_text())) {
        let (found, wanted) = found_and_wanted(&patterns, &text);
        prop_assert_eq!(found, wanted, "{:?} in {:?}", patterns, text);
    }

    #[test]
    fn words_and_gaps_match_as_their_regexes((patterns, text) in (prop::collection::vec(joined(), 1..4), joined_text())) {
        let (found, wanted) = found_and_wanted(&patterns, &text);
        prop_assert_eq!(found, wanted, "{:?} in {:?}", patterns, text);
    }

    #[test]
    fn rules_fire_as_their_conditions_say(
        rules in prop::collection::vec(conditions(), 1..80),
        text in prop::collection::vec(0..CONDITION_WORDS.len(), 0..12),
    ) {
        let mut toml = HEAD.to_owned();
        for (at, conditions) in rules.iter().enumerate() {
            toml += &format!("[[rule]]\nid = \"r{at}\"\nlane = {{ lane = 1 }}\n{}", conditions.toml());
        }
        let engine = Engine::compile(Pack::parse([("p".to_owned(), toml)]).unwrap());
        let words: Vec<&str> = text.iter().map(|&word| CONDITION_WORDS[word]).collect();
        let text = words.join(" ");
        let question = Question::from_parts("", [text.as_str()]);
        let mut scanner = Scanner::new(&engine);
        let mut scorer = Scorer::new(engine.pack());
        let fired: Vec<usize> =
            scorer.fire(scanner.scan(&question)).rules.iter().map(|fired| fired.rule.index()).collect();
        let wanted: Vec<usize> =
            rules.iter().enumerate().filter(|(_, rule)| rule.hold(&words)).map(|(at, _)| at).collect();
        prop_assert_eq!(fired, wanted, "{} in {:?}", rules.iter().map(Conditions::toml).collect::<String>(), words);
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
