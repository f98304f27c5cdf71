// Lists: selecting several rows, and going through them by keyboard. Without it the boxes and buttons do all of it.

(() => {
  const form = () => document.querySelector("form[data-picks]");
  const boxes = () => [...document.querySelectorAll('[data-rows] input[form="picks"]')];
  const boxIn = (row) => row?.querySelector('input[form="picks"]');
  const focusable = (row) => row?.querySelector(".row-link") || boxIn(row);

  // ── Selecting ──

  /** The box from which a range is counted. */
  let anchor;

  /** Says how much is selected, and shows what can be done with it. */
  function tell() {
    const acts = form();
    if (!acts) return;
    const all = boxes();
    const picked = all.filter((box) => box.checked).length;
    acts.classList.toggle("on", picked > 0);
    acts.querySelector("[data-picked]").textContent = picked === 0 ? "Select rows to act on several at once" : `${picked} selected`;
    const whole = document.querySelector("[data-pick-all]");
    whole.hidden = false;
    whole.checked = picked > 0 && picked === all.length;
    whole.indeterminate = picked > 0 && picked < all.length;
  }

  /** Sets every box between two of them, both included. */
  function range(from, to, on) {
    const all = boxes();
    const [first, last] = [all.indexOf(from), all.indexOf(to)].sort((one, other) => one - other);
    if (first < 0) return;
    for (const box of all.slice(first, last + 1)) box.checked = on;
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest?.('input[form="picks"]');
    if (!box) return;
    if (event.shiftKey && anchor?.isConnected && anchor !== box) range(anchor, box, box.checked);
    anchor = box;
    tell();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) {
      for (const box of boxes()) box.checked = event.target.checked;
    }
    if (event.target.matches('[data-pick-all], input[form="picks"]')) tell();
  });

  // ── By keyboard, while a row has the focus ──

  function move(row, forward, selecting) {
    const next = forward ? row.nextElementSibling : row.previousElementSibling;
    if (!next) return;
    if (selecting && boxIn(row)) {
      boxIn(row).checked = true;
      boxIn(next).checked = true;
      anchor = boxIn(next);
      tell();
    }
    focusable(next)?.focus();
  }

  const KEYS = {
    ArrowDown: (row, event) => move(row, true, event.shiftKey),
    ArrowUp: (row, event) => move(row, false, event.shiftKey),
    x: (row) => boxIn(row)?.click(),
    m: () => boxes().some((box) => box.checked) && form()?.querySelector("[data-move]")?.click(),
    Delete: () => boxes().some((box) => box.checked) && form()?.querySelector("[data-delete]")?.click(),
    Escape: () => {
      for (const box of boxes()) box.checked = false;
      tell();
    },
  };

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("[data-rows] tbody tr");
    const act = row && KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("details[open]")) return;
    if (event.key !== "Escape") event.preventDefault();
    act(row, event);
  });

  // ── Whenever rows come onto the page ──

  portal.wakers.push(() => {
    tell();
    if (!matchMedia("(hover: hover)").matches) return;
    for (const keys of document.querySelectorAll("[data-keys]")) keys.hidden = false;
  });
})();
