//! The range of every number in a scenario: what validation allows and what the page's sliders
//! span.

/// The numbers allowed in a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Smallest allowed value.
    pub min: f64,
    /// Largest allowed value.
    pub max: f64,
    /// Where the slider ends; the number box goes on to `max`.
    pub slider_max: f64,
    /// Step of slider and arrow keys; for a logarithmic slider, of the number box.
    pub step: f64,
    /// Whether the slider is logarithmic.
    pub log: bool,
    /// The unit shown beside the number: a text key below `unit.`, or empty.
    pub unit: &'static str,
}

const fn linear(min: f64, max: f64, slider_max: f64, step: f64, unit: &'static str) -> Range {
    Range {
        min,
        max,
        slider_max,
        step,
        log: false,
        unit,
    }
}

const fn log(min: f64, max: f64, slider_max: f64, step: f64, unit: &'static str) -> Range {
    Range {
        min,
        max,
        slider_max,
        step,
        log: true,
        unit,
    }
}

impl Range {
    /// Whether `value` is allowed.
    pub fn allows(&self, value: f64) -> bool {
        value >= self.min && value <= self.max
    }
}

/// Number of servers. The slider goes to 64; larger clusters come from files.
pub const SERVERS: Range = linear(1.0, 256.0, 64.0, 1.0, "");
/// A server's weight.
pub const WEIGHT: Range = linear(1.0, 1000.0, 10.0, 1.0, "");
/// A server's speed (units/s).
pub const SPEED: Range = log(0.01, 100_000.0, 100.0, 0.1, "speed");
/// A server's slots.
pub const SLOTS: Range = linear(1.0, 1024.0, 16.0, 1.0, "");
/// Places in a server's queue.
pub const QUEUE: Range = linear(0.0, 100_000.0, 50.0, 1.0, "tasks");
/// λ (tasks/s).
pub const RATE: Range = log(0.001, 1_000_000.0, 100.0, 0.1, "per-second");
/// R (s).
pub const INTERVAL: Range = log(0.000_001, 1000.0, 10.0, 0.1, "seconds");
/// T (s).
pub const START: Range = linear(0.0, 10_000.0, 30.0, 1.0, "seconds");
/// Length of bursts and of the silence between them (s).
pub const BURST: Range = log(0.01, 10_000.0, 60.0, 0.1, "seconds");
/// Tasks in a batch or a training step.
pub const ROUND_TASKS: Range = linear(1.0, 50_000.0, 200.0, 1.0, "tasks");
/// Pause between training steps, or between a user's tasks (s).
pub const PAUSE: Range = linear(0.0, 1000.0, 5.0, 0.1, "seconds");
/// Mean task size (units).
pub const SIZE: Range = log(0.001, 1_000_000.0, 100.0, 0.1, "work");
/// Standard deviation of sizes over their mean.
pub const SPREAD: Range = linear(0.0, 20.0, 5.0, 0.05, "");
/// The largest spread of an even distribution that keeps all sizes positive: 1/√3 = 0.577….
pub const UNIFORM_SPREAD_MAX: f64 = 0.577;
/// Clients, URLs, tenants.
pub const KEYS: Range = linear(1.0, 10_000.0, 100.0, 1.0, "");
/// Zipf exponent.
pub const SKEW: Range = linear(0.0, 5.0, 3.0, 0.1, "");
/// Ketama's points for each unit of weight.
pub const VIRTUAL_NODES: Range = log(1.0, 1000.0, 1000.0, 1.0, "");
/// The least number of points on Envoy's ring.
pub const RING_SIZE: Range = log(1.0, 65_536.0, 65_536.0, 1.0, "");
/// HAProxy's balance factor (%).
pub const BALANCE_FACTOR: Range = linear(101.0, 1000.0, 300.0, 1.0, "");
/// Decisions per second.
pub const DECISIONS: Range = log(0.01, 100_000_000.0, 1000.0, 1.0, "per-second");
/// Latency of a dispatcher (s).
pub const LATENCY: Range = linear(0.0, 100.0, 2.0, 0.01, "seconds");
/// Connection limit.
pub const CONNECTIONS: Range = log(1.0, 1_000_000.0, 1000.0, 1.0, "tasks");
/// Balancer programs behind a device.
pub const PROGRAMS: Range = linear(2.0, 8.0, 8.0, 1.0, "");
/// Servers drawn by strategies that look at few.
pub const CHOICES: Range = linear(1.0, 256.0, 8.0, 1.0, "");
/// Power of the tasks in progress in weighted least request.
pub const BIAS: Range = linear(0.0, 10.0, 4.0, 0.1, "");
/// Decay of estimates, life of probes (s).
pub const DECAY: Range = log(0.001, 10_000.0, 100.0, 0.1, "seconds");
/// Probes at each pick.
pub const PROBES: Range = linear(1.0, 16.0, 8.0, 1.0, "");
/// A quantile.
pub const QUANTILE: Range = linear(0.0, 1.0, 1.0, 0.01, "");
/// Length of a run (s).
pub const DURATION: Range = log(0.001, 100_000_000.0, 10_000.0, 1.0, "seconds");
/// Seed.
pub const SEED: Range = linear(0.0, 4_294_967_295.0, 100.0, 1.0, "");
/// How many times slower a slow server is.
pub const SLOWDOWN: Range = log(1.0, 1000.0, 20.0, 0.5, "");
/// Time until an error (s).
pub const ERROR: Range = log(0.000_1, 100.0, 1.0, 0.001, "seconds");
/// When a fault happens (s).
pub const FAULT_AT: Range = linear(0.0, 100_000_000.0, 120.0, 1.0, "seconds");
/// A client's patience (s).
pub const TIMEOUT: Range = log(0.001, 10_000.0, 30.0, 0.1, "seconds");
/// Retries of a task.
pub const RETRIES: Range = linear(0.0, 100.0, 10.0, 1.0, "");
/// Pause before a retry (s).
pub const BACKOFF: Range = linear(0.0, 1000.0, 5.0, 0.1, "seconds");
/// Retries as a share of fresh tasks.
pub const BUDGET: Range = linear(0.0, 10.0, 1.0, 0.05, "");
/// Time between health checks, or between reports of load (s).
pub const CHECK: Range = log(0.01, 1000.0, 10.0, 0.1, "seconds");
/// Checks or failures in a row.
pub const IN_A_ROW: Range = linear(1.0, 100.0, 10.0, 1.0, "");
/// For how long a server is ejected; how long a slow start takes (s).
pub const EJECTION: Range = log(0.01, 10_000.0, 60.0, 0.1, "seconds");
/// Share of the servers.
pub const SHARE: Range = linear(0.0, 1.0, 1.0, 0.05, "");
/// Planned faults.
pub const FAULTS_MAX: usize = 32;
/// Rows of a rule table.
pub const RULES_MAX: usize = 32;
/// Live changes in one run.
pub const EDITS_MAX: usize = 200;
/// Characters of a name or a pattern.
pub const TEXT_MAX: usize = 80;
