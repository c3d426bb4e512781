//! Pack files in their one layout.
//!
//! In: the text of a pack file. Out: the same data and comments, laid out as `firstlane fmt` writes them:
//!
//! - One blank line in front of each table; never two, and none inside a rule. Keys at the margin, one space around `=`.
//! - The keys of a rule, and of its cases, in the order of docs/RULES.md: id, what it speaks for, conditions, tests, what it allows.
//! - A value that fits stays on one line of at most 120 characters. An array that does not is filled: as many elements on a
//!   line as fit, two spaces further in, with a comma behind the last. Arrays in arrays stand on lines of their own; one
//!   that is alone shares the brackets' lines.
//! - Comments stay where they are; those behind neighbouring lines are aligned.
//!
//! Order is kept where it is an author's: of keys outside rules, of entries, of phrases. Layout is a fixed point: laid out
//! twice, a file is as it was laid out once.

use std::sync::Arc;

use toml_edit::{Array, Decor, DocumentMut, InlineTable, Item, RawString, Table, Value};

use crate::problem::{Code, Problem, Source};

/// A line is at most so long, if what is on it can be parted.
const WIDTH: usize = 120;
/// What stands in an array stands so much further in.
const INDENT: usize = 2;
/// The keys of a rule in their order.
const KEYS: [&str; 19] = [
    "id",
    "rule",
    "lane",
    "instinct",
    "verify",
    "pair",
    "hook",
    "words",
    "patterns",
    "near",
    "all",
    "none",
    "zones",
    "negated",
    "examples",
    "counterexamples",
    "todo",
    "accept",
    "allow",
];

/// Lays a pack file out.
///
/// # Errors
///
/// The place at which it is not TOML.
pub fn lay_out(source: &Arc<Source>) -> Result<String, Problem> {
    let text = source.text.replace("\r\n", "\n");
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let problem = Problem::new(Code::Syntax, format!("file is not valid TOML: {}", error.message()));
        problem.at(source, error.span().unwrap_or(0..0))
    })?;
    table(document.as_table_mut(), false);
    let end = block(document.trailing().as_str().unwrap_or_default(), false);
    document.set_trailing(end.trim_end().to_owned());
    let text = document.to_string();
    let text = text.trim();
    Ok(if text.is_empty() { String::new() } else { format!("{text}\n") })
}

/// Blank lines and comments in front of something, each comment on a line of its own; at most one blank line at a time.
fn block(text: &str, blank_first: bool) -> String {
    let mut block = String::new();
    let mut blank = false;
    let mut lines = text.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            // What stands behind the last line break is the indent of what follows.
            blank |= lines.peek().is_some() || text.ends_with('\n');
            continue;
        }
        if blank {
            block.push('\n');
        }
        block += line;
        block.push('\n');
        blank = false;
    }
    if blank {
        block.push('\n');
    }
    if blank_first && !block.starts_with('\n') { format!("\n{block}") } else { block }
}

fn text_of(raw: Option<&RawString>) -> &str {
    raw.and_then(RawString::as_str).unwrap_or_default()
}

/// A comment behind something on its line.
fn behind(decor: &Decor) -> String {
    let comment = text_of(decor.suffix()).trim();
    if comment.is_empty() { String::new() } else { format!("  {comment}") }
}

fn table(table: &mut Table, is_rule: bool) {
    if is_rule {
        let place = |key: &str| KEYS.iter().position(|known| *known == key).unwrap_or(KEYS.len());
        table.sort_values_by(|a, _, b, _| place(a.get()).cmp(&place(b.get())));
    }
    let mut first = true;
    for (mut key, item) in table.iter_mut() {
        match item {
            Item::Value(value) => {
                let dotted = matches!(value, Value::InlineTable(table) if table.is_dotted());
                if !dotted {
                    let above = block(text_of(key.leaf_decor().prefix()), false);
                    let close = first || is_rule;
                    let above = if close { above.trim_start_matches('\n') } else { &above };
                    let width = key.display_repr().chars().count() + " = ".len();
                    key.leaf_decor_mut().set_prefix(above);
                    key.leaf_decor_mut().set_suffix(" ");
                    value_in(value, width, 0);
                    let comment = behind(value.decor());
                    *value.decor_mut() = Decor::new(" ", comment);
                }
                first = false;
            }
            Item::Table(inner) => header(inner, false),
            Item::ArrayOfTables(tables) => {
                let is_rule = matches!(key.get(), "rule" | "cases");
                tables.iter_mut().for_each(|table| header(table, is_rule));
            }
            Item::None => {}
        }
    }
    align(table);
}

fn header(inner: &mut Table, is_rule: bool) {
    // A table without a header of its own has nothing in front of it.
    if !inner.is_implicit() && !inner.is_dotted() {
        let above = block(text_of(inner.decor().prefix()), true);
        let comment = behind(inner.decor());
        *inner.decor_mut() = Decor::new(above, comment);
    }
    if !inner.is_dotted() {
        table(inner, is_rule);
    }
}

/// Puts comments behind neighbouring lines under each other.
fn align(table: &mut Table) {
    let mut group: Vec<(String, usize)> = Vec::new();
    let mut groups = Vec::new();
    for (key, item) in table.iter() {
        let Some(value) = item.as_value() else { continue };
        let apart = table.key(key).is_some_and(|key| !text_of(key.leaf_decor().prefix()).is_empty());
        let width = key.chars().count() + shown(value).chars().count();
        let lines_up = !text_of(value.decor().suffix()).is_empty() && !shown(value).contains('\n');
        if apart || !lines_up {
            groups.push(std::mem::take(&mut group));
        }
        if lines_up {
            group.push((key.to_owned(), width));
        }
    }
    groups.push(group);
    for group in groups {
        let widest = group.iter().map(|(_, width)| *width).max().unwrap_or(0);
        for (key, width) in group {
            let Some(value) = table.get_mut(&key).and_then(Item::as_value_mut) else { continue };
            let comment = text_of(value.decor().suffix()).trim_start().to_owned();
            value.decor_mut().set_suffix(" ".repeat(widest - width + 2) + &comment);
        }
    }
}

/// A value without what stands around it.
fn shown(value: &Value) -> String {
    let mut value = value.clone();
    value.decor_mut().clear();
    value.to_string()
}

/// Lays out a value that begins behind `column` characters, in a line that begins with `indent` spaces.
fn value_in(value: &mut Value, column: usize, indent: usize) {
    if comments_in_tables(value) {
        return;
    }
    if !comments_inside(value) {
        let mut flat = value.clone();
        flatten(&mut flat);
        let width = shown(&flat).chars().count();
        if column + width <= WIDTH || !can_be_parted(&flat) {
            *value = flat;
            return;
        }
    }
    match value {
        Value::Array(array) => fill(array, indent),
        Value::InlineTable(table) => part(table, column, indent),
        _ => {}
    }
}

/// Whether there is an array in it that can be filled.
fn can_be_parted(value: &Value) -> bool {
    match value {
        Value::Array(array) => !array.is_empty(),
        Value::InlineTable(table) => table.iter().any(|(_, value)| can_be_parted(value)),
        _ => false,
    }
}

/// Whether there are comments between its elements.
fn comments_inside(value: &Value) -> bool {
    let around =
        |decor: &Decor| text_of(decor.prefix()).contains('#') || text_of(decor.suffix()).contains('#');
    match value {
        Value::Array(array) => {
            array.trailing().as_str().is_some_and(|text| text.contains('#'))
                || array.iter().any(|value| around(value.decor()) || comments_inside(value))
        }
        Value::InlineTable(table) => table.iter().any(|(_, value)| comments_inside(value)),
        _ => false,
    }
}

/// Whether there are comments where no layout of ours has a place for them: such a value is left as it is.
fn comments_in_tables(value: &Value) -> bool {
    let holds = |raw: Option<&RawString>| text_of(raw).contains('#');
    match value {
        Value::Array(array) => array.iter().any(comments_in_tables),
        Value::InlineTable(table) => {
            table.trailing().as_str().is_some_and(|text| text.contains('#'))
                || table.iter().any(|(key, value)| {
                    let decor = table.key(key).map(toml_edit::Key::leaf_decor);
                    let of_key = decor.is_some_and(|decor| holds(decor.prefix()) || holds(decor.suffix()));
                    of_key
                        || holds(value.decor().prefix())
                        || holds(value.decor().suffix())
                        || comments_in_tables(value)
                })
        }
        _ => false,
    }
}

/// Puts a value on one line.
fn flatten(value: &mut Value) {
    match value {
        Value::Array(array) => {
            array.iter_mut().for_each(flatten);
            array.fmt();
        }
        Value::InlineTable(table) => {
            table.iter_mut().for_each(|(_, value)| flatten(value));
            table.fmt();
        }
        _ => {}
    }
}

/// Fills lines with the elements of an array.
fn fill(array: &mut Array, indent: usize) {
    let commented = comments_inside(&Value::Array(array.clone()));
    if let (1, false, Some(Value::Array(only))) = (array.len(), commented, array.get_mut(0)) {
        // The brackets of the two stand beside each other.
        fill(only, indent);
        only.decor_mut().clear();
        array.set_trailing("");
        array.set_trailing_comma(false);
        return;
    }
    let inner = indent + INDENT;
    let line = format!("\n{}", " ".repeat(inner));
    let mut column = WIDTH;
    // What stands behind an element in front of its comma is moved behind the comma.
    let mut carried = String::new();
    for value in array.iter_mut() {
        let mut comments = comments(&(carried + text_of(value.decor().prefix())), &line);
        carried = text_of(value.decor().suffix()).to_owned();
        value_in(value, inner + ",".len(), inner);
        let text = shown(value);
        let width = text.chars().count() + ",".len();
        let alone = matches!(value, Value::Array(_) | Value::InlineTable(_)) || text.contains('\n');
        let prefix = if comments.is_empty() && !alone && column + " ".len() + width <= WIDTH {
            column += " ".len() + width;
            " ".to_owned()
        } else {
            column = inner + width;
            comments += &line;
            comments
        };
        if alone {
            column = WIDTH;
        }
        *value.decor_mut() = Decor::new(prefix, "");
    }
    let end = comments(&(carried + array.trailing().as_str().unwrap_or_default()), &line);
    array.set_trailing(format!("{end}\n{}", " ".repeat(indent)));
    array.set_trailing_comma(!array.is_empty());
}

/// Comments between two elements: one behind the first stays there, others stand on lines of their own.
fn comments(text: &str, line: &str) -> String {
    let mut comments = String::new();
    for (at, comment) in
        text.split('\n').map(str::trim).enumerate().filter(|(_, comment)| !comment.is_empty())
    {
        comments += if at == 0 { "  " } else { line };
        comments += comment;
    }
    comments
}

/// Parts arrays of an inline table that does not fit on a line, the longest first, until what is left of the line fits. The
/// table itself has to stay on one.
fn part(table: &mut InlineTable, column: usize, indent: usize) {
    let mut flat = Value::InlineTable(table.clone());
    flatten(&mut flat);
    let mut left = column + shown(&flat).chars().count();
    let mut widths: Vec<(usize, String)> = Vec::new();
    for (key, value) in flat.as_inline_table().into_iter().flat_map(InlineTable::iter) {
        if can_be_parted(value) {
            widths.push((shown(value).chars().count(), key.to_owned()));
        }
    }
    // Of equal ones the first.
    widths.sort_by_key(|(width, _)| std::cmp::Reverse(*width));
    let mut parted = Vec::new();
    for (width, key) in widths {
        if left > WIDTH {
            left -= width.saturating_sub("[]".len());
            parted.push(key);
        }
    }
    table.iter_mut().filter(|(_, value)| !comments_inside(value)).for_each(|(_, value)| flatten(value));
    table.fmt();
    for (key, value) in table.iter_mut() {
        if !parted.iter().any(|parted| parted == key.get()) && !comments_inside(value) {
            continue;
        }
        let decor = value.decor().clone();
        match value {
            Value::Array(array) => fill(array, indent),
            Value::InlineTable(inner) => part(inner, 0, indent),
            _ => {}
        }
        *value.decor_mut() = decor;
    }
}
