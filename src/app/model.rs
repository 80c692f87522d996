//! The page's state and the one place where it changes.

use super::action::{Action, Change, Dialog, Notice, Predict, Rung, Tab};
use super::components::header::other_than;
use super::i18n::{tr, tr_with};
use super::part::{Part, Parts};
use super::settings::{self, Settings, media};
use crate::link::{Beside, Link, ReadError};
use crate::scenario::Position;
use crate::scenario::{Edit, FieldError, Scenario, Script, presets};
use crate::sim::Timeline;
use crate::sweep::SweepPlan;
use crate::theory::Prediction;
use crate::view::charts::{self, ChartKind};
use crate::view::palette::Theme;

/// A state to go back to.
struct Past {
    script: Script,
    at: Position,
    playing: bool,
    field: &'static str,
    made_ms: f64,
}

/// The page's state.
pub struct Model {
    /// The run shown.
    pub timeline: Timeline,
    /// The run on the same random numbers that it is compared with, if any.
    pub other: Option<Timeline>,
    /// What the other run is of.
    pub compare: Option<Beside>,
    /// Whether time passes.
    pub playing: bool,
    /// Simulated seconds per second.
    pub speed: f64,
    /// Simulated seconds per second that were reached lately.
    pub speed_reached: f64,
    /// The panel shown.
    pub tab: Tab,
    /// How much is looked at at once.
    pub rung: Rung,
    /// Whether many runs have been looked at: what they came to is kept from then on.
    pub lab_opened: bool,
    /// The parts of the page that load when they are needed.
    pub parts: Parts,
    /// What the formulas say of a scenario; none before they are loaded.
    formulas: Option<Predict>,
    /// The sweep planned, but for its scenario.
    sweep: SweepPlan,
    /// The charts shown.
    pub charts: [ChartKind; 3],
    /// The server selected.
    pub selected: Option<usize>,
    /// The dialog shown.
    pub dialog: Option<Dialog>,
    /// The message shown.
    pub notice: Option<Notice>,
    /// Counts the messages.
    pub notices: u32,
    /// Language, theme and speed as remembered.
    pub settings: Settings,
    /// The theme shown.
    pub theme: Theme,
    /// Whether motion is to be avoided.
    pub still: bool,
    /// What the formulas say of the present scenario.
    pub predictions: Vec<Prediction>,
    /// What they say of the other run's.
    pub other_predictions: Vec<Prediction>,
    /// When the latest step was made, for its flight (ms).
    pub stepped_ms: Option<f64>,
    /// Whether the canvases must be painted anew.
    pub dirty: bool,
    past: Vec<Past>,
}

/// Events that a step or seek runs at once, so that a short one is done before the page is drawn; a
/// longer one goes on in the frames.
const EVENTS_AT_ONCE: u64 = 20_000;
/// States kept for undo.
const UNDO: usize = 60;
/// Two changes of one control within this time are one (ms).
const ONE_DRAG_MS: f64 = 900.0;

impl Model {
    /// The first scene, as a newcomer sees it.
    pub fn new() -> Self {
        let settings = settings::load();
        let still = media("(prefers-reduced-motion: reduce)");
        let scenario = first_scene();
        let mut model = Self {
            charts: charts::for_scenario(&scenario),
            sweep: usual_sweep(&scenario),
            timeline: Timeline::new(Script::new(scenario)),
            other: None,
            compare: None,
            playing: !still,
            speed: settings.speed.filter(|s| SPEEDS.contains(s)).unwrap_or(1.0),
            speed_reached: 1.0,
            tab: Tab::Why,
            rung: Rung::OneAllocation,
            lab_opened: false,
            parts: Parts::default(),
            formulas: None,
            selected: None,
            dialog: None,
            notice: None,
            notices: 0,
            theme: settings.theme(),
            settings,
            still,
            predictions: Vec::new(),
            other_predictions: Vec::new(),
            stepped_ms: None,
            dirty: true,
            past: Vec::new(),
        };
        model.predict();
        model
    }

    /// The scenario in force at the position.
    pub fn scenario(&self) -> &Scenario {
        self.timeline.engine().scenario()
    }

    /// Everything that a link brings back.
    pub fn link(&self) -> Link {
        let sweep = (self.rung == Rung::ManyRuns).then(|| Box::new(self.sweep()));
        Link {
            script: self.timeline.script().clone(),
            at: self.timeline.position(),
            compare: self.compare.clone(),
            sweep,
        }
    }

    /// The sweep planned, of the present scenario, and beside the one that was kept.
    pub fn sweep(&self) -> SweepPlan {
        let plan = SweepPlan {
            scenario: self.scenario().clone(),
            ..self.sweep.clone()
        };
        match &self.compare {
            Some(Beside::Scenario(kept)) => SweepPlan {
                beside: Some(kept.clone()),
                strategies: Vec::new(),
                ..plan
            },
            _ => plan,
        }
    }

    /// Whether a part is needed for what is shown.
    fn wants(&self, part: Part) -> bool {
        match part {
            Part::Theory => true,
            Part::Charts => self.rung != Rung::ManyRuns,
            Part::SetUp => matches!(self.tab, Tab::SetUp | Tab::Why),
            Part::Guide => self.tab == Tab::Guide,
            Part::Export => matches!(self.dialog, Some(Dialog::Export(_))),
            Part::Lab => self.rung == Rung::ManyRuns,
        }
    }

    /// A part that is needed for what is shown and has not been asked for.
    pub fn part_wanted(&self) -> Option<Part> {
        let wanted = |part: &Part| self.wants(*part) && self.parts.is_new(*part);
        Part::ALL.into_iter().find(wanted)
    }

    /// A part that will be needed sooner or later.
    pub fn part_ahead(&self) -> Option<Part> {
        Part::ALL.into_iter().find(|part| self.parts.is_new(*part))
    }

    /// Whether something can be taken back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Applies an action.
    pub fn update(&mut self, action: Action, now_ms: f64) {
        self.dirty = true;
        match action {
            Action::TogglePlay => {
                self.playing = !self.playing;
                if self.playing && self.timeline.is_over() {
                    self.timeline.seek(0.0);
                }
            }
            Action::StepForward => self.step(now_ms, Timeline::step_forward),
            Action::StepBack => self.step(f64::NEG_INFINITY, Timeline::step_back),
            Action::Home => {
                self.playing = false;
                self.go(Timeline::seek_position, Position::default());
            }
            Action::Seek(time_s) => self.go(Timeline::seek, time_s),
            Action::CancelSeek => self.timeline.cancel(),
            Action::Speed(speed) => {
                self.speed = speed.clamp(*SPEEDS.start(), *SPEEDS.end());
                self.settings.speed = Some(self.speed);
                settings::save(&self.settings);
            }
            Action::Change(field, change) => self.change(field, change, now_ms),
            Action::Anew(field, change) => {
                // Before going to the start: undo leads back to this moment.
                self.remember(field, now_ms);
                self.go(Timeline::seek_position, Position::default());
                self.change(field, change, now_ms);
                self.playing = !self.still;
            }
            Action::Scene(id) => {
                if let Some(scenario) = presets::find(&id) {
                    self.remember("", now_ms);
                    self.sweep = usual_sweep(&scenario);
                    // A scenario that was kept is kept for this.
                    self.compare = self
                        .compare
                        .take()
                        .filter(|beside| matches!(beside, Beside::Scenario(_)));
                    self.begin(scenario);
                }
            }
            Action::Sweep(mut plan) => {
                if let Some(Beside::Scenario(_)) = self.compare {
                    // Meanwhile the strategies to compare rest here.
                    plan.strategies = std::mem::take(&mut self.sweep.strategies);
                    if plan.beside.take().is_none() {
                        self.compare = None;
                        self.start_other();
                    }
                }
                self.sweep = *plan;
            }
            Action::OpenRun(scenario) => {
                self.remember("", now_ms);
                self.rung = Rung::OneAllocation;
                let seed = scenario.seed.to_string();
                self.begin(*scenario);
                self.tell(tr_with("notice.opened-run", &[("seed", seed)]), false);
            }
            Action::Undo => {
                if let Some(past) = self.past.pop() {
                    self.playing &= past.playing;
                    self.restart(past.script);
                    self.go(Timeline::seek_position, past.at);
                }
            }
            Action::Compare(beside) => {
                self.compare = beside;
                self.start_other();
            }
            Action::Keep => {
                let kept = self.scenario().clone();
                self.update(
                    Action::Compare(Some(Beside::Scenario(Box::new(kept)))),
                    now_ms,
                );
                self.tell(tr("notice.kept"), false);
            }
            Action::Spoken(Err(why)) => {
                self.tell(tr_with("notice.no-texts", &[("why", why)]), true);
            }
            Action::Spoken(Ok(language)) => {
                self.settings.language = Some(language);
                settings::save(&self.settings);
            }
            Action::Loaded(part) => self.parts.loaded(part),
            Action::Missing(part) => self.parts.missing(part, self.wants(part)),
            Action::Formulas(predict) => {
                self.formulas = Some(predict);
                self.predict();
                self.predict_other();
            }
            Action::Theme => {
                self.theme = if self.theme == Theme::Dark {
                    Theme::Light
                } else {
                    Theme::Dark
                };
                self.settings.dark = Some(self.theme == Theme::Dark);
                settings::save(&self.settings);
            }
            Action::Tab(tab) => self.tab = tab,
            Action::Rung(rung) => {
                self.show(rung);
                self.playing &= rung != Rung::ManyRuns;
            }
            Action::Chart(place, kind) => self.charts[place] = kind,
            Action::Select(server) => self.selected = server,
            Action::Dialog(dialog) => self.dialog = dialog,
            Action::Share => {
                self.playing = false;
                self.dialog = Some(Dialog::Share(super::address::with_state(self)));
            }
            Action::Notice(notice) => self.tell(notice.text, notice.refusal),
            Action::Dismiss => self.notice = None,
            Action::Expire(count) if count == self.notices => self.notice = None,
            Action::Expire(_) => {}
            Action::Open(Ok(link)) => {
                self.playing = false;
                self.compare = link.compare;
                self.charts = charts::for_scenario(link.script.latest());
                self.sweep = link
                    .sweep
                    .as_ref()
                    .map_or_else(|| usual_sweep(link.script.latest()), |plan| *plan.clone());
                self.show(if link.sweep.is_some() {
                    Rung::ManyRuns
                } else {
                    Rung::OneAllocation
                });
                self.restart(link.script);
                self.go(Timeline::seek_position, link.at);
            }
            Action::Open(Err(error)) => {
                let why = read_error(&error);
                self.tell(tr_with("notice.bad-link", &[("why", why)]), true);
            }
            Action::Language(_) | Action::Load(_) | Action::Tick => {}
        }
    }

    fn show(&mut self, rung: Rung) {
        self.rung = rung;
        self.lab_opened |= rung == Rung::ManyRuns;
    }

    /// Shows a scenario from its beginning.
    fn begin(&mut self, scenario: Scenario) {
        self.charts = charts::for_scenario(&scenario);
        self.restart(Script::new(scenario));
        self.playing = !self.still;
    }

    fn tell(&mut self, text: String, refusal: bool) {
        self.notices += 1;
        self.notice = Some(Notice { text, refusal });
    }

    fn step(&mut self, now_ms: f64, step: fn(&mut Timeline)) {
        self.playing = false;
        step(&mut self.timeline);
        self.timeline.work(EVENTS_AT_ONCE);
        self.follow(EVENTS_AT_ONCE);
        self.stepped_ms = Some(now_ms);
    }

    fn go<T>(&mut self, go: fn(&mut Timeline, T), to: T) {
        self.stepped_ms = None;
        go(&mut self.timeline, to);
        self.timeline.work(EVENTS_AT_ONCE);
        self.follow(EVENTS_AT_ONCE);
    }

    /// Applies a change of the scenario if it is valid, and says what it restarted.
    fn change(&mut self, field: &'static str, change: Change, now_ms: f64) {
        let mut scenario = self.scenario().clone();
        change(&mut scenario);
        if scenario == *self.scenario() {
            return;
        }
        if let Err(error) = scenario.validate() {
            self.tell(field_error(&error), true);
            return;
        }
        self.remember(field, now_ms);
        // What an earlier change of the same drag had to say still holds.
        self.notice = self.notice.take().filter(|notice| !notice.refusal);
        let kinds = charts::applicable(&scenario);
        if !self.charts.iter().all(|kind| kinds.contains(kind)) {
            self.charts = charts::for_scenario(&scenario);
        }
        let strategy_before = self.scenario().balancer.strategy.clone();
        if self.timeline.change(scenario) {
            self.tell(tr("notice.restarted"), false);
        } else if self.scenario().balancer.strategy != strategy_before
            && self.timeline.position() != Position::default()
        {
            self.tell(tr("notice.strategy-restarted"), false);
        }
        self.stepped_ms = None;
        self.selected = self.selected.filter(|&s| s < self.scenario().servers.len());
        self.predict();
        self.start_other();
    }

    fn restart(&mut self, script: Script) {
        self.timeline = Timeline::new(script);
        self.stepped_ms = None;
        self.selected = None;
        self.notice = None;
        self.predict();
        self.start_other();
    }

    /// Keeps the present state for undo.
    fn remember(&mut self, field: &'static str, now_ms: f64) {
        let dragging = self.past.last().is_some_and(|p| {
            p.field == field && !field.is_empty() && now_ms - p.made_ms < ONE_DRAG_MS
        });
        if dragging {
            if let Some(last) = self.past.last_mut() {
                last.made_ms = now_ms;
            }
            return;
        }
        if self.past.len() == UNDO {
            self.past.remove(0);
        }
        let script = self.timeline.script().clone();
        let (at, playing) = (self.timeline.position(), self.playing);
        self.past.push(Past {
            script,
            at,
            playing,
            field,
            made_ms: now_ms,
        });
    }

    fn predict(&mut self) {
        if let Some(predict) = self.formulas {
            self.predictions = predict(self.scenario());
        }
    }

    fn predict_other(&mut self) {
        if let (Some(predict), Some(other)) = (self.formulas, &self.other) {
            self.other_predictions = predict(other.script().latest());
        }
    }

    /// Begins the other run anew: of the same script with its own strategy, or of its own scenario;
    /// on the same random numbers in any case. [`Model::follow`] brings it to the same time.
    fn start_other(&mut self) {
        let script = self.timeline.script();
        let script = match &self.compare {
            None => {
                self.other = None;
                return;
            }
            Some(Beside::Scenario(kept)) => Script::new(Scenario {
                seed: script.scenario.seed,
                ..(**kept).clone()
            }),
            Some(Beside::Strategy(id)) => {
                let with_strategy = |scenario: &Scenario| {
                    let mut scenario = scenario.clone();
                    scenario.balancer.strategy.id = *id;
                    scenario
                };
                // The other run has other events, so the changes are found by their times.
                let edit = |e: &Edit| Edit {
                    at: Position { event: 0, ..e.at },
                    scenario: with_strategy(&e.scenario),
                };
                Script {
                    scenario: with_strategy(&script.scenario),
                    edits: script.edits.iter().map(edit).collect(),
                }
            }
        };
        if let Err(error) = script.validate() {
            self.compare = None;
            self.other = None;
            self.tell(field_error(&error), true);
            return;
        }
        self.other = Some(Timeline::new(script));
        self.predict_other();
        self.follow(u64::MAX);
    }

    /// Brings the other run to this one's time, for at most `events` events.
    pub fn follow(&mut self, events: u64) {
        let now_s = self.timeline.engine().now_s();
        if let Some(other) = &mut self.other {
            if other.engine().now_s() != now_s && other.progress().is_none() {
                other.seek(now_s);
            }
            other.work(events);
        }
    }
}

/// Speeds that can be chosen (simulated seconds per second).
pub const SPEEDS: std::ops::RangeInclusive<f64> = 0.1..=1000.0;

/// What a visitor sees first.
fn first_scene() -> Scenario {
    presets::ids()
        .next()
        .and_then(presets::find)
        .unwrap_or_default()
}

/// A sweep that suits a scenario, with a second strategy beside its own.
fn usual_sweep(scenario: &Scenario) -> SweepPlan {
    let own = scenario.balancer.strategy.id;
    SweepPlan {
        strategies: vec![own, other_than(own)],
        ..SweepPlan::usual(scenario)
    }
}

/// A refused field in the reader's words.
pub fn field_error(error: &FieldError) -> String {
    let FieldError {
        field,
        value,
        allowed,
    } = error;
    tr_with(
        "notice.refused",
        &[("field", field), ("value", value), ("allowed", allowed)],
    )
}

fn read_error(error: &ReadError) -> String {
    match error {
        ReadError::Damaged => tr("notice.damaged"),
        ReadError::TooLong(n) => tr_with("notice.too-long", &[("n", n.to_string())]),
        ReadError::Version(version) => tr_with("notice.version", &[("version", version)]),
        ReadError::NoScenario(what) => what.clone(),
        ReadError::Field(error) => field_error(error),
    }
}
