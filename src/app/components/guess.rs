//! Guess first: what is asked, how to answer, and what came of it. It loads later.

mod expected;
mod keys;
mod verdict;
mod votes;

use super::send_some;
use super::typed::Typed;
use crate::app::i18n::{tr, tr_with};
use crate::page::guess::{GuessAction, Question, Scores};
use crate::page::{Action, Model};
use crate::scenario::{KeySource, Place, letter};
use crate::view::palette::{server_colour, server_marker};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// More servers than these have no buttons: their cards and letters are enough.
const BUTTONS: usize = 12;

/// What is asked or answered, and the score.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let guess = model.guess();
    let content = match (guess.greets, guess.on) {
        (true, _) => greeting(send),
        (_, true) => guessing(model, send),
        _ => expected::result(model, send),
    };
    let servers = model.scenario().servers.len();
    let arrows = guess.hides();
    html! {
        <section class="guess" aria-label={tr("transport.guess")}>
            if guess.greets || arrows { <keys::Keys {servers} {arrows} send={send.clone()} /> }
            { content }
        </section>
    }
}

fn guessing(model: &Model, send: &Callback<Action>) -> Html {
    let guess = model.guess();
    let body = match (&guess.verdict, &guess.question) {
        (Some(verdict), _) => verdict::view(model, verdict, send),
        (None, Some(question)) => asks(model, question, send),
        (None, None) if model.shown().timeline.progress().is_some() => {
            html! { <p role="status">{ tr("guess.on-the-way") }</p> }
        }
        (None, None) => html! { <p role="status">{ tr("guess.no-more") }</p> },
    };
    html! {
        <>
            { body }
            <div class="guess-row guess-more">
                { votes::view(model, send) }
                { expected::form(model, send) }
                { score(model, send) }
                { act("guess-leave", "guess.leave", GuessAction::Switch, send) }
            </div>
        </>
    }
}

/// A button for an action about guesses.
fn act(id: &'static str, text: &str, action: GuessAction, send: &Callback<Action>) -> Html {
    let onclick = send.reform(move |_: MouseEvent| Action::Guess(action.clone()));
    html! { <button {id} class="outlined" {onclick}>{ tr(text) }</button> }
}

/// The number in a box, if it is one.
fn number_in(input: &HtmlInputElement) -> Option<f64> {
    Some(input.value_as_number()).filter(|number| number.is_finite())
}

/// The one question to a first-time visitor.
fn greeting(send: &Callback<Action>) -> Html {
    let close = send.reform(|_: MouseEvent| Action::Select(None));
    html! {
        <div class="guess-row" role="status">
            <p><b>{ tr("guess.greeting") }</b>{ " " }{ tr("guess.greeting-how") }</p>
            <button id="guess-dismiss" class="outlined" onclick={close}>
                { tr("guess.not-now") }
            </button>
        </div>
    }
}

/// The question, and the ways to answer.
fn asks(model: &Model, question: &Question, send: &Callback<Action>) -> Html {
    let guess = model.guess();
    let set = guess.asks_for_a_set();
    let servers = question.coming.chances.len();
    let voted = guess.votes.iter().any(|votes| *votes > 0);
    let go = match set {
        true => "guess.confirm",
        false => "guess.reveal",
    };
    html! {
        <>
            <p class="guess-question" role="status">
                <b>{ asked(model, question) }</b>{ " " }
                { tr(if set { "guess.by-chance" } else { "guess.how" }) }
            </p>
            <div class="guess-row">
                { buttons(model, send) }
                if set || voted {
                    <button id="guess-go" class="go" disabled={guess.marked.is_empty() && !voted}
                        onclick={send.reform(|_| Action::Guess(GuessAction::Go))}>
                        { tr(go) }
                    </button>
                }
                if set { <ChanceForm {servers} send={send.clone()} /> }
            </div>
        </>
    }
}

/// The task in question, with what the strategy reads of it.
fn asked(model: &Model, question: &Question) -> String {
    let allocation = &question.coming.allocation;
    let scenario = model.scenario();
    let knows = scenario.balancer.strategy.knows();
    let mut known = Vec::new();
    for source in KeySource::ALL {
        let ruled = scenario.balancer.rules.iter().any(|rule| rule.by == source);
        if ruled || knows.key == Some(source) {
            known.push(key(model, question, source));
        }
    }
    if knows.work {
        let size = crate::number::significant(allocation.size, 3);
        known.push(tr_with("guess.size", &[("size", size)]));
    }
    if scenario.balancer.place == Place::Hybrid {
        let balancer = allocation.balancer.to_string();
        known.push(tr_with("guess.balancer", &[("balancer", balancer)]));
    }
    let known = match known.is_empty() {
        true => String::new(),
        false => tr_with("guess.known", &[("known", known.join(&tr("guess.and")))]),
    };
    let task = allocation.task.to_string();
    tr_with("guess.question", &[("task", task), ("known", known)])
}

/// A key of the task in question.
fn key(model: &Model, question: &Question, source: KeySource) -> String {
    let population = model.shown().timeline.engine().population();
    let index = question.coming.keys[source as usize] as usize;
    let (kind, key) = match source {
        KeySource::Ip => ("guess.client", population.addresses[index].to_string()),
        KeySource::Url => ("guess.url", population.urls[index].clone()),
        KeySource::Header => ("guess.tenant", population.tenants[index].clone()),
    };
    tr_with(kind, &[("key", key)])
}

/// A button for each server, if they are few.
fn buttons(model: &Model, send: &Callback<Action>) -> Html {
    let guess = model.guess();
    let servers = model.scenario().servers.len();
    let set = guess.asks_for_a_set();
    let buttons = (0..servers).map(|i| {
        let onclick = send.reform(move |_: MouseEvent| Action::Guess(GuessAction::Mark(i)));
        let pressed = set.then(|| guess.marked.contains(&i).to_string());
        let style = format!("border-color:{}", server_colour(i).css());
        html! {
            <button class="outlined guess-server" aria-pressed={pressed} ~style={style} {onclick}
                aria-label={tr_with("stage.server", &[("server", letter(i))])}>
                { server_marker(i).glyph() }{ " " }{ letter(i) }
            </button>
        }
    });
    if servers > BUTTONS {
        let marked = guess.marked.iter().map(|i| letter(*i)).collect::<Vec<_>>();
        return html! { <span>{ marked.join(", ") }</span> };
    }
    html! {
        <div class="guess-servers" role="group" aria-label={tr("guess.servers")}>
            { for buttons }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ChanceProps {
    servers: usize,
    send: Callback<Action>,
}

/// A chance as the guess: of which server, and how large.
#[component]
fn ChanceForm(props: &ChanceProps) -> Html {
    let server = use_state(|| 0usize);
    let choose = {
        let server = server.clone();
        Callback::from(move |e: Event| {
            let list: web_sys::HtmlSelectElement = e.target_unchecked_into();
            server.set(usize::try_from(list.selected_index()).unwrap_or(0));
        })
    };
    let chosen = (*server).min(props.servers - 1);
    let onchange = send_some(&props.send, move |input: HtmlInputElement| {
        let percent = number_in(&input).filter(|p| (0.0..=100.0).contains(p))?;
        Some(Action::Guess(GuessAction::Chance(chosen, percent / 100.0)))
    });
    let letters = (0..props.servers).map(|i| {
        html! { <option selected={i == chosen}>{ letter(i) }</option> }
    });
    html! {
        <span class="guess-chance">
            { tr("guess.or-chance") }
            <select id="guess-chance-of" aria-label={tr("guess.servers")} onchange={choose}>
                { for letters }
            </select>
            <Typed id="guess-chance" kind="number" min="0" max="100" value="" unit="%"
                label={tr("guess.chance-label")} {onchange} />
        </span>
    }
}

/// The score, of this strategy and of all, and how to forget it.
fn score(model: &Model, send: &Callback<Action>) -> Html {
    let kept = model.settings().guesses.as_deref();
    let scores = Scores::read(kept.unwrap_or_default());
    let id = model.scenario().balancer.strategy.id;
    let (right, all) = scores.of(id.as_str());
    let own = [("right", right.to_string()), ("all", all.to_string())];
    let rows = scores.all().map(|(id, (right, all))| {
        html! {
            <tr>
                <th scope="row">{ tr(&format!("strategy.{id}.name")) }</th>
                <td>{ format!("{right} / {all}") }</td>
            </tr>
        }
    });
    html! {
        <details class="guess-score">
            <summary>{ tr_with("guess.score", &own) }</summary>
            <table><tbody>{ for rows }</tbody></table>
            { act("guess-reset", "guess.reset", GuessAction::Reset, send) }
        </details>
    }
}
