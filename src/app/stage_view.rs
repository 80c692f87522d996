//! A stage on the page: two canvases on top of each other, one for what stands and one for what
//! moves.

use super::canvas::Painter;
use super::i18n::tr;
use crate::page::Model;
use crate::sim::Timeline;
use crate::theory::{PredictionId, Quantity};
use crate::view::Run;
use crate::view::scene::Scene;
use crate::view::stage::{self, Inside, Layout, Look};
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::{Element, HtmlCanvasElement};
use yew::NodeRef;

/// The canvases of a stage and what was drawn on them last.
#[derive(Clone, Default)]
pub(crate) struct StageView {
    /// The frame that gives the size.
    pub frame: NodeRef,
    /// What stands.
    pub base: NodeRef,
    /// What moves.
    pub live: NodeRef,
    state: Rc<RefCell<Painted>>,
}

impl PartialEq for StageView {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state)
    }
}

#[derive(Default)]
struct Painted {
    scene: Scene,
    layout: Option<Layout>,
    painter: Painter,
}

/// The busy share predicted for each server, if a formula covers it.
fn predicted_busy(run: &Run) -> Option<&[f64]> {
    match &run.prediction(PredictionId::ServerUtilisation)?.value {
        Ok(Quantity::PerServer(shares)) => Some(shares),
        _ => None,
    }
}

/// Of which moment the balancer's state is.
fn inside(model: &Model, timeline: &Timeline) -> Inside {
    let at_the_pick = timeline.why().at_s == timeline.engine().now_s();
    if model.guess().hides() {
        Inside::Hidden
    } else if timeline.why().task > 0 && at_the_pick {
        Inside::After
    } else {
        Inside::Now
    }
}

impl StageView {
    /// The places of the servers at the last painting.
    pub(crate) fn servers(&self) -> Vec<crate::view::scene::Rect> {
        self.state
            .borrow()
            .layout
            .as_ref()
            .map(|l| l.servers.clone())
            .unwrap_or_default()
    }

    /// Paints the moment; what stands only if `base` is due. True if things stand elsewhere than
    /// before.
    pub(crate) fn paint(&self, model: &Model, run: &Run, flight: f64, base: bool) -> bool {
        let timeline = &run.timeline;
        let (Some(frame), Some(base_canvas), Some(live_canvas)) = (
            self.frame.cast::<Element>(),
            self.base.cast::<HtmlCanvasElement>(),
            self.live.cast::<HtmlCanvasElement>(),
        ) else {
            return false;
        };
        let mut moved = false;
        let mut state = self.state.borrow_mut();
        let Painted {
            scene,
            layout,
            painter,
        } = &mut *state;
        let look = Look {
            travel_s: stage::travel_s(model.speed(), timeline.engine().scenario()),
            flight,
            predicted_busy: predicted_busy(run),
            selected: model.selected(),
            inside: inside(model, timeline),
            t: &tr,
        };
        if base || layout.is_none() {
            let width = f64::from(frame.client_width());
            let height = f64::from(frame.client_height());
            if width < 50.0 || height < 50.0 {
                return false;
            }
            let new = Layout::new(width, height, timeline.engine());
            painter.set_theme(model.theme());
            let resized = painter.fit(&base_canvas, &live_canvas, width, height);
            let before = std::mem::take(&mut scene.base);
            stage::base(timeline, &new, &look, scene);
            if resized || before != scene.base || painter.theme_changed() {
                painter.paint_base(&base_canvas, scene);
            }
            moved = layout.as_ref() != Some(&new);
            *layout = Some(new);
        }
        if let Some(layout) = layout {
            stage::live(timeline, layout, &look, scene);
            painter.paint_live(&live_canvas, scene);
        }
        moved
    }
}
