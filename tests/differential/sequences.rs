//! Sequences of picks, each over an upstream or a backend of its own, so that its state is fresh.
//!
//! Checked against nginx 1.22.1 and HAProxy 2.6.12. HAProxy breaks ties of `leastconn` differently
//! since 3.2 (at random among four lists), and its default algorithm is `random` since 3.3: here it
//! is always named.

use crate::exports::{NGINX_IN_A_FOLDER, haproxy};
use crate::farm::Farm;
use crate::program::{Reference, Running};
use crate::trial::Trial;
use equipoise::balance::StrategyId;
use equipoise::scenario::KeySource;
use std::fmt::Write as _;

/// Trials of each strategy.
const EACH: u64 = 20;

fn trials(ids: &[&str]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for id in ids {
        let id: StrategyId = id.parse().expect(id);
        let hold = matches!(
            id.as_str(),
            "least-connections" | "haproxy-leastconn" | "first-fit" | "bounded-load"
        );
        trials.extend((0..EACH).map(|number| Trial::new(id, number, hold)));
    }
    trials
}

/// All trials at one running program; the ones that differ are reported together.
fn hold_all(
    which: Reference,
    first_port: u16,
    trials: &[Trial],
    config: impl Fn(&Farm, u16) -> String,
) {
    let Some(program) = which.find() else { return };
    let mut farm = Farm::open(first_port);
    let running = Running::start(which, &program, |port| config(&farm, port));
    let wrong: Vec<String> = trials
        .iter()
        .filter_map(|t| t.compare(&mut farm, &running).err())
        .collect();
    let count = wrong.len();
    assert!(
        wrong.is_empty(),
        "{count} of {} trials differ:\n{}",
        trials.len(),
        wrong.concat()
    );
}

#[test]
fn nginx_picks_as_the_simulator_does() {
    let trials = trials(&[
        "smooth-wrr",
        "least-connections",
        "ip-hash",
        "uri-hash",
        "header-hash",
        "ketama",
    ]);
    hold_all(Reference::Nginx, 18_100, &trials, |farm, port| {
        let upstreams: String = trials.iter().map(|t| upstream(t, farm)).collect();
        format!(
            "worker_processes 1; events {{ worker_connections 1024; }}
            http {{
                {NGINX_IN_A_FOLDER}
                {upstreams}
                server {{
                    listen 127.0.0.1:{port};
                    location / {{ proxy_pass http://$http_x_case; proxy_next_upstream off; }}
                }}
            }}"
        )
    });
}

fn upstream(trial: &Trial, farm: &Farm) -> String {
    let key = match trial.key {
        Some(KeySource::Ip) => "$remote_addr",
        Some(KeySource::Url) => "$request_uri",
        _ => "$http_x_tenant",
    };
    let method = match trial.config.id.as_str() {
        "least-connections" => "least_conn;".into(),
        "ip-hash" => "ip_hash;".into(),
        "uri-hash" | "header-hash" => format!("hash {key};"),
        "ketama" => format!("hash {key} consistent;"),
        _ => String::new(),
    };
    let mut text = format!("upstream {} {{ {method}\n", trial.name);
    for (i, weight) in trial.weights.iter().enumerate() {
        let down = if trial.out.contains(&i) { " down" } else { "" };
        _ = writeln!(text, "server {} weight={weight}{down};", farm.addresses[i]);
    }
    text + "}\n"
}

#[test]
fn haproxy_picks_as_the_simulator_does() {
    let ids = [
        "haproxy-wrr",
        "static-map",
        "haproxy-leastconn",
        "first-fit",
        "haproxy-ring",
        "haproxy-map",
        "bounded-load",
    ];
    // In every other of them a server leaves and comes back, by orders at HAProxy's socket.
    let mut trials = trials(&ids);
    for trial in trials.iter_mut().skip(1).step_by(2) {
        trial.add_outage();
    }
    hold_all(Reference::Haproxy, 20_100, &trials, |farm, port| {
        let backends: String = trials.iter().map(|t| backend(t, farm)).collect();
        haproxy(port, &backends)
    });
}

fn backend(trial: &Trial, farm: &Farm) -> String {
    let key = match trial.key {
        Some(KeySource::Ip) => "source",
        Some(KeySource::Url) => "uri",
        _ => "hdr(X-Tenant)",
    };
    let factor = trial.config.balance_factor;
    let method = match trial.config.id.as_str() {
        "static-map" => "static-rr".into(),
        "haproxy-leastconn" => "leastconn".into(),
        "first-fit" => "first".into(),
        "haproxy-ring" => format!("{key}\nhash-type consistent"),
        "haproxy-map" => format!("{key}\nhash-type map-based"),
        "bounded-load" => format!("{key}\nhash-type consistent\nhash-balance-factor {factor}"),
        _ => "roundrobin".into(),
    };
    let mut text = format!("backend {}\nbalance {method}\n", trial.name);
    for (i, weight) in trial.weights.iter().enumerate() {
        let out = if trial.out.contains(&i) {
            " disabled"
        } else {
            ""
        };
        let slots = trial
            .slots
            .get(i)
            .map_or(String::new(), |slots| format!(" maxconn {slots}"));
        _ = writeln!(
            text,
            "server s{i} {} weight {weight}{slots}{out}",
            farm.addresses[i]
        );
    }
    text
}
