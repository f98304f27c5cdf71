// The first page of a document beside its name, while the mouse rests on it or the keyboard's focus does. Esc puts it away.

(() => {
  const REST_MS = 250;
  const GAP = 8;
  /** So many pictures are kept for a second look. */
  const KEPT = 40;

  const kept = new Map();
  let frame;
  let timer;
  /** The link whose picture is shown or awaited. */
  let about;
  /** The picture that is on its way: one at a time. */
  let coming;

  function picture(link) {
    const url = `${link.dataset.peek}?width=${devicePixelRatio > 1 ? 480 : 240}`;
    const known = kept.get(url);
    if (known) return known;
    const image = new Image();
    image.alt = "";
    const loaded = new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = () => { kept.delete(url); reject(new Error("no picture")); };
    });
    image.src = url;
    const made = { image, loaded, drop() { image.onerror = null; image.src = ""; kept.delete(url); } };
    kept.set(url, made);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value);
    return made;
  }

  async function show(link) {
    coming = picture(link);
    const mine = coming;
    // What has no picture, or none just now, is only a name.
    try { await mine.loaded; } catch { return; }
    if (coming === mine) coming = undefined;
    if (about !== link || !link.isConnected) return;
    if (!frame) {
      frame = document.createElement("figure");
      frame.className = "peek";
      frame.setAttribute("aria-hidden", "true");
      document.body.append(frame);
    }
    frame.replaceChildren(mine.image);
    frame.hidden = false;
    const [at, size] = [link.getBoundingClientRect(), frame.getBoundingClientRect()];
    const text = link.querySelector("span")?.getBoundingClientRect() || at;
    const left = Math.min(text.right + GAP, innerWidth - size.width - GAP);
    const top = Math.min(Math.max(at.top - size.height / 3, GAP), innerHeight - size.height - GAP);
    frame.style.translate = `${Math.max(GAP, Math.round(left))}px ${Math.round(top)}px`;
  }

  function hide() {
    clearTimeout(timer);
    about = undefined;
    coming?.drop();
    coming = undefined;
    if (frame) frame.hidden = true;
  }

  function rest(link) {
    if (link === about) return;
    hide();
    about = link;
    timer = setTimeout(() => show(link), REST_MS);
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const link = event.target.closest("[data-peek]");
    if (link) rest(link);
    else if (about && !event.target.closest(".peek") && !about.matches(":focus-visible")) hide();
  });
  document.addEventListener("focusin", (event) => {
    const link = event.target.closest("[data-peek]");
    if (link?.matches(":focus-visible")) rest(link);
    else if (about) hide();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", hide, { passive: true, capture: true });
  portal.wakers.push(hide);
})();
