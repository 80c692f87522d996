//! How few servers meet goals: the question, the search in workers, and the answer.

mod form;
mod results;

use super::notice::field_error;
use crate::app::frames::now_ms;
use crate::app::i18n::{self, tr, tr_with};
use crate::app::pool::Pool;
use crate::page::Model;
use crate::page::action::{Action, Rung};
use crate::page::settings::Language;
use crate::scenario::Scenario;
use crate::sweep::RunResult;
use crate::sweep::size::{Search, Sizing};
use crate::view::palette::Theme;
use crate::worker::protocol::{Reply, Request};
use yew::prelude::*;

/// A search that is redrawn after each of many runs would keep the page from answering.
const REDRAW_MS: f64 = 250.0;

/// The switch between a sweep and the question, and the question while it is open.
pub(super) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let scenario = (model.rung() == Rung::ManyRuns).then(|| model.scenario().clone());
    let sizing = model.sizing().cloned();
    html! {
        <Size {scenario} {sizing} theme={model.theme()} language={i18n::language()}
            send={send.clone()} />
    }
}

/// What the panel needs.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The scenario; none while the page shows something else.
    scenario: Option<Scenario>,
    /// The question; none while it is not open.
    sizing: Option<Sizing>,
    theme: Theme,
    /// Its texts change with it.
    language: Language,
    send: Callback<Action>,
}

/// What happens to the panel.
pub(crate) enum Msg {
    /// The search begins.
    Start,
    /// The workers are ended; what is there stays.
    Cancel,
    /// A worker has answered.
    Heard(Reply),
    /// Another goal's quantity is drawn.
    Goal(usize),
}

/// The panel, and what has come back so far.
pub(crate) struct Size {
    /// The scenario that the page shows.
    scenario: Scenario,
    /// What was asked last, to come back to.
    wanted: Option<Sizing>,
    /// What is wrong with that.
    problem: Option<String>,
    /// What the results are of.
    asked: Option<(Sizing, Search)>,
    results: Vec<RunResult>,
    /// Runs that are due or done.
    due: usize,
    pool: Option<Pool>,
    refused: Option<String>,
    drawn_ms: f64,
    goal: usize,
}

impl Component for Size {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let mut panel = Self {
            scenario: Scenario::default(),
            wanted: None,
            problem: None,
            asked: None,
            results: Vec::new(),
            due: 0,
            pool: None,
            refused: None,
            drawn_ms: 0.0,
            goal: 0,
        };
        panel.take(ctx.props());
        panel
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Start => self.start(ctx),
            Msg::Cancel => self.pool = None,
            Msg::Heard(Reply::Ready) => return false,
            Msg::Heard(Reply::Done(result)) => {
                self.results.push(*result);
                if self.results.len() == self.due {
                    self.go_on();
                } else if now_ms() - self.drawn_ms < REDRAW_MS {
                    return false;
                }
                self.drawn_ms = now_ms();
            }
            Msg::Heard(Reply::Refused(why)) => {
                self.pool = None;
                self.refused = Some(why);
            }
            Msg::Goal(goal) => self.goal = goal,
        }
        true
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &Props) -> bool {
        self.take(ctx.props());
        ctx.props().scenario.is_some()
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props { sizing, .. } = ctx.props();
        html! {
            <>
                { self.switch(ctx) }
                if let Some(sizing) = sizing {
                    <section class="sweep size" aria-label={tr("size.title")}>
                        { self.form(ctx, sizing) }
                        { self.progress() }
                        if let Some((asked, search)) = &self.asked {
                            { self.found(ctx, asked, search) }
                        } else {
                            <p class="lead">{ tr("size.lead") }</p>
                        }
                    </section>
                }
            </>
        }
    }
}

impl Size {
    /// Takes what the page wants.
    fn take(&mut self, props: &Props) {
        if let Some(scenario) = &props.scenario {
            if scenario.name != self.scenario.name {
                self.wanted = None;
            }
            self.scenario = scenario.clone();
        }
        if let Some(sizing) = &props.sizing {
            self.wanted = Some(sizing.clone());
            let search = sizing.search(&self.scenario);
            self.problem = search.err().map(|error| field_error(&error));
        }
    }

    fn start(&mut self, ctx: &Context<Self>) {
        let Some(sizing) = self.wanted.clone() else {
            return;
        };
        let Ok(search) = sizing.search(&self.scenario) else {
            return;
        };
        self.refused = None;
        self.goal = 0;
        self.results.clear();
        let due = search.due(&[]);
        self.due = due.len();
        let asked = search.clone();
        let request = move |index| Request::of_search(&asked, index);
        let most = search.grid().replications * search.grid().arms().len() as u32;
        let heard = ctx.link().callback(Msg::Heard);
        self.pool = Some(Pool::start(most, due, request, heard));
        self.asked = Some((sizing, search));
    }

    /// Has the runs done that come next; ends the workers if there are none.
    fn go_on(&mut self) {
        let Some((_, search)) = &self.asked else {
            return;
        };
        let due = search.due(&self.results);
        self.due += due.len();
        match &self.pool {
            Some(pool) if !due.is_empty() => pool.more(due),
            _ => self.pool = None,
        }
    }

    /// A sweep, or this question.
    fn switch(&self, ctx: &Context<Self>) -> Html {
        let Props { sizing, send, .. } = ctx.props();
        let is_open = sizing.is_some();
        let question = self.wanted.clone();
        let question = question.unwrap_or_else(|| Sizing::usual(&self.scenario));
        let close = send.reform(|_: MouseEvent| Action::Size(None));
        let open = send.reform(move |_: MouseEvent| Action::Size(Some(Box::new(question.clone()))));
        html! {
            <div class="segments lab-switch" role="group" aria-label={tr("size.switch")}>
                <button id="lab-sweep" aria-pressed={(!is_open).to_string()} onclick={close}>
                    { tr("size.sweep") }</button>
                <button id="lab-size" aria-pressed={is_open.to_string()} onclick={open}>
                    { tr("size.open") }</button>
            </div>
        }
    }

    /// How far it is, and what went wrong.
    fn progress(&self) -> Html {
        let refusal = self.problem.as_ref().or(self.refused.as_ref());
        let refusal = refusal.map(|why| html! { <p class="refused" role="alert">{ why }</p> });
        let done = self.results.len();
        let key = match (self.pool.is_some(), done == self.due) {
            _ if self.asked.is_none() || self.refused.is_some() => return html! { { for refusal } },
            (true, _) if done == 0 => "sweep.starting",
            (true, _) => "size.running",
            (false, true) => "size.done",
            (false, false) => "size.cancelled",
        };
        html! {
            <>
            { for refusal }
            <p class="sweep-progress">
                <progress max={self.due.to_string()} value={done.to_string()}
                    aria-label={tr("sweep.progress")} />
                <span role="status">{ tr_with(key, &[("runs", done.to_string())]) }</span>
            </p>
            </>
        }
    }
}
