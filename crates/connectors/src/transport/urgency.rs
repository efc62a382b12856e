//! What a call is for, and so who goes first.

/// What a call is for. Of those that wait for a connection's budget the first kind goes first, and of
/// one kind whoever came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Somebody sits there and waits for it.
    ByHand,
    /// It changes something: what is planned is to be done while it still holds.
    Write,
    /// It reads what a sync needs now.
    Read,
    /// It reads, in turn, what nothing says has changed.
    Sweep,
}

impl Urgency {
    /// How much of what an even pace would have left of the day this kind leaves to the others, in
    /// percent. Somebody who waits may use the last call; a sweep lives on what is saved.
    pub(super) fn leaves_percent(self) -> i64 {
        match self {
            Self::ByHand => 0,
            Self::Write => 25,
            Self::Read => 50,
            Self::Sweep => 90,
        }
    }
}
