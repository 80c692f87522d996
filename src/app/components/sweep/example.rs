//! What the panel shows before the first sweep: what one gets, and an example to begin with.

use super::{Msg, Sweep};
use crate::app::i18n::{tr, tr_with};
use crate::balance::StrategyId;
use crate::link::Beside;
use crate::number::significant;
use crate::page::action::Action;
use crate::scenario::{Scenario, presets};
use crate::sweep::metric::Metric;
use crate::sweep::{Param, SweepPlan};
use yew::prelude::*;

/// A sweep to begin with.
#[derive(Debug)]
pub(crate) struct Example {
    /// Its scene.
    pub scene: &'static str,
    /// Its id: that of its texts below `sweep.example`, and of its button.
    id: &'static str,
    plan: fn() -> Option<SweepPlan>,
    /// The number looked at, and what it is drawn against; none: the first, and what is changed.
    metrics: [Option<&'static str>; 2],
    /// The point looked at.
    point: u32,
}

impl PartialEq for Example {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

static CHOICES: Example = Example {
    scene: "supermarket",
    id: "choices",
    plan: choices,
    metrics: [None, None],
    point: 1,
};

static COST: Example = Example {
    scene: "rush-hour",
    id: "cost",
    plan: cost,
    metrics: [Some("response_p99_s"), Some("server_hours")],
    point: 0,
};

/// The example for a scene: of autoscalers what a short tail costs.
pub(super) fn of(scenario: &Scenario) -> &'static Example {
    match scenario.autoscaler.is_on() {
        true => &COST,
        false => &CHOICES,
    }
}

/// Two choices among the scene's servers beside chance, where one is ten times as good. Under
/// chance each server has a queue of its own, so one server at the same load is enough for its
/// mean, and its runs are then long enough to be relied on.
fn choices() -> Option<SweepPlan> {
    let scenario = presets::find(CHOICES.scene)?;
    let mut alone = scenario.clone();
    alone.arrivals.rate_per_s /= alone.servers.len() as f64;
    alone.servers.truncate(1);
    alone.balancer.strategy.id = StrategyId::Random;
    Some(SweepPlan {
        scenario,
        beside: Some(Box::new(alone)),
        param: Param::Load,
        from: 0.9,
        to: 0.98,
        points: 2,
        tasks: 3_000_000,
        ..SweepPlan::default()
    })
}

/// An autoscaler that is wanted to hold ever more tasks on a server, through a dozen days, beside
/// the timetable that puts its scene right, and that has no such target.
fn cost() -> Option<SweepPlan> {
    let scenario = presets::find(COST.scene)?;
    let mut timetable = scenario.clone();
    presets::fix(COST.scene)?(&mut timetable);
    Some(SweepPlan {
        scenario,
        beside: Some(Box::new(timetable)),
        param: "autoscaler.target".parse().ok()?,
        from: 0.6,
        to: 2.6,
        points: 6,
        ..SweepPlan::default()
    })
}

impl Sweep {
    /// What one gets from the plan as it is, and the example.
    pub(super) fn opening(&self, ctx: &Context<Self>) -> Html {
        let plan = &self.wanted;
        let values = [
            ("points", plan.points.to_string()),
            ("param", tr(&plan.param.label_key(&plan.scenario))),
            ("from", significant(plan.from, 4)),
            ("to", significant(plan.to, 4)),
            ("ways", plan.arms().len().to_string()),
            ("replications", plan.replications.to_string()),
        ];
        let what = match plan.points {
            1 => tr_with("sweep.what-one", &values),
            _ => tr_with("sweep.what", &values),
        };
        html! {
            <div class="opening">
                <p class="lead">{ tr("sweep.lead") }</p>
                <p>{ what }</p>
                if let Some(example) = ctx.props().example {
                    <p><b>{ tr("sweep.example.title") }</b>{ " " }
                        { tr(&format!("sweep.example.{}", example.id)) }</p>
                    <button type="button" id="sweep-example" class="outlined"
                        onclick={ctx.link().callback(|_| Msg::Example(example))}>
                        { tr("sweep.example.run") }
                    </button>
                }
            </div>
        }
    }

    /// Opens an example's scene with its plan, and begins.
    pub(super) fn show_example(&mut self, ctx: &Context<Self>, example: &Example) {
        let Some(plan) = (example.plan)() else { return };
        let send = &ctx.props().send;
        send.emit(Action::Scene(example.scene.into()));
        send.emit(Action::Compare(plan.beside.clone().map(Beside::Scenario)));
        send.emit(Action::Sweep(Box::new(plan.clone())));
        self.problem = None;
        self.wanted = plan;
        self.start(ctx);
        self.point = example.point;
        let [metric, across] = example.metrics.map(|id| id.and_then(Metric::named));
        self.metric = metric.unwrap_or(self.metric);
        self.across = across;
        self.gather();
    }
}
