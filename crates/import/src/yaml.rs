//! YAML, and so JSON, as a tree with line numbers that remembers what was looked at.

use super::note::{Note, Outcome, shown};
use super::problem::{Problem, Wrong};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::cell::Cell;

/// A value of the text.
#[derive(Debug)]
pub(crate) struct Node {
    pub line: usize,
    pub value: Value,
}

/// What a value is.
#[derive(Debug)]
pub(crate) enum Value {
    Scalar(String),
    /// Nothing, or a bare `null` or `~`.
    Null,
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A field of a map.
#[derive(Debug)]
pub(crate) struct Entry {
    pub key: String,
    pub line: usize,
    pub node: Node,
    /// Whether it was looked at: the others are ignored.
    seen: Cell<bool>,
}

/// Values within values, at most.
const DEPTH_MAX: usize = 64;

/// Reads the first document of a text.
///
/// # Errors
/// Where it is no YAML, uses aliases or is too deep.
pub(crate) fn parse(text: &str) -> Result<Node, Problem> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        line: 1,
    };
    loop {
        match reader.next()? {
            (Event::DocumentStart(_), _) => break,
            (Event::StreamEnd, _) => return Err(Problem::new(1, "", Wrong::Nothing)),
            _ => {}
        }
    }
    let first = reader.next()?;
    reader.node(first, 0)
}

struct Reader<'t> {
    parser: Parser<'t, saphyr_parser::StrInput<'t>>,
    line: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, usize), Problem> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let span: Span = span;
                self.line = span.start.line().max(1);
                Ok((event, self.line))
            }
            Some(Err(error)) => {
                let line = error.marker().line().max(1);
                Err(Problem::new(line, error.info(), Wrong::Yaml))
            }
            None => Err(Problem::new(self.line, "", Wrong::Yaml)),
        }
    }

    fn node(&mut self, event: (Event<'t>, usize), depth: usize) -> Result<Node, Problem> {
        let (event, line) = event;
        if depth > DEPTH_MAX {
            return Err(Problem::new(line, "…", Wrong::Depth));
        }
        let value = match event {
            Event::Scalar(text, ScalarStyle::Plain, ..)
                if matches!(&*text, "" | "~" | "null" | "Null" | "NULL") =>
            {
                Value::Null
            }
            Event::Scalar(text, ..) => Value::Scalar(text.into_owned()),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break Value::List(items),
                        event => items.push(self.node(event, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(..) => {
                let mut entries = Vec::new();
                loop {
                    match self.next()? {
                        (Event::MappingEnd, _) => break Value::Map(entries),
                        (Event::Scalar(key, ..), line) => {
                            let event = self.next()?;
                            let mut node = self.node(event, depth + 1)?;
                            // A list or a map begins at its name.
                            if !matches!(node.value, Value::Scalar(_)) {
                                node.line = line;
                            }
                            entries.push(Entry::new(key.into_owned(), line, node));
                        }
                        (_, line) => return Err(Problem::new(line, "?", Wrong::Yaml)),
                    }
                }
            }
            _ => return Err(Problem::new(line, "*", Wrong::Yaml)),
        };
        Ok(Node { line, value })
    }
}

impl Node {
    /// The field of a map, if this is one that has it.
    ///
    /// # Errors
    /// This is no map.
    pub(crate) fn get(&self, key: &str) -> Result<Option<&Self>, Problem> {
        let entries = self.entries()?;
        let entry = entries.iter().find(|entry| entry.key == key);
        Ok(entry.map(Entry::look))
    }

    /// The value at the end of a path of fields, each of which may be missing.
    ///
    /// # Errors
    /// Something on the way is no map.
    pub(crate) fn at(&self, path: &[&str]) -> Result<Option<&Self>, Problem> {
        let mut node = self;
        for key in path {
            match node.get(key)? {
                Some(inner) => node = inner,
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    /// The fields of a map, in their order; of nothing, none.
    ///
    /// # Errors
    /// This is no map.
    pub(crate) fn entries(&self) -> Result<&[Entry], Problem> {
        match &self.value {
            Value::Map(entries) => Ok(entries),
            Value::Null => Ok(&[]),
            _ => Err(Problem::new(self.line, self.source(), Wrong::Map)),
        }
    }

    /// The items of the list that is a field of this map; without the field, none.
    ///
    /// # Errors
    /// This is no map, or the field no list.
    pub(crate) fn list(&self, key: &str) -> Result<&[Self], Problem> {
        match self.get(key)? {
            None => Ok(&[]),
            Some(node) => match &node.value {
                Value::List(items) => Ok(items),
                Value::Null => Ok(&[]),
                _ => Err(Problem::new(node.line, node.source(), Wrong::List)),
            },
        }
    }

    /// The text of a word or a number.
    ///
    /// # Errors
    /// It is something else.
    pub(crate) fn text(&self) -> Result<&str, Problem> {
        match &self.value {
            Value::Scalar(text) => Ok(text),
            _ => Err(Problem::new(self.line, self.source(), Wrong::Scalar)),
        }
    }

    /// What is there, in short.
    pub(crate) fn source(&self) -> String {
        match &self.value {
            Value::Scalar(text) => shown(text),
            Value::Null => "null".into(),
            Value::List(items) => format!("a list of {}", items.len()),
            Value::Map(entries) => {
                let keys: Vec<&str> = entries.iter().map(|e| e.key.as_str()).collect();
                shown(&format!("{{{}}}", keys.join(", ")))
            }
        }
    }

    /// A note for each field that was not looked at; of those within it, none.
    pub(crate) fn ignored(&self, notes: &mut Vec<Note>) {
        match &self.value {
            Value::List(items) => items.iter().for_each(|item| item.ignored(notes)),
            Value::Map(entries) => {
                for entry in entries {
                    if entry.seen.get() {
                        entry.node.ignored(notes);
                    } else {
                        notes.push(Note {
                            line: entry.line,
                            source: shown(&entry.key),
                            outcome: Outcome::Ignored,
                        });
                    }
                }
            }
            Value::Scalar(_) | Value::Null => {}
        }
    }
}

impl Entry {
    /// A field that was not looked at.
    pub(crate) fn new(key: String, line: usize, node: Node) -> Self {
        Self {
            key,
            line,
            node,
            seen: Cell::new(false),
        }
    }

    /// Its value, which is looked at from now on.
    pub(crate) fn look(&self) -> &Node {
        self.seen.set(true);
        &self.node
    }
}
