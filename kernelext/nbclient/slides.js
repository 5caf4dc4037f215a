"use strict";
(() => {
  const root = document.documentElement, body = document.body, slides = Array.from(document.querySelectorAll(".slide"));
  const count = document.getElementById("count"), button = document.getElementById("theme");
  if (!slides.length) return;
  body.classList.add("deck");
  count.hidden = button.hidden = false;
  const fragments = (s) => Array.from(s.querySelectorAll(".fragment"));
  let now = Math.min(slides.length - 1, Math.max(0, parseInt(location.hash.slice(7), 10) || 0));
  // A slide that is too tall is made smaller, on the screen down to 60 %: below that it scrolls.
  const fit = (slide, width, height, least) => {
    const part = slide.querySelector(".fit");
    part.style.zoom = part.style.width = "";
    if (width) part.style.width = width + "px";
    for (let zoom = 1; zoom >= least; zoom -= 0.05) {
      part.style.zoom = zoom;
      if (width) part.style.width = width / zoom + "px";
      if (part.getBoundingClientRect().height <= height) return;
    }
  };
  const onScreen = () => fit(slides[now], 0, innerHeight - 80, 0.6);
  addEventListener("resize", onScreen);
  addEventListener("beforeprint", () => {
    body.classList.add("measuring");
    slides.forEach((s) => fit(s, 980, 540, 0.3));
    body.classList.remove("measuring");
  });
  addEventListener("afterprint", () => {
    slides.forEach((s) => { s.querySelector(".fit").style.zoom = s.querySelector(".fit").style.width = ""; });
    onScreen();
  });
  const show = (all) => {
    slides.forEach((s, i) => s.classList.toggle("now", i === now));
    fragments(slides[now]).forEach((f) => f.classList.toggle("later", !all));
    count.textContent = (now + 1) + " / " + slides.length;
    try { history.replaceState(null, "", "#slide-" + now); } catch { /* not for every address */ }
    onScreen();
    slides[now].scrollTop = 0;
    slides[now].focus({preventScroll: true});
  };
  const forward = () => {
    const next = fragments(slides[now]).find((f) => f.classList.contains("later"));
    if (next) next.classList.remove("later");
    else if (now < slides.length - 1) { now++; show(false); }
  };
  const back = () => {
    const shown = fragments(slides[now]).filter((f) => !f.classList.contains("later"));
    if (shown.length) shown.pop().classList.add("later");
    else if (now > 0) { now--; show(true); }
  };
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  button.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; label(); });
  label();
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey || e.target.closest("button, summary, a")) return;
    const act = {ArrowRight: forward, ArrowDown: forward, PageDown: forward, " ": e.shiftKey ? back : forward, ArrowLeft: back, ArrowUp: back, PageUp: back,
      Home: () => { now = 0; show(false); }, End: () => { now = slides.length - 1; show(true); }, n: () => body.classList.toggle("speaker"),
      f: () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()}[e.key];
    if (act) { e.preventDefault(); act(); }
  });
  let x = 0, y = 0;
  addEventListener("touchstart", (e) => { x = e.changedTouches[0].clientX; y = e.changedTouches[0].clientY; }, {passive: true});
  addEventListener("touchend", (e) => {
    const dx = e.changedTouches[0].clientX - x, dy = e.changedTouches[0].clientY - y;
    if (Math.abs(dx) > 40 && Math.abs(dx) > Math.abs(dy)) (dx < 0 ? forward : back)();
  });
  show(false);
})();
