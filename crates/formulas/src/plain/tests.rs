use super::*;
use crate::{Formula, Hole, holes, markup};

fn symbols(formula: Formula) -> String {
    plain(formula.symbols()).expect("is known")
}

fn numbers(formula: Formula) -> String {
    plain(formula.numbers()).expect("is known")
}

#[test]
fn formulas_are_as_a_book_would_type_them() {
    let all = [
        (Formula::WeightShare, "w_j / Σw"),
        (Formula::KeyShare, "Σ_(k→j) p_k"),
        (Formula::GapOfSent, "R / ((1 − p)·s_j)"),
        (Formula::LoadCap, "⌈(1 + ε)·m/n⌉ / (m/n) → 1 + ε"),
        (Formula::ArticleRoundRobin, "T_i = (i − 1)·R + T"),
        (Formula::ArticleLeastLoad, "T_i = min_j(L_j)·R + T"),
        (Formula::Start, "B_i = max(A_i, C_k)"),
        (Formula::Utilisation, "ρ = λ·E[S] / (Σ_j v_j·c_j)"),
        (Formula::MM1, "W = 1 / (μ − λ)"),
        (Formula::MMc, "M/M/c: W = E[S] + C / (cμ − λ)"),
        (Formula::Present, "L = λ·W"),
        (Formula::RunLength, "(1.96 / ε)² · 2(1 + ρ) / (ρμ(1 − ρ)²)"),
        (Formula::IfShortest, "W_(M/M/n) … W_(E_n/M/1)"),
        (
            Formula::EnM1,
            "E_n/M/1: W = 1 / (μ·(1 − σ)), σ = (nρ / (nρ + 1 − σ))^n",
        ),
        (
            Formula::IfShortestRemaining,
            "∫_0^∞ E[T(x)]·f(x) dx, E[T(x)] = \
             λ·(∫_0^x t²·f(t) dt + x²·F̄(x)) / (2(1 − ρ_x)²) \
             + ∫_0^x dt / (1 − ρ_t)",
        ),
        (Formula::OptimalSplit, "λ_j = μ_j − √μ_j · (Σμ − λ) / Σ√μ"),
        (Formula::LastDone, "max_j C_j"),
        (Formula::SlowestOfEqual, "max_j ⌈k_j / c_j⌉ · p / v_j"),
        (
            Formula::PulledBounds,
            "Σp / Σv … Σp / Σv + p_max·(1 / v_min − 1 / Σv)",
        ),
    ];
    for (formula, text) in all {
        assert_eq!(symbols(formula), text);
    }
}

#[test]
fn signs_between_numbers_have_room() {
    assert_eq!(numbers(Formula::MM1), "1 / (%{mu} − %{rate})");
    assert_eq!(numbers(Formula::Present), "%{rate} · %{response}");
    assert_eq!(
        numbers(Formula::ArticleRoundRobin),
        "T_%{i} = (%{i} − 1) · %{gap} + %{first}"
    );
    assert_eq!(
        numbers(Formula::WaitP95MMc),
        "ln(%{chance} / 0.05) / (%{c} · %{mu} − %{rate})"
    );
}

/// The bare names of a formula's holes.
fn names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    holes(text, |name| {
        names.push(name.to_string());
        String::new()
    });
    names
}

#[test]
fn every_formula_has_a_plain_form_with_the_same_holes() {
    for &formula in Formula::ALL {
        assert_eq!(names(formula.symbols()), Vec::<String>::new());
        for tex in [formula.symbols(), formula.numbers()] {
            let text = plain(tex).unwrap_or_else(|e| panic!("{}: {e}", formula.id()));
            assert_eq!(names(&text), names(tex), "{text}");
            let bare = holes(&text, |_| String::new());
            assert!(!bare.contains(['\\', '{', '}', '$']), "{text}");
            let count = |c| bare.matches(c).count();
            assert_eq!(count('('), count(')'), "{text}");
        }
    }
}

#[test]
fn what_is_not_known_is_refused() {
    for tex in [r"\unheard", "a}", r"\frac{a", "_j", r"\text{a", "a ~ b"] {
        assert!(plain(tex).is_err(), "{tex}");
    }
}

#[test]
fn parts_and_lists_fill_holes_in_both_forms() {
    let term = |k: u32| {
        Formula::Term
            .with("k", k)
            .with("size", 1u32)
            .with("speed", 2u32)
    };
    let terms = Hole::List(",", vec![term(3).into(), Hole::Word("<a>".into())]);
    let filled = Formula::SlowestOfEqual.with("terms", terms);
    assert_eq!(filled.plain(), "max(3 · 1 / 2, <a>)");
    let template = |formula: Formula| formula.numbers().to_string();
    assert_eq!(
        markup("<mi>x</mi>%{terms}%{other}", &filled.values, &template),
        "<mi>x</mi><mrow><mn>3</mn> \\cdot \\frac{<mn>1</mn>}{<mn>2</mn>}</mrow><mo>,</mo>\
         <mtext>&lt;a></mtext>%{other}"
    );
}
