// Single keys move the focus and do nothing else: no key rules on a case, sends a form or
// follows a link. Off is stored in this browser (WCAG 2.2, 2.1.4), and off is off for "?" too;
// the user menu still opens the dialog with the switch.
//   data-key="u"             the control that the key focuses
//   data-key-label="…"       its line in the dialog
//   data-key-list            j and k walk the [data-key-row] in it
"use strict";
{
  const KEY = "countersign.keys";
  const TYPED_IN = "textarea, select, [contenteditable], " +
    "input:not([type=radio], [type=checkbox], [type=button], [type=submit])";
  const dialog = () => document.getElementById("keys");
  const stored = () => {
    try {
      return localStorage.getItem(KEY) !== "off";
    } catch {
      return true;
    }
  };
  let on = stored();

  const announce = () => {
    document.documentElement.classList.toggle("keys-off", !on);
    document.documentElement.classList.remove("keys-unknown");
    for (const control of document.querySelectorAll("[data-key]")) {
      if (on) control.setAttribute("aria-keyshortcuts", control.dataset.key);
      else control.removeAttribute("aria-keyshortcuts");
    }
  };

  const listPageKeys = () => {
    const list = dialog().querySelector("[data-page-keys]");
    list.replaceChildren();
    for (const control of document.querySelectorAll("[data-key][data-key-label]")) {
      const term = document.createElement("dt"), key = document.createElement("kbd");
      key.className = "kbd";
      key.textContent = control.dataset.key;
      term.append(key);
      const what = document.createElement("dd");
      what.textContent = control.dataset.keyLabel;
      list.append(term, what);
    }
  };

  const open = () => {
    listPageKeys();
    dialog().querySelector("[data-keys-switch]").checked = on;
    dialog().showModal();
  };

  const walk = (step) => {
    const rows = [...document.querySelectorAll("[data-key-list] [data-key-row]")]
      .filter((row) => row.checkVisibility());
    if (!rows.length) return;
    const current = document.querySelector("[data-key-list] [data-key-row][aria-current]");
    const at = rows.indexOf(document.activeElement);
    const from = at === -1 ? rows.indexOf(current) : at;
    const next = from === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, from + step));
    rows[next].focus();
  };

  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest(TYPED_IN) || document.querySelector("dialog[open]")) return;
    const control = [...document.querySelectorAll("[data-key]")]
      .find((one) => one.dataset.key === event.key && one.checkVisibility());
    if (event.key === "?" && dialog()) open();
    else if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (control) control.focus();
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-opens-keys]")) open();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-switch]")) return;
    on = event.target.checked;
    try {
      localStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // storage is refused: the choice holds for this page
    }
    announce();
  });
  document.addEventListener("DOMContentLoaded", announce);
  document.addEventListener("htmx:after:swap", announce);
}
