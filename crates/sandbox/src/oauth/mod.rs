//! HighLevel's authorization server, as `facts/highlevel.md` §5.1 describes it: a page to choose a
//! location on, a code, and pairs of tokens whose refresh token works once.
//!
//! Where the service's behaviour is unknown the stricter reading is played: a refresh token has no
//! grace, and one that is used twice is refused. Nothing of it is kept across restarts.

mod endpoints;
mod page;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Answer;
use crate::dice::mix;
use crate::world::{World, uuid_of};

pub(crate) use endpoints::answer;
pub(crate) use page::visit;

/// An access token lasts a day, less a second (`expires_in` is 86399).
const ACCESS_MS: i64 = 86_399_000;
/// A refresh token lasts a year when it is not used.
const REFRESH_MS: i64 = 365 * 24 * 60 * 60 * 1000;
/// How long a code waits to be exchanged. Not documented; RFC 6749 recommends ten minutes at most.
const CODE_MS: i64 = 10 * 60 * 1000;

/// Calls that need no key: the app's own secret is in the body.
pub(crate) const OPEN: [&str; 2] = ["highlevel.oauth.token", "highlevel.oauth.reconnect"];

/// The marketplace app that a seed's sandbox knows: what a developer would copy from the portal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OAuthCredentials {
    /// Stands for `https://marketplace.gohighlevel.com/v2/oauth/chooselocation`.
    pub authorize_url: String,
    pub client_id: String,
    pub client_secret: String,
    /// The agency that the location belongs to.
    pub company_id: String,
}

impl std::fmt::Debug for OAuthCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OAuthCredentials")
            .field("authorize_url", &self.authorize_url)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Id and secret of a seed's app. They are never stored.
pub(crate) fn app(seed: u64) -> (String, String) {
    let hex = format!("{:016x}{:08x}", mix(seed, 0x0A41), mix(seed, 0x0A42) >> 32);
    let suffix = format!("{:08x}", mix(seed, 0x0A43) >> 32);
    let secret = uuid_of(mix(seed, 0x0A44), mix(seed, 0x0A45));
    (format!("{hex}-{suffix}"), secret)
}

/// Whom a token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Location,
    Company,
}

impl Class {
    fn as_str(self) -> &'static str {
        match self {
            Self::Location => "Location",
            Self::Company => "Company",
        }
    }
}

/// What somebody agreed to on the page; every token of it ends when it is revoked.
#[derive(Debug, Clone)]
struct Grant {
    class: Class,
    scopes: BTreeSet<String>,
    revoked: bool,
}

#[derive(Debug, Clone)]
struct Code {
    grant: usize,
    redirect_uri: Option<String>,
    challenge: Option<String>,
    expires: i64,
}

#[derive(Debug, Clone)]
struct Access {
    grant: usize,
    class: Class,
    expires: i64,
}

#[derive(Debug, Clone)]
struct Refresh {
    grant: usize,
    class: Class,
    expires: i64,
    used: bool,
}

/// Everything the authorization server knows.
#[derive(Debug, Default)]
pub(crate) struct Book {
    minted: u64,
    grants: Vec<Grant>,
    codes: BTreeMap<String, Code>,
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Refresh>,
    /// Unknown members of a token request are refused, PKCE's too.
    strict: bool,
    /// The next refresh is carried out, and its answer is lost.
    pub(crate) lose_next: bool,
    /// The location's subscription was paused: refreshing answers 400.
    inactive: bool,
    pub(crate) refreshes: u64,
}

impl Book {
    /// What a token may do now; `None` when it is none of ours, expired or revoked.
    pub(crate) fn pass(&self, token: &str, now: i64) -> Option<(Class, &BTreeSet<String>)> {
        let access = self.access.get(token)?;
        let grant = &self.grants[access.grant];
        (!grant.revoked && access.expires > now).then_some((access.class, &grant.scopes))
    }

    /// What a test does behind the service's back, by `POST /_sandbox/oauth`.
    pub(crate) fn hook(&mut self, asked: &Value) -> Answer {
        let Some(what) = asked.get("do").and_then(Value::as_str) else {
            return Answer::new(400, json!({"message": "do is missing"}));
        };
        match what {
            "expire" => self.access.values_mut().for_each(|token| token.expires = 0),
            "revoke" => self
                .grants
                .iter_mut()
                .for_each(|grant| grant.revoked = true),
            // The pair is gone, and what was agreed to still holds: the reconnect call helps.
            "lose" => {
                self.access.clear();
                self.refresh.clear();
            }
            "lose-next" => self.lose_next = true,
            "strict" => self.strict = true,
            "inactive" => self.inactive = true,
            "active" => self.inactive = false,
            "scopes" => {
                let kept: BTreeSet<String> = asked["scopes"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|scope| scope.as_str().map(str::to_owned))
                    .collect();
                for grant in &mut self.grants {
                    grant.scopes.clone_from(&kept);
                }
            }
            "look" => {}
            other => {
                let message = format!("the authorization server cannot {other}");
                return Answer::new(400, json!({"message": message}));
            }
        }
        let live = self.refresh.values().filter(|token| !token.used).count();
        Answer::ok(json!({
            "grants": self.grants.len(),
            "refreshes": self.refreshes,
            "live_refresh_tokens": live,
        }))
    }

    fn mint(&mut self, seed: u64, kind: &str) -> String {
        self.minted += 1;
        let at = mix(seed, 0x0A50 + self.minted);
        let (a, b) = (uuid_of(at, mix(at, 1)), uuid_of(mix(at, 2), mix(at, 3)));
        let text = format!("{kind}{a}{b}").replace('-', "");
        match kind {
            // Access tokens look like signed ones, which are long.
            "access" => format!("eyJhbGciOiJSUzI1NiJ9.{}.{text}", text.repeat(8)),
            _ => text,
        }
    }

    fn grant(&mut self, class: Class, scopes: BTreeSet<String>) -> usize {
        self.grants.push(Grant {
            class,
            scopes,
            revoked: false,
        });
        self.grants.len() - 1
    }

    fn code(&mut self, seed: u64, code: Code) -> String {
        let text = self.mint(seed, "code");
        self.codes.insert(text.clone(), code);
        text
    }

    fn access_token(&mut self, seed: u64, grant: usize, class: Class, now: i64) -> String {
        let token = self.mint(seed, "access");
        let expires = now + ACCESS_MS;
        let access = Access {
            grant,
            class,
            expires,
        };
        self.access.insert(token.clone(), access);
        token
    }

    /// A fresh pair, as the token endpoint answers it.
    fn pair(&mut self, world: &World, grant: usize, class: Class, now: i64) -> Value {
        let seed = world.seed();
        let access = self.access_token(seed, grant, class, now);
        let refresh = self.mint(seed, "refresh");
        self.refresh.insert(
            refresh.clone(),
            Refresh {
                grant,
                class,
                expires: now + REFRESH_MS,
                used: false,
            },
        );
        let mut body = self.described(world, grant, class, &access);
        body["refresh_token"] = json!(refresh);
        body
    }

    fn described(&self, world: &World, grant: usize, class: Class, access: &str) -> Value {
        let scopes: Vec<&str> = self.grants[grant]
            .scopes
            .iter()
            .map(String::as_str)
            .collect();
        let mut body = json!({
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": ACCESS_MS / 1000,
            "scope": scopes.join(" "),
            "userType": class.as_str(),
            "companyId": world.highlevel.company_id,
            "userId": world.highlevel.users.first().map_or("", |(id, _)| id.as_str()),
        });
        if class == Class::Location {
            body["locationId"] = json!(world.highlevel.location_id);
        }
        body
    }
}
