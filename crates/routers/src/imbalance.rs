//! The switch from caches to load: `cache_aware` of the routers of SGLang and vLLM.

/// When loads count as imbalanced: if the highest is above the lowest by more than a number, and
/// also more than a factor. As in the programs, the factor is applied with single precision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Requests (`--balance-abs-threshold`).
    pub absolute: u32,
    /// A factor (`--balance-rel-threshold`).
    pub relative: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            absolute: 64,
            relative: 1.5,
        }
    }
}

impl Thresholds {
    /// Whether loads from `min` to `max` are imbalanced.
    pub fn are_exceeded(&self, min: u32, max: u32) -> bool {
        max - min > self.absolute && max as f32 > min as f32 * self.relative
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_thresholds_must_be_exceeded() {
        let defaults = Thresholds::default();
        assert!(defaults.are_exceeded(0, 65));
        assert!(!defaults.are_exceeded(0, 64));
        assert!(!defaults.are_exceeded(140, 210));
        assert!(defaults.are_exceeded(140, 211));
    }
}
