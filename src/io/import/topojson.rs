//! `TopoJSON`: shared arcs put together again as lines and areas, each geometry of an object a row.
//!
//! Arcs are rounded to a grid where the file has one (`transform`), and how coarse it is is said. No well-kept library
//! reads it; the specification is short (github.com/topojson/topojson-specification).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::ground::{self, Pairs};
use super::json;
use crate::import::{Gather, Ground, HeldRow};

/// The deepest nesting of collections.
const DEPTH: usize = 16;

#[derive(Deserialize)]
struct Topology<'a> {
    transform: Option<Transform>,
    #[serde(default)]
    arcs: Vec<Vec<Vec<f64>>>,
    #[serde(borrow)]
    objects: BTreeMap<String, &'a RawValue>,
}

#[derive(Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

/// The arcs as positions.
struct Arcs {
    list: Vec<Pairs>,
    transform: Option<Transform>,
}

/// Adds the geometries of the object of this name, or of all with their object in the column `object`.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub(super) fn add(
    gather: &mut Gather,
    text: &str,
    object: Option<&str>,
    notes: &mut Vec<String>,
) -> Result<(), String> {
    let topology: Topology<'_> = serde_json::from_str(text).map_err(|e| json::bad(&e))?;
    let arcs = Arcs::new(topology.arcs, topology.transform)?;
    if let Some(t) = &arcs.transform {
        let step = t.scale[0].abs().max(t.scale[1].abs());
        notes.push(format!("positions are rounded to a grid of about {:.0} m", (step * 111_320.0).max(1.0)));
    }
    let names: Vec<&String> = topology.objects.keys().collect();
    let several = names.len() > 1;
    if let Some(asked) = object
        && !topology.objects.contains_key(asked)
    {
        let known = names.iter().map(|n| format!("“{n}”")).collect::<Vec<_>>().join(", ");
        return Err(format!("there is no object “{asked}” in it; it has {known}"));
    }
    for (name, raw) in topology.objects.iter().filter(|(n, _)| object.is_none_or(|o| o == n.as_str())) {
        let value: Value = serde_json::from_str(raw.get()).map_err(|e| json::bad(&e))?;
        let layer = (several && object.is_none()).then_some(name.as_str());
        arcs.add(gather, &value, layer, DEPTH)?;
    }
    Ok(())
}

impl Arcs {
    fn new(arcs: Vec<Vec<Vec<f64>>>, transform: Option<Transform>) -> Result<Self, String> {
        let mut list = Vec::with_capacity(arcs.len());
        for arc in arcs {
            let mut at = (0.0, 0.0);
            let mut pairs = Pairs::with_capacity(arc.len());
            for p in arc {
                let (Some(x), Some(y)) = (p.first(), p.get(1)) else {
                    return Err("an arc has a position that is not two numbers".into());
                };
                pairs.push(match &transform {
                    // Each step counts from the one before.
                    Some(t) => {
                        at = (at.0 + x, at.1 + y);
                        t.place(at)
                    }
                    None => (*x, *y),
                });
            }
            list.push(pairs);
        }
        Ok(Self { list, transform })
    }

    fn add(&self, gather: &mut Gather, geometry: &Value, layer: Option<&str>, depth: usize) -> Result<(), String> {
        let kind = geometry.get("type").and_then(Value::as_str).unwrap_or_default();
        if kind == "GeometryCollection" && depth > 0 {
            for part in geometry.get("geometries").and_then(Value::as_array).map_or(&[][..], Vec::as_slice) {
                self.add(gather, part, layer, depth - 1)?;
            }
            return Ok(());
        }
        let mut row = HeldRow { line: gather.rows.len() + 1, ..HeldRow::default() };
        if let Some(layer) = layer {
            gather.put(&mut row, "object", layer)?;
        }
        if let Some(id) = geometry.get("id").filter(|v| !v.is_null()) {
            gather.put(&mut row, "id", &json::scalar(id))?;
        }
        if let Some(Value::Object(properties)) = geometry.get("properties") {
            for (name, value) in properties {
                json::put(gather, &mut row, name, value, json::DEPTH)?;
            }
        }
        row.ground = match kind {
            "" => None,
            _ => Some(self.ground(gather, geometry, kind)?),
        };
        gather.push(row)
    }

    /// The geometry; the outer error is for the whole file.
    fn ground(&self, gather: &mut Gather, geometry: &Value, kind: &str) -> Result<Result<Ground, String>, String> {
        let list = |v: Option<&Value>| v.and_then(Value::as_array).cloned().unwrap_or_default();
        let at = geometry.get("coordinates");
        let arcs = list(geometry.get("arcs"));
        Ok(match kind {
            "Point" => self.point(at).map_err(str::to_owned).and_then(|p| ground::points(&[p])),
            "MultiPoint" => {
                let all: Result<Pairs, &str> = list(at).iter().map(|p| self.point(Some(p))).collect();
                all.map_err(str::to_owned).and_then(|all| ground::points(&all))
            }
            "LineString" => self.line(gather, &arcs)?.and_then(|line| ground::lines(&[line])),
            "MultiLineString" => match arcs.first() {
                None => Ok(Ground::default()),
                Some(first) => self.line(gather, &list(Some(first)))?.and_then(|line| {
                    let mut all = vec![line];
                    all.resize(arcs.len(), Pairs::new());
                    ground::lines(&all)
                }),
            },
            "Polygon" => self.rings(gather, &arcs)?.and_then(|rings| ground::areas(&rings, 1)),
            "MultiPolygon" => {
                self.rings(gather, &list(arcs.first()))?.and_then(|rings| ground::areas(&rings, arcs.len()))
            }
            other => Err(format!("“{}” is no sort of geometry", other.chars().take(40).collect::<String>())),
        })
    }

    fn point(&self, value: Option<&Value>) -> Result<(f64, f64), &'static str> {
        let number = |n: usize| value.and_then(|v| v.get(n)).and_then(Value::as_f64);
        let pair = number(0).zip(number(1)).ok_or("a position is not two numbers")?;
        Ok(self.transform.as_ref().map_or(pair, |t| t.place(pair)))
    }

    /// Arcs one after the other; each begins where the one before ends. The outer error is for the whole file: the same
    /// arc named a million times would fill any memory.
    fn line(&self, gather: &mut Gather, arcs: &[Value]) -> Result<Result<Pairs, String>, String> {
        let mut out = Pairs::new();
        for index in arcs {
            let Some(index) = index.as_i64() else { return Ok(Err("an arc is not named by its number".into())) };
            // The arc −1 is the arc 0 backwards.
            let (n, back) = if index < 0 { (!index, true) } else { (index, false) };
            let Some(arc) = usize::try_from(n).ok().and_then(|n| self.list.get(n)) else {
                return Ok(Err(format!("there is no arc {n}")));
            };
            gather.charge(arc.len() * size_of::<(f64, f64)>())?;
            let skip = usize::from(!out.is_empty());
            if back {
                out.extend(arc.iter().rev().skip(skip));
            } else {
                out.extend(arc.iter().skip(skip));
            }
        }
        Ok(Ok(out))
    }

    fn rings(&self, gather: &mut Gather, rings: &[Value]) -> Result<Result<Vec<Pairs>, String>, String> {
        let mut out = Vec::new();
        for ring in rings {
            match self.line(gather, ring.as_array().map_or(&[][..], Vec::as_slice))? {
                Ok(ring) => out.push(ring),
                Err(why) => return Ok(Err(why)),
            }
        }
        Ok(Ok(out))
    }
}

impl Transform {
    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (x * self.scale[0] + self.translate[0], y * self.scale[1] + self.translate[1])
    }
}
