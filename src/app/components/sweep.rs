//! The third rung: many runs, with one number changed from point to point.

use super::charts::{Panel, save, size};
use super::typed::Typed;
use super::{dialogs, send_some, strategies};
use crate::app::frames::now_ms;
use crate::app::i18n::{self, Language, tr, tr_with, words};
use crate::app::lab;
use crate::app::model::{Action, Dialog, Rung, field_error};
use crate::app::pool::Pool;
use crate::balance::StrategyId;
use crate::export::json::to_json;
use crate::scenario::Script;
use crate::scenario::link::Link;
use crate::sweep::gather::{Cell, METRICS, Metric, gather};
use crate::sweep::protocol::Answer;
use crate::sweep::{Param, RunResult, SweepPlan};
use crate::view::chart;
use crate::view::charts::{Curve, curves, sweep as sweep_chart, too_short, way_name};
use crate::view::number::significant;
use crate::view::palette::{Theme, server_colour};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// A sweep that is drawn anew after each of many runs would keep the page from answering.
const REDRAW_MS: f64 = 250.0;

/// What happens to the panel.
pub enum Msg {
    /// The page wants another plan, or speaks another language, or changed its theme.
    Followed,
    /// The texts of the language are there.
    Spoken,
    /// An action of a part that the lab shares with the page.
    Asked(Action),
    /// The plan as it stands is begun.
    Start,
    /// The workers are ended; what is there stays.
    Cancel,
    /// A worker has answered.
    Heard(Answer),
    /// Another number of the runs is looked at.
    Metric(usize),
    /// Another point is looked at.
    Point(u32),
}

/// The panel, and what has come back so far.
pub struct Sweep {
    /// What the page wants.
    wanted: SweepPlan,
    language: Language,
    dialog: Option<Dialog>,
    /// What the results are of.
    plan: Option<SweepPlan>,
    results: Vec<RunResult>,
    pool: Option<Pool>,
    refused: Option<String>,
    began_ms: f64,
    drawn_ms: f64,
    metric: usize,
    point: u32,
    curves: Vec<Curve>,
    cells: Vec<Cell>,
}

impl Component for Sweep {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        lab::follow(move || link.send_message(Msg::Followed));
        Self {
            wanted: lab::plan().unwrap_or_default(),
            language: lab::language(),
            dialog: None,
            plan: None,
            results: Vec::new(),
            pool: None,
            refused: None,
            began_ms: 0.0,
            drawn_ms: 0.0,
            metric: 0,
            point: 0,
            curves: Vec::new(),
            cells: Vec::new(),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Followed => {
                self.wanted = lab::plan().unwrap_or_else(|| self.wanted.clone());
                let language = lab::language();
                if language != std::mem::replace(&mut self.language, language) {
                    ctx.link().send_future(async move {
                        // Without them the old ones stay; the page has said so.
                        let _ = i18n::speak(language).await;
                        Msg::Spoken
                    });
                }
            }
            Msg::Spoken => {}
            Msg::Asked(Action::Sweep(plan)) => {
                lab::tell("plan", &Link { sweep: Some(plan), ..Link::default() });
                return false;
            }
            Msg::Asked(Action::OpenRun(scenario)) => {
                lab::tell("run", &Link { script: Script::new(*scenario), ..Link::default() });
                return false;
            }
            Msg::Asked(Action::Dialog(dialog)) => self.dialog = dialog,
            Msg::Asked(_) => return false,
            Msg::Start => self.start(ctx),
            Msg::Cancel => self.pool = None,
            Msg::Heard(Answer::Ready | Answer::Text(_)) => return false,
            Msg::Heard(Answer::Done(result)) => {
                self.results.push(*result);
                let done = self.plan.as_ref().is_some_and(|plan| self.results.len() as u32 >= plan.runs());
                if done {
                    self.pool = None;
                } else if now_ms() - self.drawn_ms < REDRAW_MS {
                    return false;
                }
                self.gather();
            }
            Msg::Heard(Answer::Refused(why)) => {
                self.pool = None;
                self.refused = Some(why);
            }
            Msg::Metric(metric) => {
                self.metric = metric;
                self.curves = self.plan.as_ref().map_or_else(Vec::new, |plan| curves(plan, self.metric()));
                self.gather();
            }
            Msg::Point(point) => self.point = point,
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        html! {
            <section class="sweep" aria-label={tr("sweep.title")}>
                { self.form(ctx) }
                { self.progress() }
                if let Some(plan) = &self.plan {
                    { self.results(ctx, plan) }
                } else {
                    <p class="lead">{ tr("sweep.lead") }</p>
                }
                { dialogs::view(self.dialog.as_ref(), &self.wanted.scenario, &ctx.link().callback(Msg::Asked)) }
            </section>
        }
    }
}

impl Sweep {
    fn metric(&self) -> &'static Metric {
        &METRICS[self.metric]
    }

    fn start(&mut self, ctx: &Context<Self>) {
        let plan = self.wanted.clone();
        (self.refused, self.point, self.began_ms) = (None, 0, now_ms());
        if let Err(error) = plan.validate() {
            self.refused = Some(field_error(&error));
            return;
        }
        // A batch and training steps have rounds, and nothing else has.
        let rounds = plan.scenario.utilisation().is_none();
        if rounds != (self.metric().id == "round_mean_s") {
            self.metric = if rounds { METRICS.iter().position(|m| m.id == "round_mean_s").unwrap_or(0) } else { 0 };
        }
        self.curves = curves(&plan, self.metric());
        self.results.clear();
        match Pool::start(&plan, &ctx.link().callback(Msg::Heard)) {
            Ok(pool) => self.pool = Some(pool),
            Err(error) => self.refused = Some(words(&error)),
        }
        self.plan = Some(plan);
        self.gather();
    }

    fn gather(&mut self) {
        self.drawn_ms = now_ms();
        self.cells = self.plan.as_ref().map_or_else(Vec::new, |plan| gather(plan, &self.results, self.metric()));
    }

    /// What is to be done.
    fn form(&self, ctx: &Context<Self>) -> Html {
        let (plan, send) = (&self.wanted, &ctx.link().callback(Msg::Asked));
        let number = |id: &'static str, value: f64, set: fn(&mut SweepPlan, f64)| {
            let (plan, send) = (plan.clone(), send.clone());
            let onchange = Callback::from(move |input: HtmlInputElement| {
                let mut plan = plan.clone();
                let typed = input.value_as_number();
                // What is no number must not stay in the box; what is out of range is refused when the sweep begins.
                if typed.is_nan() {
                    input.set_value(&plain(value))
                } else {
                    set(&mut plan, typed)
                }
                send.emit(Action::Sweep(Box::new(plan)));
            });
            html! {
                <label>{ tr(&format!("sweep.{id}")) }
                    <Typed id={format!("sweep-{id}")} kind="number" inputmode="decimal" value={plain(value)} {onchange} />
                </label>
            }
        };
        let param = {
            let (plan, send) = (plan.clone(), send.clone());
            send_some(&send, move |e: Event| {
                let param: Param = e.target_unchecked_into::<HtmlSelectElement>().value().parse().ok()?;
                let (from, to) = param.usual_range();
                // Where nothing changes one point says it all.
                let points = match (param, plan.param) {
                    (Param::Nothing, _) => 1,
                    (_, Param::Nothing) => SweepPlan::default().points,
                    _ => plan.points,
                };
                let log = plan.log && param != Param::Nothing;
                Some(Action::Sweep(Box::new(SweepPlan { param, from, to, points, log, ..plan.clone() })))
            })
        };
        let chosen = plan.strategies().to_vec();
        let alone = {
            let plan = SweepPlan { beside: None, ..plan.clone() };
            send.reform(move |_: MouseEvent| Action::Sweep(Box::new(plan.clone())))
        };
        let remove = |id: StrategyId| {
            let strategies = chosen.iter().copied().filter(|s| *s != id).collect();
            let plan = SweepPlan { strategies, ..plan.clone() };
            send.reform(move |_: MouseEvent| Action::Sweep(Box::new(plan.clone())))
        };
        let add = {
            let (plan, chosen) = (plan.clone(), chosen.clone());
            send.reform(move |id: StrategyId| {
                let mut strategies = chosen.clone();
                if !strategies.contains(&id) {
                    strategies.push(id);
                }
                Action::Sweep(Box::new(SweepPlan { strategies, ..plan.clone() }))
            })
        };
        let log = {
            let plan = plan.clone();
            send.reform(move |_: Event| Action::Sweep(Box::new(SweepPlan { log: !plan.log, ..plan.clone() })))
        };
        html! {
            <form class="sweep-form" onsubmit={|e: SubmitEvent| e.prevent_default()}>
                <label>{ tr("sweep.vary") }
                    <select id="sweep-param" onchange={param}>
                        { for Param::ALL.iter().filter(|p| p.set(&mut plan.scenario.clone(), plan.from.max(1.0)).is_some()).map(|p| html! {
                            <option value={p.as_str()} selected={*p == plan.param}>{ tr(&format!("sweep.param.{p}")) }</option>
                        }) }
                    </select>
                </label>
                if plan.param != Param::Nothing {
                    { number("from", plan.from, |p, x| p.from = x) }
                    { number("to", plan.to, |p, x| p.to = x) }
                    { number("points", f64::from(plan.points), |p, x| p.points = x as u32) }
                    <label class="check"><input type="checkbox" id="sweep-log" checked={plan.log} onchange={log} />{ tr("sweep.log") }</label>
                }
                { number("replications", f64::from(plan.replications), |p, x| p.replications = x as u32) }
                { number("tasks", plan.tasks as f64, |p, x| p.tasks = x as u64) }
                <div class="sweep-strategies">
                if plan.beside.is_some() {
                    { for (0..plan.ways().len()).map(|i| html! {
                        <span class="chip" style={mark(i)}>{ way_name(plan, i, &tr) }</span>
                    }) }
                    <button type="button" id="sweep-alone" class="outlined" onclick={alone}>{ tr("sweep.alone") }</button>
                } else {
                    { for chosen.iter().enumerate().map(|(i, &id)| html! {
                        <button type="button" class="chip" style={mark(i)} disabled={chosen.len() == 1}
                            aria-label={tr_with("sweep.remove", &[("strategy", strategies::name(id))])} onclick={remove(id)}>{ strategies::name(id) }{ " ×" }</button>
                    }) }
                    <label>{ tr("sweep.add") }{ strategies::select("sweep-add", None, None, add) }</label>
                }
                </div>
                if self.pool.is_some() {
                    <button type="button" id="sweep-cancel" onclick={ctx.link().callback(|_| Msg::Cancel)}>{ tr("sweep.cancel") }</button>
                } else {
                    <button type="button" id="sweep-start" class="go" onclick={ctx.link().callback(|_| Msg::Start)}>
                        { tr_with("sweep.start", &[("runs", plan.runs().to_string())]) }
                    </button>
                }
            </form>
        }
    }

    /// How far it is, and what went wrong.
    fn progress(&self) -> Html {
        if let Some(why) = &self.refused {
            return html! { <p class="refused" role="alert">{ why }</p> };
        }
        let Some(plan) = &self.plan else { return html! {} };
        let (done, all) = (self.results.len(), plan.runs());
        let left_s = (now_ms() - self.began_ms) / 1000.0 / (done.max(1) as f64) * (f64::from(all) - done as f64);
        let key = match (self.pool.is_some(), done as u32 == all) {
            (true, _) if done == 0 => "sweep.starting",
            (true, _) => "sweep.running",
            (false, true) => "sweep.done",
            (false, false) => "sweep.cancelled",
        };
        let values = [("done", done.to_string()), ("runs", all.to_string()), ("left", significant(left_s.max(1.0), 2))];
        html! {
            <p class="sweep-progress">
                <progress max={all.to_string()} value={done.to_string()} aria-label={tr("sweep.progress")} />
                <span role="status">{ tr_with(key, &values) }</span>
            </p>
        }
    }

    fn results(&self, ctx: &Context<Self>, plan: &SweepPlan) -> Html {
        let (theme, (width, height), send) = (theme(), size(Rung::ManyRuns), ctx.link().callback(Msg::Asked));
        let chart = sweep_chart(plan, &self.cells, self.metric(), &self.curves, &tr);
        let metric = ctx.link().callback(|e: Event| {
            Msg::Metric(usize::try_from(e.target_unchecked_into::<HtmlSelectElement>().selected_index()).unwrap_or(0))
        });
        let point = ctx.link().callback(|e: Event| {
            Msg::Point(u32::try_from(e.target_unchecked_into::<HtmlSelectElement>().selected_index()).unwrap_or(0))
        });
        let (from, to, last) = (chart.x.from, chart.x.to, plan.points.saturating_sub(1));
        let places: Vec<f64> = (0..plan.points).map(|i| plan.value(i)).collect();
        let pick = ctx.link().callback(move |at: f64| {
            let x = from + (to - from) * at;
            let nearest = (0..=last).min_by(|a, b| {
                let off = |i: &u32| (places[*i as usize] - x).abs();
                off(a).total_cmp(&off(b))
            });
            Msg::Point(nearest.unwrap_or(0))
        });
        let json = {
            let chart = chart.clone();
            Callback::from(move |_: MouseEvent| save("sweep.json", "application/json", &to_json(&chart::table(&chart))))
        };
        let other = *plan != SweepPlan { strategies: plan.strategies.clone(), ..self.wanted.clone() };
        html! {
            <>
                <div class="sweep-tools">
                    <label>{ tr("sweep.metric-label") }
                        <select id="sweep-metric" onchange={metric}>
                            { for METRICS.iter().enumerate().map(|(i, m)| html! {
                                <option selected={i == self.metric}>{ tr(&format!("sweep.metric.{}", m.id)) }</option>
                            }) }
                        </select>
                    </label>
                    <button class="outlined" onclick={json}>{ "JSON" }</button>
                    if other { <span class="hint">{ tr("sweep.earlier") }</span> }
                </div>
                <Panel {chart} {theme} {width} {height} choose={None} pick={Some(pick)} {send} />
                <div class="sweep-point">
                    if plan.points > 1 {
                    <label>{ tr(&format!("sweep.param.{}", plan.param)) }
                        <select id="sweep-point" onchange={point}>
                            { for (0..plan.points).map(|i| html! { <option selected={i == self.point}>{ significant(plan.value(i), 4) }</option> }) }
                        </select>
                    </label>
                    }
                    { for self.cells.iter().filter(|cell| cell.point == self.point).map(|cell| self.cell(ctx, plan, cell)) }
                </div>
            </>
        }
    }

    /// What a strategy came to at the point looked at, and the way to one of its runs.
    fn cell(&self, ctx: &Context<Self>, plan: &SweepPlan, cell: &Cell) -> Html {
        let unit = self.metric().unit;
        let shown = |x: f64| {
            if unit.is_empty() {
                format!("{} %", significant(x * 100.0, 3))
            } else {
                format!("{} {unit}", significant(x, 4))
            }
        };
        let open = {
            let run = plan.run(cell.point * plan.replications * plan.ways().len() as u32 + cell.way as u32);
            let scenario = run.and_then(|run| plan.scenario_of(&run).ok());
            ctx.link().callback(move |_: MouseEvent| {
                Msg::Asked(scenario.clone().map_or(Action::Tick, |s| Action::OpenRun(Box::new(s))))
            })
        };
        let mean = cell.mean.map(|m| {
            let trust = m.too_short.map(|why| format!(" ({})", too_short(&tr, &why))).unwrap_or_default();
            format!("{} ± {}{trust}", shown(m.mean), shown(m.half_width))
        });
        let paired = cell.paired.map(|p| {
            let values = [
                ("strategy", way_name(plan, 0, &tr)),
                ("difference", shown(p.difference.mean)),
                ("half", shown(p.difference.half_width)),
                ("runs", cell.runs.to_string()),
                ("unpaired", significant(p.unpaired_runs, 4)),
            ];
            tr_with("sweep.paired", &values)
        });
        html! {
            <p style={mark(cell.way)}>
                <b>{ way_name(plan, cell.way, &tr) }</b>
                <span>{ mean.unwrap_or_else(|| "–".into()) }</span>
                if let Some(paired) = paired { <small>{ paired }</small> }
                <button class="outlined" onclick={open}>{ tr("sweep.open") }</button>
            </p>
        }
    }
}

/// The colour of a way.
fn mark(way: usize) -> String {
    format!("--mark:{}", server_colour(way).css())
}

/// The theme that the page shows.
fn theme() -> Theme {
    let root = gloo::utils::document().document_element();
    if root.and_then(|r| r.get_attribute("data-theme")).as_deref() == Some("dark") { Theme::Dark } else { Theme::Light }
}

fn plain(value: f64) -> String {
    significant(value, 6).replace('−', "-").replace([' ', '\u{202f}'], "")
}
