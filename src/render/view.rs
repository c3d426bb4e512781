//! A question with its answer, as those who show it need it.

use crate::{
    decide::Verdict,
    engine::Engine,
    input::Record,
    pack::{Pack, TargetIx},
    question::Question,
};

/// What there is to show.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The engine that answered.
    pub engine: &'a Engine,
    /// The record as read.
    pub record: &'a Record<'a>,
    /// Its question.
    pub question: &'a Question<'a>,
    /// The answer.
    pub verdict: &'a Verdict,
}

impl View<'_> {
    /// The pack of the engine.
    #[must_use]
    pub fn pack(&self) -> &Pack {
        self.engine.pack()
    }

    /// The words of a range in the field that a segment belongs to, on one line.
    #[must_use]
    pub fn words(&self, segment: u32, start: u32, end: u32) -> String {
        let option = self.question.segments()[segment as usize].option;
        let bytes = &self.record.field(option).as_bytes()[start as usize..end as usize];
        String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What people call a target.
    #[must_use]
    pub fn title(&self, ix: TargetIx) -> &str {
        &self.pack().target(ix).text
    }
}
