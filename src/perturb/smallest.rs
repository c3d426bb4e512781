//! The fewest changes that still do what all of them do.

use super::edit::Change;
use crate::flip::next_choice;

/// The smallest set of changes that breaks a case which all of them break: by trying sets of one, two and so on, and when
/// `most` runs are not enough, by leaving out what can be left out.
pub(super) fn set(all: &[Change], most: usize, mut breaks: impl FnMut(&[Change]) -> bool) -> Vec<Change> {
    let mut runs = 0;
    for size in 1..all.len() {
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            runs += 1;
            if runs > most {
                return reduced(all, breaks);
            }
            let some: Vec<Change> = chosen.iter().map(|&at| all[at].clone()).collect();
            if breaks(&some) {
                return some;
            }
            if !next_choice(&mut chosen, all.len()) {
                break;
            }
        }
    }
    all.to_vec()
}

/// Leaves out parts, large ones first, as long as the rest breaks the case: the result breaks it, and without any one
/// change of it does not.
fn reduced(all: &[Change], mut breaks: impl FnMut(&[Change]) -> bool) -> Vec<Change> {
    let mut kept = all.to_vec();
    let mut part = kept.len().div_ceil(2);
    loop {
        let mut at = 0;
        let before = kept.len();
        while at < kept.len() {
            let end = (at + part).min(kept.len());
            let rest: Vec<Change> = [&kept[..at], &kept[end..]].concat();
            if !rest.is_empty() && breaks(&rest) {
                kept = rest;
            } else {
                at = end;
            }
        }
        if part > 1 {
            part = part.div_ceil(2);
        } else if kept.len() == before {
            return kept;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::edit::at, *};

    fn changes(n: usize) -> Vec<Change> {
        (0..n).map(|place| at(None, place..place, "x")).collect()
    }

    #[test]
    fn the_fewest_changes_are_found() {
        let all = changes(40);
        let has = |some: &[Change], place: usize| some.iter().any(|change| change[0].range.start == place);
        assert_eq!(set(&all, 500, |some| has(some, 17)), [all[17].clone()]);
        assert_eq!(set(&all, 500, |some| has(some, 3) && has(some, 9)), [all[3].clone(), all[9].clone()]);
        // Too many sets to try: no change can be left out all the same.
        let three = |some: &[Change]| [5, 20, 39].iter().all(|&place| has(some, place));
        assert_eq!(set(&all, 500, three), [5, 20, 39].map(|place| all[place].clone()));
        assert_eq!(set(&all, 500, |some| some.len() >= 30).len(), 30);
    }
}
