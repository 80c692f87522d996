//! Pure drawing: numbers to text, series to charts, a snapshot to a scene. Nothing here knows a browser.

pub mod number;
