//! Identities and their normal forms. (being written)
