//! Large banks and large packs from the project's own fixtures, for benchmarks and soak tests; the same seed gives the same
//! bytes.
//!
//! ```sh
//! cargo run --release --example generate -- bank 1000000 > bank.jsonl     # records
//! cargo run --release --example generate -- pack 600 80 > pack.toml       # phrases, regexes
//! cargo run --release --example generate -- pack 6000 800 > large.toml
//! ```
//!
//! A question is one of the fixtures with a story made longer by sentences of others, about 690 bytes a record. The first
//! 600 phrases of a pack are runs of two or three words of the fixtures, so that some five rules fire in a question; of ten
//! regexes seven are two words with a bounded gap. Phrases beyond the first 600 are of words that nobody wrote side by
//! side, so that they are more to look for and not more to find. Regexes beyond the first 80 are of two words of the first 80,
//! as rules of a field share its words, without those that stand in more than one of twenty questions. A pack of 6,000 and 800
//! so fires a fifth more rules than one of 600 and 80. A third number is another share: `pack 6000 800 1` leaves no word out,
//! and fires three times as many.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for developers")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::{self, BufWriter, Write},
    process::ExitCode,
};

use fastrand::Rng;
use serde::{Deserialize, Serialize};

const SEED: u64 = 20_261_124;
/// Bytes of a record that the story is filled up to.
const RECORD: usize = 660;
/// A word is common that stands in more than one of so many questions.
const COMMON: usize = 20;

#[derive(Deserialize)]
struct Question {
    stem: String,
    #[serde(default)]
    options: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Record<'a> {
    id: &'a str,
    stem: &'a str,
    options: &'a BTreeMap<String, String>,
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<usize>().unwrap_or_else(|_| panic!("`{text}` is no number"));
    let written = match args[..] {
        ["bank", records] => bank(number(records)),
        ["pack", phrases, regexes] => pack(number(phrases), number(regexes), COMMON),
        ["pack", phrases, regexes, common] => pack(number(phrases), number(regexes), number(common)),
        _ => {
            eprintln!("usage: generate bank RECORDS | generate pack PHRASES REGEXES [COMMON]");
            return ExitCode::from(2);
        }
    };
    written.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

fn questions() -> Vec<Question> {
    let mut files: Vec<_> = fs::read_dir("fixtures/bank")
        .expect("run in the checkout")
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap());
    texts
        .flat_map(|text| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>())
        .collect()
}

fn bank(records: usize) -> io::Result<()> {
    let questions = questions();
    let sentences: Vec<&str> = questions
        .iter()
        .flat_map(|question| question.stem.split_inclusive(". "))
        .map(str::trim)
        .filter(|sentence| sentence.ends_with('.') && sentence.len() > 20)
        .collect();
    let mut rng = Rng::with_seed(SEED);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut stem = String::new();
    for ordinal in 1..=records {
        let question = &questions[rng.usize(..questions.len())];
        let rest =
            question.stem.len() + question.options.values().map(|text| text.len() + 8).sum::<usize>() + 50;
        stem.clear();
        while stem.len() + rest < RECORD {
            stem.push_str(sentences[rng.usize(..sentences.len())]);
            stem.push(' ');
        }
        stem.push_str(&question.stem);
        let record = Record { id: &format!("g{ordinal}"), stem: &stem, options: &question.options };
        serde_json::to_writer(&mut out, &record)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

fn pack(phrases: usize, regexes: usize, of: usize) -> io::Result<()> {
    let questions = questions();
    let texts: Vec<Vec<String>> = questions
        .iter()
        .map(|question| {
            let words = question.stem.split(|c: char| !c.is_ascii_alphanumeric());
            words.filter(|word| word.len() > 2).map(str::to_ascii_lowercase).collect()
        })
        .filter(|words: &Vec<String>| words.len() > 8)
        .collect();
    let mut rng = Rng::with_seed(SEED);
    let mut seen = BTreeSet::new();
    let mut distinct = |make: &mut dyn FnMut() -> String| loop {
        let text = make();
        if seen.insert(text.clone()) {
            return text;
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "{PACK}")?;
    for lane in 1..=6 {
        writeln!(out, "{}", LANE.replace('@', &lane.to_string()))?;
    }
    let mut rules = 0;
    let mut rule = |out: &mut BufWriter<_>, key: &str, text: &str| {
        rules += 1;
        let lane = rules % 6 + 1;
        writeln!(out, "[[rule]]\nid = \"r{rules}\"\nlane = {{ lane-{lane} = 2 }}\n{key} = ['{text}']\n")
    };
    let all: Vec<&String> = texts.iter().flatten().collect();
    for ordinal in 0..phrases {
        let text = distinct(&mut || {
            let length = rng.usize(2..=3);
            if ordinal >= 600 {
                let words: Vec<&str> = (0..length).map(|_| all[rng.usize(..all.len())].as_str()).collect();
                return words.join(" ");
            }
            let words = &texts[rng.usize(..texts.len())];
            let at = rng.usize(..words.len() - length);
            words[at..at + length].join(" ")
        });
        rule(&mut out, "words", &text)?;
    }
    let common = |word: &String| texts.iter().filter(|words| words.contains(word)).count() * of > texts.len();
    let mut vocabulary: Vec<String> = Vec::new();
    for ordinal in 0..regexes {
        let text = distinct(&mut || {
            let words = &texts[rng.usize(..texts.len())];
            let mut at = rng.usize(..words.len() - 5);
            let mut word = || {
                at += 1;
                if ordinal < 80 {
                    if !common(&words[at]) {
                        vocabulary.push(words[at].clone());
                    }
                    return words[at].clone();
                }
                vocabulary[rng.usize(..vocabulary.len())].clone()
            };
            match ordinal % 10 {
                0..7 => format!(r"\b{}\b.{{0,{}}}\b{}\b", word(), 20 + ordinal % 40, word()),
                7 => format!(r"\b{}(s|ed|ing)? {}", word(), word()),
                8 => format!(r"\b{}\w*\s+{}", word(), word()),
                _ => format!(r"\d+ ?(%|ms|percent)? {}", word()),
            }
        });
        rule(&mut out, "patterns", &text)?;
    }
    out.flush()
}

/// What a pack has besides rules: six lanes, the thresholds and negation as in the built-in pack.
const PACK: &str = r#"schema = 1
name = "generated"
title = "Generated"
version = "0"
source = "fixtures"
[zones]
story = 1.0
ask = 2.0
option = 0.4
[thresholds]
lane = 1.5
margin = 1.0
instinct = 2.0
pair = 1.0
hook = 1.0
[negation]
words = ["not", "without", "no", "never"]
except = ["not only", "whether or not"]
question = ["is not", "are not"]
within = 3
factor = 0.4
[[chapter]]
number = 1
title = "One"
"#;

const LANE: &str = r#"[[lane]]
id = "lane-@"
chapter = 1
title = "Lane @"
about = "Lane @"
source = { table = "t", row = "lane @" }
[[instinct]]
id = "instinct-@"
when = "x"
text = "x"
source = { table = "t", row = "instinct @" }
"#;
