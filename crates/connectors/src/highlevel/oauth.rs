//! Signing in with a marketplace app (`facts/highlevel.md` §5.1): the page to open, a code for a
//! pair of tokens, a pair for the next one, an agency's token for a location's.

use std::collections::BTreeSet;
use std::fmt;

use foxbridge_catalog::{get, ids};
use secrecy::SecretString;
use serde_json::Value as Json;
use url::Url;

use crate::json;
use crate::transport::{Call, CallError, Transport};

/// A marketplace app: the client of the protocol.
#[derive(Debug, Clone)]
pub struct OAuthApp {
    /// Its id. Not secret.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
}

impl OAuthApp {
    /// The page that lets somebody choose a location, with everything it asks for.
    ///
    /// `state` and `challenge` are made anew each time; `challenge` is PKCE's S256, which the service
    /// is not known to check.
    pub fn authorize_url(
        &self,
        page: &Url,
        redirect_url: &str,
        scopes: &[&str],
        state: &str,
        challenge: &str,
    ) -> Url {
        let mut url = page.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", redirect_url)
            .append_pair("client_id", &self.client_id)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("state", state)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256");
        url
    }

    /// The app's own id, which is the first part of the client's (the vendor's client splits it so).
    pub fn app_id(&self) -> &str {
        self.client_id.split('-').next().unwrap_or_default()
    }
}

/// What a sign-in or a renewal gives.
#[derive(Clone)]
pub struct Tokens {
    /// What requests carry.
    pub access: SecretString,
    /// What gives the next pair, once. A token for a location made from an agency's may have none.
    pub refresh: Option<SecretString>,
    /// Milliseconds since 1970, by this computer's clock.
    pub expires_at_ms: i64,
    /// What it opens.
    pub scopes: BTreeSet<String>,
    /// The location; `None` for an agency's token.
    pub location_id: Option<String>,
    /// The agency.
    pub company_id: Option<String>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("location_id", &self.location_id)
            .field("expires_at_ms", &self.expires_at_ms)
            .finish_non_exhaustive()
    }
}

/// The calls by which one comes by tokens.
#[derive(Debug)]
pub struct SignIn {
    transport: Transport,
    app: OAuthApp,
}

impl SignIn {
    /// `transport`: one without a secret.
    pub fn new(transport: Transport, app: OAuthApp) -> Self {
        Self { transport, app }
    }

    /// A code for a pair. `verifier` is PKCE's; a service that refuses the word is asked without it.
    /// `redirect_url`: as it was in the page's address, or `None` for a code of
    /// [`SignIn::reconnect`].
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn exchange(
        &self,
        code: &SecretString,
        redirect_url: Option<&str>,
        verifier: Option<&SecretString>,
        agency: bool,
        now_ms: i64,
    ) -> Result<Tokens, CallError> {
        let mut call = self
            .token_call("authorization_code", agency)
            .secret("code", code);
        if let Some(redirect_url) = redirect_url {
            call = call.field("redirect_uri", redirect_url);
        }
        if let Some(verifier) = verifier {
            call = call.secret("code_verifier", verifier);
        }
        let answer = match self.transport.call(call.clone()).await {
            // A request that does not pass validation does not spend the code.
            Err(CallError::Refused {
                status: 422,
                message,
                ..
            }) if message.contains("code_verifier") => {
                self.transport.call(call.without("code_verifier")).await?
            }
            other => other?,
        };
        tokens(&answer, now_ms)
    }

    /// The next pair. The token given is spent then, whatever becomes of the answer.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn refresh(
        &self,
        refresh: &SecretString,
        agency: bool,
        now_ms: i64,
    ) -> Result<Tokens, CallError> {
        let call = self
            .token_call("refresh_token", agency)
            .secret("refresh_token", refresh);
        tokens(&self.transport.call(call).await?, now_ms)
    }

    /// A new code for a location or an agency that has the app, when its pair was lost.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn reconnect(&self, place: Place<'_>) -> Result<SecretString, CallError> {
        let operation = get(ids::HIGHLEVEL_OAUTH_RECONNECT);
        let (name, id) = match place {
            Place::Location(id) => ("locationId", id),
            Place::Company(id) => ("companyId", id),
        };
        let call = Call::new(operation)
            .field("clientKey", &self.app.client_id)
            .secret("clientSecret", &self.app.client_secret)
            .field(name, id);
        let answer = self.transport.call(call).await?;
        json::text(&answer, "authorizationCode")
            .map(SecretString::from)
            .ok_or_else(|| CallError::malformed(operation, "there is no code in it"))
    }

    fn token_call(&self, grant: &str, agency: bool) -> Call {
        Call::new(get(ids::HIGHLEVEL_OAUTH_TOKEN))
            .field("client_id", &self.app.client_id)
            .secret("client_secret", &self.app.client_secret)
            .field("grant_type", grant)
            .field("user_type", if agency { "Company" } else { "Location" })
    }
}

/// What a lost sign-in was for.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub enum Place<'a> {
    Location(&'a str),
    Company(&'a str),
}

/// An agency, by its own token.
#[derive(Debug)]
pub struct Agency {
    transport: Transport,
    company_id: String,
}

impl Agency {
    /// `transport`: one with the agency's token.
    pub fn new(transport: Transport, company_id: String) -> Self {
        Self {
            transport,
            company_id,
        }
    }

    /// A token for one of its locations. It has no refresh token of its own that we use: the agency's
    /// gives the next one.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn location_token(&self, location: &str, now_ms: i64) -> Result<Tokens, CallError> {
        let call = Call::new(get(ids::HIGHLEVEL_OAUTH_LOCATION_TOKEN))
            .field("companyId", &self.company_id)
            .field("locationId", location);
        tokens(&self.transport.call(call).await?, now_ms)
    }

    /// Ids and names of the locations that have the app.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn locations(&self, app: &OAuthApp) -> Result<Vec<(String, String)>, CallError> {
        let call = Call::new(get(ids::HIGHLEVEL_OAUTH_INSTALLED_LOCATIONS))
            .query("companyId", &self.company_id)
            .query("appId", app.app_id())
            .query("isInstalled", "true")
            .query("limit", "500");
        let answer = self.transport.call(call).await?;
        let location = |from: &Json| {
            let id = json::id(from, "_id").or_else(|| json::id(from, "id"))?;
            let name = json::text(from, "name").unwrap_or(&id).to_owned();
            Some((id, name))
        };
        Ok(json::list(&answer, "locations")
            .iter()
            .filter_map(location)
            .collect())
    }
}

fn tokens(answer: &Json, now_ms: i64) -> Result<Tokens, CallError> {
    let operation = get(ids::HIGHLEVEL_OAUTH_TOKEN);
    let text = |name: &str| json::text(answer, name).filter(|text| !text.is_empty());
    let access = text("access_token")
        .ok_or_else(|| CallError::malformed(operation, "there is no access token in it"))?;
    let seconds = answer
        .get("expires_in")
        .and_then(Json::as_i64)
        .unwrap_or(86_399);
    Ok(Tokens {
        access: access.into(),
        refresh: text("refresh_token").map(SecretString::from),
        expires_at_ms: now_ms + seconds.clamp(0, 366 * 86_400) * 1000,
        scopes: text("scope")
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        location_id: text("locationId").map(str::to_owned),
        company_id: text("companyId").map(str::to_owned),
    })
}
