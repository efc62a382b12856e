//! What a sandbox is started with.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What to start. The default is a small world at the services' real limits.
#[derive(Debug, Clone)]
pub struct Config {
    /// Everything random follows from it: one seed, one world.
    pub seed: u64,
    /// Contacts in the HighLevel location.
    pub contacts: usize,
    /// Leads in the Aimfox workspace.
    pub leads: usize,
    /// People who are in both, and can be told to be the same beyond doubt.
    pub overlap: usize,
    /// Whether some people have tasks, notes and appointments.
    pub items: bool,
    /// Port of HighLevel; 0 takes any free one.
    pub highlevel_port: u16,
    /// Port of Aimfox; 0 takes any free one.
    pub aimfox_port: u16,
    /// What goes wrong.
    pub faults: FaultProfile,
    /// HighLevel requests per 10 seconds (100 in reality: `facts/highlevel.md` §6).
    pub highlevel_per_10s: u32,
    /// HighLevel requests per day (200,000 in reality).
    pub highlevel_per_day: u32,
    /// Aimfox requests per minute (60 in reality: `facts/aimfox.md` §1).
    pub aimfox_per_minute: u32,
    /// Where the world is kept across restarts. An existing file wins over the counts above.
    pub state_file: Option<PathBuf>,
    /// How far HighLevel's search lags behind its writes.
    pub index_lag: Duration,
    /// How long a day of an Aimfox campaign takes: what becomes of people who were added to one.
    pub campaign_day: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 1,
            contacts: 120,
            leads: 90,
            overlap: 40,
            items: false,
            highlevel_port: 0,
            aimfox_port: 0,
            faults: FaultProfile::None,
            highlevel_per_10s: 100,
            highlevel_per_day: 200_000,
            aimfox_per_minute: 60,
            state_file: None,
            index_lag: Duration::from_secs(2),
            campaign_day: Duration::from_secs(86_400),
        }
    }
}

/// How badly the services behave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FaultProfile {
    /// Everything answers.
    #[default]
    None,
    /// Slow answers, some 429 and 5xx; nothing was applied when an error comes back.
    Flaky,
    /// Also 5xx after the write was applied, cut answers, reset and hung connections.
    Hostile,
}

impl fmt::Display for FaultProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Flaky => "flaky",
            Self::Hostile => "hostile",
        })
    }
}

impl FromStr for FaultProfile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self::None),
            "flaky" => Ok(Self::Flaky),
            "hostile" => Ok(Self::Hostile),
            other => Err(UnknownProfile(other.to_owned())),
        }
    }
}

/// A fault profile that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownProfile(String);

impl fmt::Display for UnknownProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "there is no fault profile \"{}\"; use none, flaky or hostile",
            self.0
        )
    }
}

impl std::error::Error for UnknownProfile {}
