//! The state of a strategy as a picture inside its balancer, one form a file.

mod bars;
mod interval;
mod listing;
mod ring;
mod slots;
mod turns;

use super::Look;
use crate::palette::server_marker;
use crate::scene::{Drawing, Paint, Rect, font};
use equipoise_engine::balance::Picture;
use equipoise_engine::scenario::letter;

/// Draws one picture into an area.
pub(super) struct Frame<'a, 'b> {
    /// Where it goes; what is left of it while drawing.
    pub area: Rect,
    /// The server that the latest decision picked here.
    pub chosen: Option<usize>,
    /// Texts.
    pub look: &'a Look<'b>,
    /// Takes the shapes.
    pub d: &'a mut Drawing,
    /// How many servers there are.
    pub servers: usize,
}

impl Frame<'_, '_> {
    /// Draws what the strategy shows of its state.
    pub(super) fn picture(&mut self, picture: &Picture) {
        match picture {
            Picture::Turns { order, next } => self.turns(order, *next),
            Picture::Bars {
                label,
                values,
                largest_wins,
            } => self.bars(label, values, *largest_wins, None),
            Picture::Candidates {
                label,
                values,
                drawn,
            } => self.bars(label, values, false, Some(drawn)),
            Picture::Interval { ends, drawn } => self.interval(ends, *drawn),
            Picture::Slots {
                label,
                owners,
                key,
                hash,
                slot,
                slots,
            } => {
                self.caption(&format!("picture.{label}"));
                self.slots(owners, key, *hash, *slot, *slots);
            }
            Picture::Ring { owners, key, at } => self.ring(owners, key, *at),
            Picture::NoServer => self.caption("picture.no-server"),
            Picture::Shared => self.caption("picture.shared"),
            Picture::Listing { policy, counts } => self.listing(policy, counts),
        }
    }

    /// A line of small text at the top; what is below it becomes the area.
    fn caption(&mut self, key: &str) {
        if self.area.h < 84.0 {
            return;
        }
        let text = (self.look.t)(key);
        let a = &mut self.area;
        self.d
            .text_in((a.x, a.y + 6.0), text, font(12.0).start(Paint::Muted), a.w);
        a.y += 20.0;
        a.h -= 20.0;
    }
}

/// A server's marker and letter.
fn marked_name(server: usize) -> String {
    format!("{} {}", server_marker(server).glyph(), letter(server))
}
