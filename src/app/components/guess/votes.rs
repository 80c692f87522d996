//! The votes of a class, by hand: a tally for each server.

use crate::app::components::send_some;
use crate::app::components::typed::Typed;
use crate::app::i18n::{tr, tr_with};
use crate::page::guess::GuessAction;
use crate::page::{Action, Model};
use crate::scenario::letter;
use crate::sim::timeline::Coming;
use crate::view::palette::server_colour;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The tally, folded away until a class votes.
pub(super) fn view(model: &Model, send: &Callback<Action>) -> Html {
    if !model.guess().hides() {
        return html! {};
    }
    let servers = model.scenario().servers.len();
    let tallies = (0..servers).map(|server| {
        let votes = model.guess().votes.get(server).copied().unwrap_or(0);
        tally(server, votes, send)
    });
    html! {
        <details id="guess-votes">
            <summary>{ tr("guess.votes") }</summary>
            <div class="guess-tallies">{ for tallies }</div>
        </details>
    }
}

fn tally(server: usize, votes: u32, send: &Callback<Action>) -> Html {
    let name = letter(server);
    let onchange = send_some(send, move |input: HtmlInputElement| {
        let votes = super::number_in(&input).filter(|n| *n >= 0.0)?;
        Some(Action::Guess(GuessAction::Votes(server, votes as u32)))
    });
    let step = |key: &str, sign: &'static str, to: u32| {
        let label = tr_with(key, &[("server", &name)]);
        let onclick =
            send.reform(move |_: MouseEvent| Action::Guess(GuessAction::Votes(server, to)));
        html! { <button class="icon" aria-label={label} {onclick}>{ sign }</button> }
    };
    html! {
        <span class="guess-tally">
            <b>{ &name }</b>
            { step("guess.fewer", "−", votes.saturating_sub(1)) }
            <Typed id={format!("votes-{server}")} kind="number" min="0" max="999"
                label={tr_with("guess.votes-for", &[("server", &name)])}
                value={votes.to_string()} {onchange} />
            { step("guess.more", "+", votes + 1) }
        </span>
    }
}

/// The votes as bars beside what is true.
pub(super) fn bars(votes: &[u32], coming: &Coming) -> Html {
    let most = votes.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return html! {};
    }
    let support = coming.support();
    let bars = votes.iter().enumerate().map(|(server, votes)| {
        let width = 100.0 * f64::from(*votes) / f64::from(most);
        let colour = server_colour(server).css();
        let mark = if support.contains(&server) { "✓" } else { "" };
        html! {
            <li>
                <b>{ letter(server) }{ " " }{ mark }</b>
                <span class="bar-of" ~style={format!("width:{width}%;background:{colour}")} />
                <span class="number">{ votes }</span>
            </li>
        }
    });
    html! { <ul class="guess-bars" aria-label={tr("guess.votes")}>{ for bars }</ul> }
}
