//! HTML to text, for the fields of question banks.
//!
//! Tags go; line breaks, paragraphs, list items and table cells stay apart; character references are resolved; white
//! space is folded as a browser does, except in `pre`.

use html5gum::{Token, Tokenizer};

/// The text of a fragment of HTML. What has neither a tag nor a reference comes back as it is.
pub(super) fn text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return html.to_owned();
    }
    let mut out = Text::default();
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => out.start(&tag.name, tag.self_closing),
            Token::EndTag(tag) => out.end(&tag.name),
            Token::String(text) => out.push(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    out.text.truncate(out.text.trim_end().len());
    out.text
}

#[derive(Default)]
struct Text {
    text: String,
    /// How deep in elements whose white space counts.
    pre: usize,
    /// How deep in elements that are not shown.
    hidden: usize,
    /// Line breaks that stand before the next text.
    breaks: usize,
    /// Whether white space stands before the next text.
    space: bool,
}

impl Text {
    fn start(&mut self, name: &[u8], self_closing: bool) {
        match name {
            b"script" | b"style" if !self_closing => self.hidden += 1,
            b"pre" => {
                self.pre += 1;
                self.apart(1);
            }
            b"br" => self.breaks += 1,
            _ => self.edge(name),
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"script" | b"style" => self.hidden = self.hidden.saturating_sub(1),
            b"pre" => {
                self.pre = self.pre.saturating_sub(1);
                self.apart(1);
            }
            _ => self.edge(name),
        }
    }

    /// What a block leaves before and behind it.
    fn edge(&mut self, name: &[u8]) {
        match name {
            b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"blockquote" => self.apart(2),
            b"div" | b"li" | b"ul" | b"ol" | b"tr" | b"table" | b"section" | b"dt" | b"dd" | b"hr" => {
                self.apart(1)
            }
            b"td" | b"th" => self.space = true,
            _ => {}
        }
    }

    fn apart(&mut self, breaks: usize) {
        self.breaks = self.breaks.max(breaks);
    }

    fn push(&mut self, text: &str) {
        if self.hidden > 0 {
            return;
        }
        if self.pre > 0 {
            self.part();
            self.text.push_str(text);
            return;
        }
        for (at, word) in text.split([' ', '\t', '\n', '\r']).enumerate() {
            self.space |= at > 0;
            if !word.is_empty() {
                self.part();
                self.text.push_str(word);
            }
        }
    }

    /// Writes what stands before the next text.
    fn part(&mut self) {
        if !self.text.is_empty() {
            if self.breaks > 0 {
                self.text.extend(std::iter::repeat_n('\n', self.breaks.min(2)));
            } else if self.space {
                self.text.push(' ');
            }
        }
        (self.breaks, self.space) = (0, false);
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn what_a_reader_sees_stays() {
        for (html, seen) in [
            ("a < b & c", "a < b & c"),
            ("p95 &lt; 200&nbsp;ms &amp; more", "p95 < 200\u{a0}ms & more"),
            ("<p>one</p>\n<p>two <b>x</b>-y</p>", "one\n\ntwo x-y"),
            ("one<br>two<br/>three", "one\ntwo\nthree"),
            ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
            ("<p>see</p><pre>  if x:\n    y()</pre><p>end</p>", "see\n\n  if x:\n    y()\n\nend"),
            ("<style>p {}</style>a<!-- note -->b", "ab"),
            ("2 <3 and <code>x &lt; y</code>", "2 <3 and x < y"),
            ("<td>a</td><td>b</td>", "a b"),
        ] {
            assert_eq!(text(html), seen, "{html}");
        }
    }
}
