//! The codes of what checks find: stable names, how much each matters, and what each means.
//!
//! One list for all commands, so that a code means one thing, `explain` and SARIF say the same of it, and a code that is
//! added here is known everywhere.

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Likely wrong.
    Warning,
    /// Wrong.
    Error,
}

impl Level {
    /// The word for it in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a code is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// A pack that cannot be used: found by loading, compiling and running its examples.
    Pack,
    /// An answer that is not what a bank or a baseline says.
    Answer,
    /// A figure that does not reach what was asked for.
    Gate,
}

/// `Variant "name" Family Level, // what it means` for each code, in the order of [`Code::ALL`].
macro_rules! codes {
    ($($(#[doc = $about:literal])+ $variant:ident $name:literal $family:ident $level:ident,)+) => {
        /// What kind of finding it is. The kebab-case name is stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $about])+ $variant,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name, in kebab-case.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it means, in a sentence or two.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Self::$variant => concat!($($about),+).trim_ascii(),)+ }
            }

            /// What it is about.
            #[must_use]
            pub fn family(self) -> Family {
                match self { $(Self::$variant => Family::$family,)+ }
            }

            /// How much it matters, unless a finding says otherwise.
            #[must_use]
            pub fn level(self) -> Level {
                match self { $(Self::$variant => Level::$level,)+ }
            }
        }
    };
}

codes! {
    /// A file or folder of the pack cannot be read.
    Unreadable "unreadable" Pack Error,
    /// A file is not UTF-8.
    NotUtf8 "not-utf8" Pack Error,
    /// A file is not valid TOML.
    Syntax "syntax" Pack Error,
    /// No manifest, no lane or no rule.
    EmptyPack "empty-pack" Pack Error,
    /// The manifest asks for a schema number that this program does not know.
    UnsupportedSchema "unsupported-schema" Pack Error,
    /// A key that has no meaning at its place.
    UnknownKey "unknown-key" Pack Error,
    /// A required key is not there.
    MissingKey "missing-key" Pack Error,
    /// A value of another type than the key takes.
    WrongType "wrong-type" Pack Error,
    /// Two entries with the same id, or two files that both carry the manifest.
    DuplicateId "duplicate-id" Pack Error,
    /// An id that is not kebab-case.
    BadId "bad-id" Pack Error,
    /// A reference to a target that the pack does not have.
    UnknownId "unknown-id" Pack Error,
    /// A reference to a list that the pack does not have.
    UnknownList "unknown-list" Pack Error,
    /// A list that contains itself.
    ListCycle "list-cycle" Pack Error,
    /// A number outside its range.
    BadNumber "bad-number" Pack Error,
    /// A rule that can never fire, since it has no condition.
    NoCondition "no-condition" Pack Error,
    /// A rule that speaks for nothing.
    NoTarget "no-target" Pack Error,
    /// A phrase, pattern or group without a word in it.
    EmptyPhrase "empty-phrase" Pack Error,
    /// A phrase that no text can match.
    UnmatchablePhrase "unmatchable-phrase" Pack Error,
    /// A phrase whose lists multiply to too many forms.
    TooManyForms "too-many-forms" Pack Error,
    /// A regex that does not parse.
    BadPattern "bad-pattern" Pack Error,
    /// A regex that is too large to compile.
    PatternTooLarge "pattern-too-large" Pack Error,
    /// A regex that matches the empty string, and so everything.
    PatternMatchesEmpty "pattern-matches-empty" Pack Error,
    /// An example that does not make its rule fire.
    ExampleMisses "example-misses" Pack Error,
    /// A counterexample that makes its rule fire.
    CounterexampleFires "counterexample-fires" Pack Error,
    /// The lane of an answer is not what the bank says.
    WrongLane "wrong-lane" Answer Warning,
    /// The lane of an answer is right, the instinct is not what the bank says.
    WrongInstinct "wrong-instinct" Answer Warning,
    /// The lane of an answer is right, the step to verify next is not what the bank says.
    WrongVerify "wrong-verify" Answer Warning,
    /// An answer that was right is wrong.
    AnswerLost "answer-lost" Answer Warning,
    /// An answer that was wrong is right.
    AnswerGained "answer-gained" Answer Note,
    /// An answer is another than before, as wrong or right as before, or of a question without labels.
    AnswerChanged "answer-changed" Answer Note,
    /// A figure does not reach what was asked for.
    GateMissed "gate-missed" Gate Error,
}
