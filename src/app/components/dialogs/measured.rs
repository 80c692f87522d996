//! A measured run beside the simulated one, number by number.

use super::failure;
use crate::app::i18n::tr;
use crate::app::trace::{self, Desk};
use crate::link::TraceFile;
use crate::number::significant;
use crate::page::Model;
use crate::scenario::Script;
use crate::worker::jobs::{Failure, Job, News, Pair};
use yew::prelude::*;

/// The dialog's content.
pub(crate) fn view(model: &Model) -> Html {
    let Some(trace) = model.trace() else {
        return html! {};
    };
    let script = model.shown().timeline.script().clone();
    html! { <Beside {script} file={trace.file.clone()} /> }
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    script: Script,
    file: TraceFile,
}

/// The table, once the worker has run the script to its end.
#[component]
fn Beside(props: &Props) -> Html {
    let pairs = use_state(|| None::<Result<Vec<Pair>, Failure>>);
    let desk = use_mut_ref(|| None::<Desk>);
    let tries = use_state(|| 0);
    {
        let pairs = pairs.clone();
        let job = Job::Compare(props.script.clone(), props.file.clone());
        use_effect_with(*tries, move |_| {
            let hear = {
                let pairs = pairs.clone();
                Callback::from(move |(news, _)| match news {
                    News::Compared(found) => pairs.set(Some(Ok(found))),
                    News::Failed(failure) => pairs.set(Some(Err(failure))),
                    _ => {}
                })
            };
            match Desk::start(job, trace::kept(), hear) {
                Ok(started) => _ = desk.replace(Some(started)),
                Err(failure) => pairs.set(Some(Err(failure))),
            }
            move || drop(desk.take())
        });
    }
    let again = {
        let pairs = pairs.clone();
        Callback::from(move |_: MouseEvent| {
            pairs.set(None);
            tries.set(*tries + 1);
        })
    };
    html! {
        <>
            <p>{ tr("measured.lead") }</p>
            { match &*pairs {
                None => html! { <p role="status">{ tr("measured.running") }</p> },
                Some(Err(failure)) => html! {
                    <div role="alert">{ failure::view(failure, again) }</div>
                },
                Some(Ok(pairs)) => table(pairs),
            } }
        </>
    }
}

fn table(pairs: &[Pair]) -> Html {
    let head = ["number", "measured", "simulated", "difference"];
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={tr("dialog.measured")}>
            <table id="measured">
                <thead><tr>{ for head.map(|key| html! {
                    <th scope="col">{ tr(&format!("measured.{key}")) }</th>
                }) }</tr></thead>
                <tbody>{ for pairs.iter().map(row) }</tbody>
            </table>
        </div>
    }
}

fn row(pair: &Pair) -> Html {
    let difference = 100.0 * (pair.simulated / pair.measured - 1.0);
    let difference = match difference.is_finite() {
        true => format!("{}{} %", sign(difference), significant(difference.abs(), 2)),
        false => "–".into(),
    };
    html! {
        <tr>
            <th scope="row">{ tr(&format!("measured.of.{}", pair.number)) }</th>
            <td>{ shown(pair.measured) }</td>
            <td>{ shown(pair.simulated) }</td>
            <td>{ difference }</td>
        </tr>
    }
}

fn sign(x: f64) -> &'static str {
    match x {
        x if x > 0.0 => "+",
        x if x < 0.0 => "−",
        _ => "",
    }
}

fn shown(x: f64) -> String {
    match x.is_nan() {
        true => "–".into(),
        false => significant(x, 4),
    }
}
