//! Accounts and their sessions.

use crate::common::database::TestDatabase;
use crate::scene::{START, account, scheduled};
use porthole::protocol::api::Role;
use porthole::protocol::ids::UserId;
use porthole::store::StoreError;
use porthole::store::sessions::{Rotation, SessionOwner};
use porthole::store::users::UserRow;
use uuid::Uuid;

crate::on_both_databases!(
    email_is_unique_however_it_is_typed,
    setup_token_creates_one_account_only,
    refresh_token_rotates_and_late_reuse_revokes_the_session,
    expired_and_revoked_sessions_are_gone,
);

async fn email_is_unique_however_it_is_typed(database: TestDatabase) {
    let store = database.open().await;
    let ada = account(&store, "Ada@Example.org", Role::Reviewer).await;
    let found = store
        .user_by_email("ADA@example.ORG")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.id, ada);
    let again = store
        .create_user(&UserRow {
            id: UserId::new(),
            email: "adA@example.org".to_owned(),
            ..found
        })
        .await;
    assert!(matches!(again, Err(StoreError::Exists)));
}

async fn setup_token_creates_one_account_only(database: TestDatabase) {
    let store = database.open().await;
    let user = |email: &str| UserRow {
        id: UserId::new(),
        name: "Ada".to_owned(),
        email: email.to_owned(),
        password_hash: "$".to_owned(),
        role: Role::Interviewer,
        created_at: START,
    };
    store.replace_setup_token("old", START).await.unwrap();
    store.replace_setup_token("new", START).await.unwrap();
    let stale = store.create_first_user("old", &user("a@b")).await;
    assert!(matches!(stale, Err(StoreError::Missing)));
    assert!(!store.has_users().await.unwrap());

    let (one, other) = (user("a@b"), user("c@d"));
    let (one, other) = tokio::join!(
        store.create_first_user("new", &one),
        store.create_first_user("new", &other)
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    assert_eq!(store.users().await.unwrap().len(), 1);
}

async fn refresh_token_rotates_and_late_reuse_revokes_the_session(database: TestDatabase) {
    let store = database.open().await;
    let ada = account(&store, "ada@example.org", Role::Interviewer).await;
    let session = Uuid::now_v7();
    let expires_at = START + 1_000_000;
    store
        .create_session(
            session,
            SessionOwner::Account(ada),
            "one",
            START,
            expires_at,
        )
        .await
        .unwrap();
    let rotate = async |token, successor, at| {
        store
            .rotate_refresh_token(token, successor, at, 30_000)
            .await
            .unwrap()
    };
    let rotated = Rotation::Rotated {
        session,
        expires_at,
    };
    assert_eq!(rotate("unknown", "x", START).await, Rotation::Refused);
    assert_eq!(rotate("one", "two", START + 1000).await, rotated);
    assert_eq!(rotate("one", "three", START + 31_000).await, rotated);
    assert_eq!(rotate("two", "four", START + 31_000).await, rotated);
    assert_eq!(
        rotate("one", "five", START + 31_001).await,
        Rotation::Reused { session }
    );
    assert_eq!(
        rotate("four", "six", START + 31_002).await,
        Rotation::Refused
    );
    assert!(
        store
            .session(session, START + 31_002)
            .await
            .unwrap()
            .is_none()
    );
}

async fn expired_and_revoked_sessions_are_gone(database: TestDatabase) {
    let store = database.open().await;
    let ada = account(&store, "ada@example.org", Role::Interviewer).await;
    let interview = scheduled(&store, ada).await;
    let guest = store.add_guest(interview, "Grace").await.unwrap();
    let (account, visitor) = (Uuid::now_v7(), Uuid::now_v7());
    for (id, owner, token) in [
        (account, SessionOwner::Account(ada), "one"),
        (visitor, SessionOwner::Guest(guest.id), "two"),
    ] {
        store
            .create_session(id, owner, token, START, START + 100)
            .await
            .unwrap();
    }
    let row = store.session(account, START + 99).await.unwrap().unwrap();
    assert_eq!(
        (row.user_id, row.role),
        (Some(ada), Some(Role::Interviewer))
    );
    assert_eq!(row.participant_id, None);
    let row = store.session(visitor, START + 99).await.unwrap().unwrap();
    assert_eq!(row.participant_id, Some(guest.id));
    assert_eq!(row.interview_id, Some(interview));
    assert_eq!((row.user_id, row.email), (None, None));

    assert!(store.session(account, START + 100).await.unwrap().is_none());
    store
        .revoke_session_of_token("two", START + 50)
        .await
        .unwrap();
    assert!(store.session(visitor, START + 51).await.unwrap().is_none());
    assert!(store.session(account, START + 51).await.unwrap().is_some());
}
