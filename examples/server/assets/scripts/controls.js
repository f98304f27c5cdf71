// Small things: menus, messages that are put away, copying, names whose ending stays.

(() => {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".flash").remove();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  async function copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.lastChild;
    const before = label.textContent;
    label.textContent = "Copied";
    portal.say("Copied");
    setTimeout(() => { label.textContent = before; }, 2000);
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  document.addEventListener("focusin", (event) => {
    const field = event.target;
    if (!field.matches("input[data-stem]") || field.dataset.stemmed) return;
    field.dataset.stemmed = "once";
    const dot = field.value.lastIndexOf(".");
    field.setSelectionRange(0, dot > 0 ? dot : field.value.length);
  });

  portal.wakers.push((within) => {
    for (const button of within.querySelectorAll("[data-dismiss]")) button.hidden = false;
    if (navigator.clipboard) for (const button of within.querySelectorAll("[data-copy]")) button.hidden = false;
  });
})();
