//! The manifest of a package: which files there are, and where the tags of a file go.
//!
//! In: `imsmanifest.xml`. Out: paths of the files of each resource, and places for keywords in the resource's LOM
//! metadata. Systems bind LOM to different namespaces and prefixes; what the manifest has is used.

use std::collections::{HashMap, HashSet};

use quick_xml::escape::escape;

use super::archive::File;
use crate::input::{
    document::{PREFIX, Tag},
    xml::{Place, Step, Xml},
};

/// LOM of IMS Learning Resource Metadata 1.2, of which QTI 2.1 speaks.
const IMSMD: &str = "http://www.imsglobal.org/xsd/imsmd_v1p2";
/// LOM of the IEEE.
const LOM: &str = "http://ltsc.ieee.org/xsd/LOM";

/// Which of the files is the manifest: the one nearest to the root of the archive.
pub(super) fn position(files: &[File]) -> Option<usize> {
    let manifests = files.iter().enumerate().filter(|(_, file)| file.root == "manifest");
    manifests.min_by_key(|(_, file)| file.name.matches('/').count()).map(|(at, _)| at)
}

/// A resource that a manifest lists.
#[derive(Debug)]
struct Resource {
    element: usize,
    /// Its files, the main one first, as they are called in the archive.
    files: Vec<String>,
    /// Whether it says that it is of QTI.
    is_qti: bool,
    /// Whether an item has its tags here already.
    taken: bool,
}

/// A manifest.
#[derive(Debug)]
pub(super) struct Manifest<'x, 't> {
    pub(super) name: &'x str,
    xml: &'x Xml<'t>,
    resources: Vec<Resource>,
    /// Which resource a file belongs to.
    owners: HashMap<String, usize>,
    /// Prefix and namespace of LOM; whether the manifest declares it.
    lom: Binding,
}

#[derive(Debug, Clone)]
struct Binding {
    prefix: String,
    namespace: String,
    declared: bool,
}

impl<'x, 't> Manifest<'x, 't> {
    pub(super) fn new(name: &'x str, xml: &'x Xml<'t>) -> Self {
        let folder = name.rfind('/').map_or("", |slash| &name[..=slash]);
        let resources = xml.all("resource").filter(|&at| xml.get(at).closed);
        let resources: Vec<_> = resources.map(|at| resource(xml, at, folder)).collect();
        let files = resources.iter().enumerate();
        let main = files.clone().filter_map(|(at, resource)| Some((resource.files.first()?, at)));
        let others =
            files.flat_map(|(at, resource)| resource.files.iter().skip(1).map(move |path| (path, at)));
        let mut owners = HashMap::new();
        for (path, at) in main.chain(others) {
            owners.entry(path.clone()).or_insert(at);
        }
        Self { name, xml, resources, owners, lom: binding(xml) }
    }

    /// Resources of QTI whose main file is not there: line and path.
    pub(super) fn missing(&self, names: &[String]) -> Vec<(usize, String)> {
        let names: HashSet<_> = names.iter().collect();
        let listed = self.resources.iter().filter(|resource| resource.is_qti);
        let main = listed.filter_map(|resource| Some((resource.element, resource.files.first()?)));
        let missing = main.filter(|(_, path)| !names.contains(path));
        missing.map(|(at, path)| (self.xml.line(self.xml.get(at).range.start), path.clone())).collect()
    }

    /// Which resource a file belongs to, by its position; a file of none comes last.
    pub(super) fn position(&self, file: &str) -> usize {
        self.owners.get(file).copied().unwrap_or(self.resources.len())
    }

    /// Where the tags of the item in a file go, if a resource is its own.
    pub(super) fn place(&mut self, file: &str) -> Option<Place> {
        let at = self.position(file);
        let resource = self.resources.get_mut(at).filter(|resource| !resource.taken)?;
        resource.taken = true;
        let element = resource.element;
        let Binding { prefix, namespace, declared } = &self.lom;
        let lom = match (declared, prefix.strip_suffix(':')) {
            (true, _) => format!("{prefix}lom"),
            (false, Some(name)) => format!("{prefix}lom xmlns:{name}=\"{namespace}\""),
            (false, None) => format!("lom xmlns=\"{namespace}\""),
        };
        let there = self.xml.child(element, "metadata").and_then(|metadata| self.xml.child(metadata, "lom"));
        let own = there.map_or(prefix.as_str(), |lom| self.xml.get(lom).prefix());
        let steps = [
            Step {
                name: "metadata",
                tag: format!("{}metadata", self.xml.get(element).prefix()),
                behind: |_| false,
            },
            Step { name: "lom", tag: lom, behind: |name| matches!(name, "schema" | "schemaversion") },
            Step { name: "general", tag: format!("{own}general"), behind: |_| false },
        ];
        let before_keyword = |name: &str| {
            matches!(
                name,
                "identifier" | "title" | "catalogentry" | "catalog" | "language" | "description" | "keyword"
            )
        };
        let ours = |child: usize| {
            let text = self.xml.children(child).map(|inner| self.xml.text_of(inner)).collect::<String>();
            self.xml.get(child).name == "keyword"
                && text.trim().strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with(':'))
        };
        Some(Place::new(self.xml, element, &steps, before_keyword, &ours))
    }

    /// How a tag is written as a keyword.
    pub(super) fn keyword(&self) -> fn(&Tag, &str) -> String {
        if self.lom.namespace.contains("imsmd") { langstring } else { string }
    }
}

fn langstring(tag: &Tag, prefix: &str) -> String {
    keyword(tag, prefix, "langstring", " xml:lang=\"x-none\"")
}

fn string(tag: &Tag, prefix: &str) -> String {
    keyword(tag, prefix, "string", "")
}

fn keyword(tag: &Tag, prefix: &str, name: &str, attributes: &str) -> String {
    let text = format!("{PREFIX}:{}:{}", tag.key, tag.value);
    let text = escape(text.as_str());
    format!("<{prefix}keyword><{prefix}{name}{attributes}>{text}</{prefix}{name}></{prefix}keyword>")
}

/// The namespace of LOM: that of a `lom` element that is there, else one that the manifest declares, else the usual one
/// of the version of QTI.
fn binding(xml: &Xml<'_>) -> Binding {
    let declared = |at: usize| {
        let attributes = xml.get(at).attributes().into_iter();
        attributes.filter_map(|(name, namespace)| match name.strip_prefix("xmlns") {
            Some("") => Some((String::new(), namespace)),
            Some(name) => Some((format!("{}:", name.strip_prefix(':')?), namespace)),
            None => None,
        })
    };
    let used = xml.all("lom").find_map(|lom| {
        let prefix = xml.get(lom).prefix();
        let around = std::iter::successors(Some(lom), |&at| xml.get(at).parent);
        around.flat_map(declared).find(|(name, _)| name == prefix)
    });
    let of_root: Vec<_> = (0..usize::from(xml.root().is_some())).flat_map(declared).collect();
    let known = |(prefix, namespace): &&(String, String)| {
        let lom = namespace.contains("imsmd") || namespace.contains("/LOM");
        !prefix.is_empty() && lom && !namespace.ends_with("LOM/manifest")
    };
    let usual = || {
        let older = xml.source.contains("v2p1") || xml.source.contains("v2p0");
        if older { ("imsmd:".to_owned(), IMSMD.to_owned()) } else { (String::new(), LOM.to_owned()) }
    };
    let bound = used.or_else(|| of_root.iter().find(known).cloned()).unwrap_or_else(usual);
    let declared = of_root.contains(&bound) && !bound.0.is_empty();
    Binding { prefix: bound.0, namespace: bound.1, declared }
}

fn resource(xml: &Xml<'_>, at: usize, folder: &str) -> Resource {
    let element = xml.get(at);
    let around = std::iter::successors(Some(at), |&at| xml.get(at).parent);
    let mut bases: Vec<_> = around.filter_map(|at| xml.get(at).attribute("base")).collect();
    bases.reverse();
    let base = format!("{folder}{}", bases.concat());
    // Blackboard names the main file in an attribute of its own.
    let main = element.attribute("href").or_else(|| element.attribute("file"));
    let files = xml.children(at).filter(|&child| xml.get(child).name == "file");
    let files = main.into_iter().chain(files.filter_map(|file| xml.get(file).attribute("href")));
    Resource {
        element: at,
        files: files.map(|path| plain(&format!("{base}{path}"))).collect(),
        is_qti: element.attribute("type").is_some_and(|kind| kind.contains("qti")),
        taken: false,
    }
}

/// A path as entries are called: without `.`, `..` and percent signs.
fn plain(path: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(without_percent(part)),
        }
    }
    parts.join("/")
}

fn without_percent(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = &after[if byte.is_some() { 2 } else { 0 }..];
    }
    String::from_utf8(bytes).unwrap_or_else(|_| part.to_owned())
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn paths_are_those_of_the_entries() {
        for (written, name) in [
            ("qti21/a.xml", "qti21/a.xml"),
            ("./b//a%20b.xml", "b/a b.xml"),
            ("a/../../b/100%.xml", "b/100%.xml"),
            ("%ff%é.xml", "%ff%é.xml"),
        ] {
            assert_eq!(plain(written), name);
        }
    }
}
