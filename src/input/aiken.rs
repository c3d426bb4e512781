//! Aiken: stem, lettered options, `ANSWER:`.
//!
//! In: an Aiken file. Out: one record a question. Aiken has no place for tags.
//!
//! Decided here, since Moodle is stricter than files are:
//! - All lines in front of the options are the stem; Moodle keeps the last one. A note says so.
//! - A line behind an option without a letter goes on with the option.
//! - The answer is not needed, so a question is read when its `ANSWER:` is missing, in lower case or names no option; a
//!   note says what Moodle would do. Without it the question ends where the next option `A` shows another one.
//! - Feedback behind the answer is passed over up to a blank line; some systems write it.

use super::{
    InputError, Reading, Record,
    document::{Document, Note, Untaggable},
    format::Sample,
    source::{self, Line},
};
use crate::question::{Role, role};

/// Whether a file looks like it: `ANSWER: X` behind at least two lettered options.
pub(super) fn looks(sample: &Sample<'_>) -> bool {
    let mut options = 0;
    for line in source::lines(&sample.text) {
        match sort(&line.text) {
            Sort::Option(..) => options += 1,
            Sort::Answer { letter: Some(_), strict: true } if options >= 2 => return true,
            Sort::Answer { .. } => options = 0,
            Sort::Blank | Sort::Text => {}
        }
    }
    false
}

/// Reads a file.
///
/// # Errors
///
/// Why nothing of it can be read.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Document, InputError> {
    let (source, notes) = source::decoded(bytes, reading)?;
    let mut reader = Reader { reading, records: Vec::new(), notes, long_stem: None };
    let mut item = Item::default();
    let mut in_feedback = false;
    for line in source::lines(&source.text) {
        let sort = sort(&line.text);
        in_feedback &= !matches!(sort, Sort::Blank);
        in_feedback |= item.is_empty() && matches!(role(&line.text), Role::End | Role::Furniture);
        if in_feedback && matches!(sort, Sort::Text) {
            continue;
        }
        match sort {
            Sort::Option('A', _) if !item.options.is_empty() => {
                reader.note(&item, "question has no `ANSWER:` line; Moodle joins it with the next one");
                let rest = item.split_off();
                reader.close(std::mem::replace(&mut item, rest), line.number);
                item.push(line, sort);
            }
            Sort::Answer { letter, strict } => {
                reader.answer(&item, line.number, letter, strict);
                reader.close(std::mem::take(&mut item), line.number);
            }
            _ => item.push(line, sort),
        }
    }
    if !item.is_empty() {
        if !item.options.is_empty() {
            reader.note(&item, "question has no `ANSWER:` line; Moodle does not read it");
        }
        reader.close(item, 1);
    }
    reader.finish()
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Blank,
    Text,
    /// An option's letter, and where its text begins.
    Option(char, usize),
    /// The letter of the right answer, and whether Moodle would read it.
    Answer {
        letter: Option<char>,
        strict: bool,
    },
}

fn sort(line: &str) -> Sort {
    let bare = line.trim();
    let indent = line.len() - line.trim_start().len();
    if bare.is_empty() {
        return Sort::Blank;
    }
    if let Some(answer) = bare.get(..7).filter(|word| word.eq_ignore_ascii_case("answer:")) {
        let letter = bare[7..].trim_start().chars().next().filter(char::is_ascii_alphabetic);
        return Sort::Answer { letter, strict: answer == "ANSWER:" };
    }
    match bare.as_bytes() {
        [letter @ b'A'..=b'Z', b')' | b'.', rest @ ..]
            if rest.first().is_none_or(u8::is_ascii_whitespace) =>
        {
            Sort::Option(char::from(*letter), indent + 2)
        }
        _ => Sort::Text,
    }
}

/// A question whose end is not reached.
#[derive(Debug, Default)]
struct Item<'t> {
    stem: Vec<Line<'t>>,
    /// Letters, and the lines of each option, the first without its letter.
    options: Vec<(char, Vec<Line<'t>>)>,
}

impl<'t> Item<'t> {
    fn is_empty(&self) -> bool {
        self.stem.is_empty() && self.options.is_empty()
    }

    fn line(&self) -> Option<usize> {
        let first = self.stem.first().or(self.options.first().and_then(|(_, lines)| lines.first()));
        first.map(|line| line.number)
    }

    fn push(&mut self, mut line: Line<'t>, sort: Sort) {
        if let Sort::Option(letter, text) = sort {
            line.text = line.text[text..].trim().to_owned().into();
            self.options.push((letter, vec![line]));
        } else if let Some((_, lines)) = self.options.last_mut() {
            lines.push(line);
        } else if !self.stem.is_empty() || sort != Sort::Blank {
            self.stem.push(line);
        }
    }

    /// The lines behind the last option, which belong to the next question: those behind a blank line, if there is one.
    fn split_off(&mut self) -> Self {
        let Some((_, lines)) = self.options.last_mut() else { return Self::default() };
        // The first line is the option's own, even without text.
        let blank = lines.iter().skip(1).position(Line::is_blank).map_or(1, |at| at + 1);
        let mut stem = lines.split_off(blank.min(lines.len()));
        stem.drain(..stem.iter().take_while(|line| line.is_blank()).count());
        Self { stem, options: Vec::new() }
    }
}

/// Lines as one text; blank lines at its ends go, several between paragraphs are one.
fn joined(lines: &[Line<'_>]) -> String {
    let mut text = String::new();
    for line in lines {
        let blank_again = line.is_blank() && (text.is_empty() || text.ends_with("\n\n"));
        if !blank_again {
            text.push_str(line.text.trim_end());
            text.push('\n');
        }
    }
    text.trim().to_owned()
}

/// What has been read so far.
struct Reader<'a, 'r> {
    reading: &'a Reading<'r>,
    records: Vec<Result<Record<'static>, InputError>>,
    notes: Vec<Note>,
    /// The first stem of several lines.
    long_stem: Option<usize>,
}

impl Reader<'_, '_> {
    fn note(&mut self, item: &Item<'_>, message: &str) {
        self.notes.push(Note { line: item.line().unwrap_or(1), message: message.to_owned() });
    }

    /// Notes what is wrong with an answer line.
    fn answer(&mut self, item: &Item<'_>, line: usize, letter: Option<char>, strict: bool) {
        let mut note = |message: String| self.notes.push(Note { line, message });
        if !strict {
            note("answer line is not `ANSWER:` in capitals; Moodle takes it for text".to_owned());
        }
        match letter.map(|letter| letter.to_ascii_uppercase()) {
            None => note("`ANSWER:` should be followed by the letter of an option".to_owned()),
            Some(letter) if !item.options.iter().any(|(own, _)| *own == letter) => {
                note(format!("`ANSWER: {letter}` names no option of its question"));
            }
            Some(_) => {}
        }
    }

    /// Ends a question; `end` is the line that ends it.
    fn close(&mut self, item: Item<'_>, end: usize) {
        let ordinal = self.records.len() + 1;
        let line = item.line().unwrap_or(end);
        let stem = joined(&item.stem);
        if stem.contains('\n') {
            self.long_stem.get_or_insert(line);
        }
        let fault = |code, message: String| Err(self.reading.fault(ordinal, line, code, message));
        let record = if item.is_empty() {
            fault("no-question", "`ANSWER:` line without a question before it".to_owned())
        } else if stem.is_empty() {
            fault("no-stem", "options without a question before them".to_owned())
        } else if item.options.len() < 2 {
            let message = "question has fewer than two options: write each on a line of its own as `A) text`";
            fault("too-few-options", message.to_owned())
        } else {
            let options =
                item.options.iter().map(|(letter, lines)| (letter.to_string(), joined(lines))).collect();
            self.reading.record(ordinal, line, None, stem, options)
        };
        self.records.push(record);
    }

    fn finish(mut self) -> Result<Document, InputError> {
        if self.records.is_empty() {
            let message = "no question in the file: an Aiken question is a line of text, options as \
                           `A) text`, and `ANSWER: A`";
            return Err(self.reading.fault(1, 1, "no-questions", message.to_owned()));
        }
        if let Some(line) = self.long_stem {
            let message = "question has several lines, which are all read; Moodle keeps only the last one";
            self.notes.push(Note { line, message: message.to_owned() });
        }
        self.notes.sort_by_key(|note| note.line);
        let advice = "Aiken has no place for tags: import the file into Moodle, export it as GIFT or Moodle \
                      XML, and tag that file";
        Ok(Document { records: self.records, notes: self.notes, tagger: Box::new(Untaggable(advice)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Fields;

    fn told(text: &str) -> String {
        let reading = Reading { name: "a.aiken", most: 1000, fields: &Fields::default() };
        let document = match read(text.as_bytes(), &reading) {
            Ok(document) => document,
            Err(error) => return error.code.to_owned(),
        };
        let records = document.records.iter().map(|record| match record {
            Ok(record) => {
                let options: Vec<_> =
                    record.options.iter().map(|(key, text)| format!("{key}={text}")).collect();
                format!("{}: {} [{}]", record.line, record.stem, options.join("|"))
            }
            Err(error) => format!("{}: {}", error.line, error.code),
        });
        let notes = document.notes.iter().map(|note| format!("note {}", note.line));
        records.chain(notes).collect::<Vec<_>>().join("; ").replace('\n', "/")
    }

    #[test]
    fn questions_are_read_with_their_faults() {
        for (text, expected) in [
            (
                "Why?\nA) x\nB. y\nANSWER: B\n\nHow?\nA) x\nB) y\nANSWER: A",
                "1: Why? [A=x|B=y]; 6: How? [A=x|B=y]",
            ),
            ("One.\n\nTwo?\nA) x\nmore\nB) y\nANSWER: A", "1: One.//Two? [A=x/more|B=y]; note 1"),
            ("Why?\nA) x\nB) y\nHow?\nA) z\nB) w\nANSWER: A", "1: Why? [A=x|B=y]; 4: How? [A=z|B=w]; note 1"),
            (
                "Why?\nA) x\nB) y\nand\n\nHow?\nA) z\nB) w",
                "1: Why? [A=x|B=y/and]; 6: How? [A=z|B=w]; note 1; note 6",
            ),
            ("Why?\nA) x\nB) y\nanswer: d", "1: Why? [A=x|B=y]; note 4; note 4"),
            ("Why?\nA) x\nANSWER: A\nANSWER: B", "1: too-few-options; 4: no-question; note 4"),
            ("A) x\nB) y\nANSWER:", "1: no-stem; note 3"),
            (
                "Why?\nA) x\nB) y\nANSWER: A\nFeedback: it is.\nSo.\n\nHow?\nA) x\nB) y\nANSWER: A",
                "1: Why? [A=x|B=y]; 8: How? [A=x|B=y]",
            ),
            ("", "no-questions"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }
}
