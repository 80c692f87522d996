//! Why a job with a file cannot be done, in the reader's words.

use crate::app::i18n::{tr, tr_with};
use crate::worker::jobs::Failure;
use yew::prelude::*;

/// See the [module](self).
pub(crate) fn text(failure: &Failure) -> String {
    match failure {
        Failure::BadRow {
            line,
            column,
            value,
            allowed,
        } => {
            let key = match (column.is_empty(), value.is_empty()) {
                (true, _) => "trace.bad-line",
                (false, true) => "trace.bad-nothing",
                (false, false) => "trace.bad-row",
            };
            let values = [
                ("line", line.to_string()),
                ("column", column.clone()),
                ("value", value.clone()),
                ("allowed", self::allowed(allowed)),
            ];
            tr_with(key, &values)
        }
        Failure::Format(found) => tr_with("trace.unknown", &[("found", found)]),
        Failure::TooMany(most) => tr_with("trace.too-many", &[("most", most.to_string())]),
        Failure::Empty(bad, failed) => {
            let values = [("bad", bad.to_string()), ("failed", failed.to_string())];
            tr_with("trace.empty", &values)
        }
        Failure::OtherFile => tr("trace.changed"),
        Failure::NoScenario(why) => tr_with("trace.no-scenario", &[("why", why)]),
        Failure::Browser(why) | Failure::NoWorker(why) => why.clone(),
    }
}

/// The failure, and where it may be gone at the next try a button for that.
pub(crate) fn view(failure: &Failure, again: Callback<MouseEvent>) -> Html {
    html! {
        <>
            <p class="refused">{ text(failure) }</p>
            if matches!(failure, Failure::NoWorker(_)) {
                <button class="outlined" onclick={again}>{ tr("part.again") }</button>
            }
        </>
    }
}

fn allowed((key, numbers): &(String, Vec<String>)) -> String {
    let names = ["a", "b"];
    let values: Vec<(&str, &String)> = names.into_iter().zip(numbers).collect();
    tr_with(&format!("trace.allowed.{key}"), &values)
}
