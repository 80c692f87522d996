//! Links that hold everything a page shows.
//!
//! A link is the page's address with `#s=`, the version of its form, a dot, and a [`PageLink`] in
//! postcard's binary form as URL-safe base64. That form has no names in it: it is short, and
//! reading it takes little code, which the page must load. So whoever changes a struct in a link
//! raises [`VERSION`]; a link of another version gets a message of its own. A strategy and its
//! settings are written with their names, and change no link. Neither does a part of a scenario
//! that is written by [`later`]: a link is of version [`LATER`] only if one of those is not as by
//! default.

mod desk;

use crate::balance::StrategyId;
use crate::lessons::desk::asked;
use crate::scenario::Position;
use crate::scenario::{FieldError, Pattern, Scenario, Script, later};
use crate::sweep::SweepPlan;
use crate::sweep::size::Sizing;
use crate::workload::recording::TIME_SCALES;
use crate::workload::request;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// What is shown beside a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Beside {
    /// The same run with another strategy.
    Strategy(StrategyId),
    /// Another scenario, with the run's seed.
    Scenario(Box<Scenario>),
}

/// The file of a trace, and how a run plays it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceFile {
    /// Its name, which tells no file from another.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// The CRC-64/XZ of those.
    pub hash: u64,
    /// How many requests are read of it.
    pub requests: u32,
    /// Whether rows that cannot be read are left out.
    pub skip_bad: bool,
    /// Requests arrive at this many times the file's times.
    pub time_scale: f64,
}

impl TraceFile {
    /// Checks how it is played, and that nothing but its requests arrives in a script.
    fn check(&self, script: &Script) -> Result<(), FieldError> {
        if !TIME_SCALES.contains(&self.time_scale) {
            let allowed = "0.000001 to 1000000";
            return Err(FieldError::new(
                "trace.time_scale",
                self.time_scale,
                allowed,
            ));
        }
        let edits = script.edits.iter().map(|edit| &edit.scenario);
        let mut patterns = edits
            .chain([&script.scenario])
            .map(|scenario| scenario.arrivals.pattern);
        match patterns.find(|pattern| *pattern != Pattern::Poisson) {
            Some(other) => {
                let value = format!("{other:?}");
                let allowed = "poisson, where a trace is played";
                Err(FieldError::new("arrivals.pattern", value, allowed))
            }
            None => Ok(()),
        }
    }

    /// Its hash in 16 hexadecimal digits.
    pub fn hash_text(&self) -> String {
        format!("{:016x}", self.hash)
    }
}

/// What a page shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageLink {
    /// The run.
    pub script: Script,
    /// Its position.
    #[serde(default)]
    pub at: Position,
    /// What it is compared with.
    #[serde(default)]
    pub compare: Option<Beside>,
    /// The sweep, if that is what the page shows.
    #[serde(default)]
    pub sweep: Option<Box<SweepPlan>>,
    /// How few servers are enough, if that is asked there.
    #[serde(default)]
    pub sizing: Option<Box<Sizing>>,
    /// The trace that the run plays in place of drawn tasks; the file is not in the link.
    #[serde(default)]
    pub trace: Option<TraceFile>,
}

/// Why text is no scenario.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// The text after `#s=` is not a whole link.
    #[error("this link is damaged: the part after #s= is not whole; copy it again")]
    Damaged,
    /// The link is of another version of the page.
    #[error("this link is of version {0:?}, and this program reads version {VERSION}")]
    Version(String),
    /// The text is longer than any scenario.
    #[error("this is {0} characters long; a scenario has at most {TEXT_LIMIT}")]
    TooLong(usize),
    /// It does not have a scenario's form.
    #[error("this is no scenario: {0}")]
    NoScenario(String),
    /// The link's scenario has replicas of a language model, whose program is not loaded yet.
    #[error("this link has replicas of a language model, whose program is not loaded")]
    Replicas,
    /// A field is out of its range.
    #[error("{0}")]
    Field(#[from] FieldError),
}

/// The version of a link's form.
pub const VERSION: &str = "7";
/// The version of the form that has the parts of [`later`] too.
pub const LATER: &str = "8";
/// The longest text that is looked at.
pub const TEXT_LIMIT: usize = 400_000;
/// The furthest position that a link may hold (events).
const EVENTS_LIMIT: u64 = Position::BY_TIME;

impl PageLink {
    /// The part of an address after `#`.
    pub fn to_fragment(&self) -> String {
        let (bytes, has_later) = later::to_bytes(self);
        let version = if has_later { LATER } else { VERSION };
        format!("s={version}.{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a link's fragment, with or without `#`; None if it holds no scenario at all. Behind it
    /// `&desk=7` asks for the run of a pupil's desk.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn from_fragment(fragment: &str) -> Option<Result<Self, ReadError>> {
        let mut words = fragment.trim_start_matches('#').split('&');
        let text = words.find_map(|part| part.strip_prefix("s="))?;
        let link = Self::decode(text);
        Some(link.map(|link| link.at_desk(asked(fragment))))
    }

    /// Whether a scenario in it needs a program that is loaded later.
    fn needs_models(&self) -> bool {
        let edits = self.script.edits.iter().map(|edit| &edit.scenario);
        let compared = match &self.compare {
            Some(Beside::Scenario(scenario)) => Some(scenario.as_ref()),
            Some(Beside::Strategy(id)) if id.needs_later() => return true,
            Some(Beside::Strategy(_)) | None => None,
        };
        let plan = self.sweep.iter().flat_map(|plan| {
            let beside = plan.beside.iter().map(Box::as_ref);
            beside.chain([&plan.scenario])
        });
        let mut all = edits
            .chain([&self.script.scenario])
            .chain(compared)
            .chain(plan);
        all.any(Scenario::needs_models)
    }

    fn decode(text: &str) -> Result<Self, ReadError> {
        if text.len() > TEXT_LIMIT {
            return Err(ReadError::TooLong(text.len()));
        }
        let (version, code) = text.split_once('.').ok_or(ReadError::Damaged)?;
        if ![VERSION, LATER].contains(&version) {
            return Err(ReadError::Version(version.chars().take(12).collect()));
        }
        let bytes = URL_SAFE_NO_PAD
            .decode(code.trim_end_matches('='))
            .map_err(|_| ReadError::Damaged)?;
        let link: Result<Self, _> = match version {
            LATER => postcard::from_bytes(&bytes),
            _ => later::without(|| postcard::from_bytes(&bytes)).0,
        };
        // Some fields come with their program; a sweep over one cannot be read before.
        let needs_replicas = match &link {
            Ok(link) => link.needs_models(),
            Err(_) => [
                &b"requests."[..],
                b"replicas.",
                b".passive.",
                b".resend.",
                b"autoscaler.",
            ]
            .iter()
            .any(|name| bytes.windows(name.len()).any(|found| found == *name)),
        };
        if needs_replicas && !request::is_installed() {
            return Err(ReadError::Replicas);
        }
        let link = link.map_err(|_| ReadError::Damaged)?;
        link.script.validate()?;
        if let Some(Beside::Scenario(scenario)) = &link.compare {
            scenario.validate()?;
        }
        if let Some(plan) = &link.sweep {
            // Its own numbers are for the lab to refuse, with what is wrong beside them.
            plan.scenario.validate()?;
            plan.beside
                .iter()
                .try_for_each(|scenario| scenario.validate())?;
        }
        if let Some(trace) = &link.trace {
            trace.check(&link.script)?;
        }
        for at in link.script.edits.iter().map(|e| &e.at).chain([&link.at]) {
            if at.event > EVENTS_LIMIT || at.time_s < 0.0 || !at.time_s.is_finite() {
                let value = format!("event {} at {} s", at.event, at.time_s);
                let allowed = "0 to 1000000000 events, a time of 0 or more";
                return Err(FieldError::new("at", value, allowed).into());
            }
        }
        Ok(link)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{PassiveRule, ServerConfig, presets};

    fn message(bytes: impl AsRef<[u8]>) -> String {
        let fragment = format!("#s={VERSION}.{}", URL_SAFE_NO_PAD.encode(bytes));
        PageLink::from_fragment(&fragment)
            .expect("has s=")
            .expect_err("is hostile")
            .to_string()
    }

    fn link(change: impl FnOnce(&mut PageLink)) -> Vec<u8> {
        let mut link = PageLink::default();
        change(&mut link);
        later::to_bytes(&link).0
    }

    #[test]
    fn every_preset_survives_a_link() {
        crate::serving::install();
        for id in presets::ids() {
            let link = PageLink {
                script: Script::new(presets::find(id).expect(id)),
                at: Position {
                    event: 12,
                    time_s: 3.25,
                },
                compare: Some(Beside::Strategy(StrategyId::Random)),
                sweep: None,
                sizing: None,
                trace: None,
            };
            let fragment = link.to_fragment();
            let scenario = &link.script.scenario;
            let extras = if scenario.needs_extras() { 300 } else { 0 };
            let most = 600 + extras + 50 * scenario.servers.len();
            assert!(fragment.len() < most, "{id}: {} characters", fragment.len());
            assert_eq!(PageLink::from_fragment(&fragment), Some(Ok(link)), "{id}");
        }
    }

    #[test]
    fn hostile_links_get_a_message() {
        assert_eq!(
            PageLink::from_fragment("#s=%%%"),
            Some(Err(ReadError::Damaged))
        );
        assert_eq!(
            PageLink::from_fragment(&format!("#s={VERSION}.%%%")),
            Some(Err(ReadError::Damaged))
        );
        assert_eq!(
            PageLink::from_fragment("#s=0.AAAA"),
            Some(Err(ReadError::Version("0".into())))
        );
        assert_eq!(PageLink::from_fragment("#elsewhere"), None);
        assert!(message([]).contains("damaged"));
        assert!(message("{}").contains("damaged"));
        assert!(message(&link(|_| ())[..40]).contains("damaged"));
        assert!(message(link(|l| l.script.scenario.servers.clear())).contains("servers is 0"));
        let no_servers = Scenario {
            servers: Vec::new(),
            ..Scenario::default()
        };
        let beside = Beside::Scenario(Box::new(no_servers.clone()));
        assert!(message(link(|l| l.compare = Some(beside))).contains("servers is 0"));
        let plan = SweepPlan {
            beside: Some(Box::new(no_servers)),
            ..SweepPlan::default()
        };
        assert!(message(link(|l| l.sweep = Some(Box::new(plan)))).contains("servers is 0"));
        assert!(message(link(|l| l.at.time_s = -4.0)).contains("at is"));
        assert!(message(link(|l| l.at.event = u64::MAX)).contains("at is"));
        assert!(
            message(link(
                |l| l.script.scenario.servers = vec![ServerConfig::default(); 5000]
            ))
            .contains("1 to 256")
        );
    }

    /// A link that was made with version 7. If this fails, a struct in links has changed: raise
    /// [`VERSION`] and put a link of the new version here.
    #[test]
    fn links_of_this_version_still_open() {
        let scenario = presets::find("rule-table").expect("preset");
        let plan = SweepPlan {
            param: "balancer.health.ejection_s".parse().expect("a number"),
            ..SweepPlan::usual(&scenario)
        };
        let link = PageLink {
            script: Script::new(scenario),
            at: Position {
                event: 12,
                time_s: 3.25,
            },
            compare: Some(Beside::Strategy(StrategyId::ArticleProgram)),
            sweep: Some(Box::new(plan)),
            sizing: Some(Box::new(Sizing {
                goals: vec!["response_p95_s<=2".parse().expect("a goal")],
                ..Sizing::usual(&Scenario::default())
            })),
            trace: Some(TraceFile {
                name: "hour.csv".into(),
                bytes: 320_117,
                hash: 0x0123_4567_89ab_cdef,
                requests: 8819,
                skip_bad: false,
                time_scale: 0.5,
            }),
        };
        let now = link.to_fragment();
        assert_eq!(
            PageLink::from_fragment(VERSION_7),
            Some(Ok(link)),
            "now it would be {now}"
        );
    }

    /// What came later is in a link only where it is not as by default.
    #[test]
    fn a_link_has_later_parts_only_if_it_needs_them() {
        let mut link = PageLink::default();
        assert!(link.to_fragment().starts_with("s=7."));
        let health = &mut link.script.scenario.balancer.health;
        health.max_fails = Some(3);
        health.passive.rule = PassiveRule::Nginx;
        let fragment = link.to_fragment();
        assert!(fragment.starts_with("s=8."), "{fragment}");
        assert_eq!(PageLink::from_fragment(&fragment), Some(Ok(link)));
    }

    const VERSION_7: &str = "s=7.CnJ1bGUtdGFibGUHAAAAAAAATkAAATMzMzMzMwNAAAAAAAAAAAAAAAAA\
        AAAAQAAAAAAAABhAGAAAAAAAAAAAAwAAAAAAAPA_mpmZmZmZ6T8MAAAAAAAAAAAMAAAAAAAAAAAGAAAAAAAAAA\
        ABAmlkEWxlYXN0LWNvbm5lY3Rpb25zAwEGL2NoYXQvAgABAQcvaW1hZ2UvAgABAQEvAgIDAAAAAAAAAAAAAAAA\
        AAAAAAAAAAAAAwACAwAAAAAAAAAkQAAAAAAAAAAAAAAABAIAAAAAAAD4PwEAAAAAAAAAAAAUQPyp8dJNYlA_Ag\
        AAAAAAAPg_AQAAAAAAAAAAABRA_Knx0k1iUD8BmpmZmZmZ6T8BAAAAAAAAAAAAFED8qfHSTWJQPwGamZmZmZnp\
        PwEAAAAAAAAAAAAUQPyp8dJNYlA_AAAAAAAAAAAAAAAAAAAADAAAAAAAAApAAQAPYXJ0aWNsZS1wcm9ncmFtAQ\
        pydWxlLXRhYmxlBwAAAAAAAE5AAAEzMzMzMzMDQAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAYQBgAAAAAAAAAAAMA\
        AAAAAADwP5qZmZmZmek_DAAAAAAAAAAADAAAAAAAAAAABgAAAAAAAAAAAQJpZBFsZWFzdC1jb25uZWN0aW9ucw\
        MBBi9jaGF0LwIAAQEHL2ltYWdlLwIAAQEBLwICAwAAAAAAAAAAAAAAAAAAAAAAAAAAAAMAAgMAAAAAAAAAJEAA\
        AAAAAAAAAAAAAAQCAAAAAAAA-D8BAAAAAAAAAAAAFED8qfHSTWJQPwIAAAAAAAD4PwEAAAAAAAAAAAAUQPyp8d\
        JNYlA_AZqZmZmZmek_AQAAAAAAAAAAABRA_Knx0k1iUD8BmpmZmZmZ6T8BAAAAAAAAAAAAFED8qfHSTWJQPwAA\
        AAAAAAAAAAAAAAAAABpiYWxhbmNlci5oZWFsdGguZWplY3Rpb25fcwAAAAAAAOA_ZmZmZmZm7j8KAAoA0IYDAQ\
        EOcmVzcG9uc2VfcDk1X3MAAAAAAAAAQAEKc21vb3RoLXdyckAokE4AAQhob3VyLmNzdvXEE--br834rNGRAfNE\
        AAAAAAAAAOA_";

    #[test]
    fn links_of_older_versions_get_one_line_that_says_so() {
        let error = PageLink::from_fragment(VERSION_3).expect("has s=");
        let line = error.expect_err("is older").to_string();
        let expected = "this link is of version \"3\", and this program reads version 7";
        assert_eq!(line, expected);
    }

    const VERSION_3: &str = "s=3.CnJ1bGUtdGFibGUHAAAAAAAATkAAATMzMzMzMwNAAAAAAAAAAAAAAAAA\
        AAAAQAAAAAAAABhAGAAAAAAAAAAAAwAAAAAAAPA_mpmZmZmZ6T8MAAAAAAAAAAAMAAAAAAAAAAAGAAAAAAAAAAAF\
        AQMAAQIBAaABgAh9AgAAAAAAAAAA8D8AAAAAAAAkQAMAAAAAAADwP-F6FK5H4eo_AwEGL2NoYXQvAgABAQcvaW1h\
        Z2UvAgABAQEvAgIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAwACAwAAAAAAAAAkQAAAAAAAAAAAAAAABAIAAAAAAAD4\
        PwEAAAAAAAAAAAAUQPyp8dJNYlA_AgAAAAAAAPg_AQAAAAAAAAAAABRA_Knx0k1iUD8BmpmZmZmZ6T8BAAAAAAAA\
        AAAAFED8qfHSTWJQPwGamZmZmZnpPwEAAAAAAAAAAAAUQPyp8dJNYlA_AAAAAAAAAAAAAAAAAAwAAAAAAAAKQAEA\
        CwA";
}
