//! Sweeps: the same lines however the work is shared out, and intervals that hold what they say.

#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

#[path = "common/sweep.rs"]
mod numbers;

use equipoise::balance::{StrategyConfig, StrategyId};
use equipoise::measure::{Observed, observe};
use equipoise::scenario::{Arrivals, Balancer, Pattern, Scenario, ServerConfig, SizeLaw, Sizes};
use equipoise::stats::TooShort;
use equipoise::sweep::gather::{METRICS, gather};
use equipoise::sweep::{Param, RunResult, SweepPlan, run};
use equipoise::worker::protocol::{Answer, Request, Worker, encode};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
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
    let (next, done) = (AtomicU32::new(0), Mutex::new(Vec::new()));
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

fn sweep(more: &[&str]) -> Output {
    let args = [
        "sweep", "random", "--param", "load", "--from", "0.3", "--to", "0.9", "--points", "3",
    ];
    let runs = [
        "--replications",
        "4",
        "--strategies",
        "random,least-connections",
        "--tasks",
        "500",
    ];
    Command::new(env!("CARGO_BIN_EXE_equipoise"))
        .args(args)
        .args(runs)
        .args(more)
        .output()
        .expect("starts")
}

fn sorted(text: &[u8]) -> Vec<String> {
    let mut lines: Vec<String> = String::from_utf8_lossy(text)
        .lines()
        .map(str::to_string)
        .collect();
    lines.sort();
    lines
}

fn lines(more: &[&str]) -> Vec<String> {
    let out = sweep(more);
    assert!(
        out.status.success() && out.stderr.is_empty(),
        "{more:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    sorted(&out.stdout)
}

/// A file of this test process that is gone when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("equipoise-{}-{name}", std::process::id())))
    }
    fn path(&self) -> &str {
        self.0.to_str().expect("is UTF-8")
    }
    fn sorted(&self) -> Vec<String> {
        sorted(&std::fs::read(&self.0).expect("is there"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn the_same_plan_gives_the_same_lines_on_any_number_of_threads() {
    let whole = lines(&["--threads", "1"]);
    assert_eq!(whole.len(), 3 * 4 * 2);
    assert_eq!(lines(&["--threads", "7"]), whole);
    assert_eq!(lines(&["--output", "-"]), whole);
    let first: serde_json::Value = serde_json::from_str(&whole[0]).expect("is JSON");
    assert!(
        first["response_mean_s"].as_f64().is_some_and(|x| x > 0.0),
        "{first}"
    );
    let head = r#"{"plan":""#;
    assert!(whole.iter().all(|line| line.starts_with(head)
        && line.contains(r#","scenario":"random","param":"load","index":"#)));
}

#[test]
fn shards_together_are_the_whole() {
    let mut shards: Vec<String> = (1..=5)
        .flat_map(|i| lines(&["--shard", &format!("{i}/5")]))
        .collect();
    shards.sort();
    assert_eq!(shards, lines(&[]));
    assert_eq!(lines(&["--shard", "3/100"]).len(), 1);
    assert_eq!(lines(&["--shard", "99/100"]).len(), 0);
}

/// The same by GNU parallel, as it would be done over several machines.
#[test]
fn shards_by_gnu_parallel_are_the_whole() {
    let version = Command::new("parallel").arg("--version").output();
    if !version.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).starts_with("GNU parallel")) {
        println!("skipped: there is no GNU parallel here (Debian: apt-get install parallel)");
        return;
    }
    let exe = env!("CARGO_BIN_EXE_equipoise");
    let plan = "--param load --from 0.3 --to 0.9 --points 3 --replications 4 --tasks 500";
    let files: Vec<Scratch> = (1..=4)
        .map(|i| Scratch::new(&format!("shard-{i}")))
        .collect();
    let path = files[0].path().replace("shard-1", "shard-{}");
    let job = format!(
        "{exe} sweep random {plan} --strategies random,least-connections --shard {{}}/4 --threads 1 --output {path}"
    );
    let out = Command::new("parallel")
        .args([&job, ":::", "1", "2", "3", "4"])
        .output()
        .expect("starts");
    assert!(
        out.status.success() && out.stdout.is_empty(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let mut together: Vec<String> = files.iter().flat_map(Scratch::sorted).collect();
    together.sort();
    assert_eq!(together, lines(&[]));
}

/// A file cut at every 97th byte, which falls into lines, between them, and at both ends.
#[test]
fn a_torn_file_is_completed() {
    let (whole, file) = (lines(&[]), Scratch::new("torn"));
    assert!(lines(&["--output", file.path()]).is_empty());
    let text = std::fs::read(&file.0).expect("is there");
    assert_eq!(sorted(&text), whole);
    let first = text.iter().position(|&b| b == b'\n').expect("a line");
    let cuts = (0..text.len()).step_by(text.len() / 12).chain([
        first,
        first + 1,
        text.len() - 1,
        text.len(),
    ]);
    for cut in cuts {
        std::fs::write(&file.0, &text[..cut]).expect("can be written");
        let out = sweep(&["--resume", file.path()]);
        assert!(
            out.status.success() && out.stdout.is_empty(),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        assert_eq!(file.sorted(), whole, "cut at byte {cut}");
        let kept = text[..cut]
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |last| last + 1);
        let there = text[..kept].iter().filter(|&&b| b == b'\n').count();
        let said = format!(
            "equipoise: kept {there} lines, {} runs are left to do\n",
            whole.len() - there
        );
        assert_eq!(
            String::from_utf8_lossy(&out.stderr),
            if there > 0 { said } else { String::new() }
        );
        let now = std::fs::read(&file.0).expect("is there");
        assert_eq!(now[..kept], text[..kept], "cut at byte {cut}");
    }
}

#[test]
fn a_file_of_another_sweep_is_refused_and_left_alone() {
    let file = Scratch::new("other");
    let own = lines(&["--shard", "1/24"]).remove(0);
    let (head, without_numbers) = (
        &own[..17],
        format!("{}}}\n", &own[..own.find(",\"events").expect("has events")]),
    );
    assert!(
        head.starts_with("{\"plan\":\"") && !head.ends_with('"'),
        "{head}"
    );
    for (content, problem) in [
        (
            "{\"plan\":\"00000000\",\"index\":0}\n".to_string(),
            "line 1 is of no run of this sweep",
        ),
        (
            "notes\nmore".to_string(),
            "line 1 is of no run of this sweep",
        ),
        (without_numbers, "line 1 is of no run of this sweep"),
        (
            "a thesis without a newline".to_string(),
            "line 1 is not the beginning of a line of this sweep",
        ),
        (
            "{\"plan\":\"0".repeat(2),
            "line 1 is not the beginning of a line of this sweep",
        ),
        (
            format!("{own}\n{head}x"),
            "line 2 is not the beginning of a line of this sweep",
        ),
    ] {
        std::fs::write(&file.0, &content).expect("can be written");
        let out = sweep(&["--output", file.path()]);
        let error = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(
            (out.status.code(), error.lines().count()),
            (Some(2), 1),
            "{content}: {error}"
        );
        assert!(
            error.contains(problem) && error.contains("nothing was changed"),
            "{content}: {error}"
        );
        assert_eq!(std::fs::read_to_string(&file.0).expect("is there"), content);
    }
}

/// The test stands for the other process: it holds the lock that a sweep takes.
#[test]
fn a_file_that_another_process_writes_to_is_refused_and_left_alone() {
    let file = Scratch::new("locked");
    let held = std::fs::File::create(&file.0).expect("can be made");
    held.try_lock().expect("is free");
    let out = sweep(&["--output", file.path()]);
    let error = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(
        (out.status.code(), error.lines().count()),
        (Some(2), 1),
        "{error}"
    );
    assert!(
        error.contains("another process is writing to it") && error.contains("a file of its own"),
        "{error}"
    );
    drop(held);
    assert!(lines(&["--output", file.path()]).is_empty());
    assert_eq!(file.sorted(), lines(&[]));
}

#[test]
fn what_is_wrong_is_said_in_one_line() {
    let missing = Path::new("no").join("such").join("folder");
    for (args, named) in [
        (&["--shard", "0/3"][..], "I/N"),
        (&["--shard", "4/3"], "I/N"),
        (&["--shard", "1"], "I/N"),
        (&["--threads", "0"], "--threads"),
        (&["--tasks", "-5"], "--tasks"),
        (&["--from", "x"], "--from"),
        (&["--to", "nan"], "to is NaN"),
        (&["--points", "0"], "points is 0"),
        (&["--replications", "2000000"], "replications"),
        (
            &["--tasks", "1e2.5"],
            "allowed: a whole number, such as 20000 or 2e4",
        ),
        (&["--tasks", "0.5"], "allowed: a whole number"),
        (&["--param", "size"], "there are nothing, load, servers"),
        (&["--param", "spread"], "param is spread"),
        (&["--strategies", "random,magic"], "magic"),
        (&["--strategies", "random,random"], "each strategy once"),
        (
            &["--output", missing.to_str().expect("is UTF-8")],
            "--output",
        ),
        (
            &["--output", "/"],
            "this is no regular file; allowed: one, or a name that is free, or - for standard output",
        ),
        #[cfg(unix)]
        (
            &["--output", "/dev/null"],
            "--output /dev/null: this is no regular file",
        ),
    ] {
        // Clap takes no option twice: the changed one stands in place of the plan's.
        let mut base = vec![
            "sweep", "random", "--param", "load", "--from", "0.3", "--to", "0.9", "--tasks", "500",
        ];
        if let Some(at) = base.iter().position(|word| *word == args[0]) {
            base.drain(at..at + 2);
        }
        let out = Command::new(env!("CARGO_BIN_EXE_equipoise"))
            .args(base)
            .args(args)
            .output()
            .expect("starts");
        let error = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(
            (out.status.code(), error.lines().count()),
            (Some(2), 1),
            "{args:?}: {error}"
        );
        assert!(
            out.stdout.is_empty() && error.contains(named),
            "{args:?}: {error}"
        );
    }
}

/// The values of the parameter, point by point.
fn values(args: &[&str]) -> Vec<f64> {
    let more = ["--replications", "1", "--tasks", "1e2", "--threads", "1"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
    let out = command
        .args(["sweep", "two-choices"])
        .args(args)
        .args(more)
        .output()
        .expect("starts");
    assert!(
        out.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    let value = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line).expect("is JSON")["value"].as_f64()
    };
    String::from_utf8_lossy(&out.stdout)
        .lines()
        .map(|line| value(line).expect("a number"))
        .collect()
}

#[test]
fn counted_values_are_not_repeated() {
    let args = [
        "--param", "choices", "--from", "1", "--to", "3", "--points", "10",
    ];
    let out = Command::new(env!("CARGO_BIN_EXE_equipoise"))
        .args(["sweep", "two-choices"])
        .args(args)
        .output();
    let out = out.expect("starts");
    let error = String::from_utf8_lossy(&out.stderr);
    assert_eq!((out.status.code(), out.stdout.len()), (Some(2), 0));
    assert_eq!(
        error,
        "equipoise: --points is 10; allowed: at most 3, or some values of choices come more than once\n"
    );
}

#[test]
fn what_is_not_said_of_a_parameter_is_its_usual_range() {
    assert_eq!(values(&["--param", "nothing"]), [0.0]);
    assert_eq!(values(&["--param", "nothing", "--points", "2"]), [0.0, 0.0]);
    assert_eq!(
        values(&["--param", "choices"]),
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    );
    assert_eq!(
        values(&["--param", "choices", "--to", "3"]),
        [1.0, 2.0, 3.0]
    );
    let loads = values(&["--param", "load", "--points", "2"]);
    assert_eq!(
        (loads[0], loads[1], values(&["--param", "load"]).len()),
        (0.5, 0.95, 10)
    );
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
    let mut worker = Worker::default();
    let unplanned = worker.serve(Request::Run(0));
    assert!(
        matches!(unplanned, Some(Answer::Refused(_))),
        "{unplanned:?}"
    );
    assert_eq!(worker.serve(Request::Plan(Box::new(plan.clone()))), None);
    for i in [3, 5] {
        let done = Answer::Done(Box::new(run(&plan, i).expect("is in the plan")));
        // As bytes: a mean of nothing is NaN, and equals nothing.
        assert_eq!(encode(&worker.serve(Request::Run(i))), encode(&Some(done)));
    }
    let beyond = worker.serve(Request::Run(4000));
    assert!(matches!(beyond, Some(Answer::Refused(_))), "{beyond:?}");
    let wrong = SweepPlan { points: 0, ..plan };
    let refused = worker.serve(Request::Plan(Box::new(wrong)));
    assert!(
        matches!(&refused, Some(Answer::Refused(why)) if why.starts_with("points is 0")),
        "{refused:?}"
    );
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
    let holds = |o: &&Observed| (o.response_mean_s - 5.0).abs() <= o.response_half_width_s;
    let covered = runs.iter().filter(holds).count();
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
