// The theme on the page. The host keeps the preference; a copy here serves the first paint.
import type { Theme } from "../platform/contract";

const KEY = "foxbridge-theme";

/** The last theme shown in this window. */
export function rememberedTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** Shows a theme and remembers it for the next first paint. */
export function showTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
