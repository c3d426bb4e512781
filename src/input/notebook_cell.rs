//! The question that a cell of a notebook is.
//!
//! In: a cell as JSON. Out: its text without the answer, or why it is no question. The text is Markdown as it was written,
//! but for a heading that only numbers it, marks in front of the question, and check marks that give the answer away.

use serde_json::{Map, Value};

use super::lettered;

/// What a cell is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    /// Something else.
    None,
    /// Tagged as a question without saying what it asks.
    Untold(String),
    /// A question that cannot be read: code and message.
    Fault(&'static str, String),
    /// Stem, and options as lines with letters.
    Text { id: Option<String>, text: String },
}

/// Lines that begin so, behind marks, begin the answer.
const ANSWERS: [&str; 12] = [
    "answer",
    "correct answer",
    "correct option",
    "the correct answer",
    "correct:",
    "explanation",
    "rationale",
    "solution",
    "feedback",
    "hint",
    "why:",
    "[!success]",
];

/// What a cell is.
pub(super) fn question(cell: &Map<String, Value>) -> Question {
    let tags = cell.get("metadata").and_then(|metadata| metadata.get("tags")).and_then(Value::as_array);
    let is_tagged = tags.is_some_and(|tags| tags.iter().any(|tag| tag == "question"));
    let kind = cell.get("cell_type").and_then(Value::as_str).unwrap_or_default();
    let Some(source) = source(cell) else {
        let message = "the source of a cell should be a text or a list of lines".to_owned();
        return if is_tagged { Question::Fault("bad-source", message) } else { Question::None };
    };
    let id = cell.get("id").and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned);
    match kind {
        "markdown" => markdown(&source, id, is_tagged),
        "code" if is_tagged => code(&source, id),
        _ => Question::None,
    }
}

/// The source of a cell; version 3 calls that of code `input`.
fn source(cell: &Map<String, Value>) -> Option<String> {
    match cell.get("source").or_else(|| cell.get("input")) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Array(lines)) => lines.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

fn markdown(source: &str, id: Option<String>, is_tagged: bool) -> Question {
    let text = bare(source);
    let firsts = text.lines().filter(|line| lettered::without_letter(line, 0).is_some()).count();
    let (stem, options) = super::front::options(&text);
    if !is_tagged && (options.is_empty() || stem.is_empty()) {
        return Question::None;
    }
    if firsts > 1 {
        let message =
            "cell has more than one list of options; put each question into a cell of its own".to_owned();
        return Question::Fault("several-questions", message);
    }
    Question::Text { id, text }
}

/// A Markdown question without its heading and its answer, its options as lines `A. …`.
fn bare(source: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let (mut fence, mut boxes) = (false, 0);
    for line in source.lines() {
        let marks = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '#' | '>' | '-');
        let words = line.trim_start_matches(marks);
        fence ^= line.trim_start().starts_with("```");
        if fence {
            lines.push(line.to_owned());
        } else if is_answer(line, words) {
            break;
        } else if let Some(option) = check_box(line) {
            lines.push(format!("{}. {option}", lettered::letter(boxes)));
            boxes += 1;
        } else {
            lines.push(option(line).unwrap_or_else(|| line.to_owned()));
        }
    }
    without_heading(&lines).trim().to_owned()
}

fn is_answer(line: &str, words: &str) -> bool {
    let lower = words.to_lowercase();
    let answer = ANSWERS.iter().filter_map(|start| lower.strip_prefix(start).map(|rest| (start, rest)));
    // A sentence may begin with such a word; a label ends behind it.
    let mut label = answer.filter(|(start, rest)| {
        !start.ends_with(char::is_alphabetic)
            || rest.trim_start_matches(['s', '*', '_', ' ']).starts_with([':', '-'])
            || rest.trim_matches(['*', '_', ' ']).is_empty()
    });
    label.next().is_some()
        || line.trim_start().starts_with("<details")
        || line.trim_start().starts_with("<!--")
}

/// The text behind `- [ ]` or `- [x]`.
fn check_box(line: &str) -> Option<&str> {
    let item = line.trim_start().strip_prefix(['-', '*', '+'])?.trim_start();
    ["[ ]", "[x]", "[X]"].iter().find_map(|mark| item.strip_prefix(mark)).map(str::trim)
}

/// A lettered option without the list mark and the emphasis around its letter: `- **A.** text`, `* A) text`.
fn option(line: &str) -> Option<String> {
    let item = line.trim_start();
    let item = item.strip_prefix("- ").or_else(|| item.strip_prefix("* ")).unwrap_or(item).trim_start();
    let item = match item.strip_prefix("**").and_then(|bold| bold.split_once("**")) {
        Some((letter, rest)) if letter.chars().count() < 4 => format!("{letter}{rest}"),
        _ => item.to_owned(),
    };
    let place = item.trim_start_matches('(').chars().next().filter(char::is_ascii_alphabetic)?;
    let place = usize::from(u8::try_from(place.to_ascii_lowercase()).ok()? - b'a');
    lettered::without_letter(&item, place).map(|text| format!("{}. {text}", lettered::letter(place)))
}

/// Lines without the heading in front, if it only numbers the question or there is a text below it.
fn without_heading(lines: &[String]) -> String {
    let first = lines.iter().position(|line| !line.trim().is_empty()).unwrap_or(0);
    let lines = &lines[first..];
    let Some((head, rest)) = lines.split_first() else { return String::new() };
    let has_more = rest.iter().find(|line| !line.trim().is_empty());
    let has_more = has_more.is_some_and(|line| lettered::without_letter(line, 0).is_none());
    if head.starts_with('#') {
        if has_more {
            return without_heading(rest);
        }
        let title = head.trim_start_matches('#').trim();
        return [&[without_label(title).to_owned()], rest].concat().join("\n");
    }
    [&[without_label(head).to_owned()], rest].concat().join("\n")
}

/// A line without `Question 3:`, `**Question**:`, `Q3.` or `3.` in front.
fn without_label(line: &str) -> &str {
    let text = line.trim_start_matches(['*', '_', ' ']);
    let word = ["Question", "question", "QUESTION", "Q"].iter().find_map(|word| text.strip_prefix(word));
    let rest = word.unwrap_or(text).trim_start();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let behind = rest[digits..].trim_start_matches(['*', '_']);
    let marked = behind.strip_prefix([':', '.', ')']).map(|text| text.trim_start_matches(['*', '_']));
    match marked {
        Some(text) if (digits > 0 || word.is_some()) && text.starts_with([' ', '\t']) => text.trim(),
        _ => line,
    }
}

fn code(source: &str, id: Option<String>) -> Question {
    if let Some((class, text)) = docstring(source) {
        let text = bare(&text);
        return Question::Text { id: id.or(Some(class)), text };
    }
    let comment = source.lines().take_while(|line| line.trim_start().starts_with('#'));
    let comment =
        comment.map(|line| line.trim_start().trim_start_matches('#').trim()).collect::<Vec<_>>().join("\n");
    if comment.contains('?') {
        return Question::Text { id, text: bare(&comment) };
    }
    let message = "cell is tagged `question` and asks nothing: there is no class with a docstring in it, and no comment \
                   with a question at its top";
    Question::Untold(message.to_owned())
}

/// Name and docstring of the first class that has one.
fn docstring(source: &str) -> Option<(String, String)> {
    let mut rest = source;
    loop {
        let line_end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let (line, behind) = rest.split_at(line_end);
        if let Some(class) = line.strip_prefix("class ")
            && let Some(text) = leading_string(behind.trim_start())
        {
            let name = class.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            return Some((name.to_owned(), text));
        }
        if behind.is_empty() {
            return None;
        }
        rest = behind;
    }
}

/// The string in triple quotes that a text begins with, its indentation gone.
fn leading_string(text: &str) -> Option<String> {
    let body = text.trim_start_matches(['r', 'R', 'u', 'U', 'f', 'F']);
    let is_raw = text[..text.len() - body.len()].contains(['r', 'R']);
    let quote = ["\"\"\"", "'''"].into_iter().find(|quote| body.starts_with(quote))?;
    let body = &body[quote.len()..];
    let body = &body[..body.find(quote)?];
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let shown = body.lines().skip(1).filter(|line| !line.trim().is_empty());
    let margin = shown.map(|line| indent(&line)).min().unwrap_or(0);
    let cut = |(at, line): (usize, &str)| match line.get(margin..) {
        Some(rest) if at > 0 => rest.trim_end().to_owned(),
        _ => line.trim().to_owned(),
    };
    let text = body.lines().enumerate().map(cut).collect::<Vec<_>>().join("\n");
    let text = text.trim();
    Some(if is_raw { text.to_owned() } else { text.replace("\\\\", "\\").replace("\\\"", "\"") })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cell(kind: &str, tags: &[&str], source: &str) -> Question {
        let cell = json!({"cell_type": kind, "metadata": {"tags": tags}, "source": source});
        question(cell.as_object().expect("it is an object"))
    }

    #[test]
    fn questions_are_told_from_other_cells() {
        let text = |text: &str| Question::Text { id: None, text: text.to_owned() };
        for (source, found) in [
            ("## Question 1\n\nS?\n\n- **A.** x\n- **B.** y\n\n**Answer:** B", text("S?\n\nA. x\nB. y")),
            ("**Question 2**: S?\nA) x\nB) y\nExplanation: z", text("S?\nA. x\nB. y")),
            ("### S?\n- [ ] x\n- [x] y\n<details>B</details>", text("S?\nA. x\nB. y")),
            ("3. S?\n\n(a) x\n(b) y", text("S?\n\nA. x\nB. y")),
            ("Answer all of them.\n\n1. one\n2. two", Question::None),
            ("A. only", Question::None),
        ] {
            assert_eq!(cell("markdown", &[], source), found, "{source}");
        }
        assert_eq!(
            cell("markdown", &["question"], "Answering with drift: is it enough?"),
            text("Answering with drift: is it enough?")
        );
        let twice = cell("markdown", &[], "S?\nA. x\nB. y\n\nT?\nA. x\nB. y");
        assert!(matches!(twice, Question::Fault("several-questions", _)), "{twice:?}");
    }

    #[test]
    fn code_may_ask_in_a_docstring_or_a_comment() {
        let source = "import ast\n\nclass Reverse(Test):\n    \"\"\"\n    Write `f`\n      so:\n    \\\\d\n    \"\"\"\n    x = 1\n";
        let found =
            Question::Text { id: Some("Reverse".to_owned()), text: "Write `f`\n  so:\n\\d".to_owned() };
        assert_eq!(cell("code", &["question"], source), found);
        assert_eq!(cell("code", &[], source), Question::None);
        let found = Question::Text { id: None, text: "S?\nA. x\nB. y".to_owned() };
        assert_eq!(cell("code", &["question"], "# S?\n# A) x\n# B) y\nf()"), found);
        for source in ["## Shared code.\nf()", "class A:\n  pass", "class A:\n  \"\"\"open", "class"] {
            assert!(matches!(cell("code", &["question"], source), Question::Untold(_)), "{source}");
        }
    }
}
