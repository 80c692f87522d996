//! What the reader expects of a sweep: a curve of a few points, drawn or typed before the runs, and
//! shown under what they come to.

use super::{Msg, Sweep};
use crate::app::components::charts::size;
use crate::app::components::typed::Typed;
use crate::app::i18n::{tr, tr_with};
use crate::number::significant;
use crate::page::action::Rung;
use crate::sweep::SweepPlan;
use crate::sweep::metric::Metric;
use crate::view::charts::sweep as sweep_chart;
use crate::view::palette::Theme;
use crate::view::plot::{
    Axis, Chart, Form, Hue, MARGIN_BOTTOM, MARGIN_TOP, Point, Role, Series, plot_fraction, svg,
};
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

/// Places at which a value can be typed, at most.
const TYPED: u32 = 7;

/// A curve that is expected of a metric.
#[derive(Clone, Debug)]
pub(super) struct Sketch {
    /// Its points, in order of x.
    points: Vec<(f64, f64)>,
    /// The upper end of the axis that it is drawn on, in the metric's unit.
    top: f64,
    /// The metric's id; empty before anything is drawn.
    metric: &'static str,
}

impl Default for Sketch {
    fn default() -> Self {
        Self {
            points: Vec::new(),
            top: 10.0,
            metric: "",
        }
    }
}

/// What is done to a sketch.
pub(crate) enum Draw {
    /// A value is expected at this place of the parameter; None takes it away.
    Point(f64, Option<f64>),
    /// The axis reaches up to this.
    Top(f64),
    /// All points are taken away.
    Clear,
}

impl Sketch {
    /// Applies what is done to it. Points of another metric are forgotten.
    pub(super) fn draw(&mut self, draw: Draw, metric: &Metric) {
        if self.metric != metric.id {
            self.points.clear();
            self.metric = metric.id;
        }
        match draw {
            Draw::Point(at, value) => {
                self.points.retain(|(x, _)| *x != at);
                self.points.extend(value.map(|value| (at, value)));
                self.points.sort_by(|a, b| a.0.total_cmp(&b.0));
            }
            Draw::Top(top) => self.top = top,
            Draw::Clear => self.points.clear(),
        }
    }

    /// Draws it into a chart of this metric, whose axis then shows all of it.
    pub(super) fn add_to(&self, chart: &mut Chart, metric: &Metric) {
        if self.metric != metric.id || self.points.is_empty() {
            return;
        }
        let points = self.points.iter().map(|(x, y)| Point::at(*x, *y));
        let points: Vec<Point> = points.collect();
        let highest = points.iter().map(|p| p.y).fold(0.0, f64::max);
        chart.y.to = chart.y.to.max(highest * 1.08);
        let name = tr("sweep.sketch.curve");
        let line = Series::new(&name, Form::Line, Role::Guide, Hue::Accent, points.clone());
        let marks = Series::new(name, Form::Rings, Role::Prediction, Hue::Accent, points);
        chart.series.push(line);
        chart.series.push(marks);
    }
}

/// A share is drawn and typed in percent.
fn scale(metric: &Metric) -> f64 {
    match metric.unit {
        "" => 0.01,
        _ => 1.0,
    }
}

impl Sweep {
    /// Where a curve can be drawn before the runs.
    pub(super) fn sketch(&self, ctx: &Context<Self>) -> Html {
        let plan = &self.wanted;
        if plan.points < 2 || self.problem.is_some() {
            return html! {};
        }
        let metric = self.metric;
        let scale = scale(self.metric);
        let mut chart = sweep_chart(plan, &[], metric, &[], 0, &tr);
        chart.series.clear();
        chart.notes.clear();
        chart.y = Axis {
            from: 0.0,
            to: self.sketch.top * scale,
            ..chart.y
        };
        self.sketch.add_to(&mut chart, self.metric);
        let draw = ctx.link().callback(Msg::Draw);
        let top = draw_number(&draw, |top| (top > 0.0).then_some(Draw::Top(top)));
        let clear = draw.reform(|_: MouseEvent| Draw::Clear);
        let unit = match metric.unit {
            "" => "%".to_string(),
            unit => unit.to_string(),
        };
        let metric = tr(&format!("sweep.metric.{}", metric.id));
        html! {
            <details id="sketch">
                <summary>{ tr("sweep.sketch.title") }</summary>
                <p>{ tr_with("sweep.sketch.how", &[("metric", metric)]) }</p>
                <Pad {chart} theme={ctx.props().theme} draw={draw.clone()} />
                <div class="sweep-tools">
                    <label>{ tr("sweep.sketch.top") }
                        <Typed id="sketch-top" kind="number" min="0" {unit}
                            value={significant(self.sketch.top, 4)} onchange={top} />
                    </label>
                    { for self.boxes(plan, scale, &draw) }
                    <button class="outlined" onclick={clear}>{ tr("sweep.sketch.clear") }</button>
                </div>
            </details>
        }
    }

    /// A box for the value at each of a few places of the plan.
    fn boxes(&self, plan: &SweepPlan, scale: f64, draw: &Callback<Draw>) -> Vec<Html> {
        let count = plan.points.min(TYPED);
        let places = (0..count).map(|i| plan.value(i * (plan.points - 1) / (count - 1)));
        let boxes = places.enumerate().map(|(i, at)| {
            let mut points = self.sketch.points.iter();
            let value = points.find(|(x, _)| *x == at);
            let value = value.map(|(_, y)| significant(y / scale, 4));
            let onchange = draw.reform(move |input: HtmlInputElement| {
                let value = input.value_as_number() * scale;
                Draw::Point(at, Some(value).filter(|value| value.is_finite()))
            });
            let at = significant(at, 4);
            html! {
                <label>{ &at }
                    <Typed id={format!("sketch-{i}")} kind="number"
                        label={tr_with("sweep.sketch.at", &[("at", &at)])}
                        value={value.unwrap_or_default()} {onchange} />
                </label>
            }
        });
        boxes.collect()
    }
}

/// A callback of a box that draws what `what` makes of its number.
fn draw_number(draw: &Callback<Draw>, what: fn(f64) -> Option<Draw>) -> Callback<HtmlInputElement> {
    crate::app::components::send_some(draw, move |input: HtmlInputElement| {
        what(input.value_as_number())
    })
}

#[derive(PartialEq, Properties)]
struct PadProps {
    chart: Chart,
    theme: Theme,
    draw: Callback<Draw>,
}

/// The chart to draw on: a click or tap is a point of the curve.
#[component]
fn Pad(props: &PadProps) -> Html {
    let plot = use_node_ref();
    let (width, height) = size(Rung::ManyRuns);
    let onclick = {
        let plot = plot.clone();
        let x = props.chart.x.clone();
        let y = props.chart.y.clone();
        let chart = props.chart.clone();
        let draw = props.draw.clone();
        Callback::from(move |e: MouseEvent| {
            let Some(plot) = plot.cast::<Element>() else {
                return;
            };
            let frame = plot.get_bounding_client_rect();
            let right = f64::from(e.client_x()) - frame.left();
            let across = plot_fraction(&chart, right, frame.width());
            let down = f64::from(e.client_y()) - frame.top();
            let room = frame.height() - f64::from(MARGIN_TOP + MARGIN_BOTTOM);
            let up = 1.0 - (down - f64::from(MARGIN_TOP)) / room.max(1.0);
            let at = x.from + across * (x.to - x.from);
            let value = y.to * up.clamp(0.0, 1.0);
            draw.emit(Draw::Point(at, Some(value)));
        })
    };
    let picture = AttrValue::from(svg(&props.chart, props.theme, width, height / 2));
    html! {
        <div ref={plot} class="plot picks" {onclick}>
            { Html::from_html_unchecked(picture) }
        </div>
    }
}
