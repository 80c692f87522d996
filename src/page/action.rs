//! What can be done on the page, and the small things that it is done to.

use super::display::Display;
use super::guess::GuessAction;
use super::parts::Part;
use super::settings::Language;
use super::{Change, Trace};
use crate::export::Program;
use crate::lessons::lesson::Stage;
use crate::link::{Beside, PageLink, ReadError};
use crate::scenario::{FieldError, Scenario, presets};
use crate::sweep::SweepPlan;
use crate::sweep::size::Sizing;
use crate::view::Predict;
use crate::view::charts::ChartKind;
use crate::view::plot::Table;
use std::rc::Rc;

/// The panels at the side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// All controls.
    SetUp,
    /// The latest decision, explained.
    Why,
    /// What the formulas say.
    Formulas,
    /// The article's concepts.
    Guide,
    /// The course.
    Lessons,
}

impl Tab {
    /// All of them, from left to right.
    pub const ALL: [Self; 5] = [
        Self::SetUp,
        Self::Why,
        Self::Formulas,
        Self::Guide,
        Self::Lessons,
    ];

    /// The id of its button, and its name in links.
    pub fn id(self) -> &'static str {
        match self {
            Self::SetUp => "tab-set-up",
            Self::Why => "tab-why",
            Self::Formulas => "tab-formulas",
            Self::Guide => "tab-guide",
            Self::Lessons => "tab-lessons",
        }
    }
}

/// How much is looked at at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// The stage is large.
    OneAllocation,
    /// The charts are large.
    OneRun,
    /// A sweep takes their place.
    ManyRuns,
}

/// A dialog on top of the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialog {
    /// Keys and what the page can do.
    Help,
    /// The link to this state: the part of the address after `#`.
    Share(String),
    /// The scenario as a program's configuration.
    Export(Program),
    /// Opens a trace or a scenario, or says which trace is wanted.
    Open,
    /// A measured run beside the simulated one.
    Measured,
    /// A chart's numbers.
    Table {
        /// The chart's title.
        title: String,
        /// The numbers as they were when it was opened.
        table: Table,
    },
}

/// A short message.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A change began the run again from its start.
    Restarted,
    /// The run continues under a strategy that begins in its first state.
    StrategyRestarted,
    /// The run ends, since it would take more memory than a run may.
    Full,
    /// The scenario is kept, to compare with.
    Kept,
    /// One of a sweep's runs is open: the one with this seed.
    RunOpened(u32),
    /// A value is not allowed.
    Refused(FieldError),
    /// A link could not be opened.
    BadLink(ReadError),
    /// The texts of a language could not be loaded: what the browser says.
    NoTexts(String),
    /// What was chosen has to wait for the program of replicas of language models.
    LoadingReplicas,
    /// The program of replicas of language models could not be loaded.
    NoReplicas,
    /// A newer version of the page is there, whole; a reload brings it.
    NewVersion,
    /// What a measurement says of itself.
    Measured(String),
}

impl Message {
    /// Whether something was refused.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Refused(_) | Self::BadLink(_) | Self::NoTexts(_) | Self::NoReplicas
        )
    }

    /// Whether it remains until it is dismissed.
    pub fn remains(&self) -> bool {
        self.is_refusal() || matches!(self, Self::NewVersion)
    }
}

/// What the formulas say of a scenario. A page has one of these, so two are always equal.
#[derive(Clone, Copy, Debug)]
pub struct Formulas(pub Predict);

impl PartialEq for Formulas {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Everything that can be done on the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Plays or pauses.
    TogglePlay,
    /// Pauses.
    Pause,
    /// To the next decision.
    StepForward,
    /// To the decision before.
    StepBack,
    /// To the start.
    Home,
    /// To this time (s).
    Seek(f64),
    /// Stops a seek where it is.
    CancelSeek,
    /// Simulated seconds per second.
    Speed(f64),
    /// Changes the scenario from this moment on.
    Change(Change),
    /// Changes the scenario at the run's start and plays from there, so that all that is seen is of
    /// the new kind.
    ChangeFromStart(Change),
    /// Opens a preset.
    Scene(String),
    /// Shows what a lesson's step wants to be seen.
    Stage(Box<Stage>),
    /// Opens a lesson at a step, as the address names them: `turns.3`. None: the list.
    Lesson(Option<String>),
    /// Shows a job, as [`crate::jobs::opened::Opened`] reads it, in place of the stage; none:
    /// closes it.
    Job(Option<Rc<str>>),
    /// Shows the job that is open with another value of this field.
    JobField(Rc<str>, &'static str),
    /// Takes the last change back.
    Undo,
    /// Shows what a link holds and plays this trace, whose file has been read; none: closes the one
    /// that is played.
    Trace(Box<PageLink>, Option<Box<Trace>>),
    /// Shows another run beside this one; none: only this one.
    Compare(Option<Beside>),
    /// Keeps this run's scenario as it is now, to compare with what comes.
    Keep,
    /// Fetches the texts of another language, to speak it.
    Language(Language),
    /// They are there, or why not.
    Spoken(Result<Language, String>),
    /// Fetches a part of the page.
    Load(Part),
    /// It is there.
    Loaded(Part),
    /// It cannot be had.
    Missing(Part),
    /// From now on this says what the formulas say of a scenario.
    Formulas(Formulas),
    /// Does something about guesses.
    Guess(GuessAction),
    /// Shows the other theme.
    Theme,
    /// The system has another theme; forced colours are for every page.
    SystemTheme {
        /// Whether it is a dark one.
        dark: bool,
        /// Whether it has its own colours for all that is shown.
        forced: bool,
    },
    /// Shows a panel.
    Tab(Tab),
    /// Looks at more or less at once.
    Rung(Rung),
    /// Puts a chart into a place.
    Chart(usize, ChartKind),
    /// Selects a server.
    Select(Option<usize>),
    /// Opens or closes a dialog.
    Dialog(Option<Dialog>),
    /// Opens the dialog with the link.
    Share,
    /// Plans a sweep; of its scenario nothing is taken.
    Sweep(Box<SweepPlan>),
    /// Asks how few servers are enough; none: no longer.
    Size(Option<Box<Sizing>>),
    /// Opens a run of a sweep on the stage.
    OpenRun(Box<Scenario>),
    /// Shows a scenario that was read from a configuration.
    Imported(Box<Scenario>),
    /// Shows a message.
    Say(Message),
    /// Takes the message away.
    Dismiss,
    /// Takes the message of this count away, if it is still there.
    Expire(u32),
    /// Opens what the address asks for.
    Open(Result<Box<PageLink>, ReadError>),
    /// Shows the page in another way.
    Display(Rc<Display>),
    /// Shows the page in large type, or as before.
    Present,
    /// Nothing but time has changed.
    Tick,
}

impl Action {
    /// Whether it leads to replicas of language models, or to a strategy that is loaded later.
    pub(super) fn needs_replicas(&self) -> bool {
        match self {
            Self::Scene(id) => {
                presets::waits(id) || presets::find(id).is_some_and(|scene| scene.needs_models())
            }
            Self::Change(change) | Self::ChangeFromStart(change) => change.needs_replicas(),
            Self::Compare(Some(Beside::Strategy(id))) => id.needs_later(),
            Self::Trace(link, _) => link.script.scenario.needs_models(),
            // Under its name a scene has its cure.
            Self::Open(Ok(link)) => presets::waits(&link.script.scenario.name),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Model;
    use crate::page::settings::Reader;
    use crate::scenario::fields::{Value, named};

    #[test]
    fn what_leads_to_language_models_waits_for_their_program() {
        crate::serving::install();
        let mut model = Model::new(Reader::default());
        let scene = Action::Scene("kv-wall".into());
        let strategy = named("balancer.strategy.id");
        let router = Change::set(strategy, Value::Word("dynamo-kv-cost"));
        for waits in [scene.clone(), Action::Change(router)] {
            assert!(model.must_wait(&waits), "{waits:?}");
        }
        for goes in [Action::Scene("weights".into()), Action::StepForward] {
            assert!(!model.must_wait(&goes), "{goes:?}");
        }
        model.update(Action::Loaded(Part::Replicas), 0.0);
        assert!(!model.must_wait(&scene));
        model.update(scene, 0.0);
        assert!(model.scenario().has_replicas());
    }
}
