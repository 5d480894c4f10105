const RETRIED = [429, 503];

/** Send JSON, and return the JSON of the response; throw the problem document of an error. */
export async function send(method, url, body, attempts = 3) {
  const response = await fetch(url, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.ok) {
    return response.status === 204 ? null : response.json();
  }
  if (RETRIED.includes(response.status) && attempts > 1) {
    const seconds = Number(response.headers.get("Retry-After")) || 1;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    return send(method, url, body, attempts - 1);
  }
  throw await readProblem(response);
}

/** Return the problem document; a proxy's HTML page becomes one. */
async function readProblem(response) {
  const type = response.headers.get("Content-Type") ?? "";
  if (type.startsWith("application/problem+json")) {
    return response.json();
  }
  return { type: "about:blank", title: response.statusText, status: response.status };
}
