//! What came of a sweep: the chart, and the ways beside each other at one point.

use super::{Msg, Props, Sweep, mark};
use crate::app::components::charts::{Panel, save, size};
use crate::app::i18n::{tr, tr_with};
use crate::export::json::to_json;
use crate::number::{significant, with_half_width};
use crate::page::action::Rung;
use crate::stats::interval::Interval;
use crate::sweep::SweepPlan;
use crate::sweep::gather::Cell;
use crate::sweep::metric::Metric;
use crate::view::charts::{Measured, arm_name, runs_too_short, sweep as sweep_chart, trade};
use crate::view::plot::{self, Chart};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

impl Sweep {
    /// The chart, and what each way came to at the point looked at.
    pub(super) fn results(&self, ctx: &Context<Self>, plan: &SweepPlan) -> Html {
        let Props { theme, send, .. } = ctx.props();
        let (width, height) = size(Rung::ManyRuns);
        let chart = self.chart(plan);
        let metric = ctx.link().batch_callback(|e: Event| {
            let id = e.target_unchecked_into::<HtmlSelectElement>().value();
            Metric::named(&id).map(Msg::Metric)
        });
        let across = ctx.link().callback(|e: Event| {
            let id = e.target_unchecked_into::<HtmlSelectElement>().value();
            Msg::Across(Metric::named(&id))
        });
        let point = ctx.link().callback(|e: Event| {
            Msg::Point(
                u32::try_from(
                    e.target_unchecked_into::<HtmlSelectElement>()
                        .selected_index(),
                )
                .unwrap_or(0),
            )
        });
        let from = chart.x.from;
        let to = chart.x.to;
        let places = self.places(plan);
        let pick = ctx.link().callback(move |at: f64| {
            let x = from + (to - from) * at;
            let nearest = places
                .iter()
                .min_by(|a, b| (a.at - x).abs().total_cmp(&(b.at - x).abs()));
            Msg::Point(nearest.map_or(0, |place| place.point))
        });
        let json = {
            let chart = chart.clone();
            Callback::from(move |_: MouseEvent| {
                save(
                    "sweep.json",
                    "application/json",
                    &to_json(&plot::table(&chart)),
                )
            })
        };
        let known = metrics(plan);
        let others = known.iter().filter(|m| **m != self.metric);
        let other = *plan
            != SweepPlan {
                strategies: plan.strategies.clone(),
                ..self.wanted.clone()
            };
        html! {
            <>
                <div class="sweep-tools">
                    <label>{ tr("sweep.metric-label") }
                        <select id="sweep-metric" onchange={metric}>
                            { for known.iter().map(|m| option(m, *m == self.metric)) }
                        </select>
                    </label>
                    <label>{ tr("sweep.across-label") }
                        <select id="sweep-across" onchange={across}>
                            <option value="" selected={self.across.is_none()}>
                                { tr(&plan.param.label_key(&plan.scenario)) }</option>
                            { for others.map(|m| option(m, Some(*m) == self.across)) }
                        </select>
                    </label>
                    <button class="outlined" onclick={json}>{ tr("sweep.json") }</button>
                    if other { <span class="hint">{ tr("sweep.earlier") }</span> }
                </div>
                <Panel {chart} theme={*theme} {width} {height} choose={None} pick={Some(pick)}
                    send={send.clone()} />
                <div class="sweep-point">
                    if plan.points > 1 {
                    <label>{ tr(&plan.param.label_key(&plan.scenario)) }
                        <select id="sweep-point" onchange={point}>
                            { for (0..plan.points).map(|i| html!
                                { <option selected={i == self.point}>
                                { significant(plan.value(i), 4) }</option> }) }
                        </select>
                    </label>
                    }
                    { for self.cells.iter().filter(|cell| cell.point == self.point).map(|cell|
                        self.cell(ctx, plan, cell)) }
                </div>
            </>
        }
    }

    /// The metric against what is changed, or against another one.
    fn chart(&self, plan: &SweepPlan) -> Chart {
        if let Some(metric) = self.across {
            let across = Measured {
                metric,
                cells: &self.across_cells,
            };
            let up = Measured {
                metric: self.metric,
                cells: &self.cells,
            };
            return trade(plan, across, up, self.point, &tr);
        }
        let cells = &self.cells;
        let mut chart = sweep_chart(plan, cells, self.metric, &self.curves, self.point, &tr);
        self.sketch.add_to(&mut chart, self.metric);
        chart
    }

    /// Where the points of the plan are on the axis.
    fn places(&self, plan: &SweepPlan) -> Vec<Place> {
        if self.across.is_none() {
            let points = 0..plan.points;
            let places = points.map(|point| Place {
                at: plan.value(point),
                point,
            });
            return places.collect();
        }
        let places = self.across_cells.iter().filter_map(|cell| {
            Some(Place {
                at: cell.mean?.mean,
                point: cell.point,
            })
        });
        places.collect()
    }

    /// What a strategy came to at the point looked at, and the way to one of its runs.
    fn cell(&self, ctx: &Context<Self>, plan: &SweepPlan, cell: &Cell) -> Html {
        let unit = self.metric.unit;
        let open = {
            let run = plan
                .run(cell.point * plan.replications * plan.arms().len() as u32 + cell.arm as u32);
            let scenario = run.and_then(|run| plan.scenario_of(&run).ok());
            ctx.link().batch_callback(move |_: MouseEvent| {
                scenario.clone().map(|s| Msg::Open(Box::new(s)))
            })
        };
        let mean = cell.mean.map(|m| {
            let trust = m
                .too_short
                .map(|why| format!(" ({})", runs_too_short(&tr, &why)))
                .unwrap_or_default();
            format!("{}{trust}", give_or_take(&m, unit))
        });
        let mean = mean.map(|value| {
            let mut cells = self.across_cells.iter();
            let there = cells.find(|there| (there.point, there.arm) == (cell.point, cell.arm));
            let there = there.and_then(|cell| cell.mean).zip(self.across);
            there.map_or(value.clone(), |(there, metric)| {
                let across = give_or_take(&there, metric.unit);
                tr_with("sweep.at", &[("value", value), ("across", across)])
            })
        });
        let paired = cell.paired.map(|p| {
            let first = self
                .cells
                .iter()
                .find(|c| c.point == cell.point && c.arm == 0);
            let means = first.and_then(|first| Some((first.mean?.mean, cell.mean?.mean)));
            let values = [
                ("strategy", arm_name(plan, 0, &tr)),
                ("difference", give_or_take(&p.difference, unit)),
                ("runs", cell.runs.to_string()),
                (
                    "ratio",
                    means.map_or_else(|| "–".into(), |(a, b)| significant(b / a, 3)),
                ),
            ];
            tr_with("sweep.paired", &values)
        });
        html! {
            <p ~style={mark(cell.arm)}>
                <b>{ arm_name(plan, cell.arm, &tr) }</b>
                <span>{ mean.unwrap_or_else(|| "–".into()) }</span>
                if let Some(paired) = paired { <small>{ paired }</small> }
                <button class="outlined" onclick={open}>{ tr("sweep.open") }</button>
            </p>
        }
    }
}

/// A point of the plan, where it is on the axis.
struct Place {
    at: f64,
    point: u32,
}

/// The numbers that runs of either way have.
pub(super) fn metrics(plan: &SweepPlan) -> Vec<&'static Metric> {
    let known: Vec<&Metric> = plan
        .arms()
        .flat_map(|arm| Metric::of_scenario(arm.scenario))
        .collect();
    Metric::all().filter(|m| known.contains(m)).collect()
}

fn option(metric: &Metric, selected: bool) -> Html {
    let name = tr(&format!("sweep.metric.{}", metric.id));
    html! { <option value={metric.id} {selected}>{ name }</option> }
}

/// A mean with its interval, both to the same place.
fn give_or_take(i: &Interval, unit: &str) -> String {
    let (scale, unit) = if unit.is_empty() {
        (100.0, "%")
    } else {
        (1.0, unit)
    };
    let [mean, half] = with_half_width(i.mean * scale, i.half_width * scale);
    format!("{mean} ± {half} {unit}")
}

/// A number of a metric with its unit; what has none is a share.
pub(in super::super) fn with_unit(x: f64, unit: &str) -> String {
    if unit.is_empty() {
        format!("{} %", significant(x * 100.0, 3))
    } else {
        format!("{} {unit}", significant(x, 4))
    }
}
