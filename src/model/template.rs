//! Addresses of tiles with places for zoom, column and row.

use std::fmt;

use super::Text;

/// An address such as `https://{s}.example.org/{z}/{x}/{y}{r}.png`, checked.
///
/// `{z}`, `{x}` and `{y}` are zoom, column and row, counted from the north; `{-y}` is the row counted from the south
/// (TMS). `{s}` is one of the subdomains, or of those in `{s:abc}`; `{r}` is `@2x` on screens of many small pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// As typed.
    text: Text,
    /// Names that `{s}` stands for.
    subdomains: Vec<Text>,
}

/// A longer address is no address of tiles.
const LONGEST: usize = 2_000;

impl Template {
    /// Checks an address.
    ///
    /// # Errors
    /// One line: what is wrong with it and how it should look.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() > LONGEST || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err("an address of tiles is one word of at most 2000 letters, such as \
                        https://example.org/{z}/{x}/{y}.png"
                .into());
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(format!("“{text}” is no web address; it begins with https:// or http://"));
        };
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return Err(format!("“{scheme}://” is not asked for tiles; only https:// and http:// are"));
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err("an address with a name or password before “@” is not used; leave that part out".into());
        }
        let has_row = text.contains("{y}") || text.contains("{-y}");
        if !(text.contains("{z}") && text.contains("{x}") && has_row) {
            return Err("the address has no {z}, {x} and {y} for zoom, column and row of a tile, or {-y} for rows \
                        counted from the south"
                .into());
        }
        let mut plain = text.to_owned();
        let mut subdomains: Vec<Text> = Vec::new();
        if let Some((before, rest)) = text.split_once("{s:")
            && let Some((names, after)) = rest.split_once('}')
        {
            subdomains = if names.contains(',') {
                names.split(',').map(Text::from).collect()
            } else {
                names.chars().map(|c| Text::from(c.to_string().as_str())).collect()
            };
            plain = format!("{before}{{s}}{after}");
        } else if text.contains("{s}") {
            subdomains = ["a", "b", "c"].map(Text::from).to_vec();
        }
        let mut left = plain;
        for place in ["{z}", "{x}", "{y}", "{-y}", "{s}", "{r}"] {
            left = left.replace(place, "");
        }
        if left.contains(['{', '}']) {
            return Err("the address has a place in braces other than {z} {x} {y} {-y} {s} {r}; \
                        write its value instead, such as a key of your own"
                .into());
        }
        let template = Self { text: text.into(), subdomains };
        let is_host = |h: &String| {
            let name =
                h.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(h.as_str(), |(n, _)| n);
            let is_v6 = name.starts_with('[') && name.ends_with(']');
            let inner = name.trim_start_matches('[').trim_end_matches(']');
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') || (is_v6 && c == ':');
            !inner.is_empty() && inner.len() <= 253 && inner.chars().all(fits)
        };
        if !template.authorities().iter().all(is_host) {
            return Err(format!("“{authority}” is no name of a server; it looks like tiles.example.org"));
        }
        Ok(template)
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The names or addresses of the servers that are asked, lower case, without ports.
    pub fn hosts(&self) -> Vec<String> {
        let mut hosts: Vec<String> = self.authorities().iter().map(|a| host_of(a)).collect();
        hosts.dedup();
        hosts
    }

    /// Whether tiles of twice the pixels can be asked for.
    pub fn has_dense(&self) -> bool {
        self.text.contains("{r}")
    }

    /// The address of a tile; column and row counted from the north-west, each below two to the zoom.
    pub fn url(&self, zoom: u8, x: u32, y: u32, dense: bool) -> String {
        let south = (1_u64 << zoom.min(32)).saturating_sub(1 + u64::from(y));
        // Each tile always of the same server, so that caches on the way have it once.
        let n = self.subdomains.len().max(1);
        let sub = self.subdomains.get((x as usize).wrapping_add(y as usize) % n).map_or("", |s| &**s);
        self.plain()
            .replace("{z}", &zoom.to_string())
            .replace("{x}", &x.to_string())
            .replace("{y}", &y.to_string())
            .replace("{-y}", &south.to_string())
            .replace("{s}", sub)
            .replace("{r}", if dense { "@2x" } else { "" })
    }

    /// The text with `{s:…}` as `{s}`.
    fn plain(&self) -> String {
        match self.text.split_once("{s:").and_then(|(a, rest)| Some((a, rest.split_once('}')?.1))) {
            Some((before, after)) => format!("{before}{{s}}{after}"),
            None => self.text.to_string(),
        }
    }

    fn authorities(&self) -> Vec<String> {
        let plain = self.plain();
        let rest = plain.split_once("://").map_or("", |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        if authority.contains("{s}") {
            self.subdomains.iter().map(|s| authority.replace("{s}", &s.to_ascii_lowercase())).collect()
        } else {
            vec![authority]
        }
    }
}

/// The host of an authority: without a port, and without the brackets of an IPv6 address.
fn host_of(authority: &str) -> String {
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => authority,
    };
    name.trim_start_matches('[').trim_end_matches(']').to_owned()
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(template: &str, tile: (u8, u32, u32), dense: bool) -> String {
        Template::parse(template).unwrap().url(tile.0, tile.1, tile.2, dense)
    }

    #[test]
    fn places_are_filled_in() {
        assert_eq!(url("https://h.org/{z}/{x}/{y}.png", (7, 79, 48), false), "https://h.org/7/79/48.png");
        assert_eq!(url("http://h.org/{z}/{x}/{-y}{r}.png", (3, 1, 2), true), "http://h.org/3/1/5@2x.png");
        assert_eq!(url("http://h.org/{z}/{x}/{y}{r}.png", (3, 1, 2), false), "http://h.org/3/1/2.png");
        assert_eq!(url("https://{s}.h.org/{z}/{x}/{y}", (3, 1, 3), false), "https://b.h.org/3/1/3");
        assert_eq!(url("https://t{s:1234}.h.org/{z}/{x}/{y}", (3, 0, 3), false), "https://t4.h.org/3/0/3");
        assert_eq!(url("https://{s:eu,us}.h.org/{z}/{x}/{y}", (3, 0, 3), false), "https://us.h.org/3/0/3");
    }

    #[test]
    fn the_servers_that_are_asked_can_be_named_before() {
        let hosts = |t: &str| Template::parse(t).unwrap().hosts();
        assert_eq!(hosts("https://Tiles.H.org:8443/{z}/{x}/{y}"), ["tiles.h.org"]);
        assert_eq!(hosts("https://{s}.h.org/{z}/{x}/{y}"), ["a.h.org", "b.h.org", "c.h.org"]);
        assert_eq!(hosts("http://[::1]:80/{z}/{x}/{y}"), ["::1"]);
        assert_eq!(hosts("https://h.org/{s}/{z}/{x}/{y}"), ["h.org"]);
    }

    #[test]
    fn what_is_no_address_of_tiles_says_why() {
        for (bad, why) in [
            ("ftp://h.org/{z}/{x}/{y}", "only https:// and http://"),
            ("file:///etc/{z}/{x}/{y}", "only https:// and http://"),
            ("h.org/{z}/{x}/{y}", "no web address"),
            ("https://h.org/{z}/{x}.png", "no {z}, {x} and {y}"),
            ("https://me:secret@h.org/{z}/{x}/{y}", "password"),
            ("https://h.org/{z}/{x}/{y}?key={key}", "other than"),
            ("https:///{z}/{x}/{y}", "no name of a server"),
            ("https://{z}.h.org/{x}/{y}", "no name of a server"),
            ("https://h .org/{z}/{x}/{y}", "one word"),
            ("https://h\\.org/{z}/{x}/{y}", "no name of a server"),
        ] {
            let said = Template::parse(bad).unwrap_err();
            assert!(said.contains(why) && !said.contains('\n'), "{bad}: {said}");
        }
    }
}
