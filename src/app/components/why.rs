//! Why this server: the latest decision as a table of candidates and the rule with its numbers.

use super::formula;
use super::stage::badge;
use crate::app::i18n::{has, tr, tr_with};
use crate::balance::Explanation;
use crate::formulas::Hole;
use crate::number::significant;
use crate::page::Model;
use crate::page::action::Rung;
use crate::page::display::View;
use crate::scenario::{Scenario, letter};
use crate::sim::Timeline;
use crate::view::palette::{Theme, server_colour, server_marker, text_colour};
use yew::prelude::*;

/// The panel: the explanation, and below it what to try and the controls that matter most.
pub(crate) fn view(model: &Model, exercise: Html, controls: Html) -> Html {
    html! {
        <>
            if model.rung() == Rung::ManyRuns {
                // Of many runs, none is explained.
            } else if let Some(other) = model.beside() {
                <div class="whys">
                    { explanation(model, &model.shown().timeline, true) }
                    { explanation(model, &other.timeline, false) }
                </div>
            } else {
                { explanation(model, &model.shown().timeline, true) }
            }
            { exercise }
            { controls }
        </>
    }
}

/// The latest decision, said once to those who do not see it; nothing while time passes by itself
/// or the page is on its way to another moment. In large type the caption says it.
pub(crate) fn said(model: &Model) -> Html {
    let is_still = !model.is_playing() && model.shown().timeline.progress().is_none();
    let is_told = model.shows("tab-why") && model.display().view() != View::Present;
    let own = Some(&model.shown().timeline);
    let both = own
        .into_iter()
        .chain(model.beside().map(|run| &run.timeline));
    let said = both
        .filter(|run| run.why().task > 0 && is_still && is_told && !model.guess().hides())
        .map(|run| html! { <>{ heading(run.why()) }{ ". " }{ because(run.why()) }{ " " }</> });
    html! { <p class="hidden" id="said" role="status">{ for said }</p> }
}

/// Which task went to which server.
fn heading(why: &Explanation) -> String {
    let task = ("task", why.task.to_string());
    match why.chosen {
        Some(server) => tr_with("why.heading", &[task, ("server", letter(server.into()))]),
        None => tr_with("why.heading-none", &[task]),
    }
}

fn explanation(model: &Model, timeline: &Timeline, own: bool) -> Html {
    let why = timeline.why();
    let scenario = timeline.engine().scenario();
    let compared = model.beside().is_some();
    let strategy = compared.then(|| scenario.balancer.strategy.id.as_str());
    let badge = compared.then(|| badge(own));
    if model.guess().hides() {
        return html! { <p class="empty">{ tr("why.hidden") }</p> };
    }
    if why.task == 0 {
        return html! { <p class="empty">{ for badge }{ tr("why.nothing-yet") }</p> };
    }
    let heading = heading(why);
    if scenario.servers.len() == 1 && why.chosen.is_some() && has("why.alone") {
        return html! {
            <section class="why" aria-live="off">
                <h2>{ for badge }<span>{ heading }</span></h2>
                <div class="card"><p class="because">{ tr("why.alone") }</p></div>
            </section>
        };
    }
    let values = filled(why);
    let name = strategy.map(|id| tr(&format!("strategy.{id}.name")));
    let name = name.map(|name| html! { <small>{ name }</small> });
    html! {
        <section class="why" aria-live="off">
            <h2>{ for badge }<span>{ heading }</span>{ for name }</h2>
            <div class="card">
                <p class="because">{ because(why) }</p>
                { table(model, why, strategy) }
                <p class="rule">
                    { for text(why, "formula", &values).map(|formula| html! {
                        <span class="formula">{ formula }</span>
                    }) }
                    { for text(why, "code", &values).map(|code| html! { <code>{ code }</code> }) }
                    if scenario.balancer.load_refresh_s.is_none() {
                        // It speaks of what the balancer counts itself.
                        { for text(why, "note", &values) }
                    }
                </p>
                { table_rule(scenario, why) }
                { knows(scenario) }
            </div>
        </section>
    }
}

/// Who was equally good, if anyone was, and why the one that was picked was.
pub(crate) fn because(why: &Explanation) -> Html {
    let because = text(why, "because", &filled(why));
    let tie = (!why.tied.is_empty()).then(|| tie(why));
    html! { <>{ for tie }{ " " }{ because.unwrap_or_else(|| tr("part.loading").into()) }</> }
}

/// A part of what is said of the rule. Not every rule has all parts, and only those of the first
/// scene's strategy are there from the start.
fn text(why: &Explanation, part: &str, values: &[(&'static str, Hole)]) -> Option<Html> {
    let key = format!("why.rule.{}.{part}", why.rule);
    has(&key).then(|| formula::text(&key, values))
}

/// The values and words of an explanation, as they are to be read.
fn filled(why: &Explanation) -> Vec<(&'static str, Hole)> {
    let numbers = why
        .values
        .iter()
        .map(|(name, value)| (*name, Hole::Number(significant(*value, 4))));
    let words = why
        .words
        .iter()
        .map(|(name, word)| (*name, Hole::Word(word.clone())));
    let server = why.chosen.map(|s| ("server", Hole::Word(letter(s.into()))));
    numbers.chain(words).chain(server).collect()
}

fn table(model: &Model, why: &Explanation, strategy: Option<&str>) -> Html {
    let name = strategy.map(|id| tr(&format!("strategy.{id}.name")));
    let label = format!("{} {}", tr("why.table"), name.unwrap_or_default());
    // What only one strategy has comes with its other texts.
    let columns = why.columns.iter().map(|c| format!("why.column.{c}"));
    let columns = columns.map(|key| if has(&key) { tr(&key) } else { String::new() });
    let rows = why.rows().map(|(server, cells)| {
        let chosen = why.chosen == Some(server);
        row(usize::from(server), chosen, cells, model.theme())
    });
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={label}>
        <table>
            <caption>{ tr_with("why.moment", &[("task", why.task.to_string())]) }</caption>
            <thead><tr>
                <th scope="col">{ tr("why.column.server") }</th>
                { for columns.map(|name| html! { <th scope="col">{ name }</th> }) }
            </tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
        </div>
    }
}

/// A candidate and its numbers; the one chosen in its colour.
fn row(server: usize, chosen: bool, cells: &[f64], theme: Theme) -> Html {
    let background = format!("background:{}", server_colour(server).css_alpha(0.16));
    let colour = format!("color:{}", text_colour(server, theme).css());
    html! {
        <tr class={chosen.then_some("chosen")} ~style={chosen.then_some(background)}>
            <th scope="row" ~style={(!chosen).then_some(colour)}>
                { server_marker(server).glyph() }{ " " }{ letter(server) }
            </th>
            { for cells.iter().map(|c| html! { <td>{ significant(*c, 4) }</td> }) }
        </tr>
    }
}

fn tie(why: &Explanation) -> String {
    let tied: Vec<String> = why.tied.iter().map(|&s| letter(s.into())).collect();
    let key = format!("why.tie.{}", why.tie_break);
    tr_with(&key, &[("servers", tied.join(", "))])
}

fn table_rule(scenario: &Scenario, why: &Explanation) -> Html {
    let rules = &scenario.balancer.rules;
    match why
        .table_rule
        .and_then(|i| Some((i, rules.get(usize::from(i))?)))
    {
        Some((i, rule)) => {
            let group: Vec<String> = rule.servers.iter().map(|&s| letter(s.into())).collect();
            let values = [
                ("n", (i + 1).to_string()),
                ("pattern", rule.pattern.clone()),
                ("servers", group.join(", ")),
            ];
            html! { <p class="rule">{ tr_with("why.table-rule", &values) }</p> }
        }
        None => html! {},
    }
}

/// What the strategy had to know to pick.
fn knows(scenario: &Scenario) -> Html {
    let ids = scenario.balancer.strategy.knows().ids();
    let mut known: Vec<String> = ids.map(|id| tr(&format!("knows.{id}"))).collect();
    if known.is_empty() {
        known.push(tr("knows.nothing"));
    }
    html! {
        <p class="knows">
            <span>{ tr("knows.label") }</span>
            { for known.into_iter().map(|what| html! { <span class="known">{ what }</span> }) }
        </p>
    }
}
