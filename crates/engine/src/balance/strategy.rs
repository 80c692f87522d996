//! What a strategy is: what it is given, what it returns, and what it learns afterwards.

use super::cache_change::CacheChange;
use super::{Cluster, Explain, Explanation, Knows, Picture, StrategyConfig, Ways};
use crate::rng::Rng;
use crate::workload::Task;
use crate::workload::clients::Population;
use std::fmt;

/// What a strategy is set up with.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// The servers' weights, one for each server.
    pub weights: &'a [u32],
    /// The servers' addresses, `host:port`, as hashes name them; one for each server.
    pub addresses: &'a [String],
    /// All keys that tasks can have.
    pub population: &'a Population,
    /// The strategy's own settings.
    pub config: &'a StrategyConfig,
    /// The links and where data are, if it is to know.
    pub ways: Option<&'a Ways>,
}

/// What a balancer learns when a task that it sent has left its server.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// The server.
    pub server: usize,
    /// When (s).
    pub now_s: f64,
    /// The task's number.
    pub task: u64,
    /// Time since the decision (s).
    pub response_s: f64,
    /// Tasks of this balancer in flight at the server when it was picked, this one included.
    pub rank: u32,
    /// Tasks of this balancer in flight there now, without this one.
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
    /// It was answered with an error. A strategy that ignores the outcome takes this for a fast
    /// answer.
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

/// The long-run share of tasks that a strategy gives to each server, as far as the rule alone
/// determines it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Equal, in strict turn.
    EqualTurns,
    /// In proportion to the weights, in strict turn.
    WeightedTurns,
    /// Nearly in proportion to the weights, which the rule rounds and bounds.
    Rounded,
    /// Equal, at random.
    EqualChance,
    /// In proportion to the weights, at random.
    WeightedChance,
    /// The popularity of the keys that hash to the server.
    ByKey,
    /// It depends on the load, so the rule alone does not determine it.
    ByLoad,
    /// The article's program: it depends on the policy of its first server.
    ByListing,
}

/// A rule that picks servers.
pub trait Strategy: Sized {
    /// The shares it gives.
    const SHARE: Share;
    /// The fields of [`StrategyConfig`] that it reads, apart from `id`: the page shows these.
    const FIELDS: &'static [&'static str] = &[];
    /// Whether it may leave a task at the balancer until any server is free. This excludes rule
    /// tables, and hybrids whose instances share servers, since one queue feeds its servers.
    const POOLS: bool = false;
    /// Whether a server that becomes idle takes tasks that wait at others.
    const STEALS: bool = false;
    /// Whether the page loads its program [later](super::late).
    const LOADS_LATER: bool = false;
    /// Whether it is a router of language models, whose rule is in another crate.
    const ROUTES_REQUESTS: bool = false;

    /// What it reads under these settings.
    fn knows(config: &StrategyConfig) -> Knows;

    /// The strategy in its first state.
    fn new(setup: &Setup) -> Self;

    /// The strategy behind a pointer, if it is one of the engine's own whose program is loaded
    /// later.
    fn late(_: &Setup) -> Option<Box<dyn LateStrategy>> {
        None
    }

    /// Picks a server for `task` among the eligible ones, and records `why`.
    fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick;

    /// A task that it sent has left its server.
    fn finished(&mut self, _done: &Done) {}

    /// The first output token of a task that it sent, by its number, is there.
    fn first_token(&mut self, _task: u64) {}

    /// A replica says what has changed in its prefix cache. Only called if the strategy declares
    /// that it reads that.
    fn cache_changed(&mut self, _server: usize, _changes: &[CacheChange]) {}

    /// About how much memory a copy takes (bytes), if what it remembers grows.
    fn bytes(&self) -> usize {
        0
    }

    /// Its state, as the picture inside the balancer.
    fn picture(&self, cluster: &Cluster) -> Picture;
}

/// A strategy behind a pointer: its rule with its state.
pub trait LateStrategy {
    /// A copy, for a checkpoint or another instance.
    fn clone_box(&self) -> Box<dyn LateStrategy>;

    /// Picks a server, and records `why` if that is wanted.
    fn pick(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: Option<&mut Explanation>,
    ) -> Pick;

    /// The first output token of a task, by its number, is there.
    fn first_token(&mut self, _task: u64) {}

    /// A task that it sent has left its server.
    fn finished(&mut self, _done: &Done) {}

    /// A replica says what has changed in its prefix cache.
    fn cache_changed(&mut self, _server: usize, _changes: &[CacheChange]) {}

    /// About how much memory a copy takes (bytes), if what it remembers grows.
    fn bytes(&self) -> usize {
        0
    }

    /// Its state, as the picture inside the balancer: its own requests in flight, unless it has
    /// more to show.
    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Bars {
            label: "connections",
            values: cluster.bars(|server| f64::from(cluster.own_in_flight[server])),
            largest_wins: false,
        }
    }
}

/// The page has no use for what is in it, and would have to load how to write it.
impl fmt::Debug for dyn LateStrategy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a strategy that is loaded later")
    }
}

impl Clone for Box<dyn LateStrategy> {
    fn clone(&self) -> Self {
        self.clone_box()
    }
}
