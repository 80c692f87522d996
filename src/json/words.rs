//! What people write for a value: the programs' own words for a strategy, and times with a unit.

use super::did_you_mean::nearest;
use crate::balance::StrategyId;
use crate::import::duration_s;
use crate::scenario::FieldError;
use crate::scenario::fields::{Field, Kind, Value};

/// The programs' words for strategies, in small letters and with `-` for `_`.
const STRATEGIES: &[(&str, StrategyId)] = &[
    // nginx
    ("least-conn", StrategyId::LeastConnections),
    ("least-time", StrategyId::LeastResponseTime),
    ("random-two", StrategyId::TwoChoices),
    ("hash", StrategyId::UriHash),
    ("consistent-hash", StrategyId::Ketama),
    // HAProxy
    ("roundrobin", StrategyId::HaproxyWrr),
    ("static-rr", StrategyId::StaticMap),
    ("leastconn", StrategyId::HaproxyLeastconn),
    ("first", StrategyId::FirstFit),
    // Envoy
    ("ring-hash", StrategyId::EnvoyRing),
    // Caddy
    ("random-choose", StrategyId::TwoChoices),
    ("weighted-round-robin", StrategyId::SmoothWrr),
    // Traefik
    ("wrr", StrategyId::SmoothWrr),
    ("p2c", StrategyId::TwoChoices),
    ("hrw", StrategyId::Rendezvous),
    ("leasttime", StrategyId::LeastResponseTime),
    // IPVS
    ("rr", StrategyId::RoundRobin),
    ("lc", StrategyId::LeastConnections),
    // The literature
    ("power-of-two", StrategyId::TwoChoices),
    ("power-of-two-choices", StrategyId::TwoChoices),
    ("jsq", StrategyId::ShortestQueue),
    ("jiq", StrategyId::IdleQueue),
    ("ewma", StrategyId::PeakEwma),
];

/// A strategy by its id or by a program's word for it.
///
/// # Errors
/// It is neither: what there is, and what was most likely meant.
pub fn strategy(text: &str) -> Result<StrategyId, String> {
    find(text).ok_or_else(|| {
        let near = nearest_strategy(text);
        let all = StrategyId::WORDS.join(", ");
        format!("{text:?} is no strategy{near}; there are {all}")
    })
}

fn find(text: &str) -> Option<StrategyId> {
    let word = normal(text);
    let known = STRATEGIES.iter().find(|(known, _)| *known == word);
    word.parse().ok().or_else(|| known.map(|(_, id)| *id))
}

/// In small letters and with `-`, as ids are.
fn normal(text: &str) -> String {
    text.to_ascii_lowercase().replace('_', "-")
}

fn nearest_strategy(text: &str) -> String {
    let words = STRATEGIES.iter().map(|(word, _)| *word);
    let ids = StrategyId::WORDS.iter().copied();
    nearest(&normal(text), ids.chain(words))
}

/// What else to write for a value that is not allowed.
pub fn hint(error: &FieldError) -> &'static str {
    match error.field.ends_with("].weight") && error.value.contains(['.', '%']) {
        true => "; write shares as 333, 333 and 334",
        false => "",
    }
}

/// A field's value as people write it.
///
/// # Errors
/// The field, the text and what is allowed.
pub fn value(field: &'static Field, text: &str) -> Result<Value, FieldError> {
    if field.path == "balancer.strategy.id" {
        let id = find(text).ok_or_else(|| {
            let near = nearest_strategy(text);
            let all = StrategyId::WORDS.join(", ");
            FieldError::new(field.path, text, format!("one of {all}{near}"))
        })?;
        return Ok(Value::Word(id.as_str()));
    }
    let in_seconds = field.range().is_some_and(|range| range.unit == "seconds");
    if in_seconds && let Some(seconds) = duration_s(text) {
        return Ok(Value::Number(seconds));
    }
    if let Kind::Choice(words) = field.kind {
        let word = normal(text);
        if let Some(known) = words.iter().find(|known| **known == word) {
            return Ok(Value::Word(known));
        }
    }
    field.read(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::fields;

    #[test]
    fn programs_words_are_known() {
        for (word, id) in [
            ("least_conn", StrategyId::LeastConnections),
            ("leastconn", StrategyId::HaproxyLeastconn),
            ("roundrobin", StrategyId::HaproxyWrr),
            ("ROUND_ROBIN", StrategyId::RoundRobin),
            ("ring_hash", StrategyId::EnvoyRing),
            ("p2c", StrategyId::TwoChoices),
            ("pull", StrategyId::Pull),
        ] {
            assert_eq!(strategy(word), Ok(id), "{word}");
        }
        for (word, _) in STRATEGIES {
            assert!(
                word.parse::<StrategyId>().is_err(),
                "{word} is an id by now"
            );
        }
        let error = strategy("least-conections").expect_err("is none");
        assert!(error.contains("did you mean least-connections?"), "{error}");
    }

    #[test]
    fn times_have_units() {
        let field = fields::named("retry_policy.timeout_s");
        assert_eq!(value(field, "500ms"), Ok(Value::Number(0.5)));
        assert_eq!(value(field, "10m"), Ok(Value::Number(600.0)));
        assert!(value(field, "soon").is_err());
        assert!(value(fields::named("seed"), "5s").is_err());
    }
}
