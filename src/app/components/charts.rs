//! The charts: prediction against observation, with hover, table, and saving as SVG or CSV.

use super::formula;
use crate::app::i18n::tr;
use crate::export::csv::to_csv;
use crate::page::Model;
use crate::page::action::{Action, Dialog, Rung};
use crate::page::display::View;
use crate::view::charts::{self, ChartKind};
use crate::view::palette::Theme;
use crate::view::plot::{self, Chart, plot_fraction, read, svg_document};
use std::cell::Cell;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, HtmlAnchorElement, HtmlElement, HtmlSelectElement, PointerEvent, Url,
};
use yew::prelude::*;

thread_local! {
    /// While two runs are compared, whether the charts show the second.
    static OF_B: Cell<bool> = const { Cell::new(false) };
}

/// The row of charts.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let (width, height) = match model.display().view() {
        // It is enlarged afterwards.
        View::Present => (290, 84),
        View::Whole | View::Embed => size(model.rung()),
    };
    let kinds = charts::applicable(model.scenario());
    let one_run = model.rung() == Rung::OneRun;
    let shown: Vec<ChartKind> = if one_run {
        kinds.clone()
    } else {
        model.charts().to_vec()
    };
    let other = model.beside().filter(|_| OF_B.get());
    let own = shown.into_iter().enumerate().map(|(place, kind)| {
        // Not every chart of the one run says something about the other.
        let other = other.filter(|other| kind.applies_to(other.scenario()));
        let chart = charts::build(kind, other.unwrap_or(model.shown()), &tr);
        let choose = (!one_run).then(|| (place, kind, kinds.clone()));
        let whose = model.beside().map(|_| other.is_some());
        html! {
            <Panel key={place} {chart} theme={model.theme()} {width} {height} {choose} {whose}
                send={send.clone()} />
        }
    });
    let pair = model.beside().map(|other| {
        let a = &model.shown().timeline;
        let b = &other.timeline;
        let pair = [
            charts::response_difference(a, b, &tr),
            charts::present_pair(a, b, &tr),
        ];
        pair.map(|chart| {
            let id = chart.id;
            html! {
                <Panel key={id} {chart} theme={model.theme()} {width} {height} choose={None}
                    send={send.clone()} />
            }
        })
    });
    // With two runs, what differs stands first.
    let own: Vec<Html> = if pair.is_some() && !one_run {
        own.take(1).collect()
    } else {
        own.collect()
    };
    html! {
        <section class="charts" aria-label={tr("chart-panel.title")}>
            { for pair.into_iter().flatten() }
            { for own }
        </section>
    }
}

/// The size of a plot (px), from the window's; the style sheet divides the page at the same widths.
pub(crate) fn size(rung: Rung) -> (u32, u32) {
    let window = gloo::utils::window();
    let width = length(window.inner_width());
    let height = length(window.inner_height());
    let side = if width >= 1000.0 {
        (width * 0.27).clamp(340.0, 460.0)
    } else {
        0.0
    };
    let columns = if width >= 700.0 && rung != Rung::ManyRuns {
        3.0
    } else {
        1.0
    };
    let plot_w = (width - side) / columns - 34.0;
    let plot_h = match rung {
        _ if width < 700.0 => 190.0,
        Rung::OneAllocation => (height * 0.165).clamp(104.0, 260.0),
        Rung::ManyRuns => (height * 0.45).clamp(200.0, 900.0),
        Rung::OneRun => (height * 0.2).clamp(120.0, 340.0),
    };
    (plot_w.max(200.0) as u32, plot_h as u32)
}

/// A side of the window (px).
fn length(side: Result<JsValue, JsValue>) -> f64 {
    side.ok().and_then(|v| v.as_f64()).unwrap_or(1200.0)
}

/// What a chart needs.
#[derive(PartialEq, Properties)]
pub(crate) struct PanelProps {
    /// The chart.
    pub chart: Chart,
    /// The theme shown.
    pub theme: Theme,
    /// The plot's width (px).
    pub width: u32,
    /// Its height (px).
    pub height: u32,
    /// Place, kind and the kinds to choose from.
    pub choose: Option<(usize, ChartKind, Vec<ChartKind>)>,
    /// Of two runs beside each other, whether it shows the second.
    #[prop_or_default]
    pub whose: Option<bool>,
    /// Told where the plot was clicked: the part of its width.
    #[prop_or_default]
    pub pick: Option<Callback<f64>>,
    /// Takes the page's actions.
    pub send: Callback<Action>,
}

/// A chart with its legend, its readings under the pointer, and its ways out.
#[component]
pub(crate) fn Panel(props: &PanelProps) -> Html {
    let PanelProps {
        chart,
        theme,
        width,
        height,
        choose,
        whose,
        pick,
        send,
    } = props;
    let theme = *theme;
    let pointer = use_state(|| None::<f64>);
    let drawn = use_memo(
        (chart.clone(), theme, *width, *height),
        |(chart, theme, width, height)| AttrValue::from(plot::svg(chart, *theme, *width, *height)),
    );
    // Not the event's current target: Yew hears all events at its root.
    let plot = use_node_ref();
    let moved = {
        let pointer = pointer.clone();
        let plot = plot.clone();
        let chart = chart.clone();
        Callback::from(move |e: PointerEvent| {
            if let Some(place) = plot.cast::<HtmlElement>() {
                let rect = place.get_bounding_client_rect();
                let from_left = f64::from(e.client_x()) - rect.left();
                pointer.set(Some(plot_fraction(&chart, from_left, rect.width())));
            }
        })
    };
    let left = {
        let pointer = pointer.clone();
        // A finger leaves when it is lifted, and then is the time to read.
        Callback::from(move |e: PointerEvent| {
            if e.pointer_type() != "touch" {
                pointer.set(None);
            }
        })
    };
    let onclick = {
        let pick = pick.clone();
        let pointer = pointer.clone();
        Callback::from(move |_: MouseEvent| {
            if let (Some(pick), Some(at)) = (&pick, *pointer) {
                pick.emit(at);
            }
        })
    };
    html! {
        <figure class="chart" id={format!("chart-{}", chart.id)}>
            <figcaption>
                { for whose.map(|of_b| switch(of_b, send)) }
                { title(chart, choose.as_ref(), send) }
                if let Some(formula) = chart.formula
                    { <small class="formula">{ formula::symbols(formula) }</small> }
                { tools(chart, theme, send) }
            </figcaption>
            <div ref={plot} class={classes!("plot", pick.as_ref().map(|_| "picks"))}
                onpointerdown={moved.clone()} onpointermove={moved} onpointerleave={left} {onclick}>
                { Html::from_html_unchecked((*drawn).clone()) }
                if let Some(at) = *pointer { { readings(chart, theme, at) } }
            </div>
            // It can be scrolled where there is little room.
            <div class="key" tabindex="0">
                <span class="axes">{ axes(chart) }</span>
                { for plot::legend(chart).iter().map(|item| {
                    let swatch = AttrValue::from(plot::swatch(item, theme));
                    html! { <span>{ Html::from_html_unchecked(swatch) }{ &item.name }</span> }
                }) }
                { for chart.no_prediction.iter().chain(&chart.notes).map(|note| html! {
                    <span class="note">{ note }</span>
                }) }
            </div>
        </figure>
    }
}

/// The letters of the two runs; the one pressed is the one that the charts show.
fn switch(of_b: bool, send: &Callback<Action>) -> Html {
    let runs = [
        ("A", "chart-panel.run-a", false),
        ("B", "chart-panel.run-b", true),
    ];
    html! {
        <span class="segments whose-chart">
            { for runs.map(|(letter, name, b)| {
                let onclick = send.reform(move |_: MouseEvent| {
                    OF_B.set(b);
                    Action::Tick
                });
                html! {
                    <button aria-pressed={(of_b == b).to_string()} aria-label={tr(name)}
                        title={tr(name)} {onclick}>{ letter }</button>
                }
            }) }
        </span>
    }
}

fn title(
    chart: &Chart,
    choose: Option<&(usize, ChartKind, Vec<ChartKind>)>,
    send: &Callback<Action>,
) -> Html {
    let Some((place, kind, kinds)) = choose else {
        return html! { <h2>{ &chart.title }</h2> };
    };
    let place = *place;
    let options = kinds.clone();
    let onchange = super::send_some(send, move |e: Event| {
        let index = usize::try_from(
            e.target_unchecked_into::<HtmlSelectElement>()
                .selected_index(),
        )
        .ok()?;
        Some(Action::Chart(place, *options.get(index)?))
    });
    html! {
        <h2><select aria-label={tr("chart-panel.choose")} {onchange}>
            { for kinds.iter().map(|k| html! {
                <option selected={k == kind}>{
                    // The chart shown may have a title that says more of its scene.
                    if k == kind { chart.title.clone() }
                    else { tr(&format!("charts.{}.title", k.id())) }
                }</option>
            }) }
        </select></h2>
    }
}

/// What the axes measure: upwards, to the right.
fn axes(chart: &Chart) -> String {
    let named = [("↑", &chart.y), ("→", &chart.x)]
        .into_iter()
        .filter(|(_, axis)| !axis.label.is_empty());
    named
        .map(|(arrow, axis)| format!("{arrow} {}", axis.head()))
        .collect::<Vec<_>>()
        .join("  ")
}

/// What is under the pointer, beside a line through the plot.
fn readings(chart: &Chart, theme: Theme, at: f64) -> Html {
    let found = read(chart, at);
    let Some(first) = found.first() else {
        return html! {};
    };
    let side = if at > 0.55 { "right" } else { "left" };
    html! {
        <div class={classes!("reading", side)} aria-hidden="true">
            <b>{ &first.x_text }</b>
            { for found.iter().map(|r| {
                let style = format!("background:{}", r.hue.colour(theme).css());
                html! { <span><i ~style={style} />{ &r.name }<b>{ &r.y_text }</b></span> }
            }) }
        </div>
    }
}

fn tools(chart: &Chart, theme: Theme, send: &Callback<Action>) -> Html {
    let shown = chart.clone();
    let table = send.reform(move |_: MouseEvent| {
        let title = shown.title.clone();
        let table = plot::table(&shown);
        Action::Dialog(Some(Dialog::Table { title, table }))
    });
    let drawn = chart.clone();
    let svg = Callback::from(move |_: MouseEvent| {
        let formula = drawn.formula.map(formula::plain).unwrap_or_default();
        let picture = svg_document(&drawn, &formula, theme, 720, 320);
        save(&format!("{}.svg", drawn.id), "image/svg+xml", &picture);
    });
    let listed = chart.clone();
    let csv = Callback::from(move |_: MouseEvent| {
        let text = to_csv(&plot::table(&listed));
        save(&format!("{}.csv", listed.id), "text/csv", &text);
    });
    html! {
        <span class="tools">
            { tool("chart-panel.table", "▦", chart, table) }
            { tool("chart-panel.save-svg", "SVG", chart, svg) }
            { tool("chart-panel.save-csv", "CSV", chart, csv) }
        </span>
    }
}

fn tool(key: &str, text: &'static str, chart: &Chart, onclick: Callback<MouseEvent>) -> Html {
    let name = format!("{}: {}", tr(key), chart.title);
    html! { <button aria-label={name} title={tr(key)} {onclick}>{ text }</button> }
}

/// Hands a text to the reader as a file.
pub(crate) fn save(name: &str, kind: &str, text: &str) {
    save_as(name, kind, &JsValue::from_str(text));
}

/// Hands contents, a text or bytes, to the reader as a file.
pub(crate) fn save_as(name: &str, kind: &str, contents: &JsValue) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(contents);
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) else {
        return;
    };
    let Ok(address) = Url::create_object_url_with_blob(&blob) else {
        return;
    };
    if let Ok(link) = gloo::utils::document().create_element("a") {
        let link: HtmlAnchorElement = link.unchecked_into();
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    let _ = Url::revoke_object_url(&address);
}
