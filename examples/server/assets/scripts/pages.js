// Forms that are sent without leaving the page, and putting the page that comes back in place of this one.

(() => {
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
    portal.wake(page);
    // What was acted on may be gone: then its Undo is the next best.
    const again = focused && (document.getElementById(focused) || document.getElementById("undo") || document.getElementById("main"));
    if (again) again.focus({ preventScroll: true });
    const flash = page.querySelector(".flash p");
    if (flash) portal.say(flash.textContent);
  }

  addEventListener("popstate", () => location.reload());

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
    const size = [...data.values()].reduce((sum, value) => sum + (value.size || 0), 0);
    const { bar, words, began } = portal.progress("Uploading", size);
    form.querySelector(".acts").before(bar, words);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const moved = began();
      request.upload.addEventListener("progress", moved);
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
    }).finally(() => { bar.remove(); words.remove(); });
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const inDialog = form.closest("dialog");
    if (event.defaultPrevented || form.matches("[data-upload]")) return;
    if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
    // Answered with a file: the page stays as it is.
    if (form.matches("[data-download]")) return;
    form.setAttribute("aria-busy", "true");
    if (!(inDialog || form.matches("[data-swap]"))) return;
    event.preventDefault();
    const submitter = event.submitter;
    const toggle = submitter?.matches('[role="switch"]') ? submitter : undefined;
    const flip = () => toggle?.setAttribute("aria-checked", String(toggle.getAttribute("aria-checked") !== "true"));
    flip();
    const broken = new AbortController();
    if (inDialog) portal.dialog.sends(broken);
    try {
      const { response, html } = await send(form, submitter, broken.signal);
      if (!response.redirected && portal.dialog.fill(html, submitter)) return;
      if (inDialog && response.status >= 400) return portal.complain(portal.trouble(html));
      portal.dialog.close();
      swap(html, response.redirected ? response.url : location.href);
    } catch (error) {
      if (error.name === "AbortError") return stopped();
      flip();
      portal.complain(portal.UNREACHED);
    } finally {
      form.removeAttribute("aria-busy");
      portal.dialog.sent(broken);
    }
  });

  // A page that comes back from the browser's memory waits for nothing.
  addEventListener("pageshow", () => {
    for (const busy of document.querySelectorAll('[aria-busy="true"]')) busy.removeAttribute("aria-busy");
  });

  /** Shows how it stands after something was broken off: it may have been done just before. */
  async function stopped() {
    await portal.refresh();
    portal.say("Cancelled");
  }

  /** Shows this page as it is now. */
  portal.refresh = async () => {
    try {
      const { response, html } = await answer(await fetch(location.href, { headers: { Accept: "text/html" } }));
      if (response.ok && !response.redirected) swap(html, location.href);
    } catch { /* The next look at the page tells. */ }
  };
})();
