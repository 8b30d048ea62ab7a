//! Setting up, logging in and out, accounts.

use crate::common::database::TestDatabase;
use crate::common::server::Server;
use porthole::auth::setup;
use porthole::clock::epoch_ms;
use porthole::protocol::api::Role;
use serde_json::{Value, json};
use std::net::IpAddr;

crate::on_both_databases!(
    setup_link_creates_the_first_interviewer_once,
    only_the_link_that_was_printed_last_works,
    login_gives_cookies_that_scripts_cannot_read,
    wrong_password_and_unknown_address_are_told_alike,
    refresh_gives_new_cookies_and_logout_ends_the_session_at_once,
    too_many_logins_are_told_when_to_come_back,
    accounts_are_created_once_by_address,
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
