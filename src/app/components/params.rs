//! The list of what a sweep can change: what has a name of its own, and every number of the
//! scenario by sections.

use crate::app::i18n::tr;
use crate::scenario::fields::{At, Section};
use crate::sweep::{Param, SweepPlan};
use yew::prelude::*;

/// The sections, by headings of the set-up panel.
const GROUPS: [(&str, &[Section]); 12] = [
    (
        "balancer",
        &[
            Section::Strategy,
            Section::Dispatcher,
            Section::Locality,
            Section::Network,
        ],
    ),
    ("front", &[Section::Front]),
    ("arrivals", &[Section::Arrivals, Section::Curve]),
    ("sizes", &[Section::Sizes]),
    ("clients", &[Section::Clients, Section::Connections]),
    ("servers", &[Section::Servers, Section::Speeds]),
    ("all-servers", &[Section::AllServers, Section::States]),
    ("requests", &[Section::Requests]),
    ("replicas", &[Section::Replicas]),
    ("health", &[Section::Health, Section::Passive]),
    ("patience", &[Section::RetryPolicy, Section::Resend]),
    ("autoscaler", &[Section::Autoscaler]),
];

/// The options of the list.
pub(crate) fn options(plan: &SweepPlan) -> Html {
    let named: Vec<Param> = Param::named()
        .filter(|param| applies(*param, plan))
        .collect();
    let other = match plan.param {
        Param::Field(_)
            if !GROUPS
                .iter()
                .any(|group| of(group.1, plan).contains(&plan.param)) =>
        {
            Some(plan.param)
        }
        _ => None,
    };
    html! {
        <>
            { for named.into_iter().chain(other).map(|param| option(param, plan)) }
            { for GROUPS.iter().map(|(heading, sections)| group(heading, sections, plan)) }
        </>
    }
}

fn group(heading: &str, sections: &[Section], plan: &SweepPlan) -> Html {
    let params = of(sections, plan);
    if params.is_empty() {
        return html! {};
    }
    html! {
        <optgroup label={tr(&format!("set-up.{heading}"))}>
            { for params.into_iter().map(|param| option(param, plan)) }
        </optgroup>
    }
}

fn option(param: Param, plan: &SweepPlan) -> Html {
    let name = tr(&param.label_key(&plan.scenario));
    html! { <option value={param.to_string()} selected={param == plan.param}>{ name }</option> }
}

/// The numbers of these sections that matter under one of the plan's strategies.
fn of(sections: &[Section], plan: &SweepPlan) -> Vec<Param> {
    let all = sections.iter().flat_map(|section| Param::of(*section));
    all.filter(|param| applies(*param, plan)).collect()
}

fn applies(param: Param, plan: &SweepPlan) -> bool {
    let mut scenario = plan.scenario.clone();
    match param {
        Param::Field(At { field, .. }) => plan.strategies().iter().any(|id| {
            scenario.balancer.strategy.id = *id;
            field.is_shown(&scenario)
        }),
        _ => param.set(&mut scenario, plan.from.max(1.0)).is_some(),
    }
}
