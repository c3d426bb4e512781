//! Ways to write a question otherwise that must not change the answer: on both packs, with their banks and examples.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::BufReader,
    path::Path,
};

use firstlane::{
    Engine, Pack, input,
    perturb::{self, Case, Checked, Kind, Outcome},
};

/// What no pack has a say in: these hold for every question.
const HELD: [Kind; 7] =
    [Kind::Quotes, Kind::Dashes, Kind::Markers, Kind::Paste, Kind::Order, Kind::Key, Kind::Furniture];

fn engine(pack: &str) -> Engine {
    Engine::compile(Pack::load(Path::new(pack)).unwrap_or_else(|problems| panic!("{problems}")))
}

fn bank(path: &Path) -> Vec<Case<'static>> {
    let reader = BufReader::new(File::open(path).unwrap());
    let records = input::read_jsonl(reader, "bank", input::MOST_BYTES);
    records.map(|record| Case::question(record.unwrap())).collect()
}

fn banks(folder: &str) -> Vec<Case<'static>> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    files.iter().flat_map(|file| bank(file)).collect()
}

/// A line for each fault: case, kind, form, and what was replaced by what.
fn lines(cases: &[Case<'_>], checked: &Checked) -> Vec<String> {
    let line = |broken: &perturb::Broken| {
        let edits = broken.changes.iter().flatten();
        let edits: Vec<_> = edits
            .map(|edit| format!("{:?} to {:?}", &broken.base.field(edit.field)[edit.range.clone()], edit.to))
            .collect();
        let (id, kind, form) = (&cases[broken.case].record.id, broken.kind.name(), broken.form);
        format!("{id}: {kind} {form}: {}", edits.join(", "))
    };
    checked.broken.iter().map(line).collect()
}

#[test]
fn what_says_nothing_changes_no_answer() {
    for (pack, folder, least) in
        [("rules", "fixtures/bank", 1500), ("fixtures/packs/network", "fixtures/packs/network", 40)]
    {
        let engine = engine(pack);
        let mut cases = Case::examples(engine.pack());
        cases.extend(banks(folder));
        assert!(cases.len() >= least, "only {} cases", cases.len());
        // All of them take minutes without optimisation; every third of them shows the same faults.
        let cases: Vec<_> = cases.into_iter().step_by(if least > 1000 { 3 } else { 1 }).collect();
        let checked = perturb::check(&engine, &cases, &HELD);
        assert_eq!(lines(&cases, &checked), [""; 0], "{pack}");
        let kinds: Vec<_> = checked.counts.iter().map(|count| count.kind).collect();
        assert_eq!(kinds, HELD);
        for count in &checked.counts {
            assert!(count.variants >= count.cases && count.broken == 0, "{count:?}");
            assert!(count.cases > 0 || count.kind == Kind::Quotes, "{pack}: {count:?}");
        }
    }
}

#[test]
fn what_rules_do_not_know_is_found_with_the_fewest_places() {
    let engine = engine("fixtures/packs/network");
    let cases = Case::examples(engine.pack());
    let checked = perturb::check(&engine, &cases, &Kind::ALL);
    assert_eq!(
        lines(&cases, &checked),
        [
            // The regex of the rule asks for ASCII white space.
            "subnet-mask example 2: spaces non-breaking: \" \" to \"\\u{a0}\"",
            "subnet-mask example 2: spaces narrow: \" \" to \"\\u{202f}\"",
            // The phrase has no `~`.
            "name-or-route example 1: plural plural: \"address\" to \"addresses\"",
        ]
    );
}

#[test]
fn no_change_can_be_left_out() {
    let engine = engine("rules");
    let cases = bank(Path::new("fixtures/bank/scenarios.jsonl"));
    let kinds = [Kind::Case, Kind::Plural, Kind::Hyphens, Kind::Spaces, Kind::Wraps];
    let checked = perturb::check(&engine, &cases, &kinds);
    assert!(checked.broken.len() > 10, "only {}", checked.broken.len());
    let mut several = 0;
    for broken in &checked.broken {
        assert_eq!(broken.before, answer(&engine, &broken.base), "{broken:?}");
        assert_eq!(broken.after, answer(&engine, &broken.text), "{broken:?}");
        assert_ne!(broken.before, broken.after);
        several += usize::from(broken.changes.len() > 1);
        for left_out in 0..broken.changes.len() {
            let mut text = broken.base.clone();
            let rest = broken.changes.iter().enumerate().filter(|(at, _)| *at != left_out);
            let mut edits: Vec<_> = rest.flat_map(|(_, change)| change).collect();
            edits.sort_by_key(|edit| std::cmp::Reverse((edit.field, edit.range.start)));
            for edit in edits {
                let field = match edit.field {
                    Some(at) => &mut text.options[usize::from(at)].1,
                    None => &mut text.stem,
                };
                field.to_mut().replace_range(edit.range.clone(), &edit.to);
            }
            assert_eq!(answer(&engine, &text), broken.before, "{broken:?} without {left_out}");
        }
    }
    assert!(several > 0, "every change is at one place");
}

fn answer(engine: &Engine, record: &input::Record<'_>) -> Outcome {
    let verdict = engine.classify(&record.question());
    Outcome::Answer {
        status: verdict.status,
        lane: verdict.lane,
        instinct: verdict.instinct,
        verify: verdict.verify,
    }
}

#[test]
fn kinds_have_names_of_their_own() {
    let names: BTreeSet<_> = Kind::ALL.into_iter().map(Kind::name).collect();
    assert_eq!(names.len(), Kind::ALL.len());
    for kind in Kind::ALL {
        assert_eq!(kind.name().parse(), Ok(kind));
    }
    assert!("colour".parse::<Kind>().unwrap_err().contains("`colour` is no kind"));
}

#[test]
fn every_kind_has_variants_of_a_question_that_has_what_it_changes() {
    let engine = engine("fixtures/packs/network");
    let record = input::read_jsonl(
        r#"{"id":"q","stem":"The \"next hop\" – seen by traceroute on a sub-net — doesn't answer. Is subnet one word? Which hosts fit, and which of the many routing tables of this very long question holds the next hop?","options":{"A":"one host","B":"two hosts","C":"none"}}"#.as_bytes(),
        "bank",
        1 << 20,
    );
    let cases: Vec<_> = record.map(|record| Case::question(record.unwrap())).collect();
    let perturber = perturb::Perturber::new(&engine, &cases);
    let mut forms = BTreeSet::new();
    for kind in Kind::ALL {
        let variants = perturber.variants(&cases[0], &[kind]);
        assert!(!variants.is_empty(), "{kind:?}");
        assert!(variants.iter().all(|variant| variant.kind == kind));
        forms.extend(variants.iter().map(|variant| (kind.name(), variant.form)));
    }
    for form in [
        ("case", "upper"),
        ("plural", "singular"),
        ("plural", "plural"),
        ("hyphens", "space"),
        ("hyphens", "hyphen"),
        ("hyphens", "joined"),
        ("quotes", "curly"),
        ("dashes", "em-dash"),
        ("dashes", "plain"),
        ("wraps", "newline"),
        ("wraps", "columns"),
        ("markers", "quotation"),
        ("order", "rotated"),
        ("letters", "(A)"),
        ("key", "explanation"),
        ("furniture", "votes"),
    ] {
        assert!(forms.contains(&form), "{form:?} is not in {forms:?}");
    }
}
