//! Kubernetes' horizontal pod autoscaler: what it orders of what is wanted.

use crate::rules::{Change, Rules};

/// The settings of an HPA.
#[derive(Clone, Debug, PartialEq)]
pub struct HpaSettings {
    /// The fewest replicas.
    pub min: u32,
    /// The most replicas.
    pub max: u32,
    /// How far from 1 the ratio may be without a change.
    pub tolerance: f64,
    /// Time between two decisions (s).
    pub sync_s: f64,
    /// On the way up.
    pub up: Rules,
    /// On the way down.
    pub down: Rules,
}

impl Default for HpaSettings {
    /// Kubernetes' defaults; `max` has none there.
    fn default() -> Self {
        Self {
            min: 1,
            max: 100,
            tolerance: 0.1,
            sync_s: 15.0,
            up: Rules::up(),
            down: Rules::down(),
        }
    }
}

/// A decision, from what the metric says to what is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What the metric asks for.
    pub wanted: u32,
    /// After stabilisation: the nearest to the current number that recent recommendations allow.
    pub stabilised: u32,
    /// After the limits on speed and number.
    pub ordered: u32,
}

/// An HPA with what it remembers.
///
/// Source: `reconcileAutoscaler`, `stabilizeRecommendationWithBehaviors` and
/// `convertDesiredReplicasWithBehaviorRate` in `pkg/controller/podautoscaler/horizontal.go`.
#[derive(Clone, Debug, PartialEq)]
pub struct Hpa {
    settings: HpaSettings,
    /// When what was wanted.
    advice: Vec<(f64, u32)>,
    changes: Vec<Change>,
}

impl Hpa {
    /// An HPA that has not decided yet.
    pub fn new(settings: HpaSettings) -> Self {
        Self::with_past(settings, Vec::new(), Vec::new())
    }

    /// An HPA with these recommendations (time in s, replicas) and changes behind it.
    pub fn with_past(settings: HpaSettings, advice: Vec<(f64, u32)>, changes: Vec<Change>) -> Self {
        Self {
            settings,
            advice,
            changes,
        }
    }

    /// The settings.
    pub fn settings(&self) -> &HpaSettings {
        &self.settings
    }

    /// Orders replicas, given how many there are and how many the metric asks for. With no
    /// replicas and a minimum above 0 it is switched off.
    pub fn decide(&mut self, now_s: f64, current: u32, wanted: u32) -> Decision {
        let HpaSettings { min, max, .. } = self.settings;
        let mut stabilised = wanted;
        let ordered = if current == 0 && min != 0 {
            0
        } else if current > max {
            max
        } else if current < min {
            min
        } else {
            stabilised = self.stabilised(now_s, current, wanted);
            self.limited(now_s, current, stabilised)
        };
        self.remember(now_s, i64::from(ordered) - i64::from(current));
        Decision {
            wanted,
            stabilised,
            ordered,
        }
    }

    /// Not above the least recommendation of the window on the way up, not below the greatest of
    /// the window on the way down, and else the current number.
    fn stabilised(&mut self, now_s: f64, current: u32, wanted: u32) -> u32 {
        let HpaSettings { up, down, .. } = &self.settings;
        let lowest = self.since(now_s - up.window_s).fold(wanted, u32::min);
        let highest = self.since(now_s - down.window_s).fold(wanted, u32::max);
        let oldest_s = now_s - up.window_s.max(down.window_s);
        self.advice.retain(|a| a.0 >= oldest_s);
        self.advice.push((now_s, wanted));
        current.max(lowest).min(highest)
    }

    /// What was wanted after this time.
    fn since(&self, time_s: f64) -> impl Iterator<Item = u32> {
        let recent = self.advice.iter().filter(move |a| a.0 > time_s);
        recent.map(|a| a.1)
    }

    fn limited(&self, now_s: f64, current: u32, wanted: u32) -> u32 {
        let HpaSettings { min, max, .. } = self.settings;
        if wanted > current {
            let limit = self.settings.up.up_limit(now_s, current, &self.changes);
            wanted.min(max.min(limit))
        } else if wanted < current {
            let down = &self.settings.down;
            let limit = down.down_limit(now_s, current, &self.changes);
            wanted.max(min.max(limit))
        } else {
            wanted
        }
    }

    fn remember(&mut self, now_s: f64, by: i64) {
        let HpaSettings { up, down, .. } = &self.settings;
        let oldest_s = now_s - up.longest_s().max(down.longest_s());
        self.changes.retain(|change| change.at_s >= oldest_s);
        if by != 0 {
            self.changes.push(Change { at_s: now_s, by });
        }
    }
}
