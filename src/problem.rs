//! Faults of a pack, as data and as text.
//!
//! In: what load and compile found wrong, each with its place. Out: the rendering that compilers have taught everyone
//! to read: code, message, file, line, column, excerpt with carets, help. A pack with five faults has five problems.

use std::{fmt, ops::Range, sync::Arc};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// What kind of fault it is. The kebab-case name is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// A file or folder of the pack cannot be read.
    Unreadable,
    /// A file is not UTF-8.
    NotUtf8,
    /// A file is not valid TOML.
    Syntax,
    /// No manifest, no lane or no rule.
    EmptyPack,
    /// The manifest asks for a schema number that this program does not know.
    UnsupportedSchema,
    /// A key that has no meaning at its place.
    UnknownKey,
    /// A required key is not there.
    MissingKey,
    /// A value of another type than the key takes.
    WrongType,
    /// Two entries with the same id, or two files that both carry the manifest.
    DuplicateId,
    /// An id that is not kebab-case.
    BadId,
    /// A reference to a target that the pack does not have.
    UnknownId,
    /// A reference to a list that the pack does not have.
    UnknownList,
    /// A list that contains itself.
    ListCycle,
    /// A number outside its range.
    BadNumber,
    /// A rule that can never fire, since it has no condition.
    NoCondition,
    /// A rule that speaks for nothing.
    NoTarget,
    /// A phrase, pattern or group without a word in it.
    EmptyPhrase,
    /// A phrase that no text can match.
    UnmatchablePhrase,
    /// A phrase whose lists multiply to too many forms.
    TooManyForms,
    /// A regex that does not parse.
    BadPattern,
    /// A regex that is too large to compile.
    PatternTooLarge,
    /// A regex that matches the empty string, and so everything.
    PatternMatchesEmpty,
    /// An example that does not make its rule fire.
    ExampleMisses,
    /// A counterexample that makes its rule fire.
    CounterexampleFires,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 24] = [
        Self::Unreadable,
        Self::NotUtf8,
        Self::Syntax,
        Self::EmptyPack,
        Self::UnsupportedSchema,
        Self::UnknownKey,
        Self::MissingKey,
        Self::WrongType,
        Self::DuplicateId,
        Self::BadId,
        Self::UnknownId,
        Self::UnknownList,
        Self::ListCycle,
        Self::BadNumber,
        Self::NoCondition,
        Self::NoTarget,
        Self::EmptyPhrase,
        Self::UnmatchablePhrase,
        Self::TooManyForms,
        Self::BadPattern,
        Self::PatternTooLarge,
        Self::PatternMatchesEmpty,
        Self::ExampleMisses,
        Self::CounterexampleFires,
    ];

    /// The stable name, in kebab-case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotUtf8 => "not-utf8",
            Self::Syntax => "syntax",
            Self::EmptyPack => "empty-pack",
            Self::UnsupportedSchema => "unsupported-schema",
            Self::UnknownKey => "unknown-key",
            Self::MissingKey => "missing-key",
            Self::WrongType => "wrong-type",
            Self::DuplicateId => "duplicate-id",
            Self::BadId => "bad-id",
            Self::UnknownId => "unknown-id",
            Self::UnknownList => "unknown-list",
            Self::ListCycle => "list-cycle",
            Self::BadNumber => "bad-number",
            Self::NoCondition => "no-condition",
            Self::NoTarget => "no-target",
            Self::EmptyPhrase => "empty-phrase",
            Self::UnmatchablePhrase => "unmatchable-phrase",
            Self::TooManyForms => "too-many-forms",
            Self::BadPattern => "bad-pattern",
            Self::PatternTooLarge => "pattern-too-large",
            Self::PatternMatchesEmpty => "pattern-matches-empty",
            Self::ExampleMisses => "example-misses",
            Self::CounterexampleFires => "counterexample-fires",
        }
    }
}

/// A file of a pack, shared by the places in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The name to show, as it was given.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// Line and column of a byte offset, both from 1; the column counts characters.
    #[must_use]
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

/// Where something is written: a file and a byte range in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub source: Arc<Source>,
    /// The bytes.
    pub span: Range<usize>,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which kind.
    pub code: Code,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// Where; a fault of the pack as a whole has no place.
    pub place: Option<Place>,
    /// What the marked text is, shown beside the carets.
    pub label: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Problem {
    /// A fault without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), place: None, label: String::new(), help: None }
    }

    /// The same at a place.
    #[must_use]
    pub fn at(mut self, source: &Arc<Source>, span: Range<usize>) -> Self {
        self.place = Some(Place { source: Arc::clone(source), span });
        self
    }

    /// The same with words beside the carets.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same with a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn render(&self, renderer: &Renderer) -> String {
        let title = Level::ERROR.primary_title(self.message.as_str()).id(self.code.name());
        let mut group = Group::with_title(title);
        if let Some(place) = &self.place {
            let mut annotation = AnnotationKind::Primary.span(place.span.clone());
            if !self.label.is_empty() {
                annotation = annotation.label(self.label.as_str());
            }
            let source = place.source.text.as_str();
            group = group
                .element(Snippet::source(source).path(place.source.name.as_str()).annotation(annotation));
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
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

    /// The text that people read, with colour when asked.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        self.0.iter().map(|p| p.render(&renderer) + "\n\n").collect()
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
