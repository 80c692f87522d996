//! Exchange during the backward pass: what of it is seen at the end.
//!
//! Gradients come in buckets, the last layer's first; the exchange of a bucket begins when it is
//! computed and the one before has been exchanged. Source: Li et al. (2020), "PyTorch Distributed:
//! Experiences on Accelerating Data Parallel Training".

/// When the last of `buckets` ≥ 1 equal buckets has been exchanged (s), after `forward_s` and a
/// backward pass of `backward_s` that gives them evenly, if one bucket's exchange takes `bucket_s`.
pub fn step_s(forward_s: f64, backward_s: f64, buckets: u32, bucket_s: f64) -> f64 {
    let mut exchanged_s: f64 = 0.0;
    for k in 1..=buckets {
        let computed_s = forward_s + backward_s * f64::from(k) / f64::from(buckets);
        exchanged_s = exchanged_s.max(computed_s) + bucket_s;
    }
    exchanged_s
}
