//! What a sweep can change: any number of the scenario by its path, and what has a name of its own,
//! mostly because it changes several numbers at once.

use crate::balance::StrategyId;
use crate::scenario::fields::{self, At, Kind, Section, Value, named};
use crate::scenario::limits::{Range, count, log};
use crate::scenario::{Scenario, ServerConfig};
use serde::{Deserialize, Serialize};

/// What a sweep changes from point to point. In text it is its id or its path.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Param {
    /// Nothing: every point is the scenario as it stands, with other seeds.
    Nothing,
    /// ρ: sets the arrival rate.
    Load,
    /// How many servers, each like the first; the arrival rate stays.
    Servers,
    /// λ (tasks/s).
    Rate,
    /// Tasks in a batch or a training step.
    RoundTasks,
    /// Standard deviation of sizes over their mean.
    Spread,
    /// The first server's weight over the last one's, in equal ratios from server to server;
    /// weights of up to 100.
    WeightSkew,
    /// The first server's speed over the last one's, in equal ratios from server to server; their
    /// sum stays.
    SpeedSkew,
    /// Zipf's exponent of clients, URLs and tenants alike.
    KeySkew,
    /// d: how many servers a strategy draws to choose among. Those that draw none stay as they are,
    /// to compare with.
    Choices,
    /// Points on the ring for each server of weight 1, for ketama and for Envoy's ring. Strategies
    /// without a ring stay as they are.
    VirtualNodes,
    /// The interval between load reports (s); 0: balancers count their own tasks in flight.
    Staleness,
    /// When clients give a task up (s).
    Timeout,
    /// A number of the scenario.
    Field(At),
}

/// A parameter with a name of its own.
struct Named {
    param: Param,
    /// Its id: its name on the command line, and its text key below `sweep.param.`.
    id: &'static str,
    /// What it may be, whatever the scenario. A scenario may allow less.
    range: Range,
    /// Where it is worth looking at: from and to.
    usual: (f64, f64),
    /// Sets it; None if the scenario has no such thing.
    set: fn(&mut Scenario, f64) -> Option<()>,
}

/// A ratio of two of a kind.
const RATIO: Range = log(0.001, 1000.0, 1000.0, 0.001, "");

static NAMED: [Named; 13] = [
    Named {
        param: Param::Nothing,
        id: "nothing",
        range: count(f64::NEG_INFINITY, f64::INFINITY, 0.0),
        usual: (0.0, 0.0),
        set: |_, _| Some(()),
    },
    Named {
        param: Param::Load,
        id: "load",
        range: RATIO,
        usual: (0.5, 0.95),
        set: |s, x| {
            let now = s.utilisation()?;
            s.arrivals.rate_per_s *= x / now;
            Some(())
        },
    },
    Named {
        param: Param::Servers,
        id: "servers",
        range: range_of("servers"),
        usual: (2.0, 16.0),
        set: |s, x| {
            let first = s.servers.first()?.clone();
            // One more than is allowed is enough for validation to refuse.
            let count = x.clamp(0.0, range_of("servers").max + 1.0);
            s.servers = vec![first; count as usize];
            Some(())
        },
    },
    Named {
        param: Param::Rate,
        id: "rate",
        range: range_of("arrivals.rate_per_s"),
        usual: (0.5, 5.0),
        set: |s, x| {
            let has_rate = !s.arrivals.pattern.counts_tasks();
            has_rate.then(|| s.arrivals.rate_per_s = x)
        },
    },
    Named {
        param: Param::RoundTasks,
        id: "round-tasks",
        range: range_of("arrivals.tasks"),
        usual: (4.0, 64.0),
        set: |s, x| s.has_rounds().then(|| s.arrivals.tasks = x as u32),
    },
    Named {
        param: Param::Spread,
        id: "spread",
        range: range_of("sizes.spread"),
        usual: (0.1, 3.0),
        set: |s, x| s.sizes.has_spread().then(|| s.sizes.spread = x),
    },
    Named {
        param: Param::WeightSkew,
        id: "weight-skew",
        range: RATIO,
        usual: (1.0, 8.0),
        set: |s, x| {
            // The least weight is 1 at least.
            let most = x.max(100.0);
            skew(s, x, |server, part| {
                server.weight = (most * part).round() as u32;
            })
        },
    },
    Named {
        param: Param::SpeedSkew,
        id: "speed-skew",
        range: RATIO,
        usual: (1.0, 8.0),
        set: |s, x| {
            let before = sum_of_speeds(s);
            skew(s, x, |server, part| server.speed = part)?;
            let scale = before / sum_of_speeds(s);
            s.servers.iter_mut().for_each(|s| s.speed *= scale);
            Some(())
        },
    },
    Named {
        param: Param::KeySkew,
        id: "key-skew",
        range: range_of("clients.client_skew"),
        usual: (0.0, 2.0),
        set: |s, x| {
            s.clients.client_skew = x;
            s.clients.url_skew = x;
            s.clients.tenant_skew = x;
            Some(())
        },
    },
    Named {
        param: Param::Choices,
        id: "choices",
        range: range_of("balancer.strategy.choices"),
        usual: (1.0, 8.0),
        set: |s, x| {
            s.balancer.strategy.choices = x as u32;
            Some(())
        },
    },
    Named {
        param: Param::VirtualNodes,
        id: "virtual-nodes",
        range: range_of("balancer.strategy.ring_size"),
        usual: (1.0, 160.0),
        set: |s, x| {
            let points = x as u32;
            let c = &mut s.balancer.strategy;
            match c.id {
                StrategyId::EnvoyRing => {
                    c.ring_size = points.saturating_mul(s.servers.len() as u32)
                }
                _ => c.virtual_nodes = points,
            }
            Some(())
        },
    },
    Named {
        param: Param::Staleness,
        id: "staleness",
        range: Range {
            min: 0.0,
            ..range_of("balancer.load_refresh_s")
        },
        usual: (0.0, 10.0),
        set: |s, x| {
            s.balancer.load_refresh_s = (x != 0.0).then_some(x);
            Some(())
        },
    },
    Named {
        param: Param::Timeout,
        id: "timeout",
        range: range_of("retry_policy.timeout_s"),
        usual: (2.0, 20.0),
        set: |s, x| {
            s.retry_policy.timeout_s = Some(x);
            Some(())
        },
    },
];

/// The range of the number with this path.
const fn range_of(path: &str) -> Range {
    match named(path).range() {
        Some(range) => range,
        None => panic!("this field holds no number"),
    }
}

fn sum_of_speeds(s: &Scenario) -> f64 {
    s.servers.iter().map(|s| s.speed).sum()
}

/// Gives each server its part, from 1 for the first to 1/`skew` for the last, in equal ratios; None
/// with one server.
fn skew(s: &mut Scenario, skew: f64, give: impl Fn(&mut ServerConfig, f64)) -> Option<()> {
    let last = s.servers.len().checked_sub(1).filter(|&last| last > 0)? as f64;
    for (i, server) in s.servers.iter_mut().enumerate() {
        give(server, libm::pow(skew, -(i as f64) / last));
    }
    Some(())
}

impl Param {
    /// The parameters with names of their own, in the order of lists.
    pub fn named() -> impl Iterator<Item = Self> {
        NAMED.iter().map(|named| named.param)
    }

    /// The numbers of a section that are parameters by their paths.
    pub fn of(section: Section) -> impl Iterator<Item = Self> {
        let rows = fields::of(section).iter();
        let numbers = rows.filter(|field| field.range().is_some());
        let unnamed = numbers.filter(|field| NAMED.iter().all(|named| named.id != field.path));
        unnamed.map(|field| Self::Field(At::new(field, None)))
    }

    fn row(self) -> Option<&'static Named> {
        NAMED.iter().find(|named| named.param == self)
    }

    /// What it may be, whatever the scenario. A scenario may allow less.
    pub fn range(self) -> Range {
        match self {
            Self::Field(at) => at.field.range(),
            _ => self.row().map(|named| named.range),
        }
        .unwrap_or(RATIO)
    }

    /// Whether it is counted: its values are rounded.
    pub fn is_whole(self) -> bool {
        self.range().whole
    }

    /// Where it is worth looking at: from and to.
    pub fn usual_range(self) -> (f64, f64) {
        let range = self.range();
        let least = if range.log {
            range.min.max(range.slider_max / 100.0)
        } else {
            range.min
        };
        self.row()
            .map_or((least, range.slider_max), |named| named.usual)
    }

    /// Sets it; None if the scenario has no such thing. The scenario is to be validated afterwards.
    pub fn set(self, scenario: &mut Scenario, value: f64) -> Option<()> {
        match self {
            Self::Field(at) => at.set(scenario, &Value::Number(value)).ok(),
            _ => (self.row()?.set)(scenario, value),
        }
    }

    /// The text key of what it is called.
    pub fn label_key(self, scenario: &Scenario) -> String {
        match self {
            Self::Field(at) => {
                let key = at.field.label_key(scenario);
                let optional = matches!(at.field.kind, Kind::Optional(..));
                format!("set-up.{key}{}", if optional { "-value" } else { "" })
            }
            _ => format!("sweep.param.{self}"),
        }
    }
}

impl std::fmt::Display for Param {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Field(at) => at.fmt(f),
            _ => f.write_str(self.row().map_or("", |named| named.id)),
        }
    }
}

impl From<Param> for String {
    fn from(param: Param) -> Self {
        param.to_string()
    }
}

impl TryFrom<String> for Param {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl std::str::FromStr for Param {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(named) = NAMED.iter().find(|named| named.id == text) {
            return Ok(named.param);
        }
        match text.parse::<At>() {
            Ok(at) if at.field.range().is_some() => Ok(Self::Field(at)),
            Err(error) if text.contains('.') => Err(error.to_string()),
            _ => {
                let ids: Vec<&str> = NAMED.iter().map(|named| named.id).collect();
                Err(format!(
                    "{text:?} is no parameter; there are {}, and every number by its path, such as \
                     balancer.health.ejection_s",
                    ids.join(", ")
                ))
            }
        }
    }
}
