//! `Pulse`: in which phase a connection is, and since when; `Watched`, the stream that tells it.
//!
//! hyper's own head timeout also cuts idle connections and cannot tell a slow head from none,
//! so the phases are followed here, from the bytes that pass.

use super::Settings;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// A head is being read; a new connection begins here, so silence counts from the start.
    Head {
        first: Instant,
        last: Instant,
    },
    /// A request is with its handler, or its answer is being written.
    Busy {
        /// Nothing is left to do but to wait for the handler.
        waiting: bool,
    },
    Idle {
        since: Instant,
    },
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Since when the client takes nothing.
    blocked: Option<Instant>,
}

#[derive(Debug)]
pub struct Pulse(Mutex<State>);

/// Why a connection has to end.
#[derive(Debug, PartialEq, Eq)]
pub enum Expired {
    Head,
    Idle,
    Write,
}

impl Pulse {
    pub fn new() -> Arc<Pulse> {
        let now = Instant::now();
        Arc::new(Pulse(Mutex::new(State { phase: Phase::Head { first: now, last: now }, blocked: None })))
    }
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn heard(&self) {
        let now = Instant::now();
        let mut state = self.state();
        state.phase = match state.phase {
            Phase::Head { first, .. } => Phase::Head { first, last: now },
            Phase::Idle { .. } => Phase::Head { first: now, last: now },
            busy @ Phase::Busy { .. } => busy,
        };
    }
    fn wrote(&self, blocked: bool) {
        let mut state = self.state();
        state.blocked = if blocked { Some(state.blocked.unwrap_or_else(Instant::now)) } else { None };
    }
    /// A request has begun; it lasts until the guard is dropped.
    pub fn busy(self: &Arc<Self>) -> Busy {
        self.state().phase = Phase::Busy { waiting: false };
        Busy(Arc::clone(self))
    }
    /// The body of the request is here, and its answer is not.
    pub fn is_waiting(&self) -> bool {
        matches!(self.state().phase, Phase::Busy { waiting: true })
    }
    pub fn set_waiting(&self, waiting: bool) {
        if let Phase::Busy { waiting: now } = &mut self.state().phase {
            *now = waiting;
        }
    }
    pub fn is_reading_head(&self) -> bool {
        matches!(self.state().phase, Phase::Head { .. })
    }
    pub fn is_idle_for(&self, time: Duration) -> bool {
        matches!(self.state().phase, Phase::Idle { since } if since.elapsed() >= time)
    }
    pub fn expired(&self, settings: &Settings) -> Option<Expired> {
        let state = self.state();
        if state.blocked.is_some_and(|since| since.elapsed() > settings.write_stall_timeout) {
            return Some(Expired::Write);
        }
        match state.phase {
            Phase::Head { first, last } => (last.elapsed() > settings.header_read_timeout
                || first.elapsed() > settings.header_total_timeout)
                .then_some(Expired::Head),
            Phase::Busy { .. } => None,
            Phase::Idle { since } => (since.elapsed() > settings.idle_timeout).then_some(Expired::Idle),
        }
    }
}

/// Held from the end of a request's head to the end of its answer.
#[derive(Debug)]
pub struct Busy(Arc<Pulse>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.state().phase = Phase::Idle { since: Instant::now() };
    }
}

/// A stream whose bytes beat the pulse.
pub struct Watched<S> {
    stream: S,
    pulse: Arc<Pulse>,
}

impl<S> Watched<S> {
    pub fn new(stream: S, pulse: Arc<Pulse>) -> Watched<S> {
        Watched { stream, pulse }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.pulse.heard();
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.pulse.wrote(result.is_pending());
        result
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.pulse.wrote(result.is_pending());
        result
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(context);
        self.pulse.wrote(result.is_pending());
        result
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn every_phase_has_its_deadline() {
        let settings = Settings::default();
        let wait = |seconds| tokio::time::advance(Duration::from_secs(seconds));
        let pulse = Pulse::new();
        for _ in 0..6 {
            wait(10).await;
            assert_eq!(pulse.expired(&settings), None);
            pulse.heard();
        }
        wait(1).await;
        assert_eq!(pulse.expired(&settings), Some(Expired::Head), "a head that trickles");
        let busy = pulse.busy();
        wait(10_000).await;
        assert_eq!(pulse.expired(&settings), None, "a handler takes its time");
        drop(busy);
        assert!(!pulse.is_idle_for(Duration::from_secs(1)));
        wait(600).await;
        assert_eq!(pulse.expired(&settings), None);
        wait(1).await;
        assert_eq!(pulse.expired(&settings), Some(Expired::Idle));
        pulse.heard();
        wait(11).await;
        assert_eq!(pulse.expired(&settings), Some(Expired::Head), "a head that stops");
        let _busy = pulse.busy();
        pulse.wrote(true);
        wait(200).await;
        pulse.wrote(true);
        wait(101).await;
        assert_eq!(pulse.expired(&settings), Some(Expired::Write));
        pulse.wrote(false);
        assert_eq!(pulse.expired(&settings), None);
    }
}
