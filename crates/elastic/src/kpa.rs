//! Knative's autoscaler (KPA): by concurrency, with a stable and a panic window.

use crate::window::Greatest;
use serde::{Deserialize, Serialize};

/// The settings of a KPA (`config-autoscaler`). Those of a pod are not written: they belong to what
/// it scales.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KpaSettings {
    /// Requests in flight that a pod should have: capacity times utilisation.
    #[serde(skip)]
    pub target: f64,
    /// Requests in flight that a pod can have.
    #[serde(skip)]
    pub capacity: f64,
    /// The fewest pods if there are any; 0 or 1 for no such rule.
    #[serde(skip)]
    pub activation: u32,
    /// Requests that may come at once without being buffered; below 0 for any number.
    #[serde(skip)]
    pub burst: f64,
    /// Time between two decisions (s).
    pub tick_s: f64,
    /// The window of calm decisions (s).
    pub stable_s: f64,
    /// The window that notices bursts, as a share of the stable one.
    pub panic_share: f64,
    /// Wanted pods over ready ones from which it panics.
    pub panic_threshold: f64,
    /// The greatest factor of one decision on the way up.
    pub max_up: f64,
    /// The greatest divisor of one decision on the way down.
    pub max_down: f64,
    /// How long fewer pods must have been wanted before there are fewer (s).
    pub down_delay_s: f64,
    /// How long none must have been wanted before the last pod goes (s).
    pub zero_grace_s: f64,
}

impl Default for KpaSettings {
    /// Knative's defaults (`config-autoscaler`): 70 % of a concurrency of 100.
    fn default() -> Self {
        Self {
            target: 70.0,
            capacity: 100.0,
            stable_s: 60.0,
            panic_share: 0.1,
            panic_threshold: 2.0,
            max_up: 1000.0,
            max_down: 2.0,
            activation: 1,
            down_delay_s: 0.0,
            tick_s: 2.0,
            burst: 211.0,
            zero_grace_s: 30.0,
        }
    }
}

impl KpaSettings {
    /// The panic window (s).
    pub fn panic_s(&self) -> f64 {
        self.stable_s * self.panic_share
    }
}

/// A decision of a KPA.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The wanted number of pods.
    pub wanted: u32,
    /// Requests that could still come at once; below 0 the activator stays in the way to buffer.
    pub excess_burst: f64,
    /// Whether it panics.
    pub panics: bool,
}

/// A KPA with what it remembers.
///
/// Source: `Scale` in Knative's `pkg/autoscaler/scaling/autoscaler.go`.
#[derive(Clone, Debug, PartialEq)]
pub struct Kpa {
    settings: KpaSettings,
    /// The last time at which the panic threshold was crossed, while it panics (s).
    panic_s: Option<f64>,
    most_in_panic: u32,
    delay: Option<Greatest>,
    /// Since when none has been wanted (s).
    idle_s: Option<f64>,
}

impl Kpa {
    /// A KPA that finds `ready` pods. With more than one it begins in panic, since it does not know
    /// the load before its time.
    pub fn new(settings: KpaSettings, now_s: f64, ready: u32) -> Self {
        let delay_s = settings.down_delay_s;
        Self {
            delay: (delay_s > 0.0).then(|| Greatest::new(delay_s, settings.tick_s)),
            settings,
            panic_s: (ready > 1).then_some(now_s),
            most_in_panic: ready,
            idle_s: None,
        }
    }

    /// The settings.
    pub fn settings(&self) -> &KpaSettings {
        &self.settings
    }

    /// Decides, given the ready pods and the requests in flight, averaged over the stable and the
    /// panic window.
    pub fn scale(&mut self, now_s: f64, ready: u32, stable: f64, panic: f64) -> Scale {
        let s = &self.settings;
        let there = f64::from(ready.max(1));
        let most = (s.max_up * there).ceil();
        let least = (there / s.max_down).floor();
        let [calm, urgent] = [stable, panic].map(|seen| (seen / s.target).ceil());
        let [by_calm, by_urgent] = [calm, urgent].map(|pods| {
            let within = pods.max(least).min(most) as u32;
            if pods > 0.0 {
                within.max(s.activation)
            } else {
                within
            }
        });
        let over = urgent / there >= s.panic_threshold;
        let past = self.panic_s.is_some_and(|since| since + s.stable_s < now_s);
        if over {
            self.panic_s = Some(now_s);
        } else if past {
            self.panic_s = None;
            self.most_in_panic = 0;
        }
        let mut wanted = by_calm;
        if self.panic_s.is_some() {
            self.most_in_panic = self.most_in_panic.max(by_calm).max(by_urgent);
            wanted = self.most_in_panic;
        }
        if let Some(delay) = &mut self.delay {
            wanted = delay.add(now_s, wanted);
        }
        let excess_burst = if s.burst < 0.0 {
            -1.0
        } else if s.burst == 0.0 {
            0.0
        } else {
            (f64::from(ready) * s.capacity - s.burst - panic).floor()
        };
        Scale {
            wanted,
            excess_burst,
            panics: self.panic_s.is_some(),
        }
    }

    /// What is ordered of what is wanted: the last pod stays until none has been wanted for the
    /// grace period, in which the way through the activator is made.
    pub fn order(&mut self, now_s: f64, current: u32, wanted: u32) -> u32 {
        if wanted > 0 {
            self.idle_s = None;
            return wanted;
        }
        let since = *self.idle_s.get_or_insert(now_s);
        let over = now_s - since >= self.settings.zero_grace_s;
        if over { 0 } else { current.min(1) }
    }
}
