//! The formulas: what can be calculated for the scene, with its numbers, and why the rest does not
//! apply; then the article's three laws beside what holds instead.

use super::what_if::{self, with_unit};
use crate::app::i18n::{tr, tr_with};
use crate::number::significant;
use crate::page::Model;
use crate::page::action::Action;
use crate::theory::{ARTICLE_LAWS, Kind, Prediction, PredictionId, Reason, little};
use yew::prelude::*;

/// The panel.
pub fn view(model: &Model, send: &Callback<Action>) -> Html {
    let (apply, rest): (Vec<_>, Vec<_>) = model
        .shown()
        .predictions
        .iter()
        .partition(|p| p.value.is_ok());
    html! {
        <div class="formulas">
            <p class="lead">{ tr("formulas.lead") }</p>
            <details id="symbols">
                <summary>{ tr("formulas.symbols") }</summary>
                <dl>{ for SYMBOLS.iter().map(|(symbol, id)| {
                    let meaning = tr(&format!("formulas.symbol.{id}"));
                    html! { <div><dt><code>{ *symbol }</code></dt><dd>{ meaning }</dd></div> }
                }) }</dl>
            </details>
            { little_now(model) }
            { what_if::view(model, send) }
            <section>
                <h2>{ tr("formulas.applies") }</h2>
                { for apply.into_iter().map(card) }
            </section>
            <section>
                <h2>{ tr("formulas.article") }</h2>
                { for ARTICLE_LAWS.iter().map(|(id, law)| printed_law(model, *id, law)) }
            </section>
            <details id="does-not">
                <summary>{ tr_with("formulas.does-not", &[("n", rest.len().to_string())]) }</summary>
                { for rest.into_iter().map(card) }
            </details>
        </div>
    }
}

/// The symbols of the formulas, and the id of each one's meaning.
const SYMBOLS: [(&str, &str); 13] = [
    ("λ", "rate"),
    ("R", "gap"),
    ("T", "first"),
    ("n", "servers"),
    ("E[S]", "size"),
    ("v_j", "speed"),
    ("c_j", "slots"),
    ("w_j", "weight"),
    ("s_j", "share"),
    ("μ", "service-rate"),
    ("ρ", "utilisation"),
    ("W", "response"),
    ("L", "present"),
];

fn card(p: &Prediction) -> Html {
    let key = |part: &str| tr(&format!("theory.prediction.{}.{part}", p.id));
    let kind = (p.kind != Kind::Exact).then(|| tr(&format!("theory.kind.{}", p.kind.id())));
    html! {
        <div class={classes!("formula-card", p.value.is_err().then_some("does-not"))}>
            <h3>{ key("name") }{ kind.map(|kind| html! { <small>{ kind }</small> }) }</h3>
            <p><code>{ p.formula }</code></p>
            { match &p.value {
                Ok(_) => html! { <p><code class="filled">{ with_unit(p) }</code></p> },
                Err(why) => html! { <p class="reason">{ reason(why) }</p> },
            } }
            <p class="hint">{ key("note") }{ " " }{ tr("formulas.source") }{ ": " }{ source(p) }</p>
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
    let formula = model.shown().prediction(id).map_or("", |p| p.formula);
    // Where it applies, its left side is there already.
    let printed = formula.strip_prefix("T_i = ").unwrap_or(formula);
    let key = |part: &str| tr(&format!("theory.article.{law}.{part}"));
    html! {
        <div class="formula-card">
            <h3>{ key("name") }</h3>
            <p>
                <small>{ tr("formulas.printed") }</small>
                <code>{ format!("T_i = {printed}") }</code>
            </p>
            <p><small>{ tr("formulas.what-is-wrong") }</small>{ key("wrong") }</p>
            <p><small>{ tr("formulas.right") }</small>{ key("right") }</p>
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
    let check = little::check(engine.mean_present(), rate_per_s, time_s);
    let present = shown(check.present, "tasks");
    let product = shown(check.rate_times_time, "tasks");
    let rate = shown(rate_per_s, "per-second");
    let time = shown(time_s, "seconds");
    html! {
        <div class="formula-card">
            <h3>{ tr("formulas.little") }</h3>
            <p><code>{ "L = λ·W" }</code></p>
            <p><code class="filled">{ format!("{present} ≈ {rate} · {time} = {product}") }</code></p>
        </div>
    }
}

/// A number with its unit.
fn shown(x: f64, unit: &str) -> String {
    format!("{} {}", significant(x, 3), tr(&format!("unit.{unit}")))
}
