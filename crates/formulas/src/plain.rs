//! TeX to plain text, for the command line and for pictures that are saved: `\frac{1}{\mu -
//! \lambda}` becomes `1 / (μ − λ)`.
//!
//! It knows the part of TeX that the project's formulas use, and refuses anything else. Holes
//! `%{name}` stay as they are.

use crate::HOLE;

/// The plain form of `tex`.
///
/// # Errors
/// What in it is not known.
pub fn plain(tex: &str) -> Result<String, String> {
    let mut rest = Unread(tex);
    let row = rest.row()?;
    if rest.0.is_empty() {
        Ok(written(&row))
    } else {
        Err(format!("{:?} closes nothing", rest.0))
    }
}

/// What a piece of a formula is, which decides about the spaces around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A letter or a word with what is above and below it.
    Symbol,
    /// A number, or a hole for one.
    Number,
    /// A fraction, which binds as `/` does.
    Fraction,
    /// max, ln.
    Function,
    /// Σ, ∫.
    Big,
    /// ( and what it opens is up to its [`Class::Close`].
    Open,
    Close,
    /// − before what it negates.
    Sign,
    /// + and −.
    Sum,
    /// · and /.
    Product,
    /// =, ≤, →.
    Relation,
    Comma,
    Space,
}

struct Piece {
    kind: Class,
    text: String,
}

/// What is left to read.
struct Unread<'a>(&'a str);

impl<'a> Unread<'a> {
    /// The pieces up to the end, or up to the brace that closes the group.
    fn row(&mut self) -> Result<Vec<Piece>, String> {
        let mut row: Vec<Piece> = Vec::new();
        loop {
            self.0 = self.0.trim_start();
            match self.0.chars().next() {
                None | Some('}') => return Ok(row),
                Some('_' | '^') => {
                    let sign = self.take(1);
                    let script = self.argument()?;
                    let below = row.last_mut().ok_or("nothing to put a script on")?;
                    below.text += &scripted(sign, &script);
                }
                Some('\'') => {
                    let primed = row.last_mut().ok_or("nothing to put a prime on")?;
                    primed.text += self.take(1);
                }
                Some(_) => {
                    let begins = row.last().is_none_or(|before| {
                        matches!(
                            before.kind,
                            Class::Open
                                | Class::Sum
                                | Class::Product
                                | Class::Relation
                                | Class::Comma
                        )
                    });
                    let mut piece = self.piece()?;
                    if piece.text == "−" && begins {
                        piece.kind = Class::Sign;
                    }
                    row.push(piece);
                }
            }
        }
    }

    /// One piece without what is above and below it.
    fn piece(&mut self) -> Result<Piece, String> {
        let piece = |kind, text: &str| {
            Ok(Piece {
                kind,
                text: text.to_string(),
            })
        };
        if self.0.starts_with(HOLE) {
            let end = self.0.find('}').ok_or("a hole without an end")?;
            return piece(Class::Number, self.take(end + 1));
        }
        let first = self.0.chars().next().ok_or("a piece is missing")?;
        match first {
            '\\' => self.command(),
            '{' => {
                let inside = written(&self.group()?);
                piece(Class::Symbol, &inside)
            }
            '0'..='9' => {
                let end = self.0.find(|c: char| !c.is_ascii_digit() && c != '.');
                piece(Class::Number, self.take(end.unwrap_or(self.0.len())))
            }
            _ => {
                let kind = match first {
                    '(' | '[' => Class::Open,
                    ')' | ']' => Class::Close,
                    '+' | '-' => Class::Sum,
                    '/' => Class::Product,
                    '=' | '<' | '>' | ':' => Class::Relation,
                    ',' => Class::Comma,
                    _ if first.is_alphabetic() || first == '*' => Class::Symbol,
                    _ => return Err(format!("{first:?} is not known")),
                };
                let text = self.take(first.len_utf8());
                piece(kind, if text == "-" { "−" } else { text })
            }
        }
    }

    fn command(&mut self) -> Result<Piece, String> {
        let letters = self.0[1..]
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(self.0.len() - 1);
        let name = &self.take(1 + letters.max(1))[1..];
        let (kind, text) = match name {
            "frac" => (Class::Fraction, {
                let above = bracketed(&self.argument()?, Bond::Sum);
                format!("{above} / {}", bracketed(&self.argument()?, Bond::Product))
            }),
            "sqrt" => (
                Class::Symbol,
                format!("√{}", bracketed(&self.argument()?, Bond::Product)),
            ),
            "bar" => (Class::Symbol, written(&self.argument()?) + "\u{304}"),
            "mathrm" => (Class::Symbol, written(&self.argument()?)),
            "text" => (Class::Symbol, self.words()?.to_string()),
            // The bracket after it says what it is.
            "left" | "right" => return self.piece(),
            _ => {
                let known = COMMANDS.iter().find(|(known, ..)| *known == name);
                let (_, kind, text) = known.ok_or_else(|| format!("\\{name} is not known"))?;
                (*kind, (*text).to_string())
            }
        };
        Ok(Piece { kind, text })
    }

    /// What a command or a script applies to: a group or one piece.
    fn argument(&mut self) -> Result<Vec<Piece>, String> {
        self.0 = self.0.trim_start();
        if self.0.starts_with('{') {
            self.group()
        } else {
            Ok(vec![self.piece()?])
        }
    }

    fn group(&mut self) -> Result<Vec<Piece>, String> {
        self.take(1);
        let row = self.row()?;
        if self.0.is_empty() {
            return Err(String::from("a group without an end"));
        }
        self.take(1);
        Ok(row)
    }

    /// The words of `\text{…}`, with their spaces and holes.
    fn words(&mut self) -> Result<&'a str, String> {
        let (mut depth, all) = (0, self.0);
        for (at, c) in all.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.take(at + 1);
                return Ok(all[..at].trim_start_matches('{'));
            }
        }
        Err(String::from("words without an end"))
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.0.split_at(bytes);
        self.0 = rest;
        taken
    }
}

/// What a row is in one line.
fn written(row: &[Piece]) -> String {
    let mut out = String::new();
    for (i, piece) in row.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| &row[i]);
        if let Some(before) = before
            && !out.ends_with(' ')
        {
            out += between(before, piece);
        }
        if piece.kind == Class::Product && (is_wide(before) || is_wide(row.get(i + 1))) {
            out += &format!(" {} ", piece.text);
        } else {
            out += &piece.text;
        }
    }
    out.trim_end().to_string()
}

/// Whether a sign beside it has room: 0.8 · 5 and 1 / 0.05, but λ·W and λ/n.
fn is_wide(side: Option<&Piece>) -> bool {
    side.is_some_and(|side| matches!(side.kind, Class::Number | Class::Fraction))
}

/// What stands between two pieces.
fn between(left: &Piece, right: &Piece) -> &'static str {
    use Class::{
        Big, Close, Comma, Fraction, Function, Number, Open, Product, Relation, Sign, Space, Sum,
        Symbol,
    };
    let has_script = left.text.contains(['_', '^', '²']);
    match (left.kind, right.kind) {
        (_, Relation) if right.text == ":" => "",
        (_, Space | Comma | Close | Product) | (Space | Open | Sign | Product, _) => "",
        (Comma | Sum | Relation, _) | (_, Sum | Relation) => " ",
        (Function, Open) if matches!(right.text.as_str(), "(" | "[") => "",
        (Function, _) | (_, Function | Big) => " ",
        (Big, _) if has_script => " ",
        (Big, _) => "",
        (Fraction, _) | (_, Fraction) => " · ",
        (Symbol, Symbol) if right.text.starts_with('/') => "",
        (Symbol, Symbol | Number) if has_script => "·",
        _ => "",
    }
}

/// How the parts of a row are bound, from tight to loose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bond {
    /// There is one part.
    One,
    /// Side by side, or by · and /.
    Product,
    /// By + and −, or looser.
    Sum,
}

/// The loosest bond in the row outside of brackets.
fn bond(row: &[Piece]) -> Bond {
    let mut depth = 0;
    // Σw is one.
    let parts = row.len() - usize::from(row.first().is_some_and(|p| p.text == "Σ"));
    let mut loosest = if parts > 1 && !is_one_bracket(row) {
        Bond::Product
    } else {
        Bond::One
    };
    for piece in row {
        match piece.kind {
            Class::Open => depth += 1,
            Class::Close => depth -= 1,
            _ if depth > 0 => {}
            Class::Sum | Class::Sign | Class::Relation | Class::Comma => loosest = Bond::Sum,
            Class::Fraction => loosest = loosest.max(Bond::Product),
            _ => {}
        }
    }
    loosest
}

/// Whether the row is one bracket, or a name with a square one: `(a + b)`, `E[S]`. A name with a
/// round one may be a product.
fn is_one_bracket(row: &[Piece]) -> bool {
    let closes = row.iter().position(|piece| piece.kind == Class::Close);
    let opens = row[0].kind == Class::Open || row[1].text == "[";
    opens && closes == Some(row.len() - 1)
}

/// In brackets if its parts are bound as loosely as `at`, or more so.
fn bracketed(row: &[Piece], at: Bond) -> String {
    if bond(row) >= at {
        format!("({})", written(row))
    } else {
        written(row)
    }
}

/// A row below or above the line: `_j`, `²`, `^(i−1)`.
fn scripted(sign: &str, row: &[Piece]) -> String {
    let text = written(row).replace(' ', "");
    let is_simple = |c: char| c.is_alphanumeric() || matches!(c, ',' | '∞');
    match (sign, text.as_str()) {
        ("^", "2") => String::from("²"),
        ("^", "*") => text,
        _ if text.chars().all(is_simple) || text.starts_with(HOLE) && row.len() == 1 => {
            format!("{sign}{text}")
        }
        _ => format!("{sign}({text})"),
    }
}

/// The commands that stand for one sign.
const COMMANDS: &[(&str, Class, &str)] = &[
    ("lambda", Class::Symbol, "λ"),
    ("theta", Class::Symbol, "θ"),
    ("mu", Class::Symbol, "μ"),
    ("rho", Class::Symbol, "ρ"),
    ("sigma", Class::Symbol, "σ"),
    ("alpha", Class::Symbol, "α"),
    ("tau", Class::Symbol, "τ"),
    ("varepsilon", Class::Symbol, "ε"),
    ("Gamma", Class::Symbol, "Γ"),
    ("Lambda", Class::Symbol, "Λ"),
    ("ell", Class::Symbol, "ℓ"),
    ("infty", Class::Symbol, "∞"),
    ("ldots", Class::Relation, "…"),
    ("%", Class::Symbol, "%"),
    ("max", Class::Function, "max"),
    ("min", Class::Function, "min"),
    ("arg", Class::Function, "arg"),
    ("ln", Class::Function, "ln"),
    ("sum", Class::Big, "Σ"),
    ("prod", Class::Big, "Π"),
    ("int", Class::Big, "∫"),
    ("lceil", Class::Open, "⌈"),
    ("rceil", Class::Close, "⌉"),
    ("lfloor", Class::Open, "⌊"),
    ("rfloor", Class::Close, "⌋"),
    ("lvert", Class::Open, "|"),
    ("rvert", Class::Close, "|"),
    ("cdot", Class::Product, "·"),
    ("pm", Class::Sum, "±"),
    ("bmod", Class::Sum, "mod"),
    ("le", Class::Relation, "≤"),
    ("ge", Class::Relation, "≥"),
    ("approx", Class::Relation, "≈"),
    ("to", Class::Relation, "→"),
    (",", Class::Space, " "),
    (";", Class::Space, " "),
    (" ", Class::Space, " "),
    ("quad", Class::Space, " "),
];

#[cfg(test)]
mod tests;
