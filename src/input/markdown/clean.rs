//! Lines of Markdown, without what is not shown to a reader and without blocks that give the answer.
//!
//! Goes: front matter, HTML comments, `<details>`, callouts that answer or explain, lines that are nothing but links.
//! Code stays untouched.

use std::ops::Range;

use crate::input::{document::Note, pieces, source::Line};

/// What is left of a file.
#[derive(Debug, Default)]
pub(super) struct Cleaned<'t> {
    pub(super) lines: Vec<Line<'t>>,
    /// Lines with our tags of an earlier run.
    pub(super) tags: Vec<Range<usize>>,
    pub(super) notes: Vec<Note>,
}

/// Takes away what is not shown or gives the answer.
pub(super) fn clean(lines: Vec<Line<'_>>) -> Cleaned<'_> {
    let mut cleaned = Cleaned::default();
    let code = pieces::code(&lines);
    let front = front_matter(&lines);
    let mut at = front;
    while at < lines.len() {
        let line = &lines[at];
        if code[at] {
            cleaned.lines.push(line.clone());
            at += 1;
        } else if let Some(length) = details(&lines[at..]).or_else(|| callout(&lines[at..])) {
            at += length;
        } else if line.text.contains("<!--") {
            at += comment(&lines[at..], &mut cleaned);
        } else {
            if !is_links(&line.text) {
                cleaned.lines.push(shown(line));
            }
            at += 1;
        }
    }
    cleaned
}

/// How many lines front matter has: from `---` in the first line to the next.
fn front_matter(lines: &[Line<'_>]) -> usize {
    if lines.first().is_none_or(|line| line.text.trim_end() != "---") {
        return 0;
    }
    let end = lines.iter().skip(1).position(|line| matches!(line.text.trim_end(), "---" | "..."));
    // A rule in front of the first question is no front matter: this has fields.
    let has_fields = lines.get(1).is_some_and(|line| {
        line.text
            .split_once(':')
            .is_some_and(|(key, _)| !key.is_empty() && !key.contains(char::is_whitespace))
    });
    end.filter(|_| has_fields).map_or(0, |end| end + 2)
}

/// How many lines a `<details>` block has; one that is not closed is left to the reader of the question.
fn details(lines: &[Line<'_>]) -> Option<usize> {
    let begins = |line: &Line<'_>| {
        let bare = line.text.trim_start_matches([' ', '\t', '>']);
        bare.get(..8).is_some_and(|tag| tag.eq_ignore_ascii_case("<details"))
    };
    if !begins(&lines[0]) {
        return None;
    }
    let end = lines.iter().position(|line| line.text.to_ascii_lowercase().contains("</details"))?;
    Some(end + 1)
}

/// How many lines a callout has that answers or explains: `> [!success]- Answer`.
fn callout(lines: &[Line<'_>]) -> Option<usize> {
    const ANSWERS: [&str; 9] =
        ["success", "check", "done", "answer", "tip", "hint", "solution", "explanation", "rationale"];
    let is_quoted = |line: &Line<'_>| line.text.trim_start().starts_with('>');
    let (kind, title) = callout_title(&lines[0].text)?;
    let title = title.to_ascii_lowercase();
    let is_answer = ANSWERS.iter().any(|word| kind.eq_ignore_ascii_case(word) || title.contains(word));
    is_answer.then(|| lines.iter().take_while(|line| is_quoted(line)).count())
}

/// Kind and title of a callout.
fn callout_title(line: &str) -> Option<(&str, &str)> {
    let quoted = line.trim_start().strip_prefix('>')?.trim_start_matches([' ', '>']);
    let (kind, title) = quoted.strip_prefix("[!")?.split_once(']')?;
    Some((kind, title.trim_start_matches(['-', '+']).trim()))
}

/// A line as a reader sees it: a callout that is no answer has its title only.
fn shown<'t>(line: &Line<'t>) -> Line<'t> {
    let mut shown = line.clone();
    if let Some((_, title)) = callout_title(&line.text) {
        shown.text = title.to_owned().into();
    }
    shown
}

/// Takes comments out of a line, and the lines behind it if one goes on. Gives the number of lines.
fn comment<'t>(lines: &[Line<'t>], cleaned: &mut Cleaned<'t>) -> usize {
    let mut text = String::new();
    let mut rest = &*lines[0].text;
    let mut length = 1;
    while let Some((before, inside)) = rest.split_once("<!--") {
        text.push_str(before);
        if let Some((_, behind)) = inside.split_once("-->") {
            rest = behind;
            continue;
        }
        // It goes on; one that never ends is text, and our own comments end none of the owner's.
        let end = lines[length..].iter().position(|line| line.text.contains("-->") || is_ours(line));
        let Some(end) = end.filter(|&end| !is_ours(&lines[length + end])) else {
            let message = "comment is not closed and was read as text: add `-->`".to_owned();
            cleaned.notes.push(Note { line: lines[0].number, message });
            text.push_str(&rest[before.len()..]);
            rest = "";
            break;
        };
        length += end + 1;
        rest = lines[length - 1].text.split_once("-->").map_or("", |(_, behind)| behind);
    }
    text.push_str(rest);
    if is_ours(&lines[0]) {
        cleaned.tags.push(lines[0].start..lines[0].next);
    }
    if !text.trim_matches([' ', '\t', '>']).is_empty() {
        cleaned.lines.push(Line { text: text.into(), ..lines[0].clone() });
    }
    length
}

/// Whether a line is our tags.
fn is_ours(line: &Line<'_>) -> bool {
    super::is_ours(line.text.trim_start_matches([' ', '\t', '>']))
}

/// Whether a line is nothing but links: `[← Back](x.md) | [Next](y.md)`.
fn is_links(line: &str) -> bool {
    let mut rest = line.trim();
    let mut links = 0;
    while let Some((_, behind)) = rest.strip_prefix('[').and_then(|link| link.split_once("](")) {
        let Some((_, behind)) = behind.split_once(')') else { return false };
        rest = behind.trim_start_matches([' ', '|', '·', '•', '-', '—', '/']);
        links += 1;
    }
    links > 0 && rest.is_empty()
}

/// A text without backslash escapes and character references; code stays as written.
pub(super) fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for line in text.split_inclusive('\n') {
        let is_fence = crate::question::is_fence(line.trim_start());
        if in_code || is_fence {
            out.push_str(line);
        } else {
            resolve(line, &mut out);
        }
        in_code ^= is_fence;
    }
    out
}

/// Writes a line of text without escapes and references.
fn resolve(line: &str, out: &mut String) {
    const REFERENCES: [(&str, char); 7] = [
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&amp;", '&'),
        ("&quot;", '"'),
        ("&#39;", '\''),
        ("&apos;", '\''),
        ("&nbsp;", '\u{a0}'),
    ];
    let mut rest = line;
    while let Some(at) = rest.find(['\\', '&', '`']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        if ticks > 0 {
            let span = span_end(rest, ticks);
            out.push_str(&rest[..span]);
            rest = &rest[span..];
        } else if let Some((reference, character)) =
            REFERENCES.iter().find(|(name, _)| rest.starts_with(name))
        {
            out.push(*character);
            rest = &rest[reference.len()..];
        } else {
            // A backslash in front of punctuation makes it ordinary; at the end of a line it breaks the line.
            let next = rest[1..].chars().next();
            let is_escape = rest.starts_with('\\') && next.is_some_and(|c| c.is_ascii_punctuation());
            let is_break = rest == "\\\n";
            let kept = if is_escape { next } else { rest.chars().next().filter(|_| !is_break) };
            out.extend(kept);
            rest = &rest[1 + usize::from(is_escape)..];
        }
    }
    out.push_str(rest);
}

/// The length of a span of code that begins with backticks; of these alone, if it is not closed.
fn span_end(text: &str, ticks: usize) -> usize {
    let mut at = ticks;
    while let Some(found) = text[at..].find('`') {
        at += found;
        let run = text[at..].len() - text[at..].trim_start_matches('`').len();
        at += run;
        if run == ticks {
            return at;
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::source;

    #[test]
    fn escapes_are_resolved_outside_code() {
        for (text, expected) in [
            ("a \\< b &amp; c\\d", "a < b & c\\d"),
            ("`a\\*b` \\*", "`a\\*b` *"),
            ("``a`\\*`` \\\\", "``a`\\*`` \\"),
            ("one\\\ntwo", "one\ntwo"),
            ("```\n\\* &lt;\n```\n&lt;", "```\n\\* &lt;\n```\n<"),
            ("open ` \\* \\é", "open ` * \\é"),
            ("end \\", "end \\"),
        ] {
            assert_eq!(resolved(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_shown_goes() {
        for (text, expected) in [
            ("---\ntitle: x\n---\na", "a"),
            ("---\n\na\n---\nb", "---||a|---|b"),
            ("a <!-- b --> c\n<!-- d\ne -->\nf <!-- g", "a  c|f <!-- g"),
            ("> [!question] a\n> b\n> [!tip] c\n> d\n\ne", "a|> b||e"),
            ("[a](b) | [c](d)\n[a](b) c", "[a](b) c"),
            ("<details>\na\n</details>\nb\n<details>\nc", "b|<details>|c"),
            ("```\n<!-- a -->\n```", "```|<!-- a -->|```"),
        ] {
            let seen: Vec<_> = clean(source::lines(text)).lines.into_iter().map(|line| line.text).collect();
            assert_eq!(seen.join("|"), expected, "{text}");
        }
    }
}
