//! What the columns of a table are, for every format that is one.
//!
//! In: the cells of a header. Out: which column is the stem, the id, an option, or a tag of ours; and rows as questions.
//! The names are those of JSON (see [`shape`]). A column with all options has one a line, or apart by `|` or `;`, or a
//! JSON list.

use serde_json::Value;

use super::{
    Fields,
    document::PREFIX,
    lettered,
    shape::{self, Shaped},
};

/// What our columns are called behind the prefix, in the order in which they are added.
pub(super) const TAG_KEYS: [&str; 4] = ["lane", "instinct", "verify", "status"];

/// Names of columns that banks have beside question and options; with one of them a header is one.
const OTHERS: [&str; 16] = [
    "answer",
    "correct",
    "correctanswer",
    "correctoption",
    "answers",
    "explanation",
    "feedback",
    "rationale",
    "topic",
    "tags",
    "category",
    "difficulty",
    "points",
    "type",
    "domain",
    "back",
];

/// The columns of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) stem: usize,
    id: Option<usize>,
    options: Options,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Options {
    /// All in one column.
    One(usize),
    /// Letter and column of each; there may be none.
    Each(Vec<(String, usize)>),
}

impl Columns {
    /// The columns of a header.
    ///
    /// # Errors
    ///
    /// Which column is missing, and those that there are.
    pub(super) fn of(header: &[&str], fields: &Fields) -> Result<Self, String> {
        let stem = match &fields.stem {
            Some(name) => named(header, name)?,
            None => first(header, &shape::STEMS).ok_or_else(|| {
                format!(
                    "no column is known as the question; the columns are {}; name it with `--map stem=COLUMN`",
                    list(header)
                )
            })?,
        };
        let id = match &fields.id {
            Some(name) => Some(named(header, name)?),
            None => first(header, &shape::IDS).filter(|id| *id != stem),
        };
        Ok(Self { stem, id, options: Options::of(header, fields)? })
    }

    /// Whether a header is beyond doubt that of a bank: a question, and something else that banks have.
    pub(super) fn are_sure(header: &[&str]) -> bool {
        let Ok(columns) = Self::of(header, &Fields::default()) else { return false };
        let other = |(at, name): (usize, &&str)| {
            at != columns.stem
                && (OTHERS.contains(&shape::plain_name(name).as_str()) || tag_key(name).is_some())
        };
        columns.id.is_some()
            || columns.options != Options::Each(Vec::new())
            || header.iter().enumerate().any(other)
    }

    /// The question of a row; none if its stem is blank.
    pub(super) fn question(&self, cells: &[&str]) -> Option<Shaped> {
        let cell = |at: usize| cells.get(at).copied().filter(|cell| !cell.trim().is_empty());
        let stem = shape::seen(cell(self.stem)?);
        let id = self.id.and_then(cell).map(|id| id.trim().to_owned());
        let options = match &self.options {
            Options::One(at) => cell(*at).map(split).unwrap_or_default(),
            Options::Each(places) => {
                let texts = places.iter().filter_map(|(letter, at)| Some((letter, shape::seen(cell(*at)?))));
                let (letters, texts): (Vec<_>, Vec<_>) = texts.unzip();
                let bare = lettered::lettered(texts).into_iter().map(|(_, text)| text);
                letters.into_iter().cloned().zip(bare).collect()
            }
        };
        Some(Shaped { id, stem, options })
    }
}

impl Options {
    fn of(header: &[&str], fields: &Fields) -> Result<Self, String> {
        match &fields.options[..] {
            [] => {}
            [name] => return Ok(Self::One(named(header, name)?)),
            names => {
                let places = names.iter().enumerate();
                let places = places.map(|(place, name)| Ok((lettered::letter(place), named(header, name)?)));
                return places.collect::<Result<_, String>>().map(Self::Each);
            }
        }
        // What `answers` are besides options is mostly the key.
        let lists = shape::OPTIONS.into_iter().filter(|name| *name != "answers").collect::<Vec<_>>();
        let each = lettered::option_places(header.iter().copied());
        Ok(match first(header, &lists) {
            Some(at) if each.is_empty() => Self::One(at),
            _ => Self::Each(each),
        })
    }
}

/// Options that are in one cell.
fn split(cell: &str) -> Vec<(String, String)> {
    let object =
        serde_json::from_str::<Value>(cell).ok().filter(|value| value.is_array() || value.is_object());
    let options = object.and_then(|options| {
        let object = [("stem".to_owned(), "-".into()), ("options".to_owned(), options)].into_iter().collect();
        shape::options(&object, &Fields::default()).ok()
    });
    options.unwrap_or_else(|| lettered::lettered(shape::pieces(cell)))
}

/// The key of the tag that a column of ours holds.
pub(super) fn tag_key(name: &str) -> Option<&'static str> {
    let key = name.trim().strip_prefix(PREFIX)?.strip_prefix('_')?;
    TAG_KEYS.into_iter().find(|known| *known == key)
}

/// What the column of a tag is called.
pub(super) fn tag_column(key: &str) -> String {
    format!("{PREFIX}_{key}")
}

fn first(header: &[&str], names: &[&str]) -> Option<usize> {
    let header: Vec<_> = header.iter().map(|name| shape::plain_name(name)).collect();
    names.iter().find_map(|name| header.iter().position(|column| column == name))
}

fn named(header: &[&str], name: &str) -> Result<usize, String> {
    let alike = || header.iter().position(|column| shape::plain_name(column) == shape::plain_name(name));
    let exact = header.iter().position(|column| column.trim() == name);
    exact
        .or_else(alike)
        .ok_or_else(|| format!("there is no column `{name}`; the columns are {}", list(header)))
}

fn list(header: &[&str]) -> String {
    const MOST: usize = 20;
    let short = |name: &&str| format!("`{}`", name.trim().chars().take(40).collect::<String>());
    let named = header.iter().filter(|name| !name.trim().is_empty());
    let mut names: Vec<_> = named.clone().take(MOST).map(short).collect();
    if named.count() > MOST {
        names.push("and more".to_owned());
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_understood() {
        for (header, row, options) in [
            (
                &["ID", "Question", "A", "B", "Answer"][..],
                &["7", "S?", "x", "y", "B"][..],
                &["A x", "B y"][..],
            ),
            (&["question_text", "Option 1", "Option 2", "Option 3"], &["S?", "x", "y", ""], &["A x", "B y"]),
            (
                &[
                    "Question - max 120 characters",
                    "Answer 1 - max 75 characters",
                    "Answer 2 - max 75 characters",
                ],
                &["S?", "x", "y"],
                &["A x", "B y"],
            ),
            (&["Stem", "choices"], &["S?", "A) x\nB) y"], &["A x", "B y"]),
            (&["prompt", "options"], &["S?", "x | y; z"], &["A x", "B y; z"]),
            (&["prompt", "options"], &["S?", r#"{"B": "y", "A": "x"}"#], &["A x", "B y"]),
            (&["front", "back"], &["S?", "the answer"], &[]),
            (&["question", "answers"], &["S?", "B;C"], &[]),
        ] {
            assert!(Columns::are_sure(header), "{header:?}");
            let columns = Columns::of(header, &Fields::default()).expect("it has a stem");
            let shaped = columns.question(row).expect("it has a stem");
            assert_eq!(shaped.stem, "S?");
            let found: Vec<_> = shaped.options.iter().map(|(key, text)| format!("{key} {text}")).collect();
            assert_eq!(found, options, "{header:?}");
        }
        assert!(!Columns::are_sure(&["Question", " a hard one"]));
    }

    #[test]
    fn columns_may_be_named() {
        let header = ["nr", "Frage", "x1", "x2"];
        let fields = |stem: &str, options: &[&str]| Fields {
            id: Some("nr".to_owned()),
            stem: Some(stem.to_owned()),
            options: options.iter().map(|&name| name.to_owned()).collect(),
        };
        let columns = Columns::of(&header, &fields("frage", &["x1", "x2"])).expect("they are there");
        let shaped = columns.question(&["7", "S?", "x", "y"]).expect("it has a stem");
        assert_eq!((shaped.id.as_deref(), shaped.options.len()), (Some("7"), 2));
        let said = Columns::of(&header, &fields("stem", &[])).expect_err("it is not there");
        assert_eq!(said, "there is no column `stem`; the columns are `nr`, `Frage`, `x1`, `x2`");
    }
}
