// Everything on these pages works without scripts. With them: relative times, dialogs without a page load, toggles in place,
// several rows at once by keyboard, pictures of documents, uploads with progress. These files are one script to browsers.
"use strict";

/** What the scripts of a page have of one another. */
const portal = {
  /** Each is run on whatever comes onto the page. */
  wakers: [],

  /** Brings to life what has just come onto the page. */
  wake(within) {
    for (const waker of portal.wakers) waker(within);
  },
};

document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", () => portal.wake(document));
