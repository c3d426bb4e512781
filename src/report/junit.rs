//! The report as JUnit XML, as Jenkins, GitLab and others read it.
//!
//! A suite for each group, a case for each case; `classname` is the group and names are unique in it. Findings that
//! belong to no case are cases of their own. What is below the level that fails stands in the output of a case that
//! passed. A run without any case says so in a case, since some readers refuse a file without. Only what the schema of
//! Jenkins knows is written; files and lines stand in the text of the failures.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use annotate_snippets::Renderer;
use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::{
    Outcome, Report,
    writer::{Located, Options},
};
use crate::problem::Problem;

pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut suites = Suites::default();
    for case in &report.cases {
        let mut written = TestCase::new(case.name.as_str(), TestCaseStatus::success());
        match &case.outcome {
            Outcome::Passed => {}
            Outcome::Failed(problems) => fill(&mut written, problems, options),
            Outcome::Todo(problems) => {
                let mut status = TestCaseStatus::skipped();
                status.set_message(format!("to do: {}", messages(problems)));
                written = TestCase::new(case.name.as_str(), status);
            }
        }
        suites.add(&case.group, written);
    }
    for problem in &report.problems {
        let place = problem.place.as_ref().map(|place| Located::of(place, options));
        let name = match (&problem.subject, &place) {
            (Some(subject), _) => subject.clone(),
            (None, Some(place)) => place.shown(),
            (None, None) => problem.message.clone(),
        };
        let mut written = TestCase::new(name, TestCaseStatus::success());
        fill(&mut written, std::slice::from_ref(problem), options);
        suites.add(problem.code.name(), written);
    }
    if suites.order.is_empty() {
        suites.add(&report.command, TestCase::new("nothing found", TestCaseStatus::success()));
    }
    let mut document = Document::new(format!("firstlane {}", report.command));
    document.add_test_suites(suites.order);
    let written = document.to_string().map_err(io::Error::other)?;
    // The schema has no such attribute on the outermost element; those of the suites have it.
    let skipped = document.test_suites.iter().map(|suite| suite.skipped).sum::<usize>();
    out.write_all(written.replacen(&format!(" skipped=\"{skipped}\""), "", 1).as_bytes())
}

/// Suites in the order of their first cases.
#[derive(Default)]
struct Suites {
    order: Vec<TestSuite>,
    by_name: BTreeMap<String, usize>,
    names: BTreeMap<(usize, String), usize>,
}

impl Suites {
    fn add(&mut self, group: &str, mut case: TestCase) {
        let at = *self.by_name.entry(group.to_owned()).or_insert_with(|| {
            self.order.push(TestSuite::new(group));
            self.order.len() - 1
        });
        let times = self.names.entry((at, case.name.to_string())).or_default();
        *times += 1;
        if *times > 1 {
            case.name = format!("{} ({times})", case.name.as_str()).into();
        }
        case.set_classname(group);
        self.order[at].add_test_case(case);
    }
}

/// Says in a case what was found: a failure if it is of the level that fails, else output.
fn fill(case: &mut TestCase, problems: &[Problem], options: &Options) {
    let (fails, rest): (Vec<_>, Vec<_>) = problems.iter().partition(|p| p.level >= options.fail_level);
    let renderer = Renderer::plain();
    let text = |problems: &[&Problem]| {
        problems.iter().map(|problem| problem.render(&renderer)).collect::<Vec<_>>().join("\n\n")
    };
    if let Some(first) = fails.first() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(first.code.name());
        status.set_message(messages(fails.iter().copied()));
        status.set_description(text(&fails));
        case.status = status;
    }
    if !rest.is_empty() {
        case.set_system_out(text(&rest));
    }
}

fn messages<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> String {
    problems.into_iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ")
}
