//! The root component: owns the model, hands out what the parts show, and takes their actions.

use super::address::AddressBar;
use super::components::{dialogs, header, notice, send_some, stage, transport, why};
use super::frames::{Frames, now_ms};
use super::i18n::{self, tr};
use super::keyboard::focus;
use super::parts::Views;
use super::stage_view::StageView;
use super::{bench, listeners, settings};
use crate::page::Model;
use crate::page::action::{Action, Message, Rung, Tab};
use crate::page::display::View;
use crate::page::parts::Part;
use crate::page::settings::Language;
use crate::view::palette::Theme;
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// What the page begins with.
#[derive(Properties)]
pub(crate) struct Start {
    /// Opens what the address asks for, if anything.
    pub(crate) open: Vec<Action>,
}

/// A page begins once.
impl PartialEq for Start {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The whole page.
pub(crate) struct Root {
    model: Rc<RefCell<Model>>,
    stages: [StageView; 2],
    views: Rc<Views>,
    address: Rc<AddressBar>,
    /// What waits for the program of replicas.
    waiting: Vec<Action>,
    /// Sends an action here. A new one after each action lets everything be drawn again; while
    /// only time passes it stays the same, so that what it is given to is drawn again only if
    /// there is something else to show.
    send: Callback<Action>,
    /// Keeps the frames going.
    _frames: Rc<Frames>,
    _listeners: Vec<EventListener>,
}

impl Component for Root {
    type Message = Action;
    type Properties = Start;

    fn create(ctx: &Context<Self>) -> Self {
        let mut model = Model::new(settings::reader());
        for open in &ctx.props().open {
            model.update(open.clone(), now_ms());
        }
        if bench::is_asked_for() {
            model.update(Action::TogglePlay, now_ms());
        }
        let model = Rc::new(RefCell::new(model));
        let stages = [StageView::default(), StageView::default()];
        let send = ctx.link().callback(|action: Action| action);
        let address = AddressBar::new(Rc::clone(&model));
        let listeners = listeners::all(&send, &model, &address);
        let frames = Frames::start(Rc::clone(&model), stages.clone(), send.clone());
        Self {
            model,
            stages,
            views: Rc::default(),
            address,
            waiting: Vec::new(),
            send,
            _frames: frames,
            _listeners: listeners,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, action: Action) -> bool {
        let ticking = matches!(action, Action::Tick);
        if !ticking {
            self.send = ctx.link().callback(|action: Action| action);
        }
        let send = self.send.clone();
        // What is drawn next may give the stage another size. While time passes the stage is
        // painted together with what is said of it.
        if !ticking || !self.model.borrow().is_playing() {
            self.model.borrow_mut().mark_dirty();
        }
        let came = matches!(action, Action::Loaded(_));
        if matches!(action, Action::Scene(_) | Action::Open(_)) {
            // What was chosen before it is not wanted any more.
            self.waiting.clear();
        }
        if self.model.borrow().must_wait(&action) {
            self.waiting.push(action);
            self.model.borrow_mut().say(Message::LoadingReplicas);
            send.emit(Action::Load(Part::Replicas));
            return true;
        }
        self.release(&action, &send);
        match action {
            Action::Language(language) => {
                speak(language, send);
                return false;
            }
            Action::Load(part) => {
                if self.model.borrow_mut().ask_for(part) {
                    let views = Rc::clone(&self.views);
                    spawn_local(async move { views.load(part, send).await });
                }
                return true;
            }
            Action::Tick => {}
            action => self.apply(action, &send),
        }
        let model = self.model.borrow();
        if let Some(part) = model.part_wanted() {
            send.emit(Action::Load(part));
        } else if came && let Some(part) = model.part_ahead() {
            fetch_ahead(part, send);
        }
        if ticking && (model.is_playing() || model.shown().timeline.progress().is_some()) {
            self.address.passed();
        } else {
            self.address.changed();
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            // Asks for the parts that are shown.
            ctx.link().send_message(Action::Tick);
        }
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let model = self.model.borrow();
        let send = &self.send;
        set_theme(model.theme());
        let rung = match model.rung() {
            Rung::OneAllocation => "one-allocation",
            Rung::OneRun => "one-run",
            Rung::ManyRuns => "many-runs",
        };
        let many = model.rung() == Rung::ManyRuns;
        if model.job().is_some() {
            return html! {
                <div class="page">
                    { header::view(&model, send) }
                    { self.views.show(Part::Jobs, &model, send) }
                    { notice::view(&model, send) }
                    { dialogs::view(&model, self.views.show(Part::Dialogs, &model, send), send) }
                </div>
            };
        }
        let card = self.views.show(Part::Server, &model, send);
        let comparing = model.beside().is_some().then_some("comparing");
        let display = model.display();
        let whole = display.view() == View::Whole;
        let charts = !many && display.view() != View::Embed && model.shows("charts");
        html! {
            <div class={classes!("page", rung, comparing, display.view().word())}>
                if whole { { header::view(&model, send) } }
                <main class="work">
                    <h1 class="hidden">{ tr("page.title") }</h1>
                    { stage::view(&model, &self.stages, &card, send) }
                    if model.guess().is_shown() {
                        { self.views.show(Part::Guess, &model, send) }
                    }
                    { transport::view(&model, send) }
                    { why::said(&model) }
                    if charts { { self.views.show(Part::Charts, &model, send) } }
                    if model.lab_opened() {
                        <div id="lab" hidden={!many}>
                            { self.views.show(Part::Lab, &model, send) }
                        </div>
                    }
                </main>
                if model.has_side() { { self.side(&model, send) } }
                if !display.words().is_empty() {
                    { self.views.show(Part::Display, &model, send) }
                }
                { notice::view(&model, send) }
                { dialogs::view(&model, self.views.show(Part::Dialogs, &model, send), send) }
            </div>
        }
    }
}

impl Root {
    /// The panels at the side.
    fn side(&self, model: &Model, send: &Callback<Action>) -> Html {
        let panel = match model.tab() {
            Tab::SetUp => self.views.show(Part::SetUp, model, send),
            Tab::Why => {
                let exercise = self
                    .views
                    .here(Part::Lessons, model, send)
                    .unwrap_or_default();
                why::view(model, exercise, self.views.show(Part::SetUp, model, send))
            }
            Tab::Formulas => self.views.show(Part::Theory, model, send),
            Tab::Guide => self.views.show(Part::Guide, model, send),
            Tab::Lessons => self.views.show(Part::Lessons, model, send),
        };
        let name = model.tab().id();
        html! {
            <aside class="side" aria-label={tr("page.side")}>
                { tabs(model, send) }
                <div class="panel" role="tabpanel" id="panel" tabindex="0" aria-labelledby={name}>
                    { panel }
                </div>
            </aside>
        }
    }

    /// Does what waited for the program of replicas, when it has come; forgets it, when it cannot
    /// be had.
    fn release(&mut self, action: &Action, send: &Callback<Action>) {
        match action {
            Action::Loaded(Part::Replicas) => {
                self.waiting.drain(..).for_each(|waited| send.emit(waited));
            }
            Action::Missing(Part::Replicas) if !self.waiting.is_empty() => {
                self.waiting.clear();
                self.model.borrow_mut().say(Message::NoReplicas);
            }
            _ => {}
        }
    }

    /// Applies an action, and what it asks of the browser.
    fn apply(&self, action: Action, send: &Callback<Action>) {
        let mut model = self.model.borrow_mut();
        let selected = model.selected();
        let messages = model.messages();
        let settings = model.settings().clone();
        model.update(action, now_ms());
        if let (Some(server), None) = (selected, model.selected()) {
            focus(&format!("server-{server}"));
        }
        if model.messages() != messages {
            expire(&model, send.clone());
        }
        if *model.settings() != settings {
            settings::save(model.settings());
        }
    }
}

/// Fetches the texts of a language.
fn speak(language: Language, send: Callback<Action>) {
    spawn_local(async move {
        let spoken = i18n::speak(language, true).await;
        let spoken = spoken.map(|()| language).map_err(|e| i18n::words(&e));
        send.emit(Action::Spoken(spoken));
    });
}

/// Fetches a part that is not needed yet, a little later: what is shown comes first.
fn fetch_ahead(part: Part, send: Callback<Action>) {
    const LATER_MS: u32 = 1500;
    Timeout::new(LATER_MS, move || send.emit(Action::Load(part))).forget();
}

/// A message that refuses nothing goes away by itself.
fn expire(model: &Model, send: Callback<Action>) {
    const READ_MS: u32 = 7000;
    let count = model.messages();
    let passing = model.message().is_some_and(|message| !message.remains());
    if passing && !bench::is_asked_for() {
        Timeout::new(READ_MS, move || send.emit(Action::Expire(count))).forget();
    }
}

/// What tabs are called.
const TABS: [&str; Tab::ALL.len()] = [
    "tabs.set-up",
    "tabs.why",
    "tabs.formulas",
    "tabs.guide",
    "tabs.lessons",
];

/// The tabs shown; of other layouts none.
fn tabs(model: &Model, send: &Callback<Action>) -> Html {
    if model.display().view() != View::Whole {
        return html! {};
    }
    let mut all = Tab::ALL.to_vec();
    all.retain(|tab| model.shows_tab(*tab));
    let tabs = (0..all.len()).map(|i| tab(i, &all, model.tab(), send));
    html! { <div class="tabs" role="tablist" aria-label={tr("page.side")}>{ for tabs }</div> }
}

/// The `i`-th tab; arrow keys lead to the others.
fn tab(i: usize, all: &[Tab], shown: Tab, send: &Callback<Action>) -> Html {
    let tab = all[i];
    let last = all.len() - 1;
    let next = all[if i == last { 0 } else { i + 1 }];
    let before = all[if i == 0 { last } else { i - 1 }];
    let ends = (all[0], all[last]);
    let selected = shown == tab;
    let onclick = send.reform(move |_: MouseEvent| Action::Tab(tab));
    let onkeydown = send_some(send, move |e: KeyboardEvent| {
        let to = match e.key().as_str() {
            "ArrowRight" => next,
            "ArrowLeft" => before,
            "Home" => ends.0,
            "End" => ends.1,
            _ => return None,
        };
        focus(to.id());
        Some(Action::Tab(to))
    });
    html! {
        <button role="tab" id={tab.id()} aria-selected={selected.to_string()}
            aria-controls="panel" tabindex={if selected { "0" } else { "-1" }}
            {onclick} {onkeydown}>{ tr(TABS[tab as usize]) }</button>
    }
}

fn set_theme(theme: Theme) {
    let name = match theme {
        Theme::Dark => "dark",
        Theme::Light => "light",
    };
    if let Some(root) = gloo::utils::document().document_element() {
        let _ = root.set_attribute("data-theme", name);
    }
}
