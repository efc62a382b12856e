//! SQLite: mirror, links, base, journal, audit, settings. One file per table.
