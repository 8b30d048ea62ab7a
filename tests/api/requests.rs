//! Problems, and requests that make no sense.

use crate::common::database::TestDatabase;
use crate::common::server::Server;
use axum::http::Method;
use porthole::protocol::api::Role;
use porthole::protocol::ids::RunId;
use serde_json::{Value, json};

crate::on_both_databases!(
    problems_are_kept_and_checked,
    bad_requests_get_json_errors_that_name_the_field,
    lost_database_is_told_by_readiness_and_explained_to_nobody_else,
);

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

async fn bad_requests_get_json_errors_that_name_the_field(database: TestDatabase) {
    let server = Server::new(&database).await;
    let (_, token) = server.logged_in("ada@a.example", Role::Interviewer).await;
    let create = |body: &str| {
        let call = server.call(Method::POST, "/api/interviews");
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

async fn lost_database_is_told_by_readiness_and_explained_to_nobody_else(database: TestDatabase) {
    let server = Server::new(&database).await;
    assert_eq!(server.get("/readyz").send().await.status, 200);
    server.store.close().await;
    assert_eq!(server.get("/readyz").send().await.status, 503);
    assert_eq!(server.get("/healthz").send().await.status, 200);
    let failed = server.get("/api/setup").send().await.expect(500);
    assert_eq!(failed["code"], "internal");
    assert!(!failed["message"].as_str().unwrap().contains("pool"));
}
