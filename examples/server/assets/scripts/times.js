// Times: relative, with the exact one on hover and focus, in the zone of whoever looks.

(() => {
  const root = document.documentElement;

  // The server's clock counts, so that a wrong one here does not make a file come from the future.
  const serverAhead = Date.parse(root.dataset.now) - Date.now();
  const now = () => Date.now() + serverAhead;

  const language = root.lang || "en";
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
  const dayAndYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const toTheSecond = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "long" });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });

  /** What has happened never lies ahead, and what is to come never behind, however far the clocks are apart. */
  function ago(then, coming) {
    const away = Math.round((then - now()) / 1000);
    const seconds = coming ? Math.max(0, away) : Math.min(0, away);
    const distance = Math.abs(seconds);
    if (distance < 45) return coming ? "in a moment" : "just now";
    if (distance < 3570) return relative.format(Math.round(seconds / 60), "minute");
    if (distance < 86400) return relative.format(Math.round(seconds / 3600), "hour");
    if (distance < 7 * 86400) return relative.format(Math.round(seconds / 86400), "day");
    return date(then);
  }

  function date(then) {
    const moment = new Date(then);
    return (moment.getFullYear() === new Date(now()).getFullYear() ? day : dayAndYear).format(moment);
  }

  function atClock(then) {
    const near = Math.abs(then - now()) < 12 * 3600 * 1000;
    return near ? clock.format(new Date(then)) : date(then);
  }

  function inWords(element, then) {
    switch (element.dataset.said) {
      case "clock": return atClock(then);
      case "exact": return toTheSecond.format(new Date(then));
      default: return ago(then, element.dataset.said === "coming");
    }
  }

  function tellTimes(within = document) {
    for (const element of within.querySelectorAll("time[datetime]")) {
      const then = Date.parse(element.dateTime);
      if (Number.isNaN(then)) continue;
      const words = inWords(element, then);
      if (element.textContent !== words) element.textContent = words;
      if (element.dataset.exact) continue;
      element.dataset.exact = exact.format(new Date(then));
      // In rows and links the focus of the row shows it; elsewhere the time itself takes the focus.
      if (!element.closest("tr, a, summary, button")) element.tabIndex = 0;
    }
  }

  portal.date = date;
  portal.wakers.push(tellTimes);
  setInterval(() => tellTimes(), 30000);
})();
