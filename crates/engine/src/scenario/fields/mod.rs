//! The table of fields: one row for each number, choice, switch and text of a scenario.
//!
//! Whatever handles fields one by one reads this table: [`Scenario::validate`], the page's
//! controls, `--set`, parameters of sweeps, undo, and the tests that draw random scenarios. A new
//! field needs a row here and its texts below `set-up.`, and nothing else.
//!
//! A row's path is also where the field stands in a scenario's JSON; `*` stands for each element of
//! a list. The rows of a section are in the order of their controls on the page.

mod at;
mod read;
mod rows;
mod value;
mod words;

pub use at::At;
pub use read::distance;
pub use value::Value;

use std::sync::OnceLock;

use super::limits::{Range, TEXT_MAX};
use super::{FieldError, Scenario};

/// A group of controls of the set-up panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What belongs to the whole run. The panel shows none of it.
    Run,
    /// When tasks arrive, and their mean size.
    Arrivals,
    /// How sizes vary.
    Sizes,
    /// Who sends tasks.
    Clients,
    /// How many servers, and their weights.
    Servers,
    /// The servers' speeds.
    Speeds,
    /// What is usually the same for all servers.
    AllServers,
    /// Whether servers take part, and what they do if not. The panel leaves it to their cards.
    States,
    /// The strategy, its settings, and where balancing happens.
    Strategy,
    /// What the balancer can do.
    Dispatcher,
    /// What the device in front of a hybrid's programs can do.
    Front,
    /// How balancers learn which servers are healthy and how loaded they are.
    Health,
    /// How long clients wait, and whether they send a task again.
    RetryPolicy,
    /// The rows of the rule table.
    Rules,
    /// The planned faults.
    Faults,
    /// By whose rule failures take a server out.
    Passive,
    /// How retries are sent.
    Resend,
    /// The connections of clients.
    Connections,
    /// How balancers use levels of priority and zones.
    Locality,
    /// The servers' levels and zones. The panel leaves it to their cards.
    Places,
    /// The daily curve of the rate of arrivals.
    Curve,
    /// What goes over links.
    Network,
    /// The planned changes of numbers.
    Changes,
    /// Who decides how many servers are on.
    Autoscaler,
    /// What requests to language models are like.
    Requests,
    /// How replicas of language models are set up.
    Replicas,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A number.
    Number(Range),
    /// A number that may be off, and what it is when it is switched on.
    Optional(Range, f64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// On or off.
    Flag,
    /// 1 to [`TEXT_MAX`] characters.
    Text,
}

/// The largest value that the rest of a scenario leaves a number, and why that is so.
pub type Limit = fn(&Scenario) -> (f64, &'static str);

/// A row of the table.
pub struct Field {
    /// Its path, with `*` for each element of a list: `servers.*.weight`.
    pub path: &'static str,
    /// Its control's id on the page, and its text key below `set-up.`.
    pub id: &'static str,
    /// What it holds.
    pub kind: Kind,
    label: Option<fn(&Scenario) -> &'static str>,
    shown: fn(&Scenario) -> bool,
    limit: Option<Limit>,
    follow: fn(&mut Scenario, Option<usize>),
    get: Get,
    set: Set,
}

/// Reads a field, of this element of its list; of none: of the first. None if there is no such
/// element.
type Get = fn(&Scenario, Option<usize>) -> Option<Value>;
/// Writes a field, of this element of its list; of none: of each.
type Set = fn(&mut Scenario, Option<usize>, &Value);

impl Field {
    const fn new(path: &'static str, id: &'static str, kind: Kind, get: Get, set: Set) -> Self {
        Self {
            path,
            id,
            kind,
            label: None,
            shown: |_| true,
            limit: None,
            follow: |_, _| (),
            get,
            set,
        }
    }

    /// Its control is shown only while this holds.
    const fn shown(self, shown: fn(&Scenario) -> bool) -> Self {
        Self { shown, ..self }
    }

    /// What it is called depends on the rest of the scenario, or is what another field is called.
    const fn label(self, label: fn(&Scenario) -> &'static str) -> Self {
        Self {
            label: Some(label),
            ..self
        }
    }

    /// The rest of the scenario leaves it no more than this.
    const fn limit(self, limit: Limit) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    /// What choosing it also changes, so that the scenario remains valid.
    const fn follow(self, follow: fn(&mut Scenario, Option<usize>)) -> Self {
        Self { follow, ..self }
    }

    /// Its text key below `set-up.`.
    pub fn label_key(&self, scenario: &Scenario) -> &'static str {
        self.label.map_or(self.id, |label| label(scenario))
    }

    /// Whether its control is shown: whether it matters in this scenario.
    pub fn is_shown(&self, scenario: &Scenario) -> bool {
        (self.shown)(scenario)
    }

    /// Whether each element of a list has one.
    pub fn is_listed(&self) -> bool {
        self.path.contains('*')
    }

    /// The numbers allowed in any scenario; None if it holds no number.
    pub const fn range(&self) -> Option<Range> {
        match self.kind {
            Kind::Number(range) | Kind::Optional(range, _) => Some(range),
            Kind::Choice(_) | Kind::Flag | Kind::Text => None,
        }
    }

    /// The numbers allowed in this scenario; None if it holds no number.
    pub fn range_in(&self, scenario: &Scenario) -> Option<Range> {
        let range = self.range()?;
        let most = self.limit.map_or(range.max, |limit| limit(scenario).0);
        Some(Range {
            max: range.max.min(most),
            slider_max: range.slider_max.min(most),
            ..range
        })
    }

    /// What is wrong with a value, whatever the scenario: the value as text, and what is allowed.
    fn refusal(&self, value: &Value) -> Option<(String, String)> {
        match (self.kind, value) {
            (Kind::Number(range) | Kind::Optional(range, _), Value::Number(x)) => {
                let whole = range.whole && x.fract() != 0.0;
                let span = format!("{} to {}", range.min, range.max);
                if range.allows(*x) && !whole {
                    return None;
                }
                let whole = if whole { "a whole number from " } else { "" };
                Some((x.to_string(), format!("{whole}{span}")))
            }
            (Kind::Choice(words), Value::Word(word)) if words.contains(word) => None,
            (Kind::Text, Value::Text(text)) => {
                let length = text.chars().count();
                let fits = (1..=TEXT_MAX).contains(&length);
                (!fits).then(|| {
                    let value = format!("{length} characters long");
                    (value, format!("1 to {TEXT_MAX} characters"))
                })
            }
            (Kind::Optional(..), Value::Off) | (Kind::Flag, Value::Flag(_)) => None,
            _ => Some((value.to_string(), self.kind.allowed())),
        }
    }

    /// Checks the field in a scenario, in each element of its list.
    ///
    /// # Errors
    /// The first value that is not allowed.
    pub(super) fn validate(&'static self, scenario: &Scenario) -> Result<(), FieldError> {
        if !self.is_listed() {
            return At::new(self, None).validate(scenario);
        }
        let indices = (0..).take_while(|&i| (self.get)(scenario, Some(i)).is_some());
        indices
            .map(|i| At::new(self, Some(i)))
            .try_for_each(|at| at.validate(scenario))
    }
}

impl Kind {
    /// What is allowed, in words.
    pub fn allowed(&self) -> String {
        match self {
            Self::Number(range) | Self::Optional(range, _) => {
                let number = if range.whole {
                    "a whole number"
                } else {
                    "a number"
                };
                let off = if matches!(self, Self::Optional(..)) {
                    ", or null for none"
                } else {
                    ""
                };
                format!("{number} from {} to {}{off}", range.min, range.max)
            }
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Flag => "true or false".into(),
            Self::Text => format!("1 to {TEXT_MAX} characters"),
        }
    }
}

/// Two rows are the same if their paths are.
impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.path)
    }
}

/// The sections of every scenario with their rows, in the order in which they are checked.
static SECTIONS: [(Section, &[Field]); 15] = [
    (Section::Run, rows::run::RUN),
    (Section::Arrivals, rows::workload::ARRIVALS),
    (Section::Sizes, rows::workload::SIZES),
    (Section::Clients, rows::workload::CLIENTS),
    (Section::Servers, rows::servers::SERVERS),
    (Section::Speeds, rows::servers::SPEEDS),
    (Section::AllServers, rows::servers::ALL_SERVERS),
    (Section::States, rows::servers::STATES),
    (Section::Strategy, rows::balancer::STRATEGY),
    (Section::Dispatcher, rows::balancer::DISPATCHER),
    (Section::Front, rows::balancer::FRONT),
    (Section::Health, rows::production::HEALTH),
    (Section::RetryPolicy, rows::production::RETRY_POLICY),
    (Section::Rules, rows::balancer::RULES),
    (Section::Faults, rows::production::FAULTS),
];

/// The rows of language models, which come with their program: without it they matter to no
/// scenario.
static MODELS: OnceLock<&[(Section, &[Field])]> = OnceLock::new();

/// Adds the rows of language models, from now on.
pub fn install_models() {
    MODELS.get_or_init(|| {
        &[
            (Section::Requests, rows::models::REQUESTS),
            (Section::Replicas, rows::models::REPLICAS),
        ]
    });
}

/// The rows of what few scenarios ask for, which come with its program.
const EXTRAS: &[(Section, &[Field])] = &[
    (Section::Passive, rows::extras::PASSIVE),
    (Section::Resend, rows::extras::RESEND),
    (Section::Connections, rows::extras::CONNECTIONS),
    (Section::Locality, rows::locality::LOCALITY),
    (Section::Places, rows::locality::PLACES),
    (Section::Curve, rows::extras::CURVE),
    (Section::Network, rows::locality::NETWORK),
    (Section::Changes, rows::extras::CHANGES),
    (Section::Autoscaler, rows::autoscaler::AUTOSCALER),
];

static EXTRAS_THERE: OnceLock<&[(Section, &[Field])]> = OnceLock::new();

/// Adds those rows, from now on. Natively they are there without it.
pub(super) fn install_extras() {
    EXTRAS_THERE.get_or_init(|| std::hint::black_box(EXTRAS));
}

fn extras() -> &'static [(Section, &'static [Field])] {
    #[cfg(not(target_family = "wasm"))]
    return EXTRAS;
    #[cfg(target_family = "wasm")]
    EXTRAS_THERE.get().copied().unwrap_or_default()
}

/// All sections that are there, with their rows.
pub fn sections() -> impl Iterator<Item = &'static (Section, &'static [Field])> {
    let models = MODELS.get().copied().unwrap_or_default();
    SECTIONS.iter().chain(extras()).chain(models)
}

/// All rows.
pub fn all() -> impl Iterator<Item = &'static Field> {
    sections().flat_map(|(_, rows)| *rows)
}

/// The rows of a section.
pub fn of(section: Section) -> &'static [Field] {
    let found = sections().find(|(known, _)| *known == section);
    found.map_or(&[], |(_, rows)| rows)
}

/// The row with this path. For a path that the code names: `const WEIGHT: &Field =
/// named("servers.*.weight");` is checked when it is compiled.
///
/// # Panics
/// If there is none.
pub const fn named(path: &str) -> &'static Field {
    let mut section = 0;
    while section < SECTIONS.len() {
        let rows = SECTIONS[section].1;
        let mut row = 0;
        while row < rows.len() {
            if equal(rows[row].path.as_bytes(), path.as_bytes()) {
                return &rows[row];
            }
            row += 1;
        }
        section += 1;
    }
    panic!("no field has this path")
}

/// Whether two texts are equal; the library cannot yet say so at compile time.
const fn equal(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}
