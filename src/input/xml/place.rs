//! Where in an XML file tags go, and the file with tags.
//!
//! Tags are written into the source at byte offsets, with the indentation and the line ends that stand there; elements
//! that are to hold them are made where they are missing.

use std::ops::Range;

use super::{
    super::document::{Tag, Tagger, edited},
    Xml,
};
use crate::input::encoding::Decoded;

/// An element on the way to where tags are kept.
#[derive(Debug, Clone)]
pub(in crate::input) struct Step {
    /// As it is matched.
    pub(in crate::input) name: &'static str,
    /// As it is written if it has to be made: name with prefix, and attributes.
    pub(in crate::input) tag: String,
    /// Which of its siblings it stands behind.
    pub(in crate::input) behind: fn(&str) -> bool,
}

/// Where tags go in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::input) struct Place {
    /// What is replaced by the tags and what holds them: nothing, or an element without content.
    at: Range<usize>,
    before: String,
    after: String,
    /// What stands before each tag: line end and indentation.
    lead: String,
    /// Prefix of the elements that are made.
    prefix: String,
    /// Tags of an earlier run.
    old: Vec<Range<usize>>,
}

impl Place {
    /// Where tags go: into the last of some nested elements in an element, behind what is in it. `ours` tells the tags of
    /// an earlier run.
    pub(in crate::input) fn new(
        xml: &Xml<'_>,
        element: usize,
        steps: &[Step],
        behind: fn(&str) -> bool,
        ours: &dyn Fn(usize) -> bool,
    ) -> Self {
        let mut holder = element;
        let mut missing = steps;
        while let [step, rest @ ..] = missing
            && let Some(child) = xml.child(holder, step.name)
        {
            (holder, missing) = (child, rest);
        }
        let old: Vec<_> = xml.children(holder).filter(|&child| ours(child)).collect();
        let before_new = missing.first().map_or(behind, |step| step.behind);
        let at = xml
            .children(holder)
            .filter(|child| !old.contains(child) && before_new(&xml.get(*child).name))
            .last()
            .map_or(xml.get(holder).inner.start, |child| xml.get(child).range.end);
        let old = old.into_iter().map(|old| {
            let range = &xml.get(old).range;
            range.start - lead(xml, old).len()..range.end
        });
        let mut place = Self {
            at: at..at,
            before: String::new(),
            after: String::new(),
            lead: lead_inside(xml, holder),
            prefix: missing.last().map_or(xml.get(holder).tag, |step| &step.tag).to_owned(),
            old: old.collect(),
        };
        place
            .prefix
            .truncate(place.prefix.split(' ').next().and_then(|tag| tag.rfind(':')).map_or(0, |at| at + 1));
        place.wrap(xml, holder, missing);
        place
    }

    /// Makes what is missing to hold the tags.
    fn wrap(&mut self, xml: &Xml<'_>, holder: usize, missing: &[Step]) {
        let unit = unit(xml, holder);
        let own = lead(xml, holder);
        let element = xml.get(holder);
        if element.self_closing() {
            self.at = element.range.clone();
            let head = xml.source[element.range.clone()].trim_end_matches("/>").trim_end();
            self.before = format!("{head}>");
            self.after = format!("{own}</{}>", element.tag);
        } else if xml.source[element.inner.clone()].is_empty() {
            self.after = own.to_owned();
        }
        for step in missing {
            let lead = self.lead.clone();
            let name = step.tag.split(' ').next().unwrap_or_default();
            self.before.push_str(&format!("{lead}<{}>", step.tag));
            self.after.insert_str(0, &format!("{lead}</{name}>"));
            if !lead.is_empty() {
                self.lead.push_str(&unit);
            }
        }
    }

    /// The edits that write tags here, each as `write` has it with the prefix for its elements.
    pub(in crate::input) fn edits(
        &self,
        tags: &[Tag],
        write: &dyn Fn(&Tag, &str) -> String,
    ) -> Vec<(Range<usize>, String)> {
        let mut edits: Vec<_> = self.old.iter().map(|old| (old.clone(), String::new())).collect();
        if !tags.is_empty() {
            let tags = tags.iter().map(|tag| format!("{}{}", self.lead, write(tag, &self.prefix)));
            let new = format!("{}{}{}", self.before, tags.collect::<String>(), self.after);
            edits.push((self.at.clone(), new));
        }
        edits
    }
}

/// The line end and the indentation before an element, if nothing else is before it in its line.
fn lead<'t>(xml: &Xml<'t>, element: usize) -> &'t str {
    let before = &xml.source[..xml.get(element).range.start];
    let text = before.trim_end_matches([' ', '\t']);
    let text = match text.strip_suffix('\n') {
        Some(text) => text.strip_suffix('\r').unwrap_or(text),
        None => before,
    };
    &before[text.len()..]
}

/// What stands before a child of an element.
fn lead_inside(xml: &Xml<'_>, element: usize) -> String {
    match xml.children(element).next() {
        Some(child) => lead(xml, child).to_owned(),
        None => {
            let own = lead(xml, element);
            if own.is_empty() { String::new() } else { format!("{own}{}", unit(xml, element)) }
        }
    }
}

/// The step of indentation around an element: that of its children, else its own, else two spaces.
fn unit(xml: &Xml<'_>, element: usize) -> String {
    let own = lead(xml, element);
    let inner = xml.children(element).next().map(|child| lead(xml, child));
    let outer = xml.get(element).parent.map(|parent| lead(xml, parent));
    let step = |inner: Option<&str>, outer: Option<&str>| -> Option<String> {
        inner?.strip_prefix(outer?).filter(|unit| !unit.is_empty() && !unit.contains('\n')).map(str::to_owned)
    };
    step(inner, Some(own)).or_else(|| step(Some(own), outer)).unwrap_or_else(|| "  ".to_owned())
}

/// Writes an XML file back with tags.
#[derive(Debug)]
pub(in crate::input) struct XmlTagger {
    pub(in crate::input) source: Decoded,
    /// Of each record; one that cannot be read has none.
    pub(in crate::input) places: Vec<Option<Place>>,
    /// A tag as an element, given the prefix of its name.
    pub(in crate::input) write: fn(&Tag, &str) -> String,
}

impl Tagger for XmlTagger {
    fn tagged(&self, tags: &[Vec<Tag>]) -> Result<Vec<u8>, String> {
        let places = self.places.iter().zip(tags).filter_map(|(place, tags)| Some((place.as_ref()?, tags)));
        let edits = places.flat_map(|(place, tags)| place.edits(tags, &self.write)).collect();
        self.source.encode(&edited(&self.source.text, edits))
    }
}
