//! What a format cannot hold of what is given out, in sentences, known before anything is written.

use super::{Export, Format};
use crate::model::{Incident, Resolution, Shape};

/// How a format holds claims.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claims {
    Whole,
    Words,
}

/// What a format can hold.
// Independent abilities; none excludes another.
#[expect(clippy::struct_excessive_bools)]
struct Holds {
    lines: bool,
    areas: bool,
    /// Incidents without a place.
    nowhere: bool,
    /// Dates as they are written, with their precision.
    dates: bool,
    claims: Claims,
    /// Members this program does not know.
    unknown: bool,
    /// Title, parties, sources as records, pins, filters and the like.
    around: bool,
    /// Features that are no incidents: drawings and foreign ones.
    others: bool,
}

const EVERYTHING: Holds = Holds {
    lines: true,
    areas: true,
    nowhere: true,
    dates: true,
    claims: Claims::Whole,
    unknown: true,
    around: true,
    others: true,
};

fn holds(format: Format) -> Holds {
    match format {
        Format::Csv | Format::GeoPackage | Format::Xlsx => EVERYTHING,
        Format::GeoJson => Holds { around: false, ..EVERYTHING },
        Format::Kml | Format::Kmz => {
            Holds { claims: Claims::Words, unknown: false, around: false, others: false, ..EVERYTHING }
        }
        Format::Kepler | Format::TimeMap | Format::StoryMap => Holds {
            lines: false,
            areas: false,
            nowhere: format == Format::Kepler,
            claims: Claims::Words,
            unknown: false,
            around: false,
            others: false,
            ..EVERYTHING
        },
        Format::FlatGeobuf => Holds { claims: Claims::Words, around: false, others: false, ..EVERYTHING },
        Format::GeoParquet => Holds { around: false, others: false, ..EVERYTHING },
        Format::Shapefile => Holds { nowhere: false, unknown: false, around: false, others: false, ..EVERYTHING },
        Format::Gpx => Holds {
            areas: false,
            nowhere: false,
            dates: false,
            claims: Claims::Words,
            unknown: false,
            around: false,
            others: false,
            ..EVERYTHING
        },
    }
}

fn plural(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// That positions are rounded, and what is not.
pub fn rounded(export: &Export) -> Option<String> {
    let km = export.options.round_km?;
    Some(format!(
        "positions rounded to {km} km, lines and areas of incidents left out; names of places and drawings are not rounded"
    ))
}

/// What of the export the format cannot hold, and what is left out of it, one sentence each. Empty: nothing is lost.
pub fn lost(export: &Export, format: Format) -> Vec<String> {
    let holds = holds(format);
    let name = format.label();
    let count = |is: &dyn Fn(&Incident) -> bool| export.project.iter().filter(|(_, i)| is(i)).count();
    let mut out = Vec::new();
    let mut say = |n: usize, sentence: &dyn Fn(String) -> String| {
        if n > 0 {
            out.push(sentence(plural(n, "incident")));
        }
    };
    say(export.withheld, &|n| format!("{n} marked as sensitive: left out unless asked for"));
    say(export.redacted, &|n| format!("fields of {n} marked as sensitive: left out unless asked for"));
    say(export.hidden, &|n| format!("{n} hidden by the filter: left out"));
    out.extend(rounded(export));
    let mut say = |n: usize, sentence: &dyn Fn(String) -> String| {
        if n > 0 {
            out.push(sentence(plural(n, "incident")));
        }
    };
    if !holds.nowhere {
        let nowhere = |i: &Incident| {
            let held = match i.place.shape {
                Some(Shape::Line(_)) => holds.lines,
                Some(Shape::Area(_)) => holds.areas,
                None => false,
            };
            if format == Format::TimeMap { !super::timemap::holds(i) } else { i.place.position.is_none() && !held }
        };
        say(count(&nowhere), &|n| format!("{n} without a position: {name} cannot hold them, they are left out"));
    }
    if !holds.lines {
        say(count(&|i| matches!(i.place.shape, Some(Shape::Line(_)))), &|n| {
            format!("{n} along a line: {name} holds the position only")
        });
    }
    if !holds.areas {
        say(count(&|i| matches!(i.place.shape, Some(Shape::Area(_)))), &|n| {
            format!("{n} with an area: {name} holds the position only")
        });
    }
    if format == Format::Kepler {
        let dated = |i: &Incident| i.when.is_some_and(|w| w.anchor().resolution() < Resolution::Minute);
        say(count(&dated), &|n| {
            format!(
                "{n} whose time of day is not known: {name} wants one, date_precision beside it says how exact it is"
            )
        });
    }
    if format == Format::Shapefile {
        say(count(&super::shapefile::is_cut), &|n| {
            format!("texts of {n} longer than the 254 bytes of a cell: they are cut")
        });
        say(count(&|i| i.when.is_some_and(|w| w.has_clock())), &|n| {
            format!("{n} with a time of day: {name} holds days, the time stands in the text of the date")
        });
        say(count(&|i| !i.claims.is_empty()), &|n| {
            format!(
                "figures of {n}: names of their columns have ten letters, a CSV beside tells them; claims are another CSV"
            )
        });
    }
    if format == Format::Xlsx {
        say(count(&|i| super::xlsx::is_cut(&i.notes)), &|n| {
            format!("notes of {n} longer than a cell can be: they are cut")
        });
    }
    if !holds.dates {
        let coarse = |i: &Incident| i.when.is_some_and(|w| w.anchor().resolution() < Resolution::Minute);
        say(count(&coarse), &|n| format!("{n} whose time of day is not known: {name} holds the date in words only"));
        say(count(&|i| i.when.is_some_and(|w| w.end().is_some())), &|n| {
            format!("{n} with an end: {name} holds it in words only")
        });
    }
    if holds.claims == Claims::Words {
        say(count(&|i| !i.claims.is_empty()), &|n| format!("claims of {n}: {name} holds them in words only"));
    }
    if !holds.unknown {
        let unknown = |i: &Incident| {
            !i.extra.is_empty() || !i.extra_feature.is_empty() || i.claims.iter().any(|c| !c.extra.is_empty())
        };
        say(count(&unknown), &|n| format!("members of {n} that this program does not know"));
        say(count(&|i| !i.media.is_empty()), &|n| format!("names of attached files of {n}"));
    }
    if !holds.around {
        let meta = export.project.meta();
        let mut parts = Vec::new();
        if !meta.sources.is_empty() {
            parts.push("sources as records (they stand in words)");
        }
        if !meta.parties.is_empty() {
            parts.push("names of parties in several languages");
        }
        if !meta.pins.is_empty() {
            parts.push("claims chosen by hand");
        }
        if !meta.filters.is_empty() {
            parts.push("saved filters");
        }
        if !meta.extra.is_empty() {
            parts.push("slides and views");
        }
        if !parts.is_empty() {
            out.push(format!("of the project: {}", parts.join(", ")));
        }
    }
    let logged = export.unlogged + export.project.log().len();
    if logged > 0 {
        out.push(format!("the log of {}: left out", plural(logged, "edit")));
    }
    let others = export.project.kept().len() + export.project.drawings().count();
    if others > 0 && !holds.others {
        out.push(format!("{} that are no incidents (drawings and others)", plural(others, "feature")));
    }
    out
}
