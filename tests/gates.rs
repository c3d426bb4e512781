//! The gates of `./check` on the built-in pack, as they stand there: a copy of the pack that is damaged on purpose is caught by
//! the gate that is there for it.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What is done to a file of the pack, and the gate that has to notice.
struct Damage {
    what: &'static str,
    file: &'static str,
    change: fn(&str) -> String,
    /// The command of the gate.
    gate: &'static str,
    /// The option of the gate that is left when all its others are taken away; none where the command is enough.
    option: Option<&'static str>,
    /// What it says.
    says: &'static str,
}

const DAMAGES: [Damage; 11] = [
    Damage {
        what: "two blank lines",
        file: "outside.toml",
        change: |text| text.replacen("\n[[rule]]", "\n\n[[rule]]", 1),
        gate: "fmt",
        option: None,
        says: "outside.toml",
    },
    Damage {
        what: "a phrase that stands there twice",
        file: "lanes/serving-and-rollout.toml",
        change: |text| text.replacen("words = [", "words = [\"warm replica set\", \"warm replica set\", ", 1),
        gate: "lint",
        option: None,
        says: "duplicate-phrase",
    },
    Damage {
        what: "a rule that speaks for another lane",
        file: "lanes/serving-and-rollout.toml",
        change: |text| text.replace("lane = { serving-and-rollout = ", "lane = { sparkml-pipelines = "),
        gate: "diff",
        option: None,
        says: "changed",
    },
    Damage {
        what: "a phrase that is gone",
        file: "lanes/scaling-strategy.toml",
        change: |text| without(text, "latin hypercube"),
        gate: "test",
        option: Some("none"),
        says: "example-misses",
    },
    Damage {
        what: "exceptions that are gone",
        file: "lanes/monitoring-and-retraining.toml",
        change: |text| lines(text, |line| !(line.starts_with("none = [") && line.ends_with(']'))),
        gate: "test",
        option: Some("none"),
        says: "counterexample-fires",
    },
    Damage {
        what: "a threshold that is too high",
        file: "pack.toml",
        change: |text| text.replacen("\nlane = ", "\nlane = 9", 1),
        gate: "test",
        option: Some("--min-accuracy"),
        says: "gate-missed",
    },
    Damage {
        what: "a phrase that no test has",
        file: "lanes/serving-and-rollout.toml",
        change: |text| text.replacen("words = [", "words = [\"warm replica set\", ", 1),
        gate: "test",
        option: Some("fired=100"),
        says: "gate-missed",
    },
    Damage {
        what: "a rule that no question needs, ten times over",
        file: "outside.toml",
        change: |text| {
            let rule = |at| {
                format!(
                    "\n[[rule]]\nid = \"idle-{at}\"\nlane = {{ sparkml-pipelines = 1 }}\nwords = [\"zyx {at} wvu\"]\nexamples = [\"A zyx {at} wvu.\"]\n"
                )
            };
            text.to_owned() + &(0..10).map(rule).collect::<String>()
        },
        gate: "test",
        option: Some("rule-decisive"),
        says: "gate-missed",
    },
    Damage {
        what: "tests that are gone",
        file: "cases/serving-and-rollout.toml",
        change: |_| String::new(),
        gate: "test",
        option: Some("--min-kill-rate"),
        says: "gate-missed",
    },
    Damage {
        what: "a regex that looks for straight quotes only",
        file: "outside.toml",
        change: |text| {
            let rule = "\n[[rule]]\nid = \"quoted\"\nlane = { sparkml-pipelines = 1 }\npatterns = ['\"zyx\" \"wvu\"']\nexamples = ['It says \"zyx\" \"wvu\" there.']\n";
            text.to_owned() + rule
        },
        gate: "test",
        option: Some("quotes=100"),
        says: "gate-missed",
    },
    Damage {
        what: "a file that is no TOML",
        file: "outside.toml",
        change: |text| text.to_owned() + "\nwords = [\n",
        gate: "test",
        option: Some("none"),
        says: "syntax",
    },
];

/// The text without the first phrase that begins so.
fn without(text: &str, phrase: &str) -> String {
    let start = text.find(&format!("\"{phrase}")).unwrap();
    let end = start + 1 + text[start + 1..].find('"').unwrap() + 1;
    let end = end + text[end..].len() - text[end..].trim_start_matches(',').len();
    format!("{}{}", &text[..start], &text[end..])
}

fn lines(text: &str, keeps: impl Fn(&str) -> bool) -> String {
    text.lines().filter(|line| keeps(line)).map(|line| format!("{line}\n")).collect()
}

/// The arguments of the gates of `./check`, patterns of files spelled out.
fn gates() -> Vec<Vec<String>> {
    let check = fs::read_to_string("check").unwrap().replace("\\\n", " ");
    let gates = check.lines().filter_map(|line| line.strip_prefix("cargo run --quiet --locked -- "));
    let spelled = |argument: &str| -> Vec<String> {
        let Some(folder) = argument.strip_suffix("/*.jsonl") else { return vec![argument.to_owned()] };
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
        files.sort();
        files.iter().map(|file| file.display().to_string()).collect()
    };
    gates.map(|gate| gate.split_whitespace().flat_map(spelled).collect()).collect()
}

/// The arguments with no more of the options that ask for figures than one.
fn with_only(gate: &[String], option: &str) -> Vec<String> {
    let mut left = Vec::new();
    let mut arguments = gate.iter();
    while let Some(argument) = arguments.next() {
        if !argument.starts_with("--min-") {
            left.push(argument.clone());
            continue;
        }
        let asked = arguments.next().unwrap();
        let one = asked.split(',').find(|one| one.starts_with(option));
        if argument == option {
            left.extend([argument.clone(), asked.clone()]);
        } else if let Some(one) = one {
            left.extend([argument.clone(), one.to_owned()]);
        }
    }
    left
}

/// A copy of the built-in pack.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if path.is_dir() { copy(&path, &to.join(name)) } else { _ = fs::copy(&path, to.join(name)).unwrap() }
    }
}

#[test]
fn a_damaged_pack_is_caught_by_each_gate() {
    let folder: PathBuf = env::temp_dir().join(format!("firstlane-gates-{}", std::process::id()));
    let gates = gates();
    for command in ["fmt", "lint", "diff", "test"] {
        assert!(DAMAGES.iter().any(|damage| damage.gate == command) && gates.iter().any(|g| g[0] == command));
    }
    let mut uncaught = Vec::new();
    for damage in &DAMAGES {
        let _ = fs::remove_dir_all(&folder);
        copy(Path::new("rules"), &folder);
        let file = folder.join(damage.file);
        let text = fs::read_to_string(&file).unwrap();
        let damaged = (damage.change)(&text);
        assert_ne!(text, damaged, "{} changes nothing", damage.what);
        fs::write(&file, damaged).unwrap();
        let gate = gates.iter().find(|gate| gate[0] == damage.gate).unwrap();
        let mut arguments = match damage.option {
            Some(option) => with_only(gate, option),
            None => gate.clone(),
        };
        // `diff` compares the built-in pack if none is named.
        if damage.gate == "diff" {
            arguments.extend(["--rules", "rules"].map(str::to_owned));
        }
        for argument in arguments.iter_mut().filter(|argument| *argument == "rules") {
            *argument = folder.display().to_string();
        }
        let output = Command::new(env!("CARGO_BIN_EXE_firstlane")).args(&arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        if !matches!(output.status.code(), Some(1 | 3)) || !said.contains(damage.says) {
            uncaught
                .push(format!("{}: {arguments:?} ends with {}\n{said:.2000}", damage.what, output.status));
        }
    }
    let _ = fs::remove_dir_all(&folder);
    assert!(uncaught.is_empty(), "{}", uncaught.join("\n\n"));
}
