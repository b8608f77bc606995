//! The server as a client sees it: raw bytes in, raw bytes out, over a pipe in memory.

use super::*;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::{Notify, mpsc, watch};

#[derive(Default)]
struct Fake {
    entered: Notify,
    go: Notify,
    carried_out: Notify,
    /// How many requests for `/event` run.
    waiting: watch::Sender<usize>,
}

impl Handler for Fake {
    fn intake(&self, head: &Head) -> Intake {
        match head.path.as_str() {
            "/stream" => Intake::Stream,
            "/refuse" => Intake::Refuse(Response::page(StatusCode::FORBIDDEN)),
            "/large" => Intake::WholeUpTo(1 << 20),
            _ => Intake::Whole,
        }
    }
    async fn handle(&self, request: Request) -> Response {
        let ok = Response::new(StatusCode::OK);
        match request.head.path.as_str() {
            "/panic" => panic!("as asked"),
            "/event" => {
                self.waiting.send_modify(|count| *count += 1);
                let outcome = request.gone.or(std::future::pending::<()>()).await;
                self.waiting.send_modify(|count| *count -= 1);
                assert_eq!(outcome, None);
                Response::page(StatusCode::SERVICE_UNAVAILABLE).closing()
            }
            "/wait" => {
                self.entered.notify_one();
                self.go.notified().await;
                self.carried_out.notify_one();
                ok
            }
            "/console" => {
                let Some(upgrade) = request.upgrade else { return Response::page(StatusCode::BAD_REQUEST) };
                tokio::spawn(async move {
                    let mut connection = upgrade.connection().await.unwrap();
                    let mut bytes = [0; 4];
                    connection.read_exact(&mut bytes).await.unwrap();
                    bytes.reverse();
                    connection.write_all(&bytes).await.unwrap();
                    connection.shutdown().await.unwrap();
                });
                ok
            }
            "/pieces" | "/half" => {
                let (response, sender) = ok.streamed("text/plain", 1);
                let whole = request.head.path == "/pieces";
                tokio::spawn(async move {
                    sender.send("one").await.unwrap();
                    if whole {
                        sender.send("two").await.unwrap();
                        sender.finish().await.unwrap();
                    }
                });
                response
            }
            "/stream" => {
                let Body::Stream(mut body) = request.body else { panic!("not a stream") };
                let mut total = 0;
                while let Ok(Some(piece)) = body.chunk().await {
                    total += piece.len();
                }
                ok.with_body("text/plain", total.to_string())
            }
            _ => Response::xml_rpc(request.bytes().to_vec()),
        }
    }
}

struct World {
    server: Arc<Server<Fake>>,
    handler: Arc<Fake>,
    stop: watch::Sender<bool>,
}

impl World {
    fn new() -> World {
        World::with(Settings::default())
    }
    fn with(settings: Settings) -> World {
        let (stop, shutdown) = watch::channel(false);
        let handler = Arc::new(Fake::default());
        World { server: Server::new(Arc::clone(&handler), settings, shutdown), handler, stop }
    }
    async fn connect(&self) -> DuplexStream {
        let (client, server) = tokio::io::duplex(64 * 1024);
        let place = self.server.accounts.place(true).await.unwrap();
        let permit = self.server.accounts.admit(place, None).unwrap();
        let (running, _) = mpsc::channel(1);
        let peer = self.server.peer(Origin::Unix, None);
        tokio::spawn(Arc::clone(&self.server).converse(server, None, peer, permit, running));
        client
    }
    /// From an address of the network; None if it has too many connections.
    async fn connect_from(&self, address: &str) -> Option<DuplexStream> {
        let (client, server) = tokio::io::duplex(64 * 1024);
        let address: std::net::SocketAddr = address.parse().unwrap();
        let place = self.server.accounts.place(false).await.unwrap();
        let permit = self.server.accounts.admit(place, Some(address.ip()))?;
        let (running, _) = mpsc::channel(1);
        let peer = self.server.peer(Origin::Tcp, Some(address));
        tokio::spawn(Arc::clone(&self.server).converse(server, None, peer, permit, running));
        Some(client)
    }
    /// A listener on a socket of the file system, and the end of its serving.
    fn listen(&self, path: &std::path::Path) -> tokio::task::JoinHandle<()> {
        let listener = tokio::net::UnixListener::bind(path).unwrap();
        tokio::spawn(Arc::clone(&self.server).serve(Listener::Unix(listener)))
    }
    /// Waits until so many requests for `/event` run.
    async fn events_waiting(&self, count: usize) {
        let mut waiting = self.handler.waiting.subscribe();
        let within = tokio::time::timeout(Duration::from_secs(2), waiting.wait_for(|now| *now == count));
        within.await.expect("in time").unwrap();
    }
    /// Everything that comes back until the server closes.
    async fn exchange(&self, request: &str) -> String {
        let mut client = self.connect().await;
        client.write_all(request.as_bytes()).await.unwrap();
        rest(&mut client).await
    }
    /// Waits for ever if a connection that ended keeps its place.
    async fn all_places_free(&self) {
        while self.server.accounts.free_places() < Settings::default().conn_limit_unix {
            tokio::task::yield_now().await;
        }
    }
    async fn status(&self, request: &str) -> u16 {
        self.exchange(request).await[9..12].parse().unwrap()
    }
}

async fn rest(client: &mut DuplexStream) -> String {
    let mut text = String::new();
    client.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn an_rpc_answer_has_the_headers_that_clients_know() {
    let reply = World::new().exchange("POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello").await;
    for line in [
        "HTTP/1.0 200 OK\r\n",
        "\r\nContent-Type: text/xml\r\n",
        "\r\nAccess-Control-Allow-Origin: *\r\n",
        "\r\nAccess-Control-Allow-Headers: X-Requested-With\r\n",
        "\r\nCache-Control: no-cache, no-store\r\n",
        "\r\nConnection: close\r\n",
        "\r\nContent-Length: 5\r\n",
    ] {
        assert!(reply.contains(line), "{line:?} in {reply}");
    }
    assert!(reply.ends_with("\r\n\r\nhello"));
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let request = "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n";
    let reply = World::new()
        .exchange(&format!("{request}a{request}bGET /x HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .await;
    assert_eq!(reply.matches("HTTP/1.1 200 OK").count(), 3, "{reply}");
    assert_eq!(reply.matches("Connection: keep-alive").count(), 2, "{reply}");
    assert_eq!(reply.matches("Connection: close").count(), 1, "{reply}");
}

#[tokio::test]
async fn bodies_without_an_honest_length_are_refused() {
    let world = World::new();
    assert_eq!(world.status("PUT /stream HTTP/1.0\r\n\r\ndata").await, 411);
    assert_eq!(world.status("POST / HTTP/1.1\r\n\r\n").await, 411);
    assert_eq!(
        world.status("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n").await,
        411
    );
    let long = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n", 300 * 1024 + 1);
    assert_eq!(world.status(&long).await, 500);
    assert_eq!(world.status(&long.replace("POST /", "POST /refuse")).await, 403);
    assert_eq!(world.status("POST / HTTP/1.0\r\nContent-Length: x\r\n\r\n").await, 400);
    assert_eq!(world.status("GET /%ff HTTP/1.0\r\n\r\n").await, 400);
}

#[tokio::test]
async fn streams_go_both_ways() {
    let world = World::new();
    let reply =
        world.exchange("PUT /stream HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    assert!(reply.await.ends_with("\r\n\r\n3"));
    let reply = world.exchange("PUT /stream HTTP/1.0\r\nContent-Length: 4\r\n\r\nabcd").await;
    assert!(reply.ends_with("\r\n\r\n4"));
    let reply = world.exchange("GET /pieces HTTP/1.0\r\n\r\n").await;
    assert!(reply.ends_with("\r\n\r\nonetwo"), "{reply}");
    let reply = world.exchange("GET /pieces HTTP/1.1\r\nConnection: close\r\n\r\n").await;
    assert!(reply.ends_with("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"), "{reply}");
    let reply = world.exchange("GET /half HTTP/1.1\r\n\r\n").await;
    assert!(!reply.ends_with("0\r\n\r\n"), "an answer that breaks off has no end: {reply}");
}

#[tokio::test]
async fn consoles_get_the_raw_connection() {
    for version in ["1.0", "1.1"] {
        let world = World::new();
        let mut client = world.connect().await;
        // The bytes that come with the head belong to the console.
        client
            .write_all(format!("CONNECT /console?ref=x HTTP/{version}\r\n\r\nab").as_bytes())
            .await
            .unwrap();
        client.write_all(b"cd").await.unwrap();
        let reply = rest(&mut client).await;
        assert!(reply.starts_with(&format!("HTTP/{version} 200 OK")), "{reply}");
        assert!(reply.ends_with("\r\n\r\ndcba"), "{reply}");
        world.all_places_free().await;
    }
}

#[tokio::test]
async fn a_panic_ends_one_request_only() {
    let world = World::new();
    let reply = world.exchange("GET /panic HTTP/1.1\r\n\r\n").await;
    assert!(reply.starts_with("HTTP/1.1 500 Internal Server Error"), "{reply}");
    assert_eq!(world.status("GET / HTTP/1.0\r\n\r\n").await, 200);
    world.all_places_free().await;
}

#[tokio::test(start_paused = true)]
async fn slow_clients_are_sent_away() {
    let world = World::new();
    assert_eq!(world.status("POST / HT").await, 408);
    assert_eq!(world.status("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf").await, 408);
    let mut trickling = world.connect().await;
    let begin = tokio::time::Instant::now();
    while trickling.write_all(b"G").await.is_ok() {
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    assert!(begin.elapsed() < Duration::from_secs(70));
    let mut idle = world.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let begin = tokio::time::Instant::now();
    assert!(rest(&mut idle).await.starts_with("HTTP/1.1 200"));
    assert!(begin.elapsed() >= Duration::from_secs(600));
}

#[tokio::test(start_paused = true)]
async fn idle_connections_make_room() {
    let world = World::with(Settings { conn_limit_unix: 1, ..Settings::default() });
    let mut idle = world.connect().await;
    idle.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let begin = tokio::time::Instant::now();
    let _second = world.connect().await;
    assert!(begin.elapsed() < Duration::from_secs(5));
    assert!(rest(&mut idle).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn oversized_heads_are_refused() {
    let head = format!("GET / HTTP/1.1\r\nX-Long: {}\r\n\r\n", "x".repeat(20_000));
    assert_eq!(World::new().status(&head).await, 431);
}

#[tokio::test]
async fn a_shutdown_lets_running_requests_finish() {
    let world = World::new();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("socket");
    let serving = world.listen(&path);
    let mut busy = tokio::net::UnixStream::connect(&path).await.unwrap();
    busy.write_all(b"GET /wait HTTP/1.1\r\n\r\n").await.unwrap();
    let mut idle = tokio::net::UnixStream::connect(&path).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    idle.read_exact(&mut [0; 20]).await.unwrap();
    world.handler.entered.notified().await;
    world.stop.send_replace(true);
    let mut text = String::new();
    idle.read_to_string(&mut text).await.unwrap();
    assert!(!serving.is_finished());
    world.handler.go.notify_one();
    busy.read_to_string(&mut text).await.unwrap();
    assert!(text.contains("HTTP/1.1 200 OK"));
    serving.await.unwrap();
    assert!(tokio::net::UnixStream::connect(&path).await.is_err());
}

const EVENT: &[u8] = b"GET /event HTTP/1.1\r\n\r\n";

#[tokio::test]
async fn clients_that_leave_free_their_places_and_stop_waiting() {
    let world = World::new();
    for _ in 0..5 {
        let mut clients = Vec::new();
        for _ in 0..Settings::default().conn_limit_address {
            let mut client = world.connect_from("10.0.0.1:1000").await.expect("a free place");
            client.write_all(EVENT).await.unwrap();
            clients.push(client);
        }
        world.events_waiting(400).await;
        assert!(world.connect_from("10.0.0.1:1000").await.is_none(), "they are that many connections");
        drop(clients);
        world.events_waiting(0).await;
    }
    let mut client = world.connect_from("10.0.0.1:1000").await.expect("a free place");
    client.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
    assert!(rest(&mut client).await.starts_with("HTTP/1.0 200 OK"));
}

#[tokio::test]
async fn what_has_begun_is_carried_out_but_keeps_no_place() {
    for head in ["GET /wait HTTP/1.1\r\n\r\n", "GET /wait HTTP/1.1\r\nUpgrade: x\r\n\r\n"] {
        let world = World::new();
        let mut client = world.connect().await;
        client.write_all(head.as_bytes()).await.unwrap();
        world.handler.entered.notified().await;
        drop(client);
        world.all_places_free().await;
        world.handler.go.notify_one();
        world.handler.carried_out.notified().await;
    }
}

#[tokio::test]
async fn abandoned_calls_do_not_pile_up() {
    let world = World::with(Settings { conn_limit_address: 2, ..Settings::default() });
    for _ in 0..8 {
        let mut client = loop {
            match world.connect_from("10.0.0.1:1000").await {
                Some(client) => break client,
                None => tokio::task::yield_now().await,
            }
        };
        client.write_all(b"GET /wait HTTP/1.1\r\n\r\n").await.unwrap();
        world.handler.entered.notified().await;
    }
    let answer = async |address| {
        let mut client = loop {
            match world.connect_from(address).await {
                Some(client) => break client,
                None => tokio::task::yield_now().await,
            }
        };
        client.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
        rest(&mut client).await[9..12].to_owned()
    };
    assert_eq!(answer("10.0.0.1:1000").await, "503");
    assert_eq!(answer("10.0.0.2:1000").await, "200");
    for _ in 0..8 {
        world.handler.go.notify_one();
        world.handler.carried_out.notified().await;
    }
    while answer("10.0.0.1:1000").await != "200" {}
}

#[tokio::test]
async fn a_socket_that_closes_is_noticed_even_behind_unread_bytes() {
    let world = World::new();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("socket");
    let _serving = world.listen(&path);
    for behind in ["", "GET / HTTP/1.1\r\n\r\n"] {
        let mut client = tokio::net::UnixStream::connect(&path).await.unwrap();
        client.write_all(&[EVENT, behind.as_bytes()].concat()).await.unwrap();
        world.events_waiting(1).await;
        drop(client);
        world.events_waiting(0).await;
    }
}

#[tokio::test]
async fn a_shutdown_ends_what_only_waits() {
    let world = World::new();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("socket");
    let serving = world.listen(&path);
    let mut client = tokio::net::UnixStream::connect(&path).await.unwrap();
    client.write_all(EVENT).await.unwrap();
    world.events_waiting(1).await;
    world.stop.send_replace(true);
    let mut text = String::new();
    client.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 503"), "{text}");
    tokio::time::timeout(Duration::from_secs(1), serving).await.expect("in time").unwrap();
}
