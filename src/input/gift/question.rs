//! One GIFT question.
//!
//! In: the lines of a block without comments. Out: stem and options (see [`answers`]). A backslash in front of `: # = { } ~ \` makes it an
//! ordinary character, `\n` is a line break; any other backslash is itself.

use super::answers::{self, Shown};
use crate::input::html;

/// A question, as a reader sees it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) stem: String,
    pub(super) options: Vec<(String, String)>,
}

/// Why a block cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Faulty {
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// How a text is marked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    /// Moodle's own: line breaks count, and HTML may be in it.
    Moodle,
    Html,
    /// Plain text and Markdown: as it is.
    None,
}

/// Reads a block; a description is no question.
pub(super) fn read(block: &str) -> Result<Option<Found>, Faulty> {
    let body = untitled(block);
    let (markup, body) = markup(body, Markup::Moodle);
    let Some(open) = find(body, &['{', '}']) else { return Ok(None) };
    let faulty = |code, message: &str| Err(Faulty { code, message: message.to_owned() });
    if body[open..].starts_with('}') {
        return faulty("unopened-brace", "`}` without a `{` before it: write `\\}` if it is text");
    }
    let inner = &body[open + 1..];
    let close = match find(inner, &['{', '}']) {
        None => {
            return faulty(
                "unclosed-brace",
                "`{` is not closed: add `}` behind the answers, or write `\\{` if it is text",
            );
        }
        Some(close) if inner[close..].starts_with('{') => {
            return faulty("nested-brace", "`{` inside braces: write `\\{` and `\\}` where they are text");
        }
        Some(close) => close,
    };
    let (answers, behind) = (&inner[..close], &inner[close + 1..]);
    if find(behind, &['{', '}']).is_some() {
        let message = "second brace in one question: put a blank line between questions, or write `\\{` \
                       and `\\}` where they are text";
        return faulty("second-brace", message);
    }
    let (before, behind) = (body[..open].trim(), behind.trim_end());
    let whole = if behind.is_empty() { before.to_owned() } else { missing_word(body, open, behind) };
    let Shown { sides, options } = answers::seen(answers, markup);
    let told = std::iter::once(shown(&whole, markup)).chain(sides).filter(|text| !text.is_empty());
    let stem = told.collect::<Vec<_>>().join("\n");
    Ok(Some(Found { stem, options }))
}

/// Text with a blank for its answer, which stands in the middle of it.
fn missing_word(body: &str, open: usize, behind: &str) -> String {
    format!("{}____{behind}", body[..open].trim_start())
}

/// A block without its title, `::title::`.
fn untitled(block: &str) -> &str {
    let block = block.trim();
    let Some(rest) = block.strip_prefix("::") else { return block };
    let mut from = 0;
    while let Some(at) = find(&rest[from..], &[':']) {
        let at = from + at;
        if rest[at..].starts_with("::") {
            return rest[at + 2..].trim_start();
        }
        from = at + 1;
    }
    block
}

/// How a text says that it is marked up, and the text behind that.
pub(super) fn markup(text: &str, usual: Markup) -> (Markup, &str) {
    let text = text.trim();
    for (prefix, markup) in [
        ("[html]", Markup::Html),
        ("[moodle]", Markup::Moodle),
        ("[plain]", Markup::None),
        ("[markdown]", Markup::None),
    ] {
        if let Some(rest) = text.strip_prefix(prefix) {
            return (markup, rest.trim_start());
        }
    }
    (usual, text)
}

/// A text as a reader sees it.
pub(super) fn shown(text: &str, markup: Markup) -> String {
    let text = unescaped(text);
    let text = match markup {
        Markup::Html => html::text(&text),
        Markup::Moodle if has_html(&text) => html::text(&text.replace('\n', "<br>")),
        Markup::Moodle | Markup::None => text,
    };
    text.trim().to_owned()
}

/// Whether there is HTML in a text that need not have any: an element that people use in questions, or a reference.
fn has_html(text: &str) -> bool {
    const ELEMENTS: [&str; 27] = [
        "a", "b", "br", "code", "div", "em", "font", "h1", "h2", "h3", "h4", "hr", "i", "img", "li", "ol",
        "p", "pre", "span", "strong", "sub", "sup", "table", "td", "tr", "u", "ul",
    ];
    let is_element = |rest: &str| {
        let name = rest.trim_start_matches('/');
        let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let closes = name[length..].starts_with(['>', ' ', '/', '\n']);
        closes && rest.contains('>') && ELEMENTS.iter().any(|e| e.eq_ignore_ascii_case(&name[..length]))
    };
    let is_reference = |rest: &str| {
        let name = rest.strip_prefix('#').unwrap_or(rest);
        let length = name.bytes().take(10).take_while(u8::is_ascii_alphanumeric).count();
        length > 1 && name[length..].starts_with(';')
    };
    text.match_indices('<').any(|(at, _)| is_element(&text[at + 1..]))
        || text.match_indices('&').any(|(at, _)| is_reference(&text[at + 1..]))
}

/// Whether a character can be escaped.
fn is_special(byte: u8) -> bool {
    b":#={}~\\n".contains(&byte)
}

/// The first place of a character that is not escaped.
pub(super) fn find(text: &str, characters: &[char]) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find(|c| c == '\\' || characters.contains(&c)) {
        at += found;
        if !text[at..].starts_with('\\') {
            return Some(at);
        }
        at += if text.as_bytes().get(at + 1).copied().is_some_and(is_special) { 2 } else { 1 };
    }
    None
}

/// A text without escapes.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escaped = rest.as_bytes().get(at + 1).copied().filter(|&b| is_special(b));
        out.push(match escaped {
            Some(b'n') => '\n',
            Some(character) => char::from(character),
            None => '\\',
        });
        rest = &rest[at + 1 + usize::from(escaped.is_some())..];
    }
    out + rest
}

/// Whether a `{` is not closed at the end of a block.
pub(super) fn is_open(block: &str) -> bool {
    let Some(open) = find(block, &['{']) else { return false };
    find(&block[open + 1..], &['}']).is_none()
}

/// Whether a block closes a brace that it did not open, or goes on with answers.
pub(super) fn closes(block: &str) -> bool {
    match find(block, &['{', '}']) {
        Some(at) => block[at..].starts_with('}'),
        None => block.trim_start().starts_with(['~', '=']),
    }
}

/// Whether a block has in its braces what only GIFT has there.
pub(super) fn is_unmistakable(block: &str) -> bool {
    let Some(open) = find(block, &['{']) else { return false };
    let (before, inner) = (block[..open].trim_end_matches([' ', '\t', '\n']), &block[open + 1..]);
    let Some(close) = find(inner, &['{', '}']).filter(|&close| inner[close..].starts_with('}')) else {
        return false;
    };
    // A raw block of Pandoc's Markdown is ```` ```{=html} ````; `$`, `#` and `=` are in front of braces in code.
    if before.ends_with(['`', '$', '#', '=', '\\', ',', '(', '{']) {
        return false;
    }
    let answers = inner[..close].trim();
    // `Array{T}` is code.
    let is_sentence = block[..open].ends_with([' ', '\n', '.', '?', '!', ':', '"', ')', '>']);
    match answers.strip_prefix('#') {
        Some(number) => {
            is_sentence && number.trim_start().starts_with(|c: char| c.is_ascii_digit() || "=+-.".contains(c))
        }
        None if answers.starts_with(['=', '~']) => true,
        None if block.starts_with("::") => true,
        None => {
            let truth = answers.split('#').next().unwrap_or_default().trim();
            is_sentence && matches!(truth, "T" | "F" | "TRUE" | "FALSE")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(block: &str) -> (String, Vec<String>) {
        let found = read(block).expect("it reads").expect("it is a question");
        (found.stem, found.options.into_iter().map(|(key, text)| key + text.as_str()).collect())
    }

    #[test]
    fn a_reader_sees_stem_and_choices_and_no_key() {
        for (block, stem, options) in [
            (
                "::A\\: b::Why\\: x \\= \\{1\\}? {=a#right ~%-33.3%b ####all =c ~d}",
                "Why: x = {1}?",
                &["Aa", "Bb"][..],
            ),
            ("[html]<p>x &lt\\; y</p> { ~<b>a</b> = [plain]<b> ~ }", "x <\\; y", &["Aa", "B<b>"]),
            ("[html]<p>x &lt; y</p><p>z</p>{T}", "x < y\n\nz", &["ATrue", "BFalse"]),
            ("It is. {false#no#yes####so}", "It is.", &["ATrue", "BFalse"]),
            ("Is it? {True or so}", "Is it?", &[]),
            ("One\\ntwo < 3 & <b>four</b> {}", "One\ntwo < 3 & four", &[]),
            ("Is a<b & c? {=yes}", "Is a<b & c?", &[]),
            ("{ =Asia } is large.", "____ is large.", &[]),
            ("It is {~a =b} here.", "It is ____ here.", &["Aa", "Bb"]),
            (
                "Match. {=a -> b =[html]<b>c</b> -> d\n= -> e -> f =g -> b ####h = i -> j}",
                "Match.\na\nc\ng",
                &["Ab", "Bd", "Ce -> f"],
            ),
            ("It {=a -> b =c -> d} is.", "It ____ is.\na\nc", &["Ab", "Bd"]),
            ("{=a -> b}", "a", &["Ab"]),
            ("Value? {#=1:2#~no}", "Value?", &[]),
            ("A \\\\n B \\x C \\{}", "", &[]),
            ("Coffee?{~a -> b =c -> d}", "Coffee?", &["Aa -> b", "Bc -> d"]),
            ("Back\\\\slash\\?{}", "Back\\slash\\?", &[]),
            ("End \\", "", &[]),
        ] {
            if stem.is_empty() {
                assert!(!matches!(read(block), Ok(Some(_))), "{block}");
                continue;
            }
            assert_eq!(
                seen(block),
                (stem.to_owned(), options.iter().map(ToString::to_string).collect()),
                "{block}"
            );
        }
    }

    #[test]
    fn braces_that_do_not_fit_are_told() {
        for (block, code) in [
            ("Why? {~a =b", "unclosed-brace"),
            ("~a =b}", "unopened-brace"),
            ("Why? {T}\nHow? {F}", "second-brace"),
            ("Why? {~a {x} =b}", "nested-brace"),
        ] {
            assert_eq!(read(block).expect_err("braces do not fit").code, code, "{block}");
        }
        assert_eq!(read("Only text."), Ok(None));
        assert_eq!(read(""), Ok(None));
    }
}
