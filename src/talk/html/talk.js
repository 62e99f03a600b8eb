"use strict";
(function () {
  var byId = function (id) { return document.getElementById(id); };
  var slides = Array.prototype.slice.call(document.querySelectorAll("section.slide"));
  var at = 0;
  function show(n, focus) {
    at = Math.max(0, Math.min(slides.length - 1, n));
    slides.forEach(function (s, i) { s.hidden = i !== at; });
    byId("where").textContent = (at + 1) + " / " + slides.length;
    byId("prev").disabled = at === 0;
    byId("next").disabled = at === slides.length - 1;
    if (focus) { slides[at].focus({ preventScroll: true }); }
  }
  byId("prev").addEventListener("click", function () { show(at - 1, true); });
  byId("next").addEventListener("click", function () { show(at + 1, true); });
  byId("full").addEventListener("click", function () {
    if (document.fullscreenElement) { document.exitFullscreen(); } else { byId("slides").requestFullscreen(); }
  });
  // The first page of the slide of this number, or the last page.
  function first(number) {
    for (var i = 0; i < slides.length; i += 1) {
      if (Number(slides[i].getAttribute("data-slide")) >= number) { return i; }
    }
    return slides.length - 1;
  }
  var digits = "";
  document.addEventListener("keydown", function (e) {
    if (e.ctrlKey || e.altKey || e.metaKey || /^(INPUT|BUTTON|A|TEXTAREA)$/.test(e.target.tagName)) { return; }
    var number = digits;
    digits = /^[0-9]$/.test(e.key) ? digits + e.key : "";
    var to = null;
    if (e.key === "PageDown" || e.key === "ArrowRight" || e.key === " ") { to = at + 1; }
    if (e.key === "PageUp" || e.key === "ArrowLeft" || e.key === "Backspace") { to = at - 1; }
    if (e.key === "Home") { to = 0; }
    if (e.key === "End") { to = slides.length - 1; }
    if (e.key === "Enter") { to = number ? first(Number(number)) : at + 1; }
    if (e.key === "b" || e.key === "B" || e.key === ".") { byId("slides").classList.toggle("dark"); e.preventDefault(); }
    if (to !== null) { byId("slides").classList.remove("dark"); show(to, true); e.preventDefault(); }
  });
  show(0, false);

  var data = JSON.parse(byId("data").textContent);
  var svg = byId("map").querySelector("svg");
  var space = "http://www.w3.org/2000/svg";
  var card = byId("card");
  function tell(i) {
    card.textContent = "";
    [["strong", i.title], ["span", i.when || "no date"], ["span", i.place]].concat(
      (i.figures.length ? i.figures : ["no figure"]).map(function (f) { return ["span", f]; })
    ).forEach(function (part) {
      if (!part[1]) { return; }
      var line = document.createElement(part[0]);
      line.textContent = part[1];
      card.appendChild(line);
    });
    card.hidden = false;
  }
  svg.removeAttribute("aria-hidden");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", "Map of the incidents");
  var marks = data.incidents.map(function (i) {
    var mark = document.createElementNS(space, "circle");
    mark.setAttribute("cx", i.x);
    mark.setAttribute("cy", i.y);
    mark.setAttribute("r", i.r);
    mark.setAttribute("class", i.known ? "mark known" : "mark");
    mark.setAttribute("tabindex", "0");
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", [i.title, i.when || "no date", i.place].concat(i.figures).filter(Boolean).join(", "));
    ["mouseenter", "focus"].forEach(function (on) { mark.addEventListener(on, function () { tell(i); }); });
    ["mouseleave", "blur"].forEach(function (on) { mark.addEventListener(on, function () { card.hidden = true; }); });
    svg.appendChild(mark);
    return { mark: mark, at: i };
  });
  var time = byId("time");
  function pad(n) { return (n < 10 ? "0" : "") + n; }
  function until() {
    var now = data.from + (data.to - data.from) * Number(time.value) / 1000;
    // The region's own time, UTC+4.
    var d = new Date((now - 1 + 4 * 3600) * 1000);
    byId("date").textContent = d.getUTCFullYear() + "-" + pad(d.getUTCMonth() + 1) + "-" + pad(d.getUTCDate()) + " " + pad(d.getUTCHours()) + ":" + pad(d.getUTCMinutes()) + " (UTC+4)";
    marks.forEach(function (m) {
      var shown = m.at.start === null || m.at.start < now;
      if (shown) { m.mark.removeAttribute("visibility"); } else { m.mark.setAttribute("visibility", "hidden"); }
    });
  }
  time.addEventListener("input", until);
  until();
  var clock = null;
  byId("play").addEventListener("click", function () {
    if (clock !== null) { clearInterval(clock); clock = null; byId("play").textContent = "Play"; return; }
    if (Number(time.value) >= 1000) { time.value = 0; }
    byId("play").textContent = "Pause";
    clock = setInterval(function () {
      time.value = Number(time.value) + 4;
      until();
      if (Number(time.value) >= 1000) { clearInterval(clock); clock = null; byId("play").textContent = "Play"; }
    }, 50);
  });
})();
