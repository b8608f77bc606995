//! What is served beside the RPC protocols: pages, the dump of the database, who a visitor is.

use crate::world::*;
use model::Value;
use model::schema::Rank;
use toolstack::http::{Front, authenticate};
use wire::http::{
    Body, Gone, Handler, Head, HeaderMap, Intake, Method, Origin, Peer, Reply, Request, Response, StatusCode,
    Version, header,
};

fn head(method: Method, path: &str) -> Head {
    let peer = Peer {
        origin: Origin::Tcp,
        address: Some(([10, 0, 0, 9], 5000).into()),
        client: 1,
        certificates: Default::default(),
    };
    Head {
        method,
        version: Version::HTTP_11,
        path: path.into(),
        query: vec![],
        headers: HeaderMap::new(),
        peer,
    }
}

async fn send(world: &World, head: Head, body: &str) -> Response {
    send_until(world, head, body, Gone::never()).await
}

async fn send_until(world: &World, head: Head, body: &str, gone: Gone) -> Response {
    let front = Front::new(world.toolstack.clone());
    if let Intake::Refuse(response) = front.intake(&head) {
        return response;
    }
    front.handle(Request { head, body: Body::Whole(body.to_string().into()), upgrade: None, gone }).await
}

fn body(response: &Response) -> String {
    match &response.body {
        Reply::Whole(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        Reply::Stream(_) => "(a stream)".into(),
    }
}

fn xml(method: &str, params: &[Value]) -> String {
    let mut out = Vec::new();
    wire::xmlrpc::write_call(&mut out, method, params);
    String::from_utf8(out).unwrap()
}

/// The certificate of an authority, and one that it has given to this name.
fn vouched_for(name: &str) -> (String, String) {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    (authority.pem(), own.pem())
}

#[tokio::test(start_paused = true)]
async fn a_trusted_certificate_logs_in_without_a_password() {
    let world = world().await;
    let (authority, own) = vouched_for("console");
    let shown = wire::tls::Identity::from_two_pems(
        own.as_bytes(),
        wire::tls::self_signed("x", &[], std::time::SystemTime::now(), None).unwrap().as_bytes(),
    )
    .unwrap()
    .chain;
    let login = async || {
        let mut head = head(Method::POST, "/");
        head.peer.certificates = shown.clone().into();
        let call = xml("session.login_with_password", &["root".into(), "".into()]);
        let answer = body(&send(&world, head, &call).await);
        answer.split("OpaqueRef:").nth(1).map(|id| Value::String(format!("OpaqueRef:{}", &id[..36]).into()))
    };
    let enable = |name: &str| [reference(POOL), name.into()];
    assert_eq!(login().await, None);
    assert_eq!(world.fails("pool.enable_client_certificate_auth", enable("")).await, "INVALID_VALUE[name, ]");
    world.ok("pool.enable_client_certificate_auth", enable("console")).await;
    assert_eq!(login().await, None, "nobody vouches for it");
    world.ok("pool.install_ca_certificate", ["ca".into(), authority.as_str().into()]).await;
    let session = login().await.unwrap();
    let row = world.with(&session, "session.get_client_certificate", [session.clone()]).await;
    assert!(matches!(&row, Ok(Value::Bool(true))) || row.unwrap_err().code == "RBAC_PERMISSION_DENIED");
    let start = world.with(&session, "VM.start", [reference(WEB), false.into(), false.into()]).await;
    assert_eq!(start.unwrap_err().code, "RBAC_PERMISSION_DENIED");
    world.ok("pool.enable_client_certificate_auth", enable("other")).await;
    assert_eq!(login().await, None, "it is in another name");
    let disable = world.with(&session, "pool.disable_client_certificate_auth", [reference(POOL)]).await;
    assert_eq!(disable, Ok(Value::VOID), "this is what the role is for");
    assert_eq!(world.ok("pool.get_client_certificate_auth_name", [reference(POOL)]).await, "".into());
}

#[tokio::test(start_paused = true)]
async fn every_path_speaks_xml_but_jsonrpc() {
    let world = world().await;
    let call = xml("VM.get_name_label", &[world.session.clone(), reference(WEB)]);
    for path in ["/", "/RPC2", "/json", "/JSON", "/whatever"] {
        let response = send(&world, head(Method::POST, path), &call).await;
        assert_eq!(
            (response.status, &response.headers[header::CONTENT_TYPE]),
            (StatusCode::OK, &"text/xml".parse().unwrap())
        );
        assert!(body(&response).contains("<value>web</value>"), "{path}");
    }
    let session = id_of(&world.session);
    let call =
        format!(r#"{{"jsonrpc":"2.0","method":"VM.get_name_label","params":["{session}","{WEB}"],"id":1}}"#);
    for path in ["/jsonrpc", "/jsonrpc/x"] {
        let response = send(&world, head(Method::POST, path), &call).await;
        assert_eq!(body(&response), r#"{"jsonrpc":"2.0","result":"web","id":1}"#);
    }
}

#[tokio::test(start_paused = true)]
async fn failed_calls_are_answered_with_success_of_http() {
    let world = world().await;
    let response = send(&world, head(Method::POST, "/"), &xml("no.such", &[])).await;
    assert_eq!(response.status, StatusCode::OK);
    assert!(body(&response).contains("<value>MESSAGE_METHOD_UNKNOWN</value>"));
    let response =
        send(&world, head(Method::POST, "/jsonrpc"), r#"{"method":"no.such","params":[],"id":"a"}"#).await;
    assert_eq!(body(&response), r#"{"result":null,"error":["MESSAGE_METHOD_UNKNOWN","no.such"],"id":"a"}"#);
    assert_eq!(
        send(&world, head(Method::POST, "/"), "<nonsense").await.status,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    assert_eq!(
        send(&world, head(Method::POST, "/jsonrpc"), "{").await.status,
        StatusCode::INTERNAL_SERVER_ERROR
    );
}

#[tokio::test(start_paused = true)]
async fn the_list_of_methods_comes_bare() {
    let world = world().await;
    let answer = body(&send(&world, head(Method::POST, "/"), &xml("system.listMethods", &[])).await);
    assert!(answer.contains("<param><value><array><data>") && !answer.contains("Status"));
}

#[tokio::test(start_paused = true)]
async fn other_methods_and_paths_get_pages() {
    let world = world().await;
    let status = async |method, path| send(&world, head(method, path), "").await.status;
    assert_eq!(status(Method::GET, "/").await, StatusCode::OK);
    assert_eq!(status(Method::GET, "/nothing").await, StatusCode::NOT_FOUND);
    assert_eq!(status(Method::OPTIONS, "/jsonrpc").await, StatusCode::OK);
    assert_eq!(status(Method::DELETE, "/").await, StatusCode::NOT_IMPLEMENTED);
}

#[tokio::test(start_paused = true)]
async fn visitors_prove_who_they_are() {
    let world = world().await;
    let status = async |head: Head| send(&world, head, "").await.status;
    let dump = || head(Method::GET, "/pool/xmldbdump");
    let refused = send(&world, dump(), "").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.headers[header::WWW_AUTHENTICATE], "Basic realm=\"get_pool_xml_db_sync\"");
    let with = |session: &Value| {
        let query = vec![("session_id".into(), id_of(session).to_string().into())];
        Head { query, ..dump() }
    };
    assert_eq!(status(with(&world.session)).await, StatusCode::OK);
    let reader = world.session_of("ann", Rank::ReadOnly).await;
    assert_eq!(status(with(&reader)).await, StatusCode::FORBIDDEN);
    let mut cookie = dump();
    let value = format!("a=b; session_id={}", id_of(&world.session));
    cookie.headers.insert(header::COOKIE, value.parse().unwrap());
    assert_eq!(status(cookie).await, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_session_for_one_request_ends_with_it() {
    let world = world().await;
    let sessions = || world.toolstack.store.snapshot().table(model::ClassId::Session).len();
    let mut basic = head(Method::GET, "/export");
    // root:secret
    basic.headers.insert(header::AUTHORIZATION, "Basic cm9vdDpzZWNyZXQ=".parse().unwrap());
    let visitor = authenticate(&world.toolstack, &basic, "get_export").await.unwrap();
    assert_eq!((visitor.call.who.as_str(), sessions()), ("root", 2));
    visitor.leave(&world.toolstack).await;
    assert_eq!(sessions(), 1);
    basic.headers.insert(header::AUTHORIZATION, "Basic cm9vdDp4".parse().unwrap());
    assert!(authenticate(&world.toolstack, &basic, "get_export").await.is_err());
    let mut local = head(Method::GET, "/export");
    local.peer = Peer { origin: Origin::Unix, address: None, client: 1, certificates: Default::default() };
    let visitor = authenticate(&world.toolstack, &local, "get_export").await.unwrap();
    assert!(visitor.call.superuser);
}

#[tokio::test(start_paused = true)]
async fn only_calls_that_wait_end_when_their_client_leaves() {
    let world = world().await;
    let (_stop, shutdown) = tokio::sync::watch::channel(false);
    let (staying, gone) = Gone::new(shutdown);
    drop(staying);
    let session = world.session.clone();
    let classes = Value::Array(vec![Value::from("secret")]);
    let nothing = [session.clone(), classes.clone(), Value::from(""), Value::Float(80_000.0)];
    let begin = tokio::time::Instant::now();
    let response =
        send_until(&world, head(Method::POST, "/"), &xml("event.from", &nothing), gone.clone()).await;
    assert_eq!(response.status, StatusCode::SERVICE_UNAVAILABLE);
    let registered =
        send(&world, head(Method::POST, "/"), &xml("event.register", &[session.clone(), classes])).await;
    assert_eq!(registered.status, StatusCode::OK);
    let next = xml("event.next", std::slice::from_ref(&session));
    let response = send_until(&world, head(Method::POST, "/"), &next, gone.clone()).await;
    assert_eq!(response.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(begin.elapsed() < std::time::Duration::from_secs(2));
    let rename = xml("VM.set_name_label", &[session.clone(), reference(WEB), Value::from("renamed")]);
    let response = send_until(&world, head(Method::POST, "/"), &rename, gone).await;
    assert_eq!(response.status, StatusCode::OK);
    let call = xml("VM.get_name_label", &[session, reference(WEB)]);
    assert!(body(&send(&world, head(Method::POST, "/"), &call).await).contains("renamed"));
}

#[tokio::test(start_paused = true)]
async fn members_send_visitors_to_the_coordinator() {
    let world = world().await;
    let other = model::Ref::<model::Host>::from_bits(0x12);
    let row = model::Host { uuid: model::Uuid(5), address: "10.0.0.2".into(), ..Default::default() };
    world
        .edit(|tx| {
            tx.insert(other, row);
            tx.update(POOL, |pool| pool.master = other);
        })
        .await;
    let front = Front::new(world.toolstack.clone());
    let query = vec![("uuid".into(), "a b".into()), ("session_id".into(), "OpaqueRef:1".into())];
    let export = Head { query, ..head(Method::GET, "/export_metadata") };
    match front.elsewhere(&export) {
        Some(response) => assert_eq!(
            response.headers[header::LOCATION],
            "https://10.0.0.2/export_metadata?uuid=a%20b&session_id=OpaqueRef:1"
        ),
        None => panic!("a member exports by itself"),
    }
    assert!(front.elsewhere(&head(Method::GET, "/pool/xmldbdump")).is_none());
}
