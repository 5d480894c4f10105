// A day in the bookshop, with the client of a generator: `node … URL`. "./shop.js" is one of the
// files beside this one: it calls what the generator has made, and types are those of the generator.
import assert from "node:assert/strict";
import * as shop from "./shop.js";
import { live } from "./steps.js";

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const STAFF: [string, string] = ["staff@shop.example", "twelve geese and a goat"];
let bookId = 0;
let order: shop.Order | undefined;

type IsKnown<T> = unknown extends T ? false : true;
type Takes<T, Value> = Value extends T ? true : false;

function makeBook(isbn: string): shop.NewBook {
  return { title: "Notes", isbn, price: "12.50", genre: "nonfiction", ...shop.author(1), ...shop.published("1843-09-01") };
}

/** Return an object of a body that has a key. */
function pick<T, K extends string>(body: T, key: K): Extract<T, Partial<Record<K, unknown>>> {
  assert.ok(typeof body === "object" && body !== null && key in body, JSON.stringify(body));
  return body as Extract<T, Partial<Record<K, unknown>>>;
}

async function logIn(): Promise<void> {
  const { body } = await shop.logIn(...STAFF);
  shop.connect(process.argv[2] ?? "", shop.token(body));
}

async function search(): Promise<void> {
  const { body } = await shop.listBooks(["crime", "science-fiction"], "99.50", 3);
  assert.equal(pick(body, "items").items.length, 3);
}

async function suggest(): Promise<void> {
  const { body } = await shop.suggest("poetry");
  assert.ok(Array.isArray(body));
  assert.deepEqual([...new Set(body.map((each) => each.genre))], ["poetry"]);
}

async function addBook(): Promise<void> {
  const { body, status } = await shop.addBook(makeBook("9790000000001"));
  assert.equal(status, 201);
  const made = pick(body, "price");
  bookId = made.id;
  assert.deepEqual([made.price, made.cover], ["12.50", null]);
}

async function knowPrice(): Promise<void> {
  const known: IsKnown<shop.NewBook["price"]> = true;
  const text: Takes<shop.NewBook["price"], string> = true;
  const answered: shop.Book["price"] extends string ? true : false = true;
  assert.ok(known && text && answered);
}

async function knowGenre(): Promise<void> {
  const refused: Takes<shop.NewBook["genre"], "no genre"> = false;
  assert.ok(!refused);
}

async function refuse(): Promise<void> {
  if (!shop.accepts) return;
  const book = { title: "Notes", isbn: "9790000000009", price: "12.50", genre: "crime", author_id: 1 };
  assert.equal(await shop.accepts(book), true);
  for (const price of [{}, [], null, "-1", "100000", "cheap"]) {
    assert.equal(await shop.accepts({ ...book, price }), false, JSON.stringify(price));
  }
  assert.equal(await shop.accepts({ ...book, genre: "no genre" }), false);
}

async function readRefusal(): Promise<void> {
  const { body, status } = await shop.addBook({ ...makeBook("9790000000009"), title: "" });
  assert.equal(status, 422);
  assert.ok(JSON.stringify(body).includes("title"));
}

async function readConflict(): Promise<void> {
  const { body, status } = await shop.addBook(makeBook("9790000000001"));
  assert.equal(status, 409);
  assert.equal(pick(body, "isbn").isbn, "9790000000001");
}

async function readMissing(): Promise<void> {
  const { body, status } = await shop.readBook(10_000);
  assert.equal(status, 404);
  assert.equal(shop.missing(body), 10_000);
}

async function changeBook(): Promise<void> {
  const { body } = await shop.updateBook(bookId, { price: "9.00", stock: 3 });
  const changed = pick(body, "price");
  assert.deepEqual([changed.title, changed.price, changed.stock], ["Notes", "9.00", 3]);
}

async function clearDate(): Promise<void> {
  const { body } = await shop.updateBook(bookId, { published: null });
  assert.equal(pick(body, "price").published, null);
}

async function uploadCover(): Promise<void> {
  const { body } = await shop.uploadCover(bookId, "The engine", new File([PNG], "engine.png", { type: "image/png" }));
  assert.equal(pick(body, "size").size, PNG.length);
}

async function readCover(): Promise<void> {
  const { body } = await shop.readCover(bookId);
  assert.ok(body instanceof Blob);
  assert.deepEqual(new Uint8Array(await body.arrayBuffer()), PNG);
}

async function placeOrder(): Promise<void> {
  const { body } = await shop.placeOrder(
    { customer: "Anna", email: "anna@home.example", lines: [shop.line(bookId, 2)] },
    "phone",
  );
  order = pick(body, "total");
  assert.deepEqual([order.total, order.channel, order.notes], ["18.00", "phone", null]);
}

async function listOrders(): Promise<void> {
  assert.ok(order);
  const { body } = await shop.listOrders(order.created);
  assert.deepEqual(pick(body, "items").items.map((each) => each.id), [order.id]);
}

async function readReceipt(): Promise<void> {
  assert.ok(order);
  const { body } = await shop.readReceipt(order.id);
  assert.ok(typeof body === "string" && body.includes("Anna"), typeof body);
}

async function deleteBook(): Promise<void> {
  const { body } = await shop.addBook(makeBook("9790000000002"));
  const { status } = await shop.deleteBook(pick(body, "price").id);
  assert.equal(status, 204);
}

shop.connect(process.argv[2] ?? "");
await live([
  logIn,
  search,
  suggest,
  addBook,
  knowPrice,
  knowGenre,
  refuse,
  readRefusal,
  readConflict,
  readMissing,
  changeBook,
  clearDate,
  uploadCover,
  readCover,
  placeOrder,
  listOrders,
  readReceipt,
  deleteBook,
]);
