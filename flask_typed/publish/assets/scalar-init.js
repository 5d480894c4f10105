// A file, not an inline script, as for Swagger UI.
"use strict";

(function () {
  const root = document.getElementById("scalar");
  const url = root.dataset.document;
  const options = {
    ...JSON.parse(root.dataset.options),
    baseServerURL: location.origin,
    // Nothing comes from other hosts, and nothing is sent to them.
    withDefaultFonts: false,
    telemetry: false,
    proxyUrl: "",
    hideClientButton: true,
    showDeveloperTools: "never",
    agent: { disabled: true },
    mcp: { disabled: true },
  };
  getDocument(url).then(
    (made) => {
      // The examples of requests are then complete.
      const content = made.servers ? made : { ...made, servers: [{ url: location.origin }] };
      Scalar.createApiReference(root, { ...options, content });
    },
    () => Scalar.createApiReference(root, { ...options, url }), // which shows the error
  );
})();
