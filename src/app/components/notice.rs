//! A short message at the foot of the page.

use crate::app::i18n::{tr, tr_with};
use crate::link::ReadError;
use crate::page::Model;
use crate::page::action::{Action, Message};
use crate::scenario::FieldError;
use yew::prelude::*;

/// The message, in a region that screen readers follow.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let message = model.message().map(|message| {
        let class = classes!("notice", message.is_refusal().then_some("refusal"));
        let dismiss = send.reform(|_| Action::Dismiss);
        html! {
            <div {class}>
                <span>{ text(message) }</span>
                if matches!(message, Message::NewVersion) {
                    // Pressed, it is offline.js that reloads the page.
                    <button id="new-version">{ tr("new-version.reload") }</button>
                }
                <button aria-label={tr("notice.dismiss")} onclick={dismiss}>{ "×" }</button>
            </div>
        }
    });
    html! { <div class="notices" role="status" aria-live="polite">{ for message }</div> }
}

/// A message in the reader's words.
fn text(message: &Message) -> String {
    match message {
        Message::Restarted => tr("notice.restarted"),
        Message::StrategyRestarted => tr("notice.strategy-restarted"),
        Message::Full => tr("notice.full"),
        Message::Kept => tr("notice.kept"),
        Message::RunOpened(seed) => tr_with("notice.opened-run", &[("seed", seed.to_string())]),
        Message::Refused(error) => field_error(error),
        Message::BadLink(error) => tr_with("notice.bad-link", &[("why", read_error(error))]),
        Message::LoadingReplicas => tr("notice.loading-replicas"),
        Message::NoReplicas => tr("notice.no-replicas"),
        Message::NoTexts(why) => tr_with("notice.no-texts", &[("why", why)]),
        Message::NewVersion => tr("new-version.said"),
        Message::Measured(text) => text.clone(),
    }
}

/// A refused field in the reader's words.
pub(crate) fn field_error(error: &FieldError) -> String {
    let values = [
        ("field", &error.field),
        ("value", &error.value),
        ("allowed", &error.allowed),
    ];
    tr_with("notice.refused", &values)
}

fn read_error(error: &ReadError) -> String {
    match error {
        ReadError::Damaged => tr("notice.damaged"),
        ReadError::TooLong(n) => tr_with("notice.too-long", &[("n", n.to_string())]),
        ReadError::Version(version) => tr_with("notice.version", &[("version", version)]),
        ReadError::NoScenario(what) => what.clone(),
        ReadError::Replicas => tr("notice.no-replicas"),
        ReadError::Field(error) => field_error(error),
    }
}
