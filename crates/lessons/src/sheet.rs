//! A lesson on paper: which steps pupils get, which are for the teacher, and what the engine
//! answers at each desk.

use crate::lesson::{Kind, Lesson, Stage};
use crate::question::{Answer, Question};
use crate::run::{Length, Runs};
use equipoise_engine::scenario::{FieldError, Script};
use equipoise_engine::sim::Timeline;

/// A step on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The step, from 0.
    pub step: usize,
    /// Its number among those that ask for something, from 1; None if it only tells.
    pub number: Option<usize>,
    /// Whether it is on the pupils' sheet. What tells how a question came out is for the teacher.
    pub for_pupils: bool,
    /// Whether the stage is shown with it.
    pub has_picture: bool,
}

/// All steps of a lesson, in order.
pub fn entries(lesson: &Lesson) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut asked = 0;
    // A picture is due since the stage was set, and until a deed has changed what it would show.
    let mut is_due = false;
    for (i, step) in lesson.steps.iter().enumerate() {
        let tells = matches!(step.kind, Kind::Say | Kind::Reveal);
        let came_out = i.checked_sub(1).map(|before| &lesson.steps[before].kind);
        let came_out = matches!(came_out, Some(Kind::Predict(_) | Kind::Do { .. }));
        let opens = step.place.scene.is_some();
        if !tells {
            asked += 1;
        }
        is_due |= opens || step.place.at.is_some();
        entries.push(Entry {
            step: i,
            number: (!tells).then_some(asked),
            for_pupils: !tells || (step.kind == Kind::Say && (opens || !came_out)),
            has_picture: is_due && !tells,
        });
        is_due &= tells;
    }
    entries
}

impl Stage {
    /// The run at the stage's moment.
    pub fn timeline(&self) -> Timeline {
        let mut timeline = Timeline::new(Script::new(self.scenario.clone()));
        match self.at {
            Some(Length::Tasks(tasks)) => {
                for _ in 0..tasks {
                    timeline.step_forward();
                    timeline.finish();
                }
            }
            Some(Length::Seconds(time_s)) => {
                timeline.seek(time_s);
                timeline.finish();
            }
            None => {}
        }
        timeline
    }
}

/// The server of the decision after the present one, if it is known already and there is one.
pub fn next_server(timeline: &Timeline) -> Option<usize> {
    let next = timeline.engine().totals().decided + 1;
    let mut coming = timeline.log().allocations.iter();
    let found = coming.find(|allocation| allocation.decision == next)?;
    Some(usize::from(found.server))
}

/// What the engine answers to a step's question at a desk; None if the step asks none, or if there
/// is no answer in that run.
///
/// # Errors
/// A change of the lesson that is not allowed there.
pub fn answer(
    lesson: &Lesson,
    step: usize,
    desk: u32,
    runs: &mut Runs,
) -> Result<Option<Answer>, FieldError> {
    let (Kind::Predict(question), Some(stage)) = (&lesson.steps[step].kind, lesson.stage(step)?)
    else {
        return Ok(None);
    };
    let stage = stage.at_desk(desk);
    let next = match question {
        Question::Next => next_server(&stage.timeline()),
        _ => None,
    };
    let length = lesson.steps[step].length_in(&stage.scenario);
    question.answer(&stage.scenario, length, next, runs)
}
