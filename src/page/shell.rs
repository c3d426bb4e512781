//! The page as a whole.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    Bank, charts,
    data::{self, MARKS},
    measure::Measured,
    rules, tables,
};
use crate::{
    decide::Status,
    input::InputError,
    pack::{Kind, TargetIx},
};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// Nothing is fetched, whatever a text on the page says.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

pub(super) fn page(measured: &Measured<'_>, title: &str, banks: &[Bank]) -> Markup {
    let unread: Vec<_> = banks
        .iter()
        .flat_map(|bank| bank.records.iter().filter_map(|r| r.as_ref().err()).map(move |e| (bank, e)))
        .collect();
    let labelled = measured.is_labelled();
    let mut parts = vec![("glance", "At a glance"), ("blueprint", "Exam")];
    if labelled {
        parts.extend([("accuracy", "Labels"), ("confidence", "Confidence")]);
    }
    parts.extend([("rules", "Rules"), ("questions", "Questions")]);
    if !unread.is_empty() {
        parts.push(("unread", "Not read"));
    }
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(concat!("firstlane ", env!("CARGO_PKG_VERSION")));
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#questions" { "Skip to the questions" }
                header {
                    div.title { h1 { (title) } p { (measured.pack().title()) ", pack " (measured.pack().version()) } }
                    div.theme hidden { label for="theme" { "Colours" }
                        select id="theme" { option value="" { "as the system" } option value="light" { "light" } option value="dark" { "dark" } } }
                    nav aria-label="Parts of the report" { ul { @for (id, name) in &parts { li { a href=(format!("#{id}")) { (name) } } } } }
                }
                main {
                    (glance(measured, unread.len()))
                    (tables::blueprint(measured))
                    @if labelled {
                        (tables::accuracy(measured))
                        section id="confidence" aria-labelledby="confidence-title" {
                            h2 id="confidence-title" { "How far confidence can be trusted" }
                            div.columns { (charts::reliability(measured)) (charts::risk_coverage(measured)) }
                        }
                    }
                    (rules::section(measured))
                    (questions(measured, banks))
                    @if !unread.is_empty() { (not_read(&unread)) }
                }
                (footer(measured, banks))
                script id="data" type="application/json" {
                    (PreEscaped(data::json(measured, banks.iter().map(|bank| bank.name.as_str()).collect())))
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// The first figures that people look for.
fn glance(measured: &Measured<'_>, unread: usize) -> Markup {
    let all = measured.answered.len();
    let of_status = |status| measured.count(|a| a.verdict.status == status);
    let share = |n: usize| {
        if all == 0 { "–".to_owned() } else { format!("{:.1} %", n as f64 * 100.0 / all as f64) }
    };
    let e = &measured.evaluation;
    let labelled = measured.is_labelled();
    let percent = |share: crate::eval::Share| format!("{:.1} %", share.value() * 100.0);
    html! {
        section id="glance" aria-labelledby="glance-title" {
            h2 id="glance-title" { "At a glance" }
            dl.tiles {
                div { dt { "Questions" } dd { (all) } @if unread > 0 { dd.note { (unread) " could not be read" } } }
                @for (status, what) in [(Status::Clear, "one lane is ahead"), (Status::Close, "a second lane is close"), (Status::None, "no lane is claimed")] {
                    div { dt { (status.name()) } dd { (share(of_status(status))) } dd.note { (of_status(status)) ": " (what) } }
                }
                @if labelled {
                    div { dt { "Lane right" } dd { (percent(e.lane)) } dd.note { (e.lane.hits) " of " (e.lane.of) " in a lane" } }
                    div { dt { "All three right" } dd { (percent(e.all_three)) } dd.note { "lane, instinct and step" } }
                    div { dt { "Rejected rightly" } dd { (percent(e.rejected)) } dd.note { (e.rejected.hits) " of " (e.rejected.of) " in no lane" } }
                }
            }
            @if !labelled {
                p.notice { "The bank has no labels, so the parts that need them are left out: accuracy, confusion, reliability, risk "
                    "and coverage, and the precision of rules." }
            } @else if e.labelled < all {
                p.notice { (all - e.labelled) " of the questions have no labels; figures against labels are about the other " (e.labelled) "." }
            }
        }
    }
}

/// The list of questions and what chooses among them.
fn questions(measured: &Measured<'_>, banks: &[Bank]) -> Markup {
    let pack = measured.pack();
    let labelled = measured.is_labelled();
    let lanes: Vec<_> = pack.of_kind(Kind::Lane).collect();
    let steps: Vec<_> = pack.of_kind(Kind::Step).filter(|&step| pack.is_checklist(step)).collect();
    let targets = |all: &[TargetIx]| html! { @for &ix in all { option value=(pack.target(ix).id) { (pack.target(ix).text) } } };
    html! {
        section id="questions" aria-labelledby="questions-title" {
            h2 id="questions-title" { "Questions" }
            noscript { p.notice { "The list of questions needs JavaScript, which is off. All the figures above are complete without it." } }
            form.filters hidden role="search" aria-label="Choose questions" {
                div.wide { label for="text" { "Text" } input id="text" name="text" type="search" placeholder="words of the question, its options or its id"; }
                div { label for="lane" { "Lane" } select id="lane" name="lane" { option value="" { "any" } (targets(&lanes)) option value="none" { "No lane" } } }
                div { label for="status" { "Status" } select id="status" name="status" { option value="" { "any" }
                    @for status in [Status::Clear, Status::Close, Status::None] { option { (status.name()) } } } }
                div { label for="step" { "Step" } select id="step" name="step" { option value="" { "any" } (targets(&steps)) } }
                @if labelled {
                    div { label for="label" { "Labelled lane" } select id="label" name="label" { option value="" { "any" } (targets(&lanes)) option value="none" { "No lane" } } }
                    div { label for="miss" { "Answer" } select id="miss" name="miss" { option value="" { "any" } option value="any" { "something is wrong" }
                        option value="lane" { "lane is wrong" } option value="instinct" { "instinct is wrong" } option value="step" { "step is wrong" }
                        option value="right" { "all right" } option value="unlabelled" { "without labels" } } }
                }
                div { label for="rule" { "Rule that fired" } input id="rule" name="rule" type="text" list="rule-ids" placeholder="id or a part of it" autocomplete="off";
                    datalist id="rule-ids" { @for figures in measured.rules.iter().filter(|figures| figures.fired > 0) { option value=(pack.rule(figures.rule).id) {} } } }
                @if banks.len() > 1 {
                    div { label for="file" { "File" } select id="file" name="file" { option value="" { "any" } @for bank in banks { option { (bank.name) } } } }
                }
                div { label for="sort" { "Order" } select id="sort" name="sort" { option value="" { "as in the bank" } option value="unsure" { "least sure first" } option value="sure" { "surest first" } } }
                div.buttons { button type="submit" { "Search" } button type="reset" { "Clear" } button type="button" id="open-all" { "Open all shown" } }
            }
            p id="count" role="status" aria-live="polite" {}
            p.visually-hidden { "What marked words speak for:" }
            ul.legend.marks {
                @for (mark, _, letter, meaning) in MARKS {
                    li { mark class=(format!("m{}", class(mark))) { "words" sup { (letter) } } " " (meaning) }
                }
                li { span.ask { "underlined" } " the sentence that asks" }
                li { span.out { "grey" } " does not count" }
            }
            ol id="list" {}
            p.more { button type="button" id="more" hidden { "Show more" } }
        }
    }
}

/// The number of a mark in the data and in the style.
fn class(mark: crate::render::mark::Mark) -> usize {
    MARKS.iter().position(|(known, ..)| *known == mark).map_or(0, |at| at + 1)
}

fn not_read(unread: &[(&Bank, &InputError)]) -> Markup {
    html! {
        section id="unread" aria-labelledby="unread-title" {
            h2 id="unread-title" { "Records that could not be read" }
            div.scroll { table {
                thead { tr { th scope="col" { "File" } th.n scope="col" { "Line" } th scope="col" { "Record" } th scope="col" { "Why" } } }
                tbody { @for (bank, error) in unread { tr { td { (bank.name) } td.n { (error.line) } td { (error.id) } td { (error.message) " (" (error.code) ")" } } } }
            } }
        }
    }
}

fn footer(measured: &Measured<'_>, banks: &[Bank]) -> Markup {
    let pack = measured.pack();
    html! {
        footer {
            p { "Written by firstlane " (env!("CARGO_PKG_VERSION")) " with pack " code { (pack.name()) } " " (pack.version())
                ", fingerprint " code { (format!("{:016x}", pack.fingerprint())) } ". The same input gives the same page." }
            ul { @for bank in banks {
                li { (bank.name) ", " (bank.records.len()) " records, SHA-256 " code { (bank.hash) }
                    @for note in &bank.notes { "; line " (note.line) ": " (note.message) } }
            } }
        }
    }
}
