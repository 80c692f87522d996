//! Why a worker was picked, filled in by the router while it decides.

/// The reasons of a pick: the rule with its numbers, and a table of the workers considered.
///
/// Names are ids for texts. A `Why` that is not wanted stays empty, at the cost of a comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Why {
    wanted: bool,
    /// The rule that was applied.
    pub rule: &'static str,
    /// The columns of the table.
    pub columns: Vec<&'static str>,
    /// The workers considered, one for each row.
    pub workers: Vec<usize>,
    /// The cells, row by row; NaN for an empty one.
    pub cells: Vec<f64>,
    /// The workers that were equally good, if more than one.
    pub tied: Vec<usize>,
    /// How the tie was broken.
    pub tie_break: &'static str,
    /// The numbers in the rule.
    pub values: Vec<(&'static str, f64)>,
    /// The words in the rule, such as the key that was hashed.
    pub words: Vec<(&'static str, String)>,
}

impl Why {
    /// Not wanted: nothing is recorded.
    pub fn unwanted() -> Self {
        Self::default()
    }

    /// Wanted, and empty.
    pub fn wanted() -> Self {
        Self {
            wanted: true,
            ..Self::default()
        }
    }

    /// Lets `write` fill it in, if it is wanted.
    pub fn record(&mut self, write: impl FnOnce(&mut Self)) {
        if self.wanted {
            write(self);
        }
    }

    /// Empties it for another pick, keeping the buffers.
    pub fn clear(&mut self) {
        self.rule = "";
        self.tie_break = "";
        self.columns.clear();
        self.workers.clear();
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

    /// Adds a worker's row, with one cell for each column.
    pub fn row(&mut self, worker: usize, cells: &[f64]) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.workers.push(worker);
        self.cells.extend_from_slice(cells);
    }

    /// The rows: worker and cells.
    pub fn rows(&self) -> impl Iterator<Item = (usize, &[f64])> {
        let cells = self.cells.chunks(self.columns.len().max(1));
        self.workers.iter().copied().zip(cells)
    }

    /// Gives the rule the numbers of the worker that was picked, by the names of their columns.
    pub fn numbers_of(&mut self, picked: usize) {
        let Some(row) = self.workers.iter().position(|&worker| worker == picked) else {
            return;
        };
        let cells = self.cells.iter().skip(row * self.columns.len());
        let numbers = self.columns.iter().copied().zip(cells.copied());
        self.values.extend(numbers);
    }

    /// Records which workers are equally good, and how the tie is broken, if there is one.
    pub fn tie(&mut self, tied: impl IntoIterator<Item = usize>, tie_break: &'static str) {
        self.tied.clear();
        self.tied.extend(tied);
        self.tie_break = tie_break;
        if self.tied.len() < 2 {
            self.tied.clear();
            self.tie_break = "";
        }
    }
}
