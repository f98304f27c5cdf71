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
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });

  function ago(then) {
    const seconds = Math.round((then - now()) / 1000);
    const distance = Math.abs(seconds);
    if (distance < 45) return seconds > 0 ? "in a moment" : "just now";
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

  function tellTimes(within = document) {
    for (const element of within.querySelectorAll("time[datetime]")) {
      const then = Date.parse(element.dateTime);
      if (Number.isNaN(then)) continue;
      const words = element.hasAttribute("data-clock") ? atClock(then) : ago(then);
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
    const focused = document.activeElement && document.activeElement.id;
    document.getElementById("page").replaceWith(page);
    document.title = next.title;
    document.body.className = next.body.className;
    const theme = 'link[rel="stylesheet"][href^="/theme/"]';
    const [before, after] = [document.querySelector(theme), next.querySelector(theme)];
    if (before && after && before.getAttribute("href") !== after.getAttribute("href")) before.replaceWith(after);
    if (url && url !== location.href) history.pushState({}, "", url);
    wake(page);
    const again = focused && document.getElementById(focused);
    if (again) again.focus({ preventScroll: true });
    const flash = page.querySelector(".flash p");
    if (flash) say(flash.textContent);
  }

  addEventListener("popstate", () => location.reload());

  /** Sends `form` and answers the response and its text. */
  async function send(form, submitter) {
    const data = new FormData(form, submitter);
    const action = new URL(submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href, location.href);
    const headers = { Accept: "text/html" };
    if (form.method === "get") {
      action.search = new URLSearchParams(data).toString();
      return answer(await fetch(action, { headers }));
    }
    const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
    return answer(await fetch(action, { method: "POST", body, headers }));
  }

  async function answer(response) {
    return { response, html: await response.text() };
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const inDialog = form.closest("dialog");
    if (event.defaultPrevented || form.matches("[data-upload]") || !(inDialog || form.matches("[data-swap]"))) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    const submitter = event.submitter;
    form.setAttribute("aria-busy", "true");
    if (submitter?.matches('[role="switch"]')) {
      submitter.setAttribute("aria-checked", String(submitter.getAttribute("aria-checked") !== "true"));
    }
    try {
      const { response, html } = await send(form, submitter);
      if (inDialog && !response.redirected && fill(html)) return;
      closeDialog();
      swap(html, response.redirected ? response.url : location.href);
    } catch {
      // The network failed: let the browser do it, and say so in its own way.
      form.removeAttribute("data-swap");
      HTMLFormElement.prototype.submit.call(form);
    } finally {
      form.removeAttribute("aria-busy");
    }
  });

  // ── Dialogs: pages of their own, lifted into this one ──

  let dialog;
  let opener;

  /** Puts the dialog page in `html` into the dialog; false when it is none. */
  function fill(html) {
    const main = new DOMParser().parseFromString(html, "text/html").querySelector("main[data-dialog]");
    if (!main) return false;
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.addEventListener("close", () => {
        const back = opener?.isConnected ? opener : document.getElementById(opener?.id);
        dialog.replaceChildren();
        back?.focus();
      });
      document.body.append(dialog);
    }
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
    (dialog.querySelector('[aria-invalid="true"]') || dialog.querySelector("[autofocus]"))?.focus();
    return true;
  }

  function closeDialog() {
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
      location.assign(link.href);
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
    if (share) tellShare(share);
  });

  document.addEventListener("focusin", (event) => {
    const field = event.target;
    if (!field.matches("input[data-stem]") || field.dataset.stemmed) return;
    field.dataset.stemmed = "once";
    const dot = field.value.lastIndexOf(".");
    field.setSelectionRange(0, dot > 0 ? dot : field.value.length);
  });

  /** Says who will be emailed for what is chosen in the share dialog. */
  function tellShare(form) {
    const all = form.querySelector('[name="audience"][value="all"]').checked;
    const contacts = [...form.querySelectorAll('[name="audience"][data-name]')];
    const chosen = contacts.filter((box) => all || box.checked);
    const told = chosen.filter((box) => box.hasAttribute("data-told")).map((box) => box.dataset.name);
    const text = form.querySelector("[data-told-text]");
    if (!all && chosen.length === 0) text.textContent = "Choose with whom, and see here who will be emailed.";
    else if (told.length === 0) text.textContent = "Nobody will be emailed: whoever you chose has access already or cannot be reached.";
    else text.textContent = `With Share & Notify, ${list(told)} will be emailed.`;
  }

  function list(names) {
    return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(names);
  }

  /** Brings to life what has just come onto the page. */
  function wake(within) {
    tellTimes(within);
    for (const button of within.querySelectorAll("[data-dismiss]")) button.hidden = false;
    if (navigator.clipboard) for (const button of within.querySelectorAll("[data-copy]")) button.hidden = false;
    for (const form of within.querySelectorAll("form[data-share]")) tellShare(form);
  }

  document.addEventListener("DOMContentLoaded", () => wake(document));
  setInterval(() => tellTimes(), 30000);

  window.portal = { say, swap, wake };
})();
