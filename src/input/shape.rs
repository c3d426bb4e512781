//! The shapes that questions have in JSON: an object to a question.
//!
//! In: a JSON object, and what the bank calls its fields where that is not usual. Out: id, stem and options. Decided:
//!
//! - Names count without regard to case, spaces, `_` and `-`. The first of [`STEMS`] that has a text is the stem, the
//!   first of [`OPTIONS`] that fits has the options; else fields `A`, `B`, … or `option 1`, `choice_b`, … are them.
//! - `answers` are options unless they are a key: single letters, or only texts that are marked as right.
//! - Texts in HTML are read as a browser shows them. Nothing else of the object is looked at: neither what is right nor why.

use serde_json::{Map, Value};

use super::{
    Fields, html,
    lettered::{lettered, option_places},
};

/// Names of the stem, the surest first.
pub(super) const STEMS: [&str; 13] = [
    "stem",
    "questiontext",
    "questionstem",
    "questionbody",
    "prompt",
    "question",
    "problem",
    "front",
    "text",
    "body",
    "content",
    "q",
    "title",
];
/// Names that are a stem only where a question is expected, since other things have them too.
pub(super) const WEAK_STEMS: [&str; 7] = ["problem", "front", "text", "body", "content", "q", "title"];
/// Names of a field that has all options, the surest first.
pub(super) const OPTIONS: [&str; 8] = [
    "options",
    "choices",
    "alternatives",
    "answeroptions",
    "answerchoices",
    "possibleanswers",
    "multiplechoiceoptions",
    "answers",
];
/// Names of the id, the surest first.
pub(super) const IDS: [&str; 9] =
    ["id", "idnumber", "uid", "guid", "uuid", "questionid", "qid", "number", "questionnumber"];
/// Names of the text in an object that is an option or a stem.
const TEXTS: [&str; 10] =
    ["text", "content", "body", "html", "value", "option", "choice", "answertext", "answer", "label"];
/// Names of the letter in an object that is an option.
const LETTERS: [&str; 6] = ["letter", "key", "label", "id", "identifier", "ident"];

/// A question as it is in a bank.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Shaped {
    pub(super) id: Option<String>,
    pub(super) stem: String,
    /// Letter and text.
    pub(super) options: Vec<(String, String)>,
}

/// The question that an object is.
///
/// # Errors
///
/// What it lacks, and what to write instead.
pub(super) fn question(object: &Map<String, Value>, fields: &Fields) -> Result<Shaped, String> {
    let id = match &fields.id {
        Some(name) => member(object, name),
        None => first(object, &IDS, |value| scalar(value).is_some()),
    };
    let stem = match &fields.stem {
        Some(name) => member(object, name),
        None => first(object, &STEMS, |value| text_of(value).is_some_and(|text| !text.trim().is_empty())),
    };
    let Some(stem_value) = stem else { return Err(no_stem(object, fields)) };
    let stem = text_of(stem_value)
        .ok_or_else(|| format!("the question should be a text, found {}", kind(stem_value)))?;
    let mut options = options(object, fields)?;
    if let (true, Value::Object(inner)) = (options.is_empty(), stem_value) {
        options = self::options(inner, fields)?;
    }
    Ok(Shaped { id: id.and_then(scalar), stem, options })
}

fn no_stem(object: &Map<String, Value>, fields: &Fields) -> String {
    let keys: Vec<_> = object.keys().take(12).map(|key| format!("`{key}`")).collect();
    let keys = if keys.is_empty() {
        "it has no fields".to_owned()
    } else {
        format!("its fields are {}", keys.join(", "))
    };
    match &fields.stem {
        Some(name) => format!("there is no field `{name}` for the question; {keys}"),
        None => format!("no field holds the question; {keys}; name it with `--map stem=FIELD`"),
    }
}

/// Whether an object is a question, by the names that it has. Where a question is `expected`, weaker names do.
pub(super) fn is_question(object: &Map<String, Value>, fields: &Fields, expected: bool) -> bool {
    if let Some(name) = &fields.stem {
        return member(object, name).is_some();
    }
    let has_text = |value: &Value| text_of(value).is_some();
    let (weak, strong): (Vec<_>, Vec<_>) = STEMS.into_iter().partition(|name| WEAK_STEMS.contains(name));
    // Options that cannot be read are options all the same.
    let has_options = options(object, fields).map_or(true, |options| options.len() > 1);
    let has_weak = first(object, &weak, has_text).is_some();
    first(object, &strong, has_text).is_some()
        || has_options && (expected || has_weak)
        || expected && has_weak
}

/// A name without case, spaces and punctuation. What Kahoot and others put behind a dash or in brackets goes too.
pub(super) fn plain_name(name: &str) -> String {
    let name = name.split(" - ").next().unwrap_or(name);
    let name = name.split('(').next().unwrap_or(name);
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A text as a reader sees it: out of HTML if it is HTML, else as it is.
pub(super) fn seen(text: &str) -> String {
    if is_html(text) { html::text(text) } else { text.to_owned() }
}

/// Whether a text has a closing tag, a paragraph, a line break or a character reference in it.
fn is_html(text: &str) -> bool {
    let tag = |rest: &str| {
        let lower: String = rest.chars().take(3).flat_map(char::to_lowercase).collect();
        lower.starts_with("p>")
            || lower.starts_with("p ")
            || lower.starts_with("br")
            || rest.strip_prefix('/').is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    let reference = |rest: &str| {
        let name = rest.split(';').next().unwrap_or_default();
        let named = name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let numbered = name
            .strip_prefix('#')
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_alphanumeric()));
        name.len() < rest.len() && name.len() < 12 && (named || numbered)
    };
    text.match_indices('<').any(|(at, _)| tag(&text[at + 1..]))
        || text.match_indices('&').any(|(at, _)| reference(&text[at + 1..]))
}

/// The member with a name, as written or at least without regard to case and punctuation.
pub(super) fn member<'o>(object: &'o Map<String, Value>, name: &str) -> Option<&'o Value> {
    let alike = || object.iter().find(|(key, _)| plain_name(key) == plain_name(name)).map(|(_, value)| value);
    object.get(name).or_else(alike).filter(|value| !value.is_null())
}

/// The member with the first of these names that fits.
fn first<'o>(
    object: &'o Map<String, Value>,
    names: &[&str],
    fits: impl Fn(&Value) -> bool,
) -> Option<&'o Value> {
    names.iter().find_map(|name| {
        object.iter().find(|(key, value)| plain_name(key) == *name && fits(value)).map(|(_, value)| value)
    })
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The text of a stem or an option: a text, a list of its lines, or an object that has one.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(seen(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(if *truth { "True" } else { "False" }.to_owned()),
        Value::Array(lines) if !lines.is_empty() => {
            let lines: Option<Vec<_>> = lines.iter().map(Value::as_str).collect();
            lines.map(|lines| seen(&lines.join("\n")))
        }
        Value::Object(object) => {
            let plain = |value: &Value| {
                !value.is_object() && text_of(value).is_some_and(|text| !text.trim().is_empty())
            };
            first(object, &TEXTS, plain).and_then(text_of)
        }
        _ => None,
    }
}

/// The options of a question.
pub(super) fn options(object: &Map<String, Value>, fields: &Fields) -> Result<Vec<(String, String)>, String> {
    match &fields.options[..] {
        [] => {}
        [name] => return member(object, name).map_or(Ok(Vec::new()), |value| choices(name, value)),
        names => {
            let texts = names.iter().filter_map(|name| member(object, name).and_then(text_of));
            return Ok(lettered(texts.collect()));
        }
    }
    for name in OPTIONS {
        let Some((key, value)) =
            object.iter().find(|(key, value)| plain_name(key) == name && !value.is_null())
        else {
            continue;
        };
        if name != "answers" || !is_key(value) {
            return choices(key, value);
        }
    }
    let names: Vec<_> = object.iter().filter(|(_, value)| !value.is_null()).collect();
    let places = option_places(names.iter().map(|(key, _)| key.as_str()));
    Ok(places.into_iter().filter_map(|(letter, at)| Some((letter, text_of(names[at].1)?))).collect())
}

/// Whether `answers` say what is right, instead of what there is to choose from.
fn is_key(answers: &Value) -> bool {
    let is_letter = |value: &Value| text_of(value).is_none_or(|text| text.trim().chars().count() < 2);
    let is_wrong = |object: &Map<String, Value>| {
        object
            .iter()
            .any(|(_, value)| value == &Value::Bool(false) || value.as_f64().is_some_and(|n| n <= 0.0))
    };
    match answers {
        Value::Array(list) if list.len() < 2 => true,
        Value::Array(list) => match list.iter().map(Value::as_object).collect::<Option<Vec<_>>>() {
            Some(objects) => {
                let marked =
                    |object: &&Map<String, Value>| object.values().any(|v| v.is_boolean() || v.is_number());
                objects.iter().any(marked) && !objects.into_iter().any(is_wrong)
            }
            None => list.iter().all(is_letter) && !list.iter().all(Value::is_number),
        },
        Value::Object(_) => false,
        _ => true,
    }
}

/// Options in one field: a list of texts or objects, letters and texts, or a text with one a line.
fn choices(name: &str, value: &Value) -> Result<Vec<(String, String)>, String> {
    let fault = |what: &str, value: &Value| format!("{what} should be a text, found {}", kind(value));
    match value {
        Value::Array(list) => {
            let mut texts = Vec::with_capacity(list.len());
            let mut letters = Vec::new();
            for (place, value) in list.iter().enumerate() {
                let text = text_of(value);
                texts.push(text.ok_or_else(|| fault(&format!("option {} of `{name}`", place + 1), value))?);
                letters.extend(own_letter(value));
            }
            let keyed = letters.len() == texts.len();
            Ok(if keyed { letters.into_iter().zip(texts).collect() } else { lettered(texts) })
        }
        Value::Object(object) => {
            let mut options = Vec::with_capacity(object.len());
            for (key, value) in object {
                let text =
                    text_of(value).ok_or_else(|| fault(&format!("option `{key}` of `{name}`"), value))?;
                options.push((key.clone(), text));
            }
            // A map is sorted as text; `10` comes behind `9`.
            options.sort_by_key(|(key, _)| key.parse::<u64>().unwrap_or(0));
            Ok(options)
        }
        Value::String(text) => Ok(lettered(pieces(text))),
        _ => Err(format!("`{name}` should be a list of texts or letters with texts, found {}", kind(value))),
    }
}

/// The letter that an option names itself with.
fn own_letter(option: &Value) -> Option<String> {
    let object = option.as_object()?;
    let short = |value: &Value| value.as_str().is_some_and(|text| (1..=2).contains(&text.trim().len()));
    first(object, &LETTERS, short).and_then(scalar)
}

/// Options written into one text: one a line, or apart by `|` or `;`.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let text = seen(text);
    let mark = ['\n', '|', ';'].into_iter().find(|mark| text.trim().contains(*mark)).unwrap_or('\n');
    let pieces = text.split(mark).map(str::trim).filter(|piece| !piece.is_empty());
    pieces.map(str::to_owned).collect()
}

/// What a value is, in words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shaped(json: &str, fields: &Fields) -> Result<(Option<String>, String, Vec<String>), String> {
        let object: Map<String, Value> = serde_json::from_str(json).expect("it is an object");
        let keyed = |(key, text): (String, String)| format!("{key} {text}");
        question(&object, fields).map(|q| (q.id, q.stem, q.options.into_iter().map(keyed).collect()))
    }

    #[test]
    fn questions_have_many_shapes() {
        for (json, id, options) in [
            (r#"{"id": 7, "stem": "S?", "options": {"B": "y", "A": "x"}}"#, Some("7"), &["A x", "B y"][..]),
            (
                r#"{"uid": "q", "Question Text": "<p>S?</p>", "choices": ["x", "y"]}"#,
                Some("q"),
                &["A x", "B y"],
            ),
            (r#"{"question": "S?", "options": ["A. x", "B. y"], "answer": "A"}"#, None, &["A x", "B y"]),
            (r#"{"prompt": "S?", "A": "x", "B": "y", "C": null, "correct": "B"}"#, None, &["A x", "B y"]),
            (r#"{"text": "S?", "option_1": "x", "option_2": 2}"#, None, &["A x", "B 2"]),
            (
                r#"{"body": "S?", "answers": [{"text": "x", "fraction": 100, "feedback": "f"}, {"text": "y", "fraction": 0}]}"#,
                None,
                &["A x", "B y"],
            ),
            (r#"{"question": "S?", "alternatives": [{"label": "a", "text": "x"}]}"#, None, &["a x"]),
            (r#"{"question": {"text": "S?", "choices": ["x", "y"]}}"#, None, &["A x", "B y"]),
            (r#"{"stem": ["S?"], "options": "x | y"}"#, None, &["A x", "B y"]),
            // What is right is no option.
            (r#"{"question": "S?", "answers": ["B", "C"]}"#, None, &[]),
            (r#"{"question": "S?", "answers": ["drift"]}"#, None, &[]),
            (
                r#"{"question": "S?", "answers": [{"text": "x", "fraction": 100}, {"text": "y", "fraction": 100}]}"#,
                None,
                &[],
            ),
            (r#"{"q": "S?", "a": "drift"}"#, None, &[]),
        ] {
            let options = options.iter().map(|&option| option.to_owned()).collect();
            let expected = (id.map(str::to_owned), "S?".to_owned(), options);
            assert_eq!(shaped(json, &Fields::default()), Ok(expected), "{json}");
        }
    }

    #[test]
    fn a_bank_may_name_its_fields() {
        let json = r#"{"frage": "S?", "text": "no", "nr": "7", "x1": "x", "x2": "y"}"#;
        let name = |name: &str| Some(name.to_owned());
        let options = vec!["x1".to_owned(), "x2".to_owned()];
        let fields = Fields { id: name("nr"), stem: name("Frage"), options };
        let expected = (name("7"), "S?".to_owned(), vec!["A x".to_owned(), "B y".to_owned()]);
        assert_eq!(shaped(json, &fields), Ok(expected));
        assert!(shaped(r#"{"stem": "S?"}"#, &fields).is_err());
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (json, message) in [
            (
                r#"{"a": 1, "b": 2}"#,
                "no field holds the question; its fields are `a`, `b`; name it with `--map stem=FIELD`",
            ),
            (
                r#"{"stem": "S?", "options": 3}"#,
                "`options` should be a list of texts or letters with texts, found a number",
            ),
            (
                r#"{"stem": "S?", "options": ["x", null]}"#,
                "option 2 of `options` should be a text, found null",
            ),
            (
                r#"{"stem": "S?", "options": {"A": [1]}}"#,
                "option `A` of `options` should be a text, found a list",
            ),
        ] {
            assert_eq!(shaped(json, &Fields::default()).expect_err(json), message);
        }
    }

    #[test]
    fn html_is_told_from_text_with_angles() {
        for text in ["<p>a", "a</b>", "a<br>b", "a &lt; b", "&#8217;", "<BR/>"] {
            assert!(is_html(text), "{text}");
        }
        for text in ["a < b & c", "R&D; yes", "x <y> z", "a &&b; c", "1 </ 2", "& more; of"] {
            assert!(!is_html(text), "{text}");
        }
    }
}
