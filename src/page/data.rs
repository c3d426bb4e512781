//! Questions as data for the script of the page.
//!
//! Keys are short, since a bank may have many thousands of questions. A text is a list of pieces: a string where nothing is
//! marked in the story, else the string with its zone and its mark.

use std::fmt::Write as _;

use serde::{Serialize, Serializer, ser::SerializeSeq};

use super::measure::{Answered, Measured};
use crate::{
    bank::{Answer, Truth},
    decide::Evidence,
    eval::Wrong,
    pack::TargetIx,
    question::Question,
    render::{
        View,
        mark::{Mark, marks},
    },
    zone::Zone,
};

/// Characters of the words of a hit that are shown.
const MOST_WORDS: usize = 80;

/// Whether HTML allows a character as it is: no control character but tab and line feed, and no noncharacter.
pub(super) fn may_stand_in_html(c: char) -> bool {
    let is_noncharacter = u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}');
    matches!(c, '\t' | '\n') || !(c.is_control() || is_noncharacter)
}

/// What the script gets.
#[derive(Serialize)]
struct Data<'m> {
    /// Targets: id, text, kind, and for instincts what calls for them.
    targets: Vec<(&'m str, &'m str, &'static str)>,
    rules: Vec<&'m str>,
    files: Vec<&'m str>,
    questions: Vec<Row<'m>>,
}

/// A question.
#[derive(Serialize)]
struct Row<'m> {
    /// Its id, the ordinal of its file, its line.
    i: &'m str,
    f: usize,
    l: usize,
    /// Its stem, then its options, in pieces; and the keys of the options.
    t: Vec<Vec<Piece<'m>>>,
    k: Vec<&'m str>,
    /// Status, and how sure.
    s: &'static str,
    c: f64,
    /// Lane, runner-up, instinct, step; then pairs and hooks.
    a: [Option<TargetIx>; 4],
    p: Vec<TargetIx>,
    /// Labels of lane, instinct and step, each with what is right too; and which of the three are wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<[Vec<Option<TargetIx>>; 3]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    w: Option<[bool; 3]>,
    /// Evidence by rule, strongest first.
    e: Vec<Fired>,
    /// Ordinals of the decisive rules.
    d: Vec<usize>,
}

/// What a rule said: its ordinal, the zone, whether negation weakened it, its words, and the points of each target.
#[derive(Serialize)]
struct Fired(usize, &'static str, bool, String, Vec<(TargetIx, f64)>);

/// A run of text of one zone and mark.
struct Piece<'m> {
    text: &'m str,
    /// 0 story, 1 ask, 2 option, 3 what does not count.
    zone: u8,
    /// 0 for none; else the ordinal of [`MARKS`] from 1.
    mark: u8,
}

impl Serialize for Piece<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.zone == 0 && self.mark == 0 {
            return serializer.serialize_str(self.text);
        }
        let mut parts = serializer.serialize_seq(Some(3))?;
        parts.serialize_element(self.text)?;
        parts.serialize_element(&self.zone)?;
        parts.serialize_element(&self.mark)?;
        parts.end()
    }
}

/// The marks in the order of the page: what a screen reader says, the letter shown beside the words, and what it means.
pub(super) const MARKS: [(Mark, &str, &str, &str); 6] = [
    (Mark::Lane, "lane", "L", "for the lane that was answered"),
    (Mark::Instinct, "instinct", "I", "for an instinct"),
    (Mark::Step, "step", "V", "for a step to verify next"),
    (Mark::Pair, "pair", "P", "for a pair or hook"),
    (Mark::Other, "other", "O", "for another lane"),
    (Mark::Against, "against", "−", "against a lane"),
];

/// The data as JSON that may stand inside a `script` element: nothing in it can end the element.
pub(super) fn json(measured: &Measured<'_>, files: Vec<&str>) -> String {
    let pack = measured.pack();
    let target = |ix: usize| {
        let target = &pack.targets()[ix];
        (target.id.as_str(), target.text.as_str(), target.kind().name())
    };
    let data = Data {
        targets: (0..pack.targets().len()).map(target).collect(),
        rules: pack.rules().iter().map(|rule| rule.id.as_str()).collect(),
        files,
        questions: measured.answered.iter().map(|answered| row(measured, answered)).collect(),
    };
    let json = serde_json::to_string(&data).expect("a report is plain data");
    // Outside of strings JSON has none of these, so they can be escaped wherever they stand.
    let mut safe = String::with_capacity(json.len() + json.len() / 16);
    for c in json.chars() {
        if matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}') || !may_stand_in_html(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // A string takes everything that is written to it.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

fn row<'m>(measured: &Measured<'_>, answered: &'m Answered<'_>) -> Row<'m> {
    let Answered { record, verdict, .. } = answered;
    let question = record.question();
    let view = View { engine: measured.engine, record, question: &question, verdict };
    let fields = std::iter::once(&*record.stem).chain(record.options.iter().map(|(_, text)| &**text));
    let all = marks(&view);
    let in_stem = record.options.is_empty();
    Row {
        i: &record.id,
        f: answered.bank,
        l: record.line,
        t: fields
            .enumerate()
            .map(|(at, text)| pieces(text, at.checked_sub(1), in_stem, &question, &all))
            .collect(),
        k: record.options.iter().map(|(key, _)| &**key).collect(),
        s: verdict.status.name(),
        c: round(verdict.confidence, 3),
        a: [verdict.lane, verdict.runner_up, verdict.instinct, verdict.verify],
        p: verdict.pairs.iter().chain(&verdict.hooks).copied().collect(),
        y: answered.judged.as_ref().map(|(truth, _)| labels(truth)),
        w: answered.judged.as_ref().map(|&(_, Wrong { lane, instinct, verify })| [lane, instinct, verify]),
        e: fired(&view),
        d: answered.decisive.iter().map(|rule| rule.index()).collect(),
    }
}

fn labels(truth: &Truth) -> [Vec<Option<TargetIx>>; 3] {
    let all = |answer: &Answer| std::iter::once(answer.label).chain(answer.also.iter().copied()).collect();
    [&truth.lane, &truth.instinct, &truth.verify].map(all)
}

fn fired(view: &View<'_>) -> Vec<Fired> {
    let mut rules: Vec<(&Evidence, Fired)> = Vec::new();
    for evidence in &view.verdict.evidence {
        let points = (evidence.target, round(evidence.points, 2));
        if let Some((_, known)) = rules.iter_mut().find(|(first, _)| first.rule == evidence.rule) {
            known.4.push(points);
            continue;
        }
        let (start, end) = evidence.span;
        let mut words = view.words(evidence.hit.segment, start, end);
        if let Some((at, _)) = words.char_indices().nth(MOST_WORDS) {
            words.truncate(at);
            words.push('…');
        }
        let zone = evidence.zone.name();
        rules.push((evidence, Fired(evidence.rule.index(), zone, evidence.negated, words, vec![points])));
    }
    rules.into_iter().map(|(_, fired)| fired).collect()
}

/// A field cut at the borders of zones and marks: an option, or the stem, which may have the options in it. What is in no
/// segment does not count.
fn pieces<'t>(
    text: &'t str,
    option: Option<usize>,
    in_stem: bool,
    question: &Question<'_>,
    marks: &[Vec<(u32, u32, Mark)>],
) -> Vec<Piece<'t>> {
    let mut cut = Cut { text, at: 0, pieces: Vec::new() };
    for (segment, marks) in question.segments().iter().zip(marks) {
        let is_here = match option {
            Some(at) => segment.option == u16::try_from(at).ok(),
            None => segment.option.is_none() || in_stem,
        };
        if !is_here {
            continue;
        }
        let zone = match segment.zone {
            Zone::Story => 0,
            Zone::Ask => 1,
            Zone::Option => 2,
        };
        cut.to(segment.start, 3, 0);
        for &(start, end, mark) in marks {
            cut.to(segment.start + start as usize, zone, 0);
            let known = MARKS.iter().position(|(known, ..)| *known == mark);
            cut.to(segment.start + end as usize, zone, known.map_or(0, |at| at as u8 + 1));
        }
        cut.to(segment.start + segment.text.len(), zone, 0);
    }
    cut.to(text.len(), 3, 0);
    cut.pieces
}

/// A text that is cut from its beginning on.
struct Cut<'t> {
    text: &'t str,
    at: usize,
    pieces: Vec<Piece<'t>>,
}

impl Cut<'_> {
    /// Cuts at an offset; a regex may have matched a part of a character.
    fn to(&mut self, end: usize, zone: u8, mark: u8) {
        let end =
            if mark > 0 { self.text.ceil_char_boundary(end) } else { self.text.floor_char_boundary(end) };
        if end > self.at {
            self.pieces.push(Piece { text: &self.text[self.at..end], zone, mark });
            self.at = end;
        }
    }
}

fn round(number: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (number * scale).round() / scale
}
