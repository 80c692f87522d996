//! Exported configurations: the programs accept them, and so configured allocate as the simulator
//! does.

use crate::exported::{everything, with};
use crate::farm::{Farm, Request};
use crate::program::{Reference, Running};
use equipoise::balance::bare::{Case, pick_letter};
use equipoise::balance::{Mask, StrategyId};
use equipoise::export::{Program, configuration};
use equipoise::scenario::{KeySource, Place, Scenario, ServerConfig, ServerState, letter, presets};
use equipoise::workload::clients::Population;
use serde_yaml_ng::Value;

/// What nginx needs to write into its own folder and to take clients' addresses from a header.
pub(crate) const NGINX_IN_A_FOLDER: &str = "access_log off; client_body_temp_path b; \
    proxy_temp_path p; \
    fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s; set_real_ip_from 127.0.0.0/8; \
    real_ip_header X-Real-IP;";
/// How HAProxy takes a client's address from a header.
const HAPROXY_SOURCE: &str =
    "http-request set-src hdr(X-Real-IP) if { req.hdr(X-Real-IP) -m found }";

/// HAProxy with these backends, of which each request names its own (`X-Case`).
pub(crate) fn haproxy(port: u16, backends: &str) -> String {
    format!(
        "global
            nbthread 1
            stats socket unix@socket level admin
        defaults
            mode http
            option httpclose
            retries 0
            timeout connect 5s
            timeout client 20s
            timeout server 20s
        frontend all
            bind 127.0.0.1:{port}
            {HAPROXY_SOURCE}
            use_backend %[req.hdr(X-Case)]
        {backends}"
    )
}

impl Reference {
    /// The scenario as this program's configuration, moved to the loopback: addresses and port
    /// exchanged, and what a trial needs: files in its own folder, and client addresses from a
    /// header.
    fn configuration(self, scenario: &Scenario, farm: &Farm, port: u16) -> String {
        let listen = format!("127.0.0.1:{port}");
        let mut text = match self {
            Self::Nginx => configuration(Program::Nginx, scenario)
                .replace("listen 8080;", &format!("listen {listen};"))
                .replace("http {\n", &format!("http {{\n{NGINX_IN_A_FOLDER}\n")),
            Self::Haproxy => {
                // A device reads no headers.
                let source = match scenario.balancer.place {
                    Place::Hardware => "",
                    _ => HAPROXY_SOURCE,
                };
                configuration(Program::Haproxy, scenario)
                    .replace("bind :8080\n", &format!("bind {listen}\n{source}\n"))
            }
        };
        for (real, ours) in scenario.addresses().iter().zip(&farm.addresses) {
            // With the blank before and the end behind, or 10.1.0.1 would be found in 10.1.0.11.
            for end in [" ", ";"] {
                text = text.replace(&format!(" {real}{end}"), &format!(" {ours}{end}"));
            }
        }
        text
    }
}

/// Each preset, as it is and put right, each strategy, and each strategy with all that there is.
pub(crate) fn scenarios() -> Vec<Scenario> {
    equipoise::serving::install();
    let mut all: Vec<Scenario> = presets::all().map(|p| p.scenario()).collect();
    for preset in presets::all() {
        let mut scenario = preset.scenario();
        if let Some(fix) = preset.fix {
            fix(&mut scenario);
            all.push(scenario);
        }
    }
    for &id in StrategyId::ALL {
        all.extend([with(id), everything(id)]);
    }
    all.iter().for_each(|s| assert_eq!(s.validate(), Ok(())));
    all
}

fn accepts_all(which: Reference) {
    let Some(program) = which.find() else { return };
    let farm = Farm::open(22_100);
    for scenario in scenarios()
        .into_iter()
        .filter(|s| s.servers.len() <= farm.addresses.len())
    {
        // Any free port: the program only checks the file and does not stay.
        let config = which.configuration(&scenario, &farm, crate::ports::free_port());
        let refusal = which.refusal(&program, &config);
        assert_eq!(
            refusal, None,
            "{}, {}:\n{config}",
            scenario.name, scenario.balancer.strategy.id
        );
    }
}

#[test]
fn nginx_accepts_every_export() {
    accepts_all(Reference::Nginx);
}

#[test]
fn haproxy_accepts_every_export() {
    accepts_all(Reference::Haproxy);
}

/// A program with the scenario's exported configuration picks as the strategy does, over one
/// request of each key.
fn allocates_alike(which: Reference, scenario: &Scenario, farm: &mut Farm, hold: bool) {
    let Some(program) = which.find() else { return };
    let running = Running::start(which, &program, |port| {
        which.configuration(scenario, farm, port)
    });
    let population = Population::new(&scenario.clients);
    let config = &scenario.balancer.strategy;
    let servers = scenario.servers.len();
    let weights: Vec<u32> = scenario.servers.iter().map(|s| s.weight).collect();
    let slots: Vec<u32> = scenario.servers.iter().map(|s| s.slots).collect();
    let rules = &scenario.balancer.rules;
    let mut observed = vec![Vec::new(); rules.len() + 1];
    let mut of_group = observed.clone();
    for i in 0..18 {
        let address = population.addresses[i % population.addresses.len()].to_string();
        let url = &population.urls[i % population.urls.len()];
        let tenant = &population.tenants[i % population.tenants.len()];
        let headers = format!("X-Real-IP: {address}\r\nX-Tenant: {tenant}\r\n");
        let server = farm.ask(
            running.port,
            Request {
                path: url,
                headers: &headers,
                hold,
                ..Request::default()
            },
        );
        // These scenarios have rules by path only.
        let group = rules
            .iter()
            .position(|rule| url.starts_with(&rule.pattern))
            .unwrap_or(rules.len());
        observed[group].push(server.map_or("!".into(), letter));
        of_group[group].push(match config.knows().key {
            Some(KeySource::Ip) => address,
            Some(KeySource::Header) => tenant.clone(),
            _ => url.clone(),
        });
    }
    farm.release();
    for (group, keys) in of_group.iter().enumerate() {
        let members = rules.get(group).map(|rule| &rule.servers);
        let eligible = Mask::of(servers, |s| {
            scenario.servers[s].state == ServerState::Up
                && members.is_none_or(|m| m.contains(&(s as u16)))
        });
        let case = Case {
            config: config.clone(),
            addresses: &farm.addresses[..servers],
            eligible: Some(eligible),
            slots: &slots,
            keys,
            hold,
            ..Case::new(config.id, &weights, keys.len())
        };
        let expected: Vec<String> = case
            .picks()
            .expect("keys fit")
            .into_iter()
            .map(pick_letter)
            .collect();
        assert_eq!(
            observed[group],
            expected,
            "{}: {}, group {group}",
            which.name(),
            config.id
        );
    }
}

/// The first scene's weights, with one server more that drains and one that is down.
fn uneven(id: StrategyId) -> Scenario {
    let servers = [
        (5, ServerState::Up),
        (2, ServerState::Draining),
        (1, ServerState::Up),
        (3, ServerState::Down),
        (2, ServerState::Up),
    ];
    Scenario {
        servers: servers
            .map(|(weight, state)| ServerConfig {
                weight,
                state,
                slots: 8,
                ..ServerConfig::default()
            })
            .to_vec(),
        ..with(id)
    }
}

fn all_allocate_alike(
    which: Reference,
    first_port: u16,
    ids: &[(StrategyId, bool)],
    in_groups: StrategyId,
) {
    let mut farm = Farm::open(first_port);
    for (id, hold) in ids {
        allocates_alike(which, &uneven(*id), &mut farm, *hold);
    }
    let mut table = presets::find("rule-table").expect("preset");
    table.balancer.strategy.id = in_groups;
    allocates_alike(which, &table, &mut farm, true);
}

#[test]
fn nginx_so_configured_allocates_as_the_simulator_does() {
    use StrategyId::*;
    let ids = [
        (SmoothWrr, false),
        (LeastConnections, true),
        (IpHash, false),
        (UriHash, false),
        (HeaderHash, false),
        (Ketama, false),
    ];
    all_allocate_alike(Reference::Nginx, 24_100, &ids, LeastConnections);
}

#[test]
fn haproxy_so_configured_allocates_as_the_simulator_does() {
    use StrategyId::*;
    let ids = [
        (RoundRobin, false),
        (HaproxyWrr, false),
        (StaticMap, false),
        (HaproxyLeastconn, true),
        (FirstFit, true),
        (HaproxyRing, false),
        (HaproxyMap, false),
        (BoundedLoad, true),
    ];
    all_allocate_alike(Reference::Haproxy, 26_100, &ids, HaproxyLeastconn);
}

fn envoys_yaml(scenario: &Scenario) -> Value {
    let text = configuration(Program::Envoy, scenario);
    serde_yaml_ng::from_str(&text).expect("is YAML")
}

#[test]
fn envoys_configuration_is_yaml_that_says_what_the_scenario_does() {
    for scenario in scenarios() {
        assert!(envoys_yaml(&scenario).is_mapping());
    }
    let scenario = everything(StrategyId::EnvoyRing);
    let value = envoys_yaml(&scenario);
    let resources = &value["static_resources"];
    let clusters = resources["clusters"].as_sequence().expect("a list");
    let names: Vec<_> = clusters.iter().filter_map(|c| c["name"].as_str()).collect();
    assert_eq!(names, ["rule1", "rule2", "rule3", "all"]);
    let all = &clusters[3];
    assert_eq!(
        (&all["lb_policy"], &all["type"]),
        (&"RING_HASH".into(), &"STATIC".into())
    );
    assert_eq!(all["ring_hash_lb_config"]["minimum_ring_size"], 1024);
    assert_eq!(all["circuit_breakers"]["thresholds"][0]["max_requests"], 80);
    assert_eq!(all["outlier_detection"]["consecutive_5xx"], 3);
    assert_eq!(all["health_checks"][0]["interval"], "2.000s");
    assert_eq!(
        all["common_lb_config"]["healthy_panic_threshold"]["value"],
        50
    );
    let hosts = all["load_assignment"]["endpoints"][0]["lb_endpoints"]
        .as_sequence()
        .expect("a list");
    let address = &hosts[3]["endpoint"]["address"]["socket_address"];
    assert_eq!(
        (&address["address"], &address["port_value"]),
        (&"10.1.0.4".into(), &8080.into())
    );
    assert_eq!(
        (hosts.len(), &hosts[3]["load_balancing_weight"]),
        (4, &1000.into())
    );
    assert_eq!(
        (&hosts[1]["health_status"], &hosts[2]["health_status"]),
        (&"DRAINING".into(), &"UNHEALTHY".into())
    );

    let filter = &resources["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"];
    let routes = filter["route_config"]["virtual_hosts"][0]["routes"]
        .as_sequence()
        .expect("a list");
    let clusters: Vec<_> = routes
        .iter()
        .filter_map(|r| r["route"]["cluster"].as_str())
        .collect();
    // The rule by address is lost, and said to be.
    assert_eq!(clusters, ["rule2", "rule3", "all"]);
    let text = configuration(Program::Envoy, &scenario);
    assert!(text.contains("# Lost: rules by address"));
    assert_eq!(routes[0]["match"]["prefix"], "/a b\"';{}#$\\.*/");
    assert_eq!(
        routes[1]["match"]["headers"][0]["string_match"]["exact"],
        "-i t\n\"0'; é$"
    );
    let route = &routes[2]["route"];
    assert_eq!(
        (
            &route["timeout"],
            &route["retry_policy"]["per_try_timeout"],
            &route["retry_policy"]["num_retries"]
        ),
        (&"0.000s".into(), &"1.500s".into(), &2.into())
    );
    assert_eq!(route["hash_policy"][0]["header"]["header_name"], ":path");

    let slow = envoys_yaml(&everything(StrategyId::LeastRequest));
    let config = &slow["static_resources"]["clusters"][3]["least_request_lb_config"];
    assert_eq!(
        (
            &config["choice_count"],
            &config["slow_start_config"]["slow_start_window"]
        ),
        (&2.into(), &"20.000s".into())
    );
}
