/* A table that scrolls sideways is a stop of the Tab key, so that keys can scroll it; one that does not is none. */
(function () {
  "use strict";

  const regions = Array.from(document.querySelectorAll(".table-scroll"));
  function look(region) {
    if (region.scrollWidth > region.clientWidth + 1) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  }
  const watch = new ResizeObserver((entries) => entries.forEach((entry) => look(entry.target)));
  regions.forEach((region) => watch.observe(region));
})();
