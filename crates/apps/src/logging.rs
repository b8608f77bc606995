//! Logs: for people by default, JSON for machines, on stderr. `XENIOS_LOG` says what and how much.

use tracing_subscriber::EnvFilter;

pub fn start(json: bool) {
    let filter = EnvFilter::try_from_env("XENIOS_LOG").unwrap_or_else(|_| EnvFilter::new("warn,audit=off"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json {
        builder.json().init();
    } else {
        builder.init();
    }
}
