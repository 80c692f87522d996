//! The language of the page.

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// 简体中文.
    Chinese,
}

impl Language {
    /// Both, in the order of the guide's texts.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The language tag.
    pub fn tag(self) -> &'static str {
        crate::lessons::LANGUAGES[self as usize]
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

    /// The language that the browser asks for.
    pub fn of_browser() -> Self {
        let wanted = gloo::utils::window().navigator().language().unwrap_or_default();
        if wanted.starts_with("zh") { Self::Chinese } else { Self::English }
    }
}

/// Speaks `language` from now on, and tells the browser so.
pub fn set(language: Language) {
    rust_i18n::set_locale(language.tag());
    if let Some(root) = gloo::utils::document().document_element() {
        let _ = root.set_attribute("lang", language.tag());
    }
    gloo::utils::document().set_title(&tr("page.title"));
}

/// The text of a key in the page's language.
pub fn tr(key: &str) -> String {
    rust_i18n::t!(key).into_owned()
}

/// Like [`tr`], with placeholders `%{name}` filled in.
pub fn tr_with<V: AsRef<str>>(key: &str, values: &[(&str, V)]) -> String {
    values.iter().fold(tr(key), |text, (name, value)| text.replace(&format!("%{{{name}}}"), value.as_ref()))
}
