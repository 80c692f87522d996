//! Loading the parts of the page when they are first needed, so that the first visit need not wait
//! for them.
//!
//! Each `#[wasm_split]` function below is where the linked program is cut (`site/src/program.rs`):
//! what is reached only through it goes into a file of its own, what several of them reach into a
//! file that they share. A part shares memory and types with the page, and hands it plain function
//! pointers. While it is loading its place says so; if it cannot be loaded its place says that, and
//! offers to try again.

use super::components::{charts, export, formulas, guide, quick, set_up, sweep};
use super::i18n::tr;
use crate::page::Model;
use crate::page::action::{Action, Tab};
use crate::page::parts::{Part, State};
use crate::theory::predict;
use crate::view::Predict;
use std::cell::RefCell;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::prelude::*;

/// Draws a part.
type View = fn(&Model, &Callback<Action>) -> Html;

thread_local! {
    /// What draws the parts that are there.
    static VIEWS: RefCell<[Option<View>; Part::ALL.len()]> =
        const { RefCell::new([None; Part::ALL.len()]) };
}

/// What a part brings.
pub struct Contents {
    view: View,
    /// What the formulas say.
    pub predict: Option<Predict>,
}

/// Fetches a part. After a failure it is fetched again, not remembered.
///
/// # Errors
/// If the file cannot be had, or is of another build; the browser's console says why.
pub async fn load(part: Part) -> Result<Contents, SplitLoaderError> {
    let contents = match part {
        Part::Theory => load_theory().await,
        Part::Charts => load_charts().await,
        Part::SetUp => load_set_up().await,
        Part::Guide => load_guide().await,
        Part::Export => load_export().await,
        Part::Lab => load_lab().await,
    }?;
    VIEWS.with_borrow_mut(|views| views[part as usize] = Some(contents.view));
    Ok(contents)
}

/// A part in its place, or what there is to say of it.
pub fn view(part: Part, model: &Model, send: &Callback<Action>) -> Html {
    let view = VIEWS.with_borrow(|views| views[part as usize]);
    match (model.part(part), view) {
        (State::Ready, Some(view)) => view(model, send),
        (State::Failed, _) => {
            let again = send.reform(move |_| Action::Load(part));
            html! {
                <div class="part" role="alert">
                    <p>{ tr("part.failed") }</p>
                    <button class="outlined" onclick={again}>{ tr("part.again") }</button>
                </div>
            }
        }
        _ => html! { <p class="part" role="status">{ tr("part.loading") }</p> },
    }
}

fn only(view: View) -> Result<Contents, SplitLoaderError> {
    Ok(Contents {
        view,
        predict: None,
    })
}

#[wasm_split(theory, fallible)]
fn load_theory() -> Result<Contents, SplitLoaderError> {
    Ok(Contents {
        view: formulas::view,
        predict: Some(predict),
    })
}

#[wasm_split(charts, fallible)]
fn load_charts() -> Result<Contents, SplitLoaderError> {
    only(charts::view)
}

#[wasm_split(set_up, fallible)]
fn load_set_up() -> Result<Contents, SplitLoaderError> {
    only(|model, send| match model.tab() {
        Tab::SetUp => set_up::view(model, send),
        _ => quick::view(model, send),
    })
}

#[wasm_split(guide, fallible)]
fn load_guide() -> Result<Contents, SplitLoaderError> {
    only(guide::view)
}

#[wasm_split(export, fallible)]
fn load_export() -> Result<Contents, SplitLoaderError> {
    only(export::view)
}

#[wasm_split(lab, fallible)]
fn load_lab() -> Result<Contents, SplitLoaderError> {
    only(sweep::view)
}
