/* Search the site: the same with either renderer, even if it is opened from a folder or a memory stick. The index is
   a script, loaded on the first search. Synonyms in the glossary find the same pages. */
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

  // A figure is one word, with its % and without commas: 24% is not 24, and 1,720 is 1720.
  const plain = (text) => " " + text.toLowerCase().replace(/(\d),(?=\d{3})/g, "$1").replace(/[^\p{L}\p{N}%]+/gu, " ").trim() + " ";

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

  // The parts of a query, each as a list of synonyms.
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

  // Whether two words differ by one letter added, removed or changed, or by two letters swapped.
  function near(one, other) {
    if (Math.min(one.length, other.length) < 4) return false;
    let at = 0;
    while (at < one.length && one[at] === other[at]) at += 1;
    const [mine, theirs] = [one.slice(at), other.slice(at)];
    const swapped = mine.length > 1 && mine[1] + mine[0] + mine.slice(2);
    return mine.slice(1) === theirs || mine === theirs.slice(1) || mine.slice(1) === theirs.slice(1) || swapped === theirs;
  }

  // The number of entries with each word.
  function counted(entries) {
    const words = new Map();
    entries.forEach((entry) => new Set(entry.all.split(" ")).forEach((word) => words.set(word, (words.get(word) || 0) + 1)));
    return words;
  }

  // A correction of a query without results: each unknown word becomes the most frequent word like it.
  function corrected(query, index) {
    index.words = index.words || counted(index.entries);
    const words = index.words;
    const most = (word) => [...words.keys()].filter((known) => near(word, known)).sort((one, two) => words.get(two) - words.get(one))[0];
    return plain(query).trim().split(" ").map((word) => (words.has(word) && word) || most(word) || word).join(" ");
  }

  // Of pages that match alike, those of indicators come first and the guides for analysts last.
  const before = (href) => (href.startsWith("indicators/") ? 2 : href.startsWith("docs/") ? -0.5 : 0);

  function find(query, { entries, same }) {
    const parts = partsOf(query, same);
    const points = (entry) =>
      parts.reduce((sum, ways) => {
        if (!ways.some((way) => entry.all.includes(way))) return NaN;
        return sum + (ways.some((way) => entry.heads.includes(way)) ? 4 : 1);
      }, before(entry.href));
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

  function show(query, index) {
    const exact = find(query, index);
    const meant = exact.length ? query : corrected(query, index);
    const found = exact.length ? exact : find(meant, index);
    list.replaceChildren(
      ...found.slice(0, MOST).map((entry) => {
        const link = make("a", { href: new URL("../" + entry.href, own).href }, entry.title);
        if (entry.section) link.append(": " + entry.section);
        return make("li", {}, link, make("p", {}, excerpt(entry)));
      })
    );
    const shown = found.length > MOST ? "The first " + MOST + " of " + found.length + " results" : found.length + (found.length === 1 ? " result" : " results");
    const lead = meant === query ? "" : "No results for “" + query + "”. For “" + meant + "”: ";
    status.textContent = found.length ? lead + shown : "No results. Try fewer or other words.";
  }

  function search() {
    const query = input.value.trim();
    results.hidden = query.length < 2;
    if (results.hidden) return;
    load().then(
      (index) => query === input.value.trim() && show(query, index),
      () => {
        list.replaceChildren();
        status.textContent = "Search is not available: its index could not be loaded. Try again, or see all indicators.";
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
      // Focus on the input shows its results.
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

// Quarto leaves the file name out of links within an index page, so following one would load the page again.
window.addEventListener("load", () => {
  document.querySelectorAll("a[data-original-href]").forEach((link) => {
    const [page, place] = link.dataset.originalHref.split("#");
    if (place && page === location.href.split("#")[0]) link.setAttribute("href", `#${place}`);
  });
});
