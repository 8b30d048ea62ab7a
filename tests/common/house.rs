//! The room served on a real socket, and pages that talk to it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use axum::Extension;
use axum::http::StatusCode;
use futures_util::{SinkExt, StreamExt};
use porthole::auth::Tokens;
use porthole::clock::epoch_ms;
use porthole::execution::{Execution, ExecutionConfig};
use porthole::http::{self, Api, Arrival};
use porthole::protocol::api::Role;
use porthole::protocol::ids::{InterviewId, MessageId, ParticipantId, UserId};
use porthole::protocol::room::{ClientMessage, RoomError, ServerMessage, Welcome};
use porthole::recording::{RecordingConfig, Recordings};
use porthole::room::wire::{Frame, write_buffer, write_number};
use porthole::room::{Rooms, RoomsConfig};
use porthole::store::interviews::NewInterviewRow;
use porthole::store::sessions::SessionOwner;
use porthole::store::users::UserRow;
use porthole::store::{Store, sqlite_url};
use porthole_sfu::{self as sfu, Sfu};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;
use yrs::block::ClientID;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{
    Doc, GetString, OffsetKind, Options, ReadTxn, StateVector, Text, Transact, Update, WriteTxn,
};

pub const FILE: &str = "file/main.py";
/// Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server over a data folder, in a runtime of its own, so that it can be killed.
pub struct House {
    runtime: Option<Runtime>,
    pub address: SocketAddr,
    pub store: Store,
    pub rooms: Rooms,
    tokens: Tokens,
}

impl House {
    pub async fn open(folder: &Path) -> Self {
        Self::open_with(
            folder,
            &RoomsConfig {
                grace_seconds: 0,
                ..RoomsConfig::default()
            },
        )
        .await
    }

    pub async fn open_with(folder: &Path, config: &RoomsConfig) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let url = sqlite_url(&folder.join("porthole.db"));
        let config = config.clone();
        let data = folder.to_owned();
        let serving = runtime.spawn(async move {
            let store = Store::open(&url).await.unwrap();
            let execution = Execution::start(ExecutionConfig {
                engine: Some("unix:///nonexistent/docker.sock".to_owned()),
                ..ExecutionConfig::default()
            });
            let execution = execution.await.unwrap();
            let sfu = Sfu::bind(sfu::Config::on("127.0.0.1:0".parse().unwrap()));
            let sfu = sfu.await.unwrap();
            let rooms = Rooms::new(&config, store.clone(), sfu, execution.clone(), None);
            let tokens = Tokens::new(b"a secret for tests");
            let arrival = Arrival {
                peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
                tls: false,
            };
            let recordings =
                Recordings::open(&RecordingConfig::default(), &data, store.clone()).unwrap();
            let api = Api::new(
                store.clone(),
                tokens.clone(),
                execution,
                rooms.clone(),
                recordings,
            );
            let router = http::router(api).layer(Extension(arrival));
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            tokio::spawn(async move { axum::serve(listener, router).await });
            (address, store, rooms, tokens)
        });
        let (address, store, rooms, tokens) = serving.await.unwrap();
        Self {
            runtime: Some(runtime),
            address,
            store,
            rooms,
            tokens,
        }
    }

    /// Stops everything wherever it stands, as `kill -9` does.
    pub fn kill(mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    pub async fn account(&self, name: &str, role: Role) -> UserId {
        let id = UserId::new();
        let user = UserRow {
            id,
            name: name.to_owned(),
            email: format!("{id}@example.org"),
            password_hash: "no password".to_owned(),
            role,
            created_at: epoch_ms(),
        };
        self.store.create_user(&user).await.unwrap();
        id
    }

    pub async fn interview(&self, owner: UserId, record: bool) -> InterviewId {
        let id = InterviewId::new();
        let interview = NewInterviewRow {
            id,
            owner_id: owner,
            title: "Backend".to_owned(),
            problem_id: None,
            language: "python".to_owned(),
            record,
            created_at: epoch_ms(),
            scheduled_at: None,
        };
        self.store.create_interview(&interview).await.unwrap();
        id
    }

    pub async fn guest(&self, interview: InterviewId, name: &str) -> (ParticipantId, String) {
        let guest = self.store.add_guest(interview, name).await.unwrap().id;
        (guest, self.token(SessionOwner::Guest(guest)).await)
    }

    pub async fn token(&self, owner: SessionOwner) -> String {
        let session = Uuid::now_v7();
        let now = epoch_ms();
        self.store
            .create_session(session, owner, &session.to_string(), now, now + 1_000_000)
            .await
            .unwrap();
        self.tokens.issue(session, now).unwrap()
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Opens a socket, or answers the status with which it was refused.
    pub async fn dial(
        &self,
        interview: InterviewId,
        token: Option<&str>,
        origin: &str,
    ) -> Result<Page, StatusCode> {
        let url = format!("ws://{}/api/interviews/{interview}/ws", self.address);
        let mut request = url.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
        if let Some(token) = token {
            let cookie = format!("porthole_access={token}");
            request
                .headers_mut()
                .insert("cookie", cookie.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Page::new(socket)),
            Err(Error::Http(response)) => Err(response.status()),
            Err(error) => panic!("the server cannot be reached: {error}"),
        }
    }

    /// Opens a socket and enters.
    pub async fn enter(&self, interview: InterviewId, token: &str) -> Page {
        let mut page = self
            .dial(interview, Some(token), &self.origin())
            .await
            .unwrap();
        page.join().await;
        page
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A page in a browser: a socket and a copy of the document.
pub struct Page {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub doc: Doc,
    pub welcome: Option<Welcome>,
    /// Awareness updates that came in.
    pub cursors: Vec<Vec<u8>>,
}

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Closed;

impl Page {
    fn new(socket: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        // Browsers count in UTF-16.
        let client = ClientID::new(u64::from(rand::random::<u32>()));
        Self {
            socket,
            doc: Doc::with_options(Options {
                offset_kind: OffsetKind::Utf16,
                ..Options::with_client_id(client)
            }),
            welcome: None,
            cursors: Vec::new(),
        }
    }

    pub async fn say(&mut self, message: &ClientMessage) {
        let json = serde_json::to_string(message).unwrap();
        self.say_text(&json).await;
    }

    pub async fn say_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub async fn send_frame(&mut self, frame: Frame<'_>) {
        let message = Message::binary(frame.encode());
        self.socket.send(message).await.unwrap();
    }

    /// Enters, and synchronises as a page does.
    pub async fn join(&mut self) -> &Welcome {
        self.say(&ClientMessage::Join { consent: true }).await;
        let welcome = self
            .until(|message| match message {
                ServerMessage::Welcome(welcome) => Some(*welcome),
                _ => None,
            })
            .await
            .unwrap();
        let known = self.doc.transact().state_vector().encode_v1();
        self.send_frame(Frame::SyncStep1(&known)).await;
        self.welcome.insert(welcome)
    }

    pub fn me(&self) -> ParticipantId {
        self.welcome.as_ref().unwrap().you
    }

    /// Reads on, keeping the document in step, until a message answers the question.
    pub async fn until<T>(
        &mut self,
        mut pick: impl FnMut(ServerMessage) -> Option<T>,
    ) -> Result<T, Closed> {
        within(async {
            loop {
                if let Some(message) = self.next().await?
                    && let Some(picked) = pick(message)
                {
                    return Ok(picked);
                }
            }
        })
        .await
    }

    /// Reads on until the document satisfies the question.
    pub async fn until_text(&mut self, is_it: impl Fn(&str) -> bool) -> String {
        within(async {
            while !is_it(&self.text()) {
                self.next().await.unwrap();
            }
        })
        .await;
        self.text()
    }

    pub async fn until_error(&mut self) -> RoomError {
        self.until(|message| match message {
            ServerMessage::Error(error) => Some(error),
            _ => None,
        })
        .await
        .unwrap()
    }

    pub async fn until_saved(&mut self, updates: u64) {
        self.until(|message| match message {
            ServerMessage::Saved { updates: saved } if saved >= updates => Some(()),
            _ => None,
        })
        .await
        .unwrap();
    }

    /// Reads on until so many awareness updates came.
    pub async fn until_cursors(&mut self, count: usize) {
        within(async {
            while self.cursors.len() < count {
                self.next().await.unwrap();
            }
        })
        .await;
    }

    /// Reads on until the server closes.
    pub async fn until_closed(&mut self) {
        within(async { while self.next().await.is_ok() {} }).await;
    }

    /// One message; `None` when it was the document's.
    pub async fn next(&mut self) -> Result<Option<ServerMessage>, Closed> {
        match self.socket.next().await {
            Some(Ok(Message::Text(text))) => Ok(Some(serde_json::from_str(&text).unwrap())),
            Some(Ok(Message::Binary(bytes))) => {
                self.document(&bytes).await;
                Ok(None)
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Closed),
            Some(Ok(_)) => Ok(None),
        }
    }

    async fn document(&mut self, bytes: &[u8]) {
        match Frame::decode(bytes).unwrap() {
            Frame::SyncStep1(known) => {
                let known = StateVector::decode_v1(known).unwrap();
                let missing = self.doc.transact().encode_diff_v1(&known);
                self.send_frame(Frame::SyncStep2(&missing)).await;
            }
            Frame::SyncStep2(update) | Frame::Update(update) => {
                let update = Update::decode_v1(update).unwrap();
                self.doc.transact_mut().apply_update(update).unwrap();
            }
            Frame::Awareness(update) => self.cursors.push(update.to_vec()),
            Frame::QueryAwareness => panic!("the server asks for cursors"),
        }
    }

    pub fn text(&self) -> String {
        let transaction = self.doc.transact();
        transaction
            .get_text(FILE)
            .map(|text| text.get_string(&transaction))
            .unwrap_or_default()
    }

    /// Types into the own copy, and answers the update.
    pub fn edit(&self, position: u32, deleted: u32, inserted: &str) -> Vec<u8> {
        let mut transaction = self.doc.transact_mut();
        let text = transaction.get_or_insert_text(FILE);
        text.remove_range(&mut transaction, position, deleted);
        text.insert(&mut transaction, position, inserted);
        transaction.encode_update_v1()
    }

    pub async fn type_text(&mut self, position: u32, inserted: &str) {
        let update = self.edit(position, 0, inserted);
        self.send_frame(Frame::Update(&update)).await;
    }

    pub async fn chat(&mut self, id: MessageId, text: &str) {
        let text = text.to_owned();
        self.say(&ClientMessage::Chat { id, text }).await;
    }

    /// Reads on until this message comes, and answers its text.
    pub async fn until_chat(&mut self, id: MessageId) -> String {
        self.until(|message| match message {
            ServerMessage::Chat { message } if message.id == id => Some(message.text),
            _ => None,
        })
        .await
        .unwrap()
    }
}

/// Fails a test that waits for what does not come.
pub async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work)
        .await
        .expect("what the test waits for does not come")
}

/// An awareness update of one client.
pub fn cursor(client: u64, clock: u64, state: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for number in [1, client, clock] {
        write_number(&mut out, number);
    }
    write_buffer(&mut out, state.as_bytes());
    out
}
