// Uploads: from the button and from a drop, two at once, with progress, cancel and another try. Without it the form sends them.
// How a file is sent stands in sending.js.

(() => {
  const AT_ONCE = 2;
  const waiting = [];
  let running = 0;
  let arrived = 0;

  // ── From the form, and from a drop ──

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-upload]");
    if (!form || event.target.type !== "file") return;
    const files = [...event.target.files];
    if (event.target.webkitdirectory) portal.folders.take(form, portal.folders.chosen(files), offer, foldersMade);
    else take(form, files);
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
    // What was dropped is there only until this is over.
    const [files, folders] = [[], []];
    for (const item of event.dataTransfer.items) {
      if (item.kind !== "file") continue;
      const entry = item.webkitGetAsEntry?.();
      if (entry?.isDirectory) folders.push(entry);
      else files.push(item.getAsFile());
    }
    if (form.dataset.folders) portal.folders.take(form, portal.folders.dropped(folders), offer, foldersMade);
    else for (const { name } of folders) refuse(name, "Folders are not taken here, and nothing of it was sent. Open it and drop the files in it.");
    take(form, files.filter(Boolean));
  });

  // ── The queue ──

  function take(form, files) {
    for (const file of files) offer(form, { file, parts: form.dataset.upload, label: file.name });
    go();
  }

  /** Puts a file into the queue. One of a folder has a line of its own only while it is sent: the folder's tells of the rest. */
  function offer(form, job) {
    const limit = Number(form.dataset.max);
    if (limit && job.file.size > limit) return refuse(job.label, `Larger than the ${portal.figure(limit)} allowed here. Split it, or ask for another way to send it.`);
    queue({ ...job, token: form.querySelector('input[type="hidden"]').value, line: job.brief ? undefined : portal.tray.line(job.label) });
  }

  /** The list shows folders that hold no file, too. */
  function foldersMade(some) {
    if (some && running + waiting.length === 0) portal.refresh();
    go();
  }

  /** What is not sent at all is said before. */
  function refuse(name, text) {
    portal.tray.line(name).fail(text);
    portal.say(`${name}: ${text}`);
  }

  function queue(job) {
    waiting.push(job);
    job.line?.wait(() => {
      waiting.splice(waiting.indexOf(job), 1);
      settle(job, "Cancelled before it was sent.", true);
    });
  }

  function go() {
    while (running < AT_ONCE && waiting.length > 0) upload(waiting.shift());
    portal.tray.left(running + waiting.length);
    if (running === 0 && waiting.length === 0 && arrived > 0 && !portal.folders.isBusy()) {
      arrived = 0;
      // The list shows what arrived, under the tray.
      if (!document.querySelector("dialog[open]")) portal.refresh();
    }
  }

  /** The end of a job that did not arrive. */
  function settle(job, text, mayRetry) {
    job.line.fail(text, mayRetry && (() => { queue(job); go(); }));
    portal.say(`${job.label}: ${text}`);
    go();
  }

  function upload(job) {
    const { file } = job;
    const line = (job.line ||= portal.tray.line(job.label));
    running += 1;
    const { bar, words, began } = portal.progress(`Uploading ${file.name}`, file.size);
    const sending = portal.sending(job, began());
    line.show(bar, words, sending.cancel);
    portal.say(`Uploading ${file.name}`);
    sending.done.then((receipt) => {
      running -= 1;
      arrived += 1;
      if (receipt.checking) line.note(receipt.checking);
      else if (job.brief) line.leave();
      else line.done(receipt);
      job.arrived?.();
      portal.say(`${receipt.name} arrived`);
      go();
    }, ({ text, mayRetry }) => {
      running -= 1;
      settle(job, text, mayRetry);
    });
  }

  addEventListener("beforeunload", (event) => { if (running + waiting.length > 0 || portal.folders.isBusy()) event.preventDefault(); });
})();
