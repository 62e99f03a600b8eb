//! Archives: the map inside a KMZ, the parts of a workbook or a shapefile. Nothing is unpacked to the disk, so that the
//! names in an archive can do no harm.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::import::Sheets;

/// How many times longer than the archive what is inside may be, above [`FREE`].
const RATIO: u64 = 48;
/// What a small archive may hold anyhow, in bytes.
const FREE: u64 = 32 << 20;
/// The longest that is unpacked at all, in bytes.
const MOST: u64 = 4 << 30;
/// The most files in an archive.
const MOST_FILES: usize = 4096;

/// The most words of the styles of a workbook that begin or end a look of cells.
const MOST_LOOKS: usize = 4 * 65_490;

/// What an archive is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// A KML.
    Kml,
    /// The parts of a workbook.
    Workbook,
    /// The parts of a shapefile.
    Shapefile,
}

fn opened(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, String> {
    let zip = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| "the archive is damaged or cut off; get it again".to_owned())?;
    if zip.len() > MOST_FILES {
        return Err(format!("the archive holds {} files; up to {MOST_FILES} are looked at", zip.len()));
    }
    Ok(zip)
}

fn names(zip: &ZipArchive<Cursor<&[u8]>>) -> Vec<String> {
    zip.file_names().filter_map(|n| n.ok().map(std::borrow::Cow::into_owned)).collect()
}

fn has_ending(name: &str, ending: &str) -> bool {
    // What some systems put beside every file.
    !name.starts_with("__MACOSX/") && name.to_lowercase().ends_with(ending)
}

/// Sees what an archive holds by the names in it.
///
/// # Errors
/// One sentence if it holds nothing that is read.
pub(super) fn holds(bytes: &[u8]) -> Result<Holds, String> {
    let names = names(&opened(bytes)?);
    let has = |ending: &str| names.iter().any(|n| has_ending(n, ending));
    if names.iter().any(|n| n == "xl/workbook.xml") {
        Ok(Holds::Workbook)
    } else if has(".kml") {
        Ok(Holds::Kml)
    } else if has(".shp") {
        Ok(Holds::Shapefile)
    } else if names.iter().any(|n| n == "mimetype" || n == "content.xml") {
        Err("this is an OpenDocument file; save it as .xlsx or .csv".into())
    } else {
        Err("there is no KML, workbook or shapefile in this archive; unpack it and read the table inside".into())
    }
}

/// How much may be unpacked of an archive, in bytes.
fn limit(bytes: &[u8]) -> u64 {
    FREE.max(bytes.len() as u64 * RATIO).min(MOST)
}

fn too_long(what: &str, limit: u64) -> String {
    format!(
        "{what} in this archive is longer than {} MiB unpacked, which hardly is one; it may be made to do harm",
        limit >> 20
    )
}

fn unpacked(zip: &mut ZipArchive<Cursor<&[u8]>>, name: &str, limit: u64, what: &str) -> Result<Vec<u8>, String> {
    let file = zip.by_name(name).map_err(|_| format!("{what} in this archive is damaged or needs a password"))?;
    let mut out = Vec::new();
    file.take(limit + 1).read_to_end(&mut out).map_err(|_| format!("{what} in this archive is damaged"))?;
    if out.len() as u64 > limit { Err(too_long(what, limit)) } else { Ok(out) }
}

/// The first KML in an archive.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub(super) fn kml(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut zip = opened(bytes)?;
    let names = names(&zip);
    let name = names
        .iter()
        .find(|n| n.eq_ignore_ascii_case("doc.kml"))
        .or_else(|| names.iter().find(|n| has_ending(n, ".kml")));
    let name = name.ok_or_else(|| "there is no KML in this archive".to_owned())?;
    unpacked(&mut zip, name, limit(bytes), "the KML")
}

/// The parts of a shapefile in an archive, of the layer that was asked for, else of the first; and what layers there are.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub(super) fn shapefile(
    bytes: &[u8],
    asked: Option<&str>,
) -> Result<(super::shapefile::Parts, Option<(Sheets, String)>), String> {
    let mut zip = opened(bytes)?;
    let names = names(&zip);
    let stem = |n: &str| n.get(..n.len() - 4).unwrap_or_default().to_owned();
    let layer = |stem: &str| stem.rsplit('/').next().unwrap_or_default().to_owned();
    let stems: Vec<String> = names.iter().filter(|n| has_ending(n, ".shp")).map(|n| stem(n)).collect();
    let known = stems.iter().map(|s| format!("“{}”", layer(s))).collect::<Vec<_>>().join(", ");
    let chosen = match asked {
        Some(asked) => stems.iter().find(|s| layer(s).eq_ignore_ascii_case(asked.trim())),
        None => stems.first(),
    };
    let chosen = chosen.ok_or_else(|| format!("there is no such shapefile in this archive; it holds {known}"))?;
    let sheets = Sheets::several(stems.iter().map(|s| layer(s)).collect(), &layer(chosen), "shapefiles");
    let limit = limit(bytes);
    let mut part = |ending: &str| -> Result<Option<Vec<u8>>, String> {
        let name = names.iter().find(|n| n.len() == chosen.len() + 4 && stem(n) == *chosen && has_ending(n, ending));
        name.map(|name| unpacked(&mut zip, name, limit, "a part of the shapefile")).transpose()
    };
    let parts = super::shapefile::Parts {
        shp: part(".shp")?.unwrap_or_default(),
        dbf: part(".dbf")?,
        prj: part(".prj")?,
        cpg: part(".cpg")?,
        archive: bytes.len(),
    };
    Ok((parts, sheets))
}

/// Looks at how long what a workbook holds is unpacked, before anybody reads it, and at how many texts it promises.
///
/// # Errors
/// One sentence if it is more than a workbook of this size may hold.
pub(in crate::io) fn measure(bytes: &[u8]) -> Result<(), String> {
    let mut zip = opened(bytes)?;
    let limit = limit(bytes);
    let mut left = limit;
    for n in 0..zip.len() {
        let mut file = zip.by_index(n).map_err(|_| "the workbook is damaged or needs a password".to_owned())?;
        let is = |ending: &str| file.name().is_ok_and(|n| n.to_lowercase().ends_with(ending));
        let (is_texts, is_styles) = (is("sharedstrings.xml"), is("styles.xml"));
        let mut buffer = vec![0; 1 << 16];
        let mut texts = Vec::new();
        loop {
            let got = file.read(&mut buffer).map_err(|_| "the workbook is damaged".to_owned())?;
            if got == 0 {
                break;
            }
            left = left.checked_sub(got as u64).ok_or_else(|| too_long("the workbook", limit))?;
            if is_texts || is_styles {
                texts.extend_from_slice(buffer.get(..got).unwrap_or_default());
            }
        }
        if is_texts && promises_more(&texts) {
            return Err("the workbook promises more texts than it holds; it is damaged or made to do harm".into());
        }
        // Each becomes hundreds of bytes; spreadsheets themselves hold 65,490.
        if is_styles && memchr::memmem::find_iter(&texts, b"xf").take(MOST_LOOKS + 1).count() > MOST_LOOKS {
            return Err(
                "the workbook has more looks of cells than a spreadsheet can have; save it anew as .xlsx".into()
            );
        }
    }
    Ok(())
}

/// Whether a list of texts says that it has more than could stand in it: room is made for as many as it says.
fn promises_more(xml: &[u8]) -> bool {
    memchr::memmem::find_iter(xml, b"uniqueCount").any(|at| {
        let rest = xml.get(at + b"uniqueCount".len()..).unwrap_or_default();
        let digits =
            rest.iter().skip_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\'' | b'+' | b'0'));
        let digits: Vec<u8> = digits.take_while(|b| b.is_ascii_digit()).copied().collect();
        let said = std::str::from_utf8(&digits).ok().and_then(|d| d.parse::<u64>().ok());
        !digits.is_empty() && said.is_none_or(|n| n > xml.len() as u64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn the_map_in_an_archive_is_found_under_any_name() {
        assert_eq!(kml(&archive(&[("a.png", b"x"), ("files/MAP.KML", b"<kml/>")])).unwrap(), b"<kml/>");
        assert_eq!(kml(&archive(&[("../../etc/x.kml", b"<kml/>")])).unwrap(), b"<kml/>");
        assert!(holds(&archive(&[("a.txt", b"x")])).unwrap_err().contains("no KML"));
        assert!(holds(b"PK\x03\x04").unwrap_err().contains("damaged"));
    }

    #[test]
    fn a_bomb_is_refused_before_it_goes_off() {
        let zeros = vec![b' '; 40 << 20];
        for name in ["doc.kml", "xl/worksheets/sheet1.xml"] {
            let bomb = archive(&[(name, &zeros)]);
            assert!(bomb.len() < 1 << 16);
            let why = if name == "doc.kml" { kml(&bomb).map(|_| ()) } else { measure(&bomb) };
            assert!(why.unwrap_err().contains("unpacked"), "{name}");
        }
        let many: Vec<(String, &[u8])> = (0..5000).map(|n| (format!("{n}"), &b""[..])).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|(n, b)| (n.as_str(), *b)).collect();
        assert!(holds(&archive(&many)).unwrap_err().contains("5000 files"));
    }

    #[test]
    fn a_list_that_promises_more_texts_than_it_holds_is_refused() {
        for (count, refused) in [("1", false), ("99999999999", true), ("99999999999999999999999999", true), ("", false)]
        {
            let xml = format!("<sst uniqueCount=\"{count}\"><si><t>a</t></si></sst>");
            assert_eq!(measure(&archive(&[("xl/sharedStrings.xml", xml.as_bytes())])).is_err(), refused, "{count}");
        }
    }
}
