//! What an autoscaler does, as those who watch a run see it.

use serde::Serialize;

/// What a server is doing under an autoscaler.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Phase {
    /// Off, until it is ordered.
    Off,
    /// Ordered, and not ready before `ready_s` (s).
    Starting {
        /// When it was ordered (s).
        ordered_s: f64,
        /// When it takes its first task (s).
        ready_s: f64,
    },
    /// It takes tasks.
    Ready {
        /// When it was ordered (s).
        ordered_s: f64,
    },
    /// Sent away: it ends what it has, and takes nothing new.
    Draining {
        /// When it was ordered (s).
        ordered_s: f64,
    },
}

impl Phase {
    /// Its word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Starting { .. } => "starting",
            Self::Ready { .. } => "ready",
            Self::Draining { .. } => "draining",
        }
    }

    /// When it was ordered (s), if it is not off.
    pub fn ordered_s(&self) -> Option<f64> {
        match *self {
            Self::Off => None,
            Self::Starting { ordered_s, .. }
            | Self::Ready { ordered_s }
            | Self::Draining { ordered_s } => Some(ordered_s),
        }
    }

    /// When its start is over (s), if it starts.
    pub fn ready_s(&self) -> Option<f64> {
        match *self {
            Self::Starting { ready_s, .. } => Some(ready_s),
            _ => None,
        }
    }
}

/// How far a start is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    /// The word of its stage.
    pub stage: &'static str,
    /// The part of the whole start that is over.
    pub share: f64,
    /// The rest of the whole start (s).
    pub rest_s: f64,
}

/// Servers by what they do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ScaleCounts {
    /// Ordered: starting, or ready.
    pub ordered: u32,
    /// Ready to take tasks.
    pub useful: u32,
    /// Sent away, with tasks left.
    pub draining: u32,
}

/// Why an autoscaler ordered what it did, or what else happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScaleReason {
    /// The run began.
    Start,
    /// As many are wanted as there are, or nearly (tolerance).
    Kept,
    /// The load asks for it.
    Wanted,
    /// A recommendation of the stabilisation window holds.
    Window,
    /// A policy limits how fast the number changes.
    Limit,
    /// There are to be no fewer, or are no more.
    Bounds,
    /// No server is ready, so that there is no load to go by.
    NoMetrics,
    /// The panic window holds.
    Panic,
    /// There is something to do while no server is on.
    Activated,
    /// There has been nothing to do for the cooldown.
    Cooldown,
    /// The timetable says so.
    Timetable,
    /// A start is over.
    Ready,
    /// A server that was sent away has ended its tasks.
    Gone,
}

impl ScaleReason {
    /// All reasons.
    pub const ALL: [Self; 13] = [
        Self::Start,
        Self::Kept,
        Self::Wanted,
        Self::Window,
        Self::Limit,
        Self::Bounds,
        Self::NoMetrics,
        Self::Panic,
        Self::Activated,
        Self::Cooldown,
        Self::Timetable,
        Self::Ready,
        Self::Gone,
    ];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Kept => "kept",
            Self::Wanted => "wanted",
            Self::Window => "window",
            Self::Limit => "limit",
            Self::Bounds => "bounds",
            Self::NoMetrics => "no-metrics",
            Self::Panic => "panic",
            Self::Activated => "activated",
            Self::Cooldown => "cooldown",
            Self::Timetable => "timetable",
            Self::Ready => "ready",
            Self::Gone => "gone",
        }
    }
}

/// A decision of an autoscaler, or something that came of one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ScaleEvent {
    /// When (s).
    pub time_s: f64,
    /// The load that the latest decision saw, as its rule counts it: tasks in flight per server
    /// (HPA), a busy share, or tasks in the system; NaN without one.
    pub seen: f64,
    /// How many servers that load asks for.
    pub wanted: u32,
    /// How many servers there are from now on.
    #[serde(flatten)]
    pub counts: ScaleCounts,
    /// Why.
    pub reason: ScaleReason,
}
