//! What a lesson shows on the stage, and what it asks of it.

use super::{Model, Rung, usual_sweep};
use crate::lessons::lesson::Stage;
use crate::lessons::run::Length;
use crate::lessons::sheet::next_server;
use crate::link::Beside;
use crate::scenario::Scenario;
use crate::sim::Timeline;

impl Model {
    /// Shows what a lesson's step wants to be seen, and waits there.
    pub(super) fn set_stage(&mut self, stage: Stage, now_ms: f64) {
        self.remember(None, now_ms);
        // The lesson asks its own questions.
        self.guess.on = false;
        self.show(Rung::OneAllocation);
        self.sweep = usual_sweep(&stage.scenario);
        self.compare = stage.beside.map(Beside::Strategy);
        self.begin(stage.scenario);
        self.playing = false;
        match stage.at {
            Some(Length::Tasks(tasks)) => {
                for _ in 0..tasks {
                    self.step(f64::NEG_INFINITY, Timeline::step_forward);
                }
            }
            Some(Length::Seconds(time_s)) => self.go(Timeline::seek, time_s),
            None => {}
        }
    }

    /// The server of the next decision, if it is known already and there is one.
    pub fn next_server(&self) -> Option<usize> {
        next_server(&self.shown.timeline)
    }

    /// The scenario in force, for a run from its start: servers that a fault has changed are as
    /// they were set up.
    pub fn scenario_from_start(&self) -> Scenario {
        let engine = self.shown.timeline.engine();
        engine.without_faults(engine.scenario().clone())
    }

    /// The lesson that is open, and at which step: what stands in the address.
    pub fn lesson(&self) -> Option<&str> {
        self.lesson.as_deref()
    }

    /// The part of the address after `#`: the job or the lesson's step while one is shown,
    /// or all that the stage shows.
    pub fn address(&self) -> String {
        if let Some(job) = &self.job {
            return format!("job={job}");
        }
        let shown = match &self.lesson {
            Some(lesson) if self.tab == super::Tab::Lessons => format!("lesson={lesson}"),
            _ => self.link().to_fragment(),
        };
        shown + self.display.words()
    }
}
