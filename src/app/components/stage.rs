//! The stage: two canvases, a button over each server, and what can be done with the one selected.

use super::field::Number;
use super::production::state_name;
use super::strategies;
use crate::app::action::Action;
use crate::app::i18n::{tr, tr_with};
use crate::app::model::Model;
use crate::app::stage_view::StageView;
use crate::link::Beside;
use crate::scenario::{Scenario, ServerState, letter, limits, presets};
use crate::sim::Timeline;
use crate::view::charts::scene_name;
use crate::view::palette::server_colour;
use crate::view::scene::Rect;
use web_sys::Element;
use yew::prelude::*;

/// One stage, or two to compare.
pub fn view(model: &Model, stages: &[StageView; 2], send: &Callback<Action>) -> Html {
    html! {
        <section class="stages" aria-label={tr("stage.title")}>
            { stage(model, &model.timeline, &stages[0], send, true) }
            if let Some(other) = &model.other {
                { stage(model, other, &stages[1], send, false) }
            }
        </section>
    }
}

fn stage(
    model: &Model,
    timeline: &Timeline,
    view: &StageView,
    send: &Callback<Action>,
    own: bool,
) -> Html {
    let places = view.servers();
    let name = strategies::name(timeline.engine().scenario().balancer.strategy.id);
    let summary = summary(timeline);
    let heading = model.compare.as_ref().map(|beside| {
        if own {
            shown(&name, send)
        } else {
            beside_it(beside, send)
        }
    });
    html! {
        <div class="run">
            { for heading }
            <div class="stage" ref={view.frame.clone()} role="group" aria-label={name}>
                <canvas ref={view.base.clone()} aria-hidden="true" />
                <canvas ref={view.live.clone()} aria-hidden="true" />
                <p class="hidden">{ summary }</p>
                if own {
                    { for places.iter().enumerate().filter(|(i, _)| *i < model.scenario().servers.len()).map(|(i, r)| html! {
                        <Card {i} rect={*r} selected={model.selected == Some(i)} weight={model.scenario().servers[i].weight} send={send.clone()} />
                    }) }
                    if let Some((i, rect)) = model.selected.and_then(|i| Some((i, places.get(i)?))) {
                        { selected(model, i, rect, send) }
                    }
                }
            </div>
        </div>
    }
}

/// The state in words, for those who do not see the canvas.
fn summary(timeline: &Timeline) -> String {
    let engine = timeline.engine();
    let servers = engine.servers().iter().enumerate().map(|(i, s)| {
        let values = [
            ("server", letter(i)),
            ("service", s.serving().to_string()),
            ("waiting", s.queue.len().to_string()),
        ];
        tr_with("stage.server-state", &values)
    });
    servers.collect::<Vec<_>>().join(" ")
}

fn style(r: &Rect) -> String {
    format!(
        "left:{}px;top:{}px;width:{}px;height:{}px",
        r.x, r.y, r.w, r.h
    )
}

#[derive(PartialEq, Properties)]
struct CardProps {
    i: usize,
    rect: Rect,
    selected: bool,
    weight: u32,
    send: Callback<Action>,
}

/// A drag on a card: where it began (px), the weight then, and whether it has moved.
type Drag = Option<(i32, u32, bool)>;
/// A drag this long is one step of weight (px).
const WEIGHT_STEP_PX: i32 = 14;

/// The button over a server's card: a click opens what can be done with it, a drag sideways changes
/// its weight.
#[component]
fn Card(props: &CardProps) -> Html {
    let CardProps {
        i,
        selected,
        weight,
        ref send,
        ref rect,
    } = *props;
    let drag = use_mut_ref(|| Drag::None);
    let down = {
        let drag = drag.clone();
        Callback::from(move |e: PointerEvent| {
            *drag.borrow_mut() = Some((e.client_x(), weight, false));
            if let Some(card) = e.target_dyn_into::<Element>() {
                let _ = card.set_pointer_capture(e.pointer_id());
            }
        })
    };
    let moved = {
        let (drag, send) = (drag.clone(), send.clone());
        Callback::from(move |e: PointerEvent| {
            let mut drag = drag.borrow_mut();
            let Some((from_x, from, moved)) = drag.as_mut().filter(|_| e.buttons() != 0) else {
                return;
            };
            let steps = (e.client_x() - *from_x) / WEIGHT_STEP_PX;
            *moved |= steps != 0;
            let most = limits::WEIGHT.slider_max.max(f64::from(*from));
            let to = (f64::from(*from) + f64::from(steps)).clamp(limits::WEIGHT.min, most) as u32;
            if *moved && to != weight {
                send.emit(Action::Change(
                    "weight",
                    Box::new(move |s| s.servers[i].weight = to),
                ));
            }
        })
    };
    let onclick = {
        let (drag, send) = (drag.clone(), send.clone());
        Callback::from(move |_: MouseEvent| {
            if !drag.take().is_some_and(|(_, _, moved)| moved) {
                send.emit(Action::Select(if selected { None } else { Some(i) }));
            }
        })
    };
    html! {
        <button class="server" id={format!("server-{i}")} style={style(rect)} aria-expanded={selected.to_string()}
            aria-label={tr_with("stage.server", &[("server", letter(i))])} title={tr("stage.server-title")}
            onpointerdown={down} onpointermove={moved} {onclick} />
    }
}

/// What can be done with the selected server.
fn selected(model: &Model, i: usize, rect: &Rect, send: &Callback<Action>) -> Html {
    let config = &model.scenario().servers[i];
    let preset = presets::find(&model.scenario().name).and_then(|p| p.servers.get(i).cloned());
    let colour = Some(server_colour(i).css());
    let number = |id, label: &str, value, reset, range, unit: String| Number {
        id,
        index: Some(i),
        label: tr(label),
        value,
        reset,
        range,
        unit,
        colour: colour.clone(),
    };
    let state = |state: ServerState| {
        let pressed = config.state == state;
        let onclick = send.reform(move |_: MouseEvent| {
            Action::Change(
                "server-state",
                Box::new(move |s: &mut Scenario| s.servers[i].state = state),
            )
        });
        html! { <button aria-pressed={pressed.to_string()} {onclick}>{ state_name(state) }</button> }
    };
    // Beside the card where there is room, else over it.
    let place = if rect.x > 330.0 {
        format!(
            "right:calc(100% - {}px);top:{}px",
            rect.x - 10.0,
            rect.y.min(200.0)
        )
    } else {
        format!("left:12px;right:12px;top:{}px", (rect.y - 190.0).max(8.0))
    };
    html! {
        <div class="popover" role="dialog" aria-label={tr_with("stage.server", &[("server", letter(i))])} style={place}>
            <h2 style={format!("border-color:{}", server_colour(i).css())}>{ tr_with("stage.server", &[("server", letter(i))]) }
                <button class="icon" aria-label={tr("dialog.close")} onclick={send.reform(|_| Action::Select(None))}>{ "×" }</button></h2>
            { number("stage-weight", "set-up.weight", f64::from(config.weight), preset.as_ref().map(|s| f64::from(s.weight)), &limits::WEIGHT, String::new())
                .view(send, |s, i, v| if let Some(server) = i.and_then(|i| s.servers.get_mut(i)) { server.weight = v as u32 }) }
            { number("stage-speed", "set-up.speed", config.speed, preset.as_ref().map(|s| s.speed), &limits::SPEED, String::new())
                .view(send, |s, i, v| if let Some(server) = i.and_then(|i| s.servers.get_mut(i)) { server.speed = v }) }
            <div class="segments" role="group" aria-label={tr("set-up.state")}>
                { for ServerState::ALL.into_iter().map(state) }
            </div>
            <button class="outlined" onclick={send.reform(move |_| Action::Change("slow-down", Box::new(move |s: &mut Scenario| {
                let speed = &mut s.servers[i].speed;
                *speed = (*speed / 2.0).max(limits::SPEED.min);
            })))}>{ tr("stage.slow-down") }</button>
        </div>
    }
}

/// The letter of one of two runs.
pub fn badge(own: bool) -> Html {
    html! { <b class="badge">{ if own { "A" } else { "B" } }</b> }
}

/// The heading of the run that the page is about.
fn shown(name: &str, send: &Callback<Action>) -> Html {
    html! {
        <div class="whose">
            { badge(true) }
            <h2>{ name }</h2>
            <button id="keep" class="outlined" title={tr("stage.keep-title")} onclick={send.reform(|_| Action::Keep)}>{ tr("stage.keep") }</button>
        </div>
    }
}

/// What the other run is of, and what it may be of instead.
fn beside_it(beside: &Beside, send: &Callback<Action>) -> Html {
    let (strategy, kept) = match beside {
        Beside::Strategy(id) => (Some(*id), None),
        Beside::Scenario(kept) => (None, Some(kept)),
    };
    let title = kept.map(|s| {
        format!(
            "{} · {}",
            scene_name(s, &tr),
            strategies::name(s.balancer.strategy.id)
        )
    });
    let choose = send.reform(|id| Action::Compare(Some(Beside::Strategy(id))));
    html! {
        <div class="whose">
            { badge(false) }
            <label class="hidden" for="other-strategy">{ tr("stage.compared-with") }</label>
            { strategies::select("other-strategy", strategy, title, choose) }
        </div>
    }
}
