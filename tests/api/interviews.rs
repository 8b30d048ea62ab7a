//! Interviews, invites and shares.

use crate::common::database::TestDatabase;
use crate::common::server::Server;
use axum::http::Method;
use porthole::clock::epoch_ms;
use porthole::protocol::api::Role;
use porthole::protocol::ids::InterviewId;
use porthole::protocol::timeline::{Event, TimelineEvent};
use serde_json::{Value, json};

crate::on_both_databases!(
    interview_is_created_changed_and_listed,
    settings_cannot_change_once_the_interview_is_live,
    end_closes_the_interview_to_everybody_whether_it_was_live_or_not,
    guest_joins_by_link_and_is_the_same_one_when_they_open_it_again,
    account_that_accepts_an_invite_becomes_a_member,
    revoked_and_unknown_invites_let_nobody_in,
    share_opens_the_replay_and_taking_it_back_closes_it,
);

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
        let call = server.call(Method::PATCH, &path).json(&changes);
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
        let call = server.call(Method::PATCH, &path).json(&changes);
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

async fn end_closes_the_interview_to_everybody_whether_it_was_live_or_not(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (ada, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let (scheduled, live) = (server.interview(ada).await, server.interview(ada).await);
    server.store.go_live(live, epoch_ms()).await.unwrap();
    for interview in [scheduled, live] {
        let path = format!("/api/interviews/{interview}");
        let end = || {
            server
                .post(&format!("{path}/end"), json!({}))
                .bearer(&token)
        };
        end().send().await.expect(204);
        end().send().await.expect(204);
        let shown = server.get(&path).bearer(&token).send().await.expect(200);
        assert_eq!(shown["status"], "ended");
        assert_eq!(
            shown["may"],
            json!({ "manage": true, "enter": false, "replay": true })
        );
        let enter = server.get(&format!("{path}/ws")).bearer(&token);
        assert_eq!(enter.send().await.refusal(409), "ended");
    }
    let journal = server.store.journal(live).await.unwrap();
    assert_eq!(journal.last().map(|last| &last.event), Some(&Event::Ended));
    let ends = server.store.audit(10).await.unwrap();
    assert_eq!(
        ends.iter()
            .filter(|row| row.action == "interview_ended")
            .count(),
        2
    );
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
    let revoke = server.call(Method::DELETE, &path).bearer(&token);
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
