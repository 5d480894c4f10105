// A file, not an inline script: the page works under Content-Security-Policy: default-src 'self'.
"use strict";

(function () {
  // A summary that is the whole description of an operation is shown once.
  const SummaryOnce = ({ React }) => ({
    wrapComponents: {
      operation: (Operation) => (props) => {
        const described = props.operation.getIn(["op", "description"]);
        const isRepeated = described && described === props.operation.getIn(["op", "summary"]);
        const operation = isRepeated
          ? props.operation.deleteIn(["op", "description"])
          : props.operation;
        return React.createElement(Operation, { ...props, operation });
      },
    },
  });

  const root = document.getElementById("swagger-ui");
  const { initOAuth, ...options } = JSON.parse(root.dataset.options);
  const ui = SwaggerUIBundle({
    deepLinking: true,
    ...options,
    domNode: root,
    url: root.dataset.document,
    oauth2RedirectUrl: new URL(root.dataset.redirect, location.href).href,
    // The default sends every public document to a validator on another host.
    validatorUrl: null,
    plugins: [SummaryOnce, StreamAsText],
    requestInterceptor: (request) =>
      request.loadSpec ? request : Object.assign(joinLines(request), { userFetch: fetchStream }),
  });
  if (initOAuth) {
    ui.initOAuth(initOAuth);
  }
})();
