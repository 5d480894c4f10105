// A file, not an inline script: the page works under Content-Security-Policy: default-src 'self'.
"use strict";

(function () {
  const root = document.getElementById("swagger-ui");
  SwaggerUIBundle({
    domNode: root,
    url: root.dataset.document,
    deepLinking: true,
    // The default sends every public document to a validator on another host.
    validatorUrl: null,
  });
})();
