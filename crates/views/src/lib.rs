//! Pure drawing: numbers to text, series to charts, a snapshot to a scene. Nothing here knows a
//! browser.

pub mod charts;
pub mod palette;
pub mod plot;
mod run;
pub mod scene;
pub mod scene_svg;
pub mod stage;

pub use run::{Measured, Predict, Quantity, Run};
