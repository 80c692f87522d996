//! Public reports of load balancers at work, each put as a scenario: what was seen there comes out.
//! The names are those of the repositories, with the numbers of the reports.

use super::{json, near, number, prints, response, run, share};

/// haproxy#1099: by the fewest connections, a server half as fast gets half the sessions.
#[test]
fn leastconn_halves_the_share_of_a_server_that_takes_twice_as_long() {
    let with = |strategy: &str| {
        run(&format!(
            r#"{{"servers": [{{"slots": 64, "weight": 9}},
            {{"slots": 64, "weight": 9, "speed": 2}}],
            "arrivals": {{"pattern": "poisson", "rate_per_s": 10}}, "duration_s": 1000,
            "balancer": {{"strategy": "{strategy}"}}}}"#
        ))
    };
    near(share(&with("leastconn"), 0), 35.6, 3.0);
    near(share(&with("roundrobin"), 0), 50.0, 0.1);
}

/// kubernetes#79213: four nodes that each count their own connections send all to the first pod.
#[test]
fn balancers_that_count_alone_pick_the_same_server() {
    let report = run(
        r#"{"servers": 2, "sizes": {"mean": 1000}, "duration_s": 3.5,
        "balancer": {"place": "hybrid", "instances": 4, "strategy": "least_conn"}}"#,
    );
    assert_eq!(
        [0, 1].map(|s| report["servers"][s]["assigned_tasks"].as_u64()),
        [Some(4), Some(0)]
    );
}

/// haproxy#2893: ten servers of ten connections, a hundred requests with one key.
#[test]
fn one_key_fills_one_server() {
    let with = |strategy: &str| {
        let servers = [r#"{"slots": 10, "queue": 0}"#; 10].join(",");
        let report = run(&format!(
            r#"{{"servers": [{servers}], "clients": {{"urls": 1}},
            "arrivals": {{"pattern": "batch", "tasks": 100}},
            "balancer": {{"strategy": "{strategy}"}}}}"#
        ));
        ["finished_tasks", "rejected_tasks"].map(|count| report[count].as_u64())
    };
    assert_eq!(with("haproxy-ring"), [Some(10), Some(90)]);
    assert_eq!(with("bounded-load"), [Some(80), Some(20)]);
}

/// envoy#20420: drawn with replacement, the only idle one of N servers is found with the chance
/// 1 − ((N − 1) / N)^C.
#[test]
fn draws_with_replacement_miss_the_idle_server() {
    for (servers, choices, expected) in [(4, 2, 43.75), (4, 3, 57.8), (4, 4, 68.4), (30, 30, 63.8)]
    {
        let busy = vec![r#"{"speed": 0.01}"#; servers - 1].join(",");
        let report = run(&format!(
            r#"{{"servers": [{{"speed": 100000}}, {busy}], "duration_s": 2000,
            "arrivals": {{"pattern": "poisson", "rate_per_s": 20}}, "balancer":
            {{"strategy": {{"id": "p2c", "draw": "envoy", "choices": {choices}}}}}}}"#
        ));
        near(share(&report, 0), expected, 1.0);
    }
}

/// The servers of 3000 keys, under these weights.
fn places(strategy: &str, more: &[&str]) -> Vec<String> {
    let keys: Vec<String> = (0..3000).map(|i| format!("/k{i}")).collect();
    let keys = keys.join(",");
    let args = [
        "allocate",
        "--strategy",
        strategy,
        "--tasks",
        "3000",
        "--keys",
        &keys,
    ];
    let picks = prints(&[&args, more].concat(), "");
    picks.split_whitespace().map(str::to_string).collect()
}

/// ingress-nginx#4475: from one pod to two, half of the sessions move.
#[test]
fn a_second_pod_takes_half_of_the_sessions() {
    for strategy in ["ketama", "maglev"] {
        let before = places(strategy, &["--weights", "1,1", "--down", "b"]);
        let after = places(strategy, &["--weights", "1,1"]);
        let moved = before.iter().zip(&after).filter(|(a, b)| a != b).count();
        near(moved as f64 / 30.0, 50.0, 4.0);
    }
}

/// flexihash#25: of ten equal servers one gets weight 3: it has a quarter then, and keys move to it
/// only.
#[test]
fn more_weight_draws_keys_to_that_server_only() {
    let equal = ["1"; 10].join(",");
    let heavier = equal.replacen('1', "3", 1);
    for strategy in ["ketama", "rendezvous"] {
        let before = places(strategy, &["--weights", &equal]);
        let after = places(strategy, &["--weights", &heavier]);
        let moved: Vec<&String> = before
            .iter()
            .zip(&after)
            .filter(|(a, b)| a != b)
            .map(|(_, b)| b)
            .collect();
        assert!(moved.iter().all(|server| *server == "a"), "{strategy}");
        let share = after.iter().filter(|server| *server == "a").count();
        near(share as f64 / 30.0, 25.0, 3.0);
    }
}

/// triton#5957: the same load, evenly and by chance.
#[test]
fn chance_alone_makes_the_tail_five_times_as_long() {
    let p99 = |pattern: &str| {
        let report = run(&format!(
            r#"{{"servers": 1, "sizes": {{"mean": 0.01086}}, "duration_s": 2000,
            "arrivals": {{"pattern": "{pattern}", "rate_per_s": 50}}}}"#
        ));
        number(&report, "response_p99_s")
    };
    near(p99("fixed"), 0.01086, 1e-4);
    near(p99("poisson"), 0.0519, 0.001);
}

/// ray#41555, ray#52609: five users and four replicas of 800 ms; one replica of 100 ms.
#[test]
fn a_closed_loop_is_as_fast_as_its_servers() {
    let mean = |strategy: &str| {
        let report = run(&format!(
            r#"{{"servers": 4, "sizes": {{"mean": 0.8}}, "duration_s": 1000, "arrivals":
            {{"pattern": "closed", "tasks": 5, "pause_s": 0}},
            "balancer": {{"strategy": "{strategy}"}}}}"#
        ));
        number(&report, "response_mean_s")
    };
    near(mean("round-robin"), 1.0, 0.001);
    near(mean("p2c"), 1.08, 0.01);
    let report = run(r#"{"servers": 1, "sizes": {"mean": 0.1}, "duration_s": 100,
        "arrivals": {"pattern": "closed", "tasks": 5, "pause_s": 0}}"#);
    near(number(&report, "finished_tasks"), 1000.0, 1.0);
}

/// Ciw#260: a task an hour, each of an hour, for a day (in units of an hour).
#[test]
fn the_task_at_the_end_has_arrived() {
    let report = run(r#"{"servers": 1, "duration_s": 24}"#);
    assert_eq!(report["arrived_tasks"].as_u64(), Some(25));
    assert_eq!(report["finished_tasks"].as_u64(), Some(24));
}

/// pyworkforce#35: 100 calls in half an hour, three minutes each, 14 agents. And erlang#7: 20.7
/// times the load that 30 agents can do has no waiting time.
#[test]
fn erlangs_formula_for_agents() {
    let agents = |rate: f64, mean: f64, slots: u32| {
        let scenario = format!(
            r#"{{"servers": [{{"slots": {slots}}}],
            "sizes": {{"law": "exponential", "mean": {mean}}},
            "arrivals": {{"pattern": "poisson", "rate_per_s": {rate}}}}}"#
        );
        json(&["predict", "--json", "-"], &scenario)
    };
    let answer = agents(100.0 / 1800.0, 180.0, 14);
    let value = |id: &str| {
        let list = answer["predictions"].as_array().expect("a list");
        let found = list.iter().find(|p| p["id"] == id).expect(id);
        found["value"].as_f64().expect(id)
    };
    near(value("wait-chance"), 0.1741, 5e-5);
    near(value("wait"), 7.836, 5e-4);
    near(response(&answer), 187.836, 5e-4);
    let text = agents(14.01 / 60.0, 44.34 * 60.0, 30).to_string();
    assert!(text.contains("overload") || text.contains("20.7"), "{text}");
}

/// linkerd2#5017, #11043: by response times a pod ten times slower gets next to nothing; equal
/// rates mean that it was no such balancer.
#[test]
fn response_times_keep_tasks_from_a_slow_pod() {
    let slow = |strategy: &str| {
        let report = run(&format!(
            r#"{{"servers": [{{"slots": 64}}, {{"slots": 64, "speed": 0.1}}],
            "sizes": {{"mean": 0.1}}, "duration_s": 1000, "balancer": {{"strategy": "{strategy}"}},
            "arrivals": {{"pattern": "poisson", "rate_per_s": 10}}}}"#
        ));
        share(&report, 1)
    };
    assert!(slow("ewma") < 3.0);
    near(slow("round-robin"), 50.0, 0.1);
}

/// nginx#355, nginx#958: without `http_500` no error answer counts for `max_fails`.
#[test]
fn nginx_learns_which_answers_are_errors() {
    let export = |more: &[&str]| {
        let args = [
            "export",
            "black-hole",
            "--to",
            "nginx",
            "--set",
            "balancer.health.max_fails=3",
        ];
        prints(&[&args, more].concat(), "")
    };
    let retried = export(&["--set", "retry_policy.retries=1"]);
    let errors = "proxy_next_upstream error timeout http_500 http_502 http_503 http_504;";
    assert!(retried.contains(errors), "{retried}");
    assert!(export(&[]).contains("# Lost: an answer that is an error counts"));
}

/// haproxy#2893: with a hash all requests queue at one server, whatever room others have.
#[test]
fn haproxys_hashes_queue_at_their_server() {
    let scenario =
        r#"{"servers": [{"queue": 5}, {"queue": 5}], "balancer": {"strategy": "haproxy-ring"}}"#;
    let text = prints(&["export", "-", "--to", "haproxy"], scenario);
    assert!(text.contains("# Lost: a full server refuses; HAProxy lets requests of its keys wait"));
    let slow = r#"{"balancer": {"strategy": "static-rr", "health": {"slow_start_s": 10}}}"#;
    let text = prints(&["export", "-", "--to", "haproxy"], slow);
    assert!(!text.contains("slowstart") && text.contains("# Lost: a server that returns begins"));
}

/// haproxy#2893: on HAProxy's ring a retry goes to another server, and under `hash-type map-based`
/// to the same. Both exports have `option redispatch 1`, and say what is otherwise.
#[test]
fn haproxys_retries_leave_their_server_on_the_ring_only() {
    let served = |strategy: &str, to: &str| {
        let scenario = format!(
            r#"{{"clients": {{"urls": 1}}, "arrivals": {{"rate_per_s": 10}},
            "sizes": {{"mean": 0.01}}, "duration_s": 10,
            "servers": [{{"state": "failing"}}, {{"state": "failing"}}, {{"state": "failing"}}],
            "faults": [{{"at_s": 0.001, "server": 2, "state": "up"}}],
            "balancer": {{"strategy": "{strategy}"}},
            "retry_policy": {{"retries": 2, "resend": {{"to": "{to}"}}}}}}"#
        );
        let text = prints(&["export", "-", "--to", "haproxy"], &scenario);
        let lost: Vec<String> = text
            .lines()
            .filter(|line| line.contains("# Lost: a retry"))
            .map(str::to_string)
            .collect();
        (number(&run(&scenario), "success_share"), lost)
    };
    assert_eq!(served("haproxy-ring", "not-last").1, [""; 0]);
    let ring = served("haproxy-ring", "any");
    assert_eq!(ring.1.len(), 1);
    assert!(
        ring.1[0].ends_with("HAProxy takes another."),
        "{:?}",
        ring.1
    );
    assert_eq!(served("haproxy-map", "any").1, [""; 0]);
    let map = served("haproxy-map", "not-last");
    assert!(map.1[0].ends_with("HAProxy takes the same."), "{:?}", map.1);
}

/// traefik#1294, #4494 and #7843: a server of weight 0 gets nothing; weights of 10000 and 23333 are
/// 30 and 70 %; and a share of 33.333 % is written as 333333 of a million.
#[test]
fn weights_are_what_programs_have() {
    let with = |weights: [&str; 2]| {
        format!(
            r#"{{"servers": [{{"weight": {}}}, {{"weight": {}}}], "sizes": {{"mean": 0.001}},
            "duration_s": 3333, "balancer": {{"strategy": "weighted-random"}}}}"#,
            weights[0], weights[1]
        )
    };
    near(share(&run(&with(["0", "5"])), 0), 0.0, 0.0);
    near(share(&run(&with(["10000", "23333"])), 0), 30.0, 3.2);
    let line = super::refuses(&["run", "-"], &with(["33.333", "66.667"]));
    assert!(
        line.contains("a whole number from 0 to 1000000; write shares as 333, 333 and 334"),
        "{line}"
    );
}
