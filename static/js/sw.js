/**
 * Keeps one thing for when there is no network: the help page of each band, with what it is drawn with. No page of anybody
 * who is signed in is kept. The server puts the addresses in (safeguarding/outbox_views.py).
 */
const KEPT = [];
const EDITION = "now"; // of the words on those pages: the browser fetches them again when it changes
const HOLD = "harbour-help";
const PAGES = /^\/((chart|sail|help|my-page|boats|code|card)(\/.*)?)?$/; // a pupil's; others show what the browser shows

async function keep() {
  const hold = await caches.open(HOLD);
  await hold.addAll(KEPT.map((path) => new Request(path, { credentials: "omit" })));
}

async function tidy() {
  const hold = await caches.open(HOLD);
  for (const { url } of await hold.keys()) {
    const path = new URL(url).pathname;
    if (path !== "/help/offline" && !KEPT.includes(path)) await hold.delete(url);
  }
}

async function without() {
  const hold = await caches.open(HOLD);
  const band = await (await hold.match("/help/offline"))?.text();
  return (await hold.match(`/help/offline/${band || "y34"}`)) || Response.error();
}

addEventListener("install", (event) => event.waitUntil(keep().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  const isPage = request.mode === "navigate" && PAGES.test(pathname);
  if (isPage && (request.method === "GET" || pathname === "/help/send")) {
    event.respondWith(fetch(request).catch(without));
  } else if (KEPT.includes(pathname)) {
    event.respondWith(caches.match(pathname).then((found) => found || fetch(request)));
  }
});
