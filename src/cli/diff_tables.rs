//! The counts of `firstlane diff` as tables.

use firstlane::{
    Kind, Pack,
    diff::{Comparison, Paired, RESPECTS},
    report::{Cell, Table},
};

/// Right and wrong answers before and after, and counts by lane.
pub(super) fn tables(pack: &Pack, comparison: &Comparison) -> Vec<Table> {
    let mut tables = Vec::new();
    if comparison.labelled > 0 {
        tables.push(paired(comparison));
    }
    tables.push(lanes(pack, comparison));
    tables
}

fn paired(comparison: &Comparison) -> Table {
    let title = "right and wrong, with the exact test of McNemar (two-sided)";
    let columns = ["", "right", "gained", "lost", "wrong", "net", "p", ""];
    let mut table = Table::new(title, columns);
    let names = RESPECTS.map(Kind::key).into_iter().chain(["all of them"]);
    for (name, paired) in names.zip(comparison.paired) {
        table.push([
            name.into(),
            paired.both_right.into(),
            paired.gained.into(),
            paired.lost.into(),
            paired.both_wrong.into(),
            net(paired).into(),
            Cell::Number(paired.p(), 4),
            paired.judged().into(),
        ]);
    }
    table
}

fn net(paired: Paired) -> String {
    match paired.gained as i64 - paired.lost as i64 {
        0 => "0".to_owned(),
        net => format!("{net:+}"),
    }
}

/// Lanes in the order of the newer pack, then those that only the older pack has, then none.
fn lanes(pack: &Pack, comparison: &Comparison) -> Table {
    let labelled = comparison.labelled > 0;
    let mut columns = vec!["lane", "claimed before", "claimed now"];
    if labelled {
        columns.extend(["labelled", "right before", "right now", "gained", "lost"]);
    }
    let mut table = Table::new("by lane", columns);
    let known = pack.of_kind(Kind::Lane).map(|ix| pack.target(ix).id.clone());
    let known: Vec<Option<String>> = known.map(Some).collect();
    let gone = comparison.lanes.keys().filter(|lane| lane.is_some() && !known.contains(lane)).cloned();
    for lane in known.iter().cloned().chain(gone).chain([None]) {
        let of = comparison.lanes.get(&lane).copied().unwrap_or_default();
        let mut row: Vec<Cell> =
            vec![lane.as_deref().unwrap_or("none").into(), of.before.into(), of.after.into()];
        if labelled {
            let Paired { both_right, gained, lost, .. } = of.paired;
            let counts = [of.paired.all(), both_right + lost, both_right + gained, gained, lost];
            row.extend(counts.map(Cell::from));
        }
        table.push(row);
    }
    table
}
