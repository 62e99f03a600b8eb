#!/usr/bin/env python3
"""Packs geodata/sources into what the program embeds. Run from anywhere: python3 geodata/build.py

Standard library only. Reads sources/*.gz, schematic/*.geojson (drawn by hand) and names/*.tsv; writes atlas.bin and toponyms.tsv. The program reads dem.png,
boundaries.tsv and datasets.tsv as they are.

atlas.bin:
  magic "CLATLAS2"
  then sections until the end of the file:
    name     varint length + UTF-8
    kind     byte: 0 lines, 1 rings, 2 grid
    lines and rings:
      bits     varint b: coordinates are whole multiples of 2^-b of the Web Mercator square (x east from 180 W, y south);
               26 bits are 0.5 m here, 16 bits 460 m. Projected here, so that the program need not at every start
      count    varint
      each     varint number of points; zigzag varint deltas x, y, x, y ... (first from 0, 0);
               then one nibble a point (low nibble first): the zoom from which the point is needed
    grid:
      west, north, step   zigzag varints in 10^-5 degrees; columns, rows varints; then bytes, rows from the north
"""

import gzip
import json
import math
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
BOX = (42.0, 37.0, 52.0, 44.0)  # west, south, east, north of the detailed data
ON_EDGE = 2e-5
DETAILED, COARSE = 26, 16  # bits of a coordinate


def features(name):
    with gzip.open(HERE / "sources" / f"{name}.geojson.gz", "rt", encoding="utf-8") as file:
        return json.load(file)["features"]


def lines_of(geometry):
    return geometry["coordinates"] if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]


def polygons_of(geometry):
    return geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]


def mercator(p):
    lat = max(-85.0511287, min(85.0511287, p[1]))
    s = math.sin(math.radians(lat))
    return (p[0] / 360 + 0.5, 0.5 - math.log((1 + s) / (1 - s)) / (4 * math.pi))


def km(a, b):
    """Great-circle distance; good enough to rank and to snap."""
    la, lb = math.radians(a[1]), math.radians(b[1])
    h = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin(math.radians(b[0] - a[0]) / 2) ** 2
    return 12742 * math.asin(min(1, math.sqrt(h)))


def ring_km2(ring):
    s = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1]))
    lat = sum(p[1] for p in ring) / len(ring)
    return abs(s) / 2 * 111.32**2 * math.cos(math.radians(lat))


def inside(point, ring):
    x, y = point
    hit = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            hit = not hit
    return hit


# --- generalisation -------------------------------------------------------------------------------------------------


def zoom_needed(distance):
    """The zoom from which a deviation of this many world widths is more than 0.3 points on screen; 0..15."""
    if distance <= 0:
        return 15
    return max(0, min(15, math.ceil(math.log2(0.3 / (256 * distance)))))


def needs(points):
    """Douglas-Peucker as a rank: for each point the zoom from which leaving it out would show. Ends are always needed."""
    flat = [mercator(p) for p in points]
    n = len(flat)
    need = [15] * n
    if n == 0:
        return need
    need[0] = need[-1] = 0
    stack = []
    if n > 3 and points[0] == points[-1]:
        # A ring's ends coincide: the point farthest from them holds it open at every zoom.
        far = max(range(1, n - 1), key=lambda i: (flat[i][0] - flat[0][0]) ** 2 + (flat[i][1] - flat[0][1]) ** 2)
        need[far] = 0
        stack += [(0, far, math.inf), (far, n - 1, math.inf)]
    else:
        stack.append((0, n - 1, math.inf))
    while stack:
        a, b, cap = stack.pop()
        if b - a < 2:
            continue
        (ax, ay), (bx, by) = flat[a], flat[b]
        dx, dy = bx - ax, by - ay
        length2 = dx * dx + dy * dy
        worst, at = -1.0, a + 1
        for i in range(a + 1, b):
            px, py = flat[i][0] - ax, flat[i][1] - ay
            t = 0 if length2 == 0 else max(0, min(1, (px * dx + py * dy) / length2))
            d = (px - t * dx) ** 2 + (py - t * dy) ** 2
            if d > worst:
                worst, at = d, i
        # A point is never needed later than one that hangs on it.
        distance = min(cap, math.sqrt(worst))
        need[at] = zoom_needed(distance)
        stack += [(a, at, distance), (at, b, distance)]
    return need


# --- packing --------------------------------------------------------------------------------------------------------


def varint(value, out):
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def zigzag(value, out):
    varint(value << 1 if value >= 0 else (-value << 1) - 1, out)


def head(name, kind, out):
    raw = name.encode()
    varint(len(raw), out)
    out += raw
    out.append(kind)


def pack_lines(name, kind, lines, bits, out):
    head(name, kind, out)
    varint(bits, out)
    varint(len(lines), out)
    total = 0
    for line in lines:
        need = needs(line)
        varint(len(line), out)
        total += len(line)
        before = (0, 0)
        for p in line:
            now = tuple(round(v * 2**bits) for v in mercator(p))
            zigzag(now[0] - before[0], out)
            zigzag(now[1] - before[1], out)
            before = now
        for i in range(0, len(need), 2):
            out.append(need[i] | (need[i + 1] << 4 if i + 1 < len(need) else 0))
    print(f"  {name:28} {len(lines):5} lines {total:7} points")


# --- topology -------------------------------------------------------------------------------------------------------


def chain(edges):
    """Joins undirected edges to lines that run from junction to junction (or round)."""
    around = defaultdict(list)
    for a, b in edges:
        around[a].append(b)
        around[b].append(a)
    unused = {frozenset(e) for e in edges}
    lines = []

    def walk(a, b):
        line = [a, b]
        unused.discard(frozenset((a, b)))
        while len(around[line[-1]]) == 2:
            ahead = [c for c in around[line[-1]] if frozenset((line[-1], c)) in unused]
            if not ahead:
                break
            unused.discard(frozenset((line[-1], ahead[0])))
            line.append(ahead[0])
        return line

    for a in sorted(around):
        if len(around[a]) != 2:
            for b in sorted(around[a]):
                if frozenset((a, b)) in unused:
                    lines.append(walk(a, b))
    for edge in sorted(tuple(sorted(e)) for e in unused):
        if frozenset(edge) in unused:
            lines.append(walk(*edge))
    return lines


def outlines(rings):
    """Dissolves polygons that share their edges exactly: closed loops of the edges that no neighbour has."""
    directed = set()
    for ring in rings:
        for a, b in zip(ring, ring[1:]):
            if a == b:
                continue
            if (b, a) in directed:
                directed.discard((b, a))
            else:
                directed.add((a, b))
    ahead = defaultdict(list)
    for a, b in sorted(directed):
        ahead[a].append(b)
    loops = []
    for start in sorted(ahead):
        while ahead[start]:
            loop = [start]
            while True:
                nexts = ahead[loop[-1]]
                if not nexts:
                    break
                loop.append(nexts.pop())
                if loop[-1] == start:
                    break
            if len(loop) > 3 and loop[0] == loop[-1]:
                loops.append(loop)
    return loops


def clip_side(ring, axis, limit, keep_less):
    out = []
    for a, b in zip(ring, ring[1:] + ring[:1]):
        ia, ib = (a[axis] <= limit) == keep_less, (b[axis] <= limit) == keep_less
        if ia:
            out.append(a)
        if ia != ib:
            t = (limit - a[axis]) / (b[axis] - a[axis])
            p = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
            p[axis] = limit
            out.append(tuple(p))
    return out


def cut_at_date_line(loop):
    """A ring that jumps from 180 to -180 degrees is laid out without the jump, closed round the pole if it circles it,
    and cut into the parts on this and the other side."""
    shift, ring = 0, [loop[0]]
    for a, b in zip(loop, loop[1:]):
        shift += 360 if b[0] - a[0] < -180 else -360 if b[0] - a[0] > 180 else 0
        ring.append((b[0] + shift, b[1]))
    if shift == 0 and all(-180 <= p[0] <= 180 for p in ring):
        return [loop]
    if shift != 0:
        ring += [(ring[-1][0], -90.0), (ring[0][0], -90.0)]
    else:
        ring.pop()
    parts = []
    for world in (-360, 0, 360):
        part = clip_side(clip_side(ring, 0, world + 180, True), 0, world - 180, False)
        if len(part) > 2:
            part = [(p[0] - world, p[1]) for p in part]
            parts.append(part + part[:1])
    return parts


def in_box(p, margin=0.0):
    return BOX[0] - margin <= p[0] <= BOX[2] + margin and BOX[1] - margin <= p[1] <= BOX[3] + margin


def on_box(p):
    return in_box(p, ON_EDGE) and (
        min(abs(p[0] - BOX[0]), abs(p[0] - BOX[2])) < ON_EDGE or min(abs(p[1] - BOX[1]), abs(p[1] - BOX[3])) < ON_EDGE
    )


def same_side(a, b):
    return on_box(a) and on_box(b) and any(
        abs(a[i] - v) < ON_EDGE and abs(b[i] - v) < ON_EDGE for i, v in ((0, BOX[0]), (0, BOX[2]), (1, BOX[1]), (1, BOX[3]))
    )


def outside_box(line):
    """The parts of a line outside the box, cut at its edge."""
    parts, now = [], []
    for a, b in zip(line, line[1:]):
        # Liang-Barsky gives the stretch inside the box; what is kept is before and behind it.
        t0, t1 = 0.0, 1.0
        dx, dy = b[0] - a[0], b[1] - a[1]
        for p, q in ((-dx, a[0] - BOX[0]), (dx, BOX[2] - a[0]), (-dy, a[1] - BOX[1]), (dy, BOX[3] - a[1])):
            if p == 0:
                if q < 0:
                    t0, t1 = 1.0, 0.0
            elif p < 0:
                t0 = max(t0, q / p)
            else:
                t1 = min(t1, q / p)
        at = lambda t: (a[0] + t * dx, a[1] + t * dy)
        if t0 >= t1:
            now = now or [a]
            now.append(b)
            continue
        if t0 > 0:
            now = now or [a]
            now.append(at(t0))
        if len(now) > 1:
            parts.append(now)
        now = [at(t1), b] if t1 < 1 else []
    if len(now) > 1:
        parts.append(now)
    return parts


def open_shore(ring):
    """The shore of a polygon that was cut at the box: its ring without the stretches that run along the box."""
    parts, now = [], []
    for a, b in zip(ring, ring[1:]):
        if same_side(a, b):
            if len(now) > 1:
                parts.append(now)
            now = []
        else:
            now = now or [a]
            now.append(b)
    if len(now) > 1:
        if parts and parts[0][0] == now[-1]:
            parts[0] = now[:-1] + parts[0]
        else:
            parts.append(now)
    return parts


# --- the layers -----------------------------------------------------------------------------------------------------


def tuples(line):
    return [(p[0], p[1]) for p in line]


def courses(rivers):
    """The rivers that have a name, by its key: pieces that meet end to end are joined, then cut at two positions."""

    def next_to(piece, end):
        """The one other piece that has an end here, turned so that it starts here."""
        here = piece[end]
        near = [l if k == 0 else l[::-1] for l in rivers for k in (0, -1) if km(l[k], here) < 0.6]
        other = [l for l in near if sorted((l[0], l[-1])) != sorted((piece[0], piece[-1]))]
        return other[0] if len(other) == 1 else None

    def nearest(line, p):
        return min(range(len(line)), key=lambda i: km(line[i], p))

    out = defaultdict(list)
    for row in table("courses"):
        start = (float(row["from_lon"]), float(row["from_lat"]))
        end = (float(row["to_lon"]), float(row["to_lat"]))
        first = min(rivers, key=lambda l: km(l[nearest(l, start)], start))
        course = first
        for turned in (False, True):
            course = course[::-1] if turned else course
            piece, seen = course, {tuple(sorted((first[0], first[-1])))}
            while (piece := next_to(piece, -1)) and tuple(sorted((piece[0], piece[-1]))) not in seen:
                seen.add(tuple(sorted((piece[0], piece[-1]))))
                course = course + piece[1:]
        a, b = nearest(course, start), nearest(course, end)
        if max(km(course[a], start), km(course[b], end)) > 3:
            print(f"  courses: {row['key']} does not run from {start} to {end}")
            continue
        out[row["key"]].append(course[a : b + 1] if a < b else course[b : a + 1][::-1])
    for key, lines in out.items():
        print(f"  {key}:", ", ".join(f"{sum(km(a, b) for a, b in zip(l, l[1:])):.0f} km" for l in lines))
    return out


def along(line, n):
    """n + 1 points at equal distances along a line."""
    far = [0.0]
    for a, b in zip(line, line[1:]):
        far.append(far[-1] + km(a, b))
    out, i = [], 0
    for k in range(n + 1):
        want = far[-1] * k / n
        while i < len(line) - 2 and far[i + 1] < want:
            i += 1
        t = (want - far[i]) / (far[i + 1] - far[i]) if far[i + 1] > far[i] else 0
        out.append(tuple(line[i][j] + t * (line[i + 1][j] - line[i][j]) for j in (0, 1)))
    out[0], out[-1] = line[0], line[-1]
    return out


def borders():
    """Stretches that two countries' outlines share, and where they differ by a little the line midway between them."""
    found = {}
    for f in features("borders_osmborders_region"):
        key = "border-" + "-".join(sorted(f["properties"]["pair"].lower().split("-")))
        found[key] = [tuples(l) for l in lines_of(f["geometry"])]
    shared = {frozenset(e) for lines in found.values() for l in lines for e in zip(l, l[1:])}
    alone = defaultdict(list)
    for f in features("countries_osmborders_region"):
        for polygon in polygons_of(f["geometry"]):
            run = []
            ring = tuples(polygon[0])
            for a, b in zip(ring, ring[1:]):
                if frozenset((a, b)) in shared or same_side(a, b):
                    if run:
                        alone[f["properties"]["a2"].lower()].append(run)
                    run = []
                else:
                    run = run or [a]
                    run.append(b)
            if run:
                alone[f["properties"]["a2"].lower()].append(run)
    joined = set()
    length = lambda run: sum(km(a, b) for a, b in zip(run, run[1:]))
    for key, lines in found.items():
        _, one, two = key.split("-")
        for run in alone[one]:
            for other in alone[two]:
                if {run[0], run[-1]} == {other[0], other[-1]} and run[0][0] < 48.5:
                    other = other if other[0] == run[0] else other[::-1]
                    n = max(len(run), len(other)) * 2
                    line = [((p[0] + q[0]) / 2, (p[1] + q[1]) / 2) for p, q in zip(along(run, n), along(other, n))]
                    print(f"  {key}: {length(line):.1f} km midway between the two outlines")
                    lines.append(line)
                    joined |= {run[0], run[-1]}
    # What is left are hairs where three countries meet, and the south-west corner, whose other side has no outline here.
    found["border-ir-iq"], found["border-iq-sy-tr"] = [], []
    for country in ("am", "az", "ge", "tr", "ir"):
        for run in alone[country]:
            if run[0] in joined and run[-1] in joined or min(run[0][0], run[-1][0]) > 47:
                continue
            if run[0][1] < 37.2 and run[-1][1] < 37.2 and length(run) > 5:
                found["border-ir-iq" if country == "ir" else "border-iq-sy-tr"].append(run)
            elif length(run) < 1.5:
                key = next(k for k, l in found.items() if country in k.split("-") and any(run[0] in (m[0], m[-1]) for m in l))
                found[key].append(run)
                joined |= {run[0], run[-1]}
    return found


def left_first(found):
    """Borders of two countries with the one that their key names first on the left, so that both can be named beside them."""
    rings = defaultdict(list)
    for f in features("countries_osmborders_region"):
        for polygon in polygons_of(f["geometry"]):
            rings[f["properties"]["a2"].lower()].append(tuples(polygon[0]))
    for key, lines in found.items():
        first, second = key.split("-")[1:3]
        if key.count("-") != 2 or not (rings[first] or rings[second]):
            continue
        for i, line in enumerate(lines):
            votes = 0
            for n in range(1, 24):
                a, b = along(line, 24)[n : n + 2]
                far = math.hypot(b[0] - a[0], b[1] - a[1]) or 1
                for km_off in (0.4, 1.0):
                    d = km_off / 111 / far
                    left = ((a[0] + b[0]) / 2 - (b[1] - a[1]) * d, (a[1] + b[1]) / 2 + (b[0] - a[0]) * d)
                    votes += any(inside(left, r) for r in rings[first]) - any(inside(left, r) for r in rings[second])
            if votes < 0:
                lines[i] = line[::-1]
    return found


def exclaves():
    """Only those the data has: Karki lies in Armenia in every source seen, which PROVENANCE.md says."""
    wanted = {
        "exclave-artsvashen": ("ARM", (45.51, 40.63)),
        "exclave-yukhari-askipara": ("AZE", (45.02, 41.065)),
        "exclave-barkhudarli": ("AZE", (45.215, 41.005)),
    }
    found = {}
    for f in features("countries_region"):
        for polygon in polygons_of(f["geometry"]):
            ring = tuples(polygon[0])
            for key, (a3, near) in wanted.items():
                middle = [sum(p[i] for p in ring) / len(ring) for i in (0, 1)]
                if a3 == f["properties"]["a3"] and km(near, middle) < 6 and ring_km2(ring) < 100:
                    found[key] = [ring]
    missing = set(wanted) - set(found)
    assert not missing, missing
    return found


def offset(line, distance):
    """The points of a line moved aside (km, left of its direction), in a flat projection about its first point."""
    wide = 111.32 * math.cos(math.radians(line[0][1]))
    flat = [(p[0] * wide, p[1] * 110.9) for p in line]
    ways = []
    for (ax, ay), (bx, by) in zip(flat, flat[1:]):
        length = math.hypot(bx - ax, by - ay)
        ways.append(((bx - ax) / length, (by - ay) / length))
    out = []
    for i, (x, y) in enumerate(flat):
        (ux, uy), (vx, vy) = ways[max(i - 1, 0)], ways[min(i, len(ways) - 1)]
        # The mitre: half-way between the two normals, lengthened so that both sides keep their distance.
        far = distance / (1 + ux * vx + uy * vy)
        out.append(((x - (uy + vy) * far) / wide, (y + (ux + vx) * far) / 110.9))
    return out


def schematic():
    """What was drawn by hand: lines, areas, strips of a width about a line, and circles about a place."""
    found = {}
    for path in sorted((HERE / "schematic").glob("*.geojson")):
        for f in json.loads(path.read_text(encoding="utf-8"))["features"]:
            p, coordinates = f["properties"], f["geometry"]["coordinates"]
            if p["drawn_as"] == "line":
                kind, line = 0, tuples(coordinates)
            elif p["drawn_as"] == "area":
                kind, line = 1, tuples(coordinates[0])
            elif p["drawn_as"] == "strip":
                middle, half = tuples(coordinates), p["width_km"] / 2
                line = offset(middle, half) + offset(middle, -half)[::-1]
                kind, line = 1, line + line[:1]
            else:
                x, y = coordinates
                wide, turn = p["radius_km"] / (111.32 * math.cos(math.radians(y))), math.tau / 64
                line = [(x + wide * math.cos(i * turn), y + p["radius_km"] / 110.9 * math.sin(i * turn)) for i in range(64)]
                kind, line = 1, line + line[:1]
            found[p["id"]] = (kind, [line])
    return found


def split_at_area(lines, area):
    """The stretches of lines outside and inside an area, cut at points of the lines. A border is drawn in two data sets
    that differ by up to some km: what lies that near the edge counts as inside, and no stretch is shorter than 12 km."""
    cells = defaultdict(list)
    for p in area:
        cells[(math.floor(p[0] * 10), math.floor(p[1] * 10))].append(p)

    def within(p):
        x, y = math.floor(p[0] * 10), math.floor(p[1] * 10)
        near = (q for dx in (-1, 0, 1) for dy in (-1, 0, 1) for q in cells.get((x + dx, y + dy), ()))
        return inside(p, area) or any(km(p, q) < 3.5 for q in near)

    outer, inner = [], []
    for line in lines:
        runs = []
        for p in line:
            state = within(p)
            if runs and runs[-1][0] == state:
                runs[-1][1].append(p)
            else:
                runs.append((state, ([runs[-1][1][-1]] if runs else []) + [p]))
        joined = []
        for state, run in runs:
            short = sum(km(a, b) for a, b in zip(run, run[1:])) < 12
            if joined and (short or joined[-1][0] == state):
                joined[-1][1].extend(run[1:])
            else:
                joined.append((state, run))
        for state, run in joined:
            if len(run) > 1:
                (inner if state else outer).append(run)
    return outer, inner


def lakes():
    water, islands = [], []
    for f in features("lakes_gshhg_region"):
        for polygon in polygons_of(f["geometry"]):
            (water if f["properties"]["gshhg_level"] == 2 else islands).append(tuples(polygon[0]))
    water.sort(key=ring_km2, reverse=True)
    sea, water = water[0], water[1:]
    # Smaller lakes that GSHHG lacks: holes in the land polygons. Fewer than 7 points is no shape worth drawing.
    known = [sea, *water]
    for f in features("countries_region"):
        for polygon in polygons_of(f["geometry"]):
            for hole in polygon[1:]:
                ring = tuples(hole)
                middle = tuple(sum(p[i] for p in ring) / len(ring) for i in (0, 1))
                if ring_km2(ring) < 3 or len(ring) < 7 or not in_box(middle, -0.05):
                    continue
                if any(inside(middle, k) or inside(k[0], ring) or min(km(middle, p) for p in k) < 4 for k in known):
                    continue
                water.append(ring)
    return sea, water, islands


def crossing(a, b, c, d):
    """Where two segments cross, as the share along the first; None if they do not."""
    rx, ry, sx, sy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    across = rx * sy - ry * sx
    if across == 0:
        return None
    t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / across
    u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / across
    return t if 0 <= t <= 1 and 0 <= u <= 1 else None


def led_to_border(line, cells, cell):
    """A line's end made to meet the detailed border: cut where it crosses it, else led to the nearest point of it."""
    around = lambda p: (
        e for dx in (-1, 0, 1) for dy in (-1, 0, 1) for e in cells.get((cell(p)[0] + dx, cell(p)[1] + dy), ())
    )
    gone, cut = 0.0, None
    for i in range(len(line) - 1, 0, -1):
        hits = [t for c, d in around(line[i]) if (t := crossing(line[i - 1], line[i], c, d)) is not None]
        if hits:
            cut = (i, min(hits))
        gone += km(line[i - 1], line[i])
        if gone > 5:
            break
    if cut:
        i, t = cut
        a, b = line[i - 1], line[i]
        return line[:i] + [(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))]
    near = min((c for c, _ in around(line[-1])), key=lambda p: km(p, line[-1]), default=None)
    return line + [near] if near and km(near, line[-1]) < 4 else line


def provinces(borders):
    """Edges between two provinces of one country; national borders and coasts are drawn from better data."""
    owners = defaultdict(set)
    for number, f in enumerate(features("admin1_region")):
        for polygon in polygons_of(f["geometry"]):
            for ring in polygon:
                for a, b in zip(tuples(ring), tuples(ring)[1:]):
                    if a != b and not same_side(a, b):
                        owners[tuple(sorted((a, b)))].add((number, f["properties"]["a3"]))
    cell = lambda p: (math.floor(p[0] * 10), math.floor(p[1] * 10))
    cells = defaultdict(list)
    for line in borders:
        for a, b in zip(line, line[1:]):
            cells[cell(a)].append((a, b))
    both = []
    for home in (True, False):
        edges = [
            e
            for e, who in owners.items()
            if len(who) == 2 and len({a3 for _, a3 in who}) == 1 and (next(iter(who))[1] in ("ARM", "AZE")) == home
        ]
        lines = chain(edges)
        ends = defaultdict(int)
        for line in lines:
            ends[line[0]] += 1
            ends[line[-1]] += 1
        done = []
        for line in lines:
            if line[0] != line[-1]:
                loose = [ends[line[0]] == 1, ends[line[-1]] == 1]
                line = led_to_border(line, cells, cell) if loose[1] else line
                line = led_to_border(line[::-1], cells, cell)[::-1] if loose[0] else line
            done.append(line)
        both.append(done)
    return both


def world():
    rings, owners = [], defaultdict(int)
    for f in features("world_countries_50m"):
        for polygon in polygons_of(f["geometry"]):
            for ring in polygon:
                rings.append(tuples(ring))
                for a, b in zip(rings[-1], rings[-1][1:]):
                    if a != b:
                        owners[tuple(sorted((a, b)))] += 1
    frame = lambda a, b: abs(a[0] - b[0]) > 180 or (abs(a[0]) > 179.98 and abs(b[0]) > 179.98) or (a[1] < -85 and b[1] < -85)
    land = [part for loop in outlines(rings) for part in cut_at_date_line(loop)]
    shared = [e for e, n in owners.items() if n == 2 and not frame(*e)]
    single = [e for e, n in owners.items() if n == 1 and not frame(*e)]
    border = [part for line in chain(shared) for part in outside_box(line)]
    coast = [part for line in chain(single) for part in outside_box(line)]
    return land, border, coast


def shore_distance(land, sea):
    """How far out at sea, in km, on a coarse grid: the water is tinted by it. It is no sounding, only distance."""
    west, north, step, columns, rows = 25.0, 48.0, 0.2, 156, 66
    points = [p for ring in land for p in ring if 24 < p[0] < 58 and 34 < p[1] < 49 and not in_box(p)]
    points += [p for p in sea if not on_box(p)]
    cells = defaultdict(list)
    for p in points:
        cells[(math.floor(p[0]), math.floor(p[1]))].append(p)
    near = [ring for ring in land if any(24 < p[0] < 58 and 34 < p[1] < 49 for p in ring)]
    grid = bytearray()
    for row in range(rows):
        lat = north - row * step
        crossings = []
        for ring in near:
            for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
                if (y1 > lat) != (y2 > lat):
                    crossings.append((x2 - x1) * (lat - y1) / (y2 - y1) + x1)
        crossings.sort()
        for column in range(columns):
            lon = west + column * step
            on_land = sum(1 for c in crossings if c < lon) % 2 == 1
            if in_box((lon, lat), -0.001):
                on_land = not inside((lon, lat), sea)
            # Only the two inland seas: a tint that broke off in the Mediterranean would look like a fact.
            on_land = on_land or (lon < 42 and lat < 40.9) or (lon < 29 and lat < 41.2)
            if on_land:
                grid.append(0)
                continue
            x, y = math.floor(lon), math.floor(lat)
            around = (p for dx in (-2, -1, 0, 1, 2) for dy in (-2, -1, 0, 1, 2) for p in cells.get((x + dx, y + dy), ()))
            k = math.cos(math.radians(lat))
            best = min((((p[0] - lon) * k) ** 2 + (p[1] - lat) ** 2 for p in around), default=9)
            grid.append(min(255, round(math.sqrt(best) * 111.3)))
    return west, north, step, columns, rows, grid


# --- names ----------------------------------------------------------------------------------------------------------

LANGUAGES = ("en", "hy", "az", "ru")


def table(name):
    path = HERE / "names" / f"{name}.tsv"
    if not path.exists():
        print(f"  names/{name}.tsv is missing")
        return []
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [dict(zip(rows[0], (cell.strip() for cell in row))) for row in rows[1:]]


def by_population(population):
    steps = ((1_000_000, 5.0), (400_000, 5.5), (150_000, 6.3), (60_000, 7.0), (25_000, 7.7), (10_000, 8.4))
    steps += ((4_000, 9.2), (1_500, 10.0), (500, 10.6))
    return next((zoom for least, zoom in steps if population >= least), 11.2)


# Seats and places that the reports keep naming: labelled earlier than their population would have them.
EARLIER = {
    "Yerevan": 3.6, "Baku": 3.6, "Tbilisi": 3.8, "Stepanakert": 5.6, "Ganja": 5.6, "Gyumri": 6.0, "Vanadzor": 6.4,
    "Nakhchivan": 6.0, "Sumgait": 6.4, "Shusha": 6.9, "Lachin": 7.0, "Goris": 6.8, "Kapan": 6.6, "Jermuk": 7.0,
    "Vardenis": 7.0, "Sotk": 7.8, "Sisian": 7.4, "Meghri": 7.2, "Ijevan": 7.0, "Martakert": 7.2, "Martuni": 7.4,
    "Hadrut": 7.2, "Aghdam": 7.0, "Agdam": 7.0, "Fuzuli": 7.0, "Fizuli": 7.0, "Jabrayil": 7.4, "Zangilan": 7.4,
    "Qubadli": 7.5, "Gubadly": 7.5, "Kalbajar": 7.0, "Kelbajar": 7.0, "Dashkasan": 7.8, "Khojaly": 7.8, "Askeran": 8.0,
    "Tartar": 7.4, "Tovuz": 7.2, "Yeghegnadzor": 7.2, "Gavar": 7.2, "Yeraskh": 8.2, "Artsvashen": 8.4, "Karki": 8.6,
    "Talish": 8.2, "Madagiz": 8.2, "Geghamasar": 8.8, "Verin Shorzha": 8.9, "Kut": 9.0, "Norabak": 9.0,
    "Artanish": 8.8, "Ishkhanasar": 8.4, "Nerkin Hand": 8.8, "Tegh": 8.6, "Verishen": 9.2, "Shurnukh": 8.8,
    "Movses": 8.8, "Barda": 7.2, "Parukh": 9.0, "Khtsaberd": 9.0, "Mets Masrik": 9.0, "Berd": 7.8, "Mingachevir": 6.6,
}  # fmt: skip


# The gazetteer has the district's population for the town.
LATER = {"Lerik": 9.0}
BIG_CITIES = ((44.513, 40.178), (49.892, 40.378), (44.834, 41.691))


def without_twins(rows):
    """The same name twice on one spot is labelled once: by the bigger place, else by the row that came first."""
    kept = defaultdict(list)
    for row in sorted(rows, key=lambda r: -int(r[4])):
        same = kept[(row[0], row[6].removesuffix(" district"))]
        at = (float(row[1]), float(row[2]))
        reach = {"settlement": 6, "region": 60, "country": 400}.get(row[0], 10)
        twin = next((k for k in same if km(at, (float(k[1]), float(k[2]))) < reach), None)
        if twin is None or not row[3]:
            same.append(row)
        elif twin[3]:
            twin[3] = min(twin[3], row[3], key=float)
            row[3] = ""
    towns = [r for r in rows if r[0] == "settlement" and r[3] and int(r[4]) > 5000]
    for row in rows:
        # A city that is a province of its own needs no second label.
        if row[0] == "region" and row[3] and float(row[3]) > 9.5 or row[6] in ("Yerevan", "Tbilisi", "Baku"):
            if row[0] == "region" and any(t[6] == row[6] for t in towns):
                row[3] = ""
    return rows


def toponyms(contested):
    cells = defaultdict(list)
    for p in contested:
        cells[(math.floor(p[0] * 4), math.floor(p[1] * 4))].append(p)

    def near_line(p):
        x, y = math.floor(p[0] * 4), math.floor(p[1] * 4)
        around = [q for dx in (-1, 0, 1) for dy in (-1, 0, 1) for q in cells.get((x + dx, y + dy), ())]
        return min((km(p, q) for q in around), default=99) < 15

    def zoom_of(row, lonlat, population):
        named = EARLIER.get(row.get("en", "").split(" / ")[0].split(" (")[0])
        zoom = by_population(population) - (0.8 if near_line(lonlat) else 0)
        if min(km(lonlat, city) for city in BIG_CITIES) < 12 and population < 1_000_000:
            return max(zoom, 9.8)  # a quarter or suburb
        zoom = max(zoom, LATER.get(row.get("en", ""), 0))
        # A hamlet that shares the name of a town known from the reports is not meant.
        return min(zoom, named) if named and (population >= 1000 or named >= 7.8) else zoom

    out = []

    def add(kind, lonlat, zoom, population, exact, row, also):
        names = [row.get(code, "") for code in LANGUAGES]
        zoom = zoom if all(names) else ""
        also = [a for a in dict.fromkeys(also) if a and a not in names]
        out.append([kind, f"{lonlat[0]:.5f}", f"{lonlat[1]:.5f}", zoom, str(population), exact, *names, ";".join(also)])

    hand = {}
    for name in ("am", "az", "neighbours", "neighbours_small"):
        for row in table(name):
            hand[row["id"]] = row
    for f in features("places_region"):
        p, lonlat = f["properties"], f["geometry"]["coordinates"]
        gazetteer = [p["name"], *p.get("latin", []), *p.get("hy", []), *p.get("cyr", []), *p.get("ka", [])]
        row = hand.get(str(p["id"]))
        if row:
            zoom = f"{zoom_of(row, lonlat, p['pop']):.1f}"
            add("settlement", lonlat, zoom, p["pop"], "1", row, [*row.get("also", "").split(";"), *gazetteer])
        else:
            add("settlement", lonlat, "", p["pop"], "1", {"en": p["name"]}, gazetteer)
    kinds = {"settlement", "mountain", "bridge", "exclave", "region", "area", "sea", "lake", "river", "country"}
    for row in table("added"):
        kind = row["kind"].lower()
        kind = {"village": "settlement", "town": "settlement", "city": "settlement", "peak": "mountain"}.get(kind, kind)
        if kind not in kinds:
            print(f"  added: kind {kind!r} of {row['en']} is taken as area")
            kind = "area"
        lonlat = (float(row["lon"]), float(row["lat"]))
        population = int(float(row["pop"] or 0))
        zoom = zoom_of(row, lonlat, population) if kind == "settlement" else 8.6
        add(kind, lonlat, f"{zoom:.1f}", population, row["exact_km"] or "2", row, row.get("also", "").split(";"))
    for row in table("water_and_regions"):
        kind = row["kind"].lower()
        kind = {"reservoir": "lake", "mountains": "mountain", "range": "mountain", "peak": "mountain"}.get(kind, kind)
        if kind not in kinds:
            print(f"  water_and_regions: kind {kind!r} of {row['en']} is taken as area")
            kind = "area"
        rank = float(row["rank"] or 5)
        zoom = {"sea": 3.5, "lake": 5.2, "river": 6.6, "area": 6.0, "region": 6.6, "mountain": 7.0}.get(kind, 7.0)
        zoom += 0.7 * (rank - 1)
        if kind == "region":
            zoom = 9.0 if rank > 3 else 7.2
        if any(row["key"] == course["key"] for course in table("courses")):
            zoom = ""  # named along its course
        if kind == "country":
            # Where the label of a neighbour stands within the region; the three in the middle have no other.
            zoom = 3.4 if row["en"] in ("Armenia", "Azerbaijan", "Georgia") else 5.0
        zoom = f"{zoom:.1f}" if zoom else ""
        add(kind, (float(row["lon"]), float(row["lat"])), zoom, 0, "5", row, [])
    middles = {}
    for f in features("admin1_region"):
        biggest = max((tuples(q[0]) for q in polygons_of(f["geometry"])), key=ring_km2)
        middles[f["properties"]["code"]] = (middle_of(biggest), ring_km2(biggest), f["properties"]["a3"])
    for row in table("admin1"):
        if row["code"] in middles:
            middle, area, a3 = middles[row["code"]]
            zoom = 9.0 if a3 == "AZE" else 6.8 if a3 in ("ARM", "GEO") else 6.4
            zoom = max(5.8, zoom - (0.8 if area > 2500 else 0)) if area > 120 else 9.8
            add("region", middle, f"{zoom:.1f}", 0, "20", row, [])
        else:
            print(f"  admin1: no province {row['code']}")
    countries(add)
    return without_twins(out)


def middle_of(ring):
    """The middle of the widest stretch on one of 15 parallels: always inside, unlike the centre of gravity."""
    low, high = min(p[1] for p in ring), max(p[1] for p in ring)
    best = None
    for i in range(4, 13):
        lat = low + (high - low) * i / 16
        cut = sorted(
            (x2 - x1) * (lat - y1) / (y2 - y1) + x1
            for (x1, y1), (x2, y2) in zip(ring, ring[1:])
            if (y1 > lat) != (y2 > lat)
        )
        for a, b in zip(cut[::2], cut[1::2]):
            worth = (b - a) * (1 - abs(i - 8) / 16)
            if best is None or worth > best[0]:
                best = (worth, ((a + b) / 2, lat))
    return best[1]


def countries(add):
    shapes = {}
    for f in features("world_countries_50m"):
        biggest = max((tuples(q[0]) for q in polygons_of(f["geometry"])), key=ring_km2)
        shapes[f["properties"]["name"]] = (middle_of(biggest), ring_km2(biggest))
    # Where the middle would stand in a corner, or on another label.
    by_hand = {"Armenia": (44.75, 40.42), "Azerbaijan": (48.1, 40.65), "Georgia": (43.6, 42.05), "Turkey": (35.2, 39.0)}
    by_hand |= {"Iran": (53.8, 32.6), "Russia": (95.0, 63.0), "United States of America": (-98.5, 39.5)}
    by_hand |= {"Canada": (-105.0, 58.0), "France": (2.5, 46.7), "Norway": (9.0, 61.5)}
    for row in table("countries"):
        if row["name"] not in shapes:
            print(f"  countries: no shape {row['name']}")
            continue
        middle, area = shapes[row["name"]]
        zoom = next((z for least, z in ((3e6, 1.8), (1e6, 2.4), (3e5, 3.0), (1e5, 3.8), (2e4, 4.4)) if area > least), 5.4)
        if row["name"] in ("Armenia", "Azerbaijan", "Georgia"):
            zoom = 3.4
        add("country", by_hand.get(row["name"], middle), f"{zoom:.1f}", 0, "100", row, [row["name"]])


def main():
    out = bytearray(b"CLATLAS2")
    found = left_first(borders())
    line = [tuples(l) for f in features("line_of_contact_1994_2020") for l in lines_of(f["geometry"])]
    held = [tuples(polygon[0]) for f in features("nk_artsakh_defacto_1994_2020") for polygon in polygons_of(f["geometry"])]
    found |= exclaves()
    # Where the border ran within the area held until 2020 it can be drawn lighter.
    whole = found["border-am-az"]
    found["border-am-az"], found["border-am-az-held"] = split_at_area(whole, max(held, key=len))
    for key in sorted(found):
        pack_lines(key, 1 if key.startswith("exclave") else 0, found[key], DETAILED, out)
    pack_lines("contact-1994-2020", 0, line, DETAILED, out)
    pack_lines("held-1994-2020", 1, held, DETAILED, out)
    for key, (kind, lines) in schematic().items():
        pack_lines(key, kind, lines, DETAILED, out)
    sea, water, islands = lakes()
    home, abroad = provinces([l for lines in found.values() for l in lines] + open_shore(sea))
    pack_lines("provinces", 0, home, DETAILED, out)
    pack_lines("provinces-abroad", 0, abroad, DETAILED, out)
    rivers = [tuples(l) for f in features("rivers_gshhg_region") for l in lines_of(f["geometry"])]
    rivers.sort(key=lambda l: -sum(km(a, b) for a, b in zip(l, l[1:])))
    pack_lines("rivers", 0, rivers, DETAILED, out)
    named = courses(rivers)
    for key, lines in named.items():
        pack_lines(f"course-{key}", 0, lines, DETAILED, out)
    pack_lines("lakes", 1, water, DETAILED, out)
    pack_lines("islands", 1, islands, DETAILED, out)
    pack_lines("caspian", 1, [sea], DETAILED, out)
    pack_lines("caspian-shore", 0, open_shore(sea), DETAILED, out)
    land, border, coast = world()
    pack_lines("world-land", 1, land, COARSE, out)
    pack_lines("world-borders", 0, border, COARSE, out)
    pack_lines("world-coast", 0, coast, COARSE, out)
    west, north, step, columns, rows, grid = shore_distance(land, sea)
    head("shore-distance", 2, out)
    for value in (west, north, step):
        zigzag(round(value * 1e5), out)
    varint(columns, out)
    varint(rows, out)
    out += grid
    (HERE / "atlas.bin").write_bytes(out)
    print("atlas.bin", len(out), "bytes")

    contested = [p for l in whole for p in l] + [p for l in line for p in l]
    rows = toponyms(contested)
    columns = ["kind", "lon", "lat", "min_zoom", "population", "exact_km", *LANGUAGES, "also"]
    text = "\n".join("\t".join(r) for r in [columns, *rows]) + "\n"
    (HERE / "toponyms.tsv").write_text(text, encoding="utf-8")
    print("toponyms.tsv", len(rows), "rows,", sum(1 for r in rows if r[3]), "labelled")


if __name__ == "__main__":
    main()
