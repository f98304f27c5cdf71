// Uploads with progress in figures, cancel, and dropping files onto a list. Without it the form sends them plainly.
"use strict";

(() => {
  const AT_ONCE = 2;
  const waiting = [];
  let running = 0;
  let arrived = 0;
  let tray;

  // ── From the form, and from a drop ──

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-upload]");
    if (!form || event.target.type !== "file") return;
    take(form, [...event.target.files]);
    event.target.value = "";
  });

  let depth = 0;
  const zone = () => document.querySelector("[data-drop]");
  const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  const formHere = () => document.querySelector("form[data-upload]");

  document.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event) || !formHere()) return;
    depth += 1;
    zone()?.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!carriesFiles(event)) return;
    depth = Math.max(0, depth - 1);
    if (depth === 0) zone()?.classList.remove("dropping");
  });
  // A file dropped beside the list must not replace the page.
  document.addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    zone()?.classList.remove("dropping");
    const form = formHere();
    if (!form) return;
    const files = [];
    for (const item of event.dataTransfer.items) {
      if (item.kind !== "file") continue;
      const file = item.getAsFile();
      if (item.webkitGetAsEntry?.()?.isDirectory) refuse(file?.name || "Folder", "A folder cannot be dropped here. Open it and drop the files in it.");
      else if (file) files.push(file);
    }
    take(form, files);
  });

  // ── The queue ──

  function take(form, files) {
    const limit = Number(form.dataset.max);
    for (const file of files) {
      if (limit && file.size > limit) refuse(file.name, `Larger than the ${figure(limit)} allowed here. Split it, or ask for another way to send it.`);
      else waiting.push({ file, action: form.action, token: form.querySelector('input[type="hidden"]'), line: line(file.name) });
    }
    go();
  }

  function go() {
    while (running < AT_ONCE && waiting.length > 0) upload(waiting.shift());
    title();
    if (running === 0 && waiting.length === 0 && arrived > 0) {
      arrived = 0;
      refresh();
    }
  }

  /** Shows the list as it is now, under the tray. */
  async function refresh() {
    if (document.querySelector("dialog[open]")) return;
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (response.ok && !response.redirected) portal.swap(await response.text(), location.href);
    } catch { /* The tray has told what arrived; the list shows it at the next look. */ }
  }

  function upload(job) {
    const { file, action, token, line } = job;
    running += 1;
    const request = new XMLHttpRequest();
    const began = performance.now();
    const progress = document.createElement("progress");
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", `Uploading ${file.name}`);
    const words = element("span", `0 of ${figure(file.size)}`);
    line.show(progress, words, button("Cancel", `Cancel ${file.name}`, () => request.abort()));

    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      progress.value = event.loaded / event.total;
      // What is sent is the file and a little around it; what is told is the file.
      const sent = (event.loaded / event.total) * file.size;
      words.textContent = event.loaded < event.total ? pace(sent, file.size, performance.now() - began) : "All sent, being stored";
    });
    const settle = (text, mayRetry) => {
      running -= 1;
      line.fail(text, mayRetry && (() => { waiting.push(job); go(); }));
      portal.say(`${file.name}: ${text}`);
      go();
    };
    request.addEventListener("load", () => {
      const answer = request.response;
      if (request.status >= 200 && request.status < 300 && answer?.receipt) {
        running -= 1;
        arrived += 1;
        line.done(answer.receipt);
        portal.say(`${answer.receipt.name} arrived`);
        go();
      } else {
        settle(answer?.problem?.text || trouble(request.status), request.status >= 500 || request.status === 429);
      }
    });
    request.addEventListener("error", () => settle("The connection broke. Nothing of it was kept.", true));
    request.addEventListener("abort", () => settle("Cancelled. Nothing of it was kept.", true));

    const body = new FormData();
    body.append(token.name, token.value);
    body.append("file", file, file.name);
    request.open("POST", action);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
    portal.say(`Uploading ${file.name}`);
  }

  function trouble(status) {
    if (status === 413) return "It is larger than this portal takes.";
    if (status === 401 || status === 403) return "You were signed out, or this page is old. Reload it and try again.";
    if (status === 404) return "This folder is not there any more, or no longer open for uploads.";
    if (status === 429) return "Many uploads at once. Wait a minute, then try again.";
    return "It did not go through. Try again.";
  }

  addEventListener("beforeunload", (event) => { if (running > 0) event.preventDefault(); });

  // ── Figures ──

  // As the pages say them: 1 MB is 1,000,000 bytes; one decimal below ten.
  const UNITS = [["bytes", 1], ["KB", 1e3], ["MB", 1e6], ["GB", 1e9], ["TB", 1e12]];
  const counted = (bytes, size) => {
    const value = bytes / size;
    return size > 1 && value < 9.95 ? Math.round(value * 10) / 10 : Math.round(value);
  };
  // What rounds up to a thousand is one of the next unit.
  const unitOf = (bytes) => UNITS.find(([, size]) => counted(bytes, size) < 1000) || UNITS[4];

  function figure(bytes) {
    const [unit, size] = unitOf(bytes);
    return `${counted(bytes, size)} ${unit === "bytes" && bytes === 1 ? "byte" : unit}`;
  }

  /** `12 of 20 MB, about 8 s`. */
  function pace(sent, total, elapsed) {
    const [unit, size] = unitOf(total);
    const text = `${counted(sent, size)} of ${counted(total, size)} ${unit}`;
    const seconds = Math.round((total - sent) / (sent / elapsed) / 1000);
    if (elapsed < 1000 || !Number.isFinite(seconds) || seconds < 1) return text;
    return `${text}, about ${seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}`;
  }

  // ── The tray ──

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

  function openTray() {
    if (tray) return;
    tray = element("section", "", "tray");
    tray.setAttribute("aria-label", "Uploads");
    const head = element("div", "", "tray-head");
    const close = button("Hide", "Hide the uploads", () => { tray.remove(); tray = undefined; });
    head.append(element("h2", "Uploads"), close);
    tray.append(head, element("ul", "", "plain-list"));
    document.body.append(tray);
  }

  function title() {
    const left = running + waiting.length;
    const head = tray?.querySelector("h2");
    if (head) head.textContent = left > 0 ? `Uploading ${left} ${left === 1 ? "file" : "files"}` : "Uploads";
    const close = tray?.querySelector(".tray-head button");
    if (close) close.hidden = left > 0;
  }

  function line(name) {
    openTray();
    const item = element("li");
    const top = element("div", "", "tray-line");
    const label = element("b", name);
    top.append(label);
    item.append(top, element("span", "Waiting", "dim"));
    tray.querySelector("ul").append(item);
    const rest = (...parts) => item.replaceChildren(top, ...parts);
    const acts = (...parts) => top.replaceChildren(label, ...parts);
    return {
      show(progress, words, cancel) { acts(cancel); rest(progress, words); },
      fail(text, again) {
        const retry = again && button("Try again", `Try ${name} again`, again);
        acts(...(retry ? [retry] : []));
        rest(element("span", text, "failed"));
      },
      done(receipt) {
        label.replaceChildren(Object.assign(element("a", receipt.name), { href: receipt.href }));
        acts();
        const time = element("time");
        time.dateTime = receipt.uploaded_at;
        const details = element("details");
        details.append(element("summary", "Receipt"), element("span", "SHA-256"), element("code", receipt.sha256, "hash"));
        const said = element("span", `Arrived · ${figure(receipt.size_bytes)} · `);
        said.append(time);
        rest(said, details);
        portal.wake(item);
      },
    };
  }

  function refuse(name, text) {
    line(name).fail(text);
    title();
    portal.say(`${name}: ${text}`);
  }
})();
