//! What a process has used of the machine.

use serde::{Deserialize, Serialize};

/// What a process used between two moments.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
pub struct Usage {
    /// The process.
    pub pid: u32,
    /// Processor time in its own code, libzmq's included.
    pub user_seconds: f64,
    /// Processor time in the kernel on its behalf.
    pub system_seconds: f64,
    /// The most memory that it had at a time since [`forget_peak`]; on systems other than Linux, since it was started.
    pub peak_rss_bytes: u64,
    /// How often a thread of it had to wait.
    pub voluntary_context_switches: u64,
    /// How often a thread of it was taken off its processor.
    pub involuntary_context_switches: u64,
}

impl Usage {
    /// User and system time.
    pub fn cpu_seconds(&self) -> f64 {
        self.user_seconds + self.system_seconds
    }

    /// What was used since `earlier`; the peak is a peak still.
    pub fn since(&self, earlier: &Usage) -> Usage {
        Usage {
            pid: self.pid,
            user_seconds: (self.user_seconds - earlier.user_seconds).max(0.0),
            system_seconds: (self.system_seconds - earlier.system_seconds).max(0.0),
            peak_rss_bytes: self.peak_rss_bytes,
            voluntary_context_switches: self
                .voluntary_context_switches
                .saturating_sub(earlier.voluntary_context_switches),
            involuntary_context_switches: self
                .involuntary_context_switches
                .saturating_sub(earlier.involuntary_context_switches),
        }
    }
}

/// What this process has used since it was started.
#[cfg(unix)]
pub fn so_far() -> Usage {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("the arguments are right");
    let count = |value: std::ffi::c_long| u64::try_from(value).unwrap_or(0);
    Usage {
        pid: std::process::id(),
        user_seconds: usage.user_time().num_microseconds() as f64 / 1e6,
        system_seconds: usage.system_time().num_microseconds() as f64 / 1e6,
        peak_rss_bytes: peak_of_status()
            .unwrap_or_else(|| count(usage.max_rss()) * if cfg!(target_os = "macos") { 1 } else { 1024 }),
        voluntary_context_switches: count(usage.voluntary_context_switches()),
        involuntary_context_switches: count(usage.involuntary_context_switches()),
    }
}

/// Nothing is known here.
#[cfg(not(unix))]
pub fn so_far() -> Usage {
    Usage { pid: std::process::id(), ..Usage::default() }
}

/// The peak as Linux tells it of this program. getrusage's is no less than what the program had that started this one.
#[cfg(unix)]
fn peak_of_status() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Lets the peak of memory begin anew, so that a run does not show an earlier one's; where the kernel is not Linux, or does
/// not allow it, the peak stays.
pub fn forget_peak() {
    if cfg!(target_os = "linux") {
        // What can fail is that it stays, and the documentation says so.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn work_costs_processor_time_and_memory_shows_in_the_peak() {
        forget_peak();
        let before = so_far();
        let mut memory = vec![1_u8; 64 << 20];
        while so_far().since(&before).cpu_seconds() < 0.01 {
            memory.iter_mut().for_each(|byte| *byte = byte.wrapping_mul(3));
        }
        assert_eq!(std::hint::black_box(&memory).len(), 64 << 20);
        let used = so_far().since(&before);
        assert_eq!(used.pid, std::process::id());
        assert!(used.peak_rss_bytes > 64 << 20, "{used:?}");
        drop(memory);
    }
}
