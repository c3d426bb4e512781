//! Charts as inline SVG, each with a table of the same figures.

use maud::{Markup, html};

use super::measure::Measured;
use crate::eval::Share;

/// Size of a chart, and the frame of its plot inside.
const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 46.0;

/// A plot with linear axes.
struct Plot {
    x: [f64; 2],
    y: [f64; 2],
}

impl Plot {
    fn x(&self, value: f64) -> String {
        let share = (value - self.x[0]) / (self.x[1] - self.x[0]);
        format!("{:.1}", LEFT + share * (WIDTH - LEFT - RIGHT))
    }

    fn y(&self, value: f64) -> String {
        let share = (value - self.y[0]) / (self.y[1] - self.y[0]);
        format!("{:.1}", HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM))
    }

    fn points(&self, points: impl Iterator<Item = (f64, f64)>) -> String {
        let points: Vec<_> = points.map(|(x, y)| format!("{},{}", self.x(x), self.y(y))).collect();
        points.join(" ")
    }

    /// The plot with its grid and axes in percent.
    fn draw(&self, id: &str, title: &str, [x_name, y_name]: [&str; 2], inside: &Markup) -> Markup {
        let (middle_x, middle_y) = (LEFT + (WIDTH - LEFT - RIGHT) / 2.0, TOP + (HEIGHT - TOP - BOTTOM) / 2.0);
        html! {
            svg.chart viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-labelledby=(id) {
                title id=(id) { (title) }
                @for tick in ticks(self.y) {
                    line.grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(self.y(tick)) y2=(self.y(tick)) {}
                    text.tick x=(LEFT - 6.0) y=(self.y(tick)) dy="0.35em" text-anchor="end" { (percent(tick)) }
                }
                @for tick in ticks(self.x) {
                    line.grid x1=(self.x(tick)) x2=(self.x(tick)) y1=(TOP) y2=(HEIGHT - BOTTOM) {}
                    text.tick x=(self.x(tick)) y=(HEIGHT - BOTTOM + 16.0) text-anchor="middle" { (percent(tick)) }
                }
                (inside)
                text.axis x=(middle_x) y=(HEIGHT - 8.0) text-anchor="middle" { (x_name) }
                text.axis transform=(format!("translate(13 {middle_y}) rotate(-90)")) text-anchor="middle" { (y_name) }
            }
        }
    }
}

/// From four to eight round numbers on an axis.
fn ticks([from, to]: [f64; 2]) -> Vec<f64> {
    let steps = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2];
    let step = steps.into_iter().find(|step| (to - from) / step <= 7.0).unwrap_or(0.2);
    let first = (from / step).ceil() as usize;
    let last = (to / step + 1e-9).floor() as usize;
    (first..=last).map(|at| at as f64 * step).collect()
}

/// A share as a number on an axis.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if (percent - percent.round()).abs() < 1e-6 { format!("{percent:.0}") } else { format!("{percent:.1}") }
}

/// A share in percent with its interval.
pub(super) fn interval(share: Share) -> String {
    if share.of == 0 {
        return "–".to_owned();
    }
    let (low, high) = share.wilson();
    format!("{:.1} % ({:.1} to {:.1})", share.value() * 100.0, low * 100.0, high * 100.0)
}

/// What confidence promises and what was right.
pub(super) fn reliability(measured: &Measured<'_>) -> Markup {
    let bins = measured.evaluation.reliability();
    let most = bins.iter().map(|(_, share, _)| share.of).max().unwrap_or(1).max(1) as f64;
    // Both axes begin where the figures do, so that the line of true confidence stays the diagonal.
    let least = bins.iter().map(|(low, share, _)| low.min(share.wilson().0)).fold(0.9, f64::min);
    let from = (least * 10.0).floor() / 10.0;
    let plot = Plot { x: [from, 1.0], y: [from, 1.0] };
    let bar = |share: &Share| share.of as f64 / most * 0.12 * (HEIGHT - TOP - BOTTOM);
    let width = 0.07 / (1.0 - from) * (WIDTH - LEFT - RIGHT);
    let inside = html! {
        @for (low, share, _) in &bins {
            // How many answers a bin has, on a scale of its own: a tenth of the height at most.
            rect.count x=(plot.x(low + 0.015)) y=(format!("{:.1}", HEIGHT - BOTTOM - bar(share)))
                width=(format!("{width:.1}")) height=(format!("{:.1}", bar(share))) {}
        }
        line.ideal x1=(plot.x(from)) y1=(plot.y(from)) x2=(plot.x(1.0)) y2=(plot.y(1.0)) {}
        polyline.line points=(plot.points(bins.iter().map(|(_, share, mean)| (*mean, share.value())))) {}
        @for (_, share, mean) in &bins {
            @let (low, high) = share.wilson();
            line.whisker x1=(plot.x(*mean)) x2=(plot.x(*mean)) y1=(plot.y(low)) y2=(plot.y(high)) {}
            circle.point cx=(plot.x(*mean)) cy=(plot.y(share.value())) r="4" {}
        }
    };
    let title = format!(
        "Reliability: of the answers at each confidence, how many are right. Expected calibration error {:.3}.",
        measured.evaluation.calibration_error()
    );
    html! {
        figure {
            figcaption {
                h3 { "Reliability" }
                p { "Answers by confidence, against how many of them are right, with 95 % intervals. On the dashed line \
                     confidence is true. Bars at the foot: how many answers. Expected calibration error "
                    (format!("{:.3}", measured.evaluation.calibration_error())) "." }
            }
            (plot.draw("reliability-title", &title, ["confidence, %", "right, %"], &inside))
            details {
                summary { "Reliability as a table" }
                div.scroll { table {
                    thead { tr { th scope="col" { "Confidence" } th.n scope="col" { "Answers" } th.n scope="col" { "Mean confidence" }
                        th.n scope="col" { "Right" } th scope="col" { "Share, 95 % interval" } } }
                    tbody { @for (low, share, mean) in &bins { tr {
                        th scope="row" { (format!("{:.0} to {:.0} %", low * 100.0, (low + 0.1) * 100.0)) }
                        td.n { (share.of) } td.n { (format!("{:.1} %", mean * 100.0)) } td.n { (share.hits) }
                        td.share { (interval(*share)) }
                    } } }
                } }
            }
        }
    }
}

/// What each lane threshold costs and gains.
pub(super) fn risk_coverage(measured: &Measured<'_>) -> Markup {
    let curve = &measured.curve;
    let chosen = measured.pack().thresholds().lane;
    let points = || curve.iter().map(|point| (point.answered.value(), point.wrong.value()));
    let least = points().map(|(coverage, _)| coverage).fold(1.0, f64::min);
    let most = points().map(|(_, risk)| risk).fold(0.05, f64::max);
    let widest = points().map(|(coverage, _)| coverage).fold(0.1, f64::max);
    let x = [(least * 10.0).floor() / 10.0, (widest * 10.0).ceil() / 10.0];
    let plot = Plot { x, y: [0.0, (most * 20.0).ceil() / 20.0] };
    let mark = curve.iter().find(|point| point.threshold == chosen);
    let inside = html! {
        polyline.line points=(plot.points(points())) {}
        @for (coverage, risk) in points() {
            circle.dot cx=(plot.x(coverage)) cy=(plot.y(risk)) r="2" {}
        }
        @if let Some(point) = mark {
            @let (x, y) = (plot.x(point.answered.value()), plot.y(point.wrong.value()));
            circle.chosen cx=(x) cy=(y) r="6" {}
            text.label x=(x) y=(y) dx="-10" dy="-10" text-anchor="end" { (format!("threshold {chosen}")) }
        }
    };
    let title = "Risk and coverage: for each lane threshold, the share of questions that get a lane and the share of those lanes that are wrong.";
    let share = |share: Share| format!("{:.1} %", share.value() * 100.0);
    html! {
        figure {
            figcaption {
                h3 { "Risk and coverage" }
                p { "Each point is a lane threshold, from 0 at the right to " (curve.last().map_or(0.0, |point| point.threshold))
                    " points at the left: how many questions get a lane, and how many of those lanes are wrong. The pack's "
                    "threshold, " (chosen) ", is marked." }
            }
            (plot.draw("risk-title", title, ["coverage: questions with a lane, %", "risk: of those, wrong, %"], &inside))
            details {
                summary { "Risk and coverage as a table" }
                div.scroll { table {
                    thead { tr { th scope="col" { "Threshold" } th.n scope="col" { "Coverage" } th.n scope="col" { "Risk" }
                        th.n scope="col" { "Right, in scope" } th.n scope="col" { "Rejected, out of scope" } } }
                    tbody { @for point in curve { tr.chosen[point.threshold == chosen] {
                        th scope="row" { (format!("{:.1}", point.threshold)) @if point.threshold == chosen { " (the pack's)" } }
                        td.n { (share(point.answered)) } td.n { (share(point.wrong)) }
                        td.n { (share(point.right_in_scope)) } td.n { (share(point.rejected)) }
                    } } }
                } }
            }
        }
    }
}

/// Shares of chapters beside those of the exam: name, share of the bank, share of the exam.
pub(super) fn shares(rows: &[(String, f64, Option<f64>)]) -> Markup {
    const ROW: f64 = 42.0;
    let height = rows.len() as f64 * ROW + 34.0;
    let most = rows.iter().flat_map(|(_, own, exam)| [Some(*own), *exam]).flatten().fold(0.1, f64::max);
    let most = (most * 10.0).ceil() / 10.0;
    let x = |share: f64| 8.0 + share / most * (WIDTH - 56.0);
    html! {
        svg.chart.shares viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-labelledby="shares-title" {
            title id="shares-title" { "Share of each chapter in the bank (bar) and in the exam (line). The table beside has the figures." }
            @for (at, (name, own, exam)) in rows.iter().enumerate() {
                @let y = at as f64 * ROW;
                text.axis x="8" y=(y + 13.0) { (name) }
                rect.track x=(x(0.0)) y=(y + 19.0) width=(format!("{:.1}", x(most) - x(0.0))) height="12" rx="2" {}
                rect.bar x=(x(0.0)) y=(y + 19.0) width=(format!("{:.1}", x(*own) - x(0.0))) height="12" rx="2" {}
                @if let Some(exam) = exam {
                    line.target x1=(format!("{:.1}", x(*exam))) x2=(format!("{:.1}", x(*exam))) y1=(y + 17.0) y2=(y + 34.0) {}
                }
                text.tick x=(x(most) + 6.0) y=(y + 29.0) { (format!("{:.0} %", own * 100.0)) }
            }
            @let y = rows.len() as f64 * ROW + 16.0;
            rect.bar x="8" y=(y - 3.0) width="18" height="10" rx="2" {}
            text.tick x="32" y=(y + 6.0) { "bank" }
            line.target x1="84" x2="84" y1=(y - 6.0) y2=(y + 10.0) {}
            text.tick x="92" y=(y + 6.0) { "exam" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_a_few_round_numbers() {
        let ten = |axis: [f64; 2]| ticks(axis).into_iter().map(percent).collect::<Vec<_>>().join(" ");
        assert_eq!(ten([0.0, 1.0]), "0 20 40 60 80 100");
        assert_eq!(ten([0.7, 1.0]), "70 75 80 85 90 95 100");
        assert_eq!(ten([0.0, 0.05]), "0 1 2 3 4 5");
        assert_eq!(ten([0.0, 0.15]), "0 5 10 15");
    }
}
