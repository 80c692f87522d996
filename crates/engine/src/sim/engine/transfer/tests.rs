use crate::balance::StrategyId;
use crate::scenario::{Bandwidth, Network, Pattern, Scenario, ServerConfig, SizeLaw};
use crate::sim::{Engine, Probe};
use crate::workload::Task;

/// When tasks were served, by number (s).
#[derive(Default)]
struct Ends(Vec<(u64, f64)>);

impl Probe for Ends {
    fn finished(&mut self, task: &Task, now_s: f64) {
        self.0.push((task.number, now_s));
    }
}

fn ends_s(scenario: &Scenario) -> Vec<(u64, f64)> {
    scenario.validate().expect("is valid");
    let mut engine = Engine::new(scenario);
    let mut ends = Ends::default();
    engine.run_until(100.0, &mut ends);
    assert_eq!(engine.crossing(), 0);
    ends.0
}

/// A batch of tasks of 1 s at the start, all of one URL, whose data are at server a.
fn batch(tasks: u32, strategy: StrategyId, network: Network) -> Scenario {
    let mut s = Scenario {
        network,
        servers: vec![
            ServerConfig {
                mb_per_s: Bandwidth(50.0),
                ..ServerConfig::default()
            };
            2
        ],
        ..Scenario::default()
    };
    s.arrivals.pattern = Pattern::Batch;
    s.arrivals.tasks = tasks;
    s.sizes.law = SizeLaw::Constant;
    s.sizes.mean = 1.0;
    s.clients.urls = 1;
    s.balancer.strategy.id = strategy;
    s
}

/// 100 MB at 50 MB/s. Server b gets tasks 2 and 4: their data are there at 2 and 4 s, since a's
/// link sends them one after the other.
#[test]
fn data_come_over_their_homes_link_one_after_the_other() {
    let network = Network {
        data_mb: 100.0,
        ..Network::default()
    };
    let ends = ends_s(&batch(4, StrategyId::RoundRobin, network));
    assert_eq!(ends, [(1, 1.0), (3, 2.0), (2, 3.0), (4, 5.0)]);
}

/// 25 MB at 50 MB/s: an answer takes 0.5 s, while its server begins the next task.
#[test]
fn answers_take_their_time_beside_the_service() {
    let network = Network {
        answer_mb: 25.0,
        ..Network::default()
    };
    let ends = ends_s(&batch(4, StrategyId::RoundRobin, network));
    assert_eq!(ends, [(1, 1.5), (2, 1.5), (3, 2.5), (4, 2.5)]);
}

/// 25 MB at 50 MB/s: the balancer's link has sent the requests at 0.5, 1, 1.5 and 2 s.
#[test]
fn requests_leave_the_balancer_one_after_the_other() {
    let network = Network {
        request_mb: 25.0,
        mb_per_s: Bandwidth(50.0),
        ..Network::default()
    };
    let ends = ends_s(&batch(4, StrategyId::RoundRobin, network));
    assert_eq!(ends, [(1, 1.5), (2, 2.0), (3, 2.5), (4, 3.0)]);
}

/// Data of another zone take its latency too, and so does a request of a client there: server b and
/// the only client are in zones 1 and 0.
#[test]
fn zones_make_ways_longer() {
    let network = Network {
        data_mb: 100.0,
        ..Network::default()
    };
    let mut s = batch(2, StrategyId::RoundRobin, network);
    s.clients.clients = 1;
    s.servers[1].zone = 1;
    s.balancer.locality.latency_s = 0.25;
    assert_eq!(ends_s(&s), [(1, 1.0), (2, 0.25 + 2.25 + 1.0)]);
    // As two regions they are further apart.
    s.balancer.locality.zones_per_region = 1;
    s.balancer.locality.region_latency_s = 0.5;
    assert_eq!(ends_s(&s), [(1, 1.0), (2, 0.75 + 2.75 + 1.0)]);
}

/// By itself jitter is half its greatest value on average: a request and its answer take 1 s of
/// jitter up to 1 s each.
#[test]
fn jitter_is_even() {
    let mut s = batch(
        4000,
        StrategyId::RoundRobin,
        Network {
            jitter_s: 1.0,
            ..Network::default()
        },
    );
    s.sizes.mean = 1e-6;
    let ends = ends_s(&s);
    let mean_s = ends.iter().map(|end| end.1).sum::<f64>() / ends.len() as f64;
    // Of the sum of two even draws the standard deviation is √(1/6); five of its errors.
    let error_s = (1.0_f64 / 6.0).sqrt() / 4000.0_f64.sqrt();
    assert!((mean_s - 1.0).abs() < 5.0 * error_s + 0.004, "{mean_s}");
}

/// A link that sends equal answers is an M/D/1 queue: at ρ = 0.8 they take D + ρD/(2(1 − ρ)),
/// which is 2.4 s with D = 0.8 s (Pollaczek and Khinchine).
#[test]
fn a_link_is_a_queue() {
    let mut s = Scenario {
        network: Network {
            answer_mb: 40.0,
            ..Network::default()
        },
        servers: vec![ServerConfig {
            speed: 1e6,
            mb_per_s: Bandwidth(50.0),
            ..ServerConfig::default()
        }],
        ..Scenario::default()
    };
    s.arrivals.pattern = Pattern::Poisson;
    s.arrivals.rate_per_s = 1.0;
    let mut engine = Engine::new(&s);
    engine.run_until(400_000.0, &mut ());
    let totals = engine.totals();
    let mean_s = totals.response_sum_s / totals.finished as f64;
    assert!((mean_s / 2.4 - 1.0).abs() < 0.02, "{mean_s}");
}

/// A faster link holds for what is sent from then on.
#[test]
fn a_link_changes_while_a_run_lasts() {
    let network = Network {
        data_mb: 100.0,
        ..Network::default()
    };
    let mut s = batch(4, StrategyId::RoundRobin, network);
    let mut engine = Engine::new(&s);
    engine.run_until(0.5, &mut ());
    s.servers[0].mb_per_s = Bandwidth(1000.0);
    assert!(!engine.scenario().must_restart(&s));
    let mut ends = Ends::default();
    engine.reconfigure(&s, &mut ends);
    engine.run_until(100.0, &mut ends);
    // Both fetches were under way.
    assert_eq!(ends.0, [(1, 1.0), (3, 2.0), (2, 3.0), (4, 5.0)]);
    s.network.data_mb = 0.0;
    assert!(engine.scenario().must_restart(&s));
}
