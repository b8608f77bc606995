//! `Connection`: a keep-alive connection that blocks, as plain as a client can be.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

pub struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

/// A whole request, ready to be sent many times.
pub fn request(path: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    );
    (head + body).into_bytes()
}

pub fn json_call(method: &str, params: &Value) -> Vec<u8> {
    let body = json!({ "jsonrpc": "2.0", "method": method, "params": params, "id": 1 });
    request("/jsonrpc", "application/json", &body.to_string())
}

impl Connection {
    pub fn open(address: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(address).with_context(|| format!("connect to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, answer: vec![0; 64 << 10] })
    }

    /// Send a request; the body of the answer comes back.
    pub fn exchange(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.stream.write_all(request)?;
        let mut filled = 0;
        let mut whole = None;
        loop {
            if filled == self.answer.len() {
                self.answer.resize(filled * 2, 0);
            }
            let read = self.stream.read(&mut self.answer[filled..])?;
            if read == 0 {
                bail!("the server closed the connection");
            }
            filled += read;
            let (start, end) = match whole {
                Some(whole) => whole,
                None => {
                    let Some(head) = memchr::memmem::find(&self.answer[..filled], b"\r\n\r\n") else {
                        continue;
                    };
                    let end = head + 4 + content_length(&self.answer[..head])?;
                    if end > self.answer.len() {
                        self.answer.resize(end, 0);
                    }
                    (head + 4, end)
                }
            };
            whole = Some((start, end));
            if filled >= end {
                return Ok(&self.answer[start..end]);
            }
        }
    }

    /// Call a method over JSON-RPC.
    pub fn call(&mut self, method: &str, params: Value) -> Result<Value> {
        let answer = self.exchange(&json_call(method, &params))?;
        let mut answer: Value = serde_json::from_slice(answer)?;
        match answer.get("error") {
            None | Some(Value::Null) => Ok(answer["result"].take()),
            Some(error) => bail!("{method}: {error}"),
        }
    }

    /// The same for calls whose result is a text.
    pub fn text(&mut self, method: &str, params: Value) -> Result<String> {
        let result = self.call(method, params)?;
        result.as_str().map(str::to_owned).with_context(|| format!("{method} returned {result}"))
    }
}

fn content_length(head: &[u8]) -> Result<usize> {
    let head = std::str::from_utf8(head)?;
    if !head.starts_with("HTTP/1.1 200") {
        bail!("the server answered {}", head.lines().next().unwrap_or_default());
    }
    let length = head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok()).flatten()
    });
    length.context("an answer without a length")
}
