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
pub(crate) fn select(
    id: &'static str,
    chosen: Option<StrategyId>,
    first: Option<String>,
    choose: Callback<StrategyId>,
) -> Html {
    let onchange = super::send_some(&choose, |e: Event| {
        let list: HtmlSelectElement = e.target_unchecked_into();
        list.value().parse().ok()
    });
    let first = first.unwrap_or_else(|| "–".into());
    html! {
        <select {id} {onchange}>
            if chosen.is_none() { <option value="" selected=true>{ first }</option> }
            { for FAMILIES.iter().map(|(family, shares)| html! {
                <optgroup label={tr(&format!("family.{family}"))}>
                    { options(shares, chosen) }
                </optgroup>
            }) }
        </select>
    }
}

/// The strategies that give these shares.
fn options(shares: &[Share], chosen: Option<StrategyId>) -> Html {
    let ids = StrategyId::ALL
        .iter()
        .filter(|id| shares.contains(&id.share()));
    let options = ids.map(|&id| {
        let selected = Some(id) == chosen;
        html! { <option value={id.as_str()} {selected}>{ name(id) }</option> }
    });
    html! { { for options } }
}

/// What a strategy is called.
pub(crate) fn name(id: StrategyId) -> String {
    tr(&format!("strategy.{id}.name"))
}
