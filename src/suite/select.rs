//! Which rules a change touches: a unified diff, as `git diff` writes it, and the lines of the pack.
//!
//! A line that is added or changed touches what is written on it. Where lines are only taken out, the two lines around the
//! gap are touched. A rule is what stands from its `[[rule]]` to the next table, and what stands so in its `[[cases]]`;
//! everything else of a pack file belongs to the manifest and the lists.

use std::{collections::BTreeSet, ops::Range};

use crate::pack::{Example, Pack, RuleIx};

/// The lines that a diff touches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// Files and lines as the diff calls them after the change.
    files: Vec<(String, BTreeSet<usize>)>,
}

/// A diff that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadDiff {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl Changed {
    /// Reads a unified diff. An empty one touches nothing.
    ///
    /// # Errors
    ///
    /// The first line that is none of a unified diff.
    pub fn read(diff: &str) -> Result<Self, BadDiff> {
        let mut changed = Self::default();
        let mut is_diff = diff.trim().is_empty();
        // What is left of the hunk at hand: lines before and after the change, and the next line after it.
        let (mut before, mut after, mut at) = (0, 0, 0);
        for (number, line) in diff.lines().enumerate() {
            let fault = |message: &str| BadDiff { line: number + 1, message: message.to_owned() };
            if before > 0 || after > 0 {
                let lines = &mut changed.files.last_mut().ok_or_else(|| fault("hunk before any file"))?.1;
                match line.as_bytes().first() {
                    Some(b'+') => {
                        lines.insert(at);
                        (after, at) = (drop_one(after, &fault)?, at + 1);
                    }
                    Some(b'-') => {
                        lines.extend([at.saturating_sub(1).max(1), at]);
                        before = drop_one(before, &fault)?;
                    }
                    Some(b' ') | None => {
                        (before, after, at) = (drop_one(before, &fault)?, drop_one(after, &fault)?, at + 1);
                    }
                    Some(b'\\') => {}
                    Some(_) => return Err(fault("a hunk ends too soon")),
                }
            } else if let Some(name) = line.strip_prefix("+++ ") {
                is_diff = true;
                let name = name.split('\t').next().unwrap_or(name).trim_end();
                changed.files.push((name.strip_prefix("b/").unwrap_or(name).to_owned(), BTreeSet::new()));
            } else if let Some(hunk) = line.strip_prefix("@@ ") {
                let ranges = hunk.split(" @@").next().and_then(hunk_ranges);
                (before, after, at) = ranges.ok_or_else(|| fault("not a hunk: `@@ -1,2 +3,4 @@`"))?;
            }
        }
        if before > 0 || after > 0 {
            return Err(BadDiff {
                line: diff.lines().count(),
                message: "the last hunk is cut off".to_owned(),
            });
        }
        if is_diff {
            Ok(changed)
        } else {
            Err(BadDiff { line: 1, message: "no file is named: `+++ b/…`".to_owned() })
        }
    }

    /// The rules of a pack that are touched, and whether anything else of it is.
    #[must_use]
    pub fn of(&self, pack: &Pack) -> (Vec<RuleIx>, bool) {
        let touched = |file: &str, lines: Range<usize>| {
            self.files
                .iter()
                .any(|(name, touched)| same_file(name, file) && touched.range(lines.clone()).next().is_some())
        };
        let mut rules = Vec::new();
        // Lines of pack files that are part of a rule.
        let mut of_rules: Vec<(&str, Range<usize>)> = Vec::new();
        for ix in pack.rule_indexes() {
            let from = of_rules.len();
            let rule = pack.rule(ix);
            let own = lines(&rule.place.source.text, rule.place.span.start, "[[rule]]");
            of_rules.push((&rule.place.source.name, own));
            for Example { place, .. } in rule.examples.iter().chain(&rule.counterexamples).chain(&rule.todo) {
                let line = place.source.line_column(place.span.start).0;
                let is_in = |(file, lines): &(&str, Range<usize>)| {
                    *file == place.source.name && lines.contains(&line)
                };
                if !of_rules[from..].iter().any(is_in) {
                    of_rules
                        .push((&place.source.name, lines(&place.source.text, place.span.start, "[[cases]]")));
                }
            }
            if of_rules[from..].iter().any(|(file, lines)| touched(file, lines.clone())) {
                rules.push(ix);
            }
        }
        let files: BTreeSet<&str> = of_rules
            .iter()
            .map(|(file, _)| *file)
            .chain(pack.targets_places.iter().map(|place| place.source.name.as_str()))
            .chain(pack.lists.iter().map(|list| list.place.source.name.as_str()))
            .collect();
        let elsewhere = self.files.iter().any(|(name, lines)| {
            files.iter().filter(|file| same_file(name, file)).any(|file| {
                lines
                    .iter()
                    .any(|line| of_rules.iter().all(|(of, lines)| of != file || !lines.contains(line)))
            })
        });
        (rules, elsewhere)
    }
}

fn drop_one(count: usize, fault: &impl Fn(&str) -> BadDiff) -> Result<usize, BadDiff> {
    count.checked_sub(1).ok_or_else(|| fault("a hunk has more lines than it says"))
}

/// Lines before, lines after, first line after, of `-1,2 +3,4`.
fn hunk_ranges(ranges: &str) -> Option<(usize, usize, usize)> {
    let (before, after) = ranges.split_once(' ')?;
    let range = |text: &str| match text.split_once(',') {
        Some((start, lines)) => Some((start.parse().ok()?, lines.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    };
    let (_, before): (usize, usize) = range(before.strip_prefix('-')?)?;
    let (at, after): (usize, usize) = range(after.strip_prefix('+')?)?;
    // An empty range stands behind its line.
    Some((before, after, if after == 0 { at + 1 } else { at }))
}

/// Whether a file of a diff, named from the top of a repository, is one that was named from anywhere in or above it.
fn same_file(of_diff: &str, of_pack: &str) -> bool {
    let parts = |name: &str| -> Vec<String> {
        let parts = name.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").rev();
        parts.take_while(|part| *part != "..").map(str::to_owned).collect()
    };
    let (one, other) = (parts(of_diff), parts(of_pack));
    one.iter().zip(&other).all(|(a, b)| a == b)
}

/// The lines of the table with this head in which an offset stands.
fn lines(text: &str, at: usize, head: &str) -> Range<usize> {
    let line_of = |offset: usize| text[..offset].bytes().filter(|&byte| byte == b'\n').count() + 1;
    let start = text[..at].rfind(head).unwrap_or(at);
    // The next table that is not one of the rule's own.
    let mut end = at;
    for line in text[at..].split_inclusive('\n') {
        let line_head = line.trim_start();
        if end > at
            && line_head.starts_with('[')
            && !line_head.starts_with("[[rule.")
            && !line_head.starts_with("[rule.")
            && is_header(line_head)
        {
            break;
        }
        end += line.len();
    }
    line_of(start)..line_of(end.max(1) - 1) + 1
}

/// Whether a line that begins with `[` is the head of a table rather than part of a list.
fn is_header(line: &str) -> bool {
    let name = line.trim_start_matches('[');
    name.starts_with(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &str = "diff --git a/rules/x.toml b/rules/x.toml\n--- a/rules/x.toml\n+++ b/rules/x.toml\n@@ -3,3 +3,4 @@ id\n a\n-b\n+c\n+d\n e\n@@ -20,2 +21,0 @@\n-x\n-y\n";

    #[test]
    fn lines_of_a_diff() {
        let changed = Changed::read(DIFF).unwrap();
        assert_eq!(changed.files, [("rules/x.toml".to_owned(), BTreeSet::from([3, 4, 5, 21, 22]))]);
        assert_eq!(Changed::read("").unwrap(), Changed::default());
        for (bad, line) in [
            ("hello", 1),
            ("+++ b/x\n@@ what @@", 2),
            ("+++ b/x\n@@ -1 +1 @@\n-a", 3),
            ("@@ -1 +1 @@\n-a\n+b", 2),
        ] {
            assert_eq!(Changed::read(bad).unwrap_err().line, line, "{bad}");
        }
    }

    #[test]
    fn a_file_is_known_from_any_folder() {
        assert!(same_file("rules/lanes/a.toml", "lanes/a.toml"));
        assert!(same_file("rules/a.toml", "../repo/rules/a.toml"));
        assert!(!same_file("rules/a.toml", "other/a.toml"));
        assert!(!same_file("rules/b.toml", "rules/a.toml"));
    }

    #[test]
    fn a_rule_reaches_to_the_next_table() {
        let text = "[[rule]]\nid = \"a\"\nall = [\n[\"x\"],\n]\n[[rule.accept]]\nmutant = \"m\"\n\n[[rule]]\nid = \"b\"\n";
        let at = |id: &str| text.find(id).unwrap();
        assert_eq!(lines(text, at("\"a\""), "[[rule]]"), 1..9);
        assert_eq!(lines(text, at("\"b\""), "[[rule]]"), 9..11);
    }
}
