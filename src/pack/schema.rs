//! The TOML of a pack as it is written: shapes and places, no meaning.
//!
//! Every file of a pack has this shape; one of them, the manifest, has the header keys as well. `deny_unknown_fields`
//! keeps misspelled keys from being lost in silence. What the values mean is `load`'s business.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Text with its place.
pub(super) type Text = Spanned<String>;
/// Points for targets: id to number.
pub(super) type Points = BTreeMap<Text, Spanned<f64>>;

/// A file of a firstlane rule pack.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// Manifest: version of the rule language, 1.
    #[cfg_attr(feature = "schema", schemars(with = "Option<u32>"))]
    pub(super) schema: Option<Spanned<i64>>,
    /// Manifest: the pack's name, in kebab-case.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub(super) name: Option<Text>,
    /// Manifest: what people call it.
    pub(super) title: Option<String>,
    /// Manifest: version of the pack.
    pub(super) version: Option<String>,
    /// Manifest: the document that the pack implements.
    pub(super) source: Option<String>,
    /// Manifest: factor on points by zone.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Zones>"))]
    pub(super) zones: Option<Spanned<Zones>>,
    /// Manifest: points that an answer needs.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Thresholds>"))]
    pub(super) thresholds: Option<Spanned<Thresholds>>,
    /// Manifest: words that turn a cue behind them round.
    pub(super) negation: Option<Negation>,
    /// Manifest: from the lane's share of the evidence to the share of right answers, as rising points `[share, right]`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<[f64; 2]>"))]
    pub(super) calibration: Vec<Spanned<[f64; 2]>>,
    /// Chapters of the exam.
    #[serde(default)]
    pub(super) chapter: Vec<Chapter>,
    /// Lanes: what a question can be mainly about.
    #[serde(default)]
    pub(super) lane: Vec<Lane>,
    /// Steps of the answer sequence, in its order.
    #[serde(default)]
    pub(super) step: Vec<Step>,
    /// Better first instincts.
    #[serde(default)]
    pub(super) instinct: Vec<Instinct>,
    /// High-confusion pairs.
    #[serde(default)]
    pub(super) pair: Vec<Pair>,
    /// Memory hooks.
    #[serde(default)]
    pub(super) hook: Vec<Hook>,
    /// Named lists of phrases, for `{name}` in phrases.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Vec<String>>"))]
    pub(super) lists: BTreeMap<Text, Vec<Text>>,
    /// Rules.
    #[serde(default)]
    pub(super) rule: Vec<Rule>,
    /// Further tests of rules, which may stand in any file of the pack.
    #[serde(default)]
    pub(super) cases: Vec<Cases>,
    /// Advice of `firstlane lint` that is not wanted: in the manifest for the whole pack, elsewhere for the file.
    #[serde(default)]
    pub(super) allow: Vec<Allow>,
    /// Changes of the manifest that need no test, as `firstlane test --mutants` names them.
    #[serde(default)]
    pub(super) accept: Vec<Accept>,
}

/// Advice that is not wanted, and why.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Allow {
    /// The code of the advice, as `firstlane lint` prints it.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) code: Text,
    /// The phrase, list, target or rule that it is about; all when left out.
    pub(super) of: Option<String>,
    /// Why it is right as it is.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) reason: Text,
}

/// Factor on points by zone, 0 to 10.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Zones {
    /// Sentences that tell.
    pub(super) story: f64,
    /// The sentence that asks.
    pub(super) ask: f64,
    /// Answer options.
    pub(super) option: f64,
}

/// Points that an answer needs, 0 to 100.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Thresholds {
    /// A lane below this is not claimed.
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub(super) lane: Spanned<f64>,
    /// A runner-up at most this far behind makes the answer `close`.
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub(super) margin: Spanned<f64>,
    /// An instinct below this is not claimed.
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub(super) instinct: Spanned<f64>,
    /// A pair below this is not shown.
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub(super) pair: Spanned<f64>,
    /// A hook below this is not shown.
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub(super) hook: Spanned<f64>,
}

/// Words that weaken a cue shortly behind them.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Negation {
    /// Phrases that negate what follows.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) words: Vec<Text>,
    /// Phrases that hold such a word without negating.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) except: Vec<Text>,
    /// Phrases that turn the question round, not the cue, where they stand in the ask: NOT and EXCEPT questions.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) question: Vec<Text>,
    /// How many words may stand between the negating word and the cue.
    pub(super) within: u16,
    /// Factor on the points of a negated cue, 0 to 1.
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub(super) factor: Spanned<f64>,
}

/// Where in the pack's source document an entry comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The table or list.
    pub table: String,
    /// Its row, as written there.
    pub row: String,
}

/// A chapter of the exam.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Chapter {
    /// Its number.
    #[cfg_attr(feature = "schema", schemars(with = "u32"))]
    pub(super) number: Spanned<u32>,
    /// Its title.
    pub(super) title: String,
    /// Its share of the exam, in percent.
    pub(super) share: Option<f64>,
}

/// A lane: what a question can be mainly about.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Lane {
    /// Its id.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) id: Text,
    /// The chapter it belongs to.
    #[cfg_attr(feature = "schema", schemars(with = "u32"))]
    pub(super) chapter: Spanned<u32>,
    /// What people call it.
    pub(super) title: String,
    /// What its questions are mainly about.
    pub(super) about: String,
    /// Where it comes from.
    pub(super) source: Row,
    /// The instinct whose line is shown when no instinct fits.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub(super) recheck: Option<Text>,
    /// Points that the lane, once chosen, gives to instincts and steps.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, f64>"))]
    pub(super) prior: Points,
}

/// A step of the answer sequence.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// Its id.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) id: Text,
    /// What to do.
    pub(super) title: String,
    /// Where it comes from.
    pub(super) source: Row,
    /// Whether a question can be sent here as the step to verify next.
    #[serde(default)]
    pub(super) checklist: bool,
}

/// A better first instinct.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Instinct {
    /// Its id.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) id: Text,
    /// The requirement, signal or choice that calls for it.
    pub(super) when: String,
    /// The instinct.
    pub(super) text: String,
    /// Where it comes from.
    pub(super) source: Row,
}

/// Two things that are easily confused.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Pair {
    /// Its id.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) id: Text,
    /// The two.
    pub(super) sides: [String; 2],
    /// The distinction to keep clear.
    pub(super) text: String,
    /// Where it comes from.
    pub(super) source: Row,
}

/// A sentence to remember.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Hook {
    /// Its id.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) id: Text,
    /// The sentence.
    pub(super) text: String,
    /// Where it comes from.
    pub(super) source: Row,
}

/// A rule: conditions, and points for targets when they hold.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    /// Its id.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) id: Text,
    /// Points for lanes.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, f64>"))]
    pub(super) lane: Points,
    /// Points for instincts.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, f64>"))]
    pub(super) instinct: Points,
    /// Points for checklist steps.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, f64>"))]
    pub(super) verify: Points,
    /// Points for pairs.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, f64>"))]
    pub(super) pair: Points,
    /// Points for hooks.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, f64>"))]
    pub(super) hook: Points,
    /// Phrases, any of which makes the rule fire.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) words: Vec<Text>,
    /// Regexes, any of which makes the rule fire.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) patterns: Vec<Text>,
    /// Two groups of phrases that make the rule fire where they stand near each other.
    pub(super) near: Option<Near>,
    /// Groups of phrases, each of which must stand somewhere in the question.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Vec<String>>"))]
    pub(super) all: Vec<Spanned<Vec<Text>>>,
    /// Phrases, none of which may stand in the question.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) none: Vec<Text>,
    /// Zones in which the rule looks; all three when left out.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<ZoneName>>"))]
    pub(super) zones: Option<Spanned<Vec<ZoneName>>>,
    /// What negation in front of a cue does: `weaken` (the default) or `count` as if it were not there.
    #[serde(default)]
    pub(super) negated: Negated,
    /// Texts that must make the rule fire.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) examples: Vec<Text>,
    /// Texts that must not make the rule fire.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) counterexamples: Vec<Text>,
    /// Advice of `firstlane lint` on this rule that is not wanted.
    #[serde(default)]
    pub(super) allow: Vec<Allow>,
    /// Texts that should make the rule fire one day: tried by `firstlane test`, which says when they do.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) todo: Vec<Text>,
    /// Changes of the rule that need no test, as `firstlane test --mutants` names them.
    #[serde(default)]
    pub(super) accept: Vec<Accept>,
}

/// Further tests of a rule, apart from it: a rule with a text for each of its phrases would be hard to read.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Cases {
    /// The rule's id.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) rule: Text,
    /// Texts that must make the rule fire.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) examples: Vec<Text>,
    /// Texts that must not make the rule fire.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) counterexamples: Vec<Text>,
    /// Texts that should make the rule fire one day.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) todo: Vec<Text>,
}

/// A change of the pack that no test needs to notice.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Accept {
    /// The change, by the name that `firstlane test --mutants` gives it.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) mutant: Text,
    /// Why no test needs to notice it.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) reason: Text,
}

/// Two groups of phrases near each other.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Near {
    /// One group.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) words: Spanned<Vec<Text>>,
    /// The other group.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) to: Spanned<Vec<Text>>,
    /// How many words may stand between the two, in either order.
    #[cfg_attr(feature = "schema", schemars(with = "u16"))]
    pub(super) within: Spanned<u16>,
}

/// Name of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(super) enum ZoneName {
    /// Sentences that tell.
    Story,
    /// The sentence that asks.
    Ask,
    /// Answer options.
    Option,
}

/// What negation in front of a cue does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(super) enum Negated {
    /// The points are multiplied by the pack's negation factor.
    #[default]
    Weaken,
    /// Nothing.
    Count,
}
