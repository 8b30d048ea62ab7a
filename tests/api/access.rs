//! Who may do what: every route, by everybody who might try it.

use std::collections::BTreeSet;

use crate::common::database::TestDatabase;
use crate::common::server::Server;
use axum::http::Method;
use porthole::auth::secret;
use porthole::clock::epoch_ms;
use porthole::http::routes;
use porthole::protocol::api::{Problem, Role};
use porthole::protocol::ids::{InterviewId, InviteId, ProblemId, TrackId, UserId};
use porthole::protocol::timeline::{Event, TimelineEvent};
use porthole::store::invites::InviteRow;
use serde_json::{Value, json};

crate::on_both_databases!(
    every_route_answers_everybody_as_they_may,
    every_route_that_changes_something_refuses_other_sites,
);

/// What a row is tried on.
#[derive(Debug, Clone, Copy, PartialEq)]
enum On {
    Live,
    Ended,
}

/// Expected statuses, in the order of [`CALLERS`].
type Expected = [u16; 7];

const CALLERS: [&str; 7] = [
    "nobody",
    "guest of another interview",
    "guest of this interview",
    "reviewer",
    "reviewer it is shared with",
    "its interviewer",
    "other interviewer",
];

const fn everybody(status: u16) -> Expected {
    [status; 7]
}

/// Anybody who is logged in or invited at all.
const fn anybody_known(status: u16) -> Expected {
    let mut expected = [status; 7];
    expected[0] = 401;
    expected
}

const fn interviewers(status: u16) -> Expected {
    [401, 403, 403, 403, 403, status, status]
}

const fn owner(status: u16) -> Expected {
    [401, 404, 403, 404, 403, status, 404]
}

/// The whole table: a route that has no row here fails the test.
#[rustfmt::skip]
const TABLE: &[(On, &str, &str, Expected)] = &[
    (On::Live,  "GET",    "/healthz", everybody(200)),
    (On::Live,  "GET",    "/readyz", everybody(200)),
    (On::Live,  "GET",    "/api/setup", everybody(200)),
    (On::Live,  "POST",   "/api/setup", everybody(409)),
    (On::Live,  "POST",   "/api/auth/login", everybody(401)),
    (On::Live,  "POST",   "/api/auth/refresh", everybody(401)),
    (On::Live,  "POST",   "/api/auth/logout", everybody(204)),
    (On::Live,  "GET",    "/api/me", anybody_known(200)),
    (On::Live,  "GET",    "/api/users", interviewers(200)),
    (On::Live,  "POST",   "/api/users", interviewers(201)),
    (On::Live,  "GET",    "/api/interviews", [401, 403, 403, 200, 200, 200, 200]),
    (On::Live,  "POST",   "/api/interviews", interviewers(201)),
    (On::Live,  "GET",    "/api/interviews/{id}", [401, 404, 200, 404, 200, 200, 404]),
    (On::Live,  "PATCH",  "/api/interviews/{id}", owner(200)),
    (On::Live,  "GET",    "/api/interviews/{id}/invites", owner(200)),
    (On::Live,  "POST",   "/api/interviews/{id}/invites", owner(201)),
    (On::Ended, "POST",   "/api/interviews/{id}/invites", owner(409)),
    (On::Live,  "DELETE", "/api/interviews/{id}/invites/{invite_id}", owner(204)),
    (On::Live,  "POST",   "/api/interviews/{id}/end", owner(204)),
    (On::Ended, "POST",   "/api/interviews/{id}/end", owner(204)),
    // Whoever may enter is told that this is no WebSocket.
    (On::Live,  "GET",    "/api/interviews/{id}/ws", [401, 404, 400, 404, 403, 400, 404]),
    (On::Ended, "GET",    "/api/interviews/{id}/ws", [401, 404, 409, 404, 403, 409, 404]),
    (On::Live,  "GET",    "/api/interviews/{id}/shares", owner(200)),
    (On::Live,  "PUT",    "/api/interviews/{id}/shares/{user_id}", owner(204)),
    (On::Live,  "DELETE", "/api/interviews/{id}/shares/{user_id}", owner(204)),
    (On::Live,  "GET",    "/api/interviews/{id}/submissions", [401, 404, 403, 404, 409, 200, 404]),
    (On::Ended, "GET",    "/api/interviews/{id}/submissions", [401, 404, 403, 404, 200, 200, 404]),
    (On::Live,  "GET",    "/api/interviews/{id}/replay", [401, 404, 403, 404, 409, 409, 404]),
    (On::Ended, "GET",    "/api/interviews/{id}/replay", [401, 404, 403, 404, 200, 200, 404]),
    (On::Live,  "GET",    "/api/interviews/{id}/tracks/{track_id}/media", [401, 404, 403, 404, 409, 409, 404]),
    (On::Ended, "GET",    "/api/interviews/{id}/tracks/{track_id}/media", [401, 404, 403, 404, 200, 200, 404]),
    (On::Live,  "POST",   "/api/join/preview", everybody(200)),
    (On::Live,  "POST",   "/api/join", everybody(200)),
    (On::Ended, "POST",   "/api/join", everybody(409)),
    (On::Live,  "GET",    "/api/problems", interviewers(200)),
    (On::Live,  "POST",   "/api/problems", interviewers(201)),
    (On::Live,  "GET",    "/api/problems/{id}", interviewers(200)),
    (On::Live,  "PUT",    "/api/problems/{id}", interviewers(200)),
    (On::Live,  "DELETE", "/api/problems/{id}", interviewers(204)),
    (On::Live,  "GET",    "/api/languages", anybody_known(200)),
    (On::Live,  "GET",    "/api/statistics", interviewers(200)),
];

/// Those who try, with their tokens where they have one for all interviews.
struct Cast {
    owner: UserId,
    owner_token: String,
    reviewer_token: String,
    shared_reviewer: UserId,
    shared_reviewer_token: String,
    interviewer_token: String,
    elsewhere: InterviewId,
}

impl Cast {
    async fn new(server: &Server) -> Self {
        let (owner, owner_token) = server.logged_in("ada@a.example", Role::Interviewer).await;
        let (_, reviewer_token) = server.logged_in("bob@a.example", Role::Reviewer).await;
        let (shared_reviewer, shared_reviewer_token) =
            server.logged_in("cleo@a.example", Role::Reviewer).await;
        let (other, interviewer_token) = server.logged_in("dan@a.example", Role::Interviewer).await;
        let elsewhere = server.interview(other).await;
        Self {
            owner,
            owner_token,
            reviewer_token,
            shared_reviewer,
            shared_reviewer_token,
            interviewer_token,
            elsewhere,
        }
    }
}

/// An interview with all that a route can name, made anew for every try.
struct Scene {
    interview: InterviewId,
    invite: InviteId,
    invite_token: String,
    problem: ProblemId,
    track: TrackId,
    user: UserId,
    guest_token: String,
    guest_elsewhere_token: String,
}

impl Scene {
    async fn new(server: &Server, cast: &Cast, on: On) -> Self {
        let interview = server.interview(cast.owner).await;
        let now = epoch_ms();
        let secret = secret::Secret::generate();
        let invite = InviteId::new();
        let store = &server.store;
        store
            .create_invite(&InviteRow {
                id: invite,
                interview_id: interview,
                token_hash: secret.hash,
                created_at: now,
                expires_at: now + 1_000_000,
                revoked_at: None,
            })
            .await
            .unwrap();
        let problem = Problem {
            id: ProblemId::new(),
            title: "Sum".to_owned(),
            statement: String::new(),
            starter_code: [].into(),
            updated_at: now,
        };
        store.save_problem(&problem).await.unwrap();
        store
            .share(interview, cast.shared_reviewer, now)
            .await
            .unwrap();
        let (guest, guest_token) = server.guest(interview, "Grace").await;
        let track = server.recording(interview, guest, b"media").await;
        let (_, guest_elsewhere_token) = server.guest(cast.elsewhere, "Eve").await;
        store.go_live(interview, now).await.unwrap();
        if on == On::Ended {
            let end = TimelineEvent {
                seq: 1,
                at_ms: 60_000,
                participant_id: None,
                event: Event::Ended,
            };
            store.commit(interview, &[end], &[]).await.unwrap();
        }
        Self {
            interview,
            invite,
            invite_token: secret.token,
            problem: problem.id,
            track,
            user: cast.shared_reviewer,
            guest_token,
            guest_elsewhere_token,
        }
    }

    fn token<'a>(&'a self, cast: &'a Cast, caller: usize) -> Option<&'a str> {
        match caller {
            0 => None,
            1 => Some(&self.guest_elsewhere_token),
            2 => Some(&self.guest_token),
            3 => Some(&cast.reviewer_token),
            4 => Some(&cast.shared_reviewer_token),
            5 => Some(&cast.owner_token),
            _ => Some(&cast.interviewer_token),
        }
    }

    fn path(&self, template: &str) -> String {
        let id = if template.starts_with("/api/problems") {
            self.problem.to_string()
        } else {
            self.interview.to_string()
        };
        template
            .replace("{id}", &id)
            .replace("{invite_id}", &self.invite.to_string())
            .replace("{track_id}", &self.track.to_string())
            .replace("{user_id}", &self.user.to_string())
    }

    /// A body that the route accepts.
    fn body(&self, method: &str, template: &str) -> Option<Value> {
        Some(match (method, template) {
            ("POST", "/api/setup") => json!({
                "token": "x", "name": "Eve", "email": "eve@a.example", "password": "0123456789",
            }),
            ("POST", "/api/auth/login") => json!({
                "email": format!("{}@a.example", self.interview), "password": "wrong",
            }),
            ("POST", "/api/users") => json!({
                "name": "New", "email": format!("{}@a.example", self.interview),
                "password": "0123456789", "role": "reviewer",
            }),
            ("POST", "/api/interviews") => json!({ "title": "New", "record": true }),
            ("PATCH", "/api/interviews/{id}") => json!({ "title": "Renamed" }),
            ("POST", "/api/join/preview") => json!({ "token": self.invite_token }),
            ("POST", "/api/join") => json!({ "token": self.invite_token, "name": "Grace" }),
            ("POST" | "PUT", "/api/problems" | "/api/problems/{id}") => json!({
                "title": "Sum", "statement": "", "starterCode": {},
            }),
            _ => return None,
        })
    }
}

async fn every_route_answers_everybody_as_they_may(database: TestDatabase) {
    let routed: BTreeSet<String> = routes()
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let tabled: BTreeSet<String> = TABLE
        .iter()
        .map(|(_, method, path, _)| format!("{method} {path}"))
        .collect();
    assert_eq!(routed, tabled, "every route needs a row in this table");

    let server = Server::new(&database).await;
    let cast = Cast::new(&server).await;
    let mut wrong = Vec::new();
    for (on, method, template, expected) in TABLE {
        for (caller, name) in CALLERS.iter().enumerate() {
            let scene = Scene::new(&server, &cast, *on).await;
            let mut call = server.call(method.parse().unwrap(), &scene.path(template));
            if let Some(body) = scene.body(method, template) {
                call = call.json(&body);
            }
            // As logging out ends the session, it is tried with what only a browser has.
            if let Some(token) = scene.token(&cast, caller)
                && *template != "/api/auth/logout"
            {
                call = call.bearer(token);
            }
            let answer = call.send().await;
            if answer.status != expected[caller] {
                wrong.push(format!(
                    "{on:?} {method} {template} by {name}: {} instead of {}: {}",
                    answer.status, expected[caller], answer.text
                ));
            }
            if answer.status.is_client_error() {
                assert!(answer.json["code"].is_string(), "{template}: {answer:?}");
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn every_route_that_changes_something_refuses_other_sites(database: TestDatabase) {
    let server = Server::new(&database).await;
    let cast = Cast::new(&server).await;
    let cookies = format!("porthole_access={}", cast.owner_token);
    for route in routes() {
        if route.method == Method::GET && !route.path.ends_with("/ws") {
            continue;
        }
        let scene = Scene::new(&server, &cast, On::Live).await;
        let call = || {
            let call = server
                .call(route.method.clone(), &scene.path(route.path))
                .cookies(&cookies);
            match scene.body(route.method.as_str(), route.path) {
                Some(body) => call.json(&body),
                None => call,
            }
        };
        let name = format!("{} {}", route.method, route.path);
        let foreign = call().header("origin", "https://evil.example").send().await;
        assert_eq!(foreign.refusal(403), "forbidden", "{name}");
        let silent = call().without("origin").send().await;
        assert_eq!(silent.refusal(403), "forbidden", "{name}");
        let unencrypted = call()
            .header("origin", "http://interviews.example:8443")
            .send()
            .await;
        assert_eq!(unencrypted.refusal(403), "forbidden", "{name}");
    }
}
