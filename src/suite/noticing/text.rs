//! Drafts of examples and counterexamples for a rule with other conditions.

use super::{
    super::cases::{Case, Expects},
    sample,
};
use crate::{
    pack::{CueIx, Pack, Part, RuleIx, Written},
    scan::Hit,
    suite::{
        matrix::Matrix,
        mutants::{Mutant, Operator},
    },
};

/// Words that stand between others without being of any field.
const FILLERS: [&str; 12] =
    ["that", "is", "as", "we", "were", "told", "more", "than", "once", "or", "even", "twice"];

/// Texts that may tell a rule and its mutant apart, the most natural first.
pub(super) fn drafts(matrix: &Matrix<'_>, rule: RuleIx, mutant: &Mutant) -> Vec<String> {
    let pack = matrix.pack;
    let of_rule = matrix.touching(rule).filter(|case| case.expects == Expects::Fires(rule) && case.holds());
    let bases: Vec<Base<'_>> = of_rule.map(|case| Base { pack, rule, case }).collect();
    let written = pack.rule(rule).written.iter().find(|written| written.place == mutant.place);
    match (mutant.operator, written) {
        (Operator::DropPhrase | Operator::DropPattern, Some(written)) => {
            let plain = sample::plain(pack, &pack.cues[written.cue.index()]);
            plain.into_iter().flat_map(|plain| with_phrase(pack, rule, &bases, written, &plain)).collect()
        }
        (Operator::ExactWord, Some(written)) if written.part == Part::None => {
            let forms = inflected(pack, written, mutant);
            forms.iter().flat_map(|form| with_exception(&bases, form)).collect()
        }
        (Operator::ExactWord, Some(written)) => {
            let forms = inflected(pack, written, mutant);
            forms.iter().flat_map(|form| with_phrase(pack, rule, &bases, written, form)).collect()
        }
        (Operator::DropException, Some(written)) => {
            let plain = sample::plain(pack, &pack.cues[written.cue.index()]);
            plain.into_iter().flat_map(|plain| with_exception(&bases, &plain)).collect()
        }
        (Operator::DropBoundary, Some(written)) => {
            let spans = |base: &Base<'_>| base.spans(|cue| cue == written.cue);
            let edges = |base: &Base<'_>| {
                [("s", ""), ("", "s"), ("5", ""), ("", "5")]
                    .map(|(lead, trail)| base.put(&spans(base), |text| format!("{lead}{text}{trail}")))
            };
            bases.iter().flat_map(edges).collect()
        }
        (Operator::DropGroup, _) => {
            let group = pack.rule(rule).limits.groups.iter().position(|place| *place == mutant.place);
            let cues = group.and_then(|at| pack.rule(rule).when.all.get(at)).map_or(&[][..], Vec::as_slice);
            bases
                .iter()
                .map(|base| base.put(&base.spans(|cue| cues.contains(&cue)), |_| "it".to_owned()))
                .collect()
        }
        (Operator::DropZones, _) => {
            let as_option = |base: &Base<'_>| {
                let text = base.case.text.trim_end_matches(['.', '?', '!']);
                [
                    format!("{text}. What comes next?"),
                    format!("Which of these is true?\nA) {text}\nB) None of it"),
                ]
            };
            bases.iter().flat_map(as_option).collect()
        }
        (Operator::HalveWithin | Operator::DoubleWithin, _) => {
            bases.iter().flat_map(|base| base.spread(mutant.operator == Operator::DoubleWithin)).collect()
        }
        _ => Vec::new(),
    }
}

fn inflected(pack: &Pack, written: &Written, mutant: &Mutant) -> Vec<String> {
    let phrase = &pack.cues[written.cue.index()].text;
    let (_, exact) = mutant.what.rsplit_once(" -> ").unwrap_or_default();
    // The first byte in which the two differ is the `~` that is gone.
    let tilde = phrase.bytes().zip(exact.bytes().chain([0])).position(|(a, b)| a != b && a == b'~');
    tilde.map_or_else(Vec::new, |tilde| sample::inflected(pack, phrase, tilde))
}

/// An example with a phrase in the place of the others of its part; and phrases alone, one of each part.
fn with_phrase(pack: &Pack, rule: RuleIx, bases: &[Base<'_>], written: &Written, plain: &str) -> Vec<String> {
    let of_part = |cue: CueIx| {
        pack.rule(rule).written.iter().any(|other| {
            let same = match (other.part, written.part) {
                // Either alone is enough, so both have to go.
                (Part::Words | Part::Patterns, Part::Words | Part::Patterns) => true,
                (one, other) => one == other,
            };
            other.cue == cue && same
        })
    };
    let mut drafts: Vec<String> = Vec::new();
    for base in bases {
        let spans = base.spans(of_part);
        if !spans.is_empty() {
            drafts.push(base.put(&spans, |_| plain.to_owned()));
            if spans.len() > 1 {
                let mut first = Some(plain.to_owned());
                drafts.push(base.put(&spans, |_| first.take().unwrap_or_else(|| "it".to_owned())));
            }
        }
    }
    drafts.extend(bare(pack, rule, written, plain));
    drafts
}

/// One phrase of each part that the rule asks for.
fn bare(pack: &Pack, rule: RuleIx, written: &Written, plain: &str) -> Vec<String> {
    let when = &pack.rule(rule).when;
    let others: Vec<&[CueIx]> = match (written.part, &when.near) {
        (Part::Near, Some(near)) => vec![&near.to],
        (Part::NearTo, Some(near)) => vec![&near.words],
        (Part::All(_), Some(near)) if when.any.is_empty() => vec![&near.words, &near.to],
        (Part::All(_), _) if !when.any.is_empty() => vec![&when.any],
        _ => Vec::new(),
    };
    let groups = when.all.iter().enumerate().filter(|(at, _)| written.part != Part::All(*at as u16));
    let groups: Vec<&[CueIx]> = groups.map(|(_, group)| group.as_slice()).collect();
    // The first phrases of a part may hold the phrase in question, so a few of each are tried.
    (0..4)
        .filter_map(|nth| {
            let of = |cues: &&[CueIx]| {
                let cue = cues.get(nth.min(cues.len() - 1))?;
                sample::plain(pack, &pack.cues[cue.index()])
            };
            let rest: Option<Vec<String>> = others.iter().chain(&groups).map(of).collect();
            Some(sentence(&[vec![plain.to_owned()], rest?].concat().join(" ")))
        })
        .collect()
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// An example, and a phrase that must not be there.
fn with_exception(bases: &[Base<'_>], plain: &str) -> Vec<String> {
    let with = |base: &Base<'_>| {
        let text = base.case.text.trim_end();
        let (body, end) = match text.char_indices().next_back() {
            Some((at, c @ ('.' | '?' | '!'))) => (&text[..at], c),
            _ => (text, '.'),
        };
        [format!("{body} ({plain}){end}"), format!("{} {text}", sentence(plain))]
    };
    bases.iter().flat_map(with).collect()
}

/// An example of the rule that makes it fire.
struct Base<'b> {
    pack: &'b Pack,
    rule: RuleIx,
    case: &'b Case<'b>,
}

impl Base<'_> {
    /// Where cues stand in it, overlapping ones as one.
    fn spans(&self, wanted: impl Fn(CueIx) -> bool) -> Vec<(usize, usize)> {
        let hits = self.case.hits_of(self.rule).filter(|hit| wanted(hit.cue));
        let mut spans: Vec<(usize, usize)> = hits.map(|hit| (hit.start as usize, hit.end as usize)).collect();
        spans.sort_unstable();
        let mut merged: Vec<(usize, usize)> = Vec::new();
        for (start, end) in spans {
            match merged.last_mut() {
                Some(last) if start < last.1 => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        merged
    }

    /// The text with others at these places.
    fn put(&self, spans: &[(usize, usize)], mut other: impl FnMut(&str) -> String) -> String {
        let text = self.case.text;
        let (mut out, mut at) = (String::new(), 0);
        for &(start, end) in spans {
            out.push_str(&text[at..start]);
            let put = other(&text[start..end]);
            // A sentence goes on with a capital letter.
            let capital = text[start..].starts_with(char::is_uppercase)
                && (start == 0 || text[..start].ends_with(". "));
            out.push_str(&if capital { sentence(&put).trim_end_matches('.').to_owned() } else { put });
            at = end;
        }
        out + &text[at..]
    }

    /// The text with as many words between two cues near each other as may stand there, or with one more.
    fn spread(&self, one_more: bool) -> Vec<String> {
        let Some(near) = &self.pack.rule(self.rule).when.near else { return Vec::new() };
        let hits = || self.case.hits_of(self.rule);
        let pairs = hits()
            .filter(|hit| near.words.contains(&hit.cue))
            .flat_map(|one| hits().filter(|hit| near.to.contains(&hit.cue)).map(move |other| (one, other)));
        let ordered = |(one, other): (&Hit, &Hit)| {
            let (first, second) =
                if one.words[0] <= other.words[0] { (*one, *other) } else { (*other, *one) };
            let between = second.words[0].checked_sub(first.words[1] + 1)?;
            let wanted = near.within + u32::from(one_more);
            (first.segment == second.segment && between <= near.within)
                .then(|| (first.end as usize, wanted - between))
        };
        let put = |(at, words): (usize, u32)| {
            let fillers: Vec<_> = FILLERS.iter().cycle().take(words as usize).copied().collect();
            format!("{} {}{}", &self.case.text[..at], fillers.join(" "), &self.case.text[at..])
        };
        pairs.filter_map(ordered).map(put).collect()
    }
}
