// Requests to the server.

const TIMEOUT = 15_000; // milliseconds per request

/** Send a request and read the whole response. Without a session (401), open the login form. */
export async function send(address, options) {
  const response = await fetch(address, {
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT),
    ...options,
  });
  const text = await response.text();
  if (response.status === 401) location.assign("login?ended");
  return { ok: response.ok, status: response.status, headers: response.headers, text };
}

/** The message of an error response; its status if the response is not from booconf. */
export function errorMessage({ status, text }) {
  try {
    return JSON.parse(text).error.message;
  } catch {
    return `the server answered ${status}`;
  }
}
