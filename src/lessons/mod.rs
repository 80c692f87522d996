//! The guide: an entry for every concept of the article, in both languages, each with a scene that shows it.
//!
//! The texts are `en/*.md` and `zh-CN/*.md`; the build script compiles them in.

/// An entry of the guide. Texts come in the order of [`LANGUAGES`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Its name in links.
    pub id: &'static str,
    /// The group it stands in: a text key below `guide.group.`.
    pub group: &'static str,
    /// The preset that shows it.
    pub scene: &'static str,
    /// Its heading.
    pub title: [&'static str; 2],
    /// What to do in the scene.
    pub attempt: [&'static str; 2],
    /// The text, as HTML with MathML.
    pub html: [&'static str; 2],
}

/// The languages, in the order of an entry's texts.
pub const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

/// All entries in reading order.
pub const GUIDE: &[Entry] = include!(concat!(env!("OUT_DIR"), "/guide.rs"));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::presets;

    #[test]
    fn every_entry_opens_a_scene_and_every_scene_has_an_entry() {
        for entry in GUIDE {
            assert!(presets::find(entry.scene).is_some(), "{}: no scene {}", entry.id, entry.scene);
        }
        for id in presets::ids() {
            assert!(GUIDE.iter().any(|e| e.scene == id), "no entry shows {id}");
        }
    }

    #[test]
    fn entries_have_text_in_both_languages() {
        for entry in GUIDE {
            for texts in [entry.title, entry.attempt, entry.html] {
                assert!(texts.iter().all(|t| !t.is_empty()), "{}", entry.id);
            }
            let chinese = |t: &str| t.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(chinese(entry.html[1]) && !chinese(entry.html[0]), "{}", entry.id);
        }
    }
}
