//! A table learner: what an arm costs is learnt cell by cell, for each difference of loads.

use crate::chance::Chance;

/// What was seen in one cell, of which older costs fade.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Cell {
    seen: f64,
    sum: f64,
}

/// For each arm, and each difference of its load from the least of the others, the mean cost so
/// far. The greedy pick is the arm with the least, where a cell that was never tried counts as 0,
/// and so is tried; in a share of the picks it is any arm at random.
///
/// Source: Q-learning (Watkins 1989) with a horizon of one pick, so that an entry Q(state, arm) is
/// the mean of what followed: Sutton and Barto (2018), 2.4 and 6.5. Differences beyond the table
/// count as its ends. What a pick does to those that come after it is not in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    span: i64,
    explore: f64,
    discount: f64,
    cells: Vec<Cell>,
}

/// A pick of a [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TablePick {
    /// The arm.
    pub arm: usize,
    /// Whether chance picked it.
    pub by_chance: bool,
}

impl Table {
    /// Nothing seen yet of `arms` arms, at differences from `-span` to `span`. `explore` is the
    /// share of picks at random; `discount` is what earlier costs of a cell count after each newer
    /// one, above 0 and at most 1.
    pub fn new(arms: usize, span: u32, explore: f64, discount: f64) -> Self {
        let span = i64::from(span);
        Self {
            span,
            explore,
            discount,
            cells: vec![Cell::default(); arms * (2 * span as usize + 1)],
        }
    }

    /// A difference as the table has it.
    pub fn clipped(&self, difference: i64) -> i64 {
        difference.clamp(-self.span, self.span)
    }

    /// Differences from the least to the greatest.
    pub fn differences(&self) -> impl Iterator<Item = i64> + use<> {
        -self.span..=self.span
    }

    fn place(&self, arm: usize, difference: i64) -> usize {
        let column = self.clipped(difference) + self.span;
        arm * (2 * self.span as usize + 1) + column as usize
    }

    /// How many costs of a cell count.
    pub fn seen(&self, arm: usize, difference: i64) -> f64 {
        self.cells[self.place(arm, difference)].seen
    }

    /// The mean cost of a cell; `None` before the first.
    pub fn cost(&self, arm: usize, difference: i64) -> Option<f64> {
        let cell = self.cells[self.place(arm, difference)];
        (cell.seen > 0.0).then(|| cell.sum / cell.seen)
    }

    /// The arms with the least cost, of these with their differences.
    pub fn best(&self, among: &[(usize, i64)]) -> Vec<usize> {
        let costs = among.iter().map(|of| self.cost(of.0, of.1).unwrap_or(0.0));
        let costs: Vec<f64> = costs.collect();
        let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
        let arms = among.iter().zip(&costs);
        arms.filter(|(_, cost)| **cost == least)
            .map(|(of, _)| of.0)
            .collect()
    }

    /// Picks one of these arms with their differences, at least one: chance decides between equal
    /// ones.
    pub fn pick(&self, among: &[(usize, i64)], rng: &mut impl Chance) -> TablePick {
        let by_chance = self.explore > 0.0 && rng.unit() < self.explore;
        let arms = match by_chance {
            true => among.iter().map(|of| of.0).collect(),
            false => self.best(among),
        };
        let place = match arms.len() {
            1 => 0,
            many => rng.below(many as u64) as usize,
        };
        TablePick {
            arm: arms[place],
            by_chance,
        }
    }

    /// Notes what an arm cost that was picked at this difference.
    pub fn learn(&mut self, arm: usize, difference: i64, cost: f64) {
        let discount = self.discount;
        let place = self.place(arm, difference);
        let cell = &mut self.cells[place];
        cell.seen = cell.seen * discount + 1.0;
        cell.sum = cell.sum * discount + cost;
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    /// By hand: costs 2 and 4 with a discount of one half are (1 + 4) / 1.5.
    #[test]
    fn a_cell_by_hand() {
        let mut table = Table::new(2, 3, 0.0, 0.5);
        table.learn(1, -1, 2.0);
        table.learn(1, -1, 4.0);
        let cost = table.cost(1, -1).expect("was seen");
        assert!((cost - 5.0 / 1.5).abs() < 1e-12);
        assert_eq!(table.cost(1, 0), None);
        assert_eq!(table.cost(0, -1), None);
        // Beyond the table its ends count.
        table.learn(0, 9, 7.0);
        assert_eq!(table.cost(0, 3), Some(7.0));
    }

    /// What was never tried is tried first, and then the least cost wins.
    #[test]
    fn the_least_cost_wins() {
        let mut table = Table::new(2, 3, 0.0, 1.0);
        let level = [(0, 0), (1, 0)];
        table.learn(0, 0, 1.0);
        assert_eq!(table.best(&level), [1]);
        table.learn(1, 0, 2.0);
        assert_eq!(table.best(&level), [0]);
        table.learn(0, 0, 3.0);
        assert_eq!(table.best(&level), [0, 1]);
    }
}
