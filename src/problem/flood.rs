//! Faults as people read them, also where there are very many.
//!
//! In: problems. Out: the text of each; of faults of a pack that are of one kind, of which a mistake in the generator of a pack
//! makes thousands, the first and how many more there are. Wrong answers were asked for, and are all shown.

use std::collections::BTreeMap;

use annotate_snippets::Renderer;

use super::{Code, Family, Problem};

/// So many faults of one kind are shown.
const SHOWN: usize = 20;

/// The texts of problems, in their order, and then of what is not shown.
pub(crate) fn rendered<'p>(
    problems: impl IntoIterator<Item = &'p Problem>,
    renderer: &Renderer,
) -> Vec<String> {
    let mut seen = BTreeMap::<Code, usize>::new();
    let mut texts = Vec::new();
    for problem in problems {
        let seen = seen.entry(problem.code).or_default();
        *seen += 1;
        if *seen <= SHOWN || problem.code.family() != Family::Pack {
            texts.push(problem.render(renderer));
        }
    }
    let is_flood = |(code, seen): &(Code, usize)| *seen > SHOWN && code.family() == Family::Pack;
    texts.extend(seen.into_iter().filter(is_flood).map(|(code, seen)| {
        let message = format!("{} more of this kind, {seen} in all", seen - SHOWN);
        let help = "those shown are the first; `firstlane rules check --format json` lists all";
        Problem::new(code, message).help(help).render(renderer)
    }));
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_flood_the_first_are_shown_and_the_others_counted() {
        let mut problems = Vec::new();
        for at in 0..SHOWN + 3 {
            problems.push(Problem::new(Code::BadId, format!("id {at}")));
            problems.push(Problem::new(Code::WrongLane, format!("answer {at}")));
            problems.push(Problem::new(Code::UnknownId, format!("reference {at}")));
        }
        problems.pop();
        let text = rendered(&problems, &Renderer::plain()).join("\n");
        let count = |what: &str| text.matches(what).count();
        assert_eq!(
            (count("]: id "), count("]: reference "), count("]: answer ")),
            (SHOWN, SHOWN, SHOWN + 3),
            "{text}"
        );
        assert!(text.contains("error[bad-id]: 3 more of this kind, 23 in all"), "{text}");
        assert!(text.contains("error[unknown-id]: 2 more of this kind, 22 in all"), "{text}");
        problems.truncate(SHOWN * 3);
        assert_eq!(rendered(&problems, &Renderer::plain()).len(), SHOWN * 3);
    }
}
