//! The parts of a question.

/// Part of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Zone {
    /// Sentences that tell.
    Story,
    /// The sentence that asks.
    Ask,
    /// An answer option.
    Option,
}

impl Zone {
    /// The word for it in rules and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Story => "story",
            Self::Ask => "ask",
            Self::Option => "option",
        }
    }
}
