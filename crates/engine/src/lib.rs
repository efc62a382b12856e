//! Match, merge, plan. Pure: no clock, network, disk or async.
