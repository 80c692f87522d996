//! The names of what a link can hide, and the reader of such links.
//!
//! A field has the name of its path. Everything else has a name of its own, which stays as it is:
//! links that were given out hold it.

use super::{Display, View};
use crate::scenario::fields::{self, Field, Section};
use crate::scenario::{FieldError, presets};

/// Things by groups. Of each its name and its text key; of each group the text key of its heading.
pub const GROUPS: [(&str, &[(&str, &str)]); 4] = [
    (
        "display.tabs",
        &[
            ("tab-set-up", "tabs.set-up"),
            ("tab-why", "tabs.why"),
            ("tab-formulas", "tabs.formulas"),
            ("tab-guide", "tabs.guide"),
            ("tab-lessons", "tabs.lessons"),
            ("lesson-list", "display.lesson-list"),
            ("worksheet", "display.worksheet"),
            ("worksheet-key", "display.worksheet-key"),
        ],
    ),
    (
        "display.bar",
        &[
            ("scenes", "display.scenes"),
            ("one-run", "header.one-run"),
            ("many-runs", "header.many-runs"),
            ("undo", "header.undo"),
            ("compare", "header.compare"),
            ("share", "header.share"),
            ("language", "display.language"),
            ("theme", "header.dark"),
            ("help", "header.help"),
        ],
    ),
    (
        "display.stage",
        &[
            ("cards", "display.cards"),
            ("charts", "chart-panel.title"),
            ("play", "transport.play"),
            ("scrubber", "transport.scrubber"),
            ("speed", "transport.speed"),
            ("seed", "transport.seed"),
            ("guess", "transport.guess"),
        ],
    ),
    (
        "tabs.set-up",
        &[
            ("put-right", "display.put-right"),
            ("set-up-balancer", "set-up.balancer"),
            ("set-up-rules", "set-up.rules"),
            ("set-up-arrivals", "set-up.arrivals"),
            ("set-up-trace", "set-up.trace"),
            ("set-up-requests", "set-up.requests"),
            ("set-up-replicas", "set-up.replicas"),
            ("set-up-sizes", "set-up.sizes"),
            ("set-up-clients", "set-up.clients"),
            ("set-up-servers", "set-up.servers"),
            ("set-up-health", "set-up.health"),
            ("set-up-patience", "set-up.patience"),
            ("set-up-faults", "set-up.faults"),
            ("set-up-autoscaler", "set-up.autoscaler"),
            ("export", "export.open"),
        ],
    ),
];

/// What a preset's name begins with; its id follows.
pub const SCENE: &str = "scene-";

/// The name of the group of controls that has a section's fields; None for those of the run.
pub fn group_of(section: Section) -> Option<&'static str> {
    Some(match section {
        Section::Run => return None,
        Section::Strategy
        | Section::Dispatcher
        | Section::Front
        | Section::Locality
        | Section::Network => "set-up-balancer",
        Section::Rules => "set-up-rules",
        Section::Arrivals => "set-up-arrivals",
        Section::Requests => "set-up-requests",
        Section::Replicas => "set-up-replicas",
        Section::Curve => "set-up-arrivals",
        Section::Sizes => "set-up-sizes",
        Section::Clients | Section::Connections => "set-up-clients",
        Section::Servers
        | Section::Speeds
        | Section::AllServers
        | Section::States
        | Section::Places => "set-up-servers",
        Section::Health | Section::Passive => "set-up-health",
        Section::Autoscaler => "set-up-autoscaler",
        Section::RetryPolicy | Section::Resend => "set-up-patience",
        Section::Faults | Section::Changes => "set-up-faults",
    })
}

/// The fields of a group of controls.
pub fn fields_of(group: &str) -> impl Iterator<Item = &'static Field> {
    let sections = fields::sections().filter(move |(section, _)| group_of(*section) == Some(group));
    sections.flat_map(|(_, rows)| *rows)
}

impl Display {
    /// This layout, without what has these names.
    pub fn new(view: View, hidden: Vec<String>) -> Self {
        let mut words = String::new();
        if !hidden.is_empty() {
            words = format!("&hide={}", hidden.join(","));
        }
        if view != View::Whole {
            words += "&view=";
            words += view.word();
        }
        Self {
            view,
            hidden,
            words,
        }
    }

    /// The names of what is not shown.
    pub fn hidden(&self) -> &[String] {
        &self.hidden
    }

    /// The same in this layout.
    pub fn in_view(&self, view: View) -> Self {
        Self::new(view, self.hidden.clone())
    }

    /// Whether a field's control is shown.
    pub fn shows_field(&self, field: &Field) -> bool {
        let mut sections = fields::sections();
        let section = sections.find(|(_, rows)| rows.contains(field));
        let group = section.and_then(|(section, _)| group_of(*section));
        self.shows(field.path) && group.is_none_or(|group| self.shows(group))
    }

    /// Whether a preset can be opened.
    pub fn shows_scene(&self, id: &str) -> bool {
        self.hidden.is_empty() || self.shows("scenes") && self.shows(&format!("{SCENE}{id}"))
    }

    /// Reads what the part of an address after `#` says of the page, and the first of it that is
    /// not understood; all else holds.
    pub fn read(fragment: &str) -> (Self, Option<FieldError>) {
        let mut view = View::Whole;
        let mut hidden = Vec::new();
        let mut problem = None;
        for word in fragment.trim_start_matches('#').split('&') {
            if let Some(names) = word.strip_prefix("hide=") {
                // Some programs write these so when they pass an address on.
                let names = names.replace("%2C", ",").replace("%2A", "*");
                for name in names.split(',').filter(|name| !name.is_empty()) {
                    if is_known(name) {
                        hidden.push(name.to_string());
                    } else {
                        problem = problem.or(Some(unknown(name)));
                    }
                }
            }
            match word.strip_prefix("view=").unwrap_or(word) {
                "embed" => view = View::Embed,
                "present" => view = View::Present,
                other if word.starts_with("view=") => {
                    let allowed = "embed, present";
                    problem = problem.or(Some(FieldError::new("view", shortened(other), allowed)));
                }
                _ => {}
            }
        }
        (Self::new(view, hidden), problem)
    }
}

/// The names of all things that are no fields and no presets.
pub fn things() -> impl Iterator<Item = &'static str> {
    let all = GROUPS.iter().flat_map(|(_, things)| *things);
    all.map(|(name, _)| *name)
}

fn is_known(name: &str) -> bool {
    let scene = name.strip_prefix(SCENE);
    things().any(|thing| thing == name)
        || fields::all().any(|field| field.path == name)
        || scene.is_some_and(|scene| presets::ids().any(|id| id == scene))
}

/// What is wrong with a name. Of the names allowed those are listed that begin alike.
fn unknown(name: &str) -> FieldError {
    let scenes = presets::ids().map(|id| format!("{SCENE}{id}"));
    let paths = fields::all().map(|field| field.path.to_string());
    let all = things().map(str::to_string).chain(scenes).chain(paths);
    let start = name.split_inclusive(['-', '.']).next().unwrap_or(name);
    let alike: Vec<String> = all.filter(|known| known.starts_with(start)).collect();
    let allowed = match alike.is_empty() {
        true => {
            let things: Vec<_> = things().collect();
            format!("{}, {SCENE}…, or a field's path", things.join(", "))
        }
        false => alike.join(", "),
    };
    FieldError::new("hide", shortened(name), allowed)
}

/// The beginning of a text from outside, for a message.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::fields::named;
    use std::collections::BTreeSet;

    #[test]
    fn what_is_written_is_read_again() {
        crate::serving::install();
        let scenes = presets::ids().map(|id| format!("{SCENE}{id}"));
        let paths = fields::all().map(|field| field.path.to_string());
        let all = things().map(str::to_string).chain(scenes).chain(paths);
        let all: Vec<String> = all.collect();
        for view in [View::Whole, View::Embed, View::Present] {
            let display = Display::new(view, all.clone());
            assert_eq!(Display::read(display.words()), (display, None));
        }
    }

    #[test]
    fn no_two_things_have_the_same_name() {
        crate::serving::install();
        let paths = fields::all().map(|field| field.path);
        let names: Vec<_> = things().chain(paths).collect();
        let different: BTreeSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len() - 1, "only the seed is both");
        assert!(names.iter().all(|name| !name.starts_with(SCENE)));
    }

    #[test]
    fn a_group_hides_its_fields_and_a_field_itself() {
        let weight = named("servers.*.weight");
        let rate = named("arrivals.rate_per_s");
        for hide in ["hide=set-up-servers", "#s=7.x&hide=undo,servers.%2A.weight"] {
            let (display, problem) = Display::read(hide);
            assert_eq!(problem, None);
            assert!(!display.shows_field(weight), "{hide}");
            assert!(display.shows_field(rate), "{hide}");
        }
    }

    #[test]
    fn every_group_of_fields_can_be_hidden() {
        for (section, _) in fields::sections() {
            let group = group_of(*section);
            assert!(group.is_none_or(|group| things().any(|thing| thing == group)));
        }
    }

    #[test]
    fn a_name_that_is_none_is_named_with_those_allowed_and_the_rest_holds() {
        let (display, problem) = Display::read("#embed&hide=tab-gide,compare,nothing");
        assert_eq!(display.view(), View::Embed);
        assert_eq!(display.hidden(), ["compare"]);
        let said = problem.expect("a problem").to_string();
        assert!(said.contains("hide") && said.contains("tab-gide"), "{said}");
        assert!(said.contains("tab-guide, tab-lessons"), "{said}");
        let (_, problem) = Display::read("hide=nothing");
        assert!(problem.expect("a problem").allowed.contains("scene-…"));
        let (display, problem) = Display::read("view=upside-down");
        assert_eq!(display, Display::default());
        assert_eq!(problem.expect("a problem").allowed, "embed, present");
    }
}
