//! Texts and values made of bytes.

use arbitrary::{Result, Unstructured};
use equipoise::balance::StrategyId;
use equipoise::scenario::fields::{self, At, Field, Kind, Value};
use equipoise::scenario::{Scenario, presets};

/// Changes of a text, at most.
const CHANGES_MAX: usize = 8;

/// Numbers at which code goes wrong.
const NUMBERS: [&str; 14] = [
    "0",
    "-1",
    "1",
    "0.5",
    "1e-9",
    "1e9",
    "1e308",
    "-0.0",
    "256",
    "257",
    "65536",
    "4294967295",
    "18446744073709551616",
    "NaN",
];

/// One of a list that is not empty.
pub(crate) fn one<'l, T>(u: &mut Unstructured, list: &'l [T]) -> Result<&'l T> {
    u.choose(list)
}

/// A text, changed at a few places: cut, doubled, or with a word or a number put in.
pub(crate) fn changed(u: &mut Unstructured, text: &str, words: &[&str]) -> Result<String> {
    let mut text = text.to_string();
    for _ in 0..u.int_in_range(0..=CHANGES_MAX)? {
        let from = text.floor_char_boundary(u.int_in_range(0..=text.len())?);
        let length = u.int_in_range(0..=40_usize)?;
        let to = text
            .floor_char_boundary((from + length).min(text.len()))
            .max(from);
        let put = match u.int_in_range(0..=4)? {
            0 => String::new(),
            1 => text[from..to].repeat(2),
            2 => one(u, &NUMBERS)?.to_string(),
            3 => one(u, words)?.to_string(),
            _ => u.arbitrary::<char>()?.to_string(),
        };
        text.replace_range(from..to, &put);
    }
    Ok(text)
}

/// A scene, with some of its fields at any place of their ranges, or beyond.
pub(crate) fn scenario(u: &mut Unstructured) -> Result<Scenario> {
    let ids: Vec<&str> = presets::ids().collect();
    let mut scenario = presets::find(one(u, &ids)?).unwrap_or_default();
    for _ in 0..u.int_in_range(0..=CHANGES_MAX)? {
        let (at, value) = assignment(u)?;
        let mut next = scenario.clone();
        if at.choose(&mut next, &value).is_ok() && next.validate().is_ok() {
            scenario = next;
        }
    }
    Ok(scenario)
}

/// A field, and a value of its kind.
pub(crate) fn assignment(u: &mut Unstructured) -> Result<(At, Value)> {
    let all: Vec<&'static Field> = fields::all().collect();
    let field = *one(u, &all)?;
    let index = match u.arbitrary()? {
        true => Some(u.int_in_range(0..=8)?),
        false => None,
    };
    let value = match field.kind {
        Kind::Number(range) | Kind::Optional(range, _) => match u.int_in_range(0..=5)? {
            0 => Value::Number(range.min),
            // The largest are slow by right: a million tasks a second, 256 servers.
            1 => Value::Number(range.max.min(1e4)),
            2 => Value::Off,
            3 => Value::Number(u.arbitrary()?),
            4 => Value::Number(f64::from(u.arbitrary::<u8>()?)),
            _ => Value::Number(f64::from(u.arbitrary::<u16>()?) / 1000.0),
        },
        Kind::Choice(words) => Value::Word(one(u, words)?),
        Kind::Flag => Value::Flag(u.arbitrary()?),
        Kind::Text => Value::Text(u.arbitrary()?),
    };
    Ok((At::new(field, index), value))
}

/// Any strategy.
pub(crate) fn strategy(u: &mut Unstructured) -> Result<StrategyId> {
    one(u, StrategyId::ALL).copied()
}
