//! Explanations: every code has one, its examples are true, and docs/LINTS.md is what the program prints.

#![cfg(feature = "lint")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{collections::BTreeSet, fs};

use firstlane::{Code, Engine, Family, Pack, check, explain, lint::Linter};

/// The codes of all that is said of a text behind the base pack.
fn said(code: Code, text: &str) -> BTreeSet<&'static str> {
    let base = fs::read_to_string("fixtures/explain-base.toml").unwrap();
    let whole = match code {
        // An example of a key that the base has stands in its place.
        Code::UnsupportedSchema => base.replace("schema = 1\n", text),
        _ => format!("{base}\n{text}"),
    };
    let files = || [("explained.toml".to_owned(), whole.clone())];
    let pack = match Pack::parse(files()) {
        Ok(pack) => pack,
        Err(problems) => return problems.0.iter().map(|problem| problem.code.name()).collect(),
    };
    let mut problems = check::examples(&Engine::compile(pack)).0;
    let linter = Linter::new(Pack::parse(files()).unwrap());
    problems.extend(linter.findings(None).into_iter().map(|finding| finding.problem));
    problems.iter().map(|problem| problem.code.name()).collect()
}

#[test]
fn poor_examples_have_their_code_and_good_ones_do_not() {
    let mut checked = 0;
    for &code in Code::ALL {
        let Some(examples) = explain::examples(code) else { continue };
        let (poor, good) = (said(code, examples.poor), said(code, examples.good));
        assert!(poor.contains(code.name()), "the poor example of `{}` has {poor:?}", code.name());
        assert!(!good.contains(code.name()), "the good example of `{}` has its code", code.name());
        checked += 1;
    }
    assert!(checked > 40, "only {checked} codes have examples");
}

#[test]
fn what_is_written_in_a_pack_has_examples() {
    // These say something of files, of a bank, or of where a rule is kept.
    let without =
        [Code::Unreadable, Code::NotUtf8, Code::EmptyPack, Code::NeverDecisive, Code::MisplacedRule];
    for &code in Code::ALL {
        let in_pack = matches!(code.family(), Family::Pack | Family::Lint) && !without.contains(&code);
        assert_eq!(explain::examples(code).is_some(), in_pack, "{}", code.name());
    }
}

#[test]
fn the_document_is_what_the_program_prints() {
    let path = "docs/LINTS.md";
    let text = explain::document();
    if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
        fs::write(path, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), text, "{path}; SNAPSHOTS=overwrite writes it");
}
