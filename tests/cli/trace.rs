//! Runs of traces, and the requests that runs write.

use super::{json, number, output, prints, refuses};
use std::fs;
use std::path::PathBuf;

/// One replica of Llama-3.1-8B on an RTX PRO 6000.
const REPLICA: &str = r#"{"servers": [{"service": "replica", "slots": 8}],
    "replicas": {"hardware": "llama-8b-rtx-pro-6000"}}"#;

/// A file in a folder of the test's own.
fn file(test: &str, name: &str, text: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    fs::create_dir_all(&folder).expect("can be made");
    let path = folder.join(name);
    fs::write(&path, text).expect("can be written");
    path.to_str().expect("is UTF-8").to_string()
}

/// 600 tokens and 700 tokens that begin with the same block of 512, two seconds apart.
fn mooncake(test: &str) -> String {
    let rows = "{\"timestamp\": 0, \"input_length\": 600, \"output_length\": 3, \
                \"hash_ids\": [7, 8]}\n\
                {\"timestamp\": 2000, \"input_length\": 700, \"output_length\": 0, \
                \"hash_ids\": [7, 9]}\n";
    file(test, "mooncake.jsonl", rows)
}

#[test]
fn a_trace_runs_until_all_its_requests_have_left() {
    let trace = mooncake("ends");
    let report = json(&["run", REPLICA, "--trace", &trace, "--json"], "");
    assert_eq!(report["trace"]["format"], "Mooncake");
    assert_eq!(report["trace"]["requests"], 2);
    assert_eq!(report["trace"]["empty_replies"], 1);
    let hash = report["trace"]["hash"].as_str().expect("a text");
    assert!(hash.len() == 16 && hash.chars().all(|c| c.is_ascii_hexdigit()));
    assert_eq!(number(&report, "finished_tasks"), 2.0);
    let model = &report["language_model"];
    assert_eq!(model["prompt_tokens"], 1300);
    assert_eq!(model["output_tokens"], 4);
    // The block of 512 is 32 of the replica's blocks, which the second request finds.
    assert_eq!(model["cached_share"], 512.0 / 1300.0);
    // The second takes one step, of 188 tokens: 11.1 ms and 42 µs each.
    assert!(
        (number(&report, "time_s") - 2.018_996).abs() < 1e-9,
        "{report}"
    );
    assert!(report.get("measured").is_none());

    let cut = ["run", REPLICA, "--trace", &trace, "--until", "1", "--json"];
    let report = json(&cut, "");
    assert_eq!(number(&report, "arrived_tasks"), 1.0);
    assert_eq!(number(&report, "time_s"), 1.0);
    let text = prints(
        &["run", REPLICA, "--trace", &trace, "--time-scale", "2"],
        "",
    );
    assert!(text.contains("Mooncake, 2 requests, hash "), "{text}");
    assert!(
        text.contains("1 replies of 0 tokens taken as of 1"),
        "{text}"
    );
    assert!(text.contains("time        4.019 s"), "{text}");
}

#[test]
fn a_trace_of_sizes_replaces_whatever_arrives() {
    let rows = "time,size,client\n0,1,a\n0.5,2,b\n4,0,a\n";
    let trace = file("sizes", "plain.csv", rows);
    let one = r#"{"servers": [{}], "arrivals": {"pattern": "closed"}}"#;
    let report = json(&["run", one, "--trace", &trace, "--json"], "");
    assert_eq!(number(&report, "arrived_tasks"), 3.0);
    assert_eq!(number(&report, "finished_tasks"), 3.0);
    // 1 s, then 0.5 s of waiting and 2 s, then nothing.
    assert!((number(&report, "response_mean_s") - 3.5 / 3.0).abs() < 1e-12);
    assert_eq!(number(&report, "time_s"), 4.0);
}

/// Load reports never end, and neither does the wait for a server that is down.
#[test]
fn a_run_ends_though_its_timers_do_not() {
    let trace = file("timers", "plain.csv", "time,size\n0,1\n1,1\n");
    let reports = r#"{"servers": [{}], "balancer": {"load_refresh_s": 0.5}}"#;
    let report = json(&["run", reports, "--trace", &trace, "--json"], "");
    assert_eq!(number(&report, "time_s"), 2.0);
    let down = r#"{"servers": [{"state": "down"}], "balancer": {"load_refresh_s": 0.5,
        "strategy": {"id": "pull"}, "health": {"check_interval_s": 1}}}"#;
    let report = json(&["run", down, "--trace", &trace, "--json"], "");
    assert_eq!(number(&report, "finished_tasks"), 0.0);
}

#[test]
fn what_is_written_reads_back_and_is_compared() {
    let trace = mooncake("written");
    for end in ["jsonl", "csv"] {
        let written = file("written", &format!("requests.{end}"), "");
        let args = ["run", REPLICA, "--trace", &trace, "--requests", &written];
        prints(&args, "");
        let text = fs::read_to_string(&written).expect("was written");
        assert!(text.contains("first_token_ts"), "{text}");
        let report = json(&["run", REPLICA, "--trace", &written, "--json"], "");
        assert_eq!(report["trace"]["format"], "requests with times");
        let pairs = report["measured"].as_array().expect("a list");
        assert_eq!(pairs.len(), 14);
        assert_eq!(pairs[0]["number"], "requests");
        assert_eq!(pairs[1]["number"], "ttft_mean_s");
        // Steps of 600 and 188 tokens. Blocks are not written, so that the second prompt is
        // computed whole, in one of 700.
        let [measured, simulated] = [0.027_648, 0.0384];
        assert!((number(&pairs[1], "measured") - measured).abs() < 1e-9);
        assert!((number(&pairs[1], "simulated") - simulated).abs() < 1e-9);
        let percent = 100.0 * (simulated / measured - 1.0);
        assert!((number(&pairs[1], "difference_percent") - percent).abs() < 1e-6);
        let table = prints(&["run", REPLICA, "--trace", &written], "");
        assert!(
            table.contains("from the queue  measured  simulated"),
            "{table}"
        );
    }
    // Requests that were drawn are written, too.
    let written = file("written", "drawn.csv", "");
    let args = [
        "run",
        REPLICA,
        "--until",
        "20",
        "--requests",
        &written,
        "--json",
    ];
    let report = json(&args, "");
    let text = fs::read_to_string(&written).expect("was written");
    let answered = number(&report["language_model"], "requests");
    assert_eq!(text.lines().count() as f64, answered + 1.0);
}

/// The command is refused with these words.
fn check(args: &[&str], words: &[&str]) {
    let line = refuses(args, "");
    assert!(words.iter().all(|word| line.contains(word)), "{line}");
}

#[test]
fn what_is_wrong_with_a_trace_is_said_in_one_line() {
    let plain = file("wrong", "plain.csv", "time,size\n0,1\n1,big\n2,1\n");
    let words = [
        "plain.csv: line 3, column size: \"big\"",
        "allowed: numbers from 0",
    ];
    check(&["run", "weights", "--trace", &plain], &words);
    let skips = ["run", "weights", "--trace", &plain, "--skip-bad", "--json"];
    let report = json(&skips, "");
    assert_eq!(number(&report["trace"], "requests"), 2.0);
    assert_eq!(number(&report["trace"], "bad_rows"), 1.0);
    let words = [
        "plain.csv",
        "times and sizes, with sizes",
        "allowed: traces with tokens",
    ];
    check(&["run", REPLICA, "--trace", &plain, "--skip-bad"], &words);
    let tokens = mooncake("wrong");
    let words = ["Mooncake, with tokens", "servers.*.service=replica"];
    check(&["run", "weights", "--trace", &tokens], &words);
    let other = file("wrong", "other.csv", "a,b\n1,2\n");
    let words = [
        "other.csv: the first line fits no known format",
        "time,size",
    ];
    check(&["run", "weights", "--trace", &other], &words);
    let empty = file("wrong", "empty.csv", "time,size\n");
    check(&["run", "weights", "--trace", &empty], &["no requests"]);
    check(
        &["run", "weights", "--trace", "/no/file"],
        &["--trace", "/no/file"],
    );
    let scaled = [
        "run",
        "weights",
        "--trace",
        &plain,
        "--skip-bad",
        "--time-scale",
        "0",
    ];
    check(
        &scaled,
        &["--time-scale is 0; allowed: 0.000001 to 1000000"],
    );
    check(&["run", "weights", "--skip-bad"], &["--trace"]);
}

#[test]
fn requests_are_written_only_where_there_are_any() {
    check(
        &["run", "weights", "--requests", "a.csv"],
        &["with replicas"],
    );
    check(
        &["run", REPLICA, "--requests", "a.txt"],
        &["a.txt", ".jsonl or .csv"],
    );
    let out = output(
        &[
            "run",
            REPLICA,
            "--until",
            "1",
            "--requests",
            "/no/folder/a.csv",
        ],
        "",
    );
    let error = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{error}");
    assert!(
        error.contains("/no/folder/a.csv") && error.lines().count() == 1,
        "{error}"
    );
}

#[test]
fn a_scenario_is_shown_as_json_that_is_read_again() {
    let shown = prints(&["show", "weights", "--set", "rate=0.5"], "");
    assert!(shown.contains("\"rate_per_s\": 0.5"), "{shown}");
    assert_eq!(prints(&["show", "-"], &shown), shown);
}
