//! Points that are fitted, phrases that are suggested, cards of rules, on a small pack whose faults are known.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use firstlane::{
    Engine, Pack,
    bank::{self, Sample},
    eval::risk_coverage,
    input::{self, Record},
    scorecard::{self, Advice},
    suggest::suggest,
    tune::{self, Options},
};

/// `loud` speaks for the wrong lane far too loudly, `seldom` fires once, `blind` never.
const PACK: &str = r#"
schema = 1
name = "small"
title = "Small"
version = "1"
source = "none"

[zones]
story = 1.0
ask = 1.0
option = 0.4

[thresholds]
lane = 2.0
margin = 0.5
instinct = 2.0
pair = 1.0
hook = 1.0

[[chapter]]
number = 1
title = "One"

[[lane]]
id = "birds"
chapter = 1
title = "Birds"
about = "birds"
source = { table = "t", row = "birds" }

[[lane]]
id = "ships"
chapter = 1
title = "Ships"
about = "ships"
source = { table = "t", row = "ships" }

[[step]]
id = "look"
title = "Look"
source = { table = "t", row = "look" }
checklist = true

[[rule]]
id = "wing"
lane = { birds = 3 }
verify = { look = 1 }
words = ["wing~"]

[[rule]]
id = "loud"
lane = { ships = 9 }
words = ["crow's nest", "harbour"]

[[rule]]
id = "mast"
lane = { ships = 4 }
words = ["mast"]

[[rule]]
id = "seldom"
lane = { birds = 1 }
words = ["albatross"]

[[rule]]
id = "blind"
lane = { birds = 1 }
words = ["dodo"]
"#;

fn files() -> Vec<(String, String)> {
    vec![("pack.toml".to_owned(), PACK.to_owned())]
}

fn engine() -> Engine {
    Engine::compile(Pack::parse(files()).unwrap_or_else(|problems| panic!("{problems}")))
}

/// Thirty questions on birds that are seen from a harbour, thirty on ships, ten on neither, some on gulls.
fn records() -> Vec<Record<'static>> {
    let mut lines = String::new();
    let mut line = |id: String, stem: String, lane: Option<&str>| {
        let verify = lane.map(|_| "look");
        let labels = serde_json::json!({ "lane": lane, "instinct": null, "verify": verify });
        let record = serde_json::json!({ "id": id, "stem": stem, "options": {}, "labels": labels });
        lines.push_str(&format!("{record}\n"));
    };
    for n in 0..30 {
        line(
            format!("bird-{n}"),
            format!("In the harbour number {n} spreads a wing. What is it?"),
            Some("birds"),
        );
        line(
            format!("ship-{n}"),
            format!("In the harbour number {n} has a mast. What is it?"),
            Some("ships"),
        );
    }
    for n in 0..10 {
        line(format!("none-{n}"), format!("Number {n} is a prime. Why?"), None);
    }
    for n in 0..4 {
        line(format!("gull-{n}"), format!("Number {n} is a screaming gull. What is it?"), Some("birds"));
    }
    line("one".to_owned(), "What is an albatross with one wing?".to_owned(), Some("birds"));
    input::read_jsonl(lines.as_bytes(), "bank", 1 << 16).collect::<Result<_, _>>().unwrap()
}

fn samples(engine: &Engine) -> Vec<Sample> {
    bank::scan(engine, &records()).unwrap()
}

const OPTIONS: Options = Options { folds: 5, support: 5 };

#[test]
fn fitted_points_put_answers_right_on_questions_that_were_not_fitted_on() {
    let engine = engine();
    let proposal = tune::tune(engine.pack(), &samples(&engine), OPTIONS).unwrap();
    let best = proposal.folds[1..].iter().map(|fold| fold.all.hits).max().unwrap();
    assert!(best >= proposal.folds[0].all.hits + 25, "{:?}", proposal.folds);
    assert!(proposal.after.hits >= proposal.before.hits + 25, "{proposal:?}");
    let pack = engine.pack();
    let loud = proposal.changes.iter().find(|change| pack.rule(change.rule).id == "loud").unwrap();
    assert!(loud.to < loud.from && loud.to > 0.0, "{loud:?}");
}

#[test]
fn rules_that_seldom_fire_keep_their_points() {
    let engine = engine();
    let proposal = tune::tune(engine.pack(), &samples(&engine), OPTIONS).unwrap();
    for change in &proposal.changes {
        assert!(change.support >= OPTIONS.support, "{change:?}");
        assert!(!["seldom", "blind"].contains(&engine.pack().rule(change.rule).id.as_str()));
        assert_eq!(change.from.signum(), change.to.signum());
        assert_eq!((change.to * 10.0).round() / 10.0, change.to);
    }
}

#[test]
fn the_proposal_does_not_depend_on_the_order_of_the_bank() {
    let engine = engine();
    let mut samples = samples(&engine);
    let one = tune::tune(engine.pack(), &samples, OPTIONS).unwrap();
    assert_eq!(one, tune::tune(engine.pack(), &samples, OPTIONS).unwrap());
    samples.reverse();
    let other = tune::tune(engine.pack(), &samples, OPTIONS).unwrap();
    assert_eq!(one.folds[0], other.folds[0]);
}

#[test]
fn a_good_pack_is_left_alone() {
    let text = PACK.replace("ships = 9", "ships = 0.5");
    let engine = Engine::compile(Pack::parse([("pack.toml".to_owned(), text)]).unwrap());
    let samples: Vec<_> =
        samples(&engine).into_iter().filter(|sample| !sample.id.starts_with("gull")).collect();
    let proposal = tune::tune(engine.pack(), &samples, OPTIONS).unwrap();
    assert_eq!(proposal.changes, []);
    assert_eq!(proposal.before, proposal.after);
}

#[test]
fn cards_tell_good_rules_from_bad_ones() {
    let engine = engine();
    let pack = engine.pack();
    let cards = scorecard::cards(pack, &samples(&engine));
    let card = |id: &str| cards.iter().find(|card| pack.rule(card.rule).id == id).unwrap();
    assert_eq!(card("wing").advice(), Advice::Keep);
    assert_eq!((card("wing").precision.hits, card("wing").precision.of), (31, 31));
    assert_eq!(card("loud").advice(), Advice::Tune);
    assert_eq!((card("loud").precision.hits, card("loud").precision.of), (30, 60));
    // Every bird in a harbour is misled by it; no ship needs it.
    assert_eq!((card("loud").misled, card("loud").held), (30, 0));
    assert_eq!((card("mast").held, card("wing").held), (0, 1));
    assert_eq!(card("seldom").advice(), Advice::Few);
    assert_eq!(card("blind").advice(), Advice::Unseen);
}

#[test]
fn suggested_phrases_are_verified_on_the_whole_bank() {
    let engine = engine();
    let suggestions = suggest(&engine, &files(), &records(), 5).unwrap();
    let gull =
        suggestions.iter().find(|s| s.phrase.contains("gull")).unwrap_or_else(|| panic!("{suggestions:?}"));
    assert_eq!(engine.pack().target(gull.lane).id, "birds");
    assert_eq!(gull.gains, ["gull-0", "gull-1", "gull-2", "gull-3"]);
    assert!(gull.losses.is_empty());
    // Its rule is valid, and does what is said.
    let rule = ("suggested.toml".to_owned(), gull.rule(engine.pack()));
    let with = Engine::compile(Pack::parse(files().into_iter().chain([rule])).unwrap());
    for sample in bank::scan(&with, &records()).unwrap().iter().filter(|s| s.id.starts_with("gull")) {
        assert!(!sample.truth.judge(&sample.verdict(with.pack())).lane);
    }
    for suggestion in &suggestions {
        assert!(
            suggestion.gains.len() >= 2 && suggestion.gains.len() > suggestion.losses.len(),
            "{suggestion:?}"
        );
    }
}

#[test]
fn a_higher_threshold_never_answers_more() {
    let engine = engine();
    let curve = risk_coverage(engine.pack(), &samples(&engine), 12.0, 0.5);
    assert_eq!(curve.len(), 25);
    assert!(curve.windows(2).all(|pair| pair[0].answered.hits >= pair[1].answered.hits));
    assert!(curve.windows(2).all(|pair| pair[0].rejected.hits <= pair[1].rejected.hits));
    // Only a ship in a harbour has more than twelve points.
    assert_eq!(curve.last().unwrap().answered.hits, 30);
}
