//! Three-way merge of one field.

use foxbridge_model::{Region, Value};

use crate::{ConflictPolicy, MappingRow, RowBase, Take};

/// What the three channels of a row show now, in canonical form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowInput {
    /// HighLevel's value.
    pub highlevel: Option<Value>,
    /// The lead's profile.
    pub profile: Option<Value>,
    /// The card's line; `None` also when there is no card.
    pub card: Option<Value>,
}

/// What is to be done about one field of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing: the sides agree, or differ in a way that the direction lets stand.
    Rest,
    /// HighLevel gets the value; `loser` is what it replaces against somebody's edit.
    ToHighlevel {
        /// The new value, canonical.
        value: Value,
        /// HighLevel's own edit that lost.
        loser: Option<Value>,
    },
    /// The card gets HighLevel's value (or loses the line); `loser` is Aimfox's edit that lost.
    ToAimfox {
        /// Aimfox's value that lost, canonical.
        loser: Option<Value>,
    },
    /// Both changed, and more than the two values is needed to settle it.
    Ask {
        /// Aimfox's value.
        aimfox: Value,
        /// HighLevel's value.
        highlevel: Option<Value>,
    },
}

/// Decides about one field of one linked pair. `base` is `None` when the pair is matched for the
/// first time, or the row is new.
///
/// * A blank in Aimfox is never an instruction to clear: a profile hides things, and a line missing
///   from a card is no opinion. A blank in HighLevel that used to be a value is a real clearing.
/// * Both changed to the same value is agreement, not a conflict.
pub fn decide(row: &MappingRow, base: Option<&RowBase>, now: &RowInput) -> Decision {
    let may_write_highlevel = row.direction.to_highlevel() && !row.create_only;
    let highlevel = now.highlevel.as_ref();
    let (aimfox, highlevel_changed) = match base {
        None => (
            now.card.as_ref().or(now.profile.as_ref()),
            highlevel.is_some(),
        ),
        Some(base) => {
            let card = now
                .card
                .as_ref()
                .filter(|card| Some(*card) != base.card.as_ref());
            let profile = now
                .profile
                .as_ref()
                .filter(|profile| Some(*profile) != base.profile.as_ref());
            // Somebody typed on the card on purpose; a profile may change by itself.
            (card.or(profile), highlevel != base.highlevel.as_ref())
        }
    };
    match (aimfox, highlevel_changed) {
        (None, false) => Decision::Rest,
        (Some(aimfox), _) if Some(aimfox) == highlevel => Decision::Rest,
        (None, true) if row.direction.to_aimfox() => Decision::ToAimfox { loser: None },
        (None, true) => Decision::Rest,
        (Some(aimfox), false) if may_write_highlevel => Decision::ToHighlevel {
            value: aimfox.clone(),
            loser: None,
        },
        // What was typed cannot go to HighLevel; the card, if there is one, is put right again.
        (Some(aimfox), false) if row.direction.to_aimfox() && now.card.is_some() => {
            Decision::ToAimfox {
                loser: Some(aimfox.clone()),
            }
        }
        (Some(_), false) => Decision::Rest,
        (Some(aimfox), true) => match row.on_conflict {
            ConflictPolicy::HighlevelWins if row.direction.to_aimfox() => Decision::ToAimfox {
                loser: Some(aimfox.clone()),
            },
            ConflictPolicy::AimfoxWins if may_write_highlevel => Decision::ToHighlevel {
                value: aimfox.clone(),
                loser: highlevel.cloned(),
            },
            ConflictPolicy::Ask | ConflictPolicy::NewestSeen => Decision::Ask {
                aimfox: aimfox.clone(),
                highlevel: highlevel.cloned(),
            },
            // The winner's value cannot be carried across; the card, if there is one, is put right.
            ConflictPolicy::HighlevelWins | ConflictPolicy::AimfoxWins
                if row.direction.to_aimfox() && now.card.is_some() =>
            {
                Decision::ToAimfox {
                    loser: Some(aimfox.clone()),
                }
            }
            // Both keep their own.
            ConflictPolicy::HighlevelWins | ConflictPolicy::AimfoxWins => Decision::Rest,
        },
    }
}

/// Settles a conflict with what the user chose. A value that cannot be carried across a row's
/// direction stays where it is.
pub(crate) fn settle(
    row: &MappingRow,
    base: Option<&RowBase>,
    now: &RowInput,
    take: &Take,
    aimfox: &Value,
    region: Region,
) -> Decision {
    let with = |on_conflict| {
        let row = MappingRow {
            on_conflict,
            ..row.clone()
        };
        decide(&row, base, now)
    };
    let typed = match take {
        Take::Highlevel => return with(ConflictPolicy::HighlevelWins),
        Take::Aimfox => return with(ConflictPolicy::AimfoxWins),
        Take::Value(value) => row.kind.canonical(value, region),
    };
    match typed {
        typed if typed == now.highlevel => with(ConflictPolicy::HighlevelWins),
        Some(typed) if typed == *aimfox => with(ConflictPolicy::AimfoxWins),
        Some(value) if row.direction.to_highlevel() && !row.create_only => Decision::ToHighlevel {
            value,
            loser: now.highlevel.clone(),
        },
        _ => with(ConflictPolicy::HighlevelWins),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Direction, standard_mapping};

    fn row(direction: Direction, on_conflict: ConflictPolicy) -> MappingRow {
        let mut row = standard_mapping().remove(2);
        row.direction = direction;
        row.on_conflict = on_conflict;
        row
    }

    fn v(s: &str) -> Option<Value> {
        Value::text(s)
    }

    fn input(highlevel: &str, profile: &str, card: &str) -> RowInput {
        RowInput {
            highlevel: v(highlevel),
            profile: v(profile),
            card: v(card),
        }
    }

    fn base(highlevel: &str, profile: &str, card: &str) -> RowBase {
        RowBase {
            highlevel: v(highlevel),
            profile: v(profile),
            card: v(card),
            held: false,
        }
    }

    #[track_caller]
    fn check(row: &MappingRow, base: Option<RowBase>, now: &RowInput, expect: &Decision) {
        assert_eq!(
            &decide(row, base.as_ref(), now),
            expect,
            "base {base:?}, now {now:?}"
        );
    }

    fn to_highlevel(value: &str, loser: &str) -> Decision {
        Decision::ToHighlevel {
            value: Value::from(value),
            loser: v(loser),
        }
    }

    fn to_aimfox(loser: &str) -> Decision {
        Decision::ToAimfox { loser: v(loser) }
    }

    #[test]
    fn first_match() {
        let both = row(Direction::Both, ConflictPolicy::HighlevelWins);
        check(&both, None, &input("", "", ""), &Decision::Rest);
        check(&both, None, &input("h", "", ""), &to_aimfox(""));
        check(&both, None, &input("", "a", ""), &to_highlevel("a", ""));
        check(&both, None, &input("a", "a", ""), &Decision::Rest);
        check(&both, None, &input("h", "a", ""), &to_aimfox("a"));
        // The card is what was agreed on; the profile under it is older news.
        check(&both, None, &input("h", "a", "h"), &Decision::Rest);
        let aimfox_wins = row(Direction::Both, ConflictPolicy::AimfoxWins);
        check(
            &aimfox_wins,
            None,
            &input("h", "a", ""),
            &to_highlevel("a", "h"),
        );
    }

    #[test]
    fn one_side_changed() {
        let both = row(Direction::Both, ConflictPolicy::HighlevelWins);
        let agreed = || Some(base("x", "x", ""));
        check(&both, agreed(), &input("x", "x", ""), &Decision::Rest);
        check(&both, agreed(), &input("h", "x", ""), &to_aimfox(""));
        check(
            &both,
            agreed(),
            &input("x", "p", ""),
            &to_highlevel("p", ""),
        );
        check(
            &both,
            agreed(),
            &input("x", "x", "c"),
            &to_highlevel("c", ""),
        );
        check(&both, agreed(), &input("", "x", ""), &to_aimfox(""));
        // A blank in Aimfox is no instruction.
        check(&both, agreed(), &input("x", "", ""), &Decision::Rest);
        check(
            &both,
            Some(base("x", "p", "x")),
            &input("x", "p", ""),
            &Decision::Rest,
        );
    }

    #[test]
    fn both_changed() {
        let agreed = || Some(base("x", "x", "x"));
        let both = row(Direction::Both, ConflictPolicy::HighlevelWins);
        check(&both, agreed(), &input("n", "x", "n"), &Decision::Rest);
        check(&both, agreed(), &input("h", "x", "c"), &to_aimfox("c"));
        check(&both, agreed(), &input("", "x", "c"), &to_aimfox("c"));
        let aimfox_wins = row(Direction::Both, ConflictPolicy::AimfoxWins);
        check(
            &aimfox_wins,
            agreed(),
            &input("h", "x", "c"),
            &to_highlevel("c", "h"),
        );
        let ask = row(Direction::Both, ConflictPolicy::Ask);
        check(
            &ask,
            agreed(),
            &input("h", "x", "c"),
            &Decision::Ask {
                aimfox: Value::from("c"),
                highlevel: v("h"),
            },
        );
    }

    #[test]
    fn a_direction_is_never_overstepped() {
        for policy in [ConflictPolicy::HighlevelWins, ConflictPolicy::AimfoxWins] {
            for base in [None, Some(base("x", "x", "x"))] {
                for now in [
                    input("h", "p", "c"),
                    input("", "p", ""),
                    input("h", "", "x"),
                ] {
                    let up = decide(&row(Direction::ToHighlevel, policy), base.as_ref(), &now);
                    assert!(
                        !matches!(up, Decision::ToAimfox { .. }),
                        "to HighLevel only, yet {up:?} for {base:?} {now:?}"
                    );
                    let down = decide(&row(Direction::ToAimfox, policy), base.as_ref(), &now);
                    assert!(
                        !matches!(down, Decision::ToHighlevel { .. }),
                        "to Aimfox only, yet {down:?} for {base:?} {now:?}"
                    );
                    let off = decide(&row(Direction::Off, policy), base.as_ref(), &now);
                    assert_eq!(off, Decision::Rest, "the row is off ({base:?} {now:?})");
                }
            }
        }
    }
}
