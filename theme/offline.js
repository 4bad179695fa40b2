/* A site opened from a folder or a memory stick: browsers let no page read a file beside it, so that the search would
   find nothing. Its index comes as a script then, and is given to whatever asks for it. */
(function () {
  "use strict";

  if (location.protocol !== "file:") return;
  const own = document.currentScript.src;
  const plain = window.fetch;
  window.fetch = function (address, options) {
    if (!/(?:^|\/)search\.json$/.test(String(address.url || address))) return plain(address, options);
    return new Promise((found, failed) => {
      const script = document.createElement("script");
      script.src = new URL("../search-index.js", own).href;
      script.addEventListener("load", () => found(new Response(JSON.stringify(window.searchIndex), { status: 200 })));
      script.addEventListener("error", () => failed(new Error("The index of the search is missing.")));
      document.head.append(script);
    });
  };
})();
