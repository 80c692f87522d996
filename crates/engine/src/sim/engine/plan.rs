//! Planned changes of fields: see [`PlannedChange`].

use super::Engine;
use super::schedule::Timer;
use crate::scenario::fields::{At, Value};
use crate::scenario::{PlannedChange, Scenario};
use std::sync::Arc;

/// A change over time is made in this many steps.
const STEPS: u32 = 50;

/// The places that have been changed, and what they held before.
pub(super) type Before = Vec<(At, Value)>;

/// Where the plan stands.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    changes: Vec<Underway>,
    pub(super) before: Before,
}

/// A planned change that is still to come, or under way.
#[derive(Clone, Debug)]
struct Underway {
    at: At,
    change: PlannedChange,
    /// When its present occurrence begins (s); ∞ after the last.
    begins_s: f64,
    /// Steps made of it.
    made: u32,
    /// The number that it began with.
    from: f64,
}

impl Underway {
    /// When the next step is due (s).
    fn due_s(&self) -> f64 {
        match self.change.over_s > 0.0 {
            true => {
                self.begins_s + self.change.over_s * f64::from(self.made + 1) / f64::from(STEPS)
            }
            false => self.begins_s,
        }
    }

    /// Makes the next step in `scenario`.
    fn step(&mut self, scenario: &mut Scenario) {
        let steps = if self.change.over_s > 0.0 { STEPS } else { 1 };
        if self.made == 0 {
            let now = self.at.get(scenario).and_then(|value| value.number());
            self.from = now.unwrap_or(self.change.to);
        }
        self.made += 1;
        let part = f64::from(self.made) / f64::from(steps);
        let value = match self.made == steps {
            true => self.change.to,
            false => self.from + (self.change.to - self.from) * part,
        };
        let whole = self.at.field.range().is_some_and(|range| range.whole);
        let value = if whole { value.round() } else { value };
        // The check of the plan has found both ends in their range.
        let _ = self.at.set(scenario, &Value::Number(value));
        if self.made == steps {
            self.made = 0;
            self.begins_s += self.change.every_s.unwrap_or(f64::INFINITY);
        }
    }
}

impl Plan {
    /// The changes of a scenario from `now_s` on, after those that `before` tells of; None if there
    /// are none of either.
    pub(super) fn new(scenario: &Scenario, now_s: f64, before: Before) -> Option<Box<Self>> {
        let changes = scenario.changes.iter().filter_map(|change| {
            let mut begins_s = change.at_s;
            if let Some(every_s) = change.every_s
                && begins_s < now_s
            {
                begins_s += ((now_s - begins_s) / every_s).ceil() * every_s;
            }
            let at = change.field.parse().ok()?;
            (begins_s >= now_s).then(|| Underway {
                at,
                change: change.clone(),
                begins_s,
                made: 0,
                from: 0.0,
            })
        });
        let changes: Vec<Underway> = changes.collect();
        let is_empty = changes.is_empty() && before.is_empty();
        (!is_empty).then(|| Box::new(Self { changes, before }))
    }

    /// When the next step of any change is due (s).
    pub(super) fn next_s(&self) -> f64 {
        let due = self.changes.iter().map(Underway::due_s);
        due.fold(f64::INFINITY, f64::min)
    }
}

/// The place itself, or if that is all elements of a list, each of them.
fn places(at: At, scenario: &Scenario) -> Vec<At> {
    if at.index.is_some() || !at.field.path.contains('*') {
        return vec![at];
    }
    let each = (0..).map(|i| At::new(at.field, Some(i)));
    each.take_while(|at| at.get(scenario).is_some()).collect()
}

impl Engine {
    /// Arms the timer of planned changes.
    pub(super) fn arm_change(&mut self) {
        let next_s = self.plan.as_ref().map_or(f64::INFINITY, |p| p.next_s());
        self.schedule.set(Timer::Change, next_s);
    }

    /// The scenario after the changes of this moment.
    pub(super) fn changed(&mut self) -> Option<Scenario> {
        let plan = self.plan.as_mut()?;
        let mut next = Scenario::clone(&Arc::clone(&self.scenario));
        for change in &mut plan.changes {
            if change.due_s() > self.now_s {
                continue;
            }
            for at in places(change.at, &next) {
                if !plan.before.iter().any(|(known, _)| *known == at)
                    && let Some(value) = at.get(&next)
                {
                    plan.before.push((at, value));
                }
            }
            change.step(&mut next);
        }
        self.arm_change();
        Some(next)
    }
}
