//! What each code means, with a poor and a good example.
//!
//! The words are those of the code's declaration, the examples stand in `examples.md`; docs/LINTS.md and `firstlane explain`
//! are both made here.

use crate::problem::{self, Code, Family};

/// The examples, by code.
const EXAMPLES: &str = include_str!("examples.md");

/// A part of a pack file that has a code, and the same without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Examples {
    /// What not to write.
    pub poor: &'static str,
    /// What to write instead.
    pub good: &'static str,
}

/// The examples of a code, where it has some: not all that goes wrong is written in a pack.
#[must_use]
pub fn examples(code: Code) -> Option<Examples> {
    let section = EXAMPLES.split("\n## ").find_map(|s| s.strip_prefix(code.name())?.strip_prefix('\n'))?;
    let mut blocks = section.split("```toml\n").skip(1).filter_map(|block| block.split("```").next());
    Some(Examples { poor: blocks.next()?, good: blocks.next()? })
}

/// The code with a name.
#[must_use]
pub fn find(name: &str) -> Option<Code> {
    Code::ALL.iter().copied().find(|code| code.name() == name)
}

/// The code whose name is nearest to one that no code has.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    problem::nearest(name, Code::ALL.iter().map(|code| code.name()))
}

/// The explanation of a code, for people to read.
#[must_use]
pub fn text(code: Code) -> String {
    let mut text = format!("{} ({}, {})\n\n{}\n", code.name(), code.level().name(), of(code), code.about());
    if let Some(examples) = examples(code) {
        for (title, example) in [("Poor", examples.poor), ("Good", examples.good)] {
            text += &format!("\n{title}:\n\n");
            for line in example.lines() {
                text += if line.is_empty() { "" } else { "    " };
                text += line;
                text += "\n";
            }
        }
    }
    text
}

/// What finds the codes of a family.
fn of(code: Code) -> &'static str {
    match code.family() {
        Family::Pack => "a fault of the pack",
        Family::Lint => "advice of lint",
        Family::Answer => "an answer",
        Family::Test => "a finding of test",
        Family::Gate => "a gate",
    }
}

/// The document about all codes that a pack can have, in Markdown.
#[must_use]
pub fn document() -> String {
    let mut text = HEAD.to_owned();
    for (family, title) in [(Family::Lint, "Advice of `firstlane lint`"), (Family::Pack, "Faults of a pack")]
    {
        text += &format!("\n## {title}\n");
        for &code in Code::ALL.iter().filter(|code| code.family() == family) {
            text +=
                &format!("\n### {}\n\n{}. {}\n", code.name(), title_case(code.level().name()), code.about());
            let Some(examples) = examples(code) else { continue };
            for (title, example) in [("Poor", examples.poor), ("Good", examples.good)] {
                text += &format!("\n{title}:\n\n```toml\n{example}```\n");
            }
        }
    }
    text
}

const HEAD: &str = "# What can be said of a pack

Made from what `firstlane explain CODE` prints; a test holds the two to each other. How to write rules: [RULES.md](RULES.md).

- **error**: cannot be right as it is. **warning**: to be mended, or allowed with a reason. **note**: worth a look.
- `firstlane lint --fail-level warning` makes warnings fail too. `--fix` mends what is mechanical.
- Advice that is not wanted is allowed with a reason: `allow = [{ code = \"tie\", reason = \"…\" }]` in the rule, or
  `[[allow]]` tables in the manifest (for the whole pack) or in another file (for that file). `of = \"…\"` narrows it to one
  phrase, list or target. An `allow` that nothing needs is reported.
";

fn title_case(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}
