//! Secrets: the OS keyring, and an encrypted file where there is none.
