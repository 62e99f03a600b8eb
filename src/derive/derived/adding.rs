//! What one incident adds to the sums: its keys, and the dead of its parties.

use std::collections::HashMap;

use crate::derive::bits::Bits;
use crate::derive::columns::{Columns, mark};
use crate::derive::tally::Fig;
use crate::derive::window::Adds;
use crate::derive::{Figure, Key};
use crate::model::{Category, PartyId, Span, Status};

/// What sums hold of an incident: its time as it was, and what it added. Nothing if it was in no sum.
pub(super) type Held = Option<(Span, Vec<(usize, Fig, bool)>)>;

/// What each incident adds to the sums: under an even number its key's; under an odd one what the dead of a party differ
/// from the sum of the party's keys, where several statuses speak of the same people.
pub(super) struct Adding<'a> {
    pub(super) columns: &'a Columns,
    pub(super) figs: &'a [Fig],
    pub(super) tied: &'a Bits,
    pub(super) base: &'a Bits,
}

impl Adds for Adding<'_> {
    fn adds(&self, slot: usize, into: &mut impl FnMut(usize, Fig, bool)) {
        if self.base.has(slot) && !self.tied.has(slot) {
            adds(self.columns, self.figs, slot, into);
        }
    }

    fn width(&self) -> usize {
        2 * self.columns.keys.values().len().max(self.columns.parties.values().len())
    }
}

pub(super) fn adds(columns: &Columns, figs: &[Fig], slot: usize, into: &mut impl FnMut(usize, Fig, bool)) {
    groups(columns, figs, slot, |key, fig| into(2 * key as usize, fig, true));
    // Where several statuses speak of the same people, what they come to takes the place of their sum.
    if columns.mark(slot) & mark::STATUSES > 0 {
        groups(columns, figs, slot, |key, fig| {
            if let Some(info) = columns.key_infos.get(key as usize).filter(|k| k.category == Category::Killed) {
                into(2 * info.party as usize + 1, fig, false);
            }
        });
        people(columns, figs, slot, Category::Killed, |party, fig| into(2 * party as usize + 1, fig, true));
    }
}

/// Calls `into` with each key of an incident about which a claim counts, and its figure.
pub(super) fn groups(columns: &Columns, figs: &[Fig], slot: usize, mut into: impl FnMut(u32, Fig)) {
    let range = columns.claims_of(slot);
    let (Some(claims), Some(figs)) = (columns.claims.get(range.clone()), figs.get(range)) else { return };
    let mut last = u32::MAX;
    for (claim, fig) in claims.iter().zip(figs) {
        let key = claim.key();
        if key != last && fig.claims > 0 {
            into(key, *fig);
        }
        last = key;
    }
}

/// Calls `into` with the people of one category of each party in an incident, the statuses put together as
/// [`crate::derive::by_party`] does.
pub(in crate::derive) fn people(
    columns: &Columns,
    figs: &[Fig],
    slot: usize,
    category: Category,
    mut into: impl FnMut(u32, Fig),
) {
    /// The statuses of one party seen so far.
    struct Party {
        number: u32,
        one: Fig,
        more: Vec<(Key, Figure)>,
    }
    let mut now: Option<Party> = None;
    let key_of = |status| Key { party: PartyId::new("x"), status, category };
    let mut finish = |party: Option<Party>| {
        let Some(party) = party else { return };
        if party.more.is_empty() {
            into(party.number, party.one);
        } else {
            for (_, figure) in crate::derive::by_party(&party.more, category) {
                into(party.number, Fig::of(&figure));
            }
        }
    };
    let mut first: Option<Status> = None;
    groups(columns, figs, slot, |key, fig| {
        let Some(info) = columns.key_infos.get(key as usize).filter(|k| k.category == category) else { return };
        match &mut now {
            Some(party) if party.number == info.party => {
                if party.more.is_empty() {
                    party.more.push((key_of(first.unwrap_or(Status::Unspecified)), party.one.figure()));
                }
                party.more.push((key_of(info.status), fig.figure()));
            }
            _ => {
                finish(now.take());
                first = Some(info.status);
                now = Some(Party { number: info.party, one: fig, more: Vec::new() });
            }
        }
    });
    finish(now);
}

/// What incidents added when the running sums were made: of edited ones what they held then.
pub(super) struct AsSummed<'a> {
    pub(super) adding: Adding<'a>,
    pub(super) edited: &'a HashMap<usize, Held>,
}

impl Adds for AsSummed<'_> {
    fn adds(&self, slot: usize, into: &mut impl FnMut(usize, Fig, bool)) {
        match self.edited.get(&slot) {
            None => self.adding.adds(slot, into),
            Some(held) => {
                held.iter().flat_map(|(_, held)| held).for_each(|(t, fig, plus)| into(*t, *fig, *plus));
            }
        }
    }

    fn width(&self) -> usize {
        self.adding.width()
    }
}
