//! What a sweep can change: one line each.

use crate::balance::StrategyId;
use crate::scenario::limits::{self, Range};
use crate::scenario::{Pattern, Scenario, ServerConfig, SizeLaw};
use serde::{Deserialize, Serialize};

/// Generates [`Param`] from the list of parameters. Each has an id, whether it is a whole number,
/// and what sets it in a scenario: None if the scenario has no such thing.
macro_rules! params {
    ($($(#[doc = $doc:literal])+ $variant:ident = $id:literal, $whole:literal => $set:expr;)*) => {
        /// What a sweep changes from point to point.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Param {
            $($(#[doc = $doc])+ #[serde(rename = $id)] $variant,)*
        }

        impl Param {
            /// All parameters.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The id, as on the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $id),* }
            }

            /// Whether it is counted: its values are rounded.
            pub const fn is_whole(self) -> bool {
                match self { $(Self::$variant => $whole),* }
            }

            /// Sets it; None if the scenario has no such thing. The scenario is to be validated
            /// afterwards.
            pub fn set(self, scenario: &mut Scenario, value: f64) -> Option<()> {
                let set: fn(&mut Scenario, f64) -> Option<()> = match self { $(Self::$variant => $set),* };
                set(scenario, value)
            }
        }
    };
}

params! {
    /// Nothing: every point is the scenario as it stands, with other seeds.
    Nothing = "nothing", true => |_, _| Some(());
    /// ρ: sets the arrival rate.
    Load = "load", false => |s, x| s.utilisation().map(|now| s.arrivals.rate_per_s *= x / now);
    /// How many servers, each like the first; the arrival rate stays.
    Servers = "servers", true => |s, x| { let first = s.servers.first()?.clone(); s.servers = vec![first; count(x)]; Some(()) };
    /// λ (tasks/s).
    Rate = "rate", false => |s, x| s.utilisation().map(|_| s.arrivals.rate_per_s = x);
    /// Tasks in a batch or a training step.
    RoundTasks = "round-tasks", true => |s, x| in_rounds(s).then(|| s.arrivals.tasks = x as u32);
    /// Standard deviation of sizes over their mean.
    Spread = "spread", false => |s, x| spreads(s).then(|| s.sizes.spread = x);
    /// The first server's weight over the last one's, in equal ratios from server to server;
    /// weights of up to 100.
    WeightSkew = "weight-skew", false => |s, x| skew(s, x, |s, part| s.weight = (100.0 * part).round() as u32);
    /// The first server's speed over the last one's, in equal ratios from server to server; their
    /// sum stays.
    SpeedSkew = "speed-skew", false => |s, x| {
        let sum = |s: &Scenario| s.servers.iter().map(|s| s.speed).sum::<f64>();
        let before = sum(s);
        skew(s, x, |s, part| s.speed = part)?;
        let scale = before / sum(s);
        s.servers.iter_mut().for_each(|s| s.speed *= scale);
        Some(())
    };
    /// Zipf's exponent of clients, URLs and tenants alike.
    KeySkew = "key-skew", false => |s, x| { let c = &mut s.clients; (c.client_skew, c.url_skew, c.tenant_skew) = (x, x, x); Some(()) };
    /// d: how many servers a strategy draws to choose among. Those that draw none stay as they are,
    /// to compare with.
    Choices = "choices", true => |s, x| { s.balancer.strategy.choices = x as u32; Some(()) };
    /// Points on the ring for each server of weight 1, for ketama and for Envoy's ring. Strategies
    /// without a ring stay as they are.
    VirtualNodes = "virtual-nodes", true => |s, x| {
        let (points, servers) = (x as u32, s.servers.len() as u32);
        let c = &mut s.balancer.strategy;
        match c.id {
            StrategyId::EnvoyRing => c.ring_size = points.saturating_mul(servers),
            _ => c.virtual_nodes = points,
        }
        Some(())
    };
    /// Every how many seconds the balancers learn the servers' loads; 0: each knows at any time
    /// what it has sent.
    Staleness = "staleness", false => |s, x| { s.balancer.load_refresh_s = (x != 0.0).then_some(x); Some(()) };
    /// After how many seconds clients give a task up.
    Timeout = "timeout", false => |s, x| { s.patience.timeout_s = Some(x); Some(()) };
}

impl Param {
    /// What it may be, whatever the scenario; None for any number. A scenario may allow less.
    pub const fn range(self) -> Option<Range> {
        Some(match self {
            Self::Nothing => return None,
            Self::Load => ratio(0.001, 1000.0),
            Self::Servers => limits::SERVERS,
            Self::Rate => limits::RATE,
            Self::RoundTasks => limits::ROUND_TASKS,
            Self::Spread => limits::SPREAD,
            Self::WeightSkew | Self::SpeedSkew => ratio(0.001, 1000.0),
            Self::KeySkew => limits::SKEW,
            Self::Choices => limits::CHOICES,
            Self::VirtualNodes => limits::RING_SIZE,
            Self::Staleness => Range {
                min: 0.0,
                ..limits::CHECK
            },
            Self::Timeout => limits::TIMEOUT,
        })
    }

    /// Where it is worth looking at: from and to.
    pub const fn usual_range(self) -> (f64, f64) {
        match self {
            Self::Nothing => (0.0, 0.0),
            Self::Load => (0.5, 0.95),
            Self::Servers => (2.0, 16.0),
            Self::Rate => (0.5, 5.0),
            Self::RoundTasks => (4.0, 64.0),
            Self::Spread => (0.1, 3.0),
            Self::KeySkew => (0.0, 2.0),
            Self::Choices => (1.0, 8.0),
            Self::VirtualNodes => (1.0, 160.0),
            Self::Staleness => (0.0, 10.0),
            Self::Timeout => (2.0, 20.0),
            Self::WeightSkew | Self::SpeedSkew => (1.0, 8.0),
        }
    }
}

const fn ratio(min: f64, max: f64) -> Range {
    Range {
        min,
        max,
        slider_max: max,
        step: min,
        log: true,
        unit: "",
    }
}

/// So many servers, and one more than is allowed where there are far too many, for validation to
/// refuse.
fn count(x: f64) -> usize {
    x.clamp(0.0, 257.0) as usize
}

fn in_rounds(s: &Scenario) -> bool {
    matches!(s.arrivals.pattern, Pattern::Batch | Pattern::Steps)
}

fn spreads(s: &Scenario) -> bool {
    !matches!(s.sizes.law, SizeLaw::Constant | SizeLaw::Exponential)
}

/// Tells each server its part, from 1 for the first to 1/`skew` for the last, in equal ratios; None
/// with one server.
fn skew(s: &mut Scenario, skew: f64, tell: impl Fn(&mut ServerConfig, f64)) -> Option<()> {
    let last = s.servers.len().checked_sub(1).filter(|&last| last > 0)? as f64;
    let servers = s.servers.iter_mut().enumerate();
    servers.for_each(|(i, server)| tell(server, libm::pow(skew, -(i as f64) / last)));
    Some(())
}

impl std::fmt::Display for Param {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Param {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|id| id.as_str() == text)
            .ok_or_else(|| {
                let all: Vec<_> = Self::ALL.iter().map(|id| id.as_str()).collect();
                format!("{text:?} is no parameter; there are {}", all.join(", "))
            })
    }
}
