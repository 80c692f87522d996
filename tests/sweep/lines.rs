//! The command's lines: the same however the work is shared out, and kept when it is interrupted.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

pub(super) fn sorted(text: &[u8]) -> Vec<String> {
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
pub(super) struct Scratch(pub(super) PathBuf);

impl Scratch {
    pub(super) fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("equipoise-{}-{name}", std::process::id())))
    }
    pub(super) fn path(&self) -> &str {
        self.0.to_str().expect("is UTF-8")
    }
    pub(super) fn sorted(&self) -> Vec<String> {
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
        "{exe} sweep random {plan} --strategies random,least-connections --shard {{}}/4 \
         --threads 1 --output {path}"
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
    let whole = lines(&[]);
    let file = Scratch::new("torn");
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

/// Some file systems leave NULs at the end of a file after a crash.
#[test]
fn a_tail_of_nul_bytes_is_dropped() {
    let whole = lines(&[]);
    let file = Scratch::new("nul");
    assert!(lines(&["--output", file.path()]).is_empty());
    let text = std::fs::read(&file.0).expect("is there");
    for cut in [text.len() - 400, text.len() - 1, text.len()] {
        let torn = [&text[..cut], &[0; 64]].concat();
        std::fs::write(&file.0, torn).expect("can be written");
        assert!(sweep(&["--resume", file.path()]).status.success(), "{cut}");
        assert_eq!(file.sorted(), whole, "cut at byte {cut}");
    }
}

/// It would count twice, in whatever adds the lines up.
#[test]
fn a_line_that_stands_twice_is_refused() {
    let file = Scratch::new("twice");
    assert!(lines(&["--output", file.path()]).is_empty());
    let text = std::fs::read_to_string(&file.0).expect("is there");
    let first = text.lines().next().expect("a line");
    let twice = format!("{text}{first}\n");
    std::fs::write(&file.0, &twice).expect("can be written");
    let out = sweep(&["--resume", file.path()]);
    let said = String::from_utf8(out.stderr).expect("is UTF-8");
    assert_eq!(out.status.code(), Some(2));
    assert!(
        said.contains("line 25 is of run ") && said.lines().count() == 1,
        "{said}"
    );
    assert_eq!(std::fs::read_to_string(&file.0).expect("is there"), twice);
}

#[test]
fn a_file_of_another_sweep_is_refused_and_left_alone() {
    let file = Scratch::new("other");
    let own = lines(&["--shard", "1/24"]).remove(0);
    let head = &own[..17];
    let numbers = own.find(",\"events").expect("has events");
    let without_numbers = format!("{}}}\n", &own[..numbers]);
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

/// The test plays the other process: it holds the lock that a sweep takes.
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
            "this is no regular file; allowed: one, or a name that is free, or - for standard \
             output",
        ),
        #[cfg(unix)]
        (
            &["--output", "/dev/null"],
            "--output /dev/null: this is no regular file",
        ),
    ] {
        // Clap takes no option twice: the changed one takes the place of the plan's.
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
    let mut values = Vec::new();
    for line in String::from_utf8_lossy(&out.stdout).lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("is JSON");
        values.push(line["value"].as_f64().expect("a number"));
    }
    values
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
        "equipoise: --points is 10; allowed: at most 3, or some values of choices come more than \
         once\n"
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
