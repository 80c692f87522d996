//! Random scenarios, drawn from the table of fields: a new field is drawn without a change here.

use equipoise::balance::StrategyId;
use equipoise::scenario::fields::{self, At, Field, Kind, Section, Value};
use equipoise::scenario::{
    Batching, Edit, Fault, HeardBy, KeySource, PassiveRule, Pattern, PickPer, Place, PlannedChange,
    Position, Rule, ScaleBy, Scenario, Script, ServerConfig, Service, SizeLaw,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Where the slider's range would make runs of far more than some hundred tasks, or hardly ever
/// what is rare and matters: from and to.
const NARROWER: &[(&str, f64, f64)] = &[
    ("arrivals.rate_per_s", 0.2, 8.0),
    ("arrivals.interval_s", 0.125, 5.0),
    ("arrivals.start_s", 0.0, 5.0),
    ("arrivals.burst_on_s", 0.1, 4.0),
    ("arrivals.burst_off_s", 0.1, 4.0),
    ("arrivals.tasks", 1.0, 60.0),
    ("arrivals.pause_s", 0.0, 2.0),
    ("sizes.mean", 0.05, 3.0),
    ("clients.clients", 1.0, 30.0),
    ("clients.urls", 1.0, 40.0),
    ("clients.tenants", 1.0, 8.0),
    ("servers", 1.0, 8.0),
    ("servers.*.weight", 1.0, 6.0),
    ("servers.*.speed", 0.2, 4.0),
    ("servers.*.slots", 1.0, 4.0),
    ("servers.*.queue", 0.0, 6.0),
    ("balancer.strategy.virtual_nodes", 1.0, 200.0),
    ("balancer.strategy.ring_size", 1.0, 2000.0),
    ("balancer.strategy.choices", 1.0, 6.0),
    ("balancer.dispatcher.decisions_per_s", 1.0, 50.0),
    ("balancer.dispatcher.latency_s", 0.0, 1.0),
    ("balancer.dispatcher.connections", 1.0, 60.0),
    ("balancer.front.decisions_per_s", 1.0, 50.0),
    ("balancer.front.latency_s", 0.0, 1.0),
    ("balancer.front.connections", 1.0, 60.0),
    ("balancer.health.rise", 1.0, 4.0),
    ("balancer.health.fall", 1.0, 4.0),
    ("balancer.health.max_fails", 1.0, 6.0),
    ("balancer.health.passive.gateway_fails", 1.0, 4.0),
    ("balancer.health.passive.success_servers", 1.0, 4.0),
    ("balancer.health.passive.success_volume", 1.0, 20.0),
    ("balancer.health.passive.sweep_s", 0.5, 10.0),
    ("balancer.shed_above", 1.0, 40.0),
    ("retry_policy.timeout_s", 0.1, 8.0),
    ("retry_policy.retries", 0.0, 6.0),
    ("retry_policy.backoff_s", 0.0, 3.0),
    ("retry_policy.resend.longest_s", 0.1, 4.0),
    ("faults.*.at_s", 0.0, 80.0),
    ("requests.prompt_tokens", 1.0, 3000.0),
    ("requests.prompt_cv", 0.0, 2.0),
    ("requests.output_tokens", 1.0, 60.0),
    ("requests.output_cv", 0.0, 2.0),
    ("requests.prefixes", 0.0, 5.0),
    ("requests.prefix_tokens", 1.0, 2000.0),
    ("requests.turns", 1.0, 4.0),
    ("requests.think_s", 0.0, 3.0),
    ("replicas.kv_tokens", 16.0, 20_000.0),
];

/// Rules that fit some of the keys that are drawn.
const RULES: [(KeySource, &str); 4] = [
    (KeySource::Ip, "10.0.0.0/24"),
    (KeySource::Url, "/chat/"),
    (KeySource::Url, "/"),
    (KeySource::Header, "t1"),
];

/// What planned changes change: from and to.
const CHANGED: [(&str, f64, f64); 8] = [
    ("sizes.mean", 1.0, 3.0),
    ("servers.*.weight", 1.0, 6.0),
    ("servers.0.speed", 1.0, 4.0),
    ("servers.0.slots", 1.0, 4.0),
    ("servers.*.error_share", 0.0, 1.0),
    ("balancer.dispatcher.latency_s", 0.0, 1.0),
    ("retry_policy.retries", 0.0, 6.0),
    ("balancer.health.max_fails", 1.0, 6.0),
];

/// Random numbers from 0 to 1, used up one by one; when there are no more, zeros.
struct Draws(std::vec::IntoIter<f64>);

impl Draws {
    fn part(&mut self) -> f64 {
        self.0.next().unwrap_or(0.0)
    }

    /// A whole number below `n`.
    fn below(&mut self, n: usize) -> usize {
        (self.part() * n as f64) as usize
    }

    /// True this often.
    fn chance(&mut self, share: f64) -> bool {
        self.part() < share
    }

    fn number(&mut self, field: &Field) -> f64 {
        let range = field.range().expect("a number");
        let narrower = NARROWER.iter().find(|(path, ..)| *path == field.path);
        let (from, to) =
            narrower.map_or((range.min, range.slider_max), |(_, from, to)| (*from, *to));
        // What may be 0 often is.
        if from == 0.0 && self.chance(0.5) {
            return 0.0;
        }
        let part = self.part();
        let value = if range.log {
            from * libm::pow(to / from, part)
        } else {
            from + (to - from) * part
        };
        // Times at whole seconds fall together, which is worth looking at.
        if range.whole || range.step == 1.0 && !range.log {
            value.round()
        } else {
            value
        }
    }

    /// A value for the field; None: it keeps the one it has.
    fn value(&mut self, field: &Field) -> Option<Value> {
        match field.kind {
            Kind::Number(_) => Some(Value::Number(self.number(field))),
            Kind::Optional(..) if self.chance(0.5) => Some(Value::Off),
            Kind::Optional(..) => Some(Value::Number(self.number(field))),
            // Servers that are up are the rule.
            Kind::Choice(_) if field.path == "servers.*.state" && self.chance(0.75) => None,
            // Replicas are not the rule either.
            Kind::Choice(words) if field.path == "servers.*.service" => {
                let word = if self.chance(0.1) { 2 } else { self.below(2) };
                Some(Value::Word(words[word]))
            }
            Kind::Choice(words) => Some(Value::Word(words[self.below(words.len())])),
            Kind::Flag => Some(Value::Flag(self.chance(0.5))),
            Kind::Text => None,
        }
    }

    /// Draws the fields of a section.
    fn fill(&mut self, scenario: &mut Scenario, section: Section) {
        for field in fields::of(section) {
            let indices = (0..).map(|i| At::new(field, Some(i)));
            let there: Vec<At> = if field.is_listed() {
                indices
                    .take_while(|at| at.get(scenario).is_some())
                    .collect()
            } else {
                vec![At::new(field, None)]
            };
            for at in there {
                if let Some(value) = self.value(field) {
                    at.set(scenario, &value).expect("in its range");
                }
            }
        }
    }

    /// Of up to eight servers: taken modulo their number afterwards.
    fn server(&mut self) -> u16 {
        self.below(8) as u16
    }

    fn rule(&mut self) -> Rule {
        let (by, pattern) = RULES[self.below(RULES.len())];
        Rule {
            by,
            pattern: pattern.into(),
            servers: (0..1 + self.below(3)).map(|_| self.server()).collect(),
        }
    }

    /// A change of a number that any scenario has, some of them ramps, some again and again.
    fn change(&mut self) -> PlannedChange {
        let (field, from, to) = CHANGED[self.below(CHANGED.len())];
        let over_s = if self.chance(0.5) {
            0.0
        } else {
            8.0 * self.part()
        };
        PlannedChange {
            at_s: (60.0 * self.part()).round(),
            field: field.into(),
            to: (from + (to - from) * self.part()).round(),
            over_s,
            every_s: self.chance(0.3).then(|| over_s + 1.0 + 20.0 * self.part()),
        }
    }

    fn scenario(mut self) -> Scenario {
        equipoise::serving::install();
        let mut s = Scenario::default();
        let listing = 1 + self.below(3);
        s.balancer.strategy.listing.truncate(listing);
        for (section, _) in fields::sections() {
            // A run with everything on is as good as none: much is only there now and then.
            let share = match section {
                Section::Health | Section::Passive | Section::RetryPolicy | Section::Resend => 0.33,
                Section::Autoscaler => 0.25,
                Section::Connections | Section::Locality | Section::Places => 0.25,
                Section::Curve => 0.25,
                Section::Network => 0.25,
                Section::Rules | Section::Faults | Section::Changes => 0.0,
                _ => 1.0,
            };
            if self.chance(share) {
                self.fill(&mut s, *section);
            }
        }
        if self.chance(0.25) {
            s.balancer.rules = (0..1 + self.below(3)).map(|_| self.rule()).collect();
        }
        if self.chance(0.33) {
            let fault = Fault {
                at_s: 0.0,
                server: 0,
                state: Default::default(),
            };
            s.faults = vec![fault; 1 + self.below(11)];
            self.fill(&mut s, Section::Faults);
        }
        if self.chance(0.33) {
            s.changes = (0..1 + self.below(5)).map(|_| self.change()).collect();
        }
        made_valid(s)
    }
}

/// Any scenario that validation lets through, with up to eight servers, for runs of some hundred
/// tasks.
pub(crate) fn scenario() -> impl Strategy<Value = Scenario> {
    vec(0.0..1.0, 300).prop_map(|parts: Vec<f64>| Draws(parts.into_iter()).scenario())
}

/// Mends what contradicts itself.
fn made_valid(mut s: Scenario) -> Scenario {
    let replicas = s.has_replicas();
    let b = &mut s.balancer;
    if b.health.passive.rule == PassiveRule::Haproxy {
        b.health.check_interval_s.get_or_insert(1.5);
    }
    if b.place == Place::Hardware {
        b.rules.retain(|rule| rule.by == KeySource::Ip);
        b.strategy.key = KeySource::Ip;
        if b.strategy
            .knows()
            .key
            .is_some_and(|key| key != KeySource::Ip)
        {
            b.strategy.id = StrategyId::IpHash;
        }
    }
    if replicas {
        s.network = Default::default();
        // Their slots are more than a number.
        s.changes.retain(|change| change.field != "servers.0.slots");
        if b.strategy.id.pools() || b.strategy.id.steals() {
            b.strategy.id = StrategyId::LeastConnections;
        }
        if s.arrivals.pattern.counts_tasks() {
            s.requests.turns = 1;
        }
        // Every other one has prefill and decode apart.
        if s.replicas.prefill_servers % 2 == 1 && s.servers.len() > 1 {
            let most = s.servers.len() as u32 - 1;
            let count = s.replicas.prefill_servers.min(most);
            s.replicas.prefill_servers = count - u32::from(count.is_multiple_of(2));
            s.replicas.batching = Batching::Continuous;
            for server in &mut s.servers {
                server.service = Service::Replica;
            }
        } else {
            s.replicas.prefill_servers = 0;
        }
    } else {
        s.replicas.prefill_servers = 0;
    }
    if b.strategy.id == StrategyId::WorkStealing {
        b.rules.clear();
    }
    if b.strategy.id.pools() {
        b.rules.clear();
        if b.place == Place::Hybrid && !b.subsets {
            b.place = Place::Software;
        }
    }
    let most = s.servers.len() as u32;
    let scaler = &mut s.autoscaler;
    let least = if scaler.by == ScaleBy::Hpa { 1 } else { 0 };
    scaler.least = scaler.least.clamp(least, most);
    scaler.on_at_start = scaler.on_at_start.clamp(scaler.least, most);
    scaler.schedule.servers = scaler.schedule.servers.min(most);
    if s.replicas.prefill_servers > 0 {
        scaler.by = ScaleBy::Off;
    }
    if s.sizes.law == SizeLaw::Uniform {
        s.sizes.spread = s.sizes.spread.min(0.5);
    }
    let n = s.servers.len() as u16;
    b.rules
        .iter_mut()
        .for_each(|rule| rule.servers.iter_mut().for_each(|server| *server %= n));
    s.faults.iter_mut().for_each(|fault| fault.server %= n);
    if s.arrivals.pattern == Pattern::Steps {
        s.servers[0].queue = None;
    }
    if s.has_rounds() {
        s.retry_policy.hedge.after_s = None;
    }
    if s.has_replicas() {
        s.retry_policy.give_up.heard_by = HeardBy::None;
    }
    if s.validate().is_err() {
        s.connections.pick_per = PickPer::Request;
    }
    assert_eq!(s.validate(), Ok(()), "{s:?}");
    s
}

/// A script: a scenario, and others that its run can go over to.
pub(crate) fn script() -> impl Strategy<Value = Script> {
    (scenario(), vec((0.0..80.0, scenario()), 0..5)).prop_map(|(scenario, mut changes)| {
        changes.sort_by(|a: &(f64, Scenario), b| a.0.total_cmp(&b.0));
        let edits = changes.into_iter().map(|(time_s, to)| Edit {
            at: Position { event: 0, time_s },
            scenario: reachable(&scenario, to),
        });
        let script = Script {
            edits: edits.collect(),
            scenario: scenario.clone(),
        };
        assert_eq!(script.validate(), Ok(()), "{script:?}");
        script
    })
}

/// `to` with as much of `from` as it takes to go over to it in the middle of a run.
pub(crate) fn reachable(from: &Scenario, mut to: Scenario) -> Scenario {
    to.seed = from.seed;
    to.unit = from.unit;
    to.clients = from.clients.clone();
    to.balancer.place = from.balancer.place;
    to.balancer.instances = from.balancer.instances;
    to.connections.per_client = from.connections.per_client;
    to.connections.at_start = from.connections.at_start;
    to.balancer.random_start = from.balancer.random_start;
    to.balancer.subsets = from.balancer.subsets;
    to.autoscaler = from.autoscaler;
    to.rate_curve = from.rate_curve.clone();
    if to.network.is_on() != from.network.is_on() {
        to.network = from.network;
    }
    to.servers
        .resize(from.servers.len(), ServerConfig::default());
    to.requests = from.requests.clone();
    to.replicas = from.replicas.clone();
    for (to, from) in to.servers.iter_mut().zip(&from.servers) {
        to.priority = from.priority;
        to.zone = from.zone;
        if [to.service, from.service].contains(&Service::Replica) {
            to.service = from.service;
            to.slots = from.slots;
        }
    }
    if [from, &to]
        .iter()
        .any(|s| s.arrivals.pattern.counts_tasks())
    {
        to.arrivals = from.arrivals.clone();
    }
    if from.has_curve() != to.has_curve() {
        to.arrivals = from.arrivals.clone();
    }
    let pools = to.balancer.strategy.id.pools() && !to.balancer.subsets;
    if from.balancer.place == Place::Hybrid && pools {
        to.balancer.strategy.id = StrategyId::Random;
    }
    made_valid(to)
}
