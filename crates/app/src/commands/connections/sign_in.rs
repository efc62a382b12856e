//! Signing in to HighLevel with an app of one's own.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foxbridge_connectors::{Agency as AgencyClient, OAuthApp, SignIn, Tokens};
use foxbridge_contract::{
    AppError, ChooseLocation, Connection, ErrorCode, LocationChoice, Nothing, ServiceName,
    SignInDefaults, SignInId, SignInOutcome, SignInStart, SignInStarted,
};
use foxbridge_model::Service;
use foxbridge_store::{ConnectionRow, SignInKind, SignInRow};
use serde_json::json;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::connect::{HIGHLEVEL_URL, base_url, describe_location, required, same_account};
use super::{check, save, scopes, shown};
use crate::ids::new_id;
use crate::secrets::{self, Agency, Kept, Pair};
use crate::sign_in::{
    self, Asked, Listener, Outcome, PATIENCE, PORT, Pending, Proof, Returned, redirect_url,
};
use crate::{App, error, transport};

/// The page to choose a location on (`facts/highlevel.md` §5.1). White-label hosts have their own.
const AUTHORIZE_URL: &str = "https://marketplace.gohighlevel.com/v2/oauth/chooselocation";

pub(in crate::commands) async fn sign_in_defaults(
    _: &App,
    _: Nothing,
) -> Result<SignInDefaults, AppError> {
    Ok(SignInDefaults {
        redirect_url: redirect_url(PORT),
        service: ServiceName::Highlevel,
    })
}

pub(in crate::commands) async fn sign_in_start(
    app: &App,
    request: SignInStart,
) -> Result<SignInStarted, AppError> {
    let before = match &request.connection {
        Some(id) => app
            .store()
            .settings()
            .get(&way_key(id))
            .map_err(error::store)?,
        None => None,
    };
    let before = before.unwrap_or_default();
    let authorize_url = request
        .authorize_url
        .as_deref()
        .or_else(|| before["authorize_url"].as_str());
    let page = page_url(authorize_url)?;
    let agency = request.agency || before["agency"] == true;
    let port = request
        .port
        .or_else(|| u16::try_from(before["port"].as_u64()?).ok())
        .unwrap_or(PORT);
    let way = json!({"authorize_url": page.as_str(), "agency": agency, "port": port});
    let client_id = required("The client id", &request.client_id)?;
    // A client id is kept and sent in the clear: it must not be the secret, which is a UUID.
    if uuid::Uuid::try_parse(&client_id).is_ok() || client_id.starts_with("pit-") {
        let message = "The client id looks like a secret, and is not used.";
        return Err(AppError::new(ErrorCode::BadRequest, message).hint(
            "The client id and the client secret stand one above the other in the marketplace \
             portal: copy the id into the first field. Nothing was kept or sent.",
        ));
    }
    let known = match &request.connection {
        Some(id) => Some(super::find(app, id)?),
        None => None,
    };
    let client_secret = match (&request.client_secret, &known) {
        (Some(secret), _) => required("The client secret", secret.expose())?.into(),
        (None, Some(row)) => match secrets::read(app, row).await? {
            Kept::Pair(pair) => pair.app.client_secret,
            Kept::Key(_) => return Err(empty_secret()),
        },
        (None, None) => return Err(empty_secret()),
    };
    let again = known.is_some();
    let row = match known {
        Some(row) => row,
        None => ConnectionRow {
            id: new_id(app, "highlevel")?,
            service: Service::HighLevel,
            name: String::new(),
            account: None,
            base_url: base_url(request.base_url, HIGHLEVEL_URL),
            requests_per_minute: None,
            sample: false,
            created_at: app.now(),
        },
    };
    let listener = Listener::bind(port).await?;
    let redirect_url = redirect_url(listener.port());
    let proof = Arc::new(Proof::new(|| app.host().random()));
    let mut wanted = scopes::least(app, request.connection.as_deref(), request.access)?;
    if agency {
        wanted.extend(["oauth.readonly", "oauth.write"].map(str::to_owned));
    }
    let oauth = OAuthApp {
        client_id,
        client_secret,
    };
    let scopes: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let url = oauth.authorize_url(
        &page,
        &redirect_url,
        &scopes,
        proof.state(),
        &proof.challenge(),
    );
    let id = new_id(app, "sign-in")?;
    let (tell, outcome) = watch::channel(None);
    let asked = Arc::new(Asked {
        app: oauth,
        redirect_url: redirect_url.clone(),
        agency,
        row,
        again,
        way,
    });
    let pending = Pending {
        cancel: CancellationToken::new(),
        outcome,
        asked: Arc::clone(&asked),
        agency: Arc::default(),
    };
    let (cancel, agency) = (pending.cancel.clone(), Arc::clone(&pending.agency));
    app.sign_ins().all().insert(id.clone(), pending);
    let flow = Flow {
        app: app.clone(),
        asked,
        agency,
    };
    tokio::spawn(async move {
        let outcome = flow.run(listener, proof, cancel).await;
        // Nobody may be waiting.
        let _told = tell.send(Some(outcome));
    });
    Ok(SignInStarted {
        sign_in: id,
        url: url.into(),
        redirect_url,
    })
}

fn empty_secret() -> AppError {
    AppError::new(ErrorCode::BadRequest, "The client secret is empty.")
}

/// The page's address: https, or this computer's sandbox.
fn page_url(given: Option<&str>) -> Result<Url, AppError> {
    let text = given.map(str::trim).filter(|text| !text.is_empty());
    let text = text.unwrap_or(AUTHORIZE_URL);
    // Not quoted: what was pasted into the wrong field may be a secret.
    let bad = |why: &str| {
        let message = format!("The sign-in page's address cannot be used: {why}.");
        AppError::new(ErrorCode::BadRequest, message)
    };
    let url = Url::parse(text).map_err(|_| bad("it is no web address"))?;
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if url.scheme() == "https" || url.scheme() == "http" && here {
        return Ok(url);
    }
    Err(bad("it must begin with https://"))
}

/// How long a browser is given to take in the last page. It takes milliseconds; one that holds a
/// connection open without asking anything must not hold up the rest.
const READING: Duration = Duration::from_secs(2);

/// From the browser's return to the connection.
struct Flow {
    app: App,
    asked: Arc<Asked>,
    agency: Arc<Mutex<Option<Agency>>>,
}

impl Flow {
    async fn run(
        &self,
        listener: Listener,
        proof: Arc<Proof>,
        cancel: CancellationToken,
    ) -> Outcome {
        let mut visits = listener.serve(Arc::clone(&proof));
        let clock = self.app.host().clock();
        let visitor = tokio::select! {
            biased;
            () = cancel.cancelled() => return Outcome::Failed(sign_in::cancelled()),
            () = clock.sleep(PATIENCE) => return Outcome::Failed(sign_in::too_late()),
            visitor = visits.next() => visitor,
        };
        let Some(visitor) = visitor else {
            return Outcome::Failed(sign_in::cancelled());
        };
        let (outcome, page) = match self.take(visitor.returned, &proof).await {
            Ok(outcome) => outcome,
            Err(error) => {
                let page = sign_in::Page::failed(&error);
                (Outcome::Failed(error), page)
            }
        };
        // The browser may be gone already.
        let _shown = visitor.show.send(page);
        tokio::select! {
            () = visits.end() => {}
            () = clock.sleep(READING) => {}
        }
        outcome
    }

    async fn take(
        &self,
        returned: Returned,
        proof: &Proof,
    ) -> Result<(Outcome, sign_in::Page), AppError> {
        let code = match returned {
            Returned::Code(code) => code,
            Returned::Denied(why) if why.is_empty() || why == "access_denied" => {
                return Err(sign_in::cancelled());
            }
            Returned::Denied(why) => {
                let message = format!("HighLevel did not let the app in: {why}.");
                return Err(AppError::new(ErrorCode::NotAuthorised, message).hint(
                    "Look at the app's scopes and redirect URL in HighLevel's marketplace portal.",
                ));
            }
        };
        let asked = &*self.asked;
        let transport = transport::without_secret(&self.app, &asked.row)?;
        let tokens = SignIn::new(transport, asked.app.clone())
            .exchange(
                &code,
                Some(&asked.redirect_url),
                Some(proof.verifier()),
                asked.agency,
                self.app.now(),
            )
            .await
            .map_err(|e| error::sign_in(&e))?;
        match sign_in::agency_of(&tokens) {
            None => {
                let account = tokens.location_id.clone();
                let connection = keep(&self.app, asked, account, None, tokens).await?;
                Ok(connected(&connection))
            }
            Some(agency) => self.choose(agency, tokens).await,
        }
    }

    /// An agency's token opens no location by itself.
    async fn choose(
        &self,
        agency: Agency,
        tokens: Tokens,
    ) -> Result<(Outcome, sign_in::Page), AppError> {
        let asked = &*self.asked;
        if asked.again
            && let Some(location) = &asked.row.account
        {
            let connection = take_location(&self.app, asked, agency, location).await?;
            return Ok(connected(&connection));
        }
        let credentials = Arc::new(secrets::Given(tokens.access));
        let transport = transport::for_sign_in(&self.app, &asked.row, credentials)?;
        let locations = AgencyClient::new(transport, agency.company_id.clone())
            .locations(&asked.app)
            .await
            .map_err(|e| error::sign_in(&e))?;
        match locations.as_slice() {
            [] => Err(AppError::new(
                ErrorCode::NotAuthorised,
                "The app is installed in no location of this agency.",
            )
            .hint("Install it in a location first: on HighLevel's page, choose the location.")),
            [(only, _)] => {
                let connection = take_location(&self.app, asked, agency, only).await?;
                Ok(connected(&connection))
            }
            _ => {
                *self.agency.lock().unwrap_or_else(PoisonError::into_inner) = Some(agency);
                let choices = locations
                    .into_iter()
                    .map(|(id, name)| LocationChoice { id, name });
                Ok((Outcome::Choose(choices.collect()), sign_in::Page::choose()))
            }
        }
    }
}

fn connected(connection: &Connection) -> (Outcome, sign_in::Page) {
    (
        Outcome::Connected(connection.id.clone()),
        sign_in::Page::connected(&connection.name),
    )
}

async fn take_location(
    app: &App,
    asked: &Asked,
    agency: Agency,
    location: &str,
) -> Result<Connection, AppError> {
    let tokens = secrets::location_token(app, &asked.row, &agency, location)
        .await
        .map_err(|e| error::sign_in(&e))?;
    keep(app, asked, Some(location.to_owned()), Some(agency), tokens).await
}

/// Keeps what a sign-in gave: tokens in the vault first, then the connection.
async fn keep(
    app: &App,
    asked: &Asked,
    account: Option<String>,
    agency: Option<Agency>,
    tokens: Tokens,
) -> Result<Connection, AppError> {
    let mut row = asked.row.clone();
    if asked.again && row.account.is_some() && row.account != account {
        let message = format!(
            "That was another location than the one {} is connected to.",
            row.name
        );
        return Err(AppError::new(ErrorCode::BadRequest, message).hint(
            "Sign in again and choose the same location; connect the other one as a new connection. \
             Nothing was changed.",
        ));
    }
    row.account = account.or(row.account);
    if !asked.again
        && let Some(known) = same_account(
            app,
            Service::HighLevel,
            &row.base_url,
            row.account.as_deref(),
        )?
    {
        row = ConnectionRow {
            account: row.account,
            ..known
        };
    }
    let scopes = tokens.scopes.iter().cloned().collect();
    let mut pair = Pair::of_location(asked.app.clone(), tokens);
    if agency.is_some() {
        pair.refresh = None;
    }
    pair.agency = agency;
    let kept = Kept::Pair(Box::new(pair));
    {
        // A renewal under way must not write its older pair over this one.
        let _lock = secrets::TokenLock::take(app, &row.id).await?;
        app.unsaved().remove(&row.id);
        secrets::put(app, &row.id, kept.entry()).await?;
    }
    let own_name = super::sign_in_of(app, &row)?.own_name;
    let access = Arc::new(secrets::Given(kept.to_send().clone()));
    let name = row.name.clone();
    describe_location(app, &mut row, access).await?;
    if own_name {
        row.name = name;
    }
    save(app, &row)?;
    let mut about = SignInRow {
        client_id: Some(asked.app.client_id.clone()),
        scopes: Some(scopes),
        own_name,
        ..SignInRow::new(&row.id, SignInKind::OAuth, app.now())
    };
    about.missing = super::scopes::missing(app, &row, &about)?;
    app.store().sign_ins().put(&about).map_err(error::store)?;
    app.store()
        .settings()
        .set(&way_key(&row.id), &asked.way)
        .map_err(error::store)?;
    // What the token may do is looked at now, so that it is no surprise in the middle of a run.
    check::look(app, &row).await?;
    app.changed(&["connections.list", "syncs.list"]);
    shown(app, &row)
}

/// Where the page, the port and the kind of a sign-in are kept, for the next one.
pub(super) fn way_key(connection: &str) -> String {
    format!("connection.{connection}.sign_in")
}

fn not_known(id: &str) -> AppError {
    error::not_found("sign-in", id)
}

pub(in crate::commands) async fn sign_in_wait(
    app: &App,
    request: SignInId,
) -> Result<SignInOutcome, AppError> {
    let mut outcome = app
        .sign_ins()
        .all()
        .get(&request.sign_in)
        .map(|pending| pending.outcome.clone())
        .ok_or_else(|| not_known(&request.sign_in))?;
    let outcome = outcome
        .wait_for(Option::is_some)
        .await
        .map_err(error::internal)?
        .clone();
    match outcome {
        Some(Outcome::Choose(locations)) => Ok(SignInOutcome {
            connection: None,
            locations,
        }),
        Some(Outcome::Connected(id)) => {
            app.sign_ins().all().remove(&request.sign_in);
            Ok(SignInOutcome {
                connection: Some(shown(app, &super::find(app, &id)?)?),
                locations: Vec::new(),
            })
        }
        Some(Outcome::Failed(error)) => {
            app.sign_ins().all().remove(&request.sign_in);
            Err(error)
        }
        None => Err(error::internal("a sign-in ended without an outcome")),
    }
}

pub(in crate::commands) async fn sign_in_choose(
    app: &App,
    request: ChooseLocation,
) -> Result<Connection, AppError> {
    let (asked, agency) = {
        let all = app.sign_ins().all();
        let pending = all
            .get(&request.sign_in)
            .ok_or_else(|| not_known(&request.sign_in))?;
        let agency = pending
            .agency
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        (Arc::clone(&pending.asked), agency)
    };
    let agency = agency.ok_or_else(|| not_known(&request.sign_in))?;
    let connection = take_location(app, &asked, agency, &request.location).await?;
    app.sign_ins().all().remove(&request.sign_in);
    Ok(connection)
}

pub(in crate::commands) async fn sign_in_cancel(
    app: &App,
    request: SignInId,
) -> Result<Nothing, AppError> {
    // One that ended meanwhile is no error: that is what was wanted.
    if let Some(pending) = app.sign_ins().all().remove(&request.sign_in) {
        pending.cancel.cancel();
    }
    Ok(Nothing {})
}
