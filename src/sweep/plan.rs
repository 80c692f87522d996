//! What a sweep is to do, as plain data.

use super::{Param, Run};
use crate::balance::StrategyId;
use crate::scenario::limits::Range;
use crate::scenario::{FieldError, Scenario};
use serde::{Deserialize, Serialize};

/// Points, replications: as many as this each.
const COUNT: Range = count(1.0, 1000.0);
/// Runs in all.
const RUNS: Range = count(1.0, 1_000_000.0);
/// Tasks of a run. Each takes 8 bytes until the run is measured.
const TASKS: Range = count(100.0, 10_000_000.0);

const fn count(min: f64, max: f64) -> Range {
    Range { min, max, slider_max: max, step: 1.0, log: true, unit: "" }
}

/// One of the ways of a plan: what is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way<'a> {
    /// The scenario, but for the changes and the strategy.
    pub scenario: &'a Scenario,
    /// The strategy.
    pub strategy: StrategyId,
}

/// Everything that a sweep needs. Equal plans give equal results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepPlan {
    /// What is run, but for the changes.
    pub scenario: Scenario,
    /// Another scenario, to compare the first with in place of other strategies.
    pub beside: Option<Box<Scenario>>,
    /// What is changed from point to point.
    pub param: Param,
    /// The parameter at the first point.
    pub from: f64,
    /// The parameter at the last point.
    pub to: f64,
    /// How many points.
    pub points: u32,
    /// Whether they stand in equal ratios, not at equal distances.
    pub log: bool,
    /// Runs with each strategy at each point, each with another seed.
    pub replications: u32,
    /// The strategies; none: the scenario's own, or each its own where there are two.
    pub strategies: Vec<StrategyId>,
    /// How many tasks leave the system in a run; a batch has its own number.
    pub tasks: u64,
}

impl Default for SweepPlan {
    fn default() -> Self {
        Self::usual(&Scenario::default())
    }
}

impl SweepPlan {
    /// A sweep that suits a scenario: over the load, or the servers where there is none, with its own strategy.
    pub fn usual(scenario: &Scenario) -> Self {
        let param = if scenario.utilisation().is_some() { Param::Load } else { Param::Servers };
        let (from, to) = param.usual_range();
        Self {
            scenario: scenario.clone(),
            beside: None,
            param,
            from,
            to,
            points: 10,
            log: false,
            replications: 10,
            strategies: Vec::new(),
            tasks: 50_000,
        }
    }

    /// The strategies of the first scenario that are run.
    pub fn strategies(&self) -> &[StrategyId] {
        if self.strategies.is_empty() {
            std::slice::from_ref(&self.scenario.balancer.strategy.id)
        } else {
            &self.strategies
        }
    }

    /// What is done at each point: each strategy, or both scenarios. The first is what the others are compared with.
    pub fn ways(&self) -> impl ExactSizeIterator<Item = Way<'_>> {
        let count = self.strategies().len() + usize::from(self.beside.is_some());
        (0..count).map(|way| self.way(way))
    }

    fn way(&self, way: usize) -> Way<'_> {
        let other = self.beside.as_deref().unwrap_or(&self.scenario);
        let beside = Way { scenario: other, strategy: other.balancer.strategy.id };
        let own = |&strategy: &StrategyId| Way { scenario: &self.scenario, strategy };
        self.strategies().get(way).map_or(beside, own)
    }

    /// How many runs there are.
    pub fn runs(&self) -> u32 {
        let runs = u64::from(self.points) * u64::from(self.replications) * self.ways().len() as u64;
        runs.min(u64::from(u32::MAX)) as u32
    }

    /// The parameter's value at a point; a counted one is rounded.
    pub fn value(&self, point: u32) -> f64 {
        self.value_of(point, self.points)
    }

    /// The value at a point if there were so many.
    fn value_of(&self, point: u32, points: u32) -> f64 {
        let part = f64::from(point) / f64::from(points.max(2) - 1);
        let value = if self.log {
            self.from * libm::pow(self.to / self.from, part)
        } else {
            self.from + (self.to - self.from) * part
        };
        if self.param.is_whole() { value.round() } else { value }
    }

    /// As many of its points as have values of their own: whole numbers may come more than once.
    pub fn distinct_points(&self) -> u32 {
        let repeats = |points: u32| (1..points).any(|i| self.value_of(i, points) == self.value_of(i - 1, points));
        let whole = self.param.is_whole() && self.param != Param::Nothing;
        if whole { (1..=self.points).rev().find(|&points| !repeats(points)).unwrap_or(1) } else { self.points }
    }

    /// The run with this index; None if there are not so many. Points come first, then replications, then ways, so that
    /// a beginning of the list is a smaller sweep.
    ///
    /// All ways get the same seed at the same point and replication ("common random numbers"); no other runs do,
    /// so that they are independent.
    pub fn run(&self, index: u32) -> Option<Run> {
        let n = self.ways().len() as u32;
        let (pair, way) = (index.checked_div(n)?, index % n);
        let strategy = self.way(way as usize).strategy;
        let (point, replication) = (pair.checked_div(self.replications)?, pair % self.replications);
        let seed = self.scenario.seed.wrapping_add(pair);
        let run = Run { index, point, value: self.value(point), replication, way, strategy, seed };
        (point < self.points).then_some(run)
    }

    /// The scenario of a run, to open it or to do it.
    ///
    /// # Errors
    /// A field that the parameter's value or the strategy makes wrong.
    pub fn scenario_of(&self, run: &Run) -> Result<Scenario, FieldError> {
        let mut scenario = Scenario { seed: run.seed, ..self.way(run.way as usize).scenario.clone() };
        scenario.balancer.strategy.id = run.strategy;
        self.param.set(&mut scenario, run.value).ok_or_else(|| {
            FieldError::new("param", self.param, format!("one that the scenario {:?} has", scenario.name))
        })?;
        scenario.validate().map(|()| scenario)
    }

    /// Checks every number, and the scenario of every point in every way.
    ///
    /// # Errors
    /// The first field that is out of its range, or that another one contradicts.
    pub fn validate(&self) -> Result<(), FieldError> {
        let runs = f64::from(self.points) * f64::from(self.replications) * self.ways().len() as f64;
        for (field, value, range) in [
            ("points", f64::from(self.points), COUNT),
            ("replications", f64::from(self.replications), COUNT),
            ("tasks", self.tasks as f64, TASKS),
            ("points × replications × ways", runs, RUNS),
        ] {
            if !range.allows(value) {
                return Err(FieldError::new(field, value, format!("{} to {}", range.min, range.max)));
            }
        }
        for (field, value) in [("from", self.from), ("to", self.to)] {
            if !value.is_finite() || self.log && value <= 0.0 {
                let allowed = if self.log { "above 0, where points stand in equal ratios" } else { "a number" };
                return Err(FieldError::new(field, value, allowed));
            }
            if let Some(range) = self.param.range().filter(|range| !range.allows(value)) {
                return Err(FieldError::new(field, value, format!("{} to {}", range.min, range.max)));
            }
        }
        for (i, id) in self.strategies.iter().enumerate() {
            if self.strategies[..i].contains(id) {
                return Err(FieldError::new(format!("strategies[{i}]"), id, "each strategy once"));
            }
        }
        if self.beside.is_some() && self.strategies.len() > 1 {
            let value = self.strategies.len();
            return Err(FieldError::new("strategies", value, "at most one beside another scenario"));
        }
        self.scenario.validate()?;
        let n = self.ways().len() as u32;
        let firsts = (0..self.points).flat_map(|point| (0..n).map(move |s| (point, s)));
        for (point, s) in firsts {
            if let Some(run) = self.run(point * self.replications * n + s) {
                self.scenario_of(&run).map_err(|error| self.blame(&run, error))?;
            }
        }
        Ok(())
    }

    /// An error of a point's scenario, by the parameter, where that is what makes it wrong.
    fn blame(&self, run: &Run, error: FieldError) -> FieldError {
        let mut plain = self.way(run.way as usize).scenario.clone();
        plain.balancer.strategy.id = run.strategy;
        if self.param.set(&mut plain.clone(), run.value).is_none() || plain.validate().is_err() {
            return error;
        }
        let value = format!("{}, which makes {} {}", run.value, error.field, error.value);
        FieldError::new(self.param.as_str(), value, error.allowed)
    }

    /// A number that tells plans apart: CRC-32 of the plan in postcard's form.
    pub fn fingerprint(&self) -> u32 {
        // Plain data can always be written.
        crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&postcard::to_allocvec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Arrivals, Pattern, ServerConfig, SizeLaw, presets};

    fn plan() -> SweepPlan {
        SweepPlan {
            scenario: Scenario {
                arrivals: Arrivals { pattern: Pattern::Poisson, ..Arrivals::default() },
                ..Scenario::default()
            },
            beside: None,
            param: Param::Load,
            from: 0.5,
            to: 0.9,
            points: 3,
            log: false,
            replications: 2,
            strategies: vec![StrategyId::Random, StrategyId::RoundRobin],
            tasks: 100,
        }
    }

    fn refused(change: impl FnOnce(&mut SweepPlan)) -> String {
        let mut plan = plan();
        change(&mut plan);
        plan.validate().expect_err("must be refused").to_string()
    }

    #[test]
    fn strategies_share_seeds_and_nothing_else_does() {
        let plan = plan();
        let runs: Vec<Run> = (0..plan.runs()).map_while(|i| plan.run(i)).collect();
        assert_eq!((runs.len(), plan.run(12), plan.validate()), (12, None, Ok(())));
        for pair in runs.chunks_exact(2) {
            assert_eq!((pair[0].seed, pair[0].point), (pair[1].seed, pair[1].point));
            assert_ne!(pair[0].strategy, pair[1].strategy);
        }
        let mut seeds: Vec<u32> = runs.iter().step_by(2).map(|r| r.seed).collect();
        seeds.dedup();
        assert_eq!(seeds.len(), 6);
    }

    #[test]
    fn two_scenarios_share_seeds_and_the_parameter() {
        let other = presets::find("two-choices").expect("preset");
        let both = SweepPlan { beside: Some(Box::new(other.clone())), strategies: Vec::new(), ..plan() };
        let runs: Vec<Run> = (0..both.runs()).map_while(|i| both.run(i)).collect();
        assert_eq!((runs.len(), both.validate()), (12, Ok(())));
        for pair in runs.chunks_exact(2) {
            let [a, b] = [0, 1].map(|way| both.scenario_of(&pair[way]).expect("is valid"));
            assert_eq!((a.seed, a.name, a.servers.len()), (b.seed, plan().scenario.name, 3));
            assert_eq!((b.name, b.servers.len()), (other.name.clone(), other.servers.len()));
            let load = |run: &Run| both.scenario_of(run).expect("is valid").utilisation().expect("has a rate");
            assert!((load(&pair[0]) - pair[0].value).abs() < 1e-12 && (load(&pair[1]) - pair[0].value).abs() < 1e-12);
        }
        let three = SweepPlan { beside: both.beside, ..plan() };
        let refusal = three.validate().expect_err("two strategies and another scenario").to_string();
        assert_eq!(refusal, "strategies is 2; allowed: at most one beside another scenario");
    }

    #[test]
    fn points_go_from_end_to_end() {
        let values = |plan: &SweepPlan| (0..plan.points).map(|p| plan.value(p)).collect::<Vec<_>>();
        assert_eq!(values(&plan()), [0.5, 0.7, 0.9]);
        let ratios = values(&SweepPlan { from: 1.0, to: 100.0, log: true, ..plan() });
        assert!(ratios.iter().zip([1.0, 10.0, 100.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{ratios:?}");
        assert_eq!(values(&SweepPlan { points: 1, ..plan() }), [0.5]);
        assert_eq!(values(&SweepPlan { param: Param::Servers, from: 1.0, to: 4.0, ..plan() }), [1.0, 3.0, 4.0]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(refused(|p| p.points = 0), "points is 0; allowed: 1 to 1000");
        assert_eq!(refused(|p| p.tasks = 10), "tasks is 10; allowed: 100 to 10000000");
        assert!(refused(|p| p.to = f64::NAN).starts_with("to is NaN"));
        assert!(refused(|p| (p.from, p.log) = (0.0, true)).starts_with("from is 0; allowed: above 0"));
        assert_eq!(refused(|p| p.from = -0.5), "from is -0.5; allowed: 0.001 to 1000");
        assert_eq!(
            refused(|p| p.strategies = vec![StrategyId::Pull; 2]),
            "strategies[1] is pull; allowed: each strategy once"
        );
        assert_eq!(
            refused(|p| (p.param, p.from, p.to) = (Param::Servers, 1.0, 1e9)),
            "to is 1000000000; allowed: 1 to 256"
        );
        assert!(refused(|p| p.param = Param::Spread).starts_with("param is spread"));
        assert!(refused(|p| (p.points, p.replications) = (1000, 1000)).starts_with("points × replications"));
        assert_eq!(refused(|p| (p.param, p.from) = (Param::Choices, -3.0)), "from is -3; allowed: 1 to 256");
        assert_eq!(refused(|p| (p.param, p.from) = (Param::Staleness, -1.0)), "from is -1; allowed: 0 to 1000");
        assert_eq!(refused(|p| (p.param, p.from) = (Param::SpeedSkew, -1.0)), "from is -1; allowed: 0.001 to 1000");
        // What only this scenario does not allow, and a point between two that are allowed.
        assert_eq!(
            refused(|p| (p.param, p.from) = (Param::WeightSkew, 1000.0)),
            "weight-skew is 1000, which makes servers[2].weight 0; allowed: 1 to 1000"
        );
        assert_eq!(
            refused(|p| (p.param, p.from, p.to) = (Param::Staleness, 0.0, 0.01)),
            "staleness is 0.005, which makes balancer.load_refresh_s 0.005; allowed: 0.01 to 1000"
        );
        assert!(refused(|p| p.scenario.servers.clear()).starts_with("servers is 0"));
    }

    #[test]
    fn where_it_is_worth_looking_is_allowed() {
        for param in Param::ALL {
            let ((from, to), range) = (param.usual_range(), param.range());
            assert!(range.is_none_or(|range| range.allows(from) && range.allows(to)), "{param}");
        }
    }

    #[test]
    fn each_parameter_sets_what_it_says() {
        let at = |param, value, change: fn(&mut Scenario)| {
            let mut plan = SweepPlan { param, from: value, ..plan() };
            change(&mut plan.scenario);
            plan.scenario_of(&plan.run(0).expect("has runs")).expect("is valid")
        };
        assert!((at(Param::Load, 0.6, |_| ()).utilisation().expect("has a rate") - 0.6).abs() < 1e-12);
        assert_eq!(at(Param::Servers, 5.0, |_| ()).servers, vec![ServerConfig::default(); 5]);
        assert_eq!(at(Param::Rate, 2.5, |_| ()).arrivals.rate_per_s, 2.5);
        assert_eq!(at(Param::RoundTasks, 9.0, |s| s.arrivals.pattern = Pattern::Steps).arrivals.tasks, 9);
        assert_eq!(at(Param::Spread, 3.0, |s| s.sizes.law = SizeLaw::Pareto).sizes.cv(), 3.0);
        assert_eq!(at(Param::KeySkew, 1.5, |_| ()).clients.url_skew, 1.5);
        assert_eq!(at(Param::Choices, 3.0, |_| ()).balancer.strategy.choices, 3);
        let nodes = |id| {
            let plan = SweepPlan { param: Param::VirtualNodes, from: 40.0, strategies: vec![id], ..plan() };
            plan.scenario_of(&plan.run(0).expect("has runs")).expect("is valid").balancer.strategy
        };
        assert_eq!(nodes(StrategyId::Ketama).virtual_nodes, 40);
        assert_eq!(nodes(StrategyId::EnvoyRing).ring_size, 40 * plan().scenario.servers.len() as u32);
        let every = |s| at(Param::Staleness, s, |_| ()).balancer.load_refresh_s;
        assert_eq!((every(0.0), every(2.5)), (None, Some(2.5)));
        assert_eq!(at(Param::Timeout, 4.0, |_| ()).patience.timeout_s, Some(4.0));
        let weights: Vec<u32> = at(Param::WeightSkew, 4.0, |_| ()).servers.iter().map(|s| s.weight).collect();
        assert_eq!(weights, [100, 50, 25]);
        let speeds: Vec<f64> = at(Param::SpeedSkew, 4.0, |_| ()).servers.iter().map(|s| s.speed).collect();
        assert!(speeds.iter().zip([12.0, 6.0, 3.0]).all(|(a, b)| (a - b / 7.0).abs() < 1e-12), "{speeds:?}");
    }

    #[test]
    fn fingerprints_tell_plans_apart() {
        let other = SweepPlan { scenario: presets::find("random").expect("preset"), ..plan() };
        assert_ne!(plan().fingerprint(), other.fingerprint());
        assert_eq!(plan().fingerprint(), plan().fingerprint());
    }
}
