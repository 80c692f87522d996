//! `equipoise predict`: what the formulas say about a scenario.

use super::{Refusal, Source};
use crate::number::significant;
use crate::scenario::Scenario;
use crate::theory::{self, Exactness, Prediction, Quantity, Reason};
use clap::Args;
use serde_json::json;
use std::sync::LazyLock;

#[derive(Args)]
pub(super) struct PredictOptions {
    #[command(flatten)]
    source: Source,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The predictions for a scenario; of a link, for the one that its changes end with.
pub(super) fn predict(options: &PredictOptions) -> Result<String, Refusal> {
    let script = options.source.script()?;
    let scenario = script.latest();
    let predictions = theory::predict(scenario);
    Ok(if options.json {
        as_json(scenario, &predictions)
    } else {
        as_table(scenario, &predictions)
    })
}

fn as_json(scenario: &Scenario, predictions: &[Prediction]) -> String {
    let list: Vec<_> = predictions.iter().map(object).collect();
    json!({
        "scenario": scenario.name,
        "strategy": scenario.balancer.strategy.id.as_str(),
        "predictions": list,
    })
    .to_string()
        + "\n"
}

/// A prediction, with exactly one of `value`, `values` (a number for each server), `bounds` (low
/// and high) and `reason` (why the formula does not apply: an id and the values it is about).
/// `kind` says how the value relates to the truth: exact, approximation, within (an approximation
/// that is within `within_percent`), bounds, lower-bound, upper-bound, limit (of many servers), or
/// as-printed (in the article, whether it holds or not).
fn object(p: &Prediction) -> serde_json::Value {
    let mut object = json!({
        "id": p.id.as_str(),
        "unit": p.unit,
        "formula": p.formula.plain(),
        "source": p.source,
    });
    match &p.value {
        Ok(value) => {
            object["filled"] = json!(p.plain());
            object["kind"] = json!(p.kind.id());
            if let Exactness::Within(percent) = p.kind {
                object["within_percent"] = json!(percent);
            }
            match value {
                Quantity::Number(x) => object["value"] = json!(x),
                Quantity::PerServer(values) => object["values"] = json!(values),
                Quantity::Bounds { low, high } => object["bounds"] = json!([low, high]),
            }
        }
        Err(reason) => {
            let values: serde_json::Map<_, _> = reason
                .values()
                .iter()
                .map(|(k, v)| (k.to_string(), json!(v)))
                .collect();
            object["reason"] = json!({ "id": reason.as_str(), "values": values });
        }
    }
    object
}

/// A reason as the page says it, in English.
fn sentence(reason: &Reason) -> String {
    static TEXTS: LazyLock<serde_yaml_ng::Value> = LazyLock::new(|| {
        serde_yaml_ng::from_str(include_str!("../../locales/theory.yml")).unwrap_or_default()
    });
    let text = reason
        .key()
        .split('.')
        .chain(["en"])
        .fold(&*TEXTS, |tree, part| &tree[part]);
    let text = text.as_str().unwrap_or(reason.as_str()).to_string();
    reason.values().iter().fold(text, |text, (name, value)| {
        text.replace(&format!("%{{{name}}}"), value)
    })
}

/// What applies first, then what does not and why.
fn as_table(scenario: &Scenario, predictions: &[Prediction]) -> String {
    let name = super::shown(&scenario.name);
    let strategy = scenario.balancer.strategy.id;
    let mut applies = String::new();
    let mut rest = String::new();
    for p in predictions {
        if p.value.is_ok() {
            applies += &row(p);
        } else {
            rest += &row(p);
        }
    }
    format!("{:<20}{name}, {strategy}\n\n{applies}\n{rest}", "scenario")
}

fn row(p: &Prediction) -> String {
    let unit = if p.unit.is_empty() {
        String::new()
    } else {
        format!(" [{}]", p.unit)
    };
    let about = match p.kind {
        Exactness::Approximation | Exactness::Within(_) => "≈ ",
        Exactness::Limit => "→ ",
        Exactness::LowerBound => "≥ ",
        Exactness::UpperBound => "≤ ",
        Exactness::Exact | Exactness::Bounds | Exactness::AsPrinted => "",
    };
    let within = match p.kind {
        Exactness::Within(percent) => format!(" ± {percent} %"),
        _ => String::new(),
    };
    let formula = p.formula.plain();
    let filled = p.plain();
    let text = match &p.value {
        Ok(Quantity::Number(x)) => {
            let number = significant(*x, 4);
            format!("{about}{number}{unit}{within}   {formula}: {filled}")
        }
        Ok(Quantity::PerServer(_)) => format!("{about}{filled}{unit}{within}   {formula}"),
        Ok(Quantity::Bounds { low, high }) => {
            let low = significant(*low, 4);
            let high = significant(*high, 4);
            format!("{about}{low} to {high}{unit}   {formula}")
        }
        Err(reason) => format!("– {}   {formula}", sentence(reason)),
    };
    format!("{:<20}{text}\n", p.id)
}
