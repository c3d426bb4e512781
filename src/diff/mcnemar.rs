//! The exact test of McNemar: whether a change did more than chance would.

/// Answers to the same questions, before and after, right or wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Paired {
    /// Right before and after.
    pub both_right: usize,
    /// Wrong before, right after.
    pub gained: usize,
    /// Right before, wrong after.
    pub lost: usize,
    /// Wrong before and after.
    pub both_wrong: usize,
}

impl Paired {
    /// Counts one question.
    pub fn add(&mut self, before: bool, after: bool) {
        *match (before, after) {
            (true, true) => &mut self.both_right,
            (false, true) => &mut self.gained,
            (true, false) => &mut self.lost,
            (false, false) => &mut self.both_wrong,
        } += 1;
    }

    /// How many were counted.
    #[must_use]
    pub fn all(self) -> usize {
        self.both_right + self.gained + self.lost + self.both_wrong
    }

    /// How likely it is that chance alone, which gains and loses a question with equal odds, parts gained and lost at
    /// least as far: the two-sided exact binomial form of the test of McNemar (1947), which at no size of bank calls
    /// noise a gain more often than it says. Fagerland, Lydersen and Laake (BMC Medical Research Methodology 13:91,
    /// 2013) compare it with others; the mid-p form that they prefer finds more, but does not keep that promise.
    ///
    /// # Examples
    ///
    /// ```
    /// let paired = firstlane::diff::Paired { gained: 9, lost: 1, ..Default::default() };
    /// assert!((paired.p() - 22.0 / 1024.0).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn p(self) -> f64 {
        let (few, all) = (self.gained.min(self.lost), self.gained + self.lost);
        // C(all, k) / 2^all for each k, as logarithms, so that no size of bank overflows.
        let mut log = -(all as f64) * std::f64::consts::LN_2;
        let mut tail = log.exp();
        for k in 1..=few {
            log += ((all - k + 1) as f64).ln() - (k as f64).ln();
            tail += log.exp();
        }
        (2.0 * tail).min(1.0)
    }

    /// In words: whether the change did more than chance would, at the usual 5 %.
    #[must_use]
    pub fn judged(self) -> &'static str {
        match (self.gained, self.lost) {
            (0, 0) => "no change",
            _ if self.p() >= 0.05 => "may be chance",
            (gained, lost) if gained > lost => "better",
            _ => "worse",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Paired;

    #[test]
    fn p_is_that_of_other_programs() {
        // `scipy.stats.binomtest(gained, gained + lost).pvalue`, SciPy 1.17.
        for (gained, lost, p) in [
            (0, 0, 1.0),
            (1, 0, 1.0),
            (5, 0, 0.0625),
            (0, 6, 0.03125),
            (9, 1, 0.021484375),
            (4, 12, 0.076812744140625),
            (10, 10, 1.0),
            (59, 6, 4.964650327128616e-12),
            (86, 150, 3.7159361395713866e-05),
            (30, 61, 0.0015165131944572209),
            (500, 600, 0.0028195449914364284),
            (1500, 1000, 1.3325871648376767e-23),
        ] {
            let paired = Paired { gained, lost, ..Paired::default() };
            assert!((paired.p() - p).abs() <= 1e-9 * p, "{gained} {lost}: {}", paired.p());
        }
    }

    #[test]
    fn p_is_symmetric_and_falls_as_the_two_part() {
        for all in 0..60_usize {
            let p = |gained: usize| Paired { gained, lost: all - gained, ..Paired::default() }.p();
            for gained in 0..=all / 2 {
                assert_eq!(p(gained).to_bits(), p(all - gained).to_bits());
                assert!(gained == 0 || p(gained - 1) <= p(gained), "{gained} of {all}");
            }
        }
    }
}
