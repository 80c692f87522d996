//! The lab: the page's part for many runs, a program of its own that is loaded when it is first
//! opened, since a first visit can do without it.
//!
//! The two speak through the element `#lab`, which stands beside the page's root and not in it: two
//! programs of Yew in one tree would take each other's events for their own. Its attribute
//! `data-state` holds a link with the plan of a sweep, which the page writes and the lab follows;
//! the lab's events `plan` (the reader planned something else) and `run` (one of the runs is to be
//! shown on the stage) carry a link each.

use super::components::sweep::Sweep;
use super::{i18n, settings};
use crate::link::Link;
use crate::sweep::SweepPlan;
use js_sys::Function;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Element, MutationObserver, MutationObserverInit};

/// Starts the lab.
pub fn start() {
    super::watch_for_panics();
    wasm_bindgen_futures::spawn_local(async {
        match (element(), i18n::speak(language()).await) {
            (Some(lab), Ok(())) => drop(yew::Renderer::<Sweep>::with_root(lab).render()),
            (_, Err(error)) => super::show_banner(&i18n::words(&error)),
            (None, _) => super::show_banner("the page has no place for the lab"),
        }
    });
}

fn element() -> Option<Element> {
    gloo::utils::document().get_element_by_id("lab")
}

/// The language that the page speaks.
pub fn language() -> i18n::Language {
    let root = gloo::utils::document().document_element();
    let tag = root.and_then(|root| root.get_attribute("lang"));
    let known = i18n::Language::ALL
        .into_iter()
        .find(|l| Some(l.tag()) == tag.as_deref());
    known.unwrap_or_else(|| settings::load().language())
}

/// The plan that the page wants; None while it shows something else.
pub fn plan() -> Option<SweepPlan> {
    let state = element()?.get_attribute("data-state")?;
    Link::from_fragment(&state)?.ok()?.sweep.map(|plan| *plan)
}

/// Tells the page something.
pub fn tell(event: &str, link: &Link) {
    let init = CustomEventInit::new();
    init.set_detail(&link.to_fragment().into());
    if let (Some(lab), Ok(event)) = (
        element(),
        CustomEvent::new_with_event_init_dict(event, &init),
    ) {
        let _ = lab.dispatch_event(&event);
    }
}

/// Calls back when the plan, the language or the theme has changed, for as long as the page lives.
pub fn follow(changed: impl Fn() + 'static) {
    let changed = Closure::<dyn Fn()>::new(changed)
        .into_js_value()
        .unchecked_into::<Function>();
    let Ok(observer) = MutationObserver::new(&changed) else {
        return;
    };
    let names = ["data-state", "data-theme", "lang"].map(JsValue::from);
    let options = MutationObserverInit::new();
    options.set_attribute_filter(&js_sys::Array::from_iter(names.iter()));
    for element in [element(), gloo::utils::document().document_element()]
        .into_iter()
        .flatten()
    {
        let _ = observer.observe_with_options(&element, &options);
    }
}
