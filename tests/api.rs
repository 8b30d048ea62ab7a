//! The HTTP API as its callers see it, on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used)]

mod common;

use std::net::IpAddr;

use common::database::TestDatabase;
use common::server::Server;
use porthole::auth::setup;
use porthole::clock::epoch_ms;
use porthole::protocol::api::Role;
use porthole::protocol::ids::{InterviewId, MessageId, RunId, TrackId};
use porthole::protocol::room::{RunOutcome, RunState, Source};
use porthole::protocol::timeline::{Event, TimelineEvent};
use porthole::store::{RecordingRow, RecordingStatus};
use serde_json::{Value, json};

on_both_databases!(
    setup_link_creates_the_first_interviewer_once,
    only_the_link_that_was_printed_last_works,
    login_gives_cookies_that_scripts_cannot_read,
    wrong_password_and_unknown_address_are_told_alike,
    refresh_gives_new_cookies_and_logout_ends_the_session_at_once,
    too_many_logins_are_told_when_to_come_back,
    accounts_are_created_once_by_address,
    interview_is_created_changed_and_listed,
    settings_cannot_change_once_the_interview_is_live,
    guest_joins_by_link_and_is_the_same_one_when_they_open_it_again,
    account_that_accepts_an_invite_becomes_a_member,
    revoked_and_unknown_invites_let_nobody_in,
    share_opens_the_replay_and_taking_it_back_closes_it,
    replay_holds_the_journal_the_people_and_the_finished_tracks,
    problems_are_kept_and_checked,
    statistics_count_own_interviews_only,
    bad_requests_get_json_errors_that_name_the_field,
    what_happened_is_in_the_audit_log,
);

async fn setup_link_creates_the_first_interviewer_once(database: TestDatabase) {
    let server = Server::new(&database).await;
    let needed = async || server.get("/api/setup").send().await.expect(200)["needed"].clone();
    assert_eq!(needed().await, true);
    let link = setup::link(&server.store, epoch_ms()).await.unwrap();
    let link = link.unwrap();
    let token = link.strip_prefix("/setup#").unwrap();
    let request = |token: &str, password: &str| json!({ "token": token, "name": "Ada", "email": "Ada@A.example", "password": password });

    let short = server
        .post("/api/setup", request(token, "short"))
        .send()
        .await;
    assert_eq!(short.expect(400)["field"], "password");
    let wrong = server.post("/api/setup", request("wrong", "0123456789"));
    assert_eq!(wrong.send().await.refusal(403), "forbidden");
    let done = server
        .post("/api/setup", request(token, "0123456789"))
        .send()
        .await;
    let cookies = done.cookies();
    let me = done.expect(200);
    assert_eq!(me["kind"], "account");
    assert_eq!(me["role"], "interviewer");
    assert_eq!(me["email"], "ada@a.example");
    let asked = server.get("/api/me").cookies(&cookies).send().await;
    assert_eq!(asked.expect(200), me);

    let again = server.post("/api/setup", request(token, "0123456789"));
    assert_eq!(again.send().await.refusal(409), "setup_done");
    assert_eq!(needed().await, false);
    assert_eq!(setup::link(&server.store, epoch_ms()).await.unwrap(), None);
}

async fn only_the_link_that_was_printed_last_works(database: TestDatabase) {
    let server = Server::new(&database).await;
    let token = async || {
        let link = setup::link(&server.store, epoch_ms()).await.unwrap();
        link.unwrap().replace("/setup#", "")
    };
    let (first, last) = (token().await, token().await);
    let set_up = async |token: String| {
        let request = json!({
            "token": token, "name": "Ada", "email": "ada@a.example", "password": "0123456789",
        });
        server.post("/api/setup", request).send().await.status
    };
    assert_eq!(set_up(first).await, 403);
    assert_eq!(set_up(last).await, 200);
}

/// A server with one account whose password is `correct horse`.
async fn with_password(database: &TestDatabase) -> Server {
    let server = Server::new(database).await;
    let (_, token) = server.logged_in("root@a.example", Role::Interviewer).await;
    let ada = json!({
        "name": "Ada", "email": "ada@a.example", "password": "correct horse",
        "role": "interviewer",
    });
    let created = server.post("/api/users", ada).bearer(&token).send().await;
    created.expect(201);
    server
}

fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

async fn login_gives_cookies_that_scripts_cannot_read(database: TestDatabase) {
    let server = with_password(&database).await;
    let login = || {
        server.post(
            "/api/auth/login",
            credentials("ADA@a.example", "correct horse"),
        )
    };
    let answer = login().send().await;
    let cookies = answer.set_cookies();
    assert_eq!(cookies.len(), 2);
    for cookie in &cookies {
        assert!(
            cookie.contains("; HttpOnly; SameSite=Strict; Secure"),
            "{cookie}"
        );
    }
    assert!(cookies[0].starts_with("porthole_access="));
    assert!(cookies[0].contains("; Path=/; Max-Age=900;"));
    assert!(cookies[1].starts_with("porthole_refresh="));
    assert!(cookies[1].contains("; Path=/api/auth; Max-Age=2592000;"));
    assert_eq!(answer.headers["cache-control"], "no-store");
    let jar = answer.cookies();
    assert_eq!(answer.expect(200)["name"], "Ada");
    server.get("/api/me").cookies(&jar).send().await.expect(200);

    let unencrypted = login().plain().send().await;
    assert!(!unencrypted.set_cookies()[0].contains("Secure"));
    unencrypted.expect(200);
}

async fn wrong_password_and_unknown_address_are_told_alike(database: TestDatabase) {
    let server = with_password(&database).await;
    let login = async |email, password| {
        let answer = server
            .post("/api/auth/login", credentials(email, password))
            .send()
            .await;
        assert!(answer.set_cookies().is_empty());
        answer.expect(401)
    };
    let wrong = login("ada@a.example", "wrong horse").await;
    let unknown = login("eve@a.example", "correct horse").await;
    assert_eq!(wrong, unknown);
    assert_eq!(wrong["code"], "unauthenticated");
}

async fn refresh_gives_new_cookies_and_logout_ends_the_session_at_once(database: TestDatabase) {
    let server = with_password(&database).await;
    let login = server.post(
        "/api/auth/login",
        credentials("ada@a.example", "correct horse"),
    );
    let first = login.send().await.cookies();
    let refresh = async |cookies: &str| {
        let call = server.post("/api/auth/refresh", json!({})).cookies(cookies);
        call.send().await
    };
    let renewed = refresh(&first).await;
    let second = renewed.cookies();
    assert_eq!(renewed.expect(200)["email"], "ada@a.example");
    let refresh_token = |cookies: &str| {
        cookies
            .split("porthole_refresh=")
            .nth(1)
            .unwrap()
            .to_owned()
    };
    assert_ne!(refresh_token(&first), refresh_token(&second));
    // Another tab may come with the same one shortly after.
    refresh(&first).await.expect(200);

    let logout = server.post("/api/auth/logout", json!({})).cookies(&second);
    let goodbye = logout.send().await;
    assert!(
        goodbye
            .set_cookies()
            .iter()
            .all(|cookie| cookie.contains("Max-Age=0"))
    );
    goodbye.expect(204);
    for cookies in [&first, &second] {
        let me = server.get("/api/me").cookies(cookies).send().await;
        assert_eq!(me.refusal(401), "unauthenticated");
        assert_eq!(refresh(cookies).await.refusal(401), "unauthenticated");
    }
}

async fn too_many_logins_are_told_when_to_come_back(database: TestDatabase) {
    let server = with_password(&database).await;
    let login = async |password| {
        let call = server.post("/api/auth/login", credentials("ada@a.example", password));
        call.send().await
    };
    for _ in 0..10 {
        login("wrong horse").await.expect(401);
    }
    let refused = login("correct horse").await;
    let wait: u64 = refused.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(refused.refusal(429), "too_many_requests");

    let guesser = IpAddr::from([192, 0, 2, 1]);
    let mut statuses = Vec::new();
    for _ in 0..61 {
        let guess = server.post("/api/join/preview", json!({ "token": "guess" }));
        statuses.push(guess.from(guesser).send().await.status.as_u16());
    }
    assert_eq!(statuses[..60], [404; 60]);
    assert_eq!(statuses[60], 429);
}

async fn accounts_are_created_once_by_address(database: TestDatabase) {
    let server = with_password(&database).await;
    let (_, token) = server.logged_in("dan@a.example", Role::Interviewer).await;
    let create = async |email: &str| {
        let user = json!({
            "name": "Grace", "email": email, "password": "0123456789", "role": "reviewer",
        });
        server.post("/api/users", user).bearer(&token).send().await
    };
    let created = create("grace@a.example").await.expect(201);
    assert_eq!(created["role"], "reviewer");
    assert!(created.get("passwordHash").is_none());
    assert_eq!(create("Grace@A.example").await.refusal(409), "email_taken");
    let users = server
        .get("/api/users")
        .bearer(&token)
        .send()
        .await
        .expect(200);
    let names: Vec<_> = users
        .as_array()
        .unwrap()
        .iter()
        .map(|user| &user["name"])
        .collect();
    assert_eq!(names, ["Ada", "Grace", "dan", "root"]);
}

async fn interview_is_created_changed_and_listed(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (ada, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let draft = json!({ "title": " Backend ", "record": false });
    let created = server
        .post("/api/interviews", draft)
        .bearer(&token)
        .send()
        .await
        .expect(201);
    assert_eq!(created["title"], "Backend");
    assert_eq!(created["status"], "scheduled");
    let languages = server.get("/api/languages").bearer(&token).send().await;
    assert_eq!(created["language"], languages.expect(200)[0]["id"]);
    assert_eq!(created["record"], false);
    assert_eq!(created["ownerId"], ada.to_string());
    assert_eq!(created["ownerName"], "ada");
    assert_eq!(
        created["may"],
        json!({ "manage": true, "enter": true, "replay": false })
    );

    let problem = json!({ "title": "Sum", "statement": "# Sum", "starterCode": { "go": "x" } });
    let problem = server
        .post("/api/problems", problem)
        .bearer(&token)
        .send()
        .await
        .expect(201);
    let path = format!("/api/interviews/{}", created["id"].as_str().unwrap());
    let patch = async |changes: Value| {
        let call = server.call(axum::http::Method::PATCH, &path).json(&changes);
        call.bearer(&token).send().await
    };
    let changes = json!({ "problemId": problem["id"], "language": "go", "record": true });
    let changed = patch(changes).await.expect(200);
    assert_eq!(changed["problemTitle"], "Sum");
    assert_eq!(changed["language"], "go");
    assert_eq!(changed["record"], true);
    assert_eq!(changed["title"], "Backend");
    let cleared = patch(json!({ "problemId": null })).await.expect(200);
    assert_eq!(cleared["problemId"], Value::Null);
    assert_eq!(cleared["language"], "go");
    let unknown = patch(json!({ "problemId": InterviewId::new() })).await;
    assert_eq!(unknown.expect(400)["field"], "problemId");

    let shown = server.get(&path).bearer(&token).send().await.expect(200);
    let listed = server
        .get("/api/interviews")
        .bearer(&token)
        .send()
        .await
        .expect(200);
    assert_eq!(listed, json!([shown]));
}

fn event(seq: i64, at_ms: i64, event: Event) -> TimelineEvent {
    TimelineEvent {
        seq,
        at_ms,
        participant_id: None,
        event,
    }
}

async fn settings_cannot_change_once_the_interview_is_live(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (ada, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let interview = server.interview(ada).await;
    server.store.go_live(interview, epoch_ms()).await.unwrap();
    let path = format!("/api/interviews/{interview}");
    let patch = async |changes: Value| {
        let call = server.call(axum::http::Method::PATCH, &path).json(&changes);
        call.bearer(&token).send().await
    };
    for change in [
        json!({ "language": "go" }),
        json!({ "record": false }),
        json!({ "scheduledAt": epoch_ms() }),
    ] {
        assert_eq!(patch(change).await.refusal(409), "frozen");
    }
    let same = json!({ "title": "Renamed", "language": "python" });
    assert_eq!(patch(same).await.expect(200)["title"], "Renamed");
}

/// The token of a new invite.
async fn invite(server: &Server, interview: InterviewId, token: &str) -> String {
    let path = format!("/api/interviews/{interview}/invites");
    let made = server
        .post(&path, json!({}))
        .bearer(token)
        .send()
        .await
        .expect(201);
    let path = made["path"].as_str().unwrap();
    path.strip_prefix("/join#").unwrap().to_owned()
}

async fn guest_joins_by_link_and_is_the_same_one_when_they_open_it_again(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (ada, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let (interview, other) = (server.interview(ada).await, server.interview(ada).await);
    let link = invite(&server, interview, &token).await;
    let preview = server
        .post("/api/join/preview", json!({ "token": link }))
        .send()
        .await;
    assert_eq!(
        preview.expect(200),
        json!({
            "interviewId": interview, "title": "Backend", "interviewerName": "ada",
            "status": "scheduled", "record": true,
        })
    );

    let join = async |name: &str, cookies: &str| {
        let request = json!({ "token": link, "name": name });
        server
            .post("/api/join", request)
            .cookies(cookies)
            .send()
            .await
    };
    assert_eq!(join(" ", "").await.expect(400)["field"], "name");
    let joined = join("Grace", "").await;
    let cookies = joined.cookies();
    let me = joined.expect(200);
    assert_eq!(me["kind"], "guest");
    assert_eq!(me["interviewId"], interview.to_string());
    let asked = server.get("/api/me").cookies(&cookies).send().await;
    assert_eq!(asked.expect(200), me);
    let seen = server
        .get(&format!("/api/interviews/{interview}"))
        .cookies(&cookies);
    let may = seen.send().await.expect(200)["may"].clone();
    assert_eq!(
        may,
        json!({ "manage": false, "enter": true, "replay": false })
    );
    let unseen = server
        .get(&format!("/api/interviews/{other}"))
        .cookies(&cookies);
    assert_eq!(unseen.send().await.refusal(404), "not_found");

    assert_eq!(join("Grace", &cookies).await.expect(200), me);
    let another = join("Hedy", "").await.expect(200);
    assert_ne!(another["participantId"], me["participantId"]);
}

async fn account_that_accepts_an_invite_becomes_a_member(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (ada, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let (_, reviewer) = server.logged_in("bob@a.example", Role::Reviewer).await;
    let interview = server.interview(ada).await;
    let link = invite(&server, interview, &token).await;
    let listed = async || {
        let list = server.get("/api/interviews").bearer(&reviewer).send().await;
        list.expect(200)
    };
    assert_eq!(listed().await, json!([]));

    let request = json!({ "token": link, "name": "" });
    let joined = server
        .post("/api/join", request)
        .bearer(&reviewer)
        .send()
        .await;
    assert!(joined.set_cookies().is_empty());
    assert_eq!(joined.expect(200)["kind"], "account");
    let listed = listed().await;
    assert_eq!(listed[0]["id"], interview.to_string());
    assert_eq!(
        listed[0]["may"],
        json!({ "manage": false, "enter": true, "replay": false })
    );
}

async fn revoked_and_unknown_invites_let_nobody_in(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (ada, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let interview = server.interview(ada).await;
    let link = invite(&server, interview, &token).await;
    let path = format!("/api/interviews/{interview}/invites");
    let invites = server.get(&path).bearer(&token).send().await.expect(200);
    assert!(!invites.to_string().contains(&link));
    let path = format!("{path}/{}", invites[0]["id"].as_str().unwrap());
    let revoke = server
        .call(axum::http::Method::DELETE, &path)
        .bearer(&token);
    revoke.send().await.expect(204);
    for link in [&link, "unknown"] {
        let preview = server
            .post("/api/join/preview", json!({ "token": link }))
            .send()
            .await;
        assert_eq!(preview.refusal(404), "not_found");
        let request = json!({ "token": link, "name": "Grace" });
        assert_eq!(
            server.post("/api/join", request).send().await.refusal(404),
            "not_found"
        );
    }
}

async fn share_opens_the_replay_and_taking_it_back_closes_it(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (ada, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let (bob, reviewer) = server.logged_in("bob@a.example", Role::Reviewer).await;
    let interview = server.interview(ada).await;
    server.store.go_live(interview, epoch_ms()).await.unwrap();
    let end = [event(1, 60_000, Event::Ended)];
    server.store.commit(interview, &end, &[]).await.unwrap();

    let replay = async || {
        let path = format!("/api/interviews/{interview}/replay");
        server.get(&path).bearer(&reviewer).send().await.status
    };
    let change = async |method, user: &str| {
        let path = format!("/api/interviews/{interview}/shares/{user}");
        server.call(method, &path).bearer(&token).send().await
    };
    use axum::http::Method;
    assert_eq!(replay().await, 404);
    change(Method::PUT, &bob.to_string()).await.expect(204);
    assert_eq!(replay().await, 200);
    let shares = server
        .get(&format!("/api/interviews/{interview}/shares"))
        .bearer(&token);
    assert_eq!(shares.send().await.expect(200)[0]["email"], "bob@a.example");
    change(Method::DELETE, &bob.to_string()).await.expect(204);
    assert_eq!(replay().await, 404);

    let own = change(Method::PUT, &ada.to_string()).await;
    assert_eq!(own.refusal(409), "own_interview");
    let nobody = change(Method::PUT, &InterviewId::new().to_string()).await;
    assert_eq!(nobody.refusal(404), "not_found");
}

async fn replay_holds_the_journal_the_people_and_the_finished_tracks(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (ada, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let interview = server.interview(ada).await;
    let place = server
        .store
        .participant_for(interview, ada)
        .await
        .unwrap()
        .id;
    server
        .store
        .add_guest(interview, "Never came")
        .await
        .unwrap();
    server.store.go_live(interview, epoch_ms()).await.unwrap();
    let events = [
        TimelineEvent {
            participant_id: Some(place),
            ..event(1, 0, Event::Joined)
        },
        TimelineEvent {
            participant_id: Some(place),
            ..event(
                2,
                10,
                Event::Chat {
                    id: MessageId::new(),
                    text: "hello".to_owned(),
                },
            )
        },
        event(3, 90_000, Event::Ended),
    ];
    server.store.commit(interview, &events, &[]).await.unwrap();
    let row = |source| RecordingRow {
        id: TrackId::new(),
        interview_id: interview,
        participant_id: place,
        source,
        mime_type: "audio/webm; codecs=\"opus\"".to_owned(),
        start_ms: 5,
        duration_ms: None,
        state: RecordingStatus::Writing,
        object_path: "x".to_owned(),
        size: None,
    };
    let (finished, lost) = (row(Source::Microphone), row(Source::Camera));
    for row in [&finished, &lost] {
        server.store.recording_started(row).await.unwrap();
    }
    server
        .store
        .recording_finished(finished.id, 80_000, 7)
        .await
        .unwrap();

    let path = format!("/api/interviews/{interview}/replay");
    let timeline = server.get(&path).bearer(&token).send().await.expect(200);
    assert_eq!(timeline["durationMs"], 90_000);
    assert_eq!(timeline["events"], serde_json::to_value(&events).unwrap());
    assert_eq!(timeline["participants"].as_array().unwrap().len(), 1);
    assert_eq!(
        timeline["interview"]["participants"][0]["leftAt"],
        timeline["interview"]["endedAt"]
    );
    assert_eq!(timeline["interview"]["may"]["replay"], true);
    let tracks = timeline["tracks"].as_array().unwrap();
    assert_eq!(tracks.len(), 1);
    assert_eq!(tracks[0]["id"], finished.id.to_string());
    assert_eq!(tracks[0]["durationMs"], 80_000);
}

async fn problems_are_kept_and_checked(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (_, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let (_, colleague) = server.logged_in("dan@a.example", Role::Interviewer).await;
    let draft = |title: &str, statement: &str, code: &str| json!({ "title": title, "statement": statement, "starterCode": { "go": code } });
    let create = async |draft| {
        server
            .post("/api/problems", draft)
            .bearer(&token)
            .send()
            .await
    };
    let long = "x".repeat(64 * 1024 + 1);
    for (wrong, field) in [
        (draft("", "", ""), "title"),
        (draft(&"x".repeat(201), "", ""), "title"),
        (draft("Sum", &long, ""), "statement"),
        (draft("Sum", "", &long), "starterCode"),
    ] {
        assert_eq!(create(wrong).await.expect(400)["field"], field);
    }
    let problem = create(draft("Sum", &long[1..], &long[1..]))
        .await
        .expect(201);
    let path = format!("/api/problems/{}", problem["id"].as_str().unwrap());
    let call = |method| server.call(method, &path).bearer(&colleague);
    use axum::http::Method;
    assert_eq!(call(Method::GET).send().await.expect(200), problem);
    let replaced = call(Method::PUT)
        .json(&draft("Product", "", ""))
        .send()
        .await;
    assert_eq!(replaced.expect(200)["title"], "Product");
    let list = server
        .get("/api/problems")
        .bearer(&token)
        .send()
        .await
        .expect(200);
    assert_eq!(list[0]["title"], "Product");
    call(Method::DELETE).send().await.expect(204);
    assert_eq!(call(Method::DELETE).send().await.refusal(404), "not_found");
    let put = call(Method::PUT)
        .json(&draft("Product", "", ""))
        .send()
        .await;
    assert_eq!(put.refusal(404), "not_found");
}

async fn statistics_count_own_interviews_only(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (ada, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let (_, colleague) = server.logged_in("dan@a.example", Role::Interviewer).await;
    let interview = server.interview(ada).await;
    server.interview(ada).await;
    let place = server
        .store
        .participant_for(interview, ada)
        .await
        .unwrap()
        .id;
    server.store.go_live(interview, epoch_ms()).await.unwrap();
    let outcomes = [
        RunOutcome::Exited { code: 0 },
        RunOutcome::Exited { code: 3 },
        RunOutcome::CompileFailed { code: 1 },
        RunOutcome::TimedOut { limit_ms: 1 },
        RunOutcome::OutOfMemory { limit: 1 },
        RunOutcome::Stopped,
        RunOutcome::Interrupted,
    ];
    let mut events = Vec::new();
    for outcome in outcomes {
        let id = RunId::new();
        let started = Event::RunStarted {
            id,
            language: "go".to_owned(),
            stdin: String::new(),
        };
        let state = RunState::Finished {
            outcome,
            wall_ms: 1,
            peak_memory: None,
            truncated: false,
        };
        for happened in [started, Event::RunFinished { id, state }] {
            let seq = events.len() as i64;
            events.push(TimelineEvent {
                participant_id: Some(place),
                ..event(seq, seq, happened)
            });
        }
    }
    events.push(event(100, 30 * 60_000, Event::Ended));
    server.store.commit(interview, &events, &[]).await.unwrap();

    let statistics = server
        .get("/api/statistics")
        .bearer(&token)
        .send()
        .await
        .expect(200);
    assert_eq!(statistics["interviews"], 1);
    assert_eq!(statistics["runs"], 7);
    assert_eq!(statistics["runsSucceeded"], 1);
    assert_eq!(statistics["runsFailed"], 4);
    assert_eq!(statistics["medianLengthMinutes"], 30.0);
    assert_eq!(statistics["byWeek"][11]["interviews"], 1);
    assert_eq!(
        statistics["byLanguage"],
        json!([{ "language": "go", "interviews": 1, "runs": 7 }])
    );
    let others = server
        .get("/api/statistics")
        .bearer(&colleague)
        .send()
        .await
        .expect(200);
    assert_eq!(
        (&others["interviews"], &others["runs"]),
        (&json!(0), &json!(0))
    );
}

async fn bad_requests_get_json_errors_that_name_the_field(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (_, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let create = |body: &str| {
        let call = server.call(axum::http::Method::POST, "/api/interviews");
        call.raw("application/json", body.to_owned()).bearer(&token)
    };
    for (body, field) in [
        (json!({ "title": "", "record": true }), json!("title")),
        (json!({ "title": "x\u{0}", "record": true }), json!("title")),
        (
            json!({ "title": "x", "record": true, "scheduledAt": 5 }),
            json!("scheduledAt"),
        ),
        (
            json!({ "title": "x", "record": true, "problemId": RunId::new() }),
            json!("problemId"),
        ),
        (
            json!({ "title": "x", "record": true, "colour": "red" }),
            Value::Null,
        ),
        (
            json!({ "title": "x", "record": true, "language": "cobol" }),
            json!("language"),
        ),
        (json!({ "title": "x" }), Value::Null),
    ] {
        let refused = create(&body.to_string()).send().await.expect(400);
        assert_eq!(refused["code"], "invalid", "{body}");
        assert_eq!(refused["field"], field, "{body}");
    }
    assert_eq!(create("{").send().await.refusal(400), "invalid");
    let large = create(&" ".repeat(256 * 1024 + 1)).send().await;
    assert_eq!(large.refusal(413), "too_large");
    let form = create("title=x")
        .header("content-type", "text/plain")
        .send()
        .await;
    assert_eq!(form.refusal(400), "invalid");

    for (method, path) in [
        ("GET", "/api"),
        ("GET", "/api/nothing/here"),
        ("DELETE", "/api/me"),
        ("GET", "/api/interviews/not-an-id"),
        (
            "GET",
            "/api/interviews/0190a0b0-0000-7000-8000-000000000000",
        ),
    ] {
        let call = server.call(method.parse().unwrap(), path).bearer(&token);
        let answer = call.send().await;
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.refusal(404), "not_found", "{method} {path}");
    }
}

async fn what_happened_is_in_the_audit_log(database: TestDatabase) {
    let server = with_password(&database).await;
    let login = async |password| {
        let call = server.post("/api/auth/login", credentials("ada@a.example", password));
        call.from(IpAddr::from([192, 0, 2, 7])).send().await
    };
    login("wrong horse").await.expect(401);
    login("correct horse").await.expect(200);
    let audit = server.store.audit(10).await.unwrap();
    let entries: Vec<_> = audit
        .iter()
        .map(|row| (row.action.as_str(), row.detail.as_str()))
        .collect();
    assert_eq!(
        entries,
        [
            ("login", ""),
            ("login_failed", "ada@a.example"),
            ("user_created", "ada@a.example"),
        ]
    );
    assert_eq!(audit[0].address.as_deref(), Some("192.0.2.7"));
    assert!(audit[0].user_id.is_some() && audit[1].user_id.is_none());
}
