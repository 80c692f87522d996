//! What the page knows of its reader.

use crate::view::palette::Theme;

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// 简体中文.
    Chinese,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The language tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// What its speakers call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "简体中文",
        }
    }

    /// The same in two letters or characters.
    pub fn short_name(self) -> &'static str {
        match self {
            Self::English => "EN",
            Self::Chinese => "中文",
        }
    }
}

/// What is remembered between visits; what is not there, or not readable, is None.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Language chosen.
    pub language: Option<Language>,
    /// Theme chosen; none: the system's.
    pub dark: Option<bool>,
    /// Speed chosen (simulated seconds per second).
    pub speed: Option<f64>,
    /// The score of guesses, as [`Scores`](super::guess::Scores) writes it; none: a newcomer's.
    pub guesses: Option<String>,
}

impl Settings {
    /// The theme to show where the system's is `dark`, and has its own colours if they are
    /// `forced`: a theme that was chosen would be unreadable on their ground.
    pub fn theme(&self, dark: bool, forced: bool) -> Theme {
        match self.dark.filter(|_| !forced).unwrap_or(dark) {
            true => Theme::Dark,
            false => Theme::Light,
        }
    }
}

/// A reader, as the page meets them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reader {
    /// What is remembered of them.
    pub settings: Settings,
    /// Whether their system is set to a dark theme.
    pub prefers_dark: bool,
    /// Whether their system has its own colours for all that is shown.
    pub forced: bool,
    /// Whether motion is to be avoided.
    pub still: bool,
}

impl Reader {
    /// The theme to show.
    pub fn theme(&self) -> Theme {
        self.settings.theme(self.prefers_dark, self.forced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Action, Model};

    #[test]
    fn the_systems_theme_is_followed_unless_one_was_chosen_and_always_where_colours_are_forced() {
        let mut model = Model::new(Reader::default());
        let mut shown = |action| {
            model.update(action, 0.0);
            model.theme()
        };
        let system = |dark, forced| Action::SystemTheme { dark, forced };
        assert_eq!(shown(system(true, false)), Theme::Dark);
        assert_eq!(shown(Action::Theme), Theme::Light);
        assert_eq!(shown(system(true, false)), Theme::Light, "one was chosen");
        assert_eq!(shown(system(true, true)), Theme::Dark);
        assert_eq!(shown(system(true, false)), Theme::Light, "it is kept");
    }
}
