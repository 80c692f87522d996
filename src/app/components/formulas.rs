//! The formulas: what can be calculated for the scene, with its numbers, and why the rest does not apply; then the
//! article's three laws beside what holds instead.

use crate::app::i18n::{tr, tr_with};
use crate::app::model::Model;
use crate::theory::{Kind, Prediction, Reason, article, little};
use crate::view::number::significant;
use yew::prelude::*;

/// The panel.
pub fn view(model: &Model) -> Html {
    let (apply, rest): (Vec<_>, Vec<_>) = model.predictions.iter().partition(|p| p.value.is_ok());
    html! {
        <div class="formulas">
            <p class="lead">{ tr("formulas.lead") }</p>
            { little_now(model) }
            <section><h2>{ tr("formulas.applies") }</h2>{ for apply.into_iter().map(card) }</section>
            <section><h2>{ tr("formulas.article") }</h2>{ for article::LAWS.iter().map(|law| printed_law(model, law)) }</section>
            <section><h2>{ tr("formulas.does-not") }</h2>{ for rest.into_iter().map(card) }</section>
        </div>
    }
}

fn card(p: &Prediction) -> Html {
    let key = |part: &str| tr(&format!("theory.prediction.{}.{part}", p.id));
    let kind = (p.kind != Kind::Exact).then(|| tr(&format!("theory.kind.{}", p.kind.id())));
    html! {
        <div class={classes!("formula-card", p.value.is_err().then_some("does-not"))}>
            <h3>{ key("name") }{ kind.map(|kind| html! { <small>{ kind }</small> }) }</h3>
            <p><code>{ p.formula }</code></p>
            { match &p.value {
                Ok(_) => html! { <p><code class="filled">{ &p.filled }</code></p> },
                Err(why) => html! { <p class="reason">{ reason(why) }</p> },
            } }
            <p class="hint">{ key("note") }{ " " }{ tr("formulas.source") }{ ": " }{ p.source }</p>
        </div>
    }
}

/// A reason in the reader's words.
fn reason(reason: &Reason) -> String {
    tr_with(&reason.key(), &reason.values)
}

fn printed_law(model: &Model, law: &str) -> Html {
    let id = format!("article-{law}");
    let printed = model.predictions.iter().find(|p| p.id == id).map_or("", |p| p.formula);
    let key = |part: &str| tr(&format!("theory.article.{law}.{part}"));
    html! {
        <div class="formula-card">
            <h3>{ key("name") }</h3>
            <p><small>{ tr("formulas.printed") }</small><code>{ format!("T_i = {printed}") }</code></p>
            <p><small>{ tr("formulas.what-is-wrong") }</small>{ key("wrong") }</p>
            <p><small>{ tr("formulas.right") }</small>{ key("right") }</p>
        </div>
    }
}

/// Little's law with what the run has seen so far.
fn little_now(model: &Model) -> Html {
    let engine = model.timeline.engine();
    let totals = engine.totals();
    if totals.finished == 0 {
        return html! {};
    }
    let time_s = totals.response_sum_s / totals.finished as f64;
    let check = little::check(engine.mean_present(), totals.finished as f64 / engine.now_s(), time_s);
    let show = |x: f64| significant(x, 3);
    html! {
        <div class="formula-card">
            <h3>{ tr("formulas.little") }</h3>
            <p><code>{ "L = λ·W" }</code></p>
            <p><code class="filled">{ format!("{} ≈ {} · {} = {}", show(check.present),
                show(totals.finished as f64 / engine.now_s()), show(time_s), show(check.rate_times_time)) }</code></p>
        </div>
    }
}
