//! A job's run as text and as JSON.

use crate::cli::table::{columns, four, row};
use crate::jobs::job::{Job, Row};
use crate::jobs::outcome::{Answer, Doing, Lane, Outcome, Says};
use crate::scenario::fields::{Kind, Value};
use serde_json::{Map, json};
use std::sync::LazyLock;

/// The fields: values, units, what is allowed.
pub(super) fn fields(job: &Job) -> String {
    let head = ["field", "value", "unit", "allowed"].map(str::to_string);
    let rows = job.rows().into_iter().map(|row| {
        let unit = match row.kind {
            Kind::Number(range) => range.unit,
            _ => "",
        };
        [
            row.name.to_string(),
            row.value.to_string(),
            unit.to_string(),
            row.kind.allowed(),
        ]
    });
    columns(head, rows.collect())
}

/// The report as text.
pub(super) fn text(job: &Job) -> String {
    let outcome = job.run();
    let mut text = String::new();
    let shown = job.rows().into_iter().filter(|row| row.shown);
    let shown: Vec<String> = shown.map(|row| assignment(&row)).collect();
    row(&mut text, job.kind(), &shown.join(" "));
    text.push('\n');
    let numbers = outcome.figures.iter();
    let numbers = numbers.map(|figure| [figure.id.to_string(), four(figure.value)]);
    text += &columns(["observed", ""].map(str::to_string), numbers.collect());
    text.push('\n');
    let head = ["formula", "", "predicted", "observed"].map(str::to_string);
    text += &columns(head, outcome.answers.iter().map(answer).collect());
    for answer in &outcome.answers {
        if let Err(reason) = answer.predicted {
            let why = words(&["reason", reason.word()]);
            text += &format!("{}: none, {why}\n", answer.id);
        }
    }
    if let Some([law, run]) = outcome.bottleneck {
        text += &format!("bottleneck: {law} by the law, {run} in the run\n");
    }
    text.push('\n');
    text += &lanes(&outcome);
    text
}

fn assignment(row: &Row) -> String {
    format!("{}={}", row.name, row.value)
}

fn answer(answer: &Answer) -> [String; 4] {
    let says = match answer.says {
        Says::About => "",
        Says::AtMost => "at most",
        Says::MeanAtMost => "on average at most",
        Says::AtLeast => "at least",
    };
    let predicted = answer.predicted.map_or("–".into(), four);
    let observed = answer.observed.map_or("–".into(), four);
    [answer.id.to_string(), says.to_string(), predicted, observed]
}

/// What each worker did, as shares of the time.
fn lanes(outcome: &Outcome) -> String {
    let shown: Vec<Doing> = Doing::ALL
        .into_iter()
        .filter(|doing| any(outcome, *doing))
        .collect();
    let mut head = vec![String::new()];
    head.extend(shown.iter().map(|doing| words(&["doing", doing.word()])));
    let rows = outcome.lanes.iter().map(|lane| {
        let mut row = vec![format!(
            "{} {}",
            words(&["lane", lane.name]),
            lane.index + 1
        )];
        let shares = shown
            .iter()
            .map(|doing| share(lane, *doing, outcome.took_s));
        row.extend(shares.map(|share| format!("{:.1} %", 100.0 * share)));
        row
    });
    crate::cli::table::rows(&head, rows.collect())
}

fn any(outcome: &Outcome, doing: Doing) -> bool {
    let mut spans = outcome.lanes.iter().flat_map(|lane| &lane.spans);
    spans.any(|span| span.doing == doing)
}

fn share(lane: &Lane, doing: Doing, took_s: f64) -> f64 {
    lane.time_s(doing, None) / took_s
}

/// The report as one JSON object. Field names are part of the command's interface.
pub(super) fn json(job: &Job) -> String {
    let outcome = job.run();
    let fields: Map<String, serde_json::Value> = job
        .rows()
        .into_iter()
        .map(|row| (row.name.to_string(), plain(&row.value)))
        .collect();
    let figures: Map<String, serde_json::Value> = outcome
        .figures
        .iter()
        .map(|figure| (figure.id.to_string(), json!(figure.value)))
        .collect();
    let answers = outcome.answers.iter().map(|answer| {
        json!({
            "id": answer.id,
            "says": answer.says.word(),
            "predicted": answer.predicted.ok(),
            "reason": answer.predicted.err().map(|reason| reason.word()),
            "observed": answer.observed,
        })
    });
    let idle = outcome.idle_shares();
    let lanes = outcome.lanes.iter().zip(idle).map(|(lane, idle_share)| {
        let spans = lane.spans.iter().map(|span| {
            json!({
                "doing": span.doing.word(),
                "step": span.step,
                "from_s": span.from_s,
                "to_s": span.to_s,
            })
        });
        json!({
            "name": lane.name,
            "index": lane.index,
            "idle_share": idle_share,
            "intervals": spans.collect::<Vec<_>>(),
        })
    });
    let levels = outcome
        .levels
        .iter()
        .map(|level| json!({"behind": level.behind, "held": level.held, "room": level.room}));
    let steps = outcome.steps.iter();
    let report = json!({
        "kind": job.kind(),
        "fields": fields,
        "observed": figures,
        "predictions": answers.collect::<Vec<_>>(),
        "bottleneck": outcome.bottleneck.map(|[law, run]| json!({"law": law, "run": run})),
        "steps": steps.map(|step| [step.from_s, step.to_s]).collect::<Vec<_>>(),
        "workers": lanes.collect::<Vec<_>>(),
        "buffers": levels.collect::<Vec<_>>(),
    });
    format!("{report:#}\n")
}

fn plain(value: &Value) -> serde_json::Value {
    match value {
        Value::Number(number) if number.fract() == 0.0 => json!(*number as u64),
        Value::Number(number) => json!(number),
        Value::Flag(on) => json!(on),
        Value::Word(word) => json!(word),
        Value::Off | Value::Text(_) => serde_json::Value::Null,
    }
}

/// What the page calls it, in English.
fn words(path: &[&str]) -> String {
    static TEXTS: LazyLock<serde_yaml_ng::Value> = LazyLock::new(|| {
        serde_yaml_ng::from_str(include_str!("../../../locales/jobs.yml")).unwrap_or_default()
    });
    let found = path.iter().fold(&TEXTS["job"], |texts, name| &texts[*name]);
    let last = path.last().copied().unwrap_or_default();
    found["en"].as_str().unwrap_or(last).to_string()
}
