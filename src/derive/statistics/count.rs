//! From incidents to rows: what each incident adds, once, and into which group.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{BINS_WANTED, By, Group, Layout, Row, Table, Tally};
use crate::derive::histogram::spread_of;
use crate::derive::sum::{self, Cover, Tree};
use crate::derive::toll::{self, Ledger};
use crate::derive::{BinWidth, Bins, Dead, Figure, Filter, Key, Own, Policy, Question, by_party};
use crate::model::{Category, Incident, IncidentId, PartyId, Project, Resolution, SourceId, Span, Status};

/// What one incident says of the people of one party.
struct Part<'a> {
    id: IncidentId,
    incident: &'a Incident,
    party: PartyId,
    /// What it adds to the total; unknown where it has no number, and where another incident's figure stands for it.
    figure: Figure,
    claims: u32,
    /// Whether it is counted as an incident without a figure, for all of its people or for soldiers or civilians.
    missing: bool,
    /// Whether its people are counted with another incident.
    elsewhere: bool,
}

impl Part<'_> {
    /// The incident itself, where it is counted for the first time; without its figure and claims.
    fn counts(&self, first: bool) -> Tally {
        let count = |is: bool| u32::from(first && is);
        Tally {
            incidents: count(true),
            missing: count(self.missing),
            elsewhere: count(self.elsewhere),
            ..Tally::default()
        }
    }
}

/// Everything that the incidents shown say of one category.
struct Counted<'a> {
    parts: Vec<Part<'a>>,
    /// The figures of each incident, without what others' figures cover.
    by_key: Own<Key>,
    totals: Vec<(PartyId, Figure)>,
    all: Figure,
    keys: BTreeMap<Key, Figure>,
}

fn collect<'a>(project: &'a Project, question: &Question, category: Category) -> Counted<'a> {
    let tree = Tree::new(project);
    let pins = toll::pins(project);
    let mut filter = Filter::new(project, question);
    let mut by_key: Own<Key> = Own::new();
    let mut covers = Vec::new();
    let mut ids = Vec::new();
    for (id, incident) in project.iter().filter(|(_, i)| filter.shows(i)) {
        let ledger = Ledger::new(incident, question);
        let tolls = ledger.tolls(&question.policy, pins.get(&incident.uid).map_or(&[], Vec::as_slice));
        let mut figures = Vec::new();
        for toll in tolls.into_iter().filter(|t| t.key.category == category) {
            covers.extend(crate::derive::covered(&toll).map(|(key, _, uid)| (id, key, uid)));
            figures.push((toll.key, toll.figure));
        }
        if !figures.is_empty() {
            by_key.insert(id.0, figures);
            ids.push((id, incident));
        }
    }
    let slots = sum::slots_of(project, covers.iter().map(|(.., uid)| *uid));
    let covers = covers
        .into_iter()
        .filter_map(|(coverer, key, uid)| slots.get(uid).map(|target| Cover { coverer, key, target: *target }));
    sum::leave_out_covered(project, &tree, &mut by_key, covers.collect());

    let own: Own<PartyId> = by_key.iter().map(|(slot, figures)| (*slot, by_party(figures, category))).collect();
    let totals: Vec<_> = sum::total(&tree, own.clone(), |_, _, _, _| ()).into_iter().collect();
    let keys = sum::total(&tree, by_key.clone(), |_, _, _, _| ());
    // A figure about all parties together counts only where no party has one of its own.
    let one_by_one = totals.iter().any(|(p, f): &(PartyId, Figure)| !p.is_all() && f.is_known());
    let above = spoken_for_below(&tree, &own);
    let mut kept = own.clone();
    sum::leave_out_parts(&tree, &mut kept);
    let mut parts = Vec::new();
    for (id, incident) in ids {
        for (party, whole) in own.get(&id.0).into_iter().flatten().filter(|(p, _)| !(one_by_one && p.is_all())) {
            let counts = kept.get(&id.0).is_some_and(|k| k.iter().any(|(p, _)| p == party));
            let figure = if counts && whole.is_known() { *whole } else { Figure::default() };
            let missing = counts && whole.missing > 0 && (whole.is_known() || !above.contains(&(id.0, party)));
            parts.push(Part {
                id,
                incident,
                party: party.clone(),
                figure,
                claims: whole.claims,
                missing,
                elsewhere: !figure.is_known() && !missing,
            });
        }
    }
    let all = Dead::from_parties(totals.clone()).total;
    Counted { parts, by_key, totals: in_order(project, totals, one_by_one), all, keys }
}

/// The parents, by slot and party, of which a part has a figure or lacks one: a parent without a figure is then not counted
/// as lacking one itself.
fn spoken_for_below<'a>(tree: &Tree, own: &'a Own<PartyId>) -> HashSet<(u32, &'a PartyId)> {
    let mut above = HashSet::new();
    for (slot, figures) in own {
        for (party, _) in figures.iter().filter(|(_, f)| f.is_known() || f.missing > 0) {
            let mut at = tree.parent_of(*slot);
            // Where a parent is marked, everything over it is.
            while let Some(parent) = at.filter(|p| above.insert((*p, party))) {
                at = tree.parent_of(parent);
            }
        }
    }
    above
}

/// The place of a party in the order of the project.
fn rank(project: &Project, party: &PartyId) -> usize {
    project.meta().parties.iter().position(|p| p.id == *party).unwrap_or(usize::MAX)
}

fn in_order(project: &Project, mut totals: Vec<(PartyId, Figure)>, one_by_one: bool) -> Vec<(PartyId, Figure)> {
    totals.retain(|(p, _)| !(one_by_one && p.is_all()));
    totals.sort_by_key(|(p, _)| rank(project, p));
    totals
}

type Cells = HashMap<(Group, PartyId), Tally>;

pub(super) fn table(project: &Project, question: &Question, layout: Layout) -> Table {
    let counted = collect(project, question, layout.category);
    let span = covered(&counted.parts, question.span);
    let bins =
        span.filter(|_| layout.by == By::Time).map(|span| bins(span, layout, question.span, exactness(&counted.parts)));
    let mut cells = Cells::new();
    for part in &counted.parts {
        let mut add = |group: Group, figure: &Figure, share: f64, claims: u32| {
            let tally = cells.entry((group, part.party.clone())).or_default();
            tally.add(figure, share);
            tally.join(&Tally { claims, ..part.counts(true) });
        };
        let simple = match layout.by {
            By::Kind => Some(Group::Kind(part.incident.kind.clone())),
            By::Place => Some(place_of(part.incident, layout)),
            By::Time => {
                spread(part, bins.as_ref(), &mut add);
                None
            }
            By::Source | By::Party => None,
        };
        if let Some(group) = simple {
            add(group, &part.figure, 1.0, part.claims);
        }
    }
    match layout.by {
        By::Source => by_source(project, question, &counted, layout.category, &mut cells),
        By::Party => {
            for (key, figure) in &counted.keys {
                let incidents = counted.by_key.values().filter(|f| f.iter().any(|(k, _)| k == key)).count();
                let tally = Tally::of(figure, u32::try_from(incidents).unwrap_or(u32::MAX));
                cells.insert((Group::Party(key.party.clone(), key.status), key.party.clone()), tally);
            }
        }
        By::Time | By::Kind | By::Place => {}
    }
    let groups = groups(project, layout, bins.as_ref(), &cells);
    let place: HashMap<&Group, usize> = groups.iter().enumerate().map(|(n, g)| (g, n)).collect();
    let mut rows: Vec<Row> = cells
        .into_iter()
        .filter_map(|((group, party), tally)| Some(Row { group: *place.get(&group)?, party, tally }))
        .collect();
    rows.sort_by_cached_key(|r| (r.group, rank(project, &r.party), r.party.clone()));
    let distinct = |parts: &mut dyn Iterator<Item = &Part>| {
        u32::try_from(parts.map(|p| p.id).collect::<HashSet<_>>().len()).unwrap_or(u32::MAX)
    };
    let incidents = distinct(&mut counted.parts.iter());
    let missing = distinct(&mut counted.parts.iter().filter(|p| p.missing));
    Table {
        layout,
        bins,
        groups,
        rows,
        sources: sources(&counted.parts, question, layout.category),
        totals: counted.totals,
        all: counted.all,
        incidents,
        missing,
        span,
        overlaps: layout.by == By::Source && question.policy == Policy::Range,
    }
}

/// The time that the incidents with claims cover, within the window.
fn covered(parts: &[Part], window: Option<Span>) -> Option<Span> {
    let both = |a: Span, b: Span| Span { start: a.start.min(b.start), end: a.end.max(b.end) };
    let whole = parts.iter().filter_map(|p| spread_of(p.incident)).reduce(both)?;
    let Some(window) = window else { return Some(whole) };
    let cut = Span { start: whole.start.max(window.start), end: whole.end.min(window.end) };
    (cut.start < cut.end).then_some(cut)
}

/// The width below which bins would say more than is known: as exactly as half of the dates are stated.
fn exactness(parts: &[Part]) -> BinWidth {
    let stated = |p: &Part| Some(p.incident.when?.anchor().resolution());
    let mut stated: Vec<Resolution> = parts.iter().filter_map(stated).collect();
    stated.sort();
    match stated.get(stated.len() / 2) {
        Some(Resolution::Year) => BinWidth::Year,
        Some(Resolution::Month) => BinWidth::Month,
        Some(Resolution::Day) | None => BinWidth::Day,
        Some(_) => BinWidth::Hour,
    }
}

fn bins(span: Span, layout: Layout, window: Option<Span>, exactness: BinWidth) -> Bins {
    let width = layout.width.unwrap_or_else(|| BinWidth::for_span(span, BINS_WANTED).max(exactness));
    let mut bins = Bins::covering(span, width, layout.zone_minutes);
    // A month of which the window shows half holds only that half.
    if let Some(window) = window {
        if let Some(first) = bins.edges.first_mut() {
            *first = (*first).max(window.start);
        }
        if let Some(last) = bins.edges.last_mut() {
            *last = (*last).min(window.end);
        }
    }
    bins
}

/// Spreads what an incident adds over the bins; what lies outside the window is kept apart.
fn spread(part: &Part, bins: Option<&Bins>, add: &mut impl FnMut(Group, &Figure, f64, u32)) {
    let Some(span) = spread_of(part.incident) else {
        return add(Group::Undated, &part.figure, 1.0, part.claims);
    };
    let mut inside = 0.0;
    if let Some(bins) = bins {
        bins.spread(span, |bin, share| {
            inside += share;
            add(Group::Bin(bin), &part.figure, share, part.claims);
        });
    }
    if inside < 1.0 - 1e-9 {
        add(Group::Outside, &part.figure, 1.0 - inside, part.claims);
    }
}

fn place_of(incident: &Incident, layout: Layout) -> Group {
    let place = &incident.place;
    match place.names.best(layout.language).trim() {
        "" if place.position.is_none() && place.shape.is_none() => Group::Unplaced,
        "" => Group::Unnamed,
        name => Group::Place(name.to_owned()),
    }
}

fn source_group(source: Option<&SourceId>) -> Group {
    source.map_or(Group::Unsourced, |id| Group::Source(id.clone()))
}

/// Figures by the source of the claims on which they rest, and claims by where they are read.
fn by_source(project: &Project, question: &Question, counted: &Counted, category: Category, cells: &mut Cells) {
    let pins = toll::pins(project);
    for part in &counted.parts {
        let ledger = Ledger::new(part.incident, question);
        let mut seen = HashSet::new();
        for claim in ledger.claims().iter().filter(|c| c.category == category && c.about == part.party) {
            let group = source_group(claim.source.as_ref());
            let first = seen.insert(group.clone());
            let tally = cells.entry((group, part.party.clone())).or_default();
            tally.join(&Tally { claims: 1, ..part.counts(first) });
        }
        if !part.figure.is_known() {
            continue;
        }
        let figures = counted.by_key.get(&part.id.0).map_or(&[][..], Vec::as_slice);
        let used = used(figures, &part.party, category);
        let pinned = pins.get(&part.incident.uid).map_or(&[][..], Vec::as_slice);
        for toll in ledger.tolls(&question.policy, pinned) {
            let Some((_, figure)) = used.iter().find(|(key, f)| *key == toll.key && f.is_known()) else { continue };
            let mut sources: Vec<_> = toll.basis.iter().flatten().map(|c| source_group(c.source.as_ref())).collect();
            sources.dedup();
            for group in sources {
                cells.entry((group, part.party.clone())).or_default().add(figure, 1.0);
            }
        }
    }
}

/// The figures of one party that its figure in an incident is put together from: "unspecified" covers soldiers and
/// civilians, so it is one or the other (see [`by_party`]).
fn used<'f>(figures: &'f [(Key, Figure)], party: &PartyId, category: Category) -> Vec<&'f (Key, Figure)> {
    let of = |unspecified: bool| {
        let is = move |k: &Key| k.party == *party && k.category == category;
        figures.iter().filter(move |(k, _)| is(k) && (k.status == Status::Unspecified) == unspecified)
    };
    let number = |unspecified: bool| of(unspecified).map(|(_, f)| *f).reduce(Figure::plus).and_then(|f| f.number());
    let (whole, parts) = (number(true), number(false));
    // Where only one of the two is there, it is that one; where both are, the one that tells of more people.
    of(whole > parts || of(false).next().is_none()).collect()
}

fn groups(project: &Project, layout: Layout, bins: Option<&Bins>, cells: &Cells) -> Vec<Group> {
    let mut found: Vec<Group> = cells.keys().map(|(g, _)| g.clone()).collect::<HashSet<_>>().into_iter().collect();
    match layout.by {
        By::Time => {
            found.retain(|g| !matches!(g, Group::Bin(_)));
            found.sort();
            (0..bins.map_or(0, Bins::len)).map(Group::Bin).chain(found).collect()
        }
        By::Party => {
            found.sort_by_cached_key(|g| match g {
                Group::Party(party, _) => (rank(project, party), g.clone()),
                _ => (usize::MAX, g.clone()),
            });
            found
        }
        By::Kind | By::Place | By::Source => {
            let mut sums: HashMap<&Group, Tally> = HashMap::new();
            for ((group, _), tally) in cells {
                sums.entry(group).or_default().join(tally);
            }
            let nameless = |g: &Group| matches!(g, Group::Unnamed | Group::Unplaced | Group::Unsourced);
            // The largest first, what has no figure behind; sums of floats are not added up in an order, so a hundredth is
            // as good as equal.
            let number = |g: &Group| sums.get(g).and_then(Tally::number).map_or(-1, |n| (n * 100.0).round() as i64);
            let claims = |g: &Group| sums.get(g).map_or(0, |t| t.claims);
            let mut keyed: Vec<_> =
                found.iter().map(|g| ((nameless(g), -number(g), u32::MAX - claims(g)), g.clone())).collect();
            keyed.sort();
            keyed.into_iter().map(|(_, g)| g).collect()
        }
    }
}

/// The sources of the claims, most claims first.
fn sources(parts: &[Part], question: &Question, category: Category) -> Vec<SourceId> {
    let mut counts: HashMap<&SourceId, usize> = HashMap::new();
    for part in parts {
        let ledger = Ledger::new(part.incident, question);
        for claim in ledger.claims().iter().filter(|c| c.category == category && c.about == part.party) {
            if let Some(source) = &claim.source {
                *counts.entry(source).or_default() += 1;
            }
        }
    }
    let mut sources: Vec<_> = counts.into_iter().collect();
    sources.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    sources.into_iter().map(|(id, _)| id.clone()).collect()
}
