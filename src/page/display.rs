//! How the page is shown, as its address says: the layout, and what a class does not see. It is no
//! part of a scenario, and no run depends on it.

pub mod names;

/// A layout of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// All of it.
    #[default]
    Whole,
    /// Stage and transport, in a frame of another page.
    Embed,
    /// In large type, for a class: stage, transport, one chart and one sentence.
    Present,
}

impl View {
    /// Its word in an address, and its class in the style sheet.
    pub fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Embed => "embed",
            Self::Present => "present",
        }
    }
}

/// How the page is shown.
#[derive(Clone, Debug, Default)]
pub struct Display {
    view: View,
    hidden: Vec<String>,
    words: String,
}

/// Its words say all of it.
impl PartialEq for Display {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Display {
    /// The layout.
    pub fn view(&self) -> View {
        self.view
    }

    /// What an address says of it, after all else: nothing for the whole page.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Whether what has this name is shown.
    pub fn shows(&self, name: &str) -> bool {
        !self.hidden.iter().any(|hidden| hidden == name)
    }
}
