//! The machine on which it was measured, and when.

/// One line: processor, memory, kernel, date.
pub fn describe() -> String {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let value = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.split_once(':').map_or(String::new(), |(_, value)| value.trim().to_owned())
    };
    let model = value(&read("/proc/cpuinfo"), "model name");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = value(&read("/proc/meminfo"), "MemTotal");
    let memory = memory.trim_end_matches(" kB").parse().unwrap_or(0.0) / 1024.0 / 1024.0;
    let kernel = read("/proc/sys/kernel/osrelease");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let today = model::Date::from_seconds(now.map_or(0, |since| since.as_secs() as i64)).to_string();
    let today = format!("{}-{}-{}", &today[..4], &today[4..6], &today[6..8]);
    format!("{model}, {cores} cores, {memory:.0} GiB, Linux {}, {today}.", kernel.trim())
}
