//! `firstlane diff`: the rules that it names are those that make the difference, as the engine itself says.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use firstlane::{
    Engine, Kind, Pack, Scanner,
    bank::{self, Sample},
    diff::{Answer, Baseline, Causes, Change, Comparison, Match, RESPECTS, Row, Side},
    input::{self, Labels, Record},
    scorecard,
};

const OLD: &str = "fixtures/packs/network";
const NEW: &str = "fixtures/packs/network-changed.toml";

/// A rule file or pack as the text in front of its rules, and the text of each rule.
struct Parts {
    head: String,
    rules: Vec<(String, String)>,
}

impl Parts {
    fn of(path: &str) -> Self {
        let files = Pack::files(Path::new(path)).unwrap();
        let mut parts = Self { head: String::new(), rules: Vec::new() };
        for (_, text) in files {
            let mut blocks = text.split("[[rule]]");
            parts.head += blocks.next().unwrap();
            for block in blocks {
                let id = block.split('"').nth(1).unwrap();
                parts.rules.push((id.to_owned(), format!("[[rule]]{block}")));
            }
        }
        // The lists stand in front of the rules, the manifest's tables would stand in the last of them otherwise.
        parts
    }

    fn engine(&self) -> Engine {
        let rules: String = self.rules.iter().map(|(_, text)| text.as_str()).collect();
        let file = ("pack.toml".to_owned(), format!("{}\n{rules}", self.head));
        Engine::compile(Pack::parse([file]).unwrap_or_else(|problems| panic!("{problems}")))
    }

    /// The same with some rules, or all settings, as another pack has them.
    fn with(&self, other: &Self, rules: &[&str], settings: bool) -> Self {
        let head = if settings { other.head.clone() } else { self.head.clone() };
        let mut all: Vec<_> = self.rules.clone();
        for rule in rules {
            let theirs = other.rules.iter().find(|(id, _)| id == rule);
            match (all.iter().position(|(id, _)| id == rule), theirs) {
                (Some(at), Some(theirs)) => all[at] = theirs.clone(),
                (Some(at), None) => drop(all.remove(at)),
                (None, Some(theirs)) => all.push(theirs.clone()),
                (None, None) => panic!("no pack has `{rule}`"),
            }
        }
        Self { head, rules: all }
    }
}

fn records() -> Vec<Record<'static>> {
    let texts: String =
        ["bank", "practice"].map(|name| fs::read_to_string(format!("{OLD}/{name}.jsonl")).unwrap()).concat();
    input::read_jsonl(texts.as_bytes(), "bank", usize::MAX).map(Result::unwrap).collect()
}

fn sample(engine: &Engine, record: &Record<'_>) -> Sample {
    Sample::unlabelled(&mut Scanner::new(engine), engine.pack(), record)
}

fn answer(engine: &Engine, record: &Record<'_>) -> Answer {
    Answer::of(engine.pack(), &engine.classify(&record.question()))
}

/// Every difference that is named, undone in the text of the newer pack, brings the older answer back when the pack is
/// loaded and the question is classified anew; and no smaller set of the changes does.
#[test]
fn undoing_a_cause_brings_the_older_answer_back_and_nothing_smaller_does() {
    let (old, new) = (Parts::of(OLD), Parts::of(NEW));
    let (before, after) = (old.engine(), new.engine());
    let changes = ["dns", "routing-table", "subnet-mask", "hops", ""];
    let mut seen = 0;
    for record in records() {
        let (was, is) = (answer(&before, &record), answer(&after, &record));
        let samples = [sample(&before, &record), sample(&after, &record)];
        let [older, newer] = [(&before, &samples[0]), (&after, &samples[1])]
            .map(|(engine, sample)| Side { pack: engine.pack(), sample });
        for kind in RESPECTS.into_iter().filter(|&kind| was.in_respect(kind) != is.in_respect(kind)) {
            let Causes::Smallest(found) = Causes::find(older, newer, kind) else { panic!("{}", record.id) };
            // All sets of changes that bring the answer back, tried with whole packs.
            let bring_back = |set: &[&str]| {
                let rules: Vec<_> = set.iter().copied().filter(|rule| !rule.is_empty()).collect();
                let engine = new.with(&old, &rules, set.contains(&"")).engine();
                answer(&engine, &record).in_respect(kind) == was.in_respect(kind)
            };
            let sets = (0..1_u32 << changes.len()).map(|bits| {
                (0..changes.len()).filter(|at| bits >> at & 1 == 1).map(|at| changes[at]).collect::<Vec<_>>()
            });
            let mut sets: Vec<_> = sets.filter(|set| bring_back(set)).collect();
            let least = sets.iter().map(Vec::len).min().unwrap();
            sets.retain(|set| set.len() == least);
            let mut named: Vec<Vec<&str>> = found
                .iter()
                .map(|set| set.iter().map(|differs| differs.rule.as_deref().unwrap_or("")).collect())
                .collect();
            for set in sets.iter_mut().chain(&mut named) {
                set.sort_unstable();
            }
            sets.sort_unstable();
            named.sort_unstable();
            assert_eq!(named, sets, "{} {}", record.id, kind.name());
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen} answers differ");
}

/// A rule taken out of the built-in pack is named as the one cause of every answer that changes by it.
#[test]
fn a_rule_taken_out_is_the_cause_of_what_changes() {
    let files = Pack::builtin_files();
    let before = Engine::compile(Pack::builtin());
    let bank = fs::read_to_string("fixtures/bank/development.jsonl").unwrap();
    let records: Vec<_> =
        input::read_jsonl(bank.as_bytes(), "bank", usize::MAX).map(Result::unwrap).collect();
    // The rules that most answers hang on.
    let mut cards = scorecard::cards(before.pack(), &bank::scan(&before, &records).unwrap());
    cards.sort_by_key(|card| std::cmp::Reverse(card.held));
    let mut seen = 0;
    for card in cards.iter().take(3) {
        let rule = before.pack().rule(card.rule);
        // The tests of rules, which stand apart, are not needed.
        let rules = files.iter().filter(|(_, text)| !text.contains("[[cases]]"));
        let without = rules.map(|(name, text)| {
            let mut blocks = text.split("[[rule]]");
            let head = blocks.next().unwrap().to_owned();
            let marked = format!("id = \"{}\"\n", rule.id);
            let rest =
                blocks.filter(|block| !block.contains(&marked)).map(|block| format!("[[rule]]{block}"));
            (name.clone(), std::iter::once(head).chain(rest).collect::<String>())
        });
        let after = Engine::compile(Pack::parse(without).unwrap_or_else(|problems| panic!("{problems}")));
        assert_eq!(after.pack().rules().len() + 1, before.pack().rules().len(), "{}", rule.id);
        for record in &records {
            let samples = [sample(&before, record), sample(&after, record)];
            let (was, is) = (answer(&before, record), answer(&after, record));
            let [older, newer] = [(&before, &samples[0]), (&after, &samples[1])]
                .map(|(engine, sample)| Side { pack: engine.pack(), sample });
            for kind in RESPECTS.into_iter().filter(|&kind| was.in_respect(kind) != is.in_respect(kind)) {
                let Causes::Smallest(found) = Causes::find(older, newer, kind) else { panic!() };
                let named: Vec<_> = found.iter().flatten().map(|differs| differs.rule.as_deref()).collect();
                assert_eq!(named, [Some(rule.id.as_str())], "{}", record.id);
                seen += 1;
            }
        }
    }
    assert!(seen >= 3, "{seen} answers hang on the rules that most answers hang on");
}

fn labels(lane: Option<&str>, verify: Option<&str>) -> Labels {
    Labels { lane: lane.map(Into::into), verify: verify.map(Into::into), ..Labels::default() }
}

fn of(lane: Option<&str>, verify: Option<&str>) -> Answer {
    Answer { lane: lane.map(Into::into), instinct: None, verify: verify.map(Into::into) }
}

#[test]
fn what_became_of_an_answer_depends_on_the_labels() {
    let (a, b) = (of(Some("a"), Some("s")), of(Some("b"), Some("s")));
    let none = of(None, None);
    let in_a = labels(Some("a"), Some("s"));
    let outside = labels(None, None);
    let both = Labels { lane_ok: vec![Some("b".to_owned())], ..in_a.clone() };
    for (what, labels, before, after, changes) in [
        ("right to wrong", Some(&in_a), &a, &b, vec![(Kind::Lane, Change::Lost)]),
        ("wrong to right", Some(&in_a), &b, &a, vec![(Kind::Lane, Change::Gained)]),
        ("right too", Some(&both), &a, &b, vec![(Kind::Lane, Change::Changed)]),
        ("no labels", None, &a, &b, vec![(Kind::Lane, Change::Changed)]),
        ("the same", Some(&in_a), &a, &a, vec![]),
        ("all", Some(&in_a), &none, &a, vec![(Kind::Lane, Change::Gained), (Kind::Step, Change::Gained)]),
        // Of a question in no lane, only the lane is right or wrong.
        (
            "outside",
            Some(&outside),
            &none,
            &a,
            vec![(Kind::Lane, Change::Lost), (Kind::Step, Change::Changed)],
        ),
    ] {
        assert_eq!(Comparison::default().add(labels, before, after), changes, "{what}");
    }
}

#[test]
fn a_baseline_is_read_as_it_was_written_and_knows_its_questions() {
    let engine = Parts::of(OLD).engine();
    let records = records();
    let rows = |records: &[Record<'_>]| -> Vec<Row> {
        records.iter().map(|record| Row::new(record, answer(&engine, record))).collect()
    };
    let mut baseline = Baseline::new(engine.pack());
    baseline.add("bank", rows(&records[..3]));
    // A second question with the same id.
    let twin = Record { stem: "Which next hop?".into(), ..records[0].clone() };
    baseline.add("twin", rows(std::slice::from_ref(&twin)));
    let read = Baseline::read(&baseline.written()).unwrap();
    assert_eq!(read, baseline);
    let mut index = read.index();
    let is = |found: Match<'_>| match found {
        Match::Answer(row) => row.lane.clone().unwrap_or_default(),
        Match::OtherText => "other text".to_owned(),
        Match::New => "new".to_owned(),
    };
    let other = Record { stem: "Another?".into(), ..records[1].clone() };
    assert_eq!(is(index.find(&records[0])), "addressing");
    assert_eq!(is(index.find(&twin)), "routing");
    assert_eq!(is(index.find(&twin)), "new");
    assert_eq!(is(index.find(&other)), "other text");
    assert_eq!(is(index.find(&records[5])), "new");
    assert_eq!(index.left(), 1);
    assert!(Baseline::read("{\"schema\": 2}").is_err());
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn run(folder: &Path, program: &str, args: &[&str]) -> Output {
    Command::new(program).args(args).current_dir(folder).output().unwrap()
}

fn firstlane(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = run(folder, env!("CARGO_BIN_EXE_firstlane"), args);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_revision_is_read_through_git() {
    let folder = folder("diff-git");
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("skipped: there is no git");
        return;
    }
    fs::create_dir(folder.join("pack")).unwrap();
    for name in ["pack.toml", "rules.toml", "bank.jsonl"] {
        fs::copy(format!("{OLD}/{name}"), folder.join("pack").join(name)).unwrap();
    }
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    for args in [&["init", "-q"][..], &["add", "."], &["commit", "-q", "-m", "first"]] {
        let output = run(&folder, "git", &[&identity, args].concat());
        assert!(output.status.success(), "{output:?}");
    }
    let rules = fs::read_to_string(folder.join("pack/rules.toml")).unwrap();
    fs::write(folder.join("pack/rules.toml"), rules.replace("\"routing table~\", ", "")).unwrap();
    let args = |old| ["diff", old, "pack", "--bank", "pack/bank.jsonl", "--no-regressions"];
    let (code, out, err) = firstlane(&folder, &args("HEAD:pack"));
    assert!(out.contains("because `routing-table` counts routing"), "{out}{err}");
    assert_eq!(code, Some(1));
    let (code, _, err) = firstlane(&folder, &args("HEAD:nowhere"));
    assert_eq!(code, Some(4));
    assert!(err.contains("no file or folder `HEAD:nowhere`") && err.contains("git says"), "{err}");
    // A file of a revision is a pack too; this one is half a pack, and its faults are told.
    let (code, _, err) = firstlane(&folder, &args("HEAD:pack/rules.toml"));
    assert_eq!(code, Some(3));
    assert!(err.contains("error[unknown-id]") && err.contains("HEAD:pack/rules.toml"), "{err}");
}

#[test]
fn an_old_bank_is_adopted_and_only_new_changes_fail() {
    let folder = folder("diff-baseline");
    let path = |path: &str| fs::canonicalize(path).unwrap().display().to_string();
    let (old, new, bank) = (path(OLD), path(NEW), path("fixtures/packs/network/practice.jsonl"));
    // Most answers of this bank are wrong from the start.
    let (code, out, err) = firstlane(&folder, &["diff", &old, "--bank", &bank, "--save", "b.json"]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("34 answers are kept in `b.json`"), "{out}");
    let against =
        |pack, gate| firstlane(&folder, &["diff", pack, "--bank", &bank, "--against", "b.json", gate]);
    assert_eq!(against(&old, "--no-changes").0, Some(0));
    // What the changed pack does to it is all gain.
    let (code, out, _) = against(&new, "--no-regressions");
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("note[answer-gained]"), "{out}");
    assert_eq!(against(&new, "--no-changes").0, Some(1));
}
