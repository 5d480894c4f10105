// The types and the zod schemas of kubb: requests are sent by fetch, and each body is validated.
import type { ZodType } from "zod";
import * as zod from "./made/zod.js";
import type { Book, NewBookPatch, NewBook, NewOrder, Order } from "./made/types.js";

export type { Book, NewBook, Order };
type Genre = NewBook["genre"];

let url = "";
const headers: Record<string, string> = {};

async function send<T>(method: string, path: string, schema: ZodType<T>, body?: unknown, more: Record<string, string> = {}) {
  const isPlain = body === undefined || body instanceof FormData || body instanceof URLSearchParams;
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, ...more, ...(isPlain ? {} : { "Content-Type": "application/json" }) },
    ...(body === undefined ? {} : { body: isPlain ? body : JSON.stringify(body) }),
  } as RequestInit);
  const kind = response.headers.get("Content-Type") ?? "";
  const answer: unknown = response.status === 204 ? undefined : kind.includes("json") ? await response.json() : kind.startsWith("text/") ? await response.text() : await response.blob();
  const isJson = response.ok && response.status !== 204 && kind.includes("json");
  return { body: isJson ? schema.parse(answer) : (answer as T), status: response.status };
}

export function connect(baseUrl: string, token = ""): void {
  url = baseUrl;
  if (token) headers["Authorization"] = `Bearer ${token}`;
}
export const token = (body: { access_token: string }): string => body.access_token;
export const author = (author_id: number) => ({ author_id });
export const published = (published: string) => ({ published });
export const line = (book_id: number, quantity: number) => ({ book_id, quantity });
export const missing = (body: unknown): unknown => zod.bookNotFoundSchema.parse(body).book_id;
export const accepts = (book: unknown): boolean => zod.newBookSchema.safeParse(book).success;

const book: ZodType<Book> = zod.bookSchema;
export const logIn = (username: string, password: string) =>
  send("POST", "/token", zod.tokenSchema, new URLSearchParams({ grant_type: "password", username, password }));
export const listBooks = (genre: Genre[], max_price: string, limit: number) =>
  send("GET", `/books?${new URLSearchParams([...genre.map((each) => ["genre", each]), ["max_price", max_price], ["limit", String(limit)]])}`, zod.bookPageSchema);
export const suggest = (genre: Genre) =>
  send("GET", "/books/suggestions", zod.booksSuggestBooks200Schema, undefined, { Cookie: `genre=${genre}` });
export const addBook = (body: NewBook) => send<Book | { isbn: string }>("POST", "/books", book, body);
export const readBook = (id: number) => send("GET", `/books/${id}`, book);
export const updateBook = (id: number, body: NewBookPatch) =>
  send("PATCH", `/books/${id}`, book, zod.newBookPatchSchema.parse(body));
export const deleteBook = (id: number) => send("DELETE", `/books/${id}`, book);
export function uploadCover(id: number, caption: string, cover: File) {
  const form = new FormData();
  form.set("caption", caption);
  form.set("cover", cover);
  return send("PUT", `/books/${id}/cover`, zod.coverInfoSchema, form);
}
export const readCover = (id: number) => send<unknown>("GET", `/books/${id}/cover`, book);
export const placeOrder = (body: NewOrder, channel: "web" | "shop" | "phone") =>
  send("POST", "/orders", zod.orderSchema, zod.newOrderSchema.parse(body), { "X-Channel": channel });
export const listOrders = (since: string) => send("GET", `/orders?${new URLSearchParams({ since })}`, zod.orderPageSchema);
export const readReceipt = (id: string) => send<unknown>("GET", `/orders/${id}/receipt`, book);
