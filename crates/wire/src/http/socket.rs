//! `Socket`: a TCP or Unix stream that can be asked whether its peer has closed.
//!
//! hyper notices the end of a stream only while it reads, and it does not read while a request is
//! with its handler and bytes of the next one are here already. The system tells in any case.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::{TcpStream, UnixStream, tcp, unix};

pub struct Socket<R, W> {
    read: Arc<R>,
    write: W,
}

/// The reading half, of which both the stream and the one who asks have a copy.
pub trait Ear: Send + Sync + 'static {
    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>>;
    fn try_read(&self, buffer: &mut ReadBuf<'_>) -> io::Result<usize>;
    /// The peer will send nothing more, even if not all that it sent is read.
    fn is_closed(&self) -> bool;
}

macro_rules! ear {
    ($half:ty, $stream:ty) => {
        impl Ear for $half {
            fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                AsRef::<$stream>::as_ref(self).poll_read_ready(context)
            }
            fn try_read(&self, buffer: &mut ReadBuf<'_>) -> io::Result<usize> {
                AsRef::<$stream>::as_ref(self).try_read_buf(buffer)
            }
            fn is_closed(&self) -> bool {
                let ready = std::pin::pin!(self.ready(Interest::READABLE));
                let now = ready.poll(&mut Context::from_waker(Waker::noop()));
                matches!(now, Poll::Ready(Ok(ready)) if ready.is_read_closed())
            }
        }
    };
}
ear!(tcp::OwnedReadHalf, TcpStream);
ear!(unix::OwnedReadHalf, UnixStream);

impl<R: Ear, W> Socket<R, W> {
    pub fn new((read, write): (R, W)) -> Socket<R, W> {
        Socket { read: Arc::new(read), write }
    }
    pub fn ear(&self) -> Arc<dyn Ear> {
        self.read.clone()
    }
}

impl<R: Ear, W: Unpin> AsyncRead for Socket<R, W> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.read.poll_read_ready(context))?;
            match self.read.try_read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result.map(drop)),
            }
        }
    }
}

impl<R: Ear, W: AsyncWrite + Unpin> AsyncWrite for Socket<R, W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.write).poll_write(context, bytes)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.write).poll_write_vectored(context, slices)
    }
    fn is_write_vectored(&self) -> bool {
        self.write.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.write).poll_flush(context)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.write).poll_shutdown(context)
    }
}
