//! The numbers of a chart.

use crate::app::i18n::tr;
use crate::view::plot::Table;
use yew::prelude::*;

/// The numbers as a table.
pub(crate) fn view(table: &Table) -> Html {
    const MOST: usize = 400;
    let header = table
        .header
        .iter()
        .map(|h| html! { <th scope="col">{ h }</th> });
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={tr("chart-panel.table")}>
            <table>
                <thead><tr>{ for header }</tr></thead>
                <tbody>{ for table.rows.iter().take(MOST).map(|row| html! {
                    <tr>{ for row.iter().map(|cell| html! { <td>{ cell }</td> }) }</tr>
                }) }</tbody>
            </table>
            if table.rows.len() > MOST { <p>{ tr("chart-panel.table-cut") }</p> }
        </div>
    }
}
