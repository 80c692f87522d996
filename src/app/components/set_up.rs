//! All controls of the scenario.

use super::field::{Number, choice, switch};
use super::{production, rules, strategies};
use crate::app::action::{Action, Dialog};
use crate::app::i18n::tr;
use crate::app::model::Model;
use crate::balance::{Draw, EdfVariant, Knowledge, Policy, StrategyId};
use crate::export::Program;
use crate::scenario::limits::{self, Range, UNIFORM_SPREAD_MAX};
use crate::scenario::{
    Dispatcher, KeySource, Pattern, Place, Scenario, ServerConfig, Service, SizeLaw, WorkUnit,
    letter, presets,
};
use crate::view::palette::{server_colour, server_marker};
use yew::prelude::*;

/// The panel.
pub fn view(model: &Model, send: &Callback<Action>) -> Html {
    let export = send.reform(|_: MouseEvent| Action::Dialog(Some(Dialog::Export(Program::Nginx))));
    html! {
        <>
            { production::about(model, send) }
            <section class="controls"><h2>{ tr("set-up.balancer") }</h2>{ strategy_controls(model, send) }{ dispatcher_controls(model, send) }</section>
            <section class="controls"><h2>{ tr("set-up.rules") }</h2>{ rules::view(model, send) }</section>
            <section class="controls"><h2>{ tr("set-up.arrivals") }</h2>{ arrival_controls(model, send) }</section>
            <section class="controls"><h2>{ tr("set-up.sizes") }</h2>{ size_controls(model, send) }</section>
            <section class="controls"><h2>{ tr("set-up.clients") }</h2>{ client_controls(model, send) }</section>
            <section class="controls"><h2>{ tr("set-up.servers") }</h2>{ server_count(model, send) }{ server_weights(model, send) }{ server_controls(model, send) }</section>
            <section class="controls"><h2>{ tr("set-up.health") }</h2>{ production::health_controls(model, send) }</section>
            <section class="controls"><h2>{ tr("set-up.patience") }</h2>{ production::patience_controls(model, send) }</section>
            <section class="controls"><h2>{ tr("set-up.faults") }</h2>{ production::fault_controls(model, send) }</section>
            <button id="export" class="outlined" onclick={export}>{ tr("export.open") }</button>
        </>
    }
}

/// A number with the preset's value to go back to.
pub fn number(
    model: &Model,
    send: &Callback<Action>,
    id: &'static str,
    unit: String,
    range: &Range,
    get: fn(&Scenario) -> f64,
    set: fn(&mut Scenario, Option<usize>, f64),
) -> Html {
    let reset = presets::find(&model.scenario().name).map(|p| get(&p));
    let label = tr(&format!("set-up.{id}"));
    Number {
        id,
        index: None,
        label,
        value: get(model.scenario()),
        reset,
        range,
        unit,
        colour: None,
    }
    .view(send, set)
}

/// The unit of a range in the reader's language.
pub fn unit(range: &Range) -> String {
    if range.unit.is_empty() {
        String::new()
    } else {
        tr(&format!("unit.{}", range.unit))
    }
}

/// What a unit of work is called.
fn work_unit(s: &Scenario, per_second: bool) -> String {
    let key = match (s.unit, per_second) {
        (WorkUnit::Seconds, false) => "unit.work",
        (WorkUnit::Seconds, true) => return "×".into(),
        (WorkUnit::Samples, false) => "unit.samples",
        (WorkUnit::Samples, true) => "unit.samples-per-second",
        (WorkUnit::Megabytes, false) => "unit.megabytes",
        (WorkUnit::Megabytes, true) => "unit.megabytes-per-second",
        (WorkUnit::Tokens, false) => "unit.tokens",
        (WorkUnit::Tokens, true) => "unit.tokens-per-second",
    };
    tr(key)
}

/// Strategy, its own settings, and the place.
pub fn strategy_controls(model: &Model, send: &Callback<Action>) -> Html {
    let b = &model.scenario().balancer;
    let choose = send.reform(|id| {
        Action::Change(
            "strategy",
            Box::new(move |s: &mut Scenario| {
                s.balancer.strategy.id = id;
                if s.balancer.place == Place::Hardware {
                    // All that a device sees; strategies that look at nothing do not mind.
                    s.balancer.strategy.key = KeySource::Ip;
                }
            }),
        )
    });
    let places = [Place::Software, Place::Hardware, Place::Hybrid].map(|p| {
        let key = match p {
            Place::Software => "set-up.place-software",
            Place::Hardware => "set-up.place-hardware",
            Place::Hybrid => "set-up.place-hybrid",
        };
        (p, tr(key))
    });
    let knows = [
        (Knowledge::Learnt, tr("set-up.knows-learnt")),
        (Knowledge::Sizes, tr("set-up.knows-sizes")),
    ];
    let keys = [
        (KeySource::Ip, tr("set-up.key-ip")),
        (KeySource::Url, tr("set-up.key-url")),
        (KeySource::Header, tr("set-up.key-header")),
    ];
    let policies = Policy::ALL.map(|p| (p, p.as_str().to_string()));
    html! {
        <>
            <div class="field choice">
                <label for="strategy">{ tr("set-up.strategy") }</label>
                { strategies::select("strategy", Some(b.strategy.id), None, choose) }
            </div>
            <p class="hint">{ tr(&format!("strategy.{}.about", b.strategy.id)) }</p>
            if b.strategy.id == StrategyId::LeastResponseTime {
                { choice(send, "knowledge", tr("set-up.knows"), b.strategy.knowledge, &knows, |s, k| s.balancer.strategy.knowledge = k) }
            }
            if let StrategyId::Ketama | StrategyId::HaproxyRing | StrategyId::HaproxyMap | StrategyId::EnvoyRing
                | StrategyId::Maglev | StrategyId::Rendezvous | StrategyId::BoundedLoad = b.strategy.id {
                { choice(send, "key", tr("set-up.key"), b.strategy.key, &keys, |s, k| s.balancer.strategy.key = k) }
            }
            { match b.strategy.id {
                StrategyId::Ketama => number(model, send, "virtual-nodes", String::new(), &limits::VIRTUAL_NODES,
                    |s| f64::from(s.balancer.strategy.virtual_nodes), |s, _, v| s.balancer.strategy.virtual_nodes = v as u32),
                StrategyId::EnvoyRing => number(model, send, "ring-size", String::new(), &limits::RING_SIZE,
                    |s| f64::from(s.balancer.strategy.ring_size), |s, _, v| s.balancer.strategy.ring_size = v as u32),
                StrategyId::BoundedLoad => number(model, send, "balance-factor", String::new(), &limits::BALANCE_FACTOR,
                    |s| f64::from(s.balancer.strategy.balance_factor), |s, _, v| s.balancer.strategy.balance_factor = v as u32),
                _ => html! {},
            } }
            if b.strategy.id == StrategyId::ArticleProgram {
                { choice(send, "policy-0", "servers[0]".into(), b.strategy.listing[0], &policies, |s, p| s.balancer.strategy.listing[0] = p) }
                if b.strategy.listing.len() > 1 {
                    { choice(send, "policy-1", "servers[1]".into(), b.strategy.listing[1], &policies, |s, p| s.balancer.strategy.listing[1] = p) }
                }
                { switch(send, "mended", tr("set-up.mended"), b.strategy.listing_mended, |s, on| s.balancer.strategy.listing_mended = on) }
            }
            { choice_controls(model, send) }
            { choice(send, "place", tr("set-up.place"), b.place, &places, |s, p| s.balancer.place = p) }
        </>
    }
}

/// Settings of the strategies that draw, take turns by deadline, or estimate.
fn choice_controls(model: &Model, send: &Callback<Action>) -> Html {
    use StrategyId::{EdfWrr, LeastRequest, PeakEwma, Prequal, TwoChoices};
    let c = &model.scenario().balancer.strategy;
    let draws = [
        (Draw::Distinct, "distinct"),
        (Draw::Envoy, "envoy"),
        (Draw::Nginx, "nginx"),
    ]
    .map(|(draw, key)| (draw, tr(&format!("set-up.draw-{key}"))));
    let edfs = [
        (EdfVariant::Envoy, "envoy"),
        (EdfVariant::EnvoySeeded, "seeded"),
        (EdfVariant::GrpcGo, "grpc"),
    ]
    .map(|(edf, key)| (edf, tr(&format!("set-up.edf-{key}"))));
    let decay = || unit(&limits::DECAY);
    html! {
        <>
            if matches!(c.id, TwoChoices | LeastRequest | PeakEwma) {
                { number(model, send, "choices", String::new(), &limits::CHOICES, |s| f64::from(s.balancer.strategy.choices),
                    |s, _, v| s.balancer.strategy.choices = v as u32) }
            }
            if c.id == TwoChoices {
                { choice(send, "draw", tr("set-up.draw"), c.draw, &draws, |s, draw| s.balancer.strategy.draw = draw) }
            }
            if c.id == EdfWrr {
                { choice(send, "edf", tr("set-up.edf"), c.edf, &edfs, |s, edf| s.balancer.strategy.edf = edf) }
            }
            if c.id == LeastRequest {
                { number(model, send, "bias", String::new(), &limits::BIAS, |s| s.balancer.strategy.least_request_bias,
                    |s, _, v| s.balancer.strategy.least_request_bias = v) }
            }
            if c.id == PeakEwma {
                { number(model, send, "decay", decay(), &limits::DECAY, |s| s.balancer.strategy.ewma_decay_s,
                    |s, _, v| s.balancer.strategy.ewma_decay_s = v) }
            }
            if c.id == Prequal {
                { number(model, send, "probes", String::new(), &limits::PROBES, |s| f64::from(s.balancer.strategy.probes),
                    |s, _, v| s.balancer.strategy.probes = v as u32) }
                { number(model, send, "probe-ttl", decay(), &limits::DECAY, |s| s.balancer.strategy.probe_ttl_s,
                    |s, _, v| s.balancer.strategy.probe_ttl_s = v) }
                { number(model, send, "hot-quantile", String::new(), &limits::QUANTILE, |s| s.balancer.strategy.hot_quantile,
                    |s, _, v| s.balancer.strategy.hot_quantile = v) }
            }
        </>
    }
}

/// Capacity, latency and connections of the dispatchers.
fn dispatcher_controls(model: &Model, send: &Callback<Action>) -> Html {
    let s = model.scenario();
    html! {
        <>
            { dispatcher(model, send, &s.balancer.dispatcher, FIELDS[0]) }
            if s.balancer.place == Place::Hybrid {
                { number(model, send, "programs", String::new(), &limits::PROGRAMS, |s| f64::from(s.balancer.programs), |s, _, v| s.balancer.programs = v as u32) }
                <h3>{ tr("set-up.front") }</h3>
                { dispatcher(model, send, &s.balancer.front, FIELDS[1]) }
            }
        </>
    }
}

/// The controls of one of the two dispatchers: ids, and how to get at it.
#[derive(Clone, Copy)]
struct DispatcherFields {
    ids: [&'static str; 5],
    get: fn(&Scenario) -> &Dispatcher,
    sets: [fn(&mut Scenario, Option<usize>, f64); 3],
    limit_rate: fn(&mut Scenario, bool),
    limit_connections: fn(&mut Scenario, bool),
}

const FIELDS: [DispatcherFields; 2] = [
    DispatcherFields {
        ids: [
            "limit-rate",
            "decisions",
            "latency",
            "limit-connections",
            "connections",
        ],
        get: |s| &s.balancer.dispatcher,
        sets: [
            |s, _, v| s.balancer.dispatcher.decisions_per_s = Some(v),
            |s, _, v| s.balancer.dispatcher.latency_s = v,
            |s, _, v| s.balancer.dispatcher.connections = Some(v as u32),
        ],
        limit_rate: |s, on| s.balancer.dispatcher.decisions_per_s = on.then_some(10.0),
        limit_connections: |s, on| s.balancer.dispatcher.connections = on.then_some(10),
    },
    DispatcherFields {
        ids: [
            "front-limit-rate",
            "front-decisions",
            "front-latency",
            "front-limit-connections",
            "front-connections",
        ],
        get: |s| &s.balancer.front,
        sets: [
            |s, _, v| s.balancer.front.decisions_per_s = Some(v),
            |s, _, v| s.balancer.front.latency_s = v,
            |s, _, v| s.balancer.front.connections = Some(v as u32),
        ],
        limit_rate: |s, on| s.balancer.front.decisions_per_s = on.then_some(10.0),
        limit_connections: |s, on| s.balancer.front.connections = on.then_some(10),
    },
];

fn dispatcher(
    model: &Model,
    send: &Callback<Action>,
    d: &Dispatcher,
    fields: DispatcherFields,
) -> Html {
    let preset = presets::find(&model.scenario().name);
    let before = preset.as_ref().map(|p| (fields.get)(p));
    let value = |id, key: &str, value, reset, range: &'static Range| Number {
        id,
        index: None,
        label: tr(key),
        value,
        reset,
        range,
        unit: unit(range),
        colour: None,
    };
    let [
        limit_rate,
        decisions,
        latency,
        limit_connections,
        connections,
    ] = fields.ids;
    html! {
        <>
            { switch(send, limit_rate, tr("set-up.limit-rate"), d.decisions_per_s.is_some(), fields.limit_rate) }
            if let Some(rate) = d.decisions_per_s {
                { value(decisions, "set-up.decisions", rate, before.and_then(|b| b.decisions_per_s), &limits::DECISIONS).view(send, fields.sets[0]) }
            }
            { value(latency, "set-up.latency", d.latency_s, before.map(|b| b.latency_s), &limits::LATENCY).view(send, fields.sets[1]) }
            { switch(send, limit_connections, tr("set-up.limit-connections"), d.connections.is_some(), fields.limit_connections) }
            if let Some(n) = d.connections {
                { value(connections, "set-up.connections", f64::from(n), before.and_then(|b| b.connections).map(f64::from), &limits::CONNECTIONS).view(send, fields.sets[2]) }
            }
        </>
    }
}

/// Pattern and its numbers.
pub fn arrival_controls(model: &Model, send: &Callback<Action>) -> Html {
    let a = &model.scenario().arrivals;
    let patterns = [
        Pattern::Fixed,
        Pattern::Poisson,
        Pattern::Bursty,
        Pattern::Batch,
        Pattern::Steps,
        Pattern::Closed,
    ]
    .map(|p| {
        let key = match p {
            Pattern::Fixed => "set-up.pattern-fixed",
            Pattern::Poisson => "set-up.pattern-poisson",
            Pattern::Bursty => "set-up.pattern-bursty",
            Pattern::Batch => "set-up.pattern-batch",
            Pattern::Steps => "set-up.pattern-steps",
            Pattern::Closed => "set-up.pattern-closed",
        };
        (p, tr(key))
    });
    let rate = || {
        number(
            model,
            send,
            "rate",
            unit(&limits::RATE),
            &limits::RATE,
            |s| s.arrivals.rate_per_s,
            |s, _, v| s.arrivals.rate_per_s = v,
        )
    };
    let start = || {
        number(
            model,
            send,
            "start",
            unit(&limits::START),
            &limits::START,
            |s| s.arrivals.start_s,
            |s, _, v| s.arrivals.start_s = v,
        )
    };
    let tasks = |id| {
        number(
            model,
            send,
            id,
            unit(&limits::ROUND_TASKS),
            &limits::ROUND_TASKS,
            |s| f64::from(s.arrivals.tasks),
            |s, _, v| s.arrivals.tasks = v as u32,
        )
    };
    html! {
        <>
            { choice(send, "pattern", tr("set-up.pattern"), a.pattern, &patterns, |s, p| s.arrivals.pattern = p) }
            { match a.pattern {
                Pattern::Fixed => html! { <>
                    { number(model, send, "interval", unit(&limits::INTERVAL), &limits::INTERVAL, |s| 1.0 / s.arrivals.rate_per_s, |s, _, v| s.arrivals.rate_per_s = 1.0 / v) }
                    { start() }
                </> },
                Pattern::Poisson => rate(),
                Pattern::Bursty => html! { <>
                    { rate() }
                    { number(model, send, "burst-on", unit(&limits::BURST), &limits::BURST, |s| s.arrivals.burst_on_s, |s, _, v| s.arrivals.burst_on_s = v) }
                    { number(model, send, "burst-off", unit(&limits::BURST), &limits::BURST, |s| s.arrivals.burst_off_s, |s, _, v| s.arrivals.burst_off_s = v) }
                </> },
                Pattern::Batch => tasks("batch-tasks"),
                Pattern::Steps | Pattern::Closed => html! { <>
                    { tasks(if a.pattern == Pattern::Steps { "shards" } else { "users" }) }
                    { number(model, send, "pause", unit(&limits::PAUSE), &limits::PAUSE, |s| s.arrivals.pause_s, |s, _, v| s.arrivals.pause_s = v) }
                </> },
            } }
            { number(model, send, "size", work_unit(model.scenario(), false), &limits::SIZE, |s| s.sizes.mean, |s, _, v| s.sizes.mean = v) }
        </>
    }
}

fn size_controls(model: &Model, send: &Callback<Action>) -> Html {
    let law = model.scenario().sizes.law;
    let laws = [
        SizeLaw::Constant,
        SizeLaw::Uniform,
        SizeLaw::Exponential,
        SizeLaw::Lognormal,
        SizeLaw::Pareto,
    ]
    .map(|l| {
        let key = match l {
            SizeLaw::Constant => "set-up.law-constant",
            SizeLaw::Uniform => "set-up.law-uniform",
            SizeLaw::Exponential => "set-up.law-exponential",
            SizeLaw::Lognormal => "set-up.law-lognormal",
            SizeLaw::Pareto => "set-up.law-pareto",
        };
        (l, tr(key))
    });
    let uniform = Range {
        max: UNIFORM_SPREAD_MAX,
        slider_max: UNIFORM_SPREAD_MAX,
        ..limits::SPREAD
    };
    html! {
        <>
            { choice(send, "law", tr("set-up.law"), law, &laws, |s, l| {
                s.sizes.law = l;
                if l == SizeLaw::Uniform {
                    s.sizes.spread = s.sizes.spread.min(UNIFORM_SPREAD_MAX);
                }
            }) }
            if matches!(law, SizeLaw::Uniform | SizeLaw::Lognormal | SizeLaw::Pareto) {
                { number(model, send, "spread", String::new(), if law == SizeLaw::Uniform { &uniform } else { &limits::SPREAD },
                    |s| s.sizes.spread, |s, _, v| s.sizes.spread = v) }
            }
        </>
    }
}

fn client_controls(model: &Model, send: &Callback<Action>) -> Html {
    html! {
        <>
            { number(model, send, "clients", String::new(), &limits::KEYS, |s| f64::from(s.clients.clients), |s, _, v| s.clients.clients = v as u32) }
            { number(model, send, "client-skew", String::new(), &limits::SKEW, |s| s.clients.client_skew, |s, _, v| s.clients.client_skew = v) }
            { number(model, send, "urls", String::new(), &limits::KEYS, |s| f64::from(s.clients.urls), |s, _, v| s.clients.urls = v as u32) }
            { number(model, send, "url-skew", String::new(), &limits::SKEW, |s| s.clients.url_skew, |s, _, v| s.clients.url_skew = v) }
            { number(model, send, "tenants", String::new(), &limits::KEYS, |s| f64::from(s.clients.tenants), |s, _, v| s.clients.tenants = v as u32) }
            { number(model, send, "tenant-skew", String::new(), &limits::SKEW, |s| s.clients.tenant_skew, |s, _, v| s.clients.tenant_skew = v) }
        </>
    }
}

/// How many servers. New ones are like the last; rules forget those that went.
pub fn server_count(model: &Model, send: &Callback<Action>) -> Html {
    number(
        model,
        send,
        "count",
        String::new(),
        &limits::SERVERS,
        |s| s.servers.len() as f64,
        |s, _, v| {
            let like = s.servers.last().cloned().unwrap_or_default();
            s.servers.resize(v as usize, like);
            for rule in &mut s.balancer.rules {
                rule.servers
                    .retain(|&server| usize::from(server) < v as usize);
            }
            s.balancer.rules.retain(|rule| !rule.servers.is_empty());
        },
    )
}

/// A slider for the weight of each of the first servers.
pub fn server_weights(model: &Model, send: &Callback<Action>) -> Html {
    each_server(
        model,
        send,
        EachServer {
            id: "weight",
            range: &limits::WEIGHT,
            unit: String::new(),
            get: |s| f64::from(s.weight),
            set: |s, i, v| {
                if let Some(server) = i.and_then(|i| s.servers.get_mut(i)) {
                    server.weight = v as u32
                }
            },
        },
    )
}

struct EachServer {
    id: &'static str,
    range: &'static Range,
    unit: String,
    get: fn(&ServerConfig) -> f64,
    set: fn(&mut Scenario, Option<usize>, f64),
}

/// More than this many rows would be no help; a server's card on the stage has its controls too.
const ROWS: usize = 16;

fn each_server(model: &Model, send: &Callback<Action>, field: EachServer) -> Html {
    let preset = presets::find(&model.scenario().name);
    let rows = model
        .scenario()
        .servers
        .iter()
        .enumerate()
        .take(ROWS)
        .map(|(i, server)| {
            Number {
                id: field.id,
                index: Some(i),
                label: format!(
                    "{} {} {}",
                    server_marker(i).glyph(),
                    letter(i),
                    tr(&format!("set-up.{}", field.id))
                ),
                value: (field.get)(server),
                reset: preset
                    .as_ref()
                    .and_then(|p| p.servers.get(i))
                    .map(field.get),
                range: field.range,
                unit: field.unit.clone(),
                colour: Some(server_colour(i).css()),
            }
            .view(send, field.set)
        });
    html! {
        <>
            { for rows }
            if model.scenario().servers.len() > ROWS { <p class="hint">{ tr("set-up.more-servers") }</p> }
        </>
    }
}

fn server_controls(model: &Model, send: &Callback<Action>) -> Html {
    let s = model.scenario();
    let first = &s.servers[0];
    let services = [
        (Service::FirstCome, tr("set-up.service-fcfs")),
        (Service::ProcessorSharing, tr("set-up.service-ps")),
    ];
    html! {
        <>
            { each_server(model, send, EachServer {
                id: "speed",
                range: &limits::SPEED,
                unit: work_unit(s, true),
                get: |s| s.speed,
                set: |s, i, v| if let Some(server) = i.and_then(|i| s.servers.get_mut(i)) { server.speed = v },
            }) }
            <h3>{ tr("set-up.all-servers") }</h3>
            { number(model, send, "slots", String::new(), &limits::SLOTS, |s| f64::from(s.servers[0].slots),
                |s, _, v| s.servers.iter_mut().for_each(|server| server.slots = v as u32)) }
            { choice(send, "service", tr("set-up.service"), first.service, &services,
                |s, service| s.servers.iter_mut().for_each(|server| server.service = service)) }
            { switch(send, "limit-queue", tr("set-up.limit-queue"), first.queue.is_some(),
                |s, on| s.servers.iter_mut().for_each(|server| server.queue = on.then_some(5))) }
            if first.queue.is_some() {
                { number(model, send, "queue", unit(&limits::QUEUE), &limits::QUEUE, |s| s.servers[0].queue.map_or(f64::NAN, f64::from),
                    |s, _, v| s.servers.iter_mut().for_each(|server| server.queue = Some(v as u32))) }
            }
        </>
    }
}
