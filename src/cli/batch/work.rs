//! A part to what is written of it.

use firstlane::{
    Classifier, Engine, Question, Status, TargetIx, Verdict,
    input::{self, Fields, InputError, Reading, Record, Tag},
};
use serde::{Deserialize, Serialize};

use super::{
    dedupe::Sketch,
    rows::{Layout, To},
    source::{Cursor, Part, Work},
};

/// How many answers there were, by status and lane.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counts {
    /// For each lane in the order of the pack, clear and close answers.
    pub(super) lanes: Vec<[u64; 2]>,
    pub(super) none: u64,
    pub(super) unread: u64,
    /// Records left out as doubles of others.
    #[serde(default)]
    pub(super) dropped: u64,
}

impl Counts {
    pub(super) fn clear(&self) -> u64 {
        self.lanes.iter().map(|[clear, _]| clear).sum()
    }

    pub(super) fn close(&self) -> u64 {
        self.lanes.iter().map(|[_, close]| close).sum()
    }

    pub(super) fn all(&self) -> u64 {
        self.clear() + self.close() + self.none + self.unread + self.dropped
    }

    pub(super) fn add(&mut self, other: &Self) {
        if self.lanes.len() < other.lanes.len() {
            self.lanes.resize(other.lanes.len(), [0; 2]);
        }
        for (lane, more) in self.lanes.iter_mut().zip(&other.lanes) {
            lane[0] += more[0];
            lane[1] += more[1];
        }
        self.none += other.none;
        self.unread += other.unread;
        self.dropped += other.dropped;
    }

    fn count(&mut self, status: Status, lane: Option<TargetIx>) {
        let Some(lane) = lane else {
            self.none += 1;
            return;
        };
        // Lanes are the first targets of a pack.
        if self.lanes.len() <= lane.index() {
            self.lanes.resize(lane.index() + 1, [0; 2]);
        }
        self.lanes[lane.index()][usize::from(status == Status::Close)] += 1;
    }
}

/// A record in what is written of a part, where doubles are looked for.
#[derive(Debug)]
pub(super) struct Row {
    /// Where what is written of it ends.
    pub(super) end: usize,
    pub(super) counts: Counts,
    /// Nothing for a record that cannot be read.
    pub(super) sketch: Option<Sketch>,
}

/// What was made of a part.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) bytes: Vec<u8>,
    pub(super) counts: Counts,
    /// What is said of records that cannot be read.
    pub(super) said: Vec<String>,
    /// The records, where doubles are looked for.
    pub(super) rows: Vec<Row>,
    /// Where the part behind it begins.
    pub(super) next: Cursor,
    /// Bytes of the input that it stands for.
    pub(super) read: u64,
    /// Whether the file cannot be written back, so that it is left as it is.
    pub(super) is_left: bool,
}

/// What all workers share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job<'j> {
    pub(super) engine: &'static Engine,
    pub(super) layout: Layout<'j>,
    pub(super) fields: &'j Fields,
    pub(super) most: usize,
    /// Which tags are written.
    pub(super) tags: &'j [&'static str],
    /// Whether doubles are looked for.
    pub(super) dedupe: bool,
}

/// Works on parts, reusing its memory.
pub(super) struct Worker<'j> {
    job: Job<'j>,
    classifier: Classifier<'static>,
    done: Done,
    /// Tags of the records of a file that is written back.
    tags: Vec<Vec<Tag>>,
}

impl<'j> Worker<'j> {
    pub(super) fn new(job: Job<'j>) -> Self {
        let classifier = Classifier::new(job.engine);
        Self { job, classifier, done: Done::new(Cursor::default(), 0), tags: Vec::new() }
    }

    pub(super) fn work(&mut self, part: Part) -> Done {
        self.done = Done::new(part.next, part.bytes);
        match part.work {
            Work::Fault(fault) => {
                self.unread(&part.name, &fault);
                self.done.is_left = self.job.layout.to == To::Same;
            }
            Work::Records(document, range) => {
                let from = self.done.bytes.len();
                for record in &document.records[range] {
                    match record {
                        Ok(record) => {
                            let question = record.question();
                            let verdict = self.classifier.classify(&question);
                            self.answer(record, &question, &verdict);
                        }
                        Err(fault) => self.unread(&part.name, fault),
                    }
                }
                if self.job.layout.to == To::Same {
                    debug_assert_eq!(from, self.done.bytes.len(), "only the whole file is written");
                    match document.tagged(&std::mem::take(&mut self.tags)) {
                        Ok(bytes) => self.done.bytes = bytes,
                        Err(why) => {
                            self.done.said.push(format!("{}: not written: {why}", part.name));
                            self.done.is_left = true;
                        }
                    }
                }
            }
            Work::Lines { bytes, line, ordinal } => self.lines(&part.name, &bytes, line, ordinal),
        }
        std::mem::replace(&mut self.done, Done::new(Cursor::default(), 0))
    }

    fn lines(&mut self, name: &str, bytes: &[u8], mut line: usize, mut ordinal: usize) {
        let reading = Reading { name, most: self.job.most, fields: self.job.fields };
        for written in bytes.split_inclusive(|&b| b == b'\n') {
            line += 1;
            if written.trim_ascii().is_empty() {
                if self.job.layout.to == To::Same {
                    self.done.bytes.extend_from_slice(written);
                }
                continue;
            }
            ordinal += 1;
            match input::read_line(written, line, ordinal, &reading) {
                Ok(record) => {
                    let question = record.question();
                    if question.is_empty() {
                        self.unread(name, &record.without_word());
                    } else {
                        let verdict = self.classifier.classify(&question);
                        self.answer(&record, &question, &verdict);
                    }
                }
                Err(fault) => self.unread(name, &fault),
            }
            if self.job.layout.to == To::Same {
                self.line_back(written);
            }
        }
    }

    /// A line of JSON Lines as it was, with tags if its record could be read.
    fn line_back(&mut self, written: &[u8]) {
        let tags = self.tags.pop().unwrap_or_default();
        let tagged = str::from_utf8(written).ok().and_then(|line| input::tagged_line(line, &tags).ok());
        match tagged {
            Some(line) => self.done.bytes.extend_from_slice(line.as_bytes()),
            None => self.done.bytes.extend_from_slice(written),
        }
    }

    fn answer(&mut self, record: &Record<'_>, question: &Question<'_>, verdict: &Verdict) {
        let Job { layout, dedupe, .. } = self.job;
        layout.answer(record, question, verdict, &mut self.done.bytes);
        if layout.to == To::Same {
            self.tags.push(self.tags_of(verdict));
        }
        if dedupe {
            let mut counts = Counts::default();
            counts.count(verdict.status, verdict.lane);
            let sketch = Some(Sketch::of(record));
            self.done.rows.push(Row { end: self.done.bytes.len(), counts, sketch });
        } else {
            self.done.counts.count(verdict.status, verdict.lane);
        }
    }

    fn unread(&mut self, name: &str, fault: &InputError) {
        self.done.said.push(format!("{name}:{}: {fault}", fault.line));
        self.job.layout.unread(fault, &mut self.done.bytes);
        if self.job.layout.to == To::Same {
            self.tags.push(Vec::new());
        }
        if self.job.dedupe {
            let counts = Counts { unread: 1, ..Counts::default() };
            self.done.rows.push(Row { end: self.done.bytes.len(), counts, sketch: None });
        } else {
            self.done.counts.unread += 1;
        }
    }

    /// What is written into the bank's own file: a lane or none, an instinct and a step if there are, and that the answer
    /// is close, so that people can look for those.
    fn tags_of(&self, verdict: &Verdict) -> Vec<Tag> {
        let pack = self.job.engine.pack();
        let id = |ix: TargetIx| pack.target(ix).id.clone();
        let status = (verdict.status == Status::Close).then(|| verdict.status.name().to_owned());
        let lane = verdict.lane.map_or_else(|| Status::None.name().to_owned(), id);
        let all = [
            ("lane", Some(lane)),
            ("instinct", verdict.instinct.map(id)),
            ("verify", verdict.verify.map(id)),
            ("status", status),
        ];
        let wanted = all.into_iter().filter(|(key, _)| self.job.tags.contains(key));
        wanted.filter_map(|(key, value)| value.map(|value| Tag { key, value })).collect()
    }
}

impl Done {
    fn new(next: Cursor, read: u64) -> Self {
        Self {
            bytes: Vec::new(),
            counts: Counts::default(),
            said: Vec::new(),
            rows: Vec::new(),
            next,
            read,
            is_left: false,
        }
    }
}
