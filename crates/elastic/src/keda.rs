//! KEDA: by the length of a queue, and down to none.

use crate::hpa::{Decision, Hpa, HpaSettings};
use crate::metric;
use serde::{Deserialize, Serialize};

/// The settings of a scaled object.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KedaSettings {
    /// Tasks a replica should have.
    #[serde(skip)]
    pub target: f64,
    /// The fewest replicas; 0 lets it go down to none.
    #[serde(skip)]
    pub min: u32,
    /// The most replicas.
    #[serde(skip)]
    pub max: u32,
    /// It becomes active above this many tasks.
    pub activation: f64,
    /// Time between two looks at the queue (s).
    pub polling_s: f64,
    /// How long it must have been inactive before the last replicas go (s).
    pub cooldown_s: f64,
}

impl Default for KedaSettings {
    /// KEDA's defaults, with 5 tasks a replica.
    fn default() -> Self {
        Self {
            target: 5.0,
            activation: 0.0,
            polling_s: 30.0,
            cooldown_s: 300.0,
            min: 0,
            max: 100,
        }
    }
}

/// A scaled object with what it remembers: from none to one and back it decides itself, the rest
/// is left to an HPA.
///
/// Source: KEDA's documentation, "Scaling Deployments" and `ScaledObject`'s specification.
#[derive(Clone, Debug, PartialEq)]
pub struct Keda {
    settings: KedaSettings,
    hpa: Hpa,
    /// When it was last active (s).
    active_s: f64,
}

impl Keda {
    /// A scaled object that was last active at `now_s`.
    pub fn new(settings: KedaSettings, now_s: f64) -> Self {
        Self::with_hpa(settings, HpaSettings::default(), now_s)
    }

    /// The same with an HPA of these settings, but for its fewest and most replicas.
    pub fn with_hpa(settings: KedaSettings, hpa: HpaSettings, now_s: f64) -> Self {
        let hpa = Hpa::new(HpaSettings {
            min: settings.min.max(1),
            max: settings.max,
            ..hpa
        });
        Self {
            settings,
            hpa,
            active_s: now_s,
        }
    }

    /// The settings.
    pub fn settings(&self) -> &KedaSettings {
        &self.settings
    }

    /// The settings of its HPA.
    pub fn hpa_settings(&self) -> &HpaSettings {
        self.hpa.settings()
    }

    /// A look at the queue, every [`KedaSettings::polling_s`]: from none to the fewest, or to none
    /// after the cooldown.
    pub fn poll(&mut self, now_s: f64, current: u32, tasks: f64) -> u32 {
        let least = self.settings.min;
        if tasks > self.settings.activation {
            self.active_s = now_s;
            return current.max(least).max(1);
        }
        let cold = now_s - self.active_s > self.settings.cooldown_s;
        if least == 0 && cold { 0 } else { current }
    }

    /// The decision of the HPA, every 15 s: ⌈tasks / target⌉, with its tolerance, windows and
    /// limits. It is switched off while there are no replicas.
    pub fn sync(&mut self, now_s: f64, current: u32, tasks: f64) -> Decision {
        let [tasks, target] = [tasks, self.settings.target].map(|n| (n * 1000.0) as u64);
        let tolerance = self.hpa.settings().tolerance;
        let wanted = metric::by_average_value(tasks, target, current, tolerance);
        self.hpa.decide(now_s, current, wanted)
    }
}
