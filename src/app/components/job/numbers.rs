//! Numbers of a job: predicted beside observed, and what each worker did.

use super::{Shown, lane_name, seconds, with_unit};
use crate::jobs::outcome::{Answer, Doing};
use yew::prelude::*;

/// Both tables.
pub(super) fn view(shown: &Shown<'_>) -> Html {
    html! { <>{ beside(shown) }{ workers(shown) }</> }
}

/// What formulas say beside what the run shows, and the other numbers of the run.
fn beside(shown: &Shown<'_>) -> Html {
    let texts = shown.texts;
    let outcome = shown.outcome;
    let answered: Vec<&str> = outcome.answers.iter().map(|answer| answer.id).collect();
    let others = outcome
        .figures
        .iter()
        .filter(|figure| !answered.contains(&figure.id));
    html! {
        <div class="job-table">
            <table id="job-numbers">
                <caption>{ texts.tr("job.numbers") }</caption>
                <thead><tr>
                    <th scope="col">{ texts.tr("job.quantity") }</th>
                    <th scope="col">{ texts.tr("job.predicted") }</th>
                    <th scope="col">{ texts.tr("job.observed") }</th>
                </tr></thead>
                <tbody>
                    { for outcome.answers.iter().map(|answer| answered_row(answer, shown)) }
                    { for others.map(|figure| html! {
                        <tr>
                            <th scope="row">{ texts.tr(&format!("job.figure.{}", figure.id)) }</th>
                            <td>{ "–" }</td>
                            <td>{ with_unit(figure.id, figure.value, texts) }</td>
                        </tr>
                    }) }
                    { for outcome.bottleneck.map(|[law, run]| html! {
                        <tr>
                            <th scope="row">{ texts.tr("job.bottleneck") }</th>
                            <td>{ texts.tr(&format!("job.lane.{law}")) }</td>
                            <td>{ texts.tr(&format!("job.lane.{run}")) }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}

fn answered_row(answer: &Answer, shown: &Shown<'_>) -> Html {
    let texts = shown.texts;
    let predicted = match answer.predicted {
        Ok(value) => {
            let value = with_unit(answer.id, value, texts);
            let key = format!("job.says.{}", answer.says.word());
            html! { { texts.tr_with(&key, &[("value", value)]) } }
        }
        Err(reason) => html! {
            <span class="why-none">{ texts.tr(&format!("job.reason.{}", reason.word())) }</span>
        },
    };
    let observed = answer
        .observed
        .map(|value| with_unit(answer.id, value, texts));
    html! {
        <tr>
            <th scope="row">{ texts.tr(&format!("job.figure.{}", answer.id)) }</th>
            <td>{ predicted }</td>
            <td>{ observed.unwrap_or_else(|| "–".into()) }</td>
        </tr>
    }
}

/// What each worker did, as shares of the whole time, and for how long it worked in this step.
fn workers(shown: &Shown<'_>) -> Html {
    let texts = shown.texts;
    let outcome = shown.outcome;
    let seen = |doing: &Doing| {
        let mut spans = outcome.lanes.iter().flat_map(|lane| &lane.spans);
        spans.any(|span| span.doing == *doing)
    };
    let doings: Vec<Doing> = Doing::ALL.into_iter().filter(seen).collect();
    html! {
        <details class="job-workers">
            <summary>{ texts.tr("job.workers") }</summary>
            <div class="job-table"><table>
                <thead><tr>
                    <td />
                    { for doings.iter().map(|doing| html! {
                        <th scope="col">{ texts.tr(&format!("job.doing.{}", doing.word())) }</th>
                    }) }
                    <th scope="col">{ texts.tr("job.in-step") }</th>
                </tr></thead>
                <tbody>{ for outcome.lanes.iter().map(|lane| html! {
                    <tr>
                        <th scope="row">{ lane_name(lane, texts) }</th>
                        { for doings.iter().map(|doing| {
                            let share = lane.time_s(*doing, None) / outcome.took_s;
                            html! { <td>{ format!("{:.1} %", 100.0 * share) }</td> }
                        }) }
                        <td>{ seconds(lane.time_s(Doing::Working, Some(shown.step)), texts) }</td>
                    </tr>
                }) }</tbody>
            </table></div>
        </details>
    }
}
