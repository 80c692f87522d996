//! The trace that the run plays, from a file or, while that is wanted, from none.

use super::super::trace::{Trace, without_any_arrivals, without_arrivals};
use super::Model;
use crate::link::{PageLink, TraceFile};
use crate::page::action::Dialog;
use crate::scenario::{FieldError, Scenario, Script};
use crate::sim::Timeline;
use crate::view::Run;
use crate::view::charts::{self, ChartKind};
use crate::workload::{KeySource, Playback, Recording, Request};
use std::rc::Rc;

/// What is played until a wanted file is there.
#[derive(Debug)]
struct Nothing;

impl Recording for Nothing {
    fn arrival_s(&self, _: usize) -> Option<f64> {
        None
    }
    fn size(&self, _: usize) -> f64 {
        0.0
    }
    fn keys(&self, _: usize) -> [u32; KeySource::COUNT] {
        [0; KeySource::COUNT]
    }
    fn request(&self, _: usize) -> Option<Request> {
        None
    }
}

impl Model {
    /// The trace that is played.
    pub fn trace(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }

    /// The file that the link shown wants, if it is not there yet.
    pub fn wanted(&self) -> Option<&TraceFile> {
        self.wanted.as_ref()?.trace.as_ref()
    }

    /// The run of a script that plays the trace, if there is one, from its beginning.
    pub(super) fn run(&self, script: Script) -> Run {
        let playback = self.trace.as_ref().map(Trace::playback);
        let mut run = Run::without_predictions(Timeline::of(script, playback));
        run.measured = self.trace.as_ref().and_then(Trace::measured);
        run
    }

    /// Plays a trace, or closes the one that is played, with which nothing is left of it.
    pub(super) fn play(&mut self, trace: Option<Box<Trace>>, now_ms: f64) {
        let Some(trace) = trace else {
            return self.close();
        };
        if let Some(link) = self.wanted.take() {
            let wanted = link.trace.as_ref();
            if wanted.is_some_and(|wanted| wanted.hash == trace.file.hash) {
                self.dialog = None;
                self.trace = Some(*trace);
                return self.open(*link);
            }
        }
        self.remember(None, now_ms);
        let scenario = trace.scenario(self.scenario());
        self.trace = Some(*trace);
        self.dialog = None;
        self.begin(scenario);
    }

    fn close(&mut self) {
        let mut scenario = self.scenario().clone();
        if let Some(preset) = &self.preset {
            scenario.arrivals = preset.arrivals.clone();
            scenario.duration_s = preset.duration_s;
        }
        self.trace = None;
        self.past.retain(|past| past.trace.is_none());
        self.begin(scenario);
    }

    /// A link with the trace that it names, if that is there. Otherwise its run is shown without
    /// any task, and the file is asked for.
    pub(super) fn with_its_trace(&mut self, mut link: PageLink) -> Option<PageLink> {
        let Some(file) = &link.trace else {
            self.trace = None;
            return Some(link);
        };
        without_any_arrivals(&mut link.script);
        let open = self.trace.take().filter(|trace| {
            trace.file.hash == file.hash
                && trace.file.skip_bad == file.skip_bad
                && trace.suits(&link.script.scenario)
        });
        if let Some(trace) = open {
            let file = TraceFile {
                time_scale: file.time_scale,
                ..trace.file.clone()
            };
            self.trace = Some(Trace { file, ..trace });
            return Some(link);
        }
        self.charts = self.charts_of(link.script.latest());
        self.restart(link.script.clone());
        let nothing = Playback::new(Rc::new(Nothing));
        let empty = Timeline::of(link.script.clone(), Some(nothing));
        self.shown = Run::without_predictions(empty);
        self.beside = None;
        self.wanted = Some(Box::new(link));
        self.dialog = Some(Dialog::Open);
        None
    }

    /// Keeps a changed scenario to what a run of the trace can be of.
    pub(super) fn fit(&self, scenario: &mut Scenario) -> Result<(), FieldError> {
        if self.trace.is_some() {
            without_arrivals(scenario);
        }
        self.check_suits(scenario)
    }

    /// Whether a scenario's servers are for the trace's requests, if there is a trace.
    pub(super) fn check_suits(&self, scenario: &Scenario) -> Result<(), FieldError> {
        if self
            .trace
            .as_ref()
            .is_none_or(|trace| trace.suits(scenario))
        {
            return Ok(());
        }
        let allowed = "replicas for a trace with tokens, other servers for one with sizes";
        let service = scenario.servers.first().map(|server| server.service);
        let value = format!("{:?}", service.unwrap_or_default());
        Err(FieldError::new("servers.*.service", value, allowed))
    }

    /// The script of a scenario that was kept, as it would play the trace, if there is one.
    pub(super) fn kept_script(&self, mut kept: Scenario) -> Script {
        if self.trace.is_some() {
            without_arrivals(&mut kept);
        }
        Script::new(kept)
    }

    /// The charts that a scenario shows unless the reader picks others. A trace is not about its
    /// means, however long it is.
    pub(super) fn charts_of(&self, scenario: &Scenario) -> [ChartKind; 3] {
        let mut scenario = scenario.clone();
        if self.trace.is_some() {
            scenario.duration_s = scenario.duration_s.min(1000.0);
        }
        charts::for_scenario(&scenario)
    }
}
