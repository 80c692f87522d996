//! A contextual bandit: what an arm costs is a line in a number that is known beforehand.

/// What was seen of an arm: sums over (1, x) and the cost y, of which older ones fade.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sums {
    /// Weight of all pairs, with the 1 of the ridge.
    n: f64,
    x: f64,
    /// With the 1 of the ridge.
    xx: f64,
    y: f64,
    xy: f64,
}

impl Sums {
    const NOTHING: Self = Self {
        n: 1.0,
        x: 0.0,
        xx: 1.0,
        y: 0.0,
        xy: 0.0,
    };

    /// Lets all pairs count `discount` times what they did; the ridge stays.
    fn fade(&mut self, discount: f64) {
        self.n = 1.0 + (self.n - 1.0) * discount;
        self.xx = 1.0 + (self.xx - 1.0) * discount;
        for sum in [&mut self.x, &mut self.y, &mut self.xy] {
            *sum *= discount;
        }
    }

    fn add(&mut self, x: f64, y: f64) {
        self.n += 1.0;
        self.x += x;
        self.xx += x * x;
        self.y += y;
        self.xy += x * y;
    }

    /// The determinant of the matrix (n, x; x, xx); at least 1, by the ridge.
    fn determinant(&self) -> f64 {
        self.n * self.xx - self.x * self.x
    }

    /// The cost at `x` by the line through what was seen.
    fn cost(&self, x: f64) -> f64 {
        let constant = self.xx * self.y - self.x * self.xy;
        let slope = self.n * self.xy - self.x * self.y;
        (constant + slope * x) / self.determinant()
    }

    /// How little is known at `x`: √(v·A⁻¹·v), v = (1, x) and A the matrix.
    fn width(&self, x: f64) -> f64 {
        let square = self.xx - 2.0 * self.x * x + self.n * x * x;
        (square / self.determinant()).max(0.0).sqrt()
    }
}

/// For each arm a line of its costs, and LinUCB's rule: the least of line −
/// width·longest·√(v·A⁻¹·v), where the longest cost so far brings the bonus to the unit of
/// costs.
///
/// Source: Li, Chu, Langford and Schapire (2010), Algorithm 1, with (1, x) as features and a ridge
/// of 1; with discounting, Russac, Vernade and Cappé (2019). A line of 0 stands for what was never
/// seen, so that who has seen nothing hopes.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    width: f64,
    discount: f64,
    longest: f64,
    arms: Vec<Sums>,
}

impl Lines {
    /// Nothing seen yet of `arms` arms. `width` is α as published, at least 0; `discount` as in
    /// [`Beliefs::new`](crate::Beliefs::new).
    pub fn new(arms: usize, width: f64, discount: f64) -> Self {
        Self {
            width,
            discount,
            longest: 0.0,
            arms: vec![Sums::NOTHING; arms],
        }
    }

    /// What an arm is believed to cost at `x`.
    pub fn cost(&self, arm: usize, x: f64) -> f64 {
        self.arms[arm].cost(x)
    }

    /// What an arm may cost at `x` if it is better than believed.
    pub fn hope(&self, arm: usize, x: f64) -> f64 {
        self.cost(arm, x) - self.width * self.longest * self.arms[arm].width(x)
    }

    /// Notes what an arm cost at `x`, both at least 0; `None` if it failed, which counts as the
    /// longest so far.
    pub fn learn(&mut self, arm: usize, x: f64, cost: Option<f64>) {
        let cost = cost.unwrap_or(self.longest);
        self.longest = self.longest.max(cost);
        for sums in &mut self.arms {
            sums.fade(self.discount);
        }
        self.arms[arm].add(x, cost);
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    /// By hand: after (1, 2) and (2, 3) the sums are n 3, x 3, xx 6, y 5, xy 8, the determinant 9,
    /// the line 2/3 + x. At 3 the width is √((6 − 18 + 27)/9).
    #[test]
    fn a_line_by_hand() {
        let mut lines = Lines::new(2, 1.0, 1.0);
        lines.learn(0, 1.0, Some(2.0));
        lines.learn(0, 2.0, Some(3.0));
        assert!((lines.cost(0, 3.0) - 11.0 / 3.0).abs() < 1e-12);
        let hope = 11.0 / 3.0 - 3.0 * (15.0_f64 / 9.0).sqrt();
        assert!((lines.hope(0, 3.0) - hope).abs() < 1e-12);
        // Of the other nothing is known, so that it is hoped to be quick.
        assert_eq!(lines.cost(1, 1.0), 0.0);
        assert!((lines.hope(1, 1.0) + 3.0 * 2.0_f64.sqrt()).abs() < 1e-12);
    }

    /// 400 responses of 0.5 s a task, then 100 of twice as much. Who fades is near the truth then;
    /// who does not is off by two fifths.
    #[test]
    fn a_line_that_fades_follows_a_change() {
        let [mut kept, mut fading] = [1.0, 0.9].map(|discount| Lines::new(1, 0.1, discount));
        for i in 0..500 {
            let x = f64::from(1 + i % 4);
            let slope = if i < 400 { 0.5 } else { 1.0 };
            for lines in [&mut kept, &mut fading] {
                lines.learn(0, x, Some(slope * x));
            }
        }
        let [kept, fading] = [kept, fading].map(|lines| lines.cost(0, 2.0));
        assert!((kept - 1.2).abs() < 0.05, "{kept}");
        assert!((fading - 2.0).abs() < 0.05, "{fading}");
    }

    /// No answer counts as the longest so far.
    #[test]
    fn a_failure_is_no_fast_answer() {
        let mut lines = Lines::new(2, 0.0, 1.0);
        lines.learn(0, 1.0, Some(4.0));
        lines.learn(1, 1.0, None);
        assert_eq!(lines.cost(0, 1.0), lines.cost(1, 1.0));
    }
}
