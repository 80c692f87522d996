//! A number that is expected of a run, and what the run shows of it.

use super::{act, number_in};
use crate::app::components::send_some;
use crate::app::components::typed::Typed;
use crate::app::i18n::{tr, tr_with};
use crate::number::significant;
use crate::page::guess::{Expected, GuessAction, Number};
use crate::page::{Action, Model};
use crate::scenario::letter;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What can be expected of a run with this number of servers.
fn numbers(servers: usize) -> Vec<Number> {
    let rest = [Number::Mean, Number::P99, Number::Tasks];
    rest.into_iter()
        .chain((0..servers).map(Number::Share))
        .collect()
}

fn name(number: Number) -> String {
    match number {
        Number::Share(server) => tr_with("guess.share", &[("server", letter(server))]),
        Number::Mean => tr("guess.mean"),
        Number::P99 => tr("guess.p99"),
        Number::Tasks => tr("guess.tasks"),
    }
}

fn with_unit(number: Number, value: f64) -> String {
    let text = significant(value, 3);
    match number {
        Number::Share(_) => format!("{text} %"),
        Number::Mean | Number::P99 => format!("{text} {}", tr("unit.seconds")),
        Number::Tasks => format!("{text} {}", tr("unit.tasks")),
    }
}

/// Where to say what is expected, folded away.
pub(super) fn form(model: &Model, send: &Callback<Action>) -> Html {
    html! {
        <details id="guess-number">
            <summary>{ tr("guess.number") }</summary>
            <Form servers={model.scenario().servers.len()} send={send.clone()}
                expected={model.guess().expected} />
            { result(model, send) }
        </details>
    }
}

#[derive(PartialEq, Properties)]
struct Props {
    servers: usize,
    expected: Option<Expected>,
    send: Callback<Action>,
}

#[component]
fn Form(props: &Props) -> Html {
    let at = use_state(|| 0usize);
    let numbers = numbers(props.servers);
    let of = numbers[(*at).min(numbers.len() - 1)];
    let choose = {
        let at = at.clone();
        Callback::from(move |e: Event| {
            let list: HtmlSelectElement = e.target_unchecked_into();
            at.set(usize::try_from(list.selected_index()).unwrap_or(0));
        })
    };
    let onchange = send_some(&props.send, move |input: HtmlInputElement| {
        let value = number_in(&input)?;
        let expected = Some(Expected { of, value });
        Some(Action::Guess(GuessAction::Expect(expected)))
    });
    let value = props.expected.filter(|expected| expected.of == of);
    let value = value.map(|expected| expected.value.to_string());
    html! {
        <div class="guess-row">
            <select id="guess-number-of" aria-label={tr("guess.number-of")} onchange={choose}>
                { for numbers.iter().map(|number| html! {
                    <option selected={*number == of}>{ name(*number) }</option>
                }) }
            </select>
            <Typed id="guess-number-value" kind="number" label={tr("guess.number-value")}
                value={value.unwrap_or_default()} {onchange} />
        </div>
    }
}

/// What was expected, and what the run shows so far; nothing if nothing was.
pub(super) fn result(model: &Model, send: &Callback<Action>) -> Html {
    let Some(Expected { of, value }) = model.guess().expected else {
        return html! {};
    };
    let timeline = &model.shown().timeline;
    let seen = of.seen(timeline);
    let seen = seen.map_or_else(|| "–".into(), |seen| with_unit(of, seen));
    let values = [
        ("number", name(of)),
        ("expected", with_unit(of, value)),
        ("seen", seen),
        ("tasks", timeline.engine().totals().finished.to_string()),
    ];
    html! {
        <div class="guess-row">
            <p id="guess-seen">{ tr_with("guess.seen", &values) }</p>
            if model.guess().on {
                <button id="guess-run" class="outlined" onclick={run(send)}>
                    { tr("guess.run") }
                </button>
            } else {
                { act("guess-forget", "guess.forget", GuessAction::Expect(None), send) }
            }
        </div>
    }
}

/// Shows the run: it plays, and nothing is guessed.
fn run(send: &Callback<Action>) -> Callback<MouseEvent> {
    let send = send.clone();
    Callback::from(move |_| {
        send.emit(Action::Guess(GuessAction::Switch));
        send.emit(Action::TogglePlay);
    })
}
