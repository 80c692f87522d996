//! What the page is and its keys.

use crate::app::i18n::tr;
use yew::prelude::*;

/// The dialog's content.
pub(crate) fn view() -> Html {
    const KEYS: [(&str, &str); 9] = [
        ("Space", "help.play"),
        ("→ .", "help.step"),
        ("← ,", "help.back"),
        ("Home", "help.home"),
        ("g", "help.guess"),
        ("p", "display.as-present"),
        ("Ctrl Z", "help.undo"),
        ("Esc", "help.escape"),
        ("?", "help.help"),
    ];
    const WHAT: [&str; 4] = ["help.stage", "help.encoding", "help.change", "help.link"];
    let keys = KEYS.iter().map(|(keys, what)| {
        html! { <><dt><kbd>{ keys }</kbd></dt><dd>{ tr(what) }</dd></> }
    });
    html! {
        <>
            <p>{ tr("help.lead") }</p>
            <ul>{ for WHAT.iter().map(|key| html! { <li>{ tr(key) }</li> }) }</ul>
            <h3>{ tr("help.keys") }</h3>
            <dl class="keys">{ for keys }</dl>
        </>
    }
}
