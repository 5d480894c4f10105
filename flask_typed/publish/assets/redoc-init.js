// A file, not an inline script, as for Swagger UI.
"use strict";

(function () {
  const root = document.getElementById("redoc");
  Redoc.init(root.dataset.document, {}, root);
})();
