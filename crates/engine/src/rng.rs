//! Random numbers: one named stream per purpose.
//!
//! Everything random in a run draws from the stream of its own [`Purpose`]. So two runs with the
//! same seed and different strategies see the same arrivals, sizes and clients ("common random
//! numbers"), and a new draw in one place does not shift the numbers of another. The generator is
//! xoshiro256++, whose output is specified and the same on every platform; transcendental functions
//! come from `libm` for the same reason.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng as _, SeedableRng as _};

/// What a stream of random numbers is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Times between arrivals.
    Arrivals,
    /// Task sizes.
    Sizes,
    /// Which client, URL and tenant a task has.
    Keys,
    /// Which tasks a flaky server fails, and the jitter of pauses.
    Failures,
    /// How old connections become, and how long clients pause before they open them again.
    Connections,
    /// Where in its turns the balancer with this number begins.
    Start(u32),
    /// To which level of priority and to which zone tasks go.
    Places,
    /// Which arrivals a daily curve leaves out.
    Curve,
    /// How much longer ways take.
    Jitter,
    /// How long the client of the task with this number waits. A stream each, so that it is the
    /// same under any strategy.
    Patience(u64),
    /// The tokens of a session's turn, both counted from 0. A stream each, since in another run
    /// turns come in another order.
    Turn(u64, u32),
    /// The picks of the balancer with this number.
    Choices(u32),
}

impl Purpose {
    fn number(self) -> u64 {
        match self {
            Self::Arrivals => 1,
            Self::Sizes => 2,
            Self::Keys => 3,
            Self::Failures => 4,
            Self::Connections => 5,
            Self::Places => 6,
            Self::Curve => 7,
            Self::Jitter => 8,
            Self::Start(balancer) => 1 << 20 | u64::from(balancer),
            Self::Patience(task) => 1 << 62 | task,
            Self::Turn(session, turn) => 1 << 40 | session << 10 | u64::from(turn),
            Self::Choices(balancer) => 1000 + u64::from(balancer),
        }
    }
}

/// A stream of random numbers. Two are equal that will give the same numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Rng(Xoshiro256PlusPlus);

impl Rng {
    /// The stream of `purpose` in the run with this `seed`.
    pub fn new(seed: u64, purpose: Purpose) -> Self {
        let mixed = seed ^ purpose.number().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(Xoshiro256PlusPlus::seed_from_u64(mixed))
    }

    /// 64 random bits.
    #[inline(always)]
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    #[inline(always)]
    pub fn unit(&mut self) -> f64 {
        unit_of(self.bits())
    }

    /// Uniform among `0..n` (n ≥ 1), by multiply and shift (Lemire 2019); the bias is below
    /// n·2⁻⁶⁴.
    #[inline(always)]
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// Exponential with mean 1, by inversion.
    #[inline(always)]
    pub fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.unit())
    }

    /// Standard normal, by inversion.
    pub fn normal(&mut self) -> f64 {
        // The middle of the drawn interval, which is never 0 or 1.
        normal_quantile(self.unit() + 0.5 / (1u64 << 53) as f64)
    }
}

impl equipoise_learn::Chance for Rng {
    fn unit(&mut self) -> f64 {
        self.unit()
    }

    fn below(&mut self, n: u64) -> u64 {
        self.below(n)
    }

    fn normal(&mut self) -> f64 {
        self.normal()
    }
}

/// 64 random bits as a number in [0, 1): see [`Rng::unit`].
#[inline(always)]
pub fn unit_of(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// The number below which a standard normal falls with probability `p` in (0, 1), to about 16
/// digits.
///
/// Source: Wichura (1988), "Algorithm AS 241: The percentage points of the normal distribution",
/// routine PPND16.
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(0.180_625 - q * q, &MIDDLE);
    }
    let r = (-libm::log(p.min(1.0 - p))).sqrt();
    let tail = if r <= 5.0 {
        ratio(r - 1.6, &TAIL)
    } else {
        ratio(r - 5.0, &FAR_TAIL)
    };
    if q < 0.0 { -tail } else { tail }
}

/// Coefficients of numerator and denominator, the latter without its leading 1.
type Rational = ([f64; 8], [f64; 7]);

/// The ratio of the two polynomials at `x`.
fn ratio(x: f64, (numerator, denominator): &Rational) -> f64 {
    horner(x, numerator) / (horner(x, denominator) * x + 1.0)
}

/// The polynomial with these coefficients, the constant first.
fn horner(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

#[expect(clippy::excessive_precision, reason = "as published")]
const MIDDLE: Rational = (
    [
        3.387_132_872_796_366_608_0,
        133.141_667_891_784_377_45,
        1_971.590_950_306_551_442_7,
        13_731.693_765_509_461_125,
        45_921.953_931_549_871_457,
        67_265.770_927_008_700_853,
        33_430.575_583_588_128_105,
        2_509.080_928_730_122_672_7,
    ],
    [
        42.313_330_701_600_911_252,
        687.187_007_492_057_908_30,
        5_394.196_021_424_751_107_7,
        21_213.794_301_586_595_867,
        39_307.895_800_092_710_610,
        28_729.085_735_721_942_674,
        5_226.495_278_852_854_561_0,
    ],
);
#[expect(clippy::excessive_precision, reason = "as published")]
const TAIL: Rational = (
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_90,
        5.769_497_221_460_691_405_50,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        0.241_780_725_177_450_611_770,
        0.022_723_844_989_269_184_583_3,
        0.000_774_545_014_278_341_407_640,
    ],
    [
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_40,
        0.689_767_334_985_100_004_550,
        0.148_103_976_427_480_074_590,
        0.015_198_666_563_616_457_196_6,
        0.000_547_593_808_499_534_494_600,
        1.050_750_071_644_416_843_24e-9,
    ],
);
#[expect(clippy::excessive_precision, reason = "as published")]
const FAR_TAIL: Rational = (
    [
        6.657_904_643_501_103_777_20,
        5.463_784_911_164_114_369_90,
        1.784_826_539_917_291_335_80,
        0.296_560_571_828_504_891_230,
        0.026_532_189_526_576_123_093_0,
        0.001_242_660_947_388_078_438_60,
        0.000_027_115_555_687_434_875_781_5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        0.599_832_206_555_887_937_690,
        0.136_929_880_922_735_805_310,
        0.014_875_361_290_850_614_852_5,
        0.000_786_869_131_145_613_259_100,
        0.000_018_463_183_175_100_546_818_0,
        1.421_511_758_316_445_888_70e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    fn first(purpose: Purpose) -> u64 {
        Rng::new(7, purpose).bits()
    }

    #[test]
    fn streams_are_reproducible_and_distinct() {
        assert_eq!(first(Purpose::Sizes), first(Purpose::Sizes));
        assert_ne!(first(Purpose::Sizes), first(Purpose::Arrivals));
        assert_ne!(first(Purpose::Choices(0)), first(Purpose::Choices(1)));
    }

    /// Seed 7, 100,000 draws: six standard errors are 0.019 for the mean and 0.027 for the variance
    /// of the normal.
    #[test]
    fn exponential_and_normal_have_their_moments() {
        let mut rng = Rng::new(7, Purpose::Sizes);
        let n = 100_000;
        let mean = (0..n).map(|_| rng.exponential()).sum::<f64>() / f64::from(n);
        assert!((mean - 1.0).abs() < 0.019, "mean {mean}");
        let variance = (0..n).map(|_| rng.normal()).map(|x| x * x).sum::<f64>() / f64::from(n);
        assert!((variance - 1.0).abs() < 0.027, "variance {variance}");
    }

    /// Quantiles from tables of the normal law; the far one is from R's `qnorm(1e-20)`.
    #[test]
    fn normal_quantiles_are_the_tables() {
        for (p, z) in [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.001, -3.090_232_306_167_813_5),
            (1e-20, -9.262_340_089_798_408),
        ] {
            assert!(
                (normal_quantile(p) - z).abs() < 1e-13 * z.abs().max(1.0),
                "{p}: {}",
                normal_quantile(p)
            );
        }
    }

    #[test]
    fn below_stays_below() {
        let mut rng = Rng::new(7, Purpose::Keys);
        assert!((0..1000).all(|_| rng.below(3) < 3));
        assert_eq!(rng.below(1), 0);
    }
}
