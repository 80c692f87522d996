//! The page's state and the one place where it changes.

pub mod display;
mod edit;
pub mod guess;
mod lesson;
mod parts;
mod read;
mod runs;
#[cfg(test)]
mod tests;
mod trace;

use super::Action;
use super::Trace;
use super::action::{Dialog, Formulas, Message, Rung, Tab};
use super::display::Display;
use super::guess::{Guess, GuessAction};
use super::parts::{Part, Parts};
use super::settings::{Reader, Settings};
use crate::balance::StrategyId;
use crate::link::{Beside, PageLink};
use crate::scenario::{Position, Scenario, Script, presets};
use crate::sim::Timeline;
use crate::sweep::SweepPlan;
use crate::sweep::size::Sizing;
use crate::view::charts::{self, ChartKind};
use crate::view::palette::Theme;
use crate::view::{Predict, Run};
use edit::Past;
use std::rc::Rc;

/// Speeds that can be chosen (simulated seconds per second).
pub const SPEEDS: std::ops::RangeInclusive<f64> = 0.1..=1000.0;

/// The page's state.
pub struct Model {
    shown: Run,
    /// The trace that is played.
    trace: Option<Trace>,
    /// A link whose trace is not there yet.
    wanted: Option<Box<PageLink>>,
    beside: Option<Run>,
    compare: Option<Beside>,
    /// The preset that the scenario shown began as.
    preset: Option<Scenario>,
    playing: bool,
    speed: f64,
    speed_reached: f64,
    tab: Tab,
    /// The lesson that is open, and its step.
    lesson: Option<String>,
    /// The job that is shown in place of the stage.
    job: Option<Rc<str>>,
    /// What it was before each of its changes.
    past_jobs: Vec<Rc<str>>,
    /// The field of the job that was changed last, and when (ms).
    job_dragged: Option<(&'static str, f64)>,
    rung: Rung,
    lab_opened: bool,
    parts: Parts,
    predict: Option<Predict>,
    /// The sweep planned, but for its scenario.
    sweep: SweepPlan,
    /// How few servers are enough: the question, while it is open.
    sizing: Option<Box<Sizing>>,
    charts: [ChartKind; 3],
    selected: Option<usize>,
    dialog: Option<Dialog>,
    message: Option<Message>,
    messages: u32,
    settings: Settings,
    theme: Theme,
    still: bool,
    /// When the latest step was made, for its flight (ms).
    stepped_ms: Option<f64>,
    dirty: bool,
    past: Vec<Past>,
    /// Whether the address or a file said what to show.
    opened: bool,
    guess: Box<Guess>,
    display: Rc<Display>,
}

impl Model {
    /// The first scene, as a newcomer sees it.
    pub fn new(reader: Reader) -> Self {
        let scenario = presets::ids()
            .next()
            .and_then(presets::find)
            .unwrap_or_default();
        let speed = reader.settings.speed.filter(|s| SPEEDS.contains(s));
        Self {
            charts: charts::for_scenario(&scenario),
            sweep: usual_sweep(&scenario),
            sizing: None,
            preset: Some(scenario.clone()),
            shown: Run::without_predictions(Timeline::new(Script::new(scenario))),
            trace: None,
            wanted: None,
            beside: None,
            compare: None,
            playing: !reader.still,
            speed: speed.unwrap_or(1.0),
            speed_reached: 1.0,
            tab: Tab::Why,
            lesson: None,
            job: None,
            past_jobs: Vec::new(),
            job_dragged: None,
            rung: Rung::OneAllocation,
            lab_opened: false,
            parts: Parts::default(),
            predict: None,
            selected: None,
            dialog: None,
            message: None,
            messages: 0,
            theme: reader.theme(),
            still: reader.still,
            settings: reader.settings,
            stepped_ms: None,
            dirty: true,
            past: Vec::new(),
            opened: false,
            guess: Box::default(),
            display: Rc::default(),
        }
    }

    /// The canvases must be painted again: the page's layout has changed.
    pub fn mark_dirty(&mut self) {
        self.dirty = true;
    }

    /// The canvases have been painted.
    pub fn mark_painted(&mut self) {
        self.dirty = false;
    }

    /// Everything that a link brings back.
    pub fn link(&self) -> PageLink {
        if let Some(wanted) = &self.wanted {
            return (**wanted).clone();
        }
        let many = self.rung == Rung::ManyRuns;
        let sweep = many.then(|| Box::new(self.sweep()));
        PageLink {
            script: self.shown.timeline.script().clone(),
            at: self.shown.timeline.bound_for(),
            compare: self.compare.clone(),
            sweep,
            sizing: self.sizing.clone().filter(|_| many),
            trace: self.trace.as_ref().map(|trace| trace.file.clone()),
        }
    }

    /// The sweep planned, of the present scenario, and beside the one that was kept.
    pub fn sweep(&self) -> SweepPlan {
        let mut plan = SweepPlan {
            scenario: self.scenario().clone(),
            ..self.sweep.clone()
        };
        if let Some(Beside::Scenario(kept)) = &self.compare {
            plan.beside = Some(kept.clone());
            plan.strategies.clear();
        }
        plan
    }

    /// Applies an action.
    pub fn update(&mut self, action: Action, now_ms: f64) {
        self.dirty = true;
        let left = match display::BEFORE.get() {
            Some(before) => before(self, action),
            None => Some(action),
        };
        if let Some(action) = left.and_then(|action| self.before_guess(action, now_ms)) {
            self.apply(action, now_ms);
        }
        self.playing &= self.shows("play");
        self.update_predictions();
        self.after_guess(now_ms);
    }

    /// What the program of guesses leaves of an action. Until it is there, guesses are only
    /// switched on or off.
    fn before_guess(&mut self, action: Action, now_ms: f64) -> Option<Action> {
        match guess::PROGRAM.get() {
            Some(program) => (program.before)(self, action, now_ms),
            None => {
                self.guess.on ^= matches!(action, Action::Guess(GuessAction::Switch));
                Some(action)
            }
        }
    }

    fn after_guess(&mut self, now_ms: f64) {
        if let Some(program) = guess::PROGRAM.get() {
            (program.after)(self, now_ms);
        }
    }

    fn apply(&mut self, action: Action, now_ms: f64) {
        match action {
            Action::TogglePlay => self.toggle_play(),
            Action::Pause => self.playing = false,
            Action::StepForward => self.step(now_ms, Timeline::step_forward),
            Action::StepBack => self.step(f64::NEG_INFINITY, Timeline::step_back),
            Action::Home => {
                self.playing = false;
                self.go(Timeline::seek_position, Position::default());
            }
            Action::Seek(time_s) => self.go(Timeline::seek, time_s),
            Action::CancelSeek => self.shown.timeline.cancel(),
            Action::Speed(speed) => {
                self.speed = speed.clamp(*SPEEDS.start(), *SPEEDS.end());
                self.settings.speed = Some(self.speed);
            }
            Action::Change(change) => self.change(&change, now_ms),
            Action::ChangeFromStart(change) => self.change_from_start(&change, now_ms),
            Action::Undo => self.undo(),
            Action::Scene(id) => self.open_preset(&id, now_ms),
            Action::Stage(stage) => self.set_stage(*stage, now_ms),
            Action::Lesson(lesson) => {
                self.tab = Tab::Lessons;
                self.lesson = lesson;
            }
            Action::Job(job) => self.open_job(job, None, now_ms),
            Action::JobField(job, field) => self.open_job(Some(job), Some(field), now_ms),
            Action::OpenRun(scenario) => {
                self.remember(None, now_ms);
                self.rung = Rung::OneAllocation;
                let seed = scenario.seed;
                self.begin(*scenario);
                self.say(Message::RunOpened(seed));
            }
            Action::Imported(scenario) => {
                self.remember(None, now_ms);
                self.dialog = None;
                self.begin(*scenario);
            }
            Action::Open(Ok(link)) => self.open(*link, None),
            Action::Open(Err(error)) => self.say(Message::BadLink(error)),
            Action::Trace(link, trace) => self.play(*link, trace, now_ms),
            Action::Compare(beside) => {
                self.remember(None, now_ms);
                self.compare = beside;
                self.start_beside();
            }
            Action::Keep => {
                self.compare = Some(Beside::Scenario(Box::new(self.scenario().clone())));
                self.start_beside();
                self.say(Message::Kept);
            }
            Action::Sweep(plan) => self.plan(*plan),
            Action::Size(sizing) => self.sizing = sizing,
            Action::Spoken(Err(why)) => self.say(Message::NoTexts(why)),
            Action::Spoken(Ok(language)) => self.settings.language = Some(language),
            Action::Loaded(part) => {
                self.parts.loaded(part);
                // What it says is over.
                let waited = matches!(self.message, Some(Message::LoadingReplicas));
                if part == Part::Replicas && waited {
                    self.message = None;
                }
            }
            Action::Missing(part) => self.parts.missing(part, self.wants(part)),
            Action::Formulas(Formulas(predict)) => self.predict = Some(predict),
            Action::Theme => {
                self.theme = match self.theme {
                    Theme::Dark => Theme::Light,
                    Theme::Light => Theme::Dark,
                };
                self.settings.dark = Some(self.theme == Theme::Dark);
            }
            Action::SystemTheme { dark, forced } => self.theme = self.settings.theme(dark, forced),
            Action::Tab(tab) => self.tab = tab,
            Action::Rung(rung) => {
                self.show(rung);
                self.playing &= rung != Rung::ManyRuns;
            }
            Action::Chart(place, kind) => self.charts[place] = kind,
            Action::Select(server) => self.selected = server,
            Action::Dialog(dialog) => {
                // Nothing happens behind it.
                self.playing &= dialog.is_none();
                self.dialog = dialog;
            }
            Action::Share => {
                self.playing = false;
                let job = self.job.as_ref().map(|job| format!("job={job}"));
                let opens = job.unwrap_or_else(|| self.link().to_fragment());
                self.dialog = Some(Dialog::Share(opens));
            }
            Action::Say(message) => self.say(message),
            Action::Dismiss => self.message = None,
            Action::Expire(count) if count == self.messages => self.message = None,
            // The page itself sees to these.
            Action::Expire(_) | Action::Language(_) | Action::Load(_) | Action::Tick => {}
            // Without their programs there is nothing more to do.
            Action::Guess(_) | Action::Display(_) | Action::Present => {}
        }
    }

    fn show(&mut self, rung: Rung) {
        self.rung = rung;
        self.lab_opened |= rung == Rung::ManyRuns;
    }

    /// Shows a message.
    pub fn say(&mut self, message: Message) {
        self.messages += 1;
        self.message = Some(message);
    }

    /// Plans a sweep. While a scenario is kept beside this one, the strategies to compare stay as
    /// they were.
    fn plan(&mut self, mut plan: SweepPlan) {
        if let Some(Beside::Scenario(_)) = self.compare {
            plan.strategies = std::mem::take(&mut self.sweep.strategies);
            if plan.beside.take().is_none() {
                self.compare = None;
                self.start_beside();
            }
        }
        self.sweep = plan;
    }

    fn open_preset(&mut self, id: &str, now_ms: f64) {
        let Some(scenario) = presets::find(id) else {
            return;
        };
        self.remember(None, now_ms);
        self.sweep = usual_sweep(&scenario);
        self.sizing = None;
        // A scenario that was kept is kept for this one.
        if let Some(Beside::Strategy(_)) = self.compare {
            self.compare = None;
        }
        self.begin(scenario);
    }

    /// Shows what a link holds, with its trace if that is there.
    fn open(&mut self, link: PageLink, trace: Option<Trace>) {
        self.opened = true;
        self.playing = false;
        self.want(&link, trace);
        self.compare = link.compare;
        self.charts = self.charts_of(link.script.latest());
        let many = link.sweep.is_some();
        self.sizing = link.sizing;
        self.sweep = match link.sweep {
            Some(plan) => *plan,
            None => usual_sweep(link.script.latest()),
        };
        self.show(if many {
            Rung::ManyRuns
        } else {
            Rung::OneAllocation
        });
        self.restart(link.script);
        self.go(Timeline::seek_position, link.at);
    }

    /// Shows a scenario from its beginning, with drawn tasks.
    fn begin(&mut self, scenario: Scenario) {
        self.wanted = None;
        self.trace = None;
        self.charts = charts::for_scenario(&scenario);
        self.restart(Script::new(scenario));
        self.playing = !self.still;
    }

    fn restart(&mut self, script: Script) {
        self.preset = presets::find(&script.scenario.name);
        self.shown = self.run(script);
        self.stepped_ms = None;
        self.selected = None;
        self.message = None;
        self.job = None;
        self.guess.runs += 1;
        self.start_beside();
    }
}

/// A sweep that suits a scenario, with a second strategy beside its own.
fn usual_sweep(scenario: &Scenario) -> SweepPlan {
    let own = scenario.balancer.strategy.id;
    let beside = match own {
        // Equal turns overload slow servers at half the load, and the chart shows nothing else.
        StrategyId::SmoothWrr => StrategyId::ExpandedWrr,
        _ => SweepPlan::companion(scenario),
    };
    SweepPlan {
        strategies: vec![own, beside],
        ..SweepPlan::usual(scenario)
    }
}
