//! Figures of a bank as tables: against the exam's blueprint, by lane and step, and against the labels.

use maud::{Markup, html};

use super::{
    charts::{interval, shares},
    measure::{Answered, Measured},
};
use crate::{
    decide::Status,
    eval::Share,
    pack::{Chapter, Kind, Pack, TargetIx},
};

/// A link to the questions that pass some filters.
pub(super) fn link(count: usize, filters: &[(&str, &str)]) -> Markup {
    let query: Vec<_> = filters.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect();
    html! {
        @if count == 0 { span.zero { "0" } } @else { a href=(format!("#{}", query.join("&"))) { (count) } }
    }
}

/// A value in a fragment: everything but letters, digits and a few marks as `%` and its bytes.
fn encoded(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    value.bytes().map(byte).collect()
}

/// A cell that is the darker the larger its part of a whole is.
fn heat(count: usize, of: usize, inside: &Markup) -> Markup {
    let percent = (count * 100).checked_div(of).unwrap_or(0);
    html! { td.n.heat style=(format!("--part:{percent}%")) { (inside) } }
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

/// The lane that a bank says a question is in.
fn label(answered: &Answered<'_>) -> Option<TargetIx> {
    answered.judged.as_ref().and_then(|(truth, _)| truth.lane.label)
}

/// The bank by chapter, lane and step, against the exam.
pub(super) fn blueprint(measured: &Measured<'_>) -> Markup {
    let pack = measured.pack();
    let in_lane = measured.count(|a| a.verdict.lane.is_some());
    let labelled = measured.count(|a| label(a).is_some());
    let has_shares = pack.chapters().iter().any(|chapter| chapter.share.is_some());
    let in_chapter = |lane: Option<TargetIx>, chapter: &Chapter| {
        lane.and_then(|lane| pack.chapter_of(lane)).is_some_and(|own| own.number == chapter.number)
    };
    let rows: Vec<_> = pack
        .chapters()
        .iter()
        .map(|chapter| {
            let answers = measured.count(|a| in_chapter(a.verdict.lane, chapter));
            let labels = measured.count(|a| in_chapter(label(a), chapter));
            (chapter, answers, labels)
        })
        .collect();
    // Labels are what the bank is; answers are the best there is without them.
    let own = |&(_, answers, labels): &(&Chapter, usize, usize)| match labelled {
        0 => Share { hits: answers, of: in_lane },
        of => Share { hits: labels, of },
    };
    let bars: Vec<_> = rows
        .iter()
        .map(|row| {
            let name = format!("{}. {}", row.0.number, row.0.title);
            (name, own(row).value(), row.0.share.map(|share| share / 100.0))
        })
        .collect();
    html! {
        section id="blueprint" aria-labelledby="blueprint-title" {
            h2 id="blueprint-title" { "The bank against the exam" }
            p { "Of " (measured.answered.len()) " questions " (in_lane) " got a lane"
                @if labelled > 0 { ", and " (labelled) " are labelled with one; shares below are of those, by the bank's labels" }
                @else { "; shares below are of those, by the answers" }
                "." @if !has_shares { " The pack does not say what shares the chapters have in the exam." } }
            div.columns {
                (shares(&bars))
                div.scroll { table {
                    caption { "Chapters" }
                    thead { tr { th scope="col" { "Chapter" }
                        @if has_shares { th.n scope="col" { "Exam" } }
                        th.n scope="col" { "Bank" }
                        @if has_shares { th.n scope="col" { "Difference" } }
                        th.n scope="col" { "Answers" }
                        @if labelled > 0 { th.n scope="col" { "Labels" } } } }
                    tbody { @for row in &rows { @let (chapter, answers, labels) = row; tr {
                        th scope="row" { (chapter.number) ". " (chapter.title) }
                        @if has_shares { td.n { @match chapter.share { Some(share) => { (share) " %" } None => "–" } } }
                        td.n { (percent(own(row).hits, own(row).of)) }
                        @if has_shares { td.n { @match chapter.share {
                            Some(share) if own(row).of > 0 => { (format!("{:+.1}", own(row).value() * 100.0 - share)) }
                            _ => "–"
                        } } }
                        td.n { (answers) }
                        @if labelled > 0 { td.n { (labels) } }
                    } } }
                } }
            }
            (lanes_and_steps(measured))
        }
    }
}

/// Answers by lane and step.
fn lanes_and_steps(measured: &Measured<'_>) -> Markup {
    let pack = measured.pack();
    let steps: Vec<_> = pack.of_kind(Kind::Step).filter(|&step| pack.is_checklist(step)).collect();
    let count = |lane: Option<TargetIx>, step: TargetIx| {
        measured.count(|a| a.verdict.lane == lane && a.verdict.verify == Some(step))
    };
    let all = measured.answered.len();
    let lanes: Vec<_> = pack.of_kind(Kind::Lane).collect();
    let most = lanes.iter().flat_map(|&lane| steps.iter().map(move |&step| count(Some(lane), step))).max();
    let of_status = |lane: Option<TargetIx>, status| {
        measured.count(|a| a.verdict.lane == lane && a.verdict.status == status)
    };
    html! {
        div.scroll { table {
            caption { "Answers by lane and by the step to verify next" }
            thead { tr { th scope="col" { "Lane" } @for &step in &steps { th.n scope="col" { (pack.target(step).text) } }
                th.n scope="col" { "Clear" } th.n scope="col" { "Close" } th.n scope="col" { "All" } th.n scope="col" { "Share" } } }
            tbody {
                @for &lane in &lanes { @let id = &pack.target(lane).id; tr {
                    th scope="row" { (pack.target(lane).text) }
                    @for &step in &steps {
                        @let n = count(Some(lane), step);
                        (heat(n, most.unwrap_or(0), &link(n, &[("lane", id), ("step", &pack.target(step).id)])))
                    }
                    @for (status, name) in [(Status::Clear, "clear"), (Status::Close, "close")] {
                        td.n { (link(of_status(Some(lane), status), &[("lane", id), ("status", name)])) }
                    }
                    @let n = measured.count(|a| a.verdict.lane == Some(lane));
                    td.n { (link(n, &[("lane", id)])) } td.n { (percent(n, all)) }
                } }
                @let none = measured.count(|a| a.verdict.lane.is_none());
                tr { th scope="row" { "No lane" } @for _ in &steps { td.n { "–" } } td.n { "–" } td.n { "–" }
                    td.n { (link(none, &[("lane", "none")])) } td.n { (percent(none, all)) } }
            }
        } }
    }
}

/// How answers agree with labels.
pub(super) fn accuracy(measured: &Measured<'_>) -> Markup {
    let (pack, e) = (measured.pack(), &measured.evaluation);
    let none = Share::default();
    html! {
        section id="accuracy" aria-labelledby="accuracy-title" {
            h2 id="accuracy-title" { "Answers against labels" }
            p { (e.labelled) " questions have labels: " (e.answered.of) " are in a lane, " (e.rejected.of) " in none." }
            div.columns {
                div.scroll { table {
                    caption { "Right answers, with 95 % intervals (Wilson)" }
                    thead { tr { th scope="col" { "What" } th.n scope="col" { "Right" } th.n scope="col" { "Of" } th scope="col" { "Share" } } }
                    tbody { @for (name, share) in [
                        ("A lane was claimed", e.answered), ("Chapter", e.chapter), ("Lane", e.lane),
                        ("Lane, strictly the label", e.lane_strict), ("Instinct", e.instinct), ("Step", e.verify),
                        ("All three", e.all_three), ("No lane, where none is right", e.rejected),
                    ] { tr { th scope="row" { (name) } td.n { (share.hits) } td.n { (share.of) } td.share { (interval(share)) } } } }
                } }
                div.scroll { table {
                    caption { "By lane" }
                    thead { tr { th scope="col" { "Lane" } th scope="col" { "Precision" } th scope="col" { "Recall" } } }
                    tbody { @for lane in pack.of_kind(Kind::Lane) { tr {
                        th scope="row" { (pack.target(lane).text) }
                        td.share { (interval(e.precision.get(&lane).copied().unwrap_or(none))) }
                        td.share { (interval(e.recall.get(&lane).copied().unwrap_or(none))) }
                    } } }
                } }
            }
            (confusion(pack, measured))
        }
    }
}

fn confusion(pack: &Pack, measured: &Measured<'_>) -> Markup {
    let lanes: Vec<_> = pack.of_kind(Kind::Lane).map(Some).chain([None]).collect();
    let name = |lane: Option<TargetIx>| lane.map_or("No lane", |lane| pack.target(lane).text.as_str());
    let id = |lane: Option<TargetIx>| lane.map_or("none", |lane| pack.target(lane).id.as_str());
    let count = |label, claimed| measured.evaluation.confusion.get(&(label, claimed)).copied().unwrap_or(0);
    html! {
        div.scroll { table.confusion {
            caption { "Confusion: labelled lane (rows) and answered lane (columns). The shade is the part of the row; right answers stand in a frame." }
            thead {
                tr { td.corner {} th.group scope="colgroup" colspan=(lanes.len() + 1) { "answered" } }
                tr { th scope="col" { "labelled" } @for &claimed in &lanes { th.n scope="col" { (name(claimed)) } } th.n scope="col" { "All" } }
            }
            tbody { @for &label in &lanes {
                @let all: usize = lanes.iter().map(|&claimed| count(label, claimed)).sum();
                tr { th scope="row" { (name(label)) }
                    @for &claimed in &lanes {
                        @let n = count(label, claimed);
                        @let cell = link(n, &[("label", id(label)), ("lane", id(claimed))]);
                        @if label == claimed { td.n.heat.diagonal style=(format!("--part:{}%", (n * 100).checked_div(all).unwrap_or(0))) { (cell) } }
                        @else { (heat(n, all, &cell)) }
                    }
                    td.n { (link(all, &[("label", id(label))])) }
                }
            } }
        } }
    }
}
