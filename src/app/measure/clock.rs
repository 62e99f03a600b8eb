//! What a step costs: processor time of the window's thread, and the most memory that was in use.

use std::time::{Duration, Instant};

/// Processor time that the calling thread has used since some moment. Where the system does not tell, time by the clock.
#[cfg(all(unix, not(target_os = "macos")))]
fn thread_time(_since: Instant) -> Duration {
    let t = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(t.tv_sec).unwrap_or(0), u32::try_from(t.tv_nsec).unwrap_or(0))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn thread_time(since: Instant) -> Duration {
    since.elapsed()
}

/// A stop-watch for processor time.
#[derive(Clone, Copy)]
pub(super) struct Cpu {
    began: Instant,
    used: Duration,
}

impl Cpu {
    pub(super) fn start() -> Self {
        let began = Instant::now();
        Self { began, used: thread_time(began) }
    }

    /// Milliseconds of processor time since the start.
    pub(super) fn ms(self) -> f64 {
        thread_time(self.began).saturating_sub(self.used).as_secs_f64() * 1000.0
    }
}

/// The most memory that was resident so far, in MiB, where the system tells (Linux: `VmHWM`).
pub(super) fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kb: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kb / 1024.0)
}

/// Costs of equal steps, in milliseconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Costs(Vec<f64>);

impl Costs {
    pub(super) fn push(&mut self, ms: f64) {
        self.0.push(ms);
    }

    /// The cost that this part of the steps stays below, 0 to 1 (nearest rank); 0 without any.
    pub(super) fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (part * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_costs() {
        let mut costs = Costs::default();
        assert_eq!(costs.quantile(0.99), 0.0);
        (1..=200).rev().for_each(|n| costs.push(f64::from(n)));
        assert_eq!([0.0, 0.5, 0.99, 1.0].map(|q| costs.quantile(q)), [1.0, 100.0, 198.0, 200.0]);
    }

    #[test]
    fn work_takes_processor_time() {
        let cpu = Cpu::start();
        let sum: u64 = std::hint::black_box((0..2_000_000_u64).map(|n| n ^ (n >> 3)).sum());
        assert!(cpu.ms() > 0.0 && sum > 0);
    }
}
