//! The reference of a scenario's fields, made from their table: as text, as Markdown, and as a JSON
//! Schema for editors.

use super::tree::template;
use crate::scenario::fields::{self, At, Field, Kind, Section};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// A row of the reference.
struct Row {
    path: String,
    allowed: String,
    default: String,
    unit: &'static str,
}

/// The sections with their rows.
fn sections() -> impl Iterator<Item = (Section, Vec<Row>)> {
    let template = template();
    fields::sections().map(move |(section, rows)| {
        let rows = rows.iter().map(|field| {
            let index = field.is_listed().then_some(0);
            let default = At::new(field, index).get(&template);
            Row {
                path: field.path.into(),
                allowed: field.kind.allowed(),
                default: default.map_or(String::new(), |value| value.to_string()),
                unit: field.range().map_or("", |range| range.unit),
            }
        });
        (*section, rows.collect())
    })
}

/// What a section is called.
fn title(section: Section) -> &'static str {
    match section {
        Section::Run => "The run",
        Section::Arrivals => "Arrivals",
        Section::Sizes => "Sizes",
        Section::Clients => "Clients",
        Section::Servers => "Servers",
        Section::Speeds => "Speeds",
        Section::AllServers => "Slots and queues",
        Section::States => "States",
        Section::Strategy => "Strategy",
        Section::Dispatcher => "Balancer",
        Section::Front => "Device in front",
        Section::Health => "Health and load",
        Section::RetryPolicy => "Time-outs and retries",
        Section::Rules => "Rules",
        Section::Faults => "Faults",
        Section::Passive => "Health by a program's rule",
        Section::Resend => "How retries are sent",
        Section::Connections => "Connections",
        Section::Locality => "Instances, priorities and zones",
        Section::Curve => "Daily curve of the rate",
        Section::Places => "The servers' priorities, zones and links",
        Section::Network => "Links",
        Section::Changes => "Planned changes",
        Section::Autoscaler => "Autoscaler",
        Section::Requests => "Requests to language models",
        Section::Replicas => "Replicas of language models",
    }
}

/// The reference as text: a field a line. `meaning` says what a field is called.
pub fn text(meaning: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    for (section, rows) in sections() {
        if !text.is_empty() {
            text.push('\n');
        }
        _ = writeln!(text, "{}", title(section));
        for row in rows {
            let Row {
                path,
                allowed,
                default,
                unit,
            } = &row;
            let unit = if unit.is_empty() {
                String::new()
            } else {
                format!(" ({unit})")
            };
            let what = meaning_of(path, &meaning);
            _ = writeln!(
                text,
                "  {path}\n      {what}{unit}; {allowed}; default {default}"
            );
        }
    }
    text
}

/// The text before the tables.
const INTRODUCTION: [&str; 6] = [
    "# The fields of a scenario\n\n",
    "Made by `equipoise fields --markdown` from the table of fields. ",
    "`*` means each element of a list. A file names only what differs from the defaults. ",
    "Times take a unit in quotation marks (`\"500ms\"`); `\"servers\": 10` is ten servers, and ",
    "`\"strategy\": \"pull\"` the strategy of that name. ",
    "An editor learns the fields from `docs/scenario.schema.json`.\n",
];

/// The reference as Markdown.
pub fn markdown(meaning: impl Fn(&str) -> String) -> String {
    let mut text = INTRODUCTION.join("");
    for (section, rows) in sections() {
        _ = writeln!(
            text,
            "\n## {}\n\n| Field | What | Allowed | Default |",
            title(section)
        );
        text += "|---|---|---|---|\n";
        for Row {
            path,
            allowed,
            default,
            unit,
        } in rows
        {
            let unit = if unit.is_empty() {
                String::new()
            } else {
                format!(" ({unit})")
            };
            let what = meaning_of(&path, &meaning);
            _ = writeln!(text, "| `{path}` | {what}{unit} | {allowed} | {default} |");
        }
    }
    text
}

/// What a field is called; the article's interval is not stored.
fn meaning_of(path: &str, meaning: impl Fn(&str) -> String) -> String {
    let field = fields::all().find(|field| field.path == path);
    let what = field.map_or(String::new(), |field| meaning(field.id));
    match path {
        "arrivals.interval_s" => format!("{what}: 1 / rate, with `--set` only"),
        _ => what,
    }
}

/// The JSON Schema of a scenario (draft 2020-12).
pub fn schema() -> Value {
    let mut root = object();
    for field in fields::all() {
        // It is no field of the file.
        if field.path != "arrivals.interval_s" {
            add(&mut root, field);
        }
    }
    let servers = &mut root["properties"]["servers"];
    *servers =
        json!({ "oneOf": [{ "type": "integer", "minimum": 1, "maximum": 256 }, servers.take()] });
    let strategy = &mut root["properties"]["balancer"]["properties"]["strategy"];
    *strategy = json!({ "oneOf": [{ "type": "string" }, strategy.take()] });
    root["properties"]["balancer"]["properties"]["rules"]["items"]["properties"]["servers"] =
        json!({ "type": "array", "items": { "type": "integer", "minimum": 0 } });
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("A scenario of Equipoise");
    root
}

fn object() -> Value {
    json!({ "type": "object", "additionalProperties": false, "properties": {} })
}

/// Adds a field at its path.
fn add(root: &mut Value, field: &Field) {
    let steps: Vec<&str> = field.path.split('.').collect();
    let mut node = root;
    for (i, step) in steps.iter().enumerate() {
        let last = i + 1 == steps.len();
        let list = steps.get(i + 1) == Some(&"*");
        if *step == "*" {
            node = &mut node["items"];
            if node.is_null() {
                *node = if last { leaf(field) } else { object() };
            }
            continue;
        }
        let Some(properties) = node["properties"].as_object_mut() else {
            return;
        };
        node = child(properties, step, list, last.then(|| leaf(field)));
    }
}

/// The child of a name, made if it is not there.
fn child<'v>(
    properties: &'v mut Map<String, Value>,
    name: &str,
    list: bool,
    leaf: Option<Value>,
) -> &'v mut Value {
    properties
        .entry(name.to_string())
        .or_insert_with(|| match leaf {
            // The number of servers has a row of its own, before theirs.
            Some(_) if name == "servers" => json!({ "type": "array" }),
            Some(leaf) => leaf,
            None if list => json!({ "type": "array" }),
            None => object(),
        })
}

/// What a field may hold.
fn leaf(field: &Field) -> Value {
    let number = |whole: bool| if whole { "integer" } else { "number" };
    match field.kind {
        Kind::Number(range) | Kind::Optional(range, _) => {
            let off = matches!(field.kind, Kind::Optional(..));
            let mut types = vec![number(range.whole)];
            types.extend(off.then_some("null"));
            // A time may have its unit.
            types.extend((range.unit == "seconds").then_some("string"));
            json!({ "type": types, "minimum": range.min, "maximum": range.max })
        }
        Kind::Choice(words) if field.path == "balancer.strategy.id" => {
            json!({ "type": "string", "examples": words })
        }
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Text => json!({ "type": "string", "minLength": 1, "maxLength": 80 }),
    }
}
