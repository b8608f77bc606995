//! The floor: a bare hyper server that reads each request and answers always the same.

use crate::server;
use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::net::TcpListener;

/// Be the floor, until somebody ends this process.
pub fn serve(answer: &Path) -> Result<()> {
    let answer = Bytes::from(std::fs::read(answer)?);
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let answer = answer.clone();
            let respond = service_fn(move |request: Request<Incoming>| {
                let answer = answer.clone();
                async move {
                    request.into_body().collect().await?;
                    let response = Response::builder().header(header::CONTENT_TYPE, "application/json");
                    Ok::<_, anyhow::Error>(response.body(Full::new(answer))?)
                }
            });
            let connection = http1::Builder::new()
                .title_case_headers(true)
                .serve_connection(TokioIo::new(stream), respond);
            tokio::spawn(connection);
        }
    })
}

/// The floor as a process of its own.
pub struct Floor {
    child: Child,
    pub address: SocketAddr,
}

impl Floor {
    pub fn start(folder: &Path, answer: &[u8]) -> Result<Floor> {
        let file = folder.join("answer");
        std::fs::write(&file, answer)?;
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg("--be-the-floor").arg(&file).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("the floor's output")?).read_line(&mut line)?;
        let address = line.trim().parse().context("the floor's address")?;
        Ok(Floor { child, address })
    }
    pub fn cpu(&self) -> Result<Duration> {
        server::cpu(self.child.id())
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
