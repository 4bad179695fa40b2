/* Put tables that scroll sideways, and only those, in the tab order, so that they can be scrolled by keyboard. */
(function () {
  "use strict";

  // The element around each table: on standing pages a box made by the renderer. Quarto makes such a box for code too.
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
