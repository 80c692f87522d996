//! The strategies of a balancer instance: one for each group of the rule table, and one for the
//! tasks that no rule matches. Each has turns and tables of its own.

use crate::balance::rules::{RuleTable, weights_in};
use crate::balance::{AnyStrategy, Mask, Setup, Ways};
use crate::scenario::Scenario;
use crate::workload::clients::Population;

/// See the [module](self).
#[derive(Clone, Debug)]
pub(super) struct Strategies {
    /// For tasks that no rule matches.
    pub(super) plain: AnyStrategy,
    of_rules: Vec<AnyStrategy>,
    /// The rule of the last pick.
    pub(super) last: Option<usize>,
}

impl Strategies {
    /// Those of a scenario, in their first state.
    pub(super) fn new(
        scenario: &Scenario,
        rules: &RuleTable,
        population: &Population,
        ways: Option<&Ways>,
    ) -> Self {
        let weights: Vec<u32> = scenario.servers.iter().map(|s| s.weight).collect();
        let addresses = scenario.addresses();
        let of_group = |group| {
            AnyStrategy::new(&Setup {
                weights: &weights_in(group, &weights).collect::<Vec<_>>(),
                addresses: &addresses,
                population,
                config: &scenario.balancer.strategy,
                ways,
            })
        };
        Self {
            plain: of_group(Mask::all(weights.len())),
            of_rules: rules.groups().map(of_group).collect(),
            last: None,
        }
    }

    /// The one that picked last, and the rule of its tasks.
    pub(super) fn picked_last(&self) -> (&AnyStrategy, Option<usize>) {
        let strategy = self.last.map_or(&self.plain, |rule| &self.of_rules[rule]);
        (strategy, self.last)
    }

    /// The one that picks for tasks of this rule.
    #[inline(always)]
    pub(super) fn of(&mut self, rule: Option<usize>) -> &mut AnyStrategy {
        match rule {
            None => &mut self.plain,
            Some(rule) => self.of_rule(rule),
        }
    }

    #[cold]
    fn of_rule(&mut self, rule: usize) -> &mut AnyStrategy {
        // A connection may be of a rule that was taken out since.
        match self.of_rules.get_mut(rule) {
            Some(strategy) => strategy,
            None => &mut self.plain,
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &AnyStrategy> {
        std::iter::once(&self.plain).chain(&self.of_rules)
    }

    /// All of them.
    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut AnyStrategy> {
        std::iter::once(&mut self.plain).chain(&mut self.of_rules)
    }
}
