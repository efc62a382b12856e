//! Both services on loopback: stateful, with their real limits, quirks and faults.
