//! What runs and formulas give.

use super::{json, number, prints, response};
use equipoise::scenario::presets;

#[test]
fn strategies_and_presets_are_listed_one_a_line() {
    assert!(
        prints(&["strategies"], "")
            .lines()
            .any(|line| line == "smooth-wrr")
    );
    assert_eq!(
        prints(&["presets"], "").lines().collect::<Vec<_>>(),
        presets::ids().collect::<Vec<_>>()
    );
}

#[test]
fn every_preset_runs() {
    for id in presets::ids() {
        let report = json(&["run", id, "--json"], "");
        assert_eq!(report["scenario"], id);
        let accounted = number(&report, "finished_tasks")
            + number(&report, "rejected_tasks")
            + number(&report, "in_system_tasks");
        assert_eq!(number(&report, "arrived_tasks"), accounted, "{id}");
        assert!(prints(&["run", id], "").contains("utilisation"), "{id}");
    }
}

/// W of M/M/1 at ρ = 0.8 is 5 s, L is 4: far beyond its error, but enough to see that units and
/// fields are right.
#[test]
fn run_reports_little() {
    let report = json(
        &[
            "run", "little", "--until", "200000", "--seed", "3", "--json",
        ],
        "",
    );
    assert!(
        (number(&report, "response_mean_s") - 5.0).abs() < 0.5,
        "{report}"
    );
    assert!(
        (number(&report, "little_l_tasks") - number(&report, "little_lambda_w_tasks")).abs() < 0.01,
        "{report}"
    );
    // Exponential: p99 is ln 100 times the mean.
    assert!(
        (number(&report, "response_p99_s") / number(&report, "response_mean_s") - 4.6).abs() < 0.4,
        "{report}"
    );
    let a = &report["servers"][0];
    assert!(
        (a["utilisation"].as_f64().expect("number") - 0.8).abs() < 0.02
            && a["assigned_share"] == 1.0,
        "{report}"
    );
}

/// M/M/1 at ρ = 0.8: W = 5 s.
/// Little's law holds for requests in service and for those that wait: but for the few that are
/// there at the end, of a thousand.
#[test]
fn run_reports_little_of_replicas() {
    let run = ["run", "chunked-prefill", "--until", "500", "--json"];
    let report = json(&run, "");
    for place in ["in_service", "waiting"] {
        let [mean, rate, time] =
            ["mean_tasks", "rate_per_s", "time_s"].map(|field| number(&report[place], field));
        assert!(mean > 0.05, "{place}: {report}");
        assert!((rate * time / mean - 1.0).abs() < 0.02, "{place}: {report}");
    }
}

/// 2,000 blocks of which a request takes 75; a replica of the cache's size alone.
#[test]
fn predict_prints_what_replicas_hold() {
    has("kv-wall", "most-requests", &["26", "min(256, 26)"]);
    has("kv-wall", "saturation", &["≤", "32000"]);
    has("prefix-routing", "load-tpot", &["± 10 %"]);
    has("continuous-batching", "saturation", &["static"]);
    has("little", "most-requests", &["Only for replicas"]);
}

#[test]
fn predict_gives_values_or_reasons() {
    for id in presets::ids() {
        let answer = json(&["predict", id, "--json"], "");
        for p in answer["predictions"].as_array().expect("a list") {
            let given = ["value", "values", "bounds", "reason"]
                .iter()
                .filter(|field| p.get(**field).is_some());
            assert_eq!(given.count(), 1, "{id}: {p}");
        }
        assert!(prints(&["predict", id], "").contains("utilisation"), "{id}");
    }
    let answer = json(&["predict", "little", "--json"], "");
    assert!((response(&answer) - 5.0).abs() < 1e-9, "{answer}");
}

/// Erlang C of five servers at λ = 4: 0.554113, and as long a wait, since cμ − λ = 1. Speeds 4
/// and 1 at 2.5: 0.8 s in proportion, 0.64 s at best, with 7/3 and 1/6 tasks a second.
#[test]
fn predict_prints_the_textbooks_numbers() {
    has("mmc", "wait-chance", &["0.5541", "C(5, 4)"]);
    has(
        "mmc",
        "wait",
        &["0.5541", "0.5541 / (5 · 1 − 4)", "seconds"],
    );
    has("mmc", "response", &["1.554", "M/M/c"]);
    has("two-speeds", "optimal-split", &["2.333", "0.1667"]);
    has("two-speeds", "if-optimal", &["0.64"]);
    has("two-speeds", "if-proportional", &["0.8", "2 / (5 − 2.5)"]);
    has("two-speeds", "response", &["0.8"]);
    has("jsq", "response", &["2.778 to 3.844"]);
    // p_k ∝ 2.7^k / Π min(i, 3): p_7 = 0.10359.
    has("mmck", "loss", &["0.1036"]);
}

/// Whether the line of this prediction has all of the words.
fn has(preset: &str, id: &str, words: &[&str]) {
    let text = prints(&["predict", preset], "");
    let line = text
        .lines()
        .find(|line| line.split_whitespace().next() == Some(id))
        .unwrap_or_else(|| panic!("{id} in {text}"));
    assert!(words.iter().all(|word| line.contains(word)), "{line}");
}

/// A line of a sweep has quantities of language models only if its run has replicas.
#[test]
fn lines_of_runs_with_replicas_have_more_quantities() {
    for (scene, has_them) in [("mm1", false), ("prefix-routing", true)] {
        let sweep = ["sweep", scene, "--param", "nothing", "--tasks", "300"];
        let line = json(&[&sweep[..], &["--replications", "1"]].concat(), "");
        for id in [
            "ttft_p99_s",
            "goodput_per_s",
            "kv_usage_mean",
            "cached_share",
        ] {
            assert_eq!(
                line.get(id).is_some_and(|x| x.is_number()),
                has_them,
                "{line}"
            );
        }
        let text = prints(&["run", scene, "--until", "60"], "");
        assert_eq!(
            text.contains("vllm:time_to_first_token_seconds"),
            has_them,
            "{text}"
        );
    }
}

/// What the guide says of a server that becomes slow: the longest response and the 95th percentile
/// of a bandit that forgets nothing, and of one whose older responses fade.
#[test]
fn the_guide_says_what_forgetting_is_worth() {
    let read = |set: &[&str]| {
        let args = [&["run", "learnt-too-well", "--json"], set].concat();
        let report = json(&args, "");
        ["response_max_s", "response_p95_s"].map(|field| format!("{:.1}", number(&report, field)))
    };
    assert_eq!(read(&[]), ["15.8", "4.8"]);
    let fades = ["--set", "balancer.strategy.memory=0.9"];
    assert_eq!(read(&fades), ["4.8", "2.0"]);
}
