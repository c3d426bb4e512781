//! The page of a report in a real browser: a headless Chromium opens it, follows its links and uses its form.
//!
//! Without a Chromium the test says so and passes. The program is looked for as `CHROMIUM` says, then on the path.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use firstlane::{Engine, Pack, Status, Verdict, input::Record, page::Bank};
use serde_json::{Value, json};

/// A Chromium, if there is one.
fn browser() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    named.or_else(|| {
        let folders = env::var_os("PATH")?;
        let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
        env::split_paths(&folders)
            .flat_map(|folder| names.map(|name| folder.join(name)))
            .find(|p| p.is_file())
    })
}

/// Opens a page at a fragment; gives what is in it after its scripts ran, and what the browser complained of.
fn opened(browser: &Path, folder: &Path, page: &Path, fragment: &str) -> (String, String) {
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        .args(["--virtual-time-budget=4000", "--enable-logging=stderr", "--v=0", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}{fragment}", page.display()))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let console = errors.lines().filter(|line| line.contains("CONSOLE")).collect::<Vec<_>>().join("\n");
    (String::from_utf8(output.stdout).unwrap(), console)
}

/// Added to a page: chooses through its form, presses its buttons, and writes down what came of it.
const DRIVER: &str = concat!("<script>", include_str!("browser-driver.js"), "</script></body>");

#[test]
fn the_page_works_in_a_browser() {
    let Some(browser) = browser() else {
        println!("skipped: no Chromium is installed (Debian: `apt-get install chromium`, or set CHROMIUM)");
        return;
    };
    let folder = env::temp_dir().join(format!("firstlane-report-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let written = folder.join("report.html");
    let status = Command::new(env!("CARGO_BIN_EXE_firstlane"))
        .args(["report", "--rules", "fixtures/packs/network", "--bank"])
        .args(["fixtures/packs/network/bank.jsonl", "fixtures/packs/network/practice.jsonl", "-o"])
        .arg(&written)
        .status()
        .unwrap();
    assert!(status.success());

    // A link leads to its questions, with the filter set, and one question opens.
    let (html, console) = opened(&browser, &folder, &written, "#lane=routing&status=clear");
    assert_eq!(console, "");
    let listed = |html: &str| html.matches("<li><details").count();
    let all = records(&["fixtures/packs/network/bank.jsonl", "fixtures/packs/network/practice.jsonl"]);
    let pack =
        Pack::load(Path::new("fixtures/packs/network")).unwrap_or_else(|problems| panic!("{problems}"));
    let engine = Engine::compile(pack);
    let verdicts: Vec<_> = all.iter().map(|record| engine.classify(&record.question())).collect();
    let routing = engine.pack().find("routing");
    let clear = |v: &&Verdict| v.status == Status::Clear;
    let expected = verdicts.iter().filter(|v| v.lane == routing).filter(clear).count();
    assert!(expected > 0);
    assert_eq!(listed(&html), expected);
    assert!(html.contains(&format!("{expected} of {} questions</p>", all.len())), "the count is announced");
    let (html, console) = opened(&browser, &folder, &written, "#id=net-03");
    assert_eq!((listed(&html), console.as_str()), (1, ""));
    assert!(html.contains("Evidence, strongest first"));

    // And by hand.
    let driven = folder.join("driven.html");
    fs::write(&driven, fs::read_to_string(&written).unwrap().replace("</body>", DRIVER)).unwrap();
    let (html, console) = opened(&browser, &folder, &driven, "");
    assert_eq!(console, "");
    let seen = html.split_once("<output id=\"seen\">").expect("the driver came to its end").1;
    let seen = seen.split_once("</output>").unwrap().0.replace("&amp;", "&").replace("&lt;", "<");
    let seen: Value = serde_json::from_str(&seen).unwrap();
    let total = all.len();
    assert_eq!(seen["first"], format!("{total} questions"));
    let clear = verdicts.iter().filter(clear).count();
    assert_eq!(seen["status"], json!([format!("{clear} of {total} questions"), "#status=clear"]));
    assert_eq!(seen["text"][1], "#text=traceroute+router&status=clear");
    assert_eq!(seen["reset"], json!([format!("{total} questions"), ""]));
    let dns = engine.pack().rules().iter().position(|rule| rule.id == "dns").unwrap();
    let fired = |v: &&Verdict| v.evidence.iter().any(|evidence| evidence.rule.index() == dns);
    let expected = verdicts.iter().filter(fired).count();
    assert_eq!(seen["rule"], json!([format!("{expected} of {total} questions"), "#rule=dns"]));
    assert_eq!(seen["open"].as_u64().unwrap() as usize, expected);
    assert!(seen["marks"].as_array().unwrap().contains(&"DNS".into()), "{seen}");
    assert_eq!(seen["cell"][1], "routing");
    assert_eq!(seen["cell"][2], "none");
    assert_eq!(seen["dark"], "rgb(20, 23, 28)");
    assert_eq!(seen["requests"], json!([]));
    fs::remove_dir_all(&folder).unwrap();
}

fn records(files: &[&str]) -> Vec<Record<'static>> {
    let read = |file: &&str| Bank::read(&fs::read(file).unwrap(), file, 1 << 20).unwrap().records;
    files.iter().flat_map(read).map(Result::unwrap).collect()
}
