//! Paints a scene on canvases.

use super::settings;
use crate::view::palette::{Theme, server_colour, text_on};
use crate::view::scene::{
    Anchor, Block, Drawing, Font, Paint, Rect, Scene, Shape, Stroke, controls,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

const SANS: &str = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'PingFang SC', \
                    'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";
const MONO: &str = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/// Blocks up to this many get round corners and numbers; more are plain rectangles.
const FINE: usize = 300;

/// The colours of a theme and the size of the canvases.
pub(crate) struct Painter {
    theme: Theme,
    theme_changed: bool,
    /// Those used so far; there are few.
    colours: Vec<(Paint, String)>,
    ratio: f64,
}

impl Default for Painter {
    fn default() -> Self {
        Self {
            theme: Theme::Light,
            theme_changed: true,
            colours: Vec::new(),
            ratio: 1.0,
        }
    }
}

impl Painter {
    /// Paints in this theme from now on.
    pub(crate) fn set_theme(&mut self, theme: Theme) {
        if self.theme != theme {
            self.theme = theme;
            self.theme_changed = true;
            self.colours.clear();
        }
    }

    /// Whether the theme has changed since the last question.
    pub(crate) fn theme_changed(&mut self) -> bool {
        std::mem::take(&mut self.theme_changed)
    }

    /// Gives the canvases this size (CSS px) at the screen's resolution; true if it was another
    /// before.
    pub(crate) fn fit(
        &mut self,
        base: &HtmlCanvasElement,
        live: &HtmlCanvasElement,
        width: f64,
        height: f64,
    ) -> bool {
        // The layout may be enlarged.
        let enlarged = base.get_bounding_client_rect().width() / width;
        let ratio = gloo::utils::window().device_pixel_ratio() * enlarged;
        self.ratio = ratio.clamp(1.0, 3.0);
        let w = (width * self.ratio).round() as u32;
        let h = (height * self.ratio).round() as u32;
        let mut changed = false;
        for canvas in [base, live] {
            if canvas.width() != w || canvas.height() != h {
                canvas.set_width(w);
                canvas.set_height(h);
                changed = true;
            }
        }
        changed
    }

    /// Paints what stands.
    pub(crate) fn paint_base(&mut self, canvas: &HtmlCanvasElement, scene: &Scene) {
        if let Some(context) = self.clear(canvas) {
            self.drawing(&context, &scene.base);
        }
    }

    /// Paints what moves.
    pub(crate) fn paint_live(&mut self, canvas: &HtmlCanvasElement, scene: &Scene) {
        let Some(context) = self.clear(canvas) else {
            return;
        };
        self.drawing(&context, &scene.live);
        if scene.blocks.len() <= FINE {
            scene
                .blocks
                .iter()
                .for_each(|block| self.fine_block(&context, block));
        } else {
            self.plain_blocks(&context, &scene.blocks);
        }
    }

    fn clear(&self, canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let _ = context.set_transform(self.ratio, 0.0, 0.0, self.ratio, 0.0, 0.0);
        context.clear_rect(
            0.0,
            0.0,
            f64::from(canvas.width()),
            f64::from(canvas.height()),
        );
        Some(context)
    }

    fn colour(&mut self, paint: Paint) -> &str {
        let known = self.colours.iter().position(|(p, _)| *p == paint);
        let at = known.unwrap_or_else(|| {
            let shown = match paint {
                Paint::Line if settings::media(settings::STRONG) => Paint::Muted,
                paint => paint,
            };
            self.colours.push((paint, shown.colour(self.theme).css()));
            self.colours.len() - 1
        });
        &self.colours[at].1
    }

    fn drawing(&mut self, context: &CanvasRenderingContext2d, drawing: &Drawing) {
        for shape in &drawing.0 {
            match shape {
                Shape::Box {
                    rect,
                    radius,
                    fill,
                    stroke,
                } => {
                    context.begin_path();
                    round(context, rect, *radius);
                    if let Some(fill) = fill {
                        context.set_fill_style_str(self.colour(*fill));
                        context.fill();
                    }
                    if let Some(stroke) = stroke {
                        self.stroke(context, stroke);
                    }
                }
                Shape::Line { from, to, stroke } => {
                    context.begin_path();
                    context.move_to(from.0, from.1);
                    context.line_to(to.0, to.1);
                    self.stroke(context, stroke);
                }
                Shape::Curve {
                    from,
                    to,
                    upright,
                    stroke,
                } => {
                    let (a, b) = controls(*from, *to, *upright);
                    context.begin_path();
                    context.move_to(from.0, from.1);
                    context.bezier_curve_to(a.0, a.1, b.0, b.1, to.0, to.1);
                    self.stroke(context, stroke);
                }
                Shape::Text {
                    x,
                    y,
                    text,
                    font,
                    paint,
                    anchor,
                    room,
                } => {
                    self.text(context, (*x, *y), text, font, *paint, *anchor, *room);
                }
            }
        }
    }

    fn stroke(&mut self, context: &CanvasRenderingContext2d, stroke: &Stroke) {
        context.set_stroke_style_str(self.colour(stroke.paint));
        context.set_line_width(stroke.width);
        let dash = js_sys::Array::new();
        if stroke.dashed {
            dash.push(&JsValue::from(4.0));
            dash.push(&JsValue::from(3.0));
        }
        let _ = context.set_line_dash(&dash);
        context.stroke();
    }

    #[expect(clippy::too_many_arguments, reason = "a text has these properties")]
    fn text(
        &mut self,
        context: &CanvasRenderingContext2d,
        (x, y): (f64, f64),
        text: &str,
        font: &Font,
        paint: Paint,
        anchor: Anchor,
        room: f64,
    ) {
        let family = if font.mono { MONO } else { SANS };
        let weight = if font.bold { "650 " } else { "" };
        context.set_font(&format!("{weight}{}px {family}", font.size));
        context.set_text_align(match anchor {
            Anchor::Start => "left",
            Anchor::Middle => "center",
            Anchor::End => "right",
        });
        context.set_text_baseline("middle");
        context.set_fill_style_str(self.colour(paint));
        let _ = context.fill_text(&fitted(context, text, room), x, y);
    }

    /// A task with a frame, filled from below by what is left of it, and its number.
    fn fine_block(&mut self, context: &CanvasRenderingContext2d, block: &Block) {
        let Block {
            rect,
            paint,
            left,
            number,
        } = *block;
        let radius = (rect.w * 0.16).min(4.0);
        if left < 1.0 {
            context.begin_path();
            round(context, &rect, radius);
            let soft = match paint {
                Paint::Server(server) => Paint::Soft(server),
                _ => Paint::Faint,
            };
            context.set_fill_style_str(self.colour(soft));
            context.fill();
            context.set_fill_style_str(self.colour(paint));
            context.save();
            context.clip();
            context.fill_rect(rect.x, rect.bottom() - rect.h * left, rect.w, rect.h * left);
            context.restore();
            self.stroke(
                context,
                &Stroke {
                    paint,
                    width: 1.5,
                    dashed: false,
                },
            );
        } else {
            context.begin_path();
            round(context, &rect, radius);
            context.set_fill_style_str(self.colour(paint));
            context.fill();
        }
        if let Some(number) = number {
            let text = number.to_string();
            let size = (rect.w * 0.42)
                .min(rect.w * 1.45 / text.len() as f64)
                .min(12.0);
            let Paint::Server(server) = paint else {
                let colour = self.colour(Paint::OnTask).to_string();
                return number_in(context, &rect, &text, size, &colour);
            };
            // Each part of it in the ink of the ground that it stands on.
            let ink = self.colour(Paint::Ink).to_string();
            let on_fill = text_on(server_colour(server.into())).css();
            let done = rect.h * (1.0 - left);
            for (y, h, colour) in [(0.0, done, ink), (done, rect.h - done, on_fill)] {
                context.save();
                context.begin_path();
                context.rect(rect.x, rect.y + y, rect.w, h);
                context.clip();
                number_in(context, &rect, &text, size, &colour);
                context.restore();
            }
        }
    }

    /// Many tasks: one rectangle each, the colour set only when it changes.
    fn plain_blocks(&mut self, context: &CanvasRenderingContext2d, blocks: &[Block]) {
        let mut current = None;
        for block in blocks {
            if current != Some(block.paint) {
                current = Some(block.paint);
                context.set_fill_style_str(self.colour(block.paint));
            }
            let Rect { x, y, w, h } = block.rect;
            context.fill_rect(x, y + h * (1.0 - block.left), w, h * block.left);
        }
    }
}

/// The number of a task in its middle.
fn number_in(context: &CanvasRenderingContext2d, rect: &Rect, text: &str, size: f64, colour: &str) {
    context.set_font(&format!("600 {size}px {SANS}"));
    context.set_text_align("center");
    context.set_text_baseline("middle");
    context.set_fill_style_str(colour);
    let _ = context.fill_text(text, rect.centre(), rect.middle() + 0.5);
}

fn round(context: &CanvasRenderingContext2d, rect: &Rect, radius: f64) {
    if context
        .round_rect_with_f64(rect.x, rect.y, rect.w, rect.h, radius)
        .is_err()
    {
        context.rect(rect.x, rect.y, rect.w, rect.h);
    }
}

/// The text, shortened with an ellipsis if it is wider than `room`.
fn fitted(context: &CanvasRenderingContext2d, text: &str, room: f64) -> String {
    if !room.is_finite() || width(context, text) <= room {
        return text.to_string();
    }
    let mut letters: Vec<char> = text.chars().collect();
    while letters.pop().is_some() {
        let shorter = format!("{}…", letters.iter().collect::<String>().trim_end());
        if width(context, &shorter) <= room {
            return shorter;
        }
    }
    String::new()
}

/// How wide a text is in the context's font (px).
fn width(context: &CanvasRenderingContext2d, text: &str) -> f64 {
    context.measure_text(text).map_or(0.0, |m| m.width())
}
