//! What stands in a new world beside the people. It is added to worlds that were kept by a version
//! that did not have it, too.

use super::World;
use super::scenery::SCOPES;

impl World {
    /// Adds what is missing. Doing it again changes nothing.
    pub(crate) fn furnish(&mut self) {
        if self.highlevel.shelves.is_empty() {
            let scopes = SCOPES.iter().map(|scope| (*scope).to_owned());
            self.highlevel.scopes.extend(scopes);
        }
    }
}
