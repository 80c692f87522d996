//! What the panel shows before the first sweep: what one gets, and an example to begin with.

use super::{Msg, Sweep};
use crate::app::i18n::{tr, tr_with};
use crate::balance::StrategyId;
use crate::link::Beside;
use crate::number::significant;
use crate::page::action::Action;
use crate::scenario::presets;
use crate::sweep::{Param, SweepPlan};
use yew::prelude::*;

/// The scene of the example.
pub(super) const SCENE: &str = "supermarket";

/// Two choices among the scene's servers beside chance, where one is ten times as good. Under
/// chance each server has a queue of its own, so one server at the same load is enough for its
/// mean, and its runs are then long enough to be relied on.
fn plan() -> Option<SweepPlan> {
    let scenario = presets::find(SCENE)?;
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
                if ctx.props().has_example {
                    <p><b>{ tr("sweep.example.title") }</b>{ " " }{ tr("sweep.example.about") }</p>
                    <button type="button" id="sweep-example" class="outlined"
                        onclick={ctx.link().callback(|_| Msg::Example)}>
                        { tr("sweep.example.run") }
                    </button>
                }
            </div>
        }
    }

    /// Opens the example's scene with its plan, and begins; its last point is looked at.
    pub(super) fn show_example(&mut self, ctx: &Context<Self>) {
        let Some(plan) = plan() else { return };
        let send = &ctx.props().send;
        send.emit(Action::Scene(SCENE.into()));
        send.emit(Action::Compare(plan.beside.clone().map(Beside::Scenario)));
        send.emit(Action::Sweep(Box::new(plan.clone())));
        let last = plan.points - 1;
        self.problem = None;
        self.wanted = plan;
        self.start(ctx);
        self.point = last;
    }
}
