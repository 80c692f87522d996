//! What a sweep is to do: the form above its results.

use super::{Msg, Sweep, mark};
use crate::app::components::typed::{Typed, written};
use crate::app::components::{params, strategies};
use crate::app::i18n::{tr, tr_with};
use crate::balance::StrategyId;
use crate::sweep::{Param, SweepPlan};
use crate::view::charts::arm_name;
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

impl Sweep {
    /// What is to be done.
    pub(super) fn form(&self, ctx: &Context<Self>) -> Html {
        let plan = &self.wanted;
        let param = change(ctx, |plan, e: Event| {
            let list: HtmlSelectElement = e.target_unchecked_into();
            if let Ok(param) = list.value().parse() {
                vary(plan, param);
            }
        });
        let chosen = plan.strategies();
        let alone = change(ctx, |plan, _: MouseEvent| plan.beside = None);
        let add = change(ctx, |plan, id: StrategyId| {
            plan.strategies = plan.strategies().to_vec();
            if !plan.strategies.contains(&id) {
                plan.strategies.push(id);
            }
        });
        let log = change(ctx, |plan, _: Event| plan.log = !plan.log);
        html! {
            <form class="sweep-form" onsubmit={|e: SubmitEvent| e.prevent_default()}>
                <label>{ tr("sweep.vary") }
                    <select id="sweep-param" onchange={param}>
                        { params::options(plan) }
                    </select>
                </label>
                if plan.param != Param::Nothing {
                    { number(ctx, "from", plan.from, |p, x| p.from = x) }
                    { number(ctx, "to", plan.to, |p, x| p.to = x) }
                    { number(ctx, "points", f64::from(plan.points), |p, x|
                        p.points = x as u32) }
                    <label class="check"><input type="checkbox" id="sweep-log" checked={plan.log}
                        onchange={log} />{ tr("sweep.log") }</label>
                }
                { number(ctx, "replications", f64::from(plan.replications), |p, x|
                    p.replications = x as u32) }
                { number(ctx, "tasks", plan.tasks as f64, |p, x| p.tasks = x as u64) }
                <div class="sweep-strategies">
                if plan.beside.is_some() {
                    { for (0..plan.arms().len()).map(|i| html! {
                        <span class="chip" ~style={mark(i)}>{ arm_name(plan, i, &tr) }</span>
                    }) }
                    <button type="button" id="sweep-alone" class="outlined" onclick={alone}>
                        { tr("sweep.alone") }</button>
                } else {
                    { for chosen.iter().enumerate().map(|(i, &id)| html! {
                        <button type="button" class="chip" ~style={mark(i)}
                            disabled={chosen.len() == 1}
                            aria-label={tr_with("sweep.remove",
                                &[("strategy", strategies::name(id))])}
                            onclick={remove(ctx, id)}>
                                { strategies::name(id) }{ " ×" }</button>
                    }) }
                    <label>{ tr("sweep.add") }{ strategies::select("sweep-add", None, None, add)
                        }</label>
                }
                </div>
                if self.pool.is_some() {
                    <button type="button" id="sweep-cancel"
                        onclick={ctx.link().callback(|_| Msg::Cancel)}>
                        { tr("sweep.cancel") }</button>
                } else {
                    <button type="button" id="sweep-start" class="go"
                        disabled={self.problem.is_some()}
                        onclick={ctx.link().callback(|_| Msg::Start)}>
                        { tr_with("sweep.start", &[("runs", plan.runs().to_string())]) }
                    </button>
                }
            </form>
        }
    }
}

/// A box for a number of the plan, which `set` puts there.
fn number(
    ctx: &Context<Sweep>,
    id: &'static str,
    value: f64,
    set: fn(&mut SweepPlan, f64),
) -> Html {
    let link = ctx.link().clone();
    let onchange = Callback::from(move |input: HtmlInputElement| {
        let typed = input.value_as_number();
        // What is no number must not stay in the box; what is out of range is refused when the
        // sweep begins.
        if typed.is_nan() {
            input.set_value(&written(value));
        } else {
            link.send_message(Msg::Plan(Box::new(move |plan| set(plan, typed))));
        }
    });
    html! {
        <label>{ tr(&format!("sweep.{id}")) }
            <Typed id={format!("sweep-{id}")} kind="number" inputmode="decimal"
                value={written(value)} {onchange} />
        </label>
    }
}

/// Takes a strategy out of the plan.
fn remove(ctx: &Context<Sweep>, id: StrategyId) -> Callback<MouseEvent> {
    change(ctx, move |plan, _| {
        let left = plan.strategies().iter().copied().filter(|s| *s != id);
        plan.strategies = left.collect();
    })
}

/// Varies another number, from end to end of its usual range.
fn vary(plan: &mut SweepPlan, param: Param) {
    // Where nothing changes one point says it all.
    plan.points = match (param, plan.param) {
        (Param::Nothing, _) => 1,
        (_, Param::Nothing) => SweepPlan::default().points,
        _ => plan.points,
    };
    let (from, to) = param.usual_range();
    plan.from = from;
    plan.to = to;
    plan.log &= param != Param::Nothing;
    plan.param = param;
}

/// What changes the plan by what a control says.
fn change<E: 'static>(
    ctx: &Context<Sweep>,
    change: impl Fn(&mut SweepPlan, E) + 'static,
) -> Callback<E> {
    let change = Rc::new(change);
    ctx.link().callback(move |said| {
        let change = Rc::clone(&change);
        Msg::Plan(Box::new(move |plan| change(plan, said)))
    })
}
