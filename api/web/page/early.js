// @ts-check
/// <reference lib="dom" />
/**
 * Runs before the first paint, as a classic script. It says which view and which language the page is in, so that nothing
 * flashes that is then taken away; and it loads the page again where a part of it got lost on its way, as in a hall whose
 * network is weak: what did arrive is not sent a second time.
 */
{
  const RELOADS_MAX = 5;
  const RELOADS_KEPT_UNDER = "cast.reloads";

  const root = document.documentElement;
  const view = new URLSearchParams(location.search).get("view");
  root.dataset.view = view === "presenter" ? "presenter" : "voting";
  // A browser that keeps nothing knows no choice, and is not loaded again.
  let kept = null;
  let reloads = RELOADS_MAX;
  try {
    kept = localStorage.getItem("cast.language");
    reloads = Number(sessionStorage.getItem(RELOADS_KEPT_UNDER));
  } catch {
    // So be it.
  }
  const wanted = kept ?? navigator.language;
  root.lang = wanted.toLowerCase().startsWith("zh") ? "zh" : "en";

  let isLost = false;
  addEventListener("error", ({ target }) => {
    const isPart = target instanceof HTMLScriptElement || target instanceof HTMLLinkElement;
    if (!isPart || isLost || reloads >= RELOADS_MAX) return;
    isLost = true;
    // Never at the same moment as everybody else.
    const waitMs = 1000 * 2 ** reloads * (0.5 + Math.random());
    setTimeout(() => {
      sessionStorage.setItem(RELOADS_KEPT_UNDER, String(reloads + 1));
      location.reload();
    }, waitMs);
  }, { capture: true });
}
