//! `equipoise fields`: the reference of a scenario's fields.

use crate::json::reference;
use clap::Args;
use std::sync::LazyLock;

#[derive(Args)]
pub(super) struct FieldsOptions {
    /// As Markdown, which is `docs/fields.md`
    #[arg(long, conflicts_with = "schema")]
    markdown: bool,
    /// As a JSON Schema for editors, which is `docs/scenario.schema.json`
    #[arg(long)]
    schema: bool,
}

/// The reference.
pub(super) fn fields(options: &FieldsOptions) -> String {
    match options {
        FieldsOptions { schema: true, .. } => format!("{:#}\n", reference::schema()),
        FieldsOptions { markdown: true, .. } => reference::markdown(meaning),
        FieldsOptions { .. } => reference::text(meaning),
    }
}

/// What the page calls a field, in English.
fn meaning(id: &str) -> String {
    static TEXTS: LazyLock<serde_yaml_ng::Value> = LazyLock::new(|| {
        serde_yaml_ng::from_str(include_str!("../../locales/panels.yml")).unwrap_or_default()
    });
    let text = TEXTS["set-up"][id]["en"].as_str().unwrap_or(id);
    text.replace(" %{i}", "").replace("[%{i}]", "")
}
