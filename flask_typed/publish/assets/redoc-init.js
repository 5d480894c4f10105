// A file, not an inline script, as for Swagger UI.
"use strict";

(function () {
  const root = document.getElementById("redoc");
  const url = root.dataset.document;
  const options = { downloadDefinitionUrl: url, ...JSON.parse(root.dataset.options) };
  getDocument(url).then(
    (made) => Redoc.init(made, options, root),
    () => Redoc.init(url, options, root), // which shows the error
  );
})();
