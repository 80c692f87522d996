//! More public reports: what they read off, and what formulas say of it.

use super::{json, near, number, prints, run, share};

/// haproxy#1393: with three in flight, weights act in jumps, and beyond 8:2 nothing moves.
#[test]
fn weights_of_leastconn_act_in_jumps() {
    let heavy = |weight: u32| {
        let report = run(&format!(
            r#"{{"servers": [{{"slots": 64, "weight": {weight}}}, {{"slots": 64, "weight": 2}}],
            "sizes": {{"law": "exponential"}}, "duration_s": 20000,
            "arrivals": {{"pattern": "poisson", "rate_per_s": 3}},
            "balancer": {{"strategy": "haproxy-leastconn"}}}}"#
        ));
        share(&report, 0)
    };
    near(heavy(2), 50.0, 1.0);
    near(heavy(5), 70.9, 1.5);
    near(heavy(8), 75.4, 1.5);
    near(heavy(20), heavy(8), 1.0);
}

/// nginx#524: after three failures a server that recovers at once is out for `fail_timeout`.
#[test]
fn a_long_fail_timeout_starves_the_second_server() {
    let second = |ejection: f64| {
        let report = run(&format!(
            r#"{{"servers": [{{"slots": 64}}, {{"slots": 64, "state": "failing"}}],
            "arrivals": {{"rate_per_s": 1}}, "sizes": {{"mean": 0.5}}, "duration_s": 7200,
            "balancer": {{"strategy": "round-robin",
            "health": {{"max_fails": 3, "ejection_s": {ejection}}}}},
            "retry_policy": {{"retries": 1}},
            "faults": [{{"at_s": 7, "server": 1, "state": "up"}}]}}"#
        ));
        (
            report["servers"][1]["assigned_tasks"].clone(),
            share(&report, 1),
        )
    };
    assert_eq!(second(10000.0).0.as_u64(), Some(3));
    near(second(10.0).1, 49.9, 0.3);
}

/// A prediction of a scenario.
fn predicted(scenario: &str, id: &str) -> f64 {
    let answer = json(&["predict", "--json", "-"], scenario);
    let list = answer["predictions"].as_array().expect("a list");
    let found = list.iter().find(|p| p["id"] == id).expect(id);
    found["value"].as_f64().unwrap_or_else(|| panic!("{found}"))
}

/// carbon#485: of two nodes with 100 points each one has by chance 1.056 times its part, so 161 GB
/// beside 141 GB are as expected, and 95 beside 59 are not.
#[test]
fn a_ring_of_two_is_uneven_by_six_per_cent() {
    let scenario = r#"{"servers": 2, "clients": {"urls": 10000},
        "balancer": {"strategy": {"id": "ketama", "key": "url", "virtual_nodes": 100}}}"#;
    near(predicted(scenario, "ring-imbalance"), 1.056, 0.003);
}

/// Bronson, problem 24.6 (300 arrivals a year, 450 services, room for 20): L = 1.996, W = 2.429
/// days. Cengage's table for λ = 10 and μ = 12: L_q, L, W_q, W and the chance of waiting of two
/// servers. posit: M/M/1 at ρ = 0.8 has L = 4.
#[test]
fn tables_of_textbooks() {
    let queue = |rate: f64, mean: f64, server: &str| {
        format!(
            r#"{{"servers": [{server}], "sizes": {{"law": "exponential", "mean": {mean}}},
            "arrivals": {{"pattern": "poisson", "rate_per_s": {rate}}}}}"#
        )
    };
    let year = queue(300.0, 1.0 / 450.0, r#"{"queue": 19}"#);
    near(predicted(&year, "present"), 1.996, 5e-4);
    near(predicted(&year, "response") * 365.0, 2.429, 6e-4);
    let two = queue(10.0, 1.0 / 12.0, r#"{"slots": 2}"#);
    for (id, expected) in [
        ("waiting", 0.175),
        ("present", 1.008),
        ("wait", 0.018),
        ("response", 0.101),
        ("wait-chance", 0.245),
    ] {
        near(predicted(&two, id), expected, 6e-4);
    }
    // p_0 of one to three servers: 1/6, (1 − ρ)/(1 + ρ), and 1/(1 + a + a²/2 + a³/6/(1 −
    // a/3)).
    for (slots, expected) in [(1, 0.166_667), (2, 0.411_765), (3, 0.432_099)] {
        let scenario = queue(10.0, 1.0 / 12.0, &format!(r#"{{"slots": {slots}}}"#));
        near(predicted(&scenario, "empty"), expected, 1e-3);
    }
    let one = queue(0.8, 1.0, "{}");
    near(predicted(&one, "present"), 4.0, 1e-9);
    near(predicted(&one, "waiting"), 3.2, 1e-9);
    near(predicted(&one, "empty"), 0.2, 1e-9);
}

/// caddy#7879 (ms as s): of four servers one is degraded. Round robin's p99 is that server's time,
/// by peak EWMA it is the others'.
#[test]
fn response_times_keep_the_tail_from_a_degraded_server() {
    let p99 = |strategy: &str| {
        let report = run(&format!(
            r#"{{"servers": [{{"slots": 64}}, {{"slots": 64}}, {{"slots": 64}},
            {{"slots": 64, "speed": 0.046}}], "sizes": {{"mean": 0.3}}, "duration_s": 5000,
            "arrivals": {{"pattern": "poisson", "rate_per_s": 8}},
            "balancer": {{"strategy": "{strategy}"}}}}"#
        ));
        number(&report, "response_p99_s")
    };
    near(p99("round-robin"), 6.522, 0.001);
    near(p99("peak-ewma"), 0.3, 0.001);
}

/// puma#2079: two workers of two threads, chosen blindly or by what they have: a quarter more.
#[test]
fn blind_workers_take_a_quarter_longer() {
    let mean = |strategy: &str| {
        let report = run(&format!(
            r#"{{"servers": [{{"slots": 2}}, {{"slots": 2}}], "sizes": {{"law": "exponential"}},
            "arrivals": {{"pattern": "poisson", "rate_per_s": 2.12}}, "duration_s": 40000,
            "balancer": {{"strategy": "{strategy}"}}}}"#
        ));
        number(&report, "response_mean_s")
    };
    near(mean("random") / mean("least-connections"), 1.23, 0.03);
}

/// kubernetes#37932: of 100 requests by chance to seven pods the fullest gets 19.58 on average, so
/// 60 are not by chance.
#[test]
fn sixty_of_a_hundred_are_not_chance() {
    let scenario = r#"{"servers": 7, "arrivals": {"pattern": "batch", "tasks": 100},
        "balancer": {"strategy": "random"}}"#;
    near(predicted(scenario, "fullest"), 19.58, 0.02);
}

/// teleport#6889: what clients see who try again each second counts from their first try.
#[test]
fn retries_count_from_the_first_sending() {
    let report = run(
        r#"{"arrivals": {"pattern": "batch", "tasks": 1000}, "sizes": {"mean": 0.02},
        "servers": [{"queue": 50}], "retry_policy": {"retries": 100, "backoff_s": 1}}"#,
    );
    near(number(&report, "response_p99_s"), 1.02, 0.01);
    near(number(&report["answer"], "mean_s"), 10.0, 0.1);
    near(number(&report["answer"], "p99_s"), 19.8, 0.1);
    near(number(&report, "success_share"), 1.0, 0.0);
}

/// pyworkforce#35: 14 agents answer 88.8 % within 20 s. By the formula, and in a run of a day.
#[test]
fn the_service_level_of_fourteen_agents() {
    let scenario = r#"{"servers": [{"slots": 14}], "sizes": {"law": "exponential", "mean": 180},
        "arrivals": {"pattern": "poisson", "rate_per_s": 0.0555555555}, "duration_s": 2e6}"#;
    let report = json(&["run", "--json", "--within", "20", "-"], scenario);
    let level = &report["service_level"];
    near(number(level, "predicted"), 0.88835, 1e-5);
    near(number(level, "observed"), 0.88835, 0.01);
    // The other readings are beside what is predicted, too.
    let [seen, said] = [
        number(&report, "waiting_mean_tasks"),
        number(&report["predictions"], "waiting"),
    ];
    near(seen, said, 0.06);
    assert!(report["too_short"].is_null() && number(&report, "steady_response_mean_s") > 185.0);
}

/// A run of ρ = 20.7 says that it cannot be relied on.
#[test]
fn a_run_that_never_settles_says_so() {
    let scenario = r#"{"servers": [{"slots": 30}], "sizes": {"law": "exponential", "mean": 2660},
        "arrivals": {"pattern": "poisson", "rate_per_s": 0.2335}, "duration_s": 20000}"#;
    let report = json(&["run", "--json", "-"], scenario);
    let why = report["too_short"].as_str().expect("is too short");
    assert!(
        why.contains("warm-up") || why.contains("correlated") || why.contains("needs"),
        "{why}"
    );
    let text = prints(&["run", "-"], scenario);
    assert!(text.contains("\ntoo short   "), "{text}");
}

/// A job an hour, and requests of five microseconds: both are scenarios as they are.
#[test]
fn rates_and_sizes_may_be_small() {
    let report = run(
        r#"{"servers": 1, "sizes": {"mean": 60}, "duration_s": 360000,
        "arrivals": {"rate_per_s": 0.000278}}"#,
    );
    near(number(&report, "finished_tasks"), 100.0, 1.0);
    let report = run(
        r#"{"servers": 1, "sizes": {"mean": 0.000005}, "duration_s": 1,
        "arrivals": {"rate_per_s": 1000}}"#,
    );
    near(number(&report, "response_mean_s"), 5e-6, 1e-9);
}

/// The connections of a run are in its table and in its object: 72, in turn over three servers.
#[test]
fn run_counts_connections() {
    let scenario = r#"{"clients": {"clients": 72}, "connections": {"pick_per": "connection",
        "at_start": true}, "faults": [{"at_s": 10, "server": 0, "state": "down"}]}"#;
    let report = run(scenario);
    let open = [0, 1, 2].map(|s| report["servers"][s]["connections"].as_u64());
    assert_eq!(open, [Some(0), Some(36), Some(36)]);
    assert_eq!(report["opened_connections"].as_u64(), Some(96));
    assert_eq!(report["lost_connections"].as_u64(), Some(24));
    let table = prints(&["run", "-"], scenario);
    assert!(
        table.contains("connections 96 opened, 24 lost with their servers"),
        "{table}"
    );
    assert!(table.lines().any(|line| line.ends_with("connections")));
}
