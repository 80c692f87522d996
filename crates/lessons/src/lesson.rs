//! A lesson as plain data, and what each of its steps shows on the stage.

use crate::assign::{Assign, assigned};
use crate::goal::Goal;
use crate::question::Question;
use crate::run::Length;
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::fields::At;
use equipoise_engine::scenario::{FieldError, Scenario, presets};

/// A lesson.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lesson {
    /// Its title.
    pub title: String,
    /// What it is about, in a sentence.
    pub about: String,
    /// About how long it takes (minutes).
    pub minutes: u32,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// A step of a lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The line at which it begins, from 1.
    pub line: usize,
    /// What the learner does.
    pub kind: Kind,
    /// What it changes on the stage before.
    pub place: Place,
    /// How far its runs go; None: as long as the scene lasts.
    pub length: Option<Length>,
    /// Its text: see [`crate::text`].
    pub text: String,
}

/// What the learner does in a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Reads.
    Say,
    /// Answers a question.
    Predict(Question),
    /// Changes the scene until it meets the goals.
    Do {
        /// What is to be reached.
        goals: Vec<Goal>,
        /// A way there.
        by: Vec<Deed>,
        /// The fields whose controls the step shows beside those of its way.
        controls: Vec<At>,
    },
    /// Reads what the engine gives.
    Reveal,
    /// Says in a sentence why.
    Explain,
}

impl Kind {
    /// Its word in a lesson, and its text key below `lessons.kind.`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Say => "say",
            Self::Predict(_) => "predict",
            Self::Do { .. } => "do",
            Self::Reveal => "reveal",
            Self::Explain => "explain",
        }
    }
}

/// One thing that a learner does on the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Gives a field a value.
    Assign(Assign),
    /// Presses the scene's button that puts it right.
    PutRight,
}

/// Most deeds that a step may need.
pub const MOST_DEEDS: usize = 5;

/// What a step changes on the stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Opens this preset.
    pub scene: Option<&'static str>,
    /// Gives fields these values.
    pub set: Vec<Assign>,
    /// Shows the same run under this strategy beside it.
    pub beside: Option<StrategyId>,
    /// Goes to where this many tasks have been given out, or to this time.
    pub at: Option<Length>,
}

/// What the stage shows at a step, whatever the learner did before.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// The preset that was opened last.
    pub preset: &'static str,
    /// The scenario, after all that the lesson has changed since.
    pub scenario: Scenario,
    /// The strategy beside it.
    pub beside: Option<StrategyId>,
    /// Where the run is.
    pub at: Option<Length>,
}

impl Step {
    /// Whether it shows something else on the stage than the step before.
    pub fn sets_the_stage(&self) -> bool {
        self.place != Place::default()
    }

    /// How far its runs of a scenario go.
    pub fn length_in(&self, scenario: &Scenario) -> Length {
        self.length.unwrap_or(Length::Seconds(scenario.duration_s))
    }
}

impl Lesson {
    /// What the stage shows at a step: the last preset that was opened, all that steps have changed
    /// since, and what the deeds between have made of it. None if no preset was opened.
    ///
    /// # Errors
    /// A change that is not allowed there.
    pub fn stage(&self, step: usize) -> Result<Option<Stage>, FieldError> {
        let so_far = &self.steps[..self.steps.len().min(step + 1)];
        let opened = so_far.iter().rposition(|step| step.place.scene.is_some());
        let Some((from, preset)) = opened.and_then(|i| Some((i, so_far[i].place.scene?))) else {
            return Ok(None);
        };
        let mut stage = Stage {
            preset,
            scenario: presets::find(preset).unwrap_or_default(),
            beside: None,
            at: so_far
                .iter()
                .rfind(|step| step.sets_the_stage())
                .and_then(|step| step.place.at),
        };
        for (i, step) in so_far.iter().enumerate().skip(from) {
            stage.scenario = assigned(&stage.scenario, &step.place.set)?;
            stage.beside = step.place.beside.or(stage.beside);
            if let Kind::Do { by, .. } = &step.kind
                && i + 1 < so_far.len()
            {
                for deed in by {
                    stage.scenario = deed.done(&stage.scenario)?;
                }
            }
        }
        Ok(Some(stage))
    }

    /// How many of its steps ask something.
    pub fn questions(&self) -> usize {
        let asks = |step: &&Step| matches!(step.kind, Kind::Predict(_));
        self.steps.iter().filter(asks).count()
    }
}

impl Deed {
    /// The scenario after it.
    ///
    /// # Errors
    /// A value that is not allowed there, or a scene that cannot be put right.
    pub fn done(&self, scenario: &Scenario) -> Result<Scenario, FieldError> {
        match self {
            Self::Assign(assign) => assigned(scenario, std::slice::from_ref(assign)),
            Self::PutRight => {
                let fix = presets::fix(&scenario.name).ok_or_else(|| {
                    FieldError::new("put right", &scenario.name, "a scene that goes wrong")
                })?;
                let mut changed = scenario.clone();
                fix(&mut changed);
                changed.validate()?;
                Ok(changed)
            }
        }
    }
}
