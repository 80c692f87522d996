//! The question: goals, strategies, limits and a price.

use super::{Msg, Size};
use crate::app::components::sweep::mark;
use crate::app::components::typed::{Typed, written};
use crate::app::components::{send_some, strategies};
use crate::app::i18n::{tr, tr_with};
use crate::balance::StrategyId;
use crate::page::action::Action;
use crate::sweep::metric::{Bound, Metric};
use crate::sweep::size::{Goal, Sizing};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

impl Size {
    /// What is asked.
    pub(super) fn form(&self, ctx: &Context<Self>, sizing: &Sizing) -> Html {
        let send = &ctx.props().send;
        let goals = (0..sizing.goals.len()).map(|i| self.goal(sizing, i, send));
        let another = {
            let first = Metric::of_scenario(&self.scenario).find(|metric| metric.goal.is_some());
            let first = first.map_or("", |metric| metric.id);
            asks(sizing, send, move |s| s.goals.push(Goal::new(first, 1.0)))
        };
        let has_replicas = self.scenario.has_replicas();
        html! {
            <form class="sweep-form" onsubmit={|e: SubmitEvent| e.prevent_default()}>
                <fieldset class="size-goals">
                    <legend>{ tr("size.goals") }</legend>
                    { for goals }
                    <button type="button" id="size-goal-add" class="outlined" onclick={another}>
                        { tr("size.goal-add") }</button>
                </fieldset>
                { tried(sizing, send) }
                { number(sizing, send, "most", Some(f64::from(sizing.most)), |s, x|
                    s.most = x.unwrap_or(0.0) as u32) }
                { number(sizing, send, "replications", Some(f64::from(sizing.replications)),
                    |s, x| s.replications = x.unwrap_or(0.0) as u32) }
                { number(sizing, send, "tasks", Some(sizing.tasks as f64), |s, x|
                    s.tasks = x.unwrap_or(0.0) as u64) }
                if has_replicas || sizing.price_per_gpu_hour.is_some() {
                    { number(sizing, send, "price", sizing.price_per_gpu_hour, |s, x|
                        s.price_per_gpu_hour = x) }
                }
                if self.pool.is_some() {
                    <button type="button" id="size-cancel"
                        onclick={ctx.link().callback(|_| Msg::Cancel)}>
                        { tr("sweep.cancel") }</button>
                } else {
                    <button type="button" id="size-start" class="go"
                        disabled={self.problem.is_some()}
                        onclick={ctx.link().callback(|_| Msg::Start)}>{ tr("size.start") }</button>
                }
            </form>
        }
    }

    /// A goal: its quantity, which way it bounds, and its bound.
    fn goal(&self, sizing: &Sizing, i: usize, send: &Callback<Action>) -> Html {
        let goal = &sizing.goals[i];
        let metric = goal.metric();
        let sign = match metric.and_then(|metric| metric.goal) {
            Some(Bound::AtLeast) => "≥",
            _ => "≤",
        };
        let quantity = {
            let sizing = sizing.clone();
            send_some(send, move |e: Event| {
                let id = e.target_unchecked_into::<HtmlSelectElement>().value();
                let mut sizing = sizing.clone();
                sizing.goals[i].quantity = id;
                Some(Action::Size(Some(Box::new(sizing))))
            })
        };
        let value = {
            let sizing = sizing.clone();
            let before = written(goal.value);
            send_some(send, move |input: HtmlInputElement| {
                let typed = input.value_as_number();
                if typed.is_nan() {
                    input.set_value(&before);
                    return None;
                }
                let mut sizing = sizing.clone();
                sizing.goals[i].value = typed;
                Some(Action::Size(Some(Box::new(sizing))))
            })
        };
        let name = metric.map_or_else(|| goal.quantity.clone(), name);
        let options = Metric::of_scenario(&self.scenario).filter(|metric| metric.goal.is_some());
        let is_known = options.clone().any(|metric| metric.id == goal.quantity);
        let less = asks(sizing, send, move |s| {
            s.goals.remove(i);
        });
        let n = (i + 1).to_string();
        html! {
            <div class="size-goal">
                <select id={format!("size-goal-{i}")} onchange={quantity}
                    aria-label={tr_with("size.goal", &[("n", n)])}>
                    if !is_known { <option selected=true>{ &name }</option> }
                    { for options.map(|metric| html! {
                        <option value={metric.id} selected={metric.id == goal.quantity}>
                            { self::name(metric) }</option>
                    }) }
                </select>
                <span aria-hidden="true">{ sign }</span>
                <Typed id={format!("size-value-{i}")} kind="number" inputmode="decimal"
                    label={format!("{name} {sign}")} value={written(goal.value)}
                    unit={metric.map_or("", |metric| metric.unit)} onchange={value} />
                <button type="button" class="icon" disabled={sizing.goals.len() == 1}
                    aria-label={tr_with("size.goal-remove", &[("goal", name.clone())])}
                    onclick={less}>{ "×" }</button>
            </div>
        }
    }
}

fn name(metric: &Metric) -> String {
    tr(&format!("sweep.metric.{}", metric.id))
}

/// The strategies to try.
fn tried(sizing: &Sizing, send: &Callback<Action>) -> Html {
    let add = {
        let sizing = sizing.clone();
        send.reform(move |id: StrategyId| {
            let mut sizing = sizing.clone();
            if !sizing.strategies.contains(&id) {
                sizing.strategies.push(id);
            }
            Action::Size(Some(Box::new(sizing)))
        })
    };
    let chips = sizing.strategies.iter().enumerate().map(|(i, &id)| {
        let name = strategies::name(id);
        let less = asks(sizing, send, move |s| {
            s.strategies.retain(|other| *other != id)
        });
        html! {
            <button type="button" class="chip" ~style={mark(i)}
                disabled={sizing.strategies.len() == 1} onclick={less}
                aria-label={tr_with("sweep.remove", &[("strategy", &name)])}>
                { format!("{name} ×") }</button>
        }
    });
    html! {
        <div class="sweep-strategies">
            { for chips }
            <label>{ tr("sweep.add") }{ strategies::select("size-add", None, None, add) }</label>
        </div>
    }
}

/// Asks something else when it is clicked.
fn asks(
    sizing: &Sizing,
    send: &Callback<Action>,
    change: impl Fn(&mut Sizing) + 'static,
) -> Callback<MouseEvent> {
    let sizing = sizing.clone();
    send.reform(move |_: MouseEvent| {
        let mut sizing = sizing.clone();
        change(&mut sizing);
        Action::Size(Some(Box::new(sizing)))
    })
}

/// A box for a number of the question, which `set` puts there; none if it is empty.
fn number(
    sizing: &Sizing,
    send: &Callback<Action>,
    id: &'static str,
    value: Option<f64>,
    set: fn(&mut Sizing, Option<f64>),
) -> Html {
    let sizing = sizing.clone();
    let send = send.clone();
    let onchange = Callback::from(move |input: HtmlInputElement| {
        let typed = input.value_as_number();
        let mut sizing = sizing.clone();
        set(&mut sizing, (!typed.is_nan()).then_some(typed));
        send.emit(Action::Size(Some(Box::new(sizing))));
    });
    html! {
        <label>{ tr(&format!("size.{id}")) }
            <Typed id={format!("size-{id}")} kind="number" inputmode="decimal"
                value={value.map(written).unwrap_or_default()} {onchange} />
        </label>
    }
}
