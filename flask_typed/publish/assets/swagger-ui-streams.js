// Shows a response that is a stream while it arrives. Swagger UI alone shows complete responses.
"use strict";

const LINES = /^application\/(x-)?(jsonl|jsonlines|ndjson)\b/i;
const EVENTS = /^text\/event-stream\b/i;

// Sends one JSON value that is shown on several lines, such as an example, as one of JSON Lines.
function joinLines(request) {
  const type = (request.headers || {})["Content-Type"] || "";
  if (LINES.test(type) && typeof request.body === "string") {
    try {
      request.body = JSON.stringify(JSON.parse(request.body));
    } catch (error) {
      // These are several lines already.
    }
  }
  return request;
}

// Shows JSON Lines as text: Swagger UI would take them for a file, or for one JSON value.
const StreamAsText = ({ React }) => ({
  wrapComponents: {
    responseBody: (ResponseBody) => (props) => {
      const contentType = LINES.test(props.contentType) ? "text/plain" : props.contentType;
      return React.createElement(ResponseBody, { ...props, contentType });
    },
  },
});

// The function that Swagger UI calls in place of fetch() for the requests of tried operations.
const fetchStream = (function () {
  // How many characters are read of a stream, which may have no end.
  const MOST = 1000000;

  // The operation that was executed last.
  let operation = null;
  document.addEventListener(
    "click",
    (event) => {
      const button = event.target instanceof Element && event.target.closest(".execute");
      if (button) {
        operation = button.closest(".opblock");
      }
    },
    true,
  );

  // Shows the text of a stream below an operation, with a button that ends it.
  function openPanel(block, end) {
    const panel = document.createElement("section");
    panel.className = "stream";
    const heading = document.createElement("h4");
    heading.textContent = "The response so far";
    const button = document.createElement("button");
    button.className = "btn";
    button.textContent = "Stop";
    button.addEventListener("click", end);
    const text = document.createElement("pre");
    text.setAttribute("role", "log");
    panel.append(heading, text, button);
    (block.querySelector(".opblock-body") || block).append(panel);
    return {
      add(part) {
        const isAtEnd = text.scrollHeight - text.scrollTop - text.clientHeight < 20;
        text.append(part);
        if (isAtEnd) {
          text.scrollTop = text.scrollHeight;
        }
      },
      close() {
        panel.remove();
      },
    };
  }

  // Returns the text of a stream when it ends, is stopped, or is long enough.
  async function readText(body, panel, ended) {
    const decoder = new TextDecoder();
    let text = "";
    const add = (part) => {
      text += part;
      panel.add(part);
    };
    try {
      for await (const chunk of readChunks(body)) {
        add(decoder.decode(chunk, { stream: true }));
        if (text.length > MOST) {
          ended.abort();
        }
      }
    } catch (error) {
      // The server cuts off a stream after an error.
      add(ended.signal.aborted ? "" : "\n(The server has cut off the stream.)");
    }
    return text;
  }

  async function* readChunks(body) {
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      yield value;
    }
  }

  return async function (url, request) {
    const ended = new AbortController();
    const response = await fetch(url, { ...request, signal: ended.signal });
    const type = response.headers.get("Content-Type") || "";
    if (!(LINES.test(type) || EVENTS.test(type)) || !response.body || !operation) {
      return response;
    }
    const panel = openPanel(operation, () => ended.abort());
    try {
      const complete = new Response(await readText(response.body, panel, ended), response);
      complete.blob = complete.text; // which Swagger UI reads of types that it does not know
      return complete;
    } finally {
      panel.close();
    }
  };
})();
