// Folders, dropped or chosen: first all in them is looked through, then each is made on the portal, once however often it is
// sent, and then their files go the way of all files. Without it files alone are sent.

(() => {
  const MOST_FILES = 5000;
  const MOST_FOLDERS = 1000;
  const PAUSES_S = [1, 2, 5, 10, 20];
  /** What systems put into folders for themselves. */
  const OF_SYSTEMS = /^(\.DS_Store|\._.*|\.localized|Thumbs\.db|desktop\.ini)$/i;

  /** How many are being looked through or made. */
  let busy = 0;

  // ── Looking through ──

  const folderOf = (name, path) => ({ name, path, files: [], folders: [] });

  function count(tally, folders, files) {
    tally.folders += folders;
    tally.files += files;
    const many = tally.files > MOST_FILES ? `${MOST_FILES} files` : tally.folders > MOST_FOLDERS && `${MOST_FOLDERS} folders`;
    if (many) throw { text: `It holds more than ${many}, and nothing of it was sent. Send it in parts.` };
  }

  /** What lies in a directory comes in pieces. */
  async function inside(directory) {
    const [reader, all] = [directory.createReader(), []];
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return all;
      all.push(...some);
    }
  }

  async function walked(entry, path, tally) {
    const folder = folderOf(entry.name, path);
    count(tally, 1, 0);
    for (const child of await inside(entry)) {
      if (child.isDirectory) folder.folders.push(await walked(child, `${path}/${child.name}`, tally));
      else if (!OF_SYSTEMS.test(child.name)) {
        count(tally, 0, 1);
        folder.files.push(await new Promise((resolve, reject) => child.file(resolve, reject)));
      }
    }
    return folder;
  }

  /** Folders of a drop. */
  const dropped = (entries) => entries.map((entry) => ({ name: entry.name, read: (tally) => walked(entry, entry.name, tally) }));

  /** The folder that files were chosen with. */
  function chosen(files) {
    const name = files[0]?.webkitRelativePath.split("/")[0];
    const read = async (tally) => {
      const top = folderOf(name, name);
      count(tally, 1, 0);
      for (const file of files.filter((one) => !OF_SYSTEMS.test(one.name))) {
        let folder = top;
        for (const part of file.webkitRelativePath.split("/").slice(1, -1)) {
          let below = folder.folders.find((one) => one.name === part);
          if (!below) {
            count(tally, 1, 0);
            below = folderOf(part, `${folder.path}/${part}`);
            folder.folders.push(below);
          }
          folder = below;
        }
        count(tally, 0, 1);
        folder.files.push(file);
      }
      return top;
    };
    return name ? [{ name, read }] : [];
  }

  // ── Making ──

  /** Makes one folder in another, and answers where what lies in it goes. */
  async function make(address, name, token) {
    const headers = { Accept: "application/json", "X-Form-Token": token, "Upload-Metadata": `foldername ${portal.base64(name)}` };
    headers["Idempotency-Key"] = crypto.randomUUID?.() || String(Math.random());
    for (let tries = 0; ; tries += 1) {
      const answer = await fetch(address, { method: "POST", headers }).catch(() => undefined);
      if (answer?.status === 201) return answer.json();
      const passes = !answer || [408, 409, 425, 429, 502, 503, 504].includes(answer.status);
      if (!passes || tries === PAUSES_S.length) {
        const said = answer && (await answer.json().catch(() => undefined))?.problem?.text;
        throw { text: said || portal.UNREACHED };
      }
      await new Promise((resolve) => { setTimeout(resolve, PAUSES_S[tries] * 1000); });
    }
  }

  /** Makes a folder and those in it; `made` hears of each. */
  async function makeAll(folder, address, token, made) {
    folder.place = await make(address, folder.name, token);
    made();
    for (const below of folder.folders) await makeAll(below, folder.place.folders, token, made);
  }

  const filesIn = (folder) => [
    ...folder.files.map((file) => ({ file, parts: folder.place.uploads, label: `${folder.path}/${file.name}` })),
    ...folder.folders.flatMap(filesIn),
  ];

  /** Sends one folder with all in it; `offer` puts a file into the queue. */
  async function send(form, { name, read }, offer) {
    const line = portal.tray.line(name);
    const [address, token] = [form.dataset.folders, form.querySelector('input[type="hidden"]').value];
    const tally = { folders: 0, files: 0 };
    busy += 1;
    try {
      line.note("Looking through it");
      const folder = await read(tally);
      let made = 0;
      await makeAll(folder, address, token, () => {
        made += 1;
        line.note(`Folder ${made} of ${tally.folders} made`);
      });
      line.leadsTo(folder.place.href);
      const jobs = filesIn(folder);
      const all = jobs.length;
      let arrived = 0;
      const tell = () => line.note(all === 0 ? "Made; there are no files in it" : `${arrived} of ${all} ${all === 1 ? "file" : "files"} arrived`);
      tell();
      for (const job of jobs) offer(form, { ...job, brief: true, arrived: () => { arrived += 1; tell(); } });
    } catch (failed) {
      const text = failed.text || "It could not be read. Drop it once more.";
      line.fail(text, failed.text && (() => { line.leave(); send(form, { name, read }, offer); }));
      portal.say(`${name}: ${text}`);
    } finally {
      busy -= 1;
    }
  }

  portal.folders = {
    dropped,
    chosen,
    /** Sends folders, one after the other. */
    async take(form, folders, offer, done) {
      for (const folder of folders) await send(form, folder, offer);
      done(folders.length > 0);
    },
    isBusy: () => busy > 0,
  };

  portal.wakers.push((within) => {
    // Where there is no mouse, folders can hardly be chosen.
    const can = "webkitdirectory" in HTMLInputElement.prototype && matchMedia("(hover: hover)").matches;
    for (const button of within.querySelectorAll("[data-whole-folder]")) button.hidden = !can;
  });
})();
