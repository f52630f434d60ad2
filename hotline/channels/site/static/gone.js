// There is no service worker here. One that another site left at this address takes this for its
// newer version, forgets all that it stored, and goes; its pages are loaded anew, from us.
"use strict";
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => {
  const leave = async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    await registration.unregister();
    for (const page of await clients.matchAll({ type: "window" })) page.navigate(page.url);
  };
  event.waitUntil(leave());
});
