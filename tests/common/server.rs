//! The API over a fresh database, called in memory.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use porthole::auth::Tokens;
use porthole::clock::epoch_ms;
use porthole::execution::{Execution, ExecutionConfig};
use porthole::http::{Api, Arrival, router};
use porthole::protocol::api::Role;
use porthole::protocol::ids::{InterviewId, ParticipantId, TrackId, UserId};
use porthole::protocol::room::Source;
use porthole::recording::{RecordingConfig, Recordings};
use porthole::room::{Rooms, RoomsConfig};
use porthole::store::interviews::NewInterviewRow;
use porthole::store::sessions::SessionOwner;
use porthole::store::users::UserRow;
use porthole::store::{RecordingRow, RecordingStatus, Store};
use porthole_sfu::{self as sfu, Sfu};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

use super::database::TestDatabase;

const OWN_HOST: &str = "interviews.example:8443";
pub const OWN_ORIGIN: &str = "https://interviews.example:8443";

pub struct Server {
    router: Router,
    pub store: Store,
    tokens: Tokens,
    callers: AtomicU32,
    data: TempDir,
}

impl Server {
    pub async fn new(database: &TestDatabase) -> Self {
        let store = database.open().await;
        let tokens = Tokens::new(b"a secret for tests");
        // The API is the same with and without an engine; nothing runs here.
        let execution = Execution::start(ExecutionConfig {
            engine: Some("unix:///nonexistent/docker.sock".to_owned()),
            ..ExecutionConfig::default()
        });
        let execution = execution.await.unwrap();
        let sfu = Sfu::bind(sfu::Config::on(([127, 0, 0, 1], 0).into()));
        let rooms = Rooms::new(
            &RoomsConfig::default(),
            store.clone(),
            sfu.await.unwrap(),
            execution.clone(),
            None,
        );
        let data = TempDir::new().unwrap();
        let recordings =
            Recordings::open(&RecordingConfig::default(), data.path(), store.clone()).unwrap();
        let api = Api::new(store.clone(), tokens.clone(), execution, rooms, recordings);
        Self {
            router: router(api),
            store,
            tokens,
            callers: AtomicU32::new(0),
            data,
        }
    }

    /// A finished recording of so many bytes.
    pub async fn recording(
        &self,
        interview_id: InterviewId,
        participant_id: ParticipantId,
        media: &[u8],
    ) -> TrackId {
        let id = TrackId::new();
        let object_path = format!("recordings/{interview_id}/{id}.webm");
        let file = self.data.path().join("objects").join(&object_path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, media).unwrap();
        let row = RecordingRow {
            id,
            interview_id,
            participant_id,
            source: Source::Camera,
            mime_type: "video/webm; codecs=\"vp8\"".to_owned(),
            start_ms: 0,
            duration_ms: Some(1_000),
            state: RecordingStatus::Finished,
            object_path,
            size: Some(media.len().try_into().unwrap()),
        };
        self.store.recording_started(&row).await.unwrap();
        id
    }

    /// A call from a page of this server, over TLS, from an address of its own.
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        let caller = self.callers.fetch_add(1, Ordering::Relaxed);
        Call {
            server: self,
            method,
            path: path.to_owned(),
            headers: vec![
                (HOST.as_str(), OWN_HOST.to_owned()),
                (ORIGIN.as_str(), OWN_ORIGIN.to_owned()),
            ],
            body: Body::empty(),
            arrival: Arrival {
                peer: IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + caller)),
                tls: true,
            },
        }
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: Value) -> Call<'_> {
        self.call(Method::POST, path).json(&body)
    }

    pub async fn account(&self, email: &str, role: Role) -> UserId {
        let id = UserId::new();
        let user = UserRow {
            id,
            name: email.split('@').next().unwrap().to_owned(),
            email: email.to_owned(),
            password_hash: "no password".to_owned(),
            role,
            created_at: epoch_ms(),
        };
        self.store.create_user(&user).await.unwrap();
        id
    }

    /// An access token for a new session.
    pub async fn token(&self, owner: SessionOwner) -> String {
        let session = Uuid::now_v7();
        let now = epoch_ms();
        let refresh = session.to_string();
        self.store
            .create_session(session, owner, &refresh, now, now + 1_000_000)
            .await
            .unwrap();
        self.tokens.issue(session, now).unwrap()
    }

    /// An account and a token for it.
    pub async fn logged_in(&self, email: &str, role: Role) -> (UserId, String) {
        let user = self.account(email, role).await;
        let token = self.token(SessionOwner::Account(user)).await;
        (user, token)
    }

    /// Somebody without an account in this interview, and a token for them.
    pub async fn guest(&self, interview: InterviewId, name: &str) -> (ParticipantId, String) {
        let guest = self.store.add_guest(interview, name).await.unwrap().id;
        (guest, self.token(SessionOwner::Guest(guest)).await)
    }

    /// A scheduled interview.
    pub async fn interview(&self, owner: UserId) -> InterviewId {
        let id = InterviewId::new();
        self.store
            .create_interview(&NewInterviewRow {
                id,
                owner_id: owner,
                title: "Backend".to_owned(),
                problem_id: None,
                language: "python".to_owned(),
                record: true,
                created_at: epoch_ms(),
                scheduled_at: None,
            })
            .await
            .unwrap();
        id
    }
}

pub struct Call<'a> {
    server: &'a Server,
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Body,
    arrival: Arrival,
}

impl Call<'_> {
    pub fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string())
    }

    pub fn raw(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self.header(CONTENT_TYPE.as_str(), content_type)
    }

    /// Sets or replaces a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self = self.without(name);
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn without(mut self, name: &'static str) -> Self {
        self.headers.retain(|(header, _)| *header != name);
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    pub fn cookies(self, cookies: &str) -> Self {
        self.header(COOKIE.as_str(), cookies)
    }

    pub fn plain(mut self) -> Self {
        self.arrival.tls = false;
        self.header(ORIGIN.as_str(), &OWN_ORIGIN.replace("https", "http"))
    }

    pub fn from(mut self, peer: IpAddr) -> Self {
        self.arrival.peer = peer;
        self
    }

    pub async fn send(self) -> Answer {
        let mut request = Request::builder()
            .method(self.method)
            .uri(self.path)
            .extension(self.arrival);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let request = request.body(self.body).unwrap();
        let response = self.server.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status: parts.status,
            headers: parts.headers,
            json: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        }
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Null when the body is no JSON.
    pub json: Value,
    pub text: String,
}

impl Answer {
    /// The body, if the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json
    }

    /// The error's code, if the status is this one.
    #[track_caller]
    pub fn refusal(self, status: u16) -> String {
        let body = self.expect(status);
        assert!(body["message"].is_string(), "{body}");
        body["code"].as_str().unwrap().to_owned()
    }

    /// What a browser would send back: `name=value; …`.
    pub fn cookies(&self) -> String {
        let pairs: Vec<_> = self
            .set_cookies()
            .into_iter()
            .map(|cookie| cookie.split(';').next().unwrap().to_owned())
            .collect();
        pairs.join("; ")
    }

    pub fn set_cookies(&self) -> Vec<String> {
        let values = self.headers.get_all(SET_COOKIE).iter();
        values
            .map(|value| value.to_str().unwrap().to_owned())
            .collect()
    }
}
