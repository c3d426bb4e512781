//! Maps a free-text exam question to its lane, the better first instinct and the step to verify next, each with the
//! words that speak for it.
//!
//! The flow, each arrow a module:
//!
//! ```text
//! TOML  --pack--> Pack --compile--> Engine --.
//!                                       scan--> hits --score--> Tally --decide--> Verdict --render--> bytes
//! bytes --input--> Record (with Question) --'
//! ```
//!
//! # Examples
//!
//! ```
//! use firstlane::{Engine, Question};
//!
//! let engine = Engine::builtin();
//! let verdict = engine.classify(&Question::split(
//!     "A model's accuracy fell slowly over six months. Which tool detects feature drift?",
//! ));
//! let lane = verdict.lane.map(|ix| engine.pack().target(ix).id.as_str());
//! assert_eq!(lane, Some("monitoring-and-retraining"));
//! ```

mod alarm;
pub mod bank;
mod builtin;
pub mod check;
mod decide;
pub mod diff;
mod engine;
pub mod eval;
pub mod explain;
pub mod flip;
pub mod input;
mod join;
#[cfg(feature = "lint")]
mod layout;
#[cfg(feature = "lint")]
pub mod lint;
mod pack;
#[cfg(feature = "page")]
pub mod page;
#[cfg(feature = "formats")]
pub mod perturb;
mod problem;
mod question;
pub mod render;
pub mod report;
mod scan;
#[cfg(feature = "schema")]
pub mod schema;
mod score;
pub mod scorecard;
mod seen;
pub mod suggest;
pub mod suite;
mod tables;
#[cfg(feature = "tune")]
pub mod tune;
pub mod why;
mod words;
mod zone;

#[cfg(feature = "lint")]
pub use crate::layout::lay_out;
pub use crate::{
    decide::{Evidence, Status, Verdict, decide},
    engine::{Classifier, Engine},
    pack::{
        Accept, Allow, Chapter, Cue, CueIx, Detail, Example, Kind, Limits, List, Near, Pack, Part, Row, Rule,
        RuleIx, Target, TargetIx, Thresholds, When, Written, ZoneSet,
    },
    problem::{Code, Family, Level, Place, Problem, Problems, Source},
    question::{Question, Segment},
    scan::{Hit, Scanner},
    score::{Fired, Fires, Scorer, Tally},
    zone::Zone,
};
