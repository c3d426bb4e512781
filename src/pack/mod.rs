//! A pack: what can be answered, and what in a question speaks for which answer.
//!
//! Comes from `load`, where every reference was resolved: ids are unique in the whole pack, indexes are in range.
//! Lanes, instincts, steps, pairs and hooks are all *targets* of rules and share one index, so that scoring is one
//! array of numbers. After this module nobody sees TOML.

mod anchors;
mod joined;
mod load;
mod pattern;
mod phrase;
mod resolve;
pub(crate) mod schema;
mod shadow;

use std::{borrow::Cow, ops::Range};

use serde::{Deserialize, Serialize};

pub use self::schema::Row;
pub(crate) use self::{
    anchors::{Anchor, Anchors, Literal, MOST_ANCHORS},
    joined::{Between, Joined},
    pattern::Pattern,
    phrase::Form,
    shadow::Sought,
};
#[cfg(feature = "lint")]
pub(crate) use self::{
    pattern::hir,
    phrase::{Lists, forms, spelled, take_tildes},
};
use crate::{problem::Place, zone::Zone};

/// Index of a target in [`Pack::targets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TargetIx(pub(crate) u16);

/// Index of a rule in [`Pack::rules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleIx(pub(crate) u16);

/// Index of a cue in [`Pack::cues`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CueIx(pub(crate) u32);

impl TargetIx {
    /// The position in [`Pack::targets`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0.into()
    }
}

impl RuleIx {
    /// The position in [`Pack::rules`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0.into()
    }
}

impl CueIx {
    /// The position in [`Pack::cues`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A loaded pack.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Pack {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) source: String,
    pub(crate) zones: [f64; 3],
    pub(crate) thresholds: Thresholds,
    pub(crate) negation: Option<Negation>,
    pub(crate) calibration: Vec<[f64; 2]>,
    pub(crate) chapters: Vec<Chapter>,
    pub(crate) targets: Vec<Target>,
    /// Where each kind stands in `targets`, in the order of [`Kind`].
    pub(crate) kinds: [Range<u16>; 5],
    pub(crate) rules: Vec<Rule>,
    pub(crate) cues: Vec<Cue>,
    pub(crate) uses: Uses,
    /// The lists as they are written; those of the prepared pack are not kept.
    #[serde(skip)]
    pub(crate) lists: Vec<List>,
    /// Advice that is not wanted in the whole pack or a file of it; not kept in the prepared pack either.
    #[serde(skip)]
    pub(crate) allows: Vec<Allow>,
    /// Where the manifest begins.
    #[serde(skip)]
    pub(crate) place: Place,
    /// The phrases of `[negation]` as they are written.
    #[serde(skip)]
    pub(crate) negation_words: NegationWords,
    /// Where the ids of the targets are written.
    #[serde(skip)]
    pub(crate) targets_places: Vec<Place>,
    /// Where the thresholds are written: lane, margin, instinct, pair, hook.
    #[serde(skip)]
    pub(crate) thresholds_places: Vec<Place>,
    /// Changes of the manifest that no test needs to notice.
    #[serde(skip)]
    pub(crate) accepts: Vec<Accept>,
}

/// `words`, `except` and `question` of `[negation]`.
pub(crate) type NegationWords = [Vec<Example>; 3];

/// Points that an answer needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// A lane below this is not claimed.
    pub lane: f64,
    /// A runner-up at most this far behind makes the answer close.
    pub margin: f64,
    /// An instinct below this is not claimed.
    pub instinct: f64,
    /// A pair below this is not shown.
    pub pair: f64,
    /// A hook below this is not shown.
    pub hook: f64,
}

/// What negation does to a cue shortly behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Negation {
    pub(crate) within: u32,
    pub(crate) factor: f64,
}

/// A chapter of the exam.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chapter {
    /// Its number.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// Its share of the exam in percent, where the pack says so.
    pub share: Option<f64>,
}

/// The five kinds of targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// What a question is mainly about.
    Lane,
    /// The better first instinct.
    Instinct,
    /// A step of the answer sequence.
    Step,
    /// Two things easily confused.
    Pair,
    /// A sentence to remember.
    Hook,
}

impl Kind {
    /// All five, in the order of the targets of a pack.
    pub const ALL: [Self; 5] = [Self::Lane, Self::Instinct, Self::Step, Self::Pair, Self::Hook];

    /// The key under which rules speak for targets of this kind.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Lane => "lane",
            Self::Instinct => "instinct",
            Self::Step => "verify",
            Self::Pair => "pair",
            Self::Hook => "hook",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Step => "step",
            other => other.key(),
        }
    }
}

/// Something a rule can speak for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Its id, unique in the pack.
    pub id: String,
    /// A lane's or step's title, an instinct's advice, a pair's distinction, a hook's sentence.
    pub text: String,
    /// Where it comes from.
    pub source: Row,
    /// What only its kind has.
    pub detail: Detail,
    /// Where its id is written.
    #[serde(skip)]
    pub place: Place,
}

/// What only one kind of target has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Detail {
    /// A lane.
    Lane {
        /// Number of its chapter.
        chapter: u32,
        /// What its questions are mainly about.
        about: String,
        /// The instinct whose line is shown when none fits.
        recheck: Option<TargetIx>,
        /// Points that the lane, once chosen, gives to instincts and steps.
        prior: Vec<(TargetIx, f64)>,
    },
    /// An instinct.
    Instinct {
        /// The requirement, signal or choice that calls for it.
        when: String,
    },
    /// A step.
    Step {
        /// Whether a question can be sent here as the step to verify next.
        checklist: bool,
    },
    /// A pair.
    Pair {
        /// The two.
        sides: [String; 2],
    },
    /// A hook.
    Hook,
}

impl Target {
    /// Which kind it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.detail {
            Detail::Lane { .. } => Kind::Lane,
            Detail::Instinct { .. } => Kind::Instinct,
            Detail::Step { .. } => Kind::Step,
            Detail::Pair { .. } => Kind::Pair,
            Detail::Hook => Kind::Hook,
        }
    }
}

/// A rule: conditions, and points for targets when they hold.
#[derive(Debug, Serialize, Deserialize)]
pub struct Rule {
    /// Its id, unique in the pack.
    pub id: String,
    /// Signed points, sorted by target.
    pub points: Vec<(TargetIx, f64)>,
    /// When it fires.
    pub when: When,
    /// Texts that must make it fire.
    #[serde(skip)]
    pub examples: Vec<Example>,
    /// Texts that must not.
    #[serde(skip)]
    pub counterexamples: Vec<Example>,
    /// Texts that should make it fire one day.
    #[serde(skip)]
    pub todo: Vec<Example>,
    /// Changes of it that no test needs to notice.
    #[serde(skip)]
    pub accepts: Vec<Accept>,
    /// Its phrases and regexes as they are written.
    #[serde(skip)]
    pub written: Vec<Written>,
    /// Where the points of each target are written, in the order of `points`.
    #[serde(skip)]
    pub points_places: Vec<Place>,
    /// Where its limits are written.
    #[serde(skip)]
    pub limits: Limits,
    /// Where its id is written.
    #[serde(skip)]
    pub place: Place,
    /// Advice on it that is not wanted.
    #[serde(skip)]
    pub allows: Vec<Allow>,
}

/// Advice of `lint` that is not wanted, and why.
#[derive(Debug, Clone)]
pub struct Allow {
    /// The code of the advice, where it is written.
    pub code: Example,
    /// The phrase, list, target or rule that the advice is about; all when left out.
    pub of: Option<String>,
    /// Why it is right as it is, and where that is written.
    pub reason: Example,
}

/// A phrase or regex of a rule, where it is written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The key of the rule that it stands under.
    pub part: Part,
    /// The cue.
    pub cue: CueIx,
    /// Where it is written.
    pub place: Place,
}

/// The keys of a rule that hold phrases or regexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// `words`.
    Words,
    /// `patterns`.
    Patterns,
    /// `near.words`.
    Near,
    /// `near.to`.
    NearTo,
    /// A group of `all`, by its ordinal.
    All(u16),
    /// `none`.
    None,
}

/// Where the limits of a rule are written.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// `zones`.
    pub zones: Option<Place>,
    /// `near.within`.
    pub within: Option<Place>,
    /// The groups of `all`.
    pub groups: Vec<Place>,
}

/// A change of the pack that no test needs to notice.
#[derive(Debug, Clone)]
pub struct Accept {
    /// The change, by the name that mutation gives it.
    pub mutant: Example,
    /// Why no test needs to notice it.
    pub reason: String,
}

/// A named list of phrases, as it is written.
#[derive(Debug, Clone)]
pub struct List {
    /// Its name.
    pub name: String,
    /// Where the name is written.
    pub place: Place,
    /// Its phrases, which may hold other lists.
    pub phrases: Vec<Example>,
}

/// A text with its place in the pack.
#[derive(Debug, Clone)]
pub struct Example {
    /// The text.
    pub text: String,
    /// Where it is written.
    pub place: Place,
}

/// The conditions of a rule.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct When {
    /// Cues of `words` and `patterns`.
    pub any: Vec<CueIx>,
    /// Two groups near each other.
    pub near: Option<Near>,
    /// Groups, each of which must be there.
    pub all: Vec<Vec<CueIx>>,
    /// Cues that must not be there.
    pub none: Vec<CueIx>,
    /// In which zones cues make the rule fire.
    pub zones: ZoneSet,
    /// Whether negation in front of a cue is ignored.
    pub ignores_negation: bool,
}

impl When {
    /// Whether `all` alone makes the rule fire.
    #[must_use]
    pub fn only_all(&self) -> bool {
        self.any.is_empty() && self.near.is_none()
    }
}

/// Two groups of cues near each other.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Near {
    /// One group.
    pub words: Vec<CueIx>,
    /// The other.
    pub to: Vec<CueIx>,
    /// How many words may stand between.
    pub within: u32,
}

/// A set of zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneSet(u8);

impl Default for ZoneSet {
    fn default() -> Self {
        Self(0b111)
    }
}

impl ZoneSet {
    pub(crate) fn of(zones: impl IntoIterator<Item = Zone>) -> Self {
        Self(zones.into_iter().fold(0, |set, zone| set | 1 << zone as u8))
    }

    /// Whether a zone is in it.
    #[must_use]
    pub fn contains(self, zone: Zone) -> bool {
        self.0 & 1 << zone as u8 != 0
    }
}

/// A phrase or regex that is looked for in the text.
#[derive(Debug, Serialize, Deserialize)]
pub struct Cue {
    /// As it is written in the pack.
    #[serde(borrow)]
    pub text: Cow<'static, str>,
    pub(crate) matcher: Matcher,
}

impl Cue {
    /// Whether it is a phrase, and no regex.
    #[must_use]
    pub fn is_phrase(&self) -> bool {
        matches!(self.matcher, Matcher::Phrase(_))
    }
}

/// How a cue is found.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Matcher {
    /// Its forms, which are in the tables once these are made.
    Phrase(#[serde(skip)] Vec<Form>),
    Pattern(Pattern),
}

/// For each cue, the rules that look for it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Uses {
    /// One cue after the other.
    uses: Vec<Use>,
    /// Where those of each cue end.
    ends: Vec<u32>,
}

impl Uses {
    pub(crate) fn new(of_cues: Vec<Vec<Use>>) -> Self {
        let mut uses = Self::default();
        for of_cue in of_cues {
            uses.uses.extend(of_cue);
            uses.ends.push(uses.uses.len() as u32);
        }
        uses
    }

    /// Makes room for one more cue, which no rule looks for.
    #[cfg(feature = "lint")]
    fn push_unused(&mut self) {
        self.ends.push(self.uses.len() as u32);
    }

    /// Those of one cue.
    pub(crate) fn of(&self, cue: CueIx) -> &[Use] {
        let start = cue.index().checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.uses[start as usize..self.ends[cue.index()] as usize]
    }
}

/// What a hit of a cue means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Use {
    /// One of the rule's `words` or `patterns`.
    Any(RuleIx),
    /// Of the first group of the rule's `near`.
    Near(RuleIx),
    /// Of its second group.
    NearTo(RuleIx),
    /// Of a group of the rule's `all`.
    All(RuleIx, u16),
    /// One of the rule's `none`.
    None(RuleIx),
    /// Negates what follows.
    Negates,
    /// Holds a negating word without negating.
    NegatesNot,
    /// Turns the question round, not the cue.
    NegatesQuestion,
}

impl Use {
    /// The rule that it belongs to.
    pub(crate) fn rule(self) -> Option<RuleIx> {
        match self {
            Self::Any(rule)
            | Self::Near(rule)
            | Self::NearTo(rule)
            | Self::All(rule, _)
            | Self::None(rule) => Some(rule),
            Self::Negates | Self::NegatesNot | Self::NegatesQuestion => None,
        }
    }
}

impl Pack {
    /// Its name, in kebab-case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What people call it.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// A number that is another for a pack that answers otherwise.
    ///
    /// # Panics
    ///
    /// Never: a pack can always be written down.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let bytes = postcard::to_stdvec(self).expect("a pack is plain data");
        // FNV-1a, the same on every machine.
        let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, mix)
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The document that it implements.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The points that answers need.
    #[must_use]
    pub fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// Chapters of the exam.
    #[must_use]
    pub fn chapters(&self) -> &[Chapter] {
        &self.chapters
    }

    /// Everything that rules can speak for: lanes, instincts, steps, pairs, hooks, each in the order of the pack.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The indexes of the rules, in their order.
    pub fn rule_indexes(&self) -> impl DoubleEndedIterator<Item = RuleIx> + use<> {
        (0..self.rules.len() as u16).map(RuleIx)
    }

    /// The rules, in the order of the files.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The cues of all rules; a phrase that several rules use is one cue.
    #[must_use]
    pub fn cues(&self) -> &[Cue] {
        &self.cues
    }

    /// The named lists of phrases, as they are written.
    #[must_use]
    pub fn lists(&self) -> &[List] {
        &self.lists
    }

    /// Adds a phrase that no rule looks for, so that its hits can be asked for.
    #[cfg(feature = "lint")]
    pub(crate) fn add_phrase(&mut self, text: &str, forms: Vec<Form>) -> CueIx {
        let cue = CueIx(self.cues.len() as u32);
        self.cues.push(Cue { text: Cow::Owned(text.to_owned()), matcher: Matcher::Phrase(forms) });
        self.uses.push_unused();
        cue
    }

    /// Advice that is not wanted in the whole pack or in a file of it.
    #[must_use]
    pub fn allows(&self) -> &[Allow] {
        &self.allows
    }

    /// Where the manifest begins.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The target at an index.
    #[must_use]
    pub fn target(&self, ix: TargetIx) -> &Target {
        &self.targets[ix.index()]
    }

    /// The rule at an index.
    #[must_use]
    pub fn rule(&self, ix: RuleIx) -> &Rule {
        &self.rules[ix.index()]
    }

    /// The targets of one kind, in the order of the pack.
    pub fn of_kind(&self, kind: Kind) -> impl DoubleEndedIterator<Item = TargetIx> + Clone + use<> {
        self.kinds[kind as usize].clone().map(TargetIx)
    }

    /// The target with an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<TargetIx> {
        let at = self.targets.iter().position(|t| t.id == id)?;
        Some(TargetIx(u16::try_from(at).expect("load counted the targets")))
    }

    /// The chapter of a lane; nothing for other targets.
    #[must_use]
    pub fn chapter_of(&self, ix: TargetIx) -> Option<&Chapter> {
        let Detail::Lane { chapter, .. } = self.target(ix).detail else { return None };
        self.chapters.iter().find(|c| c.number == chapter)
    }

    /// Whether a target is a lane.
    pub(crate) fn is_lane(&self, ix: TargetIx) -> bool {
        self.kinds[Kind::Lane as usize].contains(&ix.0)
    }

    /// Whether a target is a step to which a question can be sent.
    #[must_use]
    pub fn is_checklist(&self, ix: TargetIx) -> bool {
        matches!(self.target(ix).detail, Detail::Step { checklist: true })
    }

    /// The factor of a zone on points.
    #[must_use]
    pub fn zone_factor(&self, zone: Zone) -> f64 {
        self.zones[zone as usize]
    }
}
