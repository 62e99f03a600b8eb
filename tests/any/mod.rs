//! Any value that a project may hold, and any project: what the tests of properties are given.
#![allow(dead_code, reason = "each test program uses a part of it")]

use clashmap::model::*;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use crate::edtf;

/// How many cases are tried: a few with all other tests, many when asked for by `CLASHMAP_LONG=1`.
pub(crate) fn cases(short: u32, long: u32) -> u32 {
    if std::env::var_os("CLASHMAP_LONG").is_some() { long } else { short }
}

/// Texts in the scripts of the region, with everything that JSON has to escape.
pub(crate) fn text() -> BoxedStrategy<Text> {
    let plain = "[a-zA-ZÀ-ž0-9 .,;:'\"\\\\/\\n\\t<>&{}\\[\\]-]{0,12}";
    let scripts = "[Ա-Ֆա-ևА-яЁёəğıİöşüçაბგდ漢字🙂\u{1}\u{7f}\u{2028}\u{feff}]{0,8}";
    prop_oneof![3 => Just(String::new()), 3 => plain, 2 => scripts].prop_map(Into::into).boxed()
}

pub(crate) fn json() -> BoxedStrategy<String> {
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

pub(crate) fn extra() -> BoxedStrategy<Extra> {
    vec((text(), json()), 0..3)
        .prop_map(|members| {
            members.into_iter().enumerate().map(|(n, (k, v))| (format!("x{n} {k}").into(), v.into())).collect()
        })
        .boxed()
}

pub(crate) fn names() -> BoxedStrategy<Names> {
    vec((select(vec!["en", "hy", "az", "ru", "ka", "x-\""]), text()), 0..4)
        .prop_map(|pairs| Names::from_pairs(pairs.iter().map(|(c, n)| (*c, &**n))))
        .boxed()
}

pub(crate) fn moment() -> BoxedStrategy<Moment> {
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

pub(crate) fn when() -> BoxedStrategy<When> {
    let bound = prop_oneof![3 => moment().prop_map(Bound::At), 1 => Just(Bound::Open), 1 => Just(Bound::Unknown)];
    let interval = (bound.clone(), of(bound), moment())
        .prop_map(|(start, end, fallback)| When::new(start, end).unwrap_or_else(|_| fallback.into()));
    prop_oneof![interval, edtf::when()].boxed()
}

pub(crate) fn lon_lat() -> BoxedStrategy<LonLat> {
    prop_oneof![
        (-180.0..=180.0, -90.0..=90.0),
        (44.0..=47.0, 38.0..=42.0),
        Just((45.0, -0.0)),
        Just((1e-300, f64::MIN_POSITIVE)),
    ]
    .prop_map(|(lon, lat)| LonLat::new(lon, lat).unwrap())
    .boxed()
}

pub(crate) fn shape() -> BoxedStrategy<Shape> {
    let ring = vec(lon_lat(), 3..6).prop_map(|mut ring| {
        ring.push(ring[0]);
        ring
    });
    prop_oneof![vec(lon_lat(), 2..5).prop_map(Shape::Line), vec(ring, 1..3).prop_map(Shape::Area)].boxed()
}

pub(crate) fn place() -> BoxedStrategy<Place> {
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

pub(crate) fn count() -> BoxedStrategy<Count> {
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

pub(crate) fn party() -> BoxedStrategy<PartyId> {
    prop_oneof![
        select(vec!["armenia", "azerbaijan", "nagorno-karabakh"]).prop_map(PartyId::new),
        text().prop_map(|t| PartyId::new(&t))
    ]
    .boxed()
}

pub(crate) fn uid() -> BoxedStrategy<Uid> {
    text().prop_map(|t| Uid::new(&t)).boxed()
}

pub(crate) fn source_id() -> BoxedStrategy<SourceId> {
    text().prop_map(|t| SourceId::new(&t)).boxed()
}

pub(crate) fn claim() -> BoxedStrategy<Claim> {
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

pub(crate) fn incident() -> BoxedStrategy<Incident> {
    let kind = prop_oneof![select(Kind::KNOWN.to_vec()), text().prop_map(|t| Kind::Other(format!("x{t}").into()))];
    let head = (uid(), kind, text(), of(when()), place(), of(uid()));
    let lists = (
        vec(party(), 0..3),
        vec(text(), 0..3),
        vec(claim(), 0..3),
        vec(source_id(), 0..3),
        (vec(text(), 0..2), text()),
    );
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
            media_names: lists.4.0.iter().map(|f| (f.clone(), lists.4.1.clone())).take(1).collect(),
            media_captions: lists.4.0.iter().map(|f| (f.clone(), lists.4.1.clone())).skip(1).take(1).collect(),
            media: lists.4.0,
            tags: (tail.0.into_iter().enumerate()).map(|(n, (k, v))| (format!("{k}{n}").into(), v)).collect(),
            notes: tail.1,
            sensitive: tail.2.0,
            sensitive_fields: tail.2.1,
            extra: tail.3,
            extra_feature: tail.4,
        })
        .boxed()
}

pub(crate) fn saved_filter() -> BoxedStrategy<SavedFilter> {
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

pub(crate) fn slide() -> BoxedStrategy<Slide> {
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

pub(crate) fn map_source() -> BoxedStrategy<MapSource> {
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

pub(crate) fn meta() -> BoxedStrategy<Meta> {
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
    let look = (perspective, proptest::option::of(text()), any::<bool>());
    (any::<u16>(), text(), text(), lists, look, extra(), extra())
        .prop_map(|(minor, title, description, lists, (perspective, neutrality, keeps_log), extra, extra_root)| {
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
                keeps_log,
                extra,
                extra_root,
            }
        })
        .boxed()
}

pub(crate) fn kept() -> BoxedStrategy<String> {
    prop_oneof![
        json().prop_map(|j| format!(r#"{{"type":"Feature","geometry":null,"properties":{{"a":{j}}}}}"#)),
        json().prop_map(|j| format!(
            r#"{{"type":"Feature","properties":{{"uid":"d","kind":"drawing","drawing":"later","a":{j}}},"x":{j}}}"#
        )),
        Just(r#"{"type":"Feature","geometry":null,"properties":null}"#.to_owned()),
    ]
    .boxed()
}

pub(crate) fn drawing() -> BoxedStrategy<Drawing> {
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

pub(crate) fn logged() -> BoxedStrategy<Logged> {
    let short = || text().prop_map(|t| Text::from(t.chars().take(Logged::LONGEST).collect::<String>()));
    let what = (of(uid()), 0_u32..9, short(), vec(short(), 0..3), short(), short());
    ((-62_000_000_000_i64..253_000_000_000), short(), short(), what, extra())
        .prop_map(|(at, who, step, (uid, things, title, fields, before, after), extra)| {
            let step = format!("x{step}").chars().take(Logged::LONGEST).collect::<String>().into();
            Logged { at, who, step, uid, things, title, fields, before, after, extra }
        })
        .prop_filter("entries are bounded", Logged::is_bounded)
        .boxed()
}

pub(crate) fn any_project() -> BoxedStrategy<Project> {
    let features = (vec(incident(), 0..4), vec((kept(), 0_u32..5), 0..3), vec((drawing(), 0_u32..5, 0_u32..4), 0..4));
    (meta(), features, vec(logged(), 0..4))
        .prop_map(|(meta, (mut incidents, kept, drawings), log)| {
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
            let log = log.into_iter().map(std::sync::Arc::new).collect();
            Project::new(meta, incidents, kept).with_drawings(placed).with_log(log)
        })
        .boxed()
}
