//! Holes in formulas and texts, and what fills them.

use crate::{Filled, Formula, HOLE};

/// What fills a hole.
#[derive(Clone, Debug, PartialEq)]
pub enum Hole {
    /// A number as it is to be read.
    Number(String),
    /// A name or a key.
    Word(String),
    /// A part that is a formula itself.
    Part(Filled),
    /// Parts with a sign between them, such as `+`.
    List(&'static str, Vec<Hole>),
}

impl Hole {
    /// In one line.
    pub fn plain(&self) -> String {
        match self {
            Self::Number(text) | Self::Word(text) => text.clone(),
            Self::Part(part) => part.plain(),
            Self::List(sign, parts) => {
                let parts: Vec<String> = parts.iter().map(Self::plain).collect();
                let sign = match *sign {
                    "," => ", ".to_string(),
                    sign => format!(" {sign} "),
                };
                parts.join(&sign)
            }
        }
    }

    /// As MathML, given that of each formula with its holes.
    pub fn markup(&self, template: &dyn Fn(Formula) -> String) -> String {
        match self {
            Self::Number(text) => format!("<mn>{}</mn>", escaped(text)),
            Self::Word(text) => format!("<mtext>{}</mtext>", escaped(text)),
            Self::Part(part) => {
                let inside = markup(&template(part.formula), &part.values, template);
                format!("<mrow>{inside}</mrow>")
            }
            Self::List(sign, parts) => {
                let parts: Vec<String> = parts.iter().map(|part| part.markup(template)).collect();
                parts.join(&format!("<mo>{sign}</mo>"))
            }
        }
    }
}

macro_rules! counts {
    ($($type:ty),*) => {$(
        impl From<$type> for Hole {
            fn from(count: $type) -> Self {
                Self::Number(count.to_string())
            }
        }
    )*};
}

counts!(u32, u64, usize);

impl From<Filled> for Hole {
    fn from(part: Filled) -> Self {
        Self::Part(part)
    }
}

/// What fills the hole `name`.
pub fn find<'a>(values: &'a [(&'static str, Hole)], name: &str) -> Option<&'a Hole> {
    values.iter().find(|(of, _)| *of == name).map(|(_, v)| v)
}

/// `text` with each hole replaced by what `fill` makes of its name.
pub fn holes(text: &str, mut fill: impl FnMut(&str) -> String) -> String {
    let mut parts = text.split(HOLE);
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        match part.split_once('}') {
            Some((name, rest)) => {
                out += &fill(name);
                out += rest;
            }
            None => {
                out += HOLE;
                out += part;
            }
        }
    }
    out
}

/// MathML with its holes filled; `template` gives that of a formula that stands in a hole. A hole
/// of which nothing is known stays.
pub fn markup(
    mathml: &str,
    values: &[(&'static str, Hole)],
    template: &dyn Fn(Formula) -> String,
) -> String {
    holes(mathml, |name| match find(values, name) {
        Some(hole) => hole.markup(template),
        None => format!("{HOLE}{name}}}"),
    })
}

/// A text that stands between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
