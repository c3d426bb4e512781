//! `firstlane watch` runs a command again when a file changes, also when an editor replaces it, and not when it is only
//! read or written as it was.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

/// Longer than any machine takes; only a run that never comes waits so long.
const MOST: Duration = Duration::from_secs(60);

struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_firstlane"))
            .arg("watch")
            .args(args)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let (send, lines) = channel();
        let stderr = child.stderr.take().unwrap();
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines() {
                let _ = send.send(line.unwrap());
            }
        });
        Self { child, lines }
    }

    /// The exit code that the next run is said to have ended with.
    fn next(&self) -> String {
        loop {
            let line = self.lines.recv_timeout(MOST).expect("a run ends");
            if let Some((code, _)) = line.split_once("; watching") {
                return code.to_owned();
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_change_is_noticed_however_it_is_written() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("watch");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for name in ["pack.toml", "rules.toml"] {
        fs::copy(format!("fixtures/packs/network/{name}"), folder.join(name)).unwrap();
    }
    let rules = folder.join("rules.toml");
    let sound = fs::read_to_string(&rules).unwrap();
    let watch = Watch::start(&["rules", "check", "--rules", folder.to_str().unwrap()]);
    assert_eq!(watch.next(), "exit code 0");
    // Written as it was: no run. If there were one, the next code would be 0 again.
    fs::write(&rules, &sound).unwrap();
    fs::write(&rules, sound.replace("id = \"dns\"", "id = \"D N S\"")).unwrap();
    assert_eq!(watch.next(), "exit code 3");
    // As editors do it: another file takes the name.
    fs::write(folder.join(".rules.toml.new"), &sound).unwrap();
    fs::rename(folder.join(".rules.toml.new"), &rules).unwrap();
    assert_eq!(watch.next(), "exit code 0");
    // A file that was not there before.
    fs::write(folder.join("more.toml"), "[[rule]]\nid = \"x\"\n").unwrap();
    assert_eq!(watch.next(), "exit code 3");
}

#[test]
fn a_single_file_is_watched_and_what_is_written_is_not() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("watch-file");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let bank = folder.join("bank.jsonl");
    let out = folder.join("report.json");
    let right =
        r#"{"id":"a","stem":"What does traceroute show?","labels":{"lane":"routing","verify":"trace"}}"#;
    fs::write(&bank, right).unwrap();
    fs::write(&out, "").unwrap();
    let [bank_arg, out_arg] = [&bank, &out].map(|path| path.to_str().unwrap());
    let args =
        ["eval", "--rules", "fixtures/packs/network", bank_arg, "--fail-level", "warning", "-o", out_arg];
    let watch = Watch::start(&args);
    assert_eq!(watch.next(), "exit code 0");
    fs::write(&bank, right.replace("routing", "addressing")).unwrap();
    assert_eq!(watch.next(), "exit code 1");
}
