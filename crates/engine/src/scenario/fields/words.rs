//! The words of the choices, as in JSON, in the order of their lists on the page.

use super::value::{Stored, Value};
use crate::balance::{Draw, EdfVariant, Knowledge, Learner, Policy, StrategyId};
use crate::scenario::ZonePreference;
use crate::scenario::{
    Backoff, Batching, Hardware, HeardBy, KeySource, Patience, Pattern, Place, ServerState, Service,
};
use crate::scenario::{
    OnError, PassiveRule, PickPer, RetryTo, SchedulingPolicy, SizeLaw, WorkUnit,
};
use crate::scenario::{ScaleBy, ScaleMetric, StartUp};

/// A choice with a word for each of its values.
pub(super) trait Words: Copy + 'static {
    /// The words.
    const WORDS: &'static [&'static str];
}

/// Gives an enum its words, so that it can be a field.
macro_rules! words {
    ($choice:ty: $($value:ident = $word:literal),+) => {
        impl Words for $choice {
            const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl Stored for $choice {
            fn read(&self) -> Value {
                Value::Word(match self { $(Self::$value => $word),+ })
            }
            fn write(&mut self, value: &Value) {
                match value {
                    $(Value::Word($word) => *self = Self::$value,)+
                    _ => {}
                }
            }
        }
    };
}

words!(WorkUnit: Seconds = "seconds", Samples = "samples", Megabytes = "megabytes", Tokens =
    "tokens");
words!(Pattern: Fixed = "fixed", Poisson = "poisson", Bursty = "bursty", Batch = "batch",
    Steps = "steps", Closed = "closed");
words!(SizeLaw: Constant = "constant", Uniform = "uniform", Exponential = "exponential",
    Lognormal = "lognormal", Pareto = "pareto");
words!(KeySource: Ip = "ip", Url = "url", Header = "header");
words!(Service: FirstCome = "first-come", ProcessorSharing = "processor-sharing",
    Replica = "replica");
words!(Hardware: Llama8bH100 = "llama-8b-h100", Llama8bA100 = "llama-8b-a100",
    Llama8bRtxPro6000 = "llama-8b-rtx-pro-6000", Llama8bRtx4090 = "llama-8b-rtx-4090",
    Llama70b4H100 = "llama-70b-4-h100");
words!(Batching: Continuous = "continuous", Static = "static");
words!(SchedulingPolicy: Fcfs = "fcfs", Priority = "priority");
words!(ServerState: Up = "up", Draining = "draining", Down = "down", Slow = "slow",
    Failing = "failing", Flaky = "flaky", Paused = "paused");
words!(Backoff: Fixed = "fixed", Exponential = "exponential");
words!(ZonePreference: None = "none", Same = "same", Envoy = "envoy");
words!(HeardBy: None = "none", Queue = "queue", Server = "server");
words!(Patience: Fixed = "fixed", Exponential = "exponential");
words!(RetryTo: Any = "any", NotLast = "not-last", Untried = "untried");
words!(PickPer: Request = "request", Connection = "connection", Session = "session", Both =
    "both");
words!(PassiveRule: InARow = "in-a-row", Nginx = "nginx", Haproxy = "haproxy", Envoy = "envoy");
words!(OnError: FailCheck = "fail-check", SuddenDeath = "sudden-death", MarkDown = "mark-down");
words!(ScaleBy: Off = "off", Hpa = "hpa", Kpa = "kpa", Queue = "queue", Schedule = "schedule");
words!(ScaleMetric: InFlight = "in-flight", Utilisation = "utilisation");
words!(StartUp: Own = "own", Cold = "cold", Cached = "cached");
words!(Place: Software = "software", Hardware = "hardware", Hybrid = "hybrid");
words!(Knowledge: Learnt = "learnt", Sizes = "sizes");
words!(Draw: Distinct = "distinct", Envoy = "envoy", Nginx = "nginx");
words!(EdfVariant: Envoy = "envoy", EnvoySeeded = "envoy-seeded", GrpcGo = "grpc-go");
words!(Learner: EpsilonGreedy = "epsilon-greedy", Ucb1 = "ucb1", Thompson = "thompson");
words!(Policy: Random = "random", LeastConnections = "least-connections",
    ShortestJobFirst = "shortest-job-first", RoundRobin = "round-robin");

impl Words for StrategyId {
    const WORDS: &'static [&'static str] = Self::WORDS;
}

impl Stored for StrategyId {
    fn read(&self) -> Value {
        Value::Word(self.as_str())
    }
    fn write(&mut self, value: &Value) {
        if let Value::Word(word) = value
            && let Ok(id) = word.parse()
        {
            *self = id;
        }
    }
}
