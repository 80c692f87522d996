//! Servers that an autoscaler has off, starts or drains.

use super::card::is_tall;
use crate::scene::{Drawing, Paint, Rect, font};
use equipoise_engine::sim::Timeline;
use equipoise_engine::sim::scaling::Phase;

/// What is said of a server that takes no tasks because of an autoscaler, with its mark.
pub(super) struct Standby {
    pub(super) mark: char,
    pub(super) text: String,
    /// The part of its start that is over; None if it drains.
    started: Option<f64>,
}

impl Standby {
    /// None of a server that takes tasks.
    #[inline(never)]
    pub(super) fn of(
        timeline: &Timeline,
        server: usize,
        t: &dyn Fn(&str) -> String,
    ) -> Option<Self> {
        let engine = timeline.engine();
        let scaler = engine.scaler()?;
        if let Some(start) = scaler.start(server, engine.now_s()) {
            let stage = t(&format!("standby.{}", start.stage));
            let rest = format!("{:.0}", start.rest_s.ceil());
            return Some(Self {
                mark: '◔',
                text: t("standby.starting")
                    .replace("%{stage}", &stage)
                    .replace("%{n}", &rest),
                started: Some(start.share),
            });
        }
        match scaler.phase(server) {
            Phase::Off => Some(Self {
                mark: '○',
                text: t("standby.off"),
                started: Some(0.0),
            }),
            Phase::Draining { .. } => Some(Self {
                mark: '◌',
                text: t("stage.draining"),
                started: None,
            }),
            Phase::Starting { .. } | Phase::Ready { .. } => None,
        }
    }

    /// Whether its card is only the place of one.
    pub(super) fn is_ghost(&self) -> bool {
        self.started.is_some()
    }

    /// What is said of it, in the place of the tasks of a card whose name is at `name_y`.
    pub(super) fn words(&self, rect: &Rect, name_y: f64, d: &mut Drawing) {
        let (x, y) = match is_tall(rect) {
            true => (rect.x + 8.0, name_y + 22.0),
            false => (rect.x + 46.0, name_y),
        };
        let room = rect.right() - 6.0 - x;
        d.text_in(
            (x, y),
            self.text.clone(),
            font(11.0).start(Paint::Muted),
            room,
        );
    }

    /// How far the start is, as a filling of the card.
    pub(super) fn fill(&self, server: usize, rect: &Rect, radius: f64, d: &mut Drawing) {
        let share = self.started.unwrap_or(0.0);
        if share > 0.0 {
            let filled = Rect::new(rect.x, rect.y, rect.w * share.min(1.0), rect.h);
            d.fill(filled, radius, Paint::Soft(server as u16));
        }
    }
}

/// What the picture says of a server that takes no tasks because of an autoscaler.
pub fn standby(timeline: &Timeline, server: usize, t: &dyn Fn(&str) -> String) -> Option<String> {
    Standby::of(timeline, server, t).map(|standby| standby.text)
}
