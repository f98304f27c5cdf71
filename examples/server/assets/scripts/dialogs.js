// Dialogs: pages of their own, lifted into the one that is looked at.

(() => {
  let dialog;
  let opener;
  /** What the open dialog is sending. */
  let sending;

  /** Puts the dialog page in `html` into the dialog; false when it is none. */
  function fill(html, by) {
    const main = new DOMParser().parseFromString(html, "text/html").querySelector("main[data-dialog]");
    if (!main) return false;
    if (by && !by.closest("dialog")) opener = by;
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.addEventListener("close", () => {
        // Closing it by whichever way breaks off what it was sending.
        sending?.abort();
        const back = opener?.isConnected ? opener : document.getElementById(opener?.id);
        dialog.replaceChildren();
        back?.focus();
      });
      document.body.append(dialog);
    }
    const held = dialog.contains(document.activeElement) && document.activeElement.id;
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
    portal.wake(dialog);
    if (!dialog.open) dialog.showModal();
    const again = held && dialog.querySelector(`#${CSS.escape(held)}`);
    (dialog.querySelector('[aria-invalid="true"]') || again || dialog.querySelector("[autofocus]"))?.focus();
    return true;
  }

  portal.dialog = {
    fill,
    /** What `broken` breaks off is being sent. */
    sends(broken) { sending = broken; },
    sent(broken) { if (sending === broken) sending = undefined; },
    /** Closes it once what it sent was done. */
    close() {
      sending = undefined;
      if (dialog?.open) dialog.close();
    },
  };

  document.addEventListener("click", async (event) => {
    const closer = event.target.closest("[data-close]");
    if (closer?.closest("dialog")) {
      event.preventDefault();
      dialog.close();
      return;
    }
    const plainClick = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = event.target.closest("a[data-dialog]");
    if (!link || !plainClick) return;
    event.preventDefault();
    const menu = link.closest("details.menu");
    if (!link.closest("dialog")) opener = menu?.querySelector("summary") || link;
    menu?.removeAttribute("open");
    link.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(link.href, { headers: { Accept: "text/html" } });
      if (!fill(await response.text())) location.assign(response.url);
    } catch {
      portal.complain(portal.UNREACHED);
    } finally {
      link.removeAttribute("aria-busy");
    }
  });
})();
