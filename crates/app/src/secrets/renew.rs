//! Renewing tokens: under a lock, stored before they are used, and asked for anew when they were
//! lost.

use std::sync::{Arc, Mutex, PoisonError};

use foxbridge_connectors::{
    Agency as AgencyClient, CallError, Credentials, Lack, Place, SignIn, Tokens,
};
use foxbridge_contract::{AppError, ErrorCode};
use foxbridge_store::ConnectionRow;
use futures::future::BoxFuture;
use secrecy::SecretString;

use super::{Agency, Kept, Pair, TokenLock, lacking, same};
use crate::{App, error, transport};

/// The way to the secret of one connection, as the vault has it.
pub(super) struct KeptCredentials {
    app: App,
    row: ConnectionRow,
    held: Mutex<Option<Kept>>,
}

impl KeptCredentials {
    pub(super) fn new(app: &App, row: &ConnectionRow) -> Self {
        Self {
            app: app.clone(),
            row: row.clone(),
            held: Mutex::default(),
        }
    }

    fn hold(&self, kept: &Kept) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept.clone());
    }

    /// Finishes whatever happens to the caller: a pair that came must not be lost on its way to the
    /// vault.
    async fn renew(&self, refused: Option<SecretString>) -> Result<Kept, CallError> {
        let (app, row) = (self.app.clone(), self.row.clone());
        let renewed = tokio::spawn(async move { Renewal { app, row }.run(refused).await })
            .await
            .map_err(|e| lacking(Lack::Later, error::stopped(e)))??;
        self.hold(&renewed);
        Ok(renewed)
    }
}

impl Credentials for KeptCredentials {
    fn current(&self) -> BoxFuture<'_, Result<SecretString, CallError>> {
        Box::pin(async {
            let now = self.app.now();
            let held = self
                .held
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            let kept = match held {
                Some(kept) => kept,
                None => {
                    let kept = super::read(&self.app, &self.row)
                        .await
                        .map_err(|e| lacking(Lack::Vault, e))?;
                    self.hold(&kept);
                    kept
                }
            };
            if kept.is_stale(now) {
                return Ok(self.renew(None).await?.to_send().clone());
            }
            Ok(kept.to_send().clone())
        })
    }

    fn renewed(
        &self,
        refused: SecretString,
    ) -> BoxFuture<'_, Result<Option<SecretString>, CallError>> {
        Box::pin(async move {
            let kept = self.renew(Some(refused.clone())).await?;
            let secret = kept.to_send();
            // A key that is still the same was simply not accepted.
            Ok((!same(secret, &refused)).then(|| secret.clone()))
        })
    }
}

struct Renewal {
    app: App,
    row: ConnectionRow,
}

impl Renewal {
    async fn run(&self, refused: Option<SecretString>) -> Result<Kept, CallError> {
        let vault = |e: AppError| lacking(Lack::Vault, e);
        let _lock = TokenLock::take(&self.app, &self.row.id)
            .await
            .map_err(vault)?;
        self.save_unsaved().await?;
        let kept = super::read(&self.app, &self.row).await.map_err(vault)?;
        let Kept::Pair(pair) = &kept else {
            return Ok(kept);
        };
        let is_refused = refused.is_some_and(|refused| same(&refused, &pair.access));
        if !is_refused && !kept.is_stale(self.app.now()) {
            // Somebody else renewed it while we waited.
            return Ok(kept);
        }
        let pair = match &pair.agency {
            None => self.renew_location(pair).await?,
            Some(agency) => self.renew_by_agency(pair, agency).await?,
        };
        Ok(Kept::Pair(Box::new(pair)))
    }

    async fn renew_location(&self, pair: &Pair) -> Result<Pair, CallError> {
        let location = self.row.account.as_deref().unwrap_or_default();
        let tokens = self
            .next(pair, pair.refresh.as_ref(), Place::Location(location))
            .await?;
        let mut next = pair.clone();
        // A service that gives no new refresh token means the old one to be used again.
        next.refresh = tokens.refresh.or_else(|| pair.refresh.clone());
        next.access = tokens.access;
        next.expires_at = tokens.expires_at_ms;
        self.save(&next).await?;
        Ok(next)
    }

    async fn renew_by_agency(&self, pair: &Pair, agency: &Agency) -> Result<Pair, CallError> {
        let location = self.row.account.as_deref().unwrap_or_default();
        let mut next = pair.clone();
        if !agency.is_stale(self.app.now()) {
            match location_token(&self.app, &self.row, agency, location).await {
                Ok(tokens) => return self.take(next, tokens).await,
                // The agency's own token is no good any more, whatever its date says.
                Err(CallError::Unauthorised { .. }) => {}
                Err(e) => return Err(self.not_now(&e)),
            }
        }
        let place = Place::Company(&agency.company_id);
        let tokens = self.next(pair, Some(&agency.refresh), place).await?;
        let agency = Agency {
            company_id: agency.company_id.clone(),
            access: tokens.access,
            expires_at: tokens.expires_at_ms,
            refresh: tokens.refresh.unwrap_or_else(|| agency.refresh.clone()),
        };
        next.agency = Some(agency.clone());
        // The refresh token is spent: what came for it is kept before anything else is asked.
        self.save(&next).await?;
        let tokens = location_token(&self.app, &self.row, &agency, location)
            .await
            .map_err(|e| self.not_now(&e))?;
        self.take(next, tokens).await
    }

    async fn take(&self, mut pair: Pair, tokens: Tokens) -> Result<Pair, CallError> {
        pair.access = tokens.access;
        pair.expires_at = tokens.expires_at_ms;
        self.save(&pair).await?;
        Ok(pair)
    }

    /// The next pair for a refresh token; where that is spent or lost, by signing the app in again.
    async fn next(
        &self,
        pair: &Pair,
        refresh: Option<&SecretString>,
        place: Place<'_>,
    ) -> Result<Tokens, CallError> {
        let agency = matches!(place, Place::Company(_));
        let sign_in = sign_in(&self.app, &self.row, pair).map_err(|e| lacking(Lack::Later, e))?;
        // Once more after an answer that was lost: it may not have been carried out.
        for _ in 0..2 {
            let Some(refresh) = refresh else { break };
            match sign_in.refresh(refresh, agency, self.app.now()).await {
                Ok(tokens) => return Ok(tokens),
                Err(e) if is_spent(&e) => break,
                Err(e) if e.outcome_unknown() => {
                    tracing::warn!(connection = self.row.id, "an answer with tokens was lost");
                }
                Err(e) => return Err(self.not_now(&e)),
            }
        }
        let again = async {
            let code = sign_in.reconnect(place).await?;
            let now = self.app.now();
            sign_in.exchange(&code, None, None, agency, now).await
        };
        match again.await {
            Ok(tokens) => {
                tracing::info!(connection = self.row.id, "lost tokens were asked for anew");
                Ok(tokens)
            }
            Err(e @ (CallError::Refused { .. } | CallError::Unauthorised { .. })) => {
                tracing::warn!(connection = self.row.id, "signing in again is needed: {e}");
                Err(lacking(Lack::SignIn, self.sign_in_again()))
            }
            Err(e) => Err(self.not_now(&e)),
        }
    }

    fn sign_in_again(&self) -> AppError {
        AppError::new(
            ErrorCode::NotAuthorised,
            format!(
                "HighLevel does not accept the sign-in of {} any more: it was revoked, or its \
                 tokens were used elsewhere.",
                self.row.name
            ),
        )
        .hint(
            "Sign in again on the Connections page, or with foxbridge connections sign-in; syncs, \
             switches and history stay.",
        )
    }

    fn not_now(&self, error: &CallError) -> CallError {
        let why = AppError::new(
            ErrorCode::Offline,
            format!(
                "The sign-in of {} could not be renewed. {error}",
                self.row.name
            ),
        );
        lacking(
            Lack::Later,
            why.hint("Nothing is lost: it is tried again with the next request."),
        )
    }

    /// Keeps a pair. One that the vault does not take is remembered by the program, and tried again
    /// before anything else: the pair before it is spent.
    async fn save(&self, pair: &Pair) -> Result<(), CallError> {
        let kept = Kept::Pair(Box::new(pair.clone()));
        self.app.unsaved().insert(self.row.id.clone(), kept);
        self.save_unsaved().await
    }

    async fn save_unsaved(&self) -> Result<(), CallError> {
        let unsaved = self.app.unsaved().get(&self.row.id).cloned();
        let Some(kept) = unsaved else { return Ok(()) };
        super::put(&self.app, &self.row.id, kept.entry())
            .await
            .map_err(|e| lacking(Lack::Vault, e))?;
        self.app.unsaved().remove(&self.row.id);
        Ok(())
    }
}

/// A refresh token that will never work again. A location that is not active is another matter
/// (`facts/highlevel.md` §5.1).
fn is_spent(error: &CallError) -> bool {
    match error {
        CallError::Unauthorised { .. } => true,
        CallError::Refused {
            status: 400 | 422,
            message,
            ..
        } => !message.to_lowercase().contains("not active"),
        _ => false,
    }
}

/// The calls by which a connection comes by tokens.
pub(super) fn sign_in(app: &App, row: &ConnectionRow, pair: &Pair) -> Result<SignIn, AppError> {
    let transport = transport::without_secret(app, row)?;
    Ok(SignIn::new(transport, pair.app.clone()))
}

/// A location's token, made from its agency's.
pub(crate) async fn location_token(
    app: &App,
    row: &ConnectionRow,
    agency: &Agency,
    location: &str,
) -> Result<Tokens, CallError> {
    let credentials = Arc::new(super::Given(agency.access.clone()));
    let transport =
        transport::for_sign_in(app, row, credentials).map_err(|e| lacking(Lack::Later, e))?;
    AgencyClient::new(transport, agency.company_id.clone())
        .location_token(location, app.now())
        .await
}
