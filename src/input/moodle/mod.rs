//! Moodle XML.
//!
//! In: a `<quiz>` of `<question>`s, as Moodle and its helpers export it. Out: a record a question. What stands in
//! `<answer>` is read only for types that show it as a choice: for the others it is the answer key. Of a cloze question
//! the gaps stay, without what belongs in them. The sides of a matching question that are given are part of the stem, the
//! sides to choose from are its options. Tags are Moodle's own question tags.

mod cloze;

use quick_xml::escape::escape;

use super::{
    InputError, Reading, Record,
    document::{Document, Note, PREFIX, Tag},
    format::Sample,
    html,
    xml::{self, Place, Step, Xml, XmlTagger},
};

/// Whether a file looks like it.
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    xml::root(&sample.text).is_some_and(|root| root == "quiz")
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let (source, note) = xml::decoded(bytes).map_err(|message| reading.fault(1, 1, "encoding", message))?;
    let xml = Xml::new(&source.text);
    let mut bank = Bank { reading, xml: &xml, records: Vec::new(), places: Vec::new(), notes: Vec::new() };
    bank.notes.extend(note);
    for question in xml.all("question").filter(|&question| xml.get(question).closed) {
        bank.question(question);
    }
    bank.end()?;
    let Bank { records, places, notes, .. } = bank;
    Ok(Document { records, notes, tagger: Box::new(XmlTagger { source, places, write }) })
}

/// A tag as Moodle writes it.
fn write(tag: &Tag, prefix: &str) -> String {
    let text = format!("{PREFIX}:{}:{}", tag.key, tag.value);
    format!("<{prefix}tag><{prefix}text>{}</{prefix}text></{prefix}tag>", escape(text.as_str()))
}

/// A bank being read.
struct Bank<'x, 't> {
    reading: &'x Reading<'x>,
    xml: &'x Xml<'t>,
    records: Vec<Result<Record<'static>, InputError>>,
    places: Vec<Option<Place>>,
    notes: Vec<Note>,
}

impl Bank<'_, '_> {
    fn question(&mut self, at: usize) {
        let line = self.xml.line(self.xml.get(at).range.start);
        let kind = self.xml.get(at).attribute("type").unwrap_or_default();
        match kind.as_str() {
            "category" => return,
            "description" => {
                return self.note(line, "a description is passed over: it asks nothing".to_owned());
            }
            "random" | "randomsamatch" => {
                let message =
                    format!("a `{kind}` question is passed over: it stands for questions drawn from others");
                return self.note(line, message);
            }
            _ => {}
        }
        let ordinal = self.records.len() + 1;
        let record = match self.xml.unknown_in(at) {
            Some((line, message)) => Err(self.reading.fault(ordinal, line, "unknown-entity", message)),
            None => self.record(at, ordinal, line, &kind),
        };
        self.places.push(record.is_ok().then(|| place(self.xml, at)));
        self.records.push(record);
    }

    fn record(
        &self,
        at: usize,
        ordinal: usize,
        line: usize,
        kind: &str,
    ) -> Result<Record<'static>, InputError> {
        let Some(text) = self.xml.child(at, "questiontext") else {
            let message = "question has no `<questiontext>`, so there is no stem to read".to_owned();
            return Err(self.reading.fault(ordinal, line, "no-text", message));
        };
        let id = self.xml.child(at, "idnumber").map(|id| self.xml.text_of(id).trim().to_owned());
        let id = id.filter(|id| !id.is_empty());
        let mut stem = match kind {
            "cloze" | "multianswer" => formatted(self.xml, text, cloze::gaps),
            "ddwtos" | "gapselect" => formatted(self.xml, text, cloze::boxes),
            _ => formatted(self.xml, text, str::to_owned),
        };
        if matches!(kind, "matching" | "match" | "ddmatch") {
            let sides = self.xml.children(at).filter(|&child| self.xml.get(child).name == "subquestion");
            let given = sides.map(|side| formatted(self.xml, side, str::to_owned));
            stem.extend(given.filter(|side| !side.is_empty()).map(|side| format!("\n{side}")));
        }
        let options = options(self.xml, at, kind);
        self.reading.record(ordinal, line, id, stem, xml::keyed(options))
    }

    fn note(&mut self, line: usize, message: String) {
        self.notes.push(Note { line, message });
    }

    /// Says why the file ended early, or had no question.
    fn end(&mut self) -> Result<(), InputError> {
        let ordinal = self.records.len() + 1;
        let fault = match &self.xml.broken {
            Some((at, why)) => {
                let message = xml::not_well_formed(why);
                self.reading.fault(ordinal, self.xml.line(*at), "not-well-formed", message)
            }
            None if self.records.is_empty() => self.reading.fault(1, 1, "no-questions", self.none()),
            None => return Ok(()),
        };
        if self.records.is_empty() {
            return Err(fault);
        }
        self.records.push(Err(fault));
        self.places.push(None);
        Ok(())
    }

    /// Why there is no question.
    fn none(&self) -> String {
        let root = self.xml.root().map(|root| (root.tag, root.attribute("xmlns").unwrap_or_default()));
        match root {
            None => "file has no XML element; Moodle XML begins with `<quiz>`".to_owned(),
            Some(("quiz", of)) if of.contains("canvas") => {
                "file only describes a Canvas quiz; its questions are in the other files of the export, give that whole"
                    .to_owned()
            }
            Some(("quiz", _)) => "`<quiz>` has no `<question>` that asks something".to_owned(),
            Some((root, _)) => format!("root element is `<{root}>`; Moodle XML begins with `<quiz>`"),
        }
    }
}

/// What a question lets its reader choose from.
fn options(xml: &Xml<'_>, at: usize, kind: &str) -> Vec<String> {
    let texts = |name: &'static str| {
        let parts = xml.children(at).filter(move |&child| xml.get(child).name == name);
        parts.map(|part| formatted(xml, part, str::to_owned))
    };
    match kind {
        "truefalse" => vec!["True".to_owned(), "False".to_owned()],
        "multichoice" | "multichoiceset" | "oumultiresponse" | "calculatedmulti" | "ordering" => {
            texts("answer").collect()
        }
        "ddwtos" => texts("dragbox").collect(),
        "gapselect" => texts("selectoption").collect(),
        "ddimageortext" | "ddmarker" => texts("drag").filter(|text| !text.is_empty()).collect(),
        "mtf" | "kprime" => {
            let rows = xml.children(at).filter(|&child| xml.get(child).name == "row");
            rows.filter_map(|row| Some(formatted(xml, xml.child(row, "rowtext")?, str::to_owned))).collect()
        }
        "matching" | "match" | "ddmatch" => {
            let sides = xml.children(at).filter(|&child| xml.get(child).name == "subquestion");
            let answers = sides.filter_map(|side| xml.child(side, "answer"));
            xml::distinct(answers.map(|answer| formatted(xml, answer, str::to_owned)))
        }
        _ => Vec::new(),
    }
}

/// The text of an element, in the format that it names, as a reader sees it; `shown` goes first over its source.
fn formatted(xml: &Xml<'_>, at: usize, shown: fn(&str) -> String) -> String {
    let text = xml.child(at, "text").map_or_else(|| xml.text_of(at), |text| xml.text_of(text));
    let text = shown(&text);
    let format = xml.get(at).attribute("format").unwrap_or_default();
    let seen = match format.as_str() {
        "plain_text" | "plain" | "markdown" => text,
        // Moodle shows a line end of this format as one.
        "moodle_auto_format" | "auto" | "moodle" => {
            html::text(&text.replace("\r\n", "\n").replace('\n', "<br>"))
        }
        _ => html::text(&text),
    };
    seen.trim().to_owned()
}

/// Where a question keeps its tags: behind everything else that is in it, as Moodle exports it.
fn place(xml: &Xml<'_>, question: usize) -> Place {
    let tag = format!("{}tags", xml.get(question).prefix());
    let ours = |child: usize| {
        let text = xml.child(child, "text").map_or_else(|| xml.text_of(child), |text| xml.text_of(text));
        text.trim().strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with(':'))
    };
    Place::new(xml, question, &[Step { name: "tags", tag, behind: |_| true }], |_| true, &ours)
}
