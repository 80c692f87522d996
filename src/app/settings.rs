//! Where the page keeps what it remembers of its reader between visits. Never needed, never
//! trusted.

use super::i18n;
use crate::page::Action;
use crate::page::settings::{Language, Reader, Settings};
use gloo::events::EventListener;
use web_sys::{MediaQueryList, Storage};
use yew::Callback;

/// The reader as they come in.
pub(crate) fn reader() -> Reader {
    Reader {
        settings: load(),
        prefers_dark: media(DARK),
        forced: media(FORCED),
        still: media("(prefers-reduced-motion: reduce)"),
    }
}

/// The language to begin with.
pub(crate) fn language() -> Language {
    load().language.unwrap_or_else(i18n::of_browser)
}

const DARK: &str = "(prefers-color-scheme: dark)";
const FORCED: &str = "(forced-colors: active)";
/// Where hairlines would not be seen.
pub(super) const STRONG: &str = "(prefers-contrast: more), (forced-colors: active)";

/// Whether a media query holds.
pub(super) fn media(query: &str) -> bool {
    query_list(query).is_some_and(|m| m.matches())
}

fn query_list(query: &str) -> Option<MediaQueryList> {
    gloo::utils::window().match_media(query).ok().flatten()
}

/// Says when the system's theme changes while the page is open.
pub(super) fn follow_system(send: &Callback<Action>) -> impl Iterator<Item = EventListener> {
    let lists = [DARK, FORCED].into_iter().filter_map(query_list);
    lists.map(|list| {
        let send = send.clone();
        EventListener::new(&list, "change", move |_| {
            send.emit(Action::SystemTheme {
                dark: media(DARK),
                forced: media(FORCED),
            });
        })
    })
}

const LANGUAGE: &str = "equipoise.language";
/// Also read by the page itself before anything is drawn.
const THEME: &str = "equipoise.theme";
const SPEED: &str = "equipoise.speed";
const GUESSES: &str = "equipoise.guesses";

/// The browser's storage, unless it is forbidden: by blocked cookies, or in a sandboxed frame.
fn storage() -> Option<Storage> {
    gloo::utils::window().local_storage().ok().flatten()
}

/// Reads the settings.
fn load() -> Settings {
    let Some(storage) = storage() else {
        return Settings::default();
    };
    let language = stored(&storage, LANGUAGE);
    Settings {
        language: language.and_then(|tag| Language::ALL.into_iter().find(|l| l.tag() == tag)),
        dark: stored(&storage, THEME).map(|theme| theme == "dark"),
        speed: stored(&storage, SPEED).map(|speed| js_sys::parse_float(&speed)),
        guesses: stored(&storage, GUESSES),
    }
}

fn stored(storage: &Storage, key: &str) -> Option<String> {
    storage.get_item(key).ok().flatten()
}

/// Remembers the settings; a browser that forbids it loses nothing else.
pub(crate) fn save(settings: &Settings) {
    let Some(storage) = storage() else { return };
    let theme = settings
        .dark
        .map(|dark| if dark { "dark" } else { "light" });
    let values = [
        (LANGUAGE, settings.language.map(|l| l.tag().to_string())),
        (THEME, theme.map(str::to_string)),
        (SPEED, settings.speed.map(|speed| speed.to_string())),
        (GUESSES, settings.guesses.clone()),
    ];
    for (key, value) in values {
        if let Some(value) = value {
            let _ = storage.set_item(key, &value);
        }
    }
}
