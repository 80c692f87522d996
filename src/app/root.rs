//! The root component: owns the model, hands out what the parts show, and takes their actions.

use super::action::{Action, Rung, Tab};
use super::address::AddressBar;
use super::components::{dialogs, header, notice, stage, transport, why};
use super::frames::{Frames, now_ms};
use super::i18n::{self, tr};
use super::model::Model;
use super::part::Part;
use super::parts::Views;
use super::stage_view::StageView;
use super::{address, bench, keyboard};
use crate::view::palette::Theme;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlSelectElement, KeyboardEvent};
use yew::prelude::*;

/// The whole page.
pub struct Root {
    model: Rc<RefCell<Model>>,
    stages: [StageView; 2],
    views: Rc<Views>,
    address: Rc<AddressBar>,
    /// Keeps the frames going.
    _frames: Rc<Frames>,
    _listeners: Vec<EventListener>,
}

impl Component for Root {
    type Message = Action;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let model = Rc::new(RefCell::new(Model::new()));
        if bench::is_asked_for() {
            let mut model = model.borrow_mut();
            model.update(Action::Open(Ok(Box::new(bench::link()))), now_ms());
            model.playing = true;
        } else if let Some(link) = address::read() {
            model
                .borrow_mut()
                .update(Action::Open(link.map(Box::new)), now_ms());
        }
        let stages = [StageView::default(), StageView::default()];
        let send = ctx.link().callback(|action: Action| action);
        let address = AddressBar::new(Rc::clone(&model));
        let listeners = listeners(&send, &model, &address);
        let frames = Frames::start(Rc::clone(&model), stages.clone(), send);
        Self {
            model,
            stages,
            views: Rc::default(),
            address,
            _frames: frames,
            _listeners: listeners,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, action: Action) -> bool {
        if let Action::Language(language) = action {
            let send = ctx.link().callback(|action: Action| action);
            spawn_local(async move {
                let spoken = i18n::speak(language)
                    .await
                    .map(|()| language)
                    .map_err(|e| i18n::words(&e));
                send.emit(Action::Spoken(spoken));
            });
            return false;
        }
        let ticking = matches!(action, Action::Tick);
        let loaded = matches!(action, Action::Loaded(_));
        if let Action::Load(part) = action {
            if self.model.borrow_mut().parts.ask(part) {
                let send = ctx.link().callback(|action: Action| action);
                let views = Rc::clone(&self.views);
                spawn_local(async move { views.load(part, send).await });
            }
            return true;
        }
        let mut model = self.model.borrow_mut();
        if !ticking {
            let (before, selected) = (model.notices, model.selected);
            model.update(action, now_ms());
            if let (Some(server), None) = (selected, model.selected) {
                focus(&format!("server-{server}"));
            }
            if model.notices != before {
                expire(&model, ctx.link().callback(|action: Action| action));
            }
        }
        let paused = !model.playing;
        if let Some(part) = model.part_wanted() {
            ctx.link().send_message(Action::Load(part));
        } else if loaded && let Some(part) = model.part_ahead() {
            fetch_ahead(part, ctx.link().callback(|action: Action| action));
        }
        drop(model);
        if ticking && !paused {
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
        // A new layout of the page may have changed the stage's size.
        self.model.borrow_mut().dirty = true;
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let model = self.model.borrow();
        let send = ctx.link().callback(|action: Action| action);
        let part = |part: Part| self.views.show(part, &model, &send);
        set_theme(model.theme);
        let rung = match model.rung {
            Rung::OneAllocation => "one-allocation",
            Rung::OneRun => "one-run",
            Rung::ManyRuns => "many-runs",
        };
        let many = model.rung == Rung::ManyRuns;
        let class = classes!("page", rung, model.other.is_some().then_some("comparing"));
        html! {
            <div {class}>
                { header::view(&model, &send) }
                <main class="work">
                    <h1 class="hidden">{ tr("page.title") }</h1>
                    { stage::view(&model, &self.stages, &send) }
                    { transport::view(&model, &send) }
                    if !many { { part(Part::Charts) } }
                    if model.lab_opened {
                        <div id="lab" hidden={!many}>{ part(Part::Lab) }</div>
                    }
                </main>
                <aside class="side" aria-label={tr("page.side")}>
                    { tabs(&model, &send) }
                    <div class="panel" role="tabpanel" id="panel" tabindex="0"
                        aria-labelledby={tab_id(model.tab)}>
                        { match model.tab {
                            Tab::SetUp => part(Part::SetUp),
                            Tab::Why => why::view(&model, part(Part::SetUp)),
                            Tab::Formulas => part(Part::Theory),
                            Tab::Guide => part(Part::Guide),
                        } }
                    </div>
                </aside>
                { notice::view(&model, &send) }
                { dialogs::view(&model, part(Part::Export), &send) }
            </div>
        }
    }
}

/// Gives the focus to an element.
fn focus(id: &str) {
    if let Some(element) = gloo::utils::document().get_element_by_id(id) {
        let _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}

/// A message that refuses nothing goes away by itself.
fn expire(model: &Model, send: Callback<Action>) {
    const READ_MS: u32 = 7000;
    let count = model.notices;
    if model.notice.as_ref().is_some_and(|notice| !notice.refusal) && !super::bench::is_asked_for()
    {
        Timeout::new(READ_MS, move || send.emit(Action::Expire(count))).forget();
    }
}

fn tab_id(tab: Tab) -> &'static str {
    match tab {
        Tab::SetUp => "tab-set-up",
        Tab::Why => "tab-why",
        Tab::Formulas => "tab-formulas",
        Tab::Guide => "tab-guide",
    }
}

fn tabs(model: &Model, send: &Callback<Action>) -> Html {
    const TABS: [(Tab, &str); 4] = [
        (Tab::SetUp, "tabs.set-up"),
        (Tab::Why, "tabs.why"),
        (Tab::Formulas, "tabs.formulas"),
        (Tab::Guide, "tabs.guide"),
    ];
    let tab = |(i, (tab, key)): (usize, &(Tab, &str))| {
        let selected = model.tab == *tab;
        let show = send.reform(|tab: Tab| Action::Tab(tab));
        let this = *tab;
        let onclick = show.reform(move |_: MouseEvent| this);
        let onkeydown = Callback::from(move |e: KeyboardEvent| {
            let to = match e.key().as_str() {
                "ArrowRight" => (i + 1) % TABS.len(),
                "ArrowLeft" => (i + TABS.len() - 1) % TABS.len(),
                "Home" => 0,
                "End" => TABS.len() - 1,
                _ => return,
            };
            show.emit(TABS[to].0);
            focus(tab_id(TABS[to].0));
        });
        html! {
            <button role="tab" id={tab_id(this)} aria-selected={selected.to_string()}
                aria-controls="panel" tabindex={if selected { "0" } else { "-1" }}
                {onclick} {onkeydown}>{ tr(key) }</button>
        }
    };
    html! {
        <div class="tabs" role="tablist" aria-label={tr("page.side")}>
            { for TABS.iter().enumerate().map(tab) }
        </div>
    }
}

/// Fetches a part that is not needed yet, a little later: what is shown comes first.
fn fetch_ahead(part: Part, send: Callback<Action>) {
    const LATER_MS: u32 = 1500;
    Timeout::new(LATER_MS, move || send.emit(Action::Load(part))).forget();
}

fn set_theme(theme: Theme) {
    if let Some(root) = gloo::utils::document().document_element() {
        let _ = root.set_attribute(
            "data-theme",
            if theme == Theme::Dark {
                "dark"
            } else {
                "light"
            },
        );
    }
}

/// Keys, lists, a window of another size, and a link put into the address bar.
fn listeners(
    send: &Callback<Action>,
    model: &Rc<RefCell<Model>>,
    address: &Rc<AddressBar>,
) -> Vec<EventListener> {
    let window = gloo::utils::window();
    let keys = {
        let (send, model) = (send.clone(), Rc::clone(model));
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&window, "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                return;
            };
            let dialog_open = model.try_borrow().is_ok_and(|m| m.dialog.is_some());
            if let Some(action) = keyboard::action(event, dialog_open) {
                event.prevent_default();
                send.emit(action);
            }
        })
    };
    // A list chosen from with the mouse gives the focus back, or the arrow keys would go on
    // choosing instead of stepping.
    let by_pointer = Rc::new(Cell::new(false));
    let follow = |name, by| {
        let by_pointer = Rc::clone(&by_pointer);
        EventListener::new(&window, name, move |_| by_pointer.set(by))
    };
    let (pressed, typed) = (follow("pointerdown", true), follow("keydown", false));
    let chosen = EventListener::new(&window, "change", move |event| {
        let list = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
        if let Some(list) = list.filter(|_| by_pointer.get()) {
            let _ = list.blur();
        }
    });
    let resize = send.reform(|()| Action::Tick);
    let open = send.reform(|link: Result<Box<_>, _>| Action::Open(link));
    // The last chance to write: afterwards a tab may be ended without another event.
    let leave = |target: &web_sys::EventTarget, name| {
        let address = Rc::clone(address);
        EventListener::new(target, name, move |_| address.write())
    };
    let dirty = Rc::clone(model);
    vec![
        keys,
        pressed,
        typed,
        chosen,
        EventListener::new(&window, "resize", move |_| {
            if let Ok(mut model) = dirty.try_borrow_mut() {
                model.dirty = true;
            }
            resize.emit(());
        }),
        EventListener::new(&window, "hashchange", move |_| {
            if let Some(link) = address::read() {
                open.emit(link.map(Box::new));
            }
        }),
        leave(&window, "pagehide"),
        leave(&gloo::utils::document(), "visibilitychange"),
    ]
}
