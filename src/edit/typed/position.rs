//! Positions as people type, paste and read them: decimal degrees, degrees-minutes-seconds, MGRS, links of map sites.

use geoconvert::{LatLon, Mgrs};

use crate::model::{LonLat, PlaceError};

/// How positions are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// `39.83948° N 45.67112° E`
    #[default]
    Decimal,
    /// `39°50′22″N 45°40′16″E`
    Dms,
    /// `38S NK 57433 09962`
    Mgrs,
}

impl Format {
    /// The next one, as a click on the coordinates cycles through them.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Decimal => Self::Dms,
            Self::Dms => Self::Mgrs,
            Self::Mgrs => Self::Decimal,
        }
    }
}

/// Reads a position: `39.83948, 45.67112` (latitude first, as people write it), `45.67 E 39.84 N`,
/// `39°50′22″N 45°40′16″E`, MGRS, `geo:` URIs and links of common map sites.
///
/// # Errors
/// [`PlaceError`] says what is read, or which value is out of range.
pub fn position(text: &str) -> Result<LonLat, PlaceError> {
    let t = text.trim();
    if t.contains("://") || t.starts_with("geo:") {
        return from_link(t).ok_or_else(|| PlaceError::Form(t.to_owned()))?;
    }
    if let Some(p) = from_mgrs(t) {
        return Ok(p);
    }
    from_degrees(t).or_else(|| from_degrees(&marked(t)?)).ok_or_else(|| PlaceError::Form(t.to_owned()))?
}

/// `40 12 00 N 45 54 00 E`, degrees, minutes and seconds with nothing but spaces between them, with their marks.
fn marked(t: &str) -> Option<String> {
    let mut out = String::new();
    let (mut numbers, mut angles) = (0, 0);
    for word in t.split([' ', ',', ';']).filter(|w| !w.is_empty()) {
        let number = word.trim_end_matches(['N', 'S', 'E', 'W']);
        let letter = word.get(number.len()..).filter(|l| l.len() <= 1)?;
        if !number.is_empty() {
            number.parse::<f64>().ok()?;
            out.push_str(number);
            out.push(*['°', '′', '″'].get(numbers)?);
            numbers += 1;
        }
        if !letter.is_empty() {
            if numbers < 2 {
                return None;
            }
            out.push_str(letter);
            out.push(' ');
            (numbers, angles) = (0, angles + 1);
        }
    }
    (angles == 2 && numbers == 0).then_some(out)
}

/// Shows a position; decimal to five digits, about a metre.
pub fn show_position(p: LonLat, format: Format) -> String {
    match format {
        Format::Decimal => {
            let side = |v: f64, plus, minus| format!("{:.5}° {}", v.abs(), if v < 0.0 { minus } else { plus });
            format!("{} {}", side(p.lat(), 'N', 'S'), side(p.lon(), 'E', 'W'))
        }
        Format::Dms => {
            let side = |v: f64, plus, minus| {
                let s = (v.abs() * 3600.0).round() as u64;
                format!("{}°{:02}′{:02}″{}", s / 3600, s / 60 % 60, s % 60, if v < 0.0 { minus } else { plus })
            };
            format!("{} {}", side(p.lat(), 'N', 'S'), side(p.lon(), 'E', 'W'))
        }
        // Precision 5 is five digits each way: metres.
        Format::Mgrs => LatLon::create(p.lat(), p.lon()).map_or_else(
            |_| show_position(p, Format::Decimal),
            |l| {
                let grid = l.to_mgrs(5).to_string();
                let digits = grid.len().saturating_sub(10);
                match (
                    grid.get(..digits.saturating_sub(2)),
                    grid.get(digits.saturating_sub(2)..digits),
                    grid.get(digits..digits + 5),
                    grid.get(digits + 5..),
                ) {
                    (Some(zone), Some(square), Some(e), Some(n)) if digits >= 2 => format!("{zone} {square} {e} {n}"),
                    _ => grid,
                }
            },
        ),
    }
}

fn from_mgrs(t: &str) -> Option<LonLat> {
    let compact: String = t.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let letters = compact.trim_start_matches(|c: char| c.is_ascii_digit());
    let zone = compact.len() - letters.len();
    let tail = letters.get(3..)?;
    let shape = (1..=2).contains(&zone)
        && letters.get(..3)?.bytes().all(|b| b.is_ascii_uppercase())
        && tail.len() <= 10
        && tail.len().is_multiple_of(2)
        && tail.bytes().all(|b| b.is_ascii_digit());
    if !shape {
        return None;
    }
    let at = Mgrs::parse_str(&compact).ok()?.to_latlon();
    LonLat::new(at.longitude(), at.latitude()).ok()
}

/// Numbers with optional degree, minute and second marks and hemisphere letters.
fn from_degrees(t: &str) -> Option<Result<LonLat, PlaceError>> {
    let mut angles: Vec<(f64, Option<char>)> = Vec::new();
    let mut parts: Vec<f64> = Vec::new();
    let mut pending: Option<char> = None;
    let mut negative = false;
    let mut digits = String::new();
    // `39,84; 45,67`: a decimal comma is told from a separator by a second kind of separator.
    let decimal_comma =
        t.matches(',').count() == 2 && (t.contains(';') || t.split_whitespace().count() == 2) && !t.contains('.');
    let flush = |digits: &mut String, parts: &mut Vec<f64>| -> Option<()> {
        if !digits.is_empty() {
            parts.push(digits.parse().ok()?);
            digits.clear();
        }
        Some(())
    };
    let close = |parts: &mut Vec<f64>,
                 negative: &mut bool,
                 letter: Option<char>,
                 angles: &mut Vec<(f64, Option<char>)>|
     -> Option<()> {
        if parts.is_empty() {
            return Some(());
        }
        let (d, m, s) = match *parts.as_slice() {
            [d] => (d, 0.0, 0.0),
            [d, m] => (d, m, 0.0),
            [d, m, s] => (d, m, s),
            _ => return None,
        };
        if m >= 60.0 || s >= 60.0 {
            return None;
        }
        let value = d + m / 60.0 + s / 3600.0;
        angles.push((if *negative { -value } else { value }, letter));
        parts.clear();
        *negative = false;
        Some(())
    };
    let mut in_dms = false;
    for c in t.chars().chain(std::iter::once(' ')) {
        match c {
            '0'..='9' | '.' => digits.push(c),
            ',' if decimal_comma && !digits.is_empty() && !digits.contains('.') => digits.push('.'),
            '-' | '−' if digits.is_empty() => {
                if !in_dms {
                    close(&mut parts, &mut negative, pending.take(), &mut angles)?;
                }
                negative = true;
            }
            '+' if digits.is_empty() => {}
            '°' | 'º' | '\'' | '′' | '’' | '"' | '″' | '”' => {
                flush(&mut digits, &mut parts)?;
                in_dms = true;
            }
            'N' | 'S' | 'E' | 'W' | 'n' | 's' | 'e' | 'w' => {
                flush(&mut digits, &mut parts)?;
                let letter = c.to_ascii_uppercase();
                if parts.is_empty() {
                    // `45.67 E`: the letter belongs to the number before it; `E45.67`: to the one after it.
                    match angles.last_mut() {
                        Some(last) if last.1.is_none() => last.1 = Some(letter),
                        _ => pending = Some(letter),
                    }
                } else {
                    close(&mut parts, &mut negative, Some(letter), &mut angles)?;
                    in_dms = false;
                }
            }
            ' ' | ',' | ';' | '\t' | '/' | '(' | ')' => {
                flush(&mut digits, &mut parts)?;
                if !in_dms || matches!(c, ',' | ';' | '/') {
                    close(&mut parts, &mut negative, pending.take(), &mut angles)?;
                    in_dms = false;
                }
            }
            _ => return None,
        }
    }
    close(&mut parts, &mut negative, pending, &mut angles)?;
    let [(a, la), (b, lb)] = *angles.as_slice() else { return None };
    let signed = |v: f64, letter: Option<char>| if matches!(letter, Some('S' | 'W')) { -v.abs() } else { v };
    let is_lon = |l: Option<char>| matches!(l, Some('E' | 'W'));
    let is_lat = |l: Option<char>| matches!(l, Some('N' | 'S'));
    if (is_lon(la) && is_lon(lb)) || (is_lat(la) && is_lat(lb)) {
        return None;
    }
    let swap = is_lon(la) || is_lat(lb);
    let (lat, lon) = if swap { (signed(b, lb), signed(a, la)) } else { (signed(a, la), signed(b, lb)) };
    Some(LonLat::new(lon, lat))
}

/// The position in a link of a map site; the link is only read, never opened.
fn from_link(link: &str) -> Option<Result<LonLat, PlaceError>> {
    let pair = |s: &str| {
        let mut n = s.split([',', '/', '+']).filter(|p| !p.is_empty()).map(|p| {
            let end = p.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-'))).unwrap_or(p.len());
            p.get(..end)?.parse::<f64>().ok()
        });
        Some((n.next()??, n.next()??))
    };
    let lat_lon = |(lat, lon): (f64, f64)| LonLat::new(lon, lat);
    let link = link.replace("%2C", ",").replace("%2c", ",");
    let after = |key: &str| link.split_once(key).map(|(_, rest)| rest);
    if let Some(rest) = link.strip_prefix("geo:") {
        return pair(rest).map(lat_lon);
    }
    // The pin before the view: a link shared from a place carries both.
    if let Some((lat, rest)) = after("!3d").and_then(|r| r.split_once("!4d")) {
        return pair(&format!("{lat},{rest}")).map(lat_lon);
    }
    if let (Some(lat), Some(lon)) = (after("mlat="), after("mlon=")) {
        let first = |s: &str| s.split('&').next().unwrap_or_default().to_owned();
        return pair(&format!("{},{}", first(lat), first(lon))).map(lat_lon);
    }
    if let Some(rest) = after("#map=") {
        let rest = rest.split_once('/')?.1;
        return pair(rest).map(lat_lon);
    }
    // Yandex writes longitude first.
    if link.contains("yandex.") {
        let rest = after("pt=").or_else(|| after("ll="))?;
        return pair(rest).map(|(lon, lat)| LonLat::new(lon, lat));
    }
    for key in ["/@", "?q=", "&q=", "ll=", "query=", "center=", "cp="] {
        if let Some(found) = after(key).map(|r| r.replace('~', ",")).and_then(|r| pair(&r)) {
            return Some(lat_lon(found));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, lat: f64, lon: f64) {
        let p = position(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert!((p.lat() - lat).abs() < 2e-4 && (p.lon() - lon).abs() < 2e-4, "{text}: {p:?}");
    }

    #[test]
    fn positions_are_read_in_the_forms_people_paste() {
        check("39.83948, 45.67112", 39.839_48, 45.671_12);
        check("39.83948 45.67112", 39.839_48, 45.671_12);
        check("39,83948; 45,67112", 39.839_48, 45.671_12);
        check("39.83948° N 45.67112° E", 39.839_48, 45.671_12);
        check("45.67112 E, 39.83948 N", 39.839_48, 45.671_12);
        check("N39.83948 E45.67112", 39.839_48, 45.671_12);
        check("39°50′22″N 45°40′16″E", 39.839_44, 45.671_11);
        check("39° 50' 22.1\" N, 45° 40' 16\" E", 39.839_47, 45.671_11);
        check("-12.5, -77.25", -12.5, -77.25);
        check("geo:39.83948,45.67112;u=35", 39.839_48, 45.671_12);
        check("https://www.openstreetmap.org/#map=12/39.83948/45.67112", 39.839_48, 45.671_12);
        check("https://www.openstreetmap.org/?mlat=39.83948&mlon=45.67112#map=9/1/2", 39.839_48, 45.671_12);
        check("https://www.google.com/maps/@39.83948,45.67112,12z", 39.839_48, 45.671_12);
        check("https://www.google.com/maps/place/X/@1,2,3z/data=!3d39.83948!4d45.67112", 39.839_48, 45.671_12);
        check("https://maps.google.com/?q=39.83948,45.67112", 39.839_48, 45.671_12);
        check("https://yandex.com/maps/?ll=45.67112%2C39.83948&z=12", 39.839_48, 45.671_12);
    }

    #[test]
    fn every_format_shown_is_read_back_as_the_same_place() {
        let p = LonLat::new(45.671_12, 39.839_48).unwrap();
        for format in [Format::Decimal, Format::Dms, Format::Mgrs] {
            let shown = show_position(p, format);
            check(&shown, 39.839_48, 45.671_12);
        }
        assert!(show_position(p, Format::Mgrs).starts_with("38S "), "{}", show_position(p, Format::Mgrs));
    }

    #[test]
    fn what_is_no_position_says_so() {
        for bad in ["", "Jermuk", "39.8", "1 2 3 4 5", "39°70′N 45°E", "10 N 20 N", "https://example.org/"] {
            assert!(matches!(position(bad), Err(PlaceError::Form(_))), "{bad}");
        }
        assert!(position("45.67, 139.8").is_ok());
        assert!(matches!(position("139.8, 45.67"), Err(PlaceError::Latitude(_, true))));
    }
}
