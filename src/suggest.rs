//! Wrong answers to phrases that would put them right.
//!
//! In: a labelled bank. Out: phrases of the questions whose lane is wrong or missing, each with what one more rule with
//! that phrase gains and loses on the whole bank. A first count is made from the words of the stems alone; what is
//! reported was found by running the engine with the rule in the pack.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    engine::Engine,
    input::Record,
    pack::{Pack, TargetIx},
    words::{fold, words},
    zone::Zone,
};

/// Words in a phrase, at most.
const MOST_WORDS: usize = 3;
/// Points that a suggested rule gives its lane.
pub const POINTS: f64 = 2.0;
/// Words that begin and end no phrase: they stand in every question.
const COMMON: [&str; 98] = [
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been",
    "before", "best", "but", "by", "can", "could", "do", "does", "each", "every", "for", "from", "had",
    "has", "have", "how", "if", "in", "into", "is", "it", "its", "like", "made", "make", "may", "more",
    "most", "must", "need", "needs", "new", "no", "not", "of", "on", "one", "only", "or", "other", "over",
    "s", "same", "should", "so", "some", "such", "team", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "to", "too", "two", "up", "use", "used", "uses", "using",
    "want", "wants", "was", "were", "what", "when", "where", "which", "while", "who", "why", "will", "with",
    "without", "would", "you", "your",
];

/// A phrase that would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The phrase, in small letters.
    pub phrase: String,
    /// The lane that it speaks for.
    pub lane: TargetIx,
    /// Ids of the questions whose lane would become right.
    pub gains: Vec<String>,
    /// Ids of the questions whose lane would become wrong.
    pub losses: Vec<String>,
}

impl Suggestion {
    /// The rule to add, as TOML.
    #[must_use]
    pub fn rule(&self, pack: &Pack) -> String {
        let id: String = self.phrase.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let (lane, phrase) = (&pack.target(self.lane).id, &self.phrase);
        format!(
            "[[rule]]\nid = \"suggested-{id}\"\nlane = {{ {lane} = {POINTS:.1} }}\nwords = [{phrase:?}]\n"
        )
    }
}

/// Suggests at most `most` phrases, the most helpful first. `files` are those of the engine's pack, name and text.
///
/// # Errors
///
/// The first question with a label that is no id of the pack: its id and the label.
pub fn suggest(
    engine: &Engine,
    files: &[(String, String)],
    records: &[Record<'_>],
    most: usize,
) -> Result<Vec<Suggestion>, (String, String)> {
    let pack = engine.pack();
    let samples = crate::bank::scan(engine, records)?;
    let labelled: Vec<&Record<'_>> = records.iter().filter(|record| record.labels.is_some()).collect();
    let wrong: Vec<bool> = samples.iter().map(|s| s.truth.judge(&s.verdict(pack)).lane).collect();
    // Which phrases stand in which questions, in their strongest zone.
    let mut places: BTreeMap<String, BTreeMap<usize, Zone>> = BTreeMap::new();
    for (at, record) in labelled.iter().enumerate() {
        for (phrase, zone) in phrases(record) {
            let known = places.entry(phrase).or_default().entry(at).or_insert(zone);
            if pack.zone_factor(zone) > pack.zone_factor(*known) {
                *known = zone;
            }
        }
    }
    let mut counted: Vec<(i64, String, TargetIx)> = Vec::new();
    for (phrase, places) in places {
        let lanes: BTreeSet<_> =
            places.keys().filter(|at| wrong[**at]).filter_map(|at| samples[*at].truth.lane.label).collect();
        for lane in lanes {
            let mut balance = 0;
            let mut gains = 0;
            for (&at, &zone) in &places {
                let sample = &samples[at];
                let verdict = sample.verdict_plus(pack, lane, POINTS * pack.zone_factor(zone));
                let still_wrong = sample.truth.judge(&verdict).lane;
                gains += usize::from(wrong[at] && !still_wrong);
                balance += i64::from(wrong[at]) - i64::from(still_wrong);
            }
            // What rests on one question is no rule.
            if gains >= 2 && balance > 0 {
                counted.push((balance, phrase.clone(), lane));
            }
        }
    }
    counted.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.len().cmp(&b.1.len())).then(a.1.cmp(&b.1)));
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for (_, phrase, lane) in counted {
        if suggestions.len() >= most {
            break;
        }
        let mut suggestion = Suggestion { phrase, lane, gains: Vec::new(), losses: Vec::new() };
        let rule = ("suggested.toml".to_owned(), suggestion.rule(pack));
        // A phrase that no rule may have is no suggestion.
        let Ok(with) = Pack::parse(files.iter().cloned().chain([rule])) else { continue };
        let with = Engine::compile(with);
        for (sample, (at, after)) in samples.iter().zip(crate::bank::scan(&with, records)?.iter().enumerate())
        {
            let still_wrong = after.truth.judge(&after.verdict(with.pack())).lane;
            match (wrong[at], still_wrong) {
                (true, false) => suggestion.gains.push(sample.id.clone()),
                (false, true) => suggestion.losses.push(sample.id.clone()),
                _ => {}
            }
        }
        // Phrases that help with the same questions are one suggestion.
        let is_new = suggestions.iter().all(|s| s.lane != lane || s.gains != suggestion.gains);
        if is_new && suggestion.gains.len() >= 2 && suggestion.gains.len() > suggestion.losses.len() {
            suggestions.push(suggestion);
        }
    }
    Ok(suggestions)
}

/// The phrases of a question's stem.
fn phrases(record: &Record<'_>) -> Vec<(String, Zone)> {
    let question = record.question();
    let mut phrases = Vec::new();
    for segment in question.segments().iter().filter(|segment| segment.zone != Zone::Option) {
        let mut run: Vec<String> = Vec::new();
        for word in words(segment.text) {
            if word.gap != crate::words::Gap::LOOSE || word.pause {
                run.clear();
            }
            let mut folded = String::new();
            fold(&segment.text[word.start..word.end], &mut folded);
            run.push(folded);
            for length in 1..=MOST_WORDS.min(run.len()) {
                let words = &run[run.len() - length..];
                let is_common = |word: &String| COMMON.contains(&word.as_str());
                let has_letter = words.iter().any(|word| word.contains(char::is_alphabetic));
                if has_letter && !is_common(&words[0]) && !is_common(&words[length - 1]) {
                    phrases.push((words.join(" "), segment.zone));
                }
            }
        }
    }
    phrases
}
