//! Holds the engine and the formulas against published numbers: `cargo xtask validate`.
//!
//! For each number: what the library predicts for the scenario, what is published, and what 20 runs came to, with the
//! interval of 95 %. The verdict "agrees" means that the published number lies within the interval of 99.9 %, give or take
//! its own rounding or uncertainty; of a hundred right rows one in ten times one fails. Seeds are fixed, so the table is
//! the same every time. Ends with code 1 if a row disagrees.

mod tables;

use equipoise::measure::{Observed, observe};
use equipoise::scenario::Scenario;
use equipoise::stats::interval::of_replications;
use equipoise::theory::predict;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// A published number and the scenario that it is about.
pub struct Row {
    /// The table it is from.
    pub table: &'static str,
    /// Which row of the table.
    pub case: String,
    /// What is run. The seeds 1 to 20 take the place of its own.
    pub scenario: Scenario,
    /// Tasks that leave the system in each run.
    pub tasks: u64,
    /// What is compared (s).
    pub of: fn(&Observed) -> f64,
    /// The prediction with which the library answers, if it does.
    pub predicted_by: &'static str,
    /// The published number.
    pub published: f64,
    /// How far off it may be by itself, as a part of it: its rounding, or that it was simulated.
    pub uncertainty: f64,
}

const SEEDS: u32 = 20;
/// The 99.95 % point of Student's t with 19 degrees of freedom over its 97.5 % point.
const WIDER: f64 = 3.883 / 2.093;

fn main() -> ExitCode {
    println!("{:<38} {:>10} {:>10} {:>10}   {:<9}  verdict", "", "predicted", "published", "observed", "± 95 %");
    let (mut agree, mut disagree, mut table) = (0, 0, "");
    for row in tables::rows() {
        if row.table != table {
            table = row.table;
            println!("\n{table}");
        }
        let runs = runs(&row);
        let values: Vec<f64> = runs.iter().map(row.of).collect();
        let short = runs.iter().filter(|run| run.too_short.is_some()).count();
        let Some(seen) = of_replications(&values, short) else { continue };
        let off = (seen.mean - row.published).abs();
        let verdict = match seen.too_short {
            Some(why) => why.to_string(),
            None if off <= WIDER * seen.half_width + row.uncertainty * row.published => "agrees".to_string(),
            None => format!("DISAGREES by {:.2} %", 100.0 * off / row.published),
        };
        if verdict == "agrees" {
            agree += 1
        } else {
            disagree += 1
        }
        let predicted = predict(&row.scenario).iter().find(|p| p.id == row.predicted_by).and_then(|p| p.number());
        let predicted = predicted.map_or("–".to_string(), |x| format!("{x:.5}"));
        let Row { case, published, .. } = row;
        let (mean, half) = (seen.mean, seen.half_width);
        println!("  {case:<36} {predicted:>10} {published:>10.5} {mean:>10.5} ± {half:<9.5}  {verdict}");
    }
    println!("\nLeft out, as the engine does not do it:");
    for (what, why) in tables::LEFT_OUT {
        println!("  {what:<36} {why}");
    }
    println!("\n{agree} agree, {disagree} do not");
    if disagree == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The runs of a row, on all cores, in the order of their seeds.
fn runs(row: &Row) -> Vec<Observed> {
    let (next, done) = (AtomicU32::new(1), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > SEEDS {
                        break;
                    }
                    let run = observe(&Scenario { seed, ..row.scenario.clone() }, row.tasks);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((seed, run));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(seed, _)| *seed);
    done.into_iter().map(|(_, run)| run).collect()
}
