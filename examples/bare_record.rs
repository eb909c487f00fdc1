//! Reports to a record that holds their texts alone: nothing is read in them, so that it is made in seconds. For the
//! evaluation of copies (`eval/copies.py`) and for looks at large records: `cargo run --example bare_record -- RECORD FILE...`
//! Prints how long the reports took to come in, the last thousand by themselves.

use std::path::{Path, PathBuf};
use std::time::Instant;

use travaux::code::Coding;
use travaux::record::Record;
use travaux::report::{self, Options};

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("bare_record: name the new record and the reports: RECORD FILE...");
        std::process::exit(2);
    };
    let files: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    if let Err(error) = fill(Path::new(&path), &files) {
        eprintln!("bare_record: {error}");
        std::process::exit(1);
    }
}

fn fill(path: &Path, files: &[PathBuf]) -> Result<(), travaux::error::Error> {
    let mut record = Record::init(path, None)?;
    let mut took = Vec::new();
    for source in report::sources(files) {
        for found in report::read(source?, &Options::default()) {
            let report = match found {
                Ok(report) => report,
                Err(error) => {
                    eprintln!("passed over: {error}");
                    continue;
                }
            };
            let start = Instant::now();
            record.add(&report, &[], &Coding::default(), "none")?;
            took.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    let mean = |took: &[f64]| took.iter().sum::<f64>() / took.len().max(1) as f64;
    println!(
        "{} reports, {:.3} ms each; the last {:.3} ms each",
        took.len(),
        mean(&took),
        mean(&took[took.len().saturating_sub(1000)..])
    );
    Ok(())
}
