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
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (STEPS[event.key] && menu.contains(event.target)) {
      event.preventDefault();
      const items = [...menu.querySelectorAll(".menu-list :is(a, button)")];
      STEPS[event.key](items, items.indexOf(event.target))?.focus();
    }
  });

  /** Where keys lead in an open menu: past its ends they begin anew. */
  const STEPS = {
    ArrowDown: (items, at) => items[(at + 1) % items.length],
    ArrowUp: (items, at) => items.at(at > 0 ? at - 1 : -1),
    Home: (items) => items[0],
    End: (items) => items.at(-1),
  };

  /** Leads to the first field that something is wrong with, and lists them all at the head of a long form. */
  function leadToWrong(within) {
    const wrong = [...within.querySelectorAll('main [aria-invalid="true"]')];
    if (wrong.length === 0) return;
    const links = wrong.map((field) => {
      const item = document.createElement("li");
      const label = field.labels?.[0]?.firstChild.textContent.trim() || "This field";
      item.append(Object.assign(document.createElement("a"), { href: `#${field.id}`, textContent: label }));
      return item;
    });
    const list = document.createElement("ul");
    list.append(...links);
    within.querySelector("[data-wrong]")?.append(list);
    wrong[0].focus();
    wrong[0].scrollIntoView({ block: "center" });
  }

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
    leadToWrong(within);
    for (const button of within.querySelectorAll("[data-dismiss]")) button.hidden = false;
    if (navigator.clipboard) for (const button of within.querySelectorAll("[data-copy]")) button.hidden = false;
  });
})();
