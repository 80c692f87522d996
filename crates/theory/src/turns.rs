//! The picks of strategies that take turns, made by the strategies themselves.

use equipoise_engine::balance::bare::Bare;
use equipoise_engine::balance::rules::weights_in;
use equipoise_engine::balance::{AnyStrategy, Explanation, Facts, Mask, Pick, Setup};
use equipoise_engine::rng::{Purpose, Rng};
use equipoise_engine::scenario::Scenario;
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;

/// A strategy without a simulation around it. What it picked counts as in flight until
/// [`Turns::finish`] or [`Turns::release`].
pub(crate) struct Turns {
    strategy: AnyStrategy,
    bare: Bare,
    rng: Rng,
}

impl Turns {
    /// The scenario's strategy in its first state.
    pub(crate) fn new(scenario: &Scenario, population: &Population) -> Self {
        let all = Mask::all(scenario.servers.len());
        Self::of_group(scenario, population, all)
    }

    /// The same for a group of the rule table, which has one of its own.
    pub(crate) fn of_group(scenario: &Scenario, population: &Population, group: Mask) -> Self {
        let weights: Vec<u32> = scenario.servers.iter().map(|s| s.weight).collect();
        let weights: Vec<u32> = weights_in(group, &weights).collect();
        let strategy = AnyStrategy::new(&Setup {
            weights: &weights,
            addresses: &scenario.addresses(),
            population,
            config: &scenario.balancer.strategy,
            ways: None,
        });
        let mut bare = Bare::new(&weights);
        bare.facts = scenario.servers.iter().map(Facts::from).collect();
        Self {
            strategy,
            bare,
            rng: Rng::new(u64::from(scenario.seed), Purpose::Choices(0)),
        }
    }

    /// The next pick for `task` among `eligible`; None if no server is picked at once, as by a
    /// strategy that leaves tasks to be pulled.
    pub(crate) fn pick(&mut self, task: &Task, eligible: Mask) -> Option<usize> {
        self.pick_for(task, eligible, None)
    }

    /// The same pick, and its explanation.
    pub(crate) fn explained(
        &mut self,
        task: &Task,
        eligible: Mask,
    ) -> Option<(usize, Explanation)> {
        let mut why = Explanation::default();
        let server = self.pick_for(task, eligible, Some(&mut why))?;
        Some((server, why))
    }

    // As a timeline has it: another type would be a second copy of all strategies on the page.
    fn pick_for(
        &mut self,
        task: &Task,
        eligible: Mask,
        mut why: Option<&mut Explanation>,
    ) -> Option<usize> {
        self.bare.eligible = eligible;
        let cluster = self.bare.cluster();
        let pick = self.strategy.pick(task, &cluster, &mut self.rng, &mut why);
        let Pick::Server(server) = pick else {
            return None;
        };
        self.bare.reports.present[server] += 1;
        Some(server)
    }

    /// One of the tasks in flight at `server` has left.
    pub(crate) fn finish(&mut self, server: usize) {
        self.bare.reports.present[server] -= 1;
    }

    /// All tasks in flight have left.
    pub(crate) fn release(&mut self) {
        self.bare.reports.present.fill(0);
    }
}
