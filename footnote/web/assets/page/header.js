// What stands at the top of the page: the theme, the export, the list of keys, the question for a key.
import { onKeyWanted } from "./api.js";
import { conversationJson, conversationMarkdown, download } from "./copying.js";
import { closing } from "./dom.js";
import { setting } from "./store.js";

const THEMES = ["auto", "light", "dark"];

// `answered` gives the turns to export; `restart` begins a new conversation.
export function wireHeader(header, { answered, restart }) {
  header.querySelector(".fn-restart").addEventListener("click", restart);
  header.querySelector(".fn-help").addEventListener("click", () => showKeys(header));
  wireTheme(header.querySelector(".fn-theme"));
  wireExport(header.querySelector(".fn-export"), answered);
  wireKeyDialog(header.querySelector(".fn-key"));
}

export function showKeys(header) {
  header.querySelector(".fn-keys").showModal();
}

function wireTheme(chooser) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const set = (theme) => {
    const dark = theme === "dark" || (theme === "auto" && system.matches);
    document.body.classList.toggle("dark", dark);
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
    setting("theme", theme === "auto" ? null : theme);
    chooser.textContent = `Theme: ${theme}`;
    chooser.dataset.theme = theme;
  };
  chooser.addEventListener("click", () => set(THEMES[(THEMES.indexOf(chooser.dataset.theme) + 1) % THEMES.length]));
  system.addEventListener("change", () => set(chooser.dataset.theme));
  set(setting("theme") || "auto");
}

function wireExport(menu, answered) {
  closing(menu);
  menu.querySelector(".fn-export-markdown").addEventListener("click", () => download("conversation.md", "text/markdown", conversationMarkdown(answered())));
  menu.querySelector(".fn-export-json").addEventListener("click", () => download("conversation.json", "application/json", conversationJson(answered())));
  menu.addEventListener("click", (event) => {
    if (event.target.matches("button")) menu.open = false;
  });
}

function wireKeyDialog(dialog) {
  onKeyWanted(() => {
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "given" ? dialog.querySelector("input").value.trim() : null), { once: true });
    });
  });
}
