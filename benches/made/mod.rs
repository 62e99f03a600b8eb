//! Made-up projects: the same ones every time.

use clashmap::model::{
    Category, Claim, Count, Incident, Kind, LonLat, Meta, Moment, Party, PartyId, Place, Precision, Project, Uid,
};

/// `n` incidents over thirty years, each with two claims.
pub(crate) fn project(n: u32) -> Project {
    let sides = ["armenia", "azerbaijan"].map(PartyId::new);
    let incident = |i: u32| {
        let mut incident = Incident::new(Uid::new(&format!("i{i}")), Kind::Shelling, &format!("Incident {i}"));
        let (year, month, day) = (1994 + (i % 30) as i32, (i % 12) as u8 + 1, (i % 28) as u8 + 1);
        incident.when = Moment::day(year, month, day).map(Into::into);
        let position = LonLat::new(44.5 + f64::from(i % 997) * 0.003, 38.9 + f64::from(i % 991) * 0.002).ok();
        incident.place = Place { position, precision: Some(Precision::Near), ..Place::default() };
        incident.parties = sides.to_vec();
        for (side, k) in sides.iter().zip(1..) {
            let mut claim = Claim::new(&format!("c{k}"), side.clone(), Category::Killed, Count::Exactly(i * k % 7));
            claim.speaks_for = Some(side.clone());
            claim.published = Moment::day(year, month, day);
            incident.claims.push(claim);
        }
        incident
    };
    let meta = Meta { parties: Party::defaults(), ..Meta::default() };
    Project::new(meta, (0..n).map(incident), Vec::new())
}
