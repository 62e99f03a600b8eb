//! Ids of parties and sources that stand in a file a million times and are kept once.

use std::cell::RefCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::read::{party_id, source_id};
use crate::model::{PartyId, SourceId};

/// More different ids than this are not looked for again: a file of nothing but new ones gains nothing from it.
const MOST: usize = 4096;

/// The ids met so far, by how they stand in the file.
#[derive(Default)]
pub(super) struct Ids<'a> {
    parties: RefCell<HashMap<&'a str, PartyId, RandomState>>,
    sources: RefCell<HashMap<&'a str, SourceId, RandomState>>,
}

impl<'a> Ids<'a> {
    /// The party of a raw value, the same in memory each time.
    pub(super) fn party(&self, raw: &'a str) -> Result<PartyId, String> {
        once(&self.parties, raw, party_id)
    }

    /// The source of a raw value, the same in memory each time.
    pub(super) fn source(&self, raw: &'a str) -> Result<SourceId, String> {
        once(&self.sources, raw, source_id)
    }
}

fn once<'a, T: Clone>(
    known: &RefCell<HashMap<&'a str, T, RandomState>>,
    raw: &'a str,
    read: fn(&str) -> Result<T, String>,
) -> Result<T, String> {
    let mut known = known.borrow_mut();
    if let Some(id) = known.get(raw) {
        return Ok(id.clone());
    }
    let id = read(raw)?;
    if known.len() < MOST {
        known.insert(raw, id.clone());
    }
    Ok(id)
}
