//! Addresses of the web, and which of them lie within the own computer or network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address that is asked: only `http` and `https`, without name and password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// Whether the connection is encrypted.
    pub(super) secure: bool,
    /// Name or address of the server, lower case, without brackets.
    pub(super) host: String,
    /// Port.
    pub(super) port: u16,
    /// Path and query, in ASCII, beginning with a slash.
    pub(super) path: String,
}

impl Url {
    /// Reads a whole address.
    ///
    /// # Errors
    /// One line.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let bad = || format!("“{}” is no address of the web", short(text));
        let (scheme, rest) = text.split_once("://").ok_or_else(bad)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(format!("“{}” is neither http:// nor https://", short(text))),
        };
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err(format!("“{}” has a name or password in it; such an address is not asked", short(text)));
        }
        let (host, port) = split_port(authority).ok_or_else(bad)?;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        if host.is_empty() || host.len() > 253 || !host.chars().all(fits) {
            return Err(bad());
        }
        let port = port.unwrap_or(if secure { 443 } else { 80 });
        Ok(Self { secure, host: host.to_ascii_lowercase(), port, path: path_of(path) })
    }

    /// The address that a redirect from here leads to.
    ///
    /// # Errors
    /// One line.
    pub(super) fn join(&self, location: &str) -> Result<Self, String> {
        let location = location.trim();
        let scheme = if self.secure { "https" } else { "http" };
        if let Some(rest) = location.strip_prefix("//") {
            return Self::parse(&format!("{scheme}://{rest}"));
        }
        let first = location.find(['/', '?', '#']).unwrap_or(location.len());
        if location.get(..first).is_some_and(|head| head.contains(':')) {
            return Self::parse(location);
        }
        let path = self.path.split('?').next().unwrap_or_default();
        let path = match location.chars().next() {
            None => return Err("it redirects to nowhere".into()),
            Some('/') => location.to_owned(),
            Some('?') => format!("{path}{location}"),
            Some(_) => format!("{}/{location}", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
        };
        Ok(Self { path: path_of(&path), ..self.clone() })
    }

    /// What a request names as the server.
    pub(super) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        match (self.secure, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }

    /// Whether both are the same server.
    pub(super) fn same_server(&self, other: &Self) -> bool {
        (self.secure, &self.host, self.port) == (other.secure, &other.host, other.port)
    }
}

/// Host without brackets, and port.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        return match after.strip_prefix(':') {
            Some(port) => Some((host, Some(port.parse().ok()?))),
            None => after.is_empty().then_some((host, None)),
        };
    }
    match authority.split_once(':') {
        Some((host, port)) => Some((host, Some(port.parse().ok()?))),
        None => Some((authority, None)),
    }
}

/// Path and query in ASCII without what would end a request line early.
fn path_of(text: &str) -> String {
    let text = text.split('#').next().unwrap_or_default();
    let mut out = String::from(if text.starts_with('/') { "" } else { "/" });
    for byte in text.bytes() {
        if matches!(byte, 0x21..=0x7e) && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
        {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// An address of a foreign server for a message.
fn short(text: &str) -> String {
    super::super::plain_line(text, 80)
}

/// Whether a host says by its name that it lies within the own computer or network.
pub(super) fn is_local_name(host: &str) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return is_inner(address);
    }
    let host = host.trim_end_matches('.');
    !host.contains('.')
        || [".localhost", ".local", ".lan", ".internal", ".home.arpa"].iter().any(|ending| host.ends_with(ending))
}

/// Whether an address belongs to the own computer or network, or to no single computer at all (IANA's registries of
/// special-purpose addresses).
pub(super) fn is_inner(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_inner_v4(v4),
        IpAddr::V6(v6) => is_inner_v6(v6),
    }
}

fn is_inner_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0)
            | (198, 18 | 19, _)
    )
}

fn is_inner_v6(v6: Ipv6Addr) -> bool {
    let parts = v6.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match parts {
        // IPv4 within: mapped, compatible (the loopback and the unspecified address among them), translated, 6to4.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            is_inner_v4(v4(high, low))
        }
        // Local use, Teredo (an address behind another), unique local, link-local, site-local, multicast.
        [0x64, 0xff9b, 1, ..] | [0x2001, 0, ..] => true,
        [first, ..] => {
            first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80 || first & 0xffc0 == 0xfec0 || first & 0xff00 == 0xff00
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_what_is_none_is_refused_in_a_line() {
        let url = Url::parse("HTTPS://Tiles.H.org/a b/ü?k={1}#x").unwrap();
        assert_eq!(
            (url.secure, &*url.host, url.port, &*url.path),
            (true, "tiles.h.org", 443, "/a%20b/%C3%BC?k=%7B1%7D")
        );
        let v6 = Url::parse("http://[::1]:8080").unwrap();
        assert_eq!((&*v6.host, v6.port, &*v6.path, &*v6.authority()), ("::1", 8080, "/", "[::1]:8080"));
        for bad in [
            "ftp://h.org/",
            "h.org/1",
            "https://me:pw@h.org/",
            "https:///1",
            "https://h.org:99999/",
            "https://[::1/",
            "https://[h.org]/",
            "http://h\r\nX: y/",
            "file:///etc/passwd",
            "https://h.org:80:80/",
        ] {
            let said = Url::parse(bad).unwrap_err();
            assert!(!said.contains('\n'), "{bad}: {said}");
        }
    }

    #[test]
    fn redirects_lead_to_whole_and_to_partial_addresses() {
        let from = Url::parse("https://h.org/a/b.png?k=1").unwrap();
        let to = |location: &str| from.join(location).map(|u| format!("{}{}", u.authority(), u.path));
        assert_eq!(to("http://other.org/x").unwrap(), "other.org/x");
        assert_eq!(to("//other.org:8/x").unwrap(), "other.org:8/x");
        assert_eq!(to("/x").unwrap(), "h.org/x");
        assert_eq!(to("c.png").unwrap(), "h.org/a/c.png");
        assert_eq!(to("?k=2").unwrap(), "h.org/a/b.png?k=2");
        for bad in ["", "ftp://h.org/x", "javascript:x", "file:///x", "https://a@b/"] {
            assert!(to(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_within_the_own_network_are_known_in_every_disguise() {
        for inner in [
            "127.0.0.1",
            "127.9.9.9",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::1",
        ] {
            assert!(is_inner(inner.parse().unwrap()), "{inner}");
        }
        for outer in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(!is_inner(outer.parse().unwrap()), "{outer}");
        }
        for local in ["localhost", "127.0.0.1", "::1", "maps", "maps.local", "tiles.home.arpa"] {
            assert!(is_local_name(local), "{local}");
        }
        for wide in ["tiles.example.org", "8.8.8.8", "2130706433.org", "127.0.0.1.nip.io"] {
            assert!(!is_local_name(wide), "{wide}");
        }
    }
}
