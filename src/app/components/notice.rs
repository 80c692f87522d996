//! A short message at the foot of the page.

use crate::app::action::Action;
use crate::app::i18n::tr;
use crate::app::model::Model;
use yew::prelude::*;

/// The message, in a region that screen readers follow.
pub fn view(model: &Model, send: &Callback<Action>) -> Html {
    html! {
        <div class="notices" role="status" aria-live="polite">
            if let Some(notice) = &model.notice {
                <div class={classes!("notice", notice.refusal.then_some("refusal"))}>
                    <span>{ &notice.text }</span>
                    <button aria-label={tr("notice.dismiss")} onclick={send.reform(|_| Action::Dismiss)}>{ "×" }</button>
                </div>
            }
        </div>
    }
}
