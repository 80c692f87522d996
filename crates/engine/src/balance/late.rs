//! Strategies whose program the page loads later, with the first scene that needs one, so that the
//! first visit need not wait for them. What they read and which settings they have is known
//! without their program.

pub use super::cache_change::CacheChange;
use super::{
    Cluster, Done, Explain, Explanation, Knows, LateStrategy, Pick, Picture, Setup, Share,
    Strategy, StrategyConfig, StrategyId,
};
use crate::rng::Rng;
use crate::workload::Task;
#[cfg(target_family = "wasm")]
use std::marker::PhantomData;
use std::sync::OnceLock;

/// Makes the strategy that a setup names; None if it is no such strategy.
pub type Make = fn(&Setup) -> Option<Box<dyn LateStrategy>>;

/// Makes the routers of language models.
static ROUTERS: OnceLock<Make> = OnceLock::new();
/// Makes the engine's own.
static OWN: OnceLock<Make> = OnceLock::new();

/// From now on, routers are made by this. A second call changes nothing.
pub fn install(make: Make) {
    // Hidden from the optimiser, which would call the only thing ever installed directly, so that
    // it could not be in a part of its own.
    ROUTERS.get_or_init(|| std::hint::black_box(make));
}

/// From now on, the engine's own strategies are made by this, which is
/// [`AnyStrategy::late`](super::AnyStrategy::late). Natively they are there without it.
pub fn install_own(make: Make) {
    OWN.get_or_init(|| std::hint::black_box(make));
}

/// Whether this strategy's program is there.
pub fn is_there(id: StrategyId) -> bool {
    let make = if id.routes_requests() { &ROUTERS } else { &OWN };
    let own = cfg!(not(target_family = "wasm")) && !id.routes_requests();
    !id.loads_later() || own || make.get().is_some()
}

impl StrategyId {
    /// Whether a page with it needs programs that are loaded later: its own or, where keys decide,
    /// those of the strategies that a chart compares it with.
    pub fn needs_later(self) -> bool {
        self.loads_later() || self.share() == Share::ByKey
    }
}

/// A strategy in its first state, or nothing while its program is not there. Its calls are out of
/// line: they are rare beside those of the strategies that the engine inlines.
#[derive(Clone, Debug)]
pub(super) struct Loaded(Option<Box<dyn LateStrategy>>);

impl Loaded {
    /// A router of language models.
    pub(super) fn router(setup: &Setup) -> Self {
        Self(ROUTERS.get().and_then(|make| make(setup)))
    }

    #[inline]
    pub(super) fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        self.call(task, *cluster, rng, why)
    }

    /// A call with copies: behind an address, the engine's own would stay in memory for the
    /// strategies that it inlines as well.
    #[inline(never)]
    fn call<X: Explain>(
        &mut self,
        task: &Task,
        cluster: Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let Some(strategy) = &mut self.0 else {
            return Pick::NoServer;
        };
        let mut pick = None;
        why.record(|w| pick = Some(strategy.pick(task, &cluster, rng, Some(w))));
        pick.unwrap_or_else(|| strategy.pick(task, &cluster, rng, None))
    }

    #[inline(never)]
    pub(super) fn first_token(&mut self, task: u64) {
        if let Some(strategy) = &mut self.0 {
            strategy.first_token(task);
        }
    }

    #[inline]
    pub(super) fn finished(&mut self, done: &Done) {
        self.call_finished(*done);
    }

    #[inline(never)]
    fn call_finished(&mut self, done: Done) {
        if let Some(strategy) = &mut self.0 {
            strategy.finished(&done);
        }
    }

    #[inline(never)]
    pub(super) fn cache_changed(&mut self, server: usize, changes: &[CacheChange]) {
        if let Some(strategy) = &mut self.0 {
            strategy.cache_changed(server, changes);
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.as_ref().map_or(0, |strategy| strategy.bytes())
    }

    pub(super) fn picture(&self, cluster: &Cluster) -> Picture {
        match &self.0 {
            Some(strategy) => strategy.picture(cluster),
            None => Picture::NoServer,
        }
    }
}

/// The strategy `S` of the engine, whose program the page loads later. Natively it is there, and
/// called like any other.
#[cfg(not(target_family = "wasm"))]
#[derive(Clone, Debug)]
pub struct Late<S>(S);

/// The strategy `S` of the engine, whose program is loaded later.
#[cfg(target_family = "wasm")]
#[derive(Clone, Debug)]
pub struct Late<S>(Loaded, PhantomData<S>);

impl<S: Strategy + Clone + 'static> Strategy for Late<S> {
    const SHARE: Share = S::SHARE;
    const FIELDS: &'static [&'static str] = S::FIELDS;
    const POOLS: bool = S::POOLS;
    const STEALS: bool = S::STEALS;
    const LOADS_LATER: bool = true;

    fn knows(config: &StrategyConfig) -> Knows {
        S::knows(config)
    }

    fn new(setup: &Setup) -> Self {
        #[cfg(not(target_family = "wasm"))]
        return Self(S::new(setup));
        #[cfg(target_family = "wasm")]
        Self(Loaded(OWN.get().and_then(|make| make(setup))), PhantomData)
    }

    fn late(setup: &Setup) -> Option<Box<dyn LateStrategy>> {
        Some(Box::new(Boxed(S::new(setup))))
    }

    #[inline]
    fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        #[cfg(not(target_family = "wasm"))]
        return call(&mut self.0, task, *cluster, rng, why);
        #[cfg(target_family = "wasm")]
        self.0.pick(task, cluster, rng, why)
    }

    #[inline]
    fn finished(&mut self, done: &Done) {
        self.0.finished(done);
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        self.0.picture(cluster)
    }
}

/// A strategy of the engine, to be put behind a pointer.
#[derive(Clone)]
struct Boxed<S>(S);

impl<S: Strategy + Clone + 'static> LateStrategy for Boxed<S> {
    fn clone_box(&self) -> Box<dyn LateStrategy> {
        Box::new(self.clone())
    }

    fn pick(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        mut why: Option<&mut Explanation>,
    ) -> Pick {
        self.0.pick(task, cluster, rng, &mut why)
    }

    fn finished(&mut self, done: &Done) {
        self.0.finished(done);
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        self.0.picture(cluster)
    }
}

/// A pick out of line, as in [`Loaded::call`].
#[cfg(not(target_family = "wasm"))]
#[inline(never)]
fn call<S: Strategy, X: Explain>(
    strategy: &mut S,
    task: &Task,
    cluster: Cluster,
    rng: &mut Rng,
    why: &mut X,
) -> Pick {
    strategy.pick(task, &cluster, rng, why)
}
