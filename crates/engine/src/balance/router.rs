//! Routers of language models: strategies whose rules are in another crate, which the page loads
//! only for scenes that have replicas.

pub use super::cache_change::CacheChange;
use super::{Cluster, Explanation, Pick, Setup};
use crate::rng::Rng;
use crate::workload::Task;
use std::fmt;
use std::sync::OnceLock;

/// A router's rule with its state.
pub trait RequestRouter {
    /// A copy, for a checkpoint or another instance.
    fn clone_box(&self) -> Box<dyn RequestRouter>;

    /// Picks a server, and records `why` if that is wanted.
    fn pick(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: Option<&mut Explanation>,
    ) -> Pick;

    /// The first output token of a task, by its number, is there.
    fn first_token(&mut self, task: u64);

    /// A task, by its number, has left its server.
    fn finished(&mut self, task: u64);

    /// A replica says what has changed in its prefix cache.
    fn cache_changed(&mut self, server: usize, changes: &[CacheChange]);
}

/// Makes a router by its id.
pub type MakeRouter = fn(&'static str, &Setup) -> Option<Box<dyn RequestRouter>>;

static MAKE_ROUTER: OnceLock<MakeRouter> = OnceLock::new();

/// From now on, routers are made by this. A second call changes nothing.
pub fn install(make: MakeRouter) {
    // Hidden from the optimiser, which would call the only thing ever installed directly, so that
    // it could not be in a part of its own.
    MAKE_ROUTER.get_or_init(|| std::hint::black_box(make));
}

/// Whether routers can be made.
pub fn is_installed() -> bool {
    MAKE_ROUTER.get().is_some()
}

/// The router with this id; None if there is none, or none has been [installed](install).
pub(super) fn make(id: &'static str, setup: &Setup) -> Option<Box<dyn RequestRouter>> {
    MAKE_ROUTER.get().and_then(|make| make(id, setup))
}

/// The page has no use for what is in it, and would have to load how to write it.
impl fmt::Debug for dyn RequestRouter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a router")
    }
}

impl Clone for Box<dyn RequestRouter> {
    fn clone(&self) -> Self {
        self.clone_box()
    }
}
