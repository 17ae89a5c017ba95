
"use strict";
// On paper everything is open; a link into a closed part opens it.
(() => {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
    opened = [];
  });
  const unfold = (hash) => {
    let one = document.getElementById(decodeURIComponent(hash.slice(1)));
    for (; one; one = one.parentElement) if (one.localName === "details") one.open = true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) unfold(link.getAttribute("href"));
  });
  addEventListener("hashchange", () => unfold(location.hash));
  unfold(location.hash);
})();
