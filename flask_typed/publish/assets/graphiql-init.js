// A file, not an inline script, as for Swagger UI.
"use strict";

(function () {
  const root = document.getElementById("graphiql");
  const hint = [
    "# Run the operation with Ctrl-Enter.",
    "# Ctrl-Space completes names.",
    "# Variables and headers are below.",
    "",
    "query {",
    "  __typename",
    "}",
    "",
  ].join("\n");
  GraphiQL.show(root, {
    fetcher: fetchOperation,
    defaultQuery: hint,
    // Without introspection, there is no schema to ask for.
    schema: root.dataset.introspection === "true" ? undefined : null,
    schemaDescription: true,
    inputValueDeprecation: true,
    // A token belongs to the tab, not to the storage of the browser.
    showPersistHeadersSettings: false,
  });
})();
