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

#[cfg(test)]
mod tests {
    use super::*;
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
        model.update(Action::Trace(Some(opened.clone())), 0.0);
        let expected: Vec<f64> = (0..40).map(|i| f64::from(i) * 0.5).collect();
        assert_eq!(arrivals_s(&model), expected);
        assert_eq!(model.scenario().duration_s, 20.0);
        opened.file.time_scale = 0.5;
        model.update(Action::Trace(Some(opened)), 0.0);
        assert_eq!(arrivals_s(&model)[39], 9.75);
        model.update(Action::Seek(1000.0), 0.0);
        assert!(model.shown().timeline.is_over());
        assert!(model.shown().predictions.is_empty());
    }

    #[test]
    fn a_trace_with_tokens_gets_replicas_and_keeps_them() {
        let mut model = page();
        model.update(Action::Trace(Some(tokens())), 0.0);
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
        model.update(Action::Trace(Some(sizes())), 0.0);
        for _ in 0..9 {
            model.update(Action::StepForward, 0.0);
        }
        let fragment = model.link().to_fragment();
        let link = PageLink::from_fragment(&fragment).expect("holds a link");
        let mut elsewhere = page();
        elsewhere.update(Action::Open(link.map(Box::new)), 0.0);
        assert_eq!(elsewhere.wanted().map(|file| file.requests), Some(40));
        assert_eq!(elsewhere.shown().timeline.engine().next_event_s(), None);
        assert_eq!(elsewhere.link().to_fragment(), fragment);
        elsewhere.update(Action::Trace(Some(sizes())), 0.0);
        assert!(elsewhere.wanted().is_none() && elsewhere.dialog().is_none());
        assert_eq!(state(&elsewhere), state(&model));
    }

    #[test]
    fn nothing_is_left_of_a_trace_that_is_closed() {
        let mut model = page();
        let opened = sizes();
        let recording = Rc::clone(&opened.recording);
        model.update(Action::Trace(Some(opened)), 0.0);
        model.update(Action::Keep, 0.0);
        model.update(Action::StepForward, 0.0);
        model.update(Action::Scene("round-robin".into()), 0.0);
        model.update(Action::Undo, 0.0);
        assert!(model.trace().is_some());
        model.update(Action::Trace(None), 0.0);
        assert_eq!(Rc::strong_count(&recording), 1);
        assert_eq!(Some(model.scenario()), model.preset());
    }
}
