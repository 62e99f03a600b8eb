//! Files made to do harm: one line, at once, and nothing written.

use std::io::{Cursor, Write};

use super::tables::came;

pub(crate) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook with this inside of its sheet and these shared texts.
pub(crate) fn workbook(cells: &str, texts: &str) -> Vec<u8> {
    let relations = |kind: &str, target: &str, more: &str| {
        let ns = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"r1\" Type=\"{ns}/{kind}\" Target=\"{target}\"/>{more}</Relationships>"
        )
    };
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         <sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{cells}</sheetData></worksheet>");
    archive(&[
        ("_rels/.rels", relations("officeDocument", "xl/workbook.xml", "").as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations("worksheet", "worksheets/sheet1.xml", "").as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", texts.as_bytes()),
    ])
}

fn refused(name: &str, bytes: &[u8], word: &str) {
    let came = came(name, bytes, &[]);
    assert_eq!((came.code, came.features.len()), (Some(2), 0), "{name}: {}", came.report);
    assert!(came.error.contains(word) && came.error.lines().count() == 1, "{name}: {}", came.error);
}

#[test]
fn archives_that_unpack_to_far_more_than_a_map_are_refused() {
    refused("a.kmz", &archive(&[("doc.kml", &vec![b' '; 40 << 20])]), "unpacked");
    let rows = format!("<kml>{}</kml>", "<Placemark/>".repeat(400_000));
    refused("a.kmz", &archive(&[("../../doc.kml", rows.as_bytes())]), "made to do harm");
}

#[test]
fn workbooks_with_far_corners_huge_cells_and_false_promises_are_refused() {
    let text =
        |n: usize| format!("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{}</t></is></c></row>", "x".repeat(n));
    refused("a.xlsx", &workbook(&text(2 << 20), "<sst/>"), "longer than 1 MiB");
    let far = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    refused("a.xlsx", &workbook(far, "<sst/>"), "column 16384");
    let one = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>";
    refused("a.xlsx", &workbook(one, "<sst uniqueCount=\"99999999999\"><si><t>a</t></si></sst>"), "promises more");
}

#[test]
fn document_types_and_outside_entities_are_refused() {
    let outside =
        "<!DOCTYPE kml [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><kml><Placemark><name>&a;</name></Placemark></kml>";
    refused("a.kml", outside.as_bytes(), "document type");
    refused("a.kmz", &archive(&[("doc.kml", outside.as_bytes())]), "document type");
}

#[test]
fn a_million_columns_and_zeros_are_refused() {
    refused("a.csv", format!("{}\n", ",".repeat(1_000_000)).as_bytes(), "4096 columns");
    refused("a.csv", b"date,a\n2022-09-13,\0\n", "byte 18 is 0");
    let names: Vec<String> = (0..5000).map(|n| format!("\"k{n}\":1")).collect();
    refused("a.json", format!("[{{{}}}]", names.join(",")).as_bytes(), "4096 columns");
}
