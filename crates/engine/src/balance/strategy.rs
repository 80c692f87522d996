//! What a strategy is: what it is given, what it answers, what it hears of afterwards.

use super::{Cluster, Explain, Knows, Picture, StrategyConfig};
use crate::rng::Rng;
use crate::workload::Task;
use crate::workload::clients::Population;

/// What a strategy is told when it is set up.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// The servers' weights; as many as there are servers.
    pub weights: &'a [u32],
    /// The servers' addresses, `host:port`, as hashes name them; as many as there are servers.
    pub addresses: &'a [String],
    /// Everything that can stand in a task's key fields.
    pub population: &'a Population,
    /// The strategy's own settings.
    pub config: &'a StrategyConfig,
}

/// What a balancer hears when a task that it sent has left its server.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// The server.
    pub server: usize,
    /// When (s).
    pub now_s: f64,
    /// Time since the decision (s).
    pub response_s: f64,
    /// Tasks of this balancer that were in progress at the server when it was picked, this one
    /// included.
    pub rank: u32,
    /// Tasks of this balancer in progress there now, without this one.
    pub active: u32,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a task that was sent to a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was served.
    Served,
    /// It got no answer: its server was full or went down.
    Lost,
    /// It was answered with an error. Who does not look at the answer takes it for one that came
    /// fast.
    Failed,
}

/// What a strategy decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// This server.
    Server(usize),
    /// None yet: the task waits at the balancer until a server asks for it.
    Wait,
    /// No server is eligible.
    NoServer,
    /// The strategy's program failed.
    Crash,
}

/// What share of the tasks a strategy gives to each server in the long run, as far as it follows
/// from the rule alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Equal, in strict turn.
    EqualTurns,
    /// In proportion to the weights, in strict turn.
    WeightedTurns,
    /// Nearly in proportion to the weights, which the rule rounds and bounds.
    Rounded,
    /// Equal, by chance.
    EqualChance,
    /// In proportion to the weights, by chance.
    WeightedChance,
    /// The popularity of the keys that hash to the server.
    ByKey,
    /// It depends on the load, so the rule alone does not tell.
    ByLoad,
    /// Of the article's program: it depends on the policy of its first server.
    ByListing,
}

/// A rule that picks servers.
pub trait Strategy: Sized {
    /// The shares it gives.
    const SHARE: Share;
    /// Whether it may leave a task at the balancer until any server is free. Neither rules nor a
    /// hybrid go with that: one queue feeds all servers.
    const POOLS: bool = false;

    /// What it has to know under these settings.
    fn knows(config: &StrategyConfig) -> Knows;

    /// Whether a server that runs idle takes tasks that wait at others.
    const STEALS: bool = false;

    /// The strategy in its first state.
    fn new(setup: &Setup) -> Self;

    /// Picks a server for `task` among the eligible ones, and tells `why`.
    fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick;

    /// Told of each task that has left the server it was sent to.
    fn finished(&mut self, _done: &Done) {}

    /// Its state, to be drawn inside the balancer.
    fn picture(&self, cluster: &Cluster) -> Picture;
}
