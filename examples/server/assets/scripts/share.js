// The share dialog: what would change, until when, and who would be emailed, while one chooses.

(() => {
  const AUDIENCES = '[name="audience"]';
  const ACCESS = { view: "View Only", view_and_upload: "View and Upload" };
  const lastDay = (until) => {
    const moment = new Date(Date.parse(until) - 1000);
    const two = (part) => String(part).padStart(2, "0");
    return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  };

  /** Fills in what the one who was chosen has, so that nothing of it changes unseen. */
  function fillIn(form, box) {
    const chosen = [...form.querySelectorAll(AUDIENCES)].filter((one) => one.checked);
    if (!box.checked || chosen.length > 1 || !box.dataset.access) return;
    const level = form.querySelector(`[name="access"][type="radio"][value="${box.dataset.access}"]`);
    if (level) level.checked = true;
    form.querySelector('[name="until"]').value = box.dataset.until ? lastDay(box.dataset.until) : "";
    form.querySelector('[name="alerts"]').checked = !box.hasAttribute("data-quiet");
  }

  /** Says whose access would become another. */
  function tellChanges(form) {
    const text = form.querySelector("[data-change-text]");
    const access = (form.querySelector('[name="access"]:checked') || form.querySelector('[name="access"]')).value;
    const until = form.querySelector('[name="until"]').value;
    const terms = (level, day) => `${ACCESS[level]}${day ? ` until ${portal.date(new Date(`${day}T12:00`).getTime())}` : ""}`;
    const chosen = [...form.querySelectorAll(AUDIENCES)].filter((box) => box.checked && box.dataset.access);
    const changed = chosen.filter((box) => box.dataset.access !== access || (box.dataset.until ? lastDay(box.dataset.until) : "") !== until);
    const has = (box) => terms(box.dataset.access, box.dataset.until && lastDay(box.dataset.until));
    const name = (box) => box.dataset.name || box.dataset.all;
    const verb = (box) => (box.dataset.all ? "have" : "has");
    text.textContent = changed.map((box) => `${name(box)} ${verb(box)} ${has(box)}; this changes it to ${terms(access, until)}.`).join(" ");
    text.hidden = changed.length === 0;
  }

  /** The end of the chosen day is told in the zone of whoever looks. */
  function tellZone(form) {
    const day = form.querySelector('[name="until"]').value;
    const next = day ? new Date(`${day}T00:00`) : undefined;
    next?.setDate(next.getDate() + 1);
    form.querySelector('[name="zone"]').value = next && !Number.isNaN(next.getTime()) ? String(next.getTimezoneOffset()) : "";
  }

  /** Says who will be emailed for what is chosen in the share dialog. */
  function tellShare(form) {
    tellChanges(form);
    tellZone(form);
    const all = form.querySelector('[name="audience"][value="all"]').checked;
    const contacts = [...form.querySelectorAll('[name="audience"][data-name]')];
    const chosen = contacts.filter((box) => all || box.checked);
    const told = chosen.filter((box) => box.hasAttribute("data-told")).map((box) => box.dataset.name);
    const text = form.querySelector("[data-told-text]");
    if (!all && chosen.length === 0) text.textContent = "Choose with whom, and see here who will be emailed.";
    else if (told.length === 0) text.textContent = "Nobody will be emailed: whoever you chose has access already or cannot be reached.";
    else text.textContent = `With Share & Notify, ${list(told)} will be emailed.${mailsOf(form)}`;
  }

  /** Of several things each is a mail of its own. */
  function mailsOf(form) {
    if (!(Number(form.dataset.many) > 1)) return "";
    return " Each that is new to them is a mail of its own. To send one mail, put them into a folder and share that.";
  }

  function list(names) {
    return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(names);
  }

  document.addEventListener("change", (event) => {
    const share = event.target.closest("form[data-share]");
    if (!share) return;
    if (event.target.name === "audience") fillIn(share, event.target);
    tellShare(share);
  });

  portal.wakers.push((within) => {
    for (const form of within.querySelectorAll("form[data-share]")) {
      const day = form.querySelector("[data-until-day]");
      if (day.dataset.at) form.querySelector('[name="until"]').value = lastDay(day.dataset.at);
      const hint = day.querySelector(".hint");
      if (hint) hint.textContent = hint.textContent.replace("in UTC", `your time (${Intl.DateTimeFormat().resolvedOptions().timeZone})`);
      tellShare(form);
    }
  });
})();
