//! Labelled banks: every record reads, every label is an id, options never drive a lane that the stem decides, places
//! point at what was typed.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

use firstlane::{
    Classifier, Engine, Pack, Question, Scanner, Status, Verdict,
    eval::Evaluation,
    input::{self, Record},
    render::{json, json_writer::Writer},
};

/// Each pack with its banks.
fn banks() -> Vec<(Engine, Vec<PathBuf>)> {
    let jsonl = |folder: &str| {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
        files.sort();
        files
    };
    let network =
        Pack::load(Path::new("fixtures/packs/network")).unwrap_or_else(|problems| panic!("{problems}"));
    vec![
        (
            Engine::builtin(),
            [jsonl("fixtures/bank"), jsonl("fixtures/blind"), jsonl("fixtures/unread")].concat(),
        ),
        (Engine::compile(network), jsonl("fixtures/packs/network")),
    ]
}

fn records(path: &Path) -> Vec<Record<'static>> {
    let reader = BufReader::new(File::open(path).unwrap());
    let name = path.display().to_string();
    input::read_jsonl(reader, &name, input::MOST_BYTES)
        .map(|r| r.unwrap_or_else(|e| panic!("{name}: {e}")))
        .collect()
}

/// Every record of every bank, with its engine.
fn each(mut test: impl FnMut(&Engine, &Record<'_>, &Verdict)) {
    for (engine, files) in banks() {
        assert!(!files.is_empty());
        for record in files.iter().flat_map(|file| records(file)) {
            let verdict = engine.classify(&record.question());
            test(&engine, &record, &verdict);
        }
    }
}

fn stem_alone(engine: &Engine, record: &Record<'_>) -> Verdict {
    engine.classify(&Question::from_parts(&record.stem, []))
}

#[test]
fn every_label_is_an_id_and_every_lane_has_a_step() {
    let mut ids = std::collections::BTreeSet::new();
    each(|engine, record, verdict| {
        let labels = record.labels.as_ref().unwrap_or_else(|| panic!("{} has no labels", record.id));
        Evaluation::default()
            .add(engine.pack(), labels, verdict)
            .unwrap_or_else(|id| panic!("{}: label `{id}`", record.id));
        for id in [&labels.instinct, &labels.verify]
            .into_iter()
            .flatten()
            .chain(labels.instinct_ok.iter().flatten())
        {
            assert!(engine.pack().find(id).is_some(), "{}: label `{id}`", record.id);
        }
        assert_eq!(labels.lane.is_some(), labels.verify.is_some(), "{}", record.id);
        assert!(ids.insert(record.id.to_string()), "{} stands twice", record.id);
    });
}

#[test]
fn options_do_not_drive_a_lane_that_the_stem_decides() {
    let mut decided = 0;
    for (engine, files) in banks() {
        let all: Vec<_> = files.iter().flat_map(|file| records(file)).collect();
        for (at, record) in all.iter().enumerate() {
            let stem = stem_alone(&engine, record);
            if stem.status != Status::Clear {
                continue;
            }
            decided += 1;
            // The options as they are, turned round, and those of questions elsewhere in the bank.
            let turned = record.options.iter().rev().map(|(_, text)| &**text);
            let others = (1..6).map(|n| &all[(at + n * all.len() / 6) % all.len()].options);
            let own = record.options.iter().map(|(_, text)| &**text);
            let mut sets: Vec<Vec<&str>> = vec![own.collect(), turned.collect()];
            sets.extend(others.map(|options| options.iter().map(|(_, text)| &**text).collect()));
            for options in sets {
                let verdict = engine.classify(&Question::from_parts(&record.stem, options.iter().copied()));
                assert_eq!(verdict.lane, stem.lane, "{} with {options:?}", record.id);
                assert_eq!(verdict.status, stem.status, "{} with {options:?}", record.id);
            }
        }
    }
    assert!(decided > 100, "only {decided} questions are decided by their stem");
}

#[test]
fn places_point_at_what_was_typed() {
    each(|engine, record, verdict| {
        let question = record.question();
        for evidence in &verdict.evidence {
            for hit in verdict.hits(evidence) {
                let field = record.field(question.segments()[hit.segment as usize].option);
                let text = &field.as_bytes()[hit.start as usize..hit.end as usize];
                assert!(!text.is_empty(), "{}: {hit:?}", record.id);
                // Read elsewhere, the same words still hold the cue, if it is a phrase of words alone.
                let cue = &engine.pack().cues()[hit.cue.index()].text;
                if cue.chars().all(|c| c.is_ascii_alphabetic() || c == ' ') {
                    let text = String::from_utf8(text.to_vec()).unwrap();
                    let elsewhere = format!("It says {text} here.");
                    let alone = Question::split(&elsewhere);
                    let mut scanner = Scanner::new(engine);
                    assert!(
                        scanner.scan(&alone).iter().any(|h| h.cue == hit.cue),
                        "{}: {cue} in {text:?}",
                        record.id
                    );
                }
            }
        }
    });
}

#[test]
fn a_classifier_that_is_used_again_answers_as_a_new_one() {
    for (engine, files) in banks() {
        let mut classifier = Classifier::new(&engine);
        for record in files.iter().flat_map(|file| records(file)) {
            let question = record.question();
            assert_eq!(classifier.classify(&question), engine.classify(&question), "{}", record.id);
        }
    }
}

#[test]
fn json_is_written_as_serde_writes_it() {
    each(|engine, record, verdict| {
        let question = record.question();
        let mut written = Vec::new();
        Writer::new(engine.pack()).write(record, &question, verdict, &mut written);
        let output = json::output(engine.pack(), record, &question, verdict);
        assert_eq!(
            String::from_utf8(written).unwrap(),
            serde_json::to_string(&output).unwrap(),
            "{}",
            record.id
        );
    });
}

#[test]
fn the_shared_bank_is_read_whole() {
    let path = Path::new("../shared/banks/dev.jsonl");
    if !path.exists() {
        println!("skipped: {} is not here", path.display());
        return;
    }
    let engine = Engine::builtin();
    let all = records(path);
    assert_eq!(all.len(), 271);
    for record in all {
        let _ = engine.classify(&record.question());
    }
}
