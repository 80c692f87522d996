//! Why a formula does not apply.

use crate::answer::show;
use equipoise_engine::balance::Policy;
use equipoise_engine::scenario::letter;
use equipoise_engine::sim::MAX_IN_SYSTEM;

/// Generates [`Reason`] from the list of reasons and their text keys.
macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident $({ $($field:ident: $type:ty),* })? = $key:literal;)*) => {
        /// Why a formula does not apply.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Reason {
            $(
                $(#[$doc])*
                $variant $({
                    $(#[doc = concat!("Fills `%{", stringify!($field), "}`.")] $field: $type,)*
                })?,
            )*
        }

        impl Reason {
            /// The ids of all reasons.
            #[cfg(test)]
            pub(crate) const IDS: &[&'static str] = &[$($key),*];

            /// The id; the text key is `theory.reason.<id>`.
            pub fn as_str(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $key),* }
            }
        }
    };
}

reasons! {
    /// Servers fail or slow down, clients time out or retry, or balancers act on health checks.
    Disturbed = "disturbed";
    /// Servers are replicas of a language model, which serve many requests in each step.
    Replicas = "replicas";
    /// The strategy picks by load.
    ByLoad = "by-load";
    /// The strategy follows the weights only approximately.
    RoundedWeights = "rounded-weights";
    /// Arrivals are not at fixed intervals.
    FixedArrivalsOnly = "fixed-arrivals-only";
    /// The article's program crashes under this policy.
    ProgramCrashes { policy: Policy } = "program-crashes";
    /// The article's program keeps picking a server that takes no tasks.
    ProgramStuck = "program-stuck";
    /// There is a rule table.
    Rules = "rules";
    /// No server takes these tasks.
    NoServer = "no-server";
    /// The arrival pattern has no rate.
    NoRate = "no-rate";
    /// This server's utilisation ρ is at least 1.
    Overloaded { server: usize, rho: f64 } = "overloaded";
    /// Arrivals are not Poisson.
    PoissonOnly = "poisson-only";
    /// Sizes are not exponential.
    ExponentialOnly = "exponential-only";
    /// This server has several slots.
    OneSlot { server: usize } = "one-slot";
    /// The queue of this server has a limit.
    BoundedQueue { server: usize } = "bounded-queue";
    /// The balancer takes time to decide or to deliver, or limits its connections.
    BalancerLimits = "balancer-limits";
    /// Tasks are turned away at an unknown rate.
    LossUnknown = "loss-unknown";
    /// On average this many tasks would be in the system, too many for the simulator.
    TooMany { tasks: f64 } = "too-many";
    /// The arrivals are not training steps.
    NotSteps = "not-steps";
    /// The arrivals are not a batch.
    NotBatch = "not-batch";
    /// The arrivals are neither a batch nor training steps.
    NotRounds = "not-rounds";
    /// Tasks of a round can be turned away.
    TurnedAway = "turned-away";
    /// Several balancers decide independently.
    Hybrid = "hybrid";
    /// This server is shared by its tasks.
    ProcessorSharing { server: usize } = "processor-sharing";
    /// Several slots serve even more tasks of random size.
    FewSlots = "few-slots";
    /// Servers do not pull their tasks.
    PullOnly = "pull-only";
    /// Servers differ.
    UnequalMachines = "unequal-machines";
    /// Weights differ.
    UnequalWeights = "unequal-weights";
    /// Sizes differ.
    ConstantOnly = "constant-only";
    /// The strategy is not least connections.
    LeastConnectionsOnly = "least-connections-only";
    /// Poisson arrivals are not split at random.
    NotByChance = "not-by-chance";
    /// The strategy does not take turns.
    TurnsOnly = "turns-only";
    /// The utilisation ρ of all servers together is at least 1.
    Unstable { rho: f64 } = "unstable";
    /// Turns by weight leave uneven gaps.
    UnevenTurns = "uneven-turns";
    /// No simple formula covers these arrivals, sizes or queues.
    NoSimpleFormula = "no-simple-formula";
    /// The only known approximation is too rough here.
    TooRough = "too-rough";
    /// Only one server takes tasks.
    OneServer = "one-server";
    /// The strategy is not a hash ring.
    RingOnly = "ring-only";
    /// Keys are not equally popular.
    SkewedKeys = "skewed-keys";
    /// There are too few keys.
    FewKeys = "few-keys";
    /// The strategy is not bounded load.
    BoundedLoadOnly = "bounded-load-only";
    /// No server serves batches.
    NoBatching = "no-batching";
    /// The model is not a single M/M/1 queue.
    OneQueueOnly = "one-queue-only";
    /// No server is a replica of a language model.
    NoReplicas = "no-replicas";
    /// Some replicas only prefill, the others only decode.
    Apart = "apart";
    /// Batches are static.
    StaticBatches = "static-batches";
    /// Requests have no prefixes in common.
    NoPrefixes = "no-prefixes";
    /// The prefix cache is off.
    NoPrefixCache = "no-prefix-cache";
    /// The router looks at prefixes or caches.
    ByPrefix = "by-prefix";
    /// Sessions have several turns.
    Turns = "turns";
    /// A request of mean size is longer than a replica takes.
    TooLong = "too-long";
    /// Replies have one token.
    OneToken = "one-token";
    /// This replica is full at times.
    NearlyFull { server: usize } = "nearly-full";
    /// Arrivals are not a closed loop without pauses.
    ClosedOnly = "closed-only";
    /// Arrivals are no closed loop.
    LoopOnly = "loop-only";
    /// Clients wait for ever or for a fixed time, send a task again, or the queue does not hear of
    /// those that give up.
    Patient = "patient";
    /// A closed loop has several queues.
    LoopOfOneQueue = "loop-of-one-queue";
    /// More requests come to a replica at once than it holds.
    BeyondCapacity { requests: f64, most: f64 } = "beyond-capacity";
}

impl Reason {
    /// The text key.
    pub fn key(&self) -> String {
        format!("theory.reason.{}", self.as_str())
    }

    /// The values for the text's placeholders, by name.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        match *self {
            Self::ProgramCrashes { policy } => vec![("policy", policy.as_str().to_string())],
            Self::Overloaded { server, rho } => {
                vec![("server", letter(server)), ("rho", show(rho))]
            }
            Self::OneSlot { server }
            | Self::NearlyFull { server }
            | Self::BoundedQueue { server }
            | Self::ProcessorSharing { server } => vec![("server", letter(server))],
            Self::TooMany { tasks } => {
                vec![("tasks", show(tasks)), ("most", MAX_IN_SYSTEM.to_string())]
            }
            Self::BeyondCapacity { requests, most } => {
                vec![("requests", show(requests)), ("most", show(most))]
            }
            Self::Unstable { rho } => vec![("rho", show(rho))],
            _ => Vec::new(),
        }
    }
}
