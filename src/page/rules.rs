//! The coverage map of the rules: which fire in the bank, and on which answers hang.

use maud::{Markup, html};

use super::{
    charts::interval,
    measure::{Measured, RuleFigures},
    tables::link,
};
use crate::pack::{Kind, Pack};

/// What a rule does in a bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Decides,
    Fires,
    Nothing,
}

impl Does {
    fn of(figures: &RuleFigures) -> Self {
        match (figures.fired, figures.decisive) {
            (0, _) => Self::Nothing,
            (_, 0) => Self::Fires,
            _ => Self::Decides,
        }
    }

    /// Its class on the page, the sign in its cell, and what it is called.
    fn about(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Decides => ("decides", "●", "decisive for some answer"),
            Self::Fires => ("fires", "○", "fires, but decides nothing"),
            Self::Nothing => ("silent", "·", "never fires"),
        }
    }
}

/// The section with the map and the table.
pub(super) fn section(measured: &Measured<'_>) -> Markup {
    let pack = measured.pack();
    let all = [Does::Decides, Does::Fires, Does::Nothing];
    let count = |does| measured.rules.iter().filter(|rule| Does::of(rule) == does).count();
    let groups = groups(measured);
    html! {
        section id="rules" aria-labelledby="rules-title" {
            h2 id="rules-title" { "Coverage of the rules" }
            p { "The pack has " (measured.rules.len()) " rules. A rule is decisive for a question if the answer would be another "
                "without it, or another lane close. Choose a rule to see its questions." }
            ul.legend { @for does in all { @let (class, sign, name) = does.about();
                li { span class=(format!("cell {class}")) aria-hidden="true" { (sign) } " " (count(does)) " " (name) } } }
            div.map {
                @for (title, rules) in &groups {
                    div.group {
                        h3 { (title) " " span.muted { (rules.len()) } }
                        div.cells { @for figures in rules {
                            @let id = &pack.rule(figures.rule).id;
                            @let (class, sign, name) = Does::of(figures).about();
                            @let says = format!("{id}: {name}; fired {}, decisive {}", figures.fired, figures.decisive);
                            @if figures.fired > 0 {
                                a class=(format!("cell {class}")) href=(format!("#rule={id}")) title=(says) aria-label=(says) { (sign) }
                            } @else {
                                span class=(format!("cell {class}")) title=(says) aria-label=(says) role="img" { (sign) }
                            }
                        } }
                    }
                }
            }
            details {
                summary { "All rules as a table" }
                (table(pack, measured))
            }
        }
    }
}

/// Rules by the lane that they speak for most, then those that speak for none.
fn groups<'m>(measured: &'m Measured<'_>) -> Vec<(&'m str, Vec<&'m RuleFigures>)> {
    let pack = measured.pack();
    let mut groups: Vec<_> = pack.of_kind(Kind::Lane).map(|lane| (Some(lane), Vec::new())).collect();
    groups.push((None, Vec::new()));
    for figures in &measured.rules {
        let lane = figures.target.filter(|&target| pack.target(target).kind() == Kind::Lane);
        if let Some((_, rules)) = groups.iter_mut().find(|(of, _)| *of == lane) {
            rules.push(figures);
        }
    }
    let title = |lane: Option<_>| lane.map_or("No lane", |lane| pack.target(lane).text.as_str());
    groups.retain(|(_, rules)| !rules.is_empty());
    groups.into_iter().map(|(lane, rules)| (title(lane), rules)).collect()
}

fn table(pack: &Pack, measured: &Measured<'_>) -> Markup {
    let labelled = measured.is_labelled();
    html! {
        div.scroll { table.rules {
            caption { "Rules in the order of the pack"
                @if labelled { ". Precision: of the questions whose stem made it fire, those where what it speaks for is right" } }
            thead { tr { th scope="col" { "Rule" } th scope="col" { "Speaks for" } th.n scope="col" { "Fired" }
                th.n scope="col" { "By the stem" } th.n scope="col" { "Decisive" }
                @if labelled { th scope="col" { "Precision" } th scope="col" { "Advice" } } } }
            tbody { @for figures in &measured.rules {
                @let id = &pack.rule(figures.rule).id;
                tr { th scope="row" { code { (id) } }
                    td { @if let Some(target) = figures.target { (pack.target(target).id) } }
                    td.n { (link(figures.fired, &[("rule", id)])) } td.n { (figures.in_stem) } td.n { (figures.decisive) }
                    @if labelled { @match figures.precision {
                        Some((precision, advice)) => { td.share { (interval(precision)) } td { (advice.name()) } }
                        None => { td { "–" } td { "–" } }
                    } }
                }
            } }
        } }
    }
}
