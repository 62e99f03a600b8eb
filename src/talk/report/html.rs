//! A report as one page for a browser: no script at all, and nothing is loaded.

use std::fmt::Write;

use super::{Report, Table};
use crate::picture::list::Picture;
use crate::picture::svg::escape;
use crate::talk::Stage;
use crate::talk::html::{colours, embedded, hash};

const STYLE: &str = include_str!("report.css");

/// The report with its map.
pub(super) fn write(report: &Report, map: &Picture, ground: &[u8], stage: Stage) -> String {
    let style = format!("{}{STYLE}", colours(stage.theme.colors()));
    let policy = format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(&style)
    );
    let title = escape(&report.title);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    for paragraph in report.description.lines().filter(|l| !l.trim().is_empty()) {
        let _ = writeln!(out, "<p>{}</p>", escape(paragraph));
    }
    out.push_str("<dl>\n");
    for (word, what) in &report.facts {
        let _ = writeln!(out, "<dt>{}</dt><dd>{}</dd>", escape(word), escape(what));
    }
    let _ = writeln!(
        out,
        "</dl>\n<figure role=\"img\" aria-label=\"Map of the incidents; they are listed below\">{}</figure>",
        embedded(map, ground)
    );
    for t in &report.tables {
        table(&mut out, t);
    }
    out.push_str("<section id=\"sources\">\n<h2>Sources</h2>\n<ol>\n");
    for (n, s) in report.sources.iter().enumerate() {
        let _ = write!(out, "<li id=\"source-{}\">{}", n + 1, escape(&s.words));
        for (word, url) in &s.links {
            let _ = write!(out, " <a rel=\"noopener noreferrer\" href=\"{}\">{word}</a>", escape(url));
        }
        out.push_str("</li>\n");
    }
    let _ = write!(
        out,
        "</ol>\n</section>\n</main>\n<footer><p>{}</p><p>{}</p></footer>\n</body>\n</html>\n",
        escape(&report.note),
        escape(&report.attribution)
    );
    out
}

fn table(out: &mut String, table: &Table) {
    let _ = write!(out, "<section>\n<h2>{}</h2>\n<div class=\"wide\"><table><thead><tr>", escape(table.heading));
    for head in table.heads {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(head));
    }
    out.push_str("</tr></thead><tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (n, cell) in row.iter().enumerate() {
            let words = cell.iter().map(|line| escape(line)).collect::<Vec<_>>().join("<br>");
            let _ = if n == table.names {
                write!(out, "<th scope=\"row\">{words}</th>")
            } else {
                write!(out, "<td>{words}</td>")
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n</section>\n");
}
