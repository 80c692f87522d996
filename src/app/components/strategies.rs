//! The lists of strategies, by family.

use crate::app::i18n::tr;
use crate::balance::{Share, StrategyId};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// The families in teaching order: a text key below `family.`, and which shares its strategies
/// give.
const FAMILIES: [(&str, &[Share]); 5] = [
    (
        "turns",
        &[Share::EqualTurns, Share::WeightedTurns, Share::Rounded],
    ),
    ("chance", &[Share::EqualChance, Share::WeightedChance]),
    ("load", &[Share::ByLoad]),
    ("keys", &[Share::ByKey]),
    ("listing", &[Share::ByListing]),
];

/// A list of all strategies; with none chosen, what stands first in their place.
pub fn select(
    id: &'static str,
    chosen: Option<StrategyId>,
    first: Option<String>,
    choose: Callback<StrategyId>,
) -> Html {
    let onchange = super::send_some(&choose, |e: Event| {
        e.target_unchecked_into::<HtmlSelectElement>()
            .value()
            .parse()
            .ok()
    });
    let option = |id: StrategyId| {
        html! {
            <option value={id.as_str()} selected={Some(id) == chosen}>{ name(id) }</option>
        }
    };
    html! {
        <select {id} {onchange}>
            if chosen.is_none() { <option value="" selected=true>
                { first.unwrap_or_else(|| "–".into()) }</option> }
            { for FAMILIES.iter().map(|(family, shares)| html! {
                <optgroup label={tr(&format!("family.{family}"))}>
                    { for StrategyId::ALL.iter().filter(|id| shares.contains(&id.share())).map(|&id|
                        option(id)) }
                </optgroup>
            }) }
        </select>
    }
}

/// What a strategy is called.
pub fn name(id: StrategyId) -> String {
    tr(&format!("strategy.{id}.name"))
}
