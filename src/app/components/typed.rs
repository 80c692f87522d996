//! A box to type into.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What a box needs.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The element's id.
    #[prop_or_default]
    pub id: AttrValue,
    /// `text` or `number`.
    pub kind: AttrValue,
    /// What a screen's keyboard should offer.
    #[prop_or_default]
    pub inputmode: Option<AttrValue>,
    /// Its name, where no label stands before it.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// The least number.
    #[prop_or_default]
    pub min: Option<AttrValue>,
    /// The largest number.
    #[prop_or_default]
    pub max: Option<AttrValue>,
    /// What it shows while nobody types.
    pub value: AttrValue,
    /// Gets the box when something has been typed.
    pub onchange: Callback<HtmlInputElement>,
}

/// The box. Its text is written only when the value changes: drawn anew with everything else a few times a second, it
/// would lose what is being typed.
#[component]
pub fn Typed(props: &Props) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.value.clone(), move |value| {
            if let Some(input) = node.cast::<HtmlInputElement>() {
                input.set_value(value);
            }
        });
    }
    let onchange = props.onchange.reform(|e: Event| e.target_unchecked_into());
    let Props { id, kind, inputmode, label, min, max, .. } = props;
    html! {
        <input ref={node} id={id.clone()} type={kind.clone()} inputmode={inputmode.clone()} aria-label={label.clone()}
            min={min.clone()} max={max.clone()} step="any" {onchange} />
    }
}
