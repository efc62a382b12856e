//! What becomes of the tokens: expiry, two at once, a lost answer, a revoked app, missing scopes.

use std::sync::atomic::Ordering;

use foxbridge_contract::ErrorCode;
use serde_json::json;

use crate::stage::{Stage, open, read};

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_renewed_unseen() {
    let stage = Stage::new().await;
    let connection = stage.sign_in(json!({}), "Location").await;
    for times in 1..=3 {
        stage.hook(json!({"do": "expire"})).await;
        assert_eq!(stage.read(&connection).await.unwrap()["status"], 200);
        assert_eq!(stage.refreshes().await, times, "each token once");
    }
    let log = stage
        .call("activity.list", json!({"offset": 0, "limit": 500}))
        .await;
    assert!(
        log.to_string().contains("highlevel.oauth.token"),
        "a renewal is in the audit like every request"
    );
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_at_once_renews_once() {
    let stage = Stage::new().await;
    let connection = stage.sign_in(json!({}), "Location").await;
    let others: Vec<_> = (0..4)
        .map(|n| open(stage.dir.path(), &stage.stuck, &stage.clock, 100 + n))
        .collect();
    stage.hook(json!({"do": "expire"})).await;
    let reads = others
        .iter()
        .chain([&stage.app])
        .flat_map(|app| [read(app, &connection), read(app, &connection)]);
    for answer in futures::future::join_all(reads).await {
        assert_eq!(answer.unwrap()["status"], 200, "nobody is turned away");
    }
    assert_eq!(
        stage.refreshes().await,
        1,
        "a refresh token works once: whoever comes second takes what the first got"
    );
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_was_lost_is_asked_for_anew() {
    let stage = Stage::new().await;
    let connection = stage.sign_in(json!({}), "Location").await;
    stage.hook(json!({"do": "lose-next"})).await;
    stage.hook(json!({"do": "expire"})).await;
    assert_eq!(
        stage.read(&connection).await.unwrap()["status"],
        200,
        "the answer with the pair was lost on its way: the app signs in again by itself"
    );
    stage.hook(json!({"do": "lose"})).await;
    assert_eq!(
        stage.read(&connection).await.unwrap()["status"],
        200,
        "tokens the service does not know any more are no end either"
    );
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_app_signs_in_again_and_keeps_everything() {
    let stage = Stage::new().await;
    let connection = stage.sign_in(json!({}), "Location").await;
    let id = connection["id"].as_str().unwrap();
    let rename = json!({"connection": id, "name": "Mine"});
    stage.call("connections.rename", rename).await;
    stage.hook(json!({"do": "revoke"})).await;
    let error = stage.read(&connection).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotAuthorised);
    assert!(
        error.hint.unwrap().contains("Sign in again"),
        "it says what to do"
    );
    let check = stage
        .call("connections.check", json!({"connection": id}))
        .await;
    assert_eq!(check["state"], "failed", "{check}");

    // The page is remembered: a white-label host's, or here the sandbox's.
    let again = json!({"connection": id, "client_secret": null, "authorize_url": null});
    let after = stage.sign_in(again, "Location").await;
    assert_eq!(after["id"], connection["id"]);
    assert_eq!(after["name"], "Mine", "its own name stays");
    assert_eq!(stage.read(&after).await.unwrap()["status"], 200);
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_scope_is_named_and_never_refreshed() {
    let stage = Stage::new().await;
    let connection = stage.sign_in(json!({}), "Location").await;
    let before = stage.refreshes().await;
    stage
        .hook(json!({"do": "scopes", "scopes": ["locations.readonly"]}))
        .await;
    let id = &connection["id"];
    let check = stage
        .call("connections.check", json!({"connection": id}))
        .await;
    assert_eq!(
        check["missing_scopes"],
        json!([
            "contacts.readonly",
            "locations/customFields.readonly",
            "locations/tags.readonly"
        ]),
        "{check}"
    );
    let fix = check["steps"].to_string();
    assert!(fix.contains("marketplace portal"), "where to fix it: {fix}");
    assert_eq!(
        stage.refreshes().await,
        before,
        "new tokens would lack it too"
    );
    assert_eq!(
        stage.read(&connection).await.unwrap()["status"],
        200,
        "and nobody was logged out"
    );
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_location_is_no_lost_sign_in() {
    let stage = Stage::new().await;
    let connection = stage.sign_in(json!({}), "Location").await;
    stage.hook(json!({"do": "inactive"})).await;
    stage.hook(json!({"do": "expire"})).await;
    let error = stage.read(&connection).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Offline);
    assert!(error.message.contains("not active"), "{error}");
    stage.hook(json!({"do": "active"})).await;
    assert_eq!(
        stage.read(&connection).await.unwrap()["status"],
        200,
        "the same sign-in goes on"
    );
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_the_vault_does_not_take_is_not_used_and_not_lost() {
    let stage = Stage::new().await;
    let connection = stage.sign_in(json!({}), "Location").await;
    stage.hook(json!({"do": "expire"})).await;
    stage.stuck.store(true, Ordering::SeqCst);
    let error = stage.read(&connection).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Vault, "{error}");
    assert_eq!(
        stage.refreshes().await,
        1,
        "the pair was spent all the same"
    );
    let requests = stage.sandbox.stats(foxbridge_model::Service::HighLevel);
    let again = stage.read(&connection).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::Vault);
    assert_eq!(
        stage
            .sandbox
            .stats(foxbridge_model::Service::HighLevel)
            .requests,
        requests.requests + 1,
        "only the request with the old token was sent: nothing is used that is not kept"
    );
    stage.stuck.store(false, Ordering::SeqCst);
    assert_eq!(stage.read(&connection).await.unwrap()["status"], 200);
    assert_eq!(
        stage.refreshes().await,
        1,
        "the pair that came then is the one in use"
    );
    stage.app.shutdown().await;
}
