// Figures of what is being sent: sizes as the pages say them, how much has gone, and how long the rest will take.

(() => {
  // 1 MB is 1,000,000 bytes; one decimal below ten.
  const UNITS = [["bytes", 1], ["KB", 1e3], ["MB", 1e6], ["GB", 1e9], ["TB", 1e12]];
  /** The pace is that of the last seconds: a connection that slows down is not promised to be fast. */
  const WINDOW_MS = 8000;
  /** Before that it is too early to tell. */
  const EARLY_MS = 700;
  const STALLED_MS = 8000;

  const counted = (bytes, size) => {
    const value = bytes / size;
    return size > 1 && value < 9.95 ? Math.round(value * 10) / 10 : Math.round(value);
  };
  // What rounds up to a thousand is one of the next unit.
  const unitOf = (bytes) => UNITS.find(([, size]) => counted(bytes, size) < 1000) || UNITS[4];

  /** `20 MB`. */
  portal.figure = (bytes) => {
    const [unit, size] = unitOf(bytes);
    return `${counted(bytes, size)} ${unit === "bytes" && bytes === 1 ? "byte" : unit}`;
  };

  /** `about 8 s`. */
  function remaining(seconds) {
    if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s`;
    if (seconds < 5400) return `about ${Math.round(seconds / 60)} min`;
    return `about ${Math.round(seconds / 3600)} h`;
  }

  /** How far something of `total` bytes has gone. */
  class Pace {
    constructor(total) {
      this.total = total;
      this.marks = [{ at: performance.now(), sent: 0 }];
    }

    note(sent) {
      const at = performance.now();
      // The time without a line says nothing of how fast this one is.
      if (this.lost) this.marks = [];
      this.lost = false;
      this.marks.push({ at, sent });
      while (this.marks.length > 2 && this.marks[1].at < at - WINDOW_MS) this.marks.shift();
    }

    /** `12 of 20 MB, about 8 s`. */
    words() {
      const [first, last] = [this.marks[0], this.marks.at(-1)];
      if (this.lost) return `${portal.figure(last.sent)} sent. The connection is gone; it goes on by itself when it is back`;
      if (last.sent >= this.total && this.total > 0) return "All sent, being stored";
      const [unit, size] = unitOf(this.total);
      const text = `${counted(last.sent, size)} of ${counted(this.total, size)} ${unit}`;
      if (performance.now() - last.at > STALLED_MS) return `${text}, waiting for the connection`;
      const [bytes, took] = [last.sent - first.sent, last.at - first.at];
      if (took < EARLY_MS || bytes <= 0) return text;
      return `${text}, ${remaining(((this.total - last.sent) * took) / bytes / 1000)}`;
    }
  }

  /** A bar and words for something of `size` bytes. `began` makes what hears the progress of the request that sends it. */
  portal.progress = (label, size) => {
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", label);
    const words = document.createElement("span");
    words.className = "dim";
    words.textContent = `0 of ${portal.figure(size)}`;
    const began = () => {
      const pace = new Pace(size);
      // Told anew each second, so that a connection that stands still is said to.
      const telling = setInterval(() => {
        if (bar.isConnected) words.textContent = pace.words();
        else clearInterval(telling);
      }, 1000);
      return (event) => {
        if (event.lost) pace.lost = true;
        if (!event.lengthComputable) return;
        bar.value = event.loaded / event.total;
        // What is sent is the file and a little around it; what is told is the file.
        pace.note(Math.floor((event.loaded / event.total) * size));
        words.textContent = pace.words();
      };
    };
    return { bar, words, began };
  };
})();
