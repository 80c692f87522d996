//! Sweeps: the same lines however the work is shared out, and intervals that hold what they say.

#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

#[cfg(unix)]
mod killed;
mod lines;
#[path = "../common/sweep.rs"]
mod numbers;
#[cfg(target_os = "linux")]
mod surroundings;

use equipoise::balance::{StrategyConfig, StrategyId};
use equipoise::measure::observe;
use equipoise::scenario::{Arrivals, Balancer, Pattern, Scenario, ServerConfig, SizeLaw, Sizes};
use equipoise::stats::TooShort;
use equipoise::sweep::gather::gather;
use equipoise::sweep::metric::METRICS;
use equipoise::sweep::{Param, RunResult, SweepPlan, run};
use equipoise::worker::protocol::{Reply, Request, encode};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Poisson arrivals and exponential sizes of mean 1 at `load`.
fn queue(load: f64, servers: usize, id: StrategyId) -> Scenario {
    let rate_per_s = load * servers as f64;
    Scenario {
        arrivals: Arrivals {
            pattern: Pattern::Poisson,
            rate_per_s,
            ..Arrivals::default()
        },
        sizes: Sizes {
            law: SizeLaw::Exponential,
            mean: 1.0,
            spread: 1.0,
        },
        balancer: Balancer {
            strategy: StrategyConfig {
                id,
                ..StrategyConfig::default()
            },
            ..Balancer::default()
        },
        servers: vec![ServerConfig::default(); servers],
        ..Scenario::default()
    }
}

/// Does `work` for 0..n on all cores.
fn on_all_cores<T: Send>(n: u32, work: impl Fn(u32) -> T + Sync) -> Vec<T> {
    let next = AtomicU32::new(0);
    let done = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= n {
                        break;
                    }
                    let result = work(i);
                    done.lock().expect("no thread panicked").push(result);
                }
            });
        }
    });
    done.into_inner().expect("no thread panicked")
}

fn comparison() -> (SweepPlan, Vec<RunResult>) {
    let plan = SweepPlan {
        scenario: queue(0.8, 4, StrategyId::Random),
        beside: None,
        param: Param::Load,
        from: 0.7,
        to: 0.7,
        points: 1,
        log: false,
        replications: 20,
        strategies: vec![StrategyId::RoundRobin, StrategyId::LeastConnections],
        tasks: 20_000,
    };
    let results = on_all_cores(plan.runs(), |i| run(&plan, i).expect("is in the plan"));
    (plan, results)
}

/// Least connections against round robin, 20 runs of 20,000 tasks with the seeds 7 to 26.
#[test]
fn pairs_tell_more_than_runs_apart() {
    let (plan, results) = comparison();
    let cells = gather(&plan, &results, &METRICS[0]);
    assert_eq!((cells.len(), cells[0].runs, cells[0].paired), (2, 20, None));
    let paired = cells[1].paired.expect("has pairs");
    assert!(
        paired.difference.mean < 0.0 && paired.difference.too_short.is_none(),
        "{paired:?}"
    );
    assert!(
        paired.difference.half_width < paired.unpaired_half_width,
        "{paired:?}"
    );
    assert!(paired.unpaired_runs > 20.0, "{paired:?}");
}

#[test]
fn gathering_takes_results_in_any_order_and_in_part() {
    let (plan, mut results) = comparison();
    let whole = gather(&plan, &results, &METRICS[0]);
    results.reverse();
    assert_eq!(gather(&plan, &results, &METRICS[0]), whole);
    results.truncate(7);
    let part = gather(&plan, &results, &METRICS[0]);
    assert!(
        part[0].runs + part[1].runs == 7 && part[0].mean.is_some_and(|m| m.too_short.is_some())
    );
    assert!(
        gather(&plan, &[], &METRICS[0])
            .iter()
            .all(|cell| cell.mean.is_none() && cell.paired.is_none())
    );
}

#[test]
fn a_worker_answers_what_a_run_gives() {
    let plan = SweepPlan {
        tasks: 500,
        ..comparison().0
    };
    for i in [3, 5] {
        let request = Request::of(&plan, i).expect("is in the plan");
        let done = Reply::Done(Box::new(run(&plan, i).expect("is in the plan")));
        // As bytes: a mean of nothing is NaN, and equals nothing.
        assert_eq!(encode(&request.serve()), encode(&done));
    }
    assert_eq!(Request::of(&plan, 4000), None);
}

/// The library, a worker's job and the command line give the same numbers, to the last bit;
/// `tests/browser.rs` holds that a worker in a browser gives them too.
#[test]
fn library_worker_and_command_line_give_the_same_numbers() {
    let plan = numbers::plan();
    let library: Vec<u64> = (0..plan.runs())
        .map(|i| numbers::hash(&run(&plan, i).expect("is in the plan").observed))
        .collect();
    let lines: String = library
        .iter()
        .map(|hash| format!("    {hash:#018x},\n"))
        .collect();
    assert!(
        library == numbers::HASHES,
        "runs have changed; if that is meant, HASHES in tests/common/sweep.rs is\n{lines}"
    );

    assert_eq!(numbers::of_worker(&plan), library);

    let args = [
        "--param",
        "load",
        "--from",
        "0.6",
        "--to",
        "0.9",
        "--points",
        "2",
        "--replications",
        "2",
    ];
    let more = [
        "--tasks",
        "2000",
        "--threads",
        "1",
        "--strategies",
        "two-choices,least-connections,ketama",
    ];
    let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
    let out = command
        .args(["sweep", "two-choices"])
        .args(args)
        .args(more)
        .output()
        .expect("starts");
    let text = String::from_utf8(out.stdout).expect("is UTF-8");
    let printed = text.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).expect("is JSON");
        let metrics = METRICS
            .iter()
            .map(|metric| line[metric.id].as_f64().unwrap_or(f64::NAN));
        let shares = line["shares"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|x| x.as_f64().expect("a number"));
        numbers::fold(metrics.chain(shares))
    });
    assert_eq!(printed.collect::<Vec<_>>(), library);
}

/// M/M/1 at ρ = 0.8, where W = 5 s: one run of 200,000 tasks for each of the seeds 1 to 200, cut
/// by MSER-5, with 20 batch means. Of 200 intervals that hold with probability 0.95, 90 to 98 in a
/// hundred do, but for one set of seeds in some hundreds.
#[test]
fn the_interval_of_a_long_run_holds_what_it_says() {
    let scenario = queue(0.8, 1, StrategyId::RoundRobin);
    let runs = on_all_cores(200, |i| {
        observe(
            &Scenario {
                seed: i + 1,
                ..scenario.clone()
            },
            200_000,
        )
    });
    let covered = runs
        .iter()
        .filter(|o| (o.response_mean_s - 5.0).abs() <= o.response_half_width_s)
        .count();
    let short = runs.iter().filter(|o| o.too_short.is_some()).count();
    println!("{covered} of 200 intervals hold W = 5; {short} runs are called too short");
    assert!((180..=196).contains(&covered), "{covered} of 200");
    assert!(short <= 30, "{short} of 200 called too short");
}

/// The same queue at ρ = 0.9, 100 tasks from an empty start: hardly a run is taken for long
/// enough, and so neither are all of them together.
#[test]
fn a_hundred_tasks_are_never_called_reliable() {
    let plan = SweepPlan {
        replications: 200,
        tasks: 100,
        from: 0.9,
        to: 0.9,
        ..comparison().0
    };
    let plan = SweepPlan {
        scenario: queue(0.9, 1, StrategyId::RoundRobin),
        strategies: Vec::new(),
        ..plan
    };
    let results = on_all_cores(plan.runs(), |i| run(&plan, i).expect("is in the plan"));
    let cells = gather(&plan, &results, &METRICS[0]);
    let too_short = cells[0].mean.expect("has runs").too_short;
    assert!(
        matches!(too_short, Some(TooShort::Runs { short, of: 200 }) if short > 100),
        "{too_short:?}"
    );
}
