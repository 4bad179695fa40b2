/* A table that scrolls sideways is a stop of the Tab key, so that keys can scroll it; one that does not is none. */
(function () {
  "use strict";

  // Whatever holds a table: those of the standing pages are in a box that the renderer makes. Quarto puts code into one.
  const regions = new Set(Array.from(document.querySelectorAll("table"), (table) => table.parentElement));
  document.querySelectorAll("div.sourceCode").forEach((code) => regions.add(code));
  function look(region) {
    const moves = region.scrollWidth > region.clientWidth + 1 && getComputedStyle(region).overflowX !== "visible";
    if (moves) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  }
  const watch = new ResizeObserver((entries) => entries.forEach((entry) => look(entry.target)));
  regions.forEach((region) => watch.observe(region));
})();
