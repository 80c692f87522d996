//! By the time of day: as many replicas as a timetable says.

/// A part of the day with its own number of replicas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Period {
    /// When it begins, from the beginning of the day (s).
    pub start_s: f64,
    /// When it ends (s); before its start, on the next day.
    pub end_s: f64,
    /// How many replicas.
    pub replicas: u32,
}

impl Period {
    fn holds(&self, time_s: f64) -> bool {
        let (start, end) = (self.start_s, self.end_s);
        if start <= end {
            (start..end).contains(&time_s)
        } else {
            time_s >= start || time_s < end
        }
    }
}

/// A timetable that repeats. Source: KEDA's cron scaler; where periods overlap, the most replicas
/// count, as with several scalers.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// How long a day is (s), above 0.
    pub day_s: f64,
    /// Replicas outside all periods.
    pub otherwise: u32,
    /// The periods.
    pub periods: Vec<Period>,
}

impl Schedule {
    /// How many replicas there should be.
    pub fn wanted(&self, now_s: f64) -> u32 {
        let time_s = now_s.rem_euclid(self.day_s);
        let held = self.periods.iter().filter(|period| period.holds(time_s));
        let most = held.map(|period| period.replicas).max();
        most.unwrap_or(self.otherwise)
    }
}
