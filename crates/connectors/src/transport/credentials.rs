//! The secret that requests carry, and the way to a newer one.

use std::fmt;
use std::sync::Arc;

use futures::future::BoxFuture;
use secrecy::SecretString;

use super::error::CallError;

/// Where a transport gets the key or token it sends.
pub trait Credentials: Send + Sync {
    /// The secret to send now; renewed first where it is known to have expired.
    ///
    /// # Errors
    /// [`CallError::NoSecret`]; nothing was sent then.
    fn current(&self) -> BoxFuture<'_, Result<SecretString, CallError>>;

    /// A secret in place of one that the service did not accept; `None` when there is no other.
    ///
    /// # Errors
    /// [`CallError::NoSecret`] when there should be one and it cannot be had.
    fn renewed(
        &self,
        refused: SecretString,
    ) -> BoxFuture<'_, Result<Option<SecretString>, CallError>>;
}

/// What a transport says who it is with.
#[derive(Clone)]
pub(crate) enum Bearer {
    /// A key that stays as it is.
    Fixed(SecretString),
    /// A key that may be another one tomorrow.
    Kept(Arc<dyn Credentials>),
    /// Nothing: the call itself carries what proves it.
    Nobody,
}

impl Bearer {
    pub(crate) async fn current(&self) -> Result<Option<SecretString>, CallError> {
        match self {
            Self::Fixed(secret) => Ok(Some(secret.clone())),
            Self::Kept(credentials) => credentials.current().await.map(Some),
            Self::Nobody => Ok(None),
        }
    }

    pub(crate) async fn renewed(
        &self,
        refused: Option<SecretString>,
    ) -> Result<Option<SecretString>, CallError> {
        match (self, refused) {
            (Self::Kept(credentials), Some(refused)) => credentials.renewed(refused).await,
            _ => Ok(None),
        }
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fixed(_) => "Fixed",
            Self::Kept(_) => "Kept",
            Self::Nobody => "Nobody",
        })
    }
}
