// Uploads: from the button and from a drop, two at once, with progress, cancel and another try. Without it the form sends them.

(() => {
  const AT_ONCE = 2;
  const waiting = [];
  let running = 0;
  let arrived = 0;

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
      if (limit && file.size > limit) refuse(file.name, `Larger than the ${portal.figure(limit)} allowed here. Split it, or ask for another way to send it.`);
      else queue({ file, action: form.action, token: form.querySelector('input[type="hidden"]'), line: portal.tray.line(file.name) });
    }
    go();
  }

  /** What is not sent at all is said before. */
  function refuse(name, text) {
    portal.tray.line(name).fail(text);
    portal.say(`${name}: ${text}`);
  }

  function queue(job) {
    waiting.push(job);
    job.line.wait(() => {
      waiting.splice(waiting.indexOf(job), 1);
      settle(job, "Cancelled before it was sent.", true);
    });
  }

  function go() {
    while (running < AT_ONCE && waiting.length > 0) upload(waiting.shift());
    portal.tray.left(running + waiting.length);
    if (running === 0 && waiting.length === 0 && arrived > 0) {
      arrived = 0;
      // The list shows what arrived, under the tray.
      if (!document.querySelector("dialog[open]")) portal.refresh();
    }
  }

  /** The end of a job that did not arrive. */
  function settle(job, text, mayRetry) {
    job.line.fail(text, mayRetry && (() => { queue(job); go(); }));
    portal.say(`${job.file.name}: ${text}`);
    go();
  }

  function upload(job) {
    const { file, action, token, line } = job;
    running += 1;
    const request = new XMLHttpRequest();
    const { bar, words, began } = portal.progress(`Uploading ${file.name}`, file.size);
    line.show(bar, words, () => request.abort());
    request.upload.addEventListener("progress", began());
    const failed = (text, mayRetry) => {
      running -= 1;
      settle(job, text, mayRetry);
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
        failed(answer?.problem?.text || trouble(request.status), request.status >= 500 || request.status === 429);
      }
    });
    request.addEventListener("error", () => failed("The connection broke. Nothing of it was kept.", true));
    request.addEventListener("abort", () => failed("Cancelled. Nothing of it was kept.", true));

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

  addEventListener("beforeunload", (event) => { if (running + waiting.length > 0) event.preventDefault(); });
})();
