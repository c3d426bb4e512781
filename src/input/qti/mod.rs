//! IMS QTI 1.2, 2.x and 3.0.
//!
//! In: a file of one or many items, as Canvas, Blackboard, TAO and others export them. Out: a record an item. The two
//! grammars, that of 1.2 and that of 2.x and 3.0, have a module each. Tags go into an item's metadata fields in 1.2; in
//! 2.x and 3.0 only the manifest of a package has a place for them.

pub(super) mod v1;
mod v2;

use super::{
    InputError, Reading, Record,
    document::{Document, Note, Tagger, Untaggable},
    format::Sample,
    xml::{self, Place, Xml, XmlTagger},
};

/// Whether a file looks like it.
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    xml::root(&sample.text).is_some_and(|root| match root.as_str() {
        "item" | "section" => sample.text.contains("presentation"),
        "manifest" => is_manifest(&sample.text),
        root => is_root(root),
    })
}

/// Whether an element of this name is the root of a file of QTI.
pub(super) fn is_root(name: &str) -> bool {
    matches!(name, "questestinterop" | "objectbank" | "section" | "item") || name.starts_with("assessment")
}

/// Whether a file with the root `manifest` is that of a package.
pub(super) fn is_manifest(text: &str) -> bool {
    text.contains("imscp") || text.contains("imsglobal") || text.contains("imscc")
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let (source, note) = xml::decoded(bytes).map_err(|message| reading.fault(1, 1, "encoding", message))?;
    let xml = Xml::new(&source.text);
    let mut notes: Vec<_> = note.into_iter().collect();
    if let Some(message) = no_bank(&xml) {
        return Err(reading.fault(1, 1, "not-qti", message));
    }
    let (mut records, mut places, mut taggable) = (Vec::new(), Vec::new(), false);
    for item in items(&xml) {
        notes.extend(item.note);
        let Some(content) = item.content else { continue };
        let record = content.record(reading, records.len() + 1, item.line);
        taggable |= item.place.is_some();
        places.push(item.place.filter(|_| record.is_ok()));
        records.push(record);
    }
    if let Some((at, why)) = &xml.broken {
        let message = xml::not_well_formed(why);
        let fault = reading.fault(records.len() + 1, xml.line(*at), "not-well-formed", message);
        if records.is_empty() {
            return Err(fault);
        }
        records.push(Err(fault));
        places.push(None);
    }
    if records.is_empty() {
        return Err(reading.fault(
            1,
            1,
            "no-questions",
            "file is QTI and has no item that asks something".to_owned(),
        ));
    }
    let tagger: Box<dyn Tagger> = if taggable {
        Box::new(XmlTagger { source, places, write: v1::field })
    } else {
        Box::new(Untaggable(
            "an item of QTI 2 or 3 has no place for tags; give the package (zip), whose manifest has one",
        ))
    };
    Ok(Document { records, notes, tagger })
}

/// Why a file is no bank of questions, although it may be read as XML.
fn no_bank(xml: &Xml<'_>) -> Option<String> {
    let Some(root) = xml.root() else {
        return xml.broken.is_none().then(|| {
            "file has no XML element; QTI begins with `<questestinterop>` or `<assessmentItem>`".to_owned()
        });
    };
    let package = "give the whole package (zip)";
    match &*root.name {
        "manifest" => Some(format!("file is the manifest of a package, without the questions; {package}")),
        "assessmenttest" | "assessmentsection"
            if xml.all("assessmentitem").next().is_none() && xml.broken.is_none() =>
        {
            Some(format!("file is a test that names its items, which are other files; {package}"))
        }
        "assessmentstimulus" => {
            Some(format!("file is a passage that items refer to, without the questions; {package}"))
        }
        name if is_root(name) => None,
        _ => Some(format!(
            "root element is `<{}>`, neither that of QTI (`<questestinterop>`, `<assessmentItem>`) nor Moodle's `<quiz>`",
            root.tag
        )),
    }
}

/// An item of a file.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) line: usize,
    /// What it asks, or why that cannot be read; nothing if it asks nothing.
    pub(super) content: Option<Content>,
    /// What people should know of it.
    pub(super) note: Option<Note>,
    /// Where its own file keeps tags.
    pub(super) place: Option<Place>,
}

/// What an item asks.
#[derive(Debug, Default)]
pub(super) struct Content {
    id: Option<String>,
    stem: String,
    options: Vec<String>,
    /// Why it cannot be read: line, code, message.
    fault: Option<(usize, &'static str, String)>,
}

impl Content {
    pub(super) fn record(
        self,
        reading: &Reading<'_>,
        ordinal: usize,
        line: usize,
    ) -> Result<Record<'static>, InputError> {
        match self.fault {
            Some((line, code, message)) => {
                let fault = reading.fault(ordinal, line, code, message);
                Err(InputError { id: self.id.unwrap_or(fault.id), ..fault })
            }
            None => reading.record(ordinal, line, self.id, self.stem, xml::keyed(self.options)),
        }
    }
}

/// The items of a file, in order.
pub(super) fn items(xml: &Xml<'_>) -> Vec<Item> {
    let elements = xml.all("item").chain(xml.all("assessmentitem"));
    let mut elements: Vec<_> = elements.filter(|&at| xml.get(at).closed).collect();
    elements.sort_unstable();
    elements.into_iter().map(|at| item(xml, at)).collect()
}

fn item(xml: &Xml<'_>, at: usize) -> Item {
    let line = xml.line(xml.get(at).range.start);
    let first = xml.get(at).name == "item";
    let (mut content, note) = if first { v1::content(xml, at) } else { v2::content(xml, at) };
    if let (Some(content), Some((line, message))) = (&mut content, xml.unknown_in(at)) {
        content.fault = Some((line, "unknown-entity", message));
    }
    let note = note.map(|message| Note { line, message });
    Item { line, content, note, place: first.then(|| v1::place(xml, at)) }
}
