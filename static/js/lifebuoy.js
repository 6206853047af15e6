/**
 * The lifebuoy without a network. Every page of somebody who is signed in hands over what was written offline on this
 * device, whoever wrote it (tell-form.js). A pupil's page lets a service worker keep the help page of its band (sw.js), on
 * https or on the server itself; elsewhere the lifebuoy shows, where nothing answers, what the page carries with it.
 */
const LONGEST_WAIT = 4000;
const { band } = document.documentElement.dataset;
let isKept = false; // the service worker has the help page, and answers for a page that cannot come
const ours = (path) => new URL(`../../../${path}`, import.meta.url);

async function waiting() {
  const known = await indexedDB.databases?.();
  if (known && !known.some(({ name }) => name === "harbour-outbox")) return null;
  return new Promise((resolve) => {
    const asked = indexedDB.open("harbour-outbox", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("waiting", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => resolve(null);
  });
}

const done = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = reject;
});

async function handOver() {
  const token = document.querySelector(":is(sign-out, tell-form) [name=csrf_token]")?.value;
  if (!token || !window.isSecureContext) return;
  const base = await waiting();
  for (const each of base ? await done(base.transaction("waiting").objectStore("waiting").getAll()) : []) {
    const answer = await fetch(ours("help/outbox"), {
      method: "POST", body: JSON.stringify(each), redirect: "manual", credentials: "same-origin",
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token },
    });
    if (answer.status !== 200 || (await answer.json()).kept !== each.id) continue; // it stays until it is kept
    const change = base.transaction("waiting", "readwrite", { durability: "strict" });
    await done(change.objectStore("waiting").delete(each.id));
    document.dispatchEvent(new CustomEvent("handed-over", { detail: each.id }));
  }
  base?.close();
}

async function keepHelp() {
  const { serviceWorker } = navigator;
  if (!serviceWorker || ours("").pathname !== "/") return;
  const accepts = (url) => { if (url === "/sw.js") return url; throw new TypeError(url); };
  const policy = window.trustedTypes?.createPolicy("harbour", { createScriptURL: accepts });
  await serviceWorker.register(policy ? policy.createScriptURL("/sw.js") : "/sw.js");
  const kept = await caches.open("harbour-help"); // which band's page is shown on this device
  if ((await (await kept.match("/help/offline"))?.text()) !== band) await kept.put("/help/offline", new Response(band));
  await serviceWorker.ready;
  isKept = true;
}

async function answers() {
  if (!navigator.onLine) return false;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LONGEST_WAIT);
  try {
    return Boolean(await fetch(ours("sw.js"), { method: "HEAD", signal: stop.signal }));
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

async function press(event) {
  const link = event.target.closest("a.help");
  if (!link || isKept || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (await answers()) return location.assign(link.href);
  const main = document.getElementById("main");
  if (main.firstElementChild.dataset.essentials === undefined) {
    main.prepend(document.getElementById("essentials").content.cloneNode(true));
    main.firstElementChild.dataset.essentials = "";
  }
  main.firstElementChild.focus();
}

const quietly = (act) => act().catch(() => {}); // no network, or no storage: it is tried again on the next page
quietly(handOver);
addEventListener("online", () => quietly(handOver));
if (band) {
  addEventListener("load", () => quietly(keepHelp));
  document.addEventListener("click", (event) => press(event));
}
