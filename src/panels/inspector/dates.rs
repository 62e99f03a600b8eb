//! The time of an incident in its two fields: shown, read, refused with what may be meant.

use crate::edit::typed::{self, Refused};
use crate::model::{Bound, Incident, Moment, When, WhenError, ZONE_HERE_MINUTES};
use crate::view::{Field, Offer, Refusal};

/// The zone that a time without one gets: that of the incident, else the region's.
pub fn zone_of(incident: &Incident) -> Option<i16> {
    let mut moments = incident.when.into_iter().flat_map(|w| w.moments());
    moments.find_map(|m| m.offset()).or(Some(ZONE_HERE_MINUTES))
}

/// Whether all clock times of the incident are stated in one zone.
pub(super) fn has_one_zone(incident: &Incident) -> bool {
    let mut zones = incident.when.into_iter().flat_map(|w| w.moments()).filter(Moment::has_clock).map(|m| m.offset());
    let first = zones.next();
    zones.all(|z| Some(z) == first)
}

pub(super) fn is_set(incident: &Incident) -> bool {
    incident.when.is_some_and(|w| w.set_kind().is_some())
}

/// What is wrong with a date, with a button for each reading.
pub fn refusal(refused: Refused) -> Refusal {
    let verb = if matches!(refused.error, WhenError::Reversed(_)) { "Swap:" } else { "Use" };
    let message = refused.message();
    // A time reads better as it stands in the field.
    let offer = |text: String| Offer { label: format!("{verb} {}", text.replace('T', " ").replace('/', " / ")), text };
    Refusal { message, offers: refused.offers.into_iter().map(offer).collect() }
}

/// What a text makes of the incident's time: one of its two ends, or all of it where the text is an interval or a set.
///
/// # Errors
/// What is wrong with the text, and the readings that it may have.
pub fn when(incident: &Incident, field: &Field, text: &str, today: Option<Moment>) -> Result<Option<When>, Refusal> {
    let bound = match text {
        "" => None,
        ".." | "open" => Some(Bound::Open),
        _ => {
            let read = typed::read_when(text, zone_of(incident), today).map_err(refusal)?;
            match (read.start(), read.end()) {
                (start, None) => Some(start),
                _ => return Ok(Some(read)),
            }
        }
    };
    let old = incident.when.filter(|_| !is_set(incident));
    let (old_start, old_end) = (old.map(|w| w.start()), old.and_then(|w| w.end()));
    let (start, end) = if *field == Field::Start { (bound, old_end) } else { (old_start, bound) };
    if let (Field::End, Some(set), Some(end)) = (field, incident.when.filter(|_| is_set(incident)), bound) {
        // The dates of the set would be lost without a word.
        let text = format!("{}/{end}", set.start());
        let offers = vec![Offer { label: format!("Use {}", text.replace('T', " ").replace('/', " / ")), text }];
        let message =
            "several dates are recorded as the start, and they have no common end; an interval would replace them";
        return Err(Refusal { message: message.into(), offers });
    }
    match (start, end) {
        (None, Some(end)) => typed::between(Bound::Unknown, Some(end)).map(Some).map_err(refusal),
        (None | Some(Bound::Unknown), None) if is_set(incident) && *field == Field::End => Ok(incident.when),
        (None | Some(Bound::Unknown), None) => Ok(None),
        (Some(start), end) => typed::between(start, end).map(Some).map_err(refusal),
    }
}
