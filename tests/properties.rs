//! What must hold in every run, over random scenarios. The random cases are always the same ones: a
//! fixed seed, no file of past failures.

#![cfg(not(target_arch = "wasm32"))]

use equipoise::balance::{Draw, EdfVariant, Knowledge, Policy, StrategyConfig, StrategyId};
use equipoise::json;
use equipoise::link::{Link, VERSION};
use equipoise::scenario::Position;
use equipoise::scenario::{
    Arrivals, Balancer, Clients, Dispatcher, Edit, Fault, Health, KeySource, Patience, Pattern,
    Place, Rule, Scenario, Script, ServerConfig, ServerState, Service, SizeLaw, Sizes,
};
use equipoise::sim::timeline::replay;
use equipoise::sim::{Engine, Probe, Rejection, Timeline, TraceHash};
use equipoise::workload::Task;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed};

fn config(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_260_115),
        ..Config::default()
    }
}

fn arrivals() -> impl Strategy<Value = Arrivals> {
    use Pattern::{Batch, Bursty, Closed, Fixed, Poisson, Steps};
    let pattern = select(vec![Fixed, Poisson, Bursty, Batch, Steps, Closed]);
    let numbers = (
        0.2..8.0,
        prop_oneof![Just(0.0), 0.0..5.0],
        0.1..4.0,
        0.1..4.0,
        1..60u32,
        prop_oneof![Just(0.0), 0.0..2.0],
    );
    (pattern, numbers).prop_map(
        |(pattern, (rate_per_s, start_s, burst_on_s, burst_off_s, tasks, pause_s))| Arrivals {
            pattern,
            rate_per_s,
            start_s,
            burst_on_s,
            burst_off_s,
            tasks,
            pause_s,
        },
    )
}

fn sizes() -> impl Strategy<Value = Sizes> {
    let laws = vec![
        SizeLaw::Constant,
        SizeLaw::Uniform,
        SizeLaw::Exponential,
        SizeLaw::Lognormal,
        SizeLaw::Pareto,
    ];
    (select(laws), 0.05..3.0, 0.0..3.0).prop_map(|(law, mean, spread): (_, f64, f64)| Sizes {
        law,
        mean,
        spread: if law == SizeLaw::Uniform {
            spread.min(0.5)
        } else {
            spread
        },
    })
}

fn clients() -> impl Strategy<Value = Clients> {
    let skew = || prop_oneof![Just(0.0), 0.0..2.0];
    (1..30u32, skew(), 1..40u32, skew(), 1..8u32, skew()).prop_map(
        |(clients, client_skew, urls, url_skew, tenants, tenant_skew)| Clients {
            clients,
            client_skew,
            urls,
            url_skew,
            tenants,
            tenant_skew,
        },
    )
}

fn strategy() -> impl Strategy<Value = StrategyConfig> {
    let knowledge = select(vec![Knowledge::Sizes, Knowledge::Learnt]);
    let listing = vec(select(Policy::ALL.to_vec()), 1..4);
    let draw = select(vec![Draw::Distinct, Draw::Envoy, Draw::Nginx]);
    let edf = select(vec![
        EdfVariant::Envoy,
        EdfVariant::EnvoySeeded,
        EdfVariant::GrpcGo,
    ]);
    let by_load = (1..6u32, 0.0..3.0, 0.1..30.0, 1..6u32, 0.1..5.0, 0.0..=1.0);
    let key = select(vec![KeySource::Ip, KeySource::Url, KeySource::Header]);
    let by_key = (key, 1..200u32, 1..2000u32, 101..400u32);
    let first = (
        select(StrategyId::ALL.to_vec()),
        knowledge,
        listing,
        any::<bool>(),
    );
    (first, draw, edf, by_load, by_key).prop_map(
        |((id, knowledge, listing, listing_mended), draw, edf, load, keys)| {
            let (choices, least_request_bias, ewma_decay_s, probes, probe_ttl_s, hot_quantile) =
                load;
            let (key, virtual_nodes, ring_size, balance_factor) = keys;
            StrategyConfig {
                id,
                knowledge,
                listing,
                listing_mended,
                choices,
                draw,
                edf,
                least_request_bias,
                ewma_decay_s,
                probes,
                probe_ttl_s,
                hot_quantile,
                key,
                virtual_nodes,
                ring_size,
                balance_factor,
            }
        },
    )
}

fn dispatcher() -> impl Strategy<Value = Dispatcher> {
    let latency = prop_oneof![Just(0.0), 0.0..1.0];
    (option::of(1.0..50.0), latency, option::of(1..60u32)).prop_map(
        |(decisions_per_s, latency_s, connections)| Dispatcher {
            decisions_per_s,
            latency_s,
            connections,
        },
    )
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let rule = select(vec![
        (KeySource::Ip, "10.0.0.0/24"),
        (KeySource::Url, "/chat/"),
        (KeySource::Url, "/"),
        (KeySource::Header, "t1"),
    ]);
    // Which of up to eight servers: taken modulo their number afterwards.
    let rule = (rule, vec(0..8u16, 1..4));
    let rules = vec(
        rule.prop_map(|((by, pattern), servers)| Rule {
            by,
            pattern: pattern.into(),
            servers,
        }),
        1..4,
    );
    prop_oneof![3 => Just(Vec::new()), 1 => rules]
}

fn balancer() -> impl Strategy<Value = Balancer> {
    let place = select(vec![Place::Software, Place::Hardware, Place::Hybrid]);
    let guards = prop_oneof![
        2 => Just((Health::default(), None, None)),
        1 => (health(), option::of(0.1..5.0), option::of(1..40u32)),
    ];
    (
        strategy(),
        rules(),
        place,
        dispatcher(),
        dispatcher(),
        2..4u32,
        guards,
    )
        .prop_map(
            |(
                strategy,
                rules,
                place,
                dispatcher,
                front,
                programs,
                (health, load_refresh_s, shed_above),
            )| Balancer {
                strategy,
                rules,
                place,
                dispatcher,
                front,
                programs,
                health,
                load_refresh_s,
                shed_above,
            },
        )
}

fn health() -> impl Strategy<Value = Health> {
    let checks = (option::of(0.1..5.0), 1..4u32, 1..4u32);
    (
        checks,
        option::of(1..6u32),
        0.1..20.0,
        prop_oneof![Just(0.0), 0.0..1.0],
        option::of(0.1..30.0),
    )
        .prop_map(
            |((check_interval_s, rise, fall), max_fails, ejection_s, panic_share, slow_start_s)| {
                Health {
                    check_interval_s,
                    rise,
                    fall,
                    max_fails,
                    ejection_s,
                    panic_share,
                    slow_start_s,
                }
            },
        )
}

fn patience() -> impl Strategy<Value = Patience> {
    let some = (
        option::of(0.1..8.0),
        0..6u32,
        prop_oneof![Just(0.0), 0.0..3.0],
        option::of(0.0..1.0),
    )
        .prop_map(|(timeout_s, retries, backoff_s, budget)| Patience {
            timeout_s,
            retries,
            backoff_s,
            budget,
        });
    prop_oneof![2 => Just(Patience::default()), 1 => some]
}

/// Of up to eight servers: taken modulo their number afterwards.
fn faults() -> impl Strategy<Value = Vec<Fault>> {
    let fault = (0..80u32, 0..8u16, select(ServerState::ALL.to_vec()));
    let fault = fault.prop_map(|(at_s, server, state)| Fault {
        at_s: f64::from(at_s),
        server,
        state,
    });
    prop_oneof![2 => Just(Vec::new()), 1 => vec(fault, 1..12)]
}

fn server() -> impl Strategy<Value = ServerConfig> {
    let service = select(vec![Service::FirstCome, Service::ProcessorSharing]);
    let state = prop_oneof![6 => Just(ServerState::Up), 2 => select(ServerState::ALL.to_vec())];
    (
        1..6u32,
        0.2..4.0,
        1..4u32,
        option::of(0..6u32),
        service,
        state,
        0.001..2.0,
    )
        .prop_map(
            |(weight, speed, slots, queue, service, state, error_s)| ServerConfig {
                weight,
                speed,
                slots,
                queue,
                service,
                state,
                slowdown: 3.0,
                error_s,
            },
        )
}

/// Any scenario that validation lets through, with up to eight servers, for runs of some hundred
/// tasks.
fn scenario() -> impl Strategy<Value = Scenario> {
    let workload = (arrivals(), sizes(), clients(), patience());
    (
        any::<u32>(),
        workload,
        balancer(),
        vec(server(), 1..9),
        faults(),
    )
        .prop_map(
            |(seed, (arrivals, sizes, clients, patience), balancer, servers, faults)| {
                made_valid(Scenario {
                    seed,
                    arrivals,
                    sizes,
                    clients,
                    balancer,
                    servers,
                    faults,
                    patience,
                    ..Scenario::default()
                })
            },
        )
}

/// Mends what contradicts itself.
fn made_valid(mut s: Scenario) -> Scenario {
    let b = &mut s.balancer;
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
    if b.strategy.id == StrategyId::WorkStealing {
        b.rules.clear();
    }
    if b.strategy.id.pools() {
        b.rules.clear();
        if b.place == Place::Hybrid {
            b.place = Place::Software;
        }
    }
    let n = s.servers.len() as u16;
    b.rules
        .iter_mut()
        .for_each(|rule| rule.servers.iter_mut().for_each(|server| *server %= n));
    s.faults.iter_mut().for_each(|fault| fault.server %= n);
    if s.arrivals.pattern == Pattern::Steps {
        s.servers[0].queue = None;
    }
    assert_eq!(s.validate(), Ok(()), "{s:?}");
    s
}

/// A script: a scenario, and others that its run can go over to.
fn script() -> impl Strategy<Value = Script> {
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
fn reachable(from: &Scenario, mut to: Scenario) -> Scenario {
    (to.seed, to.unit, to.clients) = (from.seed, from.unit, from.clients.clone());
    (to.balancer.place, to.balancer.programs) = (from.balancer.place, from.balancer.programs);
    to.servers
        .resize(from.servers.len(), ServerConfig::default());
    if [from, &to]
        .iter()
        .any(|s| s.arrivals.pattern.counts_tasks())
    {
        to.arrivals = from.arrivals.clone();
    }
    if from.balancer.place == Place::Hybrid && to.balancer.strategy.id.pools() {
        to.balancer.strategy.id = StrategyId::Random;
    }
    made_valid(to)
}

/// Watches a run with books of its own.
#[derive(Default)]
struct Books {
    /// Arrival times of the tasks present, by task number less 1; NaN for one that has left.
    present: Vec<f64>,
    /// Times in the system of all that have left [s].
    stays_s: f64,
    decided: Vec<u64>,
    /// By server: delivery time and number of the task that began service last.
    begun: Vec<(f64, u64)>,
    finished: u64,
    rejected: u64,
    /// Of the tasks that left: those that their clients had given up.
    given_up: u64,
    retries: u64,
    wasted: u64,
    /// Tasks moved from one server to another, which may overtake.
    moved: bool,
    latest_s: f64,
    why: (),
}

impl Books {
    fn at(&mut self, now_s: f64) {
        assert!(
            now_s >= self.latest_s,
            "time went back from {} to {now_s}",
            self.latest_s
        );
        self.latest_s = now_s;
    }

    fn left(&mut self, task: &Task, now_s: f64) {
        let arrival_s = std::mem::replace(&mut self.present[task.number as usize - 1], f64::NAN);
        assert!(
            arrival_s == task.arrival_s,
            "task {} left twice",
            task.number
        );
        self.stays_s += now_s - arrival_s;
        self.given_up += u64::from(task.given_up());
        self.at(now_s);
    }
}

impl Probe for Books {
    type Why = ();
    fn why(&mut self) -> &mut () {
        &mut self.why
    }
    fn arrived(&mut self, task: &Task) {
        self.at(task.arrival_s);
        self.present.push(task.arrival_s);
        self.retries += u64::from(task.attempt() > 0);
        assert_eq!(self.present.len() as u64, task.number);
    }
    fn decided(&mut self, task: &Task) {
        self.at(task.decided_s);
        let server = usize::from(task.server);
        self.decided.resize(self.decided.len().max(server + 1), 0);
        self.decided[server] += 1;
    }
    fn moved(&mut self, task: &Task, from: usize, now_s: f64) {
        assert_ne!(usize::from(task.server), from);
        self.moved = true;
        self.at(now_s);
    }
    fn started(&mut self, task: &Task) {
        self.at(task.started_s);
        let server = usize::from(task.server);
        self.begun
            .resize(self.begun.len().max(server + 1), (0.0, 0));
        let (before_s, number) =
            std::mem::replace(&mut self.begun[server], (task.delivered_s, task.number));
        assert!(
            self.moved || before_s <= task.delivered_s,
            "task {} overtook {number} at server {server}",
            task.number
        );
        let order = [
            task.arrival_s,
            task.decided_s,
            task.delivered_s,
            task.started_s,
        ];
        assert!(order.is_sorted(), "{task:?}");
    }
    fn finished(&mut self, task: &Task, now_s: f64) {
        self.finished += 1;
        self.wasted += u64::from(task.given_up());
        self.left(task, now_s);
    }
    fn rejected(&mut self, task: &Task, _: Rejection, now_s: f64) {
        self.rejected += 1;
        self.left(task, now_s);
    }
}

/// Holds the engine's totals against the books.
fn balance(books: &Books, engine: &Engine) -> Result<(), TestCaseError> {
    let totals = engine.totals();
    prop_assert_eq!(totals.arrived, books.present.len() as u64);
    prop_assert_eq!(
        (totals.finished, totals.rejected_sum()),
        (books.finished, books.rejected)
    );
    conserved(engine)?;
    prop_assert_eq!(
        (totals.retries, totals.wasted),
        (books.retries, books.wasted)
    );
    // Given up are those that left so and those that are still there.
    prop_assert!(
        totals.timeouts >= books.given_up
            && totals.timeouts <= books.given_up + engine.tasks().len() as u64
    );
    let failures = totals.rejected_sum() + totals.timeouts;
    prop_assert!(totals.retries <= failures, "a retry answers a failure");
    let assigned: Vec<u64> = engine
        .servers()
        .iter()
        .map(|server| server.assigned)
        .collect();
    let decided = (0..assigned.len())
        .map(|s| books.decided.get(s).copied().unwrap_or(0))
        .collect::<Vec<_>>();
    prop_assert_eq!(&assigned, &decided);

    // Little's law, exact for any run: the integral of the number present is the sum of everyone's
    // time in it.
    let now_s = engine.now_s();
    let still: f64 = books
        .present
        .iter()
        .filter(|arrival_s| !arrival_s.is_nan())
        .map(|a| now_s - a)
        .sum();
    let sum_s = books.stays_s + still;
    let presence_s = engine.presence_s();
    prop_assert!(
        (presence_s - sum_s).abs() <= 1e-9 * sum_s.max(1.0),
        "{presence_s} against {sum_s}"
    );
    Ok(())
}

/// Arrived = finished + rejected + in the system, decisions add up, and what is counted in several
/// places is equal.
fn conserved(engine: &Engine) -> Result<(), TestCaseError> {
    let totals = engine.totals();
    let present = engine.tasks().len() as u64;
    prop_assert_eq!(
        totals.arrived,
        totals.finished + totals.rejected_sum() + present
    );
    prop_assert_eq!(
        engine
            .servers()
            .iter()
            .map(|server| server.assigned)
            .sum::<u64>(),
        totals.decided
    );
    prop_assert_eq!(
        engine
            .servers()
            .iter()
            .map(|server| server.finished)
            .sum::<u64>(),
        totals.finished
    );

    let at_servers: u64 = engine
        .servers()
        .iter()
        .map(|server| u64::from(server.present()))
        .sum();
    let at_balancers: u64 = engine
        .instances()
        .iter()
        .flat_map(|i| [i.deciding(), i.in_transit(), i.pooled()])
        .map(|list| u64::from(list.len()))
        .sum();
    prop_assert_eq!(at_servers + at_balancers, present, "tasks in lists");
    for server in engine.servers() {
        prop_assert!(server.backlog(engine.now_s()) >= 0.0);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn the_books_balance(scenario in scenario()) {
        let mut engine = Engine::new(&scenario);
        let mut books = Books::default();
        for until_s in [0.0, 7.5, 120.0] {
            engine.run_until(until_s, &mut books);
            balance(&books, &engine)?;
        }
        for server in engine.servers() {
            let (busy_s, most_s) = (server.busy_slot_s(120.0), f64::from(server.slots) * 120.0);
            prop_assert!((0.0..=most_s * (1.0 + 1e-12)).contains(&busy_s), "{busy_s} of {most_s} slot-seconds");
        }
    }

    #[test]
    fn the_books_balance_while_everything_changes(script in script()) {
        let mut books = Books::default();
        let engine = replay(&script, 120.0, &mut books);
        prop_assert_eq!(engine.now_s(), 120.0);
        balance(&books, &engine)?;
    }

    #[test]
    fn equal_seeds_give_equal_runs_in_one_or_in_pieces(scenario in scenario(), pieces in vec(0.0..60.0, 0..20)) {
        let (mut once, mut again) = (TraceHash::default(), TraceHash::default());
        let mut whole = Engine::new(&scenario);
        whole.run_until(60.0, &mut once);
        let mut cut = Engine::new(&scenario);
        let mut pieces = pieces;
        pieces.sort_by(f64::total_cmp);
        for until_s in pieces.into_iter().chain([60.0]) {
            cut.run_until(until_s, &mut again);
        }
        prop_assert_eq!(once.hash, again.hash);
        prop_assert_eq!(whole.totals(), cut.totals());
    }

    #[test]
    fn text_gives_the_scenario_back(script in script(), event in 0..1_000_000u64, time_s in 0.0..1e6) {
        let text = json::write(&script.scenario).to_string();
        prop_assert_eq!(json::read(&text), Ok(script.scenario.clone()));
        let link = Link { script, at: Position { event, time_s }, compare: None, sweep: None };
        let fragment = link.to_fragment();
        prop_assert_eq!(Link::from_fragment(&fragment), Some(Ok(link)));
    }
}

#[derive(Clone, Debug)]
enum Move {
    Seek(f64),
    Play(f64),
    Forward,
    Back,
    Change(Box<Scenario>),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let change = scenario().prop_map(|s| Move::Change(Box::new(s)));
    let one = prop_oneof![
        (0.0..40.0).prop_map(Move::Seek),
        (0.0..10.0).prop_map(Move::Play),
        Just(Move::Forward),
        Just(Move::Back),
        change,
    ];
    vec(one, 1..12)
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn a_timeline_keeps_the_books_wherever_it_goes(scenario in scenario(), moves in moves()) {
        let mut t = Timeline::new(Script::new(scenario));
        for step in moves {
            match step {
                Move::Seek(time_s) => t.seek(time_s),
                Move::Play(elapsed_s) => { t.play(elapsed_s, 10_000); }
                Move::Forward => t.step_forward(),
                Move::Back => t.step_back(),
                Move::Change(to) => { let to = reachable(t.engine().scenario(), *to); t.change(to); }
            }
            // A step towards a decision that never comes (all servers down) is given up, as a
            // viewer would.
            t.work(20_000);
            t.cancel();
            conserved(t.engine())?;
        }
        // Its script alone comes to the same state.
        let mut again = Timeline::new(t.script().clone());
        again.seek_position(t.position());
        again.finish();
        let state = |t: &Timeline| format!("{:#?}", t.engine());
        let (there, here) = (state(&again), state(&t));
        let differing = there.lines().zip(here.lines()).find(|(a, b)| a != b);
        prop_assert_eq!(differing, None);
    }
}

/// A scenario's text with some of its characters replaced by others that occur in JSON.
fn damaged() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "\"", "{", "}", "[", "]", ",", ":", "-", "9", "e", "null", "1e999", "\\u0000", "é", "true",
    ]);
    (scenario(), vec((any::<prop::sample::Index>(), piece), 1..4)).prop_map(
        |(scenario, changes)| {
            let mut text = json::write(&scenario).to_string();
            for (at, piece) in changes {
                let at = text.floor_char_boundary(at.index(text.len()));
                let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
                text.replace_range(at..end, piece);
            }
            text
        },
    )
}

/// Whatever is let in must be able to run.
fn try_out(script: &Script) {
    let mut engine = Engine::new(&script.scenario);
    for _ in 0..2000 {
        engine.step(&mut ());
    }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn damaged_text_gives_an_error_or_something_that_runs(text in damaged(), event in 0..100u64, time_s in 0.0..1e9) {
        if let Ok(scenario) = json::read(&text) {
            try_out(&Script::new(scenario.clone()));
            // A position that the run never comes by.
            let edit = Edit { at: Position { event, time_s }, scenario };
            let script = Script { scenario: edit.scenario.clone(), edits: vec![edit] };
            replay(&script, 10.0, &mut ());
        }
    }

    #[test]
    fn a_damaged_link_gives_an_error_or_something_that_runs(
        script in script(), place in any::<prop::sample::Index>(), byte in any::<u8>(), keep in any::<prop::sample::Index>(),
    ) {
        use base64::Engine as _;
        let code = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let fragment = Link { script, ..Link::default() }.to_fragment();
        let mut bytes = code.decode(fragment.trim_start_matches(&format!("s={VERSION}."))).expect("our own");
        let place = place.index(bytes.len());
        bytes[place] = byte;
        bytes.truncate(1 + bytes.len() / 2 + keep.index(1 + bytes.len() / 2));
        if let Some(Ok(link)) = Link::from_fragment(&format!("#s={VERSION}.{}", code.encode(bytes))) {
            try_out(&link.script);
        }
    }

    #[test]
    fn garbage_is_refused(text in ".{0,200}", bytes in vec(any::<u8>(), 0..200)) {
        let refused = json::read(&text).is_err();
        prop_assert!(refused);
        let _ = Link::from_fragment(&text);
        let _ = Link::from_fragment(&format!("s={text}"));
        use base64::Engine as _;
        let code = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        if let Some(Ok(link)) = Link::from_fragment(&format!("#s={VERSION}.{code}")) {
            try_out(&link.script);
        }
    }
}
