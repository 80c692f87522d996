//! The engine beside a bare loop that does the same and nothing else: what being able to do more
//! costs.
//!
//! `cargo bench --bench bare`. A hundred servers at μ = 1 and ρ = 0.9, Poisson arrivals,
//! exponential sizes, for each task two servers are drawn, and the one with fewer tasks gets it; an
//! event is an arrival or a departure. The bare loop knows counts and times, not tasks. Short
//! rounds of the two take turns, and the ratio is the median of the rounds', so that a machine that
//! is busy for a while slows both.

use equipoise::balance::{StrategyConfig, StrategyId};
use equipoise::measure::observe;
use equipoise::rng::{Purpose, Rng};
use equipoise::scenario::{
    Arrivals, Balancer, Clients, Pattern, Scenario, ServerConfig, SizeLaw, Sizes,
};
use equipoise::sim::Engine;
use std::time::Instant;

const SERVERS: usize = 100;
const LOAD: f64 = 0.9;
const EVENTS: u64 = 1_000_000;
const ROUNDS: usize = 31;

/// The bare loop: a 4-ary heap of departures, by time as bits, with the server in the place beside.
struct Bare {
    now_s: f64,
    arrival_s: f64,
    arrivals: Rng,
    sizes: Rng,
    choices: Rng,
    present: [u32; SERVERS],
    heap: Vec<(u64, u32)>,
    choose: usize,
}

impl Bare {
    fn new(choose: usize) -> Self {
        let stream = |purpose| Rng::new(7, purpose);
        let arrivals = stream(Purpose::Arrivals);
        let sizes = stream(Purpose::Sizes);
        let choices = stream(Purpose::Choices(0));
        let heap = Vec::with_capacity(SERVERS);
        Self {
            now_s: 0.0,
            arrival_s: 0.0,
            arrivals,
            sizes,
            choices,
            present: [0; SERVERS],
            heap,
            choose,
        }
    }

    #[inline(always)]
    fn step(&mut self) {
        let key = self.arrival_s.to_bits();
        match self.heap.first() {
            Some(&(departure, server)) if departure < key => {
                self.now_s = f64::from_bits(departure);
                let server_index = server as usize;
                self.present[server_index] -= 1;
                if self.present[server_index] > 0 {
                    let done_s = self.now_s + self.sizes.exponential();
                    self.sift_down((done_s.to_bits(), server));
                } else if let Some(last) = self.heap.pop()
                    && !self.heap.is_empty()
                {
                    self.sift_down(last);
                }
            }
            _ => {
                self.now_s = self.arrival_s;
                self.arrival_s += self.arrivals.exponential() / (LOAD * SERVERS as f64);
                let mut server = self.choices.below(SERVERS as u64) as usize;
                for _ in 1..self.choose {
                    // Another one than the first.
                    let drawn = self.choices.below(SERVERS as u64 - 1) as usize;
                    let other = drawn + usize::from(drawn >= server);
                    server = if self.present[other] < self.present[server] {
                        other
                    } else {
                        server
                    };
                }
                self.present[server] += 1;
                if self.present[server] == 1 {
                    let done_s = self.now_s + self.sizes.exponential();
                    self.push((done_s.to_bits(), server as u32));
                }
            }
        }
    }

    #[inline(always)]
    fn push(&mut self, entry: (u64, u32)) {
        let mut at = self.heap.len();
        self.heap.push(entry);
        while at > 0 && self.heap[(at - 1) / 4].0 > entry.0 {
            self.heap[at] = self.heap[(at - 1) / 4];
            at = (at - 1) / 4;
        }
        self.heap[at] = entry;
    }

    /// Puts `entry` in the first one's place.
    #[inline(always)]
    fn sift_down(&mut self, entry: (u64, u32)) {
        let mut at = 0;
        let end = self.heap.len();
        loop {
            let first = 4 * at + 1;
            if first >= end {
                break;
            }
            let mut least = first;
            for child in first + 1..(first + 4).min(end) {
                least = if self.heap[child].0 < self.heap[least].0 {
                    child
                } else {
                    least
                };
            }
            if self.heap[least].0 >= entry.0 {
                break;
            }
            self.heap[at] = self.heap[least];
            at = least;
        }
        self.heap[at] = entry;
    }
}

fn scenario(id: StrategyId) -> Scenario {
    Scenario {
        arrivals: Arrivals {
            pattern: Pattern::Poisson,
            rate_per_s: LOAD * SERVERS as f64,
            ..Arrivals::default()
        },
        sizes: Sizes {
            law: SizeLaw::Exponential,
            mean: 1.0,
            spread: 1.0,
        },
        balancer: Balancer {
            strategy: StrategyConfig {
                id,
                ..StrategyConfig::default()
            },
            ..Balancer::default()
        },
        // No strategy here looks at keys, and the bare loop has none.
        clients: Clients {
            clients: 1,
            urls: 1,
            tenants: 1,
            ..Clients::default()
        },
        servers: vec![ServerConfig::default(); SERVERS],
        ..Scenario::default()
    }
}

/// Events per second of some work.
fn rate(events: u64, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    events as f64 / start.elapsed().as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn main() {
    // The strategy that the engine has, and how many servers the bare loop draws to do the same.
    let (id, choose) = match "two-choices".parse() {
        Ok(id) => (id, 2),
        Err(_) => (StrategyId::Random, 1),
    };
    let mut bare = Bare::new(choose);
    let mut engine = Engine::new(&scenario(id));
    let mut bare_rates = Vec::new();
    let mut engine_rates = Vec::new();
    for round in 0..=ROUNDS {
        let bare_rate = rate(EVENTS, || (0..EVENTS).for_each(|_| bare.step()));
        let engine_rate = rate(EVENTS, || {
            (0..EVENTS).for_each(|_| _ = engine.step(&mut ()))
        });
        // The first round fills the servers and warms the machine up.
        if round > 0 {
            bare_rates.push(bare_rate);
            engine_rates.push(engine_rate);
        }
    }
    std::hint::black_box((bare.now_s, engine.now_s()));
    let ratios = engine_rates
        .iter()
        .zip(&bare_rates)
        .map(|(engine, bare)| engine / bare)
        .collect();
    println!(
        "events/s bare-{choose}-of-{SERVERS} {:.0}",
        median(bare_rates)
    );
    println!("events/s {id}-of-{SERVERS} {:.0}", median(engine_rates));
    println!("engine/bare {:.2}", median(ratios));

    // A measured run against the same run unwatched: the cost of measuring.
    let tasks = EVENTS / 2;
    let costs = (0..ROUNDS).map(|_| {
        let mut engine = Engine::new(&scenario(id));
        let bare = rate(1, || {
            while engine.totals().finished < tasks && engine.step(&mut ()) {}
        });
        bare / rate(1, || {
            _ = std::hint::black_box(observe(&scenario(id), tasks))
        })
    });
    println!("measured/unwatched time {:.3}", median(costs.collect()));
}
