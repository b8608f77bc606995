//! `Settings`: every limit of the server, with the defaults that clients know from XAPI.

use std::time::Duration;

#[derive(Clone, Debug)]
pub struct Settings {
    /// A body that is read as a whole may be this long, unless the handler says otherwise.
    pub rpc_body_bytes: usize,
    /// Reading such a body may take this long.
    pub body_timeout: Duration,
    /// The longest silence within a request head, and before the first one.
    pub header_read_timeout: Duration,
    /// The longest time from the first byte of a head to its last.
    pub header_total_timeout: Duration,
    /// Request line and headers together. XAPI allows 1,024 bytes, which browsers exceed.
    pub max_header_bytes: usize,
    /// How long a connection may wait for its next request.
    pub idle_timeout: Duration,
    /// How long a client may refuse to take what it asked for.
    pub write_stall_timeout: Duration,
    /// Connections over TCP, plain and TLS together.
    pub conn_limit_tcp: usize,
    /// Connections of clients that show a certificate; they count in the above as well.
    pub conn_limit_clientcert: usize,
    /// Connections over the Unix socket.
    pub conn_limit_unix: usize,
    /// Connections from one address; of IPv6, from one /64 network.
    pub conn_limit_address: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            rpc_body_bytes: 300 * 1024,
            body_timeout: Duration::from_secs(60),
            header_read_timeout: Duration::from_secs(10),
            header_total_timeout: Duration::from_secs(60),
            max_header_bytes: 16 * 1024,
            idle_timeout: Duration::from_secs(600),
            write_stall_timeout: Duration::from_secs(300),
            conn_limit_tcp: 800,
            conn_limit_clientcert: 800,
            conn_limit_unix: 1024,
            conn_limit_address: 400,
        }
    }
}
