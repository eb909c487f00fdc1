//! Times each stage on the example reports, side by side: `cargo bench`. Never judges; a slow machine fails nothing.

use std::path::PathBuf;

use divan::counter::BytesCount;
use travaux::pipeline::{Reader, Reading};
use travaux::present::page::Record;
use travaux::report::{self, Options, Report};
use travaux::{annotate, model};

fn main() {
    divan::main();
}

/// The reports that ship with the project.
fn reports() -> Vec<Report> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/reports");
    report::sources(&[folder])
        .filter_map(Result::ok)
        .flat_map(|source| report::read(source, &Options::default()))
        .filter_map(Result::ok)
        .collect()
}

fn bytes(reports: &[Report]) -> BytesCount {
    BytesCount::new(reports.iter().map(|r| r.text.len()).sum::<usize>())
}

/// Files to reports: format, encoding, layout, credits.
#[divan::bench]
fn report(bencher: divan::Bencher) {
    bencher.counter(bytes(&reports())).bench(reports);
}

/// The gate of `--only-talks`.
#[divan::bench]
fn gate(bencher: divan::Bencher) {
    let reports = reports();
    bencher
        .counter(bytes(&reports))
        .bench(|| reports.iter().filter(|r| annotate::about_talks(&r.text)).count());
}

/// Weights in the program to a reader: what start-up costs.
#[divan::bench(sample_count = 20)]
fn start() -> usize {
    usize::from(Reader::new().is_ok())
}

/// Who said what alone, one thread.
#[divan::bench(sample_count = 5)]
fn statements(bencher: divan::Bencher) {
    read(bencher, Reader::of_statements(None));
}

/// The whole of reading, one thread.
#[divan::bench(sample_count = 5)]
fn statements_and_positions(bencher: divan::Bencher) {
    read(bencher, Reader::new());
}

fn read(bencher: divan::Bencher, reader: travaux::Result<Reader>) {
    let reports = reports();
    let Ok(reader) = reader else { return };
    let mut scratch = model::Scratch::default();
    bencher.counter(bytes(&reports)).bench_local(|| {
        reports.iter().map(|r| reader.read(r, &mut scratch).0.len()).sum::<usize>()
    });
}

/// Results to lines of JSON.
#[divan::bench]
fn json(bencher: divan::Bencher) {
    let reports = reports();
    let Ok(reader) = Reader::new() else { return };
    let mut scratch = model::Scratch::default();
    let readings: Vec<Reading> = reports
        .iter()
        .map(|report| {
            let (statements, coding) = reader.read(report, &mut scratch);
            Reading { statements, coding, report: report.clone(), passed_over: false }
        })
        .collect();
    bencher
        .counter(bytes(&reports))
        .bench(|| readings.iter().map(|r| Record::new(r).to_json().len()).sum::<usize>());
}
