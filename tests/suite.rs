//! Testing of packs, held to the real thing: each mutant is written into the pack's text, read, compiled and run on all
//! cases, and what the match matrix said of it must be so. And damaged copies of a pack, each caught by a gate.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use firstlane::{
    Engine, Pack, Question, input,
    suite::{self, As, Case, Fixture, Measure, Mutant, Noticed, Operator, Suggestion},
};

fn fixtures(banks: &[&str]) -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for bank in banks {
        for record in input::read_jsonl(&fs::read(bank).unwrap()[..], bank, 1 << 20) {
            fixtures.push(Fixture { file: (*bank).to_owned(), record: record.unwrap() });
        }
    }
    fixtures
}

/// The engine of a mutant, made from the pack's text; nothing if the changed text is no pack, as where the only phrase of a
/// group is taken out, or if the change cannot be written.
fn engine_of(files: &[(String, String)], mutant: &Mutant) -> Option<Engine> {
    if mutant.operator == Operator::BreakTie {
        return None;
    }
    let changed = suite::applied(&mutant.place, mutant.instead.as_deref());
    let name = &mutant.place.source.name;
    let files = files
        .iter()
        .map(|(file, text)| (file.clone(), if file == name { changed.clone() } else { text.clone() }));
    Pack::parse(files).ok().map(Engine::compile)
}

/// What the cases notice of a mutant when they are run on it.
fn really_noticed(cases: &[Case<'_>], mutant: &Engine, fixtures: &[Fixture]) -> Noticed {
    let of_mutant = suite::cases(mutant, fixtures).unwrap();
    assert_eq!(cases.len(), of_mutant.len());
    let pairs = cases.iter().zip(&of_mutant).filter(|(case, _)| !case.todo);
    let noticed = pairs.map(|(before, after)| match before.truth() {
        None if before.holds() && !after.holds() => Noticed::Broken,
        None => Noticed::Nothing,
        Some(_) if before.answer == after.answer => Noticed::Nothing,
        Some(truth) => {
            let accepts = |case: &Case<'_>| {
                let in_scope = truth.lane.label.is_some();
                [
                    truth.lane.accepts(case.answer.lane),
                    !in_scope || truth.instinct.accepts(case.answer.instinct),
                    !in_scope || truth.verify.accepts(case.answer.verify),
                ]
            };
            let worse =
                accepts(before).into_iter().zip(accepts(after)).any(|(before, after)| before && !after);
            if worse { Noticed::Broken } else { Noticed::Changed }
        }
    });
    noticed.max().unwrap()
}

/// Whether a suggested text tells pack and mutant apart.
fn tells_apart(pack: &Engine, mutant: &Engine, of: &Mutant, suggestion: &Suggestion) -> bool {
    let question = Question::split(&suggestion.text);
    let [is, becomes] = [pack, mutant].map(|engine| engine.classify(&question));
    let fires = |verdict: &firstlane::Verdict| verdict.evidence.iter().any(|e| Some(e.rule) == of.rule);
    match suggestion.kind {
        As::Example => fires(&is) && !fires(&becomes),
        As::Counterexample => !fires(&is) && fires(&becomes),
        As::Question(_) => suite::Answer::from(is) != suite::Answer::from(becomes),
    }
}

/// Compares matrix and reality on mutants of each so manieth rule, each so manieth of them; gives how many were compared, and how many suggestions.
fn compare(rules: &str, banks: &[&str], [every_rule, step]: [usize; 2]) -> (usize, usize) {
    // Without the tests that stand apart, so that enough survives.
    let mut files = Pack::files(Path::new(rules)).unwrap();
    files.retain(|(_, text)| !text.contains("[[cases]]"));
    let engine = Engine::compile(Pack::parse(files.clone()).unwrap());
    let fixtures = fixtures(banks);
    let cases = suite::cases(&engine, &fixtures).unwrap();
    let rules_measured = engine.pack().rule_indexes().step_by(every_rule).collect();
    let measure = Measure {
        coverage: false,
        mutation: true,
        suggestions: true,
        rules: rules_measured,
        manifest: every_rule == 1,
    };
    let mutation = suite::measure(&engine, &cases, &measure).mutants.unwrap();
    let (mut compared, mut suggested) = (0, 0);
    for (tried, suggestion) in mutation.tried.iter().zip(&mutation.suggestions).step_by(step) {
        let Some(mutant) = engine_of(&files, &tried.mutant) else { continue };
        let name = tried.mutant.name();
        assert_eq!(tried.noticed, really_noticed(&cases, &mutant, &fixtures), "{rules}: {name}");
        if let Some(suggestion) = suggestion {
            let apart = tells_apart(&engine, &mutant, &tried.mutant, suggestion);
            assert!(apart, "{rules}: {name}: {suggestion:?}");
            suggested += 1;
        }
        compared += 1;
    }
    (compared, suggested)
}

#[test]
fn the_matrix_says_of_each_mutant_what_the_engine_does() {
    let network = "fixtures/packs/network";
    let banks = ["bank", "practice", "confusions"].map(|bank| format!("{network}/{bank}.jsonl"));
    let (compared, suggested) = compare(network, &banks.each_ref().map(String::as_str), [1, 1]);
    assert!(compared > 100 && suggested > 40, "{compared} compared, {suggested} suggestions");
    let (compared, suggested) =
        compare("fixtures/packs/tested", &["fixtures/packs/tested/bank.jsonl"], [1, 1]);
    assert!(compared > 30 && suggested > 10, "{compared} compared, {suggested} suggestions");
}

#[test]
fn the_matrix_is_right_about_the_built_in_pack() {
    let (compared, suggested) = compare("rules", &["fixtures/bank/recall.jsonl"], [23, 41]);
    assert!(compared >= 12 && suggested >= 6, "{compared} compared, {suggested} suggestions");
}

/// A copy of the small pack with a text in it replaced, and a bank that it answers rightly beside it.
fn damaged(name: &str, from: &str, to: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("damaged-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for file in ["pack.toml", "rules.toml", "bank.jsonl", "confusions.jsonl"] {
        let text = fs::read_to_string(Path::new("fixtures/packs/network").join(file)).unwrap();
        let text = if file == "rules.toml" { text.replace(from, to) } else { text };
        fs::write(folder.join(file), text).unwrap();
    }
    let rules = fs::read_to_string(folder.join("rules.toml")).unwrap();
    assert!(from.is_empty() || rules.contains(to), "{name}: nothing was damaged");
    folder
}

/// Exit code and output of `firstlane test` on a pack with gates.
fn run(pack: &Path, gates: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firstlane"));
    let output = command.args(["test", "--rules"]).arg(pack).args(gates).output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap(), text)
}

#[test]
fn each_gate_catches_a_damaged_pack() {
    let sound = damaged("not", "", "");
    for (name, from, to, gates, says) in [
        ("example-broken", "Which sub-net holds", "Which net holds", &[][..], "example-misses"),
        ("counterexample-fires", "The bus has a", "The OSPF has a", &[], "counterexample-fires"),
        ("phrase-dropped", "\"resolve~ the name\", ", "", &[], "example-misses"),
        (
            "lane-lost",
            "name-resolution = 4",
            "routing = 4",
            &[],
            "lane `name-resolution` is in the answer to no",
        ),
        ("lane-swapped", "{ routing = 4 }", "{ addressing = 4 }", &["--min-accuracy", "lane=100"], "lane is"),
        ("weight-flipped", "addressing = 4", "addressing = -4", &["--min-accuracy", "lane=100"], "lane is"),
        (
            "instinct-lost",
            "longest-prefix = 3",
            "longest-prefix = 1",
            &["--min-accuracy", "all-three=100"],
            "all-three is",
        ),
        (
            "example-lost",
            "\"A /24 network is split in two.\"",
            "",
            &["--min-coverage", "pattern-fired=100"],
            "pattern fired is",
        ),
        (
            "examples-lost",
            "Which next-hop does",
            "Which next-hop of the routing table by OSPF and BGP does",
            &["--min-kill-rate", "drop-phrase=40"],
            "kill rate of drop-phrase",
        ),
        (
            "phrase-added",
            "\"OSPF\"",
            "\"OSPF\", \"RIP\", \"EIGRP\", \"IS-IS\"",
            &["--min-coverage", "phrase-fired=65"],
            "phrase fired is",
        ),
    ] {
        let (code, text) = run(&sound, gates);
        assert_eq!(code, 0, "the sound pack passes the gate of {name}:\n{text}");
        let (code, text) = run(&damaged(name, from, to), gates);
        assert!(code == 1 && text.contains(says), "{name}: exit {code}\n{text}");
    }
}
