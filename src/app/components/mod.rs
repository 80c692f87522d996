//! The parts of the page. Each is a function from the model to what is shown; actions go back
//! through one callback.

pub(crate) mod by_speed;
pub(crate) mod changes;
pub(crate) mod charts;
pub(crate) mod dialogs;
pub(crate) mod display;
pub(crate) mod exercise;
pub(crate) mod faults;
pub(crate) mod field;
pub(crate) mod formula;
pub(crate) mod formulas;
pub(crate) mod guess;
pub(crate) mod guide;
pub(crate) mod header;
pub(crate) mod job;
pub(crate) mod lessons;
pub(crate) mod notice;
pub(crate) mod number;
pub(crate) mod params;
pub(crate) mod quick;
pub(crate) mod rules;
pub(crate) mod seed;
pub(crate) mod server;
pub(crate) mod set_up;
mod size;
mod slider;
pub(crate) mod stage;
pub(crate) mod strategies;
pub(crate) mod sweep;
pub(crate) mod trace;
pub(crate) mod transport;
pub(crate) mod typed;
pub(crate) mod what_if;
pub(crate) mod why;

use crate::page::Model;
use yew::{Callback, Html};

/// What has this name, unless the link hides that.
pub(crate) fn if_shown(model: &Model, name: &str, view: Html) -> Html {
    if model.shows(name) {
        view
    } else {
        Html::default()
    }
}

/// A callback that sends what `f` makes of an event, if it makes something.
pub(crate) fn send_some<E: 'static, A: 'static>(
    send: &Callback<A>,
    f: impl Fn(E) -> Option<A> + 'static,
) -> Callback<E> {
    let send = send.clone();
    Callback::from(move |event| {
        if let Some(made) = f(event) {
            send.emit(made);
        }
    })
}
