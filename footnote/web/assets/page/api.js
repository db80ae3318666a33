// The HTTP interface, as any other program may use it.

const KEY = "footnote:key";

// What the server refuses, or a server that does not answer.
export class Refused extends Error {
  constructor(message, { status = 0, code = "unreachable", id = null, wait = null } = {}) {
    super(message);
    Object.assign(this, { status, code, id, wait });
  }
}

let askForKey = async () => null;

// Tell how a key is asked of the person, where the server wants one.
export function onKeyWanted(asker) {
  askForKey = asker;
}

export function addressOf(path, parameters) {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(parameters || {})) {
    for (const each of [value].flat()) if (each !== null && each !== undefined && each !== "") url.searchParams.append(name, each);
  }
  return url;
}

export async function get(path, parameters, options) {
  return (await send(addressOf(path, parameters), options)).json();
}

export async function getBlob(path, parameters, options) {
  return (await send(addressOf(path, parameters), options)).blob();
}

export async function post(path, body, options) {
  return (await send(addressOf(path), posted(body, options))).json();
}

export async function remove(path) {
  await send(addressOf(path), { method: "DELETE" });
}

// Ask, and tell of the passages found and of the text as it comes; returns the answer.
export async function ask(asked, { signal, onPassages, onText }) {
  const headers = { Accept: "text/event-stream" };
  const response = await send(addressOf("api/v1/ask"), posted(asked, { signal, headers }));
  for await (const { event, data } of events(response.body)) {
    if (event === "passages") onPassages(data.passages);
    else if (event === "delta") onText(data.text);
    else if (event === "answer") return data;
    else if (event === "error") throw new Refused(data.error.message, { ...data.error, status: 500 });
  }
  throw new Refused("The answer broke off. Ask again");
}

function posted(body, options) {
  const headers = { "Content-Type": "application/json", ...options?.headers };
  return { ...options, method: "POST", headers, body: JSON.stringify(body) };
}

async function send(url, options = {}) {
  const key = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  let response;
  try {
    response = await fetch(url, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused("The server does not answer. Is it still running?");
  }
  if (response.ok) return response;
  if (response.status === 401) {
    sessionStorage.removeItem(KEY);
    const given = await askForKey();
    if (given) {
      sessionStorage.setItem(KEY, given);
      return send(url, options);
    }
  }
  throw await refusedBy(response);
}

async function refusedBy(response) {
  const wait = Number(response.headers.get("Retry-After")) || null;
  const told = { status: response.status, wait };
  try {
    const { error } = await response.json();
    return new Refused(error.message, { ...told, ...error });
  } catch {
    return new Refused(`The server answers with status ${response.status}`, told);
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      buffer += value;
      for (let end; (end = buffer.indexOf("\n\n")) >= 0; buffer = buffer.slice(end + 2)) {
        const event = parsed(buffer.slice(0, end));
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parsed(block) {
  const fields = { event: "message", data: [] };
  for (const line of block.split("\n")) {
    const [, name, value] = line.match(/^(event|data): ?(.*)$/) || [];
    if (name === "event") fields.event = value;
    else if (name === "data") fields.data.push(value);
  }
  return fields.data.length ? { event: fields.event, data: JSON.parse(fields.data.join("\n")) } : null;
}
