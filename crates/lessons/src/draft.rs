//! A lesson for its teacher to complete, made from a scene: what the stage shows, written as the
//! preset and its changes, and a step of each kind.

use crate::assign::{Assign, assigned};
use crate::run::Length;
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::fields::{self, At, Field};
use equipoise_engine::scenario::{Scenario, presets};
use std::fmt::Write as _;

/// What a lesson is made from.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The scene, valid.
    pub scenario: &'a Scenario,
    /// The strategy beside it.
    pub beside: Option<StrategyId>,
    /// Where the run is.
    pub at: Option<Length>,
    /// Whether the run decides again after that.
    pub continues: bool,
}

/// A field changes with others; after this many rounds nothing more can be reached.
const ROUNDS: usize = 3;
/// Changes in one line.
const IN_A_LINE: usize = 3;

impl Draft<'_> {
    /// The lesson's text, with words from `t`, given a key below `lessons.draft.`.
    pub fn text(&self, t: &dyn Fn(&str) -> String) -> String {
        let (preset, base) = self.base();
        let (changes, is_whole) = changes(&base, self.scenario);
        let mut text = format!(
            "---\ntitle: {}\nabout: {}\nminutes: 10\n---\n\n## say\nscene: {preset}\n",
            t("title"),
            t("about")
        );
        for some in changes.chunks(IN_A_LINE) {
            let _ = writeln!(text, "set: {}", some.join(", "));
        }
        if let Some(beside) = self.beside {
            let _ = writeln!(text, "beside: {beside}");
        }
        match self.at {
            Some(Length::Tasks(tasks)) => _ = writeln!(text, "at: {tasks} tasks"),
            Some(Length::Seconds(time_s)) => _ = writeln!(text, "at: {time_s} s"),
            None => {}
        }
        let _ = writeln!(text, "\n{}", t("say"));
        if !is_whole {
            let _ = writeln!(text, "\n{}", t("lost"));
        }
        if self.continues {
            let _ = write!(text, "\n## predict\nask: next server\n\n{}\n", t("next"));
        }
        let number = "ask: response_mean_s\nwithin: 10 %";
        let _ = write!(text, "\n## predict\n{number}\n\n{}\n", t("number"));
        if let Some(deed) = self.deed() {
            let _ = write!(text, "\n## do\n{deed}\n\n{}\n", t("deed"));
        }
        let _ = write!(text, "\n## reveal\n\n{}\n", t("reveal"));
        let _ = write!(text, "\n## explain\n\n{}\n", t("explain"));
        text
    }

    /// The preset that the scene began as; of one that is none: the first.
    fn base(&self) -> (&'static str, Scenario) {
        let is_it = |id: &&'static str| **id == self.scenario.name;
        let id = presets::ids().find(is_it).or_else(|| presets::ids().next());
        let id = id.unwrap_or_default();
        (id, presets::find(id).unwrap_or_default())
    }

    /// A deed that is possible: a server more or less.
    fn deed(&self) -> Option<String> {
        let servers = self.scenario.servers.len();
        [(servers + 1, ">="), (servers - 1, "<=")]
            .into_iter()
            .find(|(count, _)| {
                let by = Assign::read(&format!("servers = {count}"));
                by.is_ok_and(|by| assigned(self.scenario, &[by]).is_ok())
            })
            .map(|(count, sign)| format!("goal: servers {sign} {count}\nby: servers = {count}"))
    }
}

/// The changes that make one scenario of another, as `set:` has them, and whether nothing else is
/// left to change.
fn changes(from: &Scenario, to: &Scenario) -> (Vec<String>, bool) {
    let mut reached = from.clone();
    reached.name.clone_from(&to.name);
    let mut changes = Vec::new();
    for _ in 0..ROUNDS {
        for field in fields::all() {
            for at in places(field, &reached, to) {
                changes.extend(change(at, &mut reached, to));
            }
        }
    }
    let is_whole = reached == *to;
    (changes, is_whole)
}

/// Where a field differs; all of its list if all elements are to have the same value.
fn places(field: &'static Field, from: &Scenario, to: &Scenario) -> Vec<At> {
    let all = At::new(field, None);
    let differs = |at: &At| at.get(from) != at.get(to);
    if !field.is_listed() {
        return Some(all).filter(differs).into_iter().collect();
    }
    let each = (0..).map(|i| At::new(field, Some(i)));
    let each: Vec<At> = each.take_while(|at| at.get(to).is_some()).collect();
    let first = all.get(to);
    let is_one = each.len() > 1 && each.iter().all(|at| at.get(to) == first);
    let mut places: Vec<At> = each.into_iter().filter(differs).collect();
    if is_one && !places.is_empty() {
        places = vec![all];
    }
    places
}

/// Gives a place the value that it has in `to`, as a lesson can write it.
fn change(at: At, reached: &mut Scenario, to: &Scenario) -> Option<String> {
    let change = format!("{at} = {}", at.get(to)?);
    let read = Assign::read_all(&change).ok()?;
    let [Assign { at, value }] = read.as_slice() else {
        return None;
    };
    at.choose(reached, value).ok()?;
    Some(change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn written(scenario: &Scenario) -> String {
        let draft = Draft {
            scenario,
            beside: Some(StrategyId::Random),
            at: Some(Length::Tasks(3)),
            continues: true,
        };
        draft.text(&|key| format!("About {key}."))
    }

    #[test]
    fn a_changed_scene_comes_back_from_its_draft() {
        equipoise_serving::install();
        for id in presets::ids() {
            let mut scenario = presets::find(id).expect(id);
            scenario.seed = 90_210;
            scenario.arrivals.rate_per_s *= 0.5;
            scenario.servers[0].weight += 1;
            if let Some(more) = scenario.servers.first().cloned() {
                scenario.servers.push(more);
            }
            if scenario.validate().is_err() {
                scenario = presets::find(id).expect(id);
            }
            let text = written(&scenario);
            let lesson = parse(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
            let stage = lesson.stage(0).expect(id).expect(id);
            assert_eq!(stage.scenario, scenario, "{text}");
            assert_eq!(stage.at, Some(Length::Tasks(3)));
            assert_eq!(stage.beside, Some(StrategyId::Random));
            assert!(!text.contains("About lost."));
            assert_eq!(lesson.steps.len(), 6, "{text}");
        }
    }

    #[test]
    fn what_a_lesson_cannot_write_is_said_in_it() {
        let mut scenario = presets::find("black-hole").expect("a preset");
        scenario.faults.clear();
        assert!(written(&scenario).contains("About lost."));
    }
}
