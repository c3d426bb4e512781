//! The kinds of perturbations.

use std::str::FromStr;

/// What is changed in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Letter case of words.
    Case,
    /// Number of nouns, where pack or cases know both forms.
    Plural,
    /// Hyphens, spaces and nothing between the words of a phrase.
    Hyphens,
    /// Typographic and plain quotes.
    Quotes,
    /// Hyphens and dashes.
    Dashes,
    /// Non-breaking, narrow and double spaces.
    Spaces,
    /// Line breaks inside phrases, and lines of a fixed width.
    Wraps,
    /// Markers of lists and quotations in front of the text.
    Markers,
    /// Stem and options of a bank pasted as one text.
    Paste,
    /// Order of the options.
    Order,
    /// Letters, numbers and bullets in front of the options.
    Letters,
    /// An answer key and an explanation behind the question.
    Key,
    /// Counters, timers, votes and buttons of the page around the question.
    Furniture,
}

impl Kind {
    /// All, in the order of reports.
    pub const ALL: [Self; 13] = [
        Self::Case,
        Self::Plural,
        Self::Hyphens,
        Self::Quotes,
        Self::Dashes,
        Self::Spaces,
        Self::Wraps,
        Self::Markers,
        Self::Paste,
        Self::Order,
        Self::Letters,
        Self::Key,
        Self::Furniture,
    ];

    /// The word for it on the command line and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Plural => "plural",
            Self::Hyphens => "hyphens",
            Self::Quotes => "quotes",
            Self::Dashes => "dashes",
            Self::Spaces => "spaces",
            Self::Wraps => "wraps",
            Self::Markers => "markers",
            Self::Paste => "paste",
            Self::Order => "order",
            Self::Letters => "letters",
            Self::Key => "key",
            Self::Furniture => "furniture",
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.into_iter().map(Self::name).collect();
            format!("`{name}` is no kind of perturbation; they are {}", names.join(", "))
        })
    }
}
