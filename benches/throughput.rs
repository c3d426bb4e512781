//! How long the parts take, and how many bytes of questions a second they read. `cargo bench`; a plain pass over the same
//! bytes stands beside, as the floor of this machine at this moment.

use std::{fs, hint::black_box};

use divan::{Bencher, counter::BytesCount};
use firstlane::{
    Classifier, Engine, Pack, Scanner, Scorer,
    input::{self, Record},
    render::json_writer::Writer,
};

fn main() {
    divan::main();
}

/// The fixture bank: its bytes and its records.
fn bank() -> (Vec<u8>, Vec<Record<'static>>) {
    let mut files: Vec<_> = fs::read_dir("fixtures/bank")
        .expect("run in the checkout")
        .map(|e| e.expect("entry").path())
        .collect();
    files.sort();
    let bytes: Vec<u8> = files.iter().flat_map(|file| fs::read(file).expect("readable")).collect();
    let records =
        input::read_jsonl(&bytes[..], "bank", input::MOST_BYTES).map(|r| r.expect("a record")).collect();
    (bytes, records)
}

fn text_bytes(records: &[Record<'_>]) -> usize {
    records.iter().map(|r| r.stem.len() + r.options.iter().map(|(_, text)| text.len()).sum::<usize>()).sum()
}

mod start {
    use super::*;

    #[divan::bench]
    fn built_in_pack_from_toml() -> Engine {
        Engine::compile(Pack::builtin())
    }

    #[divan::bench]
    fn built_in_engine_as_prepared() -> Engine {
        Engine::builtin()
    }
}

mod bank_of_questions {
    use super::*;

    #[divan::bench]
    fn floor_newlines_counted(bencher: Bencher<'_, '_>) {
        let (bytes, _) = bank();
        bencher
            .counter(BytesCount::new(bytes.len()))
            .bench_local(|| black_box(&bytes).iter().filter(|&&b| b == b'\n').count());
    }

    #[divan::bench]
    fn read(bencher: Bencher<'_, '_>) {
        let (bytes, _) = bank();
        bencher
            .counter(BytesCount::new(bytes.len()))
            .bench_local(|| input::read_jsonl(&bytes[..], "bank", input::MOST_BYTES).count());
    }

    #[divan::bench]
    fn split_in_zones(bencher: Bencher<'_, '_>) {
        let (_, records) = bank();
        let count = BytesCount::new(text_bytes(&records));
        bencher
            .counter(count)
            .bench_local(|| records.iter().map(|r| r.question().segments().len()).sum::<usize>());
    }

    #[divan::bench]
    fn scan(bencher: Bencher<'_, '_>) {
        let (engine, (_, records)) = (Engine::builtin(), bank());
        let questions: Vec<_> = records.iter().map(Record::question).collect();
        let mut scanner = Scanner::new(&engine);
        let count = BytesCount::new(text_bytes(&records));
        bencher.counter(count).bench_local(|| questions.iter().map(|q| scanner.scan(q).len()).sum::<usize>());
    }

    #[divan::bench]
    fn score(bencher: Bencher<'_, '_>) {
        let (engine, (_, records)) = (Engine::builtin(), bank());
        let mut scanner = Scanner::new(&engine);
        let hits: Vec<_> = records.iter().map(|r| scanner.scan(&r.question()).to_vec()).collect();
        let mut scorer = Scorer::new(engine.pack());
        let count = BytesCount::new(text_bytes(&records));
        bencher
            .counter(count)
            .bench_local(|| hits.iter().map(|hits| scorer.score(hits).0.rules.len()).sum::<usize>());
    }

    #[divan::bench]
    fn write(bencher: Bencher<'_, '_>) {
        let (engine, (_, records)) = (Engine::builtin(), bank());
        let questions: Vec<_> = records.iter().map(Record::question).collect();
        let verdicts: Vec<_> = questions.iter().map(|question| engine.classify(question)).collect();
        let count = BytesCount::new(text_bytes(&records));
        let writer = Writer::new(engine.pack());
        bencher.counter(count).bench_local(|| {
            let mut out = Vec::new();
            for ((record, question), verdict) in records.iter().zip(&questions).zip(&verdicts) {
                writer.write(record, question, verdict, &mut out);
            }
            out.len()
        });
    }

    #[divan::bench]
    fn whole_run(bencher: Bencher<'_, '_>) {
        let (engine, (bytes, _)) = (Engine::builtin(), bank());
        let mut classifier = Classifier::new(&engine);
        let writer = Writer::new(engine.pack());
        bencher.counter(BytesCount::new(bytes.len())).bench_local(|| {
            let mut out = Vec::new();
            for record in input::read_jsonl(&bytes[..], "bank", input::MOST_BYTES) {
                let record = record.expect("a record");
                let question = record.question();
                let verdict = classifier.classify(&question);
                writer.write(&record, &question, &verdict, &mut out);
            }
            out.len()
        });
    }
}
