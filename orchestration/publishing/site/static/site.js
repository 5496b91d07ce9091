// What every page has: theme, finding an account, tips on charts and figures, tabs. Nothing is needed to read a page.
"use strict";
const up = document.body.dataset.up;

(() => { // theme
  const button = document.querySelector(".theme");
  const isDark = () => (document.documentElement.dataset.theme
    ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const tell = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  button.hidden = false;
  tell();
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("onboarding-theme", document.documentElement.dataset.theme); } catch { /* see theme.js */ }
    tell();
  });
})();

(() => { // finding an account: the names are loaded when they are first asked for
  const form = document.querySelector(".find"), input = document.getElementById("find"), found = document.getElementById("found");
  let names = null;
  form.hidden = false;
  const load = () => {
    if (names) return;
    names = [];
    window.onboardingAccounts = rows => { names = rows; show(); };
    const script = document.createElement("script");
    script.src = `${up}assets/accounts.js`;
    document.head.append(script);
  };
  const show = () => {
    const wanted = input.value.trim().toLowerCase();
    const hits = wanted ? names.filter(([name, id]) => `${name} ${id}`.toLowerCase().includes(wanted)).slice(0, 8) : [];
    found.replaceChildren(...hits.map(([name, id, href]) => {
      const item = document.createElement("li"), link = document.createElement("a"), small = document.createElement("small");
      link.href = up + href;
      small.textContent = id;
      link.append(name, " ", small);
      item.append(link);
      return item;
    }));
  };
  input.addEventListener("focus", load);
  input.addEventListener("input", show);
  input.addEventListener("keydown", event => {
    if (event.key === "Escape") { input.value = ""; show(); }
  });
  form.addEventListener("submit", event => {
    event.preventDefault();
    found.querySelector("a")?.click();
  });
  document.addEventListener("keydown", event => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      input.focus();
    }
  });
})();

(() => { // tips: the numbers of a chart where the reader points, and the query behind a figure
  const tip = document.getElementById("tip");
  let line = null;
  const hide = () => { tip.hidden = true; line?.remove(); line = null; };
  const ofChart = (chart, event) => {
    const table = chart.closest(".drawing")?.nextElementSibling?.querySelector("table");
    const places = chart.dataset.x.split(" ").map(Number);
    if (!table || !chart.dataset.x) return "";
    const x = new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.getScreenCTM().inverse()).x;
    const n = places.reduce((best, place, i) => Math.abs(place - x) < Math.abs(places[best] - x) ? i : best, 0);
    line?.remove();
    line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("class", "cursor");
    line.setAttribute("d", `M${places[n]} 12V${chart.viewBox.baseVal.height - 26}`);
    chart.append(line);
    const names = [...table.tHead.rows[0].cells], cells = [...table.tBodies[0].rows[n].cells];
    return cells.map((cell, i) => i ? `${names[i].textContent}: ${cell.textContent}` : cell.textContent).join("\n");
  };
  document.addEventListener("pointermove", event => {
    const target = event.target.closest?.("svg.chart, [data-sql]");
    const text = !target ? "" : target.dataset.sql ?? ofChart(target, event);
    if (!text) return hide();
    if (target.dataset.sql) { line?.remove(); line = null; }
    tip.textContent = text;
    tip.classList.toggle("is-query", Boolean(target.dataset.sql));
    tip.hidden = false;
    const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const top = event.clientY + 18 + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 12 : event.clientY + 18;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${Math.max(8, top)}px`;
  });
  document.addEventListener("pointerleave", hide);
  document.addEventListener("scroll", hide, true);
})();

document.querySelectorAll(".tabs").forEach(tabs => { // alternatives, one at a time
  const panels = [...tabs.querySelectorAll(":scope > .panel")];
  if (panels.length < 2) return;
  const list = document.createElement("div");
  list.setAttribute("role", "tablist");
  list.className = "tablist";
  const buttons = panels.map((panel, n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.id = `${panel.id}-tab`;
    button.textContent = panel.dataset.tab;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    button.addEventListener("click", () => choose(n));
    button.addEventListener("keydown", event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) { choose((n + step + panels.length) % panels.length); buttons[(n + step + panels.length) % panels.length].focus(); }
    });
    return button;
  });
  const choose = chosen => panels.forEach((panel, n) => {
    panel.classList.toggle("is-hidden", n !== chosen);
    buttons[n].setAttribute("aria-selected", String(n === chosen));
    buttons[n].tabIndex = n === chosen ? 0 : -1;
  });
  list.append(...buttons);
  tabs.classList.add("is-live");
  tabs.prepend(list);
  choose(0);
});
