//! What a reader sees of an element that holds XHTML.
//!
//! In: an element, and how each element in it is shown. Out: text, by the same rules as any HTML of a bank: what is shown
//! is written as HTML first.

use super::{Child, Xml};
use crate::input::html;

/// How an element is shown to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::input) enum Show {
    Itself,
    /// As another element of HTML.
    As(&'static str),
    /// Other text in its place.
    Text(&'static str),
    Nothing,
}

impl Xml<'_> {
    /// What a reader sees of an element that holds XHTML; `show` says how each element inside is shown.
    pub(in crate::input) fn seen(&self, at: usize, show: &dyn Fn(usize) -> Show) -> String {
        let mut html = String::new();
        self.write_html(at, show, &mut html);
        html::text(&html).trim().to_owned()
    }

    fn write_html(&self, at: usize, show: &dyn Fn(usize) -> Show, html: &mut String) {
        for child in &self.elements[at].children {
            match child {
                Child::Text(text) => html.push_str(&quick_xml::escape::minimal_escape(&**text)),
                Child::Element(child) => {
                    let tag = match show(*child) {
                        Show::Nothing => continue,
                        Show::Text(text) => {
                            html.push_str(text);
                            continue;
                        }
                        Show::As(tag) => tag,
                        Show::Itself => &self.elements[*child].name,
                    };
                    let known = tag.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !tag.is_empty();
                    if known {
                        html.extend(["<", tag, ">"]);
                    }
                    self.write_html(*child, show, html);
                    if known && tag != "br" {
                        html.extend(["</", tag, ">"]);
                    }
                }
            }
        }
    }
}
