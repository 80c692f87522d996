//! Runs with an autoscaler: orders with their times and reasons, what they cost, and what is
//! refused.

use super::{json, near, number, prints, refuses};

#[test]
fn orders_are_printed_with_times_and_reasons() {
    let text = prints(&["run", "cold-start"], "");
    let line = |begin: &str| {
        let found = text
            .lines()
            .find(|line| line.trim_start().starts_with(begin));
        found.unwrap_or_else(|| panic!("no line {begin}: {text}"))
    };
    assert!(line("autoscaler").contains("hpa, 2 on at the start"));
    assert!(line("75 s").ends_with("bounds"), "{text}");
    assert!(line("369 s").ends_with("ready"), "{text}");
    let report = json(&["run", "cold-start", "--json"], "");
    let changes = report["autoscaler"]["changes"].as_array().expect("a list");
    let ordered = &changes[0];
    assert_eq!(ordered["time_s"], 75.0);
    assert_eq!(ordered["ordered"], 6);
    assert_eq!(ordered["useful"], 2);
    assert_eq!(ordered["reason"], "bounds");
    // Two for all of the 900 s, four from 75 s on.
    let paid = (2.0 * 900.0 + 4.0 * 825.0) / 3600.0;
    near(number(&report["autoscaler"], "server_hours"), paid, 1e-9);
    near(
        number(&report["autoscaler"], "server_hours_of_all"),
        1.5,
        1e-9,
    );
    assert_eq!(report["servers"][5]["phase"], "ready");
    assert!(json(&["run", "weights", "--json"], "")["autoscaler"].is_null());
}

/// The same step of the load, with starts of no time and of 294 s.
#[test]
fn a_cold_start_is_seen_in_p99() {
    let p99_s = |start: &[&str]| {
        let report = json(&[&["run", "cold-start", "--json"], start].concat(), "");
        number(&report, "response_p99_s")
    };
    let at_once = [
        "--set",
        "autoscaler.start_up=own",
        "--set",
        "autoscaler.image_s=0",
        "--set",
        "autoscaler.warm_up_s=0",
    ];
    assert!(p99_s(&at_once) < 12.0, "{}", p99_s(&at_once));
    assert!(p99_s(&[]) > 100.0, "{}", p99_s(&[]));
}

/// knative#4107: four requests of 30 s for pods that take one at a time. All are sent to the only
/// pod there is and take 30, 60, 90 and 120 s, though more pods are ordered at once. If they wait
/// where pods can pull them, the new pods take them.
#[test]
fn requests_that_were_sent_do_not_move_to_new_pods() {
    let longest_s = |strategy: &str| {
        let scenario = format!(
            r#"{{"servers": 4, "sizes": {{"mean": 30}}, "duration_s": 300,
            "arrivals": {{"pattern": "batch", "tasks": 4}},
            "balancer": {{"strategy": "{strategy}"}},
            "autoscaler": {{"by": "kpa", "target": 0.7, "image_s": 2, "warm_up_s": 0}}}}"#
        );
        let report = json(&["run", "-", "--json", "--until", "150"], &scenario);
        let first = &report["autoscaler"]["changes"][0];
        assert_eq!(
            (&first["time_s"], &first["ordered"]),
            (&2.0.into(), &4.into())
        );
        number(&report, "response_max_s")
    };
    near(longest_s("round-robin"), 120.0, 1e-9);
    near(longest_s("pull"), 34.0, 1e-9);
}

/// knative#13331: two activators and two ready pods that take one request at a time. An activator
/// has a slice of the pods for itself, so a second request that comes to the same one waits 30 s
/// while the other pod is idle. With one activator, or if it comes to the other one, it does not.
#[test]
fn an_activator_leaves_the_pods_of_others_idle() {
    let run = |connections: &str, balancer: &str| {
        let scenario = format!(
            r#"{{"servers": 2, "sizes": {{"mean": 30}}, "duration_s": 200,
            "arrivals": {{"pattern": "batch", "tasks": 2}}, "clients": {{"clients": 1}},
            "connections": {connections},
            "balancer": {{"strategy": "first-fit", "place": {balancer}}}}}"#
        );
        let report = json(&["run", "-", "--json"], &scenario);
        let second = &report["servers"][1];
        (
            number(&report, "response_max_s"),
            second["assigned_tasks"].clone(),
        )
    };
    let two = r#""hybrid", "programs": 2, "subsets": true"#;
    let one_connection = r#"{"pick_per": "both"}"#;
    assert_eq!(run(one_connection, two), (60.0, 0.into()));
    assert_eq!(run("{}", two), (30.0, 1.into()));
    assert_eq!(run("{}", r#""software""#), (30.0, 1.into()));
}

/// Four pods, two activators and eight requests: each activator fills its two pods. When c is lost,
/// the three others are divided again, and all that waits is served.
#[test]
fn activators_divide_the_pods_that_are_ready() {
    let assigned = |faults: &str| {
        let scenario = format!(
            r#"{{"servers": 4, "sizes": {{"mean": 30}}, "duration_s": 100, "faults": {faults},
            "arrivals": {{"pattern": "batch", "tasks": 8}}, "balancer": {{"strategy": "first-fit",
            "place": "hybrid", "programs": 2, "subsets": true}}}}"#
        );
        let report = json(&["run", "-", "--json", "--until", "100"], &scenario);
        let servers = [0, 1, 2, 3].map(|s| report["servers"][s]["assigned_tasks"].as_u64());
        servers.map(|n| n.expect("a number"))
    };
    assert_eq!(assigned("[]"), [2, 2, 2, 2]);
    let lost = assigned(r#"[{"at_s": 10, "server": 2, "state": "down"}]"#);
    assert_eq!((lost[2], lost.iter().sum::<u64>()), (1, 8));
}

/// keda#802 and knative#11862: by the queue or by concurrency, and without a pause before servers
/// are taken back, orders go up and down all the time; with five minutes they hardly do.
#[test]
fn a_pause_before_taking_back_ends_flapping() {
    let turns = |arrivals: &str, autoscaler: &str| {
        let scenario = format!(
            r#"{{"servers": 8, {arrivals}, "duration_s": 1800,
            "balancer": {{"strategy": "pull"}}, "autoscaler": {autoscaler}}}"#
        );
        let report = json(&["run", "-", "--json", "--until", "1800"], &scenario);
        let changes = report["autoscaler"]["changes"].as_array().expect("a list");
        let ordered: Vec<i64> = changes
            .iter()
            .map(|change| change["ordered"].as_i64().expect("a number"))
            .collect();
        let steps: Vec<i64> = ordered
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).signum())
            .filter(|step| *step != 0)
            .collect();
        steps.windows(2).filter(|pair| pair[0] != pair[1]).count()
    };
    let queue = |window: u32| {
        turns(
            r#""arrivals": {"pattern": "poisson", "rate_per_s": 1.5},
            "sizes": {"law": "exponential", "mean": 2}"#,
            &format!(
                r#"{{"by": "queue", "least": 1, "on_at_start": 4, "target": 1, "image_s": 20,
                "warm_up_s": 10, "down_window_s": {window}}}"#
            ),
        )
    };
    let concurrency = |delay: u32| {
        turns(
            r#""arrivals": {"pattern": "poisson", "rate_per_s": 0.001}, "sizes": {"mean": 30},
            "changes": [{"at_s": 10, "field": "arrivals.rate_per_s", "to": 1, "every_s": 150},
                {"at_s": 14, "field": "arrivals.rate_per_s", "to": 0.001, "every_s": 150}]"#,
            &format!(
                r#"{{"by": "kpa", "least": 1, "on_at_start": 1, "target": 0.7, "image_s": 2,
                "warm_up_s": 0, "kpa": {{"down_delay_s": {delay}}}}}"#
            ),
        )
    };
    for [flaps, calm] in [[queue(0), queue(300)], [concurrency(0), concurrency(300)]] {
        assert!(flaps > 20 && calm * 3 < flaps, "{flaps} and {calm}");
    }
}

#[test]
fn what_does_not_go_together_is_refused() {
    let refused = |set: &[&str], words: &[&str]| {
        let mut args = vec!["run", "cold-start"];
        args.extend(set.iter().flat_map(|set| ["--set", set]));
        let line = refuses(&args, "");
        assert!(words.iter().all(|word| line.contains(word)), "{line}");
    };
    refused(
        &["autoscaler.on_at_start=7"],
        &["autoscaler.on_at_start", "0 to 6, the number of servers"],
    );
    refused(
        &["autoscaler.on_at_start=1"],
        &["autoscaler.on_at_start", "2 to 6: autoscaler.least"],
    );
    refused(
        &["autoscaler.least=0"],
        &["autoscaler.least", "1 to 6", "off without servers"],
    );
    refused(
        &["autoscaler.by=cron"],
        &["autoscaler.by", "off, hpa, kpa, queue, schedule"],
    );
    refused(&["autoscaler.tolerance=2"], &["0 to 1"]);
}
