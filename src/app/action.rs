//! What can be done on the page, and the small things that it is done to.

use super::i18n::Language;
use super::part::Part;
use crate::export::Program;
use crate::link::{Beside, Link, ReadError};
use crate::scenario::Scenario;
use crate::sweep::SweepPlan;
use crate::theory::Prediction;
use crate::view::charts::ChartKind;
use crate::view::plot::Table;

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
    /// The link to this state.
    Share(String),
    /// The scenario as a program's configuration.
    Export(Program),
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
pub struct Notice {
    /// What it says.
    pub text: String,
    /// Whether something was refused.
    pub refusal: bool,
}

/// What the formulas say of a scenario.
pub type Predict = fn(&Scenario) -> Vec<Prediction>;

/// A change of the scenario.
pub type Change = Box<dyn FnOnce(&mut Scenario)>;

/// Everything that can be done on the page.
pub enum Action {
    /// Plays or pauses.
    TogglePlay,
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
    /// Changes the scenario; the name tells which control did it, so that a drag is one step of
    /// undo.
    Change(&'static str, Change),
    /// Changes the scenario at the run's start and plays from there, so that all that is seen is of
    /// the new kind.
    Anew(&'static str, Change),
    /// Opens a preset.
    Scene(String),
    /// Takes the last change back.
    Undo,
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
    /// It has come.
    Loaded(Part),
    /// It cannot be had.
    Missing(Part),
    /// From now on this says what the formulas say of a scenario.
    Formulas(Predict),
    /// Shows the other theme.
    Theme,
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
    /// Opens a run of a sweep on the stage.
    OpenRun(Box<Scenario>),
    /// Shows a message.
    Notice(Notice),
    /// Takes the message away.
    Dismiss,
    /// Takes the message of this count away, if it is still there.
    Expire(u32),
    /// Opens what the address asks for.
    Open(Result<Box<Link>, ReadError>),
    /// Nothing but time has changed.
    Tick,
}
