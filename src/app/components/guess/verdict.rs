//! Right or wrong, and why.

use super::votes;
use crate::app::components::why;
use crate::app::i18n::{tr, tr_with};
use crate::number::percent;
use crate::page::guess::{GuessAction, Said, Verdict};
use crate::page::{Action, Model};
use crate::scenario::letter;
use crate::sim::timeline::Coming;
use yew::prelude::*;

/// What came of a guess.
pub(super) fn view(model: &Model, verdict: &Verdict, send: &Callback<Action>) -> Html {
    let coming = &verdict.question.coming;
    let class = match verdict.right {
        true => "guess-verdict right",
        false => "guess-verdict wrong",
    };
    let next = send.reform(|_: MouseEvent| Action::Guess(GuessAction::Go));
    let votes = match &verdict.said {
        Said::Votes(votes) => votes,
        _ => &model.guess().votes,
    };
    html! {
        <>
            <div class="guess-told">
            <div role="status">
                <p {class}><b>{ tr(heading(verdict)) }</b>{ " " }{ said(verdict) }</p>
                <p>{ why::because(&coming.why) }</p>
                if coming.draws > 0 { <p>{ by_draws(coming) }</p> }
                { taken_over(model, coming) }
            </div>
            <button id="guess-go" class="go" onclick={next}>{ tr("guess.next") }</button>
            </div>
            { votes::bars(votes, coming) }
        </>
    }
}

fn heading(verdict: &Verdict) -> &'static str {
    match verdict.right {
        true => "guess.right",
        false => "guess.wrong",
    }
}

/// Servers in a row, by their letters.
fn letters(servers: &[usize]) -> String {
    let letters: Vec<String> = servers.iter().map(|s| letter(*s)).collect();
    letters.join(&tr("guess.and"))
}

/// What is true, and what was said of it.
fn said(verdict: &Verdict) -> String {
    let coming = &verdict.question.coming;
    let picked = ("server", letter(coming.allocation.server.into()));
    let support = ("servers", letters(&coming.support()));
    match &verdict.said {
        Said::Server(_) if verdict.right => tr_with("guess.it-is", &[picked]),
        Said::Server(said) => tr_with("guess.it-is-not", &[picked, ("said", letter(*said))]),
        Said::Set(_) if verdict.right => tr_with("guess.set-is", &[picked, support]),
        Said::Set(said) => {
            let said = ("said", letters(said));
            tr_with("guess.set-is-not", &[picked, support, said])
        }
        Said::Chance(server, said) => {
            let chance = coming.chances.get(*server).copied().unwrap_or(0.0);
            let values = [
                picked,
                ("of", letter(*server)),
                ("chance", percent(chance)),
                ("said", percent(*said)),
            ];
            tr_with("guess.chance-is", &values)
        }
        Said::Votes(votes) => {
            let all: u32 = votes.iter().sum();
            let support = coming.support();
            let right: u32 = support.iter().filter_map(|s| votes.get(*s)).sum();
            let counts = [("right", right.to_string()), ("all", all.to_string())];
            let [right, all] = counts;
            tr_with("guess.votes-are", &[picked, right, all])
        }
    }
}

/// The chances of the servers, as draws of the same decision have shown them.
fn by_draws(coming: &Coming) -> String {
    const MOST: usize = 12;
    let support = coming.support();
    let shown = support.iter().take(MOST);
    let mut chances: Vec<String> = shown
        .map(|s| format!("{} {}", letter(*s), percent(coming.chances[*s])))
        .collect();
    if support.len() > MOST {
        chances.push("…".into());
    }
    let values = [
        ("draws", coming.draws.to_string()),
        ("chances", chances.join(" · ")),
    ];
    tr_with("guess.draws", &values)
}

/// An idle server may take the task over at once.
fn taken_over(model: &Model, coming: &Coming) -> Html {
    let picked = coming.allocation.server;
    let taker = model.shown().timeline.why().chosen;
    let text = taker.filter(|taker| *taker != picked).map(|taker| {
        let values = [("server", letter(taker.into()))];
        html! { <p>{ tr_with("guess.taken-over", &values) }</p> }
    });
    text.unwrap_or_default()
}
