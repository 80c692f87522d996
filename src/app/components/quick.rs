//! The controls that matter most, kept beside the explanation: strategy, place, arrivals, servers
//! and their weights.

use super::set_up::{fix, group, rows};
use super::{by_speed, trace};
use crate::page::{Action, Model};
use crate::scenario::fields::Section;
use yew::prelude::*;

/// The controls.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    html! {
        <>
            { for fix(model, send) }
            { group("balancer", rows(Section::Strategy, model, send)) }
            if model.trace().is_some() {
                { group("trace", trace::view(model, send)) }
            } else {
                { group("arrivals", rows(Section::Arrivals, model, send)) }
            }
            { group("servers", html! { <>
                { rows(Section::Servers, model, send) }
                { by_speed::view(model, send) }
            </> }) }
        </>
    }
}
