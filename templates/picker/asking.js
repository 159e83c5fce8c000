// Requests to the server.

const PATIENCE = 15_000; // milliseconds for one request

/** The answer to a request, read to its end: status, headers, text. Without a session, the form to log in comes. */
export async function ask(address, options) {
  const response = await fetch(address, {
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
    ...options,
  });
  const text = await response.text();
  if (response.status === 401) location.assign("login?ended");
  return { ok: response.ok, status: response.status, headers: response.headers, text };
}

/** Why the server refused: in its words, where it is our server that answered. */
export function reasonIn({ status, text }) {
  try {
    return JSON.parse(text).error.message;
  } catch {
    return `the server answered ${status}`;
  }
}
