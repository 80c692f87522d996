//! `replica_calculator_test.go` of Kubernetes.

use equipoise_elastic::metric::{NoMetrics, Pod, Target, by_average_value, by_value};

const TOLERANCE: f64 = 0.1;

/// Pods that request a whole core; `usages` in thousandths of it.
fn cores(usages: &[u64]) -> Vec<Pod> {
    usages
        .iter()
        .map(|&usage| Pod::ready(usage, 1000))
        .collect()
}

fn by_cpu(pods: &[Pod], percent: u64) -> Result<u32, NoMetrics> {
    Target::Utilisation { percent }.desired(pods, pods.len() as u32, TOLERANCE)
}

fn by_rate(rates: &[u64], target: u64) -> Result<u32, NoMetrics> {
    let pods: Vec<Pod> = rates.iter().map(|&rate| Pod::ready(rate, 0)).collect();
    Target::Average { milli: target }.desired(&pods, pods.len() as u32, TOLERANCE)
}

#[test]
fn scale_up_by_cpu() {
    assert_eq!(by_cpu(&cores(&[300, 500, 700]), 30), Ok(5));
}

/// The first pod is not ready: (0 + 500 + 700)/3000 is 40 %, 4/3 of the target.
#[test]
fn scale_up_by_cpu_is_less_with_an_unready_pod() {
    let mut pods = cores(&[300, 500, 700]);
    pods[0].ready = false;
    assert_eq!(by_cpu(&pods, 30), Ok(4));
}

/// With both unready pods idle the mean would be below the target.
#[test]
fn two_unready_pods_stop_a_scale_up() {
    let mut pods = cores(&[400, 500, 700]);
    pods[1].ready = false;
    pods[2].ready = false;
    assert_eq!(by_cpu(&pods, 30), Ok(3));
}

#[test]
fn scale_up_by_requests_per_second() {
    assert_eq!(by_rate(&[20_000, 10_000, 30_000], 15_000), Ok(4));
    assert_eq!(by_rate(&[50_000, 10_000, 30_000], 15_000), Ok(6));
}

#[test]
fn scale_up_by_an_external_metric() {
    assert_eq!(by_value(8600, 4400, 1, 1, TOLERANCE), 2);
}

#[test]
fn scale_down_by_cpu_and_by_requests_per_second() {
    assert_eq!(by_cpu(&cores(&[100, 300, 500, 250, 250]), 50), Ok(3));
    assert_eq!(by_rate(&[12_000; 5], 20_000), Ok(3));
}

/// The ratio is 1.033.
#[test]
fn within_the_tolerance_nothing_changes() {
    assert_eq!(by_rate(&[20_000, 21_000, 21_000], 20_000), Ok(3));
    // 55 % of 50 % is exactly the tolerance, 56 % is more.
    assert_eq!(by_cpu(&cores(&[550; 10]), 50), Ok(10));
    assert_eq!(by_cpu(&cores(&[560; 10]), 50), Ok(12));
}

/// Pods of which the last has no metric.
fn with_missing(usages: &[u64]) -> Vec<Pod> {
    let missing = Pod {
        usage_milli: None,
        ..Pod::ready(0, 1000)
    };
    [cores(usages), vec![missing]].concat()
}

/// By the rule: a missing pod is full on the way down and idle on the way up, and what turns the
/// direction is not followed.
#[test]
fn missing_pods_slow_it_in_both_directions() {
    // Down: 10 % alone would be 1 pod of 50 %; with a full third, (200 + 1000)/3000 is 40 %.
    assert_eq!(by_cpu(&cores(&[100, 100]), 50), Ok(1));
    assert_eq!(by_cpu(&with_missing(&[100, 100]), 50), Ok(3));
    assert_eq!(by_cpu(&with_missing(&[0, 0, 0, 0]), 50), Ok(2));
    // Up: 100 % of two is 67 % of three.
    assert_eq!(by_cpu(&with_missing(&[1000, 1000]), 50), Ok(4));
    // 60 % of two is 40 % of three: the other direction.
    assert_eq!(by_cpu(&with_missing(&[600, 600]), 50), Ok(3));
}

/// Whole percents: 100 of 300 is 33 %, so that two thirds of the target's 50 % are 0.66.
#[test]
fn utilisation_is_cut_to_whole_percents() {
    let pods = vec![Pod::ready(100, 300); 100];
    assert_eq!(by_cpu(&pods, 50), Ok(66));
}

#[test]
fn without_metrics_there_is_no_number() {
    assert_eq!(by_cpu(&[Pod::unready(1000)], 50), Err(NoMetrics));
    assert_eq!(by_rate(&[], 50), Err(NoMetrics));
}

/// From none, a value asks for its ratio; a shared value for its quotient (100 messages, 5 each).
#[test]
fn values_without_pods() {
    assert_eq!(by_value(8600, 4400, 0, 0, TOLERANCE), 2);
    assert_eq!(by_value(0, 4400, 0, 0, TOLERANCE), 0);
    assert_eq!(by_average_value(100_000, 5000, 1, TOLERANCE), 20);
    assert_eq!(by_average_value(100_000, 5000, 19, TOLERANCE), 19);
}
