// The admin routes. The token is kept for this tab alone, and sent along with each call.
import { Refused } from "../page/api.js";

const TOKEN = "footnote:operator";
let refuse = () => {};

export function token(value) {
  if (value === null) sessionStorage.removeItem(TOKEN);
  else if (value !== undefined) sessionStorage.setItem(TOKEN, value);
  return sessionStorage.getItem(TOKEN);
}

// Tell what is done when the server does not take the token.
export function onRefused(act) {
  refuse = act;
}

export function admin(path) {
  return new URL(`../api/v1/admin/${path}`, document.baseURI);
}

export async function get(path, parameters) {
  const url = new URL(`../api/v1/${path}`, document.baseURI);
  for (const [name, value] of Object.entries(parameters || {})) if (value) url.searchParams.set(name, value);
  return call("GET", url);
}

export function post(path, body = {}) {
  return call("POST", admin(path), JSON.stringify(body), { "Content-Type": "application/json" });
}

export function remove(path) {
  return call("DELETE", admin(path));
}

// A name as a part of an address; its slashes stay.
export function inAddress(name) {
  return name.split("/").map(encodeURIComponent).join("/");
}

export async function call(method, url, body, headers) {
  let response;
  try {
    response = await fetch(url, { method, body, headers: { ...headers, Authorization: `Bearer ${token()}` } });
  } catch {
    throw new Refused("The server does not answer. Is it still running?");
  }
  return told(response.status, await response.text());
}

// Send a file, and tell of the share that is sent; fetch cannot tell.
export function upload(name, file, onShare) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", admin(`documents/${inAddress(name)}`));
    request.setRequestHeader("Authorization", `Bearer ${token()}`);
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onShare(event.loaded / event.total));
    request.addEventListener("error", () => reject(new Refused("The upload broke off; nothing of it is kept. Add the file again")));
    request.addEventListener("load", () => {
      try {
        resolve(told(request.status, request.responseText));
      } catch (error) {
        reject(error);
      }
    });
    request.send(file);
  });
}

function told(status, text) {
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    // What is no JSON comes from a proxy before the server; its status says all.
  }
  if (status >= 200 && status < 300) return body;
  if (status === 401) refuse();
  const { message, ...rest } = body.error || {};
  throw new Refused(message || `The server answers with status ${status}`, { status, ...rest });
}
