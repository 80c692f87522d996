//! What the runs differ in besides strategy, arrivals and sizes.

use equipoise::scenario::*;

pub(super) fn unchanged(_: &mut Scenario) {}

pub(super) fn hardware(s: &mut Scenario) {
    s.balancer.place = Place::Hardware;
    s.balancer.dispatcher = Dispatcher {
        decisions_per_s: Some(30.0),
        latency_s: 0.01,
        connections: Some(12),
    };
    s.clients.client_skew = 0.8;
}

pub(super) fn hybrid(s: &mut Scenario) {
    s.balancer.place = Place::Hybrid;
    s.balancer.front = Dispatcher {
        decisions_per_s: None,
        latency_s: 0.05,
        connections: Some(100),
    };
    s.balancer.dispatcher = Dispatcher {
        decisions_per_s: Some(12.0),
        latency_s: 0.15,
        connections: Some(40),
    };
    s.balancer.instances = 3;
}

pub(super) fn bounded(s: &mut Scenario) {
    for server in &mut s.servers {
        server.queue = Some(3);
        server.slots = 2;
    }
    s.arrivals.rate_per_s *= 2.0;
}

pub(super) fn shared(s: &mut Scenario) {
    for (i, server) in s.servers.iter_mut().enumerate() {
        server.service = Service::ProcessorSharing;
        server.slots = 1 + i as u32 % 2;
    }
}

pub(super) fn shared_and_bounded(s: &mut Scenario) {
    shared(s);
    s.servers[0].queue = Some(2);
}

pub(super) fn rules(s: &mut Scenario) {
    s.balancer.rules = vec![
        rule(KeySource::Url, "/chat/", &[0]),
        rule(KeySource::Header, "t1", &[1, 2]),
        rule(KeySource::Ip, "10.0.1.0/24", &[2, 3]),
    ];
    s.clients.url_skew = 0.5;
}

pub(super) fn skewed(s: &mut Scenario) {
    s.clients = Clients {
        clients: 40,
        urls: 100,
        url_skew: 1.1,
        tenants: 9,
        tenant_skew: 0.6,
        ..s.clients.clone()
    };
    s.servers[1].state = ServerState::Draining;
}

pub(super) fn roomy(s: &mut Scenario) {
    for server in &mut s.servers {
        server.slots = 3;
    }
}

pub(super) fn faults(s: &mut Scenario) {
    use ServerState::{Down, Draining, Failing, Slow, Up};
    // Again and again, each time another server.
    let states = [Failing, Up, Slow, Up, Down, Up, Draining, Up];
    for (i, &state) in states.iter().cycle().take(32).enumerate() {
        s.faults.push(Fault {
            at_s: 100.0 + 75.0 * i as f64,
            server: (i / 2 % 4) as u16,
            state,
        });
    }
}

pub(super) fn guarded(s: &mut Scenario) {
    faults(s);
    s.arrivals.tasks = 8;
    s.arrivals.pause_s = 0.1;
    s.balancer.health = Health {
        check_interval_s: Some(2.0),
        max_fails: Some(5),
        ejection_s: 20.0,
        panic_share: 0.5,
        slow_start_s: Some(30.0),
        ..Health::default()
    };
}

pub(super) fn impatient(s: &mut Scenario) {
    faults(s);
    s.balancer.shed_above = Some(60);
    s.retry_policy = RetryPolicy {
        timeout_s: Some(4.0),
        retries: 3,
        backoff_s: 0.5,
        budget: Some(0.2),
        ..RetryPolicy::default()
    };
}

pub(super) fn herding(s: &mut Scenario) {
    hybrid(s);
    faults(s);
    s.balancer.load_refresh_s = Some(1.0);
}

pub(super) fn small_steps(s: &mut Scenario) {
    s.arrivals.tasks = 8;
    s.arrivals.pause_s = 0.25;
}

fn rule(by: KeySource, pattern: &str, servers: &[u16]) -> Rule {
    Rule {
        by,
        pattern: pattern.into(),
        servers: servers.into(),
    }
}

/// Replicas of a language model with small caches, which turn long requests away.
pub(super) fn replicas(s: &mut Scenario) {
    equipoise::serving::install();
    for server in &mut s.servers {
        server.service = Service::Replica;
        server.slots = 12;
        server.speed /= 50.0;
    }
    s.replicas.kv_tokens = Some(4000);
    s.requests = Requests {
        prompt_tokens: 300.0,
        output_tokens: 12.0,
        prefixes: 4,
        prefix_tokens: 500,
        prefix_skew: 1.0,
        turns: 4,
        think_s: 3.0,
        ..Requests::default()
    };
    s.arrivals.rate_per_s = 0.5;
}

/// The same, one batch after the other.
pub(super) fn static_batches(s: &mut Scenario) {
    replicas(s);
    s.replicas.batching = Batching::Static;
}

/// Flaky and paused servers, and numbers that change by plan.
pub(super) fn planned(s: &mut Scenario) {
    s.servers[3].backup = true;
    s.arrivals.rate_per_s = 2.0;
    let states = [
        ServerState::Flaky,
        ServerState::Up,
        ServerState::Paused,
        ServerState::Up,
    ];
    for (i, &state) in states.iter().cycle().take(40).enumerate() {
        s.faults.push(Fault {
            at_s: 100.0 + 60.0 * i as f64,
            server: (i / 2 % 4) as u16,
            state,
        });
    }
    let plan = [
        (
            "arrivals.rate_per_s",
            s.arrivals.rate_per_s * 0.7,
            100.0,
            Some(400.0),
        ),
        (
            "arrivals.rate_per_s",
            s.arrivals.rate_per_s,
            0.0,
            Some(450.0),
        ),
        ("servers.*.error_share", 0.4, 0.0, None),
        ("servers.1.weight", 5.0, 30.0, Some(170.0)),
    ];
    let plan = plan.into_iter().zip(1..);
    s.changes = plan
        .map(|((field, to, over_s, every_s), i)| PlannedChange {
            at_s: 70.0 * f64::from(i),
            field: field.into(),
            to,
            over_s,
            every_s,
        })
        .collect();
}

/// Loads that come and go, and servers that are ordered and drained again and again.
pub(super) fn scaled(s: &mut Scenario) {
    planned(s);
    s.autoscaler = Autoscaler {
        by: ScaleBy::Kpa,
        least: 0,
        target: 1.5,
        image_s: 3.0,
        warm_up_s: 2.0,
        ..Autoscaler::default()
    };
    s.autoscaler.kpa.stable_s = 20.0;
    s.autoscaler.kpa.zero_grace_s = 4.0;
}

fn by_program(s: &mut Scenario, rule: PassiveRule) {
    planned(s);
    s.balancer.health = Health {
        check_interval_s: (rule == PassiveRule::Haproxy).then_some(2.0),
        max_fails: Some(3),
        ejection_s: 20.0,
        passive: Passive {
            rule,
            gateway_fails: Some(2),
            success_factor: Some(1.0),
            success_servers: 3,
            success_volume: 5,
            most_share: 0.5,
            ..Passive::default()
        },
        ..Health::default()
    };
    s.retry_policy = RetryPolicy {
        timeout_s: Some(6.0),
        retries: 3,
        backoff_s: 0.3,
        resend: Resend {
            backoff: Backoff::Exponential,
            longest_s: Some(1.0),
            jitter: 0.5,
            to: match rule {
                PassiveRule::Haproxy => RetryTo::NotLast,
                _ => RetryTo::Untried,
            },
            within_s: Some(30.0),
        },
        ..RetryPolicy::default()
    };
}

pub(super) fn as_nginx(s: &mut Scenario) {
    by_program(s, PassiveRule::Nginx);
}

pub(super) fn as_haproxy(s: &mut Scenario) {
    by_program(s, PassiveRule::Haproxy);
}

pub(super) fn as_envoy(s: &mut Scenario) {
    by_program(s, PassiveRule::Envoy);
}

/// Connections that age, are lost and opened again, to servers of two levels and two zones.
pub(super) fn connected(s: &mut Scenario) {
    s.connections = Connections {
        pick_per: PickPer::Connection,
        per_client: 2,
        requests: Some(20),
        age_s: Some(30.0),
        ..Connections::default()
    };
    for (i, server) in s.servers.iter_mut().enumerate() {
        server.zone = i as u32 % 2;
        server.priority = u32::from(i > 2);
    }
    s.balancer.locality.zones = ZonePreference::Same;
    s.balancer.locality.latency_s = 0.02;
    s.faults = [(50.0, ServerState::Down), (80.0, ServerState::Up)]
        .map(|(at_s, state)| Fault {
            at_s,
            server: 0,
            state,
        })
        .into();
}

/// Clients that wait for a time by chance, send a second copy, and are heard when they give up.
pub(super) fn sent_twice(s: &mut Scenario) {
    s.retry_policy.timeout_s = Some(6.0);
    s.retry_policy.retries = 1;
    s.retry_policy.hedge.after_s = Some(2.0);
    s.retry_policy.give_up = GiveUp {
        heard_by: HeardBy::Server,
        patience: Patience::Exponential,
    };
}

pub(super) fn linked(s: &mut Scenario) {
    skewed(s);
    s.network = Network {
        request_mb: 2.0,
        answer_mb: 5.0,
        data_mb: 60.0,
        jitter_s: 0.05,
        ..Network::default()
    };
    for (i, server) in s.servers.iter_mut().enumerate() {
        server.zone = i as u32 % 2;
        server.mb_per_s = Bandwidth(100.0 + 50.0 * i as f64);
    }
    s.balancer.locality.latency_s = 0.02;
}
