//! How much memory there is, and how much of it this process has. Linux says both; other systems are not asked.

use std::fs;
use std::path::Path;

/// Memory of the machine in bytes, or what the control group of the process may have, if that is less.
pub fn total() -> Option<u64> {
    let machine = field(&fs::read_to_string("/proc/meminfo").ok()?, "MemTotal")?;
    Some(control_group().map_or(machine, |limit| limit.min(machine)))
}

/// Memory in bytes that this process has now.
pub fn resident() -> Option<u64> {
    field(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS")
}

/// A field in kB of a file of `/proc`, in bytes.
fn field(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// The lowest limit of the control group of the process and of those above it (version 2).
fn control_group() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let group = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let root = Path::new("/sys/fs/cgroup");
    let folder = root.join(group);
    let limits = folder.ancestors().take_while(|folder| folder.starts_with(root));
    limits.filter_map(|folder| fs::read_to_string(folder.join("memory.max")).ok()?.trim().parse().ok()).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_in_bytes() {
        let text = "Name:\tapportion\nVmRSS:\t    1234 kB\nVmRSSx:\t 5 kB\n";
        assert_eq!([field(text, "VmRSS"), field(text, "VmSize")], [Some(1234 * 1024), None]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_has_less_than_there_is() {
        let (resident, total) = (resident().unwrap(), total().unwrap());
        assert!((1 << 16..total).contains(&resident), "{resident} of {total}");
    }
}
