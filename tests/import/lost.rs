//! Exports show every field of the table, or say that they lose it.

use crate::scenarios::with;
use equipoise::balance::StrategyId;
use equipoise::export::{Program, configuration};
use equipoise::scenario::fields::{self, At, Field, Kind, Section, Value};
use equipoise::scenario::{
    Backoff, Fault, KeySource, PassiveRule, PickPer, Place, PlannedChange, Rule, ScaleBy,
    ScaleMetric, Scenario, SchedulingPolicy, Service, StartUp, ZonePreference,
};

/// What no balancer is configured with. The line that every export has says so.
const NOT_ITS_OWN: &[(&str, &str)] = &[
    ("name", "how it is called stands in the first line"),
    ("seed", "chance"),
    ("duration_s", "how long a run lasts"),
    ("unit", "what is shown"),
    ("arrivals.", "what clients send"),
    ("sizes.", "what clients send"),
    ("clients.", "what clients send"),
    ("rate_curve.", "what clients send"),
    ("servers.*.speed", "how a server works"),
    (
        "servers.*.slots",
        "how a server works, unless its queue has a limit",
    ),
    ("servers.*.service", "how a server works"),
    ("servers.*.slowdown", "how a server works"),
    ("servers.*.error_s", "how a server works"),
    ("servers.*.error_share", "how a server works"),
];

/// What a program has not got at all: one line says so, whatever the numbers in it are.
const AS_A_WHOLE: &[(&str, &str)] = &[
    ("requests.", "on requests to a language model"),
    ("replicas.", "on requests to a language model"),
    ("faults.", "servers fail and recover by plan"),
    ("changes.", "numbers change by plan"),
    ("autoscaler.", "an autoscaler switches servers"),
    ("network.", "links have a bandwidth"),
    ("servers.*.mb_per_s", "links have a bandwidth"),
    (
        "connections.",
        "clients hold connections as the scenario says",
    ),
    (
        "balancer.front.",
        "the device in front has limits of its own",
    ),
    ("balancer.strategy.", "is not among"),
    ("balancer.locality.zones", "zones"),
    ("balancer.locality.least_servers", "zones"),
    ("balancer.locality.latency_s", "zones"),
    ("balancer.locality.zones_per_region", "zones"),
    ("balancer.locality.region_latency_s", "zones"),
    ("balancer.locality.overprovisioning", "levels of priority"),
    (
        "balancer.health.passive.",
        "failures take servers out by the rule of",
    ),
    ("balancer.health.rise", "health checks;"),
    ("balancer.health.fall", "health checks;"),
];

/// Servers of unequal weights under this strategy.
fn uneven(id: StrategyId) -> Scenario {
    let mut s = with(id);
    s.servers
        .iter_mut()
        .zip([3, 2, 1])
        .for_each(|(server, weight)| server.weight = weight);
    s
}

/// Scenarios in one of which each row shows.
fn stages() -> Vec<Scenario> {
    equipoise::serving::install();
    let mut plain = uneven(StrategyId::SmoothWrr);
    plain.retry_policy.timeout_s = Some(1.5);
    plain.retry_policy.retries = 2;
    plain.retry_policy.backoff_s = 0.1;
    let mut all = vec![plain.clone()];
    let mut add = |change: &dyn Fn(&mut Scenario)| {
        let mut s = plain.clone();
        change(&mut s);
        all.push(s);
    };
    add(&|s| s.retry_policy.resend.backoff = Backoff::Exponential);
    add(&|s| {
        s.retry_policy.resend.backoff = Backoff::Exponential;
        s.retry_policy.resend.jitter = 1.0;
    });
    for rule in [
        PassiveRule::InARow,
        PassiveRule::Nginx,
        PassiveRule::Haproxy,
        PassiveRule::Envoy,
    ] {
        add(&|s| {
            s.balancer.health.max_fails = Some(3);
            s.balancer.health.check_interval_s = Some(2.0);
            s.balancer.health.passive.rule = rule;
            s.balancer.health.passive.success_factor = Some(1.9);
        });
    }
    add(&|s| s.balancer.place = Place::Hybrid);
    for per in [PickPer::Connection, PickPer::Session] {
        add(&|s| {
            s.connections.pick_per = per;
            s.connections.age_s = Some(30.0);
        });
    }
    add(&|s| {
        s.servers[1].zone = 1;
        s.servers[2].priority = 1;
        s.balancer.locality.zones = ZonePreference::Envoy;
        s.balancer.locality.zones_per_region = 1;
    });
    add(&|s| {
        s.network.request_mb = 1.0;
        s.network.data_mb = 10.0;
    });
    add(&|s| {
        s.balancer.rules = vec![Rule {
            by: KeySource::Url,
            pattern: "/a/".into(),
            servers: vec![0],
        }];
    });
    add(&|s| {
        s.faults = vec![Fault {
            at_s: 1.0,
            server: 0,
            state: Default::default(),
        }];
        s.changes = vec![PlannedChange {
            at_s: 1.0,
            field: "sizes.mean".into(),
            to: 2.0,
            over_s: 0.5,
            every_s: None,
        }];
    });
    for by in [
        ScaleBy::Hpa,
        ScaleBy::Kpa,
        ScaleBy::Queue,
        ScaleBy::Schedule,
    ] {
        add(&|s| {
            s.autoscaler.by = by;
            s.autoscaler.least = 1;
            s.autoscaler.on_at_start = 2;
            s.autoscaler.start_up = StartUp::Own;
        });
    }
    add(&|s| {
        s.autoscaler.by = ScaleBy::Hpa;
        s.autoscaler.least = 1;
        s.autoscaler.on_at_start = 2;
        s.autoscaler.metric = ScaleMetric::Utilisation;
    });
    add(&|s| {
        s.servers
            .iter_mut()
            .for_each(|server| server.service = Service::Replica);
        s.requests.turns = 2;
        s.requests.prefixes = 3;
        s.replicas.prefill_servers = 1;
        s.replicas.policy = SchedulingPolicy::Priority;
        s.arrivals.pattern = equipoise::scenario::Pattern::Poisson;
    });
    all.extend(StrategyId::ALL.iter().map(|&id| uneven(id)));
    all.into_iter().filter(|s| s.validate().is_ok()).collect()
}

/// Values of a field, the ends of its range among them.
fn values(field: &Field, scenario: &Scenario) -> Vec<Value> {
    match (field.path, field.kind) {
        ("changes.*.field", _) => vec![Value::Text("servers.0.slots".into())],
        ("balancer.rules.*.pattern", _) => vec![Value::Text("/b/".into())],
        (_, Kind::Number(_) | Kind::Optional(..)) => {
            let range = field.range_in(scenario).expect("is a number");
            let usual = match field.kind {
                Kind::Optional(_, usual) => usual,
                _ => range.min,
            };
            [range.min, usual, range.max].map(Value::Number).to_vec()
        }
        (_, Kind::Choice(words)) => words.iter().map(|word| Value::Word(word)).collect(),
        (_, Kind::Flag) => vec![Value::Flag(false), Value::Flag(true)],
        (_, Kind::Text) => vec![Value::Text("x".into())],
    }
}

/// An export without its first line, which names the strategy.
fn export(program: Program, scenario: &Scenario) -> String {
    let text = configuration(program, scenario);
    let (_, rest) = text.split_once('\n').expect("has lines");
    rest.into()
}

/// What of a field's other values an export neither shows nor says it loses, in this scenario.
fn hidden(field: &'static Field, stage: &Scenario, program: Program) -> Vec<String> {
    let index = field.is_listed().then_some(0);
    let at = At::new(field, index);
    let before = export(program, stage);
    let is_lost = AS_A_WHOLE.iter().any(|(begins, words)| {
        let lines = before.lines().filter(|line| line.starts_with("# Lost: "));
        field.path.starts_with(begins) && lines.into_iter().any(|line| line.contains(words))
    });
    if is_lost {
        return Vec::new();
    }
    let others = values(field, stage).into_iter().filter_map(|value| {
        let mut other = stage.clone();
        at.choose(&mut other, &value).ok()?;
        (other.validate().is_ok() && other != *stage).then_some((value, other))
    });
    let silent = others.filter(|(_, other)| export(program, other) == before);
    silent
        .map(|(value, _)| {
            let id = stage.balancer.strategy.id;
            format!("{}: {at} = {value} with {id}", program.as_str())
        })
        .collect()
}

#[test]
fn what_an_export_does_not_show_it_says_it_loses() {
    let stages = stages();
    let mut all = Vec::new();
    for (section, rows) in fields::sections() {
        for field in *rows {
            let begins = |(begins, _): &&(&str, &str)| field.path.starts_with(begins);
            if NOT_ITS_OWN.iter().find(begins).is_some() {
                continue;
            }
            let shows = stages.iter().filter(|stage| field.is_shown(stage));
            // Each strategy has its own settings; of other rows one scenario is enough.
            let of_strategy = *section == Section::Strategy;
            let count = if of_strategy { usize::MAX } else { 1 };
            let shows: Vec<_> = shows
                .filter(|stage| At::new(field, None).get(stage).is_some())
                .take(count)
                .collect();
            if shows.is_empty() {
                all.push(format!("{field:?} shows nowhere"));
            }
            for stage in shows {
                for program in Program::ALL {
                    all.extend(hidden(field, stage, program));
                }
            }
        }
    }
    assert!(all.is_empty(), "{} silent:\n{}", all.len(), all.join("\n"));
}
