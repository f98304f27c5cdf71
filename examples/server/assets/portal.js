// Everything on these pages works without this file. With it: relative times, dialogs without a page load, toggles in place.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // The server's clock counts, so that a wrong one here does not make a file come from the future.
  const serverAhead = Date.parse(root.dataset.now) - Date.now();
  const now = () => Date.now() + serverAhead;

  // ── Saying ──

  let live;

  /** Has a screen reader say `text`. */
  function say(text) {
    if (!live) {
      live = document.createElement("div");
      live.setAttribute("role", "status");
      live.className = "visually-hidden";
      document.body.append(live);
    }
    live.textContent = "";
    requestAnimationFrame(() => { live.textContent = text; });
  }

  // ── Times ──

  const language = root.lang || "en";
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
  const dayAndYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const toTheSecond = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "long" });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });

  /** What has happened never lies ahead, and what is to come never behind, however far the clocks are apart. */
  function ago(then, coming) {
    const away = Math.round((then - now()) / 1000);
    const seconds = coming ? Math.max(0, away) : Math.min(0, away);
    const distance = Math.abs(seconds);
    if (distance < 45) return coming ? "in a moment" : "just now";
    if (distance < 3570) return relative.format(Math.round(seconds / 60), "minute");
    if (distance < 86400) return relative.format(Math.round(seconds / 3600), "hour");
    if (distance < 7 * 86400) return relative.format(Math.round(seconds / 86400), "day");
    return date(then);
  }

  function date(then) {
    const moment = new Date(then);
    return (moment.getFullYear() === new Date(now()).getFullYear() ? day : dayAndYear).format(moment);
  }

  function atClock(then) {
    const near = Math.abs(then - now()) < 12 * 3600 * 1000;
    return near ? clock.format(new Date(then)) : date(then);
  }

  function inWords(element, then) {
    switch (element.dataset.said) {
      case "clock": return atClock(then);
      case "exact": return toTheSecond.format(new Date(then));
      default: return ago(then, element.dataset.said === "coming");
    }
  }

  function tellTimes(within = document) {
    for (const element of within.querySelectorAll("time[datetime]")) {
      const then = Date.parse(element.dateTime);
      if (Number.isNaN(then)) continue;
      const words = inWords(element, then);
      if (element.textContent !== words) element.textContent = words;
      if (element.dataset.exact) continue;
      element.dataset.exact = exact.format(new Date(then));
      // In rows and links the focus of the row shows it; elsewhere the time itself takes the focus.
      if (!element.closest("tr, a, summary, button")) element.tabIndex = 0;
    }
  }

  // ── Putting a page that came back in place of this one ──

  /** Shows the page in `html`, which lies at `url`, without loading it. */
  function swap(html, url) {
    const next = new DOMParser().parseFromString(html, "text/html");
    const page = next.getElementById("page");
    if (!page) return location.assign(url);
    const held = document.activeElement;
    const focused = (held?.closest("details.menu")?.querySelector("summary") || held)?.id;
    document.getElementById("page").replaceWith(page);
    document.title = next.title;
    document.body.className = next.body.className;
    const theme = 'link[rel="stylesheet"][href^="/theme/"]';
    const [before, after] = [document.querySelector(theme), next.querySelector(theme)];
    if (before && after && before.getAttribute("href") !== after.getAttribute("href")) before.replaceWith(after);
    if (url && url !== location.href) history.pushState({}, "", url);
    wake(page);
    // What was acted on may be gone: then its Undo is the next best.
    const again = focused && (document.getElementById(focused) || document.getElementById("undo") || document.getElementById("main"));
    if (again) again.focus({ preventScroll: true });
    const flash = page.querySelector(".flash p");
    if (flash) say(flash.textContent);
  }

  /** Tells of a problem where the page tells what was done, or in the dialog that is open. */
  function complain(text) {
    const mark = '<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="M10 3 2.5 16.5h15zM10 8v4M10 14.2v.3"/></svg>';
    const told = document.createElement("div");
    told.className = "flash flash-problem";
    told.setAttribute("role", "alert");
    told.innerHTML = `${mark}<p></p>`;
    told.querySelector("p").textContent = text;
    if (dialog?.open) {
      dialog.querySelector(":scope > .flash, .sheet > .flash")?.remove();
      (dialog.querySelector(".sheet") || dialog).prepend(told);
    } else {
      document.querySelector("[data-flashes]")?.replaceChildren(told);
    }
    say(text);
  }

  addEventListener("popstate", () => location.reload());

  const UNREACHED = "The portal could not be reached. Check your connection, then try again.";

  /** Sends `form` and answers the response and its text. */
  async function send(form, submitter, signal) {
    const data = new FormData(form, submitter);
    const action = new URL(submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href, location.href);
    const headers = { Accept: "text/html" };
    if (form.method === "get") {
      action.search = new URLSearchParams(data).toString();
      return answer(await fetch(action, { headers, signal }));
    }
    // Where to come back to afterwards, whatever page of a list that is.
    data.set("_back", location.pathname + location.search);
    if (form.enctype === "multipart/form-data") return sendFiles(form, action, data, signal);
    return answer(await fetch(action, { method: "POST", body: new URLSearchParams(data), headers, signal }));
  }

  async function answer(response) {
    return { response, html: await response.text() };
  }

  /** Sends files with progress; `signal` breaks it off, and nothing of them is kept. */
  function sendFiles(form, action, data, signal) {
    data.delete("_back");
    const progress = document.createElement("progress");
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", "Uploading");
    form.querySelector(".acts").before(progress);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) progress.value = event.loaded / event.total; });
      request.addEventListener("load", () => {
        const response = { redirected: request.responseURL !== action.href, url: request.responseURL, ok: request.status < 400, status: request.status };
        resolve({ response, html: request.responseText });
      });
      request.addEventListener("error", () => reject(new TypeError("the connection broke")));
      request.addEventListener("abort", () => reject(new DOMException("broken off", "AbortError")));
      signal?.addEventListener("abort", () => request.abort());
      request.open("POST", action);
      request.setRequestHeader("Accept", "text/html");
      request.send(data);
    }).finally(() => progress.remove());
  }

  /** What the open dialog is sending. */
  let sending;

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const inDialog = form.closest("dialog");
    if (event.defaultPrevented || form.matches("[data-upload]")) return;
    if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
    form.setAttribute("aria-busy", "true");
    if (!(inDialog || form.matches("[data-swap]"))) return;
    event.preventDefault();
    const submitter = event.submitter;
    const toggle = submitter?.matches('[role="switch"]') ? submitter : undefined;
    const flip = () => toggle?.setAttribute("aria-checked", String(toggle.getAttribute("aria-checked") !== "true"));
    flip();
    const broken = new AbortController();
    if (inDialog) sending = broken;
    try {
      const { response, html } = await send(form, submitter, broken.signal);
      if (!response.redirected && fill(html, submitter)) return;
      if (inDialog && response.status >= 400) return complain(trouble(html));
      closeDialog(true);
      swap(html, response.redirected ? response.url : location.href);
    } catch (error) {
      if (error.name === "AbortError") return stopped();
      flip();
      complain(UNREACHED);
    } finally {
      form.removeAttribute("aria-busy");
      if (sending === broken) sending = undefined;
    }
  });

  // A page that comes back from the browser's memory waits for nothing.
  addEventListener("pageshow", () => {
    for (const busy of document.querySelectorAll('[aria-busy="true"]')) busy.removeAttribute("aria-busy");
  });

  /** What an error page says. */
  function trouble(html) {
    const main = new DOMParser().parseFromString(html, "text/html").querySelector("main");
    const words = [main?.querySelector("h1"), main?.querySelector(".lead")].filter(Boolean).map((part) => part.textContent.trim());
    return words.join(". ") || "It did not go through. Try again.";
  }

  /** Shows how it stands after something was broken off: it may have been done just before. */
  async function stopped() {
    try {
      const { response, html } = await answer(await fetch(location.href, { headers: { Accept: "text/html" } }));
      if (response.ok && !response.redirected) swap(html, location.href);
    } catch { /* The next look at the page tells. */ }
    say("Cancelled");
  }

  // ── Dialogs: pages of their own, lifted into this one ──

  let dialog;
  let opener;

  /** Puts the dialog page in `html` into the dialog; false when it is none. */
  function fill(html, by) {
    const main = new DOMParser().parseFromString(html, "text/html").querySelector("main[data-dialog]");
    if (!main) return false;
    if (by && !by.closest("dialog")) opener = by;
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.addEventListener("close", () => {
        // Closing it by whichever way breaks off what it was sending.
        sending?.abort();
        const back = opener?.isConnected ? opener : document.getElementById(opener?.id);
        dialog.replaceChildren();
        back?.focus();
      });
      document.body.append(dialog);
    }
    const held = dialog.contains(document.activeElement) && document.activeElement.id;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "plain-icon dialog-close";
    close.dataset.close = "";
    close.setAttribute("aria-label", "Close");
    close.innerHTML = '<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="m5 5 10 10M15 5 5 15"/></svg>';
    dialog.replaceChildren(...main.children, close);
    const title = dialog.querySelector("h1");
    if (title) {
      title.id ||= "dialog-title";
      dialog.setAttribute("aria-labelledby", title.id);
    }
    wake(dialog);
    if (!dialog.open) dialog.showModal();
    const again = held && dialog.querySelector(`#${CSS.escape(held)}`);
    (dialog.querySelector('[aria-invalid="true"]') || again || dialog.querySelector("[autofocus]"))?.focus();
    return true;
  }

  function closeDialog(done) {
    if (done) sending = undefined;
    if (dialog?.open) dialog.close();
  }

  document.addEventListener("click", async (event) => {
    const plainClick = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = event.target.closest("a[data-dialog]");
    if (!link || !plainClick) return;
    event.preventDefault();
    const menu = link.closest("details.menu");
    if (!link.closest("dialog")) opener = menu?.querySelector("summary") || link;
    menu?.removeAttribute("open");
    link.setAttribute("aria-busy", "true");
    try {
      const { response, html } = await answer(await fetch(link.href, { headers: { Accept: "text/html" } }));
      if (!fill(html)) location.assign(response.url);
    } catch {
      complain(UNREACHED);
    } finally {
      link.removeAttribute("aria-busy");
    }
  });

  // ── Small things ──

  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-close]");
    if (closer && closer.closest("dialog")) {
      event.preventDefault();
      closeDialog();
    }
    if (event.target.closest("[data-dismiss]")) event.target.closest(".flash").remove();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  async function copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.lastChild;
    const before = label.textContent;
    label.textContent = "Copied";
    say("Copied");
    setTimeout(() => { label.textContent = before; }, 2000);
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
    const share = event.target.closest("form[data-share]");
    if (!share) return;
    if (event.target.name === "audience") fillIn(share, event.target);
    tellShare(share);
  });

  document.addEventListener("focusin", (event) => {
    const field = event.target;
    if (!field.matches("input[data-stem]") || field.dataset.stemmed) return;
    field.dataset.stemmed = "once";
    const dot = field.value.lastIndexOf(".");
    field.setSelectionRange(0, dot > 0 ? dot : field.value.length);
  });

  const AUDIENCES = '[name="audience"]';
  const ACCESS = { view: "View Only", view_and_upload: "View and Upload" };
  const lastDay = (until) => {
    const moment = new Date(Date.parse(until) - 1000);
    const two = (part) => String(part).padStart(2, "0");
    return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  };

  /** Fills in what the one who was chosen has, so that nothing of it changes unseen. */
  function fillIn(form, box) {
    const chosen = [...form.querySelectorAll(AUDIENCES)].filter((one) => one.checked);
    if (!box.checked || chosen.length > 1 || !box.dataset.access) return;
    const level = form.querySelector(`[name="access"][type="radio"][value="${box.dataset.access}"]`);
    if (level) level.checked = true;
    form.querySelector('[name="until"]').value = box.dataset.until ? lastDay(box.dataset.until) : "";
    form.querySelector('[name="alerts"]').checked = !box.hasAttribute("data-quiet");
  }

  /** Says whose access would become another. */
  function tellChanges(form) {
    const text = form.querySelector("[data-change-text]");
    const access = (form.querySelector('[name="access"]:checked') || form.querySelector('[name="access"]')).value;
    const until = form.querySelector('[name="until"]').value;
    const terms = (level, day) => `${ACCESS[level]}${day ? ` until ${date(new Date(`${day}T12:00`).getTime())}` : ""}`;
    const chosen = [...form.querySelectorAll(AUDIENCES)].filter((box) => box.checked && box.dataset.access);
    const changed = chosen.filter((box) => box.dataset.access !== access || (box.dataset.until ? lastDay(box.dataset.until) : "") !== until);
    const has = (box) => terms(box.dataset.access, box.dataset.until && lastDay(box.dataset.until));
    const name = (box) => box.dataset.name || box.dataset.all;
    const verb = (box) => (box.dataset.all ? "have" : "has");
    text.textContent = changed.map((box) => `${name(box)} ${verb(box)} ${has(box)}; this changes it to ${terms(access, until)}.`).join(" ");
    text.hidden = changed.length === 0;
  }

  /** The end of the chosen day is told in the zone of whoever looks. */
  function tellZone(form) {
    const day = form.querySelector('[name="until"]').value;
    const next = day ? new Date(`${day}T00:00`) : undefined;
    next?.setDate(next.getDate() + 1);
    form.querySelector('[name="zone"]').value = next && !Number.isNaN(next.getTime()) ? String(next.getTimezoneOffset()) : "";
  }

  /** Says who will be emailed for what is chosen in the share dialog. */
  function tellShare(form) {
    tellChanges(form);
    tellZone(form);
    const all = form.querySelector('[name="audience"][value="all"]').checked;
    const contacts = [...form.querySelectorAll('[name="audience"][data-name]')];
    const chosen = contacts.filter((box) => all || box.checked);
    const told = chosen.filter((box) => box.hasAttribute("data-told")).map((box) => box.dataset.name);
    const text = form.querySelector("[data-told-text]");
    if (!all && chosen.length === 0) text.textContent = "Choose with whom, and see here who will be emailed.";
    else if (told.length === 0) text.textContent = "Nobody will be emailed: whoever you chose has access already or cannot be reached.";
    else text.textContent = `With Share & Notify, ${list(told)} will be emailed.${mailsOf(form)}`;
  }

  /** Of several things each is a mail of its own. */
  function mailsOf(form) {
    if (!(Number(form.dataset.many) > 1)) return "";
    return " Each that is new to them is a mail of its own. To send one mail, put them into a folder and share that.";
  }

  function list(names) {
    return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(names);
  }

  /** Brings to life what has just come onto the page. */
  function wake(within) {
    tellTimes(within);
    queueMicrotask(() => document.dispatchEvent(new CustomEvent("portal:woken")));
    for (const button of within.querySelectorAll("[data-dismiss]")) button.hidden = false;
    if (navigator.clipboard) for (const button of within.querySelectorAll("[data-copy]")) button.hidden = false;
    for (const form of within.querySelectorAll("form[data-share]")) {
      const day = form.querySelector("[data-until-day]");
      if (day.dataset.at) form.querySelector('[name="until"]').value = lastDay(day.dataset.at);
      const hint = day.querySelector(".hint");
      if (hint) hint.textContent = hint.textContent.replace("in UTC", `your time (${Intl.DateTimeFormat().resolvedOptions().timeZone})`);
      tellShare(form);
    }
  }

  document.addEventListener("DOMContentLoaded", () => wake(document));
  setInterval(() => tellTimes(), 30000);

  window.portal = { say, swap, wake };
})();
