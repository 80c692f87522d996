//! Fewer points for the same picture.

use super::Point;

/// More points than this in a series are not seen, only paid for.
pub const MAX_POINTS: usize = 400;

/// At most [`MAX_POINTS`] of `points`: of each piece the lowest and the highest, so that no peak is
/// lost, and the last point of all.
pub fn thin(points: Vec<Point>) -> Vec<Point> {
    if points.len() <= MAX_POINTS {
        return points;
    }
    let piece = points.len().div_ceil(MAX_POINTS / 2 - 1);
    let mut kept = Vec::with_capacity(MAX_POINTS);
    for chunk in points.chunks(piece) {
        let low = chunk.iter().min_by(|a, b| a.y.total_cmp(&b.y));
        let high = chunk.iter().max_by(|a, b| a.y.total_cmp(&b.y));
        if let (Some(low), Some(high)) = (low, high) {
            let (first, second) = if low.x <= high.x {
                (low, high)
            } else {
                (high, low)
            };
            kept.push(*first);
            if first != second {
                kept.push(*second);
            }
        }
    }
    if let (Some(last), Some(end)) = (points.last(), kept.last())
        && last != end
    {
        kept.push(*last);
    }
    kept
}

/// The same for a step line, whose pieces are also joined where a value only stays.
pub fn thin_steps(mut points: Vec<Point>) -> Vec<Point> {
    if let Some(last) = points.last().copied() {
        // Of changes at the same time only the last one shows.
        let mut kept: Vec<Point> = Vec::with_capacity(points.len());
        for point in points {
            match kept.last_mut() {
                Some(before) if before.x == point.x => *before = point,
                Some(before) if before.y == point.y => {}
                _ => kept.push(point),
            }
        }
        if kept.last().is_some_and(|end| end.x < last.x) {
            kept.push(last);
        }
        points = kept;
    }
    thin(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_kept() {
        let y = |i: u32| if i == 7777 { 5.0 } else { f64::from(i % 2) };
        let points: Vec<Point> = (0..10_000).map(|i| Point::at(f64::from(i), y(i))).collect();
        let thinned = thin(points.clone());
        assert!(thinned.len() <= MAX_POINTS, "{}", thinned.len());
        assert!(thinned.contains(&points[7777]) && thinned.last() == points.last());
        assert!(thinned.windows(2).all(|w| w[0].x < w[1].x));
    }

    #[test]
    fn steps_that_do_not_step_go() {
        let steps = [(0.0, 1.0), (1.0, 1.0), (2.0, 2.0), (2.0, 3.0), (5.0, 3.0)];
        let thinned = thin_steps(steps.iter().map(|&(x, y)| Point::at(x, y)).collect());
        let pairs: Vec<(f64, f64)> = thinned.iter().map(|p| (p.x, p.y)).collect();
        assert_eq!(pairs, [(0.0, 1.0), (2.0, 3.0), (5.0, 3.0)]);
    }
}
