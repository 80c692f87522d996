//! How many of the servers are on, and who decides it.

use equipoise_elastic::rules::{Policy, Rules, Select, Step};
use equipoise_elastic::startup::{CACHED, COLD, Stage, Timed};
use equipoise_elastic::{HpaSettings, KedaSettings, KpaSettings, Period, Schedule};
use serde::{Deserialize, Serialize};

/// By which rule servers are ordered and sent away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScaleBy {
    /// By none: all servers are on.
    #[default]
    Off,
    /// Kubernetes' horizontal pod autoscaler: a load per server should be on its target.
    Hpa,
    /// Knative's: tasks in flight, averaged over a stable and a panic window.
    Kpa,
    /// KEDA's: by the tasks in the system, down to none.
    Queue,
    /// KEDA's cron scaler: a number of servers from one time of the day to another.
    Schedule,
}

/// Which load an HPA looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScaleMetric {
    /// Tasks in the system at the moment.
    #[default]
    InFlight,
    /// The busy share of the slots of ready servers since the last decision.
    Utilisation,
}

/// How long a server takes from its order to its first task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartUp {
    /// The scenario's own times.
    #[default]
    Own,
    /// A replica of Llama 3.1 8B with vLLM, nothing kept from before: 294 s (tensorfuse.io, 2025).
    Cold,
    /// The same with model, compiled graphs and imports kept: 82 s.
    Cached,
}

/// Who decides how many servers are on. Servers beyond those that are on at the start are off until
/// they are ordered, and there are never more than the scenario has.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Autoscaler {
    /// By which rule. Kubernetes' and KEDA's defaults are those of the fields below.
    pub by: ScaleBy,
    /// Servers that are on at the start.
    pub on_at_start: u32,
    /// The fewest servers; by a schedule, those outside its hours.
    pub least: u32,
    /// Which load an HPA looks at.
    pub metric: ScaleMetric,
    /// Tasks in flight that a server should have.
    pub target: f64,
    /// The busy share that its slots should have.
    pub utilisation: f64,
    /// How far from 1 the ratio of load and target may be without a change.
    pub tolerance: f64,
    /// Time between two decisions of an HPA (s).
    pub sync_s: f64,
    /// On the way up: how long a recommendation must have held before it is followed (s).
    pub up_window_s: f64,
    /// By how many percent of the servers their number may rise in a period. Without a limit in
    /// percent and in servers it does not rise; with both, the wider one holds.
    pub up_percent: Option<u32>,
    /// By how many servers it may rise in a period.
    pub up_servers: Option<u32>,
    /// That period (s).
    pub up_period_s: f64,
    /// The same on the way down: how long a recommendation must have held (s).
    pub down_window_s: f64,
    /// By how many percent it may fall in a period.
    pub down_percent: Option<u32>,
    /// By how many servers it may fall in a period.
    pub down_servers: Option<u32>,
    /// That period (s).
    pub down_period_s: f64,
    /// What KEDA adds to an HPA: from none to one server, and back.
    pub queue: KedaSettings,
    /// Knative's settings.
    pub kpa: KpaSettings,
    /// The timetable.
    pub schedule: ScaleSchedule,
    /// How long a server takes to start.
    pub start_up: StartUp,
    /// Own times: until there is a machine (s).
    pub node_s: f64,
    /// Until its image is there (s).
    pub image_s: f64,
    /// Until the weights are read (s).
    pub weights_s: f64,
    /// Until it is warm (s).
    pub warm_up_s: f64,
    /// What an hour of a server costs.
    pub price_per_hour: f64,
}

/// A number of servers from one time of the day to another, every day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScaleSchedule {
    /// How long a day is (s).
    pub day_s: f64,
    /// When the period begins, from the beginning of the day (s).
    pub begins_s: f64,
    /// When it ends (s); before its beginning, on the next day.
    pub ends_s: f64,
    /// How many servers are on in it.
    pub servers: u32,
}

impl Default for ScaleSchedule {
    fn default() -> Self {
        Self {
            day_s: 86_400.0,
            begins_s: 28_800.0,
            ends_s: 64_800.0,
            servers: 1,
        }
    }
}

impl Default for Autoscaler {
    fn default() -> Self {
        Self {
            by: ScaleBy::Off,
            on_at_start: 1,
            least: 1,
            metric: ScaleMetric::InFlight,
            target: 1.0,
            utilisation: 0.7,
            tolerance: 0.1,
            sync_s: 15.0,
            up_window_s: 0.0,
            up_percent: Some(100),
            up_servers: Some(4),
            up_period_s: 15.0,
            down_window_s: 300.0,
            down_percent: Some(100),
            down_servers: None,
            down_period_s: 15.0,
            queue: KedaSettings::default(),
            kpa: KpaSettings::default(),
            schedule: ScaleSchedule::default(),
            start_up: StartUp::Own,
            node_s: 0.0,
            image_s: 5.0,
            weights_s: 0.0,
            warm_up_s: 5.0,
            price_per_hour: 1.0,
        }
    }
}

/// The rules of one direction.
fn rules(window_s: f64, percent: Option<u32>, servers: Option<u32>, period_s: f64) -> Rules {
    let steps = [percent.map(Step::Percent), servers.map(Step::Pods)];
    let policies: Vec<Policy> = steps
        .into_iter()
        .flatten()
        .map(|step| Policy { step, period_s })
        .collect();
    Rules {
        window_s,
        select: match policies.is_empty() {
            true => Select::Disabled,
            false => Select::Max,
        },
        policies,
    }
}

impl ScaleBy {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Hpa => "hpa",
            Self::Kpa => "kpa",
            Self::Queue => "queue",
            Self::Schedule => "schedule",
        }
    }
}

impl Autoscaler {
    /// Whether there is one.
    pub fn is_on(&self) -> bool {
        self.by != ScaleBy::Off
    }

    /// The stages of a start, in their order.
    pub fn stages(&self) -> Vec<Timed> {
        match self.start_up {
            StartUp::Own => vec![
                (Stage::Node, self.node_s),
                (Stage::Image, self.image_s),
                (Stage::Weights, self.weights_s),
                (Stage::WarmUp, self.warm_up_s),
            ],
            StartUp::Cold => COLD.to_vec(),
            StartUp::Cached => CACHED.to_vec(),
        }
    }

    /// As an HPA's settings, with at most `max` servers.
    pub(crate) fn hpa(&self, max: u32) -> HpaSettings {
        HpaSettings {
            min: self.least,
            max,
            tolerance: self.tolerance,
            sync_s: self.sync_s,
            up: rules(
                self.up_window_s,
                self.up_percent,
                self.up_servers,
                self.up_period_s,
            ),
            down: rules(
                self.down_window_s,
                self.down_percent,
                self.down_servers,
                self.down_period_s,
            ),
        }
    }

    /// As KEDA's settings, with at most `max` servers.
    pub(crate) fn keda(&self, max: u32) -> KedaSettings {
        KedaSettings {
            target: self.target,
            min: self.least,
            max,
            ..self.queue
        }
    }

    /// As Knative's settings. A server takes any number of tasks, so nothing is said of bursts.
    pub(crate) fn kpa(&self) -> KpaSettings {
        KpaSettings {
            target: self.target,
            burst: -1.0,
            ..self.kpa
        }
    }

    /// As a timetable.
    pub(crate) fn timetable(&self) -> Schedule {
        Schedule {
            day_s: self.schedule.day_s,
            otherwise: self.least,
            periods: vec![Period {
                start_s: self.schedule.begins_s,
                end_s: self.schedule.ends_s,
                replicas: self.schedule.servers,
            }],
        }
    }
}
