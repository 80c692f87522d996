//! What the page remembers of its reader between visits: language, theme, speed. Never needed,
//! never trusted.

use super::i18n::Language;
use crate::view::palette::Theme;
use web_sys::Storage;

/// The remembered settings; what is not there, or not readable, is None.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Language chosen.
    pub language: Option<Language>,
    /// Theme chosen; none: the system's.
    pub dark: Option<bool>,
    /// Speed chosen (simulated seconds per second).
    pub speed: Option<f64>,
}

impl Settings {
    /// The language to speak.
    pub fn language(&self) -> Language {
        self.language.unwrap_or_else(Language::of_browser)
    }

    /// The theme to show.
    pub fn theme(&self) -> Theme {
        if self
            .dark
            .unwrap_or_else(|| media("(prefers-color-scheme: dark)"))
        {
            Theme::Dark
        } else {
            Theme::Light
        }
    }
}

/// Whether a media query holds.
pub fn media(query: &str) -> bool {
    gloo::utils::window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|m| m.matches())
}

const LANGUAGE: &str = "equipoise.language";
/// Also read by the page itself before anything is drawn.
const THEME: &str = "equipoise.theme";
const SPEED: &str = "equipoise.speed";

/// The browser's storage, unless it is forbidden: by blocked cookies, or in a sandboxed frame.
fn storage() -> Option<Storage> {
    gloo::utils::window().local_storage().ok().flatten()
}

/// Reads the settings.
pub fn load() -> Settings {
    let storage = storage();
    let get = |key| storage.as_ref()?.get_item(key).ok().flatten();
    Settings {
        language: get(LANGUAGE).and_then(|tag| Language::ALL.into_iter().find(|l| l.tag() == tag)),
        dark: get(THEME).map(|theme| theme == "dark"),
        speed: get(SPEED).map(|speed| js_sys::parse_float(&speed)),
    }
}

/// Remembers the settings; a browser that forbids it loses nothing else.
pub fn save(settings: &Settings) {
    let Some(storage) = storage() else { return };
    let set =
        |key, value: Option<String>| value.and_then(|value| storage.set_item(key, &value).ok());
    set(LANGUAGE, settings.language.map(|l| l.tag().to_string()));
    set(
        THEME,
        settings
            .dark
            .map(|dark| if dark { "dark" } else { "light" }.to_string()),
    );
    set(SPEED, settings.speed.map(|speed| speed.to_string()));
}
