// The tray: a line for each file that is uploaded, with what can be done with it now, and its receipt in the end.

(() => {
  /** From so many lines on the tray folds once all is done: it lies over the page. */
  const MANY = 4;
  let tray;

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function button(text, label, act) {
    const made = element("button", text, "button small");
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  function open() {
    if (tray) return;
    tray = element("section", "", "tray");
    tray.setAttribute("aria-label", "Uploads");
    const head = element("div", "", "tray-head");
    const close = button("Hide", "Hide the uploads", () => { tray.remove(); tray = undefined; });
    const unfold = button("Show", "Show what arrived", () => { fold(false); close.focus(); });
    unfold.hidden = true;
    head.append(element("h2", "Uploads"), unfold, close);
    tray.append(head, element("ul", "", "plain-list"));
    document.body.append(tray);
  }

  /** Leaves no more of it than its head, or shows it all. */
  function fold(folded) {
    const [unfold] = tray.querySelectorAll(".tray-head button");
    tray.querySelector("ul").hidden = folded;
    unfold.hidden = !folded;
  }

  /** Says how many are still to be sent; it is not put away before. */
  function left(count) {
    if (!tray) return;
    const [lines, failed] = ["li", ".failed"].map((what) => tray.querySelectorAll(`ul ${what}`).length);
    const done = count === 0;
    tray.querySelector("h2").textContent = done ? "Uploads" : `Uploading ${count} ${count === 1 ? "file" : "files"}`;
    tray.querySelector(".tray-head button:last-child").hidden = !done;
    const folds = done && lines >= MANY && failed === 0;
    fold(folds);
    if (folds) tray.querySelector("h2").textContent = `${lines} uploads arrived`;
  }

  /** A new line. */
  function line(name) {
    open();
    const item = element("li");
    const top = element("div", "", "tray-line");
    const label = element("b", name);
    top.append(label);
    item.append(top);
    tray.querySelector("ul").append(item);
    const rest = (...parts) => {
      // What stays must not leave the page for a moment: the focus would be lost.
      while (top.nextSibling) top.nextSibling.remove();
      item.append(...parts);
    };
    /** What was pressed goes away with what it was for: the focus stays in its line. */
    const acts = (...parts) => {
      const held = top.contains(document.activeElement);
      top.replaceChildren(label, ...parts);
      if (held) (top.querySelector("button, a") || document.getElementById("main"))?.focus();
    };
    return {
      /** The name leads to where it is now. */
      leadsTo(href) { label.replaceChildren(Object.assign(element("a", name), { href })); },
      /** There is no more to be said of it. */
      leave() { item.remove(); },
      wait(cancel) { acts(button("Cancel", `Cancel ${name}`, cancel)); rest(element("span", "Waiting for its turn", "dim")); },
      show(bar, words, cancel) { acts(button("Cancel", `Cancel ${name}`, cancel)); rest(bar, words); },
      fail(text, again) {
        acts(...(again ? [button("Try again", `Try ${name} again`, again)] : []));
        rest(element("span", text, "failed"));
      },
      /** Says how it stands, where there is nothing to be done. */
      note(text) { acts(); rest(element("span", text, "arrived")); },
      done(receipt) {
        label.replaceChildren(Object.assign(element("a", receipt.name), { href: receipt.href }));
        acts();
        const time = element("time");
        time.dateTime = receipt.uploaded_at;
        const details = element("details");
        details.append(element("summary", "Receipt"), element("span", "SHA-256"), element("code", receipt.sha256, "hash"));
        const said = element("span", `Arrived · ${portal.figure(receipt.size_bytes)} · `, "arrived");
        said.append(time);
        rest(said, details);
        portal.wake(item);
      },
    };
  }

  portal.tray = { line, left };
})();
