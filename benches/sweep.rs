//! What a sweep costs beyond its runs, and what a second thread is worth: `cargo bench --bench
//! sweep`.
//!
//! The same runs one by one in this program, by `equipoise sweep` on one thread and on two. The
//! three take turns, so that a busy machine slows them all; the figures are medians of ratios.

use equipoise::scenario::presets;
use equipoise::sweep::{Param, SweepPlan, run};
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::Instant;

const ROUNDS: usize = 9;

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let scenario = presets::find("two-choices").expect("preset");
    let usual = SweepPlan::usual(&scenario);
    let plan = SweepPlan {
        param: Param::Load,
        from: 0.5,
        to: 0.9,
        points: 5,
        replications: 8,
        tasks: 50_000,
        ..usual
    };
    let sweep = |threads: &str| {
        let args = [
            "sweep",
            "two-choices",
            "--param",
            "load",
            "--from",
            "0.5",
            "--to",
            "0.9",
            "--points",
            "5",
        ];
        let more = [
            "--replications",
            "8",
            "--tasks",
            "50000",
            "--threads",
            threads,
        ];
        let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
        let status = command.args(args).args(more).stdout(Stdio::null()).status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "the sweep failed"
        );
    };
    let mut singles = Vec::new();
    let mut one_by_one = Vec::new();
    let mut one_by_two = Vec::new();
    for _ in 0..ROUNDS {
        let single = seconds(|| (0..plan.runs()).for_each(|i| _ = black_box(run(&plan, i))));
        let one = seconds(|| sweep("1"));
        let two = seconds(|| sweep("2"));
        singles.push(single);
        one_by_one.push(one / single);
        one_by_two.push(one / two);
    }
    println!("{} single runs {:.3} s", plan.runs(), median(singles));
    println!("sweep/singles time {:.3}", median(one_by_one));
    println!("two threads/one speed {:.2}", median(one_by_two));
}
