// The parts of GraphiQL that the page of an endpoint uses, as one global: `GraphiQL`.
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

// Shows GraphiQL in an element.
export function show(root, props) {
  createRoot(root).render(createElement(GraphiQL, props));
}
