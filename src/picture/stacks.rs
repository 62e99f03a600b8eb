//! Marks that lie too near together are shown as one stack, with the number of its incidents and the sum of its dead.
//!
//! Who stands with whom depends on the data and the whole step of zoom alone, never on where the camera looks: while
//! the map is panned no stack forms, splits or moves on the ground. Nothing is ever left out of all stacks.

use std::collections::HashMap;

use super::kinds::Kinds;
use super::marks::{Mark, Shares, Sign};
use crate::view::camera::TILE_POINTS;

/// Points between two centres below which they are one stack, at the whole step of zoom.
pub(super) const NEAR_POINTS: f64 = 14.0;

/// One or more marks drawn as one.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// Indices of its marks, in the order of the project.
    pub members: Vec<usize>,
    /// Where it stands, in the unit square.
    pub at: [f64; 2],
    /// Whether its members are areas: then it is a figure, not a symbol.
    pub is_area: bool,
    /// The dead of all members; those of a part are not added to those of the whole.
    pub shares: Shares,
    /// Sort of symbol: a toll if any member is one.
    pub sign: Sign,
    /// The kinds of its members.
    pub kinds: Kinds,
}

impl Stack {
    /// A mark alone, `i` in the list of marks.
    pub(super) fn alone(i: usize, mark: &Mark) -> Self {
        let (shares, sign, kinds) = (mark.shares, mark.sign, mark.kinds.clone());
        Self { members: vec![i], at: mark.at, is_area: mark.form.is_area(), shares, sign, kinds }
    }
}

/// The stacks at a whole step of zoom, in the order of their first marks.
pub(super) fn stacks(marks: &[Mark], step: f64) -> Vec<Stack> {
    let near = NEAR_POINTS / (TILE_POINTS * step.exp2());
    let mut out: Vec<Stack> = Vec::new();
    // Cells of one nearness a side, with the stacks seeded in them: whoever is near enough lies in a neighbouring cell.
    let mut cells: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    let mut seeds: Vec<[f64; 2]> = Vec::new();
    for (i, mark) in marks.iter().enumerate() {
        let [x, y] = mark.at;
        let cell = ((x / near).floor() as i64, (y / near).floor() as i64);
        let is_area = mark.form.is_area();
        let mut best: Option<(f64, usize)> = None;
        for dx in -1..=1 {
            for dy in -1..=1 {
                for s in cells.get(&(cell.0 + dx, cell.1 + dy)).into_iter().flatten() {
                    let (Some(stack), Some(seed)) = (out.get(*s), seeds.get(*s)) else { continue };
                    let d = (seed[0] - x).hypot(seed[1] - y);
                    if stack.is_area == is_area && d < near && best.is_none_or(|(b, _)| d < b) {
                        best = Some((d, *s));
                    }
                }
            }
        }
        if let Some(stack) = best.and_then(|(_, s)| out.get_mut(s)) {
            stack.members.push(i);
        } else {
            cells.entry(cell).or_default().push(out.len());
            seeds.push(mark.at);
            out.push(Stack::alone(i, mark));
        }
    }
    for stack in out.iter_mut().filter(|s| s.members.len() > 1) {
        sum(stack, marks);
    }
    out
}

/// Middle, sum and sort of a stack of several.
fn sum(stack: &mut Stack, marks: &[Mark]) {
    let members: Vec<&Mark> = stack.members.iter().filter_map(|i| marks.get(*i)).collect();
    let n = members.len() as f64;
    stack.at = [members.iter().map(|m| m.at[0]).sum::<f64>() / n, members.iter().map(|m| m.at[1]).sum::<f64>() / n];
    // A whole and its parts are about the same people; the whole stands if it has a figure, else the parts do.
    let covered = |m: &Mark| m.parent.is_some_and(|p| members.iter().any(|o| o.id == p && o.shares.total.is_known()));
    let empty_whole = |m: &Mark| !m.shares.total.is_known() && members.iter().any(|o| o.parent == Some(m.id));
    stack.shares = members
        .iter()
        .filter(|m| m.sign == Sign::Toll && !covered(m) && !empty_whole(m))
        .fold(Shares::default(), |sum, m| sum.plus(m.shares));
    stack.kinds = Kinds::among(members.iter().map(|m| &m.kinds.main)).unwrap_or_else(|| stack.kinds.clone());
    stack.sign = members.iter().map(|m| m.sign).find(|s| *s == Sign::Toll).unwrap_or(stack.sign);
}
