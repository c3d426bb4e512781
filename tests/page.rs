//! The page of a report: what it says, and that no text breaks out of it.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::LazyLock,
};

use firstlane::{
    Engine, Pack,
    page::{self, Bank},
};
use html5gum::{DefaultEmitter, Token, Tokenizer};
use proptest::prelude::*;
use serde_json::Value;

fn engine(pack: &str) -> Engine {
    Engine::compile(Pack::load(Path::new(pack)).unwrap_or_else(|problems| panic!("{problems}")))
}

fn network() -> (Engine, Bank) {
    let bytes = fs::read("fixtures/packs/network/bank.jsonl").unwrap();
    (engine("fixtures/packs/network"), Bank::read(&bytes, "bank.jsonl", 1 << 20).unwrap())
}

fn page(engine: &Engine, title: &str, banks: &[Bank]) -> String {
    page::html(engine, title, banks).unwrap()
}

/// Start tags with their attributes, and the texts inside each kind of element.
#[derive(Default)]
struct Parsed {
    tags: Vec<(String, BTreeMap<String, String>)>,
    texts: Vec<(String, String)>,
}

/// Reads a page with a tokenizer that is not ours. Every element must be closed in turn.
fn parse(html: &str) -> Parsed {
    const VOID: [&str; 3] = ["meta", "input", "br"];
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut parsed = Parsed::default();
    let mut open: Vec<String> = Vec::new();
    let string = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        match token.unwrap() {
            Token::StartTag(tag) => {
                let name = string(&tag.name);
                let attributes = tag.attributes.iter().map(|(key, value)| (string(key), string(value)));
                if !VOID.contains(&name.as_str()) && !tag.self_closing {
                    open.push(name.clone());
                }
                parsed.tags.push((name, attributes.collect()));
            }
            Token::EndTag(tag) => assert_eq!(open.pop().as_deref(), Some(&*string(&tag.name))),
            Token::String(text) => {
                parsed.texts.push((open.last().cloned().unwrap_or_default(), string(&text)));
            }
            Token::Error(error) => panic!("{error:?}"),
            Token::Comment(comment) => panic!("a comment: {:?}", string(&comment)),
            Token::Doctype(_) => {}
        }
    }
    assert_eq!(open, [""; 0]);
    parsed
}

impl Parsed {
    fn text(&self, element: &str) -> String {
        self.texts.iter().filter(|(inside, _)| inside == element).map(|(_, text)| &**text).collect()
    }

    fn ids(&self) -> Vec<&str> {
        self.tags.iter().filter_map(|(_, attributes)| attributes.get("id").map(String::as_str)).collect()
    }

    /// The data of the script.
    fn data(&self) -> Value {
        let text = self.texts.iter().find(|(inside, text)| inside == "script" && text.starts_with('{'));
        serde_json::from_str(&text.unwrap().1).unwrap()
    }
}

/// The whole text of a field in the data.
fn whole(pieces: &Value) -> String {
    let text = |piece: &Value| piece.as_str().or_else(|| piece[0].as_str()).unwrap().to_owned();
    pieces.as_array().unwrap().iter().map(text).collect()
}

#[test]
fn the_page_says_what_the_bank_is() {
    let (engine, bank) = network();
    let banks = [bank];
    let html = page(&engine, "Networks", &banks);
    assert_eq!(html, page(&engine, "Networks", &banks), "the same input gives the same page");
    let parsed = parse(&html);
    assert_eq!(parsed.text("title").matches("Networks").count(), 1);
    for part in ["glance", "blueprint", "accuracy", "confidence", "rules", "questions"] {
        assert!(parsed.ids().contains(&part), "{part}");
    }
    for landmark in ["header", "nav", "main", "footer", "noscript"] {
        assert!(parsed.tags.iter().any(|(name, _)| name == landmark), "{landmark}");
    }
    let code = parsed.text("code");
    for fact in [format!("{:016x}", engine.pack().fingerprint()), banks[0].hash.clone()] {
        assert!(code.contains(&fact), "{fact}");
    }
    // Every rule of the pack is on the map and in the table.
    for rule in engine.pack().rules() {
        assert!(code.contains(&rule.id), "{}", rule.id);
    }
    // sha256sum of the file.
    assert_eq!(banks[0].hash.len(), 64);
}

#[test]
fn a_hash_is_that_of_sha256sum() {
    let bank = Bank::read(b"What is a subnet?", "q.txt", 100).unwrap();
    assert_eq!(bank.hash, "b5b85d45bd592116702b7e4f3303291488062ae465306b8b6bfe7a9cab6518ce");
}

#[test]
fn every_id_is_unique_and_every_reference_leads_somewhere() {
    let (engine, bank) = network();
    let html = page(&engine, "Networks", &[bank]);
    let parsed = parse(&html);
    let ids: BTreeSet<_> = parsed.ids().into_iter().collect();
    assert_eq!(ids.len(), parsed.ids().len());
    for (name, attributes) in &parsed.tags {
        for (key, value) in attributes {
            match key.as_str() {
                "href" => {
                    let to = value.strip_prefix('#').unwrap_or_else(|| panic!("{name} leads to {value}"));
                    assert!(to.contains('=') || ids.contains(to), "{value}");
                }
                "for" | "aria-labelledby" | "list" => assert!(ids.contains(value.as_str()), "{key}={value}"),
                "src" | "srcset" | "action" | "data" | "poster" | "xlink:href" => {
                    panic!("{name} has {key}={value}")
                }
                _ => assert!(!key.starts_with("on"), "{name} has {key}"),
            }
        }
    }
    // Controls have labels, charts have titles and tables.
    let with = |element: &str| parsed.tags.iter().filter(|(name, _)| name == element).count();
    let fields = with("input") + with("select");
    assert_eq!(with("label"), fields);
    for (name, attributes) in &parsed.tags {
        if name == "svg" {
            assert_eq!(attributes["role"], "img");
            assert!(attributes.contains_key("aria-labelledby"));
        }
    }
    assert!(with("svg") >= 3 && with("table") >= 6 && with("caption") >= 4);
}

#[test]
fn questions_are_whole_with_their_marks() {
    let (engine, bank) = network();
    let records: Vec<_> = bank.records.iter().map(|record| record.as_ref().unwrap().clone()).collect();
    let data = parse(&page(&engine, "Networks", &[bank])).data();
    let rows = data["questions"].as_array().unwrap();
    assert_eq!(rows.len(), records.len());
    let mut marked = 0;
    for (row, record) in rows.iter().zip(&records) {
        assert_eq!(row["i"], *record.id);
        assert_eq!(whole(&row["t"][0]), record.stem);
        for (at, (key, text)) in record.options.iter().enumerate() {
            assert_eq!(row["k"][at], **key);
            assert_eq!(whole(&row["t"][at + 1]), **text);
        }
        let verdict = engine.classify(&record.question());
        assert_eq!(row["s"], verdict.status.name());
        assert_eq!(row["a"][0].as_u64(), verdict.lane.map(|lane| lane.index() as u64));
        let rules: BTreeSet<_> = verdict.evidence.iter().map(|evidence| evidence.rule.index()).collect();
        assert_eq!(row["e"].as_array().unwrap().len(), rules.len());
        let pieces = row["t"].as_array().unwrap().iter().flat_map(|field| field.as_array().unwrap());
        let marks = pieces.filter(|piece| piece[2].as_u64().unwrap_or(0) > 0).count();
        assert_eq!(marks > 0, !verdict.evidence.is_empty(), "{row}");
        marked += marks;
    }
    assert!(marked > 10, "only {marked}");
    // A pasted question: its furniture is there, and marked as what does not count.
    let text = "Question 3 of 9\nWhich next hop?\nA) café\nB) two\n\nAnswer: B";
    let bank = Bank::read(text.as_bytes(), "q.txt", 1 << 20).unwrap();
    let data = parse(&page(&engine, "q", &[bank])).data();
    assert!(data["questions"][0]["t"].to_string().contains("next hop"), "{data}");
}

#[test]
fn an_unlabelled_bank_has_the_rest_and_says_so() {
    let engine = engine("fixtures/packs/network");
    let bank = Bank::read(br#"{"stem":"Which next hop does it take?"}"#, "bank.jsonl", 1 << 20).unwrap();
    let parsed = parse(&page(&engine, "Networks", &[bank]));
    assert!(parsed.text("p").contains("has no labels"));
    for part in ["accuracy", "confidence", "label", "miss"] {
        assert!(!parsed.ids().contains(&part), "{part}");
    }
    for part in ["blueprint", "rules", "questions"] {
        assert!(parsed.ids().contains(&part), "{part}");
    }
}

#[test]
fn what_cannot_be_read_is_listed() {
    let engine = engine("fixtures/packs/network");
    let bank = Bank::read(b"{\"stem\":\"Which next hop?\"}\n{\"stem\":\n", "bank.jsonl", 1 << 20).unwrap();
    let parsed = parse(&page(&engine, "Networks", &[bank]));
    assert!(parsed.ids().contains(&"unread"));
    assert!(parsed.text("td").contains("bad-json"), "{}", parsed.text("td"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Elements and attributes are the same whatever the texts say, and the texts come back whole.
    #[test]
    fn no_text_breaks_out_of_the_page(
        texts in prop::array::uniform4(prop_oneof![
            any::<String>(),
            "(</?(script|style|title|textarea|b|svg)[^>]{0,3}>|<!--|-->|]]>|&(lt|amp|#60);|[\"'`<>/= a]|\u{2028}){1,8}",
        ])
    ) {
        static ENGINE: LazyLock<Engine> = LazyLock::new(|| engine("fixtures/packs/network"));
        let engine = &*ENGINE;
        let line = |[id, stem, option]: [&str; 3]| {
            serde_json::json!({
                "id": id, "stem": format!("{stem} subnet"), "options": {"A": option},
                "labels": {"lane": null, "instinct": null, "verify": null},
            })
            .to_string()
        };
        let [id, stem, option, title] = texts.each_ref().map(String::as_str);
        let read = |line: &str, name: &str| Bank::read(line.as_bytes(), name, 1 << 20).unwrap();
        let html = page(engine, title, &[read(&line([id, stem, option]), title)]);
        let plain = page(engine, "x", &[read(&line(["x", "x", "x"]), "x")]);
        let shape = |html: &str| {
            let tags = parse(html).tags.into_iter();
            tags.map(|(name, attributes)| (name, attributes.into_keys().collect::<Vec<_>>())).collect::<Vec<_>>()
        };
        // Words of the pack in the text make other answers; the elements on the page stay.
        let kinds = |html: &str| shape(html).into_iter().collect::<BTreeSet<_>>();
        let known = kinds(&plain);
        for element in kinds(&html) {
            prop_assert!(known.contains(&element) || element.0 == "a", "{element:?}");
        }
        let data = parse(&html).data();
        let row = &data["questions"][0];
        prop_assert_eq!(row["i"].as_str().unwrap(), id);
        prop_assert_eq!(whole(&row["t"][0]), format!("{stem} subnet"));
        prop_assert_eq!(whole(&row["t"][1]), option);
    }
}

/// Colours of the style, light and dark.
fn colours() -> BTreeMap<String, [String; 2]> {
    let style = include_str!("../src/page/page.css");
    let mut colours = BTreeMap::new();
    for piece in style.split("--").skip(1) {
        if let Some((name, rest)) = piece.split_once(": light-dark(")
            && let Some((light, rest)) = rest.split_once(", ")
            && let Some((dark, _)) = rest.split_once(')')
        {
            colours.insert(name.to_owned(), [light.to_owned(), dark.to_owned()]);
        }
    }
    colours
}

/// The contrast ratio of WCAG 2.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |colour: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_has_the_contrast_of_wcag_aa_in_both_themes() {
    let colours = colours();
    let grounds = ["bg", "surface"];
    let inks = ["ink", "muted", "accent", "warn", "bad", "good"];
    let mut pairs: Vec<(String, String)> =
        grounds.iter().flat_map(|g| inks.map(|ink| (ink.to_owned(), (*g).to_owned()))).collect();
    pairs.extend((1..=6).map(|mark| (format!("m{mark}-ink"), format!("m{mark}"))));
    pairs.extend(
        [("ink", "warn-soft"), ("accent", "accent-soft"), ("ink", "accent-soft")]
            .map(|(a, b)| (a.into(), b.into())),
    );
    let ratios = |ink: &str, ground: &str| {
        let (ink, ground) = (&colours[ink], &colours[ground]);
        [contrast(&ink[0], &ground[0]), contrast(&ink[1], &ground[1])]
    };
    for (ink, ground) in pairs {
        let ratios = ratios(&ink, &ground);
        assert!(ratios.iter().all(|&ratio| ratio >= 4.5), "{ink} on {ground}: {ratios:.2?}");
    }
    // Borders of controls, and the darkest shade of a table.
    assert!(ratios("strong-line", "surface").iter().all(|&ratio| ratio >= 3.0));
    assert!(ratios("ink", "heat").iter().all(|&ratio| ratio >= 4.5));
}
