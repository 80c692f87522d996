//! A button that makes the weights follow the speeds.

use crate::app::i18n::tr;
use crate::page::{Action, Change, Model};
use crate::scenario::ServerConfig;
use crate::scenario::fields::{At, Field, Value, named};
use yew::prelude::*;

const WEIGHT: &Field = named("servers.*.weight");
/// The slowest server's weight at most.
const FINEST: u32 = 10;
/// A weight may be off by this part of itself.
const OFF: f64 = 0.02;

/// The button, where the strategy reads weights and speeds differ.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let s = model.scenario();
    let differ = s.servers.iter().any(|a| a.speed != s.servers[0].speed);
    if !differ || !s.balancer.strategy.knows().weights {
        return html! {};
    }
    let weights = weights(&s.servers);
    let done = s.servers.iter().zip(&weights).all(|(a, w)| a.weight == *w);
    let values = weights.into_iter().enumerate().map(|(i, weight)| {
        let at = At::new(WEIGHT, Some(i));
        (at, Value::Number(f64::from(weight)))
    });
    let change = Change::SetAll(values.collect());
    let onclick = send.reform(move |_: MouseEvent| Action::Change(change.clone()));
    html! {
        <button id="by-speed" class="outlined" disabled={done} {onclick}>
            { tr("set-up.by-speed") }
        </button>
    }
}

/// The smallest weights in the ratio of the speeds, or nearly so.
fn weights(servers: &[ServerConfig]) -> Vec<u32> {
    let fitting = (1..FINEST).map(|by| scaled(servers, by));
    let mut fitting = fitting.filter(|scaled| scaled.iter().all(|w| is_near(*w)));
    let scaled = fitting.next().unwrap_or_else(|| scaled(servers, FINEST));
    let most = WEIGHT.range().map_or(1.0, |range| range.max);
    scaled
        .into_iter()
        .map(|w| w.round().clamp(1.0, most) as u32)
        .collect()
}

/// The speeds as multiples of the slowest one, times a number.
fn scaled(servers: &[ServerConfig], by: u32) -> Vec<f64> {
    let speeds = servers.iter().map(|s| s.speed);
    let slowest = speeds.clone().fold(f64::INFINITY, f64::min);
    speeds
        .map(|speed| speed / slowest * f64::from(by))
        .collect()
}

/// Whether a number is a whole one, or nearly.
fn is_near(x: f64) -> bool {
    (x.round() - x).abs() <= OFF * x
}
