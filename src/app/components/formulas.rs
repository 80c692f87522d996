//! The formulas: what can be calculated for the scene, with its numbers, and why the rest does not
//! apply; then the article's three laws beside what holds instead.

use super::{formula, what_if};
use crate::app::i18n::{tr, tr_with};
use crate::formulas::{Formula, Hole};
use crate::measure::places::Place;
use crate::number::significant;
use crate::page::Model;
use crate::page::action::Action;
use crate::theory::{ARTICLE_LAWS, Exactness, Prediction, PredictionId, Reason, little};
use yew::prelude::*;

/// The panel.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let predictions = &model.shown().predictions;
    let (apply, rest): (Vec<_>, Vec<_>) = predictions.iter().partition(|p| p.value.is_ok());
    html! {
        <div class="formulas">
            <p class="lead">{ tr("formulas.lead") }</p>
            <details id="symbols">
                <summary>{ tr("formulas.symbols") }</summary>
                <dl>{ for SYMBOLS.iter().map(symbol) }</dl>
            </details>
            { little_now(model) }
            if model.trace().is_some() { <p class="hint">{ tr("trace.no-formula") }</p> }
            <section>
                <h2>{ tr("formulas.applies") }</h2>
                { for apply.into_iter().map(card) }
            </section>
            { what_if::view(model, send) }
            <section>
                <h2>{ tr("formulas.article") }</h2>
                <p class="hint">{ tr("formulas.article-is") }</p>
                { for ARTICLE_LAWS.iter().map(|(id, law)| printed_law(model, *id, law)) }
            </section>
            <details id="does-not">
                <summary>{ tr_with("formulas.does-not", &[("n", rest.len().to_string())])
                    }</summary>
                { for rest.into_iter().map(card) }
            </details>
        </div>
    }
}

/// The symbols that are explained, in this order.
const SYMBOLS: [&str; 18] = [
    "rate",
    "gap",
    "first",
    "servers",
    "size",
    "speed",
    "slots",
    "weight",
    "share",
    "service-rate",
    "utilisation",
    "response",
    "present",
    "decision",
    "pause",
    "step-time",
    "tokens",
    "budget",
];

fn symbol(id: &&str) -> Html {
    let key = format!("formulas.symbol.{id}");
    html! { <div><dt>{ part(&key, "formula") }</dt><dd>{ part(&key, "means") }</dd></div> }
}

/// A part of what stands below a key.
fn part(key: &str, part: &str) -> Html {
    formula::text(&format!("{key}.{part}"), &[])
}

fn card(p: &Prediction) -> Html {
    let name = tr(&format!("theory.prediction.{}.name", p.id));
    let kind_key = format!("formulas.kind.{}", p.kind.id());
    let kind = (p.kind != Exactness::Exact).then(|| tr_with(&kind_key, &p.kind.values()));
    html! {
        <div class={classes!("formula-card", p.value.is_err().then_some("does-not"))}>
            <h3>{ name }{ kind.map(|kind| html! { <small>{ kind }</small> }) }</h3>
            <p class="formula">{ formula::symbols(p.formula) }</p>
            { match &p.value {
                Ok(_) => formula::filled(p),
                Err(why) => html! { <p class="reason">{ reason(why) }</p> },
            } }
            <p class="hint">
                { formula::text(&format!("formulas.note.{}", p.id), &[]) }
                { " " }{ tr("formulas.source") }{ ": " }{ source(p) }
            </p>
        </div>
    }
}

/// The source; names and titles stay as they are, words are in the reader's language.
fn source(p: &Prediction) -> String {
    p.source
        .replace("The article", &tr("formulas.the-article"))
        .replace("Counting", &tr("formulas.counting"))
}

/// A reason in the reader's words.
fn reason(reason: &Reason) -> String {
    tr_with(&reason.key(), &reason.values())
}

fn printed_law(model: &Model, id: PredictionId, law: &str) -> Html {
    let printed = model.shown().prediction(id);
    let key = format!("formulas.law.{law}");
    html! {
        <div class="formula-card">
            <h3>{ part(&key, "name") }</h3>
            <p><small>{ tr("formulas.printed") }</small></p>
            <p class="formula">{ for printed.map(|p| formula::symbols(p.formula)) }</p>
            <p><small>{ tr("formulas.what-is-wrong") }</small>{ part(&key, "wrong") }</p>
            <p><small>{ tr("formulas.right") }</small>{ part(&key, "right") }</p>
        </div>
    }
}

/// Little's law with what the run has seen so far.
fn little_now(model: &Model) -> Html {
    let engine = model.shown().timeline.engine();
    let totals = engine.totals();
    if totals.finished == 0 {
        return html! {};
    }
    let rate_per_s = totals.finished as f64 / engine.now_s();
    let time_s = totals.response_sum_s / totals.finished as f64;
    let all = Place {
        mean_tasks: engine.mean_present(),
        rate_per_s,
        time_s,
    };
    let of_replicas = engine.scenario().has_replicas();
    let inside = totals.arrived - totals.finished - totals.rejected_sum();
    html! {
        <div class="formula-card">
            <h3>{ tr("formulas.little") }</h3>
            <p class="formula">{ formula::symbols(Formula::LittleSeen) }</p>
            { little_at(all) }
            if inside > 0 {
                <p class="hint">{ tr_with("formulas.inside", &[("n", inside.to_string())]) }</p>
            }
            if of_replicas {
                <p class="hint">{ tr("formulas.in-service") }</p>
                { little_at(Place::in_service(engine)) }
                <p class="hint">{ tr("formulas.waiting") }</p>
                { little_at(Place::waiting(engine)) }
            }
        </div>
    }
}

/// The two sides of Little's law at a place.
fn little_at(place: Place) -> Html {
    let check = little::check(place.mean_tasks, place.rate_per_s, place.time_s);
    let seen = Formula::LittleSeen
        .with("present", number(check.present))
        .with("rate", number(place.rate_per_s))
        .with("response", number(place.time_s));
    let product = number(check.rate_times_time);
    html! {
        <p class="formula filled">
            <span>{ formula::with_value(&seen, &product) }{ " " }{ tr("unit.tasks") }</span>
        </p>
    }
}

fn number(x: f64) -> Hole {
    Hole::Number(significant(x, 3))
}
