//! The page: everything that knows a browser.
//!
//! One way through it: a control sends an [`Action`](crate::page::Action);
//! [`Model::update`](crate::page::Model::update) applies it, through validation, to the timelines;
//! [`frames`] lets time pass and paints the stage on its canvases, past the virtual DOM; and Yew
//! redraws the rest after each action and a few times a second while time passes.

mod address;
mod bench;
mod canvas;
mod clipboard;
mod components;
mod files;
mod frames;
mod i18n;
mod keyboard;
mod listeners;
mod parts;
mod pool;
mod root;
mod settings;
mod stage_view;
mod style;
mod trace;

use crate::sim::timeline::install_clock;
use root::{Root, Start};

/// Starts the page: texts in the reader's language, a banner for unforeseen failures, and the root
/// component.
pub fn start() {
    watch_for_panics();
    install_clock(frames::now_ms);
    wasm_bindgen_futures::spawn_local(async {
        // A link may show any scene, whose strategy has its texts in the second file.
        if let Err(error) = i18n::speak(settings::language(), address::is_link()).await {
            return show_banner(&i18n::words(&error));
        }
        let open = match address::read().await {
            Ok(open) => open,
            Err(why) => return show_banner(&why.to_string()),
        };
        match gloo::utils::document().get_element_by_id("app") {
            Some(place) => {
                place.set_inner_html("");
                yew::Renderer::<Root>::with_root_and_props(place, Start { open }).render();
            }
            None => show_banner("the page has no place for the app"),
        }
    });
}

/// An unforeseen failure stops the stage and shows the banner.
fn watch_for_panics() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        frames::stop();
        show_banner(&info.to_string());
    }));
}

/// Shows the banner that stands ready in the page, with what went wrong.
fn show_banner(what: &str) {
    let document = gloo::utils::document();
    if let Some(banner) = document.get_element_by_id("banner") {
        let _ = banner.remove_attribute("hidden");
    }
    if let Some(place) = document.get_element_by_id("banner-what") {
        place.set_text_content(Some(what));
    }
}
