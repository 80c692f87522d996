//! The third rung: many runs, with one number changed from point to point.

mod example;
mod form;
pub(super) mod results;
mod sketch;

use super::notice::field_error;
use super::size;
use crate::app::frames::now_ms;
use crate::app::i18n::{self, tr, tr_with};
use crate::app::pool::Pool;
use crate::number::significant;
use crate::page::Model;
use crate::page::action::{Action, Rung};
use crate::page::settings::Language;
use crate::scenario::Scenario;
use crate::sweep::gather::{Cell, gather};
use crate::sweep::metric::Metric;
use crate::sweep::{RunResult, SweepPlan};
use crate::view::charts::{Curve, curves};
use crate::view::palette::{Theme, server_colour};
use crate::worker::protocol::{Reply, Request};
use yew::prelude::*;

/// A sweep that is redrawn after each of many runs would keep the page from answering.
const REDRAW_MS: f64 = 250.0;

/// The panel, which stays while something else is shown; beside it the question how few servers
/// are enough, of which one or the other is open.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let plan = (model.rung() == Rung::ManyRuns).then(|| model.sweep());
    let sizing = model.sizing().is_some();
    let example = example::of(model.scenario());
    let may_open = model.display().shows_scene(example.scene) && model.shows("compare");
    let example = may_open.then_some(example);
    html! {
        <>
            { size::view(model, send) }
            <div hidden={sizing}>
                <Sweep {plan} {example} theme={model.theme()} language={i18n::language()}
                    send={send.clone()} />
            </div>
            if model.trace().is_some() { <p class="hint">{ tr("trace.not-swept") }</p> }
        </>
    }
}

/// What the panel needs.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The plan that the page wants; none while it shows something else.
    plan: Option<SweepPlan>,
    /// The example whose scene may be opened.
    example: Option<&'static example::Example>,
    theme: Theme,
    /// Its texts change with it.
    language: Language,
    send: Callback<Action>,
}

/// What happens to the panel.
pub(crate) enum Msg {
    /// One of the sweep's runs is to be shown on the stage.
    Open(Box<Scenario>),
    /// The plan is to be another, as the function makes it.
    Plan(Box<dyn FnOnce(&mut SweepPlan)>),
    /// The plan as it stands is begun.
    Start,
    /// An example is opened and begun.
    Example(&'static example::Example),
    /// The workers are ended; what is there stays.
    Cancel,
    /// A worker has answered.
    Heard(Reply),
    /// Another number of the runs is looked at.
    Metric(&'static Metric),
    /// It is drawn against another number, or again against what is changed.
    Across(Option<&'static Metric>),
    /// Another point is looked at.
    Point(u32),
    /// Something is drawn of what is expected.
    Draw(sketch::Draw),
}

/// The panel, and what has come back so far.
pub(crate) struct Sweep {
    /// What the page wants.
    wanted: SweepPlan,
    /// What is wrong with that.
    problem: Option<String>,
    /// The run that is open on the page: it is one of the sweep's, not another scene to sweep.
    opened: Option<Box<Scenario>>,
    /// What the results are of.
    plan: Option<SweepPlan>,
    results: Vec<RunResult>,
    pool: Option<Pool>,
    refused: Option<String>,
    began_ms: f64,
    drawn_ms: f64,
    metric: &'static Metric,
    /// What it is drawn against; None: what is changed.
    across: Option<&'static Metric>,
    point: u32,
    curves: Vec<Curve>,
    cells: Vec<Cell>,
    /// The means of what it is drawn against.
    across_cells: Vec<Cell>,
    sketch: sketch::Sketch,
}

impl Component for Sweep {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let wanted = ctx.props().plan.clone().unwrap_or_default();
        Self {
            problem: problem(&wanted),
            wanted,
            opened: None,
            plan: None,
            results: Vec::new(),
            pool: None,
            refused: None,
            began_ms: 0.0,
            drawn_ms: 0.0,
            metric: Metric::first(&Scenario::default()),
            across: None,
            point: 0,
            curves: Vec::new(),
            cells: Vec::new(),
            across_cells: Vec::new(),
            sketch: sketch::Sketch::default(),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Open(scenario) => {
                self.opened = Some(scenario.clone());
                ctx.props().send.emit(Action::OpenRun(scenario));
                return false;
            }
            // Of the plan as it is now: more may change before anything is drawn again.
            Msg::Plan(change) => {
                change(&mut self.wanted);
                self.wanted.points = self.wanted.distinct_points();
                self.problem = problem(&self.wanted);
                let plan = Box::new(self.wanted.clone());
                ctx.props().send.emit(Action::Sweep(plan));
            }
            Msg::Start => self.start(ctx),
            Msg::Example(example) => self.show_example(ctx, example),
            Msg::Cancel => self.pool = None,
            Msg::Heard(Reply::Ready) => return false,
            Msg::Heard(Reply::Done(result)) => {
                self.results.push(*result);
                let done = self
                    .plan
                    .as_ref()
                    .is_some_and(|plan| self.results.len() as u32 >= plan.runs());
                if done {
                    self.pool = None;
                } else if now_ms() - self.drawn_ms < REDRAW_MS {
                    return false;
                }
                self.gather();
            }
            Msg::Heard(Reply::Refused(why)) => {
                self.pool = None;
                self.refused = Some(why);
            }
            Msg::Metric(metric) => {
                self.metric = metric;
                self.across = self.across.filter(|across| *across != metric);
                self.curves = self
                    .plan
                    .as_ref()
                    .map_or_else(Vec::new, |plan| curves(plan, metric));
                self.gather();
            }
            Msg::Across(across) => {
                self.across = across;
                self.gather();
            }
            Msg::Point(point) => self.point = point,
            Msg::Draw(draw) => self.sketch.draw(draw, self.metric),
        }
        true
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &Props) -> bool {
        let Some(plan) = &ctx.props().plan else {
            return false;
        };
        let mut wanted = plan.clone();
        if let Some(swept) = &self.plan
            && self.opened.as_deref() == Some(&plan.scenario)
        {
            wanted.scenario = swept.scenario.clone();
        }
        self.problem = problem(&wanted);
        self.wanted = wanted;
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        html! {
            <section class="sweep" aria-label={tr("sweep.title")}>
                { self.form(ctx) }
                { self.sketch(ctx) }
                { self.progress() }
                if let Some(plan) = &self.plan {
                    { self.results(ctx, plan) }
                } else {
                    { self.opening(ctx) }
                }
            </section>
        }
    }
}

impl Sweep {
    fn start(&mut self, ctx: &Context<Self>) {
        let plan = self.wanted.clone();
        self.refused = None;
        self.point = 0;
        self.began_ms = now_ms();
        if self.problem.is_some() {
            return;
        }
        // What the reader chose stays while it can.
        let first = Metric::first(&plan.scenario);
        let before = self.plan.as_ref();
        if before.is_none_or(|before| Metric::first(&before.scenario) != first) {
            self.metric = first;
            self.across = None;
        }
        let known = results::metrics(&plan);
        self.across = self.across.filter(|across| known.contains(across));
        self.curves = curves(&plan, self.metric);
        self.results.clear();
        let runs = plan.runs();
        let planned = plan.clone();
        let request = move |index| Request::of(&planned, index);
        let heard = ctx.link().callback(Msg::Heard);
        self.pool = Some(Pool::start(runs, (0..runs).collect(), request, heard));
        self.plan = Some(plan);
        self.gather();
    }

    fn gather(&mut self) {
        self.drawn_ms = now_ms();
        self.cells = self
            .plan
            .as_ref()
            .map_or_else(Vec::new, |plan| gather(plan, &self.results, self.metric));
        let both = self.plan.as_ref().zip(self.across);
        self.across_cells = both.map_or_else(Vec::new, |(plan, across)| {
            gather(plan, &self.results, across)
        });
    }

    /// How far it is, and what went wrong.
    fn progress(&self) -> Html {
        let refusal = self.problem.as_ref().or(self.refused.as_ref());
        let refusal = refusal.map(|why| html! { <p class="refused" role="alert">{ why }</p> });
        let Some(plan) = self.plan.as_ref().filter(|_| self.refused.is_none()) else {
            return html! { { for refusal } };
        };
        let done = self.results.len();
        let all = plan.runs();
        let left_s = (now_ms() - self.began_ms) / 1000.0 / (done.max(1) as f64)
            * (f64::from(all) - done as f64);
        let key = match (self.pool.is_some(), done as u32 == all) {
            (true, _) if done == 0 => "sweep.starting",
            (true, _) => "sweep.running",
            (false, true) => "sweep.done",
            (false, false) => "sweep.cancelled",
        };
        let values = [
            ("done", done.to_string()),
            ("runs", all.to_string()),
            ("left", significant(left_s.max(1.0), 2)),
        ];
        html! {
            <>
            { for refusal }
            <p class="sweep-progress">
                <progress max={all.to_string()} value={done.to_string()}
                    aria-label={tr("sweep.progress")} />
                <span role="status">{ tr_with(key, &values) }</span>
            </p>
            </>
        }
    }
}

/// What is wrong with a plan, in the reader's words.
fn problem(plan: &SweepPlan) -> Option<String> {
    plan.validate().err().map(|error| field_error(&error))
}

/// The colour of a way.
pub(super) fn mark(way: usize) -> String {
    format!("--mark:{}", server_colour(way).css())
}
