/* Search the site: the same with either renderer, also when it was opened from a folder or a memory stick. The index is
   a script, loaded when somebody first searches. Words that the glossary calls the same find the same pages. */
(function () {
  "use strict";

  const MOST = 20;
  const menu = document.querySelector("#quarto-header .navbar-collapse") || document.querySelector("#quarto-header .navbar");
  const own = document.currentScript.src;
  if (!menu) return;
  let asked = null;

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  }

  const input = make("input", { type: "search", id: "site-search-input", autocomplete: "off", placeholder: "Search" });
  const label = make("label", { for: "site-search-input", class: "visually-hidden" }, "Search this site");
  const status = make("p", { role: "status", class: "site-search-status" });
  const list = make("ul", { class: "site-search-list" });
  const results = make("div", { class: "site-search-results" }, status, list);
  const form = make("form", { class: "site-search", role: "search", "aria-label": "This site" }, label, input, results);
  results.hidden = true;
  menu.append(form);

  const plain = (text) => " " + text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim() + " ";

  function load() {
    asked =
      asked ||
      new Promise((found, failed) => {
        const script = document.createElement("script");
        script.src = new URL("../search-index.js", own).href;
        script.addEventListener("load", () => (window.searchIndex ? found(prepared(window.searchIndex)) : failed()));
        script.addEventListener("error", () => failed());
        document.head.append(script);
      });
    asked.catch(() => (asked = null));
    return asked;
  }

  function prepared(index) {
    const entries = index.entries.map((entry) => ({
      ...entry,
      heads: plain(entry.title + " " + entry.section),
      all: plain(entry.title + " " + entry.section + " " + entry.text),
    }));
    return { entries, same: index.same.map((group) => group.map(plain)) };
  }

  // What is looked for, part by part: a part is all the ways in which one thing can be said.
  function partsOf(query, same) {
    const parts = [];
    let rest = plain(query);
    same.forEach((group) => {
      const said = group.filter((phrase) => rest.includes(phrase)).sort((one, two) => two.length - one.length)[0];
      if (!said) return;
      rest = rest.replace(said, " ");
      parts.push(group.map((phrase) => phrase.trimEnd()));
    });
    return [...parts, ...rest.split(" ").filter(Boolean).map((word) => [" " + word])];
  }

  function find(query, { entries, same }) {
    const parts = partsOf(query, same);
    const points = (entry) =>
      parts.reduce((sum, ways) => {
        if (!ways.some((way) => entry.all.includes(way))) return NaN;
        return sum + (ways.some((way) => entry.heads.includes(way)) ? 4 : 1);
      }, entry.href.startsWith("indicators/") ? 2 : 0);
    return entries
      .map((entry) => ({ entry, points: points(entry) }))
      .filter((one) => one.points > 0)
      .sort((one, two) => two.points - one.points)
      .map((one) => ({ ...one.entry, ways: parts.flat() }));
  }

  function excerpt(entry) {
    const at = Math.max(0, ...entry.ways.map((way) => entry.text.toLowerCase().indexOf(way.trim())));
    const start = at > 60 ? entry.text.lastIndexOf(" ", at - 40) + 1 : 0;
    return (start ? "… " : "") + entry.text.slice(start, start + 140) + (entry.text.length > start + 140 ? " …" : "");
  }

  function show(found) {
    list.replaceChildren(
      ...found.slice(0, MOST).map((entry) => {
        const link = make("a", { href: new URL("../" + entry.href, own).href }, entry.title);
        if (entry.section) link.append(": " + entry.section);
        return make("li", {}, link, make("p", {}, excerpt(entry)));
      })
    );
    const shown = found.length > MOST ? "The first " + MOST + " of " + found.length + " results" : found.length + (found.length === 1 ? " result" : " results");
    status.textContent = found.length ? shown : "No results. Try fewer or other words.";
  }

  function search() {
    const query = input.value.trim();
    results.hidden = query.length < 2;
    if (results.hidden) return;
    load().then(
      (index) => query === input.value.trim() && show(find(query, index)),
      () => {
        list.replaceChildren();
        status.textContent = "The search could not look: its index could not be loaded. Try again, or see all indicators.";
      }
    );
  }

  input.addEventListener("input", search);
  input.addEventListener("focus", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = list.querySelector("a");
    if (first) first.click();
  });
  form.addEventListener("keydown", (event) => {
    const stops = [input, ...list.querySelectorAll("a")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      results.hidden = true;
      input.focus();
      results.hidden = true;
    } else if (step && !results.hidden) {
      event.preventDefault();
      stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) results.hidden = true;
  });
  document.addEventListener("focusin", (event) => {
    if (!form.contains(event.target)) results.hidden = true;
  });
})();
