//! A trace that a run plays in place of drawn tasks.

use crate::link::{Beside, PageLink, TraceFile};
use crate::scenario::fields::named;
use crate::scenario::limits::DURATION;
use crate::scenario::{Scenario, Script, ServerConfig, Service, WorkUnit, presets};
use crate::view::Measured;
use crate::workload::{Arrivals, Pattern, Playback, Recording};
use std::fmt;
use std::rc::Rc;

/// A run is this many times as long as its trace.
const LONGER: f64 = 1.05;

/// A trace whose file has been read.
#[derive(Clone)]
pub struct Trace {
    /// Which file it is, and how it is played.
    pub file: TraceFile,
    /// What people call its format.
    pub format: String,
    /// When its last request arrives in the file's own time (s).
    pub last_s: f64,
    /// Arrivals a second in the file's own time, if not all are at once.
    pub rate_per_s: Option<f64>,
    /// Whether its requests have tokens; the others have sizes.
    pub has_tokens: bool,
    /// Rows that could not be read, requests that had failed when it was recorded, and replies of
    /// no tokens, which are taken as of one.
    pub left_out: [u64; 3],
    /// What a run plays.
    pub recording: Rc<dyn Recording>,
    /// When its requests were served, if it says so.
    pub measured: Option<Rc<dyn Measured>>,
}

impl fmt::Debug for Trace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.file.fmt(out)
    }
}

impl PartialEq for Trace {
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file && Rc::ptr_eq(&self.recording, &other.recording)
    }
}

impl Trace {
    /// How a run plays it.
    pub fn playback(&self) -> Playback {
        Playback {
            recording: Rc::clone(&self.recording),
            time_scale: self.file.time_scale,
        }
    }

    /// What was measured, if it is played in its own time: at another rate requests would have
    /// been served otherwise.
    pub fn measured(&self) -> Option<Rc<dyn Measured>> {
        self.measured
            .clone()
            .filter(|_| self.file.time_scale == 1.0)
    }

    /// Whether a scenario's servers are for its requests.
    pub fn suits(&self, scenario: &Scenario) -> bool {
        self.has_tokens == scenario.has_replicas()
    }

    /// What shows a scenario that plays it from its beginning, beside what is compared.
    pub fn link(&self, present: &Scenario, compare: Option<Beside>) -> PageLink {
        PageLink {
            script: Script::new(self.scenario(present)),
            compare,
            trace: Some(self.file.clone()),
            ..PageLink::default()
        }
    }

    /// A scenario that plays it: this one with its requests, if they suit the servers, or else a
    /// plain one.
    fn scenario(&self, present: &Scenario) -> Scenario {
        let mut scenario = match (self.has_tokens, present.has_replicas()) {
            (true, false) => self.replicas(),
            (false, true) => presets::find("weights").unwrap_or_default(),
            _ => present.clone(),
        };
        // What came last must be served, too.
        let last_s = LONGER * self.last_s * self.file.time_scale;
        scenario.duration_s = last_s.ceil().clamp(1.0, DURATION.max);
        let range = named("arrivals.rate_per_s").range_in(&scenario);
        if let (Some(rate_per_s), Some(range)) = (self.rate_per_s, range) {
            let rate_per_s = rate_per_s / self.file.time_scale;
            scenario.arrivals.rate_per_s = rate_per_s.clamp(range.min, range.max);
        }
        without_arrivals(&mut scenario);
        scenario
    }

    /// Replicas of a language model: one where a run was measured, else four.
    fn replicas(&self) -> Scenario {
        let replica = ServerConfig {
            service: Service::Replica,
            slots: 128,
            ..ServerConfig::default()
        };
        let count = if self.measured.is_some() { 1 } else { 4 };
        Scenario {
            name: "trace".into(),
            unit: WorkUnit::Tokens,
            servers: vec![replica; count],
            ..Scenario::default()
        }
    }
}

/// Takes the arrivals out of a scenario that plays a trace, but for their rate: closed loops and
/// rounds would send tasks of their own.
pub(super) fn without_arrivals(scenario: &mut Scenario) {
    scenario.arrivals = Arrivals {
        pattern: Pattern::Poisson,
        rate_per_s: scenario.arrivals.rate_per_s,
        ..Arrivals::default()
    };
}

/// What shows a scenario with drawn tasks again, with its preset's arrivals if it has a preset.
pub fn closed(present: &Scenario, preset: Option<&Scenario>, compare: Option<Beside>) -> PageLink {
    let mut scenario = present.clone();
    if let Some(preset) = preset {
        scenario.arrivals = preset.arrivals.clone();
        scenario.duration_s = preset.duration_s;
    }
    PageLink {
        script: Script::new(scenario),
        compare,
        ..PageLink::default()
    }
}
