//! Packs that must be sound: the built-in one, and a small one for another exam, which goes through the same tests and
//! so shows that no lane is known to the program.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use firstlane::{Detail, Engine, Kind, Pack, check};

fn packs() -> [(PathBuf, Engine); 2] {
    ["rules", "fixtures/packs/network"].map(|path| {
        let pack = Pack::load(Path::new(path)).unwrap_or_else(|problems| panic!("{problems}"));
        (path.into(), Engine::compile(pack))
    })
}

#[test]
fn examples_fire_and_counterexamples_do_not() {
    for (path, engine) in packs() {
        let problems = check::examples(&engine);
        assert!(problems.0.is_empty(), "{}:\n{problems}", path.display());
    }
}

#[test]
fn every_rule_has_an_example_and_a_counterexample() {
    for (path, engine) in packs() {
        let bare =
            engine.pack().rules().iter().filter(|r| r.examples.is_empty() || r.counterexamples.is_empty());
        let bare: Vec<_> = bare.map(|rule| &rule.id).collect();
        assert!(bare.is_empty(), "{}: {bare:?}", path.display());
    }
}

#[test]
fn every_target_can_be_reached_by_a_rule() {
    for (path, engine) in packs() {
        let pack = engine.pack();
        let reached: BTreeSet<_> =
            pack.rules().iter().flat_map(|r| &r.points).filter(|p| p.1 > 0.0).map(|p| p.0).collect();
        for ix in Kind::ALL.into_iter().flat_map(|kind| pack.of_kind(kind)) {
            let target = pack.target(ix);
            // The boxes before the checklist are passed through by every question.
            if target.detail != (Detail::Step { checklist: false }) {
                assert!(reached.contains(&ix), "{}: no rule leads to `{}`", path.display(), target.id);
            }
        }
    }
}

#[test]
fn the_built_in_pack_is_the_folder() {
    let ids = |pack: &Pack| pack.rules().iter().map(|rule| rule.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&Pack::builtin()), ids(&Pack::load(Path::new("rules")).unwrap()));
}

#[test]
fn every_row_of_the_cheat_sheet_has_an_entry() {
    let pack = Pack::builtin();
    let entries: BTreeSet<(String, String)> =
        pack.targets().iter().map(|t| (t.source.table.clone(), t.source.row.clone())).collect();
    let listed = fs::read_to_string("fixtures/cheat-sheet-rows.tsv").unwrap();
    let rows: BTreeSet<(String, String)> = listed
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .collect();
    assert_eq!(entries, rows);
    // By table: lane picker, answer sequence, production rules, scaling, lifecycle and monitoring, pairs, rechecks, hooks.
    assert_eq!(rows.len(), 6 + 6 + 4 + 4 + 5 + 6 + 6 + 4);
    let Ok(sheet) = fs::read_to_string("../shared/cheat-sheet.txt") else {
        println!("skipped: the cheat sheet itself is not here, so its rows are compared with the list only");
        return;
    };
    for (table, row) in rows {
        assert!(sheet.contains(&table) && sheet.contains(&row), "not in the cheat sheet: {table} / {row}");
    }
}

#[test]
fn the_prepared_engine_answers_as_the_written_pack() {
    let prepared = Engine::builtin();
    let written = Engine::compile(Pack::builtin());
    let mut checked = 0;
    for entry in fs::read_dir("fixtures/bank").unwrap() {
        let bank = fs::read(entry.unwrap().path()).unwrap();
        for record in firstlane::input::read_jsonl(&bank[..], "bank", 1 << 20) {
            let record = record.unwrap();
            assert_eq!(
                prepared.classify(&record.question()),
                written.classify(&record.question()),
                "{}",
                record.id
            );
            checked += 1;
        }
    }
    assert!(checked >= 400, "only {checked} questions");
}
