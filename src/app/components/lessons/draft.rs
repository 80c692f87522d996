//! The button that makes a lesson of the scene on the stage, to be completed in an editor.

use crate::app::components::charts::save;
use crate::app::i18n::tr;
use crate::lessons::draft::Draft;
use crate::lessons::run::Length;
use crate::link::Beside;
use crate::page::Model;
use yew::prelude::*;

/// The button.
pub(super) fn view(model: &Model) -> Html {
    let text = text(model);
    let onclick = Callback::from(move |_: MouseEvent| save("lesson.md", "text/markdown", &text));
    html! {
        <button id="lesson-draft" class="outlined" title={tr("lessons.draft-hint")} {onclick}>
            { tr("lessons.draft-save") }
        </button>
    }
}

fn text(model: &Model) -> String {
    let scenario = model.scenario_from_start();
    let timeline = &model.shown().timeline;
    let engine = timeline.engine();
    let decided = engine.totals().decided;
    let at = match engine.now_s() {
        _ if decided > Length::MOST_TASKS => None,
        now_s if now_s == timeline.why().at_s => Some(Length::Tasks(decided)),
        now_s => Some(Length::Seconds(now_s)),
    };
    let draft = Draft {
        scenario: &scenario,
        beside: match model.compare() {
            Some(Beside::Strategy(id)) => Some(*id),
            Some(Beside::Scenario(_)) | None => None,
        },
        at: at.filter(|_| decided > 0 || engine.now_s() > 0.0),
        continues: model.next_server().is_some(),
    };
    draft.text(&|key| tr(&format!("lessons.draft.{key}")))
}
