// Keeps every time-left mark true while the page stands open. The server renders them first;
// <body data-now> is the server's clock, so that a wrong clock here does not shift a deadline.
"use strict";
{
  const MINUTE = 60, HOUR = 3600, DAY = 86400;
  const EVERY_MS = 15_000;
  let serverAhead = 0;

  // The same rounding as `time_span` in templatetags/countersign.py.
  const span = (seconds, words) => {
    const part = (size) => Math.floor(seconds / size);
    if (seconds < MINUTE) return words.under;
    if (seconds < HOUR) return `${part(MINUTE)} ${words.minute}`;
    if (seconds < DAY) {
      return `${part(HOUR)} ${words.hour} ${Math.floor((seconds % HOUR) / MINUTE)} ${words.minute}`;
    }
    return `${part(DAY)} ${words.day} ${Math.floor((seconds % DAY) / HOUR)} ${words.hour}`;
  };

  const refresh = () => {
    const words = document.body.dataset;
    const now = Date.now() + serverAhead;
    for (const mark of document.querySelectorAll(".time-left[data-due]")) {
      const due = Date.parse(mark.dataset.due), opened = Date.parse(mark.dataset.opened);
      const share = Math.min(1, Math.max(0, (due - now) / Math.max(1, due - opened)));
      const left = Math.abs(due - now) / 1000;
      mark.dataset.tone = now >= due ? "bad" : share <= 0.25 ? "warn" : "muted";
      mark.querySelector(".bar rect").setAttribute("width", String(now >= due ? 100 : share * 100));
      mark.querySelector("time").textContent =
        (now >= due ? words.late : words.left).replace("%s", span(left, words));
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    const sent = Date.parse(document.body.dataset.now);
    if (Number.isNaN(sent)) return;
    serverAhead = sent - Date.now();
    refresh();
    setInterval(refresh, EVERY_MS);
    document.addEventListener("visibilitychange", refresh);
  });
}
