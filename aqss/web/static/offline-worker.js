// Opens the pages of grids that this browser kept when the network does not answer; see grid-copy.js. Network first.
const PATIENCE = 8000; // milliseconds, where there is a copy to show
const KEPT_FOR = 3 * 24 * 3600 * 1000; // milliseconds: a week-end, and no longer on a machine that others use
const FILES = new URL(".", self.location).href; // of this release

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (request.url.startsWith(FILES)) event.respondWith(file(request));
});

async function page(request) {
  const copy = await copyOf(request);
  if (!copy) return fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, copy));
  const asked = fetch(request).then((response) => (isOurs(response) ? response : copy), () => copy);
  return Promise.race([asked, late]);
}

// Where the site sends on tells nothing; a server before it that answers in its place is as no network. See headers.py.
function isOurs(response) {
  return response.type === "opaqueredirect" || response.headers.get("X-Answered-By") === "aqss";
}

async function copyOf(request) {
  const copy = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
  return copy && Number(copy.headers.get("X-Kept-At")) > Date.now() - KEPT_FOR ? copy : null;
}

async function file(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}
