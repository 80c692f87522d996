//! The controls that matter most, kept beside the explanation: strategy, place, arrivals, servers
//! and their weights.

use super::set_up::{about, group, rows};
use super::trace;
use crate::page::{Action, Model};
use crate::scenario::fields::Section;
use crate::scenario::presets;
use yew::prelude::*;

/// The controls.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let goes_wrong = presets::fix(&model.scenario().name).is_some();
    html! {
        <>
            if goes_wrong { { about(model, send) } }
            { group(model, "balancer", rows(Section::Strategy, model, send)) }
            if model.trace().is_some() {
                { group(model, "trace", trace::view(model, send)) }
            } else {
                { group(model, "arrivals", rows(Section::Arrivals, model, send)) }
            }
            { group(model, "servers", rows(Section::Servers, model, send)) }
        </>
    }
}
