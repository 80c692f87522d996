//! The explanation of a pick, filled in by the strategy while it decides.

/// Receives the explanation of a decision. `()` discards it, at no cost.
pub trait Explain {
    /// Lets `write` fill in the explanation, if there is one.
    fn record(&mut self, write: impl FnOnce(&mut Explanation));
}

impl Explain for () {
    #[inline]
    fn record(&mut self, _: impl FnOnce(&mut Explanation)) {}
}

/// One decision, explained: a table of the candidates and the rule with its numbers.
///
/// Names are text keys: column `x` is `why.column.x`, rule `x` is `why.rule.x` with the values as
/// its placeholders, tie-break `x` is `why.tie.x`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// The task's number, from 1; 0 while nothing has been decided.
    pub task: u64,
    /// When it was decided (s).
    pub at_s: f64,
    /// The balancer that decided.
    pub balancer: u16,
    /// Index of the rule that matched in the rule table.
    pub table_rule: Option<u16>,
    /// The server picked.
    pub chosen: Option<u16>,
    /// The columns of the table.
    pub columns: Vec<&'static str>,
    /// The servers considered, one for each row.
    pub servers: Vec<u16>,
    /// The cells, row by row; NaN for an empty one.
    pub cells: Vec<f64>,
    /// The servers that were equally good.
    pub tied: Vec<u16>,
    /// How the tie was broken.
    pub tie_break: &'static str,
    /// The rule that was applied.
    pub rule: &'static str,
    /// The numbers in the rule.
    pub values: Vec<(&'static str, f64)>,
    /// The words in the rule, such as the key that was hashed.
    pub words: Vec<(&'static str, String)>,
}

impl Explain for Explanation {
    #[inline]
    fn record(&mut self, write: impl FnOnce(&mut Explanation)) {
        write(self);
    }
}

/// Only if it is wanted: for code that is to be compiled once, and not for each.
impl Explain for Option<&mut Explanation> {
    #[inline]
    fn record(&mut self, write: impl FnOnce(&mut Explanation)) {
        if let Some(explanation) = self {
            write(explanation);
        }
    }
}

impl Explanation {
    /// Begins the explanation of another decision, keeping the buffers.
    pub fn begin(&mut self, task: u64, at_s: f64, balancer: u16) {
        self.task = task;
        self.at_s = at_s;
        self.balancer = balancer;
        self.table_rule = None;
        self.chosen = None;
        self.tie_break = "";
        self.rule = "";
        self.columns.clear();
        self.servers.clear();
        self.cells.clear();
        self.tied.clear();
        self.values.clear();
        self.words.clear();
    }

    /// Names the rule and the columns of the table.
    pub fn table(&mut self, rule: &'static str, columns: &[&'static str]) {
        self.rule = rule;
        self.columns.extend_from_slice(columns);
    }

    /// Adds a server's row, with one cell for each column.
    pub fn row(&mut self, server: usize, cells: &[f64]) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.servers.push(server as u16);
        self.cells.extend_from_slice(cells);
    }

    /// Sets one cell of a server's row.
    pub fn set(&mut self, server: usize, column: usize, value: f64) {
        if let Some(row) = self.servers.iter().position(|&s| usize::from(s) == server) {
            self.cells[row * self.columns.len() + column] = value;
        }
    }

    /// The rows: server and cells.
    pub fn rows(&self) -> impl Iterator<Item = (u16, &[f64])> {
        self.servers
            .iter()
            .copied()
            .zip(self.cells.chunks(self.columns.len().max(1)))
    }

    /// Records which servers have `best` in `column`, and how the tie was broken.
    pub fn tie(&mut self, column: usize, best: f64, tie_break: &'static str) {
        let width = self.columns.len();
        let tied = self
            .servers
            .iter()
            .zip(self.cells.chunks(width))
            .filter(|(_, row)| row[column] == best);
        self.tied = tied.map(|(&s, _)| s).collect();
        if self.tied.len() > 1 {
            self.tie_break = tie_break;
        } else {
            self.tied.clear();
        }
    }
}
