//! `fmt`: laid out twice is laid out once, no data and no comment is lost, and the repository's own packs are laid out.

#![cfg(feature = "lint")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{fs, path::Path};

use firstlane::{Code, Pack, Source, lay_out};
use proptest::prelude::*;

fn laid_out(text: &str) -> String {
    lay_out(&Source::file("p.toml", text)).unwrap_or_else(|problem| panic!("{problem:?}\n{text}"))
}

/// The comments of a text, in order. No string of these tests holds a number sign.
fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.find('#').map(|at| line[at..].trim())).collect()
}

fn holds(text: &str) {
    let once = laid_out(text);
    assert_eq!(laid_out(&once), once, "laid out twice is not as laid out once:\n{text}");
    let read = |text: &str| toml::from_str::<toml::Table>(text).unwrap();
    assert_eq!(read(text), read(&once), "other data:\n{text}\n---\n{once}");
    assert!(!once.contains("\n\n\n") && once.lines().all(|line| line == line.trim_end()), "{once}");
}

#[test]
fn packs_keep_their_data_and_comments() {
    let mut seen = 0;
    for folder in ["rules", "fixtures/packs"] {
        for (name, text) in Pack::files(Path::new(folder)).unwrap_or_default() {
            if toml::from_str::<toml::Table>(&text).is_ok() {
                holds(&text);
                seen += 1;
                // A sort of keys may change the order of comments, too.
                let after = laid_out(&text);
                let sorted = |text| {
                    let mut comments = comments(text);
                    comments.sort_unstable();
                    comments.join("\n")
                };
                assert_eq!(sorted(&text), sorted(&after), "{name}");
            }
        }
    }
    for entry in fs::read_dir("fixtures/packs/broken").unwrap() {
        let Ok(text) = fs::read_to_string(entry.unwrap().path()) else { continue };
        if toml::from_str::<toml::Table>(&text).is_ok() {
            holds(&text);
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} files");
}

#[test]
fn the_repositorys_packs_are_laid_out() {
    for folder in ["rules", "fixtures/packs/network"] {
        for (name, text) in Pack::files(Path::new(folder)).unwrap() {
            assert_eq!(laid_out(&text), text, "{name} is not laid out; run `firstlane fmt {folder}`");
        }
    }
}

#[test]
fn a_file_looks_like_this() {
    let text = fs::read_to_string("fixtures/layout/before.toml").unwrap();
    let golden = "fixtures/layout/after.toml";
    let new = laid_out(&text);
    if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
        fs::write(golden, &new).unwrap();
    }
    assert_eq!(fs::read_to_string(golden).unwrap(), new);
    let (before, after) = (comments(&text), comments(&new));
    assert_eq!(before.len(), after.len(), "a comment is lost:\n{new}");
}

#[test]
fn what_is_not_toml_is_told_with_its_place() {
    let problem = lay_out(&Source::file("p.toml", "a = 1\nb = [\n")).unwrap_err();
    assert_eq!(problem.code, Code::Syntax);
    assert_eq!(problem.place.unwrap().line(), 2);
}

/// Spaces, line breaks and comments between the elements of an array.
fn gap() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(" ".to_owned()),
        2 => Just(String::new()),
        2 => Just("\n    ".to_owned()),
        1 => Just("\n\n".to_owned()),
        1 => "[a-z ]{0,12}".prop_map(|comment| format!(" # {comment}\n")),
        1 => "[a-z ]{0,12}".prop_map(|comment| format!("\n  # {comment}\n  ")),
    ]
}

fn array(depth: u32) -> BoxedStrategy<String> {
    let word = prop_oneof![
        "[a-z ~]{1,40}".prop_map(|w| format!("\"{w}\"")),
        "[a-z]{1,9}".prop_map(|w| format!("'{w}'"))
    ];
    let element =
        if depth == 0 { word.boxed() } else { prop_oneof![3 => word, 1 => array(depth - 1)].boxed() };
    (prop::collection::vec((gap(), element), 0..14), gap(), any::<bool>())
        .prop_map(|(elements, end, comma)| {
            let comma = if comma && !elements.is_empty() { "," } else { "" };
            let elements: Vec<_> = elements.into_iter().map(|(gap, element)| gap + &element).collect();
            format!("[{}{comma}{end}]", elements.join(","))
        })
        .boxed()
}

fn entry() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        Just("words"),
        Just("id"),
        Just("all"),
        Just("examples"),
        Just("none"),
        Just("zones"),
        Just("other"),
        Just("lane")
    ];
    let above = prop_oneof![3 => Just(String::new()), 1 => Just("\n\n".to_owned()), 1 => Just("  # above\n".to_owned())];
    let behind = prop_oneof![3 => Just(""), 1 => Just("   # behind"), 1 => Just("#x")];
    let value = prop_oneof![
        3 => array(2),
        1 => Just("1.50".to_owned()),
        1 => Just("\"text\"".to_owned()),
        1 => array(0).prop_filter("on one line", |text| !text.contains('#')).prop_map(|a| format!("{{words={a} ,  to = [ \"x\" ]}}")),
    ];
    (above, key, "[ ]{0,3}", value, behind).prop_map(|(above, key, space, value, behind)| {
        format!("{above}{key}{space}={space}{value}{behind}\n")
    })
}

fn file() -> impl Strategy<Value = String> {
    let header = prop_oneof![Just("[[rule]]"), Just("[[lane]]"), Just("[[rule]]  # of a rule")];
    let table = (header, prop::collection::vec(entry(), 0..6));
    prop::collection::vec(table, 1..5).prop_map(|tables| {
        let mut text = String::from("\n#:schema x\n\n\n# head\n");
        for (header, entries) in tables {
            text += header;
            text.push('\n');
            let mut keys: Vec<String> = Vec::new();
            for entry in entries {
                let key = entry
                    .split('=')
                    .next()
                    .unwrap_or_default()
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .trim()
                    .to_owned();
                if !keys.contains(&key) {
                    text += &entry;
                    keys.push(key);
                }
            }
        }
        text + "# end"
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn any_file_is_laid_out_once_and_for_all(text in file()) {
        holds(&text);
        let (mut before, after) = (comments(&text), laid_out(&text));
        let mut after = comments(&after);
        before.sort_unstable();
        after.sort_unstable();
        prop_assert_eq!(before, after, "comments of\n{}", text);
    }
}
