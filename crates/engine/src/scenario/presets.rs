//! The scenes that the page and the command line offer, each with its own numbers and units.
//!
//! To add one: a function here, a line in [`ALL`], and its name and purpose in `locales/` below
//! `preset.`; in [`FIXES`] too if it shows something that goes wrong and one change puts right.

mod production;
mod textbook;

pub use production::{FIXES, Fix, fix};

use super::*;
use crate::balance::{Knowledge, StrategyConfig, StrategyId};

/// A preset's id and what makes its scenario.
pub type Preset = (&'static str, fn() -> Scenario);

/// All presets in teaching order. The first is what a visitor sees.
pub const ALL: &[Preset] = &[
    ("weights", weights),
    ("distributed", distributed),
    ("round-robin", round_robin),
    ("weighted-burst", weighted_burst),
    ("random", random),
    ("two-choices", two_choices),
    ("least-connections", least_connections),
    ("least-response-time", least_response_time),
    ("ip-hash", ip_hash),
    ("uri-hash", uri_hash),
    ("header-hash", header_hash),
    ("rule-table", rule_table),
    ("hardware", hardware),
    ("software", software),
    ("hybrid", hybrid),
    ("article-formulas", article_formulas),
    ("article-least-load", article_least_load),
    ("article-program", article_program),
    ("training", training),
    ("preprocessing", preprocessing),
    ("preprocessing-pull", preprocessing_pull),
    ("inference", inference),
    ("bursts", bursts),
    ("little", little),
    ("first-pick", first_pick),
    ("hot-key", hot_key),
    ("remapping-storm", remapping_storm),
    ("black-hole", production::black_hole),
    ("herding", production::herding),
    ("cold-server", production::cold_server),
    ("retry-storm", production::retry_storm),
    ("wrr-bursts", production::wrr_bursts),
    ("work-stealing", production::work_stealing),
    ("mm1", textbook::mm1),
    ("mmc", textbook::mmc),
    ("mmck", textbook::mmck),
    ("mg1", textbook::mg1),
    ("mg1-ps", textbook::mg1_ps),
    ("random-split", textbook::random_split),
    ("two-speeds", textbook::two_speeds),
    ("e-n-m-1", textbook::e_n_m_1),
    ("jsq", textbook::jsq),
    ("supermarket", textbook::supermarket),
];

/// Groups for a long list: a text key below `preset-group.`, and the first preset of each.
pub const GROUPS: [(&str, &str); 3] = [
    ("article", "weights"),
    ("production", "first-pick"),
    ("textbook", "mm1"),
];

/// The ids of all presets.
pub fn ids() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(id, _)| *id)
}

/// The preset with this id.
pub fn find(id: &str) -> Option<Scenario> {
    let (id, scenario) = ALL.iter().find(|(known, _)| *known == id)?;
    Some(Scenario {
        name: (*id).to_string(),
        ..scenario()
    })
}

fn strategy(id: StrategyId) -> Balancer {
    Balancer {
        strategy: StrategyConfig {
            id,
            ..StrategyConfig::default()
        },
        ..Balancer::default()
    }
}

fn servers(weights_and_speeds: &[(u32, f64)]) -> Vec<ServerConfig> {
    let server = |&(weight, speed): &(u32, f64)| ServerConfig {
        weight,
        speed,
        ..ServerConfig::default()
    };
    weights_and_speeds.iter().map(server).collect()
}

fn equal_servers(n: usize) -> Vec<ServerConfig> {
    servers(&vec![(1, 1.0); n])
}

fn every(interval_s: f64) -> Arrivals {
    Arrivals {
        rate_per_s: 1.0 / interval_s,
        ..Arrivals::default()
    }
}

fn poisson(rate_per_s: f64) -> Arrivals {
    Arrivals {
        pattern: Pattern::Poisson,
        rate_per_s,
        ..Arrivals::default()
    }
}

fn sizes(law: SizeLaw, mean: f64, spread: f64) -> Sizes {
    Sizes { law, mean, spread }
}

fn constant(mean: f64) -> Sizes {
    sizes(SizeLaw::Constant, mean, 0.5)
}

/// A fast server and two slow ones, the weights following the speeds only roughly.
fn weights() -> Scenario {
    Scenario {
        duration_s: 20.0,
        arrivals: every(0.5),
        sizes: constant(1.2),
        servers: servers(&[(5, 2.0), (1, 0.5), (1, 0.5)]),
        ..Scenario::default()
    }
}

/// One stream of work that no single server could bear.
fn distributed() -> Scenario {
    Scenario {
        arrivals: poisson(3.2),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::RoundRobin),
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

fn round_robin() -> Scenario {
    Scenario {
        duration_s: 20.0,
        arrivals: every(0.5),
        sizes: constant(1.2),
        balancer: strategy(StrategyId::RoundRobin),
        ..Scenario::default()
    }
}

/// The textbook's list: the heavy server gets its five tasks in a row.
fn weighted_burst() -> Scenario {
    Scenario {
        balancer: strategy(StrategyId::ExpandedWrr),
        ..weights()
    }
}

fn random() -> Scenario {
    Scenario {
        balancer: strategy(StrategyId::Random),
        arrivals: every(0.4),
        sizes: constant(1.0),
        ..Scenario::default()
    }
}

/// Sixteen servers at ρ = 0.9: enough for the second draw to matter.
fn two_choices() -> Scenario {
    Scenario {
        arrivals: poisson(14.4),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::TwoChoices),
        servers: equal_servers(16),
        ..Scenario::default()
    }
}

/// Eight programs that have just begun, each with a few tasks only: all of them call the heaviest
/// first.
fn first_pick() -> Scenario {
    let mut balancer = strategy(StrategyId::EdfWrr);
    balancer.place = Place::Hybrid;
    balancer.programs = 8;
    Scenario {
        duration_s: 40.0,
        arrivals: every(1.0),
        sizes: constant(1.5),
        balancer,
        servers: servers(&[(8, 2.0), (1, 1.0), (1, 1.0)]),
        ..Scenario::default()
    }
}

/// Uneven sizes, so that counting what is in progress pays.
fn least_connections() -> Scenario {
    Scenario {
        arrivals: poisson(2.4),
        sizes: sizes(SizeLaw::Lognormal, 1.0, 1.5),
        balancer: strategy(StrategyId::LeastConnections),
        ..Scenario::default()
    }
}

/// Unequal speeds that the balancer is not told.
fn least_response_time() -> Scenario {
    Scenario {
        arrivals: poisson(2.4),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::LeastResponseTime),
        servers: servers(&[(1, 2.0), (1, 1.0), (1, 0.5)]),
        ..Scenario::default()
    }
}

/// Twelve clients in three networks: each network goes as one.
fn ip_hash() -> Scenario {
    Scenario {
        arrivals: poisson(2.4),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::IpHash),
        clients: Clients {
            clients: 12,
            client_skew: 0.5,
            ..Clients::default()
        },
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

/// One URL is far more popular than the rest.
fn uri_hash() -> Scenario {
    Scenario {
        arrivals: poisson(2.4),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::UriHash),
        clients: Clients {
            urls: 24,
            url_skew: 1.1,
            ..Clients::default()
        },
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

fn header_hash() -> Scenario {
    Scenario {
        arrivals: poisson(2.4),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::HeaderHash),
        clients: Clients {
            tenants: 8,
            tenant_skew: 0.6,
            ..Clients::default()
        },
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

/// Chat and images to the fast servers, the rest to the small ones.
fn rule_table() -> Scenario {
    let rule = |pattern: &str, servers: &[u16]| Rule {
        by: KeySource::Url,
        pattern: pattern.to_string(),
        servers: servers.to_vec(),
    };
    let mut balancer = strategy(StrategyId::LeastConnections);
    balancer.rules = vec![
        rule("/chat/", &[0, 1]),
        rule("/image/", &[0, 1]),
        rule("/", &[2, 3]),
    ];
    Scenario {
        arrivals: poisson(2.4),
        sizes: sizes(SizeLaw::Lognormal, 1.0, 0.8),
        balancer,
        servers: servers(&[(2, 1.5), (2, 1.5), (1, 0.8), (1, 0.8)]),
        ..Scenario::default()
    }
}

/// A device: decisions cost next to nothing, but it sees no more than addresses, and its table of
/// connections is full at ten.
fn hardware() -> Scenario {
    let mut balancer = strategy(StrategyId::LeastConnections);
    balancer.place = Place::Hardware;
    balancer.dispatcher = Dispatcher {
        decisions_per_s: Some(1_000_000.0),
        latency_s: 0.000_01,
        connections: Some(10),
    };
    Scenario {
        arrivals: poisson(3.0),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer,
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

/// A program: it reads every request, and that takes time; at 3 tasks/s it is itself three quarters
/// busy.
fn software() -> Scenario {
    let mut balancer = strategy(StrategyId::UriHash);
    balancer.dispatcher = Dispatcher {
        decisions_per_s: Some(4.0),
        latency_s: 0.1,
        connections: None,
    };
    Scenario {
        arrivals: poisson(3.0),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer,
        clients: Clients {
            urls: 40,
            ..Clients::default()
        },
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

/// A device before three programs, each of which counts only its own connections.
fn hybrid() -> Scenario {
    let mut balancer = strategy(StrategyId::LeastConnections);
    balancer.place = Place::Hybrid;
    balancer.front = Dispatcher {
        decisions_per_s: Some(1_000_000.0),
        latency_s: 0.05,
        connections: None,
    };
    balancer.dispatcher = Dispatcher {
        decisions_per_s: Some(4.0),
        latency_s: 0.15,
        connections: None,
    };
    Scenario {
        arrivals: poisson(3.2),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer,
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

/// n = 3, R = 2, T = 10, every task 9 s: stable on paper, but each server would need a task every 6
/// s done in 9.
fn article_formulas() -> Scenario {
    Scenario {
        duration_s: 40.0,
        arrivals: Arrivals {
            start_s: 10.0,
            ..every(2.0)
        },
        sizes: constant(9.0),
        balancer: strategy(StrategyId::RoundRobin),
        ..Scenario::default()
    }
}

fn article_least_load() -> Scenario {
    Scenario {
        balancer: strategy(StrategyId::LeastConnections),
        ..article_formulas()
    }
}

/// Ten tasks; `execute` sleeps a second before the next is looked at.
fn article_program() -> Scenario {
    let mut balancer = strategy(StrategyId::ArticleProgram);
    balancer.dispatcher.decisions_per_s = Some(1.0);
    Scenario {
        duration_s: 12.0,
        arrivals: Arrivals {
            pattern: Pattern::Batch,
            tasks: 10,
            ..Arrivals::default()
        },
        sizes: constant(1.0),
        balancer,
        ..Scenario::default()
    }
}

/// A global batch of 512 samples in 8 shards of about 64, over workers of unequal speed.
fn training() -> Scenario {
    Scenario {
        unit: WorkUnit::Samples,
        duration_s: 30.0,
        arrivals: Arrivals {
            pattern: Pattern::Steps,
            tasks: 8,
            pause_s: 0.25,
            ..Arrivals::default()
        },
        sizes: sizes(SizeLaw::Lognormal, 64.0, 0.1),
        balancer: strategy(StrategyId::RoundRobin),
        servers: servers(&[(3, 96.0), (2, 64.0), (2, 64.0), (1, 32.0)]),
        ..Scenario::default()
    }
}

/// Forty files of very uneven size, dealt out beforehand.
fn preprocessing() -> Scenario {
    Scenario {
        unit: WorkUnit::Megabytes,
        duration_s: 40.0,
        arrivals: Arrivals {
            pattern: Pattern::Batch,
            tasks: 40,
            ..Arrivals::default()
        },
        sizes: sizes(SizeLaw::Pareto, 80.0, 1.2),
        balancer: strategy(StrategyId::RoundRobin),
        servers: servers(&[(1, 40.0); 4]),
        ..Scenario::default()
    }
}

/// The same files; each worker takes the next when it is free.
fn preprocessing_pull() -> Scenario {
    Scenario {
        balancer: strategy(StrategyId::Pull),
        ..preprocessing()
    }
}

/// Requests whose cost is the number of tokens to be written: most short, some very long.
fn inference() -> Scenario {
    let mut balancer = strategy(StrategyId::RoundRobin);
    balancer.strategy.knowledge = Knowledge::Sizes;
    Scenario {
        unit: WorkUnit::Tokens,
        duration_s: 120.0,
        arrivals: poisson(4.0),
        sizes: sizes(SizeLaw::Pareto, 200.0, 1.8),
        balancer,
        servers: servers(&[(1, 250.0); 4]),
        ..Scenario::default()
    }
}

fn bursts() -> Scenario {
    Scenario {
        // With this seed a burst comes at once.
        seed: 21,
        arrivals: Arrivals {
            pattern: Pattern::Bursty,
            rate_per_s: 2.0,
            burst_on_s: 2.0,
            burst_off_s: 6.0,
            ..Arrivals::default()
        },
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::LeastConnections),
        servers: servers(&[(1, 1.0); 3])
            .into_iter()
            .map(|s| ServerConfig {
                queue: Some(8),
                ..s
            })
            .collect(),
        ..Scenario::default()
    }
}

/// One URL has half of all requests, and a ring gives it to one server; what helps is
/// `bounded-load`.
fn hot_key() -> Scenario {
    Scenario {
        arrivals: poisson(2.6),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::Ketama),
        clients: Clients {
            urls: 24,
            url_skew: 1.6,
            ..Clients::default()
        },
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

/// The number of slots changes with the servers, and with it nearly every key's slot; what helps is
/// `ketama`.
fn remapping_storm() -> Scenario {
    Scenario {
        arrivals: poisson(2.4),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::HaproxyMap),
        clients: Clients {
            urls: 400,
            ..Clients::default()
        },
        servers: equal_servers(4),
        faults: vec![Fault {
            at_s: 15.0,
            server: 3,
            state: ServerState::Draining,
        }],
        ..Scenario::default()
    }
}

/// One server, Poisson arrivals, exponential sizes, ρ = 0.8: M/M/1.
fn little() -> Scenario {
    Scenario {
        duration_s: 600.0,
        arrivals: poisson(0.8),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::RoundRobin),
        servers: equal_servers(1),
        ..Scenario::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_valid_and_its_own() {
        for id in ids() {
            let scenario = find(id).expect(id);
            assert_eq!(scenario.validate(), Ok(()), "{id}");
            assert_eq!(ids().filter(|other| *other == id).count(), 1);
        }
    }

    /// As a button on the page would make it, in the middle of the run.
    #[test]
    fn every_fix_changes_its_scene_while_it_runs() {
        for (id, fix) in FIXES {
            let before = find(id).expect(id);
            let mut after = before.clone();
            fix(&mut after);
            assert_eq!(after.validate(), Ok(()), "{id}");
            assert!(after != before && !before.must_restart(&after), "{id}");
        }
    }

    /// None but the article's own example (which grows without bound on purpose) is overloaded.
    #[test]
    fn presets_are_stable() {
        for id in ids().filter(|id| !id.starts_with("article")) {
            if let Some(rho) = find(id).expect(id).utilisation() {
                assert!(rho < 1.0, "{id}: {rho}");
            }
        }
    }
}
