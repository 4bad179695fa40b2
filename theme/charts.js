/* Interactive charts: a pointer, a finger or the arrow keys show each figure in words.

   A chart is an image in the page. When it comes into view, this script replaces it with the same image as inline SVG,
   whose marks have labels in words (aria-label), and shows those labels. Nothing is fetched or redrawn; without
   this script, on paper and in email, the image stays as it is. */
(function () {
  "use strict";

  const PICTURE = "data:image/svg+xml;charset=utf-8,";
  const MARKS = '[role="graphics-symbol"][aria-label]:not([aria-label=""])';

  function drawing(image) {
    const source = image.getAttribute("src") || "";
    if (!source.startsWith(PICTURE)) return null;
    const text = decodeURIComponent(source.slice(PICTURE.length));
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    return svg.nodeName === "svg" && svg.querySelector(MARKS) ? document.importNode(svg, true) : null;
  }

  function enliven(image) {
    const svg = drawing(image);
    if (!svg) return;
    const live = document.createElement("div");
    const tip = document.createElement("div");
    const marks = Array.from(svg.querySelectorAll(MARKS));
    live.className = "chart-live";
    tip.className = "chart-tip";
    tip.hidden = true;
    tip.setAttribute("aria-hidden", "true");
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", image.alt);
    svg.querySelectorAll("text").forEach((text) => text.setAttribute("aria-hidden", "true"));
    marks.forEach((mark, place) => {
      mark.setAttribute("role", "img");
      mark.setAttribute("tabindex", place ? "-1" : "0");
    });
    live.append(svg, tip);
    image.replaceWith(live);
    live.classList.toggle("chart-moves", live.scrollWidth > live.clientWidth + 1);

    let shown = null;

    function hide() {
      if (shown) shown.classList.remove("chart-mark-shown");
      shown = null;
      tip.hidden = true;
    }

    function show(mark) {
      if (mark === shown) return;
      hide();
      shown = mark;
      mark.classList.add("chart-mark-shown");
      tip.textContent = mark.getAttribute("aria-label");
      tip.hidden = false;
      const box = mark.getBoundingClientRect();
      const frame = live.getBoundingClientRect();
      const middle = box.left + box.width / 2 - frame.left - tip.offsetWidth / 2;
      const above = box.top - frame.top - tip.offsetHeight - 8;
      const left = Math.max(0, Math.min(middle, frame.width - tip.offsetWidth));
      tip.style.left = left + live.scrollLeft + "px";
      tip.style.top = (above < 0 ? box.bottom - frame.top + 8 : above) + "px";
    }

    function nearest(event) {
      let best = marks[0];
      let least = Infinity;
      marks.forEach((mark) => {
        const box = mark.getBoundingClientRect();
        const across = Math.max(box.left - event.clientX, 0, event.clientX - box.right);
        const down = Math.max(box.top - event.clientY, 0, event.clientY - box.bottom);
        const distance = Math.hypot(across, down);
        if (distance < least) [best, least] = [mark, distance];
      });
      return best;
    }

    function go(place) {
      const mark = marks[(place + marks.length) % marks.length];
      marks.forEach((other) => other.setAttribute("tabindex", other === mark ? "0" : "-1"));
      mark.focus();
    }

    live.addEventListener("pointermove", (event) => show(nearest(event)));
    live.addEventListener("pointerdown", (event) => show(nearest(event)));
    live.addEventListener("pointerleave", hide);
    live.addEventListener("focusin", (event) => show(event.target));
    live.addEventListener("focusout", hide);
    live.addEventListener("keydown", (event) => {
      const at = marks.indexOf(event.target);
      const steps = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: -1 };
      if (event.key === "Escape") hide();
      if (at < 0 || !(event.key in steps)) return;
      event.preventDefault();
      go(steps[event.key]);
    });
  }

  // A link may lead to a chart in a closed <details>, which not every browser opens.
  function reveal() {
    const chart = document.getElementById(location.hash.slice(1));
    const box = chart && chart.closest("details:not([open])");
    if (!box) return;
    box.open = true;
    chart.scrollIntoView();
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  const images = document.querySelectorAll("figure.chart img");
  if (!("IntersectionObserver" in window)) return;
  const watch = new IntersectionObserver(
    (entries) =>
      entries
        .filter((entry) => entry.isIntersecting)
        .forEach((entry) => {
          watch.unobserve(entry.target);
          enliven(entry.target);
        }),
    { rootMargin: "300px" }
  );
  images.forEach((image) => watch.observe(image));
})();
