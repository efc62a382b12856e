//! Every command, written once against a small Host trait.
