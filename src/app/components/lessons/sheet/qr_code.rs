//! A link as a QR code on paper.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;
use yew::prelude::*;

/// A code's module on paper (mm): larger than what a telephone needs, 0.33.
const MODULE_MM: f64 = 0.45;
/// A code is at least this wide on paper (mm).
const LEAST_MM: f64 = 24.0;
/// Light modules around a code, as its standard asks.
const QUIET: i32 = 4;

/// The link's code, with the least correction of errors that there is, since a smaller code is
/// easier to read, and more of it where that costs no size. None if no code holds it.
pub(super) fn of(link: &str) -> Option<Html> {
    let code = QrCode::encode_text(link, QrCodeEcc::Low).ok()?;
    let size = code.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    let side = (f64::from(size) * MODULE_MM).max(LEAST_MM);
    let side = format!("{side}mm");
    Some(html! {
        <svg viewBox={format!("0 0 {size} {size}")} width={side.clone()} height={side}
            shape-rendering="crispEdges" aria-hidden="true">
            <rect width="100%" height="100%" fill="#fff" />
            <path d={path} fill="#000" />
        </svg>
    })
}
