//! `firstlane new`: what it makes passes its own checks, and nothing that is there is overwritten.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A folder for one test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("firstlane-new-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firstlane")).current_dir(folder).args(args).output().unwrap()
}

/// Runs what must succeed, and gives what it printed.
fn done(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs what must be refused with an exit code, and gives what it said.
fn refused(folder: &Path, args: &[&str], code: i32) -> String {
    let output = run(folder, args);
    assert_eq!(output.status.code(), Some(code), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_new_pack_passes_its_own_checks() {
    let folder = folder("pack");
    done(&folder, &["new", "pack", "Cloud Exam"]);
    let manifest = fs::read_to_string(folder.join("Cloud Exam/pack.toml")).unwrap();
    assert!(manifest.contains("name = \"cloud-exam\"\ntitle = \"Cloud exam\"\n"), "{manifest}");
    done(&folder, &["rules", "check", "--rules", "Cloud Exam"]);
    done(&folder, &["fmt", "--check", "Cloud Exam"]);
    let bank = "Cloud Exam/bank.jsonl";
    done(&folder, &["lint", "--rules", "Cloud Exam", "--bank", bank, "--fail-level", "note"]);
    done(&folder, &["test", "--rules", "Cloud Exam"]);
    let figures = done(&folder, &["eval", "--rules", "Cloud Exam", bank, "--part", "all"]);
    assert!(figures.contains("all three                   2/2"), "{figures}");
    let schema = fs::read_to_string(folder.join("Cloud Exam/rules.schema.json")).unwrap();
    assert_eq!(schema, fs::read_to_string("schema/rules.schema.json").unwrap());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn nothing_is_overwritten() {
    let folder = folder("again");
    fs::create_dir(folder.join("pack")).unwrap();
    fs::write(folder.join("pack/rules.toml"), "# mine\n").unwrap();
    let said = refused(&folder, &["new", "pack", "pack"], 4);
    assert!(said.contains("is there already"), "{said}");
    assert_eq!(fs::read_to_string(folder.join("pack/rules.toml")).unwrap(), "# mine\n");
    assert_eq!(fs::read_dir(folder.join("pack")).unwrap().count(), 1);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_new_rule_is_added_behind_the_others() {
    let folder = folder("rule");
    done(&folder, &["new", "pack", "p"]);
    let file = folder.join("p/rules.toml");
    let before = fs::read_to_string(&file).unwrap();
    done(&folder, &["new", "rule", "way-back", "--lane", "releases", "--rules", "p"]);
    let after = fs::read_to_string(&file).unwrap();
    assert!(after.starts_with(&before), "{after}");
    done(&folder, &["rules", "check", "--rules", "p"]);
    done(&folder, &["fmt", "--check", "p"]);
    done(&folder, &["lint", "--rules", "p", "--fail-level", "note"]);
    // An id that is taken, one that is none, a lane and a file that there are not: nothing is written.
    assert!(refused(&folder, &["new", "rule", "way-back", "--rules", "p"], 3).contains("duplicate-id"));
    assert!(refused(&folder, &["new", "rule", "Way_back", "--rules", "p"], 3).contains("bad-id"));
    let no_lane = ["new", "rule", "x", "--lane", "release", "--rules", "p"];
    assert!(refused(&folder, &no_lane, 4).contains("no lane `release`"));
    let no_file = ["new", "rule", "x", "--file", "p/other.toml", "--rules", "p"];
    assert!(refused(&folder, &no_file, 4).contains("no file of the pack"));
    assert_eq!(fs::read_to_string(&file).unwrap(), after);
    // Without files to add to, the rule is printed.
    assert!(done(&folder, &["new", "rule", "x"]).starts_with("[[rule]]\nid = \"x\"\n"));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_new_fixture_is_a_line_of_a_bank() {
    let folder = folder("fixture");
    done(&folder, &["new", "pack", "p"]);
    let text = "Nothing is known.\nWhich launch comes first?\nA) The canary launch\nB) The big one";
    let add = |id: &str, lane: &str| {
        let args = ["new", "fixture", "new.jsonl", text, "--rules", "p", "--lane", lane, "--id", id];
        run(&folder, &args).status.code()
    };
    done(&folder, &["new", "fixture", "new.jsonl", text, "--rules", "p", "--lane", "releases"]);
    assert_eq!(add("mine", "none"), Some(0));
    assert_eq!(add("mine", "none"), Some(4), "the id is taken");
    assert_eq!(add("other", "release"), Some(4), "there is no such lane");
    let bank = fs::read_to_string(folder.join("new.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> =
        bank.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{bank}");
    assert_eq!(lines[0]["id"], "new-01");
    assert_eq!(lines[0]["stem"], "Nothing is known.\nWhich launch comes first?");
    assert_eq!(lines[0]["options"]["B"], "The big one");
    assert_eq!(lines[1]["labels"]["lane"], serde_json::Value::Null);
    done(&folder, &["eval", "--rules", "p", "new.jsonl", "--part", "all"]);
    fs::remove_dir_all(folder).unwrap();
}
