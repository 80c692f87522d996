//! How the page is shown, and what can then not be done.
//!
//! What a link hides is not drawn. What could still be done, by a key or a drag, is refused here,
//! before anything else sees the action. The program for that comes with the reader of links.

use super::Model;
use crate::page::action::{Action, Dialog, Rung, Tab};
use crate::page::change::Change;
use crate::page::display::{Display, View};
use crate::page::guess::GuessAction;
use std::rc::Rc;
use std::sync::OnceLock;

/// Sees an action first, and gives back what is left of it to do.
type Before = fn(&mut Model, Action) -> Option<Action>;

/// What sees actions first, once the page can be shown in another way.
pub(super) static BEFORE: OnceLock<Before> = OnceLock::new();

/// Has the page shown as links say, and actions refused that belong to what they hide.
pub fn install() {
    BEFORE.get_or_init(|| before);
}

fn before(model: &mut Model, action: Action) -> Option<Action> {
    match action {
        Action::Display(display) => model.show_as(display),
        Action::Present => {
            let view = match model.display.view() {
                View::Present => View::Whole,
                View::Whole | View::Embed => View::Present,
            };
            model.show_as(model.display.in_view(view).into());
        }
        action => return (!refuses(model, &action)).then_some(action),
    }
    None
}

impl Model {
    /// How the page is shown.
    pub fn display(&self) -> &Display {
        &self.display
    }

    /// Whether what has this name is shown.
    pub fn shows(&self, name: &str) -> bool {
        self.display.shows(name)
    }

    /// Whether a tab is shown: the lesson of a link always is.
    pub fn shows_tab(&self, tab: Tab) -> bool {
        self.shows(tab.id()) || tab == Tab::Lessons && self.lesson.is_some()
    }

    /// Whether there is a panel at the side: of other layouts only if a lesson is in it.
    pub fn has_side(&self) -> bool {
        let lesson = self.tab == Tab::Lessons && self.lesson.is_some();
        lesson || self.display.view() == View::Whole && self.shows(self.tab.id())
    }

    /// Shows the page in this way from now on.
    fn show_as(&mut self, display: Rc<Display>) {
        self.opened = true;
        self.display = display;
        let rung = match self.rung {
            Rung::OneAllocation => true,
            Rung::OneRun => self.shows("one-run"),
            Rung::ManyRuns => self.shows("many-runs"),
        };
        if !rung || self.display.view() != View::Whole {
            self.rung = Rung::OneAllocation;
        }
        let mut tabs = [self.tab].into_iter().chain(Tab::ALL);
        self.tab = tabs.find(|tab| self.shows_tab(*tab)).unwrap_or(self.tab);
    }
}

fn refuses(model: &Model, action: &Action) -> bool {
    let display = &model.display;
    if display.hidden().is_empty() {
        return false;
    }
    let guess = &model.guess;
    let name = match action {
        Action::Change(change) | Action::ChangeFromStart(change) => {
            return !allows_change(display, change);
        }
        Action::Job(_) | Action::JobField(..) => "scenes",
        Action::Scene(id) => return !display.shows_scene(id),
        Action::Tab(tab) => return !model.shows_tab(*tab),
        Action::Lesson(lesson) => return !allows_lesson(model, lesson.as_deref()),
        Action::TogglePlay if !guess.on => "play",
        Action::Seek(_) => "scrubber",
        Action::Speed(_) => "speed",
        Action::Undo => "undo",
        Action::Compare(_) | Action::Keep => "compare",
        Action::Language(_) => "language",
        Action::Theme => "theme",
        Action::Rung(Rung::OneRun) => "one-run",
        Action::Rung(Rung::ManyRuns) | Action::Sweep(_) | Action::Size(_) | Action::OpenRun(_) => {
            "many-runs"
        }
        Action::Chart(..) | Action::Dialog(Some(Dialog::Table { .. })) => "charts",
        Action::Select(Some(_)) if !guess.on => "cards",
        Action::Share | Action::Dialog(Some(Dialog::Share(_))) => "share",
        Action::Dialog(Some(Dialog::Help)) => "help",
        Action::Dialog(Some(Dialog::Export(_))) => "export",
        Action::Dialog(Some(Dialog::Open | Dialog::Measured))
        | Action::Trace(..)
        | Action::Imported(_) => "set-up-trace",
        Action::Guess(GuessAction::Switch) => "guess",
        _ => return false,
    };
    !display.shows(name)
}

fn allows_change(display: &Display, change: &Change) -> bool {
    match change {
        Change::Set(at, _) => display.shows_field(at.field()),
        Change::SetAll(values) => values.iter().all(|(at, _)| display.shows_field(at.field())),
        Change::AddRule | Change::RemoveRule(_) | Change::ToggleServer { .. } => {
            display.shows("set-up-rules")
        }
        Change::AddFault(_)
        | Change::RemoveFault(_)
        | Change::AddChange(_)
        | Change::RemoveChange(_) => display.shows("set-up-faults"),
        Change::PutRight => display.shows("put-right"),
    }
}

/// Steps of the lesson that is open can always be opened, its worksheet if that is not hidden.
fn allows_lesson(model: &Model, lesson: Option<&str>) -> bool {
    if lesson.is_some_and(|lesson| lesson.ends_with(".sheet")) && !model.shows("worksheet") {
        return false;
    }
    let same = lesson.is_some_and(|lesson| {
        let open = model.lesson.as_deref().map(id_of);
        open == Some(id_of(lesson))
    });
    same || model.shows("lesson-list") && model.shows("tab-lessons")
}

/// The id of a lesson in `turns.3`.
fn id_of(lesson: &str) -> &str {
    lesson.rsplit_once('.').map_or(lesson, |(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::settings::Reader;
    use crate::scenario::fields::{At, Value, named};

    fn model(words: &str) -> Model {
        install();
        let (display, problem) = Display::read(words);
        assert_eq!(problem, None);
        let mut model = Model::new(Reader::default());
        model.update(Action::Display(display.into()), 0.0);
        model
    }

    fn weight() -> Action {
        let at = At::new(named("servers.*.weight"), Some(0));
        Action::Change(Change::Set(at, Value::Number(4.0)))
    }

    #[test]
    fn what_is_hidden_cannot_be_done_and_all_else_can() {
        let actions = [
            ("scenes", Action::Scene("random".into())),
            ("scene-random", Action::Scene("random".into())),
            ("one-run", Action::Rung(Rung::OneRun)),
            ("many-runs", Action::Rung(Rung::ManyRuns)),
            ("compare", Action::Keep),
            ("help", Action::Dialog(Some(Dialog::Help))),
            ("set-up-trace", Action::Dialog(Some(Dialog::Open))),
            ("share", Action::Share),
            ("theme", Action::Theme),
            ("speed", Action::Speed(3.0)),
            ("play", Action::TogglePlay),
            ("scrubber", Action::Seek(4.0)),
            ("cards", Action::Select(Some(1))),
            ("tab-guide", Action::Tab(Tab::Guide)),
            ("lesson-list", Action::Lesson(None)),
            ("guess", Action::Guess(GuessAction::Switch)),
            ("servers.*.weight", weight()),
            ("set-up-servers", weight()),
            ("set-up-faults", Action::Change(Change::AddFault(1.0))),
        ];
        for (name, action) in actions {
            let locked = model(&format!("hide={name}"));
            assert!(refuses(&locked, &action), "{name}");
            let free = model("hide=undo,export");
            assert!(!refuses(&free, &action), "{name}");
            assert!(!refuses(&locked, &Action::StepForward), "{name}");
            let all = Action::Display(Rc::default());
            assert!(!refuses(&locked, &all), "{name}: it can be shown again");
        }
    }

    #[test]
    fn a_drag_over_a_hidden_weight_changes_nothing() {
        let mut model = model("hide=servers.*.weight");
        let before = model.scenario().clone();
        model.update(weight(), 0.0);
        assert_eq!(*model.scenario(), before);
        model.update(Action::Display(Rc::default()), 0.0);
        model.update(weight(), 0.0);
        assert_ne!(*model.scenario(), before);
    }

    #[test]
    fn the_address_holds_it_and_a_hidden_tab_gives_way() {
        let model = model("hide=tab-why,tab-set-up&view=embed");
        assert_eq!(model.tab(), Tab::Formulas);
        assert!(!model.has_side(), "a frame has none");
        let address = model.address();
        assert!(address.ends_with("&hide=tab-why,tab-set-up&view=embed"));
    }

    #[test]
    fn a_lesson_is_shown_without_the_list_of_all() {
        let mut model = model("hide=tab-lessons");
        model.update(Action::Lesson(Some("turns.1".into())), 0.0);
        assert_eq!(model.lesson(), None, "no way to one");
        model.update(Action::Display(Rc::default()), 0.0);
        model.update(Action::Lesson(Some("turns.1".into())), 0.0);
        let (display, _) = Display::read("hide=tab-lessons&view=present");
        model.update(Action::Display(display.into()), 0.0);
        assert!(model.has_side() && model.shows_tab(Tab::Lessons));
        model.update(Action::Lesson(Some("turns.2".into())), 0.0);
        model.update(Action::Lesson(None), 0.0);
        model.update(Action::Lesson(Some("queues.1".into())), 0.0);
        assert_eq!(model.lesson(), Some("turns.2"));
    }

    #[test]
    fn a_hidden_worksheet_is_not_opened_from_its_lesson() {
        let mut model = model("");
        model.update(Action::Lesson(Some("turns.1".into())), 0.0);
        let (display, _) = Display::read("hide=worksheet");
        model.update(Action::Display(display.into()), 0.0);
        model.update(Action::Lesson(Some("turns.sheet".into())), 0.0);
        assert_eq!(model.lesson(), Some("turns.1"));
        model.update(Action::Display(Rc::default()), 0.0);
        model.update(Action::Lesson(Some("turns.sheet".into())), 0.0);
        assert_eq!(model.lesson(), Some("turns.sheet"));
    }

    #[test]
    fn without_a_button_to_pause_nothing_plays() {
        let mut model = model("hide=play");
        assert!(!model.is_playing());
        model.update(Action::Scene("random".into()), 0.0);
        assert!(!model.is_playing());
    }
}
