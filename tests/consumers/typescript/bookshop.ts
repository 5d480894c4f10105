// A day in the bookshop, with openapi-fetch and the types of openapi-typescript: `node … URL`.
import assert from "node:assert/strict";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./bookshop.js";

type Schemas = components["schemas"];
type Shop = Client<paths>;

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const STAFF = { username: "staff@shop.example", password: "twelve geese and a goat" };
const ANNA = { email: "anna@home.example", password: "a cat in a box, twice" };

const url = process.argv[2] ?? "";
const guest = createClient<paths>({ baseUrl: url });

async function logIn(username: string, password: string): Promise<Shop> {
  const { data, error } = await guest.POST("/token", {
    body: { grant_type: "password", username, password },
    headers: FORM,
  });
  assert.equal(error, undefined);
  assert.ok(data);
  return createClient<paths>({
    baseUrl: url,
    headers: { Authorization: `Bearer ${data.access_token}` },
  });
}

async function meetTheDoor(): Promise<[Shop, Shop]> {
  const { error: wrong, response } = await guest.POST("/token", {
    body: { grant_type: "password", username: "nobody", password: "no" },
    headers: FORM,
  });
  assert.equal(response.status, 401);
  assert.equal(wrong?.title, "No account has this email and this password.");
  const { data: account } = await guest.POST("/accounts", { body: ANNA });
  assert.equal(account?.email, ANNA.email);
  const { error: taken } = await guest.POST("/accounts", { body: ANNA });
  assert.equal(taken?.title, "Another account has this email.");
  const { error: stranger } = await guest.GET("/accounts/me");
  assert.equal(stranger?.status, 401);
  const anna = await logIn(ANNA.email, ANNA.password);
  const staff = await logIn(STAFF.username, STAFF.password);
  const { data: me } = await anna.GET("/accounts/me");
  assert.equal(me?.id, account.id);
  const { error: refused } = await anna.POST("/authors", { body: { name: "Anna" } });
  assert.equal(refused?.status, 403);
  return [staff, anna];
}

async function keepTheCatalogue(staff: Shop): Promise<number> {
  const { data: author } = await staff.POST("/authors", { body: { name: "Ada Lovelace" } });
  assert.ok(author);
  const book: Schemas["NewBook"] = {
    title: "Notes",
    author_id: author.id,
    isbn: "9790000000001",
    price: "12.50",
    genre: "nonfiction",
  };
  const { data: added, response } = await staff.POST("/books", { body: book });
  assert.ok(added);
  assert.equal(response.headers.get("Location"), `/books/${added.id}`);
  assert.deepEqual([added.title, added.author.name, added.price], ["Notes", "Ada Lovelace", "12.50"]);
  const { error: taken } = await staff.POST("/books", { body: book });
  assert.ok(taken && "isbn" in taken);
  assert.equal(taken.isbn, book.isbn);
  const { error: invalid } = await staff.POST("/books", { body: { ...book, title: "", price: "-1" } });
  assert.ok(invalid && "errors" in invalid);
  assert.deepEqual(invalid.errors.map((fault) => fault.pointer).sort(), ["/price", "/title"]);

  const one = { params: { path: { book_id: added.id } } };
  const { data: read } = await guest.GET("/books/{book_id}", one);
  assert.deepEqual(read, added);
  const tag = (await guest.GET("/books/{book_id}", one)).response.headers.get("ETag");
  assert.ok(tag);
  const known = await guest.GET("/books/{book_id}", {
    params: { ...one.params, header: { "If-None-Match": tag } },
  });
  assert.deepEqual([known.response.status, known.data], [304, undefined]);
  const { error: old } = await staff.PUT("/books/{book_id}", {
    params: { ...one.params, header: { "If-Match": '"0"' } },
    body: book,
  });
  assert.ok(old && old.status === 412);
  const { error: missing } = await guest.GET("/books/{book_id}", {
    params: { path: { book_id: 10_000 } },
  });
  assert.ok(missing && "book_id" in missing);
  assert.equal(missing.book_id, 10_000);
  const { data: changed } = await staff.PATCH("/books/{book_id}", {
    ...one,
    body: { price: "9.00", stock: 3 },
  });
  assert.deepEqual([changed?.title, changed?.price, changed?.stock], ["Notes", "9.00", 3]);

  const seen = new Set<number>();
  let total = Infinity;
  while (seen.size < total) {
    const { data: page } = await guest.GET("/books", {
      params: { query: { limit: 7, offset: seen.size, sort: ["title", "-added"] } },
    });
    assert.ok(page);
    total = page.total;
    page.items.forEach((found) => seen.add(found.id));
  }
  assert.ok(seen.has(added.id) && seen.size > 20);

  const { data: gone } = await staff.POST("/books", { body: { ...book, isbn: "9790000000003" } });
  assert.ok(gone);
  const other = { params: { path: { book_id: gone.id } } };
  const { response: deleted } = await staff.DELETE("/books/{book_id}", other);
  assert.equal(deleted.status, 204);
  const { error: again } = await guest.GET("/books/{book_id}", other);
  assert.equal(again?.status, 404);
  return added.id;
}

async function changeCovers(staff: Shop, book_id: number): Promise<void> {
  const one = { params: { path: { book_id } } };
  const upload = async (picture: Blob, name: string) =>
    staff.PUT("/books/{book_id}/cover", {
      ...one,
      body: { caption: "The engine", cover: name },
      bodySerializer: ({ caption }) => {
        const form = new FormData();
        form.set("caption", caption);
        form.set("cover", picture, name);
        return form;
      },
    });
  const { data: made } = await upload(new Blob([PNG], { type: "image/png" }), "engine.png");
  assert.deepEqual([made?.caption, made?.media_type, made?.size], ["The engine", "image/png", PNG.length]);
  const { data: picture } = await guest.GET("/books/{book_id}/cover", { ...one, parseAs: "arrayBuffer" });
  assert.ok(picture);
  assert.deepEqual(new Uint8Array(picture), PNG);
  const { error: text } = await upload(new Blob(["hello"]), "a.txt");
  assert.ok(text && "supported" in text);
  assert.ok(text.supported.includes("image/png"));
}

async function orderBooks(staff: Shop, anna: Shop, book_id: number): Promise<void> {
  const body: Schemas["NewOrder"] = {
    customer: "Anna",
    email: ANNA.email,
    lines: [{ book_id, quantity: 4 }],
  };
  const { error: out } = await anna.POST("/orders", { body });
  assert.ok(out && "available" in out);
  assert.deepEqual([out.book_id, out.requested, out.available], [book_id, 4, 3]);
  await staff.PATCH("/books/{book_id}", { params: { path: { book_id } }, body: { stock: 5 } });
  const { data: placed } = await anna.POST("/orders", {
    body,
    params: { header: { "x-channel": "phone" } },
  });
  assert.ok(placed);
  assert.deepEqual([placed.status, placed.total, placed.channel], ["placed", "36.00", "phone"]);
  const one = { params: { path: { order_id: placed.id } } };
  const { data: receipt } = await anna.GET("/orders/{order_id}/receipt", { ...one, parseAs: "text" });
  assert.ok(receipt?.includes("Anna"));
  const { data: cancelled } = await anna.POST("/orders/{order_id}/cancel", one);
  assert.equal(cancelled?.status, "cancelled");
  await followOrder(anna, placed.id);
  const { error: notOpen } = await anna.POST("/orders/{order_id}/cancel", one);
  assert.ok(notOpen && "order_status" in notOpen);
  assert.equal(notOpen.order_status, "cancelled");
}

// The type of the body is that of a line.
type Line = paths["/catalogue"]["get"]["responses"][200]["content"]["application/jsonl"];

async function readCatalogue(bookId: number): Promise<void> {
  const { data } = await guest.GET("/catalogue", { parseAs: "stream" });
  assert.ok(data);
  const text = await new Response(data).text();
  const books: Line[] = text.trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(books.find((book) => book.id === bookId)?.author.name, "Ada Lovelace");
}

async function followOrder(anna: Shop, order_id: string): Promise<void> {
  const { data } = await anna.GET("/orders/{order_id}/events", {
    params: { path: { order_id } },
    parseAs: "text",
  });
  assert.equal(data, 'event: cancelled\ndata: {"status":"cancelled"}\n\n');
}

const [staff, anna] = await meetTheDoor();
const bookId = await keepTheCatalogue(staff);
await changeCovers(staff, bookId);
await orderBooks(staff, anna, bookId);
await readCatalogue(bookId);
console.log("all is well");
