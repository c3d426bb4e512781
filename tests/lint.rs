//! Advice: each kind has a pair under `fixtures/packs/lint`, a pack (or a folder of one, with a bank where it takes one) and
//! what is said of it; what is mended changes no answer.

#![cfg(feature = "lint")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{collections::BTreeSet, fs, path::Path};

use annotate_snippets::Renderer;
use firstlane::{
    Classifier, Code, Engine, Family, Pack, Problems, Question, bank, input,
    lint::{self, Finding, Linter},
};

const FOLDER: &str = "fixtures/packs/lint";

fn findings(path: &Path) -> Vec<Finding> {
    let linter = Linter::new(Pack::load(path).unwrap_or_else(|problems| panic!("{problems}")));
    let samples = fs::read(path.with_extension("jsonl")).ok().map(|text| {
        let records: Vec<_> = input::read_jsonl(&text[..], "bank", 1 << 20).map(Result::unwrap).collect();
        bank::scan(linter.engine(), &records).unwrap()
    });
    linter.findings(samples.as_deref())
}

fn names() -> BTreeSet<String> {
    let entries = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path());
    let packs = entries.filter(|path| path.is_dir() || path.extension().is_some_and(|e| e == "toml"));
    packs.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn each_kind_of_advice_is_told_in_full() {
    let mut wrong = Vec::new();
    for name in names() {
        let folder = Path::new(FOLDER).join(&name);
        let path = if folder.is_dir() { folder } else { folder.with_extension("toml") };
        let findings = findings(&path);
        let said: String =
            findings.iter().map(|finding| finding.problem.render(&Renderer::plain()) + "\n\n").collect();
        let golden = Path::new(FOLDER).join(format!("{name}.out"));
        if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
            fs::write(&golden, &said).unwrap();
        }
        if fs::read_to_string(&golden).unwrap_or_default() != said {
            wrong.push(format!("{name}:\n{said}"));
        }
        if !findings.iter().any(|finding| finding.problem.code.name() == name) {
            wrong.push(format!("{name}: the code is not in what is said:\n{said}"));
        }
    }
    for code in Code::ALL.iter().filter(|code| code.family() == Family::Lint) {
        assert!(names().contains(code.name()), "no pair for `{}` in {FOLDER}", code.name());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The files of a pack, written poorly: phrases twice, in capitals, inflections beside their word, lists backwards.
fn spoiled(folder: &str) -> Vec<(String, String)> {
    let mut files = Pack::files(Path::new(folder)).unwrap();
    for (_, text) in &mut files {
        let pack_text = text.clone();
        let mut document: toml_edit::DocumentMut = pack_text.parse().unwrap();
        if let Some(rules) = document.get_mut("rule").and_then(toml_edit::Item::as_array_of_tables_mut) {
            for (at, rule) in rules.iter_mut().enumerate() {
                let Some(words) = rule.get_mut("words").and_then(toml_edit::Item::as_array_mut) else {
                    continue;
                };
                let phrases: Vec<String> =
                    words.iter().filter_map(|value| value.as_str()).map(str::to_owned).collect();
                let phrase = &phrases[at % phrases.len()];
                words.push(phrase.as_str());
                words.push(format!("  {}", phrase.replace(' ', "  ")));
                if let Some(word) = phrases.iter().find_map(|phrase| phrase.strip_suffix('~')) {
                    words.push(format!("{word}s"));
                }
            }
        }
        if let Some(lists) = document.get_mut("lists").and_then(toml_edit::Item::as_table_mut) {
            for (_, list) in lists.iter_mut() {
                let array = list.as_array_mut().unwrap();
                let mut backwards: Vec<String> =
                    array.iter().filter_map(|value| value.as_str()).map(str::to_owned).collect();
                backwards.reverse();
                *array = backwards.into_iter().collect();
            }
        }
        *text = document.to_string();
    }
    files
}

/// The answers of a pack to all questions of the banks: verdicts with their points, but not the texts that were marked.
fn answers(files: Vec<(String, String)>, banks: &[&str]) -> Vec<String> {
    let engine = Engine::compile(Pack::parse(files).unwrap());
    let mut classifier = Classifier::new(&engine);
    let mut answers = Vec::new();
    for name in banks {
        let text = fs::read(name).unwrap();
        for record in input::read_jsonl(&text[..], name, 1 << 20).map(Result::unwrap) {
            let verdict = classifier.classify(&record.question());
            let evidence: Vec<_> = verdict.evidence.iter().map(|e| (e.rule, e.target, e.points)).collect();
            answers.push(format!(
                "{} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {evidence:?}",
                record.id,
                verdict.status,
                verdict.lane,
                verdict.instinct,
                verdict.verify,
                verdict.pairs,
                verdict.hooks,
                verdict.scores,
            ));
        }
    }
    answers
}

#[test]
fn mending_changes_no_answer_and_leaves_nothing_to_mend() {
    let banks = ["fixtures/packs/network/bank.jsonl", "fixtures/packs/network/practice.jsonl"];
    let files = spoiled("fixtures/packs/network");
    let mended = lint::fix(files.clone()).unwrap();
    assert!(!mended.is_empty(), "nothing was mended");
    let after: Vec<_> =
        files.iter().map(|(name, text)| (name.clone(), mended.get(name).unwrap_or(text).clone())).collect();
    assert_eq!(answers(files, &banks), answers(after.clone(), &banks));
    let linter = Linter::new(Pack::parse(after.clone()).unwrap());
    let left: Vec<_> =
        linter.findings(None).into_iter().filter(|finding| !finding.edits.is_empty()).collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(lint::fix(after).unwrap().is_empty());
}

#[test]
fn mending_the_built_in_pack_changes_no_answer() {
    let banks =
        ["fixtures/bank/near-misses.jsonl", "fixtures/bank/scenarios.jsonl", "fixtures/bank/recall.jsonl"];
    let files = spoiled("rules");
    let mended = lint::fix(files.clone()).unwrap();
    assert!(mended.len() > 5, "hardly anything was mended");
    let after = files.iter().map(|(name, text)| (name.clone(), mended.get(name).unwrap_or(text).clone()));
    assert_eq!(answers(files.clone(), &banks), answers(after.collect(), &banks));
}

#[test]
fn the_built_in_pack_has_no_errors_and_no_warnings() {
    let linter = Linter::new(Pack::load(Path::new("rules")).unwrap());
    let found = linter.findings(None).into_iter().map(|finding| finding.problem);
    let left: Vec<_> = found.filter(|problem| problem.level > firstlane::Level::Note).collect();
    assert!(left.is_empty(), "{}", Problems(left));
}

#[test]
fn comments_stay_where_phrases_go() {
    let base = fs::read_to_string("fixtures/explain-base.toml").unwrap();
    let rule = "\n[[rule]] # one\nid = \"a\"\nlane = { serving = 2 }\nwords = [ # many\n  # first\n  \"b\", \"b\", # twice\n  \
                # kept\n  \"b\", \n  \"c~\", \"cs\"\n] # end\nexamples = [\"b\"]\ncounterexamples = [\"d\"]\n";
    let files = vec![("p.toml".to_owned(), base + rule)];
    let mended = lint::fix(files).unwrap();
    let (_, rest) = mended["p.toml"].split_once("[[rule]] # one").unwrap();
    let wanted = "\nid = \"a\"\nlane = { serving = 2 }\nwords = [ # many\n  # first\n  \"b\", # twice\n  # kept\n  \"c~\"\n\
                  ] # end\nexamples = [\"b\"]\ncounterexamples = [\"d\"]\n";
    assert_eq!(rest, wanted);
}

#[test]
fn a_question_that_says_only_the_phrase_gets_the_other_lane() {
    // What `other-lane-inside` says is what the engine answers.
    let path = Path::new(FOLDER).join("other-lane-inside.toml");
    let engine = Engine::compile(Pack::load(&path).unwrap());
    let verdict = engine.classify(&Question::split("The endpoint drift."));
    let points: Vec<f64> = verdict.scores.iter().map(|(_, points)| *points).collect();
    assert_eq!(points.len(), 2);
    assert!((points[0] - points[1]).abs() < 1e-9, "{points:?}");
}

#[test]
fn a_damaged_copy_of_the_built_in_pack_is_caught() {
    let mut files = Pack::files(Path::new("rules")).unwrap();
    let mut damage = |from: &str, to: &str| {
        let (_, text) = files.iter_mut().find(|(_, text)| text.contains(from)).unwrap();
        *text = text.replacen(from, to, 1);
    };
    damage("examples = [\"Hyperopt minimizes the loss.\"]\n", "");
    damage("counterexamples = [\"The hypervisor optimizes memory.\"]\n", "");
    damage("words = [\"hyperopt\"]", "words = [\"hyperopt\", \"Hyperopt\"]");
    damage("[lists]\n", "[lists]\nnobody-uses-me = [\"a phrase\"]\n");
    damage("code = \"tie\"", "code = \"tei\"");
    damage("patterns = [", "patterns = ['loss.*learning', ");
    let linter = Linter::new(Pack::parse(files).unwrap());
    let found: BTreeSet<&str> =
        linter.findings(None).iter().map(|finding| finding.problem.code.name()).collect();
    for code in [
        "no-example",
        "no-counterexample",
        "redundant-phrase",
        "unused-list",
        "tie",
        "unknown-allow",
        "wide-gap",
    ] {
        assert!(found.contains(code), "`{code}` is not caught: {found:?}");
    }
}
