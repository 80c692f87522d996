//! Conditions: `acl` lines, and those in braces.

use crate::problem::Problem;
use crate::units::count;
use crate::words::Line;
use equipoise_engine::balance::rules::network;
use equipoise_engine::scenario::KeySource;

/// What a condition comes to: one of these has to fit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    pub fits: Vec<(KeySource, String)>,
    /// Whether whole paths were asked for.
    pub exact: bool,
}

/// The named tests of a section.
pub(super) struct Tests<'l>(Vec<(&'l str, &'l [String])>);

impl<'l> Tests<'l> {
    pub(super) fn new(lines: &'l [Line]) -> Result<Self, Problem> {
        let mut tests = Vec::new();
        for line in lines.iter().filter(|line| line.get(0) == "acl") {
            tests.push((line.word(1)?, line.words.get(2..).unwrap_or_default()));
        }
        Ok(Self(tests))
    }

    /// Whether a line chooses a backend by a test.
    pub(super) fn is_used(&self, name: &str, lines: &[Line]) -> bool {
        let choices = lines.iter().filter(|line| line.get(0) == "use_backend");
        choices
            .flat_map(|line| &line.words)
            .any(|word| word == name)
    }

    /// What `if …` asks for, if rules can say it: one test, or several of which one suffices.
    pub(super) fn condition(&self, words: &[String]) -> Option<Condition> {
        let (first, words) = words.split_first()?;
        if first != "if" {
            return None;
        }
        let mut all = Condition {
            fits: Vec::new(),
            exact: false,
        };
        for part in words.split(|word| word == "or" || word == "||") {
            for condition in self.one(part)? {
                all.exact |= condition.exact;
                all.fits.extend(condition.fits);
            }
        }
        (!all.fits.is_empty()).then_some(all)
    }

    /// A single test: in braces, or by its name, under which several may stand.
    fn one(&self, words: &[String]) -> Option<Vec<Condition>> {
        match words {
            [open, inner @ .., close] if open == "{" && close == "}" => Some(vec![test(inner)?]),
            [name] => {
                let named = self.0.iter().filter(|(own, _)| own == name);
                let found: Option<Vec<Condition>> = named.map(|(_, words)| test(words)).collect();
                found.filter(|found| !found.is_empty())
            }
            _ => None,
        }
    }
}

/// A test: what is looked at, options, and patterns of which one has to fit.
fn test(words: &[String]) -> Option<Condition> {
    let (what, rest) = words.split_first()?;
    let mut patterns: Vec<&str> = Vec::new();
    let mut rest = rest.iter().map(String::as_str);
    let mut method = "";
    while let Some(word) = rest.next() {
        match word {
            "-m" => method = rest.next()?,
            "-i" | "-n" => {}
            "--" => {
                patterns.extend(rest);
                break;
            }
            _ if word.starts_with('-') => return None,
            _ => {
                patterns.push(word);
                patterns.extend(rest);
                break;
            }
        }
    }
    let header = ["hdr(", "req.hdr(", "req.fhdr(", "hdr_str("]
        .iter()
        .any(|p| what.starts_with(p));
    let (by, exact) = match (what.as_str(), method) {
        ("path_beg", "" | "beg") | ("path" | "base" | "url", "beg") => (KeySource::Url, false),
        ("path" | "url", "" | "str") => (KeySource::Url, true),
        ("src", "" | "ip") => (KeySource::Ip, false),
        (_, "" | "str") if header => (KeySource::Header, false),
        _ => return None,
    };
    if patterns.is_empty() || !patterns.iter().all(|pattern| fits(by, pattern)) {
        return None;
    }
    let fits = patterns
        .into_iter()
        .map(|pattern| (by, pattern.to_string()));
    Some(Condition {
        fits: fits.collect(),
        exact,
    })
}

/// Whether a pattern can be one of such a key.
fn fits(by: KeySource, pattern: &str) -> bool {
    match by {
        KeySource::Url => pattern.starts_with('/'),
        KeySource::Ip => network(pattern).is_some(),
        KeySource::Header => true,
    }
}

/// The limit of `… deny if { fe_conn gt N }`.
pub(super) fn most_in_progress(line: &Line) -> Result<Option<u32>, Problem> {
    let refuses = line
        .words
        .iter()
        .any(|word| word == "deny" || word == "reject");
    let at = line.words.iter().position(|word| word == "fe_conn");
    match at.filter(|_| refuses) {
        Some(at) if line.get(at + 1) == "gt" => count(line.line, line.word(at + 2)?).map(Some),
        _ => Ok(None),
    }
}
