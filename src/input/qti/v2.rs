//! Items of QTI 2.x and 3.0.
//!
//! In: an `<assessmentItem>` or `<qti-assessment-item>`. Out: what its body shows. The stem is all text of the body that is
//! no choice, in `prompt` or outside; a gap stays as `____`. Feedback stands among the text and is not read, nor is what
//! only a scorer or an author sees.

use super::{
    super::xml::{Show, Xml},
    Content,
};

/// What a gap looks like to a reader.
const GAP: &str = "____";

/// What an item asks, and what people should know of it.
pub(super) fn content(xml: &Xml<'_>, item: usize) -> (Option<Content>, Option<String>) {
    let id = xml.get(item).attribute("identifier").filter(|id| !id.trim().is_empty());
    let Some(body) = xml.child(item, "itembody") else {
        let message = "item has no `itemBody`, so there is no stem to read".to_owned();
        let line = xml.line(xml.get(item).range.start);
        return (Some(Content { id, fault: Some((line, "no-text", message)), ..Content::default() }), None);
    };
    let stem = xml.seen(body, &|at| in_stem(xml, at));
    let stem = stem.trim_end_matches(GAP).trim_end().to_owned();
    let choices =
        xml.within(body).filter(|&at| is_choice(xml, at) && !xml.is_inside(at, is_hidden_name, body));
    let options =
        choices.map(|at| xml.seen(at, &|at| if is_hidden(xml, at) { Show::Nothing } else { Show::Itself }));
    let options = options.collect();
    let note = xml
        .child(item, "assessmentstimulusref")
        .map(|_| "the item refers to a passage in another file, which is not read with it".to_owned());
    (Some(Content { id, stem, options, fault: None }), note)
}

/// How an element of the body is shown in the stem.
fn in_stem(xml: &Xml<'_>, at: usize) -> Show {
    match &*xml.get(at).name {
        _ if is_hidden(xml, at) || is_choice(xml, at) => Show::Nothing,
        "textentryinteraction" | "inlinechoiceinteraction" | "gap" => Show::Text(GAP),
        "prompt" => Show::As("p"),
        "simpleassociablechoice" => Show::As("div"),
        name if name.ends_with("interaction") => Show::As("div"),
        _ => Show::Itself,
    }
}

/// Whether an element is what a reader chooses. Of the two sides of a match the first is given.
fn is_choice(xml: &Xml<'_>, at: usize) -> bool {
    match &*xml.get(at).name {
        "simplechoice" | "inlinechoice" | "gaptext" | "gapimg" => true,
        "simpleassociablechoice" => {
            let set = xml.get(at).parent.filter(|&set| xml.get(set).name == "simplematchset");
            set.is_none_or(|set| {
                let first =
                    xml.get(set).parent.and_then(|interaction| xml.child(interaction, "simplematchset"));
                first != Some(set)
            })
        }
        _ => false,
    }
}

/// Whether an element is not shown before the answer, or is no text.
fn is_hidden(xml: &Xml<'_>, at: usize) -> bool {
    let element = xml.get(at);
    match &*element.name {
        "rubricblock" => element.attribute("view").is_some_and(|view| !view.contains("candidate")),
        name => is_hidden_name(name),
    }
}

fn is_hidden_name(name: &str) -> bool {
    name.starts_with("feedback")
        || matches!(
            name,
            "modalfeedback"
                | "infocontrol"
                | "stylesheet"
                | "style"
                | "script"
                | "object"
                | "endattemptinteraction"
                | "custominteraction"
                | "portablecustominteraction"
        )
}
