//! The one TCP port, with real connections.
#![allow(clippy::unwrap_used)]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use porthole::edge::certificate::Certificate;
use porthole::edge::pseudo_ssl::{CLIENT_HELLO, SERVER_HELLO};
use porthole::edge::shell::Shell;
use porthole::edge::{BindError, Edge, EdgeLimits, IceDoor, Room, Services, tls};
use porthole::http::Arrival;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

/// Long enough for whatever does not have to be waited for.
const NEVER: Duration = Duration::from_secs(600);
const SOON: Duration = Duration::from_millis(50);

struct Port {
    address: SocketAddr,
    /// What was handed to the SFU.
    ice: mpsc::UnboundedReceiver<(TcpStream, SocketAddr)>,
    /// Lets one request of `/slow` be answered.
    go_on: Arc<Notify>,
    /// Says that a request of `/slow` has begun.
    has_begun: Arc<Notify>,
    shutdown: CancellationToken,
    serving: JoinHandle<()>,
    folder: TempDir,
}

struct Door(mpsc::UnboundedSender<(TcpStream, SocketAddr)>);

impl IceDoor for Door {
    fn accept(&self, stream: TcpStream, remote: SocketAddr) {
        self.0.send((stream, remote)).unwrap();
    }
}

fn patient() -> EdgeLimits {
    EdgeLimits {
        first_bytes: NEVER,
        patience: NEVER,
        ..EdgeLimits::default()
    }
}

async fn echo(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async |mut socket| {
        while let Some(Ok(message)) = socket.recv().await {
            socket.send(message).await.unwrap();
        }
    })
}

async fn arrival(request: Request) -> String {
    let arrival = request.extensions().get::<Arrival>().unwrap();
    format!("{} {:?} {:?}", arrival.peer, arrival.tls, request.version())
}

impl Port {
    async fn open(limits: EdgeLimits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let names = ["localhost".to_owned()];
        let certificate = Certificate::self_signed(folder.path(), &names).unwrap();
        let (ice_sender, ice) = mpsc::unbounded_channel();
        let shutdown = CancellationToken::new();
        let go_on = Arc::new(Notify::new());
        let has_begun = Arc::new(Notify::new());
        let (waits, says) = (go_on.clone(), has_begun.clone());
        let slow = move || async move {
            says.notify_one();
            waits.notified().await;
            "done"
        };
        let router = Router::new()
            .route("/arrival", get(arrival))
            .route("/slow", get(slow))
            .route("/echo", get(echo))
            .route(
                "/panic",
                get(async || -> &'static str { panic!("on purpose") }),
            );
        let shell = Shell {
            is_certificate_real: false,
            shutdown: shutdown.clone(),
        };
        let services = Services {
            router: shell.around(router),
            ice: Arc::new(Door(ice_sender)),
            tls: tls::acceptor(certificate).unwrap(),
        };
        let edge = Edge::bind((Ipv4Addr::LOCALHOST, 0).into(), limits)
            .await
            .unwrap();
        Self {
            address: edge.address(),
            ice,
            go_on,
            has_begun,
            serving: tokio::spawn(edge.serve(services, shutdown.clone())),
            shutdown,
            folder,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    fn client(&self) -> reqwest::ClientBuilder {
        trusting(self.folder.path())
    }

    fn url(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://localhost:{}{path}", self.address.port())
    }
}

/// A client that trusts exactly the certificate in this folder.
fn trusting(folder: &Path) -> reqwest::ClientBuilder {
    let pem = std::fs::read(folder.join("certificate.pem")).unwrap();
    reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()])
        .redirect(reqwest::redirect::Policy::none())
}

/// What the other side says until it closes.
async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A connection that is reset with something unread is closed too.
    let _ = stream.read_to_end(&mut bytes).await;
    bytes
}

fn binding_request() -> Vec<u8> {
    let mut bytes = vec![0, 20, 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
    bytes.extend([7; 12]);
    bytes
}

#[tokio::test]
async fn encrypted_and_plain_requests_come_in_by_one_port() {
    let port = Port::open(patient()).await;
    let client = port.client().build().unwrap();
    for (scheme, told) in [
        ("https", "127.0.0.1 true HTTP/2.0"),
        ("http", "127.0.0.1 false HTTP/1.1"),
    ] {
        let url = port.url(scheme, "/arrival");
        let response = client.get(url).send().await.unwrap();
        assert_eq!(response.text().await.unwrap(), told);
    }
    let old = port.client().http1_only().build().unwrap();
    let response = old.get(port.url("https", "/arrival")).send().await.unwrap();
    assert_eq!(response.text().await.unwrap(), "127.0.0.1 true HTTP/1.1");
}

#[tokio::test]
async fn websocket_outlives_its_request_encrypted_or_not() {
    let port = Port::open(patient()).await;
    speaks(port.connect().await).await;
    speaks(handshake(&port, b"http/1.1").await).await;
}

/// Opens a WebSocket on this stream and hears its echo.
async fn speaks(stream: impl AsyncRead + AsyncWrite + Unpin) {
    let (mut socket, _) = client_async("ws://localhost/echo", stream).await.unwrap();
    let said = Message::text("is there anybody?");
    socket.send(said.clone()).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), said);
}

#[tokio::test]
async fn every_response_says_what_the_page_may_do() {
    let port = Port::open(patient()).await;
    let client = port.client().build().unwrap();
    for path in ["/arrival", "/nothing", "/panic"] {
        let response = client.get(port.url("https", path)).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe-eval"), "{policy}");
        assert!(header("permissions-policy").contains("camera=(self)"));
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        // Browsers must not insist on a certificate that nobody trusts.
        assert!(!response.headers().contains_key("strict-transport-security"));
    }
}

#[tokio::test]
async fn panic_is_an_error_like_others() {
    let port = Port::open(patient()).await;
    let client = port.client().build().unwrap();
    let response = client.get(port.url("http", "/panic")).send().await.unwrap();
    assert_eq!(response.status(), 500);
    let body: serde_json::Value = response.json().await.unwrap();
    assert_eq!(body["code"], "internal");
    assert!(!body.to_string().contains("purpose"), "{body}");
}

#[tokio::test]
async fn connectivity_check_is_handed_on_unread() {
    let mut port = Port::open(patient()).await;
    let mut stream = port.connect().await;
    // In two segments: what is not clear yet is waited for.
    let request = binding_request();
    stream.set_nodelay(true).unwrap();
    stream.write_all(&request[..3]).await.unwrap();
    stream.write_all(&request[3..]).await.unwrap();
    let (mut handed, remote) = port.ice.recv().await.unwrap();
    assert_eq!(remote, stream.local_addr().unwrap());
    let mut seen = vec![0; request.len()];
    handed.read_exact(&mut seen).await.unwrap();
    assert_eq!(seen, request);
}

#[tokio::test]
async fn pseudo_ssl_is_answered_and_then_handed_on() {
    let mut port = Port::open(patient()).await;
    let mut stream = port.connect().await;
    stream.write_all(&CLIENT_HELLO).await.unwrap();
    let mut answer = [0; SERVER_HELLO.len()];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, SERVER_HELLO);
    let request = binding_request();
    stream.write_all(&request).await.unwrap();
    let (mut handed, _) = port.ice.recv().await.unwrap();
    let mut seen = vec![0; request.len()];
    handed.read_exact(&mut seen).await.unwrap();
    assert_eq!(seen, request);
}

#[tokio::test]
async fn only_media_may_follow_pseudo_ssl() {
    let mut port = Port::open(patient()).await;
    let mut stream = port.connect().await;
    stream.write_all(&CLIENT_HELLO).await.unwrap();
    stream
        .write_all(b"GET /arrival HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(rest(&mut stream).await, SERVER_HELLO);
    assert!(port.ice.try_recv().is_err());
}

#[tokio::test]
async fn garbage_is_cut_off_without_a_word() {
    let port = Port::open(patient()).await;
    for garbage in [&b"SSH-2.0-client\r\n"[..], &[0xff; 100], &[0, 5, 1, 2, 3]] {
        let mut stream = port.connect().await;
        stream.write_all(garbage).await.unwrap();
        assert_eq!(rest(&mut stream).await, b"");
    }
}

#[tokio::test]
async fn silent_connection_is_closed() {
    let limits = EdgeLimits {
        first_bytes: SOON,
        ..patient()
    };
    let port = Port::open(limits).await;
    for beginning in [&b""[..], b"GE", &[22, 3]] {
        let mut stream = port.connect().await;
        stream.write_all(beginning).await.unwrap();
        assert_eq!(rest(&mut stream).await, b"");
    }
}

#[tokio::test]
async fn unfinished_handshake_and_unfinished_request_are_closed() {
    let limits = EdgeLimits {
        patience: SOON,
        ..patient()
    };
    let port = Port::open(limits).await;
    for beginning in [&b"GET / HTTP/1.1\r\nHost: a"[..], &[22, 3, 1, 2, 0, 1, 0]] {
        let mut stream = port.connect().await;
        stream.write_all(beginning).await.unwrap();
        assert!(!rest(&mut stream).await.starts_with(b"HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn silence_after_the_handshake_is_closed() {
    let limits = EdgeLimits {
        patience: SOON,
        ..patient()
    };
    let port = Port::open(limits).await;
    for protocol in [&b"h2"[..], b"http/1.1"] {
        let mut stream = handshake(&port, protocol).await;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
    }
}

/// A TLS connection on which nothing has been asked.
async fn handshake(port: &Port, protocol: &[u8]) -> tokio_rustls::client::TlsStream<TcpStream> {
    let chain = Certificate::self_signed(port.folder.path(), &[])
        .unwrap()
        .chain;
    let mut roots = rustls::RootCertStore::empty();
    for certificate in chain {
        roots.add(certificate).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    tokio_rustls::TlsConnector::from(Arc::new(config))
        .connect("localhost".try_into().unwrap(), port.connect().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn one_address_can_hold_only_so_many_connections_that_say_nothing() {
    let limits = EdgeLimits {
        opening: Room {
            in_all: 9,
            per_address: 1,
        },
        ..patient()
    };
    let port = Port::open(limits).await;
    let mut silent = port.connect().await;
    let mut refused = port.connect().await;
    assert_eq!(rest(&mut refused).await, b"");
    // Whoever is in is not affected, and makes room by asking for something.
    silent
        .write_all(b"GET /arrival HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut answer = [0; 12];
    silent.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    let client = port.client().build().unwrap();
    let response = client.get(port.url("http", "/arrival")).send().await;
    assert_eq!(response.unwrap().status(), 200);
}

#[tokio::test]
async fn shutdown_answers_what_was_asked_and_closes_the_rest() {
    let port = Port::open(patient()).await;
    let mut silent = port.connect().await;
    let mut idle = port.connect().await;
    idle.write_all(b"GET /arrival HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut beginning = [0; 12];
    idle.read_exact(&mut beginning).await.unwrap();
    let client = port.client().build().unwrap();
    let slow = tokio::spawn(client.get(port.url("https", "/slow")).send());
    port.has_begun.notified().await;

    port.shutdown.cancel();
    assert_eq!(rest(&mut silent).await, b"");
    rest(&mut idle).await;
    assert!(!port.serving.is_finished());
    // Whoever comes now is not let in, or cut off if the port was just closing.
    if let Ok(mut late) = TcpStream::connect(port.address).await {
        assert_eq!(rest(&mut late).await, b"");
    }
    port.go_on.notify_one();
    let response = slow.await.unwrap().unwrap();
    assert_eq!(response.text().await.unwrap(), "done");
    port.serving.await.unwrap();
}

#[tokio::test]
async fn port_in_use_is_said_with_what_to_do() {
    let port = Port::open(patient()).await;
    let error = Edge::bind(port.address, patient()).await.err().unwrap();
    assert!(matches!(error, BindError::InUse(address) if address == port.address));
    let message = error.to_string();
    assert!(message.contains("in use"), "{message}");
    assert!(message.contains("--listen"), "{message}");
}
