"use strict";
(() => {
  // The switch between light and dark; the choice is kept where the browser allows it.
  const root = document.documentElement, button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const isDark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  if (stored()) root.dataset.theme = stored();
  button.hidden = false;
  label();
  system.addEventListener("change", label);
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* a file may have no storage */ }
    label();
  });

  // Tables that cells display sort by a click on a column's header.
  const value = (row, i) => row.cells[i] ? row.cells[i].textContent.trim() : "";
  const number = (s) => { const n = parseFloat(s.replace(/[,\s\u202f]/g, "").replace("\u2212", "-")); return Number.isNaN(n) ? null : n; };
  for (const table of document.querySelectorAll(".html table")) {
    const head = table.tHead && table.tHead.rows[0], body = table.tBodies[0];
    if (!head || !body || body.rows.length < 3) continue;
    Array.from(head.cells).forEach((th, i) => {
      if (!th.textContent.trim()) return;
      const sorter = document.createElement("button");
      sorter.type = "button";
      sorter.append(...th.childNodes);
      th.append(sorter);
      sorter.addEventListener("click", () => {
        const down = th.getAttribute("aria-sort") === "ascending";
        for (const other of head.cells) other.removeAttribute("aria-sort");
        th.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = Array.from(body.rows).sort((a, b) => {
          const x = value(a, i), y = value(b, i), m = number(x), n = number(y);
          const order = m !== null && n !== null ? m - n : x.localeCompare(y);
          return down ? -order : order;
        });
        body.append(...rows);
      });
    });
  }
})();
