//! Verdicts to JSON, many of them.
//!
//! In: a verdict. Out: the same bytes as `serde_json` makes of [`super::json::output`], several times sooner: what the ids of a
//! pack come to is made once, and an answer is mostly put together from such pieces.

use super::json::{round, slice, thousandths};
use crate::{
    decide::Verdict,
    input::Record,
    pack::{Kind, Pack, TargetIx},
    question::Question,
    zone::Zone,
};

/// Writes answers of one pack.
#[derive(Debug)]
pub struct Writer {
    /// `"id"` for each target.
    ids: Pieces,
    /// `3,"lane":"id"`, behind `"chapter":`, for each target.
    lanes: Pieces,
    /// `{"rule":"id","zone":"story","start":` for each rule and zone.
    rules: Pieces,
    /// `","for":"id","points":` for each target.
    targets: Pieces,
    /// Lanes by their id.
    sorted: Vec<TargetIx>,
}

/// Runs of bytes, one after the other.
#[derive(Debug, Default)]
struct Pieces {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Pieces {
    fn new(pieces: impl IntoIterator<Item = String>) -> Self {
        let mut all = Self::default();
        for piece in pieces {
            all.bytes.extend_from_slice(piece.as_bytes());
            all.ends.push(u32::try_from(all.bytes.len()).expect("the ids of a pack are short"));
        }
        all
    }

    #[inline]
    fn get(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[at] as usize]
    }
}

/// All zones, in the order of their numbers.
const ZONES: [Zone; 3] = [Zone::Story, Zone::Ask, Zone::Option];

impl Writer {
    /// A writer of the answers of a pack.
    #[must_use]
    pub fn new(pack: &Pack) -> Self {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let targets = || pack.targets.iter().enumerate();
        let chapter = |at: usize| pack.chapter_of(TargetIx(at as u16)).map_or(0, |chapter| chapter.number);
        let mut sorted: Vec<TargetIx> = pack.of_kind(Kind::Lane).collect();
        sorted.sort_by_key(|&lane| &pack.target(lane).id);
        Self {
            ids: Pieces::new(targets().map(|(_, target)| quoted(&target.id))),
            lanes: Pieces::new(
                targets().map(|(at, target)| format!(r#"{},"lane":{}"#, chapter(at), quoted(&target.id))),
            ),
            rules: Pieces::new(pack.rules.iter().flat_map(|rule| {
                let id = quoted(&rule.id);
                ZONES.map(|zone| format!(r#"{{"rule":{id},"zone":"{}","start":"#, zone.name()))
            })),
            targets: Pieces::new(
                targets().map(|(_, target)| format!(r#","for":{},"points":"#, quoted(&target.id))),
            ),
            sorted,
        }
    }

    /// Writes the answer to one question.
    pub fn write(&self, record: &Record<'_>, question: &Question<'_>, verdict: &Verdict, out: &mut Vec<u8>) {
        out.extend_from_slice(br#"{"schema":1,"id":"#);
        string(out, &record.id);
        out.extend_from_slice(br#","status":""#);
        out.extend_from_slice(verdict.status.name().as_bytes());
        out.extend_from_slice(br#"","chapter":"#);
        match verdict.lane {
            Some(lane) => out.extend_from_slice(self.lanes.get(lane.index())),
            None => out.extend_from_slice(br#"null,"lane":null"#),
        }
        self.optional(out, br#","runner_up":"#, verdict.runner_up);
        out.extend_from_slice(br#","confidence":"#);
        number(out, verdict.confidence);
        self.optional(out, br#","instinct":"#, verdict.instinct);
        self.optional(out, br#","verify":"#, verdict.verify);
        self.list(out, br#","then":["#, &verdict.then);
        self.list(out, br#"],"pairs":["#, &verdict.pairs);
        self.list(out, br#"],"hooks":["#, &verdict.hooks);
        out.extend_from_slice(br#"],"scores":{"#);
        let of = |lane: TargetIx| verdict.scores.iter().find(|(ix, _)| *ix == lane);
        for (at, (lane, points)) in self.sorted.iter().filter_map(|&lane| of(lane)).enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(self.ids.get(lane.index()));
            out.push(b':');
            number(out, *points);
        }
        out.extend_from_slice(br#"},"evidence":["#);
        for (at, evidence) in verdict.evidence.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            let (start, end) = evidence.span;
            let option = question.segments()[evidence.hit.segment as usize].option;
            out.extend_from_slice(
                self.rules.get(evidence.rule.index() * ZONES.len() + evidence.zone as usize),
            );
            integer(out, start.into());
            out.extend_from_slice(br#","end":"#);
            integer(out, end.into());
            out.extend_from_slice(br#","text":"#);
            string(out, &slice(record.field(option), start, end));
            out.extend_from_slice(self.targets.get(evidence.target.index()));
            number(out, evidence.points);
            if let Some((key, _)) = option.and_then(|at| record.options.get(usize::from(at))) {
                out.extend_from_slice(br#","option":"#);
                string(out, key);
            }
            out.push(b'}');
        }
        out.extend_from_slice(b"]}");
    }

    fn optional(&self, out: &mut Vec<u8>, key: &[u8], target: Option<TargetIx>) {
        out.extend_from_slice(key);
        out.extend_from_slice(target.map_or(b"null", |target| self.ids.get(target.index())));
    }

    /// A list but for its end.
    fn list(&self, out: &mut Vec<u8>, key: &[u8], targets: &[TargetIx]) {
        out.extend_from_slice(key);
        for (at, target) in targets.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(self.ids.get(target.index()));
        }
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    if has_escapes(text.as_bytes()) {
        serde_json::to_writer(out, text).expect("memory takes everything");
        return;
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Whether there is a quote, a backslash or a control character, eight bytes at a time.
fn has_escapes(bytes: &[u8]) -> bool {
    const ALL: u64 = 0x0101_0101_0101_0101;
    // The highest bit of a byte that is less; others above one that is may be wrong, which does not matter.
    let less = |eight: u64, than: u8| eight.wrapping_sub(u64::from(than) * ALL) & !eight & (0x80 * ALL);
    let any = |eight: u64| {
        less(eight, 0x20)
            | less(eight ^ (u64::from(b'"') * ALL), 1)
            | less(eight ^ (u64::from(b'\\') * ALL), 1)
    };
    let (eights, rest) = bytes.as_chunks();
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    eights.iter().fold(any(u64::from_le_bytes(last)), |found, eight| found | any(u64::from_le_bytes(*eight)))
        != 0
}

fn integer(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Writes a number rounded to three decimals, with at least one.
fn number(out: &mut Vec<u8>, number: f64) {
    let Some(thousandths) = thousandths(number) else {
        return serde_json::to_writer(out, &round(number)).expect("memory takes everything");
    };
    if number < 0.0 && thousandths > 0 {
        out.push(b'-');
    }
    integer(out, thousandths / 1000);
    let [a, b, c] = [100, 10, 1].map(|unit| b'0' + (thousandths / unit % 10) as u8);
    let digits = if c != b'0' {
        3
    } else if b != b'0' {
        2
    } else {
        1
    };
    out.extend_from_slice(&[b'.', a, b, c][..=digits]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_that_json_escapes_is_seen_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            for length in 1..20 {
                for at in 0..length {
                    let mut bytes = vec![b'a'; length];
                    bytes[at] = byte;
                    assert_eq!(
                        has_escapes(&bytes),
                        byte < 0x20 || matches!(byte, b'"' | b'\\'),
                        "{byte} at {at}"
                    );
                }
            }
        }
    }

    #[test]
    fn numbers_are_written_as_serde_writes_them() {
        for thousandths in -20_005..20_005 {
            let exact = f64::from(thousandths) / 1000.0;
            for value in [exact, exact + 0.0004, exact - 0.0004, exact * 1e9] {
                let mut out = Vec::new();
                number(&mut out, value);
                assert_eq!(
                    String::from_utf8(out).expect("ASCII"),
                    serde_json::json!(round(value)).to_string()
                );
            }
        }
    }
}
