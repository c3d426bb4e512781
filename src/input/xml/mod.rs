//! XML of question banks: a tree that knows where in the source everything stands.
//!
//! In: a file's bytes. Out: elements with their byte offsets, so that tags can be written without writing anything else
//! anew. Dialects differ in spelling only, so names are matched by their local part, in lower case, without `qti-` and
//! dashes. No DTD is read and no entity of one is expanded; the names of HTML's entities are known, since banks use them.
//! A file that is not well-formed is read as far as it goes.

mod declared;
mod place;
mod shown;

use std::{borrow::Cow, collections::HashSet, ops::Range};

use quick_xml::{
    Reader,
    errors::IllFormedError,
    escape::{resolve_xml_entity, unescape_with},
    events::{BytesRef, BytesStart, Event},
};

pub(super) use self::{
    declared::decoded,
    place::{Place, Step, XmlTagger},
    shown::Show,
};
use super::html;

/// Elements deeper than this are in no question bank, and would be read with as many nested calls.
const DEEPEST: usize = 200;

/// The name of the first element, as it is matched; also of the mere beginning of a file.
pub(super) fn root(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => {
                return Some(folded(tag.local_name().as_ref()).into_owned());
            }
            Event::Text(text) if !text.trim().is_empty() => return None,
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// A local name as it is matched.
fn folded(local: &str) -> Cow<'_, str> {
    if !local.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'-') {
        return local.into();
    }
    let lower = local.to_ascii_lowercase();
    lower.strip_prefix("qti-").unwrap_or(&lower).replace('-', "").into()
}

/// What an element has inside.
#[derive(Debug)]
pub(super) enum Child<'t> {
    Element(usize),
    Text(Cow<'t, str>),
}

/// An element and where it stands.
#[derive(Debug)]
pub(super) struct Element<'t> {
    pub(super) parent: Option<usize>,
    /// As it is written, with its prefix.
    pub(super) tag: &'t str,
    /// As it is matched.
    pub(super) name: Cow<'t, str>,
    /// The start tag between its brackets.
    head: &'t str,
    /// From the start tag's bracket to behind the end tag.
    pub(super) range: Range<usize>,
    /// Between the tags; nothing, at the end, if there is but one.
    pub(super) inner: Range<usize>,
    pub(super) children: Vec<Child<'t>>,
    /// Whether its end has been read.
    pub(super) closed: bool,
}

impl<'t> Element<'t> {
    /// The prefix of its name, with the colon.
    pub(super) fn prefix(&self) -> &'t str {
        self.tag.rfind(':').map_or("", |colon| &self.tag[..=colon])
    }

    pub(super) fn self_closing(&self) -> bool {
        self.inner.start == self.range.end
    }

    /// Its attributes: name as written, and value.
    pub(super) fn attributes(&self) -> Vec<(String, String)> {
        let start = BytesStart::from_content(self.head, self.tag.len());
        let mut attributes = start.attributes();
        let readable = attributes.with_checks(false).flatten();
        readable
            .map(|attribute| {
                let value = unescape_with(&attribute.value, resolve_xml_entity)
                    .map_or_else(|_| attribute.value.to_string(), Cow::into_owned);
                (attribute.key.as_ref().to_owned(), value)
            })
            .collect()
    }

    /// The value of an attribute whose name matches.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let local = |key: &str| key.rfind(':').map_or(0, |colon| colon + 1);
        let matches = |(key, _): &(String, String)| folded(&key[local(key)..]) == name;
        self.attributes().into_iter().find(matches).map(|(_, value)| value)
    }
}

/// A file as a tree. Elements are named by their index, in the order in which they begin.
#[derive(Debug)]
pub(super) struct Xml<'t> {
    pub(super) source: &'t str,
    elements: Vec<Element<'t>>,
    newlines: Vec<usize>,
    /// References that nothing is known for: offset and name.
    unknown: Vec<(usize, String)>,
    /// Where and why reading ended before the file did.
    pub(super) broken: Option<(usize, String)>,
}

impl<'t> Xml<'t> {
    pub(super) fn new(source: &'t str) -> Self {
        let newlines = source.match_indices('\n').map(|(at, _)| at).collect();
        let mut xml = Self { source, elements: Vec::new(), newlines, unknown: Vec::new(), broken: None };
        let mut reader = Reader::from_str(source);
        reader.config_mut().allow_dangling_amp = true;
        let mut open = Vec::new();
        loop {
            let at = offset(reader.buffer_position());
            let event = match reader.read_event() {
                Ok(Event::Eof) => break,
                Ok(event) => event,
                Err(error) => {
                    xml.broken = Some((offset(reader.error_position()).min(source.len()), why(&error)));
                    break;
                }
            };
            xml.take(event, at..offset(reader.buffer_position()), &mut open);
            if open.len() > DEEPEST {
                xml.broken = Some((at, format!("elements are nested more than {DEEPEST} deep")));
                break;
            }
        }
        if xml.broken.is_none()
            && let Some(&last) = open.last()
        {
            let Element { tag, range, .. } = &xml.elements[last];
            xml.broken = Some((range.start, format!("`<{tag}>` is not closed by the end of the file")));
        }
        xml
    }

    fn take(&mut self, event: Event<'t>, place: Range<usize>, open: &mut Vec<usize>) {
        match event {
            Event::Start(tag) => {
                let name_length = tag.name().as_ref().len();
                open.push(self.element(place.clone(), name_length, open.last().copied(), false));
            }
            Event::Empty(tag) => {
                self.element(place, tag.name().as_ref().len(), open.last().copied(), true);
            }
            Event::End(_) => {
                if let Some(element) = open.pop().map(|at| &mut self.elements[at]) {
                    element.inner.end = place.start;
                    element.range.end = place.end;
                    element.closed = true;
                }
            }
            Event::Text(text) => self.text(text.xml10_content(), open),
            Event::CData(text) => self.text(text.xml10_content(), open),
            Event::GeneralRef(reference) => {
                let text = resolved(&reference).unwrap_or_else(|| {
                    self.unknown.push((place.start, reference.to_string()));
                    String::new()
                });
                self.text(text.into(), open);
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Eof => {}
        }
    }

    fn element(
        &mut self,
        range: Range<usize>,
        name_length: usize,
        parent: Option<usize>,
        empty: bool,
    ) -> usize {
        let at = self.elements.len();
        let head = &self.source[range.start + 1..range.end - if empty { 2 } else { 1 }];
        let tag = &head[..name_length];
        let local = tag.rfind(':').map_or(tag, |colon| &tag[colon + 1..]);
        let inner = range.end..range.end;
        let (name, children) = (folded(local), Vec::new());
        self.elements.push(Element { parent, tag, name, head, range, inner, children, closed: empty });
        if let Some(parent) = parent {
            self.elements[parent].children.push(Child::Element(at));
        }
        at
    }

    fn text(&mut self, text: Cow<'t, str>, open: &[usize]) {
        if let Some(&parent) = open.last() {
            self.elements[parent].children.push(Child::Text(text));
        }
    }

    pub(super) fn get(&self, at: usize) -> &Element<'t> {
        &self.elements[at]
    }

    /// The first element, if there is one.
    pub(super) fn root(&self) -> Option<&Element<'t>> {
        self.elements.first()
    }

    /// Line of an offset, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.newlines.partition_point(|&newline| newline < offset) + 1
    }

    /// All elements of a name, in order.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = usize> {
        (0..self.elements.len()).filter(move |&at| self.elements[at].name == name)
    }

    /// Elements inside an element, however deep, in order. Elements are numbered as they begin, so they follow it.
    pub(super) fn within(&self, at: usize) -> impl Iterator<Item = usize> {
        let end = self.elements[at].range.end;
        let inside = move |at: &usize| self.elements[*at].range.start < end;
        (at + 1..self.elements.len()).take_while(inside)
    }

    /// Elements directly in an element, in order.
    pub(super) fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        self.elements[at].children.iter().filter_map(|child| match child {
            Child::Element(at) => Some(*at),
            Child::Text(_) => None,
        })
    }

    /// The first element of a name directly in an element.
    pub(super) fn child(&self, at: usize, name: &str) -> Option<usize> {
        self.children(at).find(|&child| self.elements[child].name == name)
    }

    /// Whether an element stands in one of a name, below another.
    pub(super) fn is_inside(&self, at: usize, name: impl Fn(&str) -> bool, below: usize) -> bool {
        let parents = std::iter::successors(self.elements[at].parent, |&parent| self.elements[parent].parent);
        parents.take_while(|&parent| parent != below).any(|parent| name(&self.elements[parent].name))
    }

    /// The text directly in an element, as written.
    pub(super) fn text_of(&self, at: usize) -> String {
        let children = self.elements[at].children.iter();
        children
            .filter_map(|child| match child {
                Child::Text(text) => Some(&**text),
                Child::Element(_) => None,
            })
            .collect()
    }

    /// A reference in an element that nothing is known for: its line, and what is wrong.
    pub(super) fn unknown_in(&self, at: usize) -> Option<(usize, String)> {
        let range = &self.elements[at].range;
        let first = self.unknown.partition_point(|(offset, _)| *offset < range.start);
        let (offset, name) = self.unknown.get(first).filter(|(offset, _)| *offset < range.end)?;
        let message = format!(
            "`&{name};` is an entity that neither XML nor HTML has; write the character itself, or `&amp;{name};` for the words"
        );
        Some((self.line(*offset), message))
    }
}

/// Options with the letters that they are shown with.
pub(super) fn keyed(options: Vec<String>) -> Vec<(String, String)> {
    let key =
        |at: usize| u8::try_from(at).ok().filter(|&at| at < 26).map(|at| char::from(b'A' + at).to_string());
    let keyed = options.into_iter().enumerate();
    keyed.map(|(at, text)| (key(at).unwrap_or_else(|| (at + 1).to_string()), text)).collect()
}

/// Texts that are there several times, once; without empty ones.
pub(super) fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.filter(|text| !text.is_empty() && seen.insert(text.clone())).collect()
}

/// What is said of a file that is not well-formed.
pub(super) fn not_well_formed(why: &str) -> String {
    format!("{why}, so the XML cannot be read from here on; export the bank again, or mend this place")
}

fn offset(position: u64) -> usize {
    usize::try_from(position).expect("a position in a text in memory")
}

/// What a reference stands for.
fn resolved(reference: &BytesRef<'_>) -> Option<String> {
    if reference.is_char_ref() {
        return reference.resolve_char_ref().ok().flatten().map(String::from);
    }
    if let Some(text) = resolve_xml_entity(reference) {
        return Some(text.to_owned());
    }
    let written = format!("x&{};x", &**reference);
    // A name that HTML does not know stays; one that it knows as the beginning of another name leaves its rest.
    let text = html::text(&written);
    let text = text.strip_prefix('x')?.strip_suffix('x')?;
    (!text.ends_with(';')).then(|| text.to_owned())
}

/// Why a file is not well-formed, in words.
fn why(error: &quick_xml::Error) -> String {
    match error {
        quick_xml::Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            format!("`</{found}>` stands where `</{expected}>` should")
        }
        quick_xml::Error::IllFormed(IllFormedError::UnmatchedEndTag(tag)) => {
            format!("`</{tag}>` closes nothing")
        }
        quick_xml::Error::Syntax(error) => {
            error.to_string().replace("before end of input", "in the rest of the file")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_whatever_the_dialect() {
        for (written, name) in [
            ("simpleChoice", "simplechoice"),
            ("qti-simple-choice", "simplechoice"),
            ("response_label", "response_label"),
            ("FlowMat", "flowmat"),
        ] {
            assert_eq!(folded(written), name);
        }
        assert_eq!(root("<?xml version=\"1.0\"?><!-- x --><qti:qti-assessment-item a='").as_deref(), None);
        assert_eq!(root("<!DOCTYPE q SYSTEM 'q.dtd'><q:assessmentItem/>").as_deref(), Some("assessmentitem"));
        assert_eq!(root("a < b <c/>"), None);
    }

    #[test]
    fn references_become_characters_whichever_kind_they_are() {
        let xml =
            Xml::new("<a>p95 &lt; 200&nbsp;ms &#38; &#x41;&eacute; R&D <![CDATA[<b> &lt;]]>&foo;&#0;</a>");
        assert_eq!(xml.text_of(0), "p95 < 200\u{a0}ms & Aé R&D <b> &lt;");
        let (line, message) = xml.unknown_in(0).expect("`foo` is no entity");
        assert_eq!(line, 1);
        assert!(message.starts_with("`&foo;`"), "{message}");
        assert_eq!(xml.unknown.len(), 2);
    }

    #[test]
    fn what_is_not_well_formed_is_read_as_far_as_it_goes() {
        for (source, closed, at, said) in [
            ("<a><b/></a>", 2, None, ""),
            ("<a><b></b>\n<c>", 1, Some(11), "`<c>` is not closed"),
            ("<a><b></c></a>", 0, Some(6), "`</c>` stands where `</b>` should"),
            ("</a>", 0, Some(0), "`</a>` closes nothing"),
            ("<a><![CDATA[ x", 0, Some(3), "CDATA"),
            ("<a b='é", 0, Some(0), ""),
            ("", 0, None, ""),
        ] {
            let xml = Xml::new(source);
            assert_eq!(xml.elements.iter().filter(|element| element.closed).count(), closed, "{source}");
            let (offset, message) = xml.broken.map_or((None, String::new()), |(at, why)| (Some(at), why));
            assert_eq!(offset, at, "{source}: {message}");
            assert!(message.contains(said), "{source}: {message}");
        }
        assert!(Xml::new(&"<a>".repeat(100_000)).broken.is_some_and(|(_, why)| why.contains("nested")));
    }
}
