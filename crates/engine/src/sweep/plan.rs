//! What a sweep is to do, as plain data.

use super::{Param, PlannedRun};
use crate::balance::StrategyId;
use crate::scenario::limits::Range;
use crate::scenario::{FieldError, Pattern, Scenario, later, presets};
use serde::{Deserialize, Serialize};

/// Points, replications: as many as this each.
const COUNT: Range = count(1.0, 1000.0);
/// Runs in all.
const RUNS: Range = count(1.0, 1_000_000.0);
/// Tasks of a run. Each takes 8 bytes until the run is measured.
const TASKS: Range = count(100.0, 10_000_000.0);

const fn count(min: f64, max: f64) -> Range {
    Range {
        min,
        max,
        slider_max: max,
        step: 1.0,
        log: true,
        whole: true,
        unit: "",
    }
}

/// One of the systems that a sweep compares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arm<'a> {
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
    /// Whether they are in equal ratios, not at equal distances.
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
    /// A sweep that suits a scenario: over the load, or the servers where there is none, with its
    /// own strategy.
    pub fn usual(scenario: &Scenario) -> Self {
        let param = if scenario.utilisation().is_some() {
            Param::Load
        } else {
            Param::Servers
        };
        let (from, mut to) = param.usual_range();
        // What a second draw is worth shows near the limit.
        if param == Param::Load && scenario.balancer.strategy.id == StrategyId::TwoChoices {
            to = 0.99;
        }
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

    /// A strategy worth comparing with a scenario's own: the one that puts its scene right, or what
    /// the scene is told apart from.
    pub fn companion(scenario: &Scenario) -> StrategyId {
        let own = scenario.balancer.strategy.id;
        if let Some(fix) = presets::fix(&scenario.name) {
            let mut right = scenario.clone();
            fix(&mut right);
            if right.balancer.strategy.id != own {
                return right.balancer.strategy.id;
            }
        }
        match (own, scenario.arrivals.pattern) {
            (StrategyId::RoundRobin, Pattern::Batch) => StrategyId::Pull,
            (StrategyId::RoundRobin, Pattern::Steps) | (StrategyId::ExpandedWrr, _) => {
                StrategyId::SmoothWrr
            }
            (StrategyId::RoundRobin, _) if scenario.name == "e-n-m-1" => StrategyId::Random,
            (StrategyId::Pull, Pattern::Poisson)
            | (StrategyId::TwoChoices | StrategyId::WorkStealing, _) => StrategyId::Random,
            (
                StrategyId::LeastConnections
                | StrategyId::LeastResponseTime
                | StrategyId::SmoothWrr
                | StrategyId::Pull,
                _,
            ) => StrategyId::RoundRobin,
            _ => StrategyId::LeastConnections,
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

    /// What is run at each point: each strategy, or both scenarios. The first is what the others
    /// are compared with.
    pub fn arms(&self) -> impl ExactSizeIterator<Item = Arm<'_>> {
        let count = self.strategies().len() + usize::from(self.beside.is_some());
        (0..count).map(|arm| self.arm(arm))
    }

    fn arm(&self, arm: usize) -> Arm<'_> {
        if let Some(&strategy) = self.strategies().get(arm) {
            return Arm {
                scenario: &self.scenario,
                strategy,
            };
        }
        let scenario = self.beside.as_deref().unwrap_or(&self.scenario);
        Arm {
            scenario,
            strategy: scenario.balancer.strategy.id,
        }
    }

    /// How many runs there are.
    pub fn runs(&self) -> u32 {
        let runs = u64::from(self.points) * u64::from(self.replications) * self.arms().len() as u64;
        runs.min(u64::from(u32::MAX)) as u32
    }

    /// The parameter's value at a point; a counted one is rounded.
    pub fn value(&self, point: u32) -> f64 {
        self.value_of(point, self.points)
    }

    /// The value at a point if there were this many.
    fn value_of(&self, point: u32, points: u32) -> f64 {
        let part = f64::from(point) / f64::from(points.max(2) - 1);
        let value = if self.log {
            self.from * libm::pow(self.to / self.from, part)
        } else {
            self.from + (self.to - self.from) * part
        };
        if self.param.is_whole() {
            value.round()
        } else {
            value
        }
    }

    /// As many of its points as have values of their own: whole numbers may come more than once.
    /// At most as many as a plan may have, so that they are soon counted.
    pub fn distinct_points(&self) -> u32 {
        if !self.param.is_whole() || self.param == Param::Nothing {
            return self.points;
        }
        // Rounding both ends may add one to the whole numbers between them.
        let most = (self.to - self.from).abs() as u32;
        let most = most.saturating_add(2).min(COUNT.max as u32);
        (1..=self.points.min(most))
            .rev()
            .find(|&points| {
                (1..points).all(|i| self.value_of(i, points) != self.value_of(i - 1, points))
            })
            .unwrap_or(1)
    }

    /// The run with this index; None if there are fewer. Points come first, then replications, then
    /// arms, so that a beginning of the list is a smaller sweep.
    ///
    /// All arms get the same seed at the same point and replication ("common random numbers"); no
    /// other runs do, so that they are independent.
    pub fn run(&self, index: u32) -> Option<PlannedRun> {
        let n = self.arms().len() as u32;
        let pair = index.checked_div(n)?;
        let arm = index % n;
        let point = pair.checked_div(self.replications)?;
        let run = PlannedRun {
            index,
            point,
            value: self.value(point),
            replication: pair % self.replications,
            arm,
            strategy: self.arm(arm as usize).strategy,
            seed: self.scenario.seed.wrapping_add(pair),
        };
        (point < self.points).then_some(run)
    }

    /// The scenario of a run, to open it or to do it.
    ///
    /// # Errors
    /// A field that the parameter's value or the strategy makes wrong.
    pub fn scenario_of(&self, run: &PlannedRun) -> Result<Scenario, FieldError> {
        let mut scenario = Scenario {
            seed: run.seed,
            ..self.arm(run.arm as usize).scenario.clone()
        };
        scenario.balancer.strategy.id = run.strategy;
        self.param.set(&mut scenario, run.value).ok_or_else(|| {
            FieldError::new(
                "param",
                self.param,
                format!("one that the scenario {:?} has", scenario.name),
            )
        })?;
        scenario.validate().map(|()| scenario)
    }

    /// Checks every number, and the scenario of every point and arm.
    ///
    /// # Errors
    /// The first field that is out of its range, or that another one contradicts.
    pub fn validate(&self) -> Result<(), FieldError> {
        let runs = f64::from(self.points) * f64::from(self.replications) * self.arms().len() as f64;
        for (field, value, range) in [
            ("points", f64::from(self.points), COUNT),
            ("replications", f64::from(self.replications), COUNT),
            ("tasks", self.tasks as f64, TASKS),
            ("points × replications × arms", runs, RUNS),
        ] {
            if !range.allows(value) {
                return Err(FieldError::new(
                    field,
                    value,
                    format!("{} to {}", range.min, range.max),
                ));
            }
        }
        for (field, value) in [("from", self.from), ("to", self.to)] {
            if !value.is_finite() || self.log && value <= 0.0 {
                let allowed = if self.log {
                    "above 0, where points are in equal ratios"
                } else {
                    "a number"
                };
                return Err(FieldError::new(field, value, allowed));
            }
            let range = self.param.range();
            if !range.allows(value) {
                return Err(FieldError::new(
                    field,
                    value,
                    format!("{} to {}", range.min, range.max),
                ));
            }
        }
        for (i, id) in self.strategies.iter().enumerate() {
            if self.strategies[..i].contains(id) {
                return Err(FieldError::new(
                    format!("strategies[{i}]"),
                    id,
                    "each strategy once",
                ));
            }
        }
        if self.beside.is_some() && self.strategies.len() > 1 {
            let value = self.strategies.len();
            return Err(FieldError::new(
                "strategies",
                value,
                "at most one beside another scenario",
            ));
        }
        self.scenario.validate()?;
        let n = self.arms().len() as u32;
        for point in 0..self.points {
            for arm in 0..n {
                if let Some(run) = self.run(point * self.replications * n + arm) {
                    self.scenario_of(&run)
                        .map_err(|error| self.blame(&run, error))?;
                }
            }
        }
        Ok(())
    }

    /// An error of a point's scenario, by the parameter, where that is what makes it wrong.
    fn blame(&self, run: &PlannedRun, error: FieldError) -> FieldError {
        let mut plain = self.arm(run.arm as usize).scenario.clone();
        plain.balancer.strategy.id = run.strategy;
        if self.param.set(&mut plain.clone(), run.value).is_none() || plain.validate().is_err() {
            return error;
        }
        let value = format!("{}, which makes {} {}", run.value, error.field, error.value);
        FieldError::new(self.param.to_string(), value, error.allowed)
    }

    /// A number that tells plans apart: CRC-32 of the plan in postcard's form.
    pub fn fingerprint(&self) -> u32 {
        // Plain data can always be written.
        crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&later::to_bytes(self).0)
    }
}

#[cfg(test)]
mod tests;
