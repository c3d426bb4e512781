//! What checks find, as data and as text.
//!
//! In: what load, compile, examples, lints and labelled banks found wrong, each with its place. Out: the rendering that
//! compilers have taught everyone to read: level, code, message, file, line, column, excerpt with carets, notes, help.
//! A pack with five faults has five problems. Other formats, and what a whole run found, are in `report`.

mod code;
mod flood;

use std::{fmt, ops::Range, sync::Arc};

use annotate_snippets::{AnnotationKind, Group, Level as Title, Renderer, Snippet};

pub use self::code::{Code, Family, Level};
pub(crate) use self::flood::rendered;

/// A text that places point into: a file, or an extract of one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The name of the file to show, as it was given.
    pub name: String,
    /// Its text, or the extract.
    pub text: String,
    /// The line of the file that an extract comes from, such as the record of a bank whose stem it is. Its bytes and
    /// columns are not those of the file. None for a whole file.
    pub record: Option<usize>,
}

impl Source {
    /// A whole file.
    #[must_use]
    pub fn file(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into(), record: None })
    }

    /// A text that a file holds at a line in some form of its own, such as the stem of a question.
    #[must_use]
    pub fn record(name: impl Into<String>, line: usize, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into(), record: Some(line) })
    }

    /// Line and column of a byte offset in the text, both from 1; the column counts characters.
    #[must_use]
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    /// What to call it in front of an excerpt.
    fn title(&self) -> String {
        self.record.map_or_else(|| self.name.clone(), |line| format!("{}:{line}", self.name))
    }
}

/// Where something is written: a text and a byte range in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The text.
    pub source: Arc<Source>,
    /// The bytes.
    pub span: Range<usize>,
}

impl Place {
    /// What stands there.
    #[must_use]
    pub fn text(&self) -> &str {
        self.source.text.get(self.span.clone()).unwrap_or_default()
    }

    /// The line of the file, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.source.record.unwrap_or_else(|| self.source.line_column(self.span.start).0)
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which kind.
    pub code: Code,
    /// How much it matters.
    pub level: Level,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// The id of the rule, target or question that it is about.
    pub subject: Option<String>,
    /// Where; a fault of the pack as a whole has no place.
    pub place: Option<Place>,
    /// What the marked text is, shown beside the carets.
    pub label: String,
    /// Other places that belong to it, each with what is there.
    pub related: Vec<(Place, String)>,
    /// What else there is to know, each of one or several lines.
    pub notes: Vec<String>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Problem {
    /// A finding of the level of its code, without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            level: code.level(),
            message: message.into(),
            subject: None,
            place: None,
            label: String::new(),
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// The same at another level.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// The same about a rule, target or question.
    #[must_use]
    pub fn about(mut self, id: impl Into<String>) -> Self {
        self.subject = Some(id.into());
        self
    }

    /// The same at a place.
    #[must_use]
    pub fn at(mut self, source: &Arc<Source>, span: Range<usize>) -> Self {
        self.place = Some(Place { source: Arc::clone(source), span });
        self
    }

    /// The same at a place that is at hand.
    #[must_use]
    pub fn place(mut self, place: &Place) -> Self {
        self.place = Some(place.clone());
        self
    }

    /// The same with words beside the carets.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same with one more place.
    #[must_use]
    pub fn related(mut self, place: &Place, label: impl Into<String>) -> Self {
        self.related.push((place.clone(), label.into()));
        self
    }

    /// The same with one more thing to know.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The same with a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The text that people read.
    #[must_use]
    pub fn render(&self, renderer: &Renderer) -> String {
        let level = match self.level {
            Level::Error => Title::ERROR,
            Level::Warning => Title::WARNING,
            Level::Note => Title::NOTE,
        };
        let mut group = Group::with_title(level.primary_title(self.message.as_str()).id(self.code.name()));
        let mut snippets: Vec<(&Source, Vec<_>)> = Vec::new();
        let primary = self.place.iter().map(|place| (AnnotationKind::Primary, place, &self.label));
        let related = self.related.iter().map(|(place, label)| (AnnotationKind::Context, place, label));
        for (kind, place, label) in primary.chain(related) {
            let mut annotation = kind.span(place.span.clone());
            if !label.is_empty() {
                annotation = annotation.label(label.as_str());
            }
            match snippets.iter_mut().find(|(source, _)| *source == &*place.source) {
                Some((_, annotations)) => annotations.push(annotation),
                None => snippets.push((&place.source, vec![annotation])),
            }
        }
        for (source, annotations) in snippets {
            // A question is read whole.
            let snippet =
                Snippet::source(source.text.as_str()).path(source.title()).fold(source.record.is_none());
            group = group.element(snippet.annotations(annotations));
        }
        for note in &self.notes {
            group = group.element(Title::NOTE.message(note.as_str()));
        }
        if let Some(help) = &self.help {
            group = group.element(Title::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }
}

/// All faults of a pack, in the order of their places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Sorted by file and place; those without a place come first.
    pub(crate) fn sorted(mut self) -> Self {
        self.0.sort_by(|a, b| {
            let key = |p: &Problem| p.place.as_ref().map(|p| (p.source.name.clone(), p.span.start));
            key(a).cmp(&key(b)).then(a.code.cmp(&b.code))
        });
        self
    }

    /// The text that people read, with colour when asked; of very many of one kind the first, and how many more there are.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        rendered(&self.0, &renderer).into_iter().map(|text| text + "\n\n").collect()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Problems {}

/// The known name nearest to an unknown one, if it is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|k| (strsim::jaro_winkler(name, k), k))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, k)| k)
}
