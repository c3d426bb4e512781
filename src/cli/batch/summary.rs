//! What a bank is made of: answers by lane and status, and the share of each chapter against the exam's.

use std::io::{self, Write};

use firstlane::{Kind, Pack};

use super::work::Counts;

/// Writes the tables.
pub(super) fn write(pack: &Pack, counts: &Counts, out: &mut dyn Write) -> io::Result<()> {
    let lanes: Vec<_> = pack.of_kind(Kind::Lane).collect();
    let of = |at: usize| counts.lanes.get(at).copied().unwrap_or_default();
    let width = lanes.iter().map(|&lane| pack.target(lane).id.len()).max().unwrap_or(0).max(15);
    writeln!(out, "{:width$}  {:>10}  {:>10}  {:>10}", "lane", "clear", "close", "all")?;
    for (at, &lane) in lanes.iter().enumerate() {
        let [clear, close] = of(at);
        writeln!(out, "{:width$}  {clear:>10}  {close:>10}  {:>10}", pack.target(lane).id, clear + close)?;
    }
    writeln!(out, "{:width$}  {:>10}  {:>10}  {:>10}", "none", "", "", counts.none)?;
    writeln!(out, "{:width$}  {:>10}  {:>10}  {:>10}", "cannot be read", "", "", counts.unread)?;
    if counts.dropped > 0 {
        writeln!(out, "{:width$}  {:>10}  {:>10}  {:>10}", "doubles, dropped", "", "", counts.dropped)?;
    }
    let answered = counts.clear() + counts.close();
    if answered == 0 || pack.chapters().iter().all(|chapter| chapter.share.is_none()) {
        return Ok(());
    }
    writeln!(out, "\n{:width$}  {:>10}  {:>10}  {:>10}", "chapter", "questions", "share", "exam")?;
    for chapter in pack.chapters() {
        let inside = |lane: &usize| pack.chapter_of(lanes[*lane]).map(|c| c.number) == Some(chapter.number);
        let questions: u64 = (0..lanes.len()).filter(inside).map(|lane| of(lane).iter().sum::<u64>()).sum();
        let share = format!("{:.1} %", questions as f64 * 100.0 / answered as f64);
        let exam = chapter.share.map_or_else(|| "-".to_owned(), |share| format!("{share:.1} %"));
        let title = format!("{} {}", chapter.number, chapter.title);
        writeln!(out, "{title:width$}  {questions:>10}  {share:>10}  {exam:>10}")?;
    }
    Ok(())
}
