//! What a slide shows, in one line that is kept with the slide when it is approved: if the line has changed, a figure has.

use std::fmt::Write;

use super::Seen;
use crate::derive::derive;
use crate::model::{Project, Slide};
use crate::view::Labels;

/// The figures that a slide shows now: number of incidents, totals by key, and a sum over the figure of every incident, so that
/// two changes that cancel out in the totals are told as well. Nothing in it depends on language or layout.
pub fn figures(project: &Project, slide: &Slide) -> String {
    let seen = Seen::of(slide, project, Labels::default());
    let derived = derive(project, &seen.question);
    let mut out = match derived.len() {
        1 => "1 incident".to_owned(),
        n => format!("{n} incidents"),
    };
    for (key, figure) in &derived.totals {
        let _ = write!(out, " · {} {} {}: {figure}", key.party.as_str(), key.status.id(), key.category.id());
    }
    // FNV-1a: small, the same on every machine; this is no secret.
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |text: &str| {
        for b in text.bytes().chain([0]) {
            sum = (sum ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for id in derived.ids() {
        add(project.get(id).map_or("", |i| i.uid.as_str()));
        for (key, figure) in derived.figures(id) {
            add(key.party.as_str());
            add(key.status.id());
            add(key.category.id());
            add(&figure.to_string());
        }
    }
    let _ = write!(out, " · #{:08x}", (sum >> 32) ^ (sum & 0xffff_ffff));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, Claim, Count, Incident, Kind, Meta, PartyId, Uid};

    fn project(counts: [u32; 2]) -> Project {
        let incidents = counts.iter().enumerate().map(|(n, count)| {
            let mut i = Incident::new(Uid::new(&format!("i{n}")), Kind::Battle, "");
            let mut claim = Claim::new("c", PartyId::new("armenia"), Category::Killed, Count::Exactly(*count));
            claim.speaks_for = Some(PartyId::new("armenia"));
            i.claims.push(claim);
            i
        });
        Project::new(Meta::default(), incidents, Vec::new())
    }

    #[test]
    fn an_edited_figure_changes_the_line_even_where_the_total_stays() {
        let slide = Slide::new("s");
        let before = figures(&project([5, 7]), &slide);
        assert!(before.starts_with("2 incidents · armenia unspecified killed: 12 · #"), "{before}");
        assert_eq!(before, figures(&project([5, 7]), &slide));
        assert_ne!(before, figures(&project([6, 7]), &slide));
        let cancelled = figures(&project([6, 6]), &slide);
        assert!(cancelled.contains("killed: 12") && cancelled != before, "{cancelled}");
    }

    #[test]
    fn words_of_the_slide_are_no_figures() {
        let (a, mut b) = (Slide::new("a"), Slide::new("b"));
        b.caption = "other words".into();
        assert_eq!(figures(&project([1, 2]), &a), figures(&project([1, 2]), &b));
    }
}
