// Talking to the playground's control API; its routes are described in server.py.

/** GET a JSON document. Throws an Error with the server's reason. */
export async function get(path) {
  return read(await fetch(path));
}

/** POST a JSON body, get a JSON document. Throws an Error with the server's reason. */
export async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return read(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function read(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

/** Hands every event of the server to `onEvent`; reconnects by itself, and each connection begins with a "hello". */
export function listen(onEvent, onLost) {
  const source = new EventSource("/control/events");
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  source.onerror = onLost;
}

/** The address of a photo or document. */
export function fileAddress(fileId) {
  return `/control/file/${encodeURIComponent(fileId)}`;
}

/** A File as the {name, base64} that the server takes. */
export async function encodeFile(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return { name: file.name, base64: btoa(binary) };
}
