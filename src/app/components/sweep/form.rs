//! What a sweep is to do: the form above its results.

use super::{Msg, Sweep, mark};
use crate::app::components::typed::Typed;
use crate::app::components::{params, send_some, strategies};
use crate::app::i18n::{tr, tr_with};
use crate::balance::StrategyId;
use crate::number::significant;
use crate::page::action::Action;
use crate::sweep::{Param, SweepPlan};
use crate::view::charts::arm_name;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

impl Sweep {
    /// What is to be done.
    pub(super) fn form(&self, ctx: &Context<Self>) -> Html {
        let plan = &self.wanted;
        let send = &ctx.props().send;
        let param = {
            let plan = plan.clone();
            send_some(send, move |e: Event| {
                let param: Param = e
                    .target_unchecked_into::<HtmlSelectElement>()
                    .value()
                    .parse()
                    .ok()?;
                let (from, to) = param.usual_range();
                // Where nothing changes one point says it all.
                let points = match (param, plan.param) {
                    (Param::Nothing, _) => 1,
                    (_, Param::Nothing) => SweepPlan::default().points,
                    _ => plan.points,
                };
                let log = plan.log && param != Param::Nothing;
                let plan = SweepPlan {
                    param,
                    from,
                    to,
                    points,
                    log,
                    ..plan.clone()
                };
                Some(Action::Sweep(Box::new(SweepPlan {
                    points: plan.distinct_points(),
                    ..plan
                })))
            })
        };
        let chosen = plan.strategies().to_vec();
        let alone = {
            let plan = SweepPlan {
                beside: None,
                ..plan.clone()
            };
            send.reform(move |_: MouseEvent| Action::Sweep(Box::new(plan.clone())))
        };
        let add = {
            let plan = plan.clone();
            let chosen = chosen.clone();
            send.reform(move |id: StrategyId| {
                let mut strategies = chosen.clone();
                if !strategies.contains(&id) {
                    strategies.push(id);
                }
                Action::Sweep(Box::new(SweepPlan {
                    strategies,
                    ..plan.clone()
                }))
            })
        };
        let log = {
            let plan = plan.clone();
            send.reform(move |_: Event| {
                Action::Sweep(Box::new(SweepPlan {
                    log: !plan.log,
                    ..plan.clone()
                }))
            })
        };
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
                            onclick={remove(plan, send, id)}>
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

fn plain(value: f64) -> String {
    significant(value, 6)
        .replace('−', "-")
        .replace([' ', '\u{202f}'], "")
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
            input.set_value(&plain(value));
        } else {
            link.send_message(Msg::Number(set, typed));
        }
    });
    html! {
        <label>{ tr(&format!("sweep.{id}")) }
            <Typed id={format!("sweep-{id}")} kind="number" inputmode="decimal"
                value={plain(value)} {onchange} />
        </label>
    }
}

/// Takes a strategy out of the plan.
fn remove(plan: &SweepPlan, send: &Callback<Action>, id: StrategyId) -> Callback<MouseEvent> {
    let left = plan.strategies().iter().copied().filter(|s| *s != id);
    let plan = SweepPlan {
        strategies: left.collect(),
        ..plan.clone()
    };
    send.reform(move |_: MouseEvent| Action::Sweep(Box::new(plan.clone())))
}
