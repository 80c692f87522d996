//! The controls that matter most, kept beside the explanation: strategy, place, arrivals, servers
//! and their weights.

use super::production;
use super::set_up::{arrival_controls, server_count, server_weights, strategy_controls};
use crate::app::action::Action;
use crate::app::i18n::tr;
use crate::app::model::Model;
use crate::scenario::presets;
use yew::prelude::*;

/// The controls.
pub fn view(model: &Model, send: &Callback<Action>) -> Html {
    html! {
        <>
            if presets::fix(&model.scenario().name).is_some() { { production::about(model, send) } }
            <section class="controls"><h2>{ tr("set-up.balancer") }</h2>{ strategy_controls(model, send) }</section>
            <section class="controls"><h2>{ tr("set-up.arrivals") }</h2>{ arrival_controls(model, send) }</section>
            <section class="controls"><h2>{ tr("set-up.servers") }</h2>
                { server_count(model, send) }
                { server_weights(model, send) }
            </section>
        </>
    }
}
