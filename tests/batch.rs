//! Whole banks from outside: the same bytes on any number of threads and after any interruption, whole files or none,
//! counts that add up, doubles, and what the exit code says.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

/// A folder of its own for each test, away from the checkout.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn firstlane(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firstlane"));
    command.args(["batch", "--rules", "fixtures/packs/network"]).args(args).stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    firstlane(args).output().unwrap()
}

fn error(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A bank of this many records, some of which cannot be read, with blank lines between.
fn bank(path: &Path, records: usize) {
    let texts = fs::read_to_string("fixtures/packs/network/bank.jsonl").unwrap();
    let lines: Vec<&str> = texts.lines().collect();
    let mut bank = String::new();
    for at in 0..records {
        match at % 97 {
            13 => bank += "{\"stem\": [7]}\n\n",
            50 => bank += "not json\r\n",
            _ => {
                // Another id for each.
                let line = lines[at % lines.len()];
                let mut record: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_str(line).unwrap();
                record.insert("id".to_owned(), format!("q{at}").into());
                bank += &serde_json::to_string(&record).unwrap();
                bank.push('\n');
            }
        }
    }
    fs::write(path, bank).unwrap();
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = folder("threads");
    let bank_path = folder.join("bank.jsonl");
    bank(&bank_path, 4000);
    let input = bank_path.to_str().unwrap();
    for to in ["jsonl", "json", "csv", "tsv", "markdown", "table", "same"] {
        let one = run(&[input, "--to", to, "-j", "1"]);
        let many = run(&[input, "--to", to, "-j", "5"]);
        assert!(one.stdout == many.stdout && one.stderr == many.stderr, "{to}");
        assert_eq!(one.status.code(), Some(4), "{to}: some records cannot be read");
        assert!(!one.stdout.is_empty(), "{to}");
        assert!(
            error(&one).ends_with("4000 records: 3834 clear, 83 close, 0 none, 83 cannot be read\n")
                || error(&one).contains("4000 records: "),
            "{to}"
        );
        if to == "json" {
            let rows: Vec<serde_json::Value> = serde_json::from_slice(&one.stdout).unwrap();
            assert_eq!(rows.len(), 4000);
        }
        let mut unordered = run(&[input, "--to", to, "-j", "5", "--unordered"]).stdout;
        if to == "jsonl" {
            let sorted = |bytes: &[u8]| {
                let mut lines: Vec<Vec<u8>> = bytes.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
                lines.sort();
                lines
            };
            assert_eq!(sorted(&unordered), sorted(&one.stdout));
        }
        unordered.clear();
    }
}

/// Counts of the last line that is printed.
fn counts(output: &Output) -> Vec<usize> {
    let error = error(output);
    let line = error.lines().find(|line| line.contains(" records: ")).unwrap().to_owned();
    let numbers = line.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    numbers.map(|number| number.parse().unwrap()).collect()
}

#[test]
fn counts_add_up_to_the_input() {
    let folder = folder("counts");
    let bank_path = folder.join("bank.jsonl");
    bank(&bank_path, 500);
    let output = run(&[bank_path.to_str().unwrap(), "--to", "jsonl", "--summary"]);
    let rows: Vec<serde_json::Value> = String::from_utf8(output.stdout.clone())
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |status: &str| rows.iter().filter(|row| row["status"] == status).count();
    let unread = rows.iter().filter(|row| !row["error"].is_null()).count();
    assert_eq!(rows.len(), 500);
    assert_eq!(counts(&output), [500, of("clear"), of("close"), of("none"), unread]);
    assert!(unread >= 10);
}

#[test]
fn an_interrupted_run_goes_on_and_gives_the_same_bytes() {
    let folder = folder("resume");
    let bank_path = folder.join("bank.jsonl");
    bank(&bank_path, 30_000);
    let input = bank_path.to_str().unwrap();
    let whole = folder.join("whole.jsonl");
    assert_eq!(run(&[input, "-o", whole.to_str().unwrap(), "-q"]).status.code(), Some(4));
    let out = folder.join("out.jsonl");
    let again = [input, "-o", out.to_str().unwrap(), "--resume", "-j", "2"];
    let (mut killed, mut went_on) = (0, 0);
    // Moments from a sequence without a period to speak of; later ones on a machine that has not begun to write by then.
    let (mut moment, mut later) = (17_u64, 0);
    while killed < 20 && !out.exists() {
        let mut child = firstlane(&again).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        moment = (moment * 48_271) % 2_147_483_647;
        thread::sleep(Duration::from_millis(60 + later + moment % 120));
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
        if let Ok(state) = fs::read(folder.join("out.jsonl.partial.json")) {
            // Progress goes on from where the run was.
            let state: serde_json::Value = serde_json::from_slice(&state).unwrap();
            assert!(state["read"].as_u64().unwrap() > 0 && state["read"] == state["cursor"]["at"], "{state}");
            went_on += 1;
        } else {
            later += 50;
        }
    }
    assert!(went_on > 0, "killed {killed} times and never got far enough to say where it was");
    if !out.exists() {
        let output = run(&again);
        assert_eq!(output.status.code(), Some(4));
        assert_eq!(counts(&output)[0], 30_000);
    }
    assert!(fs::read(&out).unwrap() == fs::read(&whole).unwrap());
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn a_run_goes_on_only_as_it_was() {
    let folder = folder("resume-other");
    let bank_path = folder.join("bank.jsonl");
    bank(&bank_path, 100);
    let out = folder.join("out.jsonl");
    fs::write(folder.join("out.jsonl.partial"), "").unwrap();
    let state = r#"{"run":"another","cursor":{"input":0,"at":0,"line":0,"ordinal":0},"read":0,"written":0,"counts":{"lanes":[],"none":0,"unread":0}}"#;
    fs::write(folder.join("out.jsonl.partial.json"), state).unwrap();
    let args = [bank_path.to_str().unwrap(), "-o", out.to_str().unwrap(), "--resume"];
    let output = run(&args);
    assert_eq!(output.status.code(), Some(4));
    assert!(error(&output).contains("had another pack, other options or other inputs"), "{}", error(&output));
    assert!(!out.exists());
    let output = run(&args[..3]);
    assert_eq!(output.status.code(), Some(4), "some records cannot be read: {}", error(&output));
    assert!(out.exists() && !folder.join("out.jsonl.partial.json").exists());
}

#[test]
fn a_strict_run_stops_and_leaves_no_file() {
    let folder = folder("strict");
    let bank_path = folder.join("bank.jsonl");
    bank(&bank_path, 100);
    let out = folder.join("out.csv");
    let output = run(&[bank_path.to_str().unwrap(), "-o", out.to_str().unwrap(), "--strict"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(error(&output).contains("bank.jsonl:14: "), "{}", error(&output));
    assert!(!out.exists());
}

#[test]
fn folders_and_patterns_are_read_in_order_of_names() {
    let folder = folder("folders");
    fs::create_dir(folder.join("b")).unwrap();
    let question = |id: &str| format!("{{\"id\": \"{id}\", \"stem\": \"Which traceroute hop fails?\"}}\n");
    fs::write(folder.join("b/two.jsonl"), question("two")).unwrap();
    fs::write(folder.join("a.jsonl"), question("one")).unwrap();
    fs::write(folder.join("c.jsonl"), question("three")).unwrap();
    fs::write(folder.join(".hidden.jsonl"), question("no")).unwrap();
    let ids = |args: &[&str]| {
        let output = run(args);
        assert_eq!(output.status.code(), Some(0), "{}", error(&output));
        let rows = String::from_utf8(output.stdout).unwrap();
        let rows = rows.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&[folder.to_str().unwrap()]), ["one", "two", "three"]);
    assert_eq!(ids(&[&format!("{}/?.jsonl", folder.display())]), ["one", "three"]);
    let output = run(&[&format!("{}/*.csv", folder.display())]);
    assert_eq!(output.status.code(), Some(4));
    assert!(error(&output).contains("no file fits"));
}

#[test]
fn a_file_that_cannot_be_read_does_not_stop_the_others() {
    let folder = folder("unreadable");
    let question = "{\"id\": \"q\", \"stem\": \"Which traceroute hop fails?\"}\n";
    fs::write(folder.join("a.bin"), b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0\x93\xe2\0")
        .unwrap();
    fs::write(folder.join("b.jsonl"), question).unwrap();
    let mut cut = fs::read("fixtures/formats/same/lines.jsonl.zst").unwrap();
    cut.truncate(cut.len() - 9);
    fs::write(folder.join("c.jsonl.zst"), cut).unwrap();
    fs::write(folder.join("d.jsonl"), question).unwrap();
    let output = run(&[folder.to_str().unwrap(), "--to", "jsonl"]);
    let said = error(&output);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("a.bin:1: ") && said.contains("is in no format that is known"), "{said}");
    assert!(said.contains("c.jsonl.zst:") && said.contains("a part of the file is missing"), "{said}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().matches("\"id\":\"q\"").count(), 2);
    let strict = run(&[folder.to_str().unwrap(), "--to", "jsonl", "--strict"]);
    assert!(strict.stdout.is_empty() && strict.status.code() == Some(4));
}

#[test]
fn a_folder_is_made_for_files_that_are_written_back() {
    let folder = folder("same");
    let out = format!("{}/tagged/", folder.display());
    let output = run(&["fixtures/formats/same/plain.gift", "--to", "same", "--tags", "none", "-o", &out]);
    assert_eq!(output.status.code(), Some(0), "{}", error(&output));
    let (source, back) = ("fixtures/formats/same/plain.gift", folder.join("tagged/plain.gift"));
    assert!(fs::read(source).unwrap() == fs::read(back).unwrap());
}

#[test]
fn doubles_are_reported_or_dropped() {
    let folder = folder("doubles");
    let path = folder.join("bank.jsonl");
    let stem = "A router sends packets for one subnet down the wrong link, though a more specific route exists. What decides which route is taken, and what should be checked first?";
    let near = stem.replace("first?", "now?");
    let rows = [
        ("a", stem),
        ("b", &stem.to_uppercase()),
        ("a", "Which record maps a name?"),
        ("c", near.as_str()),
        ("d", "Which mask fits?"),
    ];
    let rows: String =
        rows.iter().map(|(id, stem)| format!("{}\n", serde_json::json!({"id": id, "stem": stem}))).collect();
    fs::write(&path, rows).unwrap();
    let input = path.to_str().unwrap();
    let report = run(&[input, "--to", "jsonl", "--dedupe", "report"]);
    let said = error(&report);
    for line in [
        "bank.jsonl:2: same stem as bank.jsonl:1",
        "bank.jsonl:3: same id as bank.jsonl:1",
        "bank.jsonl:4: nearly the same stem as bank.jsonl:1",
    ] {
        assert!(said.contains(line), "{said}");
    }
    assert_eq!(String::from_utf8_lossy(&report.stdout).lines().count(), 5);
    let drop = run(&[input, "--to", "jsonl", "--dedupe", "drop"]);
    assert_eq!(String::from_utf8_lossy(&drop.stdout).lines().count(), 2);
    assert!(
        error(&drop).contains("5 records: ") && error(&drop).contains("3 doubles dropped"),
        "{}",
        error(&drop)
    );
}

#[test]
fn a_line_longer_than_a_block_is_one_record() {
    let folder = folder("long");
    let path = folder.join("bank.jsonl");
    let long = "Which traceroute hop fails? ".repeat(30_000);
    let rows = format!(
        "{}\n{}\n{}",
        serde_json::json!({"id": "a", "stem": "Which traceroute hop fails?"}),
        serde_json::json!({"id": "b", "stem": long}),
        serde_json::json!({"id": "c", "stem": format!("{long}{long}")}),
    );
    fs::write(&path, rows).unwrap();
    let output = run(&[path.to_str().unwrap(), "--to", "csv"]);
    let rows = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    assert_eq!(rows.len(), 4);
    assert!(rows[2].starts_with("1,b,clear,"), "{}", rows[2]);
    assert!(rows[3].contains("too-large: line 3: "), "{}", rows[3]);
}

const QUESTION: &str = "{\"id\": \"q\", \"stem\": \"Which traceroute hop fails?\"}\n";

/// Names of all files below a folder.
fn below(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            files.extend(below(&path).into_iter().map(|file| format!("{name}/{file}")));
        } else {
            files.push(name);
        }
    }
    files.sort();
    files
}

#[test]
fn a_folder_comes_back_laid_out_as_it_is() {
    let folder = folder("laid-out");
    fs::create_dir_all(folder.join("bank/sub")).unwrap();
    for name in ["a.jsonl", "sub/a.jsonl"] {
        fs::write(folder.join("bank").join(name), QUESTION).unwrap();
    }
    fs::copy("fixtures/formats/same/list.json.gz", folder.join("bank/list.json.gz")).unwrap();
    fs::copy("fixtures/formats/same/plain.aiken", folder.join("bank/b.aiken")).unwrap();
    fs::write(folder.join("bank/c.bin"), [0xff, 0x00, 0x9f, 0x92]).unwrap();
    fs::write(folder.join("bank/d.gift"), "// Only a comment.\n").unwrap();
    fs::write(folder.join("bank/e.csv"), "").unwrap();
    let (bank, out) = (folder.join("bank"), folder.join("bank/tagged"));
    for at in 0..2 {
        let output = run(&[bank.to_str().unwrap(), "--to", "same", "-o", out.to_str().unwrap()]);
        let said = error(&output);
        assert_eq!(output.status.code(), Some(4), "{said}");
        assert_eq!(below(&out), ["a.jsonl", "list.json", "sub/a.jsonl"], "{said}");
        assert!(said.contains("b.aiken: not written: Aiken has no place for tags"), "{said}");
        assert!(
            said.contains("c.bin:1: ")
                && said.contains("d.gift:1: ")
                && said.contains("e.csv:1: file is empty"),
            "{said}"
        );
        assert!(said.ends_with("cannot be read; 4 files are not written\n"), "{said}");
        assert_eq!(said.contains("tagged` is the output and not read"), at == 1, "{said}");
    }
    assert!(fs::read_to_string(out.join("sub/a.jsonl")).unwrap().contains("\"firstlane\": {\"lane\": "));
    let clash = [&*bank.join("a.jsonl").to_string_lossy(), &*bank.join("sub/a.jsonl").to_string_lossy()]
        .map(str::to_owned);
    let output = run(&[&clash[0], &clash[1], "--to", "same", "-o", &format!("{}/clash/", folder.display())]);
    assert!(error(&output).contains("would both be written to"), "{}", error(&output));
    assert!(!folder.join("clash").exists());
}

#[test]
fn a_file_of_which_nothing_can_be_read_is_left_as_it_is() {
    let folder = folder("left");
    let path = folder.join("bank.gift");
    fs::write(&path, "Only a description.\n").unwrap();
    let path = path.to_str().unwrap();
    let output = run(&[path, "--to", "same", "-o", path]);
    assert_eq!(output.status.code(), Some(4));
    assert!(error(&output).ends_with("1 cannot be read; one file is not written\n"), "{}", error(&output));
    assert_eq!(fs::read_to_string(path).unwrap(), "Only a description.\n");
    assert_eq!(below(&folder), ["bank.gift"]);
}

#[test]
fn an_input_is_not_lost_to_its_answers() {
    let folder = folder("input-is-output");
    let path = folder.join("bank.jsonl");
    fs::write(&path, QUESTION).unwrap();
    let path = path.to_str().unwrap();
    let output = run(&[path, "-o", path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(error(&output).contains("is an input and would be lost"), "{}", error(&output));
    let output = run(&[path, "-o", &format!("{path}.gz")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(error(&output).contains("would not be compressed"), "{}", error(&output));
    assert_eq!(fs::read_to_string(path).unwrap(), QUESTION);
    assert_eq!(run(&[path, "--to", "same", "-o", path]).status.code(), Some(0));
    assert!(fs::read_to_string(path).unwrap().contains("firstlane"));
}

#[cfg(unix)]
#[test]
fn links_and_rights_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder("links");
    let path = folder.join("bank.jsonl");
    fs::write(&path, QUESTION).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let link = folder.join("link.jsonl");
    symlink("bank.jsonl", &link).unwrap();
    let output = run(&[path.to_str().unwrap(), "--to", "same", "-o", link.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", error(&output));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fs::read_to_string(&path).unwrap().contains("firstlane"));
    // A folder in itself, and a file that is there twice.
    fs::create_dir(folder.join("sub")).unwrap();
    symlink("..", folder.join("sub/up")).unwrap();
    let output = run(&[folder.to_str().unwrap(), "--to", "none"]);
    let said = error(&output);
    assert!(said.contains("up` leads back to a folder above it and is passed over"), "{said}");
    assert!(said.contains("link.jsonl` is named twice and read once"), "{said}");
    assert!(said.contains("1 record: "), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_told_and_leaves_nothing_behind() {
    let folder = folder("full");
    let path = folder.join("bank.jsonl");
    fs::write(&path, QUESTION.repeat(9)).unwrap();
    let path = path.to_str().unwrap();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = firstlane(&[path, "--to", "jsonl"]).stdout(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(error(&output).contains("standard output cannot be written"), "{}", error(&output));
    let status = firstlane(&[path, "--to", "none"]).stderr(full()).status().unwrap();
    assert_eq!(status.code(), Some(0), "nobody hears the counts");
    let output = run(&[path, "-o", &format!("{}/no/such.jsonl", folder.display())]);
    assert!(error(&output).contains("no/such.jsonl.partial` cannot be written"), "{}", error(&output));
    let output = run(&[
        "fixtures/formats/broken/empty.xlsx",
        "-o",
        &format!("{}/out.jsonl", folder.display()),
        "--strict",
    ]);
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(below(&folder), ["bank.jsonl"]);
}

#[cfg(unix)]
#[test]
fn names_move_no_cursor() {
    let folder = folder("names");
    let path = folder.join("a\u{1b}[31m\nb.jsonl");
    fs::write(&path, "{bad\n").unwrap();
    let output = run(&[path.to_str().unwrap(), "--to", "table"]);
    let said = error(&output);
    assert!(said.starts_with("a\\u{1b}[31m\\nb.jsonl:1: "), "{said}");
    assert!(!output.stdout.contains(&0x1b) && output.stdout.iter().filter(|&&b| b == b'\n').count() == 2);
}

#[test]
fn fields_of_anki_are_told_by_name() {
    let folder = folder("anki-fields");
    let path = folder.join("notes.txt");
    let notes = "#separator:tab\n#columns:Nr\tFrage\n1\tWhich traceroute hop fails?\n";
    fs::write(&path, notes).unwrap();
    let input = path.to_str().unwrap();
    let output = run(&[input, "--to", "csv", "--map", "stem=Frage"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("notes.txt#1,clear"), "{}", error(&output));
    let output = run(&[input, "--to", "csv", "--map", "stem=Text"]);
    assert!(
        error(&output).contains("there is no column `Text`; the columns are `Nr`, `Frage`"),
        "{}",
        error(&output)
    );
    fs::write(&path, notes.replace("#columns:Nr\tFrage\n", "")).unwrap();
    let output = run(&[input, "--to", "csv", "--map", "stem=Frage"]);
    assert!(error(&output).contains("file does not name its columns"), "{}", error(&output));
    assert_eq!(run(&[input, "--map", "id=a", "--map", "id=b"]).status.code(), Some(2));
}
