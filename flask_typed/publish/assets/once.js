// Gets the document for a page that shows the summary of an operation above its description.
"use strict";

// The promise of the document, in which no description repeats the summary.
function getDocument(url) {
  return fetch(url, { credentials: "same-origin" })
    .then((response) => {
      if (!response.ok) {
        throw new Error(`${url}: ${response.status}`);
      }
      return response.json();
    })
    .then((made) => {
      for (const items of [made.paths, made.webhooks, made["x-webhooks"]]) {
        for (const item of Object.values(items || {})) {
          for (const operation of Object.values(item || {})) {
            if (operation && operation.description && operation.description === operation.summary) {
              delete operation.description;
            }
          }
        }
      }
      return made;
    });
}
