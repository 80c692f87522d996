//! Pure drawing: numbers to text, series to charts, a snapshot to a scene. Nothing here knows a
//! browser.

pub mod chart;
pub mod charts;
pub mod number;
pub mod palette;
pub mod scene;
pub mod stage;
