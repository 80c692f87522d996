//! What the page remembers of its reader between visits: language, theme, speed. Never needed, never trusted.

use super::i18n::Language;
use crate::view::palette::Theme;
use gloo::storage::{LocalStorage, Storage};
use serde::{Deserialize, Serialize};

const KEY: &str = "equipoise.settings";

/// The remembered settings; what is not there, or not readable, is None.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Language chosen.
    pub language: Option<Language>,
    /// Theme chosen; none: the system's.
    pub dark: Option<bool>,
    /// Speed chosen [simulated seconds per second].
    pub speed: Option<f64>,
}

impl Settings {
    /// The language to speak.
    pub fn language(&self) -> Language {
        self.language.unwrap_or_else(Language::of_browser)
    }

    /// The theme to show.
    pub fn theme(&self) -> Theme {
        if self.dark.unwrap_or_else(|| media("(prefers-color-scheme: dark)")) { Theme::Dark } else { Theme::Light }
    }
}

/// Whether a media query holds.
pub fn media(query: &str) -> bool {
    gloo::utils::window().match_media(query).ok().flatten().is_some_and(|m| m.matches())
}

/// Reads the settings.
pub fn load() -> Settings {
    LocalStorage::get(KEY).unwrap_or_default()
}

/// Remembers the settings; a browser that forbids it loses nothing else.
pub fn save(settings: &Settings) {
    let _ = LocalStorage::set(KEY, settings);
}
