//! Pasted questions: each sample in `fixtures/questions` has its zones beside it, one segment a line.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use firstlane::{Question, Segment, Zone};
use proptest::prelude::*;

const FOLDER: &str = "fixtures/questions";

fn zones(text: &str) -> String {
    let mut out = String::new();
    for segment in Question::split(text).segments() {
        let ordinal = segment.option.map_or_else(String::new, |at| format!(" {at}"));
        let end = segment.start + segment.text.len();
        let shown = segment.text.replace('\r', "\\r").replace('\n', "\\n");
        writeln!(out, "{}{ordinal}\t{}..{end}\t{shown}", segment.zone.name(), segment.start).unwrap();
    }
    out
}

#[test]
fn samples_are_read_as_people_read_them() {
    let names: BTreeSet<_> =
        fs::read_dir(FOLDER).unwrap().map(|e| e.unwrap().path().file_stem().unwrap().to_owned()).collect();
    let mut wrong = Vec::new();
    for name in &names {
        let path = Path::new(FOLDER).join(name);
        let text = String::from_utf8(fs::read(path.with_extension("txt")).unwrap()).unwrap();
        let golden = path.with_extension("zones");
        let found = zones(&text);
        if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
            fs::write(&golden, &found).unwrap();
        }
        if fs::read_to_string(&golden).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", name.display()));
        }
    }
    assert!(names.len() >= 40, "only {} samples", names.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every segment is a slice of its field, at its place, trimmed, and behind the one before.
fn assert_sound(field: &str, segments: &[&Segment<'_>]) {
    let mut at = 0;
    for segment in segments {
        let end = segment.start + segment.text.len();
        assert!(segment.start >= at, "{segment:?} begins before {at}");
        assert_eq!(field.get(segment.start..end), Some(segment.text));
        assert_eq!(segment.text.trim(), segment.text);
        assert!(!segment.text.is_empty());
        at = end;
    }
}

fn pasted() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "A. ",
        "B) ",
        "(c) ",
        "- ",
        "• ",
        "1. ",
        "2) ",
        "\n",
        "\n\n",
        "\r\n",
        "Answer: B",
        "Explanation: ",
        "?",
        ". ",
        "```",
        "> ",
        "**",
        "\u{a0}",
        "Which ",
        "model",
        "Question 12",
        "(Choose two.)",
        "✅",
        "[x] ",
        "é",
        "“",
        "A",
        "B",
        "\t",
        "`",
        "e.g. ",
        ":",
        "A: ",
        "[ ] ",
        "○",
        "<details>",
        "Next",
        "*",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn plain_words() -> impl Strategy<Value = String> {
    prop::collection::vec("[a-z]{2,8}", 1..6).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn segments_are_slices_in_order(text in prop_oneof![pasted(), ".{0,200}"]) {
        let question = Question::split(&text);
        assert_sound(&text, &question.segments().iter().collect::<Vec<_>>());
        let parts = Question::from_parts(&text, [text.as_str(), "A. one"]);
        let of_stem: Vec<_> = parts.segments().iter().filter(|s| s.zone != Zone::Option).collect();
        assert_sound(&text, &of_stem);
        for option in parts.segments().iter().filter(|s| s.zone == Zone::Option && s.option == Some(0)) {
            assert_sound(&text, &[option]);
        }
    }

    #[test]
    fn options_are_found_in_every_style(
        story in plain_words(),
        options in prop::collection::vec(plain_words(), 2..6),
        style in 0..8_usize,
        key in any::<bool>(),
    ) {
        let mut text = format!("The {story} is slow. Which {story} is best?\n");
        for (at, option) in options.iter().enumerate() {
            let (upper, lower, number) = ((b'A' + at as u8) as char, (b'a' + at as u8) as char, at + 1);
            text += &match style {
                0 => format!("{upper}. {option}\n"),
                1 => format!("{upper}) {option}\n"),
                2 => format!("({lower}) {option}\n"),
                3 => format!("\n{lower}. {option}\n"),
                4 => format!("{number}) {option}\r\n"),
                5 => format!("**{upper}.** {option}\n"),
                6 => format!("- [ ] {option}\n"),
                _ => format!("• {upper}: {option}\n"),
            };
        }
        if key {
            text += "\nCorrect Answer: A\nExplanation: the canary\n";
        }
        let question = Question::split(&text);
        let found: Vec<_> = question.segments().iter().filter(|s| s.zone == Zone::Option).map(|s| s.text).collect();
        prop_assert_eq!(found, options);
        let asks: Vec<_> = question.segments().iter().filter(|s| s.zone == Zone::Ask).map(|s| s.text).collect();
        prop_assert_eq!(asks, [format!("Which {story} is best?")]);
    }
}
