//! The head of an answer: what is read of it, and how long it may be kept.

use std::time::Duration;

/// What of a head is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) length: Option<u64>,
    pub(super) is_chunked: bool,
    pub(super) packing: Option<String>,
    pub(super) location: Option<String>,
    pub(super) etag: Option<String>,
    pub(super) modified: Option<String>,
    retry_after: Option<String>,
    control: String,
    expires: Option<String>,
    date: Option<String>,
    closes: bool,
    is_old: bool,
}

impl Head {
    /// Reads a head with its length; `None` while it is not whole.
    ///
    /// # Errors
    /// One line.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<(Self, usize)>, String> {
        let mut lines = [httparse::EMPTY_HEADER; 96];
        let mut answer = httparse::Response::new(&mut lines);
        let length = match answer.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => return Err("the head of its answer is too long".into()),
            Err(_) => return Err("its answer is not that of a web server".into()),
        };
        let mut head =
            Self { status: answer.code.unwrap_or_default(), is_old: answer.version == Some(0), ..Self::default() };
        for line in answer.headers.iter() {
            let value = String::from_utf8_lossy(line.value).trim().to_owned();
            match line.name.to_ascii_lowercase().as_str() {
                "content-length" => {
                    let Some(length) = value.parse().ok().filter(|n| head.length.is_none_or(|known| known == *n))
                    else {
                        return Err("its answer has no clear length".into());
                    };
                    head.length = Some(length);
                }
                "transfer-encoding" => match value.to_ascii_lowercase().as_str() {
                    "chunked" => head.is_chunked = true,
                    "identity" => {}
                    _ => return Err("its answer is cut in pieces in an unknown way".into()),
                },
                "content-encoding" => head.packing = Some(value.to_ascii_lowercase()),
                "location" => head.location = Some(value),
                "etag" => head.etag = Some(value),
                "last-modified" => head.modified = Some(value),
                "retry-after" => head.retry_after = Some(value),
                "cache-control" => head.control.push_str(&format!("{},", value.to_ascii_lowercase())),
                "expires" => head.expires = Some(value),
                "date" => head.date = Some(value),
                "connection" => head.closes |= value.to_ascii_lowercase().contains("close"),
                _ => {}
            }
        }
        Ok(Some((head, length)))
    }

    /// Whether the connection can be used for another request.
    pub(super) fn keeps_open(&self) -> bool {
        !self.closes && !self.is_old && (self.is_chunked || self.length.is_some() || self.status == 304)
    }

    /// How long the server wants to be left alone. `now`: seconds since 1970.
    pub(super) fn rest(&self, now: i64) -> Option<Duration> {
        let text = self.retry_after.as_deref()?;
        if let Ok(seconds) = text.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        let until = moment(text)? - moment_or(self.date.as_deref(), now);
        Some(Duration::from_secs(u64::try_from(until).unwrap_or(0)))
    }

    /// For how many seconds the answer holds without asking again; `None`: it may not be kept at all.
    pub(super) fn fresh_for(&self, now: i64) -> Option<i64> {
        /// Where a server says nothing, as the policy of OpenStreetMap's tiles asks for.
        const USUAL: i64 = 7 * 86_400;
        /// Nothing on a map holds longer.
        const LONGEST: i64 = 365 * 86_400;
        let words = || self.control.split(',').map(str::trim);
        if words().any(|w| w == "no-store") {
            return None;
        }
        if words().any(|w| w == "no-cache") {
            return Some(0);
        }
        let age = words().find_map(|w| w.strip_prefix("max-age=")?.trim_matches('"').parse::<i64>().ok());
        let until = || Some(self.expires.as_deref()).flatten().map(|e| moment(e).map_or(0, |e| e - self.dated(now)));
        Some(age.or_else(until).unwrap_or(USUAL).clamp(0, LONGEST))
    }

    fn dated(&self, now: i64) -> i64 {
        moment_or(self.date.as_deref(), now)
    }
}

fn moment_or(text: Option<&str>, now: i64) -> i64 {
    text.and_then(moment).unwrap_or(now)
}

/// A moment as HTTP writes it, `Sun, 06 Nov 1994 08:49:37 GMT`, in seconds since 1970.
fn moment(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = text.split_once(", ")?.1.split(' ');
    let day: i64 = parts.next()?.parse().ok().filter(|d| (1..=31).contains(d))?;
    let name = parts.next()?;
    let month = MONTHS.iter().position(|m| *m == name)? as i64 + 1;
    let year: i64 = parts.next()?.parse().ok().filter(|y| (1970..=9999).contains(y))?;
    let mut clock = parts.next()?.split(':').map(|p| p.parse::<i64>().ok().filter(|n| (0..=60).contains(n)));
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    // Days from 1970 by the civil calendar, years beginning in March.
    let shifted = year - i64::from(month <= 2);
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(lines: &str) -> Head {
        let text = format!("HTTP/1.1 200 OK\r\n{lines}\r\n");
        Head::read(text.as_bytes()).unwrap().unwrap().0
    }

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        let text = b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 3\r\n\r\nabc";
        for end in 0..text.len() - 3 {
            assert_eq!(Head::read(&text[..end]).unwrap(), None, "{end}");
        }
        let (head, length) = Head::read(text).unwrap().unwrap();
        assert_eq!((head.status, head.location.as_deref(), head.length), (302, Some("/x"), Some(3)));
        assert_eq!(length, text.len() - 3);
        assert!(head.keeps_open() && !super::Head { closes: true, ..head }.keeps_open());
    }

    #[test]
    fn heads_that_can_be_read_in_two_ways_are_refused() {
        for bad in ["SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n"] {
            assert!(Head::read(bad.as_bytes()).is_err(), "{bad}");
        }
        for bad in ["Content-Length: x", "Content-Length: -1", "Transfer-Encoding: gzip, chunked"] {
            assert!(Head::read(format!("HTTP/1.1 200 OK\r\n{bad}\r\n\r\n").as_bytes()).is_err(), "{bad}");
        }
        let many = (0..200).fold(String::from("HTTP/1.1 200 OK\r\n"), |text, n| text + &format!("a{n}: b\r\n"));
        assert!(Head::read(format!("{many}\r\n").as_bytes()).is_err());
    }

    #[test]
    fn how_long_an_answer_holds_is_as_the_server_says_it() {
        let now = 1_000_000_000;
        for (lines, want) in [
            ("", Some(7 * 86_400)),
            ("Cache-Control: public, max-age=60\r\n", Some(60)),
            ("Cache-Control: max-age=99999999999\r\n", Some(365 * 86_400)),
            ("Cache-Control: no-cache\r\nCache-Control: max-age=60\r\n", Some(0)),
            ("Cache-Control: no-store\r\n", None),
            ("Expires: Sun, 09 Sep 2001 01:47:40 GMT\r\n", Some(60)),
            ("Expires: Sun, 09 Sep 2001 01:47:40 GMT\r\nDate: Sun, 09 Sep 2001 01:47:00 GMT\r\n", Some(40)),
            ("Expires: 0\r\n", Some(0)),
        ] {
            assert_eq!(head(lines).fresh_for(now), want, "{lines}");
        }
    }

    #[test]
    fn the_rest_that_a_server_asks_for_is_read_as_seconds_or_as_a_moment() {
        let rest = |lines: &str| head(lines).rest(1_000_000_000).map(|d| d.as_secs());
        assert_eq!(rest("Retry-After: 120\r\n"), Some(120));
        assert_eq!(rest("Retry-After: Sun, 09 Sep 2001 01:47:40 GMT\r\n"), Some(60));
        assert_eq!(rest("Retry-After: Sun, 09 Sep 2001 01:40:40 GMT\r\n"), Some(0));
        assert_eq!(rest("Retry-After: soon\r\n"), None);
    }

    #[test]
    fn moments_are_counted_from_1970() {
        assert_eq!(moment("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(moment("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
        assert_eq!(moment("yesterday"), None);
    }
}
