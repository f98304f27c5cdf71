// Saying something: to a screen reader, and of a problem, on the page or in the dialog that is open.

(() => {
  let live;

  /** Has a screen reader say `text`. */
  portal.say = (text) => {
    if (!live) {
      live = document.createElement("div");
      live.setAttribute("role", "status");
      live.className = "visually-hidden";
      document.body.append(live);
    }
    live.textContent = "";
    requestAnimationFrame(() => { live.textContent = text; });
  };

  portal.UNREACHED = "The portal could not be reached. Check your connection, then try again.";

  /** Tells of a problem where the page tells what was done, or in the dialog that is open. */
  portal.complain = (text) => {
    const mark = '<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="M10 3 2.5 16.5h15zM10 8v4M10 14.2v.3"/></svg>';
    const told = document.createElement("div");
    told.className = "flash flash-problem";
    told.setAttribute("role", "alert");
    told.innerHTML = `${mark}<p></p>`;
    told.querySelector("p").textContent = text;
    const dialog = document.querySelector("dialog[open]");
    if (dialog) {
      dialog.querySelector(":scope > .flash, .sheet > .flash")?.remove();
      (dialog.querySelector(".sheet") || dialog).prepend(told);
    } else {
      document.querySelector("[data-flashes]")?.replaceChildren(told);
    }
    portal.say(text);
  };

  /** What an error page says. */
  portal.trouble = (html) => {
    const main = new DOMParser().parseFromString(html, "text/html").querySelector("main");
    const words = [main?.querySelector("h1"), main?.querySelector(".lead")].filter(Boolean).map((part) => part.textContent.trim());
    return words.join(". ") || "It did not go through. Try again.";
  };
})();
