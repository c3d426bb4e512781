//! The answer for people: what a candidate reads in three seconds, then the words that speak for it.
//!
//! Everything is readable without colour: matched words stand in brackets. The plain style has one statement a line, no
//! alignment and no symbols.

use std::{fmt, io};

use anstyle::{AnsiColor, Effects, Style as Colour};

use crate::{
    decide::{Evidence, Status, Verdict},
    flip::Flip,
    input::Record,
    pack::{CueIx, Detail, Kind, TargetIx},
    render::{
        View,
        mark::{self, Mark},
    },
    scan::{Hit, Scanner},
    why::{self, Reason},
    zone::Zone,
};

/// Lines of evidence that the short answer shows.
const MOST_EVIDENCE: usize = 6;
/// A losing lane is named if it has at least this share of the winner's points.
const NAMED_LOSER: f64 = 0.4;
/// Columns of the labels on the left.
const LABEL: usize = 14;
/// Lines are not wrapped wider than this, so that the eye finds the next one.
const WIDEST: usize = 100;

/// How the text looks.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    width: usize,
    plain: bool,
}

impl Style {
    /// One statement a line, nothing but words.
    #[must_use]
    pub fn plain() -> Self {
        Self { width: usize::MAX, plain: true }
    }

    /// As wide as the terminal, or 80 columns.
    #[must_use]
    pub fn terminal() -> Self {
        let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
        Self { width: width.clamp(40, WIDEST), plain: false }
    }

    /// The short answer.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn answer(&self, view: &View<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let (pack, verdict) = (view.pack(), view.verdict);
        self.headline(view, out)?;
        if verdict.lane.is_some() {
            self.instinct(view, out)?;
            if let Some(verify) = verdict.verify {
                self.line("Verify next", Some(Kind::Step), view.title(verify), out)?;
            }
            for &step in &verdict.then {
                self.line("Then", None, view.title(step), out)?;
            }
            for &pair in &verdict.pairs {
                if let Detail::Pair { sides: [one, other] } = &pack.target(pair).detail {
                    self.line("Keep apart", None, &format!("{one} / {other}: {}", view.title(pair)), out)?;
                }
            }
            for &hook in &verdict.hooks {
                self.line("Remember", None, view.title(hook), out)?;
            }
        }
        writeln!(out)?;
        if !self.plain {
            self.highlighted(view, out)?;
            writeln!(out)?;
        }
        self.evidence(view, out)?;
        self.losers(view, out)
    }

    fn headline(&self, view: &View<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let (pack, verdict) = (view.pack(), view.verdict);
        let Some(lane) = verdict.lane else {
            let text = format!("none of the lanes of {}", pack.title());
            self.line("Lane", Some(Kind::Lane), &text, out)?;
            let nearest = verdict.scores.iter().filter(|(_, points)| *points > 0.0);
            if let Some((lane, points)) = nearest.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))) {
                let least = pack.thresholds().lane;
                let text = format!(
                    "{}, with {points:.1} of the {least:.1} points that a lane needs",
                    view.title(*lane)
                );
                self.line("Nearest", None, &text, out)?;
            }
            return Ok(());
        };
        let sure = match (verdict.status, verdict.runner_up) {
            (Status::Close, Some(other)) => format!("close to {}", view.title(other)),
            _ => "clear".to_owned(),
        };
        let options = if verdict.from_options { ", by the options alone" } else { "" };
        let percent = verdict.confidence * 100.0;
        let title = view.title(lane);
        let chapter = pack.chapter_of(lane).map_or_else(String::new, |c| format!("chapter {}, ", c.number));
        if self.plain {
            self.line("Lane", None, &format!("{chapter}{title}"), out)?;
            self.line("Sure", None, &format!("{sure}{options}, {percent:.0} percent"), out)
        } else {
            let text = format!("{title} ({chapter}{sure}{options}, {percent:.0} %)");
            self.line("Lane", Some(Kind::Lane), &text, out)
        }
    }

    /// The instinct; where none fits, the lane's recheck in its place.
    fn instinct(&self, view: &View<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let pack = view.pack();
        let recheck = view.verdict.lane.and_then(|lane| match pack.target(lane).detail {
            Detail::Lane { recheck, .. } => recheck,
            _ => None,
        });
        let (label, kind, ix) = match (view.verdict.instinct, recheck) {
            (Some(ix), _) => ("First instinct", Some(Kind::Instinct), ix),
            (None, Some(ix)) => ("Recheck", None, ix),
            (None, None) => return Ok(()),
        };
        let Detail::Instinct { when } = &pack.target(ix).detail else { return Ok(()) };
        let arrow = if self.plain { ":" } else { " →" };
        self.line(label, kind, &format!("{when}{arrow} {}", view.title(ix)), out)
    }

    /// A labelled line, wrapped under itself.
    fn line(&self, label: &str, kind: Option<Kind>, text: &str, out: &mut dyn io::Write) -> io::Result<()> {
        if self.plain {
            return writeln!(out, "{label}: {text}");
        }
        let colour = kind.map_or_else(Colour::new, |kind| colour(kind).effects(Effects::BOLD));
        let indent = " ".repeat(LABEL + 2);
        let options = textwrap::Options::new(self.width.saturating_sub(LABEL + 2)).break_words(false);
        for (at, line) in textwrap::wrap(text, options).iter().enumerate() {
            match at {
                0 => writeln!(out, "{label:<LABEL$}  {colour}{line}{colour:#}")?,
                _ => writeln!(out, "{indent}{colour}{line}{colour:#}")?,
            }
        }
        Ok(())
    }

    /// The question with its matched words in brackets, coloured by what they speak for.
    fn highlighted(&self, view: &View<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        for (segment, marks) in view.question.segments().iter().zip(mark::marks(view)) {
            let lead = match (segment.zone, segment.option) {
                (Zone::Option, Some(at)) => format!("  {}. ", key(view.record, at)),
                _ => "  ".to_owned(),
            };
            let text = marked(segment.text, &marks);
            let indent = " ".repeat(lead.chars().count());
            let options = textwrap::Options::new(self.width).initial_indent(&lead).subsequent_indent(&indent);
            for line in textwrap::wrap(&text, options.break_words(false)) {
                writeln!(out, "{line}")?;
            }
        }
        Ok(())
    }

    fn evidence(&self, view: &View<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        // One line for each rule: its words, then what they speak for.
        let mut rules: Vec<(&Evidence, Vec<String>)> = Vec::new();
        for evidence in &view.verdict.evidence {
            let kind = view.pack().target(evidence.target).kind();
            let text = format!("{} {:+.1}", view.pack().target(evidence.target).id, evidence.points);
            let colour = self.colour(kind, evidence.points);
            let text = format!("{colour}{text}{colour:#}");
            match rules.iter_mut().find(|(first, _)| first.rule == evidence.rule) {
                Some((_, texts)) => texts.push(text),
                None => rules.push((evidence, vec![text])),
            }
        }
        let more = rules.len().saturating_sub(MOST_EVIDENCE);
        for (evidence, texts) in rules.into_iter().take(MOST_EVIDENCE) {
            let (start, end) = evidence.span;
            let words = shorten(&view.words(evidence.hit.segment, start, end), 48);
            let negated = if evidence.negated { ", negated" } else { "" };
            let zone = evidence.zone.name();
            writeln!(out, "  \"{words}\" ({zone}{negated}): {}", texts.join(", "))?;
        }
        if more > 0 {
            let s = if more == 1 { "" } else { "s" };
            writeln!(out, "  and {more} rule{s} more; --explain shows all")?;
        }
        if view.verdict.evidence.is_empty() {
            writeln!(out, "  No word of this question is in the pack's vocabulary.")?;
        }
        Ok(())
    }

    fn losers(&self, view: &View<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let Some(lane) = view.verdict.lane else { return Ok(()) };
        let own = points(view.verdict, lane);
        let mut losers: Vec<_> = view
            .verdict
            .scores
            .iter()
            .filter(|(ix, points)| *ix != lane && *points >= own * NAMED_LOSER)
            .collect();
        losers.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for (ix, points) in losers {
            let behind = own - points;
            writeln!(out, "  Not {}: {points:.1} points, {behind:.1} behind {own:.1}", view.title(*ix))?;
        }
        Ok(())
    }

    fn colour(&self, kind: Kind, points: f64) -> Colour {
        match (self.plain, points < 0.0) {
            (true, _) => Colour::new(),
            (_, true) => AnsiColor::Red.on_default(),
            _ => colour(kind),
        }
    }

    /// Every rule that fired, with its points before and after zone and negation, and how the answer follows.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn arithmetic(&self, view: &View<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let (pack, verdict) = (view.pack(), view.verdict);
        writeln!(out, "\nRules that fired (points x zone and negation = what counted):")?;
        for evidence in &verdict.evidence {
            let rule = pack.rule(evidence.rule);
            let written =
                rule.points.iter().find(|(target, _)| *target == evidence.target).map_or(0.0, |p| p.1);
            let (start, end) = evidence.span;
            let words = shorten(&view.words(evidence.hit.segment, start, end), 40);
            let factor = if written == 0.0 { 0.0 } else { evidence.points / written };
            let target = &pack.target(evidence.target).id;
            writeln!(
                out,
                "  {target:<26} {written:>5.1} x {factor:.2} = {:>6.2}  {} ({}: \"{words}\")",
                evidence.points,
                rule.id,
                evidence.zone.name(),
            )?;
        }
        writeln!(out, "\nLanes:")?;
        for &(lane, points) in &verdict.scores {
            writeln!(out, "  {:<26} {points:>6.2}", pack.target(lane).id)?;
        }
        let t = pack.thresholds();
        writeln!(
            out,
            "  A lane needs {:.2}; within {:.2} of the best it is close. Share of the evidence {:.2}, confidence {:.2}.",
            t.lane, t.margin, verdict.share, verdict.confidence,
        )?;
        let Some(lane) = verdict.lane else { return Ok(()) };
        if let Detail::Lane { prior, .. } = &pack.target(lane).detail {
            for (target, points) in prior {
                writeln!(out, "  The lane gives {} {points:+.1}.", pack.target(*target).id)?;
            }
        }
        writeln!(out, "  An instinct needs {:.2}.", t.instinct)
    }

    /// What the answer hangs on.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn flip(&self, view: &View<'_>, flip: &Flip, out: &mut dyn io::Write) -> io::Result<()> {
        match flip {
            Flip::Found { words, lane } => {
                let words: Vec<_> =
                    words.iter().map(|&(s, a, b)| format!("\"{}\"", view.words(s, a, b))).collect();
                let lane = lane.map_or("none", |lane| view.title(lane));
                writeln!(
                    out,
                    "\nWithout {} the lane would be: {lane}. No smaller set of words changes it.",
                    words.join(" and ")
                )
            }
            Flip::NotWithin(0) => writeln!(out, "\nNo word counted."),
            Flip::NotWithin(size) => {
                writeln!(out, "\nNo set of up to {size} matched words changes the lane.")
            }
        }
    }

    /// Why the answer is not a lane: its points, the rules of it that were outweighed and those that stayed silent.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn why_not(&self, view: &View<'_>, lane: TargetIx, out: &mut dyn io::Write) -> io::Result<()> {
        let (pack, verdict) = (view.pack(), view.verdict);
        let title = view.title(lane);
        if verdict.lane == Some(lane) {
            return writeln!(out, "\nThe answer is {title}.");
        }
        let own = points(verdict, lane);
        let (best, name) = match verdict.lane {
            Some(best) => (points(verdict, best), view.title(best)),
            None => (pack.thresholds().lane, "the threshold"),
        };
        writeln!(
            out,
            "\nWhy not {title}: it has {own:.2} points, {name} {best:.2}; it lacks {:.2}.",
            best - own
        )?;
        for evidence in verdict.evidence.iter().filter(|e| e.target == lane) {
            let (start, end) = evidence.span;
            let words = view.words(evidence.hit.segment, start, end);
            writeln!(
                out,
                "  counted: {} {:+.2} (\"{words}\")",
                pack.rule(evidence.rule).id,
                evidence.points
            )?;
        }
        let mut scanner = Scanner::new(view.engine);
        let silent = why::silent(pack, scanner.scan(view.question), lane);
        for silent in &silent {
            let rule = &pack.rule(silent.rule).id;
            let reason = Because { view, hit: &silent.hit, reason: &silent.reason };
            writeln!(out, "  silent:  {rule} (would give {:+.2}): {reason}", silent.points)?;
        }
        if own <= 0.0 && silent.is_empty() {
            writeln!(out, "  No word of this question is in a rule for it.")?;
        }
        Ok(())
    }
}

/// A reason in words.
struct Because<'a> {
    view: &'a View<'a>,
    hit: &'a Hit,
    reason: &'a Reason,
}

impl fmt::Display for Because<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = |hit: &Hit| self.view.words(hit.segment, hit.start, hit.end);
        let cues = |cues: &[CueIx]| {
            let named: Vec<_> = cues
                .iter()
                .take(5)
                .map(|cue| format!("`{}`", self.view.pack().cues()[cue.index()].text))
                .collect();
            named.join(", ") + if cues.len() > 5 { ", …" } else { "" }
        };
        write!(f, "\"{}\" is there, but ", words(self.hit))?;
        match self.reason {
            Reason::Excepted(hit) => write!(f, "so is \"{}\", which excepts it", words(hit)),
            Reason::Zone => write!(f, "in the {}, where the rule does not look", self.hit.zone.name()),
            Reason::Missing(missing) => write!(f, "none of {}", cues(missing)),
            Reason::NotNear(other, within) => write!(f, "not within {within} words of {}", cues(other)),
        }
    }
}

fn mark_colour(mark: Mark) -> Colour {
    match mark {
        Mark::Lane => colour(Kind::Lane).effects(Effects::BOLD),
        Mark::Instinct => colour(Kind::Instinct),
        Mark::Step => colour(Kind::Step),
        Mark::Pair => colour(Kind::Pair),
        Mark::Other => AnsiColor::Blue.on_default(),
        Mark::Against => AnsiColor::Red.on_default(),
    }
}

fn colour(kind: Kind) -> Colour {
    match kind {
        Kind::Lane => AnsiColor::Green.on_default(),
        Kind::Instinct => AnsiColor::Cyan.on_default(),
        Kind::Step => AnsiColor::Yellow.on_default(),
        Kind::Pair | Kind::Hook => AnsiColor::Magenta.on_default(),
    }
}

/// A text with its marked ranges in brackets and colour.
fn marked(text: &str, marks: &[(u32, u32, Mark)]) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for &(start, end, mark) in marks {
        let start = text.floor_char_boundary(start as usize);
        let end = text.ceil_char_boundary(end as usize);
        out += &text[at..start];
        let colour = mark_colour(mark);
        // Each word has its own colour codes, so that wrapped lines do not bleed.
        let words: Vec<_> =
            text[start..end].split(' ').map(|word| format!("{colour}{word}{colour:#}")).collect();
        out += &format!("[{}]", words.join(" "));
        at = end;
    }
    out += &text[at..];
    out
}

/// The key of an option: the bank's own, else a letter.
fn key(record: &Record<'_>, at: u16) -> String {
    match record.options.get(usize::from(at)) {
        Some((key, _)) => key.to_string(),
        None => char::from_u32(u32::from('A') + u32::from(at))
            .filter(char::is_ascii_uppercase)
            .unwrap_or('-')
            .to_string(),
    }
}

fn points(verdict: &Verdict, lane: TargetIx) -> f64 {
    verdict.scores.iter().find(|(ix, _)| *ix == lane).map_or(0.0, |(_, points)| *points)
}

/// A text cut in the middle to a number of characters.
fn shorten(text: &str, most: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= most {
        return text.to_owned();
    }
    let half = (most - 3) / 2;
    let (head, tail) = (&chars[..half], &chars[chars.len() - half..]);
    head.iter().chain(&['.', '.', '.']).chain(tail).collect()
}
