//! Strategies with settings of their own.

use super::strategy;
use equipoise::balance::{
    Draw, EdfVariant, Knowledge, Learner, Policy, StrategyConfig, StrategyId,
};
use equipoise::scenario::KeySource;

pub(super) fn listing(policy: Policy) -> StrategyConfig {
    StrategyConfig {
        listing: vec![policy],
        ..strategy(StrategyId::ArticleProgram)
    }
}

pub(super) fn as_printed() -> StrategyConfig {
    StrategyConfig {
        listing_mended: false,
        ..listing(Policy::ShortestJobFirst)
    }
}

pub(super) fn by(id: StrategyId, key: KeySource) -> StrategyConfig {
    StrategyConfig {
        key,
        ..strategy(id)
    }
}

pub(super) fn known() -> StrategyConfig {
    StrategyConfig {
        knowledge: Knowledge::Sizes,
        ..strategy(StrategyId::LeastResponseTime)
    }
}

pub(super) fn two(draw: Draw) -> StrategyConfig {
    StrategyConfig {
        draw,
        choices: 3,
        ..strategy(StrategyId::TwoChoices)
    }
}

pub(super) fn seeded() -> StrategyConfig {
    StrategyConfig {
        edf: EdfVariant::EnvoySeeded,
        ..strategy(StrategyId::EdfWrr)
    }
}

pub(super) fn learning(learner: Learner) -> StrategyConfig {
    StrategyConfig {
        learner,
        memory: 0.99,
        ..strategy(StrategyId::Bandit)
    }
}
