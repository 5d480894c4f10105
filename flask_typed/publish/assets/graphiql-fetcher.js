// Sends the operations of GraphiQL to the endpoint, and reads the results.
"use strict";

// The function that GraphiQL calls with each operation.
const fetchOperation = (function () {
  const RESULT = "application/graphql-response+json, application/json;q=0.9";
  const EVENTS = "text/event-stream";
  const IS_EVENTS = /^text\/event-stream\b/i;
  const LINE_END = /\r\n|[\r\n]/;

  // Whether an operation is a subscription, by the parsed document of the editor.
  function isSubscription({ operationName }, { documentAST }) {
    const definitions = documentAST ? documentAST.definitions : [];
    return definitions.some(
      ({ kind, name, operation }) =>
        kind === "OperationDefinition" &&
        operation === "subscription" &&
        (!operationName || (name && name.value === operationName)),
    );
  }

  // The page has the URL of the endpoint, whose parameters a dependency may need.
  function send(operation, headers, accepted, signal) {
    return fetch(location.pathname + location.search, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: accepted, ...headers },
      body: JSON.stringify(operation),
      signal,
    });
  }

  // Returns the JSON of a response, which may be a problem document.
  async function readResult(response) {
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch (error) {
      const status = `${response.status} ${response.statusText}`.trim();
      throw new Error(`${status}\n${text}`);
    }
  }

  // Yields the lines of a stream as they become complete.
  async function* readLines(body) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      // A "\r" at the end may be half of a line end.
      const text = rest + decoder.decode(value, { stream: true });
      const end = text.endsWith("\r") ? -1 : undefined;
      const lines = text.slice(0, end).split(LINE_END);
      rest = lines.pop() + (end ? "\r" : "");
      yield* lines;
    }
  }

  // Yields the server-sent events of a stream.
  async function* readEvents(body) {
    let event = { type: "message", data: [] };
    for await (const line of readLines(body)) {
      const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
      if (line === "") {
        yield { ...event, data: event.data.join("\n") };
        event = { type: "message", data: [] };
      } else if (field === "event") {
        event.type = value;
      } else if (field === "data") {
        event.data.push(value);
      }
    }
  }

  // Yields the results of a subscription, or the only result if it did not begin.
  async function* readResults(response) {
    if (!IS_EVENTS.test(response.headers.get("Content-Type") || "")) {
      yield await readResult(response);
      return;
    }
    for await (const { type, data } of readEvents(response.body)) {
      if (type === "complete") {
        return;
      }
      if (type === "next") {
        yield JSON.parse(data);
      }
    }
    throw new Error("The server has cut off the stream.");
  }

  // Returns the results of a subscription; return() ends its request, even while it waits.
  function subscribe(operation, headers) {
    const ended = new AbortController();
    const results = (async function* () {
      try {
        yield* readResults(await send(operation, headers, EVENTS, ended.signal));
      } catch (error) {
        if (!ended.signal.aborted) {
          throw error;
        }
      } finally {
        ended.abort();
      }
    })();
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => results.next(),
      return() {
        ended.abort();
        return results.return();
      },
    };
  }

  return function (operation, options) {
    const { headers, ...found } = options || {};
    return isSubscription(operation, found)
      ? subscribe(operation, headers)
      : send(operation, headers, RESULT).then(readResult);
  };
})();
