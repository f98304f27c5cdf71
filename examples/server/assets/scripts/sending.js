// Sending one file so that it goes on after the line broke or after a reload: tus 1.0.0.

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

  /** What is being sent from this page is not to be told as broken off beside it, nor discarded there. */
  function hideTaken() {
    for (const section of document.querySelectorAll("[data-unfinished]")) {
      const lines = [...section.querySelectorAll("[data-upload-under-way]")];
      for (const line of lines) line.hidden = taken.has(line.dataset.uploadUnderWay);
      section.hidden = lines.every((line) => line.hidden);
    }
  }
  const take = (url) => { taken.add(url); hideTaken(); };
  portal.wakers.push(hideTaken);

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
    let request, wake, url, beginning = false, over = false, tries = 0;

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
      beginning = true;
      const answer = await ask("POST", parts, headers).finally(() => { beginning = false; });
      url = answer.getResponseHeader("Location");
      if (over) {
        giveUp();
        throw new Failed(-1);
      }
      take(url);
      note(job, url);
      return offsetOf(answer);
    }

    /** Where to go on from: what the portal has of it already; nothing when it knows no such upload any more. */
    async function where() {
      if (!url) {
        const known = remembered()[nameOf(job)]?.url;
        if (!known || taken.has(known)) return begin();
        url = known;
        take(url);
      }
      return ask("HEAD", url).then(offsetOf).catch(unless404);
    }

    const unless404 = (failed) => { if (failed.status !== 404) throw failed; };

    function put(from, piece) {
      const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(from) };
      const heard = ({ loaded }) => told({ lengthComputable: true, loaded: from + loaded, total: Math.max(1, file.size) });
      return ask("PATCH", url, headers, piece, heard);
    }

    /** What became of the file, once the answer says it. */
    function outcome({ response }) {
      return response?.receipt || (response?.checking && { name: file.name, checking: response.checking.text });
    }

    async function send() {
      let offset = await where();
      if (offset === undefined) {
        // It may be finished, and only the answer to its last bytes was lost: then the same end gets the same receipt.
        const finished = await put(file.size, file.slice(file.size)).catch(unless404);
        if (finished) return outcome(finished);
        // It was given up: this is a new one.
        forget(job);
        job.key = undefined;
        offset = await begin();
      }
      for (;;) {
        const answer = await put(offset, file.slice(offset, Math.min(file.size, offset + PIECE)));
        const came = outcome(answer);
        if (came) return came;
        offset = offsetOf(answer);
        tries = 0;
      }
    }

    /** Says that nothing more comes. If it cannot be said now, what came goes by itself in a few days. */
    function giveUp() {
      const headers = { "Tus-Resumable": "1.0.0", "X-Form-Token": token };
      fetch(url, { method: "DELETE", headers, keepalive: true }).catch(() => {});
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
        // What is just being announced is given up once it has an address.
        if (!beginning) request?.abort();
        wake?.();
        forget(job);
        job.key = undefined;
        if (url) giveUp();
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
