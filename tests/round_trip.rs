//! What is written is read back the same, and what is not understood is not lost.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]
#![allow(clippy::disallowed_methods, reason = "what a test puts into a temporary folder may be half-written")]

mod edtf;
mod schema;

use clashmap::io::disk::RealDisk;
use clashmap::io::project::{self, Care, Opened};
use clashmap::model::*;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

fn write(project: &Project) -> Vec<u8> {
    let mut out = Vec::new();
    project::write(project, &mut out).unwrap();
    out
}

fn read(bytes: &[u8]) -> Opened {
    project::read(bytes).unwrap_or_else(|e| panic!("{e}\n{}", String::from_utf8_lossy(bytes)))
}

/// Texts in the scripts of the region, with everything that JSON has to escape.
fn text() -> BoxedStrategy<Text> {
    let plain = "[a-zA-ZÀ-ž0-9 .,;:'\"\\\\/\\n\\t<>&{}\\[\\]-]{0,12}";
    let scripts = "[Ա-Ֆա-ևА-яЁёəğıİöşüçაბგდ漢字🙂\u{1}\u{7f}\u{2028}\u{feff}]{0,8}";
    prop_oneof![3 => Just(String::new()), 3 => plain, 2 => scripts].prop_map(Into::into).boxed()
}

fn json() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        select(vec![
            "null",
            "true",
            "-0",
            "1.50",
            "1e5",
            "123456789012345678901234567890",
            "0.1e-400",
            "\"\\u0041\"",
            "[]",
            "{}"
        ])
        .prop_map(str::to_owned),
        text().prop_map(|t| serde_json::to_string(&t).unwrap()),
        any::<i64>().prop_map(|n| n.to_string()),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|list| format!("[{}]", list.join(","))),
            vec((text(), inner), 0..4).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(k, v)| format!("{}:{v}", serde_json::to_string(k).unwrap())).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
    .boxed()
}

fn extra() -> BoxedStrategy<Extra> {
    vec((text(), json()), 0..3)
        .prop_map(|members| {
            members.into_iter().enumerate().map(|(n, (k, v))| (format!("x{n} {k}").into(), v.into())).collect()
        })
        .boxed()
}

fn names() -> BoxedStrategy<Names> {
    vec((select(vec!["en", "hy", "az", "ru", "ka", "x-\""]), text()), 0..4)
        .prop_map(|pairs| Names::from_pairs(pairs.iter().map(|(c, n)| (*c, &**n))))
        .boxed()
}

fn moment() -> BoxedStrategy<Moment> {
    let parts = (-999_999_999_i64..4_000_000_000, -840_i16..=840, select(Resolution::ALL.to_vec()));
    let plain = (parts, any::<(bool, bool, bool)>()).prop_map(
        |((seconds, offset, resolution), (zoned, approximate, uncertain))| {
            let m = Moment::from_unix(seconds, offset, resolution);
            let m = if zoned { m } else { m.with_offset(None) };
            m.qualified(approximate, uncertain)
        },
    );
    prop_oneof![plain, edtf::moment()].boxed()
}

fn when() -> BoxedStrategy<When> {
    let bound = prop_oneof![3 => moment().prop_map(Bound::At), 1 => Just(Bound::Open), 1 => Just(Bound::Unknown)];
    let interval = (bound.clone(), of(bound), moment())
        .prop_map(|(start, end, fallback)| When::new(start, end).unwrap_or_else(|_| fallback.into()));
    prop_oneof![interval, edtf::when()].boxed()
}

fn lon_lat() -> BoxedStrategy<LonLat> {
    prop_oneof![
        (-180.0..=180.0, -90.0..=90.0),
        (44.0..=47.0, 38.0..=42.0),
        Just((45.0, -0.0)),
        Just((1e-300, f64::MIN_POSITIVE)),
    ]
    .prop_map(|(lon, lat)| LonLat::new(lon, lat).unwrap())
    .boxed()
}

fn shape() -> BoxedStrategy<Shape> {
    let ring = vec(lon_lat(), 3..6).prop_map(|mut ring| {
        ring.push(ring[0]);
        ring
    });
    prop_oneof![vec(lon_lat(), 2..5).prop_map(Shape::Line), vec(ring, 1..3).prop_map(Shape::Area)].boxed()
}

fn place() -> BoxedStrategy<Place> {
    (names(), of(lon_lat()), of(shape()), of(select(Precision::ALL.to_vec())), of(0.001_f32..=20_000.0), text())
        .prop_map(|(names, position, shape, precision, radius_km, basis)| Place {
            names,
            position,
            shape,
            precision,
            radius_km,
            basis,
        })
        .boxed()
}

fn count() -> BoxedStrategy<Count> {
    let n = || any::<u32>();
    prop_oneof![
        Just(Count::Unknown),
        text().prop_map(Count::Some),
        n().prop_map(Count::Exactly),
        n().prop_map(Count::About),
        n().prop_map(Count::AtLeast),
        n().prop_map(Count::AtMost),
        (n(), n(), of(n())).prop_map(|(a, b, best)| Count::Between(Range::new(a.min(b), a.max(b), best).unwrap())),
    ]
    .boxed()
}

fn party() -> BoxedStrategy<PartyId> {
    prop_oneof![
        select(vec!["armenia", "azerbaijan", "nagorno-karabakh"]).prop_map(PartyId::new),
        text().prop_map(|t| PartyId::new(&t))
    ]
    .boxed()
}

fn uid() -> BoxedStrategy<Uid> {
    text().prop_map(|t| Uid::new(&t)).boxed()
}

fn source_id() -> BoxedStrategy<SourceId> {
    text().prop_map(|t| SourceId::new(&t)).boxed()
}

fn claim() -> BoxedStrategy<Claim> {
    let who = (text(), of(party()), party(), select(Status::ALL.to_vec()), select(Category::ALL.to_vec()));
    let what = (count(), of(moment()), of(when()), any::<bool>(), of(source_id()), vec(text(), 0..3));
    let grade = (of(select(vec!['A', 'F'])), of(1_u8..=6)).prop_map(|(r, c)| Grade::new(r, c).unwrap());
    let texts = (text(), text(), text(), text(), text());
    let rest = (grade, select(Standing::ALL.to_vec()), vec(uid(), 0..2), extra());
    (who, what, texts, rest)
        .prop_map(|(who, what, texts, rest)| Claim {
            id: Text::default(),
            claimant: who.0,
            speaks_for: who.1,
            about: who.2,
            status: who.3,
            category: who.4,
            count: what.0,
            published: what.1,
            period: what.2,
            running: what.3,
            source: what.4,
            via: what.5,
            quote: texts.0,
            url: texts.1,
            archived: texts.2,
            language: texts.3,
            note: texts.4,
            grade: rest.0,
            standing: rest.1,
            covers: rest.2,
            extra: rest.3,
        })
        .boxed()
}

fn incident() -> BoxedStrategy<Incident> {
    let kind = prop_oneof![select(Kind::KNOWN.to_vec()), text().prop_map(|t| Kind::Other(format!("x{t}").into()))];
    let head = (uid(), kind, text(), of(when()), place(), of(uid()));
    let lists = (vec(party(), 0..3), vec(text(), 0..3), vec(claim(), 0..3), vec(source_id(), 0..3), vec(text(), 0..2));
    let tail = (vec((text(), text()), 0..3), text(), (any::<bool>(), vec(text(), 0..2)), extra(), extra());
    (head, lists, tail)
        .prop_map(|(head, lists, tail)| Incident {
            uid: head.0,
            kind: head.1,
            title: head.2,
            when: head.3,
            place: head.4,
            parent: head.5,
            parties: lists.0,
            weapons: lists.1,
            claims: (lists.2.into_iter().enumerate()).map(|(n, c)| Claim { id: format!("c{n}").into(), ..c }).collect(),
            sources: lists.3,
            media: lists.4,
            tags: (tail.0.into_iter().enumerate()).map(|(n, (k, v))| (format!("{k}{n}").into(), v)).collect(),
            notes: tail.1,
            sensitive: tail.2.0,
            sensitive_fields: tail.2.1,
            extra: tail.3,
            extra_feature: tail.4,
        })
        .boxed()
}

fn saved_filter() -> BoxedStrategy<SavedFilter> {
    let kind = prop_oneof![select(Kind::KNOWN.to_vec()), text().prop_map(|t| Kind::Other(format!("x{t}").into()))];
    let dead = prop_oneof![
        Just(Some(DeadFilter::NoFigure)),
        (of(any::<u32>()), of(any::<u32>())).prop_map(|(a, b)| DeadFilter::between(a, b)),
    ];
    let grade = prop_oneof![
        Just(Some(GradeFilter::NotGraded)),
        (of(select(vec!['A', 'F'])), of(1_u8..=6))
            .prop_map(|(r, c)| Grade::new(r, c).filter(|g| !g.is_none()).map(GradeFilter::AtLeast)),
    ];
    let tag = (text(), of(text())).prop_map(|(name, value)| TagFilter { name, value });
    let lists = (vec(kind, 0..3), vec(party(), 0..3), vec(source_id(), 0..3), vec(tag, 0..3));
    let area = vec(lon_lat(), 0..6).prop_map(Outline::new);
    let rest = (any::<(bool, bool)>(), text(), extra(), text());
    (lists, dead, grade, area, rest)
        .prop_map(
            |((kinds, parties, sources, tags), dead, grade, area, ((contradicted, unsourced), text, extra, name))| {
                let text = (&*text).into();
                let filters =
                    Filters { kinds, parties, text, dead, sources, grade, tags, area, contradicted, unsourced };
                SavedFilter { name: format!("n{name}").into(), filters, extra }
            },
        )
        .boxed()
}

fn slide() -> BoxedStrategy<Slide> {
    let extent = (lon_lat(), lon_lat()).prop_map(|(a, b)| Extent::new(a, b));
    let reach =
        prop_oneof![Just(Reach::All), (1..u32::MAX).prop_map(Reach::Window), (1..u32::MAX).prop_map(Reach::Trail)];
    let plays = of((1..u32::MAX, reach).prop_map(|(secs, reach)| Plays { secs, reach }));
    let words = (text(), text(), text(), text(), text(), text());
    let asked = (extent, of(when()), plays, of(moment()), saved_filter());
    let seen = (vec(text(), 0..3), vec(text(), 0..3), vec(select(Language::ALL.to_vec()), 0..3), vec(uid(), 0..3));
    let rest = (
        select(Role::ALL.to_vec()),
        of(select(vec![Perspective::DeJure, Perspective::DeFacto])),
        of(select(Beside::ALL.to_vec())),
        text(),
        extra(),
    );
    (words, asked, seen, rest)
        .prop_map(|(words, asked, seen, rest)| Slide {
            id: words.0,
            role: rest.0,
            title: words.1,
            caption: words.2,
            notes: words.3,
            extent: asked.0,
            window: asked.1,
            plays: asked.2,
            as_known: asked.3,
            policy: words.4,
            filters: asked.4,
            shown: seen.0,
            hidden: seen.1,
            symbols: words.5,
            perspective: rest.1,
            languages: seen.2,
            labels: seen.3,
            beside: rest.2,
            approved: rest.3,
            extra: rest.4,
        })
        .boxed()
}

fn map_source() -> BoxedStrategy<MapSource> {
    let addresses = ["https://tiles.example.org/{z}/{x}/{y}.png", "http://{s:ab}.example.org/{z}/{x}/{-y}{r}"];
    let url = (select(addresses.to_vec()), 0..=MOST_ZOOM, 0..=MOST_ZOOM, select(vec![256, 512])).prop_map(
        |(address, min_zoom, max_zoom, tile_size)| {
            let template = Template::parse(address).unwrap();
            MapOrigin::Url(UrlTiles { template, min_zoom, max_zoom, tile_size })
        },
    );
    let point = ((-1e6..1e6, -1e6..1e6), lon_lat()).prop_map(|((x, y), at)| ControlPoint { pixel: [x, y], at });
    let picture = (text(), vec(point, 0..5), select(Plane::ALL.to_vec())).prop_map(|(name, points, plane)| {
        MapOrigin::Picture(TiedPicture { media: format!("p{name}").into(), points, plane })
    });
    let file = text().prop_map(|name| MapOrigin::File(format!("f{name}").into()));
    (text(), prop_oneof![url, picture, file], any::<bool>(), 0_u8..=100, text(), extra())
        .prop_map(|(name, origin, hidden, opacity, attribution, extra)| MapSource {
            name,
            origin,
            hidden,
            opacity,
            attribution,
            extra,
        })
        .boxed()
}

fn meta() -> BoxedStrategy<Meta> {
    let source = (source_id(), (text(), text(), text(), text(), text(), text()), of(moment()), extra()).prop_map(
        |(id, t, published, extra)| Source {
            id,
            outlet: t.0,
            title: t.1,
            published,
            url: t.2,
            archived: t.3,
            language: t.4,
            note: t.5,
            extra,
        },
    );
    let party = (party(), names(), extra()).prop_map(|(id, names, extra)| Party { id, names, extra });
    let pin = (uid(), text(), text()).prop_map(|(incident, claim, reason)| Pin { incident, claim, reason });
    let perspective = select(vec![Perspective::DeJure, Perspective::DeFacto]);
    let maps = vec(map_source(), 0..3);
    let lists =
        (vec(party, 0..3), vec(source, 0..3), vec(pin, 0..2), vec(saved_filter(), 0..3), vec(slide(), 0..3), maps);
    let look = (perspective, proptest::option::of(text()));
    (any::<u16>(), text(), text(), lists, look, extra(), extra())
        .prop_map(|(minor, title, description, lists, (perspective, neutrality), extra, extra_root)| {
            let (parties, sources, pins, filters, slides, maps) = lists;
            Meta {
                format: (1, minor),
                title,
                description,
                parties,
                sources,
                perspective,
                neutrality,
                pins,
                filters,
                slides,
                maps,
                extra,
                extra_root,
            }
        })
        .boxed()
}

fn kept() -> BoxedStrategy<String> {
    prop_oneof![
        json().prop_map(|j| format!(r#"{{"type":"Feature","geometry":null,"properties":{{"a":{j}}}}}"#)),
        json().prop_map(|j| format!(
            r#"{{"type":"Feature","properties":{{"uid":"d","kind":"drawing","drawing":"later","a":{j}}},"x":{j}}}"#
        )),
        Just(r#"{"type":"Feature","geometry":null,"properties":null}"#.to_owned()),
    ]
    .boxed()
}

fn drawing() -> BoxedStrategy<Drawing> {
    use DrawingKind as K;
    let ring = || vec(lon_lat(), 3..6);
    let of_kind = |kinds: &[DrawingKind], form: BoxedStrategy<Form>| (select(kinds.to_vec()), form);
    let shaped = prop_oneof![
        of_kind(&[K::Text], lon_lat().prop_map(Form::Point).boxed()),
        of_kind(&[K::Circle], (lon_lat(), 1e-9..=10_000.0).prop_map(|(p, km)| Form::Circle(p, km)).boxed()),
        of_kind(&[K::Line, K::Arrow, K::Distance], vec(lon_lat(), 2..6).prop_map(Form::Line).boxed()),
        of_kind(&[K::Area, K::MeasuredArea], vec(ring(), 1..3).prop_map(Form::Area).boxed()),
    ];
    let style = (
        select(Ink::ALL.to_vec()),
        0.5_f32..=24.0,
        select(Dashes::ALL.to_vec()),
        select(Fill::ALL.to_vec()),
        8.0_f32..=72.0,
    )
        .prop_map(|(ink, width, dash, fill, text_size)| Style { ink, width, dash, fill, text_size });
    let rest = (text(), of(when()), any::<bool>(), vec(source_id(), 0..3), text(), extra(), extra());
    (uid(), shaped, of(style), rest)
        .prop_map(|(uid, (kind, form), style, (title, when, titled, sources, notes, extra, extra_feature))| {
            let mut d = Drawing::new(uid, kind, form).unwrap();
            d.style = style.unwrap_or(d.style);
            (d.title, d.when, d.titled, d.sources, d.notes) = (title, when, titled, sources, notes);
            (d.extra, d.extra_feature) = (extra, extra_feature);
            d
        })
        .boxed()
}

fn any_project() -> BoxedStrategy<Project> {
    (meta(), vec(incident(), 0..4), vec((kept(), 0_u32..5), 0..3), vec((drawing(), 0_u32..5, 0_u32..4), 0..4))
        .prop_map(|(meta, mut incidents, kept, drawings)| {
            for (n, i) in incidents.iter_mut().enumerate() {
                i.uid = Uid::new(&format!("{n}{}", i.uid.as_str()));
            }
            let last = incidents.len() as u32;
            let mut kept: Vec<_> = (kept.into_iter())
                .map(|(json, after)| Kept { after_slots: after.min(last), json: json.into() })
                .collect();
            kept.sort_by_key(|k| k.after_slots);
            let mut placed: Vec<_> = (drawings.into_iter().enumerate())
                .map(|(n, (mut d, after, after_kept))| {
                    d.uid = Uid::new(&format!("d{n}{}", d.uid.as_str()));
                    let after_slots = after.min(last);
                    // Between the kept features that stand at the same place.
                    let before = kept.iter().filter(|k| k.after_slots < after_slots).count() as u32;
                    let here = kept.iter().filter(|k| k.after_slots <= after_slots).count() as u32;
                    let after_kept = after_kept.clamp(before, here);
                    Placed { drawing: Some(std::sync::Arc::new(d)), after_slots, after_kept }
                })
                .collect();
            placed.sort_by_key(|p| (p.after_slots, p.after_kept));
            Project::new(meta, incidents, kept).with_drawings(placed)
        })
        .boxed()
}

/// The same JSON with white space wherever it may stand.
fn loosened(json: &[u8]) -> Vec<u8> {
    let (mut quoted, mut escaped) = (false, false);
    let mut out = Vec::new();
    for b in json {
        let structural = !quoted && matches!(b, b'{' | b'}' | b'[' | b']' | b':' | b',');
        if quoted {
            quoted = escaped || *b != b'"';
            escaped = !escaped && *b == b'\\';
        } else {
            quoted = *b == b'"';
        }
        out.push(*b);
        if structural {
            out.extend_from_slice(b"\r\n\t ");
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn every_project_is_read_back_the_same_and_written_the_same(project in any_project()) {
        let bytes = write(&project);
        schema::assert_valid(&bytes);
        let opened = read(&bytes);
        prop_assert_eq!(&opened.project, &project);
        prop_assert_eq!(opened.project.drawing_slots(), project.drawing_slots());
        prop_assert!(!opened.recovered && opened.read_only.is_none());
        prop_assert_eq!(write(&opened.project), bytes.clone());
        // Another program's layout gives the same project.
        prop_assert_eq!(read(&loosened(&bytes)).project, project);
        // One line a feature.
        let lines = bytes.split(|b| *b == b'\n').count() - 1;
        let features = opened.project.len() + opened.project.kept().len() + opened.project.drawings().count();
        let empty = usize::from(features == 0);
        prop_assert_eq!(lines, 6 + features + opened.project.meta().extra_root.len() - empty);
    }

    #[test]
    fn unknown_members_keep_their_value_and_the_spelling_of_their_numbers(value in json()) {
        let file = format!(
            r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0","x":{value}}},"x":{value},"features":[{{"type":"Feature","x":{value},"geometry":null,"properties":{{"uid":"a","kind":"battle","x":{value},"place":{{"x":{value}}},"claims":[{{"id":"c1","about":"armenia","category":"killed","count":1,"x":{value}}}]}}}}]}}"#
        );
        let written = String::from_utf8(write(&read(file.as_bytes()).project)).unwrap();
        prop_assert_eq!(written.matches(&format!("\"x\":{value}")).count(), 6, "{}", written);
    }
}

const RICH: &str = r#"{"type":"FeatureCollection","clashmap":{"format":"1.0","title":"t","description":"d","perspective":"de-facto","neutrality":"No side is taken.","parties":[{"id":"armenia","names":{"en":"Armenia","hy":"Հայաստան"}}],"sources":[{"id":"s1","outlet":"o","title":"t","published":"2022-09-13","url":"u","archived":"a","language":"en","note":"n"}],"pins":[{"incident":"i1","claim":"c1","reason":"r"}],"filters":[{"name":"f","kinds":["battle"],"parties":["armenia"],"text":"Sotk","dead":{"from":1,"to":9},"sources":["s1"],"grade":"B2","tags":[{"name":"k","value":"v"},{"name":"l"}],"area":[[45,39],[46,39],[46,40]],"contradicted":true,"unsourced":true,"z":8},{"name":"g","dead":"none","grade":"none"}],"maps":[{"name":"m","url":"https://{s}.example.org/{z}/{x}/{y}.png","min_zoom":3,"max_zoom":12,"tile_size":512,"opacity":60,"attribution":"©","z":9},{"file":"a.mbtiles","hidden":true},{"picture":"a.png","plane":"degrees","points":[[0,10.5,45.25,39.5]]}],"slides":[{"id":"s","role":"title","title":"t","caption":"**c**","notes":"n","extent":[[45,39],[46,40.5]],"window":"2022-09-12/2022-09-14","plays":{"secs":8,"reach":"window","reach_secs":3600},"as_known":"2022-09-14","policy":"range","filters":{"kinds":["battle"],"unsourced":true,"z":8},"shown":["other-times"],"hidden":["relief"],"symbols":"ring","perspective":"de-facto","languages":["hy","en"],"labels":["i2","gone"],"beside":"chart","approved":"a","z":9},{"id":"u"}]},"x":[7],"features":[
{"type":"Feature","geometry":{"type":"Point","coordinates":[45.67,39.84]},"properties":{"uid":"i1","kind":"shelling","title":"t","when":"2022-09-13/2022-09-14","place":{"names":{"en":"Sotk","az":"Zod"},"precision":"near","radius_km":3,"basis":"b","x":1},"parent":"i2","parties":["armenia"],"weapons":["w"],"claims":[{"id":"c1","claimant":"m","speaks_for":"armenia","about":"armenia","status":"military","category":"killed","count":{"low":31,"high":94,"best":40},"published":"2022-09","period":"2022-09-13/..","running":true,"source":"s1","via":["v"],"quote":"q","url":"u","archived":"a","language":"hy","grade":"B2","standing":"superseded","covers":["i2"],"note":"n","x":2},{"id":"c2","about":"armenia","category":"wounded","count":{"some":"dozens"}}],"sources":["s1"],"media":["m.jpg"],"tags":{"k":"v","l":"w"},"notes":"n","sensitive_fields":["place","notes"],"y":3},"id":4},
{"type":"Feature","geometry":{"type":"LineString","coordinates":[[45,39],[46,40]]},"properties":{"uid":"i2","kind":"battle","place":{"position":[45.5,39.5]},"claims":[{"id":"c1","about":"armenia","category":"missing","count":9}]}},
{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[45,39],[46,39],[46,40],[45,39]],[[45.5,39.2],[45.8,39.2],[45.8,39.5],[45.5,39.2]]]},"properties":{"uid":"d1","kind":"drawing","drawing":"area","title":"Held","when":"2022-09-13/..","style":{"color":"olive","width":3.5,"dash":"dashed","fill":"tint","text_size":15,"x":4},"hide_title":true,"sources":["s1"],"notes":"n","z":5},"id":6},
{"type":"Feature","geometry":{"type":"Point","coordinates":[45,39]},"properties":{"uid":"d2","kind":"drawing","drawing":"circle","radius_km":12.5}}]}"#;

/// Where something of `before` is not in `after`; what is empty or derived may go, elements of lists may move.
fn lost(before: &serde_json::Value, after: &serde_json::Value, path: &str) -> Option<String> {
    use serde_json::Value as V;
    let empty = |v: &V| {
        matches!(v, V::Null) || v == "" || v == &V::Array(vec![]) || v == &V::Object(serde_json::Map::default())
    };
    match (before, after) {
        (V::Object(a), V::Object(b)) => a.iter().filter(|(_, v)| !empty(v)).find_map(|(k, v)| {
            // A position without a geometry becomes the geometry; `sensitive` is true when in doubt.
            let only_position = v.as_object().is_some_and(|o| o.keys().all(|k| k == "position"));
            let moved = k == "position" || k == "sensitive" || (k == "place" && only_position);
            // What would stand in the way of a member that is always written gets another name.
            let kept =
                [k.clone(), format!("{k}~2")].iter().filter_map(|k| b.get(k)).any(|w| lost(v, w, path).is_none());
            (!moved && !kept).then(|| format!("{path}.{k}"))
        }),
        (V::Array(a), V::Array(b)) => a
            .iter()
            .filter(|v| !empty(v))
            .find(|v| !b.iter().any(|w| lost(v, w, path).is_none()))
            .map(|v| format!("{path}: {v}")),
        (V::Number(a), V::Number(b)) if a.as_f64() == b.as_f64() => None,
        (a, b) => (a != b).then(|| format!("{path}: {a} became {b}")),
    }
}

fn pointers(value: &serde_json::Value, here: &str, out: &mut Vec<String>) {
    if let Some(object) = value.as_object() {
        object.iter().for_each(|(k, v)| pointers(v, &format!("{here}/{k}"), out));
    }
    if let Some(list) = value.as_array() {
        list.iter().enumerate().for_each(|(n, v)| pointers(v, &format!("{here}/{n}"), out));
    }
    out.push(here.to_owned());
}

#[test]
fn a_value_of_a_wrong_type_anywhere_loses_nothing() {
    let rich: serde_json::Value = serde_json::from_str(RICH).unwrap();
    let mut places = Vec::new();
    pointers(&rich, "", &mut places);
    let mut opened_files = 0;
    for place in &places {
        for wrong in ["5", r#""x""#, "true", "-1.5", r#"[1,{"a":2}]"#, r#"{"zz":[3]}"#, "[]", "{}", "null"] {
            let mut file = rich.clone();
            *file.pointer_mut(place).unwrap() = serde_json::from_str(wrong).unwrap();
            let Ok(opened) = project::read(file.to_string().as_bytes()) else { continue };
            opened_files += 1;
            let written = write(&opened.project);
            let after = serde_json::from_slice(&written).unwrap();
            assert_eq!(lost(&file, &after, ""), None, "{place} = {wrong}\n{}", String::from_utf8_lossy(&written));
            let again = write(&read(&written).project);
            assert_eq!(String::from_utf8(again), String::from_utf8(written), "{place} = {wrong}");
        }
    }
    assert!(opened_files > 900, "{opened_files}");
}

#[test]
fn a_member_removed_anywhere_is_no_harm() {
    let rich: serde_json::Value = serde_json::from_str(RICH).unwrap();
    let mut places = Vec::new();
    pointers(&rich, "", &mut places);
    for place in &places {
        let Some((parent, key)) = place.rsplit_once('/') else { continue };
        let mut file = rich.clone();
        if file.pointer_mut(parent).unwrap().as_object_mut().and_then(|o| o.remove(key)).is_none() {
            continue;
        }
        let Ok(opened) = project::read(file.to_string().as_bytes()) else { continue };
        let written = write(&opened.project);
        let after = serde_json::from_slice(&written).unwrap();
        assert_eq!(lost(&file, &after, ""), None, "without {place}");
        assert_eq!(write(&read(&written).project), written);
    }
}

#[test]
fn the_rich_file_has_no_findings_and_its_canonical_form_is_as_documented() {
    let opened = read(RICH.as_bytes());
    assert_eq!(opened.findings, [], "{:?}", opened.findings);
    let text = String::from_utf8(write(&opened.project)).unwrap();
    schema::assert_valid(text.as_bytes());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..2], ["{", "\"type\":\"FeatureCollection\","]);
    assert_eq!(lines[3..5], ["\"x\":[7],", "\"features\":["]);
    assert!(lines[5].ends_with(r#""start":"2022-09-13","end":"2022-09-14","y":3},"id":4},"#), "{}", lines[5]);
    assert!(lines[6].contains(r#""place":{"position":[45.5,39.5]}"#), "{}", lines[6]);
    assert!(
        lines[7]
            .contains(r#""style":{"color":"olive","width":3.5,"dash":"dashed","fill":"tint","text_size":15,"x":4}"#)
    );
    assert!(
        lines[7].ends_with(r#""hide_title":true,"sources":["s1"],"notes":"n","start":"2022-09-13","z":5},"id":6},"#)
    );
    assert!(lines[8].contains(r#""drawing":"circle","radius_km":12.5,"style":{"color":"violet""#), "{}", lines[8]);
    assert_eq!(lines[9..], ["]", "}"]);
}

#[test]
fn a_saved_filter_is_written_as_documented_and_what_it_cannot_say_stays() {
    let filters = |members: &str| {
        let file = format!(
            r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0","filters":[{members}]}},"features":[]}}"#
        );
        let opened = read(file.as_bytes());
        let written = String::from_utf8(write(&opened.project)).unwrap();
        (opened, written)
    };
    let whole = r#"{"name":"f","kinds":["battle"],"parties":["armenia"],"text":"Sotk","dead":{"from":1,"to":9},"sources":["s1"],"grade":"B2","tags":[{"name":"k","value":"v"},{"name":"l"}],"area":[[45,39],[46,39],[46,40.5]],"contradicted":true,"unsourced":true,"z":8}"#;
    let (opened, written) = filters(whole);
    assert!(written.contains(whole) && opened.findings.is_empty(), "{written} {:?}", opened.findings);
    let f = &opened.project.meta().filter("f").unwrap().filters;
    assert_eq!((f.dead, f.tags.len()), (DeadFilter::parse("1..9"), 2));
    // A condition of a later version is kept, and said to be unread; the others filter.
    for odd in [
        r#""dead":{"about":7}"#,
        r#""grade":"Z9""#,
        r#""area":[[45,39],[46,39]]"#,
        r#""area":[[45,39],[46,39],[46,40],[45,39]]"#,
        r#""tags":[{"name":"k","not":true}]"#,
        r#""contradicted":"perhaps""#,
    ] {
        let member = format!(r#"{{"name":"f","kinds":["battle"],{odd}}}"#);
        let (opened, written) = filters(&member);
        assert!(written.contains(&member) && opened.findings.len() == 1, "{written} {:?}", opened.findings);
        assert_eq!(opened.project.meta().filters[0].filters.kinds, [Kind::Battle]);
    }
    let (opened, written) = filters(r#"{"kinds":["battle"]}"#);
    assert!(opened.project.meta().filters.is_empty() && written.contains(r#""filters":[{"kinds":["battle"]}]"#));
}

#[test]
fn what_a_slide_cannot_say_stays_in_it_and_the_rest_is_shown() {
    for odd in [
        r#""role":"intermission""#,
        r#""extent":[[46,39],[45,40]]"#,
        r#""extent":[[45,39],[46,40],[47,41]]"#,
        r#""window":"yesterday""#,
        r#""plays":{"secs":0}"#,
        r#""plays":{"secs":8,"loop":true}"#,
        r#""filters":7"#,
        r#""languages":["tlh"]"#,
        r#""beside":"film""#,
    ] {
        let member = format!(r#"{{"id":"s","title":"t",{odd}}}"#);
        let file = format!(
            r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0","slides":[{member}]}},"features":[]}}"#
        );
        let opened = read(file.as_bytes());
        let written = String::from_utf8(write(&opened.project)).unwrap();
        assert!(written.contains(&member) && opened.findings.len() == 1, "{written} {:?}", opened.findings);
        assert_eq!(&*opened.project.meta().slide("s").unwrap().1.title, "t");
    }
}

#[test]
fn a_place_entered_by_hand_replaces_the_geometry_that_could_not_be_read() {
    let swapped = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[39.8,145.6]},"properties":{"uid":"a","kind":"battle"}}"#;
    let file = format!(r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0"}},"features":[{swapped}]}}"#);
    let opened = read(file.as_bytes());
    assert!(opened.findings[0].what.contains("swapped") && opened.findings[0].place.contains("geometry"));
    let text = |p: &Project| String::from_utf8(write(p)).unwrap();
    assert!(text(&opened.project).contains("[39.8,145.6]"));
    let mut incident = opened.project.iter().next().unwrap().1.clone();
    incident.place.position = LonLat::new(45.6, 39.8).ok();
    let mended = Project::new(opened.project.meta().clone(), [incident], vec![]);
    assert!(text(&mended).contains("[45.6,39.8]") && !text(&mended).contains("145.6"));
}

#[test]
fn numbers_that_are_not_finite_and_raw_members_that_are_no_json_are_refused() {
    let mut incident = Incident::new(Uid::new("a"), Kind::Battle, "");
    incident.place.radius_km = Some(f32::NAN);
    let check = |incident: &Incident, want: &str| {
        let project = Project::new(Meta::default(), [incident.clone()], vec![]);
        let error = project::write(&project, &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains(want), "{error}");
    };
    check(&incident, "the radius of incident a is not a finite number");
    incident.place.radius_km = None;
    incident.extra.push(("x".into(), "{".into()));
    check(&incident, "the member “x” of incident a is not valid JSON");
}

fn with_drawing(feature: &str) -> (Opened, String) {
    let file = format!(r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0"}},"features":[{feature}]}}"#);
    let opened = read(file.as_bytes());
    let text = String::from_utf8(write(&opened.project)).unwrap();
    (opened, text)
}

#[test]
fn a_drawing_that_cannot_be_shown_is_kept_as_it_stands_and_said() {
    let geometry = r#""geometry":{"type":"LineString","coordinates":[[45,39],[46,40]]}"#;
    for (members, geometry, severity, what) in [
        (r#""drawing":"spiral""#, geometry, "info", "sort “spiral”"),
        (r#""drawing":"area""#, geometry, "warning", "none of a drawing of the sort “area”"),
        (r#""drawing":"line""#, r#""geometry":null"#, "warning", "none of a drawing"),
        (
            r#""drawing":"circle""#,
            r#""geometry":{"type":"Point","coordinates":[45,39]}"#,
            "warning",
            "without a radius",
        ),
        (
            r#""drawing":"circle","radius_km":-2"#,
            r#""geometry":{"type":"Point","coordinates":[45,39]}"#,
            "warning",
            "radius",
        ),
        (r#""drawing":"text""#, r#""geometry":{"type":"Point","coordinates":[45,139]}"#, "warning", "latitude"),
        (r#""drawing":7"#, geometry, "warning", "does not say what it is"),
    ] {
        let feature = format!(
            r#"{{"type":"Feature",{geometry},"properties":{{"uid":"d","kind":"drawing",{members},"a":[1.50]}}}}"#
        );
        let (opened, text) = with_drawing(&feature);
        assert_eq!(opened.project.drawings().count(), 0, "{members}");
        assert!(text.contains(&feature), "{text}");
        let [finding] = opened.findings.as_slice() else { panic!("{members}: {:?}", opened.findings) };
        assert_eq!(finding.severity.id(), severity, "{members}");
        assert!(finding.what.contains(what) && finding.place.contains("feature 1"), "{finding:?}");
    }
}

#[test]
fn a_geometry_with_heights_stands_until_the_drawing_is_reshaped() {
    let feature = r#"{"type":"Feature","geometry":{"type":"LineString","coordinates":[[45,39,1200],[46,40,900]]},"properties":{"uid":"d","kind":"drawing","drawing":"arrow"}}"#;
    let (opened, text) = with_drawing(feature);
    assert!(opened.findings.is_empty() && text.contains("[[45,39,1200],[46,40,900]]"), "{text}");
    let mut drawing = opened.project.drawings().next().unwrap().1.clone();
    let to = LonLat::new(46.5, 40.0).unwrap();
    assert!(drawing.reshape(drawing.form().with_corner(CornerAt { path: 0, corner: 1 }, to).unwrap()));
    let placed = Placed { drawing: Some(drawing.into()), after_slots: 0, after_kept: 0 };
    let text = String::from_utf8(write(&Project::default().with_drawings(vec![placed]))).unwrap();
    assert!(text.contains("[[45,39],[46.5,40]]") && !text.contains("1200"), "{text}");
}

#[test]
fn of_a_style_what_cannot_be_read_stays_beside_what_can() {
    let style = r#""style":{"color":"red","width":400,"dash":"dotted","glow":7}"#;
    let feature = format!(
        r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[45,39]}},"properties":{{"uid":"d","kind":"drawing","drawing":"text",{style}}}}}"#
    );
    let (opened, text) = with_drawing(&feature);
    let drawing = opened.project.drawings().next().unwrap().1;
    assert_eq!((drawing.style.dash, drawing.style.ink), (Dashes::Dotted, Ink::Ink));
    assert_eq!(opened.findings.len(), 2, "{:?}", opened.findings);
    for kept in [r#""color":"red""#, r#""width":400"#, r#""dash":"dotted""#, r#""glow":7"#] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
}

#[test]
fn drawings_of_a_damaged_file_are_recovered_like_incidents() {
    let good = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[45,39]},"properties":{"uid":"d2","kind":"drawing","drawing":"text","title":"Lachin road"}}"#;
    let file = format!(
        "{{\"type\":\"FeatureCollection\",\"clashmap\":{{\"format\":\"1.0\"}},\"features\":[\n{{\"type\":\"Feature\",\"geom,\n{good}\n]}}"
    );
    assert!(project::read(file.as_bytes()).unwrap_err().recoverable);
    let opened = project::recover(file.as_bytes()).unwrap();
    assert!(opened.recovered);
    assert_eq!(&*opened.project.drawings().next().unwrap().1.title, "Lachin road");
}

#[test]
fn a_uid_that_an_incident_has_is_not_given_to_a_drawing_and_its_unknown_source_is_said() {
    let incident = r#"{"type":"Feature","geometry":null,"properties":{"uid":"a","kind":"battle"}}"#;
    let drawing = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[45,39]},"properties":{"uid":"a","kind":"drawing","drawing":"text","sources":["nowhere"]}}"#;
    let (opened, _) = with_drawing(&format!("{incident},{drawing}"));
    assert_eq!(opened.project.drawings().next().unwrap().1.uid.as_str(), "a~2");
    let said: Vec<&str> = opened.findings.iter().map(|f| f.what.as_str()).collect();
    assert!(said[0].contains("this drawing is now “a~2”") && said[1].contains("no source “nowhere”"), "{said:?}");
}

#[test]
fn saving_and_copying_replace_the_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a.clashmap.geojson"), folder.path().join("b.clashmap.geojson"));
    let project = read(RICH.as_bytes()).project;
    project::save(&a, &project).unwrap();
    // A file in another form than the program's own keeps its bytes under another name too.
    std::fs::write(&a, RICH.replace(",\n", ", \n")).unwrap();
    let (opened, seen) = project::open_seen(&a, &clashmap::io::progress::Progress::new()).unwrap();
    assert_eq!(opened.project, project);
    project::save_untouched(
        &RealDisk,
        (&a, seen),
        &b,
        &project,
        &Care::default(),
        &clashmap::io::progress::Progress::new(),
    )
    .unwrap();
    assert_eq!(std::fs::read(&b).unwrap(), std::fs::read(&a).unwrap());
    assert_eq!(project::open(&b).unwrap().project, project);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// Puts a project through its tables.
fn through_tables(project: &Project) -> Opened {
    use clashmap::io::tables::{FiguresOf, apart, together};
    let question = clashmap::derive::Question::default();
    let tables = apart(project, &FiguresOf::new(project, &question)).unwrap();
    together(&tables).unwrap_or_else(|e| panic!("{e}\n{tables:#?}"))
}

proptest! {
    #[test]
    fn every_project_comes_back_from_its_tables(project in any_project()) {
        let back = through_tables(&project).project;
        prop_assert_eq!(String::from_utf8(write(&back)).unwrap(), String::from_utf8(write(&project)).unwrap());
    }
}

/// Puts a project through a format on the disk.
fn through_files(project: &Project, format: clashmap::io::export::Format, exact_cells: bool) -> Opened {
    use clashmap::io::export::{Export, Options, save};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("a{}", format.ending()));
    let options = Options { sensitive: true, exact_cells, ..Options::default() };
    save(&Export::new(project, options), format, &path).unwrap();
    let back = if format == clashmap::io::export::Format::Csv {
        clashmap::io::tables::open_csv(&path)
    } else {
        clashmap::io::tables::open_gpkg(&path)
    };
    back.unwrap().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_project_comes_back_from_csv(project in any_project(), exact in any::<bool>()) {
        let back = through_files(&project, clashmap::io::export::Format::Csv, exact).project;
        prop_assert_eq!(String::from_utf8(write(&back)).unwrap(), String::from_utf8(write(&project)).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_project_comes_back_from_a_geopackage(project in any_project()) {
        let back = through_files(&project, clashmap::io::export::Format::GeoPackage, false).project;
        prop_assert_eq!(String::from_utf8(write(&back)).unwrap(), String::from_utf8(write(&project)).unwrap());
    }
}
