//! What is printed, and what happens if it cannot be.

use super::{changed_link, command, number, prints, refuses};
use equipoise::scenario::presets;
use serde_json::Value;
use std::io::Read as _;
use std::process::Stdio;

const FEW: [&str; 4] = ["--replications", "10", "--tasks", "2000"];

/// The rows of a comparison.
fn comparison(args: &[&str], input: &str) -> Vec<Value> {
    prints(&[args, &FEW[..], &["--json"]].concat(), input)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn compare_prints_differences_pair_by_pair() {
    let strategies = [
        &[
            "compare",
            "supermarket",
            "--strategies",
            "random,two-choices",
        ],
        &FEW[..],
    ]
    .concat();
    let table = prints(&strategies, "");
    assert!(
        table.contains("b           supermarket, two-choices")
            && table.contains("b − a, pair by pair"),
        "{table}"
    );
    // The other scenario is the first with another strategy, so that each number is the same.
    let mut other: Value =
        serde_json::to_value(presets::find("supermarket").expect("preset")).expect("is data");
    other["balancer"]["strategy"]["id"] = "two-choices".into();
    let mut first = other.clone();
    first["balancer"]["strategy"]["id"] = "random".into();
    let rows = comparison(&["compare", &first.to_string(), "-"], &other.to_string());
    assert_eq!(
        rows,
        comparison(
            &[
                "compare",
                "supermarket",
                "--strategies",
                "random,two-choices"
            ],
            ""
        )
    );
    let mean = rows
        .iter()
        .find(|row| row["metric"] == "response_mean_s")
        .expect("has the mean");
    let difference = number(mean, "difference");
    let means = number(mean, "mean") - number(mean, "first_mean");
    assert!((means - difference).abs() < 1e-9 && difference < 0.0);
    assert!(number(mean, "unpaired_runs") > number(mean, "runs"));
    assert!(
        refuses(&["compare", "supermarket"], "")
            .contains("--strategies is 0; allowed: another scenario")
    );
    assert!(
        refuses(&["compare", "supermarket", "nothing-there"], "")
            .contains("SCENARIO is \"nothing-there\"")
    );
}

#[test]
fn export_writes_the_programs_configuration() {
    let nginx = prints(&["export", "weights", "--to", "nginx"], "");
    assert!(
        nginx.contains("server 10.1.0.1:8080 weight=5 max_fails=0;")
            && nginx.contains("server 10.1.0.3:8080 max_fails=0;"),
        "{nginx}"
    );
    let haproxy = prints(
        &["export", "-", "--to", "haproxy"],
        "{\"balancer\": {\"strategy\": {\"id\": \"uri-hash\"}}}",
    );
    assert!(
        haproxy.contains("balance uri\n") && haproxy.contains("# Lost: uri-hash is not among"),
        "{haproxy}"
    );
    assert!(prints(&["export", "little", "--to", "envoy"], "").contains("lb_policy: ROUND_ROBIN"));
    // A link's changes are in what is exported.
    let link = changed_link("weights", 3.0, |s| s.servers[0].weight = 9);
    assert!(prints(&["export", &link, "--to", "nginx"], "").contains("weight=9"));
}

/// A reader that stops reading, as `| head` does, must not make it panic.
#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = command(&[
        "allocate",
        "--strategy",
        "round-robin",
        "--tasks",
        "1000000",
    ])
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .expect("starts");
    drop(child.stdout.take());
    let status = child.wait().expect("ends");
    let mut errors = String::new();
    child
        .stderr
        .take()
        .expect("has a pipe")
        .read_to_string(&mut errors)
        .expect("is UTF-8");
    assert!(status.success() && errors.is_empty(), "{status}: {errors}");
}

/// `/dev/full` is a full disk.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_no_bad_input() {
    let sweep = [
        "sweep", "mm1", "--param", "load", "--from", "0.5", "--to", "0.5", "--points", "1",
        "--tasks", "100",
    ];
    for args in [&["presets"][..], &["run", "weights"], &sweep] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("is there");
        let out = command(args)
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .expect("starts");
        let error = String::from_utf8(out.stderr).expect("is UTF-8");
        assert_eq!(
            (out.status.code(), error.lines().count()),
            (Some(1), 1),
            "{args:?}: {error}"
        );
        assert!(
            error.starts_with("equipoise: cannot write the output: "),
            "{args:?}: {error}"
        );
    }
}

/// As `>&-` leaves it: the output is dropped.
#[cfg(unix)]
#[test]
fn output_that_is_closed_is_dropped() {
    for args in ["presets", "run weights", "run weights --json"] {
        let program = env!("CARGO_BIN_EXE_equipoise");
        let out = std::process::Command::new("sh")
            .args(["-c", &format!("exec '{program}' {args} >&-")])
            .output()
            .expect("starts");
        let error = String::from_utf8(out.stderr).expect("is UTF-8");
        assert!(out.status.success() && error.is_empty(), "{args}: {error}");
    }
}
