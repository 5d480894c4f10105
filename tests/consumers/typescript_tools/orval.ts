// The fetch client of orval, with its zod schemas.
import * as made from "./made/shop.js";
import type { Book, NewBookPatch, NewBook, NewOrder, Order } from "./made/shop.js";

export type { Book, NewBook, Order };
type Genre = NewBook["genre"];

let options: RequestInit = {};

async function open<Result extends { data: unknown; status: number }>(
  result: Promise<Result>,
): Promise<{ body: Result["data"]; status: number }> {
  const { data, status } = await result;
  return { body: data, status };
}

export function connect(baseUrl: string, token = ""): void {
  process.env["SHOP_URL"] = baseUrl;
  options = { headers: { Authorization: `Bearer ${token}` } };
}
export const token = (body: unknown): string => (body as { access_token: string }).access_token;
export const author = (author_id: number) => ({ author_id });
export const published = (published: string) => ({ published });
export const line = (book_id: number, quantity: number) => ({ book_id, quantity });
export const missing = (body: unknown): unknown => (body as { book_id?: number }).book_id;
export const accepts = async (book: unknown): Promise<boolean> =>
  (await import("./made/zod.js")).BooksAddBookBody.safeParse(book).success;

export const logIn = (username: string, password: string) =>
  open(made.accountsLogIn({ grant_type: "password", username, password }));
export const listBooks = (genre: Genre[], max_price: string, limit: number) =>
  open(made.booksListBooks({ genre, max_price, limit }));
export const suggest = (_genre: Genre) => open(made.booksSuggestBooks());
export const addBook = (body: NewBook) => open(made.booksAddBook(body, options));
export const readBook = (book_id: number) => open(made.booksReadBook(book_id));
export const updateBook = (book_id: number, body: NewBookPatch) => open(made.booksUpdateBook(book_id, body, options));
export const deleteBook = (book_id: number) => open(made.booksDeleteBook(book_id, options));
export const uploadCover = (book_id: number, caption: string, cover: File) =>
  open(made.booksCoversUploadCover(book_id, { caption, cover }, options));
export const readCover = (book_id: number) => open(made.booksCoversReadCover(book_id));
export const placeOrder = (body: NewOrder, channel: "web" | "shop" | "phone") =>
  open(made.ordersPlaceOrder(body, { "x-channel": channel }, options));
export const listOrders = (since: string) => open(made.ordersListOrders({ since }, options));
export const readReceipt = (order_id: string) => open(made.ordersReadReceipt(order_id, options));
