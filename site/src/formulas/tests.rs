use super::*;
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::{Scenario, presets};
use equipoise_formulas::markup;
use equipoise_theory::{Line, predict};
use std::collections::BTreeMap;

#[test]
fn holes_become_elements_of_their_own() {
    assert_eq!(
        mathml(r"\frac{1}{%{mu} - \lambda}", "here"),
        "<math><mfrac><mn>1</mn><mrow>%{mu}<mo>−</mo><mi>λ</mi></mrow></mfrac></math>"
    );
    assert_eq!(
        mathml(r"\text{place %{n} of}\quad -%{m}", "here"),
        "<math><mtext>place </mtext>%{n}<mtext> of</mtext></math> \
         <math><mo form=\"prefix\">−</mo>%{m}</math>"
    );
}

#[test]
fn a_text_keeps_its_words_and_holes() {
    assert_eq!(
        with_formulas("%{server}: $a = %{b}$, at once", "here"),
        "%{server}: <math><mi>a</mi><mo>=</mo>%{b}</math>, at once"
    );
}

#[test]
#[should_panic(expected = "why.rule.x.formula")]
fn what_is_no_formula_fails_with_its_key() {
    mathml(r"\frac{1}{", "why.rule.x.formula");
}

/// What the page writes for a line, by `app/components/formula.rs`.
fn typeset(line: &Line, templates: &BTreeMap<String, Value>) -> String {
    let template = |formula: Formula| {
        let key = format!("formula.{}.numbers", formula.id());
        templates[&key].as_str().expect("is a text").to_string()
    };
    let left = markup(
        &template(line.filled.formula),
        &line.filled.values,
        &template,
    );
    left + &line.value.markup(&template)
}

/// All that is a digit, in order.
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The text between tags.
fn bare(markup: &str) -> String {
    markup
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect()
}

#[test]
fn every_prediction_is_filled_in_and_says_the_same_in_both_forms() {
    let templates: BTreeMap<String, Value> = numbers().collect();
    let with_strategy = |id: &str, strategy: StrategyId| {
        let mut scenario = presets::find(id).expect("a preset");
        scenario.balancer.strategy.id = strategy;
        scenario
    };
    let scenarios: Vec<Scenario> = presets::ids()
        .flat_map(|id| {
            StrategyId::ALL
                .iter()
                .map(move |&strategy| with_strategy(id, strategy))
        })
        .filter(|scenario| scenario.validate().is_ok())
        .collect();
    let mut seen = 0;
    for prediction in scenarios.iter().flat_map(predict) {
        for line in &prediction.filled {
            let (typeset, plain) = (typeset(line, &templates), line.plain());
            assert!(!typeset.contains(HOLE), "{}: {typeset}", prediction.id);
            // ² is written as a digit there.
            let plain = plain.replace('²', "2");
            assert_eq!(digits(&bare(&typeset)), digits(&plain), "{typeset}");
            seen += 1;
        }
    }
    assert!(seen > 1000, "{seen} lines");
}
