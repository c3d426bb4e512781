//! The risk-coverage curve: what each lane threshold costs and gains.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use firstlane::{
    Pack,
    bank::Sample,
    eval::{Coverage, MOST_THRESHOLD, Share, THRESHOLD_STEP, risk_coverage},
    report::{Cell, Table},
};
use plotters::prelude::*;

/// The curve as a table, and drawn if a file is named.
pub(super) fn run(pack: &Pack, samples: &[Sample], file: Option<&Path>) -> Result<Table> {
    let curve = risk_coverage(pack, samples, MOST_THRESHOLD, THRESHOLD_STEP);
    let columns = ["threshold", "coverage %", "risk %", "right in scope %", "rejected %", ""];
    let mut table = Table::new("by threshold", columns);
    for point in &curve {
        let percent = |share: Share| Cell::Number(share.value() * 100.0, 1);
        let here = if point.threshold == pack.thresholds().lane { "the pack's" } else { "" };
        table.push([
            Cell::Number(point.threshold, 1),
            percent(point.answered),
            percent(point.wrong),
            percent(point.right_in_scope),
            percent(point.rejected),
            here.into(),
        ]);
    }
    if let Some(file) = file {
        draw(&curve, pack.thresholds().lane, file)
            .with_context(|| format!("`{}` cannot be written", file.display()))?;
    }
    Ok(table)
}

fn draw(curve: &[Coverage], chosen: f64, file: &Path) -> Result<()> {
    let root = SVGBackend::new(file, (640, 400)).into_drawing_area();
    let points = || curve.iter().map(|point| (point.answered.value() * 100.0, point.wrong.value() * 100.0));
    let most = points().map(|(_, risk)| risk).fold(5.0, f64::max).ceil();
    let least = points().map(|(coverage, _)| coverage).fold(100.0, f64::min).floor();
    let failed = |error: DrawingAreaErrorKind<_>| anyhow!("{error}");
    let draw = || -> std::result::Result<(), DrawingAreaErrorKind<_>> {
        root.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&root)
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(48)
            .build_cartesian_2d(least..100.0, 0.0..most)?;
        chart
            .configure_mesh()
            .x_desc("coverage: questions with a lane, %")
            .y_desc("risk: of those, wrong, %")
            .draw()?;
        chart.draw_series(LineSeries::new(points(), &BLUE))?;
        let mark = curve.iter().filter(|point| point.threshold == chosen);
        let mark = mark.map(|point| (point.answered.value() * 100.0, point.wrong.value() * 100.0));
        chart.draw_series(mark.clone().map(|at| Circle::new(at, 5, RED.filled())))?;
        let label = format!("threshold {chosen}");
        chart.draw_series(mark.map(|at| Text::new(label.clone(), at, ("sans-serif", 14).into_font())))?;
        root.present()
    };
    draw().map_err(failed)
}
