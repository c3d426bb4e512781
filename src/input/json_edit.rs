//! Places in JSON texts, and our field written into an object without touching anything else.
//!
//! In: a text that serde_json has found to be JSON, or to begin as JSON does, and the range of an object in it. Out: its
//! members with their places, and the edits that put `"firstlane": {"lane": …}` last in it, in the way the object itself is
//! written: on one line or indented, with or without spaces. A field that already says the same stays as it is, however it
//! is written.

use std::ops::Range;

use serde_json::{Map, Value};

use super::document::{PREFIX, Tag};

/// A member of an object: where its key stands, quotes included, and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

impl Member {
    /// Whether it has this key, written without escapes.
    pub(super) fn is(&self, text: &str, key: &str) -> bool {
        text.get(self.key.start + 1..self.key.end.saturating_sub(1)) == Some(key)
    }
}

/// The members of the object at a range.
pub(super) fn members(text: &str, object: &Range<usize>) -> Vec<Member> {
    let mut members = Vec::new();
    let mut at = after_space(text, object.start + 1);
    while text.as_bytes().get(at) == Some(&b'"') {
        let key = at..value_end(text, at);
        let colon = after_space(text, key.end);
        let start = after_space(text, colon + 1);
        if start >= text.len() {
            break;
        }
        let value = start..value_end(text, start);
        at = after_comma(text, value.end);
        members.push(Member { key, value });
    }
    members
}

/// The items of the list at a range.
pub(super) fn items(text: &str, list: &Range<usize>) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let mut at = after_space(text, list.start + 1);
    while at < list.end.saturating_sub(1) {
        let item = at..value_end(text, at);
        at = after_comma(text, item.end);
        items.push(item);
    }
    items
}

fn after_space(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len()
}

fn after_comma(text: &str, at: usize) -> usize {
    let at = after_space(text, at);
    if text.as_bytes().get(at) == Some(&b',') { after_space(text, at + 1) } else { at }
}

/// The end of the value that begins at an offset; always behind it.
fn value_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (start, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = string_end(bytes, at),
            b'{' | b'[' => (at, depth) = (at + 1, depth + 1),
            b'}' | b']' if depth == 0 => break,
            b'}' | b']' => (at, depth) = (at + 1, depth - 1),
            b',' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => break,
            _ => {
                at += 1;
                continue;
            }
        }
        if depth == 0 {
            break;
        }
    }
    at.max(start + 1).min(bytes.len())
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// How an object is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Style {
    /// Between two members behind the comma, and between the brace and the first: a space, or a line break and indentation.
    gap: String,
    /// Between the last member and the brace.
    last: String,
    colon: String,
    /// Whether an object inside it is on one line.
    inline: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { gap: " ".to_owned(), last: String::new(), colon: ": ".to_owned(), inline: true }
    }
}

impl Style {
    /// How the object at a range is written; none if it is empty.
    pub(super) fn of(text: &str, object: &Range<usize>, members: &[Member]) -> Option<Self> {
        let last = members.last()?;
        let written = match members {
            [.., before, _] => &text[before.value.end..last.key.start],
            _ => &text[object.start..last.key.start],
        };
        let colon = text[last.key.end..last.value.start].to_owned();
        let gap = match written.find(['\r', '\n']) {
            Some(line_end) => &written[line_end..],
            None if members.len() > 1 => written.rsplit_once(',').map_or("", |(_, gap)| gap),
            None if colon == ":" => "",
            None => " ",
        };
        let gap = gap.to_owned();
        let nested = |member: &Member| {
            let value = &text[member.value.clone()];
            value.len() > 2 && value.starts_with(['{', '['])
        };
        let spread = |member: &Member| text[member.value.clone()].contains('\n');
        let inline = !gap.contains('\n') || members.iter().any(|m| nested(m) && !spread(m));
        let end = &text[last.value.end..object.end.saturating_sub(1)];
        let last = if gap.contains('\n') { end.to_owned() } else { String::new() };
        Some(Self { gap, last, colon, inline })
    }

    /// How an object that is a member of this one is written.
    pub(super) fn inner(&self) -> Self {
        if self.inline {
            let gap = if self.colon == ":" { "" } else { " " };
            return Self { gap: gap.to_owned(), last: String::new(), ..self.clone() };
        }
        let unit = self.gap.strip_prefix(self.last.as_str()).unwrap_or("  ").trim_start_matches(['\r', '\n']);
        Self { gap: format!("{}{unit}", self.gap), last: self.gap.clone(), ..self.clone() }
    }

    /// Members as an object in this style.
    fn object(&self, members: &[String]) -> String {
        let first = if self.gap.contains('\n') { self.gap.as_str() } else { "" };
        format!("{{{first}{}{}}}", members.join(&format!(",{}", self.gap)), self.last)
    }

    /// The member of this object that holds tags.
    fn field(&self, tags: &[Tag]) -> String {
        let member = |key: &str, value: String| format!("\"{key}\"{}{value}", self.colon);
        let tags: Vec<_> =
            tags.iter().map(|tag| member(tag.key, Value::from(tag.value.as_str()).to_string())).collect();
        member(PREFIX, self.inner().object(&tags))
    }
}

/// The edits that leave our field in the object at a range, or none of it without tags. `outer` is how an empty object is
/// written.
pub(super) fn edits(
    text: &str,
    object: &Range<usize>,
    outer: &Style,
    tags: &[Tag],
) -> Vec<(Range<usize>, String)> {
    let members = members(text, object);
    let (old, others): (Vec<_>, Vec<_>) = members.iter().cloned().partition(|member| member.is(text, PREFIX));
    if says(text, &old, tags) {
        return Vec::new();
    }
    let Some(last) = others.last() else {
        let inside = object.start + 1..object.end - 1;
        let style = Style::of(text, object, &members).unwrap_or_else(|| outer.clone());
        let all = if tags.is_empty() { "{}".to_owned() } else { style.object(&[style.field(tags)]) };
        return vec![(inside, all[1..all.len() - 1].to_owned())];
    };
    let mut edits = removed(&members, &old);
    if !tags.is_empty() {
        let style = Style::of(text, object, &others).unwrap_or_else(|| outer.clone());
        let at = last.value.end;
        edits.push((at..at, format!(",{}{}", style.gap, style.field(tags))));
    }
    edits
}

/// Whether the fields of an earlier run say the same as the tags.
fn says(text: &str, old: &[Member], tags: &[Tag]) -> bool {
    match old {
        [] => tags.is_empty(),
        [field] => {
            let new: Map<String, Value> =
                tags.iter().map(|tag| (tag.key.to_owned(), tag.value.as_str().into())).collect();
            !tags.is_empty()
                && serde_json::from_str(&text[field.value.clone()])
                    .is_ok_and(|old: Value| old == Value::from(new))
        }
        _ => false,
    }
}

/// The edits that take members out, each with one comma. One other member at least is left.
fn removed(members: &[Member], old: &[Member]) -> Vec<(Range<usize>, String)> {
    let is_old = |member: &Member| old.contains(member);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut kept: Option<&Member> = None;
    for (at, member) in members.iter().enumerate() {
        if !is_old(member) {
            kept = Some(member);
            continue;
        }
        let before = if at == 0 { None } else { members.get(at - 1) };
        let range = match (kept, before, members.get(at + 1)) {
            (Some(_), Some(before), _) => before.value.end..member.value.end,
            (_, _, Some(next)) => member.key.start..next.key.start,
            _ => member.key.start..member.value.end,
        };
        edits.push((range, String::new()));
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::document::edited;

    fn tags(values: &[(&'static str, &str)]) -> Vec<Tag> {
        values.iter().map(|(key, value)| Tag { key, value: (*value).to_owned() }).collect()
    }

    fn tagged(text: &str, values: &[(&'static str, &str)]) -> String {
        edited(text, edits(text, &(0..text.len()), &Style::default(), &tags(values)))
    }

    #[test]
    fn the_field_is_written_as_the_object_is() {
        for (before, after) in [
            ("{}", r#"{"firstlane": {"lane": "x", "verify": "y"}}"#),
            (r#"{"a":1}"#, r#"{"a":1,"firstlane":{"lane":"x","verify":"y"}}"#),
            (r#"{"a":1,"b":"}"}"#, r#"{"a":1,"b":"}","firstlane":{"lane":"x","verify":"y"}}"#),
            (r#"{ "a": 1, "b": [2] }"#, r#"{ "a": 1, "b": [2], "firstlane": {"lane": "x", "verify": "y"} }"#),
            (
                "{\n  \"a\": 1\n}",
                "{\n  \"a\": 1,\n  \"firstlane\": {\n    \"lane\": \"x\",\n    \"verify\": \"y\"\n  }\n}",
            ),
            (
                "{\r\n\t\"a\": [1, 2],\r\n\t\"b\": \"\\\"\"\r\n}",
                "{\r\n\t\"a\": [1, 2],\r\n\t\"b\": \"\\\"\",\r\n\t\"firstlane\": {\"lane\": \"x\", \"verify\": \"y\"}\r\n}",
            ),
        ] {
            let values = [("lane", "x"), ("verify", "y")];
            let once = tagged(before, &values);
            assert_eq!(once, after);
            assert_eq!(tagged(&once, &values), after, "twice");
            assert_eq!(tagged(&once, &[]), before, "and out again");
        }
    }

    #[test]
    fn a_field_of_an_earlier_run_goes_wherever_it_stands() {
        let new = [("lane", "y")];
        for (before, after) in [
            (r#"{"firstlane": {"lane": "x"}, "a": 1}"#, r#"{"a": 1, "firstlane": {"lane": "y"}}"#),
            (r#"{"a": 1, "firstlane": 3, "b": 2}"#, r#"{"a": 1, "b": 2, "firstlane": {"lane": "y"}}"#),
            (r#"{"firstlane": 1, "firstlane": 2, "a": 1}"#, r#"{"a": 1, "firstlane": {"lane": "y"}}"#),
            (r#"{"firstlane": {"lane": "x"}}"#, r#"{"firstlane": {"lane": "y"}}"#),
            (r#"{"a": 1, "firstlane" : { "lane" : "y" }}"#, r#"{"a": 1, "firstlane" : { "lane" : "y" }}"#),
        ] {
            assert_eq!(tagged(before, &new), after);
        }
    }

    #[test]
    fn values_and_items_are_found() {
        let text = r#" [ 1 ,"a]\"" , {"x": [ ]}, [] ]"#;
        let found: Vec<_> = items(text, &(1..text.len())).into_iter().map(|item| &text[item]).collect();
        assert_eq!(found, ["1", r#""a]\"""#, r#"{"x": [ ]}"#, "[]"]);
    }
}
