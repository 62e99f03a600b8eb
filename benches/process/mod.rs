//! Other programs, measured from outside: time by the clock and most memory.

use std::ffi::OsStr;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Time by the clock and most memory in MB of one run; `None` where there is no such program, or it fails.
pub(crate) fn cost(program: &OsStr, arguments: &[&OsStr]) -> Option<(Duration, u64)> {
    let began = Instant::now();
    let mut child = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let end = loop {
        if let Some(end) = child.try_wait().unwrap() {
            break end;
        }
        most = peak(&status).max(most);
        std::thread::sleep(Duration::from_millis(2));
    };
    end.success().then(|| (began.elapsed(), most))
}

/// The most memory of a process so far, in MB, where the system tells.
fn peak(status: &str) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse::<u64>().map_or(0, |kb| kb / 1000)
}
