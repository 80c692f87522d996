//! The rows of the table, by section.

pub(super) mod autoscaler;
pub(super) mod balancer;
pub(super) mod extras;
pub(super) mod locality;
pub(super) mod models;
pub(super) mod production;
pub(super) mod run;
pub(super) mod servers;
pub(super) mod workload;

use crate::scenario::limits::{Range, log};

/// A row of what is at this path: `field!(sizes.mean, …)`. In brackets, what each element of a
/// list has, or `*` for the elements themselves: `field!(servers[weight], …)`.
macro_rules! field {
    ($first:ident $(.$rest:ident)*, $id:literal, $kind:expr) => {
        $crate::scenario::fields::Field::new(
            concat!(stringify!($first) $(, ".", stringify!($rest))*),
            $id,
            $kind,
            |s, _| Some($crate::scenario::fields::value::Stored::read(&s.$first$(.$rest)*)),
            |s, _, value| $crate::scenario::fields::value::Stored::write(&mut s.$first$(.$rest)*,
                value),
        )
    };
    ($first:ident $(.$rest:ident)* [$name:tt], $id:literal, $kind:expr) => {
        $crate::scenario::fields::Field::new(
            field!(@path [$first $(.$rest)*] $name),
            $id,
            $kind,
            |s, index| s.$first$(.$rest)*.get(index.unwrap_or(0)).map(|x| field!(@read x $name)),
            |s, index, value| {
                let chosen = $crate::scenario::fields::rows::chosen(&mut s.$first$(.$rest)*, index);
                chosen.iter_mut().for_each(|x| field!(@write x $name value));
            },
        )
    };
    (@path [$first:ident $(.$rest:ident)*] *) => {
        concat!(stringify!($first) $(, ".", stringify!($rest))*, ".*")
    };
    (@path [$first:ident $(.$rest:ident)*] $name:ident) => {
        concat!(stringify!($first) $(, ".", stringify!($rest))*, ".*.", stringify!($name))
    };
    (@read $x:ident *) => { $crate::scenario::fields::value::Stored::read($x) };
    (@read $x:ident $name:ident) => { $crate::scenario::fields::value::Stored::read(&$x.$name) };
    (@write $x:ident * $value:ident) =>
        { $crate::scenario::fields::value::Stored::write($x, $value) };
    (@write $x:ident $name:ident $value:ident) => {
        $crate::scenario::fields::value::Stored::write(&mut $x.$name, $value)
    };
}
use field;

/// The element at `index`, if there is one; without an index, all.
fn chosen<T>(list: &mut [T], index: Option<usize>) -> &mut [T] {
    match index {
        Some(i) => list.get_mut(i..=i).unwrap_or_default(),
        None => list,
    }
}

/// Skew of popularity: Zipf's exponent.
const SKEW: Range = crate::scenario::limits::linear(0.0, 5.0, 3.0, 0.1, "");
/// How long something is waited for, at most 10,000 s.
const fn wait(slider_max: f64) -> Range {
    log(0.001, 10_000.0, slider_max, 0.1, "seconds")
}
/// How often something is asked or reported.
const EVERY: Range = log(0.01, 1000.0, 10.0, 0.1, "seconds");
/// How long something lasts.
const LASTS: Range = log(0.01, 10_000.0, 60.0, 0.1, "seconds");
