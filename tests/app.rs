//! The whole server, as `main` starts it.
#![allow(clippy::unwrap_used)]

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use porthole::app::{App, StartError};
use porthole::config::Config;
use porthole::data::DataError;
use porthole::edge::BindError;
use porthole::execution::ExecutionConfig;
use reqwest::header::{CACHE_CONTROL, ORIGIN};
use serde_json::json;
use tempfile::TempDir;

fn config(folder: &TempDir) -> Config {
    Config {
        listen: (Ipv4Addr::LOCALHOST, 0).into(),
        data: folder.path().join("data"),
        execution: ExecutionConfig {
            engine: Some("unix:///nonexistent/docker.sock".to_owned()),
            ..ExecutionConfig::default()
        },
        ..Config::default()
    }
}

fn url(address: SocketAddr, path: &str) -> String {
    format!("http://{address}{path}")
}

#[tokio::test]
async fn server_starts_from_nothing_and_is_set_up_by_its_link() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(config(&folder)).await.unwrap();
    let client = reqwest::Client::new();
    for path in ["/healthz", "/readyz"] {
        let response = client.get(url(app.address(), path)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
    }

    let link = app.setup_link().await.unwrap().unwrap();
    let token = link.strip_prefix("/setup#").unwrap();
    let response = client
        .post(url(app.address(), "/api/setup"))
        .header(ORIGIN, url(app.address(), ""))
        .json(&json!({
            "token": token,
            "name": "Ada",
            "email": "ada@example.com",
            "password": "a long enough password",
        }))
        .send()
        .await
        .unwrap();
    assert!(response.status().is_success(), "{}", response.status());
    assert_eq!(app.setup_link().await.unwrap(), None);

    app.shutdown().await;
    let again = App::start(config(&folder)).await.unwrap();
    assert_eq!(again.setup_link().await.unwrap(), None);
    again.shutdown().await;
}

#[tokio::test]
async fn paths_outside_the_api_are_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(config(&folder)).await.unwrap();
    let client = reqwest::Client::new();
    for path in ["/", "/interviews/1/room"] {
        let response = client.get(url(app.address(), path)).send().await.unwrap();
        assert_eq!(response.headers()[CACHE_CONTROL], "no-cache", "{path}");
        assert!(response.text().await.unwrap().contains("<title>Porthole"));
    }
    let unknown = client.get(url(app.address(), "/api/nothing"));
    let response = unknown.send().await.unwrap();
    assert_eq!(response.status(), 404);
    let body: serde_json::Value = response.json().await.unwrap();
    assert_eq!(body["code"], "not_found");
    let lost = client.get(url(app.address(), "/assets/old-build.js"));
    assert_eq!(lost.send().await.unwrap().status(), 404);
    let posted = client.post(url(app.address(), "/"));
    assert_eq!(posted.send().await.unwrap().status(), 405);
    app.shutdown().await;
}

#[tokio::test]
async fn second_server_says_what_is_in_its_way() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(config(&folder)).await.unwrap();
    let error = App::start(config(&folder)).await.err().unwrap();
    assert!(
        matches!(error, StartError::Data(DataError::InUse(_))),
        "{error}"
    );

    let other_folder = tempfile::tempdir().unwrap();
    let same_port = Config {
        listen: app.address(),
        ..config(&other_folder)
    };
    let error = App::start(same_port).await.err().unwrap();
    assert!(
        matches!(error, StartError::Bind(BindError::InUse(_))),
        "{error}"
    );
    app.shutdown().await;
}

#[tokio::test]
async fn media_port_in_use_is_said_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let taken = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let config = Config {
        listen: taken.local_addr().unwrap(),
        ..config(&folder)
    };
    let error = App::start(config).await.err().unwrap();
    assert!(matches!(error, StartError::Media(_)), "{error}");
    assert!(error.to_string().contains("--listen"), "{error}");
}

#[tokio::test]
async fn certificate_of_the_operator_is_the_one_that_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let own = rcgen::generate_simple_self_signed(["own.example".to_owned()]).unwrap();
    let certificate = folder.path().join("own.pem");
    let key = folder.path().join("own.key");
    std::fs::write(&certificate, own.cert.pem()).unwrap();
    std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
    let mut config = config(&folder);
    config.tls.certificate = Some(certificate);
    config.tls.key = Some(key);
    let app = App::start(config).await.unwrap();
    let client = reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(own.cert.pem().as_bytes()).unwrap()])
        .resolve("own.example", app.address())
        .build()
        .unwrap();
    let address = format!("https://own.example:{}/healthz", app.address().port());
    let response = client.get(address).send().await.unwrap();
    assert_eq!(response.status(), 200);
    // A certificate that people trust is one that browsers may insist on.
    assert!(response.headers().contains_key("strict-transport-security"));
    app.shutdown().await;
}
