//! Broken packs: each fault has a pair under `fixtures/packs/broken`, a pack and what is said of it.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{collections::BTreeSet, fs, path::Path};

use firstlane::{Code, Engine, Family, Pack, Problems, check};

const FOLDER: &str = "fixtures/packs/broken";

/// What is said of a pack: faults of loading, or examples that do not hold.
fn problems(path: &Path) -> Problems {
    match Pack::load(path) {
        Ok(pack) => check::examples(&Engine::compile(pack)),
        Err(problems) => problems,
    }
}

#[test]
fn each_broken_pack_is_told_in_full() {
    let mut names: BTreeSet<String> = BTreeSet::new();
    for entry in fs::read_dir(FOLDER).unwrap() {
        names.insert(entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned());
    }
    let mut wrong = Vec::new();
    for name in &names {
        let pack = Path::new(FOLDER).join(format!("{name}.toml"));
        let golden = Path::new(FOLDER).join(format!("{name}.out"));
        let said = problems(&pack).to_string();
        if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
            fs::write(&golden, &said).unwrap();
        }
        if fs::read_to_string(&golden).unwrap_or_default() != said {
            wrong.push(format!("{name}:\n{said}"));
        }
        if !said.contains(&format!("error[{name}]")) && Code::ALL.iter().any(|code| code.name() == name) {
            wrong.push(format!("{name}: the code is not in what is said:\n{said}"));
        }
    }
    for code in Code::ALL.iter().filter(|code| code.family() == Family::Pack) {
        assert!(names.contains(code.name()), "no pair for `{}` in {FOLDER}", code.name());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn faults_of_all_files_come_in_one_run() {
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let problems = Pack::parse([
        file("a.toml", "[[rule]]\nid = \"A\"\nlane = { nowhere = 1 }\n"),
        file("b.toml", "[[rule]]\nid = \"b\"\nwords = [\"!\"]\n"),
    ])
    .unwrap_err();
    let found: Vec<_> = problems.0.iter().map(|p| p.code.name()).collect();
    assert_eq!(
        found,
        ["empty-pack", "empty-pack", "bad-id", "no-condition", "unknown-id", "no-target", "empty-phrase"],
        "{problems}"
    );
}

#[test]
fn a_place_is_a_line_and_a_column() {
    let problems =
        Pack::parse([("p.toml".to_owned(), "schema = 1\n\u{e9} = 2\nwrods = 1\n".to_owned())]).unwrap_err();
    let syntax = problems.0.iter().find(|p| p.code == Code::Syntax).unwrap();
    let place = syntax.place.as_ref().unwrap();
    assert_eq!(place.source.line_column(place.span.start), (2, 1), "{problems}");
}
