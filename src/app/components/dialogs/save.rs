//! What can be saved of a run: its requests and its scenario.

use super::failure;
use crate::app::components::charts::save_as;
use crate::app::i18n::tr;
use crate::app::trace::{self, Desk};
use crate::page::Model;
use crate::worker::jobs::{Failure, Job, News};
use yew::prelude::*;

/// The buttons. Only language models have requests to write.
pub(crate) fn view(model: &Model) -> Html {
    let scenario = Job::WriteScenario(Box::new(model.scenario().clone()));
    html! {
        <section class="save">
            <h3>{ tr("save.title") }</h3>
            <Save id="save-scenario" file="scenario.json" kind="application/json" job={scenario}
                label={tr("save.scenario")} />
            if model.scenario().has_replicas() {
                <Save id="save-csv" file="requests.csv" kind="text/csv" job={requests(model, true)}
                    label={tr("save.csv")} />
                <Save id="save-jsonl" file="requests.jsonl" kind="application/jsonl"
                    job={requests(model, false)} label={tr("save.jsonl")} />
                <p class="hint">{ tr("save.requests") }</p>
            }
        </section>
    }
}

/// Writes the requests that are answered by now.
fn requests(model: &Model, csv: bool) -> Job {
    let timeline = &model.shown().timeline;
    Job::Requests {
        script: timeline.script().clone(),
        until_s: timeline.engine().now_s(),
        trace: model.trace().map(|trace| trace.file.clone()),
        csv,
    }
}

#[derive(PartialEq, Properties)]
struct Props {
    id: &'static str,
    file: &'static str,
    kind: &'static str,
    label: String,
    job: Job,
}

/// A button that has a worker write a file.
#[component]
fn Save(props: &Props) -> Html {
    let failed = use_state(|| None::<Failure>);
    let busy = use_state(|| false);
    let desk = use_mut_ref(|| None::<Desk>);
    let hear = {
        let failed = failed.clone();
        let busy = busy.clone();
        let Props { file, kind, .. } = *props;
        Callback::from(move |(news, with): (News, js_sys::Array)| match news {
            News::Text => {
                busy.set(false);
                save_as(file, kind, &with.get(0));
            }
            News::Failed(failure) => {
                busy.set(false);
                failed.set(Some(failure));
            }
            _ => {}
        })
    };
    {
        let desk = desk.clone();
        // Not while it is heard: what hears it is dropped with it.
        use_effect_with(*busy, move |busy| {
            if !busy {
                desk.take();
            }
        });
    }
    let onclick = {
        let failed = failed.clone();
        let busy = busy.clone();
        let job = props.job.clone();
        Callback::from(move |_: MouseEvent| {
            failed.set(None);
            match Desk::start(job.clone(), trace::kept(), hear.clone()) {
                Ok(started) => {
                    desk.replace(Some(started));
                    busy.set(true);
                }
                Err(failure) => failed.set(Some(failure)),
            }
        })
    };
    html! {
        <>
            <button id={props.id} class="outlined" disabled={*busy} {onclick}>
                { &props.label }
            </button>
            <span role="status">{ busy.then(|| tr("save.writing")).unwrap_or_default() }</span>
            { for failed.as_ref().map(|failure| html! {
                <p class="refused" role="alert">{ failure::text(failure) }</p>
            }) }
        </>
    }
}
