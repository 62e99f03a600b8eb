//! Records behind each other: length (4 bytes, little end first), CRC32C over length and content, content.

/// How a journal begins.
pub(super) const MAGIC: &[u8] = b"clashmap journal 1\n";

/// Bytes before the content.
const FRAME: usize = 8;

fn checksum(len: [u8; 4], content: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&len), content)
}

/// Puts a record behind what is there; `false` if it is too long for one, and nothing was put.
#[must_use]
pub(super) fn push(out: &mut Vec<u8>, content: &[u8]) -> bool {
    let Ok(len) = u32::try_from(content.len()) else { return false };
    let len = len.to_le_bytes();
    out.extend_from_slice(&len);
    out.extend_from_slice(&checksum(len, content).to_le_bytes());
    out.extend_from_slice(content);
    true
}

/// The contents of all records up to the first that is not whole, and the number of bytes from there on. `None` if it is
/// no journal.
pub(super) fn whole(bytes: &[u8]) -> Option<(Vec<&[u8]>, usize)> {
    let mut rest = bytes.strip_prefix(MAGIC)?;
    let mut found = Vec::new();
    while let Some((content, behind)) = next(rest) {
        found.push(content);
        rest = behind;
    }
    Some((found, rest.len()))
}

fn next(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (frame, rest) = bytes.split_at_checked(FRAME)?;
    let (len, sum) = frame.split_at_checked(4)?;
    let len: [u8; 4] = len.try_into().ok()?;
    let (content, behind) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(len)).ok()?)?;
    (sum == checksum(len, content).to_le_bytes()).then_some((content, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(contents: &[&[u8]]) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        assert!(contents.iter().all(|c| push(&mut out, c)));
        out
    }

    #[test]
    fn the_checksum_is_the_one_of_rfc_3720() {
        assert_eq!(crc32c::crc32c(b"123456789"), 0xe306_9283);
    }

    #[test]
    fn a_torn_tail_is_dropped_at_every_byte_and_what_is_before_it_stays() {
        let contents: [&[u8]; 3] = [b"one", b"", b"three, longer"];
        let bytes = journal(&contents);
        let ends: Vec<usize> = (1..=3).map(|n| journal(&contents[..n]).len()).collect();
        for cut in MAGIC.len()..=bytes.len() {
            let (found, torn) = whole(&bytes[..cut]).unwrap();
            let want = ends.iter().filter(|e| **e <= cut).count();
            assert_eq!(found, contents[..want], "cut at {cut}");
            assert_eq!(torn, cut - ends[..want].last().unwrap_or(&MAGIC.len()));
        }
        assert!(whole(&bytes[..MAGIC.len() - 1]).is_none());
    }

    #[test]
    fn a_flipped_bit_and_a_stretch_of_zeros_end_the_journal() {
        let bytes = journal(&[b"one", b"two"]);
        for at in MAGIC.len()..bytes.len() {
            for bit in 0..8 {
                let mut bad = bytes.clone();
                bad[at] ^= 1 << bit;
                assert!(whole(&bad).unwrap().0.len() < 2, "byte {at}");
            }
        }
        let mut zeros = bytes.clone();
        zeros.resize(bytes.len() + 4096, 0);
        assert_eq!(whole(&zeros).unwrap(), (vec![&b"one"[..], b"two"], 4096));
    }
}
