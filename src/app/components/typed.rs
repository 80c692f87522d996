//! A box to type into.

use crate::number::significant;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What a box needs.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
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
    /// What it shows while no one is typing.
    pub value: AttrValue,
    /// Stands behind it in one frame; empty: only the frame.
    #[prop_or_default]
    pub unit: Option<AttrValue>,
    /// Why what has been typed cannot be; it is then taken back.
    #[prop_or_default]
    pub refuse: Option<Callback<HtmlInputElement, Option<String>>>,
    /// Gets the box when something has been typed, and not refused.
    pub onchange: Callback<HtmlInputElement>,
}

/// The box. Its text is written only when the value changes: redrawn with everything else a few
/// times a second, it would lose what is being typed. What it refuses is said below it until
/// something else is typed.
#[component]
pub(crate) fn Typed(props: &Props) -> Html {
    let node = use_node_ref();
    let refusal = use_state_eq(|| None::<String>);
    {
        let node = node.clone();
        let refusal = refusal.clone();
        use_effect_with(props.value.clone(), move |value| {
            if let Some(input) = node.cast::<HtmlInputElement>() {
                input.set_value(value);
            }
            refusal.set(None);
        });
    }
    let onchange = {
        let refuse = props.refuse.clone();
        let accept = props.onchange.clone();
        let value = props.value.clone();
        let refusal = refusal.clone();
        Callback::from(move |e: Event| {
            let input: HtmlInputElement = e.target_unchecked_into();
            let why = refuse
                .as_ref()
                .and_then(|refuse| refuse.emit(input.clone()));
            if why.is_some() {
                input.set_value(&value);
            } else {
                accept.emit(input);
            }
            refusal.set(why);
        })
    };
    let oninput = {
        let refusal = refusal.clone();
        Callback::from(move |_: InputEvent| refusal.set(None))
    };
    let Props {
        id,
        kind,
        inputmode,
        label,
        min,
        max,
        unit,
        ..
    } = props;
    let why_id = refusal.is_some().then(|| format!("{id}-refused"));
    let input = html! {
        <input ref={node} id={id.clone()} type={kind.clone()} inputmode={inputmode.clone()}
            aria-label={label.clone()} aria-invalid={why_id.as_ref().map(|_| "true")}
            aria-describedby={why_id.clone()} min={min.clone()} max={max.clone()} step="any"
            {onchange} {oninput} />
    };
    html! {
        <>
            if let Some(unit) = unit {
                <span class="box">
                    { input }
                    if !unit.is_empty() { <span class="unit">{ unit }</span> }
                </span>
            } else {
                { input }
            }
            if let Some(why) = &*refusal { <p class="refused" id={why_id} role="alert">{ why }</p> }
        </>
    }
}

/// A number as it stands in a box.
pub(crate) fn written(value: f64) -> String {
    significant(value, 6)
        .replace('−', "-")
        .replace([' ', '\u{202f}'], "")
}
