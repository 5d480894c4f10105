// The client of @hey-api/openapi-ts, with its zod schemas.
import { client } from "./made/client.gen.js";
import * as made from "./made/sdk.gen.js";
import type { Book, NewBookPatch, NewBook, NewOrder, Order } from "./made/types.gen.js";
import { zNewBook } from "./made/zod.gen.js";

export type { Book, NewBook, Order };
type Genre = NewBook["genre"];

interface Result<Data, Failure> {
  data?: Data;
  error?: Failure;
  response?: Response;
}

async function open<Data, Failure>(result: Promise<Result<Data, Failure>>): Promise<{ body: Data | Failure | undefined; status: number }> {
  const { data, error, response } = await result;
  return { body: response?.ok ? data : error, status: response?.status ?? 0 };
}

export function connect(baseUrl: string, token = ""): void {
  client.setConfig({ baseUrl, auth: () => token });
}
export const token = (body: unknown): string => (body as { access_token: string }).access_token;
export const author = (author_id: number) => ({ author_id });
export const published = (published: string) => ({ published });
export const line = (book_id: number, quantity: number) => ({ book_id, quantity });
export const missing = (body: unknown): unknown => (body as { book_id?: number }).book_id;
export const accepts = (book: unknown): boolean => zNewBook.safeParse(book).success;

export const logIn = (username: string, password: string) =>
  open(made.accountsLogIn({ body: { grant_type: "password", username, password } }));
export const listBooks = (genre: Genre[], max_price: string, limit: number) =>
  open(made.booksListBooks({ query: { genre, max_price, limit } }));
export const suggest = (_genre: Genre) => open(made.booksSuggestBooks());
export const addBook = (body: NewBook) => open(made.booksAddBook({ body }));
export const readBook = (book_id: number) => open(made.booksReadBook({ path: { book_id } }));
export const updateBook = (book_id: number, body: NewBookPatch) => open(made.booksUpdateBook({ path: { book_id }, body }));
export const deleteBook = (book_id: number) => open(made.booksDeleteBook({ path: { book_id } }));
export const uploadCover = (book_id: number, caption: string, cover: File) =>
  open(made.booksCoversUploadCover({ path: { book_id }, body: { caption, cover } }));
export const readCover = (book_id: number) => open(made.booksCoversReadCover({ path: { book_id } }));
export const placeOrder = (body: NewOrder, channel: "web" | "shop" | "phone") =>
  open(made.ordersPlaceOrder({ body, headers: { "x-channel": channel } }));
export const listOrders = (since: string) => open(made.ordersListOrders({ query: { since } }));
export const readReceipt = (order_id: string) => open(made.ordersReadReceipt({ path: { order_id } }));
