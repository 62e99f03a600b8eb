//! Lines and areas as WKT, exactly.

use std::fmt::Write;

use crate::model::{LonLat, Shape};

fn positions(out: &mut String, line: &[LonLat]) {
    out.push('(');
    for (n, p) in line.iter().enumerate() {
        // Writing to memory cannot fail.
        let _ = write!(out, "{}{} {}", if n > 0 { ", " } else { "" }, p.lon(), p.lat());
    }
    out.push(')');
}

/// `LINESTRING (45 39, 46 40)` or `POLYGON ((…), (…))`, in the shortest digits that read back the same.
pub(crate) fn wkt(shape: &Shape) -> String {
    let mut out = String::new();
    match shape {
        Shape::Line(line) => {
            out += "LINESTRING ";
            positions(&mut out, line);
        }
        Shape::Area(rings) => {
            out += "POLYGON (";
            for (n, ring) in rings.iter().enumerate() {
                out += if n > 0 { ", " } else { "" };
                positions(&mut out, ring);
            }
            out.push(')');
        }
    }
    out
}

/// The GeoJSON geometry of such a WKT; `None` if it is something else.
pub(super) fn geometry_json(text: &str) -> Option<String> {
    let text = text.trim();
    let (word, rest) = text.split_once('(')?;
    let inside = rest.trim_end().strip_suffix(')')?;
    match word.trim().to_ascii_uppercase().as_str() {
        "LINESTRING" => Some(format!("{{\"type\":\"LineString\",\"coordinates\":{}}}", line_json(inside)?)),
        "POLYGON" => {
            let mut rings = Vec::new();
            for ring in inside.split(')').map(|r| r.trim().trim_start_matches(',').trim()).filter(|r| !r.is_empty()) {
                rings.push(line_json(ring.strip_prefix('(')?)?);
            }
            Some(format!("{{\"type\":\"Polygon\",\"coordinates\":[{}]}}", rings.join(",")))
        }
        _ => None,
    }
}

fn line_json(inside: &str) -> Option<String> {
    let mut out = Vec::new();
    for pair in inside.split(',') {
        let mut parts = pair.split_whitespace().map(|n| n.parse::<f64>().ok().filter(|v| v.is_finite()));
        let (lon, lat) = (parts.next()??, parts.next()??);
        if parts.next().is_some() {
            return None;
        }
        out.push(format!("[{lon},{lat}]"));
    }
    Some(format!("[{}]", out.join(",")))
}

/// The GeoJSON geometry of a shape, as the project file has it.
pub(super) fn shape_json(shape: &Shape) -> String {
    let line = |line: &[LonLat]| {
        let positions: Vec<String> = line.iter().map(|p| format!("[{},{}]", p.lon(), p.lat())).collect();
        format!("[{}]", positions.join(","))
    };
    match shape {
        Shape::Line(positions) => format!("{{\"type\":\"LineString\",\"coordinates\":{}}}", line(positions)),
        Shape::Area(rings) => {
            let rings: Vec<String> = rings.iter().map(|r| line(r)).collect();
            format!("{{\"type\":\"Polygon\",\"coordinates\":[{}]}}", rings.join(","))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_come_back_from_wkt() {
        let p = |lon, lat| LonLat::new(lon, lat).unwrap();
        let ring = vec![p(45.1, 39.0), p(46.0, 39.0), p(46.0, 40.000_000_1), p(45.1, 39.0)];
        for shape in [Shape::Line(ring.clone()), Shape::Area(vec![ring.clone()]), Shape::Area(vec![ring.clone(), ring])]
        {
            assert_eq!(geometry_json(&wkt(&shape)), Some(shape_json(&shape)), "{}", wkt(&shape));
        }
    }

    #[test]
    fn what_is_no_such_wkt_is_not_guessed_at() {
        for text in [
            "POINT (1 2)",
            "LINESTRING (1 2",
            "LINESTRING (1 x)",
            "POLYGON (1 2, 3 4)",
            "LINESTRING Z (1 2 3, 4 5 6)",
            "",
        ] {
            assert_eq!(geometry_json(text), None, "{text}");
        }
    }
}
