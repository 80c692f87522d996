//! The stage: two canvases, a button over each server, and what can be done with the one selected.

use super::field::set;
use super::{if_shown, strategies};
use crate::app::i18n::{has, tr, tr_with};
use crate::app::stage_view::StageView;
use crate::link::Beside;
use crate::page::Model;
use crate::page::action::Action;
use crate::scenario::fields::{At, Field, Value, named};
use crate::scenario::letter;
use crate::sim::Timeline;
use crate::view::charts::scene_name;
use crate::view::palette::server_colour;
use crate::view::scene::Rect;
use crate::view::stage::{standby, whole_percent};
use web_sys::Element;
use yew::prelude::*;

/// One stage, or two to compare. `controls` are those of the selected server.
pub(crate) fn view(
    model: &Model,
    stages: &[StageView; 2],
    controls: &Html,
    send: &Callback<Action>,
) -> Html {
    html! {
        <section class="stages" aria-label={tr("stage.title")}>
            if model.preset().is_some() && model.beside().is_none() {
                <p class="about">{ about(model) }</p>
            }
            { stage(model, &model.shown().timeline, &stages[0], Some(controls), send) }
            if let Some(other) = model.beside() {
                { stage(model, &other.timeline, &stages[1], None, send) }
            }
        </section>
    }
}

/// What the scene is about, once its texts are there; or what has put it right.
fn about(model: &Model) -> String {
    let scene = &model.scenario().name;
    if model.is_put_right() {
        return format!("{} {}", tr("fix.done"), tr(&format!("fix.{scene}")));
    }
    let key = format!("preset.{scene}.about");
    if has(&key) { tr(&key) } else { String::new() }
}

fn stage(
    model: &Model,
    timeline: &Timeline,
    view: &StageView,
    controls: Option<&Html>,
    send: &Callback<Action>,
) -> Html {
    let places = view.servers();
    let name = strategies::name(timeline.engine().scenario().balancer.strategy.id);
    // Hundreds of numbers that change ten times a second cannot be listened to, and their layout
    // takes as long as the picture.
    let summary = (!model.is_playing()).then(|| summary(timeline));
    let heading = model.compare().map(|beside| match controls {
        Some(_) => shown(&name, model, send),
        None if !model.shows("compare") => html! {
            <div class="whose">{ badge(false) }<h2>{ &name }</h2></div>
        },
        None => beside_it(beside, send),
    });
    html! {
        <div class="run">
            { for heading }
            <div class="stage" ref={view.frame.clone()} role="group" aria-label={name}>
                <canvas ref={view.base.clone()} aria-hidden="true" />
                <canvas ref={view.live.clone()} aria-hidden="true" />
                <p class="hidden">{ for summary }</p>
                if let Some(controls) = controls && model.shows("cards") {
                    { cards(model, places, controls, send) }
                }
            </div>
        </div>
    }
}

/// The state in words, for those who do not see the canvas, when it stands still.
fn summary(timeline: &Timeline) -> String {
    let engine = timeline.engine();
    let servers = engine.servers().iter().enumerate().map(|(i, s)| {
        let mut values = vec![
            ("server", letter(i)),
            ("service", s.serving().to_string()),
            ("waiting", s.waiting().to_string()),
        ];
        let key = match s.scheduler() {
            Some(batch) => {
                values.push(("kv", whole_percent(batch.load().kv_usage)));
                "stage.replica-state"
            }
            None => "stage.server-state",
        };
        let state = tr_with(key, &values);
        match standby(timeline, i, &tr) {
            Some(standby) => format!("{state} {standby}"),
            None => state,
        }
    });
    servers.collect::<Vec<_>>().join(" ")
}

fn style(r: &Rect) -> String {
    format!(
        "left:{}px;top:{}px;width:{}px;height:{}px",
        r.x, r.y, r.w, r.h
    )
}

/// What can be done at the servers' cards.
#[derive(Properties)]
struct CardsProps {
    /// Of each server, its place and weight.
    cards: Vec<(Rect, u32)>,
    /// The one selected, and its controls.
    selected: Option<(usize, Html)>,
    /// The set that is guessed.
    marked: Vec<usize>,
    /// What a click and a drag do, in the page's language.
    title: String,
    send: Callback<Action>,
}

/// Whatever sends leads to the same page, so that these are drawn again only where something else
/// differs, or while one is open.
impl PartialEq for CardsProps {
    fn eq(&self, other: &Self) -> bool {
        let is_open = self.selected.is_some() || other.selected.is_some();
        let is_same = self.cards == other.cards && self.marked == other.marked;
        !is_open && is_same && self.title == other.title
    }
}

fn cards(model: &Model, places: Vec<Rect>, controls: &Html, send: &Callback<Action>) -> Html {
    let weights = model.scenario().servers.iter().map(|server| server.weight);
    let cards: Vec<_> = places.into_iter().zip(weights).collect();
    let selected = model.selected().map(|server| (server, controls.clone()));
    let marked = model.guess().marked.clone();
    let title = tr("stage.server-title");
    html! { <Cards {cards} {selected} {marked} {title} send={send.clone()} /> }
}

const WEIGHT: &Field = named("servers.*.weight");

/// A drag on a card.
#[derive(Clone, Copy)]
struct Drag {
    /// Where it began (px).
    from_x: i32,
    /// The weight then.
    from: f64,
    moved: bool,
}

impl Drag {
    /// A drag this long is one step of weight (px).
    const STEP_PX: i32 = 14;

    /// Moves to this place; the weight there.
    fn to(&mut self, x: i32) -> f64 {
        let steps = (x - self.from_x) / Self::STEP_PX;
        self.moved |= steps != 0;
        let range = WEIGHT.range();
        let least = range.map_or(1.0, |range| range.min);
        let most = range.map_or(1.0, |range| range.slider_max).max(self.from);
        (self.from + f64::from(steps)).clamp(least, most)
    }
}

/// The buttons over the servers' cards: a click opens what can be done with the server, a drag
/// sideways changes its weight. Right behind its card is what is open at one: there a keyboard
/// comes to it next.
#[component]
fn Cards(props: &CardsProps) -> Html {
    let drag = use_mut_ref(|| None::<Drag>);
    let cards = props.cards.iter().enumerate().map(|(i, (rect, weight))| {
        let weight = f64::from(*weight);
        let began = drag.clone();
        let onpointerdown = Callback::from(move |e: PointerEvent| {
            *began.borrow_mut() = Some(Drag {
                from_x: e.client_x(),
                from: weight,
                moved: false,
            });
            if let Some(card) = e.target_dyn_into::<Element>() {
                let _ = card.set_pointer_capture(e.pointer_id());
            }
        });
        let under_way = drag.clone();
        let onpointermove = super::send_some(&props.send, move |e: PointerEvent| {
            let mut drag = under_way.borrow_mut();
            let drag = drag.as_mut().filter(|_| e.buttons() != 0)?;
            let to = drag.to(e.client_x());
            let changed = drag.moved && to != weight;
            changed.then(|| set(At::new(WEIGHT, Some(i)), Value::Number(to)))
        });
        let open = props.selected.as_ref().filter(|(server, _)| *server == i);
        let select = open.is_none().then_some(i);
        let drag = drag.clone();
        let onclick = super::send_some(&props.send, move |_: MouseEvent| {
            let dragged = drag.take().is_some_and(|drag| drag.moved);
            (!dragged).then_some(Action::Select(select))
        });
        let class = match props.marked.contains(&i) {
            true => "server marked",
            false => "server",
        };
        let open_here = open.map(|(_, controls)| open_at(i, rect, controls, &props.send));
        // Two to each server, whether open or not, or Yew would reuse one card's element, and its
        // focus, for another when one opens.
        html! {
            <>
                <button {class} id={format!("server-{i}")} ~style={style(rect)}
                    aria-expanded={open.is_some().to_string()} title={props.title.clone()}
                    aria-label={tr_with("stage.server", &[("server", letter(i))])}
                    {onpointerdown} {onpointermove} {onclick} />
                { open_here.unwrap_or_default() }
            </>
        }
    });
    html! { <>{ for cards }</> }
}

/// What can be done with the selected server.
fn open_at(i: usize, rect: &Rect, controls: &Html, send: &Callback<Action>) -> Html {
    let title = tr_with("stage.server", &[("server", letter(i))]);
    let colour = server_colour(i).css();
    let close = send.reform(|_| Action::Select(None));
    html! {
        <div class="popover" role="dialog" aria-label={title.clone()} ~style={beside_card(rect)}>
            <h2 ~style={format!("border-color:{colour}")}>{ title }
                <button class="icon" aria-label={tr("dialog.close")} onclick={close}>
                    { "×" }
                </button>
            </h2>
            { controls.clone() }
        </div>
    }
}

/// The place of what opens at a card: beside it where there is room, else over it.
fn beside_card(rect: &Rect) -> String {
    if rect.x > 330.0 {
        let right = rect.x - 10.0;
        format!("right:calc(100% - {right}px);top:{}px", rect.y.min(200.0))
    } else {
        format!("left:12px;right:12px;top:{}px", (rect.y - 190.0).max(8.0))
    }
}

/// The letter of one of two runs.
pub(crate) fn badge(own: bool) -> Html {
    html! { <b class="badge">{ if own { "A" } else { "B" } }</b> }
}

/// The heading of the run that the page is about.
fn shown(name: &str, model: &Model, send: &Callback<Action>) -> Html {
    let keep = send.reform(|_| Action::Keep);
    let keep = html! {
        <button id="keep" class="outlined" title={tr("stage.keep-title")} onclick={keep}>
            { tr("stage.keep") }
        </button>
    };
    html! {
        <div class="whose">
            { badge(true) }
            <h2>{ name }</h2>
            { if_shown(model, "compare", keep) }
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
