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
    /// What the tests of a pack do not reach, or need not say.
    Test,
    /// A figure that does not reach what was asked for.
    Gate,
    /// A sound pack that could be better: found by `lint`.
    Lint,
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
    /// A file or folder of the pack cannot be read. `--rules` takes a folder of TOML files, or one file.
    Unreadable "unreadable" Pack Error,
    /// A file is not UTF-8. The mark shows the first byte that is not.
    NotUtf8 "not-utf8" Pack Error,
    /// A file is not valid TOML.
    Syntax "syntax" Pack Error,
    /// No manifest, no lane or no rule. `firstlane new pack DIR` writes what a pack needs.
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
    /// A reference to a target, or to a rule by its tests, that the pack does not have.
    UnknownId "unknown-id" Pack Error,
    /// A reference to a list that the pack does not have.
    UnknownList "unknown-list" Pack Error,
    /// A list that contains itself.
    ListCycle "list-cycle" Pack Error,
    /// A number outside its range. Points run from -10 to 10 and are never 0; zone factors from 0 to 10, thresholds from 0 to 100.
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
    /// A phrase or regex that stands twice under one key. `--fix` removes the second.
    DuplicatePhrase "duplicate-phrase" Lint Warning,
    /// A phrase whose every spelling another phrase under the same key matches too. Inflections and lists are written
    /// out before phrases are compared. `--fix` removes it, which changes no answer.
    RedundantPhrase "redundant-phrase" Lint Warning,
    /// A phrase that holds a shorter phrase of the same key, which matches wherever it does. The rule fires without
    /// it, in the same questions and as strongly; only the marked text is longer. Remove one of the two: the longer,
    /// or the shorter if it says too little. Under `near` the longer phrase reaches further and is not reported, nor
    /// is one that holds a negation.
    ShadowedPhrase "shadowed-phrase" Lint Warning,
    /// A phrase that is shadowed but where its words are run together. `drift` matches wherever `feature drift` does,
    /// except in `FeatureDrift`, which is one word. If that spelling is meant, show it in an example, and the advice
    /// is gone; else the phrase is shadowed, and can be removed.
    NearlyShadowedPhrase "nearly-shadowed-phrase" Lint Note,
    /// A phrase that holds a phrase of the rule's own `none`, and so can never make the rule fire.
    BlockedPhrase "blocked-phrase" Lint Error,
    /// A phrase that speaks for one lane, while the phrases inside it speak as loudly for another. A question that
    /// says no more than this phrase gets the other lane, or both are equal. Points decide between the two rules, so
    /// give the longer phrase more, name the lane that it speaks against, or keep the shorter out with `none`.
    OtherLaneInside "other-lane-inside" Lint Warning,
    /// A word of a phrase that looks like a misspelling of another word of the pack. It stands in one phrase, and is
    /// a word of several phrases but for two letters that changed places, a letter doubled or not, or, from nine
    /// letters on, any one letter. Slips in the first letter and in endings are not told from words that are right.
    TypoLike "typo-like" Lint Warning,
    /// A phrase with capitals as in a title, spare white space or typographic quotes and dashes. None of these
    /// matters for matching, so one spelling is enough; it makes phrases easy to find and compare. Names of code
    /// (`getStages`, `CREATE MODEL`) keep their capitals. `--fix` writes it the plain way.
    PhraseSpelling "phrase-spelling" Lint Note,
    /// A list that is not in alphabetical order. The order of a list has no meaning, and in alphabetical order one
    /// sees what is there. `--fix` sorts it. A list with a comment in it is left as its author grouped it.
    UnsortedList "unsorted-list" Lint Note,
    /// A list that no phrase uses.
    UnusedList "unused-list" Lint Warning,
    /// A regex that adds nothing to another of the same rule. Every text with a match of the one has a match of the
    /// other, which is proved by walking both as automata. Regexes whose automata would be too large are not
    /// compared.
    CoveredPattern "covered-pattern" Lint Warning,
    /// A regex of which no match need hold a fixed word, so that it runs on every text. Other regexes run only where
    /// one of their words was seen. Say with a word what stands around, or use `words`.
    PatternWithoutLiteral "pattern-without-literal" Lint Warning,
    /// A regex with a gap that can pass over a sentence or more. A gap is a repeated class that holds spaces and
    /// letters, such as `.*` or `[^.]{0,400}`. Without a bound, or with one above 200 characters, it joins words that
    /// have nothing to do with each other, and is slow. Bound it, or say it with `near`.
    WideGap "wide-gap" Lint Warning,
    /// A regex that repeats without bound what itself repeats without bound, with nothing required in between. The
    /// engine here stays linear, but such a regex is slower than it need be, matches more than it seems to, and hangs
    /// other engines. One of the two repetitions is enough, or both need a bound.
    NestedRepetition "nested-repetition" Lint Warning,
    /// A rule without an example, so that nothing shows that it fires.
    NoExample "no-example" Lint Error,
    /// A rule without a counterexample, so that nothing shows where it stays silent. The one worth having uses the
    /// same words in another sense.
    NoCounterexample "no-counterexample" Lint Warning,
    /// A rule without which no answer to a bank would be another; told only with `--bank`. Either no question makes
    /// it fire, or other rules say the same wherever it does: lane, status, instinct, step, pairs and hooks stay as
    /// they are. Such a rule is untested by the bank. Add a question that needs it, or remove the rule.
    NeverDecisive "never-decisive" Lint Note,
    /// Points that can never change an answer. One of: all points that rules and priors can give a target stay below
    /// its threshold; points are taken away from a target that none gives any to; the rule looks only in zones whose
    /// factor is 0.
    IdlePoints "idle-points" Lint Warning,
    /// A rule that gives its most points to two lanes, two instincts or two steps at once. Where it fires alone, both have the
    /// same points, and only the order of the manifest decides. That order is fixed, so the answer is the same every
    /// time, but it is nobody's knowledge. Give one more, or say with a reason that the order is meant. A lane's
    /// prior, which may part instincts, is not taken into account where the rule speaks for no lane.
    Tie "tie" Lint Warning,
    /// A lane that rules speak for and none speaks against. Its words are found in questions of other lanes too. A
    /// rule with negative points for it, on words that show that something else is meant, keeps it from winning
    /// there.
    LaneWithoutCounterEvidence "lane-without-counter-evidence" Lint Warning,
    /// A lane, instinct, checklist step, pair or hook that no rule speaks for. Its row of the source document can
    /// never be the answer.
    TargetWithoutRule "target-without-rule" Lint Error,
    /// Two ids of one kind made of the same words, in another order or number. Nobody remembers which of the two is
    /// which. Say in the id what sets them apart.
    SimilarIds "similar-ids" Lint Warning,
    /// A rule in a file that is named for a lane, and that speaks for other lanes only. Who looks for the rules of a
    /// lane opens its file. Move the rule to the file of the lane it speaks for most.
    MisplacedRule "misplaced-rule" Lint Warning,
    /// An `allow` that no advice needs. What it allowed is mended, or its `of` names something else. Remove it, so
    /// that the next finding is seen.
    UnneededAllow "unneeded-allow" Lint Warning,
    /// An `allow` whose code no advice has.
    UnknownAllow "unknown-allow" Lint Error,
    /// An `allow` whose reason says nothing.
    AllowWithoutReason "allow-without-reason" Lint Error,
    /// The lane of an answer is not what the bank says. Look at the marked words and the rules that they speak through;
    /// `firstlane suggest` looks for phrases that would put it right.
    WrongLane "wrong-lane" Answer Warning,
    /// The lane of an answer is right, the instinct is not what the bank says. Look at the marked words and the rules that
    /// they speak through.
    WrongInstinct "wrong-instinct" Answer Warning,
    /// The lane of an answer is right, the step to verify next is not what the bank says. Look at the marked words and the
    /// rules that they speak through.
    WrongVerify "wrong-verify" Answer Warning,
    /// An answer that was right is wrong. To undo what the note names brings the older answer back; if the change is worth
    /// it, the test of McNemar below says whether it gains more than chance would.
    AnswerLost "answer-lost" Answer Warning,
    /// An answer that was wrong is right.
    AnswerGained "answer-gained" Answer Note,
    /// An answer is another than before, as wrong or right as before, or of a question without labels. Where it is meant,
    /// keep the answers anew (`firstlane diff --save`).
    AnswerChanged "answer-changed" Answer Note,
    /// The baseline is not one of these banks: it lacks questions, has some with another text, or has more. What it lacks is
    /// not compared. Keep the answers anew (`firstlane diff --save`).
    BaselineStale "baseline-stale" Answer Warning,
    /// There is nothing to test: no example, no labelled question, or none that was chosen. That is a failure, so that a
    /// mistyped filter does not pass.
    NoTests "no-tests" Test Error,
    /// No example and no question of a bank has this lane, instinct, checklist step, pair or hook in its answer. Add an
    /// example or a labelled question that leads to it.
    Unreached "unreached" Test Error,
    /// A case that is marked `todo` holds by now. Move the text to `examples`, or take `"todo": true` out of the line.
    TodoHolds "todo-holds" Test Warning,
    /// A part of the pack that no case needed so far: it stands in no text in which it would count. Add an example with
    /// it, or take it out.
    NotFired "not-fired" Test Note,
    /// A part of the pack that counts in some text, and yet no case would notice if it were gone, since others do the same.
    NotDecisive "not-decisive" Test Note,
    /// A small change of the pack that no case notices: no example and no right answer stops to hold, and no answer to a
    /// labelled question is another. Add the suggested text as you would write it, or accept the change with `accept`.
    MutantSurvives "mutant-survives" Test Note,
    /// A change that the pack accepts is noticed by a case, or is not one that `firstlane test --mutants` makes.
    UnneededAccept "unneeded-accept" Test Warning,
    /// A text that is written otherwise (letter case, plurals, hyphens, quotes, spaces, line breaks, how a page sets it) has
    /// another outcome: a question another answer, an example of a rule fires or does not. The fewest changes that do it are
    /// marked. Give the phrase its `~`, the regex its `\\s+`, or accept that the pack tells the two apart.
    Unstable "unstable" Test Note,
    /// A figure does not reach what was asked for. Its name and both numbers stand in the message.
    GateMissed "gate-missed" Gate Error,
}
