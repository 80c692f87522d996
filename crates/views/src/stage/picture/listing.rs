//! The program as the article prints it.

use super::Frame;
use crate::scene::{Paint, Rect, Stroke, mono};

impl Frame<'_, '_> {
    /// The listing's policy and its counters.
    pub(super) fn listing(&mut self, policy: &str, counts: &[u32]) {
        let a = self.area;
        if a.h >= 110.0 {
            let code = format!("policy = {policy:?}");
            self.d.text_in(
                (a.x, a.y + 8.0),
                "servers[0]",
                mono(12.0).start(Paint::Muted),
                a.w,
            );
            self.d
                .text_in((a.x, a.y + 26.0), code, mono(12.0).start(Paint::Ink), a.w);
            let rule = Stroke {
                paint: Paint::Line,
                width: 1.0,
                dashed: true,
            };
            self.d
                .line((a.x, a.y + 42.0), (a.right(), a.y + 42.0), rule);
            self.area = Rect::new(a.x, a.y + 50.0, a.w, a.h - 50.0);
        }
        let values: Vec<f64> = counts.iter().map(|&c| f64::from(c)).collect();
        debug_assert_eq!(values.len(), self.servers);
        self.bars("listing-counts", &values, false, None);
    }
}
