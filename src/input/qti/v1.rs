//! Items of QTI 1.2.
//!
//! In: an `<item>`. Out: what its `<presentation>` shows. The choices of a question that is to be filled in are its
//! accepted answers, so they are no options; the kind of question is in the metadata, each system's in its own field.

use quick_xml::escape::escape;

use super::{
    super::{
        document::{PREFIX, Tag},
        html,
        xml::{self, Place, Show, Step, Xml},
    },
    Content,
};

/// What a gap looks like to a reader.
const GAP: &str = "____";

/// What an item asks, and what people should know of it.
pub(super) fn content(xml: &Xml<'_>, item: usize) -> (Option<Content>, Option<String>) {
    let kind = kind(xml, item);
    if kind == Kind::Nothing {
        return (None, Some("a text without a question is passed over".to_owned()));
    }
    let object = xml.within(item).find(|&at| xml.get(at).name == "bbmd_asi_object_id");
    let id = xml.get(item).attribute("ident").or_else(|| object.map(|object| xml.text_of(object)));
    let id = id.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
    let Some(presentation) = xml.child(item, "presentation") else {
        let message = "item has no `<presentation>`, so there is no stem to read".to_owned();
        let line = xml.line(xml.get(item).range.start);
        return (Some(Content { id, fault: Some((line, "no-text", message)), ..Content::default() }), None);
    };
    let mut shown = Shown { xml, kind, parts: Vec::new(), right: Vec::new(), gaps: Vec::new() };
    shown.walk(presentation);
    let right = std::mem::take(&mut shown.right);
    let (stem, named) = shown.stem();
    let mut options = if right.is_empty() { options(xml, presentation) } else { right };
    let mut note = None;
    match kind {
        Kind::FillIn => options.clear(),
        Kind::Unknown if named && !options.is_empty() => {
            options.clear();
            note = Some(
                "whether the gaps list choices or accepted answers is not said, so they are left out"
                    .to_owned(),
            );
        }
        _ => {}
    }
    (Some(Content { id, stem, options, fault: None }), note)
}

/// What matters of the kind of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What is to be filled in is listed.
    FillIn,
    /// Gaps with choices each.
    Choices,
    Matching,
    /// It asks nothing.
    Nothing,
    Known,
    Unknown,
}

/// Canvas says it in `question_type`, Common Cartridge in `cc_profile`, Blackboard in an element of its own.
fn kind(xml: &Xml<'_>, item: usize) -> Kind {
    let field = |at: usize| {
        let label = xml.text_of(xml.child(at, "fieldlabel")?).trim().to_ascii_lowercase();
        matches!(&*label, "question_type" | "cc_profile" | "qmd_questiontype")
            .then(|| xml.child(at, "fieldentry").map(|entry| xml.text_of(entry)))?
    };
    let said = xml.within(item).find_map(|at| match &*xml.get(at).name {
        "qtimetadatafield" => field(at),
        "bbmd_questiontype" | "qmd_itemtype" => Some(xml.text_of(at)),
        _ => None,
    });
    match said.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "" => Kind::Unknown,
        "text_only_question" => Kind::Nothing,
        "matching_question" | "matching" => Kind::Matching,
        "multiple_dropdowns_question" => Kind::Choices,
        "fill_in_multiple_blanks_question"
        | "short_answer_question"
        | "numerical_question"
        | "essay_question" => Kind::FillIn,
        said if said.starts_with("fill in") || said.starts_with("cc.fib") => Kind::FillIn,
        _ => Kind::Known,
    }
}

/// What a presentation shows, as it is gathered.
struct Shown<'x, 't> {
    xml: &'x Xml<'t>,
    kind: Kind,
    parts: Vec<String>,
    /// Blackboard's right sides of a matching question.
    right: Vec<String>,
    /// Names of gaps, which stand in brackets in the stem.
    gaps: Vec<String>,
}

impl Shown<'_, '_> {
    fn walk(&mut self, at: usize) {
        for child in self.xml.children(at) {
            let element = self.xml.get(child);
            match &*element.name {
                "material" => self.parts.push(material(self.xml, child)),
                "flow" => match element.attribute("class").as_deref() {
                    Some("FILE_BLOCK" | "LINK_BLOCK") => {}
                    Some("RIGHT_MATCH_BLOCK") => {
                        let materials =
                            self.xml.within(child).filter(|&at| self.xml.get(at).name == "material");
                        let texts =
                            materials.map(|at| material(self.xml, at)).filter(|text| !text.is_empty());
                        self.right.extend(texts);
                    }
                    _ => self.walk(child),
                },
                name if name.starts_with("response_") => self.response(child),
                _ => {}
            }
        }
    }

    /// What stands beside the choices of a response: the given side of a match, or the name of a gap.
    fn response(&mut self, at: usize) {
        let xml = self.xml;
        let beside = xml.within(at).filter(|&inner| {
            xml.get(inner).name == "material" && !xml.is_inside(inner, |name| name.starts_with("render_"), at)
        });
        for text in beside.map(|beside| material(xml, beside)).filter(|text| !text.is_empty()) {
            match self.kind {
                Kind::FillIn | Kind::Choices | Kind::Unknown => self.gaps.push(text),
                _ => self.parts.push(text),
            }
        }
        if xml.within(at).any(|inner| xml.get(inner).name == "render_fib") {
            self.parts.push(GAP.to_owned());
        }
    }

    /// The stem, and whether gaps are named in it.
    fn stem(mut self) -> (String, bool) {
        self.parts.retain(|part| !part.is_empty());
        while self.parts.last().is_some_and(|part| part == GAP) {
            self.parts.pop();
        }
        let mut stem = String::new();
        for (at, part) in self.parts.iter().enumerate() {
            let beside_gap = at > 0 && (part == GAP || self.parts[at - 1] == GAP);
            stem.push_str(if at == 0 {
                ""
            } else if beside_gap {
                " "
            } else {
                "\n"
            });
            stem.push_str(part);
        }
        let mut named = false;
        for gap in &self.gaps {
            let bracketed = format!("[{gap}]");
            if stem.contains(&bracketed) {
                stem = stem.replace(&bracketed, GAP);
                named = true;
            } else if self.kind == Kind::Unknown {
                stem.extend(["\n", gap]);
            }
        }
        (stem, named)
    }
}

/// The texts of the choices, each once where several responses list the same.
fn options(xml: &Xml<'_>, presentation: usize) -> Vec<String> {
    let responses = xml.within(presentation).filter(|&at| xml.get(at).name == "response_lid").count();
    let hidden = |name: &str| matches!(name, "render_fib" | "render_hotspot" | "render_slider");
    let labels = xml
        .within(presentation)
        .filter(|&at| xml.get(at).name == "response_label" && !xml.is_inside(at, hidden, presentation));
    let texts = labels.map(|at| material(xml, at));
    if responses > 1 { xml::distinct(texts) } else { texts.collect() }
}

/// The text of the materials in an element.
fn material(xml: &Xml<'_>, at: usize) -> String {
    let texts = xml
        .within(at)
        .filter(|&at| matches!(&*xml.get(at).name, "mattext" | "matemtext" | "mat_formattedtext"));
    let texts = texts.map(|at| text(xml, at)).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join("\n")
}

/// A text in the markup that it says to be in, or seems to be in.
fn text(xml: &Xml<'_>, at: usize) -> String {
    if xml.children(at).next().is_some() {
        return xml.seen(at, &|_| Show::Itself);
    }
    let element = xml.get(at);
    let kind = element.attribute("texttype").or_else(|| element.attribute("type")).unwrap_or_default();
    let text = xml.text_of(at);
    let marked = match kind.to_ascii_lowercase().as_str() {
        "text/html" | "text/xhtml" | "html" => true,
        "text/plain" | "plain_text" => false,
        _ => ["</", "<br", "<p>", "<img", "&nbsp;", "&lt;", "&amp;"].iter().any(|sign| text.contains(sign)),
    };
    if marked { html::text(&text).trim().to_owned() } else { text.trim().to_owned() }
}

/// Where an item keeps its metadata fields.
pub(super) fn place(xml: &Xml<'_>, item: usize) -> Place {
    let prefix = xml.get(item).prefix();
    let steps = [
        Step {
            name: "itemmetadata",
            tag: format!("{prefix}itemmetadata"),
            behind: |name| matches!(name, "qticomment" | "duration"),
        },
        Step { name: "qtimetadata", tag: format!("{prefix}qtimetadata"), behind: |_| false },
    ];
    let ours = |child: usize| {
        let label = xml.child(child, "fieldlabel").map(|label| xml.text_of(label)).unwrap_or_default();
        label.trim().strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('_'))
    };
    Place::new(xml, item, &steps, |_| true, &ours)
}

/// A tag as a metadata field.
pub(in crate::input) fn field(tag: &Tag, prefix: &str) -> String {
    format!(
        "<{prefix}qtimetadatafield><{prefix}fieldlabel>{PREFIX}_{}</{prefix}fieldlabel><{prefix}fieldentry>{}</{prefix}fieldentry></{prefix}qtimetadatafield>",
        tag.key,
        escape(tag.value.as_str())
    )
}
