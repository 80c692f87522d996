//! The trace that the run plays, from a file or, while that is wanted, from none.

use super::super::trace::{Trace, without_arrivals};
use super::Model;
use crate::link::PageLink;
use crate::page::action::Dialog;
use crate::scenario::{FieldError, Position, Scenario, Script};
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

    /// The link shown, if it wants a trace that is not there yet.
    pub fn wanted(&self) -> Option<&PageLink> {
        self.wanted.as_deref()
    }

    /// The run of a script from its beginning: it plays the trace, if there is one, and has no
    /// tasks while one is wanted.
    pub(super) fn run(&self, script: Script) -> Run {
        let playback = match (&self.trace, &self.wanted) {
            (Some(trace), _) => Some(trace.playback()),
            (None, Some(_)) => Some(Playback::new(Rc::new(Nothing))),
            (None, None) => None,
        };
        let mut run = Run::without_predictions(Timeline::of(script, playback));
        run.measured = self.trace.as_ref().and_then(Trace::measured);
        run
    }

    /// What is played from now on: this trace, or what a link wants.
    pub(super) fn want(&mut self, link: &PageLink, trace: Option<Trace>) {
        let is_wanted = link.trace.is_some() && trace.is_none();
        self.wanted = is_wanted.then(|| Box::new(link.clone()));
        self.trace = trace;
        if is_wanted {
            self.dialog = Some(Dialog::Open);
        }
    }

    /// Shows what a link holds and plays a trace. Without one nothing is left of that before.
    pub(super) fn play(&mut self, link: PageLink, trace: Option<Box<Trace>>, now_ms: f64) {
        let rung = self.rung;
        match (&trace, &self.trace) {
            (None, _) => self.past.retain(|past| past.trace.is_none()),
            // To play it in another time is no step of its own: a slider makes many.
            (Some(now), Some(before)) if now.file.hash == before.file.hash => {}
            _ if self.wanted.is_some() => {}
            _ => _ = self.remember(None, now_ms),
        }
        let is_at_start = link.at == Position::default();
        self.dialog = None;
        self.open(link, trace.map(|trace| *trace));
        self.rung = rung;
        self.playing = is_at_start && !self.still;
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
        let value = match scenario.has_replicas() {
            true => "replica",
            false => "another service",
        };
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

#[cfg(test)]
mod tests {
    use super::super::super::trace::closed;
    use super::*;
    use crate::link::TraceFile;
    use crate::page::Action;
    use crate::page::settings::Reader;
    use crate::serving::recorded::Recorded;
    use crate::traces::{OnBad, Reader as TraceReader};

    /// The trace of a file with these contents, as a page is handed it.
    fn trace(text: &str) -> Box<Trace> {
        let mut reader = TraceReader::new(OnBad::Stop);
        reader.feed(text.as_bytes()).expect("good rows");
        let read = reader.finish().expect("has requests");
        Box::new(Trace {
            file: TraceFile {
                name: "hour.csv".into(),
                bytes: read.bytes,
                hash: read.hash,
                requests: read.requests() as u32,
                skip_bad: false,
                time_scale: 1.0,
            },
            format: read.format.name().into(),
            last_s: read.arrivals_s.last().copied().unwrap_or_default(),
            rate_per_s: read.rate_per_s(),
            has_tokens: !read.tokens.is_empty(),
            left_out: [0; 3],
            recording: Rc::new(Recorded::new(Rc::new(read))),
            measured: None,
        })
    }

    fn sizes() -> Box<Trace> {
        let rows = (0..40).map(|i| format!("{},{}\n", f64::from(i) * 0.5, 1 + i % 3));
        trace(&format!("time,size\n{}", rows.collect::<String>()))
    }

    fn tokens() -> Box<Trace> {
        let rows = (0..20).map(|i| format!("{i},{},5\n", 100 + i));
        let head = "arrived_at,num_prefill_tokens,num_decode_tokens\n";
        trace(&format!("{head}{}", rows.collect::<String>()))
    }

    fn page() -> Model {
        crate::serving::install();
        Model::new(Reader {
            still: true,
            ..Reader::default()
        })
    }

    /// Opens a trace on a page, as its part does.
    fn open(model: &mut Model, trace: Box<Trace>) {
        let link = match model.wanted() {
            Some(wanted) => wanted.clone(),
            None => trace.link(model.scenario(), model.compare().cloned()),
        };
        model.update(Action::Trace(Box::new(link), Some(trace)), 0.0);
    }

    fn arrivals_s(model: &Model) -> Vec<f64> {
        let log = model.shown().timeline.log();
        log.allocations.iter().map(|a| a.arrival_s).collect()
    }

    fn state(model: &Model) -> String {
        format!("{:?}", model.shown().timeline.engine())
    }

    #[test]
    fn a_run_plays_the_tasks_of_a_trace_at_its_time_scale() {
        let mut model = page();
        let mut opened = sizes();
        open(&mut model, opened.clone());
        let expected: Vec<f64> = (0..40).map(|i| f64::from(i) * 0.5).collect();
        assert_eq!(arrivals_s(&model), expected);
        assert_eq!(model.scenario().duration_s, 21.0);
        opened.file.time_scale = 0.5;
        open(&mut model, opened);
        assert_eq!(arrivals_s(&model)[39], 9.75);
        model.update(Action::Seek(1000.0), 0.0);
        assert!(model.shown().timeline.is_over());
        assert!(model.shown().predictions.is_empty());
    }

    #[test]
    fn a_trace_with_tokens_gets_replicas_and_keeps_them() {
        let mut model = page();
        open(&mut model, tokens());
        assert!(model.scenario().has_replicas());
        let service = Action::Change(crate::page::Change::set(
            crate::scenario::fields::named("servers.*.service"),
            crate::scenario::fields::Value::Word("fifo"),
        ));
        model.update(service, 0.0);
        assert!(model.scenario().has_replicas() && model.message().is_some());
    }

    #[test]
    fn a_link_wants_its_file_and_then_shows_the_same_moment() {
        let mut model = page();
        open(&mut model, sizes());
        for _ in 0..9 {
            model.update(Action::StepForward, 0.0);
        }
        let fragment = model.link().to_fragment();
        let link = PageLink::from_fragment(&fragment).expect("holds a link");
        let mut elsewhere = page();
        elsewhere.update(Action::Open(link.map(Box::new)), 0.0);
        assert!(elsewhere.wanted().is_some());
        assert_eq!(elsewhere.shown().timeline.engine().next_event_s(), None);
        assert_eq!(elsewhere.link().to_fragment(), fragment);
        open(&mut elsewhere, sizes());
        assert!(elsewhere.wanted().is_none() && elsewhere.dialog().is_none());
        assert_eq!(state(&elsewhere), state(&model));
    }

    #[test]
    fn nothing_is_left_of_a_trace_that_is_closed() {
        let mut model = page();
        let opened = sizes();
        let recording = Rc::clone(&opened.recording);
        open(&mut model, opened);
        model.update(Action::Keep, 0.0);
        model.update(Action::StepForward, 0.0);
        model.update(Action::Scene("round-robin".into()), 0.0);
        model.update(Action::Undo, 0.0);
        assert!(model.trace().is_some());
        let link = closed(model.scenario(), model.preset(), None);
        model.update(Action::Trace(Box::new(link), None), 0.0);
        assert_eq!(Rc::strong_count(&recording), 1);
        assert_eq!(Some(model.scenario()), model.preset());
    }
}
