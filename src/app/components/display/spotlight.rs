//! A light on what a step is about: the balancer, the server that was picked and the chart. All
//! else is dimmed.

use super::find;
use crate::page::Model;
use crate::view::scene::Rect;
use crate::view::stage::Layout;
use yew::prelude::*;

/// The dimming, with a hole for each thing that is lit; none while time passes, before the first
/// decision, and where two runs are compared.
pub(super) fn view(model: &Model) -> Option<Html> {
    let timeline = &model.shown().timeline;
    let why = timeline.why();
    if model.is_playing() || why.task == 0 || model.beside().is_some() {
        return None;
    }
    let stage = find(".stage")?;
    let place = stage.get_bounding_client_rect();
    let (width, height) = (
        f64::from(stage.client_width()),
        f64::from(stage.client_height()),
    );
    // In a page that was hidden a moment ago it has no size yet.
    if width == 0.0 {
        return None;
    }
    let layout = Layout::new(width, height, timeline.engine());
    // The layout may be enlarged.
    let scale = place.width() / width;
    let chosen = why.chosen.filter(|_| !model.guess().hides());
    let server = chosen.and_then(|server| layout.servers.get(usize::from(server)));
    let on_stage = layout.balancers.iter().chain(server).map(|r| Rect {
        x: place.left() + r.x * scale,
        y: place.top() + r.y * scale,
        w: r.w * scale,
        h: r.h * scale,
    });
    let beside = [
        ".chart",
        ".caption",
        ".guess",
        ".transport",
        ".side",
        ".display",
    ];
    let beside = beside.iter().filter_map(|selector| {
        let r = find(selector)?.get_bounding_client_rect();
        Some(Rect::new(r.left(), r.top(), r.width(), r.height()))
    });
    let window = gloo::utils::window();
    let w = window.inner_width().ok()?.as_f64()?;
    let h = window.inner_height().ok()?.as_f64()?;
    let holes = on_stage.chain(beside).map(|r| hole(&r));
    let path = format!("M0 0H{w}V{h}H0Z{}", holes.collect::<String>());
    Some(html! {
        <svg class="spotlight" viewBox={format!("0 0 {w} {h}")} preserveAspectRatio="none"
            aria-hidden="true">
            <path d={path} fill-rule="evenodd" />
        </svg>
    })
}

/// A rectangle as a piece of a path.
fn hole(r: &Rect) -> String {
    format!("M{} {}h{}v{}h{}Z", r.x, r.y, r.w, r.h, -r.w)
}
