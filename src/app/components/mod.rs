//! The parts of the page. Each is a function from the model to what is shown; actions go back
//! through one callback.

pub mod charts;
pub mod dialogs;
pub mod export;
pub mod faults;
pub mod field;
pub mod formula;
pub mod formulas;
pub mod guide;
pub mod header;
pub mod notice;
pub mod number;
pub mod params;
pub mod quick;
pub mod rules;
pub mod seed;
pub mod server;
pub mod set_up;
mod slider;
pub mod stage;
pub mod strategies;
pub mod sweep;
pub mod transport;
pub mod typed;
pub mod what_if;
pub mod why;

use yew::Callback;

/// A callback that sends what `f` makes of an event, if it makes something.
pub fn send_some<E: 'static, A: 'static>(
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
