use crate::format::Dynamo;
pub(crate) fn replay(case: &Dynamo) -> usize {
    let _ = (
        case.seed,
        case.workers,
        case.block_size,
        &case.config.credit,
        &case.config.scale,
        &case.config.decay,
        &case.config.active_weight,
        &case.mode,
        &case.ops,
    );
    0
}
