//! Gaps of Moodle's cloze and drag-and-drop questions.
//!
//! In: the source of a question text. Out: the same with each gap as `____`; what belongs in it is the answer key.

use std::sync::LazyLock;

use regex::Regex;

/// What a gap looks like to a reader.
const GAP: &str = "____";

/// `{1:MULTICHOICE:=right~wrong}` and its like, up to the first brace that is not escaped. A gap that is not closed takes
/// the rest, lest answers get out.
pub(super) fn gaps(text: &str) -> String {
    static GAPS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?s)\{[0-9.]*:[A-Z_]+:(?:\\.|[^}\\])*(?:\}|\\?\z)").expect("the pattern is right")
    });
    GAPS.replace_all(text, GAP).into_owned()
}

/// `[[1]]`.
pub(super) fn boxes(text: &str) -> String {
    static BOXES: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\[\[[0-9]+\]\]").expect("the pattern is right"));
    BOXES.replace_all(text, GAP).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answer_is_left_in_a_gap() {
        for (source, seen) in [
            ("a {1:MULTICHOICE:=right#good~wrong} b", "a ____ b"),
            (r"{:SA:=x\}y~%50%z}!", "____!"),
            ("{2:NUMERICAL:=3:0.1} and {1:MCVS:a~=b}", "____ and ____"),
            ("{1:SHORTANSWER:=never closed", "____"),
            ("f = {a: 1} stays, {0.5:MC:=one\ntwo}", "f = {a: 1} stays, ____"),
            (r"{1:SA:=x\", "____"),
        ] {
            assert_eq!(gaps(source), seen);
        }
        assert_eq!(boxes("a [[1]] b [[12]] c[0]"), "a ____ b ____ c[0]");
    }
}
