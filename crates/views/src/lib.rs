//! Pure drawing: numbers to text, series to charts, a snapshot to a scene. Nothing here knows a
//! browser.

pub mod charts;
pub mod palette;
pub mod plot;
pub mod scene;
pub mod stage;
