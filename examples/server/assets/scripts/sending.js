// Sending one file so that it goes on after the line broke, after a reload, or from another device: tus 1.0.0.

(() => {
  /** A request sends no more at once: proxies have limits, and each answer says that this much is safe. */
  const PIECE = 64 * 1024 * 1024;
  const PAUSES_S = [1, 2, 5, 10, 20, 30];
  const REMEMBERED_MS = 3 * 24 * 3600 * 1000;
  const STORE = "portal uploads";

  // ── Which upload a file belongs to ──

  const remembered = () => {
    try {
      const all = JSON.parse(localStorage.getItem(STORE)) || {};
      return Object.fromEntries(Object.entries(all).filter(([, { at }]) => Date.now() - at < REMEMBERED_MS));
    } catch { return {}; }
  };
  const remember = (all) => { try { localStorage.setItem(STORE, JSON.stringify(all)); } catch { /* Then only this page knows. */ } };
  const nameOf = ({ file, parts }) => [parts, file.name, file.size, file.lastModified].join("|");
  const note = (job, url) => remember({ ...remembered(), [nameOf(job)]: { url, at: Date.now() } });
  const forget = (job) => { const all = remembered(); delete all[nameOf(job)]; remember(all); };

  /** Uploads that this page is sending: two files that look alike must not go into one. */
  const taken = new Set();

  /** A text as metadata of an upload hold it. */
  portal.base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  // ── Requests ──

  class Failed extends Error {
    constructor(status, text) { super(text); Object.assign(this, { status, text }); }
    /** Whether the same may go through a little later. */
    get passes() { return [0, 408, 409, 425, 429, 502, 503, 504].includes(this.status); }
  }

  /** Sends one file. `told(event)` hears how far it is. */
  portal.sending = (job, told) => {
    const { file, parts, token } = job;
    let request, wake, url, over = false, sentAll = false, tries = 0;

    function ask(method, address, headers, body, progress) {
      return new Promise((resolve, reject) => {
        if (over) return reject(new Failed(-1));
        request = new XMLHttpRequest();
        request.open(method, address);
        request.responseType = "json";
        const all = { Accept: "application/json", "Tus-Resumable": "1.0.0", "X-Form-Token": token, ...headers };
        for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
        if (progress) request.upload.addEventListener("progress", progress);
        request.addEventListener("load", () => {
          if (request.status >= 200 && request.status < 300) resolve(request);
          else reject(new Failed(request.status, request.response?.problem?.text));
        });
        request.addEventListener("error", () => reject(new Failed(0)));
        request.addEventListener("abort", () => reject(new Failed(over ? -1 : 0)));
        request.send(body);
      });
    }

    const offsetOf = (answer) => Number(answer.getResponseHeader("Upload-Offset"));

    async function begin() {
      const metadata = `filename ${portal.base64(file.name)},filetype ${portal.base64(file.type)}`;
      job.key ||= crypto.randomUUID?.() || String(Math.random());
      const headers = { "Upload-Length": String(file.size), "Upload-Metadata": metadata, "Idempotency-Key": job.key };
      const answer = await ask("POST", parts, headers);
      url = answer.getResponseHeader("Location");
      taken.add(url);
      note(job, url);
      return offsetOf(answer);
    }

    /** Where to go on from: what the portal has of it already. */
    async function where() {
      if (!url) {
        const known = remembered()[nameOf(job)]?.url;
        if (!known || taken.has(known)) return begin();
        url = known;
        taken.add(url);
      }
      try {
        return offsetOf(await ask("HEAD", url));
      } catch (failed) {
        if (failed.status !== 404) throw failed;
        // It may be finished, and only the answer to its last bytes was lost: then the same end gets the same receipt.
        if (sentAll) return file.size;
        // It was given up: this is a new one.
        forget(job);
        url = undefined;
        job.key = undefined;
        return begin();
      }
    }

    async function send() {
      let offset = await where();
      for (;;) {
        const from = offset;
        const piece = file.slice(from, Math.min(file.size, from + PIECE));
        const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(from) };
        sentAll = from + piece.size === file.size;
        const heard = ({ loaded }) => told({ lengthComputable: true, loaded: from + loaded, total: Math.max(1, file.size) });
        const answer = await ask("PATCH", url, headers, piece, heard);
        if (answer.response?.receipt) return answer.response.receipt;
        if (answer.response?.checking) return { name: file.name, checking: answer.response.checking.text };
        offset = offsetOf(answer);
        tries = 0;
      }
    }

    /** A while, or until the line is back. */
    const pause = (seconds) => new Promise((resolve) => {
      wake = resolve;
      const timer = setTimeout(resolve, seconds * 1000);
      addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
    });

    async function whole() {
      for (;;) {
        try {
          const receipt = await send();
          forget(job);
          return receipt;
        } catch (failed) {
          if (over) throw { text: "Cancelled. Nothing of it was kept.", mayRetry: true };
          if (!(failed instanceof Failed)) throw { text: "The file could not be read. Choose it again.", mayRetry: false };
          if (!failed.passes) {
            if (failed.status !== 401 && failed.status !== 403) forget(job);
            throw { text: failed.text || trouble(failed.status), mayRetry: failed.status === 507 };
          }
          told({ lost: true });
          await pause(PAUSES_S[Math.min(tries, PAUSES_S.length - 1)]);
          tries += 1;
        }
      }
    }

    return {
      done: whole(),
      cancel() {
        over = true;
        request?.abort();
        wake?.();
        forget(job);
        job.key = undefined;
        if (!url) return;
        const headers = { "Tus-Resumable": "1.0.0", "X-Form-Token": token };
        // If it cannot be said now, what came of it goes by itself in a few days.
        fetch(url, { method: "DELETE", headers, keepalive: true }).catch(() => {});
      },
    };
  };

  function trouble(status) {
    if (status === 413) return "It is larger than this portal takes.";
    if (status === 401 || status === 403) return "You were signed out, or this page is old. Reload it and choose the file again: it goes on from where it is.";
    if (status === 404) return "This folder is not there any more, or no longer open for uploads.";
    if (status === 507) return "There is no room left on the portal. Please tell the firm.";
    return "It did not go through. Try again.";
  }
})();
