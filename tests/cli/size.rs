//! The fewest servers that meet goals.

use super::{command, json, prints, refuses};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Erlang C at 8 erlangs: 0.205 s on ten servers, 0.082 s on eleven.
const SCENE: [&str; 6] = [
    "size",
    "mmc",
    "--set",
    "arrivals.rate_per_s=8",
    "--goal",
    "wait_mean_s<=0.13",
];

#[test]
fn the_answer_is_printed_with_the_numbers_that_were_tried() {
    let text = prints(&SCENE, "");
    assert!(
        text.contains("11 servers meet the goals; 10 servers miss one"),
        "{text}"
    );
    let answer = json(&[&SCENE[..], &["--json"]].concat(), "");
    assert_eq!(answer["answers"][0]["servers"], 11);
    assert_eq!(answer["answers"][0]["missed_servers"], 10);
    assert_eq!(answer["goals"][0], "wait_mean_s<=0.13");
    let curve = answer["curve"].as_array().expect("a list");
    let eleven = curve.iter().find(|point| point["servers"] == 11);
    let mean_s = eleven.expect("was tried")["goals"][0]["mean"].as_f64();
    assert!((0.06..0.1).contains(&mean_s.expect("a number")), "{answer}");
}

#[test]
fn any_number_of_threads_gives_the_same_answer() {
    let one = prints(&[&SCENE[..], &["--threads", "1"]].concat(), "");
    assert_eq!(prints(&[&SCENE[..], &["--threads", "3"]].concat(), ""), one);
}

#[test]
fn replicas_have_goals_of_their_own_and_a_price() {
    let args = [
        "size",
        "prefix-routing",
        "--goal",
        "ttft_p99_s<=0.13",
        "--goal",
        "good_share>=0.9",
        "--strategies",
        "round-robin,sglang-cache-aware",
        "--max",
        "8",
        "--tasks",
        "500",
        "--replications",
        "10",
        "--price-per-gpu-hour",
        "2.5",
        "--json",
    ];
    let answer = json(&args, "");
    for (i, strategy) in ["round-robin", "sglang-cache-aware"]
        .into_iter()
        .enumerate()
    {
        let found = &answer["answers"][i];
        assert_eq!(found["strategy"], strategy);
        let servers = found["servers"].as_f64().expect("is enough");
        assert_eq!(found["gpus"].as_f64(), Some(servers));
        assert_eq!(found["price_per_hour"].as_f64(), Some(2.5 * servers));
    }
}

fn check(more: &[&str], words: &[&str]) {
    let line = refuses(&[&["size", "mmc"], more].concat(), "");
    assert!(words.iter().all(|word| line.contains(word)), "{line}");
}

#[test]
fn goals_that_are_no_good_are_refused_with_what_is_allowed() {
    check(&[], &["--goal"]);
    check(
        &["--goal", "wait_mean_s"],
        &["--goal is wait_mean_s", "<= or >="],
    );
    check(
        &["--goal", "wait_mean_s<=x"],
        &["--goal wait_mean_s is x", "a number"],
    );
    check(&["--goal", "wait<=1"], &["--goal is wait", "wait_mean_s"]);
    check(
        &["--goal", "ttft_p99_s<=1"],
        &["--goal is ttft_p99_s", "response_p99_s"],
    );
    check(
        &["--goal", "utilisation>=0.5"],
        &["utilisation>=0.5", "utilisation<=0.5"],
    );
    check(
        &["--goal", "utilisation<=70"],
        &["--goal utilisation is 70", "0 to 1"],
    );
    let goal = ["--goal", "wait_mean_s<=1"];
    check(
        &[&goal[..], &["--max", "1000"]].concat(),
        &["--max is 1000", "1 to 256"],
    );
    check(&[&goal[..], &["--tasks", "5"]].concat(), &["--tasks is 5"]);
    check(
        &[&goal[..], &["--replications", "3"]].concat(),
        &["--replications is 3", "10 to 1000"],
    );
    check(
        &[&goal[..], &["--price-per-gpu-hour", "2"]].concat(),
        &["--price-per-gpu-hour is 2", "replica"],
    );
    check(
        &[&goal[..], &["--strategies", "pull,pull"]].concat(),
        &["strategies[1]", "once"],
    );
}

/// Runs of ten million tasks would take minutes.
#[cfg(unix)]
#[test]
fn an_interrupted_search_ends_at_once() {
    let mut search = command(&[&SCENE[..], &["--tasks", "1e7"]].concat())
        .stdout(Stdio::null())
        .spawn()
        .expect("starts");
    sleep(Duration::from_millis(300));
    let began = Instant::now();
    let sent = Command::new("kill")
        .args(["-INT", &search.id().to_string()])
        .status()
        .expect("starts");
    assert!(sent.success(), "it had ended before");
    assert!(!search.wait().expect("ends").success());
    assert!(began.elapsed() < Duration::from_secs(5));
}
