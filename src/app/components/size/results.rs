//! What the search has found: the curve of a goal, and the answer in words.

use super::{Msg, Props, Size};
use crate::app::components::charts::{Panel, save, size as panel_size};
use crate::app::components::sweep::mark;
use crate::app::components::sweep::results::with_unit;
use crate::app::i18n::{tr, tr_with};
use crate::export::json::to_json;
use crate::number::significant;
use crate::page::action::Rung;
use crate::sweep::size::{Answer, Search, Sizing, Tried, Verdict};
use crate::view::charts::{arm_name, runs_too_short, size as size_chart};
use crate::view::plot;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

impl Size {
    /// The curve, the answers, and the numbers that were tried.
    pub(super) fn found(&self, ctx: &Context<Self>, asked: &Sizing, search: &Search) -> Html {
        let Props { theme, send, .. } = ctx.props();
        let tried = search.tried(&self.results);
        let goal = ctx.link().callback(|e: Event| {
            let list: HtmlSelectElement = e.target_unchecked_into();
            Msg::Goal(usize::try_from(list.selected_index()).unwrap_or(0))
        });
        let goals = search.goals().iter().enumerate().map(|(i, goal)| {
            let name = tr(&format!("sweep.metric.{}", goal.quantity));
            html! { <option selected={i == self.goal}>{ name }</option> }
        });
        let other = self.wanted.as_ref() != Some(asked) || search.grid().scenario != self.scenario;
        let answers = search.answers(&self.results).into_iter();
        let (width, height) = panel_size(Rung::ManyRuns);
        let chart = size_chart(search, &tried, self.goal, &tr);
        let panel = chart.map(|chart| {
            let numbers = chart.clone();
            let json = Callback::from(move |_: MouseEvent| {
                let table = to_json(&plot::table(&numbers));
                save("size.json", "application/json", &table);
            });
            html! {
                <>
                <div class="sweep-tools">
                    <label>{ tr("sweep.metric-label") }
                        <select id="size-shown" onchange={goal}>{ for goals }</select>
                    </label>
                    <button class="outlined" onclick={json}>{ tr("sweep.json") }</button>
                    if other { <span class="hint">{ tr("sweep.earlier") }</span> }
                </div>
                <Panel {chart} theme={*theme} {width} {height} choose={None} pick={None}
                    send={send.clone()} />
                </>
            }
        });
        html! {
            <>
                <div class="sweep-point size-answers" role="status">
                    { for answers.map(|answer| self.answer(&answer, asked, search)) }
                </div>
                { for panel }
                if !tried.is_empty() { { table(&tried, search) } }
            </>
        }
    }

    /// The answer for a strategy, with how sure it is.
    fn answer(&self, answer: &Answer, asked: &Sizing, search: &Search) -> Html {
        let (least, most) = search.limits();
        let mut parts = vec![match answer.met {
            Some(met) => tr_with("size.met", &[("n", met.to_string())]),
            None if answer.is_final => tr_with("size.none", &[("n", most.to_string())]),
            None => tr("size.open-yet"),
        }];
        let missed = answer
            .missed
            .map(|n| tr_with("size.missed", &[("n", n.to_string())]));
        parts.extend(missed);
        if let Some((from, to)) = answer.unsure(least, most) {
            let runs = asked.replications.to_string();
            let numbers = match from == to {
                true => from.to_string(),
                false => format!("{from}–{to}"),
            };
            parts.push(tr_with("size.unsure", &[("n", numbers), ("runs", runs)]));
        }
        let scenario = &search.grid().scenario;
        if let Some(met) = answer.met
            && let Some(price) = asked.price_per_hour(scenario, met)
        {
            let gpus = met * scenario.replicas.hardware.gpus();
            let values = [("gpus", gpus.to_string()), ("price", significant(price, 4))];
            parts.push(tr_with("size.price-said", &values));
        }
        let searching = !answer.is_final && self.pool.is_some();
        html! {
            <p ~style={mark(answer.arm)}>
                <b>{ arm_name(search.grid(), answer.arm, &tr) }</b>
                <span>{ parts.join(&tr("size.and")) }</span>
                if searching { <small>{ tr("size.searching") }</small> }
            </p>
        }
    }
}

/// All numbers that were tried, with the mean and interval of each goal's quantity.
fn table(tried: &[Tried], search: &Search) -> Html {
    let heads = search.goals().iter();
    let heads = heads.map(|goal| tr(&format!("sweep.metric.{}", goal.quantity)));
    let several = search.grid().arms().len() > 1;
    html! {
        <div class="table size-table" tabindex="0" role="region" aria-label={tr("size.tried")}>
            <table>
                <thead><tr>
                    if several { <th scope="col">{ tr("size.strategy") }</th> }
                    <th scope="col">{ tr("size.servers") }</th>
                    <th scope="col">{ tr("size.runs") }</th>
                    { for heads.map(|head| html! { <th scope="col">{ head }</th> }) }
                </tr></thead>
                <tbody>{ for tried.iter().map(|tried| row(tried, search, several)) }</tbody>
            </table>
        </div>
    }
}

fn row(tried: &Tried, search: &Search, several: bool) -> Html {
    let goals = search.goals().iter().zip(&tried.means).zip(&tried.verdicts);
    let cells = goals.map(|((goal, mean), verdict)| {
        let unit = goal.metric().map_or("", |metric| metric.unit);
        let said = mean.map_or_else(
            || "–".to_string(),
            |mean| {
                let half = with_unit(mean.half_width, unit);
                format!("{} ± {half}", with_unit(mean.mean, unit))
            },
        );
        let doubt = mean.and_then(|mean| mean.too_short);
        let doubt = doubt.filter(|_| *verdict == Verdict::Unsure);
        let title = doubt.map(|why| runs_too_short(&tr, &why));
        let (sign, key) = match verdict {
            Verdict::Met => ("✓", "size.is-met"),
            Verdict::Missed => ("✗", "size.is-missed"),
            Verdict::Unsure => ("?", "size.is-unsure"),
        };
        html! {
            <td {title}>{ said }{ " " }<span role="img" aria-label={tr(key)}>{ sign }</span></td>
        }
    });
    html! {
        <tr>
            if several { <th scope="row">{ arm_name(search.grid(), tried.arm, &tr) }</th> }
            <td>{ tried.servers }</td>
            <td>{ tried.runs }</td>
            { for cells }
        </tr>
    }
}
