//! What if a condition of the formulas did not hold: buttons that break one, and the gap between
//! the formula and the run.

use super::formula;
use crate::app::i18n::{tr, tr_with};
use crate::number::significant;
use crate::page::{Action, Change, Model};
use crate::scenario::fields::{At, Value, named};
use crate::scenario::{Pattern, Scenario, SizeLaw};
use crate::theory::{Prediction, PredictionId};
use yew::prelude::*;

/// A condition of the formulas that can be broken.
struct Break {
    id: &'static str,
    is_on: fn(&Scenario) -> bool,
    /// What breaks it.
    on: &'static [(At, Value)],
    /// What mends it.
    off: &'static [(At, Value)],
}

const PATTERN: At = At::new(named("arrivals.pattern"), None);
const LAW: At = At::new(named("sizes.law"), None);
const SPREAD: At = At::new(named("sizes.spread"), None);
const QUEUE: At = At::new(named("servers.*.queue"), None);

static BREAKS: [Break; 3] = [
    Break {
        id: "bursts",
        is_on: |s| s.arrivals.pattern == Pattern::Bursty,
        on: &[(PATTERN, Value::Word("bursty"))],
        off: &[(PATTERN, Value::Word("poisson"))],
    },
    Break {
        id: "tails",
        is_on: |s| s.sizes.law == SizeLaw::Pareto,
        on: &[(LAW, Value::Word("pareto")), (SPREAD, Value::Number(3.0))],
        off: &[
            (LAW, Value::Word("exponential")),
            (SPREAD, Value::Number(1.0)),
        ],
    },
    Break {
        id: "queue",
        is_on: |s| s.servers.iter().any(|server| server.queue.is_some()),
        on: &[(QUEUE, Value::Number(2.0))],
        off: &[(QUEUE, Value::Off)],
    },
];

impl Break {
    /// Whether all that breaks it can be changed.
    fn is_open(&self, model: &Model) -> bool {
        let mut fields = self.on.iter().map(|(at, _)| at.field());
        fields.all(|field| model.display().shows_field(field))
    }

    /// What breaks the condition, or mends it.
    fn change(&self, on: bool) -> Change {
        Change::SetAll(if on {
            self.on.to_vec()
        } else {
            self.off.to_vec()
        })
    }
}

/// Buttons that break a condition, and what the formula that takes it to hold says beside what is
/// seen.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let s = model.scenario();
    if !matches!(s.arrivals.pattern, Pattern::Poisson | Pattern::Bursty) {
        return html! {};
    }
    let mut open = BREAKS
        .iter()
        .filter(|condition| condition.is_open(model))
        .peekable();
    if open.peek().is_none() {
        return html! {};
    }
    html! {
        <div class="formula-card" id="what-if">
            <h3>{ tr("formulas.what-if") }</h3>
            <p class="hint">{ tr("formulas.what-if-how") }</p>
            <div class="segments" role="group" aria-label={tr("formulas.what-if")}>
                { for open.map(|condition| breaks(condition, s, send)) }
            </div>
            { gap(model) }
        </div>
    }
}

/// The button that breaks a condition, or mends it.
fn breaks(condition: &'static Break, s: &Scenario, send: &Callback<Action>) -> Html {
    let on = (condition.is_on)(s);
    let onclick = send.reform(move |_: MouseEvent| Action::ChangeFromStart(condition.change(!on)));
    html! {
        <button id={format!("what-if-{}", condition.id)} aria-pressed={on.to_string()} {onclick}>
            { tr(&format!("formulas.{}", condition.id)) }
        </button>
    }
}

/// What is broken, what the formula says all the same, and what this run has seen.
fn gap(model: &Model) -> Html {
    let s = model.scenario();
    let broken: Vec<&Break> = BREAKS.iter().filter(|b| (b.is_on)(s)).collect();
    if broken.is_empty() {
        return html! {};
    }
    let mut whole = s.clone();
    for condition in &broken {
        if condition.change(false).apply(&mut whole).is_err() {
            return html! {};
        }
    }
    let response = Prediction::of(&whole, PredictionId::Response);
    let assumed = match response.value {
        Ok(_) => formula::filled(&response),
        Err(_) => html! { { tr("formulas.no-formula") } },
    };
    let totals = model.shown().timeline.engine().totals();
    let seen = (totals.finished > 0).then(|| {
        let mean_s = significant(totals.response_sum_s / totals.finished as f64, 3);
        tr_with(
            "formulas.seen",
            &[("mean", mean_s), ("n", totals.finished.to_string())],
        )
    });
    let next = if model.is_playing() {
        "formulas.playing"
    } else {
        "formulas.paused"
    };
    let broken = broken
        .iter()
        .map(|b| tr(&format!("formulas.broken-{}", b.id)));
    html! {
        <dl class="gap">
            <dt>{ tr("formulas.broken") }</dt>
            { for broken.map(|what| html! { <dd>{ what }</dd> }) }
            <dt>{ tr("formulas.assumes") }</dt>
            <dd>{ assumed }</dd>
            <dt>{ tr("formulas.seen-so-far") }</dt>
            <dd id="what-if-seen">{ seen.unwrap_or_else(|| tr("formulas.none-yet")) }</dd>
            <dd class="hint">{ tr(next) }</dd>
        </dl>
    }
}
