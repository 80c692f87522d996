//! Holds the library against published numbers, and prints the comparison as Markdown: `cargo xtask
//! validate`.
//!
//! For each number: what the library's formula predicts, what is published, and what 20 runs of the
//! engine give, with the interval of 95 %. A row agrees if the formula, where it is exact, gives
//! the published number up to its rounding or uncertainty, and if the published number lies within
//! the interval of 99.9 % of the runs, give or take the same. Of a thousand right rows with runs
//! one fails. Seeds are fixed, so the table is the same every time. Ends with code 1 if a row
//! disagrees.

mod choices;
mod formulas;
mod keys;
mod measured;
mod queues;
mod rounds;
mod row;
mod tables;

use row::{Row, Verdict};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Numbers of one origin.
#[derive(Clone, Copy)]
pub struct Table {
    /// What they are of, and whose.
    pub title: &'static str,
    /// Where the numbers are from, and why some are not compared with runs.
    pub about: &'static str,
    /// Works them all out.
    pub rows: fn() -> Vec<Row>,
}

const SEEDS: u32 = 20;

fn main() -> ExitCode {
    let mut agree = 0;
    let mut disagree = Vec::new();
    let mut open = 0;
    let mut tables = [
        formulas::TABLES,
        queues::TABLES,
        rounds::TABLES,
        keys::TABLES,
    ]
    .concat();
    match measured::table() {
        Some(table) => tables.push(table),
        None => println!("\n{}", measured::SKIPPED),
    }
    for table in tables {
        println!("\n### {}\n\n{}\n\n{}", table.title, table.about, row::HEAD);
        for row in (table.rows)() {
            println!("{row}");
            match &row.verdict {
                Verdict::Agrees => agree += 1,
                Verdict::Open(_) => open += 1,
                Verdict::Off(_) => disagree.push(format!("{}: {}", table.title, row.case)),
            }
        }
    }
    println!(
        "\n{agree} rows agree, {} do not, {open} are open.",
        disagree.len()
    );
    disagree.iter().for_each(|row| println!("- {row}"));
    if disagree.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What each of the seeds 1 to 20 gives, worked out on all cores, in their order.
pub fn each_seed<T: Send>(of: impl Fn(u32) -> T + Sync) -> Vec<T> {
    let next = AtomicU32::new(1);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > SEEDS {
                        break;
                    }
                    let result = of(seed);
                    done.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((seed, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(seed, _)| *seed);
    done.into_iter().map(|(_, result)| result).collect()
}
