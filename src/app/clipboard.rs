//! The clipboard, where the browser gives one: only to a page that came by https, or from this
//! machine.

use js_sys::Reflect;
use wasm_bindgen_futures::JsFuture;

/// Copies a text; whether that was possible.
pub(crate) fn copy(text: &str) -> impl Future<Output = bool> + use<> {
    let navigator = gloo::utils::window().navigator();
    let is_there = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|it| it.is_object());
    // Asked for at once, while the browser still knows of the click.
    let copying = is_there.then(|| navigator.clipboard().write_text(text));
    async move {
        match copying {
            Some(copying) => JsFuture::from(copying).await.is_ok(),
            None => false,
        }
    }
}
