//! The parts of the page that load when they are first needed, so that the first visit need not
//! wait for them.
//!
//! Each `#[wasm_split]` function below is where the linked program is cut (`site/src/program.rs`):
//! what is reached only through it goes into a file of its own, what several of them reach into a
//! file that they share. A part shares memory and types with the page, and hands it plain function
//! pointers. While it is loading its place says so; if it cannot be loaded its place says that, and
//! offers to try again.

use super::action::Action;
use super::components::{charts, export, formulas, guide, set_up, sweep};
use super::i18n::tr;
use super::model::Model;
use crate::scenario::Scenario;
use crate::theory::{Prediction, predict};
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::prelude::*;

/// Draws a part.
pub type View = fn(&Model, &Callback<Action>) -> Html;
/// What the formulas say of a scenario.
pub type Predict = fn(&Scenario) -> Vec<Prediction>;

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The formulas: their panel, and the predictions that the stage shows.
    Theory,
    /// The charts of one run, or of two.
    Charts,
    /// The panel with all controls.
    SetUp,
    /// The guide.
    Guide,
    /// The dialog with a configuration.
    Export,
    /// Many runs.
    Lab,
}

impl Part {
    /// All of them, in the order in which they are fetched ahead.
    pub const ALL: [Self; 6] = [
        Self::Theory,
        Self::Charts,
        Self::SetUp,
        Self::Guide,
        Self::Lab,
        Self::Export,
    ];

    /// Fetches the part. After a failure it is fetched again, not remembered.
    ///
    /// # Errors
    /// If the file cannot be had, or is of another build; the browser's console says why.
    pub async fn load(self) -> Result<Contents, SplitLoaderError> {
        match self {
            Self::Theory => load_theory().await,
            Self::Charts => load_charts().await,
            Self::SetUp => load_set_up().await,
            Self::Guide => load_guide().await,
            Self::Export => load_export().await,
            Self::Lab => load_lab().await,
        }
    }
}

/// What a part brings.
#[derive(Clone, Copy)]
pub struct Contents {
    view: View,
    predict: Option<Predict>,
}

/// How far a part is.
#[derive(Clone, Copy, Default)]
enum State {
    #[default]
    NotAsked,
    Loading,
    Failed,
    Ready(Contents),
}

/// All parts, as far as they are.
#[derive(Default)]
pub struct Parts([State; Part::ALL.len()]);

impl Parts {
    /// Takes down that a part is to be fetched; false if it is there or on its way.
    pub fn ask(&mut self, part: Part) -> bool {
        let state = &mut self.0[part as usize];
        let is_to_be_fetched = matches!(state, State::NotAsked | State::Failed);
        if is_to_be_fetched {
            *state = State::Loading;
        }
        is_to_be_fetched
    }

    /// Takes a part that has come, or has not. One that is not `wanted` yet is asked for again when
    /// it is.
    pub fn came(&mut self, part: Part, contents: Option<Contents>, wanted: bool) {
        self.0[part as usize] = match contents {
            Some(contents) => State::Ready(contents),
            None if wanted => State::Failed,
            None => State::NotAsked,
        };
    }

    /// Whether nothing was done yet to have this part.
    pub fn is_new(&self, part: Part) -> bool {
        matches!(self.0[part as usize], State::NotAsked)
    }

    /// What the formulas say of a scenario; nothing before they are there.
    pub fn predict(&self, scenario: &Scenario) -> Vec<Prediction> {
        match self.0[Part::Theory as usize] {
            State::Ready(Contents {
                predict: Some(predict),
                ..
            }) => predict(scenario),
            _ => Vec::new(),
        }
    }
}

/// A part in its place, or what there is to say of it.
pub fn view(part: Part, model: &Model, send: &Callback<Action>) -> Html {
    match model.parts.0[part as usize] {
        State::Ready(contents) => (contents.view)(model, send),
        State::NotAsked | State::Loading => {
            html! { <p class="part" role="status">{ tr("part.loading") }</p> }
        }
        State::Failed => html! {
            <div class="part" role="alert">
                <p>{ tr("part.failed") }</p>
                <button class="outlined" onclick={send.reform(move |_| Action::Load(part))}>{ tr("part.again") }</button>
            </div>
        },
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
    only(set_up::view)
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
