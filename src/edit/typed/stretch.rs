//! Stretches of time as they are typed: `+1 d`, `-2 h 30 min`.

/// Reads a stretch of time with its sign, in seconds.
///
/// # Errors
/// One line that says how it is written.
pub fn stretch(text: &str) -> Result<i64, String> {
    let wrong = || format!("“{}” is no stretch of time; write +1 d, -2 h 30 min or 90 s", text.trim());
    let t = text.trim().replace(['\u{2212}', '\u{2013}'], "-").to_lowercase();
    let (sign, rest) = match t.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, t.strip_prefix('+').unwrap_or(&t)),
    };
    let mut seconds: i64 = 0;
    let mut rest = rest.trim_start();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let tail = tail.trim_start();
        let letters = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let of = match unit {
            "w" | "week" | "weeks" => 604_800,
            "d" | "day" | "days" => 86_400,
            "h" | "hour" | "hours" => 3600,
            "min" | "minute" | "minutes" => 60,
            "s" | "sec" | "second" | "seconds" => 1,
            _ => return Err(wrong()),
        };
        let part = number.parse::<i64>().ok().and_then(|n| n.checked_mul(of)).ok_or_else(wrong)?;
        seconds = seconds.checked_add(part).ok_or_else(wrong)?;
        rest = tail.trim_start();
    }
    // More than the years that dates have.
    if seconds == 0 || seconds > 20_000 * 366 * 86_400 { Err(wrong()) } else { Ok(sign * seconds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_read_with_sign_and_units() {
        for (text, want) in [
            ("+1 d", 86_400),
            ("-2 h 30 min", -9000),
            ("90s", 90),
            ("\u{2212}1 week", -604_800),
            ("1 day 1 hour", 90_000),
        ] {
            assert_eq!(stretch(text), Ok(want), "{text}");
        }
        for bad in ["", "+", "1", "1 month", "d", "0 d", "1 d -2 h", "99999999999999999999 d", "9999999999 d"] {
            assert!(stretch(bad).is_err(), "{bad}");
        }
    }
}
